//! Limits that an author sets for a document.

use serde::Serialize;

/// Limits for the PDF of a document; `None` means no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct DocumentLimits {
    /// Pages.
    pub pages: Option<u32>,
    /// Bytes.
    pub bytes: Option<u64>,
}
