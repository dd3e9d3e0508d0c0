//! Language conventions: dates, numbers, and the few words that no campaign states.

use std::borrow::Cow;

use crate::cldr::Formats;
use crate::{Date, Decimal, LanguageTag};

/// A text that no campaign states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FixedWord {
    /// The usual word for a post-office box, written before its number.
    PoBox,
    /// Label of the letter's public id in its reference block.
    OurReference,
    /// Label of place and date in the reference block.
    Dated,
    /// Label of the subject there.
    Subject,
    /// Label of the requested treatment.
    Treatment,
    /// Heading of a list of one enclosure.
    Enclosure,
    /// Heading of a list of several enclosures.
    Enclosures,
    /// Text before a page number.
    Page,
    /// Replacement for text withheld from a publication copy.
    Withheld,
    /// Alternative text of a QR code, before its address.
    QrCode,
}

impl FixedWord {
    /// All words, in the order of their declaration.
    pub const ALL: [Self; 10] = [
        Self::PoBox,
        Self::OurReference,
        Self::Dated,
        Self::Subject,
        Self::Treatment,
        Self::Enclosure,
        Self::Enclosures,
        Self::Page,
        Self::Withheld,
        Self::QrCode,
    ];

    /// Its key in `languages/*.yaml`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::PoBox => "po-box",
            Self::OurReference => "our-reference",
            Self::Dated => "dated",
            Self::Subject => "subject",
            Self::Treatment => "treatment",
            Self::Enclosure => "enclosure",
            Self::Enclosures => "enclosures",
            Self::Page => "page",
            Self::Withheld => "withheld",
            Self::QrCode => "qr-code",
        }
    }
}

/// The content of one file `languages/*.yaml`: what CLDR does not have, or does not have as the
/// language writes it. Anything may be absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LanguageFile {
    /// The words, in the order of [`FixedWord::ALL`].
    pub words: [Option<String>; FixedWord::ALL.len()],
    /// The pattern of a long date.
    pub date: Option<String>,
    /// The names of the months in it.
    pub months: Option<[String; 12]>,
    /// The day as written on the first of a month.
    pub first_day: Option<String>,
    /// Between groups of three digits.
    pub group: Option<String>,
    /// Between units and decimals.
    pub decimal: Option<String>,
}

impl LanguageFile {
    /// This file, and what only the other one states.
    #[must_use]
    pub fn over(self, below: Self) -> Self {
        let Self {
            words,
            date,
            months,
            first_day,
            group,
            decimal,
        } = self;
        let mut lower = below.words.into_iter();
        Self {
            words: words.map(|word| {
                let below = lower.next().flatten();
                word.or(below)
            }),
            date: date.or(below.date),
            months: months.or(below.months),
            first_day: first_day.or(below.first_day),
            group: group.or(below.group),
            decimal: decimal.or(below.decimal),
        }
    }
}

/// How a language writes dates and numbers, and the words that no campaign states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conventions {
    formats: Option<Formats>,
    words: [String; FixedWord::ALL.len()],
    /// The words that no file of the language or its parents has.
    foreign: Vec<FixedWord>,
}

impl Conventions {
    /// The conventions of a language from its own files, the nearest tag first, and those of the
    /// language whose words are used where its own are unknown.
    ///
    /// Formats are those of CLDR, with what the files state in their place. A language that CLDR
    /// does not know has formats if its files state the pattern and all months.
    pub fn new(tag: &LanguageTag, own: &[&LanguageFile], other: &LanguageFile) -> Self {
        let mut foreign = Vec::new();
        let words = FixedWord::ALL.map(|word| {
            let at = word as usize;
            let mut words = own.iter().filter_map(|file| file.words[at].as_ref());
            let found = words.next().or_else(|| {
                foreign.push(word);
                other.words[at].as_ref()
            });
            found.cloned().unwrap_or_default()
        });
        Self {
            formats: formats(tag, own),
            words,
            foreign,
        }
    }

    /// A word of the language.
    pub fn word(&self, word: FixedWord) -> &str {
        &self.words[word as usize]
    }

    /// The words that are not the language's own.
    pub fn foreign(&self) -> &[FixedWord] {
        &self.foreign
    }

    /// Whether dates and numbers can be written in the language.
    pub fn has_formats(&self) -> bool {
        self.formats.is_some()
    }

    /// `9 februari 2023`; ISO 8601 if the language has no formats.
    pub fn long_date(&self, date: Date) -> String {
        let formats = self.formats.as_ref();
        formats.map_or_else(|| date.to_string(), |formats| formats.long_date(date))
    }

    /// The long date as a picture for a date control in Word; `None` if the language has no formats.
    pub fn date_picture(&self) -> Option<String> {
        self.formats.as_ref().map(Formats::date_picture)
    }

    /// `7.100`, with the number's own decimals; without grouping if the language has no formats.
    pub fn number(&self, number: Decimal) -> String {
        let formats = self.formats.as_ref();
        formats.map_or_else(|| number.to_string(), |formats| formats.number(number))
    }
}

/// The formats of CLDR with what the files state.
fn formats(tag: &LanguageTag, own: &[&LanguageFile]) -> Option<Formats> {
    fn first<'a, T>(
        own: &[&'a LanguageFile],
        of: fn(&LanguageFile) -> Option<&T>,
    ) -> Option<&'a T> {
        own.iter().copied().find_map(of)
    }
    let date = first(own, |file| file.date.as_ref());
    let months = first(own, |file| file.months.as_ref());
    let mut formats = match (Formats::of(tag.lookup()), date, months) {
        (Some(formats), ..) => formats,
        (None, Some(_), Some(_)) => Formats {
            date: Cow::default(),
            months: Default::default(),
            first_day: None,
            zero: '0',
            group: Cow::default(),
            decimal: ".".into(),
            groups: (3, 3),
            before: 1,
        },
        (None, ..) => return None,
    };
    let text = |text: Option<&String>| text.map(|text| Cow::Owned(text.clone()));
    if let Some(date) = text(date) {
        formats.date = date;
    }
    if let Some(months) = months {
        formats.months = months.clone().map(Cow::Owned);
    }
    if let Some(group) = text(first(own, |file| file.group.as_ref())) {
        formats.group = group;
    }
    if let Some(decimal) = text(first(own, |file| file.decimal.as_ref())) {
        formats.decimal = decimal;
    }
    formats.first_day = text(first(own, |file| file.first_day.as_ref()));
    Some(formats)
}

#[cfg(test)]
mod tests {
    use super::{Conventions, FixedWord, LanguageFile};
    use crate::{Date, Decimal, LanguageTag};

    fn conventions(tag: &str, own: &LanguageFile) -> Conventions {
        let tag = LanguageTag::parse(tag).expect("a tag");
        let other = LanguageFile {
            words: FixedWord::ALL.map(|word| Some(format!("[{}]", word.key()))),
            ..LanguageFile::default()
        };
        Conventions::new(&tag, &[own], &other)
    }

    #[test]
    fn a_file_takes_precedence_over_cldr_word_by_word() {
        let date = Date::parse("2026-03-01").expect("a date");
        let mut own = LanguageFile::default();
        let french = conventions("fr-BE", &own);
        assert_eq!(french.long_date(date), "1\u{A0}mars 2026");
        assert_eq!(french.foreign(), FixedWord::ALL);
        assert_eq!(french.word(FixedWord::QrCode), "[qr-code]");

        own.first_day = Some("1er".to_owned());
        own.group = Some("~".to_owned());
        own.words[FixedWord::Page as usize] = Some("Feuille".to_owned());
        let french = conventions("fr-BE", &own);
        assert_eq!(french.long_date(date), "1er\u{A0}mars 2026");
        assert_eq!(french.number(Decimal::from(7100)), "7~100");
        assert_eq!(french.word(FixedWord::Page), "Feuille");
        assert_eq!(french.foreign().len(), FixedWord::ALL.len() - 1);
        assert!(!french.foreign().contains(&FixedWord::Page));
    }

    #[test]
    fn a_language_without_cldr_has_the_formats_of_its_file() {
        let date = Date::parse("2026-03-02").expect("a date");
        let mut own = LanguageFile::default();
        let unknown = conventions("pap", &own);
        assert!(!unknown.has_formats());
        assert_eq!(unknown.long_date(date), "2026-03-02");
        own.date = Some("d 'di' MMMM y".to_owned());
        assert!(!conventions("pap", &own).has_formats());
        own.months = Some(std::array::from_fn(|at| format!("m{}", at + 1)));
        own.group = Some(".".to_owned());
        let papiamento = conventions("pap", &own);
        assert_eq!(papiamento.long_date(date), "2\u{A0}di\u{A0}m3 2026");
        assert_eq!(papiamento.number(Decimal::from(1_234_567)), "1.234.567");
    }
}
