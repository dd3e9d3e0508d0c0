//! Footnotes (ECMA-376 11.3.7), with the separators that Word expects.

use crate::parts::styles::FOOTNOTE_REFERENCE;
use crate::xml::{Element, Node, R, W, value};

/// Ids of the separators (17.11.23 and 17.11.1), as `settings` names them.
pub(crate) const SEPARATORS: [(&str, &str); 2] =
    [("-1", "separator"), ("0", "continuationSeparator")];

/// `word/footnotes.xml`: the separators, and these notes.
pub(crate) fn part(notes: Vec<Element<'_>>) -> Element<'_> {
    let mut root = Element::new("w:footnotes")
        .attribute("xmlns:w", W)
        .attribute("xmlns:r", R);
    for (id, kind) in SEPARATORS {
        root.push(separator(id, kind));
    }
    root.children.extend(notes.into_iter().map(Node::Element));
    root
}

/// A footnote (17.11.10) that is this paragraph, its own number and a blank before it.
pub(crate) fn note(number: usize, mut paragraph: Element<'static>) -> Element<'static> {
    let at = usize::from(paragraph.find("w:pPr").is_some());
    let properties = Element::new("w:rPr").child(value("w:rStyle", FOOTNOTE_REFERENCE));
    let mark = Element::new("w:r")
        .child(properties)
        .child(Element::new("w:footnoteRef"));
    let text = Element::new("w:t")
        .attribute("xml:space", "preserve")
        .text(" ");
    let blank = Element::new("w:r").child(text);
    paragraph
        .children
        .splice(at..at, [mark, blank].map(Node::Element));
    Element::new("w:footnote")
        .attribute("w:id", number.to_string())
        .child(paragraph)
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
