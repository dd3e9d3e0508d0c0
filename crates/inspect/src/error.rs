//! The reasons why a file cannot be read; faults of a readable file are diagnostics.

use thiserror::Error;

/// A file that cannot be read back.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The PDF's objects cannot be parsed. Occurs with truncated or foreign bytes.
    #[error("the PDF cannot be parsed: {0}")]
    Pdf(String),
    /// The PDF has no structure tree (ISO 32000-1, 14.7.2), so it has no reading order.
    #[error("the PDF has no structure tree")]
    Untagged,
    /// The zip container is broken. Occurs with truncated or foreign bytes.
    #[error("the package is broken: {0}")]
    Zip(String),
    /// The file is no Word file. Occurs where a clerk saves a motion as something else.
    #[error("it is {0}, not a Word file (`.docx`)")]
    NotWord(&'static str),
    /// A part would inflate to more than the reader accepts. Occurs with decompression bombs.
    #[error("the part `{name}` is larger than {limit} bytes")]
    TooLarge {
        /// The part's name.
        name: String,
        /// The most bytes that are accepted.
        limit: usize,
    },
    /// A part that every document has is missing.
    #[error("the part `{0}` is missing")]
    MissingPart(String),
    /// A part is not well-formed XML.
    #[error("the part `{part}` is not well-formed: {reason}")]
    Xml {
        /// The part's name.
        part: String,
        /// The parser's reason, with its place.
        reason: String,
    },
}
