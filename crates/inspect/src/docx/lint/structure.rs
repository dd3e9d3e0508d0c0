//! Paragraphs where they must be, and none that are empty.

use super::Fault;
use crate::xml::Node;

/// Judges a cell.
pub(super) fn see(node: Node<'_, '_>, faults: &mut Vec<Fault>) {
    if node.name() == "w:tc" && last_block(node).is_none_or(|last| last.name() != "w:p") {
        faults.push((
            "docx-cell-without-paragraph",
            "a table cell does not end in a paragraph".into(),
        ));
    }
}

/// Judges the paragraphs of the body, where the root has one.
pub(super) fn see_body(root: Node<'_, '_>, faults: &mut Vec<Fault>) {
    if let Some(body) = root.child("w:body") {
        empty_paragraphs(body, faults);
    }
}

/// The last block of a cell, looked for inside of a content control too (17.4.66).
fn last_block<'t, 'a>(parent: Node<'t, 'a>) -> Option<Node<'t, 'a>> {
    let last = parent
        .children()
        .filter(|node| !matches!(node.name(), "w:tcPr" | "w:bookmarkEnd"))
        .last()?;
    match last.name() {
        "w:sdt" => last_block(last.child("w:sdtContent")?),
        _ => Some(last),
    }
}

/// Spacing is the business of styles, so a paragraph in the body says something; one that only
/// carries a section break is no text, and one between two tables keeps Word from joining them.
/// Cells are left alone, they need a paragraph.
fn empty_paragraphs(parent: Node<'_, '_>, faults: &mut Vec<Fault>) {
    let nodes: Vec<Node<'_, '_>> = parent.children().collect();
    let is_table = |at: Option<usize>| {
        let node = at.and_then(|at| nodes.get(at));
        node.is_some_and(|node| node.name() == "w:tbl")
    };
    for (at, node) in nodes.iter().copied().enumerate() {
        match node.name() {
            "w:sdt" | "w:sdtContent" | "w:customXml" => empty_paragraphs(node, faults),
            "w:p" if is_table(at.checked_sub(1)) && is_table(Some(at + 1)) => {}
            "w:p" if !has_content(node) => {
                let properties = node.child("w:pPr");
                if properties.is_none_or(|properties| properties.child("w:sectPr").is_none()) {
                    faults.push((
                        "docx-empty-paragraph",
                        "a paragraph of the body is empty".into(),
                    ));
                }
            }
            _ => {}
        }
    }
}

fn has_content(node: Node<'_, '_>) -> bool {
    node.children().any(|child| match child.name() {
        "w:t" | "w:delText" => !child.text().trim().is_empty(),
        "w:drawing"
        | "w:pict"
        | "w:object"
        | "w:sym"
        | "w:fldChar"
        | "w:fldSimple"
        | "w:br"
        | "w:tab"
        | "w:footnoteReference"
        | "m:oMath" => true,
        "w:pPr" | "w:rPr" => false,
        _ => has_content(child),
    })
}
