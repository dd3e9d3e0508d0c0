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
    /// `dc:creator` of the XMP packet.
    pub xmp_author: Option<String>,
    /// `dc:description` of the XMP packet.
    pub description: Option<String>,
    /// `pdf:Keywords` of the XMP packet.
    pub keywords: Option<String>,
    /// `xmp:CreatorTool` of the XMP packet.
    pub creator: Option<String>,
    /// `xmp:CreateDate` of the XMP packet (ISO 8601).
    pub created: Option<String>,
    /// `xmp:ModifyDate` of the XMP packet (ISO 8601).
    pub modified: Option<String>,
    /// What is wrong with the XMP packet.
    pub(crate) faults: Vec<String>,
}

/// The name space of the one property of our files that PDF/A does not know.
const PDF_UA: &str = "http://www.aiim.org/pdfua/ns/id/";

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
        match packet {
            Some(packet) => metadata.read_xmp(&packet),
            None => metadata.faults.push("it has no metadata".to_owned()),
        }
        metadata
    }

    /// Reads the properties from elements or from attributes; XMP allows both (ISO 16684-1, 7.9).
    /// A packet that is not well-formed has none.
    fn read_xmp(&mut self, packet: &[u8]) {
        let tree = match Tree::parse(packet) {
            Ok(tree) => tree,
            Err(reason) => {
                let fault = format!("its metadata is not well-formed: {reason}");
                return self.faults.push(fault);
            }
        };
        let (mut part, mut conformance) = (None, None);
        let (mut described, mut named) = (false, false);
        let mut set = |name: &str, value: &str| match name {
            "pdfaid:part" => part = Some(value.trim().to_owned()),
            "pdfaid:conformance" => conformance = Some(value.trim().to_lowercase()),
            "pdfuaid:part" => self.pdf_ua = value.trim().parse().ok(),
            "pdf:Keywords" => self.keywords = Some(value.to_owned()),
            "xmp:CreatorTool" => self.creator = Some(value.to_owned()),
            "xmp:CreateDate" => self.created = Some(value.to_owned()),
            "xmp:ModifyDate" => self.modified = Some(value.to_owned()),
            "pdfaSchema:namespaceURI" => described |= value.trim() == PDF_UA,
            "pdfaProperty:name" => named |= value.trim() == "part",
            _ => {}
        };
        // Lists: alternatives by language, or authors (8.2.2.4).
        let listed = |node: Node<'_, '_>| {
            let items = node.children().flat_map(Node::children);
            let items = items.filter(|item| item.name() == "rdf:li");
            let text: String = items.map(Node::text).collect();
            Some(text).filter(|text| !text.is_empty())
        };
        for node in tree.all() {
            node.attributes().for_each(|(name, value)| set(name, value));
            match node.name() {
                "dc:title" => self.xmp_title = listed(node),
                "dc:creator" => self.xmp_author = listed(node),
                "dc:description" => self.description = listed(node),
                name => set(name, &node.text()),
            }
        }
        self.pdf_a = part.map(|part| part + &conformance.unwrap_or_default());
        // A property that PDF/A does not know is described in the file (ISO 19005-2, 6.6.2.3).
        if self.pdf_ua.is_some() && !(described && named) {
            let fault = "its metadata does not describe the mark of PDF/UA";
            self.faults.push(fault.to_owned());
        }
    }
}
