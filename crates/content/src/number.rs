//! Exact decimal numbers, and their formats in the cells of a register.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Neg;

/// Maximum number of digits before the decimal point, and of decimals.
const DIGITS: usize = 18;

/// The value 1 in units of 10^-18.
const ONE: i128 = 10_i128.pow(DIGITS as u32);

/// A decimal number, exact: up to 18 digits before the decimals and up to 18 decimals.
///
/// Equality and order are those of the value: `1.50` equals `1.5`. The number of decimals with
/// which it is written is kept for printing.
#[derive(Debug, Clone, Copy)]
pub struct Decimal {
    /// The value in units of 10^-18.
    units: i128,
    /// The number of decimals as written.
    decimals: usize,
}

impl Decimal {
    /// Parses `-1234.50`: an optional `-`, digits, and optionally a point followed by digits. No
    /// grouping, no leading zeros.
    pub fn parse(text: &str) -> Option<Self> {
        NumberFormat::Point.read(text).ok()
    }

    /// A number from its digits; `None` if there are too many.
    fn from_digits(is_negative: bool, whole: &str, decimals: &str) -> Option<Self> {
        if whole.len() > DIGITS || decimals.len() > DIGITS {
            return None;
        }
        let part = |digits: &str| {
            digits
                .bytes()
                .fold(0_i128, |sum, digit| sum * 10 + i128::from(digit - b'0'))
        };
        let scale = 10_i128.pow(u32::try_from(DIGITS - decimals.len()).ok()?);
        let units = part(whole) * ONE + part(decimals) * scale;
        Some(Self {
            units: if is_negative { -units } else { units },
            decimals: decimals.len(),
        })
    }
}

impl From<i64> for Decimal {
    fn from(number: i64) -> Self {
        Self {
            units: i128::from(number) * ONE,
            decimals: 0,
        }
    }
}

impl Neg for Decimal {
    type Output = Self;

    fn neg(self) -> Self {
        Self {
            units: -self.units,
            ..self
        }
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.units == other.units
    }
}

impl Eq for Decimal {}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        self.units.cmp(&other.units)
    }
}

impl Hash for Decimal {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.units.hash(state);
    }
}

impl fmt::Display for Decimal {
    /// `-1234.50`, with the decimals as written.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.units < 0 { "-" } else { "" };
        let units = self.units.unsigned_abs();
        let one = ONE.unsigned_abs();
        write!(f, "{sign}{}", units / one)?;
        if self.decimals > 0 {
            let decimals = format!("{:018}", units % one);
            write!(f, ".{}", &decimals[..self.decimals])?;
        }
        Ok(())
    }
}

/// Format of the numbers in a column. Grouping is optional in each format; if used, each group
/// after the first has three digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NumberFormat {
    /// `1234.5`: no grouping, a decimal point.
    Point,
    /// `1.234,5`: groups separated by points, a decimal comma.
    PointComma,
    /// `1,234.5`: groups separated by commas, a decimal point.
    CommaPoint,
    /// `1 234,5`: groups separated by spaces (also no-break and narrow no-break), a decimal comma.
    SpaceComma,
    /// `1'234.5`: groups separated by apostrophes (also `’`), a decimal point.
    ApostrophePoint,
}

/// Why a cell is not a number in a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotNumber {
    /// It is not written in this format.
    Form,
    /// It begins with a zero followed by another digit, as codes do.
    LeadingZero,
    /// It has more digits than the limit.
    Long,
}

impl NumberFormat {
    /// All formats, in order of preference if several can read a column.
    pub const ALL: [Self; 5] = [
        Self::Point,
        Self::PointComma,
        Self::CommaPoint,
        Self::SpaceComma,
        Self::ApostrophePoint,
    ];

    /// The format as `register.numbers` names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Point => "1234.5",
            Self::PointComma => "1.234,5",
            Self::CommaPoint => "1,234.5",
            Self::SpaceComma => "1 234,5",
            Self::ApostrophePoint => "1'234.5",
        }
    }

    /// The format with this name in a campaign.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    fn groups(self) -> &'static [char] {
        match self {
            Self::Point => &[],
            Self::PointComma => &['.'],
            Self::CommaPoint => &[','],
            Self::SpaceComma => &[' ', '\u{A0}', '\u{202F}'],
            Self::ApostrophePoint => &['\'', '’'],
        }
    }

    fn decimal(self) -> char {
        match self {
            Self::PointComma | Self::SpaceComma => ',',
            Self::Point | Self::CommaPoint | Self::ApostrophePoint => '.',
        }
    }

    /// Reads a trimmed cell. A minus is `-` or `−` (U+2212).
    ///
    /// # Errors
    /// Why the cell is not a number in this format.
    pub fn read(self, cell: &str) -> Result<Decimal, NotNumber> {
        let unsigned = cell.strip_prefix(['-', '\u{2212}']);
        let (is_negative, cell) = (unsigned.is_some(), unsigned.unwrap_or(cell));
        let (whole, decimals) = match cell.split_once(self.decimal()) {
            Some((_, "")) => return Err(NotNumber::Form),
            Some((whole, decimals)) => (whole, decimals),
            None => (cell, ""),
        };
        let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let mut groups = whole.split(self.groups());
        let first = groups.next().unwrap_or_default();
        let mut digits = String::new();
        if first.is_empty() || !is_digits(first) || !is_digits(decimals) {
            return Err(NotNumber::Form);
        }
        for group in groups {
            if digits.is_empty() {
                if first.len() > 3 {
                    return Err(NotNumber::Form);
                }
                digits.push_str(first);
            }
            if group.len() != 3 || !is_digits(group) {
                return Err(NotNumber::Form);
            }
            digits.push_str(group);
        }
        let whole = if digits.is_empty() { first } else { &digits };
        if whole.len() > 1 && whole.starts_with('0') {
            return Err(NotNumber::LeadingZero);
        }
        Decimal::from_digits(is_negative, whole, decimals).ok_or(NotNumber::Long)
    }

    /// Reads a cell of a column whose format is unknown: the value, if all formats that can read
    /// the cell agree on it.
    ///
    /// # Errors
    /// Why the cell is not a number in the first format; [`NotNumber::Form`] where formats differ.
    pub fn read_any(cell: &str) -> Result<Decimal, NotNumber> {
        let mut found = None;
        for format in Self::ALL {
            if let Ok(value) = format.read(cell) {
                if found.is_some_and(|found| found != value) {
                    return Err(NotNumber::Form);
                }
                found = Some(value);
            }
        }
        match found {
            Some(value) => Ok(value),
            None => Self::Point.read(cell),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(format: NumberFormat, cell: &str) -> Option<String> {
        format.read(cell).ok().map(|value| value.to_string())
    }

    #[test]
    fn each_format_reads_its_own_grouping_and_no_other() {
        use NumberFormat as F;
        let table: [(&str, [Option<&str>; 5]); 12] = [
            ("1234", [Some("1234"); 5]),
            ("-7", [Some("-7"); 5]),
            ("\u{2212}7", [Some("-7"); 5]),
            (
                "244.829",
                [
                    Some("244.829"),
                    Some("244829"),
                    Some("244.829"),
                    None,
                    Some("244.829"),
                ],
            ),
            (
                "1,250",
                [None, Some("1.250"), Some("1250"), Some("1.250"), None],
            ),
            ("1.250.000", [None, Some("1250000"), None, None, None]),
            ("1.250.000,75", [None, Some("1250000.75"), None, None, None]),
            ("8,5", [None, Some("8.5"), None, Some("8.5"), None]),
            ("1\u{202F}234,5", [None, None, None, Some("1234.5"), None]),
            ("1’234.5", [None, None, None, None, Some("1234.5")]),
            (
                "1234.5",
                [Some("1234.5"), None, Some("1234.5"), None, Some("1234.5")],
            ),
            ("1.23.456", [None; 5]),
        ];
        for (cell, expected) in table {
            for (format, expected) in F::ALL.into_iter().zip(expected) {
                assert_eq!(read(format, cell).as_deref(), expected, "{cell} {format:?}");
            }
        }
    }

    #[test]
    fn what_is_not_a_number_is_none_in_any_format() {
        for format in NumberFormat::ALL {
            for cell in [
                "", "-", "veel", "1e5", "5.", ",5", ".5", "+5", "1 2", "--1", "١٢", "1,,2",
            ] {
                assert_eq!(format.read(cell), Err(NotNumber::Form), "{cell} {format:?}");
            }
            assert_eq!(format.read("0012"), Err(NotNumber::LeadingZero));
            assert_eq!(format.read("-007"), Err(NotNumber::LeadingZero));
            assert_eq!(format.read(&"1".repeat(19)), Err(NotNumber::Long));
            assert_eq!(read(format, "0").as_deref(), Some("0"));
        }
        assert_eq!(
            NumberFormat::PointComma.read("0.125"),
            Err(NotNumber::LeadingZero)
        );
    }

    #[test]
    fn values_are_exact_and_keep_their_decimals() {
        let number = |text: &str| Decimal::parse(text).expect(text);
        assert_eq!(number("1.50"), number("1.5"));
        assert_eq!(number("1.50").to_string(), "1.50");
        // Binary floats cannot distinguish these.
        assert!(number("9007199254740993") > number("9007199254740992"));
        assert!(number("0.1") < number("0.100000000000000001"));
        assert!(number("-2") < number("-1.999"));
        let largest = format!("{0}.{0}", "9".repeat(18));
        assert_eq!(number(&largest).to_string(), largest);
        assert_eq!((-number("0.5")).to_string(), "-0.5");
        assert_eq!(Decimal::from(-3), number("-3"));
    }

    #[test]
    fn a_cell_that_formats_read_differently_has_no_value_by_itself() {
        assert_eq!(NumberFormat::read_any("244.829"), Err(NotNumber::Form));
        assert_eq!(
            NumberFormat::read_any("8,5"),
            Ok(Decimal::parse("8.5").unwrap())
        );
        assert_eq!(NumberFormat::read_any("0012"), Err(NotNumber::LeadingZero));
    }
}
