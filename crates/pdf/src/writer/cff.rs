//! The Compact Font Format (Adobe Technical Note 5176), as far as a subset is finished here: its
//! glyphs get the numbers of the whole font, and lose their hints.
//!
//! Hints move the edges of a glyph to whole pixels of a coarse screen. They are a quarter of a
//! subset, paper does not need them, and screens of today are fine enough.

use std::ops::Range;

/// Finishes a CID-keyed program without subroutines, whose glyphs are numbered from 0 on: the
/// glyphs after the first become `ids`, and hints are left out. None where the program is of
/// another kind.
pub(super) fn finished(cff: &[u8], ids: &[u16]) -> Option<Vec<u8>> {
    let header = usize::from(*cff.get(2)?);
    let (_, names) = index(cff, header)?;
    let (dictionaries, _) = index(cff, names)?;
    let top = dictionaries.into_iter().next()?;
    let charset = operand(cff, top.clone(), 15)?;
    let programs = operand(cff, top, 17)?;
    let start = u32::from_be_bytes(cff.get(programs..programs + 4)?.try_into().ok()?);
    let start = usize::try_from(start).ok()?;
    let (glyphs, end) = index(cff, start)?;
    if end != cff.len() || glyphs.len() != ids.len() + 1 {
        return None;
    }
    let glyphs: Option<Vec<Vec<u8>>> = glyphs
        .into_iter()
        .map(|glyph| unhinted(cff.get(glyph)?))
        .collect();
    let mut out = cff.get(..start)?.to_vec();
    write_index(&mut out, &glyphs?)?;
    let offset = u32::try_from(out.len()).ok()?;
    out.get_mut(charset..charset + 4)?
        .copy_from_slice(&offset.to_be_bytes());
    // Format 0: a number for each glyph after the first (13).
    out.push(0);
    out.extend(ids.iter().flat_map(|id| id.to_be_bytes()));
    Some(out)
}

/// Where the four bytes stand that are the one operand of an operator of a DICT (4).
fn operand(cff: &[u8], dictionary: Range<usize>, operator: u8) -> Option<usize> {
    let mut at = dictionary.start;
    let mut operand = None;
    while at < dictionary.end {
        let byte = *cff.get(at)?;
        let length = match byte {
            12 => 2,
            0..=21 | 32..=246 => 1,
            28 => 3,
            29 => 5,
            // A real number ends with the half-byte 15.
            30 => {
                let rest = cff.get(at + 1..dictionary.end)?;
                2 + rest.iter().position(|b| b & 0xF == 0xF || b >> 4 == 0xF)?
            }
            247..=254 => 2,
            _ => return None,
        };
        match byte {
            _ if byte == operator => return operand,
            29 => operand = Some(at + 1),
            _ => operand = None,
        }
        at += length;
    }
    None
}

/// Where the objects of an INDEX lie, and the byte after it (5).
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

fn write_index(out: &mut Vec<u8>, objects: &[Vec<u8>]) -> Option<()> {
    out.extend(u16::try_from(objects.len()).ok()?.to_be_bytes());
    let last = 1 + objects.iter().map(Vec::len).sum::<usize>();
    let size = (1..4).find(|size| last >> (8 * size) == 0).unwrap_or(4);
    out.push(size as u8);
    let mut offset = 1;
    for length in objects.iter().map(Vec::len).chain([0]) {
        out.extend(&u32::try_from(offset).ok()?.to_be_bytes()[4 - size..]);
        offset += length;
    }
    out.extend(objects.iter().flatten());
    Some(())
}

/// The program of a glyph without its hints (Adobe Technical Note 5177, 4.3). None where it calls
/// subroutines or computes.
fn unhinted(program: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(program.len());
    let mut operands: Vec<&[u8]> = Vec::new();
    let mut hints = 0;
    // The width may stand before the operands of the first operator, and hints come in pairs.
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
        write_index(&mut out, &[vec![1, 2], vec![], vec![3; 300]]).unwrap();
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
