//! Advance widths of a bare CFF font program (Adobe Technical Notes 5176 and 5177).
//!
//! ttf-parser outlines such a font, but gives the widths of name-keyed fonts only, and embedded
//! fonts are keyed by CID. To be removed once it gives them too.

/// Subroutines nested deeper than this are not followed (Technical Note 5177, appendix B).
const DEPTH_LIMIT: u8 = 10;

/// The most operands of a charstring (Technical Note 5177, appendix B).
const STACK_LIMIT: usize = 48;

/// An INDEX: the count, size and place of offsets, and where the data they point into begins.
#[derive(Clone, Copy)]
struct Index<'a> {
    bytes: &'a [u8],
    count: usize,
    size: usize,
}

/// The widths of a font dictionary: that of a charstring without one, and the one added to
/// the width of one that has it.
#[derive(Clone, Copy, Default)]
struct Widths<'a> {
    default: f32,
    nominal: f32,
    subroutines: Option<Index<'a>>,
}

/// The progress of the search for a charstring's width.
enum Found {
    /// No operator has come yet that would tell.
    Nothing,
    /// It has none of its own.
    Default,
    /// To be added to the nominal width.
    Own(f32),
}

/// A CFF font program.
pub(crate) struct Cff<'a> {
    global: Index<'a>,
    charstrings: Index<'a>,
    /// One for each font dictionary; one alone where the font is name-keyed.
    widths: Vec<Widths<'a>>,
    /// The font dictionary of each glyph, where there are several.
    selected: Vec<u8>,
    /// Design units to 1/1000 em.
    scale: f32,
}

fn be(bytes: &[u8], at: usize, size: usize) -> Option<usize> {
    let bytes = bytes.get(at..at.checked_add(size)?)?;
    Some(
        bytes
            .iter()
            .fold(0, |value, byte| value << 8 | usize::from(*byte)),
    )
}

impl<'a> Index<'a> {
    /// Reads the INDEX at an offset; with it the offset behind it.
    fn read(bytes: &'a [u8], at: usize) -> Option<(Self, usize)> {
        let count = be(bytes, at, 2)?;
        let bytes = bytes.get(at + 2..)?;
        if count == 0 {
            let size = 1;
            return Some((Self { bytes, count, size }, at + 2));
        }
        let size = be(bytes, 0, 1)?;
        if !(1..=4).contains(&size) {
            return None;
        }
        let bytes = &bytes[1..];
        let index = Self { bytes, count, size };
        let data = (count + 1) * size;
        let end = data + be(bytes, count * size, size)?.checked_sub(1)?;
        bytes.get(..end)?;
        Some((index, at + 3 + end))
    }

    fn get(&self, at: usize) -> Option<&'a [u8]> {
        if at >= self.count {
            return None;
        }
        let data = ((self.count + 1) * self.size).checked_sub(1)?;
        let start = be(self.bytes, at * self.size, self.size)?;
        let end = be(self.bytes, (at + 1) * self.size, self.size)?;
        self.bytes.get(data + start..data + end)
    }

    /// The subroutine of a biased number (5177, 4.7).
    fn subroutine(&self, number: f32) -> Option<&'a [u8]> {
        let bias = match self.count {
            0..1240 => 107,
            1240..33900 => 1131,
            _ => 32768,
        };
        usize::try_from(number as i64 + bias)
            .ok()
            .and_then(|at| self.get(at))
    }
}

/// A DICT: operators with their operands (5176, 4). Two-byte operators are 0x0C00 and more.
fn dict(bytes: &[u8]) -> Vec<(u16, Vec<f32>)> {
    let mut entries = Vec::new();
    let mut operands = Vec::new();
    let mut at = 0;
    while let Some(&first) = bytes.get(at) {
        at += 1;
        match first {
            12 => {
                let second = bytes.get(at).copied().unwrap_or(0);
                at += 1;
                let operator = 0x0C00 | u16::from(second);
                entries.push((operator, std::mem::take(&mut operands)));
            }
            0..=21 => entries.push((u16::from(first), std::mem::take(&mut operands))),
            28 => {
                operands.push(be(bytes, at, 2).unwrap_or(0) as u16 as i16 as f32);
                at += 2;
            }
            29 => {
                operands.push(be(bytes, at, 4).unwrap_or(0) as u32 as i32 as f32);
                at += 4;
            }
            30 => {
                let mut text = String::new();
                'nibbles: while let Some(byte) = bytes.get(at) {
                    at += 1;
                    for nibble in [byte >> 4, byte & 15] {
                        match nibble {
                            0..=9 => text.push(char::from(b'0' + nibble)),
                            10 => text.push('.'),
                            11 => text.push('E'),
                            12 => text.push_str("E-"),
                            14 => text.push('-'),
                            _ => break 'nibbles,
                        }
                    }
                }
                operands.push(text.parse().unwrap_or(0.0));
            }
            32..=246 => operands.push(f32::from(first) - 139.0),
            247..=250 => {
                let low = bytes.get(at).copied().unwrap_or(0);
                at += 1;
                operands.push((f32::from(first) - 247.0) * 256.0 + f32::from(low) + 108.0);
            }
            251..=254 => {
                let low = bytes.get(at).copied().unwrap_or(0);
                at += 1;
                operands.push((251.0 - f32::from(first)) * 256.0 - f32::from(low) - 108.0);
            }
            _ => {}
        }
    }
    entries
}

/// The operands of an operator.
fn of(entries: &[(u16, Vec<f32>)], operator: u16) -> Option<&[f32]> {
    let entry = entries.iter().find(|(found, _)| *found == operator);
    entry.map(|(_, operands)| operands.as_slice())
}

fn offset(entries: &[(u16, Vec<f32>)], operator: u16) -> Option<usize> {
    of(entries, operator)?.first().map(|value| *value as usize)
}

impl<'a> Widths<'a> {
    /// From the Private DICT to which a font dictionary or the Top DICT points (operator 18).
    fn read(bytes: &'a [u8], entries: &[(u16, Vec<f32>)]) -> Option<Self> {
        let [size, start] = of(entries, 18)? else {
            return None;
        };
        let (size, start) = (*size as usize, *start as usize);
        let private = dict(bytes.get(start..start.checked_add(size)?)?);
        let number = |operator| of(&private, operator).and_then(|all| all.first()).copied();
        let subroutines = offset(&private, 19)
            .and_then(|at| Index::read(bytes, start + at))
            .map(|(index, _)| index);
        Some(Self {
            default: number(20).unwrap_or(0.0),
            nominal: number(21).unwrap_or(0.0),
            subroutines,
        })
    }
}

impl<'a> Cff<'a> {
    /// Reads the tables; `None` where the program is broken.
    pub(crate) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let header = usize::from(*bytes.get(2)?);
        let (_, at) = Index::read(bytes, header)?;
        let (tops, at) = Index::read(bytes, at)?;
        let (_, at) = Index::read(bytes, at)?;
        let (global, _) = Index::read(bytes, at)?;
        let top = dict(tops.get(0)?);
        let (charstrings, _) = Index::read(bytes, offset(&top, 17)?)?;
        let mut scale = of(&top, 0x0C07).and_then(|matrix| matrix.first()).copied();
        let keyed_by_cid = of(&top, 0x0C1E).is_some();
        let (mut widths, mut selected) = (Vec::new(), Vec::new());
        if keyed_by_cid {
            let (dictionaries, _) = Index::read(bytes, offset(&top, 0x0C24)?)?;
            for at in 0..dictionaries.count {
                let entries = dict(dictionaries.get(at)?);
                if scale.is_none() {
                    scale = of(&entries, 0x0C07)
                        .and_then(|matrix| matrix.first())
                        .copied();
                }
                widths.push(Widths::read(bytes, &entries).unwrap_or_default());
            }
            selected = selection(bytes, offset(&top, 0x0C25)?, charstrings.count)?;
        } else {
            widths.push(Widths::read(bytes, &top).unwrap_or_default());
        }
        Some(Self {
            global,
            charstrings,
            widths,
            selected,
            scale: scale.unwrap_or(0.001) * 1000.0,
        })
    }

    /// The advance width of a glyph in 1/1000 em; `None` where its charstring is broken.
    /// The stack is empty memory, one for all glyphs.
    pub(crate) fn advance(&self, glyph: usize, stack: &mut Vec<f32>) -> Option<f32> {
        let font = self.selected.get(glyph).map_or(0, |at| usize::from(*at));
        let widths = *self.widths.get(font)?;
        stack.clear();
        let width = match self.width(self.charstrings.get(glyph)?, &widths, stack, 0)? {
            Found::Nothing => return None,
            Found::Default => widths.default,
            Found::Own(width) => widths.nominal + width,
        };
        Some(width * self.scale)
    }

    /// The width at the start of a charstring (5177, 3.1): the operand too many of the first
    /// operator that clears the stack.
    fn width(
        &self,
        code: &[u8],
        widths: &Widths<'_>,
        stack: &mut Vec<f32>,
        depth: u8,
    ) -> Option<Found> {
        let mut at = 0;
        while let Some(&first) = code.get(at) {
            at += 1;
            let taken = match first {
                // hstem, vstem, hstemhm, vstemhm, hintmask, cntrmask take pairs.
                1 | 3 | 18 | 23 | 19 | 20 => Some(stack.len() % 2 == 1),
                21 => Some(stack.len() > 2),
                22 | 4 => Some(stack.len() > 1),
                // endchar; with four operands it joins two glyphs (5177, appendix C).
                14 => Some(stack.len() == 1 || stack.len() == 5),
                10 | 29 => {
                    let table = if first == 10 {
                        widths.subroutines
                    } else {
                        Some(self.global)
                    };
                    let code = table?.subroutine(stack.pop()?)?;
                    if depth >= DEPTH_LIMIT {
                        return None;
                    }
                    match self.width(code, widths, stack, depth + 1)? {
                        Found::Nothing => None,
                        found => return Some(found),
                    }
                }
                11 => return Some(Found::Nothing),
                28 => {
                    stack.push(be(code, at, 2)? as u16 as i16 as f32);
                    at += 2;
                    None
                }
                32..=246 => {
                    stack.push(f32::from(first) - 139.0);
                    None
                }
                247..=254 => {
                    let low = f32::from(*code.get(at)?);
                    at += 1;
                    let first = f32::from(first);
                    stack.push(if first < 251.0 {
                        (first - 247.0) * 256.0 + low + 108.0
                    } else {
                        (251.0 - first) * 256.0 - low - 108.0
                    });
                    None
                }
                255 => {
                    stack.push(be(code, at, 4)? as u32 as i32 as f32 / 65536.0);
                    at += 4;
                    None
                }
                // Any other operator moves or draws before a width was due, so there is none.
                _ => Some(false),
            };
            if stack.len() > STACK_LIMIT {
                return None;
            }
            if let Some(taken) = taken {
                let own = stack.first().copied().filter(|_| taken);
                return Some(own.map_or(Found::Default, Found::Own));
            }
        }
        Some(Found::Nothing)
    }
}

/// FDSelect (5176, 19): the font dictionary of each glyph.
fn selection(bytes: &[u8], at: usize, glyphs: usize) -> Option<Vec<u8>> {
    match bytes.get(at)? {
        0 => bytes.get(at + 1..at + 1 + glyphs).map(<[u8]>::to_vec),
        3 => {
            let ranges = be(bytes, at + 1, 2)?;
            let mut all = Vec::with_capacity(glyphs);
            for range in 0..ranges {
                let start = at + 3 + range * 3;
                let next = be(bytes, start + 3, 2)?.min(glyphs);
                all.resize(next.max(all.len()), *bytes.get(start + 2)?);
            }
            Some(all)
        }
        _ => None,
    }
}
