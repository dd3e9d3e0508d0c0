//! The bytes of a PDF (ISO 32000-1, 7): tokens, objects, filters, cross-reference and document,
//! strictly read. Nothing here knows what objects mean.

pub(crate) mod arena;
pub(crate) mod budget;
pub(crate) mod digest;
pub(crate) mod document;
mod filter;
pub(crate) mod lexer;
pub(crate) mod object;
pub(crate) mod objstm;
mod parser;
mod xref;

/// The most bytes that one stream may inflate to.
pub(crate) const STREAM_LIMIT: usize = 64 << 20;
