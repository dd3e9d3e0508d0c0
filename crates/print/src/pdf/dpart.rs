//! Document parts (ISO 32000-2 14.12, ISO 16612-2 6.4): the tree that tells a press where each letter
//! begins, on which paper its sheets are and which of them are stapled. Its levels are the job, its
//! letters, and the sets of a letter; only sets have pages.

use std::collections::VecDeque;

use lopdf::{Dictionary, Object, ObjectId, dictionary};

use crate::pdf::sink::Sink;

/// The names of the levels, from the root.
const LEVELS: [&str; 3] = ["Job", "Letter", "Set"];

/// Letters in an array of the root, so that no array grows with the job.
const LETTERS: usize = 500;

/// A set of sides with its metadata.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PartSet {
    /// The number of sides.
    pub(crate) sides: usize,
    /// Its metadata.
    pub(crate) metadata: Dictionary,
}

/// A letter with its metadata.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PartLetter {
    /// Its metadata.
    pub(crate) metadata: Dictionary,
    /// Its sets, in the order of their sides.
    pub(crate) sets: Vec<PartSet>,
}

/// A set whose sides are still to come.
struct Open {
    id: ObjectId,
    letter: ObjectId,
    left: usize,
    start: Option<ObjectId>,
    metadata: Dictionary,
}

/// The document parts of a file that fills.
pub(crate) struct Parts {
    /// The node of the job.
    root: ObjectId,
    /// The letters, in the order of their pages.
    letters: Vec<ObjectId>,
    open: VecDeque<Open>,
}

impl Parts {
    /// Begins a tree.
    pub(crate) fn new(sink: &mut Sink) -> Self {
        Self {
            root: sink.reserve(),
            letters: Vec::new(),
            open: VecDeque::new(),
        }
    }

    /// The number of letters.
    pub(crate) fn letters(&self) -> usize {
        self.letters.len()
    }

    /// Takes back all letters but the first so many.
    pub(crate) fn take_back(&mut self, letters: usize) {
        self.letters.truncate(letters);
        self.open.clear();
    }

    /// Begins a letter, whose sides come next; before all others with `is_first`.
    pub(crate) fn begin(&mut self, sink: &mut Sink, letter: PartLetter, is_first: bool) {
        let id = sink.reserve();
        let mut sets = Vec::with_capacity(letter.sets.len());
        for set in letter.sets {
            let own = sink.reserve();
            sets.push(Object::Reference(own));
            self.open.push_back(Open {
                id: own,
                letter: id,
                left: set.sides,
                start: None,
                metadata: set.metadata,
            });
        }
        let node = dictionary! {
            "Type" => "DPart",
            "Parent" => self.root,
            "DParts" => vec![Object::Array(sets)],
            "DPM" => letter.metadata,
        };
        sink.fill(id, &Object::Dictionary(node));
        let at = if is_first { 0 } else { self.letters.len() };
        self.letters.insert(at, id);
    }

    /// The set of the next side; `None` if it belongs to no letter.
    pub(crate) fn set(&self) -> Option<ObjectId> {
        self.open.front().map(|open| open.id)
    }

    /// Counts a side to its set, and writes the set once it is whole.
    pub(crate) fn side(&mut self, sink: &mut Sink, page: ObjectId) {
        let Some(open) = self.open.front_mut() else {
            return;
        };
        let start = *open.start.get_or_insert(page);
        open.left = open.left.saturating_sub(1);
        if open.left > 0 {
            return;
        }
        if let Some(open) = self.open.pop_front() {
            let node = dictionary! {
                "Type" => "DPart",
                "Parent" => open.letter,
                "Start" => start,
                "End" => page,
                "DPM" => open.metadata,
            };
            sink.fill(open.id, &Object::Dictionary(node));
        }
    }

    /// Ends the tree. Returns its root for the catalog; `None` if it has no letter.
    pub(crate) fn finish(self, sink: &mut Sink, metadata: Dictionary) -> Option<ObjectId> {
        if self.letters.is_empty() {
            return None;
        }
        let tree = sink.reserve();
        let letters = self.letters.chunks(LETTERS);
        let letters = letters
            .map(|letters| Object::Array(letters.iter().copied().map(Object::Reference).collect()));
        let node = dictionary! {
            "Type" => "DPart",
            "Parent" => tree,
            "DParts" => letters.collect::<Vec<_>>(),
            "DPM" => metadata,
        };
        sink.fill(self.root, &Object::Dictionary(node));
        let names = LEVELS.map(|name| Object::Name(name.as_bytes().to_vec()));
        let root = dictionary! {
            "Type" => "DPartRoot",
            "DPartRootNode" => self.root,
            "RecordLevel" => 1,
            "NodeNameList" => names.to_vec(),
        };
        sink.fill(tree, &Object::Dictionary(root));
        Some(tree)
    }
}
