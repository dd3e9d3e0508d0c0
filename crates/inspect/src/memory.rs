//! What was judged before in a run, by the hash of the bytes that decide it: the one piece by which
//! pages, fonts and the parts of packages are remembered, within bounds.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use raadspost_content::Fingerprint;

/// Things by their hash, the most recently used ones: when the young half has `HALF` bytes, it
/// becomes the old one, and what was old and not asked for since is forgotten.
pub(crate) struct Store<T, const HALF: usize> {
    young: HashMap<Fingerprint, Arc<T>>,
    old: HashMap<Fingerprint, Arc<T>>,
    weight: usize,
}

impl<T, const HALF: usize> Default for Store<T, HALF> {
    fn default() -> Self {
        Self {
            young: HashMap::new(),
            old: HashMap::new(),
            weight: 0,
        }
    }
}

impl<T, const HALF: usize> Store<T, HALF> {
    fn get(&mut self, key: Fingerprint, weight: impl Fn(&T) -> usize) -> Option<Arc<T>> {
        if let Some(found) = self.young.get(&key) {
            return Some(Arc::clone(found));
        }
        let found = self.old.remove(&key)?;
        self.put(key, Arc::clone(&found), weight(&found));
        Some(found)
    }

    fn put(&mut self, key: Fingerprint, what: Arc<T>, weight: usize) {
        if self.weight + weight > HALF {
            self.old = std::mem::take(&mut self.young);
            self.weight = 0;
        }
        if self.young.insert(key, what).is_none() {
            self.weight += weight;
        }
    }
}

/// What is known, or else what `read` finds. Read outside of the lock: two threads may read the
/// same at once, and find the same.
pub(crate) fn recall<T, const HALF: usize>(
    store: &Mutex<Store<T, HALF>>,
    key: Fingerprint,
    weight: impl Fn(&T) -> usize,
    read: impl FnOnce() -> T,
) -> Arc<T> {
    let Ok(found) = try_recall(store, key, weight, || Ok::<_, Infallible>(read()));
    found
}

/// The same where reading may fail; a failure is not remembered.
pub(crate) fn try_recall<T, E, const HALF: usize>(
    store: &Mutex<Store<T, HALF>>,
    key: Fingerprint,
    weight: impl Fn(&T) -> usize,
    read: impl FnOnce() -> Result<T, E>,
) -> Result<Arc<T>, E> {
    match known(store, key, &weight) {
        Some(known) => Ok(known),
        None => Ok(remember(store, key, weight, read()?)),
    }
}

/// What is known.
pub(crate) fn known<T, const HALF: usize>(
    store: &Mutex<Store<T, HALF>>,
    key: Fingerprint,
    weight: impl Fn(&T) -> usize,
) -> Option<Arc<T>> {
    let mut store = store.lock().unwrap_or_else(PoisonError::into_inner);
    store.get(key, weight)
}

/// Keeps what was found.
pub(crate) fn remember<T, const HALF: usize>(
    store: &Mutex<Store<T, HALF>>,
    key: Fingerprint,
    weight: impl Fn(&T) -> usize,
    found: T,
) -> Arc<T> {
    let found = Arc::new(found);
    let mut store = store.lock().unwrap_or_else(PoisonError::into_inner);
    store.put(key, Arc::clone(&found), weight(&found));
    found
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use raadspost_content::Fingerprint;

    use super::{Store, recall};

    #[test]
    fn what_is_used_stays_and_the_rest_is_forgotten_in_time() {
        let store: Mutex<Store<u8, 10>> = Mutex::default();
        let read = std::cell::Cell::new(0);
        let ask = |what: u8| {
            let count = || {
                read.set(read.get() + 1);
                what
            };
            let found = recall(&store, Fingerprint::of(&[what]), |_| 3, count);
            assert_eq!(*found, what);
            read.get()
        };
        assert_eq!((ask(0), ask(0)), (1, 1));
        for (at, other) in (1..=20).enumerate() {
            // What is asked for again and again is read once.
            assert_eq!((ask(other), ask(0)), (at + 2, at + 2));
            let store = store.lock().unwrap();
            assert!(store.weight <= 10 && store.young.len() + store.old.len() <= 6);
        }
        assert_eq!(ask(1), 22);
    }
}
