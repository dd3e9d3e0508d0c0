//! Stories of a finished DOCX: paragraphs in order with labels, styles and content controls.

pub(crate) mod body;
pub(crate) mod controls;
mod entry;
pub(crate) mod numbering;
pub(crate) mod story;
pub(crate) mod styles;
