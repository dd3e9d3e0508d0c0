//! The parts of a package: their names and content types.

use std::borrow::Cow;

use crate::xml::markers::MARKER_START;

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
pub(crate) const FOOTER: &str = "word/footerFolio.xml";
/// The folder of the records.
const CUSTOM_XML: &str = "customXml/";

/// The part of a record, from 1.
pub(crate) fn record(number: usize) -> String {
    format!("{CUSTOM_XML}item{number}.xml")
}

/// The properties of a record, from 1.
pub(crate) fn record_properties(number: usize) -> String {
    format!("{CUSTOM_XML}itemProps{number}.xml")
}

/// The relationships of a record, from 1.
pub(super) fn record_relationships(number: usize) -> String {
    format!("{CUSTOM_XML}_rels/item{number}.xml.rels")
}

/// A record or its properties, by the name of the part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OfRecord {
    Itself(usize),
    Properties(usize),
}

impl OfRecord {
    pub(super) fn named(name: &str) -> Option<Self> {
        let number = name.strip_prefix(CUSTOM_XML)?.strip_suffix(".xml")?;
        let number = number.strip_prefix("item")?;
        match number.strip_prefix("Props") {
            Some(number) => Some(Self::Properties(number.parse().ok()?)),
            None => Some(Self::Itself(number.parse().ok()?)),
        }
    }
}

/// A finished part of the package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// Its name in the package, without the leading slash.
    pub(crate) name: Cow<'static, str>,
    /// Its XML, with a marker for each open slot.
    pub(crate) xml: String,
    /// What a slot's line ends and tabs become in it.
    pub(crate) context: Context,
}

/// Where in a part its slots are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Context {
    /// In the text of a run: a line end becomes a break, a tab becomes a tab.
    Run,
    /// In an element of metadata: a line end becomes a blank.
    Line,
}

impl Part {
    pub(crate) fn run(name: impl Into<Cow<'static, str>>, xml: String) -> Self {
        Self {
            name: name.into(),
            xml,
            context: Context::Run,
        }
    }

    pub(crate) fn line(name: impl Into<Cow<'static, str>>, xml: String) -> Self {
        Self {
            name: name.into(),
            xml,
            context: Context::Line,
        }
    }

    /// Whether it has open slots.
    pub(crate) fn is_slotted(&self) -> bool {
        self.xml.contains(MARKER_START)
    }
}

/// Start of the content types of WordprocessingML; `+xml` ends them.
const WML: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.";
/// The content type of a part of WordprocessingML.
pub(crate) fn of_word(noun: &str) -> String {
    format!("{WML}{noun}+xml")
}

/// The content type of a part; `None` if the default of its extension applies.
pub(super) fn content_type(name: &str) -> Option<String> {
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
        FOOTER => of_word("footer"),
        _ if matches!(OfRecord::named(name), Some(OfRecord::Properties(_))) => {
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
