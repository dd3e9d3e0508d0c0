//! The objects of a file that fills, each of them once. Objects are distinguished by a digest of their
//! bytes, in which references are those of this file: a font that two letters share
//! is one stream, whatever its number was.

use std::collections::{HashMap, HashSet};

use lopdf::{Object, ObjectId, Writer};
use sha2::{Digest, Sha256};

use crate::PrintError;
use crate::pdf::sink::{Savepoint, Sink};

/// The objects of a file that fills.
pub(crate) struct Pool {
    pub(crate) sink: Sink,
    known: HashMap<[u8; 32], ObjectId>,
    /// Digests that were added since [`Pool::keep`].
    journal: Vec<[u8; 32]>,
    /// Pictures, drawings and gradients that are not all grey.
    coloured: HashSet<ObjectId>,
}

impl Pool {
    pub(crate) fn new(sink: Sink) -> Self {
        Self {
            sink,
            known: HashMap::new(),
            journal: Vec::new(),
            coloured: HashSet::new(),
        }
    }

    /// Notes that an object is not all grey.
    pub(crate) fn note_colour(&mut self, id: ObjectId) {
        self.coloured.insert(id);
    }

    /// Whether an object of the file is not all grey.
    pub(crate) fn has_colour(&self, id: ObjectId) -> bool {
        self.coloured.contains(&id)
    }

    /// The number of an object; a new one only if the file has no equal object.
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

    /// Takes back all objects since the savepoint.
    pub(crate) fn take_back(&mut self, savepoint: Savepoint) {
        self.sink.take_back(savepoint);
        for digest in self.journal.drain(..) {
            // The number will be another object's.
            if let Some(id) = self.known.remove(&digest) {
                self.coloured.remove(&id);
            }
        }
    }

    /// Keeps what was added, which goes to the disk.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(crate) fn keep(&mut self) -> Result<(), PrintError> {
        self.journal.clear();
        self.sink.keep()
    }
}
