//! What a document says: lines of text, how they compare, and what is expected of a shape.

pub(crate) mod compare;
pub(crate) mod document;
pub(crate) mod expected;
pub(crate) mod line;
pub(crate) mod text;
pub(crate) mod words;
