//! Title, author, language and the marks of PDF/A and PDF/UA (ISO 19005-2, 6.6.4; ISO 14289-1, 5).

use crate::pdf::syntax::document::{Document, text_string};
use crate::pdf::syntax::object::Object;
use crate::xml::{Node, Tree};

/// The properties of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata {
    /// `Title` of the document information dictionary.
    pub title: Option<String>,
    /// `dc:title` of the XMP packet; equal to the former in a sound PDF/A.
    pub xmp_title: Option<String>,
    /// `Author` of the document information dictionary.
    pub author: Option<String>,
    /// `Lang` of the catalogue.
    pub language: Option<String>,
    /// Part and conformance of PDF/A, `2a`; from `pdfaid` of the XMP packet.
    pub pdf_a: Option<String>,
    /// Part of PDF/UA, from `pdfuaid` of the XMP packet.
    pub pdf_ua: Option<u8>,
    /// Whether the catalogue calls the file tagged (`MarkInfo`, `Marked`).
    pub marked: bool,
}

impl Metadata {
    pub(crate) fn read(document: &Document<'_>) -> Self {
        let mut metadata = Self::default();
        let info = document
            .trailer
            .get_deref(b"Info", document)
            .and_then(Object::as_dict);
        if let Some(info) = info {
            metadata.title = text_string(document, info, b"Title");
            metadata.author = text_string(document, info, b"Author");
        }
        let Some(catalog) = document.catalog() else {
            return metadata;
        };
        metadata.language = text_string(document, catalog, b"Lang");
        metadata.marked = catalog
            .get_deref(b"MarkInfo", document)
            .and_then(Object::as_dict)
            .and_then(|info| info.get_deref(b"Marked", document))
            .and_then(Object::as_bool)
            .unwrap_or(false);
        let packet = catalog
            .get_deref(b"Metadata", document)
            .and_then(Object::as_stream)
            .and_then(|stream| stream.plain(document).ok());
        if let Some(packet) = packet {
            metadata.read_xmp(&packet);
        }
        metadata
    }

    /// Reads the properties from elements or from attributes; XMP allows both (ISO 16684-1, 7.9).
    /// A packet that is not well-formed has none.
    fn read_xmp(&mut self, packet: &[u8]) {
        let Ok(tree) = Tree::parse(packet) else {
            return;
        };
        let (mut part, mut conformance) = (None, None);
        let mut set = |name: &str, value: &str| match name {
            "pdfaid:part" => part = Some(value.trim().to_owned()),
            "pdfaid:conformance" => conformance = Some(value.trim().to_lowercase()),
            "pdfuaid:part" => self.pdf_ua = value.trim().parse().ok(),
            _ => {}
        };
        let mut title = String::new();
        for node in tree.all() {
            node.attributes().for_each(|(name, value)| set(name, value));
            match node.name() {
                // A list of alternatives by language (8.2.2.4).
                "dc:title" => node
                    .children()
                    .flat_map(Node::children)
                    .filter(|item| item.name() == "rdf:li")
                    .for_each(|item| title.push_str(&item.text())),
                name => set(name, &node.text()),
            }
        }
        self.pdf_a = part.map(|part| part + &conformance.unwrap_or_default());
        self.xmp_title = Some(title).filter(|title| !title.is_empty());
    }
}
