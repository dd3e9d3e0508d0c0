//! Numbers and strings as a file writes them (ISO 32000-1, 7.3.3 and 7.3.4).

use std::io::Write as _;

/// Thousandths of a point.
pub(crate) fn milli(length: f64) -> i64 {
    (length * 1000.0).round() as i64
}

/// A place on a page: whole hundredths of a point, in thousandths. A hundredth is a
/// three-hundredth of a millimetre, and a third digit is a fifth of a page's numbers.
pub(crate) fn place(length: f64) -> i64 {
    (length * 100.0).round() as i64 * 10
}

/// Writes thousandths as a decimal number without needless digits.
pub(crate) fn number(out: &mut Vec<u8>, milli: i64) {
    let (sign, size) = (if milli < 0 { "-" } else { "" }, milli.unsigned_abs());
    let (whole, part) = (size / 1000, size % 1000);
    let written = if part == 0 {
        write!(out, "{sign}{whole}")
    } else if part % 100 == 0 {
        write!(out, "{sign}{whole}.{}", part / 100)
    } else if part % 10 == 0 {
        write!(out, "{sign}{whole}.{:02}", part / 10)
    } else {
        write!(out, "{sign}{whole}.{part:03}")
    };
    // A vector takes all that is written.
    debug_assert!(written.is_ok());
}

/// Writes bytes as a literal string (ISO 32000-1, 7.3.4.2).
pub(crate) fn literal(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'(');
    for byte in bytes {
        match byte {
            b'(' | b')' | b'\\' => out.extend([b'\\', *byte]),
            b'\r' => out.extend(b"\\r"),
            _ => out.push(*byte),
        }
    }
    out.push(b')');
}

/// Writes a text string (ISO 32000-1, 7.9.2.2): ASCII as it is, the rest as UTF-16BE.
pub(crate) fn text_string(out: &mut Vec<u8>, text: &str) {
    let plain = |c: char| c.is_ascii_graphic() || c == ' ';
    if text.chars().all(plain) {
        return literal(out, text.as_bytes());
    }
    let mut bytes = vec![0xFE, 0xFF];
    bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    literal(out, &bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_no_needless_digits() {
        let written = |milli| {
            let mut out = Vec::new();
            number(&mut out, milli);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(written(0), "0");
        assert_eq!(written(-12_000), "-12");
        assert_eq!(written(595_276), "595.276");
        assert_eq!(written(-500), "-0.5");
        assert_eq!(written(40), "0.04");
        assert_eq!(written(7), "0.007");
        assert_eq!(written(place(99.2126)), "99.21");
        assert_eq!(written(place(-0.005)), "-0.01");
    }

    #[test]
    fn strings_are_escaped() {
        let mut out = Vec::new();
        literal(&mut out, b"a(b)\\c\r");
        assert_eq!(out, b"(a\\(b\\)\\\\c\\r)");
        out.clear();
        text_string(&mut out, "Súd");
        assert_eq!(
            out,
            [b"(\xFE\xFF\0S\0".as_slice(), &[0xFA], b"\0d)"].concat()
        );
    }
}
