//! DICTs of the Compact Font Format (Adobe Technical Note 5176, 4): the properties of a program, read
//! as far as it is needed to write them anew.

/// Operators of DICTs (Adobe Technical Note 5176, 9, 10, 15, 18 and 19); the second byte of the
/// long ones follows the byte 12.
pub(super) mod operator {
    pub(in crate::writer) const FONT_BBOX: u16 = 5;
    pub(in crate::writer) const CHARSET: u16 = 15;
    pub(in crate::writer) const CHAR_STRINGS: u16 = 17;
    pub(in crate::writer) const PRIVATE: u16 = 18;
    pub(in crate::writer) const DEFAULT_WIDTH: u16 = 20;
    pub(in crate::writer) const NOMINAL_WIDTH: u16 = 21;
    pub(in crate::writer) const FONT_MATRIX: u16 = 12 << 8 | 7;
    pub(in crate::writer) const ROS: u16 = 12 << 8 | 30;
    pub(in crate::writer) const CID_COUNT: u16 = 12 << 8 | 34;
    pub(in crate::writer) const FD_ARRAY: u16 = 12 << 8 | 36;
    pub(in crate::writer) const FD_SELECT: u16 = 12 << 8 | 37;
}

/// A DICT (4): its operators with their operands as they are written.
pub(super) struct Dictionary<'a>(Vec<(u16, &'a [u8])>);

impl<'a> Dictionary<'a> {
    /// Reads a DICT; `None` if it is broken.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let (mut entries, mut start, mut at) = (Vec::new(), 0, 0);
        while at < bytes.len() {
            let byte = bytes[at];
            if byte <= 21 {
                let long = byte == 12;
                let second = if long { *bytes.get(at + 1)? } else { 0 };
                let operator = if long {
                    12 << 8 | u16::from(second)
                } else {
                    u16::from(byte)
                };
                entries.push((operator, &bytes[start..at]));
                at += 1 + usize::from(long);
                start = at;
                continue;
            }
            at += match byte {
                28 => 3,
                29 => 5,
                // A real number ends with the half-byte 15.
                30 => {
                    let rest = bytes.get(at + 1..)?;
                    2 + rest.iter().position(|b| b & 0xF == 0xF || b >> 4 == 0xF)?
                }
                32..=246 => 1,
                247..=254 => 2,
                _ => return None,
            };
        }
        Some(Self(entries))
    }

    fn operands(&self, operator: u16) -> Option<&'a [u8]> {
        let entry = self.0.iter().find(|(known, _)| *known == operator);
        entry.map(|(_, operands)| *operands)
    }

    /// The operands of an operator, where all are whole numbers.
    pub(super) fn numbers(&self, operator: u16) -> Option<Vec<i32>> {
        let (mut rest, mut numbers) = (self.operands(operator)?, Vec::new());
        while !rest.is_empty() {
            let (number, length) = integer(rest)?;
            numbers.push(number);
            rest = &rest[length..];
        }
        Some(numbers)
    }

    /// Whether the operator occurs.
    pub(super) fn has(&self, operator: u16) -> bool {
        self.operands(operator).is_some()
    }

    /// The operands of an operator, whole numbers or not.
    pub(super) fn reals(&self, operator: u16) -> Option<Vec<f32>> {
        let (mut rest, mut numbers) = (self.operands(operator)?, Vec::new());
        while let Some(first) = rest.first() {
            let (number, length) = match first {
                30 => real(rest)?,
                _ => integer(rest).map(|(number, length)| (number as f32, length))?,
            };
            numbers.push(number);
            rest = &rest[length..];
        }
        Some(numbers)
    }

    /// The one operand of an operator, which is an offset from the start of the program.
    pub(super) fn offset(&self, operator: u16) -> Option<usize> {
        match self.numbers(operator)?.as_slice() {
            [offset] => usize::try_from(*offset).ok(),
            _ => None,
        }
    }

    /// Writes an entry as it is, where there is one.
    pub(super) fn copy(&self, operator: u16, out: &mut Vec<u8>) {
        if let Some(operands) = self.operands(operator) {
            out.extend(operands);
            operate(out, operator);
        }
    }
}

/// The whole number at the start of the bytes, and how many bytes it takes (4, table 3).
fn integer(bytes: &[u8]) -> Option<(i32, usize)> {
    Some(match *bytes {
        [byte @ 32..=246, ..] => (i32::from(byte) - 139, 1),
        [byte @ 247..=250, low, ..] => ((i32::from(byte) - 247) * 256 + i32::from(low) + 108, 2),
        [byte @ 251..=254, low, ..] => (-(i32::from(byte) - 251) * 256 - i32::from(low) - 108, 2),
        [28, a, b, ..] => (i32::from(i16::from_be_bytes([a, b])), 3),
        [29, a, b, c, d, ..] => (i32::from_be_bytes([a, b, c, d]), 5),
        _ => return None,
    })
}

/// The real number at the start of the bytes, which is the byte 30 and then a digit in each half
/// byte (4, table 5), and how many bytes it takes.
fn real(bytes: &[u8]) -> Option<(f32, usize)> {
    let mut text = String::new();
    for (at, byte) in bytes.iter().enumerate().skip(1) {
        for half in [byte >> 4, byte & 0xF] {
            match half {
                0..=9 => text.push(char::from(b'0' + half)),
                0xA => text.push('.'),
                0xB => text.push('E'),
                0xC => text.push_str("E-"),
                0xE => text.push('-'),
                0xF => return Some((text.parse().ok()?, at + 1)),
                _ => return None,
            }
        }
    }
    None
}

/// A number in five bytes (4).
pub(super) fn long(out: &mut Vec<u8>, number: i32) {
    out.push(29);
    out.extend(number.to_be_bytes());
}

/// An operator (4).
pub(super) fn operate(out: &mut Vec<u8>, operator: u16) {
    let [first, second] = operator.to_be_bytes();
    if first > 0 {
        out.push(first);
    }
    out.push(second);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dictionaries_are_read_as_they_are_written() {
        let mut bytes = Vec::new();
        for number in [-1, 70_000] {
            long(&mut bytes, number);
        }
        operate(&mut bytes, operator::PRIVATE);
        // 0.001, then 107, 108, -108 and -300 in one, two, two and three bytes.
        bytes.extend([30, 0xA0, 0x01, 0xFF]);
        operate(&mut bytes, operator::FONT_MATRIX);
        bytes.extend([246, 247, 0, 251, 0, 28, 0xFE, 0xD4]);
        operate(&mut bytes, operator::FONT_BBOX);
        let read = Dictionary::read(&bytes).unwrap();
        assert_eq!(read.numbers(operator::PRIVATE).unwrap(), [-1, 70_000]);
        assert_eq!(
            read.numbers(operator::FONT_BBOX).unwrap(),
            [107, 108, -108, -300]
        );
        assert_eq!(read.numbers(operator::FONT_MATRIX), None, "no whole number");
        assert_eq!(read.reals(operator::FONT_MATRIX).unwrap(), [0.001]);
        assert_eq!(
            read.reals(operator::FONT_BBOX).unwrap(),
            [107.0, 108.0, -108.0, -300.0]
        );
        let mut copied = Vec::new();
        read.copy(operator::FONT_MATRIX, &mut copied);
        read.copy(operator::CHARSET, &mut copied);
        assert_eq!(copied, [30, 0xA0, 0x01, 0xFF, 12, 7]);
    }
}
