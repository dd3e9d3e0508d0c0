//! The faces of a file: subsets that letters have of one face become one font (ISO 32000-1 9.7), if
//! their glyphs go by the numbers of the whole face. It is written when all letters are in.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use lopdf::{Dictionary, Document, Object, ObjectId, Writer, dictionary};
use raadspost_content::Fingerprint;

use crate::pdf::cff::{self, Frame, Outline};
use crate::pdf::read::{DEPTH, decoded, is_named};
use crate::pdf::sink::{Sink, packed};
use crate::pdf::tounicode;

/// Fonts of one name in a file, at most: where glyphs have other numbers in each letter, each would
/// need its own, and they are copied instead.
const FONTS: usize = 8;

/// A glyph with its width and its text.
#[derive(Debug, Clone, PartialEq)]
struct Glyph {
    outline: Outline,
    /// In thousandths of the type size; `None` for the width of the font.
    width: Option<Object>,
    /// UTF-16 in hexadecimal digits.
    said: Option<String>,
}

/// The subset of a face in one PDF.
#[derive(Debug, Clone)]
pub(crate) struct Subset {
    /// The digest of all but the glyphs.
    family: [u8; 32],
    common: Rc<Common>,
    glyphs: BTreeMap<u16, Glyph>,
}

/// The parts that all subsets of a face have.
#[derive(Debug)]
struct Common {
    /// The name without the six letters before it.
    name: Vec<u8>,
    frame: Frame,
    /// Font, CIDFont and descriptor without names, glyphs and references.
    font: Dictionary,
    cid_font: Dictionary,
    descriptor: Dictionary,
}

impl Subset {
    /// Reads a composite font with a CID-keyed program. `None` if it is of another kind, or has
    /// anything that is not known here.
    pub(crate) fn read(document: &Document, font: &Dictionary) -> Option<Self> {
        let is_known =
            is_named(font, b"Subtype", b"Type0") && is_named(font, b"Encoding", b"Identity-H");
        is_known.then_some(())?;
        let descendants = follow(document, font.get(b"DescendantFonts").ok()?)?;
        let [cid_font] = descendants.as_array().ok()?.as_slice() else {
            return None;
        };
        let cid_font = follow(document, cid_font)?.as_dict().ok()?;
        is_named(cid_font, b"Subtype", b"CIDFontType0").then_some(())?;
        let descriptor = cid_font.get(b"FontDescriptor").ok()?;
        let descriptor = follow(document, descriptor)?.as_dict().ok()?;
        let program = follow(document, descriptor.get(b"FontFile3").ok()?)?;
        let program = program.as_stream().ok()?;
        is_named(&program.dict, b"Subtype", b"CIDFontType0C").then_some(())?;
        let table = follow(document, font.get(b"ToUnicode").ok()?)?;
        let said = tounicode::pairs(&decoded(table.as_stream().ok()?).ok()?)?;
        let (frame, outlines) = cff::read(&decoded(program).ok()?)?;
        let mut widths = match cid_font.get(b"W") {
            Ok(widths) => widths_of(follow(document, widths)?.as_array().ok()?, document)?,
            Err(_) => HashMap::new(),
        };
        let mut said: HashMap<u16, String> = said.into_iter().collect();
        let glyphs = outlines.into_iter().map(|(number, outline)| {
            let glyph = Glyph {
                outline,
                width: widths.remove(&number),
                said: said.remove(&number),
            };
            (number, glyph)
        });
        let glyphs = glyphs.collect();
        // Whoever has more widths or texts than glyphs means something else by its numbers.
        (widths.is_empty() && said.is_empty()).then_some(())?;

        let name = descriptor.get(b"FontName").and_then(Object::as_name).ok()?;
        let name = match name.get(6) {
            Some(b'+') => &name[7..],
            _ => name,
        };
        let common = Common {
            name: name.to_vec(),
            frame,
            font: plain(
                document,
                font,
                &[b"BaseFont", b"DescendantFonts", b"ToUnicode"],
            )?,
            cid_font: plain(document, cid_font, &[b"BaseFont", b"FontDescriptor", b"W"])?,
            descriptor: plain(
                document,
                descriptor,
                &[b"FontName", b"FontFile3", b"CIDSet"],
            )?,
        };
        Some(Self {
            family: common.digest(),
            common: Rc::new(common),
            glyphs,
        })
    }

    /// The digest of the face: equal for the subsets that can be one font, but for their glyphs.
    pub(crate) fn family(&self) -> [u8; 32] {
        self.family
    }
}

impl Common {
    fn digest(&self) -> [u8; 32] {
        let mut builder = Fingerprint::builder("face");
        builder.field(&self.name);
        for field in self.frame.fields() {
            builder.field(field);
        }
        for dictionary in [&self.font, &self.cid_font, &self.descriptor] {
            let mut bytes = Vec::new();
            // Writing into memory cannot fail.
            let _ = Writer::write_object(&mut bytes, &Object::Dictionary(dictionary.clone()));
            builder.field(&bytes);
        }
        builder.finish().0
    }
}

/// A font of a file, to which letters add their glyphs.
struct Joined {
    id: ObjectId,
    family: [u8; 32],
    common: Rc<Common>,
    glyphs: BTreeMap<u16, Glyph>,
    bytes: u64,
    /// The numbers of glyphs that were added since [`Faces::keep`].
    added: Vec<u16>,
}

impl Joined {
    fn takes(&self, subset: &Subset) -> bool {
        self.family == subset.family
            && subset
                .glyphs
                .iter()
                .all(|(number, glyph)| self.glyphs.get(number).is_none_or(|own| own == glyph))
    }

    fn add(&mut self, subset: &Subset) {
        for (number, glyph) in &subset.glyphs {
            if !self.glyphs.contains_key(number) {
                self.bytes += weight(glyph);
                self.glyphs.insert(*number, glyph.clone());
                self.added.push(*number);
            }
        }
    }
}

/// The bytes that a glyph takes at most: its program, and its entries in four tables.
fn weight(glyph: &Glyph) -> u64 {
    let said = glyph.said.as_ref().map_or(0, String::len);
    (glyph.outline.program.len() + said + 64) as u64
}

/// The fonts of a file that fills.
#[derive(Default)]
pub(crate) struct Faces {
    fonts: Vec<Joined>,
    /// Fonts that are kept.
    kept: usize,
}

impl Faces {
    /// Adds the glyphs of a subset to its font. `None` if the file has too many fonts of this face,
    /// which differ in what their numbers mean.
    pub(crate) fn join(&mut self, subset: &Subset, sink: &mut Sink) -> Option<ObjectId> {
        if let Some(font) = self.fonts.iter_mut().find(|font| font.takes(subset)) {
            font.add(subset);
            return Some(font.id);
        }
        let same = self
            .fonts
            .iter()
            .filter(|font| font.family == subset.family);
        (same.count() < FONTS).then_some(())?;
        let mut font = Joined {
            id: sink.reserve(),
            family: subset.family,
            common: Rc::clone(&subset.common),
            glyphs: BTreeMap::new(),
            // Its dictionaries.
            bytes: 2_000,
            added: Vec::new(),
        };
        font.add(subset);
        let id = font.id;
        self.fonts.push(font);
        Some(id)
    }

    /// The bytes that they take at most.
    pub(crate) fn bytes(&self) -> u64 {
        self.fonts.iter().map(|font| font.bytes).sum()
    }

    /// Takes back all that was added since [`Faces::keep`].
    pub(crate) fn take_back(&mut self) {
        self.fonts.truncate(self.kept);
        for font in &mut self.fonts {
            for number in font.added.drain(..) {
                if let Some(glyph) = font.glyphs.remove(&number) {
                    font.bytes -= weight(&glyph);
                }
            }
        }
    }

    /// Keeps what was added.
    pub(crate) fn keep(&mut self) {
        self.kept = self.fonts.len();
        for font in &mut self.fonts {
            font.added.clear();
        }
    }

    /// Writes the fonts.
    pub(crate) fn finish(&mut self, sink: &mut Sink) {
        for font in std::mem::take(&mut self.fonts) {
            font.finish(sink);
        }
    }
}

impl Joined {
    fn finish(self, sink: &mut Sink) {
        let Self {
            id, common, glyphs, ..
        } = self;
        let name = subset_name(&common.name, &glyphs);
        let mut said = Vec::new();
        let mut widths = Vec::new();
        for (number, glyph) in &glyphs {
            if let Some(text) = &glyph.said {
                said.push((*number, text.as_str()));
            }
            if let Some(width) = &glyph.width {
                widths.push((*number, width.clone()));
            }
        }
        let table = packed(Dictionary::new(), tounicode::frame(&said).as_bytes());
        let outlines = glyphs.into_iter();
        let outlines = outlines
            .map(|(number, glyph)| (number, glyph.outline))
            .collect();
        // A program of glyphs of programs holds no more than they did.
        let program = cff::write(&common.frame, &outlines).unwrap_or_default();
        let program = packed(dictionary! { "Subtype" => "CIDFontType0C" }, &program);
        let program = sink.put(&Object::Stream(program));
        let mut descriptor = common.descriptor.clone();
        descriptor.set("FontName", Object::Name(name.clone()));
        descriptor.set("FontFile3", program);
        let descriptor = sink.put(&Object::Dictionary(descriptor));
        let mut cid_font = common.cid_font.clone();
        cid_font.set("BaseFont", Object::Name(name.clone()));
        cid_font.set("FontDescriptor", descriptor);
        if !widths.is_empty() {
            cid_font.set("W", width_array(widths));
        }
        let cid_font = sink.put(&Object::Dictionary(cid_font));
        let table = sink.put(&Object::Stream(table));
        let mut font = common.font.clone();
        font.set(
            "BaseFont",
            Object::Name([&name[..], b"-Identity-H"].concat()),
        );
        font.set("DescendantFonts", vec![Object::Reference(cid_font)]);
        font.set("ToUnicode", table);
        sink.fill(id, &Object::Dictionary(font));
    }
}

/// The name with six letters before it that tell subsets apart (9.6.4).
fn subset_name(name: &[u8], glyphs: &BTreeMap<u16, Glyph>) -> Vec<u8> {
    let mut builder = Fingerprint::builder("subset");
    for (number, glyph) in glyphs {
        builder.field(&number.to_be_bytes());
        builder.field(glyph.said.as_deref().unwrap_or_default().as_bytes());
        builder.field(&glyph.outline.program);
    }
    let digest = builder.finish().0;
    let mut tagged: Vec<u8> = digest[..6].iter().map(|byte| b'A' + byte % 26).collect();
    tagged.push(b'+');
    tagged.extend_from_slice(name);
    tagged
}

/// The widths by number (9.7.4.3). `None` if they are damaged.
fn widths_of(array: &[Object], document: &Document) -> Option<HashMap<u16, Object>> {
    let mut widths = HashMap::new();
    let mut rest = array.iter();
    while let Some(first) = rest.next() {
        let first = u16::try_from(first.as_i64().ok()?).ok()?;
        match follow(document, rest.next()?)? {
            Object::Array(own) => {
                for (number, width) in (first..).zip(own) {
                    width.as_float().ok()?;
                    widths.insert(number, width.clone());
                }
            }
            last => {
                let last = u16::try_from(last.as_i64().ok()?).ok()?;
                let width = rest.next()?;
                width.as_float().ok()?;
                for number in first..=last {
                    widths.insert(number, width.clone());
                }
            }
        }
    }
    Some(widths)
}

/// Widths as an array: a number, and the widths of the glyphs from it on.
fn width_array(widths: Vec<(u16, Object)>) -> Object {
    let mut array: Vec<Object> = Vec::new();
    let mut next = None;
    for (number, width) in widths {
        match array.last_mut() {
            Some(Object::Array(run)) if next == Some(number) => run.push(width),
            _ => array.extend([i64::from(number).into(), Object::Array(vec![width])]),
        }
        next = number.checked_add(1);
    }
    Object::Array(array)
}

fn follow<'a>(document: &'a Document, object: &'a Object) -> Option<&'a Object> {
    document.dereference(object).ok().map(|(_, object)| object)
}

/// A dictionary without some keys, in the order of its keys, its references replaced by what they refer
/// to. `None` if it has a stream.
fn plain(document: &Document, dictionary: &Dictionary, without: &[&[u8]]) -> Option<Dictionary> {
    let mut entries: Vec<_> = dictionary.iter().collect();
    entries.sort_unstable_by_key(|(key, _)| *key);
    let mut out = Dictionary::new();
    for (key, value) in entries {
        if !without.contains(&key.as_slice()) {
            out.set(key.clone(), plain_object(document, value, 0)?);
        }
    }
    Some(out)
}

fn plain_object(document: &Document, object: &Object, depth: usize) -> Option<Object> {
    (depth < DEPTH).then_some(())?;
    Some(match follow(document, object)? {
        Object::Array(array) => {
            let items = array
                .iter()
                .map(|item| plain_object(document, item, depth + 1));
            Object::Array(items.collect::<Option<_>>()?)
        }
        Object::Dictionary(dictionary) => {
            let mut entries: Vec<_> = dictionary.iter().collect();
            entries.sort_unstable_by_key(|(key, _)| *key);
            let mut out = Dictionary::new();
            for (key, value) in entries {
                out.set(key.clone(), plain_object(document, value, depth + 1)?);
            }
            Object::Dictionary(out)
        }
        Object::Stream(_) | Object::Reference(_) => return None,
        other => other.clone(),
    })
}

#[cfg(test)]
mod tests {
    use lopdf::Stream;

    use super::*;
    use crate::pdf::cff::tests::sample;

    /// A PDF with one font: its glyphs by number, each with the character that it shows.
    fn pdf(tag: &str, glyphs: &[(u16, char)]) -> (Document, Dictionary) {
        let mut document = Document::with_version("1.7");
        let numbers: Vec<u16> = glyphs.iter().map(|(number, _)| *number).collect();
        let program = Stream::new(
            dictionary! { "Subtype" => "CIDFontType0C" },
            sample(&numbers),
        );
        let program = document.add_object(program);
        let descriptor = document.add_object(dictionary! {
            "Type" => "FontDescriptor", "FontName" => format!("{tag}+Sample").as_str(),
            "Flags" => 4, "FontFile3" => program,
        });
        let widths = glyphs.iter().flat_map(|(number, _)| {
            let number = i64::from(*number);
            [number.into(), Object::Array(vec![(number + 100).into()])]
        });
        let cid_font = document.add_object(dictionary! {
            "Type" => "Font", "Subtype" => "CIDFontType0",
            "BaseFont" => format!("{tag}+Sample").as_str(),
            "FontDescriptor" => descriptor, "DW" => 0, "W" => widths.collect::<Vec<_>>(),
        });
        let lines = glyphs
            .iter()
            .map(|(number, c)| format!("<{number:04X}> <{:04X}>\n", u32::from(*c)));
        let table = format!(
            "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{} beginbfchar\n{}endbfchar",
            glyphs.len(),
            lines.collect::<String>()
        );
        let table = document.add_object(Stream::new(Dictionary::new(), table.into_bytes()));
        let font = dictionary! {
            "Type" => "Font", "Subtype" => "Type0", "Encoding" => "Identity-H",
            "BaseFont" => format!("{tag}+Sample-Identity-H").as_str(),
            "DescendantFonts" => vec![Object::Reference(cid_font)], "ToUnicode" => table,
        };
        (document, font)
    }

    fn subset(tag: &str, glyphs: &[(u16, char)]) -> Subset {
        let (document, font) = pdf(tag, glyphs);
        Subset::read(&document, &font).expect("a subset")
    }

    /// The font of a file that was written: its glyphs, widths and texts.
    fn read(path: &std::path::Path, id: ObjectId) -> Subset {
        let document = Document::load(path).expect("a PDF");
        let font = document.get_dictionary(id).expect("a font");
        let mut font = font.clone();
        // Our tables have ranges, which are not read here: the texts are compared apart.
        let table = font.remove(b"ToUnicode").expect("a table");
        let (_, table) = document.dereference(&table).expect("a table");
        let table = decoded(table.as_stream().expect("a stream")).expect("a table");
        let table = String::from_utf8(table).expect("ASCII");
        let ranges = table.split("beginbfrange").nth(1).expect("ranges");
        let mut texts = Vec::new();
        for range in ranges.lines().filter(|line| line.starts_with('<')) {
            let first = u16::from_str_radix(&range[1..5], 16).expect("a number");
            let said = range.split_once('[').expect("texts").1;
            let said = said
                .trim_matches(|c| matches!(c, '<' | '>' | ']'))
                .split("><");
            let said = said.map(|said| u32::from_str_radix(said, 16).expect("a character"));
            texts.extend((first..).zip(said.map(|c| char::from_u32(c).expect("a character"))));
        }
        let mut document = document;
        let (plain, sample) = pdf("XXXXXX", &texts);
        let table = sample.get(b"ToUnicode").and_then(Object::as_reference);
        let table = plain.get_object(table.expect("a table")).expect("a table");
        let table = document.add_object(table.clone());
        font.set("ToUnicode", table);
        Subset::read(&document, &font).expect("a subset")
    }

    fn written(act: impl FnOnce(&mut Faces, &mut Sink) -> Vec<ObjectId>) -> (Vec<Subset>, u64) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file.pdf");
        let mut sink = Sink::new(&path, "1.7").expect("a file");
        let root = sink.reserve();
        let mut faces = Faces::default();
        let ids = act(&mut faces, &mut sink);
        let most = faces.bytes() + sink.bytes();
        faces.finish(&mut sink);
        sink.fill(
            root,
            &Object::Dictionary(dictionary! { "Type" => "Catalog" }),
        );
        let info = sink.put(&Object::Dictionary(Dictionary::new()));
        let id = Object::string_literal("id");
        let file = sink.finish(root, info, id).expect("written");
        assert!(file.bytes <= most + 1_000, "{} of {most}", file.bytes);
        let fonts = ids.into_iter().map(|id| read(&path, id)).collect();
        (fonts, file.bytes)
    }

    #[test]
    fn subsets_of_a_face_become_one_font_with_all_their_glyphs() {
        let one = subset("AAAAAA", &[(1, 'a'), (2, 'b'), (600, 'x')]);
        let other = subset("BBBBBB", &[(2, 'b'), (7, 'c')]);
        assert_eq!(one.family(), other.family());
        let (fonts, _) = written(|faces, sink| {
            let ids = [&one, &other].map(|subset| faces.join(subset, sink).expect("a font"));
            assert_eq!(ids[0], ids[1]);
            ids[..1].to_vec()
        });
        let all = subset("CCCCCC", &[(1, 'a'), (2, 'b'), (7, 'c'), (600, 'x')]);
        assert_eq!(fonts[0].glyphs, all.glyphs);
        assert_eq!(fonts[0].family(), all.family());
    }

    #[test]
    fn glyphs_of_one_number_that_differ_are_in_two_fonts() {
        let (fonts, _) = written(|faces, sink| {
            let one = faces
                .join(&subset("AAAAAA", &[(1, 'a')]), sink)
                .expect("a font");
            let other = faces
                .join(&subset("BBBBBB", &[(1, 'b')]), sink)
                .expect("a font");
            assert_ne!(one, other);
            vec![one, other]
        });
        assert_eq!(fonts[0].glyphs, subset("A", &[(1, 'a')]).glyphs);
        assert_eq!(fonts[1].glyphs, subset("A", &[(1, 'b')]).glyphs);
        // A file that would need one for each letter has them as they come.
        written(|faces, sink| {
            let mut joined = 0;
            for number in 0..20 {
                let c = char::from(b'a' + number);
                joined += usize::from(faces.join(&subset("A", &[(1, c)]), sink).is_some());
            }
            assert_eq!(joined, FONTS);
            Vec::new()
        });
    }

    #[test]
    fn what_is_taken_back_leaves_no_glyph() {
        let plain = |faces: &mut Faces, sink: &mut Sink| {
            let id = faces.join(&subset("A", &[(1, 'a')]), sink).expect("a font");
            faces.keep();
            vec![id]
        };
        let (before, bytes) = written(plain);
        let (after, same) = written(|faces, sink| {
            let ids = plain(faces, sink);
            let savepoint = sink.savepoint();
            faces.join(&subset("A", &[(1, 'a'), (9, 'z')]), sink);
            faces.join(&subset("A", &[(1, 'b')]), sink);
            faces.take_back();
            sink.take_back(savepoint);
            ids
        });
        assert_eq!(
            (after[0].glyphs.clone(), same),
            (before[0].glyphs.clone(), bytes)
        );
    }

    #[test]
    fn a_font_of_another_kind_is_left_as_it_is() {
        type Change = fn(&mut Document, &mut Dictionary);
        let changes: [(&str, Change); 4] = [
            ("encoding", |_, font| {
                font.set("Encoding", "WinAnsiEncoding")
            }),
            ("no texts", |_, font| drop(font.remove(b"ToUnicode"))),
            ("an outline of TrueType", |document, _| {
                for object in document.objects.values_mut() {
                    if let Object::Dictionary(one) = object
                        && let Some(program) = one.remove(b"FontFile3")
                    {
                        one.set("FontFile2", program);
                    }
                }
            }),
            ("a width of no glyph", |document, _| {
                for object in document.objects.values_mut() {
                    if let Object::Dictionary(one) = object
                        && one.has(b"W")
                    {
                        one.set("W", vec![Object::Integer(5), 6.into(), 500.into()]);
                    }
                }
            }),
        ];
        let (document, font) = pdf("A", &[(1, 'a')]);
        assert!(Subset::read(&document, &font).is_some());
        for (what, change) in changes {
            let (mut document, mut font) = pdf("A", &[(1, 'a')]);
            change(&mut document, &mut font);
            assert!(Subset::read(&document, &font).is_none(), "{what}");
        }
    }
}
