//! Paragraphs where they must be, and none that are empty.

use super::Findings;
use crate::docx::Parts;
use crate::xml::Node;

pub(super) fn check(parts: &Parts<'_>, findings: &mut Findings) {
    for (part, tree) in parts.whole() {
        for cell in tree.all().filter(|node| node.name() == "w:tc") {
            if last_block(cell).is_none_or(|last| last.name() != "w:p") {
                findings.add(
                    "docx-cell-without-paragraph",
                    part,
                    "a table cell does not end in a paragraph",
                );
            }
        }
        if let Some(body) = tree.root().child("w:body") {
            empty_paragraphs(part, body, findings);
        }
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
/// carries a section break is no text. Cells are left alone, they need a paragraph.
fn empty_paragraphs(part: &str, parent: Node<'_, '_>, findings: &mut Findings) {
    for node in parent.children() {
        match node.name() {
            "w:sdt" | "w:sdtContent" | "w:customXml" => empty_paragraphs(part, node, findings),
            "w:p" if !has_content(node) => {
                let properties = node.child("w:pPr");
                if properties.is_none_or(|properties| properties.child("w:sectPr").is_none()) {
                    findings.add(
                        "docx-empty-paragraph",
                        part,
                        "a paragraph of the body is empty",
                    );
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
