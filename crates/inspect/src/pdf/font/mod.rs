//! Fonts (ISO 32000-1, 9.6 to 9.10): text, width and box of each code.

mod cff;
mod cmap;
pub(crate) mod code_text;
pub(crate) mod face;
pub(crate) mod fonts;
mod program;
mod table;
