//! The sample of finished files for a check.

use serde::{Deserialize, Serialize};

/// A sample of files by their content: the same seed selects the same files, in any order and on
/// any machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PixelRecord {
    /// The seed.
    pub seed: u32,
    /// Selects one file in this many; 0 selects none.
    pub one_in: u32,
}
