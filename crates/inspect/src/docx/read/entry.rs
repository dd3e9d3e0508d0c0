//! Kinds of content controls: places to fill in, and sections.

use crate::xml::Node;

/// The kind of value that a control takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// Text.
    Text,
    /// A date.
    Date,
    /// One of a list.
    Choice,
}

/// The element of the record that is the title of a motion, and the tag of the control that is
/// bound to it.
const TITLE: &str = "titel";

/// A section of a motion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    /// One of several motions in a file, by its number from 1.
    Motion(usize),
    /// A text with an element of its own in the record, by the name of that.
    Wording(&'static str),
}

/// The wordings of a motion, by their elements in the record.
const WORDINGS: [&str; 3] = ["oudeTekst", "nieuweTekst", "toelichting"];

/// The section that a control is, by its tag, or by its name, which LibreOffice keeps.
pub(crate) fn section(control: Node<'_, '_>) -> Option<Section> {
    let properties = control.child("w:sdtPr")?;
    let named = |name: &str| {
        let number = name
            .strip_prefix("motie-")
            .and_then(|number| number.parse().ok());
        let wording = || WORDINGS.into_iter().find(|wording| *wording == name);
        number
            .map(Section::Motion)
            .or_else(|| wording().map(Section::Wording))
    };
    let value = |name| properties.child_value(name);
    value("w:tag")
        .and_then(named)
        .or_else(|| value("w:alias").and_then(named))
}

/// The kind of a control; `None` for a section, and for a title, which is text of the document.
pub(crate) fn kind(control: Node<'_, '_>) -> Option<Entry> {
    let properties = control.child("w:sdtPr")?;
    if is_title(properties) {
        return None;
    }
    let has = |name: &str| properties.child(name).is_some();
    if has("w:date") {
        Some(Entry::Date)
    } else if has("w:dropDownList") || has("w:comboBox") {
        Some(Entry::Choice)
    } else if has("w:text") || has("w:placeholder") {
        Some(Entry::Text)
    } else {
        None
    }
}

/// Whether a control is the title of a motion.
pub(crate) fn is_title_control(control: Node<'_, '_>) -> bool {
    control.child("w:sdtPr").is_some_and(is_title)
}

/// Whether a control with these properties is the title of a motion, which other programs than Word
/// may leave the binding alone.
fn is_title(properties: Node<'_, '_>) -> bool {
    let binding = properties.child("w:dataBinding");
    let path = binding.and_then(|binding| binding.attribute("w:xpath"));
    properties.child_value("w:tag") == Some(TITLE)
        || path.is_some_and(|path| path.ends_with(&format!("/m:{TITLE}[1]")))
}
