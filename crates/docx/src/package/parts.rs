//! The parts of a package: their names and content types.

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
pub(crate) const RECORD: &str = "customXml/item1.xml";
pub(crate) const RECORD_PROPERTIES: &str = "customXml/itemProps1.xml";

/// A finished part of the package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// Its name in the package, without the leading slash.
    pub(crate) name: &'static str,
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
    pub(crate) fn run(name: &'static str, xml: String) -> Self {
        Self {
            name,
            xml,
            context: Context::Run,
        }
    }

    pub(crate) fn line(name: &'static str, xml: String) -> Self {
        Self {
            name,
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
