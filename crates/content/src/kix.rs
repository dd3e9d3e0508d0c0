//! KIX (KlantIndeX), the four-state customer code of PostNL: its text and its bars.
//!
//! The text is the postcode, the house, post-office box or answer number, and the addition after an
//! `X`: capitals and digits, at most 18. The bars are those of Royal Mail's four-state code without
//! start bar, stop bar and check character.

use crate::{Diagnostic, Postal};

/// Most characters of a code.
const LIMIT: usize = 18;

/// Pitch of the bars, in mm: 22 bars per inch.
pub const KIX_PITCH: f64 = 25.4 / 22.0;

/// Width of a bar, in mm.
pub const KIX_BAR: f64 = 0.5;

/// Reason why an address has no code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoKix {
    /// The postcode is not four digits and two letters. Occurs with addresses abroad.
    Postcode(String),
    /// The number is not all digits. Occurs with `12a` in the column of the number.
    Number(String),
    /// The code is longer than 18 characters. Occurs with long additions.
    TooLong(String),
    /// The bars are wider than the address column, both in mm. Occurs with long additions and
    /// narrow windows.
    TooWide {
        /// The code.
        code: String,
        /// Width of its bars, in tenths of a mm.
        tenths: u32,
        /// Width of the column, in tenths of a mm.
        column: u32,
    },
}

impl NoKix {
    /// Field, message and hint for the author; the field is a `municipality.` column.
    pub fn diagnostic(&self) -> (&'static str, Diagnostic) {
        let error = |message: String, hint: &str| {
            Diagnostic::error("no-kix", message).hint(hint.to_owned())
        };
        match self {
            Self::Postcode(postcode) => (
                "postcode",
                error(
                    format!("no KIX: `{postcode}` is not a Dutch postcode"),
                    "write the postcode as `1234 AB`, or leave `kix` out",
                ),
            ),
            Self::Number(number) => (
                "house_number",
                error(
                    format!("no KIX: `{number}` is not a plain number"),
                    "write what follows the number in the column `addition`",
                ),
            ),
            Self::TooLong(code) => (
                "addition",
                error(
                    format!(
                        "no KIX: `{code}` has {} characters; the limit is 18",
                        code.len()
                    ),
                    "shorten the addition",
                ),
            ),
            Self::TooWide {
                code,
                tenths,
                column,
            } => (
                "addition",
                error(
                    format!(
                        "no KIX: the bars of `{code}` are {:.1} mm wide, and the address column is {:.1} mm",
                        f64::from(*tenths) / 10.0,
                        f64::from(*column) / 10.0
                    ),
                    "shorten the addition, or choose an envelope with a wider column",
                ),
            ),
        }
    }
}

/// Width of the bars of a code of `characters` characters, in mm.
pub fn kix_width(characters: usize) -> f64 {
    (4.0 * characters as f64 - 1.0) * KIX_PITCH + KIX_BAR
}

/// The code of a Dutch address.
///
/// # Errors
/// Why it has no code; never [`NoKix::TooWide`].
pub fn kix(postal: &Postal) -> Result<String, NoKix> {
    let plain = |text: &str| -> String {
        let kept = text.chars().filter(char::is_ascii_alphanumeric);
        kept.map(|c| c.to_ascii_uppercase()).collect()
    };
    let postcode = plain(&postal.postcode);
    let (digits, letters) = postcode.split_at_checked(4).unwrap_or_default();
    let dutch = letters.len() == 2
        && digits.bytes().all(|b| b.is_ascii_digit())
        && letters.bytes().all(|b| b.is_ascii_uppercase());
    if !dutch {
        return Err(NoKix::Postcode(postal.postcode.clone()));
    }
    let written = if postal.po_box.is_empty() {
        &postal.house_number
    } else {
        &postal.po_box
    };
    let number = plain(written);
    if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
        return Err(NoKix::Number(written.clone()));
    }
    let mut code = format!("{postcode}{number}");
    let addition = plain(&postal.addition);
    if postal.po_box.is_empty() && !addition.is_empty() {
        code.push('X');
        code.push_str(&addition);
    }
    if code.len() > LIMIT {
        return Err(NoKix::TooLong(code));
    }
    Ok(code)
}

/// As [`kix`], but limited to the width of the address column, in mm.
pub fn kix_within(postal: &Postal, column: f64) -> Result<String, NoKix> {
    let code = kix(postal)?;
    let width = kix_width(code.len());
    if width > column {
        let tenths = |mm: f64| (mm * 10.0).round() as u32;
        return Err(NoKix::TooWide {
            code,
            tenths: tenths(width),
            column: tenths(column),
        });
    }
    Ok(code)
}

/// A bar: whether it has an ascender, and whether it has a descender.
pub type KixBar = (bool, bool);

/// The bars of a code, four for each character; `None` if a character has no bars.
///
/// Each character has a place in a table of six by six: its row determines which two of four bars
/// have an ascender, its column which two have a descender, as in RM4SCC.
pub fn kix_bars(code: &str) -> Option<Vec<KixBar>> {
    const TWO_OF_FOUR: [u8; 6] = [0b0011, 0b0101, 0b0110, 0b1001, 0b1010, 0b1100];
    let mut bars = Vec::with_capacity(code.len() * 4);
    for c in code.bytes() {
        let value = match c {
            b'0'..=b'9' => c - b'0',
            b'A'..=b'Z' => c - b'A' + 10,
            _ => return None,
        };
        let up = TWO_OF_FOUR[usize::from(value / 6)];
        let down = TWO_OF_FOUR[usize::from(value % 6)];
        for bit in [3, 2, 1, 0] {
            bars.push((up >> bit & 1 == 1, down >> bit & 1 == 1));
        }
    }
    Some(bars)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_as_the_carrier_writes_them() {
        let mut postal = Postal {
            street: "Straat".into(),
            house_number: "5".into(),
            addition: "hs".into(),
            postcode: "1234 ab".into(),
            ..Postal::default()
        };
        assert_eq!(kix(&postal).as_deref(), Ok("1234AB5XHS"));
        postal.po_box = "30250".into();
        postal.postcode = "2500 GG".into();
        assert_eq!(kix(&postal).as_deref(), Ok("2500GG30250"));
        postal.postcode = "01067".into();
        assert_eq!(kix(&postal), Err(NoKix::Postcode("01067".into())));
        postal.postcode = "1234 AB".into();
        postal.po_box = "12a".into();
        assert_eq!(kix(&postal), Err(NoKix::Number("12a".into())));
        postal.po_box = String::new();
        postal.addition = "tweehoog achter".into();
        let long = kix(&postal).expect_err("longer than 18");
        assert_eq!(long, NoKix::TooLong("1234AB5XTWEEHOOGACHTER".into()));
        assert!(long.diagnostic().1.message.contains("has 22 characters"));
        postal.addition = "tweehoog".into();
        let wide = kix_within(&postal, 70.0).expect_err("wider than the column");
        let message = wide.diagnostic().1.message;
        assert_eq!(
            message,
            "no KIX: the bars of `1234AB5XTWEEHOOG` are 73.2 mm wide, and the address column is 70.0 mm"
        );
        assert!(kix_within(&postal, 73.3).is_ok());
    }

    #[test]
    fn bars_of_known_characters() {
        let shown = |code: &str| -> String {
            let bars = kix_bars(code).expect("bars");
            let letter = |bar: &KixBar| match bar {
                (true, true) => 'F',
                (true, false) => 'A',
                (false, true) => 'D',
                (false, false) => 'T',
            };
            bars.iter().map(letter).collect()
        };
        // From the table of RM4SCC, which KIX shares.
        assert_eq!(shown("3521AZ1"), "DTAFDDAATDFATDAFDADAFFTTTDAF");
        assert_eq!(shown("0"), "TTFF");
        assert_eq!(shown("1"), "TDAF");
        assert_eq!(shown("5"), "DDAA");
        assert_eq!(shown("6"), "TADF");
        assert_eq!(shown("Z"), "FFTT");
        assert!(kix_bars("a").is_none());
    }
}
