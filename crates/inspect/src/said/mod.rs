//! The words of a document: lines of text, comparisons, and the words expected of a shape.

pub(crate) mod compare;
pub(crate) mod document;
pub(crate) mod expected;
pub(crate) mod line;
pub(crate) mod text;
pub(crate) mod word;
pub(crate) mod words;
