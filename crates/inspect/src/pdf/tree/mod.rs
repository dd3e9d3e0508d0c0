//! The structure tree and metadata (ISO 32000-1, 14): lines in reading order.

pub(crate) mod elements;
pub(crate) mod joiner;
pub(crate) mod metadata;
pub(crate) mod structure;
