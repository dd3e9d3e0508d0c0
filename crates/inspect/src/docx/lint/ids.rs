//! Ids that are unique in a document.

use std::collections::HashSet;

use super::{Findings, Seen, whole};
use crate::xml::Node;

/// The ids of a part in their order.
#[derive(Default)]
pub(super) struct Facts(Vec<Id>);

enum Id {
    /// An id that must be unique in its part occurs twice: the message.
    Doubled(String),
    /// Must be unique in a document: kind and id.
    Unique(Kind, String),
}

/// Kinds of things that have ids in a document.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Thing(&'static str),
    /// Bookmarks have names besides.
    BookmarkName,
    /// Paragraphs may be numbered (MS-DOCX 2.2.4).
    Paragraph,
}

/// The kind of thing that an element numbers, its id, and whether it is unique in its part only.
fn numbered<'t>(node: Node<'t, '_>) -> Option<(&'static str, &'t str, bool)> {
    let by = |key: &str| node.attribute(key);
    Some(match node.name() {
        // ECMA-376 part 1, 17.5.2.18.
        "w:id" => ("content control", by("w:val")?, false),
        // 17.13.6.2.
        "w:bookmarkStart" => ("bookmark", by("w:id")?, false),
        // 20.4.2.5: drawing object.
        "wp:docPr" => ("drawing", by("id")?, false),
        "w:comment" => ("comment", by("w:id")?, true),
        "w:footnote" => ("footnote", by("w:id")?, true),
        "w:endnote" => ("endnote", by("w:id")?, true),
        "w:style" => ("style", by("w:styleId")?, true),
        "w:num" => ("list", by("w:numId")?, true),
        "w:abstractNum" => ("list definition", by("w:abstractNumId")?, true),
        _ => return None,
    })
}

/// The ids met so far that are unique in their part only.
#[derive(Default)]
pub(super) struct Doubled<'t>(HashSet<(&'static str, &'t str)>);

impl Facts {
    /// Records the id of an element with attributes.
    pub(super) fn see<'t>(&mut self, node: Node<'t, '_>, doubled: &mut Doubled<'t>) {
        let mut unique = |kind, id: &str| self.0.push(Id::Unique(kind, id.to_owned()));
        match numbered(node) {
            Some((kind, id, true)) => {
                if !doubled.0.insert((kind, id)) {
                    let message = format!("two {kind}s have the id `{id}`");
                    self.0.push(Id::Doubled(message));
                }
            }
            Some((kind, id, false)) => {
                unique(Kind::Thing(kind), id);
                if let ("bookmark", Some(name)) = (kind, node.attribute("w:name")) {
                    unique(Kind::BookmarkName, name);
                }
            }
            None => {
                if let Some(id) = node.attribute("w14:paraId") {
                    unique(Kind::Paragraph, id);
                }
            }
        }
    }
}

pub(super) fn check(parts: &[Seen<'_>], findings: &mut Findings) {
    let mut seen: HashSet<(bool, Kind, &str)> = HashSet::new();
    for (part, facts) in whole(parts) {
        // A glossary is a document of its own with its own ids.
        let glossary = part.name.starts_with("word/glossary/");
        for id in &facts.ids.0 {
            let message = match id {
                Id::Doubled(message) => message.clone(),
                Id::Unique(kind, id) if seen.insert((glossary, *kind, id)) => continue,
                Id::Unique(Kind::Thing(kind), id) => format!("two {kind}s have the id `{id}`"),
                Id::Unique(Kind::BookmarkName, name) => {
                    format!("two bookmarks have the name `{name}`")
                }
                Id::Unique(Kind::Paragraph, id) => format!("two paragraphs have the id `{id}`"),
            };
            findings.add("docx-duplicate-id", part.name, message);
        }
    }
}
