//! Finished PDF files: text in reading order through the structure tree, properties, and the checks
//! before delivery.
//!
//! Nothing here trusts the model: fonts, marked content and tags are read as any reader program
//! would read them (ISO 32000-1, 9 and 14.7 to 14.9).

pub(crate) mod checks;
mod font;
mod matrix;
pub(crate) mod opened;
mod overlay;
pub(crate) mod page;
pub(crate) mod syntax;
mod tree;

pub use checks::PdfChecks;
pub use opened::{PdfText, read_pdf, struct_outline};
pub use overlay::overlay;
pub use tree::metadata::Metadata;
