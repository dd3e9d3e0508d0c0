//! Kinds of content controls.

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

/// Whether a control with these properties is the title of a motion, which other programs than Word
/// may leave the binding alone.
fn is_title(properties: Node<'_, '_>) -> bool {
    let binding = properties.child("w:dataBinding");
    let path = binding.and_then(|binding| binding.attribute("w:xpath"));
    properties.child_value("w:tag") == Some(TITLE)
        || path.is_some_and(|path| path.ends_with(&format!("/m:{TITLE}[1]")))
}
