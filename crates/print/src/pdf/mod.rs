//! Writes PDFs with pages of other PDFs, each object once. Knows no letters.

mod colour;
pub(crate) mod dpart;
mod gradient;
pub(crate) mod head;
mod image;
pub(crate) mod import;
pub(crate) mod intent;
mod lexer;
pub(crate) mod merged;
pub(crate) mod page;
mod pool;
mod reach;
pub(crate) mod read;
mod sink;
mod tounicode;
mod xmp;
