//! Parsing of texts into pieces and blocks: tags, Markdown and footnotes.

pub(crate) mod delimiters;
pub(crate) mod markdown;
pub(crate) mod tags;
