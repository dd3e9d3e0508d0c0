//! Footnotes (ECMA-376 11.3.7): their own numbers, and the separators that Word expects.

use super::document::note_mark;
use crate::parts::styles::FOOTNOTE_REFERENCE;
use crate::xml::{Element, Node};

/// Ids of the separators (17.11.23 and 17.11.1), as `settings` names them.
pub(crate) const SEPARATORS: [(&str, &str); 2] =
    [("-1", "separator"), ("0", "continuationSeparator")];

/// Completes the part.
pub(crate) fn finish(root: &mut Element<'_>) {
    for note in root.elements_mut() {
        if let Some(paragraph) = note.elements_mut().next() {
            let at = usize::from(paragraph.find("w:pPr").is_some());
            paragraph
                .children
                .splice(at..at, note_mark(FOOTNOTE_REFERENCE).map(Node::Element));
        }
    }
    root.children.splice(
        0..0,
        SEPARATORS.map(|(id, kind)| Node::Element(separator(id, kind))),
    );
}

fn separator(id: &'static str, kind: &'static str) -> Element<'static> {
    let spacing = Element::new("w:spacing")
        .attribute("w:before", "0")
        .attribute("w:after", "0")
        .attribute("w:line", "240")
        .attribute("w:lineRule", "auto");
    let run = Element::new("w:r").child(Element::new(format!("w:{kind}")));
    Element::new("w:footnote")
        .attribute("w:type", kind)
        .attribute("w:id", id)
        .child(
            Element::new("w:p")
                .child(Element::new("w:pPr").child(spacing))
                .child(run),
        )
}
