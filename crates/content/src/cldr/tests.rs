use super::{
    Formats, LANGUAGES, TERRITORIES, capitals, country_name, country_named, fields, is_country,
    is_date_pattern, is_month, naming,
};
use crate::{Date, Decimal, LanguageTag};

fn formats(tag: &str) -> Formats {
    let tag = LanguageTag::parse(tag).expect("a tag");
    Formats::of(tag.lookup()).unwrap_or_else(|| panic!("{tag} has no formats"))
}

#[test]
fn every_line_is_complete_and_found() {
    let mut before = "";
    for line in LANGUAGES.lines().filter(|line| !line.starts_with('#')) {
        let tag = line.split('\t').next().unwrap_or_default();
        assert!(before < tag, "{before} {tag}");
        before = tag;
        let formats = Formats::exactly(tag).unwrap_or_else(|| panic!("{tag}"));
        assert!(is_date_pattern(&formats.date), "{tag}: {}", formats.date);
        assert!(
            formats.months.iter().all(|month| !month.is_empty()),
            "{tag}"
        );
        assert!(!formats.decimal.is_empty(), "{tag}");
        let nine = char::from_u32(u32::from(formats.zero) + 9).expect("a digit");
        assert!(nine.is_numeric(), "{tag}");
        // Number and name of the day, and a number without separators, hold no ASCII digit of ours.
        let picture = formats.date_picture();
        assert!(picture.contains('d') && picture.contains('M'), "{tag}");
        assert!(picture.contains("yyyy"), "{tag}");
    }
    let columns = naming().count() + 1;
    let mut before = "";
    for line in TERRITORIES.lines().filter(|line| !line.starts_with('#')) {
        let code = line.split('\t').next().unwrap_or_default();
        assert!(before < code, "{before} {code}");
        before = code;
        assert_eq!(line.split('\t').count(), columns, "{code}");
        assert!(country_name(code, ["nl"]).is_some(), "{code}");
    }
}

#[test]
fn dates_and_numbers_are_those_of_the_nearest_tag() {
    let date = Date::parse("2023-02-09").expect("a date");
    for (tag, long) in [
        ("nl-NL", "9\u{A0}februari 2023"),
        ("en", "February\u{A0}9, 2023"),
        ("en-GB", "9\u{A0}February 2023"),
        ("cy", "9\u{A0}Chwefror 2023"),
        ("et-EE", "9.\u{A0}veebruar 2023"),
        ("pl", "9\u{A0}lutego 2023"),
        ("es", "9\u{A0}de\u{A0}febrero de 2023"),
        ("eu", "2023(e)ko otsailaren\u{A0}9(a)"),
        ("hu", "2023. február\u{A0}9."),
        ("ja", "2023年2月9日"),
        ("fa", "۹\u{A0}فوریهٔ ۲۰۲۳"),
        ("zh-TW", "2023年2月9日"),
    ] {
        assert_eq!(formats(tag).long_date(date), long, "{tag}");
    }
    for (tag, number, written) in [
        ("nl", "1234567.50", "1.234.567,50"),
        ("nl", "-971", "\u{2212}971"),
        ("de-CH", "1234.5", "1'234.5"),
        ("es", "7100", "7100"),
        ("es", "71000", "71.000"),
        ("pl", "7100", "7100"),
        ("fr", "7100", "7\u{202F}100"),
        ("hi", "1234567", "12,34,567"),
        ("fa", "7100.5", "۷٬۱۰۰٫۵"),
        ("en", "100", "100"),
    ] {
        let value = Decimal::parse(number).expect(number);
        assert_eq!(formats(tag).number(value), written, "{tag} {number}");
    }
    let unknown = LanguageTag::parse("tlh").expect("a tag");
    assert_eq!(Formats::of(unknown.lookup()), None);
}

#[test]
fn a_date_control_has_the_picture_of_the_language() {
    for (tag, picture) in [
        ("nl-NL", "d MMMM yyyy"),
        ("de", "d. MMMM yyyy"),
        ("es", "d' de 'MMMM' de 'yyyy"),
        ("ja", "yyyy'年'M'月'd'日'"),
    ] {
        assert_eq!(formats(tag).date_picture(), picture, "{tag}");
    }
}

#[test]
fn a_pattern_has_each_field_once() {
    for pattern in ["d MMMM y", "y'(e)ko 'MMMM'ren 'd", "dd. MMMM y."] {
        assert!(is_date_pattern(pattern), "{pattern}");
    }
    for pattern in ["", "d MMMM", "d d MMMM y", "ddd MMMM y", "d 'de MMMM y"] {
        assert!(!is_date_pattern(pattern), "{pattern}");
    }
    assert_eq!(fields("d''y").len(), 3);
}

#[test]
fn countries_have_codes_and_names() {
    assert_eq!(country_name("DE", ["nl-NL", "nl"]), Some("Duitsland"));
    assert_eq!(country_name("NL", ["xx"]), Some("Netherlands"));
    assert_eq!(country_name("ZZ", ["nl"]), None);
    assert_eq!(country_named("DUITSLAND"), Some("DE"));
    assert_eq!(country_named("Frankrijk "), Some("FR"));
    assert_eq!(country_named("Utopia"), None);
    for (text, language, shown) in [
        ("İzmir Diyarbakır", "tr", "İZMİR DİYARBAKIR"),
        ("Αθήνα", "el", "ΑΘΗΝΑ"),
        ("Straße", "de-AT", "STRASSE"),
        ("IJmuiden", "nl", "IJMUIDEN"),
    ] {
        assert_eq!(capitals(text, language), shown);
    }
    assert!(is_country("GB") && !is_country("UK") && !is_country("gb"));
    for word in ["februari", "febrewaris", "березня", "May"] {
        assert!(is_month(word), "{word}");
    }
    for word in ["may", "uur", "1", "12"] {
        assert!(!is_month(word), "{word}");
    }
}
