//! Which finished files a check takes as its sample.

use serde::{Deserialize, Serialize};

/// A sample of files by their content: the same seed takes the same files, in any order and on any
/// machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PixelRecord {
    /// The seed.
    pub seed: u32,
    /// Of so many files one is taken; none where it is 0.
    pub one_in: u32,
}
