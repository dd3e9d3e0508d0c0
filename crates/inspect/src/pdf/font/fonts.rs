//! The fonts of a file, each read once in a run.

use std::sync::Arc;

use raadspost_content::{Fingerprint, Recent};
use rustc_hash::FxHashMap;

use super::face::Font;
use crate::pdf::syntax::digest::{Digests, StreamHashes};
use crate::pdf::syntax::document::Document;
use crate::pdf::syntax::object::{Dictionary, ObjectId};

/// The fonts that a run remembers; shared by its threads.
pub(crate) struct FontMemory {
    streams: StreamHashes,
    fonts: Recent<Fingerprint, Font>,
}

impl FontMemory {
    /// A memory whose stores keep about so many bytes in one half.
    pub(crate) fn new(half: usize) -> Self {
        Self {
            streams: StreamHashes::new(half),
            fonts: Recent::new(half, |_, font: &Font| font.weight()),
        }
    }
}

/// The fonts of one file, and the hashes of its objects.
pub(crate) struct Fonts<'a> {
    memory: &'a FontMemory,
    read: FxHashMap<ObjectId, Arc<Font>>,
    /// The hashes of the objects of the file.
    pub(crate) digests: Digests<'a>,
}

impl<'a> Fonts<'a> {
    pub(crate) fn new(memory: &'a FontMemory) -> Self {
        Self {
            memory,
            read: FxHashMap::default(),
            digests: Digests::new(&memory.streams),
        }
    }

    /// A font, read once in the file and once in the run.
    pub(crate) fn font(
        &mut self,
        document: &Document<'_>,
        id: Option<ObjectId>,
        font: &Dictionary<'_>,
    ) -> Arc<Font> {
        if let Some(known) = id.and_then(|id| self.read.get(&id)) {
            return Arc::clone(known);
        }
        let key = match id {
            Some(id) => self.digests.hash(document, id, 0),
            None => {
                let mut bytes = Vec::new();
                self.digests.write_dictionary(document, font, &mut bytes, 0);
                Fingerprint::of(&bytes)
            }
        };
        let read = || Font::read(document, font);
        let found = match self.digests.whole {
            true => self.memory.fonts.recall(&key, read),
            false => Arc::new(read()),
        };
        if let Some(id) = id {
            self.read.insert(id, Arc::clone(&found));
        }
        found
    }
}
