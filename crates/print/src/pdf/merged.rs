//! A PDF with pages of many PDFs: its page tree, and savepoints to go back to.

use std::path::Path;

use crate::profile::{Colours, Plex};
use lopdf::{Dictionary, Object, ObjectId, dictionary};

use crate::PrintError;
use crate::pdf::page::{Finish, PageCopy, Pages};
use crate::pdf::pool::Pool;
use crate::pdf::sink::{self, Sink, Written};
use crate::sizes::A4_PT;

/// Pages below one node of the page tree, so that a viewer need not read a list of all pages.
const NODE: usize = 128;

/// A file that fills.
pub(crate) struct Merged {
    /// Its pages, before they are put on sides.
    pub(crate) pages: Pages,
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
}

impl Merged {
    /// Begins a file.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn new(path: &Path, colours: Colours) -> Result<Self, PrintError> {
        let mut sink = Sink::new(path)?;
        let root = sink.reserve();
        Ok(Self {
            pages: Pages::new(Pool::new(sink), colours),
            sides: Vec::new(),
            nodes: Vec::new(),
            front: None,
            root,
        })
    }

    /// How many pages it has.
    pub(crate) fn pages(&self) -> usize {
        self.sides.len() + self.front.as_ref().map_or(0, |(_, sides)| sides.len())
    }

    /// How many bytes it has at most.
    pub(crate) fn bytes(&self) -> u64 {
        self.pages.pool.sink.bytes()
    }

    /// The state now, to go back to.
    pub(crate) fn savepoint(&self) -> Savepoint {
        Savepoint {
            sink: self.pages.pool.sink.savepoint(),
            sides: self.sides.len(),
            nodes: self.nodes.len(),
        }
    }

    /// Takes back all that was added since the savepoint; the file has the bytes that it would have
    /// without it.
    pub(crate) fn take_back(&mut self, savepoint: &Savepoint) {
        self.pages.take_back(savepoint.sink);
        self.sides.truncate(savepoint.sides);
        self.nodes.truncate(savepoint.nodes);
    }

    /// Keeps what was added, which goes to the disk.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(crate) fn keep(&mut self) -> Result<(), PrintError> {
        self.pages.keep()
    }

    /// Puts a page on the next side.
    pub(crate) fn place(&mut self, page: &PageCopy, finish: &Finish<'_>) {
        self.next(Some(page), page.size(), finish);
    }

    /// Leaves the next side blank, but for its overlay.
    pub(crate) fn blank(&mut self, size: (f64, f64), finish: &Finish<'_>) {
        self.next(None, size, finish);
    }

    fn next(&mut self, page: Option<&PageCopy>, size: (f64, f64), finish: &Finish<'_>) {
        if self.sides.len().is_multiple_of(NODE) {
            self.nodes.push(self.pages.pool.sink.reserve());
        }
        let node = self.nodes[self.nodes.len() - 1];
        let id = self.pages.side(page, size, finish, node);
        self.sides.push(id);
    }

    /// Puts pages before all others.
    pub(crate) fn place_first(&mut self, pages: &[Option<PageCopy>], finish: &Finish<'_>) {
        let sizes = pages.iter().flatten().map(PageCopy::size).next();
        let size = sizes.unwrap_or(A4_PT);
        let node = self.pages.pool.sink.reserve();
        let sides = pages
            .iter()
            .map(|page| self.pages.side(page.as_ref(), size, finish, node));
        let sides = sides.collect();
        self.front = Some((node, sides));
    }

    /// Ends the file.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn finish(mut self, plex: Plex) -> Result<Written, PrintError> {
        let pages = self.pages();
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
        let plex = match plex {
            Plex::Simplex => "Simplex",
            Plex::Duplex => "DuplexFlipLongEdge",
        };
        let catalog = sink.put(&Object::Dictionary(dictionary! {
            "Type" => "Catalog",
            "Pages" => self.root,
            "ViewerPreferences" => dictionary! { "Duplex" => plex, "PrintScaling" => "None" },
        }));
        let info = dictionary! { "Producer" => Object::string_literal("Raadspost") };
        let info = sink.put(&Object::Dictionary(info));
        self.pages.pool.sink.finish(catalog, info)
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
