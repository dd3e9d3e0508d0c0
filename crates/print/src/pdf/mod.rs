//! Writes PDFs with pages of other PDFs, each object once. Knows no letters.

mod colour;
pub(crate) mod import;
mod lexer;
pub(crate) mod merged;
pub(crate) mod page;
mod pool;
pub(crate) mod read;
mod sink;
mod tounicode;
