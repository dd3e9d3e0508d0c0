//! Title, author, language and the marks of PDF/A and PDF/UA (ISO 19005-2, 6.6.4; ISO 14289-1, 5).

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::pdf::syntax::document::{Document, text_string};
use crate::pdf::syntax::object::Object;

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
            metadata.read_xmp(&String::from_utf8_lossy(&packet));
        }
        metadata
    }

    /// Reads the properties from elements or from attributes; XMP allows both (ISO 16684-1, 7.9).
    fn read_xmp(&mut self, packet: &str) {
        let (mut part, mut conformance, mut ua) = (None, None, None);
        let mut title: Option<String> = None;
        let mut path: Vec<BytesStart<'_>> = Vec::new();
        let mut set = |name: &[u8], in_title: bool, value: &str| match name {
            b"pdfaid:part" => part = Some(value.to_owned()),
            b"pdfaid:conformance" => conformance = Some(value.to_owned()),
            b"pdfuaid:part" => ua = value.trim().parse().ok(),
            _ if in_title => title.get_or_insert_default().push_str(value),
            _ => {}
        };
        let mut reader = Reader::from_str(packet.trim_start_matches('\u{FEFF}'));
        reader.config_mut().check_end_names = false;
        while let Ok(event) = reader.read_event() {
            match event {
                Event::Start(start) => {
                    for attribute in start.attributes().flatten() {
                        set(
                            attribute.key.as_ref(),
                            false,
                            &String::from_utf8_lossy(&attribute.value),
                        );
                    }
                    path.push(start);
                }
                Event::Empty(start) => {
                    for attribute in start.attributes().flatten() {
                        set(
                            attribute.key.as_ref(),
                            false,
                            &String::from_utf8_lossy(&attribute.value),
                        );
                    }
                }
                Event::End(_) => drop(path.pop()),
                Event::Text(text) => {
                    let in_title = path.iter().any(|open| open.name().as_ref() == b"dc:title");
                    if let (Some(open), Ok(value)) = (path.last(), text.decode())
                        && (!in_title || open.name().as_ref() == b"rdf:li")
                    {
                        set(open.name().as_ref(), in_title, &value);
                    }
                }
                Event::GeneralRef(reference) => {
                    let in_title = path.iter().any(|open| open.name().as_ref() == b"dc:title");
                    if let (Some(open), Some(value)) = (path.last(), crate::xml::entity(&reference))
                    {
                        set(open.name().as_ref(), in_title, &value);
                    }
                }
                Event::Eof => break,
                _ => {}
            }
        }
        self.pdf_a = part.map(|part| {
            part.trim().to_owned() + &conformance.unwrap_or_default().trim().to_lowercase()
        });
        self.pdf_ua = ua;
        self.xmp_title = title;
    }
}
