//! The limits that the campaign sets to a document.

use raadspost_content::{Diagnostic, Diagnostics, DocumentLimits};

/// Pages and bytes of a finished file.
pub(crate) fn check(limits: Option<&DocumentLimits>, pages: usize, bytes: usize) -> Diagnostics {
    let Some(limits) = limits else {
        return Vec::new();
    };
    let mut found = Vec::new();
    if let Some(most) = limits.pages.filter(|most| pages > *most as usize) {
        let message =
            format!("the finished file has {pages} pages, and the campaign allows {most}");
        let hint = "shorten the text, or raise `limits.pages` of the document";
        found.push(Diagnostic::error("pdf-too-many-pages", message).hint(hint));
    }
    if let Some(most) = limits.bytes.filter(|most| bytes as u64 > *most) {
        let message =
            format!("the finished file has {bytes} bytes, and the campaign allows {most}");
        let hint = "use fewer fonts or smaller images, or raise `limits.bytes` of the document";
        found.push(Diagnostic::error("pdf-too-large", message).hint(hint));
    }
    found
}
