//! Single flight: documents that are equal for several municipalities are rendered only once in a
//! run.
//!
//! The quick pass finds the fingerprints that occur more than once. The first worker that needs one
//! renders it; others wait for it or take the finished file. Up to [`KEPT`] bytes are kept; the
//! least recently used file is evicted first, and would be rendered again.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use raadspost_content::Fingerprint;

use crate::freshness::short;

/// Number of bytes of finished documents kept for other municipalities.
const KEPT: usize = 32 * 1024 * 1024;

/// A finished file shared by equal documents.
#[derive(Debug)]
pub(crate) struct Rendered {
    /// The file.
    pub(crate) bytes: Arc<Vec<u8>>,
    /// Its digest.
    pub(crate) sha256: Fingerprint,
    /// Number of pages, if the format has pages.
    pub(crate) pages: Option<u32>,
}

/// Documents rendered once for several municipalities.
#[derive(Default)]
pub(crate) struct SingleFlight {
    /// Prefixes of fingerprints that occur more than once. A false match only costs a lookup.
    repeated: HashSet<u64>,
    known: Mutex<Known>,
    changed: Condvar,
}

#[derive(Default)]
struct Known {
    slots: HashMap<Fingerprint, Slot>,
    bytes: usize,
    clock: u64,
}

enum Slot {
    Pending,
    Ready { rendered: Arc<Rendered>, used: u64 },
}

impl SingleFlight {
    /// Sets the fingerprints that occur more than once.
    pub(crate) fn new(repeated: HashSet<u64>) -> Self {
        Self {
            repeated,
            ..Self::default()
        }
    }

    /// Whether other documents have this fingerprint too.
    pub(crate) fn has(&self, fingerprint: &Fingerprint) -> bool {
        self.repeated.contains(&short(fingerprint))
    }

    /// Returns each document of a pack that is ready. For `None` the caller must render it and
    /// [`give`](Self::give) it, holding a [`guard`](Self::guard).
    ///
    /// Waits while another worker renders one of them. Nothing is claimed meanwhile, so two workers
    /// never wait for each other, and a pack is rendered in one go, whatever the timing.
    pub(crate) fn claim(&self, fingerprints: &[Fingerprint]) -> Vec<Option<Arc<Rendered>>> {
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

    /// Delivers claimed documents.
    pub(crate) fn give(&self, fingerprint: Fingerprint, rendered: Rendered) {
        let mut known = self.lock();
        known.bytes += rendered.bytes.len();
        known.clock += 1;
        let used = known.clock;
        let rendered = Arc::new(rendered);
        known
            .slots
            .insert(fingerprint, Slot::Ready { rendered, used });
        known.shrink();
        self.changed.notify_all();
    }

    /// A guard that releases the remaining claims on drop: a failing worker must not leave others
    /// waiting.
    pub(crate) fn guard<'a>(&'a self, fingerprints: &'a [Fingerprint]) -> Guard<'a> {
        Guard {
            single_flight: self,
            fingerprints,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        // Each change is a single insertion or removal, so a panic cannot leave an inconsistent
        // state.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Releases claims on drop.
pub(crate) struct Guard<'a> {
    single_flight: &'a SingleFlight,
    fingerprints: &'a [Fingerprint],
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        let mut known = self.single_flight.lock();
        for print in self.fingerprints {
            if matches!(known.slots.get(print), Some(Slot::Pending)) {
                known.slots.remove(print);
            }
        }
        self.single_flight.changed.notify_all();
    }
}

impl Known {
    fn is_pending(&self, fingerprints: &[Fingerprint]) -> bool {
        let pending = |print| matches!(self.slots.get(print), Some(Slot::Pending));
        fingerprints.iter().any(pending)
    }

    fn claim(&mut self, fingerprint: Fingerprint) -> Option<Arc<Rendered>> {
        self.clock += 1;
        match self.slots.get_mut(&fingerprint) {
            Some(Slot::Ready { rendered, used }) => {
                *used = self.clock;
                Some(Arc::clone(rendered))
            }
            Some(Slot::Pending) | None => {
                self.slots.insert(fingerprint, Slot::Pending);
                None
            }
        }
    }

    /// Evicts the least recently used.
    fn shrink(&mut self) {
        while self.bytes > KEPT {
            let ready = self.slots.iter().filter_map(|(key, slot)| match slot {
                Slot::Pending => None,
                Slot::Ready { rendered, used } => Some((*used, *key, rendered.bytes.len())),
            });
            // Times are unique, so the order of the table does not matter.
            let Some((_, key, bytes)) = ready.min_by_key(|(used, ..)| *used) else {
                return;
            };
            self.slots.remove(&key);
            self.bytes -= bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(bytes: usize) -> Rendered {
        Rendered {
            bytes: Arc::new(vec![0; bytes]),
            sha256: Fingerprint::of(b""),
            pages: None,
        }
    }

    #[test]
    fn one_makes_it_and_others_wait() {
        let print = Fingerprint::of(b"x");
        let single_flight = SingleFlight::new(HashSet::from([short(&print)]));
        assert!(single_flight.has(&print) && !single_flight.has(&Fingerprint::of(b"y")));
        assert!(single_flight.claim(&[print])[0].is_none());
        drop(single_flight.guard(&[print]));
        assert!(single_flight.claim(&[print])[0].is_none());
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| single_flight.claim(&[print, Fingerprint::of(b"z")]));
            single_flight.give(print, rendered(5));
            let given = waiting.join().unwrap();
            assert!(given[0].is_some() && given[1].is_none());
        });
    }

    #[test]
    fn what_is_not_asked_for_is_forgotten_first() {
        let prints = ["a", "b", "c"].map(|text| Fingerprint::of(text.as_bytes()));
        let single_flight = SingleFlight::default();
        for print in &prints[..2] {
            single_flight.claim(&[*print]);
            single_flight.give(*print, rendered(KEPT / 2));
        }
        assert!(single_flight.claim(&prints[..1])[0].is_some());
        single_flight.claim(&prints[2..]);
        single_flight.give(prints[2], rendered(1));
        assert!(single_flight.claim(&prints[..1])[0].is_some());
        assert!(single_flight.claim(&prints[1..2])[0].is_none());
    }
}
