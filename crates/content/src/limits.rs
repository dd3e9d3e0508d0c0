//! Limits that an author sets for a document.

use serde::Serialize;

/// What the PDF of a document may not exceed; no limit where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct DocumentLimits {
    /// Pages.
    pub pages: Option<u32>,
    /// Bytes.
    pub bytes: Option<u64>,
}
