//! Content of pages (ISO 32000-1, 8 and 9): what is painted where, and to which mark it belongs.

pub(crate) mod content;
mod graphics;
pub(crate) mod interpreter;
pub(crate) mod marks;
pub(crate) mod memory;
mod overlap;
mod show;
