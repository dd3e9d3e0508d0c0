//! Numbers of a workbook as a spreadsheet shows them.

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

/// Whether a format code has a percent sign that is not quoted.
fn is_percent(code: &str) -> bool {
    let (mut quoted, mut escaped) = (false, false);
    code.chars().any(|c| {
        let is_literal = quoted || escaped;
        (quoted, escaped) = (quoted != (c == '"' && !escaped), c == '\\' && !escaped && !quoted);
        c == '%' && !is_literal
    })
}

/// The text of a number with a format of a literal and two or more zeros.
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
    (zeros >= 2).then(|| format!("{text}{value:0zeros$.0}"))
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(shown(344.0, "\\G\\M0000;@"), ("GM0344".into(), Kind::Text));
        assert_eq!(shown(0.125, "0.0%"), ("12.5%".into(), Kind::Percent));
        assert_eq!(shown(3.0, "0\" %\""), number("3"));
        assert_eq!(shown(3.0, "0\\%"), number("3"));
        assert_eq!(shown(f64::NAN, "0").1, Kind::Error);
    }
}
