//! The package (ECMA-376 Part 2): names, relationships, content types, and a zip file whose bytes
//! depend on the parts alone.

use std::borrow::Cow;

use flate2::Crc;

use crate::body::inlines::link_relationship;
use crate::house::stationery::Stationery;
use crate::{assemble::Part, xml::Element};

pub(crate) const CORE: &str = "docProps/core.xml";
pub(crate) const APP: &str = "docProps/app.xml";
pub(crate) const DOCUMENT: &str = "word/document.xml";
pub(crate) const STYLES: &str = "word/styles.xml";
pub(crate) const NUMBERING: &str = "word/numbering.xml";
pub(crate) const SETTINGS: &str = "word/settings.xml";
pub(crate) const FONT_TABLE: &str = "word/fontTable.xml";
pub(crate) const THEME: &str = "word/theme/theme1.xml";
pub(crate) const FOOTNOTES: &str = "word/footnotes.xml";
pub(crate) const CUSTOM: &str = "docProps/custom.xml";
pub(crate) const GLOSSARY: &str = "word/glossary/document.xml";
pub(crate) const GLOSSARY_STYLES: &str = "word/glossary/styles.xml";
pub(crate) const RECORD: &str = "customXml/item1.xml";
pub(crate) const RECORD_PROPERTIES: &str = "customXml/itemProps1.xml";

const CONTENT_TYPES: &str = "[Content_Types].xml";
const RELATIONSHIPS: &str = "_rels/.rels";
const DOCUMENT_RELATIONSHIPS: &str = "word/_rels/document.xml.rels";
const GLOSSARY_RELATIONSHIPS: &str = "word/glossary/_rels/document.xml.rels";
const RECORD_RELATIONSHIPS: &str = "customXml/_rels/item1.xml.rels";
const FOOTNOTES_RELATIONSHIPS: &str = "word/_rels/footnotes.xml.rels";

/// Start of the content types of WordprocessingML; `+xml` ends them.
const WML: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.";
/// Start of the relationship types of ECMA-376 Part 1.
pub(crate) const OFFICE: &str =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";
/// Namespace of relationships in the package (Part 2, 6.5.3).
const PACKAGE_RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
/// Namespace of content types (Part 2, 6.2.3).
const PACKAGE_TYPES: &str = "http://schemas.openxmlformats.org/package/2006/content-types";

/// The content type of a part of WordprocessingML.
pub(crate) fn of_word(noun: &str) -> String {
    format!("{WML}{noun}+xml")
}

/// The content type of a part; none where the extension's default says it.
fn content_type(name: &str) -> Option<String> {
    let of_word = |noun: &str| Some(of_word(noun));
    match name {
        DOCUMENT => of_word("document.main"),
        STYLES => of_word("styles"),
        NUMBERING => of_word("numbering"),
        SETTINGS => of_word("settings"),
        FONT_TABLE => of_word("fontTable"),
        FOOTNOTES => of_word("footnotes"),
        GLOSSARY => of_word("document.glossary"),
        GLOSSARY_STYLES => of_word("styles"),
        RECORD_PROPERTIES => {
            Some("application/vnd.openxmlformats-officedocument.customXmlProperties+xml".into())
        }
        CUSTOM => {
            Some("application/vnd.openxmlformats-officedocument.custom-properties+xml".into())
        }
        CORE => Some("application/vnd.openxmlformats-package.core-properties+xml".into()),
        APP => Some("application/vnd.openxmlformats-officedocument.extended-properties+xml".into()),
        THEME => Some("application/vnd.openxmlformats-officedocument.theme+xml".into()),
        _ => None,
    }
}

/// The type of the relationship that leads to a part.
fn relationship_type(name: &str) -> Option<String> {
    let noun = match name {
        DOCUMENT => "officeDocument",
        STYLES => "styles",
        NUMBERING => "numbering",
        SETTINGS => "settings",
        FONT_TABLE => "fontTable",
        FOOTNOTES => "footnotes",
        GLOSSARY => "glossaryDocument",
        GLOSSARY_STYLES => "styles",
        RECORD => "customXml",
        RECORD_PROPERTIES => "customXmlProps",
        CUSTOM => "custom-properties",
        THEME => "theme",
        APP => "extended-properties",
        CORE => {
            return Some(format!("{PACKAGE_RELATIONSHIPS}/metadata/core-properties"));
        }
        _ => return None,
    };
    Some(format!("{OFFICE}{noun}"))
}

/// Adds content types and relationships, and puts all parts into the order of the package.
pub(crate) fn complete(
    parts: Vec<Part>,
    links: &[String],
    note_links: &[String],
    stationery: Option<&Stationery>,
) -> Vec<Part> {
    let of = |owner: &str| -> Vec<&Part> {
        parts
            .iter()
            .filter(|part| owner_of(part.name) == owner)
            .collect()
    };
    let (of_package, of_document) = (of(""), of(DOCUMENT));
    let mut types = content_types(&parts);
    let mut document_relationships = relationships(&of_document, "word/", links);
    if let Some(stationery) = stationery {
        add_stationery(stationery, &mut types, &mut document_relationships);
    }
    let mut made = vec![
        Part::line(CONTENT_TYPES, types.to_part()),
        Part::line(RELATIONSHIPS, relationships(&of_package, "", &[]).to_part()),
        Part::line(DOCUMENT_RELATIONSHIPS, document_relationships.to_part()),
    ];
    if !note_links.is_empty() {
        made.push(Part::line(
            FOOTNOTES_RELATIONSHIPS,
            relationships(&[], "word/", note_links).to_part(),
        ));
    }
    for (name, owner, folder) in [
        (GLOSSARY_RELATIONSHIPS, GLOSSARY, "word/glossary/"),
        (RECORD_RELATIONSHIPS, RECORD, "customXml/"),
    ] {
        let targets = of(owner);
        if !targets.is_empty() {
            made.push(Part::line(
                name,
                relationships(&targets, folder, &[]).to_part(),
            ));
        }
    }
    // Content types come first, so that a reader of the stream knows what follows.
    made.extend(parts);
    made
}

/// The part that leads to a part; the package itself has no name.
fn owner_of(name: &str) -> &'static str {
    match name {
        GLOSSARY_STYLES => GLOSSARY,
        RECORD_PROPERTIES => RECORD,
        DOCUMENT => "",
        RECORD => DOCUMENT,
        _ if name.starts_with("word/") => DOCUMENT,
        _ => "",
    }
}

fn content_types(parts: &[Part]) -> Element<'static> {
    let default = |extension: &'static str, kind: &'static str| {
        Element::new("Default")
            .attribute("Extension", extension)
            .attribute("ContentType", kind)
    };
    let mut types = Element::new("Types")
        .attribute("xmlns", PACKAGE_TYPES)
        .child(default(
            "rels",
            "application/vnd.openxmlformats-package.relationships+xml",
        ))
        .child(default("xml", "application/xml"));
    for part in parts {
        if let Some(kind) = content_type(part.name) {
            types.push(
                Element::new("Override")
                    .attribute("PartName", format!("/{}", part.name))
                    .attribute("ContentType", kind),
            );
        }
    }
    types
}

/// Adds what stands round the text.
fn add_stationery<'a>(
    stationery: &'a Stationery,
    types: &mut Element<'a>,
    relationships: &mut Element<'a>,
) {
    for (extension, kind) in &stationery.defaults {
        types.push(
            Element::new("Default")
                .attribute("Extension", *extension)
                .attribute("ContentType", *kind),
        );
    }
    for (part, kind) in &stationery.overrides {
        types.push(
            Element::new("Override")
                .attribute("PartName", format!("/{part}"))
                .attribute("ContentType", kind.as_str()),
        );
    }
    for (id, kind, part) in &stationery.relationships {
        let target = part.strip_prefix("word/").unwrap_or(part);
        relationships.push(
            Element::new("Relationship")
                .attribute("Id", id.as_str())
                .attribute("Type", kind.as_str())
                .attribute("Target", target),
        );
    }
}

/// The root of a part with relationships (6.5.3).
pub(crate) fn relationship_root() -> Element<'static> {
    Element::new("Relationships").attribute("xmlns", PACKAGE_RELATIONSHIPS)
}

/// Relationships to parts, whose names are relative to `folder`, and to web addresses.
fn relationships<'a>(parts: &[&Part], folder: &str, links: &'a [String]) -> Element<'a> {
    let mut root = relationship_root();
    for part in parts {
        if let Some(kind) = relationship_type(part.name) {
            let id = format!("rId{}", root.children.len() + 1);
            root.push(
                Element::new("Relationship")
                    .attribute("Id", id)
                    .attribute("Type", kind)
                    .attribute(
                        "Target",
                        match part.name.strip_prefix(folder) {
                            Some(name) => name.to_owned(),
                            None => format!("../{}", part.name),
                        },
                    ),
            );
        }
    }
    for (index, url) in links.iter().enumerate() {
        root.push(
            Element::new("Relationship")
                .attribute("Id", link_relationship(index))
                .attribute("Type", format!("{OFFICE}hyperlink"))
                .attribute("Target", url.as_str())
                .attribute("TargetMode", "External"),
        );
    }
    root
}

/// A file of the zip, deflated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    name: Cow<'static, str>,
    crc: u32,
    /// Bytes before deflating.
    size: u32,
    deflated: Vec<u8>,
}

/// Deflates parts, one after the other with one state.
pub(crate) struct Deflater(raadspost_content::Deflater);

impl Deflater {
    pub(crate) fn new() -> Self {
        Self(raadspost_content::Deflater::raw(6))
    }

    /// Deflates one part.
    pub(crate) fn entry(&mut self, name: impl Into<Cow<'static, str>>, bytes: &[u8]) -> Entry {
        let mut crc = Crc::new();
        crc.update(bytes);
        let deflated = self.0.deflate(bytes);
        let size = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        Entry {
            name: name.into(),
            crc: crc.sum(),
            size,
            deflated,
        }
    }
}

/// 1980-01-01, the first date that a zip file can state.
const DATE: u16 = 0b0000_0000_0010_0001;
/// The version of the format that a reader needs: 2.0, for deflating.
const VERSION: u16 = 20;
/// The method of deflating.
const DEFLATED: u16 = 8;

/// A zip file of these entries, in their order (PKWARE APPNOTE 4.3).
pub(crate) fn zip<'a>(entries: impl Iterator<Item = &'a Entry> + Clone) -> Vec<u8> {
    let length = entries
        .clone()
        .map(|entry| entry.deflated.len() + 2 * entry.name.len() + 76)
        .sum::<usize>();
    let mut out = Vec::with_capacity(length + 22);
    let mut directory = Vec::with_capacity(1024);
    let mut count = 0_u16;
    for entry in entries {
        let offset = length_of(&out);
        out.extend(b"PK\x03\x04");
        header(entry, &mut out);
        out.extend(entry.name.as_bytes());
        out.extend(&entry.deflated);

        directory.extend(b"PK\x01\x02");
        directory.extend(VERSION.to_le_bytes());
        header(entry, &mut directory);
        // Comment length, disk, internal and external attributes: none.
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(entry.name.as_bytes());
        count += 1;
    }
    let start = length_of(&out);
    let size = length_of(&directory);
    out.extend(directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(size.to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0; 2]);
    out
}

/// What a local header and the directory say alike.
fn header(entry: &Entry, out: &mut Vec<u8>) {
    for half in [VERSION, 0, DEFLATED, 0, DATE] {
        out.extend(half.to_le_bytes());
    }
    for whole in [
        entry.crc,
        u32::try_from(entry.deflated.len()).unwrap_or(u32::MAX),
        entry.size,
    ] {
        out.extend(whole.to_le_bytes());
    }
    out.extend(
        u16::try_from(entry.name.len())
            .unwrap_or(u16::MAX)
            .to_le_bytes(),
    );
    out.extend([0; 2]);
}

fn length_of(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX)
}
