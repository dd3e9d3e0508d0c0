//! A file of a print run: pages of many PDFs, in which every object stands once. Objects are told
//! apart by a digest of their bytes after their own references were settled, so a font that two
//! letters share is one stream, whatever its number was.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};
use raadspost_content::{Colours, Fingerprint, Plex};
use sha2::{Digest, Sha256};

use crate::PrintError;
use crate::colour::{self, Space};

/// Objects inside each other, at most; a PDF that goes deeper runs in circles.
const DEPTH: usize = 100;

/// A page that is ready to be put on a side: content that needs nothing from outside.
#[derive(Debug, Clone)]
pub(crate) struct PageCopy {
    resources: Dictionary,
    contents: Vec<ObjectId>,
    width: f64,
    height: f64,
    /// Digest of the content, by which a finished file is read back.
    pub(crate) digest: [u8; 32],
}

impl PageCopy {
    /// Width and height, pt.
    pub(crate) fn size(&self) -> (f64, f64) {
        (self.width, self.height)
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
    document: Document,
    known: HashMap<[u8; 32], ObjectId>,
    /// What was added since the last [`Merged::mark`], so that a letter can be taken back.
    journal: Vec<[u8; 32]>,
    pages: Vec<ObjectId>,
    root: ObjectId,
    bytes: usize,
    colours: Colours,
}

/// A moment to go back to.
pub(crate) struct Mark {
    pages: usize,
    bytes: usize,
    max_id: u32,
}

/// A PDF from which pages are taken.
pub(crate) struct Source<'a> {
    document: &'a Document,
    path: &'a Path,
    /// What its objects became.
    done: HashMap<ObjectId, Object>,
}

impl<'a> Source<'a> {
    pub(crate) fn new(document: &'a Document, path: &'a Path) -> Self {
        Self {
            document,
            path,
            done: HashMap::new(),
        }
    }

    fn unfit(&self, message: impl Into<String>) -> PrintError {
        PrintError::Unfit {
            path: self.path.to_owned(),
            message: message.into(),
        }
    }
}

impl Merged {
    pub(crate) fn new(colours: Colours) -> Self {
        let mut document = Document::with_version("1.7");
        let root = document.new_object_id();
        Self {
            document,
            known: HashMap::new(),
            journal: Vec::new(),
            pages: Vec::new(),
            root,
            bytes: 0,
            colours,
        }
    }

    /// How many pages it has.
    pub(crate) fn pages(&self) -> usize {
        self.pages.len()
    }

    /// About how many bytes it will have.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Remembers this moment.
    pub(crate) fn mark(&mut self) -> Mark {
        self.journal.clear();
        Mark {
            pages: self.pages.len(),
            bytes: self.bytes,
            max_id: self.document.max_id,
        }
    }

    /// Takes back what was added since the moment, so that the file has the bytes that it would
    /// have had.
    pub(crate) fn take_back(&mut self, mark: &Mark) {
        self.pages.truncate(mark.pages);
        self.bytes = mark.bytes;
        for digest in self.journal.drain(..) {
            self.known.remove(&digest);
        }
        self.document.objects.retain(|id, _| id.0 <= mark.max_id);
        self.document.max_id = mark.max_id;
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
        let resources = match inherited(document, page, b"Resources") {
            Some(object) => match document.dereference(object) {
                Ok((_, Object::Dictionary(resources))) => resources.clone(),
                _ => return Err(source.unfit("has a page with damaged resources")),
            },
            None => Dictionary::new(),
        };
        let spaces = colour::spaces(document, &resources);
        let mut raw = Vec::new();
        for stream in content_streams(document, page) {
            let plain = plain(stream).map_err(PrintError::pdf(path))?;
            raw.extend_from_slice(&plain);
            raw.push(b'\n');
        }
        let rewritten =
            colour::rewrite(&raw, &spaces, self.colours).map_err(PrintError::pdf(path))?;
        let digest = Fingerprint::of(&rewritten).0;
        let content = self.intern(Object::Stream(packed(Dictionary::new(), &rewritten)));
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
            if let Ok(object) = resources.get(key) {
                copied.set(key, self.import(source, object, 0)?);
            }
        }
        Ok(PageCopy {
            resources: copied,
            contents: vec![content],
            width,
            height,
            digest,
        })
    }

    /// Puts a page on the next side.
    pub(crate) fn place(&mut self, page: &PageCopy, finish: &Finish<'_>) {
        let id = self.side(Some(page), (page.width, page.height), finish);
        self.pages.push(id);
    }

    /// Puts a page before all others.
    pub(crate) fn place_first(&mut self, pages: &[Option<PageCopy>], finish: &Finish<'_>) {
        let sizes = pages.iter().flatten().map(PageCopy::size).next();
        let size = sizes.unwrap_or(crate::draw::A4_PT);
        let ids: Vec<ObjectId> = pages
            .iter()
            .map(|page| self.side(page.as_ref(), size, finish))
            .collect();
        self.pages.splice(0..0, ids);
    }

    /// Leaves the next side blank, but for what is drawn over it.
    pub(crate) fn blank(&mut self, size: (f64, f64), finish: &Finish<'_>) {
        let id = self.side(None, size, finish);
        self.pages.push(id);
    }

    fn side(
        &mut self,
        page: Option<&PageCopy>,
        (width, height): (f64, f64),
        finish: &Finish<'_>,
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
        let mut contents = Vec::new();
        let mut resources = page.map_or_else(Dictionary::new, |page| page.resources.clone());
        if let Some(page) = page {
            // The page's own state must not reach what is drawn over it.
            let opening = format!("q 1 0 0 1 {} {} cm\n", round(around), round(around));
            contents.push(Object::Reference(self.small_stream(opening.as_bytes())));
            contents.extend(page.contents.iter().map(|id| Object::Reference(*id)));
        }
        let closing: &[u8] = if page.is_some() { b"\nQ\n" } else { b"" };
        match finish.overlay {
            Some(overlay) => {
                let mut bytes = closing.to_vec();
                bytes.extend_from_slice(b"q ");
                bytes.extend_from_slice(
                    format!("1 0 0 1 {} {} cm\n", round(around), round(around)).as_bytes(),
                );
                bytes.extend_from_slice(overlay);
                bytes.extend_from_slice(b"\nQ\n");
                contents.push(Object::Reference(self.small_stream(&bytes)));
                if let Some((name, font)) = finish.font {
                    resources = with_font(&self.document, resources, name, font);
                }
            }
            None if page.is_some() => {
                contents.push(Object::Reference(self.small_stream(closing)));
            }
            None => {}
        }
        let resources = self.intern(Object::Dictionary(resources));
        let mut dictionary = dictionary! {
            "Type" => "Page",
            "Parent" => self.root,
            "MediaBox" => Object::Array(vec![
                0.into(), 0.into(), number(2.0 * around + width), number(2.0 * around + height),
            ]),
            "TrimBox" => framed(0.0),
            "BleedBox" => framed(finish.bleed),
            "Resources" => resources,
        };
        if !contents.is_empty() {
            dictionary.set("Contents", contents);
        }
        self.bytes += 300;
        self.document.add_object(dictionary)
    }

    fn small_stream(&mut self, bytes: &[u8]) -> ObjectId {
        self.intern(Object::Stream(packed(Dictionary::new(), bytes)))
    }

    /// Copies an object in, with all that it refers to.
    pub(crate) fn import(
        &mut self,
        source: &mut Source<'_>,
        object: &Object,
        depth: usize,
    ) -> Result<Object, PrintError> {
        if depth > DEPTH {
            return Err(source.unfit("has objects that run in circles"));
        }
        Ok(match object {
            Object::Reference(id) => {
                if let Some(done) = source.done.get(id) {
                    return Ok(done.clone());
                }
                let found = source.document.get_object(*id).ok();
                let Some(found) = found else {
                    return Ok(Object::Null);
                };
                let copied = self.import(source, found, depth + 1)?;
                let copied = match copied {
                    // Small things stand where they are used.
                    Object::Null
                    | Object::Boolean(_)
                    | Object::Integer(_)
                    | Object::Real(_)
                    | Object::Name(_)
                    | Object::Reference(_) => copied,
                    copied => Object::Reference(self.intern(copied)),
                };
                source.done.insert(*id, copied.clone());
                copied
            }
            Object::Array(array) => {
                let is_space = matches!(array.first(), Some(Object::Name(name)) if name == b"ICCBased" || name == b"CalGray");
                if is_space && colour::space(source.document, object) == Space::Grey {
                    return Ok(Object::Name(b"DeviceGray".to_vec()));
                }
                let items = array
                    .iter()
                    .map(|item| self.import(source, item, depth + 1));
                Object::Array(items.collect::<Result<_, _>>()?)
            }
            Object::Dictionary(dictionary) => {
                Object::Dictionary(self.import_dictionary(source, dictionary, depth)?)
            }
            Object::Stream(stream) => {
                let dict = self.import_dictionary(source, &stream.dict, depth)?;
                if drawn(&stream.dict) {
                    let resources = stream.dict.get(b"Resources").ok();
                    let resources =
                        resources.and_then(|object| source.document.dereference(object).ok());
                    let spaces = match resources {
                        Some((_, Object::Dictionary(resources))) => {
                            colour::spaces(source.document, resources)
                        }
                        _ => colour::Spaces::new(),
                    };
                    let rewritten = plain(stream)
                        .and_then(|bytes| colour::rewrite(&bytes, &spaces, self.colours))
                        .map_err(PrintError::pdf(source.path))?;
                    Object::Stream(packed(dict, &rewritten))
                } else {
                    let mut copied = Stream::new(dict, stream.content.clone());
                    copied.allows_compression = false;
                    Object::Stream(copied)
                }
            }
            other => other.clone(),
        })
    }

    fn import_dictionary(
        &mut self,
        source: &mut Source<'_>,
        dictionary: &Dictionary,
        depth: usize,
    ) -> Result<Dictionary, PrintError> {
        let mut copied = Dictionary::new();
        for (key, value) in dictionary {
            // What leads back to the structure tree, the metadata or the pages is left behind.
            let left = matches!(
                key.as_slice(),
                b"Parent" | b"StructParent" | b"StructParents" | b"Metadata" | b"Length"
            );
            if !left {
                copied.set(key.clone(), self.import(source, value, depth + 1)?);
            }
        }
        Ok(copied)
    }

    /// The number of an object; a new one only where no equal object is there.
    fn intern(&mut self, object: Object) -> ObjectId {
        let mut hasher = Sha256::new();
        let size = feed(&object, &mut hasher);
        let digest: [u8; 32] = hasher.finalize().into();
        if let Some(id) = self.known.get(&digest) {
            return *id;
        }
        self.bytes += size;
        let id = self.document.add_object(object);
        self.known.insert(digest, id);
        self.journal.push(digest);
        id
    }

    /// Writes the file.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub(crate) fn write(mut self, path: &Path, plex: Plex) -> Result<(), PrintError> {
        let kids = self.pages.iter().map(|id| Object::Reference(*id));
        let tree = dictionary! {
            "Type" => "Pages",
            "Count" => i64::try_from(self.pages.len()).unwrap_or(i64::MAX),
            "Kids" => kids.collect::<Vec<_>>(),
        };
        self.document.objects.insert(self.root, tree.into());
        let plex = match plex {
            Plex::Simplex => "Simplex",
            Plex::Duplex => "DuplexFlipLongEdge",
        };
        let catalog = self.document.add_object(dictionary! {
            "Type" => "Catalog",
            "Pages" => self.root,
            "ViewerPreferences" => dictionary! { "Duplex" => plex, "PrintScaling" => "None" },
        });
        let info = self
            .document
            .add_object(dictionary! { "Producer" => Object::string_literal("Raadspost") });
        self.document.trailer.set("Root", catalog);
        self.document.trailer.set("Info", info);
        let file = File::create(path).map_err(PrintError::io("write", path))?;
        let mut writer = BufWriter::new(file);
        self.document
            .save_modern(&mut writer)
            .map_err(PrintError::io("write", path))?;
        writer.flush().map_err(PrintError::io("write", path))?;
        writer
            .get_ref()
            .sync_all()
            .map_err(PrintError::io("write", path))
    }
}

/// Reads a PDF.
pub(crate) fn load(bytes: &[u8], path: &Path) -> Result<Document, PrintError> {
    Document::load_mem(bytes).map_err(PrintError::pdf(path))
}

/// The file of a run as it is named in messages.
pub(crate) fn in_run(folder: &Path, path: &str) -> PathBuf {
    folder.join(path)
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

/// Whether a stream is drawn by operators: a form or a tiling pattern.
fn drawn(dictionary: &Dictionary) -> bool {
    let subtype = dictionary.get(b"Subtype").and_then(Object::as_name);
    let pattern = dictionary.get(b"PatternType").and_then(Object::as_i64);
    matches!(subtype, Ok(b"Form")) || matches!(pattern, Ok(1))
}

/// A compressed stream; one that is hardly longer than its filter's name stays as it is.
fn packed(mut dict: Dictionary, bytes: &[u8]) -> Stream {
    dict.remove(b"Filter");
    dict.remove(b"DecodeParms");
    let mut stream = if bytes.len() < 64 {
        Stream::new(dict, bytes.to_vec())
    } else {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        // Writing into memory cannot fail.
        let packed = encoder.write_all(bytes).and_then(|()| encoder.finish());
        dict.set("Filter", "FlateDecode");
        // A file has thousands of streams, which are kept until it is written.
        let mut packed = packed.unwrap_or_default();
        packed.shrink_to_fit();
        Stream::new(dict, packed)
    };
    stream.allows_compression = false;
    stream
}

fn with_font(
    document: &Document,
    mut resources: Dictionary,
    name: &[u8],
    font: ObjectId,
) -> Dictionary {
    let fonts = match resources.get(b"Font") {
        Ok(object) => match document.dereference(object) {
            Ok((_, Object::Dictionary(fonts))) => fonts.clone(),
            _ => Dictionary::new(),
        },
        Err(_) => Dictionary::new(),
    };
    let mut fonts = fonts;
    fonts.set(name, font);
    resources.set("Font", fonts);
    resources
}

/// Three decimals: a few thousandths of a point are beyond any printer.
fn round(value: f64) -> f32 {
    ((value * 1000.0).round() / 1000.0) as f32
}

/// Feeds an object into a digest, each kind with a sign of its own and every length before its
/// bytes. Gives about the size that it takes in a file.
fn feed(object: &Object, hasher: &mut Sha256) -> usize {
    let mut bytes = |sign: u8, bytes: &[u8]| {
        hasher.update([sign]);
        hasher.update((bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
        bytes.len() + 2
    };
    match object {
        Object::Null => bytes(0, &[]),
        Object::Boolean(value) => bytes(1, &[u8::from(*value)]),
        Object::Integer(value) => bytes(2, &value.to_le_bytes()),
        Object::Real(value) => bytes(3, &value.to_bits().to_le_bytes()),
        Object::Name(name) => bytes(4, name),
        Object::String(text, _) => bytes(5, text),
        Object::Reference((id, generation)) => {
            let mut both = id.to_le_bytes().to_vec();
            both.extend(generation.to_le_bytes());
            bytes(6, &both)
        }
        Object::Array(array) => {
            bytes(7, &(array.len() as u64).to_le_bytes());
            2 + array.iter().map(|item| feed(item, hasher)).sum::<usize>()
        }
        Object::Dictionary(dictionary) => feed_dictionary(dictionary, hasher),
        Object::Stream(stream) => {
            bytes(9, &stream.content);
            stream.content.len() + 40 + feed_dictionary(&stream.dict, hasher)
        }
    }
}

fn feed_dictionary(dictionary: &Dictionary, hasher: &mut Sha256) -> usize {
    // A producer may write keys in any order.
    let mut entries: Vec<_> = dictionary.iter().collect();
    entries.sort_by_key(|(key, _)| *key);
    hasher.update([8]);
    hasher.update((entries.len() as u64).to_le_bytes());
    let mut size = 4;
    for (key, value) in entries {
        // The length follows from the content.
        if key != b"Length" {
            hasher.update((key.len() as u64).to_le_bytes());
            hasher.update(key);
            size += key.len() + 1 + feed(value, hasher);
        }
    }
    size
}
