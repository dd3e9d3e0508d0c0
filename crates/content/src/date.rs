//! Calendar dates; how a language writes them is in `language`.

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
        Self::of(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    }

    /// The day after it; `None` after the year 9999.
    pub fn next(self) -> Option<Self> {
        let Self { year, month, day } = self;
        Self::of(year, month, day + 1)
            .or_else(|| Self::of(year, month + 1, 1))
            .or_else(|| Self::of(year + 1, 1, 1))
            .filter(|date| date.year <= 9999)
    }

    /// The date with these numbers, if it exists.
    fn of(year: i32, month: u8, day: u8) -> Option<Self> {
        let date = Self { year, month, day };
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

/// Format of the dates in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DateFormat {
    /// `2027-12-31`.
    YearFirst,
    /// `31-12-2027`, also with `/` or `.`, and days and months of one digit.
    DayFirst,
    /// `12/31/2027`, also with days and months of one digit.
    MonthFirst,
}

impl DateFormat {
    /// All formats, in order of preference if several can read a column.
    pub const ALL: [Self; 3] = [Self::YearFirst, Self::DayFirst, Self::MonthFirst];

    /// The format as `register.dates` names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::YearFirst => "2027-12-31",
            Self::DayFirst => "31-12-2027",
            Self::MonthFirst => "12/31/2027",
        }
    }

    /// The format with this name in a campaign.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// Reads a trimmed cell.
    pub fn read(self, cell: &str) -> Option<Date> {
        let separators: &[char] = match self {
            Self::YearFirst => return Date::parse(cell),
            Self::DayFirst => &['-', '/', '.'],
            Self::MonthFirst => &['/'],
        };
        let separator = cell.chars().find(|c| separators.contains(c))?;
        let mut parts = cell.split(separator);
        let (first, second, year) = (parts.next()?, parts.next()?, parts.next()?);
        let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let is_short = |part: &str| matches!(part.len(), 1 | 2) && is_digits(part);
        if parts.next().is_some()
            || !is_short(first)
            || !is_short(second)
            || year.len() != 4
            || !is_digits(year)
        {
            return None;
        }
        let (day, month) = match self {
            Self::MonthFirst => (second, first),
            Self::YearFirst | Self::DayFirst => (first, second),
        };
        Date::of(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    }

    /// Reads a cell of a column whose format is unknown: the date, if all formats that can read the
    /// cell agree on it.
    pub fn read_any(cell: &str) -> Option<Date> {
        let mut found = None;
        for date in Self::ALL.iter().filter_map(|format| format.read(cell)) {
            if found.is_some_and(|found| found != date) {
                return None;
            }
            found = Some(date);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::{Date, DateFormat};

    #[test]
    fn each_format_reads_its_own_dates() {
        let read = |cell: &str| {
            DateFormat::ALL.map(|format| format.read(cell).map(|date| date.to_string()))
        };
        let (end, may) = (Some("2027-12-31".to_owned()), Some("2027-05-01".to_owned()));
        assert_eq!(read("2027-12-31"), [end.clone(), None, None]);
        for cell in ["31-12-2027", "31/12/2027", "31.12.2027"] {
            assert_eq!(read(cell), [None, end.clone(), None], "{cell}");
        }
        assert_eq!(read("12/31/2027"), [None, None, end.clone()]);
        assert_eq!(read("1-5-2027"), [None, may.clone(), None]);
        assert_eq!(read("1/5/2027"), [None, may, Some("2027-01-05".to_owned())]);
        for cell in [
            "",
            "31-12-27",
            "31-12/2027",
            "1-5-2027-1",
            "30-2-2027",
            "2027/12/31",
            "1..2027",
        ] {
            assert_eq!(read(cell), [None, None, None], "{cell}");
        }
        assert_eq!(DateFormat::read_any("1/5/2027"), None);
        assert_eq!(
            DateFormat::read_any("5/5/2027").map(|date| date.day),
            Some(5)
        );
    }

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
}
