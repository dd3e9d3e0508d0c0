//! Embedded font programs (ISO 32000-1, 9.9): the outline box and the advance of each glyph.

use ttf_parser::{Face, GlyphId, OutlineBuilder, RawFace, Tag, cff};

use super::cff::Cff;
use super::table::Table;
use crate::pdf::matrix::Rect;
use crate::pdf::syntax::document::Document;
use crate::pdf::syntax::object::{Dictionary, Object};

/// A glyph of a font program.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Glyph {
    /// The advance width in 1/1000 em; `None` where the program does not tell it.
    pub(crate) advance: Option<f32>,
    /// The box round the outline, in 1/1000 em; `None` without an outline.
    pub(crate) bounds: Option<Rect>,
}

/// The glyphs of a font program, by CID.
#[derive(Debug, Default)]
pub(crate) struct Program {
    glyphs: Table<Glyph>,
}

/// Outlines are judged by the box that ttf-parser returns.
struct Nowhere;

impl OutlineBuilder for Nowhere {
    fn move_to(&mut self, _: f32, _: f32) {}
    fn line_to(&mut self, _: f32, _: f32) {}
    fn quad_to(&mut self, _: f32, _: f32, _: f32, _: f32) {}
    fn curve_to(&mut self, _: f32, _: f32, _: f32, _: f32, _: f32, _: f32) {}
    fn close(&mut self) {}
}

impl Program {
    /// Reads the program of a CIDFont (9.7.4) by its descriptor; `None` if it is missing or
    /// is broken.
    pub(crate) fn read(document: &Document<'_>, font: &Dictionary<'_>) -> Option<Self> {
        let descriptor = font
            .get_deref(b"FontDescriptor", document)
            .and_then(Object::as_dict)?;
        let stream = |key: &[u8]| {
            descriptor
                .get_deref(key, document)
                .and_then(Object::as_stream)
        };
        if let Some(file) = stream(b"FontFile3") {
            let bytes = file.plain(document).ok()?;
            return match file
                .dict
                .get_deref(b"Subtype", document)
                .and_then(Object::as_name)?
            {
                b"CIDFontType0C" => Self::of_cff(&bytes),
                b"OpenType" => {
                    let raw = RawFace::parse(&bytes, 0).ok()?;
                    match raw.table(Tag::from_bytes(b"CFF ")) {
                        Some(table) => Self::of_cff(table),
                        None => Self::of_true_type(&bytes, None),
                    }
                }
                _ => None,
            };
        }
        let bytes = stream(b"FontFile2")?.plain(document).ok()?;
        // A stream maps CIDs to glyphs by two bytes each; the name `Identity` maps each to itself.
        let map = match font.get_deref(b"CIDToGIDMap", document) {
            Some(Object::Stream(map)) => Some(map.plain(document).ok()?),
            _ => None,
        };
        Self::of_true_type(&bytes, map.as_deref())
    }

    fn of_cff(bytes: &[u8]) -> Option<Self> {
        let (outlines, widths) = (cff::Table::parse(bytes)?, Cff::parse(bytes)?);
        // Design units to 1/1000 em.
        let scale = outlines.matrix().sx * 1000.0;
        let mut stack = Vec::new();
        let glyph = |at: u16| {
            let id = GlyphId(at);
            // A name-keyed font in a CIDFont goes by the index of the glyph (9.7.4.2).
            let cid = outlines.glyph_cid(id).unwrap_or(at);
            let bounds = outlines
                .outline(id, &mut Nowhere)
                .ok()
                .map(|found| scaled(found, scale));
            let advance = widths.advance(usize::from(at), &mut stack);
            (cid, Glyph { advance, bounds })
        };
        Some((0..outlines.number_of_glyphs()).map(glyph).collect())
    }

    fn of_true_type(bytes: &[u8], map: Option<&[u8]>) -> Option<Self> {
        let face = Face::parse(bytes, 0).ok()?;
        let scale = 1000.0 / f32::from(face.units_per_em());
        let glyph = |id: GlyphId| Glyph {
            advance: face
                .glyph_hor_advance(id)
                .map(|advance| f32::from(advance) * scale),
            bounds: face
                .glyph_bounding_box(id)
                .map(|found| scaled(found, scale)),
        };
        let count = face.number_of_glyphs();
        Some(match map {
            Some(map) => (0..=u16::MAX)
                .zip(map.chunks_exact(2))
                .map(|(cid, pair)| (cid, u16::from_be_bytes([pair[0], pair[1]])))
                .filter(|(cid, id)| *id < count && (*id > 0 || *cid == 0))
                .map(|(cid, id)| (cid, glyph(GlyphId(id))))
                .collect(),
            None => (0..count).map(|id| (id, glyph(GlyphId(id)))).collect(),
        })
    }

    /// The glyph of a CID; `None` where the program has none for it.
    pub(crate) fn glyph(&self, cid: u32) -> Option<&Glyph> {
        self.glyphs.get(cid)
    }

    /// The CIDs that have a glyph, with it.
    pub(crate) fn glyphs(&self) -> impl Iterator<Item = (u32, &Glyph)> {
        self.glyphs.iter()
    }

    /// About how many bytes it takes in memory.
    pub(crate) fn weight(&self) -> usize {
        self.glyphs.weight()
    }
}

impl FromIterator<(u16, Glyph)> for Program {
    fn from_iter<T: IntoIterator<Item = (u16, Glyph)>>(all: T) -> Self {
        let mut glyphs = Table::default();
        for (cid, glyph) in all {
            glyphs.set(u32::from(cid), glyph);
        }
        Self { glyphs }
    }
}

fn scaled(found: ttf_parser::Rect, scale: f32) -> Rect {
    let at = |value: i16| f32::from(value) * scale;
    Rect {
        left: at(found.x_min),
        bottom: at(found.y_min),
        right: at(found.x_max),
        top: at(found.y_max),
    }
}
