//! CID-keyed programs of the Compact Font Format (Adobe Technical Note 5176), taken apart into glyphs
//! and put together again. Glyphs go by their numbers in the charset, so that the subsets of many
//! files are parts of one program.

use std::collections::BTreeMap;
use std::rc::Rc;

/// Operators of DICTs (9, 18, 19); the second byte of the long ones follows the byte 12.
mod operator {
    pub(super) const CHARSET: u16 = 15;
    pub(super) const CHAR_STRINGS: u16 = 17;
    pub(super) const PRIVATE: u16 = 18;
    pub(super) const SUBROUTINES: u16 = 19;
    pub(super) const ROS: u16 = 12 << 8 | 30;
    pub(super) const FD_ARRAY: u16 = 12 << 8 | 36;
    pub(super) const FD_SELECT: u16 = 12 << 8 | 37;
}

/// Operators whose operands are places in the program.
const POINTERS: [u16; 4] = [
    operator::CHARSET,
    operator::FD_SELECT,
    operator::CHAR_STRINGS,
    operator::FD_ARRAY,
];

/// The dictionaries of a glyph: its Font DICT without the place of the Private DICT, and the latter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FontDict {
    own: Vec<u8>,
    private: Vec<u8>,
}

/// A glyph of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outline {
    /// Its charstring, which calls no subroutine.
    pub(crate) program: Vec<u8>,
    pub(crate) font: Rc<FontDict>,
}

/// What programs of one face have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frame {
    /// The header (6) and the INDEX of names (7).
    head: Vec<u8>,
    /// The Top DICT without the places in the program.
    top: Vec<u8>,
    /// The INDEX of strings (10).
    strings: Vec<u8>,
}

impl Frame {
    /// Its bytes, which distinguish it.
    pub(crate) fn fields(&self) -> [&[u8]; 3] {
        [&self.head, &self.top, &self.strings]
    }
}

/// Takes a program apart into its frame and its glyphs by number. `None` if it is damaged or of
/// another kind: not CID-keyed, or with subroutines.
pub(crate) fn read(cff: &[u8]) -> Option<(Frame, BTreeMap<u16, Outline>)> {
    let header = usize::from(*cff.get(2)?);
    let (_, names) = index(cff, header)?;
    let (dictionaries, strings) = index(cff, names)?;
    let [top] = dictionaries.as_slice() else {
        return None;
    };
    let top = dictionary(top)?;
    if top
        .first()
        .is_none_or(|(operator, _)| *operator != operator::ROS)
    {
        return None;
    }
    let (_, subroutines) = index(cff, strings)?;
    if !index(cff, subroutines)?.0.is_empty() {
        return None;
    }
    let at = |operator| offset(&top, operator);
    let (programs, _) = index(cff, at(operator::CHAR_STRINGS)?)?;
    let fonts = fonts(cff, at(operator::FD_ARRAY)?)?;
    let numbers = charset(cff, at(operator::CHARSET)?, programs.len())?;
    let selection = selection(cff, at(operator::FD_SELECT)?, programs.len())?;
    let mut glyphs = BTreeMap::new();
    for ((program, number), font) in programs.iter().zip(numbers).zip(selection) {
        let outline = Outline {
            program: program.to_vec(),
            font: Rc::clone(fonts.get(usize::from(font))?),
        };
        if glyphs.insert(number, outline).is_some() {
            return None;
        }
    }
    let mut kept = Vec::new();
    for (operator, operands) in &top {
        if !POINTERS.contains(operator) {
            kept.extend_from_slice(operands);
            operate(&mut kept, *operator);
        }
    }
    let frame = Frame {
        head: cff.get(..names)?.to_vec(),
        top: kept,
        strings: cff.get(strings..subroutines)?.to_vec(),
    };
    Some((frame, glyphs))
}

/// Puts a program together from glyphs by number, number 0 among them. `None` if it has more than the
/// format can hold.
pub(crate) fn write(frame: &Frame, glyphs: &BTreeMap<u16, Outline>) -> Option<Vec<u8>> {
    let mut fonts: Vec<&FontDict> = glyphs.values().map(|glyph| &*glyph.font).collect();
    fonts.sort_unstable();
    fonts.dedup();

    // Offsets are numbers of five bytes, so that no length depends on one.
    let mut dictionary = frame.top.clone();
    let plain = dictionary.len();
    for pointer in POINTERS {
        long(&mut dictionary, 0);
        operate(&mut dictionary, pointer);
    }
    let mut out = frame.head.clone();
    let length = dictionary.len();
    write_index(&mut out, &[&dictionary])?;
    let mut hole = out.len() - length + plain;
    out.extend_from_slice(&frame.strings);
    write_index(&mut out, &[])?;
    let mut places = vec![out.len()];
    // Format 0: a number for each glyph after the first (13).
    out.push(0);
    out.extend(
        glyphs
            .keys()
            .skip(1)
            .flat_map(|number| number.to_be_bytes()),
    );
    places.push(out.len());
    if let [_] = fonts.as_slice() {
        // Format 3: one range (19).
        let end = u16::try_from(glyphs.len()).ok()?.to_be_bytes();
        out.extend_from_slice(&[3, 0, 1, 0, 0, 0, end[0], end[1]]);
    } else {
        out.push(0);
        for glyph in glyphs.values() {
            let font = fonts.binary_search(&&*glyph.font).ok()?;
            out.push(u8::try_from(font).ok()?);
        }
    }
    places.push(out.len());
    let programs: Vec<&[u8]> = glyphs
        .values()
        .map(|glyph| glyph.program.as_slice())
        .collect();
    write_index(&mut out, &programs)?;
    let mut dictionaries = Vec::with_capacity(fonts.len());
    for FontDict { own, private } in fonts {
        let mut own = own.clone();
        long(&mut own, i32::try_from(private.len()).ok()?);
        long(&mut own, i32::try_from(out.len()).ok()?);
        operate(&mut own, operator::PRIVATE);
        dictionaries.push(own);
        out.extend_from_slice(private);
    }
    places.push(out.len());
    let dictionaries: Vec<&[u8]> = dictionaries.iter().map(Vec::as_slice).collect();
    write_index(&mut out, &dictionaries)?;
    for (place, pointer) in places.into_iter().zip(POINTERS) {
        let number = i32::try_from(place).ok()?.to_be_bytes();
        out.get_mut(hole + 1..hole + 5)?.copy_from_slice(&number);
        hole += 5 + if pointer > 0xFF { 2 } else { 1 };
    }
    Some(out)
}

/// The Font DICTs with their Private DICTs (19). `None` if one has subroutines.
fn fonts(cff: &[u8], at: usize) -> Option<Vec<Rc<FontDict>>> {
    let (fonts, _) = index(cff, at)?;
    let font = |bytes: &&[u8]| {
        let entries = dictionary(bytes)?;
        let mut own = Vec::new();
        for (operator, operands) in &entries {
            if *operator != operator::PRIVATE {
                own.extend_from_slice(operands);
                operate(&mut own, *operator);
            }
        }
        let operands = operands(&entries, operator::PRIVATE)?;
        let (size, length) = integer(operands)?;
        let (at, rest) = integer(&operands[length..])?;
        if length + rest != operands.len() {
            return None;
        }
        let (size, at) = (usize::try_from(size).ok()?, usize::try_from(at).ok()?);
        let private = cff.get(at..at.checked_add(size)?)?;
        let has_subroutines = dictionary(private)?
            .iter()
            .any(|(operator, _)| *operator == operator::SUBROUTINES);
        (!has_subroutines).then(|| {
            Rc::new(FontDict {
                own,
                private: private.to_vec(),
            })
        })
    };
    fonts.iter().map(font).collect()
}

/// The number of each glyph (13).
fn charset(cff: &[u8], at: usize, glyphs: usize) -> Option<Vec<u16>> {
    let mut numbers = vec![0];
    let short = |at: usize| Some(u16::from_be_bytes(cff.get(at..at + 2)?.try_into().ok()?));
    let format = *cff.get(at)?;
    let mut at = at + 1;
    while numbers.len() < glyphs {
        let first = short(at)?;
        at += 2;
        let left = match format {
            0 => 0,
            1 => {
                at += 1;
                u16::from(*cff.get(at - 1)?)
            }
            2 => {
                at += 2;
                short(at - 2)?
            }
            _ => return None,
        };
        numbers.extend(first..=first.checked_add(left)?);
    }
    (numbers.len() == glyphs).then_some(numbers)
}

/// The Font DICT of each glyph (19).
fn selection(cff: &[u8], at: usize, glyphs: usize) -> Option<Vec<u8>> {
    let short = |at: usize| Some(u16::from_be_bytes(cff.get(at..at + 2)?.try_into().ok()?));
    match *cff.get(at)? {
        0 => Some(cff.get(at + 1..at + 1 + glyphs)?.to_vec()),
        3 => {
            let mut found = Vec::with_capacity(glyphs);
            for range in 0..usize::from(short(at + 1)?) {
                let place = at + 3 + 3 * range;
                let end = usize::from(short(place + 3)?);
                if usize::from(short(place)?) != found.len() || end > glyphs {
                    return None;
                }
                found.resize(end.max(found.len()), *cff.get(place + 2)?);
            }
            (found.len() == glyphs).then_some(found)
        }
        _ => None,
    }
}

/// The operators of a DICT with their operands as they are written (4).
fn dictionary(bytes: &[u8]) -> Option<Vec<(u16, &[u8])>> {
    let (mut entries, mut start, mut at) = (Vec::new(), 0, 0);
    while at < bytes.len() {
        let byte = bytes[at];
        at += match byte {
            0..=21 => {
                let is_long = byte == 12;
                let operator = if is_long {
                    12 << 8 | u16::from(*bytes.get(at + 1)?)
                } else {
                    u16::from(byte)
                };
                entries.push((operator, &bytes[start..at]));
                start = at + 1 + usize::from(is_long);
                1 + usize::from(is_long)
            }
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
    (start == bytes.len()).then_some(entries)
}

fn operands<'a>(entries: &[(u16, &'a [u8])], operator: u16) -> Option<&'a [u8]> {
    let entry = entries.iter().find(|(known, _)| *known == operator);
    entry.map(|(_, operands)| *operands)
}

/// The one operand of an operator, which is a place in the program.
fn offset(entries: &[(u16, &[u8])], operator: u16) -> Option<usize> {
    let operands = operands(entries, operator)?;
    let (number, length) = integer(operands)?;
    (length == operands.len()).then_some(())?;
    usize::try_from(number).ok()
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

/// Writes a number in five bytes (4).
fn long(out: &mut Vec<u8>, number: i32) {
    out.push(29);
    out.extend_from_slice(&number.to_be_bytes());
}

fn operate(out: &mut Vec<u8>, operator: u16) {
    let [high, low] = operator.to_be_bytes();
    if high > 0 {
        out.push(high);
    }
    out.push(low);
}

/// The objects of an INDEX, and the offset after it (5).
fn index(cff: &[u8], at: usize) -> Option<(Vec<&[u8]>, usize)> {
    let count = usize::from(u16::from_be_bytes(cff.get(at..at + 2)?.try_into().ok()?));
    if count == 0 {
        return Some((Vec::new(), at + 2));
    }
    let size = usize::from(*cff.get(at + 2)?);
    let data = at + 2 + (count + 1) * size;
    let offset = |number: usize| -> Option<usize> {
        let bytes = cff.get(at + 3 + number * size..at + 3 + (number + 1) * size)?;
        let number = |all: usize, byte: &u8| all.checked_mul(256)?.checked_add(usize::from(*byte));
        bytes.iter().try_fold(0, number)?.checked_add(data)
    };
    let objects = (0..count).map(|number| cff.get(offset(number)?..offset(number + 1)?));
    Some((objects.collect::<Option<_>>()?, offset(count)?))
}

fn write_index(out: &mut Vec<u8>, objects: &[&[u8]]) -> Option<()> {
    out.extend_from_slice(&u16::try_from(objects.len()).ok()?.to_be_bytes());
    // An empty one is its count alone.
    if objects.is_empty() {
        return Some(());
    }
    let last = 1 + objects.iter().map(|object| object.len()).sum::<usize>();
    let size = (1..4).find(|size| last >> (8 * size) == 0).unwrap_or(4);
    out.push(size as u8);
    let mut offset = 1;
    for length in objects.iter().map(|object| object.len()).chain([0]) {
        out.extend_from_slice(&u32::try_from(offset).ok()?.to_be_bytes()[4 - size..]);
        offset += length;
    }
    for object in objects {
        out.extend_from_slice(object);
    }
    Some(())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    fn font(width: u8) -> Rc<FontDict> {
        // Private: nominalWidthX.
        let private = vec![width, 21];
        Rc::new(FontDict {
            own: Vec::new(),
            private,
        })
    }

    /// A program with these glyphs, each with its number as its charstring.
    pub(crate) fn sample(numbers: &[u16]) -> Vec<u8> {
        let mut head = vec![1, 0, 4, 4];
        write_index(&mut head, &[b"Sample"]).expect("an INDEX");
        let mut top = Vec::new();
        for number in [391, 392, 0] {
            long(&mut top, number);
        }
        operate(&mut top, operator::ROS);
        let mut strings = Vec::new();
        write_index(&mut strings, &[b"Adobe", b"Identity"]).expect("an INDEX");
        let frame = Frame { head, top, strings };
        write(&frame, &glyphs(numbers)).expect("a program")
    }

    fn glyphs(numbers: &[u16]) -> BTreeMap<u16, Outline> {
        let outline = |number: u16| Outline {
            program: vec![28, (number >> 8) as u8, number as u8, 22, 14],
            font: font(if number < 500 { 139 } else { 140 }),
        };
        let numbers = [0].iter().chain(numbers);
        numbers.map(|number| (*number, outline(*number))).collect()
    }

    #[test]
    fn a_program_is_read_as_it_was_written() {
        for numbers in [&[][..], &[1, 2, 7], &[1, 300, 499], &[3, 499, 500, 65_535]] {
            let (frame, read) = read(&sample(numbers)).expect("a program");
            assert_eq!(read, glyphs(numbers), "{numbers:?}");
            assert_eq!(write(&frame, &read), Some(sample(numbers)));
        }
    }

    #[test]
    fn charsets_and_selections_in_ranges_are_read() {
        // Two ranges of format 1, and of format 2.
        assert_eq!(
            charset(&[1, 0, 5, 1, 0, 9, 0], 0, 4),
            Some(vec![0, 5, 6, 9])
        );
        assert_eq!(charset(&[2, 0, 5, 0, 2], 0, 4), Some(vec![0, 5, 6, 7]));
        assert_eq!(charset(&[2, 0, 5, 0, 9], 0, 4), None);
        assert_eq!(
            selection(&[3, 0, 2, 0, 0, 7, 0, 1, 8, 0, 3], 0, 3),
            Some(vec![7, 8, 8])
        );
        assert_eq!(selection(&[3, 0, 1, 0, 0, 7, 0, 4], 0, 3), None);
    }

    #[test]
    fn a_program_that_is_torn_or_of_another_kind_is_not_taken_apart() {
        let whole = sample(&[1, 2, 600]);
        for length in 0..whole.len() {
            // What is cut may leave a program that is read; it must not be one with all glyphs.
            if let Some((_, glyphs)) = read(&whole[..length]) {
                assert!(glyphs.len() < 4, "{length}");
            }
        }
        // `version` in the place of ROS, and a global subroutine.
        let mut named = whole.clone();
        let ros = named
            .windows(2)
            .position(|two| two == [12, 30])
            .expect("ROS");
        named[ros + 1] = 0;
        assert!(read(&named).is_none());
    }
}
