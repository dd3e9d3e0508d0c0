//! Calendar dates and numbers, and how they are written in a language.

use std::fmt;

/// A date of the Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// Year.
    pub year: i32,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day, 1 to 31.
    pub day: u8,
}

impl Date {
    /// Reads `2023-02-09` (ISO 8601).
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        let digits =
            |part: &str, width| part.len() == width && part.bytes().all(|b| b.is_ascii_digit());
        if parts.next().is_some() || !digits(year, 4) || !digits(month, 2) || !digits(day, 2) {
            return None;
        }
        let date = Self {
            year: year.parse().ok()?,
            month: month.parse().ok()?,
            day: day.parse().ok()?,
        };
        let leap = date.year % 4 == 0 && (date.year % 100 != 0 || date.year % 400 == 0);
        let days = match date.month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return None,
        };
        (1..=days).contains(&date.day).then_some(date)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// How a language writes dates and numbers.
#[derive(Debug)]
pub(crate) struct Conventions {
    /// Primary language subtag.
    language: &'static str,
    months: [&'static str; 12],
    /// `{d}`, `{m}` and `{y}` stand for day, month name and year; spaces do not break.
    long: &'static str,
    /// What stands between the first day and its month, if another than the rest (French `1er`).
    first_day: &'static str,
    /// Between groups of three digits.
    group: &'static str,
    /// Between units and decimals.
    decimal: &'static str,
}

/// The languages that are known, from the Unicode CLDR's long dates and number symbols.
static CONVENTIONS: [Conventions; 6] = [
    Conventions {
        language: "nl",
        months: [
            "januari",
            "februari",
            "maart",
            "april",
            "mei",
            "juni",
            "juli",
            "augustus",
            "september",
            "oktober",
            "november",
            "december",
        ],
        long: "{d} {m} {y}",
        first_day: "1",
        group: ".",
        decimal: ",",
    },
    Conventions {
        language: "fy",
        months: [
            "jannewaris",
            "febrewaris",
            "maart",
            "april",
            "maaie",
            "juny",
            "july",
            "augustus",
            "septimber",
            "oktober",
            "novimber",
            "desimber",
        ],
        long: "{d} {m} {y}",
        first_day: "1",
        group: ".",
        decimal: ",",
    },
    Conventions {
        language: "en",
        months: [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ],
        long: "{d} {m} {y}",
        first_day: "1",
        group: ",",
        decimal: ".",
    },
    Conventions {
        language: "de",
        months: [
            "Januar",
            "Februar",
            "März",
            "April",
            "Mai",
            "Juni",
            "Juli",
            "August",
            "September",
            "Oktober",
            "November",
            "Dezember",
        ],
        long: "{d}. {m} {y}",
        first_day: "1",
        group: ".",
        decimal: ",",
    },
    Conventions {
        language: "fr",
        months: [
            "janvier",
            "février",
            "mars",
            "avril",
            "mai",
            "juin",
            "juillet",
            "août",
            "septembre",
            "octobre",
            "novembre",
            "décembre",
        ],
        long: "{d} {m} {y}",
        first_day: "1er",
        group: "\u{202F}",
        decimal: ",",
    },
    Conventions {
        language: "es",
        months: [
            "enero",
            "febrero",
            "marzo",
            "abril",
            "mayo",
            "junio",
            "julio",
            "agosto",
            "septiembre",
            "octubre",
            "noviembre",
            "diciembre",
        ],
        long: "{d} de {m} de {y}",
        first_day: "1",
        group: ".",
        decimal: ",",
    },
];

impl Conventions {
    /// The conventions of a language tag such as `nl-NL`.
    pub(crate) fn of(tag: &str) -> Option<&'static Self> {
        let primary = tag.split('-').next().unwrap_or(tag).to_ascii_lowercase();
        CONVENTIONS
            .iter()
            .find(|conventions| conventions.language == primary)
    }

    /// The languages that are known.
    pub(crate) fn known() -> impl Iterator<Item = &'static str> {
        CONVENTIONS.iter().map(|conventions| conventions.language)
    }

    /// `9 februari 2023`. Day and month are kept on one line by a no-break space.
    pub(crate) fn long_date(&self, date: Date) -> String {
        let day = if date.day == 1 {
            self.first_day.to_owned()
        } else {
            date.day.to_string()
        };
        let month = self
            .months
            .get(usize::from(date.month).wrapping_sub(1))
            .copied()
            .unwrap_or("");
        let text = self
            .long
            .replace("{d}", &day)
            .replace("{m}", month)
            .replace("{y}", &date.year.to_string());
        text.replacen(' ', "\u{A0}", 1)
    }

    /// `7.100`; up to all decimals that the number is written with.
    pub(crate) fn number(&self, written: &str) -> Option<String> {
        let (sign, digits) = written
            .strip_prefix('-')
            .map_or(("", written), |digits| ("\u{2212}", digits));
        let (whole, decimals) = digits
            .split_once('.')
            .map_or((digits, None), |(w, d)| (w, Some(d)));
        let numeric = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !numeric(whole) || decimals.is_some_and(|decimals| !numeric(decimals)) {
            return None;
        }
        let mut out = String::from(sign);
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                out.push_str(self.group);
            }
            out.push(digit);
        }
        if let Some(decimals) = decimals {
            out.push_str(self.decimal);
            out.push_str(decimals);
        }
        Some(out)
    }
}

#[cfg(test)]
mod tests {
    use super::{Conventions, Date};

    #[test]
    fn dates_are_read_strictly() {
        assert_eq!(
            Date::parse("2023-02-09"),
            Some(Date {
                year: 2023,
                month: 2,
                day: 9
            })
        );
        assert_eq!(
            Date::parse("2024-02-29").map(|d| d.to_string()).as_deref(),
            Some("2024-02-29")
        );
        for wrong in [
            "2023-02-29",
            "2023-2-9",
            "09-02-2023",
            "2023-13-01",
            "2023-00-10",
            "",
            "2023-02-09-1",
        ] {
            assert_eq!(Date::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn dates_and_numbers_follow_the_language() {
        let date = Date {
            year: 2023,
            month: 2,
            day: 9,
        };
        let dutch = Conventions::of("nl-NL").expect("Dutch is known");
        assert_eq!(dutch.long_date(date), "9\u{A0}februari 2023");
        assert_eq!(dutch.number("7100").as_deref(), Some("7.100"));
        assert_eq!(dutch.number("1234567.5").as_deref(), Some("1.234.567,5"));
        assert_eq!(dutch.number("zeven"), None);
        let french = Conventions::of("fr").expect("French is known");
        assert_eq!(
            french.long_date(Date { day: 1, ..date }),
            "1er\u{A0}février 2023"
        );
        assert!(Conventions::of("xx").is_none());
    }
}
