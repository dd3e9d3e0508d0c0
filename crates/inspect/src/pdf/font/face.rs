//! A font (ISO 32000-1, 9.6 to 9.8): text, width and box of each code, and faults of the font
//! itself.

use super::cmap::CMap;
use super::code_text::CodeText;
use super::program::Program;
use super::table::Table;
use crate::pdf::matrix::Rect;
use crate::pdf::syntax::document::Document;
use crate::pdf::syntax::object::{Dictionary, Object};
use crate::said::text::is_visible;

/// A width in the file may differ from the program's by rounding, in 1/1000 em (ISO 19005-2,
/// 6.2.11.5, as validators read it).
const WIDTH_TOLERANCE: f32 = 1.0;

/// Glyphs without a program are taken to reach from here to there, in 1/1000 em.
const USUAL: (f32, f32) = (-250.0, 900.0);

/// How the strings shown in a font become text.
enum Text {
    /// By the font's ToUnicode CMap; the number is the length of a code outside all its ranges.
    Mapped(Box<CMap>, usize),
    /// A simple font without a map: Windows-1252, which is close to WinAnsiEncoding
    /// (ISO 32000-1, annex D.2).
    Latin,
    /// A composite font without a map: two bytes a code, no text known.
    Unknown,
}

/// A fault of a font, wherever it is used.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum FontFault {
    /// It has no font program, or one that cannot be read.
    NotEmbedded,
    /// It is no composite font with the encoding Identity-H, so its glyphs cannot be followed.
    Foreign,
    /// A code whose width in the file is not the advance of its glyph, both in 1/1000 em.
    Width { code: u32, said: f32, is: f32 },
}

/// A font as a page uses it.
pub(crate) struct Font {
    /// `BaseFont`, without the tag of a subset.
    pub(crate) name: String,
    /// Its faults.
    pub(crate) faults: Vec<FontFault>,
    text: Text,
    widths: Table<f32>,
    default_width: f32,
    program: Option<Program>,
    /// All that is known of each code of two bytes that has a glyph; empty where codes have other
    /// lengths.
    codes: Table<Code>,
}

/// All that is known of a code, looked up at once: a page shows thousands.
#[derive(PartialEq)]
pub(crate) struct Code {
    pub(crate) shown: Shown,
    pub(crate) text: CodeText,
    /// Whether it has no fault: it has a glyph, which shows its text.
    pub(crate) plain: bool,
}

/// How a code is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Shown {
    /// How far it moves on, in 1/1000 em.
    pub(crate) width: f32,
    /// The box of its glyph, in 1/1000 em; `None` where nothing is painted.
    pub(crate) bounds: Option<Rect>,
    /// Whether the program has no glyph for it, or the one for missing glyphs.
    pub(crate) missing: bool,
}

/// 0x80 to 0x9F in Windows-1252.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{FFFD}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{FFFD}', 'Ž',
    '\u{FFFD}', '\u{FFFD}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{FFFD}',
    'ž', 'Ÿ',
];

impl Font {
    /// Reads a font dictionary.
    pub(crate) fn read(document: &Document<'_>, font: &Dictionary<'_>) -> Self {
        let name_of = |dictionary: &Dictionary<'_>, key: &[u8]| {
            let name = dictionary
                .get_deref(key, document)
                .and_then(Object::as_name);
            name.map(<[u8]>::to_vec).unwrap_or_default()
        };
        let composite = name_of(font, b"Subtype") == b"Type0";
        let map = font
            .get_deref(b"ToUnicode", document)
            .and_then(Object::as_stream)
            .and_then(|stream| stream.plain(document).ok());
        let text = match map {
            Some(bytes) => {
                Text::Mapped(Box::new(CMap::parse(&bytes)), if composite { 2 } else { 1 })
            }
            None if composite => Text::Unknown,
            None => Text::Latin,
        };
        let name = String::from_utf8_lossy(&name_of(font, b"BaseFont")).into_owned();
        let mut read = Self {
            name: name
                .split_once('+')
                .map_or(name.clone(), |(_, name)| name.to_owned()),
            faults: Vec::new(),
            text,
            widths: Table::default(),
            default_width: 0.0,
            program: None,
            codes: Table::default(),
        };
        let descendant = font
            .get_deref(b"DescendantFonts", document)
            .and_then(Object::as_array)
            .and_then(|fonts| document.dereference(fonts.first()?))
            .and_then(|(_, font)| font.as_dict());
        match descendant {
            Some(descendant) if name_of(font, b"Encoding") == b"Identity-H" => {
                read.program = Program::read(document, descendant);
                read.default_width = number(document, descendant, b"DW").unwrap_or(1000.0);
                read.read_widths(document, descendant);
                read.judge();
                read.tabulate();
            }
            _ => {
                read.faults.push(FontFault::Foreign);
                read.read_simple_widths(document, font);
            }
        }
        read
    }

    /// `W` of a CIDFont (9.7.4.3): `c [w …]` from c on, or `first last w` for a range.
    fn read_widths(&mut self, document: &Document<'_>, font: &Dictionary<'_>) {
        let Some(all) = font.get_deref(b"W", document).and_then(Object::as_array) else {
            return;
        };
        let mut rest = all.iter().filter_map(|item| document.dereference(item));
        while let (Some((_, first)), Some((_, second))) = (rest.next(), rest.next()) {
            let Some(first) = code(first) else { return };
            match second {
                Object::Array(widths) => {
                    for (at, width) in (first..).zip(*widths) {
                        let width = document
                            .dereference(width)
                            .and_then(|(_, width)| width.as_float());
                        self.set(at, width);
                    }
                }
                last => {
                    let (Some(last), Some((_, width))) = (code(last), rest.next()) else {
                        return;
                    };
                    let width = width.as_float();
                    let last = last.min(usize::from(u16::MAX));
                    if !document.budget.steps(last.saturating_sub(first)) {
                        return;
                    }
                    (first..=last).for_each(|at| self.set(at, width));
                }
            }
        }
    }

    /// `Widths` of a simple font (9.6.2.1).
    fn read_simple_widths(&mut self, document: &Document<'_>, font: &Dictionary<'_>) {
        let first = number(document, font, b"FirstChar").unwrap_or(0.0) as usize;
        if let Some(widths) = font
            .get_deref(b"Widths", document)
            .and_then(Object::as_array)
        {
            for (at, width) in (first..).zip(widths) {
                self.set(at, width.as_float());
            }
        }
    }

    fn set(&mut self, at: usize, width: Option<f32>) {
        if let (Ok(at), Some(width)) = (u32::try_from(at), width) {
            self.widths.set(at, width);
        }
    }

    /// Every width that the file states for a glyph is that of the glyph.
    fn judge(&mut self) {
        let Some(program) = &self.program else {
            self.faults.push(FontFault::NotEmbedded);
            return;
        };
        for (code, glyph) in program.glyphs() {
            let Some(is) = glyph.advance else { continue };
            let said = self.width(code);
            // `.notdef` is never shown in a sound file; if it is, that is a finding.
            if code > 0 && (said - is).abs() > WIDTH_TOLERANCE {
                self.faults.push(FontFault::Width { code, said, is });
            }
        }
    }

    /// Makes the table of codes.
    fn tabulate(&mut self) {
        let (Text::Mapped(map, _), Some(program)) = (&self.text, &self.program) else {
            return;
        };
        if !map.is_plain() {
            return;
        }
        let code = |code: u32| {
            let shown = self.shown(code);
            let unmapped = CodeText::One(char::REPLACEMENT_CHARACTER);
            let text = map.text(code).cloned().unwrap_or(unmapped);
            let faulty = shown.missing || !self.faults.is_empty();
            let says = |c: char| c != '\u{FFFD}' && (shown.bounds.is_some() || !is_visible(c));
            Code {
                shown,
                plain: !faulty && text.all(says),
                text,
            }
        };
        let mut codes = Table::default();
        for (at, _) in program.glyphs() {
            codes.set(at, code(at));
        }
        self.codes = codes;
    }

    /// Everything known of a code of two bytes, if the table has it.
    pub(crate) fn code(&self, code: u32) -> Option<&Code> {
        self.codes.get(code)
    }

    /// Whether its codes are everything that decides how it reads.
    pub(crate) fn is_sound(&self) -> bool {
        self.is_tabulated() && self.faults.is_empty()
    }

    /// Whether there is a table of codes.
    pub(crate) fn is_tabulated(&self) -> bool {
        !self.codes.is_empty()
    }

    fn width(&self, code: u32) -> f32 {
        let stated = self.widths.get(code).copied();
        stated.unwrap_or(self.default_width)
    }

    /// How a code is shown.
    pub(crate) fn shown(&self, code: u32) -> Shown {
        let width = self.width(code);
        match &self.program {
            Some(program) => {
                let glyph = program.glyph(code);
                Shown {
                    width,
                    bounds: glyph.and_then(|glyph| glyph.bounds),
                    missing: code == 0 || glyph.is_none(),
                }
            }
            None => Shown {
                width,
                bounds: Some(Rect::between((0.0, USUAL.0), (width, USUAL.1))),
                missing: false,
            },
        }
    }

    /// Calls `each` with each code of a shown string, its length in bytes and its text.
    pub(crate) fn decode(&self, bytes: &[u8], mut each: impl FnMut(u32, usize, &str)) {
        match &self.text {
            Text::Mapped(map, length) => map.decode(bytes, *length, each),
            Text::Latin => {
                let mut buffer = [0; 4];
                for byte in bytes {
                    let c = match byte {
                        0x80..=0x9F => WINDOWS_1252[usize::from(byte - 0x80)],
                        _ => char::from(*byte),
                    };
                    each(u32::from(*byte), 1, c.encode_utf8(&mut buffer));
                }
            }
            Text::Unknown => {
                for pair in bytes.chunks(2) {
                    let code = pair
                        .iter()
                        .fold(0, |code, byte| code << 8 | u32::from(*byte));
                    each(code, pair.len(), "\u{FFFD}");
                }
            }
        }
    }

    /// About how many bytes it takes in memory.
    pub(crate) fn weight(&self) -> usize {
        let text = match &self.text {
            Text::Mapped(map, _) => map.weight(),
            Text::Latin | Text::Unknown => 0,
        };
        let program = self.program.as_ref().map_or(0, Program::weight);
        size_of::<Self>() + self.codes.weight() + text + program + self.widths.weight()
    }
}

fn number(document: &Document<'_>, dictionary: &Dictionary<'_>, key: &[u8]) -> Option<f32> {
    dictionary
        .get_deref(key, document)
        .and_then(Object::as_float)
}

fn code(object: &Object<'_>) -> Option<usize> {
    object.as_i64().and_then(|code| usize::try_from(code).ok())
}
