//! Reads finished PDF and DOCX files back: text in reading order, structure, validity.
//!
//! The only home of reading them. Nothing here knows how a file was made, so that a comparison of
//! two formats, or of a file with its document, proves something.
//!
//! [`read_pdf`] and [`read_docx`] give the same [`Line`]s for the same document, [`comparable`] and
//! [`first_difference`] hold them side by side, [`lint_docx`] finds faults that Word would stumble over,
//! and [`FileInspector`] is the gate before delivery.

mod docx;
mod error;
mod inspector;
mod pdf;
mod said;
mod xml;

pub use docx::revision::{
    Against, Changed, Filled, FoundBy, Identity, Revision, compare_docx, identify_docx,
    renew_records,
};
pub use docx::{Control, DocxText, Entry, lint_docx, read_docx};
pub use error::ReadError;
pub use inspector::{DocxInspector, FileInspector, PdfInspector};
pub use pdf::{Metadata, PdfChecks, PdfText, overlay, read_pdf, struct_outline};
pub use said::compare::{Difference, comparable, excerpt, first_difference, section};
pub use said::line::{Line, Role};
pub use said::words::{ChangedLine, Word, WordKind, changed_lines};
