//! KIX, the four-state code of PostNL: what it says, and its bars.

use raadspost_content::Postal;

/// Most characters of a code.
const LIMIT: usize = 18;

/// The code of a Dutch address: postcode, house or post-office box number, `X` and addition.
/// None where the postcode is not Dutch or there is no number.
pub(crate) fn kix(postal: &Postal) -> Option<String> {
    let plain = |text: &str| -> String {
        let kept = text.chars().filter(char::is_ascii_alphanumeric);
        kept.map(|c| c.to_ascii_uppercase()).collect()
    };
    let postcode = plain(&postal.postcode);
    let (digits, letters) = postcode.split_at_checked(4)?;
    let dutch = letters.len() == 2
        && digits.bytes().all(|b| b.is_ascii_digit())
        && letters.bytes().all(|b| b.is_ascii_uppercase());
    let number = if postal.po_box.is_empty() {
        plain(&postal.house_number)
    } else {
        plain(&postal.po_box)
    };
    let numeric = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    if !dutch || !numeric {
        return None;
    }
    let mut code = format!("{postcode}{number}");
    let addition = plain(&postal.addition);
    if postal.po_box.is_empty() && !addition.is_empty() {
        code.push('X');
        code.push_str(&addition);
    }
    (code.len() <= LIMIT).then_some(code)
}

/// A bar: whether it reaches up, and whether it reaches down.
pub(crate) type Bar = (bool, bool);

/// The bars of a code, four for each character; none where a character has no bars.
///
/// Each character stands in a table of six by six; its row says which two of four bars reach up,
/// its column which reach down, as in RM4SCC, without start, stop and check.
pub(crate) fn bars(code: &str) -> Option<Vec<Bar>> {
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
        assert_eq!(kix(&postal).as_deref(), Some("1234AB5XHS"));
        postal.po_box = "30250".into();
        postal.postcode = "2500 GG".into();
        assert_eq!(kix(&postal).as_deref(), Some("2500GG30250"));
        postal.postcode = "01067".into();
        assert_eq!(kix(&postal), None);
        postal.postcode = "1234 AB".into();
        postal.po_box = String::new();
        postal.addition = "tweehoog achter".into();
        assert_eq!(kix(&postal), None, "longer than 18");
    }

    #[test]
    fn bars_of_known_characters() {
        let shown = |code: &str| -> String {
            let bars = bars(code).expect("bars");
            let letter = |bar: &Bar| match bar {
                (true, true) => 'F',
                (true, false) => 'A',
                (false, true) => 'D',
                (false, false) => 'T',
            };
            bars.iter().map(letter).collect()
        };
        // From the table of RM4SCC, which KIX shares.
        assert_eq!(shown("0"), "TTFF");
        assert_eq!(shown("1"), "TDAF");
        assert_eq!(shown("5"), "DDAA");
        assert_eq!(shown("6"), "TADF");
        assert_eq!(shown("Z"), "FFTT");
        assert!(bars("a").is_none());
    }
}
