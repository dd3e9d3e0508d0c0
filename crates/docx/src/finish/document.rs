//! The main document (ECMA-376 11.3.10): content controls, page, and bookmarks of footnotes.

use std::collections::BTreeSet;

use super::{Element, Fault, Node};
use crate::controls::{Control, value};
use crate::inline::note_bookmark;

/// Distance between columns, in twips; there is one column (17.6.4).
const COLUMN_SPACE: &str = "708";

/// Whether the document refers to a footnote.
pub(crate) fn has_notes(xml: &[u8]) -> bool {
    let name = b"<w:footnoteReference ";
    xml.windows(name.len()).any(|window| window == name)
}

/// Completes a part with running text.
///
/// # Errors
/// A content control without a description.
pub(crate) fn finish(
    element: &mut Element,
    controls: &[Control],
    language: &str,
) -> Result<(), Fault> {
    for child in element.elements_mut() {
        match child.name.as_str() {
            "w:sdtPr" => {
                // docx-rs knows an alias and nothing else of a control, so it carries the index.
                let alias = child.find("w:alias").and_then(|alias| alias.get("w:val")).unwrap_or("");
                let index: usize = alias.parse().map_err(|_| Fault::Control(alias.to_owned()))?;
                let control =
                    controls.get(index).ok_or_else(|| Fault::Control(alias.to_owned()))?;
                *child = control.properties(index + 1, language);
            }
            "w:sectPr" => {
                // The grid is for East Asian text (17.6.5).
                child.retain(|element| element.name != "w:docGrid");
                child.find_or_add("w:cols").set("w:space", COLUMN_SPACE);
            }
            _ => finish(child, controls, language)?,
        }
    }
    Ok(())
}

/// Puts bookmarks (17.13.6.2) round the first references to footnotes that are referred to again.
pub(crate) fn bookmark(element: &mut Element, repeated: &BTreeSet<usize>) {
    if repeated.is_empty() {
        return;
    }
    let mut at = 0;
    while at < element.children.len() {
        if let Node::Element(child) = &mut element.children[at] {
            match noted(child).filter(|index| repeated.contains(index)) {
                Some(index) => {
                    let id = index.to_string();
                    let start = value_less("w:bookmarkStart", &id).attribute("w:name", &note_bookmark(index));
                    element.children.insert(at, Node::Element(start));
                    element.children.insert(at + 2, Node::Element(value_less("w:bookmarkEnd", &id)));
                    at += 2;
                }
                None => bookmark(child, repeated),
            }
        }
        at += 1;
    }
}

/// The index of the footnote that a run refers to.
fn noted(run: &Element) -> Option<usize> {
    let id = run.find("w:footnoteReference")?.get("w:id")?;
    id.parse::<usize>().ok()?.checked_sub(1)
}

fn value_less(name: &str, id: &str) -> Element {
    Element::new(name).attribute("w:id", id)
}

/// A run with the number of its own footnote (17.11.13), and a blank.
pub(crate) fn note_mark(style: &str) -> [Element; 2] {
    let properties = Element::new("w:rPr").child(value("w:rStyle", style));
    let mark = Element::new("w:r").child(properties).child(Element::new("w:footnoteRef"));
    let blank = Element::new("w:r")
        .child(Element::new("w:t").attribute("xml:space", "preserve").text(" "));
    [mark, blank]
}
