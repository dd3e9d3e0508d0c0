//! Dates and numbers of forty languages against Babel.

use std::fmt::Write as _;

use raadspost_content::cldr::Formats;
use raadspost_content::{Date, Decimal, LanguageTag};

use crate::judges::judge;

const LANGUAGES: [&str; 42] = [
    "bg", "ca", "cs", "cy", "da", "de", "de-AT", "de-CH", "el", "en", "en-GB", "es", "et", "eu",
    "fi", "fr", "ga", "hr", "hu", "is", "it", "ja", "lb", "lt", "lv", "mk", "mt", "nb", "nl",
    "nl-BE", "nn", "pl", "pt", "pt-PT", "ro", "sk", "sl", "sq", "sv", "tr", "uk", "hi",
];

#[test]
fn dates_and_numbers_of_forty_languages_are_babels() {
    let mut lines = String::new();
    for language in LANGUAGES {
        let tag = LanguageTag::parse(language).expect("a tag");
        let formats = Formats::of(tag.lookup()).expect(language);
        for month in 1..=12 {
            for day in [1, 9, 28] {
                let date = format!("2027-{month:02}-{day:02}");
                let written = formats.long_date(Date::parse(&date).expect("a date"));
                writeln!(lines, "{language}\t{date}\t{written}").expect("a line");
            }
        }
        for number in [
            "0",
            "7",
            "999",
            "7100",
            "10000",
            "376123",
            "1234567.5",
            "-971",
            "-12345.25",
        ] {
            let written = formats.number(Decimal::parse(number).expect("a number"));
            writeln!(lines, "{language}\t{number}\t{written}").expect("a line");
        }
    }
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("lines.tsv");
    std::fs::write(&file, lines).expect("written");
    judge("cldr.py", &[file.display().to_string()]);
}
