//! A file of a print run: pages of many PDFs, in which every object stands once. Objects are told
//! apart by a digest of their bytes after their own references were settled, so a font that two
//! letters share is one stream, whatever its number was.

use std::collections::HashMap;
use std::path::Path;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, Writer, dictionary};
use raadspost_content::{Colours, Fingerprint, Plex};
use sha2::{Digest, Sha256};

use crate::PrintError;
use crate::colour;
use crate::import::Source;
use crate::sink::{Sink, SinkMark, Written, packed};

/// Objects inside each other, at most; a PDF that goes deeper runs in circles.
pub(crate) const DEPTH: usize = 100;

/// Pages below one node of the page tree, so that a viewer need not read a list of all pages.
const NODE: usize = 128;

/// The content of a page in the file.
#[derive(Debug, Clone, Copy)]
struct OwnContent {
    stream: ObjectId,
    /// Digest of the stream's bytes as they stand in the file.
    digest: [u8; 32],
}

/// A page that is ready to be put on a side: content that needs nothing from outside.
#[derive(Debug, Clone)]
pub(crate) struct PageCopy {
    resources: Dictionary,
    content: OwnContent,
    width: f64,
    height: f64,
}

impl PageCopy {
    /// Width and height, pt.
    pub(crate) fn size(&self) -> (f64, f64) {
        (self.width, self.height)
    }

    /// Digest of the content, by which a finished file is read back.
    pub(crate) fn digest(&self) -> [u8; 32] {
        self.content.digest
    }
}

/// What is drawn over a page, and the frame around it.
pub(crate) struct Finish<'a> {
    /// Content drawn over the page, in pt from the lower left corner of the trimmed sheet.
    pub(crate) overlay: Option<&'a [u8]>,
    /// The font that the overlay uses, with its name.
    pub(crate) font: Option<(&'a [u8], ObjectId)>,
    /// Paper beyond the trimmed sheet on all sides, pt.
    pub(crate) around: f64,
    /// Bleed, pt.
    pub(crate) bleed: f64,
}

/// A file that fills.
pub(crate) struct Merged {
    sink: Sink,
    known: HashMap<[u8; 32], ObjectId>,
    /// Page contents by the digest of what they were: many letters share an annex.
    contents: HashMap<[u8; 32], OwnContent>,
    /// What was added since the last letter was kept, so that one can be taken back.
    journal: Vec<[u8; 32]>,
    content_journal: Vec<[u8; 32]>,
    pages: Vec<ObjectId>,
    /// Nodes of the page tree, one for every [`NODE`] pages.
    nodes: Vec<ObjectId>,
    /// Pages before all others, and their node.
    front: Option<(ObjectId, Vec<ObjectId>)>,
    root: ObjectId,
    pub(crate) colours: Colours,
}

/// A moment to go back to.
pub(crate) struct Mark {
    sink: SinkMark,
    pages: usize,
    nodes: usize,
}

impl Merged {
    /// Begins a file.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub(crate) fn new(path: &Path, colours: Colours) -> Result<Self, PrintError> {
        let mut sink = Sink::new(path)?;
        let root = sink.reserve();
        Ok(Self {
            sink,
            known: HashMap::new(),
            contents: HashMap::new(),
            journal: Vec::new(),
            content_journal: Vec::new(),
            pages: Vec::new(),
            nodes: Vec::new(),
            front: None,
            root,
            colours,
        })
    }

    /// How many pages it has.
    pub(crate) fn pages(&self) -> usize {
        self.pages.len() + self.front.as_ref().map_or(0, |(_, pages)| pages.len())
    }

    /// How many bytes it has at most.
    pub(crate) fn bytes(&self) -> u64 {
        self.sink.bytes()
    }

    /// Remembers this moment.
    pub(crate) fn mark(&self) -> Mark {
        Mark {
            sink: self.sink.mark(),
            pages: self.pages.len(),
            nodes: self.nodes.len(),
        }
    }

    /// Takes back what was added since the moment, so that the file has the bytes that it would
    /// have had.
    pub(crate) fn take_back(&mut self, mark: &Mark) {
        self.sink.take_back(mark.sink);
        self.pages.truncate(mark.pages);
        self.nodes.truncate(mark.nodes);
        for digest in self.journal.drain(..) {
            self.known.remove(&digest);
        }
        for digest in self.content_journal.drain(..) {
            self.contents.remove(&digest);
        }
    }

    /// Keeps what was added, which goes to the disk.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub(crate) fn keep(&mut self) -> Result<(), PrintError> {
        self.journal.clear();
        self.content_journal.clear();
        self.sink.keep()
    }

    /// Copies a page in, without putting it on a side yet. Its tags, metadata and links stay
    /// behind.
    ///
    /// # Errors
    /// A page that is turned, or cannot be read.
    pub(crate) fn copy(
        &mut self,
        source: &mut Source<'_>,
        page: ObjectId,
    ) -> Result<PageCopy, PrintError> {
        let path = source.path;
        let document = source.document;
        let page = document
            .get_dictionary(page)
            .map_err(PrintError::pdf(path))?;
        if let Some(turn) = inherited(document, page, b"Rotate")
            && turn.as_i64().is_ok_and(|turn| turn % 360 != 0)
        {
            return Err(source.unfit("has a turned page"));
        }
        let (width, height) = inherited(document, page, b"MediaBox")
            .and_then(|object| size(document, object))
            .ok_or_else(|| source.unfit("has a page without size"))?;
        let none = Dictionary::new();
        let resources = match inherited(document, page, b"Resources") {
            Some(object) => match document.dereference(object) {
                Ok((_, Object::Dictionary(resources))) => resources,
                _ => return Err(source.unfit("has a page with damaged resources")),
            },
            None => &none,
        };
        let content = self.own_content(source, page, resources)?;
        let mut copied = Dictionary::new();
        for key in [
            &b"ColorSpace"[..],
            b"ExtGState",
            b"Font",
            b"Pattern",
            b"Properties",
            b"Shading",
            b"XObject",
        ] {
            let Ok(object) = resources.get(key) else {
                continue;
            };
            // Marks add a font of their own, so the list of fonts stands in the resources.
            let object = match document.dereference(object) {
                Ok((_, fonts)) if key == b"Font" => fonts,
                _ => object,
            };
            copied.set(key, self.import(source, object, 0)?);
        }
        Ok(PageCopy {
            resources: copied,
            content,
            width,
            height,
        })
    }

    /// The content of a page, rewritten; once for all pages that have the same.
    fn own_content(
        &mut self,
        source: &Source<'_>,
        page: &Dictionary,
        resources: &Dictionary,
    ) -> Result<OwnContent, PrintError> {
        let spaces = colour::spaces(source.document, resources);
        let streams = content_streams(source.document, page);
        let mut builder = Fingerprint::builder("page content");
        for (name, space) in &spaces {
            builder.field(name).field(&[*space as u8]);
        }
        for stream in &streams {
            let mut filter = Vec::new();
            for key in [&b"Filter"[..], b"DecodeParms"] {
                if let Ok(value) = stream.dict.get(key) {
                    // Writing into memory cannot fail.
                    let _ = Writer::write_object(&mut filter, value);
                }
            }
            builder.field(&filter).field(&stream.content);
        }
        let before = builder.finish().0;
        if let Some(content) = self.contents.get(&before) {
            return Ok(*content);
        }
        let mut raw = Vec::new();
        for stream in streams {
            let plain = plain(stream).map_err(PrintError::pdf(source.path))?;
            raw.extend_from_slice(&plain);
            raw.push(b'\n');
        }
        let rewritten = colour::rewrite(&raw, &spaces, self.colours)
            .map_err(|_| source.unfit("has a page whose content ends too early"))?;
        let content = self.content(&rewritten);
        self.contents.insert(before, content);
        self.content_journal.push(before);
        Ok(content)
    }

    fn content(&mut self, bytes: &[u8]) -> OwnContent {
        let stream = packed(Dictionary::new(), bytes);
        let digest = Fingerprint::of(&stream.content).0;
        OwnContent {
            stream: self.intern(Object::Stream(stream)),
            digest,
        }
    }

    /// A page that was drawn here.
    pub(crate) fn drawn(
        &mut self,
        content: &[u8],
        fonts: &[(Vec<u8>, ObjectId)],
        (width, height): (f64, f64),
    ) -> PageCopy {
        let mut named = Dictionary::new();
        for (name, font) in fonts {
            named.set(name.clone(), *font);
        }
        PageCopy {
            resources: dictionary! { "Font" => named },
            content: self.content(content),
            width,
            height,
        }
    }

    /// Puts a page on the next side.
    pub(crate) fn place(&mut self, page: &PageCopy, finish: &Finish<'_>) {
        self.next(Some(page), page.size(), finish);
    }

    /// Leaves the next side blank, but for what is drawn over it.
    pub(crate) fn blank(&mut self, size: (f64, f64), finish: &Finish<'_>) {
        self.next(None, size, finish);
    }

    fn next(&mut self, page: Option<&PageCopy>, size: (f64, f64), finish: &Finish<'_>) {
        if self.pages.len().is_multiple_of(NODE) {
            self.nodes.push(self.sink.reserve());
        }
        let node = self.nodes[self.nodes.len() - 1];
        let id = self.side(page, size, finish, node);
        self.pages.push(id);
    }

    /// Puts pages before all others.
    pub(crate) fn place_first(&mut self, pages: &[Option<PageCopy>], finish: &Finish<'_>) {
        let sizes = pages.iter().flatten().map(PageCopy::size).next();
        let size = sizes.unwrap_or(crate::draw::A4_PT);
        let node = self.sink.reserve();
        let sides = pages
            .iter()
            .map(|page| self.side(page.as_ref(), size, finish, node));
        let sides = sides.collect();
        self.front = Some((node, sides));
    }

    fn side(
        &mut self,
        page: Option<&PageCopy>,
        (width, height): (f64, f64),
        finish: &Finish<'_>,
        node: ObjectId,
    ) -> ObjectId {
        let around = finish.around;
        // Not rounded: viewers put a hairline on other pixels where a sheet is 0.0002 pt higher.
        let number = |value: f64| Object::Real(value as f32);
        let framed = |by: f64| {
            Object::Array(vec![
                number(around - by),
                number(around - by),
                number(around + width + by),
                number(around + height + by),
            ])
        };
        let mut resources = page.map_or_else(Dictionary::new, |page| page.resources.clone());
        if finish.overlay.is_some()
            && let Some((name, font)) = finish.font
        {
            resources = with_font(resources, name, font);
        }
        let resources = self.intern(Object::Dictionary(resources));
        let mut dictionary = dictionary! {
            "Type" => "Page",
            "Parent" => node,
            "MediaBox" => Object::Array(vec![
                0.into(), 0.into(), number(2.0 * around + width), number(2.0 * around + height),
            ]),
            "TrimBox" => framed(0.0),
            "BleedBox" => framed(finish.bleed),
            "Resources" => resources,
        };
        let own = page.map(|page| page.content.stream);
        match (own, self.frame(own.is_some(), finish)) {
            (Some(own), None) => dictionary.set("Contents", own),
            (None, None) => {}
            (own, Some([opening, closing])) => {
                let contents = [Some(opening), own, Some(closing)].into_iter().flatten();
                dictionary.set(
                    "Contents",
                    contents.map(Object::Reference).collect::<Vec<_>>(),
                );
            }
        }
        self.sink.put(&Object::Dictionary(dictionary))
    }

    /// What stands before and after a page's own content; nothing where nothing is drawn over it
    /// and it stands in its corner. The page's own state must not reach what is drawn over it.
    fn frame(&mut self, has_own: bool, finish: &Finish<'_>) -> Option<[ObjectId; 2]> {
        let around = finish.around;
        if finish.overlay.is_none() && (around == 0.0 || !has_own) {
            return None;
        }
        let shifted = if around > 0.0 {
            format!("q 1 0 0 1 {0} {0} cm\n", round(around))
        } else {
            "q\n".to_owned()
        };
        let mut closing = b"\nQ\n".to_vec();
        if let Some(overlay) = finish.overlay {
            closing.extend_from_slice(shifted.as_bytes());
            closing.extend_from_slice(overlay);
            closing.extend_from_slice(b"\nQ\n");
        }
        let stream = |bytes: &[u8]| Object::Stream(packed(Dictionary::new(), bytes));
        Some([
            self.intern(stream(shifted.as_bytes())),
            self.intern(stream(&closing)),
        ])
    }

    /// The number of an object; a new one only where no equal object is there.
    pub(crate) fn intern(&mut self, object: Object) -> ObjectId {
        let mut head = Vec::new();
        let mut hasher = Sha256::new();
        // Writing into memory cannot fail.
        if let Object::Stream(stream) = &object {
            for (key, value) in &stream.dict {
                head.extend_from_slice(key);
                let _ = Writer::write_object(&mut head, value);
            }
            hasher.update(b"stream");
            hasher.update((head.len() as u64).to_le_bytes());
            hasher.update(&head);
            hasher.update(&stream.content);
        } else {
            let _ = Writer::write_object(&mut head, &object);
            hasher.update(&head);
        }
        let digest: [u8; 32] = hasher.finalize().into();
        if let Some(id) = self.known.get(&digest) {
            return *id;
        }
        let id = self.sink.put(&object);
        self.known.insert(digest, id);
        self.journal.push(digest);
        id
    }

    /// Ends the file.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub(crate) fn finish(mut self, plex: Plex) -> Result<Written, PrintError> {
        let pages = self.pages();
        let mut nodes: Vec<(ObjectId, &[ObjectId])> = Vec::new();
        nodes.extend(
            self.front
                .iter()
                .map(|(node, pages)| (*node, pages.as_slice())),
        );
        nodes.extend(self.nodes.iter().copied().zip(self.pages.chunks(NODE)));
        let mut tree = node(None, nodes.iter().map(|(node, _)| *node));
        tree.set("Count", i64::try_from(pages).unwrap_or(i64::MAX));
        for (id, pages) in nodes {
            let branch = node(Some(self.root), pages.iter().copied());
            self.sink.fill(id, &Object::Dictionary(branch));
        }
        self.sink.fill(self.root, &Object::Dictionary(tree));
        let plex = match plex {
            Plex::Simplex => "Simplex",
            Plex::Duplex => "DuplexFlipLongEdge",
        };
        let catalog = self.sink.put(&Object::Dictionary(dictionary! {
            "Type" => "Catalog",
            "Pages" => self.root,
            "ViewerPreferences" => dictionary! { "Duplex" => plex, "PrintScaling" => "None" },
        }));
        let info = dictionary! { "Producer" => Object::string_literal("Raadspost") };
        let info = self.sink.put(&Object::Dictionary(info));
        self.sink.finish(catalog, info)
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

/// Reads a PDF.
pub(crate) fn load(bytes: &[u8], path: &Path) -> Result<Document, PrintError> {
    Document::load_mem(bytes).map_err(PrintError::pdf(path))
}

/// A value of a page, or of a node above it.
fn inherited<'a>(document: &'a Document, page: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
    let mut node = page;
    for _ in 0..DEPTH {
        if let Ok(found) = node.get(key) {
            return document.dereference(found).ok().map(|(_, object)| object);
        }
        node = node
            .get(b"Parent")
            .and_then(Object::as_reference)
            .and_then(|id| document.get_dictionary(id))
            .ok()?;
    }
    None
}

/// Width and height of a box, pt.
fn size(document: &Document, object: &Object) -> Option<(f64, f64)> {
    let mut numbers = [0.0; 4];
    let array = object.as_array().ok()?;
    if array.len() != 4 {
        return None;
    }
    for (number, object) in numbers.iter_mut().zip(array) {
        let (_, object) = document.dereference(object).ok()?;
        *number = f64::from(object.as_float().ok()?);
    }
    let [left, bottom, right, top] = numbers;
    (left == 0.0 && bottom == 0.0).then_some((right, top))
}

/// The streams of a page's content, in order.
pub(crate) fn content_streams<'a>(document: &'a Document, page: &'a Dictionary) -> Vec<&'a Stream> {
    let Ok(contents) = page.get(b"Contents") else {
        return Vec::new();
    };
    let mut streams = Vec::new();
    match document.dereference(contents) {
        Ok((_, Object::Stream(stream))) => streams.push(stream),
        Ok((_, Object::Array(array))) => {
            for item in array {
                if let Ok((_, Object::Stream(stream))) = document.dereference(item) {
                    streams.push(stream);
                }
            }
        }
        _ => {}
    }
    streams
}

/// The bytes of a stream without its filters.
pub(crate) fn plain(stream: &Stream) -> Result<Vec<u8>, lopdf::Error> {
    if stream.dict.has(b"Filter") {
        stream.decompressed_content()
    } else {
        Ok(stream.content.clone())
    }
}

fn with_font(mut resources: Dictionary, name: &[u8], font: ObjectId) -> Dictionary {
    let mut fonts = match resources.get(b"Font") {
        Ok(Object::Dictionary(fonts)) => fonts.clone(),
        _ => Dictionary::new(),
    };
    fonts.set(name, font);
    resources.set("Font", fonts);
    resources
}

/// Three decimals: a few thousandths of a point are beyond any printer.
fn round(value: f64) -> f32 {
    ((value * 1000.0).round() / 1000.0) as f32
}
