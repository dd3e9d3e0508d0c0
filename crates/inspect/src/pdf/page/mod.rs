//! Content of pages (ISO 32000-1, 8 and 9): everything painted, its place and its mark.

pub(crate) mod content;
mod graphics;
pub(crate) mod interpreter;
pub(crate) mod marks;
pub(crate) mod memory;
mod overlap;
pub(crate) mod read;
mod show;
