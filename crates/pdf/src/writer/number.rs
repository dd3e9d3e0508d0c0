//! Numbers and strings as a file writes them (ISO 32000-1, 7.3.3 and 7.3.4).

/// Thousandths of a point.
pub(crate) fn milli(length: f64) -> i64 {
    (length * 1000.0).round() as i64
}

/// A place on a page: whole hundredths of a point, in thousandths. A hundredth is a
/// three-hundredth of a millimetre, and a third digit is a fifth of a page's numbers.
pub(crate) fn place(length: f64) -> i64 {
    (length * 100.0).round() as i64 * 10
}

/// Writes a whole number. Without `format!`, which takes several times as long, and a file has
/// thousands of numbers.
pub(crate) fn integer(out: &mut Vec<u8>, value: u64) {
    // The longest has 20 digits.
    let (mut digits, mut at, mut rest) = ([0; 20], 20, value);
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend(&digits[at..]);
}

/// Writes a reference to an object (7.3.10).
pub(crate) fn reference(out: &mut Vec<u8>, id: usize) {
    integer(out, id as u64);
    out.extend(b" 0 R");
}

/// Writes references with spaces between them.
pub(crate) fn references(out: &mut Vec<u8>, ids: impl IntoIterator<Item = usize>) {
    for (at, id) in ids.into_iter().enumerate() {
        if at > 0 {
            out.push(b' ');
        }
        reference(out, id);
    }
}

/// Writes four hexadecimal digits.
pub(crate) fn hexadecimal(out: &mut Vec<u8>, value: u16) {
    for shift in [12, 8, 4, 0] {
        out.push(b"0123456789ABCDEF"[usize::from(value >> shift & 0xF)]);
    }
}

/// Writes thousandths as a decimal number without needless digits.
pub(crate) fn number(out: &mut Vec<u8>, milli: i64) {
    if milli < 0 {
        out.push(b'-');
    }
    let size = milli.unsigned_abs();
    integer(out, size / 1000);
    let part = (size % 1000) as u16;
    if part == 0 {
        return;
    }
    let digits = [part / 100, part / 10 % 10, part % 10].map(|digit| b'0' + digit as u8);
    let kept = 3 - digits
        .iter()
        .rev()
        .take_while(|digit| **digit == b'0')
        .count();
    out.push(b'.');
    out.extend(&digits[..kept]);
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
        assert_eq!(written(i64::MIN), "-9223372036854775.808");
        for milli in -20_100..20_100 {
            let text = written(milli);
            assert_eq!(
                (text.parse::<f64>().unwrap() * 1000.0).round() as i64,
                milli
            );
            assert!(!text.contains('.') || !text.ends_with(['0', '.']), "{text}");
        }
    }

    #[test]
    fn whole_and_hexadecimal_numbers_are_those_of_the_standard_library() {
        for value in [0, 9, 10, 100, 65_535, u64::MAX] {
            let mut out = Vec::new();
            integer(&mut out, value);
            assert_eq!(out, value.to_string().as_bytes());
        }
        for value in [0, 0xA, 0x1F, 0xABC, u16::MAX] {
            let mut out = Vec::new();
            hexadecimal(&mut out, value);
            assert_eq!(out, format!("{value:04X}").as_bytes());
        }
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
