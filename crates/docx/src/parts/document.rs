//! The main document (ECMA-376 11.3.10): content controls, page, and bookmarks of footnotes.

use std::collections::BTreeSet;

use crate::body::controls::Control;
use crate::body::inlines::note_bookmark;
use crate::body::tables::TableNote;
use crate::house::look::Look;
use crate::xml::{Element, Fault, Node, value};

/// Distance between columns, in twips; there is one column (17.6.4).
const COLUMN_SPACE: &str = "708";

/// Completes a part with running text.
///
/// # Errors
/// A content control without a description.
pub(crate) fn finish<'a>(
    element: &mut Element<'a>,
    controls: &'a [Control],
    language: &'a str,
    look: Look<'a>,
) -> Result<(), Fault> {
    for child in element.elements_mut() {
        match child.name.as_ref() {
            "w:sdtPr" => {
                // docx-rs knows an alias and nothing else of a control, so it carries the index.
                let alias = child
                    .find("w:alias")
                    .and_then(|alias| alias.get("w:val"))
                    .unwrap_or("");
                let index: usize = alias
                    .parse()
                    .map_err(|_| Fault::Control(alias.to_owned()))?;
                let control = controls
                    .get(index)
                    .ok_or_else(|| Fault::Control(alias.to_owned()))?;
                *child = control.properties(language);
            }
            "w:sectPr" => {
                if let Some(stationery) = look.stationery() {
                    for added in &stationery.added {
                        child.push(added.clone());
                    }
                    if let Some(section) = &stationery.section {
                        *child = section.clone();
                    }
                }
                // The grid is for East Asian text (17.6.5).
                child.retain(|element| element.name != "w:docGrid");
                child.find_or_add("w:cols").set("w:space", COLUMN_SPACE);
            }
            _ => finish(child, controls, language, look)?,
        }
    }
    Ok(())
}

/// Completes the tables, in order.
///
/// # Errors
/// A table without a description.
pub(crate) fn tables<'a>(
    element: &mut Element<'a>,
    notes: &mut std::slice::Iter<'a, TableNote>,
) -> Result<(), Fault> {
    for child in element.elements_mut() {
        if child.name == "w:tbl" {
            let note = notes.next().ok_or(Fault::Table)?;
            crate::body::sections::table(child, note);
        } else {
            tables(child, notes)?;
        }
    }
    Ok(())
}

/// Puts bookmarks (17.13.6.2) round the first references to footnotes that are referred to again.
pub(crate) fn bookmark(element: &mut Element<'_>, repeated: &BTreeSet<usize>) {
    if repeated.is_empty() {
        return;
    }
    let mut at = 0;
    while at < element.children.len() {
        if let Node::Element(child) = &mut element.children[at] {
            match noted(child).filter(|index| repeated.contains(index)) {
                Some(index) => {
                    let start =
                        marked("w:bookmarkStart", index).attribute("w:name", note_bookmark(index));
                    element.children.insert(at, Node::Element(start));
                    element
                        .children
                        .insert(at + 2, Node::Element(marked("w:bookmarkEnd", index)));
                    at += 2;
                }
                None => bookmark(child, repeated),
            }
        }
        at += 1;
    }
}

/// The index of the footnote that a run refers to.
fn noted(run: &Element<'_>) -> Option<usize> {
    let id = run.find("w:footnoteReference")?.get("w:id")?;
    id.parse::<usize>().ok()?.checked_sub(1)
}

fn marked(name: &'static str, id: usize) -> Element<'static> {
    Element::new(name).attribute("w:id", id.to_string())
}

/// A run with the number of its own footnote (17.11.13), and a blank.
pub(crate) fn note_mark(style: &'static str) -> [Element<'static>; 2] {
    let properties = Element::new("w:rPr").child(value("w:rStyle", style));
    let mark = Element::new("w:r")
        .child(properties)
        .child(Element::new("w:footnoteRef"));
    let blank = Element::new("w:r").child(
        Element::new("w:t")
            .attribute("xml:space", "preserve")
            .text(" "),
    );
    [mark, blank]
}
