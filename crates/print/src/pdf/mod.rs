//! Writing PDF files of many pages from other PDFs. Knows no letters.

pub(crate) mod colour;
pub(crate) mod import;
pub(crate) mod merged;
pub(crate) mod page;
pub(crate) mod sink;
pub(crate) mod tounicode;
pub(crate) mod words;
