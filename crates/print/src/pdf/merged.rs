//! A PDF with pages of many PDFs: its page tree, its document parts, and savepoints to go back to.

use std::path::Path;
use std::rc::Rc;

use crate::profile::{Colours, Plex};
use lopdf::{Dictionary, Object, ObjectId, StringFormat, dictionary};

use crate::PrintError;
use crate::pdf::dpart::{PartLetter, Parts};
use crate::pdf::head::Head;
use crate::pdf::intent::text;
use crate::pdf::page::{Finish, PageCopy, Pages, Side};
use crate::pdf::plates::Plates;
use crate::pdf::pool::Pool;
use crate::pdf::sink::{self, Sink, Written};
use crate::pdf::xmp;
use crate::sizes::A4_PT;

/// Pages below one node of the page tree, so that a viewer need not read a list of all pages.
const NODE: usize = 128;

/// A file that fills.
pub(crate) struct Merged<'a> {
    /// Its pages, before they are put on sides.
    pub(crate) pages: Pages,
    head: Head<'a>,
    parts: Option<Parts>,
    /// The sides, in order.
    sides: Vec<ObjectId>,
    /// Nodes of the page tree, one for every [`NODE`] sides.
    nodes: Vec<ObjectId>,
    /// Sides before all others, and their node.
    front: Option<(ObjectId, Vec<ObjectId>)>,
    root: ObjectId,
}

/// A state to go back to.
pub(crate) struct Savepoint {
    sink: sink::Savepoint,
    sides: usize,
    nodes: usize,
    letters: usize,
}

impl<'a> Merged<'a> {
    /// Begins a file.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn new(
        path: &Path,
        colours: Colours,
        head: Head<'a>,
        plates: Rc<Plates>,
    ) -> Result<Self, PrintError> {
        // PDF/X-4 is made of PDF 1.6.
        let version = if head.intent.is_some() { "1.6" } else { "1.7" };
        let mut sink = Sink::new(path, version)?;
        let root = sink.reserve();
        let parts = head.has_parts.then(|| Parts::new(&mut sink));
        let rules = head.rules(colours);
        Ok(Self {
            pages: Pages::new(Pool::new(sink), rules, head.has_marks, plates),
            head,
            parts,
            sides: Vec::new(),
            nodes: Vec::new(),
            front: None,
            root,
        })
    }

    /// The number of its pages.
    pub(crate) fn pages(&self) -> usize {
        self.sides.len() + self.front.as_ref().map_or(0, |(_, sides)| sides.len())
    }

    /// An upper bound of its size, bytes.
    pub(crate) fn bytes(&self) -> u64 {
        self.pages.bytes()
    }

    /// The state now, to go back to.
    pub(crate) fn savepoint(&self) -> Savepoint {
        Savepoint {
            sink: self.pages.pool.sink.savepoint(),
            sides: self.sides.len(),
            nodes: self.nodes.len(),
            letters: self.parts.as_ref().map_or(0, Parts::letters),
        }
    }

    /// Takes back all that was added since the savepoint; the file has the bytes that it would have
    /// without it.
    pub(crate) fn take_back(&mut self, savepoint: &Savepoint) {
        self.pages.take_back(savepoint.sink);
        self.sides.truncate(savepoint.sides);
        self.nodes.truncate(savepoint.nodes);
        if let Some(parts) = &mut self.parts {
            parts.take_back(savepoint.letters);
        }
    }

    /// Keeps what was added, which goes to the disk.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(crate) fn keep(&mut self) -> Result<(), PrintError> {
        self.pages.keep()
    }

    /// Begins a letter: its sides come next.
    pub(crate) fn letter(&mut self, letter: PartLetter) {
        if let Some(parts) = &mut self.parts {
            parts.begin(&mut self.pages.pool.sink, letter, false);
        }
    }

    /// Puts a page on the next side. Returns the digests of the side's contents.
    pub(crate) fn place(&mut self, page: &PageCopy, finish: &Finish<'_>) -> Vec<[u8; 32]> {
        self.next(Some(page), page.size(), finish)
    }

    /// Leaves the next side blank, but for its overlay. Returns the digests of the side's contents.
    pub(crate) fn blank(&mut self, size: (f64, f64), finish: &Finish<'_>) -> Vec<[u8; 32]> {
        self.next(None, size, finish)
    }

    fn next(
        &mut self,
        page: Option<&PageCopy>,
        size: (f64, f64),
        finish: &Finish<'_>,
    ) -> Vec<[u8; 32]> {
        if self.sides.len().is_multiple_of(NODE) {
            self.nodes.push(self.pages.pool.sink.reserve());
        }
        let node = self.nodes[self.nodes.len() - 1];
        let Side { id, contents } = self.side(page, size, finish, node);
        self.sides.push(id);
        contents
    }

    fn side(
        &mut self,
        page: Option<&PageCopy>,
        size: (f64, f64),
        finish: &Finish<'_>,
        node: ObjectId,
    ) -> Side {
        let set = self.parts.as_ref().and_then(Parts::set);
        let side = self.pages.side(page, size, finish, node, set);
        if let Some(parts) = &mut self.parts {
            parts.side(&mut self.pages.pool.sink, side.id);
        }
        side
    }

    /// Puts pages before all others.
    pub(crate) fn place_first(
        &mut self,
        pages: &[Option<PageCopy>],
        finish: &Finish<'_>,
        letter: PartLetter,
    ) {
        let sizes = pages.iter().flatten().map(PageCopy::size).next();
        let size = sizes.unwrap_or(A4_PT);
        let node = self.pages.pool.sink.reserve();
        if let Some(parts) = &mut self.parts {
            parts.begin(&mut self.pages.pool.sink, letter, true);
        }
        let mut sides = Vec::with_capacity(pages.len());
        for page in pages {
            sides.push(self.side(page.as_ref(), size, finish, node).id);
        }
        self.front = Some((node, sides));
    }

    /// Ends the file.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn finish(mut self, plex: Plex) -> Result<Written, PrintError> {
        let pages = self.pages();
        self.pages.finish();
        let mut nodes: Vec<(ObjectId, &[ObjectId])> = Vec::new();
        nodes.extend(
            self.front
                .iter()
                .map(|(node, pages)| (*node, pages.as_slice())),
        );
        nodes.extend(self.nodes.iter().copied().zip(self.sides.chunks(NODE)));
        let sink = &mut self.pages.pool.sink;
        let mut tree = node(None, nodes.iter().map(|(node, _)| *node));
        tree.set("Count", i64::try_from(pages).unwrap_or(i64::MAX));
        for (id, pages) in nodes {
            let branch = node(Some(self.root), pages.iter().copied());
            sink.fill(id, &Object::Dictionary(branch));
        }
        sink.fill(self.root, &Object::Dictionary(tree));
        let mut preferences = dictionary! { "PrintScaling" => "None" };
        let mut catalog = dictionary! { "Type" => "Catalog", "Pages" => self.root };
        let mut info = dictionary! { "Producer" => text("Raadspost") };
        let head = &self.head;
        match head.intent {
            Some(intent) => {
                catalog.set("OutputIntents", vec![Object::Reference(intent.put(sink))]);
                catalog.set("Metadata", sink.put(&xmp::stream(head)));
                let date = format!("D:{}000000Z", head.date.replace('-', ""));
                info.set("Title", text(head.title));
                info.set("CreationDate", text(&date));
                info.set("ModDate", text(&date));
                info.set("Trapped", "False");
            }
            // PDF 1.6 does not know the key; a PDF/X-4 goes with a ticket that says it.
            None => {
                let plex = match plex {
                    Plex::Simplex => "Simplex",
                    Plex::Duplex => "DuplexFlipLongEdge",
                };
                preferences.set("Duplex", plex);
            }
        }
        catalog.set("ViewerPreferences", preferences);
        let metadata = self.head.part.clone().unwrap_or_default();
        let parts = self.parts.take();
        if let Some(parts) = parts.and_then(|parts| parts.finish(sink, metadata)) {
            catalog.set("DPartRoot", parts);
        }
        let catalog = sink.put(&Object::Dictionary(catalog));
        let info = sink.put(&Object::Dictionary(info));
        let id = Object::String(self.head.id.to_vec(), StringFormat::Hexadecimal);
        self.pages.pool.sink.finish(catalog, info, id)
    }
}

/// A node of the page tree (ISO 32000-1 7.7.3.2).
fn node(parent: Option<ObjectId>, kids: impl Iterator<Item = ObjectId>) -> Dictionary {
    let kids: Vec<Object> = kids.map(Object::Reference).collect();
    let mut node = dictionary! {
        "Type" => "Pages",
        "Count" => i64::try_from(kids.len()).unwrap_or(i64::MAX),
        "Kids" => kids,
    };
    if let Some(parent) = parent {
        node.set("Parent", parent);
    }
    node
}

#[cfg(test)]
mod tests {
    use lopdf::{Document, Stream};

    use super::*;
    use crate::pdf::dpart::PartSet;
    use crate::pdf::import::Source;

    const HEAD: Head<'static> = Head {
        id: [7; 16],
        title: "",
        date: "",
        intent: None,
        has_parts: true,
        part: None,
        has_marks: true,
    };

    /// A PDF with one page, which draws `content` with these resources.
    fn one_page(content: &str, resources: impl FnOnce(&mut Document) -> Dictionary) -> Document {
        let mut document = Document::with_version("1.7");
        let resources = resources(&mut document);
        let content = Stream::new(Dictionary::new(), content.as_bytes().to_vec());
        let content = document.add_object(content);
        let pages = document.new_object_id();
        let page = document.add_object(dictionary! {
            "Type" => "Page", "Parent" => pages, "Contents" => content,
            "MediaBox" => vec![0.into(), 0.into(), 620.into(), 860.into()],
            "TrimBox" => vec![10.into(), 8.into(), 605.into(), 850.into()],
            "Resources" => resources,
        });
        let tree = dictionary! {
            "Type" => "Pages", "Kids" => vec![Object::Reference(page)], "Count" => 1,
        };
        document.objects.insert(pages, tree.into());
        let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
        document.trailer.set("Root", catalog);
        document
    }

    fn copied(document: &Document, colours: Colours) -> Result<(Document, PageCopy), String> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("out.pdf");
        let mut merged = Merged::new(&path, colours, HEAD, Rc::default()).expect("a file");
        let mut source = Source::new(document, Path::new("in.pdf"));
        let page = document.get_pages()[&1];
        let copy = merged.pages.copy(&mut source, page);
        let copy = copy.map_err(|error| error.to_string())?;
        merged.letter(PartLetter {
            metadata: Dictionary::new(),
            sets: vec![PartSet {
                sides: 1,
                metadata: Dictionary::new(),
            }],
        });
        let finish = Finish {
            overlay: None,
            font: None,
            around: 30.0,
            bleed: 9.0,
            all_plates: false,
        };
        merged.place(&copy, &finish);
        merged.finish(Plex::Duplex).expect("written");
        Ok((Document::load(&path).expect("a PDF"), copy))
    }

    fn colour(parts: [f32; 3]) -> Object {
        Object::Array(parts.map(Object::Real).into())
    }

    /// A picture, a gradient and a drawing, all in RGB.
    fn rich(document: &mut Document) -> Dictionary {
        let picture = Stream::new(
            dictionary! {
                "Subtype" => "Image", "Width" => 1, "Height" => 1, "ColorSpace" => "DeviceRGB",
                "BitsPerComponent" => 8,
            },
            vec![255, 0, 0],
        );
        let picture = document.add_object(picture);
        let form = Stream::new(
            dictionary! {
                "Subtype" => "Form", "BBox" => vec![0.into(), 0.into(), 9.into(), 9.into()],
                "Group" => dictionary! { "S" => "Transparency", "CS" => "DeviceRGB" },
            },
            b"0 0 1 rg 0 0 9 9 re f".to_vec(),
        );
        let form = document.add_object(form);
        let shading = dictionary! {
            "ShadingType" => 2, "ColorSpace" => "DeviceRGB",
            "Coords" => vec![0.into(), 0.into(), 9.into(), 0.into()],
            "Function" => dictionary! {
                "FunctionType" => 2, "N" => 1, "Domain" => vec![0.into(), 1.into()],
                "C0" => colour([1.0, 0.0, 0.0]), "C1" => colour([0.0, 0.0, 1.0]),
            },
        };
        let pattern = document.add_object(dictionary! {
            "Type" => "Pattern", "PatternType" => 2, "Shading" => shading,
        });
        dictionary! {
            "XObject" => dictionary! { "P" => picture, "F" => form },
            "Pattern" => dictionary! { "G" => pattern },
        }
    }

    const DRAWN: &str = "/P Do /F Do /Pattern cs /G scn 0 0 9 9 re f";

    #[test]
    fn with_black_nothing_is_left_in_rgb() {
        let document = one_page(DRAWN, rich);
        let (kept, copy) = copied(&document, Colours::Keep).expect("a copy");
        assert!(copy.has_colour());
        let says_rgb = |document: &Document| {
            let mut objects = document.objects.values();
            objects.any(|object| format!("{object:?}").contains("DeviceRGB"))
        };
        assert!(says_rgb(&kept));
        let (black, copy) = copied(&document, Colours::Black).expect("a copy");
        assert!(!copy.has_colour());
        assert!(!says_rgb(&black));
        for draw in [
            "/P Do",
            "/F Do",
            "/Pattern cs /G scn 0 0 9 9 re f",
            "1 0 0 rg f",
        ] {
            let (_, copy) = copied(&one_page(draw, rich), Colours::Keep).expect("a copy");
            assert!(copy.has_colour(), "{draw}");
        }
        // An object that is not drawn takes no ink.
        let (_, copy) = copied(&one_page("0 g f", rich), Colours::Keep).expect("a copy");
        assert!(!copy.has_colour());
    }

    #[test]
    fn what_print_cannot_carry_over_is_refused() {
        let spot = one_page("/Spot cs 1 scn f", |_| Dictionary::new());
        let inherited = one_page("/F Do", |document| {
            let dict = dictionary! {
                "Subtype" => "Form", "BBox" => vec![0.into(), 0.into(), 9.into(), 9.into()],
            };
            let form = document.add_object(Stream::new(dict, b"1 0 0 scn f".to_vec()));
            dictionary! { "XObject" => dictionary! { "F" => form } }
        });
        let mesh = one_page("/S sh", |document| {
            let shading = dictionary! {
                "ShadingType" => 4, "ColorSpace" => "DeviceRGB", "BitsPerCoordinate" => 8,
            };
            let shading = document.add_object(Stream::new(shading, vec![0; 8]));
            dictionary! { "Shading" => dictionary! { "S" => shading } }
        });
        let drawn = one_page("BT /T 9 Tf ET", |_| {
            let font = dictionary! { "Type" => "Font", "Subtype" => "Type3" };
            dictionary! { "Font" => dictionary! { "T" => font } }
        });
        let postscript = one_page("/F Do", |document| {
            let dict = dictionary! { "Type" => "XObject", "Subtype" => "PS" };
            let drawing = document.add_object(Stream::new(dict, b"showpage".to_vec()));
            dictionary! { "XObject" => dictionary! { "F" => drawing } }
        });
        let mut layers = one_page("0 g f", |_| Dictionary::new());
        let catalog = layers.catalog_mut().expect("a catalog");
        catalog.set("OCProperties", Dictionary::new());
        for (document, what, is_kept) in [
            (spot, "cannot be made grey", true),
            (inherited, "without its colour space", false),
            (mesh, "gradient that cannot be made grey", true),
            (drawn, "glyphs are drawings", true),
            (postscript, "PostScript", false),
            (layers, "layers", false),
        ] {
            let refused = copied(&document, Colours::Black).map(|_| ());
            let refused = refused.expect_err(what);
            assert!(refused.contains(what), "{refused}");
            assert_eq!(copied(&document, Colours::Keep).is_ok(), is_kept, "{what}");
        }
    }

    #[test]
    fn a_page_with_bleed_keeps_it_and_lies_at_the_trim() {
        let document = one_page("0 g f", |_| Dictionary::new());
        let (file, copy) = copied(&document, Colours::Keep).expect("a copy");
        assert_eq!((copy.size(), copy.bleed()), ((595.0, 842.0), 8.0));
        let page = file.get_dictionary(file.get_pages()[&1]).expect("a page");
        let edges = |key: &[u8]| -> Vec<f32> {
            let edges = page.get(key).and_then(Object::as_array).expect("a box");
            edges
                .iter()
                .map(|edge| edge.as_float().expect("a number"))
                .collect()
        };
        assert_eq!(edges(b"TrimBox"), [30.0, 30.0, 625.0, 872.0]);
        // 9 pt are asked for, and the page has 8.
        assert_eq!(edges(b"BleedBox"), [22.0, 22.0, 633.0, 880.0]);
        assert_eq!(edges(b"MediaBox"), [0.0, 0.0, 655.0, 902.0]);
        let content = file.get_page_content(file.get_pages()[&1]);
        let content = String::from_utf8(content).expect("UTF-8");
        assert!(
            content.starts_with("q 1 0 0 1 20 22 cm 0 0 620 860 re W n"),
            "{content}"
        );
        let part = page
            .get(b"DPart")
            .and_then(Object::as_reference)
            .expect("a part");
        let part = file.get_dictionary(part).expect("a part");
        assert_eq!(
            part.get(b"Start")
                .and_then(Object::as_reference)
                .expect("a page"),
            file.get_pages()[&1]
        );
    }
}
