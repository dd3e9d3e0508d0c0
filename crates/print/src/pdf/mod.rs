//! Writes PDFs with pages of other PDFs, each object once. Knows no letters.

mod cff;
mod colour;
pub(crate) mod dpart;
mod face;
mod gradient;
pub(crate) mod head;
mod image;
pub(crate) mod import;
pub(crate) mod intent;
mod lexer;
pub(crate) mod merged;
pub(crate) mod page;
pub(crate) mod plates;
mod pool;
mod reach;
pub(crate) mod read;
mod segment;
mod sink;
mod tounicode;
mod xmp;
