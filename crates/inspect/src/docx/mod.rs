//! Finished WordprocessingML files (ECMA-376): paragraphs in order with computed list labels and
//! footnote numbers, properties of the file, and faults that Word would stumble over.

pub(crate) mod document;
mod lint;
pub(crate) mod package;
mod part;
mod read;
pub(crate) mod record;
mod relationships;
pub(crate) mod revision;
mod zip;

pub use document::{DocxText, lint_docx, read_docx};
pub use read::controls::{Control, Entry};
