//! Why a renderer cannot be made.

use std::ops::Range;

/// Why a renderer cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// A file has no font in it. Occurs with files that are not TrueType or OpenType.
    #[error("`{file}` is not a font")]
    NotAFont {
        /// The file's name.
        file: String,
    },
    /// The licence of a font that the theme names forbids to embed it: `fsType` of its table OS/2 is
    /// Restricted License embedding (ISO 19005-2, 6.2.11.4.1).
    #[error("the font `{family}` in `{file}` may not be embedded, by its own licence bits")]
    NotEmbeddable {
        /// The file's name.
        file: String,
        /// The family's name.
        family: String,
    },
    /// The theme names a family that no font file has.
    #[error("no font file has the family `{family}`")]
    NoSuchFamily {
        /// The family's name.
        family: String,
        /// The families that there are, sorted.
        known: Vec<String>,
    },
    /// A file beside the templates cannot be one. Occurs with capitals or spaces in its name.
    #[error(
        "`templates/{file}` cannot be a template; name it with small letters, digits and `-`, and `.typ`"
    )]
    NotATemplate {
        /// The file's name.
        file: String,
    },
    /// A template of the author's is not Typst. Occurs with parentheses left open, for example.
    #[error("the template cannot be read: {message}")]
    BrokenTemplate {
        /// The file's name, `letter.typ`.
        file: String,
        /// Its text.
        text: String,
        /// The bytes that are wrong.
        range: Range<usize>,
        /// What Typst says of them.
        message: String,
    },
    /// The standards to be met exclude each other. Occurs with a changed version of Typst only.
    #[error("the PDF standards do not go together: {0}")]
    Standards(String),
}
