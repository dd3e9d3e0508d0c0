//! Relationships and content types (ECMA-376 Part 2, 6.2 and 6.5), made from the parts that a
//! package has.

use std::borrow::Cow;
use std::sync::Arc;

use super::parts::{
    APP, CORE, CUSTOM, DOCUMENT, FONT_TABLE, FOOTER, FOOTNOTES, GLOSSARY, GLOSSARY_STYLES,
    NUMBERING, OfRecord, Part, SETTINGS, STYLES, THEME, content_type, of_word, record,
    record_relationships,
};
use super::zip::{Deflater, Entry};
use crate::xml::Element;

const CONTENT_TYPES: &str = "[Content_Types].xml";
const RELATIONSHIPS: &str = "_rels/.rels";
const DOCUMENT_RELATIONSHIPS: &str = "word/_rels/document.xml.rels";
const GLOSSARY_RELATIONSHIPS: &str = "word/glossary/_rels/document.xml.rels";
/// The id of the relationship to the footer with the page number.
pub(crate) const FOOTER_ID: &str = "rIdFolio";
const FOOTNOTES_RELATIONSHIPS: &str = "word/_rels/footnotes.xml.rels";

/// Namespace of relationships in the package (Part 2, 6.5.3).
const PACKAGE_RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
/// Namespace of content types (Part 2, 6.2.3).
const PACKAGE_TYPES: &str = "http://schemas.openxmlformats.org/package/2006/content-types";
/// Start of the relationship types of ECMA-376 Part 1.
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";

/// What a package has beside the parts of its document, the same in many documents.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Additions {
    /// Parts and pictures.
    pub(crate) files: Vec<Arc<Entry>>,
    /// Relationships of the main document: id, type, and the part that each leads to.
    relationships: Vec<(String, String, String)>,
    /// The content types of parts.
    overrides: Vec<(String, String)>,
    /// The content types of extensions.
    defaults: Vec<(&'static str, &'static str)>,
}

impl Additions {
    /// Adds a part that the main document refers to, such as a `header`; returns the id of its
    /// relationship.
    pub(crate) fn add(&mut self, noun: &str, file: &str, entry: Entry) -> String {
        let id = format!("rIdHouse{}", self.relationships.len() + 1);
        self.files.push(Arc::new(entry));
        self.overrides.push((file.to_owned(), of_word(noun)));
        self.relationships
            .push((id.clone(), format!("{OFFICE}{noun}"), file.to_owned()));
        id
    }

    /// Adds a file whose content type follows from its extension.
    pub(crate) fn add_file(&mut self, entry: Entry, kind: (&'static str, &'static str)) {
        self.files.push(Arc::new(entry));
        if !self.defaults.contains(&kind) {
            self.defaults.push(kind);
        }
    }

    /// Adds the relationships of a part `file`: id, kind, target, and whether it leads outside.
    pub(crate) fn add_relationships<'a>(
        &mut self,
        file: &str,
        targets: impl Iterator<Item = (&'a str, &'a str, &'a str, bool)>,
        deflater: &mut Deflater,
    ) {
        let mut root = relationship_root();
        for (id, noun, target, external) in targets {
            let mut one = relationship(id, format!("{OFFICE}{noun}"), target);
            if external {
                one.set("TargetMode", "External");
            }
            root.push(one);
        }
        if root.children.is_empty() {
            return;
        }
        let last = file.rsplit('/').next().unwrap_or(file);
        let entry = deflater.entry(format!("word/_rels/{last}.rels"), root.to_part().as_bytes());
        self.files.push(Arc::new(entry));
    }

    fn declare<'a>(&'a self, types: &mut Element<'a>, relationships: &mut Element<'a>) {
        for (extension, kind) in &self.defaults {
            types.push(
                Element::new("Default")
                    .attribute("Extension", *extension)
                    .attribute("ContentType", *kind),
            );
        }
        for (part, kind) in &self.overrides {
            types.push(
                Element::new("Override")
                    .attribute("PartName", format!("/{part}"))
                    .attribute("ContentType", kind.as_str()),
            );
        }
        for (id, kind, part) in &self.relationships {
            let target = part.strip_prefix("word/").unwrap_or(part);
            relationships.push(relationship(id, kind.as_str(), target));
        }
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
        FOOTER => "footer",
        CUSTOM => "custom-properties",
        THEME => "theme",
        APP => "extended-properties",
        CORE => {
            return Some(format!("{PACKAGE_RELATIONSHIPS}/metadata/core-properties"));
        }
        _ => match OfRecord::named(name)? {
            OfRecord::Itself(_) => "customXml",
            OfRecord::Properties(_) => "customXmlProps",
        },
    };
    Some(format!("{OFFICE}{noun}"))
}

/// Adds content types and relationships, and puts all parts into the order of the package.
pub(crate) fn complete(
    parts: Vec<Part>,
    links: &[String],
    note_links: &[String],
    additions: Option<&Additions>,
) -> Vec<Part> {
    let of = |owner: &str| -> Vec<&Part> {
        parts
            .iter()
            .filter(|part| owner_of(&part.name) == owner)
            .collect()
    };
    let (of_package, of_document) = (of(""), of(DOCUMENT));
    let mut types = content_types(&parts);
    let mut document_relationships = relationships(&of_document, "word/", links);
    if let Some(additions) = additions {
        additions.declare(&mut types, &mut document_relationships);
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
    let mut add = |name: Cow<'static, str>, owner: &str, folder: &str| {
        let targets = of(owner);
        if !targets.is_empty() {
            let xml = relationships(&targets, folder, &[]).to_part();
            made.push(Part::line(name, xml));
        }
    };
    add(GLOSSARY_RELATIONSHIPS.into(), GLOSSARY, "word/glossary/");
    for part in &parts {
        if let Some(OfRecord::Itself(number)) = OfRecord::named(&part.name) {
            let name = record_relationships(number);
            add(name.into(), &part.name, "customXml/");
        }
    }
    // Content types come first, so that a reader of the stream knows what follows.
    made.extend(parts);
    made
}

/// The part that leads to a part; empty for the package itself.
fn owner_of(name: &str) -> Cow<'static, str> {
    match (name, OfRecord::named(name)) {
        (GLOSSARY_STYLES, _) => GLOSSARY.into(),
        (DOCUMENT, _) => "".into(),
        (_, Some(OfRecord::Properties(number))) => record(number).into(),
        (_, Some(OfRecord::Itself(_))) => DOCUMENT.into(),
        _ if name.starts_with("word/") => DOCUMENT.into(),
        _ => "".into(),
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
        if let Some(kind) = content_type(&part.name) {
            types.push(
                Element::new("Override")
                    .attribute("PartName", format!("/{}", part.name))
                    .attribute("ContentType", kind),
            );
        }
    }
    types
}

/// Relationships to parts, whose names are relative to `folder`, and to web addresses.
fn relationships<'a>(parts: &[&Part], folder: &str, links: &'a [String]) -> Element<'a> {
    let mut root = relationship_root();
    for part in parts {
        if let Some(kind) = relationship_type(&part.name) {
            let id = match part.name.as_ref() {
                FOOTER => FOOTER_ID.to_owned(),
                _ => format!("rId{}", root.children.len() + 1),
            };
            let target = match part.name.strip_prefix(folder) {
                Some(name) => name.to_owned(),
                None => format!("../{}", part.name),
            };
            root.push(relationship(id, kind, target));
        }
    }
    for (index, url) in links.iter().enumerate() {
        let kind = format!("{OFFICE}hyperlink");
        root.push(
            relationship(link_relationship(index), kind, url.as_str())
                .attribute("TargetMode", "External"),
        );
    }
    root
}

/// The root of a part with relationships (6.5.3).
fn relationship_root() -> Element<'static> {
    Element::new("Relationships").attribute("xmlns", PACKAGE_RELATIONSHIPS)
}

fn relationship<'a>(
    id: impl Into<Cow<'a, str>>,
    kind: impl Into<Cow<'a, str>>,
    target: impl Into<Cow<'a, str>>,
) -> Element<'a> {
    Element::new("Relationship")
        .attribute("Id", id)
        .attribute("Type", kind)
        .attribute("Target", target)
}

/// The id of the relationship to a web address, by its index in its part.
pub(crate) fn link_relationship(index: usize) -> String {
    format!("rIdLink{}", index + 1)
}

/// A web address as a relationship's target may be: what RFC 3986 excludes is percent-encoded,
/// because Word refuses a package with a target that it cannot parse.
pub(crate) fn target(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    for c in url.chars() {
        match c {
            ' '
            | '"'
            | '<'
            | '>'
            | '\\'
            | '^'
            | '`'
            | '{'
            | '|'
            | '}'
            | '\0'..='\u{1F}'
            | '\u{7F}' => {
                for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                    out.push_str(&format!("%{byte:02X}"));
                }
            }
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::target;

    #[test]
    fn targets_are_parsable() {
        assert_eq!(
            target("https://a.nl/b c?<x>=\"{y}\"#é"),
            "https://a.nl/b%20c?%3Cx%3E=%22%7By%7D%22#é"
        );
    }
}
