//! What can go wrong while a document is assembled: mistakes of this crate or of docx-rs.

use std::num::TryFromIntError;

use quick_xml::encoding::EncodingError;
use quick_xml::escape::EscapeError;
use quick_xml::events::attributes::AttrError;
use raadspost_content::Diagnostic;

/// A part that cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// A part is not well-formed. Occurs when docx-rs writes a text without escaping it.
    #[error("a part is not well-formed: {0}")]
    Xml(#[from] quick_xml::Error),
    /// An attribute is not well-formed. Occurs as above.
    #[error("an attribute is not well-formed: {0}")]
    Attribute(#[from] AttrError),
    /// A text is not UTF-8. Never seen.
    #[error("a part is not UTF-8: {0}")]
    Encoding(#[from] EncodingError),
    /// A reference cannot be read. Occurs when docx-rs writes a text without escaping it.
    #[error("a reference cannot be read: {0}")]
    Escape(#[from] EscapeError),
    /// A part ends before its root does.
    #[error("a part is not complete")]
    Incomplete,
    /// A part holds something that no part of ours has.
    #[error("a part holds `{0}`")]
    Unexpected(String),
    /// Elements are nested too deep to be read safely.
    #[error("elements are nested more than {0} deep")]
    Depth(usize),
    /// A marker of a slot cannot be read. Occurs when a marker is cut or written by hand.
    #[error("the marker `{0}` is not known")]
    Marker(String),
    /// An offset, a size or a count does not fit into a zip file, which ends at 4 GiB and 65,535
    /// entries.
    #[error("it does not fit into a zip file")]
    TooLarge(#[from] TryFromIntError),
    /// An element holds a child that its type does not allow. Occurs when docx-rs writes something new.
    #[error("`{parent}` cannot hold `{child}`")]
    Stranger {
        /// The element.
        parent: String,
        /// The child.
        child: String,
    },
}

impl Fault {
    /// As the renderer reports it.
    pub(crate) fn diagnostic(&self, document: &str) -> Diagnostic {
        Diagnostic::error(
            "docx-fault",
            format!("document `{document}` cannot be written: {self}"),
        )
        .hint("report this as a fault of the program")
    }
}
