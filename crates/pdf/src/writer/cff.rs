//! The Compact Font Format (Adobe Technical Note 5176), as far as a subset is finished here: its
//! glyphs get the numbers of the whole font, and what neither paper nor a screen of today needs is
//! left out.
//!
//! Hints move the edges of a glyph to whole pixels of a coarse screen, and the zones beside them say
//! how; they are a quarter of a subset. Names and notices are in the font file that we distribute;
//! deflate hardly shortens them.

use std::ops::Range;

use super::dict::{Dictionary, long, operate, operator};

/// The number of strings that every reader has built in (appendix A).
const STANDARD_STRINGS: i32 = 391;

/// What the subsets of a program have in common, whatever their glyphs: header and name, the top
/// DICT without what points into the program, and each Font DICT with its Private DICT.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shell {
    head: Vec<u8>,
    top: Vec<u8>,
    fonts: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Shell {
    /// The bytes that say which Font DICT each of so many glyphs belongs to, where there is only
    /// one (19, format 3). `None` if there are several.
    pub(super) fn selection(&self, glyphs: usize) -> Option<Vec<u8>> {
        let [_] = self.fonts.as_slice() else {
            return None;
        };
        let mut out = vec![3, 0, 1, 0, 0, 0];
        out.extend(u16::try_from(glyphs).ok()?.to_be_bytes());
        Some(out)
    }
}

/// A subset that was cut out of a font: hints, names and notices are left out.
pub(super) struct Cut {
    pub(super) shell: Shell,
    /// Which Font DICT each glyph belongs to.
    pub(super) selection: Vec<u8>,
    /// The programs of its glyphs, from number 0 on.
    pub(super) programs: Vec<Vec<u8>>,
}

/// Reads a CID-keyed program without subroutines. `None` if the program is of another kind.
pub(super) fn read(cff: &[u8]) -> Option<Cut> {
    let header = usize::from(*cff.get(2)?);
    let (_, names) = index(cff, header)?;
    let (dictionaries, _) = index(cff, names)?;
    let top = Dictionary::read(cff.get(dictionaries.into_iter().next()?)?)?;
    let (programs, _) = index(cff, top.offset(operator::CHAR_STRINGS)?)?;
    let programs: Option<Vec<Vec<u8>>> = programs
        .into_iter()
        .map(|program| unhinted(cff.get(program)?))
        .collect();
    let programs = programs?;
    let (fonts, _) = index(cff, top.offset(operator::FD_ARRAY)?)?;
    let fonts: Option<Vec<Dictionary<'_>>> = fonts
        .into_iter()
        .map(|font| Dictionary::read(cff.get(font)?))
        .collect();
    let fonts = fonts?;
    // All matrices go, or none: one of a Font DICT alone would be the whole scale.
    let is_usual = is_matrix(&top, 0.001) && fonts.iter().all(|font| is_matrix(font, 1.0))
        || ![&top]
            .into_iter()
            .chain(&fonts)
            .any(|it| it.has(operator::FONT_MATRIX));
    let fonts: Option<Vec<(Vec<u8>, Vec<u8>)>> = fonts
        .iter()
        .map(|font| font_and_private(cff, font, is_usual))
        .collect();
    let mut entries = Vec::new();
    // Right behind ROS, veraPDF up to 1.29 reads the operands of ROS as the first of the matrix.
    top.copy(operator::CID_COUNT, &mut entries);
    top.copy(operator::FONT_BBOX, &mut entries);
    if !is_usual {
        top.copy(operator::FONT_MATRIX, &mut entries);
    }
    Some(Cut {
        shell: Shell {
            head: cff.get(..names)?.to_vec(),
            top: entries,
            fonts: fonts?,
        },
        selection: selection(cff, top.offset(operator::FD_SELECT)?, programs.len())?.to_vec(),
        programs,
    })
}

/// A program with these glyphs behind glyph 0, which keep the numbers `ids`. `None` if it is too
/// large, or if there are not as many programs.
pub(super) fn write(
    shell: &Shell,
    selection: &[u8],
    ids: &[u16],
    programs: &[&[u8]],
) -> Option<Vec<u8>> {
    if programs.len() != ids.len() + 1 {
        return None;
    }
    // Offsets are numbers of five bytes, so that no length depends on one.
    let mut dictionary = Vec::new();
    for number in [STANDARD_STRINGS, STANDARD_STRINGS + 1, 0] {
        long(&mut dictionary, number);
    }
    operate(&mut dictionary, operator::ROS);
    dictionary.extend(&shell.top);
    let pointers = [
        operator::CHARSET,
        operator::FD_SELECT,
        operator::CHAR_STRINGS,
        operator::FD_ARRAY,
    ];
    let plain = dictionary.len();
    for pointer in pointers {
        long(&mut dictionary, 0);
        operate(&mut dictionary, pointer);
    }

    let mut out = shell.head.clone();
    let length = dictionary.len();
    write_index(&mut out, &[&dictionary])?;
    let mut hole = out.len() - length + plain;
    write_index(&mut out, &[b"Adobe", b"Identity"])?;
    write_index(&mut out, &[])?;
    let mut offsets = vec![out.len()];
    // Format 0: a number for each glyph after the first (13).
    out.push(0);
    out.extend(ids.iter().flat_map(|id| id.to_be_bytes()));
    offsets.push(out.len());
    out.extend(selection);
    offsets.push(out.len());
    write_index(&mut out, programs)?;
    let mut dictionaries = Vec::with_capacity(shell.fonts.len());
    for (font, private) in &shell.fonts {
        let mut font = font.clone();
        long(&mut font, i32::try_from(private.len()).ok()?);
        long(&mut font, i32::try_from(out.len()).ok()?);
        operate(&mut font, operator::PRIVATE);
        dictionaries.push(font);
        out.extend(private);
    }
    offsets.push(out.len());
    let dictionaries: Vec<&[u8]> = dictionaries.iter().map(Vec::as_slice).collect();
    write_index(&mut out, &dictionaries)?;
    for (offset, pointer) in offsets.into_iter().zip(pointers) {
        let number = i32::try_from(offset).ok()?.to_be_bytes();
        out.get_mut(hole + 1..hole + 5)?.copy_from_slice(&number);
        hole += 5 + if pointer > 0xFF { 2 } else { 1 };
    }
    Some(out)
}

/// The kept entries of a Font DICT and of its Private DICT. `None` if it has subroutines: a program
/// that calls one is not supported either.
fn font_and_private(
    cff: &[u8],
    font: &Dictionary<'_>,
    is_usual: bool,
) -> Option<(Vec<u8>, Vec<u8>)> {
    let [size, offset] = font.numbers(operator::PRIVATE)?.try_into().ok()?;
    let (size, offset) = (usize::try_from(size).ok()?, usize::try_from(offset).ok()?);
    let private = Dictionary::read(cff.get(offset..offset.checked_add(size)?)?)?;
    let (mut kept, mut widths) = (Vec::new(), Vec::new());
    if !is_usual {
        font.copy(operator::FONT_MATRIX, &mut kept);
    }
    private.copy(operator::DEFAULT_WIDTH, &mut widths);
    private.copy(operator::NOMINAL_WIDTH, &mut widths);
    Some((kept, widths))
}

/// Whether the matrix of a dictionary scales by this and does nothing else. The two that say
/// nothing: 0.001 at the top, which is the default (9), and 1 in a Font DICT.
fn is_matrix(dictionary: &Dictionary<'_>, scale: f32) -> bool {
    let matrix = dictionary.reals(operator::FONT_MATRIX);
    matrix.is_some_and(|matrix| matrix == [scale, 0.0, 0.0, scale, 0.0, 0.0])
}

/// The bytes that say which Font DICT a glyph belongs to (19).
fn selection(cff: &[u8], at: usize, glyphs: usize) -> Option<&[u8]> {
    let length = match *cff.get(at)? {
        0 => 1 + glyphs,
        3 => {
            5 + 3 * usize::from(u16::from_be_bytes(
                cff.get(at + 1..at + 3)?.try_into().ok()?,
            ))
        }
        _ => return None,
    };
    cff.get(at..at + length)
}

/// The ranges of the objects of an INDEX, and the offset after it (5).
fn index(cff: &[u8], at: usize) -> Option<(Vec<Range<usize>>, usize)> {
    let count = usize::from(u16::from_be_bytes(cff.get(at..at + 2)?.try_into().ok()?));
    if count == 0 {
        return Some((Vec::new(), at + 2));
    }
    let size = usize::from(*cff.get(at + 2)?);
    let data = at + 3 + (count + 1) * size;
    let offset = |number: usize| -> Option<usize> {
        let bytes = cff.get(at + 3 + number * size..at + 3 + (number + 1) * size)?;
        let offset = bytes
            .iter()
            .fold(0, |all, byte| all << 8 | usize::from(*byte));
        (data + offset)
            .checked_sub(1)
            .filter(|end| *end <= cff.len())
    };
    let objects = (0..count).map(|number| Some(offset(number)?..offset(number + 1)?));
    Some((objects.collect::<Option<_>>()?, offset(count)?))
}

fn write_index(out: &mut Vec<u8>, objects: &[&[u8]]) -> Option<()> {
    out.extend(u16::try_from(objects.len()).ok()?.to_be_bytes());
    // An empty one is its count alone.
    if objects.is_empty() {
        return Some(());
    }
    let last = 1 + objects.iter().map(|object| object.len()).sum::<usize>();
    let size = (1..4).find(|size| last >> (8 * size) == 0).unwrap_or(4);
    out.push(size as u8);
    let mut offset = 1;
    for length in objects.iter().map(|object| object.len()).chain([0]) {
        out.extend(&u32::try_from(offset).ok()?.to_be_bytes()[4 - size..]);
        offset += length;
    }
    for object in objects {
        out.extend(*object);
    }
    Some(())
}

/// The program of a glyph without its hints (Adobe Technical Note 5177, 4.3). `None` if it calls
/// subroutines or computes.
fn unhinted(program: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(program.len());
    let mut operands: Vec<&[u8]> = Vec::new();
    let mut hints = 0;
    // The width may come before the operands of the first operator, and hints come in pairs.
    let mut is_first = true;
    let mut width = None;
    let mut at = 0;
    while at < program.len() {
        let byte = program[at];
        let length = match byte {
            28 => 3,
            32..=246 => 1,
            247..=254 => 2,
            255 => 5,
            _ => 0,
        };
        if length > 0 {
            operands.push(program.get(at..at + length)?);
            at += length;
            continue;
        }
        at += 1;
        match byte {
            // Stems, and masks of stems; a mask may have the last vertical stems before it.
            1 | 3 | 18 | 23 | 19 | 20 => {
                hints += operands.len() / 2;
                if is_first && operands.len() % 2 == 1 {
                    width = operands.first().copied();
                }
                operands.clear();
                if matches!(byte, 19 | 20) {
                    at += hints.div_ceil(8);
                }
            }
            // Paths, and the end.
            4..=6 | 7 | 8 | 14 | 21 | 22 | 24..=27 | 30 | 31 => {
                out.extend(width.take().into_iter().flatten());
                out.extend(operands.drain(..).flatten());
                out.push(byte);
            }
            12 => {
                let flex = *program.get(at)?;
                if !(34..=37).contains(&flex) {
                    return None;
                }
                out.extend(width.take().into_iter().flatten());
                out.extend(operands.drain(..).flatten());
                out.extend([byte, flex]);
                at += 1;
            }
            _ => return None,
        }
        is_first = false;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_go_and_the_width_stays() {
        // 100 (the width) 0 20 hstem; 5 9 vstem by way of hintmask with one byte; 1 2 rmoveto.
        let program = [239, 139, 159, 18, 144, 148, 19, 0xC0, 140, 141, 21, 14];
        assert_eq!(unhinted(&program).unwrap(), [239, 140, 141, 21, 14]);
        // Without width, and with a path that stays as it is.
        let program = [139, 159, 1, 140, 141, 21, 140, 141, 142, 143, 5, 14];
        assert_eq!(
            unhinted(&program).unwrap(),
            [140, 141, 21, 140, 141, 142, 143, 5, 14]
        );
        assert_eq!(unhinted(&[139, 10]), None, "a subroutine");
    }

    #[test]
    fn an_index_is_read_as_it_was_written() {
        let mut out = vec![7];
        write_index(&mut out, &[&[1, 2], &[], &[3; 300]]).unwrap();
        let (objects, end) = index(&out, 1).unwrap();
        assert_eq!(end, out.len());
        assert_eq!(
            objects
                .iter()
                .map(|object| object.len())
                .collect::<Vec<_>>(),
            [2, 0, 300]
        );
    }
}
