//! Properties of the file (ECMA-376 Part 2, 11, and Part 1, 22.2) and its font table (17.8.3).

use raadspost_content::{DocumentWords, Theme};

use crate::xml::{Element, value};

const CP: &str = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties";
const DC: &str = "http://purl.org/dc/elements/1.1/";
const DCTERMS: &str = "http://purl.org/dc/terms/";
const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";
const EXTENDED: &str = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties";
const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

/// The properties of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Properties {
    /// Title, on one line.
    pub(crate) title: String,
    /// The public id of a letter, or empty.
    pub(crate) identifier: String,
    /// The treatment that a letter asks for, or empty.
    pub(crate) description: String,
    /// Author.
    pub(crate) author: String,
    /// Language tag (BCP 47).
    pub(crate) language: String,
    /// The words of the language.
    pub(crate) words: DocumentWords,
    /// The campaign's date as year, month and day.
    pub(crate) date: (i32, u8, u8),
}

impl Properties {
    /// `docProps/core.xml`.
    pub(crate) fn core(&self) -> Element<'_> {
        let (year, month, day) = self.date;
        let date = format!("{year:04}-{month:02}-{day:02}T00:00:00Z");
        let stamp = |name| {
            Element::new(name)
                .attribute("xsi:type", "dcterms:W3CDTF")
                .text(date.clone())
        };
        let mut core = Element::new("cp:coreProperties")
            .attribute("xmlns:cp", CP)
            .attribute("xmlns:dc", DC)
            .attribute("xmlns:dcterms", DCTERMS)
            .attribute("xmlns:xsi", XSI)
            .child(Element::new("dc:title").text(self.title.as_str()))
            .child(Element::new("dc:creator").text(self.author.as_str()))
            .child(Element::new("cp:lastModifiedBy").text(self.author.as_str()))
            .child(stamp("dcterms:created"))
            .child(stamp("dcterms:modified"))
            .child(Element::new("dc:language").text(self.language.as_str()));
        for (name, text) in [
            ("dc:identifier", &self.identifier),
            ("dc:description", &self.description),
        ] {
            if !text.is_empty() {
                core.push(Element::new(name).text(text.as_str()));
            }
        }
        core
    }
}

/// `docProps/app.xml`.
pub(crate) fn app() -> Element<'static> {
    Element::new("Properties")
        .attribute("xmlns", EXTENDED)
        .child(Element::new("Application").text("Raadspost"))
}

/// `docProps/custom.xml` (22.3): names and texts.
pub(crate) fn custom<'a>(named: &[(&'static str, &'a str)]) -> Element<'a> {
    const CUSTOM: &str = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties";
    const TYPES: &str = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes";
    /// The set to which all custom properties belong.
    const SET: &str = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}";
    /// 0 and 1 are reserved.
    const FIRST: usize = 2;
    let mut root = Element::new("Properties")
        .attribute("xmlns", CUSTOM)
        .attribute("xmlns:vt", TYPES);
    for (index, (name, text)) in named.iter().enumerate() {
        root.push(
            Element::new("property")
                .attribute("fmtid", SET)
                .attribute("pid", (FIRST + index).to_string())
                .attribute("name", *name)
                .child(Element::new("vt:lpwstr").text(*text)),
        );
    }
    root
}

/// `word/fontTable.xml`: the theme's fonts.
pub(crate) fn font_table(theme: &Theme) -> Element<'_> {
    let mut table = Element::new("w:fonts").attribute("xmlns:w", W);
    let mut names = vec![&theme.word_text, &theme.word_headings];
    names.dedup();
    for name in names {
        table.push(
            Element::new("w:font")
                .attribute("w:name", name.as_str())
                .child(value("w:charset", "00"))
                .child(value("w:family", "auto"))
                .child(value("w:pitch", "variable")),
        );
    }
    table
}
