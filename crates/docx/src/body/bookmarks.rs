//! Bookmarks (ECMA-376 17.13.6.2) round the first references to footnotes that are referred to
//! again.

use std::collections::BTreeSet;

use crate::xml::{Element, Node};

/// The name of the bookmark round a footnote's first reference.
pub(crate) fn name(index: usize) -> String {
    format!("_RefNote{}", index + 1)
}

/// Puts the bookmarks round the first references to `repeated` footnotes, by their indices.
pub(crate) fn add(element: &mut Element<'_>, repeated: &BTreeSet<usize>) {
    if repeated.is_empty() {
        return;
    }
    let mut at = 0;
    while at < element.children.len() {
        if let Node::Element(child) = &mut element.children[at] {
            match referred(child).filter(|index| repeated.contains(index)) {
                Some(index) => {
                    let start = mark("w:bookmarkStart", index).attribute("w:name", name(index));
                    let end = mark("w:bookmarkEnd", index);
                    element.children.insert(at, Node::Element(start));
                    element.children.insert(at + 2, Node::Element(end));
                    at += 2;
                }
                None => add(child, repeated),
            }
        }
        at += 1;
    }
}

/// The index of the footnote to which a run refers.
fn referred(run: &Element<'_>) -> Option<usize> {
    let id = run.find("w:footnoteReference")?.get("w:id")?;
    id.parse::<usize>().ok()?.checked_sub(1)
}

fn mark(name: &'static str, id: usize) -> Element<'static> {
    Element::new(name).attribute("w:id", id.to_string())
}
