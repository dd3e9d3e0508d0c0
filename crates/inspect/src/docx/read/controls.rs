//! Content controls (ECMA-376 17.5.2) as a clerk fills them in: those with a text of their own, not
//! the sections round paragraphs and rows.

use std::collections::HashMap;

pub use super::entry::Entry;
use super::entry::kind;
use super::story::plain;
use crate::xml::{Node, Tree};

/// A content control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Control {
    /// Its tag (17.5.2.42).
    pub tag: Option<String>,
    /// Its name (17.5.2.1).
    pub alias: Option<String>,
    /// Where in the record it is kept (17.5.2.6).
    pub binding: Option<String>,
    /// The identity of that record.
    pub store: Option<String>,
    /// The date, as Word keeps it beside the text (17.5.2.7).
    pub date: Option<String>,
    /// The kind of its value.
    pub entry: Entry,
    /// The text that it shows.
    pub text: String,
    /// Whether it says itself that it shows its placeholder.
    pub is_empty: bool,
    /// The text that it shows while it is empty, if the glossary has it.
    pub placeholder: Option<String>,
    /// The text of its paragraph before it.
    pub before: String,
}

/// All controls of a document, in reading order.
pub(crate) fn read(document: &Tree<'_>, glossary: Option<&Tree<'_>>) -> Vec<Control> {
    let placeholders = glossary.map(placeholders).unwrap_or_default();
    let mut controls = Vec::new();
    for paragraph in document.all().filter(|node| node.name() == "w:p") {
        let mut before = String::new();
        collect(paragraph, &placeholders, &mut before, &mut controls);
    }
    controls
}

fn collect(
    parent: Node<'_, '_>,
    placeholders: &HashMap<String, String>,
    before: &mut String,
    out: &mut Vec<Control>,
) {
    for node in parent.children() {
        let entry = match node.name() {
            "w:sdt" => kind(node),
            "w:t" => {
                before.push_str(&node.text());
                continue;
            }
            _ => None,
        };
        let (Some(entry), Some(properties)) = (entry, node.child("w:sdtPr")) else {
            collect(node, placeholders, before, out);
            continue;
        };
        let value = |name: &str| properties.child_value(name).map(str::to_owned);
        let part = properties
            .child("w:placeholder")
            .and_then(|placeholder| placeholder.child_value("w:docPart"));
        let text = node.child("w:sdtContent").map(plain).unwrap_or_default();
        let bound = |name: &str| {
            let binding = properties.child("w:dataBinding")?;
            binding.attribute(name).map(str::to_owned)
        };
        let date = properties.child("w:date");
        let date = date.and_then(|date| date.attribute("w:fullDate"));
        out.push(Control {
            tag: value("w:tag"),
            alias: value("w:alias"),
            binding: bound("w:xpath"),
            store: bound("w:storeItemID"),
            date: date.map(str::to_owned),
            entry,
            is_empty: properties.child("w:showingPlcHdr").is_some(),
            placeholder: part.and_then(|name| placeholders.get(name)).cloned(),
            before: before.clone(),
            text: text.clone(),
        });
        before.push_str(&text);
    }
}

/// The texts of the glossary's parts, by name (17.12.12).
fn placeholders(glossary: &Tree<'_>) -> HashMap<String, String> {
    let parts = glossary.all().filter(|node| node.name() == "w:docPart");
    parts
        .filter_map(|part| {
            let name = part.child("w:docPartPr")?.child_value("w:name")?;
            Some((name.to_owned(), plain(part.child("w:docPartBody")?)))
        })
        .collect()
}
