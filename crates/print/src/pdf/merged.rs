//! A file of a print run: pages of many PDFs, in which every object stands once. Objects are told
//! apart by a digest of their bytes after their own references were settled, so a font that two
//! letters share is one stream, whatever its number was.

use std::collections::HashMap;
use std::path::Path;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, Writer, dictionary};
use raadspost_content::{Colours, Plex};
use sha2::{Digest, Sha256};

use crate::PrintError;
use crate::pdf::page::{Finish, OwnContent, PageCopy};
use crate::pdf::sink::{Sink, SinkMark, Written};

/// Objects inside each other, at most; a PDF that goes deeper runs in circles.
pub(crate) const DEPTH: usize = 100;

/// Pages below one node of the page tree, so that a viewer need not read a list of all pages.
const NODE: usize = 128;

/// A file that fills.
pub(crate) struct Merged {
    pub(crate) sink: Sink,
    known: HashMap<[u8; 32], ObjectId>,
    /// Page contents by the digest of what they were: many letters share an annex.
    pub(crate) contents: HashMap<[u8; 32], OwnContent>,
    /// What was added since the last letter was kept, so that one can be taken back.
    journal: Vec<[u8; 32]>,
    pub(crate) content_journal: Vec<[u8; 32]>,
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
        let size = sizes.unwrap_or(crate::draw::pen::A4_PT);
        let node = self.sink.reserve();
        let sides = pages
            .iter()
            .map(|page| self.side(page.as_ref(), size, finish, node));
        let sides = sides.collect();
        self.front = Some((node, sides));
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

/// The bytes of a stream without its filters.
pub(crate) fn plain(stream: &Stream) -> Result<Vec<u8>, lopdf::Error> {
    if stream.dict.has(b"Filter") {
        stream.decompressed_content()
    } else {
        Ok(stream.content.clone())
    }
}
