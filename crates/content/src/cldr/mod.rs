//! Dates and numbers of every language, and the names of countries, from the Unicode CLDR.
//!
//! The tables are part of the program, so that no locale data of a machine changes a byte.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use unicode_normalization::UnicodeNormalization as _;

use crate::{Date, Decimal};

/// A line for each language tag whose values differ from those of its parent, sorted by tag.
static LANGUAGES: &str = include_str!("languages.tsv");
/// A line for each territory of ISO 3166-1, sorted by code, and a column for each language.
static TERRITORIES: &str = include_str!("territories.tsv");

/// The language whose months are words as well (`may`, `march`).
const ENGLISH: &str = "en";

/// How a language writes dates and numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Formats {
    /// The pattern of a long date: `d MMMM y` (UTS 35, Date Format Patterns).
    pub date: Cow<'static, str>,
    /// The names of the months in that pattern; digits where the pattern has a number.
    pub months: [Cow<'static, str>; 12],
    /// The day as written on the first of a month, if it is not a number: French `1er`.
    pub first_day: Option<Cow<'static, str>>,
    /// The digit zero; the others follow it in Unicode.
    pub zero: char,
    /// Between groups of digits; may be empty.
    pub group: Cow<'static, str>,
    /// Between units and decimals.
    pub decimal: Cow<'static, str>,
    /// Number of digits in the last group, and in the others (India: 3 and 2).
    pub groups: (usize, usize),
    /// Minimum number of digits before the first separator; 0 if digits are never grouped.
    pub before: usize,
}

/// The line of a table whose first cell is this key.
fn line(table: &'static str, key: &str) -> Option<&'static str> {
    static INDEX: OnceLock<[Vec<&'static str>; 2]> = OnceLock::new();
    let index = INDEX.get_or_init(|| {
        [LANGUAGES, TERRITORIES].map(|table| {
            let lines = table.lines().filter(|line| !line.starts_with('#'));
            lines.collect()
        })
    });
    let lines = &index[usize::from(!std::ptr::eq(table, LANGUAGES))];
    let first = |line: &&'static str| line.split('\t').next().unwrap_or_default();
    let at = lines.binary_search_by_key(&key, first).ok()?;
    lines.get(at).copied()
}

impl Formats {
    /// The formats of a language tag, or of its nearest parent (RFC 4647, 3.4): `de-CH`, then `de`.
    pub fn of<'a>(lookup: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        lookup.into_iter().find_map(Self::exactly)
    }

    /// The formats of exactly this tag.
    fn exactly(tag: &str) -> Option<Self> {
        let mut cells = line(LANGUAGES, tag)?.split('\t').skip(1);
        let date = cells.next()?.into();
        let months: Vec<Cow<'static, str>> = cells.next()?.split('|').map(Cow::from).collect();
        let zero = cells.next()?.chars().next()?;
        let (group, decimal) = (cells.next()?.into(), cells.next()?.into());
        let mut number = || cells.next()?.parse().ok();
        Some(Self {
            date,
            months: months.try_into().ok()?,
            first_day: None,
            zero,
            group,
            decimal,
            groups: (number()?, number()?),
            before: number()?,
        })
    }

    /// A number in the digits of the language.
    fn digits(&self, number: &str) -> String {
        let digit = |c: char| {
            let value = c.to_digit(10).map(|value| u32::from(self.zero) + value);
            value.and_then(char::from_u32).unwrap_or(c)
        };
        number.chars().map(digit).collect()
    }

    /// `9 februari 2023`. The spaces between day and month do not break.
    pub fn long_date(&self, date: Date) -> String {
        let mut out = String::new();
        let fields = fields(&self.date);
        let is_beside = |field: Option<&Field>| matches!(field, Some(Field::Day(_) | Field::Month));
        for (at, field) in fields.iter().enumerate() {
            match field {
                Field::Day(width) => match &self.first_day {
                    Some(first) if date.day == 1 => out.push_str(first),
                    _ => out.push_str(&self.digits(&format!("{:0width$}", date.day))),
                },
                Field::Month => {
                    let month = usize::from(date.month).wrapping_sub(1);
                    out.push_str(self.months.get(month).map_or("", |month| month));
                }
                Field::Year => out.push_str(&self.digits(&date.year.to_string())),
                Field::Text(text) => {
                    let before = at.checked_sub(1).and_then(|before| fields.get(before));
                    if is_beside(before) && is_beside(fields.get(at + 1)) {
                        out.push_str(&text.replace(' ', "\u{A0}"));
                    } else {
                        out.push_str(text);
                    }
                }
            }
        }
        out
    }

    /// `7.100`, with the number's own decimals. The minus is U+2212, which does not break.
    pub fn number(&self, number: Decimal) -> String {
        let written = number.to_string();
        let (sign, digits) = written
            .strip_prefix('-')
            .map_or(("", written.as_str()), |digits| ("\u{2212}", digits));
        let (whole, decimals) = digits
            .split_once('.')
            .map_or((digits, None), |(whole, decimals)| (whole, Some(decimals)));
        let (last, others) = self.groups;
        let is_grouped = self.before > 0 && whole.len() >= last + self.before;
        let mut out = String::from(sign);
        for (index, digit) in whole.chars().enumerate() {
            let left = whole.len() - index;
            let starts = left == last || (left > last && (left - last).is_multiple_of(others));
            if is_grouped && index > 0 && starts {
                out.push_str(&self.group);
            }
            out.push(digit);
        }
        if let Some(decimals) = decimals {
            out.push_str(&self.decimal);
            out.push_str(decimals);
        }
        self.digits(&out)
    }

    /// The long date as a picture for a date control in Word (ECMA-376 17.5.2.7, 17.16.4.1).
    pub fn date_picture(&self) -> String {
        let is_number = |month: &str| month.chars().all(|c| c.is_numeric());
        let month = if self.months.iter().all(|month| is_number(month)) {
            "M"
        } else {
            "MMMM"
        };
        let part = |field: &Field| match field {
            Field::Day(1) => "d".to_owned(),
            Field::Day(_) => "dd".to_owned(),
            Field::Month => month.to_owned(),
            Field::Year => "yyyy".to_owned(),
            Field::Text(text) if text.chars().any(char::is_alphabetic) => {
                // Word has no way to write an apostrophe within a text.
                format!("'{}'", text.replace('\'', "’"))
            }
            Field::Text(text) => text.clone(),
        };
        fields(&self.date).iter().map(part).collect()
    }
}

/// A field of a date pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Field {
    /// The day, with at least this many digits.
    Day(usize),
    Month,
    Year,
    Text(String),
}

/// The fields of a pattern.
fn fields(pattern: &str) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    let mut is_quoted = false;
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        let mut width = 1;
        let field = match c {
            '\'' if chars.peek() == Some(&'\'') => {
                chars.next();
                Field::Text("'".to_owned())
            }
            '\'' => {
                is_quoted = !is_quoted;
                continue;
            }
            'd' | 'M' | 'y' if !is_quoted => {
                while chars.next_if_eq(&c).is_some() {
                    width += 1;
                }
                match c {
                    'd' => Field::Day(width),
                    'M' => Field::Month,
                    _ => Field::Year,
                }
            }
            c => Field::Text(c.to_string()),
        };
        match (fields.last_mut(), field) {
            (Some(Field::Text(before)), Field::Text(text)) => before.push_str(&text),
            (_, field) => fields.push(field),
        }
    }
    fields
}

/// Whether a date pattern has each of day, month and year once, and no other field.
pub fn is_date_pattern(pattern: &str) -> bool {
    let fields = fields(pattern);
    let count = |wanted: fn(&Field) -> bool| fields.iter().filter(|field| wanted(field)).count();
    // An even number of apostrophes: each quoted text ends.
    pattern.matches('\'').count().is_multiple_of(2)
        && count(|field| matches!(field, Field::Day(1 | 2))) == 1
        && count(|field| matches!(field, Field::Day(_))) == 1
        && count(|field| *field == Field::Month) == 1
        && count(|field| *field == Field::Year) == 1
}

/// The languages in which countries have names.
fn naming() -> impl Iterator<Item = &'static str> {
    let head = TERRITORIES.lines().nth(1).unwrap_or_default();
    head.split('\t').skip(1)
}

/// Whether a code is one of ISO 3166-1 alpha-2, in capitals.
pub fn is_country(code: &str) -> bool {
    line(TERRITORIES, code).is_some()
}

/// The name of a country (ISO 3166-1 alpha-2) in the first of these language tags that has one;
/// English if none has.
pub fn country_name<'a>(
    code: &str,
    languages: impl IntoIterator<Item = &'a str>,
) -> Option<&'static str> {
    let cells = line(TERRITORIES, code)?;
    let of = |language: &str| {
        let at = naming().position(|name| name == language)?;
        let name = cells.split('\t').nth(at + 1)?;
        (!name.is_empty()).then_some(name)
    };
    languages.into_iter().find_map(of).or_else(|| of(ENGLISH))
}

/// The code of a country from its name in any of the languages, in any case.
pub fn country_named(name: &str) -> Option<&'static str> {
    static CODES: OnceLock<HashMap<String, &'static str>> = OnceLock::new();
    let codes = CODES.get_or_init(|| {
        let mut codes = HashMap::new();
        for line in TERRITORIES.lines().filter(|line| !line.starts_with('#')) {
            let mut cells = line.split('\t');
            let code = cells.next().unwrap_or_default();
            for name in cells.filter(|name| !name.is_empty()) {
                codes.entry(name.to_lowercase()).or_insert(code);
            }
        }
        codes
    });
    codes.get(&name.trim().to_lowercase()).copied()
}

/// A text in capitals as a language writes them: `İ` for `i` in Turkish, no accents in Greek
/// (Unicode Standard, 5.18; CLDR `el-Upper`).
pub fn capitals(text: &str, language: &str) -> String {
    match language.split('-').next().unwrap_or_default() {
        "tr" | "az" => text.replace('i', "İ").to_uppercase(),
        "el" => {
            let parts = text.nfd().filter(|c| *c != '\u{301}');
            parts.collect::<String>().to_uppercase().nfc().collect()
        }
        _ => text.to_uppercase(),
    }
}

/// Whether a word is the name of a month in any of the languages of [`country_name`].
pub fn is_month(word: &str) -> bool {
    static MONTHS: OnceLock<HashSet<String>> = OnceLock::new();
    let months = MONTHS.get_or_init(|| {
        let mut all = HashSet::new();
        for language in naming() {
            let formats = Formats::exactly(language);
            let names = formats.into_iter().flat_map(|formats| formats.months);
            for month in names.filter(|month| month.chars().any(char::is_alphabetic)) {
                // Languages that write months small do so within a sentence only.
                if language != ENGLISH {
                    all.insert(month.to_lowercase());
                }
                all.insert(month.into_owned());
            }
        }
        all
    });
    months.contains(word)
}

#[cfg(test)]
mod tests;
