//! The paths in the ledger at the beginning of a run.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::output::path::OutputPath;

/// 64-bit digests of paths, with a flag for those that this run keeps. Takes 8 bytes and one bit
/// per path; paths added by the run are kept anyway and need no entry.
#[derive(Debug, Default)]
pub(crate) struct KnownPaths {
    /// Sorted.
    digests: Vec<u64>,
    /// One bit for each digest, 64 in one word.
    kept: Vec<u64>,
}

impl KnownPaths {
    /// The set of these digests, none of them kept yet.
    pub(super) fn new(mut digests: Vec<u64>) -> Self {
        digests.sort_unstable();
        let kept = vec![0; digests.len().div_ceil(64)];
        Self { digests, kept }
    }

    /// Not part of any output, so any hasher will do.
    pub(super) fn digest(path: &str) -> u64 {
        let mut hasher = DefaultHasher::new();
        path.hash(&mut hasher);
        hasher.finish()
    }

    /// Whether the set is empty.
    pub(crate) fn is_empty(&self) -> bool {
        self.digests.is_empty()
    }

    /// Whether a path is one of them. May return true for an unknown path, with probability n / 2^64.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.place(path).is_some()
    }

    /// Marks a path as planned and present.
    pub(crate) fn keep(&mut self, path: &OutputPath) {
        if let Some(at) = self.place(path.as_str()) {
            self.kept[at / 64] |= 1 << (at % 64);
        }
    }

    /// Whether a path is in the set and not kept by this run.
    pub(super) fn is_left(&self, path: &str) -> bool {
        self.place(path)
            .is_some_and(|at| self.kept[at / 64] & (1 << (at % 64)) == 0)
    }

    /// The first index of a path's digest. A path may occur twice, as row and as intent.
    fn place(&self, path: &str) -> Option<usize> {
        let digest = Self::digest(path);
        let at = self.digests.partition_point(|known| *known < digest);
        (self.digests.get(at) == Some(&digest)).then_some(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_and_kept() {
        let all: Vec<String> = (0..200).map(|n| format!("{n}/x")).collect();
        // One path is in both tables.
        let digests = all.iter().chain([&all[7]]);
        let mut known = KnownPaths::new(digests.map(|path| KnownPaths::digest(path)).collect());
        assert!(!known.is_empty() && KnownPaths::default().is_empty());
        for path in all.iter().skip(1).step_by(2) {
            known.keep(&OutputPath::new(path.as_str()).unwrap());
        }
        known.keep(&OutputPath::new("stranger/x").unwrap());
        for (number, path) in all.iter().enumerate() {
            assert!(known.has(path));
            assert_eq!(known.is_left(path), number % 2 == 0, "{path}");
        }
        assert!(!known.has("stranger/x") && !known.is_left("stranger/x"));
    }
}
