//! What kind of content control an element is.

use crate::xml::Node;

/// What may be filled in.
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
