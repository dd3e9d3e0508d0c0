//! A font as a document shows it: glyphs by the numbers of the font file, cut down to those that
//! are used (ISO 32000-1, 9.7.4 and 9.10).
//!
//! The numbers stay those of the whole font: a CFF subset says in its charset which of them it
//! has, a TrueType subset has a map beside it. So no page has to wait for the last one to know how
//! its glyphs are numbered.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use raadspost_content::Recent;
use subsetter::GlyphRemapper;
use ttf_parser::{GlyphId, RawFace, Tag};
use typst::text::Font;

use super::Unsupported;
use super::cff::{self, Cut, Shell};
use super::number::{hexadecimal, integer, milli, number};
use super::stream::deflate;

const UNCUT: Unsupported = Unsupported("a font that cannot be cut down");

/// How many subsets of a face one half of the memory keeps.
const SUBSETS: usize = 256;

/// A face of a font file.
pub(crate) struct Face {
    font: Font,
    /// Its PostScript name.
    name: String,
    /// Its descriptor without the name and the program.
    descriptor: Vec<u8>,
    /// The widths of all glyphs, in thousandths of the type size.
    widths: Vec<f64>,
    /// The character of each glyph by the font itself; 0 if it has none or several.
    characters: Vec<u32>,
    is_cff: bool,
    subsets: Recent<Used, Subset>,
    kept: Mutex<Kept>,
}

/// What was cut out of a face with one Font DICT: a glyph's program is the same in every subset, so
/// only glyphs that no earlier subset had are cut out of the font.
#[derive(Default)]
struct Kept {
    shell: Option<Arc<Shell>>,
    programs: HashMap<u16, Arc<[u8]>>,
}

/// The part of a face that a document needs.
pub(crate) struct Subset {
    /// `ABCDEF+Name`.
    pub(crate) name: String,
    /// The deflated font program.
    pub(crate) program: Vec<u8>,
    /// Its length before.
    pub(crate) length: usize,
    /// The deflated map from glyph numbers to those in the subset; `None` for a CFF program, which has
    /// the numbers in its charset.
    pub(crate) map: Option<Vec<u8>>,
    /// `/W`: the array of widths.
    pub(crate) widths: Vec<u8>,
    /// The deflated `ToUnicode` map.
    pub(crate) characters: Vec<u8>,
}

/// The glyphs of a face that a document uses, and the texts of those whose character the face does
/// not determine.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Used {
    bits: Vec<u64>,
    said: BTreeMap<u16, String>,
}

impl Used {
    /// Whether `text` is the text of the glyph by itself. A glyph without one character (a ligature, a
    /// raised figure) keeps the text of its first use in the document.
    pub(crate) fn says(&mut self, face: &Face, id: u16, text: &str) -> bool {
        match face.character(id) {
            Some(c) => {
                let mut characters = text.chars();
                characters.next() == Some(c) && characters.next().is_none()
            }
            None => self.said.entry(id).or_insert_with(|| text.to_owned()) == text,
        }
    }

    /// Records that a glyph is shown. Each needs a character of its own, even inside replaced text
    /// (ISO 19005-2, 6.2.11.7.2).
    pub(crate) fn note(&mut self, face: &Face, id: u16, replaced: Option<&str>) {
        let (word, bit) = (usize::from(id) / 64, id % 64);
        if self.bits.len() <= word {
            self.bits.resize(word + 1, 0);
        }
        self.bits[word] |= 1 << bit;
        if let (Some(text), None) = (replaced, face.character(id)) {
            self.said.entry(id).or_insert_with(|| text.to_owned());
        }
    }

    /// Adds what another document uses.
    ///
    /// # Errors
    /// A glyph has one text in one document and another text in the other.
    pub(crate) fn join(&mut self, other: &Self) -> Result<(), Unsupported> {
        if self.bits.len() < other.bits.len() {
            self.bits.resize(other.bits.len(), 0);
        }
        for (mine, its) in self.bits.iter_mut().zip(&other.bits) {
            *mine |= its;
        }
        for (id, text) in &other.said {
            if self.said.entry(*id).or_insert_with(|| text.clone()) != text {
                return Err(Unsupported("a glyph with two texts"));
            }
        }
        Ok(())
    }

    /// The glyphs in ascending order.
    fn ids(&self) -> Vec<u16> {
        let word = |(at, bits): (usize, &u64)| {
            let bits = *bits;
            (0..64)
                .filter(move |bit| bits >> bit & 1 == 1)
                .map(move |bit| (at * 64 + bit) as u16)
        };
        self.bits.iter().enumerate().flat_map(word).collect()
    }
}

/// Whether a character is another form of other characters: a ligature, or a raised or lowered
/// figure. Fonts have one glyph for it and for those characters, and the text tells which is meant.
fn is_form(c: char) -> bool {
    matches!(c, '\u{FB00}'..='\u{FB06}' | '\u{B2}' | '\u{B3}' | '\u{B9}' | '\u{2070}'..='\u{209F}')
}

impl Face {
    /// Reads what every document needs of a font.
    ///
    /// # Errors
    /// It cannot or may not be embedded in this way.
    pub(crate) fn new(font: &Font) -> Result<Self, Unsupported> {
        let ttf = &ttf_parser::Face::parse(font.data().as_slice(), font.index())
            .map_err(|_| Unsupported("a font that cannot be read"))?;
        let tables = ttf.tables();
        let is_cff = tables.cff.is_some();
        if !is_cff && tables.glyf.is_none() || ttf.is_variable() {
            return Err(Unsupported("a font without outlines or a variable one"));
        }
        if tables.colr.is_some() || tables.svg.is_some() || has_pictures(ttf) {
            return Err(Unsupported("a font in colours"));
        }
        if is_restricted(ttf) {
            return Err(Unsupported("a font that may not be embedded"));
        }
        let count = ttf.number_of_glyphs();
        let scale = 1000.0 / f64::from(ttf.units_per_em());
        let widths = (0..count)
            .map(|id| f64::from(ttf.glyph_hor_advance(GlyphId(id)).unwrap_or(0)) * scale)
            .collect();
        let mut characters = vec![0; usize::from(count)];
        let tables = ttf.tables().cmap.map(|cmap| cmap.subtables);
        for table in tables
            .into_iter()
            .flatten()
            .filter(|table| table.is_unicode())
        {
            table.codepoints(|code| {
                let Some(c) = char::from_u32(code) else {
                    return;
                };
                let id = table.glyph_index(code).map_or(0, |id| id.0);
                let private = matches!(code, 0xE000..=0xF8FF | 0xF0000..);
                if c.is_control() || c == '\u{AD}' || is_form(c) || private {
                    return;
                }
                // The first of those that look the same: the space before the no-break space.
                if let Some(known) = characters.get_mut(usize::from(id))
                    && (*known == 0 || *known > code)
                {
                    *known = code;
                }
            });
        }
        let name = ttf.names().into_iter().find(|name| {
            name.name_id == ttf_parser::name_id::POST_SCRIPT_NAME && name.is_unicode()
        });
        let name = name.and_then(|name| name.to_string()).unwrap_or_default();
        let plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let name: String = name.chars().filter(plain).take(100).collect();
        Ok(Self {
            font: font.clone(),
            descriptor: descriptor(ttf, &name, scale),
            name,
            widths,
            characters,
            is_cff,
            subsets: Recent::new(SUBSETS, |_, _| 1),
            kept: Mutex::default(),
        })
    }

    /// The width of a glyph, in thousandths of the type size.
    pub(crate) fn width(&self, id: u16) -> f64 {
        self.widths.get(usize::from(id)).copied().unwrap_or(0.0)
    }

    fn character(&self, id: u16) -> Option<char> {
        let code = self.characters.get(usize::from(id)).copied().unwrap_or(0);
        char::from_u32(code).filter(|c| *c != '\0')
    }

    /// Whether its outlines are those of the Compact Font Format.
    pub(crate) fn is_cff(&self) -> bool {
        self.is_cff
    }

    /// The font descriptor (ISO 32000-1, 9.8) of a subset, without its closing brackets and without
    /// the program.
    pub(crate) fn descriptor(&self, name: &str) -> Vec<u8> {
        let mut out = format!("<</Type/FontDescriptor/FontName/{name}").into_bytes();
        out.extend(&self.descriptor);
        out
    }

    /// The subset with these glyphs.
    ///
    /// # Errors
    /// The font cannot be cut down, or a glyph has no character.
    pub(crate) fn subset(&self, used: &Used) -> Result<Arc<Subset>, Unsupported> {
        self.subsets.try_recall(used, || self.cut(used))
    }

    fn cut(&self, used: &Used) -> Result<Subset, Unsupported> {
        let ids = used.ids();
        let (program, map) = if self.is_cff {
            (self.program(&ids)?, None)
        } else {
            let (cut, remapper) = self.cut_out(&ids)?;
            (cut, Some(deflate(&glyph_map(&ids, &remapper))))
        };
        Ok(Subset {
            name: self.subset_name(used),
            length: program.len(),
            program: deflate(&program),
            map,
            widths: self.width_array(&ids),
            characters: deflate(&self.to_unicode(used, &ids)?),
        })
    }

    /// The font file with these glyphs, numbered anew.
    fn cut_out(&self, ids: &[u16]) -> Result<(Vec<u8>, GlyphRemapper), Unsupported> {
        let mut remapper = GlyphRemapper::new();
        for id in ids {
            remapper.remap(*id);
        }
        let cut = subsetter::subset(self.font.data().as_slice(), self.font.index(), &remapper);
        Ok((cut.map_err(|_| UNCUT)?, remapper))
    }

    /// The same as [`Self::cut_out`], as it is read.
    fn cut_programs(&self, ids: &[u16]) -> Result<Cut, Unsupported> {
        let (cut, _) = self.cut_out(ids)?;
        let face = RawFace::parse(&cut, 0).map_err(|_| UNCUT)?;
        let program = face.table(Tag::from_bytes(b"CFF ")).ok_or(UNCUT)?;
        cff::read(program).ok_or(UNCUT)
    }

    /// A program of the Compact Font Format with these glyphs: a face with one Font DICT from what
    /// is kept, another anew.
    fn program(&self, ids: &[u16]) -> Result<Vec<u8>, Unsupported> {
        let kept = || self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let new: Vec<u16> = {
            let kept = kept();
            let is_new = |id: &u16| !kept.programs.contains_key(id);
            // Glyph 0 comes with every cut.
            ids.iter().copied().filter(is_new).collect()
        };
        if !new.is_empty() || kept().shell.is_none() {
            let cut = self.cut_programs(&new)?;
            let mut kept = kept();
            let is_alike = kept
                .shell
                .as_deref()
                .is_none_or(|shell| *shell == cut.shell);
            if cut.shell.selection(0).is_none() || !is_alike {
                drop(kept);
                return match new.len() == ids.len() {
                    true => whole(&cut, ids),
                    false => whole(&self.cut_programs(ids)?, ids),
                };
            }
            kept.shell.get_or_insert_with(|| Arc::new(cut.shell));
            let programs = cut.programs.into_iter().map(Arc::from);
            kept.programs
                .extend([0].into_iter().chain(new).zip(programs));
        }
        let (shell, programs) = {
            let kept = kept();
            let program = |id: u16| kept.programs.get(&id).cloned().ok_or(UNCUT);
            let all = [0].into_iter().chain(ids.iter().copied());
            let programs: Vec<Arc<[u8]>> = all.map(program).collect::<Result<_, _>>()?;
            (kept.shell.clone().ok_or(UNCUT)?, programs)
        };
        let programs: Vec<&[u8]> = programs.iter().map(AsRef::as_ref).collect();
        let selection = shell.selection(programs.len()).ok_or(UNCUT)?;
        cff::write(&shell, &selection, ids, &programs).ok_or(UNCUT)
    }

    /// The name with six letters before it that tell subsets apart (9.6.4).
    fn subset_name(&self, used: &Used) -> String {
        let mut hash = typst::utils::hash128(used);
        let mut tag = String::new();
        for _ in 0..6 {
            tag.push(char::from(b'A' + (hash % 26) as u8));
            hash /= 26;
        }
        format!("{tag}+{}", self.name)
    }

    /// `/W` (9.7.4.3): a number, and the widths of the glyphs from it on.
    fn width_array(&self, ids: &[u16]) -> Vec<u8> {
        let mut out = b"[".to_vec();
        for run in ids.chunk_by(|a, b| b - a == 1) {
            integer(&mut out, run[0].into());
            out.push(b'[');
            for (at, id) in run.iter().enumerate() {
                if at > 0 {
                    out.push(b' ');
                }
                number(&mut out, milli(self.width(*id)));
            }
            out.push(b']');
        }
        out.push(b']');
        out
    }

    /// The map from glyph numbers to characters (9.10.3).
    fn to_unicode(&self, used: &Used, ids: &[u16]) -> Result<Vec<u8>, Unsupported> {
        // Neither ranges nor a shorter head: readers that know only the usual form get the text wrong.
        let out = String::from(
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
             /CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n\
             /CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
             1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
        );
        let mut out = out.into_bytes();
        for chunk in ids.chunks(100) {
            integer(&mut out, chunk.len() as u64);
            out.extend(b" beginbfchar\n");
            for id in chunk {
                out.push(b'<');
                hexadecimal(&mut out, *id);
                out.extend(b"> <");
                let own = self.character(*id);
                let text = match (&own, used.said.get(id)) {
                    (Some(c), _) => c.encode_utf8(&mut [0; 4]).encode_utf16().collect(),
                    (None, Some(text)) => text.encode_utf16().collect::<Vec<u16>>(),
                    (None, None) => return Err(Unsupported("a glyph without character")),
                };
                for unit in text {
                    hexadecimal(&mut out, unit);
                }
                out.extend(b">\n");
            }
            out.extend(b"endbfchar\n");
        }
        out.extend(b"endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend");
        Ok(out)
    }
}

/// The program of a cut with just these glyphs.
fn whole(cut: &Cut, ids: &[u16]) -> Result<Vec<u8>, Unsupported> {
    let programs: Vec<&[u8]> = cut.programs.iter().map(Vec::as_slice).collect();
    cff::write(&cut.shell, &cut.selection, ids, &programs).ok_or(UNCUT)
}

/// Whether a font has pictures of glyphs made of pixels.
fn has_pictures(ttf: &ttf_parser::Face<'_>) -> bool {
    let tables = ttf.tables();
    tables.sbix.is_some() || tables.cbdt.is_some() || tables.ebdt.is_some()
}

/// Whether a font's licence forbids to embed it (ISO 19005-2, 6.2.11.4.1): of the rights in `fsType`
/// (OpenType, OS/2) only the restriction is set. Where a font also grants a right, that one holds.
pub(crate) fn is_restricted(ttf: &ttf_parser::Face<'_>) -> bool {
    let rights = ttf.raw_face().table(Tag::from_bytes(b"OS/2"));
    let rights = rights.and_then(|table| Some(table.get(8..10)?[1]));
    rights.is_some_and(|rights| rights & 0xF == 2)
}

/// The entries of a font descriptor that describe the whole font (ISO 32000-1, table 122).
fn descriptor(ttf: &ttf_parser::Face<'_>, name: &str, scale: f64) -> Vec<u8> {
    let bounds = ttf.global_bounding_box();
    // Symbolic, because glyphs go by number; serif, fixed pitch and italic (9.8.2).
    let flags = 4
        | i32::from(name.contains("Serif")) << 1
        | i32::from(ttf.is_monospaced())
        | i32::from(ttf.italic_angle() != 0.0) << 6;
    let mut out = format!("/Flags {flags}/FontBBox[").into_bytes();
    let units = |units: i16| milli(f64::from(units) * scale);
    for side in [bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max] {
        number(&mut out, units(side));
        out.push(b' ');
    }
    out.push(b']');
    let weight = f64::from(ttf.weight().to_number());
    let measures = [
        ("ItalicAngle", milli(f64::from(ttf.italic_angle()))),
        ("Ascent", units(ttf.ascender())),
        ("Descent", units(ttf.descender())),
        (
            "CapHeight",
            units(ttf.capital_height().unwrap_or(ttf.ascender())),
        ),
        // Font files do not have it; this is the usual estimate from the weight.
        ("StemV", milli(10.0 + 0.244 * (weight - 50.0))),
    ];
    for (key, value) in measures {
        out.extend(format!("/{key} ").as_bytes());
        number(&mut out, value);
    }
    out
}

/// The map of a TrueType subset: two bytes for each glyph number (9.7.4.2).
fn glyph_map(ids: &[u16], remapper: &GlyphRemapper) -> Vec<u8> {
    let last = ids.last().copied().unwrap_or(0);
    (0..=last)
        .flat_map(|id| remapper.get(id).unwrap_or(0).to_be_bytes())
        .collect()
}

/// The faces of a renderer's fonts, read when they are first met.
pub(crate) struct Faces {
    faces: Vec<(Font, OnceLock<Result<Face, Unsupported>>)>,
}

impl Faces {
    /// Of these fonts.
    pub(crate) fn new(fonts: &[Font]) -> Self {
        Self {
            faces: fonts
                .iter()
                .map(|font| (font.clone(), OnceLock::new()))
                .collect(),
        }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.faces.len()
    }

    /// The number of a font. Pointers are compared first, then contents: pages that Typst keeps may
    /// hold an equal font of another renderer.
    pub(crate) fn find(&self, font: &Font) -> Option<usize> {
        let place = |font: &Font| (font.data().as_slice().as_ptr(), font.index());
        let here = place(font);
        let same = self
            .faces
            .iter()
            .position(|(known, _)| place(known) == here);
        same.or_else(|| self.faces.iter().position(|(known, _)| known == font))
    }

    /// The face with a number.
    ///
    /// # Errors
    /// As [`Face::new`].
    pub(crate) fn get(&self, number: usize) -> Result<&Face, Unsupported> {
        let unknown = Unsupported("a font of another renderer");
        let (font, face) = self.faces.get(number).ok_or(unknown)?;
        face.get_or_init(|| Face::new(font))
            .as_ref()
            .map_err(|reason| *reason)
    }
}

#[cfg(test)]
mod tests {
    use typst::foundations::Bytes;

    use super::*;

    /// The faces of the repository's fonts that have one Font DICT.
    fn faces() -> Vec<Face> {
        let fonts = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fonts");
        let mut faces = Vec::new();
        for name in [
            "libertinus-serif/LibertinusSerif-Regular",
            "source-sans-3/SourceSans3-It",
        ] {
            let bytes = std::fs::read(format!("{fonts}/{name}.otf")).unwrap();
            let font = Font::new(Bytes::new(bytes), 0).unwrap();
            faces.push(Face::new(&font).unwrap());
        }
        faces
    }

    /// Whatever was cut out before, and in whatever order: kept programs give the bytes of a cut anew.
    #[test]
    fn kept_programs_give_the_bytes_of_a_cut_anew() {
        for face in faces() {
            let sets: [&[u16]; 7] = [
                &[5, 9, 40],
                &[],
                &[5],
                &[1, 2, 3],
                &[9, 40, 41, 300],
                &[7, 8, 300, 1000],
                &[5, 9, 40],
            ];
            for ids in sets {
                let kept = face.program(ids).unwrap();
                let anew = whole(&face.cut_programs(ids).unwrap(), ids).unwrap();
                assert!(kept == anew, "{} {ids:?}", face.name);
            }
            let kept = face.kept.lock().unwrap();
            let mut ids: Vec<u16> = kept.programs.keys().copied().collect();
            ids.sort_unstable();
            assert_eq!(ids, [0, 1, 2, 3, 5, 7, 8, 9, 40, 41, 300, 1000]);
        }
    }
}
