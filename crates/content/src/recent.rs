//! A bounded cache shared by threads, in which renderers and inspectors keep results that are equal
//! for many municipalities.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::convert::Infallible;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxBuildHasher;

/// A bounded cache in two generations. When the young generation is full it becomes the old one,
/// and entries of the old one that were not used since are dropped. A hit may affect speed only,
/// never output.
///
/// Keys are compared in full, so a key may be all the bytes that a value is made from.
pub struct Recent<K, T> {
    half: usize,
    weigh: fn(&K, &T) -> usize,
    halves: Mutex<Halves<K, T>>,
}

struct Halves<K, T> {
    young: HashMap<K, Arc<T>, FxBuildHasher>,
    old: HashMap<K, Arc<T>, FxBuildHasher>,
    /// Of the young half.
    weight: usize,
}

impl<K: Eq + Hash, T> Recent<K, T> {
    /// An empty cache. Each generation holds entries of total weight `half`; `weigh` gives bytes,
    /// or 1 to count entries.
    pub fn new(half: usize, weigh: fn(&K, &T) -> usize) -> Self {
        Self {
            half,
            weigh,
            halves: Mutex::new(Halves {
                young: HashMap::default(),
                old: HashMap::default(),
                weight: 0,
            }),
        }
    }

    /// The cached value, or the result of `make`. `make` runs outside the lock: two threads may
    /// compute the same value at once.
    pub fn recall<Q>(&self, key: &Q, make: impl FnOnce() -> T) -> Arc<T>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ToOwned<Owned = K> + ?Sized,
    {
        let Ok(found) = self.try_recall(key, || Ok::<_, Infallible>(make()));
        found
    }

    /// As [`Self::recall`] for a `make` that may fail; failures are not cached.
    ///
    /// # Errors
    /// Those of `make`.
    pub fn try_recall<Q, E>(
        &self,
        key: &Q,
        make: impl FnOnce() -> Result<T, E>,
    ) -> Result<Arc<T>, E>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ToOwned<Owned = K> + ?Sized,
    {
        match self.known(key) {
            Some(known) => Ok(known),
            None => Ok(self.remember(key.to_owned(), make()?)),
        }
    }

    /// The cached value.
    pub fn known<Q>(&self, key: &Q) -> Option<Arc<T>>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        let mut halves = self.lock();
        if let Some(known) = halves.young.get(key) {
            return Some(Arc::clone(known));
        }
        let (key, known) = halves.old.remove_entry(key)?;
        self.put(&mut halves, key, Arc::clone(&known));
        Some(known)
    }

    /// Keeps something.
    pub fn remember(&self, key: K, what: T) -> Arc<T> {
        let what = Arc::new(what);
        self.put(&mut self.lock(), key, Arc::clone(&what));
        what
    }

    fn put(&self, halves: &mut Halves<K, T>, key: K, what: Arc<T>) {
        let weight = (self.weigh)(&key, &what);
        if halves.weight + weight > self.half {
            halves.old = std::mem::take(&mut halves.young);
            halves.weight = 0;
        }
        if halves.young.insert(key, what).is_none() {
            halves.weight += weight;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Halves<K, T>> {
        self.halves.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::Recent;

    #[test]
    fn what_is_used_stays_and_the_rest_is_forgotten_in_time() {
        let recent: Recent<u8, u8> = Recent::new(10, |_, _| 3);
        let made = std::cell::Cell::new(0);
        let ask = |what: u8| {
            let make = || {
                made.set(made.get() + 1);
                what
            };
            assert_eq!(*recent.recall(&what, make), what);
            made.get()
        };
        assert_eq!((ask(0), ask(0)), (1, 1));
        for (at, other) in (1..=20).enumerate() {
            // A value that is requested again and again is made once.
            assert_eq!((ask(other), ask(0)), (at + 2, at + 2));
            let halves = recent.lock();
            assert!(halves.weight <= 10 && halves.young.len() + halves.old.len() <= 6);
        }
        assert_eq!(ask(1), 22);
    }
}
