//! Documents that are equal for several municipalities, rendered once in a run.
//!
//! Which fingerprints occur more than once is known from the quick pass. The first worker that
//! meets one renders it, and others wait for it or take what it made. What was made is kept up to
//! [`KEPT`] bytes; beyond that the one that was not asked for longest is forgotten, and would be
//! rendered again.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use raadspost_content::Fingerprint;

use crate::freshness::short;

/// How many bytes of finished documents are kept for others.
const KEPT: usize = 32 * 1024 * 1024;

/// A document that others are equal to.
#[derive(Debug)]
pub(crate) struct Twin {
    /// The file.
    pub(crate) bytes: Arc<Vec<u8>>,
    /// Its digest.
    pub(crate) sha256: Fingerprint,
    /// Its pages, where the format has pages.
    pub(crate) pages: Option<u32>,
}

/// What is made once for several municipalities.
#[derive(Default)]
pub(crate) struct Twins {
    /// The beginnings of fingerprints that occur more than once. Two that begin alike by chance
    /// only cost a look.
    repeated: HashSet<u64>,
    known: Mutex<Known>,
    changed: Condvar,
}

#[derive(Default)]
struct Known {
    twins: HashMap<Fingerprint, Slot>,
    bytes: usize,
    clock: u64,
}

enum Slot {
    Pending,
    Ready { twin: Arc<Twin>, used: u64 },
}

impl Twins {
    /// Knows which fingerprints occur more than once.
    pub(crate) fn new(repeated: HashSet<u64>) -> Self {
        Self {
            repeated,
            ..Self::default()
        }
    }

    /// Whether others have this fingerprint too.
    pub(crate) fn has(&self, fingerprint: &Fingerprint) -> bool {
        self.repeated.contains(&short(fingerprint))
    }

    /// Asks for the documents of one pack. What is made is given; none stands for what the caller
    /// now has to make and to [`give`](Self::give), under a [`guard`](Self::guard).
    ///
    /// Waits while somebody else is making one of them. Nothing is claimed meanwhile, so two
    /// workers never wait for each other, and a pack is made in one go, however threads are timed.
    pub(crate) fn claim(&self, fingerprints: &[Fingerprint]) -> Vec<Option<Arc<Twin>>> {
        let mut known = self.lock();
        while known.is_pending(fingerprints) {
            known = self
                .changed
                .wait(known)
                .unwrap_or_else(PoisonError::into_inner);
        }
        fingerprints
            .iter()
            .map(|print| known.claim(*print))
            .collect()
    }

    /// Gives what was claimed.
    pub(crate) fn give(&self, fingerprint: Fingerprint, twin: Twin) {
        let mut known = self.lock();
        known.bytes += twin.bytes.len();
        known.clock += 1;
        let used = known.clock;
        let twin = Arc::new(twin);
        known.twins.insert(fingerprint, Slot::Ready { twin, used });
        known.shrink();
        self.changed.notify_all();
    }

    /// Gives back all claims among these that were not given, when it is dropped: a worker that
    /// breaks off must not leave others waiting.
    pub(crate) fn guard<'a>(&'a self, fingerprints: &'a [Fingerprint]) -> Guard<'a> {
        Guard {
            twins: self,
            fingerprints,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        // Each change is one insertion or removal, so a panic leaves nothing half done.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Gives claims back when it is dropped.
pub(crate) struct Guard<'a> {
    twins: &'a Twins,
    fingerprints: &'a [Fingerprint],
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        let mut known = self.twins.lock();
        for print in self.fingerprints {
            if matches!(known.twins.get(print), Some(Slot::Pending)) {
                known.twins.remove(print);
            }
        }
        self.twins.changed.notify_all();
    }
}

impl Known {
    fn is_pending(&self, fingerprints: &[Fingerprint]) -> bool {
        let pending = |print| matches!(self.twins.get(print), Some(Slot::Pending));
        fingerprints.iter().any(pending)
    }

    fn claim(&mut self, fingerprint: Fingerprint) -> Option<Arc<Twin>> {
        self.clock += 1;
        match self.twins.get_mut(&fingerprint) {
            Some(Slot::Ready { twin, used }) => {
                *used = self.clock;
                Some(Arc::clone(twin))
            }
            Some(Slot::Pending) | None => {
                self.twins.insert(fingerprint, Slot::Pending);
                None
            }
        }
    }

    /// Forgets those that were not asked for longest.
    fn shrink(&mut self) {
        while self.bytes > KEPT {
            let ready = self.twins.iter().filter_map(|(key, slot)| match slot {
                Slot::Pending => None,
                Slot::Ready { twin, used } => Some((*used, *key, twin.bytes.len())),
            });
            // Each has a moment of its own, so the order of the table does not matter.
            let Some((_, key, bytes)) = ready.min_by_key(|(used, ..)| *used) else {
                return;
            };
            self.twins.remove(&key);
            self.bytes -= bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn twin(bytes: usize) -> Twin {
        Twin {
            bytes: Arc::new(vec![0; bytes]),
            sha256: Fingerprint::of(b""),
            pages: None,
        }
    }

    #[test]
    fn one_makes_it_and_others_wait() {
        let print = Fingerprint::of(b"x");
        let twins = Twins::new(HashSet::from([short(&print)]));
        assert!(twins.has(&print) && !twins.has(&Fingerprint::of(b"y")));
        assert!(twins.claim(&[print])[0].is_none());
        drop(twins.guard(&[print]));
        assert!(twins.claim(&[print])[0].is_none());
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| twins.claim(&[print, Fingerprint::of(b"z")]));
            twins.give(print, twin(5));
            let given = waiting.join().unwrap();
            assert!(given[0].is_some() && given[1].is_none());
        });
    }

    #[test]
    fn what_is_not_asked_for_is_forgotten_first() {
        let prints = ["a", "b", "c"].map(|text| Fingerprint::of(text.as_bytes()));
        let twins = Twins::default();
        for print in &prints[..2] {
            twins.claim(&[*print]);
            twins.give(*print, twin(KEPT / 2));
        }
        assert!(twins.claim(&prints[..1])[0].is_some());
        twins.claim(&prints[2..]);
        twins.give(prints[2], twin(1));
        assert!(twins.claim(&prints[..1])[0].is_some());
        assert!(twins.claim(&prints[1..2])[0].is_none());
    }
}
