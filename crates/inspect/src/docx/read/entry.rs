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

/// The kind of a control; `None` for a section.
pub(crate) fn kind(control: Node<'_, '_>) -> Option<Entry> {
    let properties = control.child("w:sdtPr")?;
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
