//! Numbers and moments of a workbook as a spreadsheet means them.

use crate::row::Kind;

/// Text and kind of a number whose format is this code (ECMA-376 part 1, 18.8.31).
///
/// A format of zeros, such as `0000` or `"GM"0000`, makes a code of the number, which is its text; a
/// percentage stays one. Every other format only says how a number looks.
pub(super) fn formatted(value: f64, code: &str) -> (String, Kind) {
    if !value.is_finite() {
        return ("#NUM!".to_owned(), Kind::Error);
    }
    if is_percent(code) {
        return (percent(value), Kind::Percent);
    }
    match padded(value, code) {
        Some(text) => (text, Kind::Text),
        None => (plain(value), Kind::Number),
    }
}

/// A number with at most 15 significant digits, as spreadsheets calculate.
pub(super) fn plain(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let rounded: f64 = format!("{value:.14e}").parse().unwrap_or(value);
    rounded.to_string()
}

/// A share of one as a percentage.
pub(super) fn percent(value: f64) -> String {
    format!("{}%", plain(value * 100.0))
}

pub(super) fn truth(is_true: bool) -> String {
    if is_true { "TRUE" } else { "FALSE" }.to_owned()
}

/// Days of the last date of Excel, 9999-12-31, and one.
const END_OF_DAYS: f64 = 2_958_466.0;

/// What a format makes of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DateFormat {
    No,
    Date,
    Duration,
}

/// Whether a format shows a date (ECMA-376 part 1, 18.8.30 and 18.8.31), by its id and, for one of
/// the workbook's own, its code.
pub(super) fn date_format(id: u32, code: Option<&str>) -> DateFormat {
    let Some(code) = code else {
        return match id {
            14..=22 | 27..=36 | 45 | 47 | 50..=58 => DateFormat::Date,
            46 => DateFormat::Duration,
            _ => DateFormat::No,
        };
    };
    let (mut quoted, mut escaped, mut bracket) = (false, false, None::<String>);
    let mut found = DateFormat::No;
    for c in code.chars() {
        if escaped {
            escaped = false;
        } else if quoted {
            quoted = c != '"';
        } else if let Some(inner) = &mut bracket {
            if c == ']' {
                let time = !inner.is_empty() && inner.chars().all(|c| "hmsHMS".contains(c));
                bracket = None;
                if time {
                    return DateFormat::Duration;
                }
            } else {
                inner.push(c);
            }
        } else {
            match c {
                // `_` and `*` take the next character as it is, as a backslash does.
                '\\' | '_' | '*' => escaped = true,
                '"' => quoted = true,
                '[' => bracket = Some(String::new()),
                ';' => break,
                'y' | 'm' | 'd' | 'h' | 's' | 'Y' | 'M' | 'D' | 'H' | 'S' => {
                    found = DateFormat::Date;
                }
                // `General` has none of these letters before its others.
                'G' | 'g' if code.to_ascii_lowercase().starts_with("general") => {
                    return DateFormat::No;
                }
                _ => {}
            }
        }
    }
    found
}

/// A moment of Excel.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    /// Days since the beginning of its calendar.
    pub(super) days: f64,
    /// Year, month and day.
    pub(super) date: (i64, u32, u32),
    /// Seconds of the day.
    pub(super) seconds: u32,
}

impl Moment {
    /// The moment of a number of days since the beginning of 1900 or of 1904 (18.17.4.1).
    pub(super) fn of(days: f64, is_1904: bool) -> Self {
        let seconds = (days * 86_400.0).round();
        let whole = (seconds / 86_400.0).floor();
        // The calendar of 1900 has a day too many, 1900-02-29.
        let before_1970 = match is_1904 {
            true => 24_107.0,
            false if whole < 60.0 => 25_568.0,
            false => 25_569.0,
        };
        Self {
            days,
            date: if whole == 60.0 && !is_1904 {
                (1900, 2, 29)
            } else {
                civil(int(whole - before_1970))
            },
            seconds: u32::try_from(int(seconds - whole * 86_400.0)).unwrap_or(0),
        }
    }

    /// Text and kind: a day, or a time.
    pub(super) fn text(self) -> (String, Kind) {
        let Self {
            days,
            date: (year, month, day),
            seconds,
        } = self;
        if (0.0..1.0).contains(&days) {
            return (format!("{} days", plain(days)), Kind::Time);
        }
        // 60 is the day that never was.
        if !(1.0..END_OF_DAYS).contains(&days) || (year, month, day) == (1900, 2, 29) {
            return ("#NUM!".to_owned(), Kind::Error);
        }
        let text = format!("{year:04}-{month:02}-{day:02}");
        if seconds == 0 {
            (text, Kind::Date)
        } else {
            let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
            (format!("{text} {hours:02}:{minutes:02}"), Kind::Time)
        }
    }
}

/// A whole number within the limits of a date; 0 beyond them.
fn int(number: f64) -> i64 {
    format!("{number:.0}").parse().unwrap_or(0)
}

/// Year, month and day of a number of days since 1970-01-01, in the Gregorian calendar (H. Hinnant,
/// `civil_from_days`).
fn civil(days: i64) -> (i64, u32, u32) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let small = |number: i64| u32::try_from(number).unwrap_or(0);
    (year, small(month), small(day))
}

/// Text and kind of a date or a moment (ISO 8601).
pub(super) fn iso(moment: &str) -> (String, Kind) {
    let (day, time) = moment.split_once(['T', ' ']).unwrap_or((moment, ""));
    let is_midnight = time
        .bytes()
        .all(|byte| matches!(byte, b'0' | b':' | b'.' | b'Z'));
    if is_midnight {
        (day.to_owned(), Kind::Date)
    } else {
        (format!("{day} {time}"), Kind::Time)
    }
}

/// Whether a format code has a percent sign that is not quoted.
fn is_percent(code: &str) -> bool {
    let (mut quoted, mut escaped) = (false, false);
    code.chars().any(|c| {
        let is_literal = quoted || escaped;
        (quoted, escaped) = (
            quoted != (c == '"' && !escaped),
            c == '\\' && !escaped && !quoted,
        );
        c == '%' && !is_literal
    })
}

/// The text of a number with a format of two or more zeros, perhaps behind a literal, or of letters
/// and a zero.
fn padded(value: f64, code: &str) -> Option<String> {
    if value < 0.0 || value.fract() != 0.0 || value >= 1e15 {
        return None;
    }
    let mut text = String::new();
    let mut zeros = 0;
    let mut chars = code.chars();
    while let Some(c) = chars.next() {
        match c {
            '0' => zeros += 1,
            ';' => break,
            '"' if zeros == 0 => text.extend(chars.by_ref().take_while(|c| *c != '"')),
            '\\' if zeros == 0 => text.extend(chars.next()),
            _ => return None,
        }
    }
    let is_code =
        zeros >= 2 || zeros == 1 && !text.is_empty() && text.chars().all(char::is_alphabetic);
    is_code.then(|| format!("{text}{value:0zeros$.0}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_a_day_of_its_calendar() {
        let text = |days, is_1904| Moment::of(days, is_1904).text();
        let day = |text: &str| (text.to_owned(), Kind::Date);
        assert_eq!(text(1.0, false), day("1900-01-01"));
        assert_eq!(text(59.0, false), day("1900-02-28"));
        assert_eq!(text(61.0, false), day("1900-03-01"));
        assert_eq!(text(46_023.0, false), day("2026-01-01"));
        assert_eq!(text(44_561.0, true), day("2026-01-01"));
        assert_eq!(text(2_958_465.0, false), day("9999-12-31"));
        assert_eq!(
            text(46_023.520_833_333_3, false),
            ("2026-01-01 12:30".into(), Kind::Time)
        );
        for wrong in [60.0, -1.0, 3e6, f64::NAN] {
            assert_eq!(text(wrong, false).1, Kind::Error, "{wrong}");
        }
        assert_eq!(text(0.5, false).1, Kind::Time);
        for (id, code, expected) in [
            (14, None, DateFormat::Date),
            (46, None, DateFormat::Duration),
            (3, None, DateFormat::No),
            (164, Some("d\\-m\\-yyyy"), DateFormat::Date),
            (164, Some("[$-413]d mmmm yyyy;@"), DateFormat::Date),
            (164, Some("[h]:mm"), DateFormat::Duration),
            (164, Some("General"), DateFormat::No),
            (164, Some("#,##0\\ \"inwoners; dus\""), DateFormat::No),
            (164, Some("[Red]0.00"), DateFormat::No),
            (164, Some("\"GM\"0000"), DateFormat::No),
        ] {
            assert_eq!(date_format(id, code), expected, "{id} {code:?}");
        }
    }

    #[test]
    fn a_number_is_what_the_cell_has() {
        let shown = |value, code: &str| formatted(value, code);
        let number = |text: &str| (text.to_owned(), Kind::Number);
        assert_eq!(shown(36000.0, "General"), number("36000"));
        assert_eq!(shown(36000.0, "#,##0"), number("36000"));
        assert_eq!(shown(0.1 + 0.2, ""), number("0.3"));
        assert_eq!(shown(-8.5, "0.00"), number("-8.5"));
        assert_eq!(shown(1e21, "0.00E+00"), number("1000000000000000000000"));
        assert_eq!(shown(-0.0, "0"), number("0"));
        assert_eq!(shown(1.0, "\"€ \"0"), number("1"));
        assert_eq!(shown(344.0, "0000"), ("0344".into(), Kind::Text));
        assert_eq!(shown(344.0, "\"GM\"0000"), ("GM0344".into(), Kind::Text));
        assert_eq!(shown(344.0, "\"GM\"0"), ("GM344".into(), Kind::Text));
        assert_eq!(shown(344.0, "\\G\\M0000;@"), ("GM0344".into(), Kind::Text));
        assert_eq!(shown(0.125, "0.0%"), ("12.5%".into(), Kind::Percent));
        assert_eq!(shown(3.0, "0\" %\""), number("3"));
        assert_eq!(shown(3.0, "0\\%"), number("3"));
        assert_eq!(shown(f64::NAN, "0").1, Kind::Error);
    }
}
