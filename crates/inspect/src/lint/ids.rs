//! Ids that are unique in a document.

use std::collections::HashSet;

use super::Findings;
use crate::docx::Parts;
use crate::xml::Node;

/// What kind of thing an element numbers, its number, and whether that is unique in its part only.
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

pub(super) fn check(parts: &Parts<'_>, findings: &mut Findings) {
    // Bookmarks have names besides, and paragraphs may be numbered (MS-DOCX 2.2.4).
    let (mut seen, mut names, mut paragraphs) = (HashSet::new(), HashSet::new(), HashSet::new());
    for (part, tree) in parts.whole() {
        // A glossary is a document of its own with its own ids.
        let story = if part.starts_with("word/glossary/") {
            "glossary"
        } else {
            ""
        };
        for node in tree.all() {
            let Some((kind, id, in_part)) = numbered(node) else {
                if let Some(id) = node.attribute("w14:paraId")
                    && !paragraphs.insert((story, id))
                {
                    findings.add(
                        "docx-duplicate-id",
                        part,
                        format!("two paragraphs have the id `{id}`"),
                    );
                }
                continue;
            };
            let scope = if in_part { part } else { story };
            if !seen.insert((scope, kind, id)) {
                findings.add(
                    "docx-duplicate-id",
                    part,
                    format!("two {kind}s have the id `{id}`"),
                );
            }
            if let ("bookmark", Some(name)) = (kind, node.attribute("w:name"))
                && !names.insert((story, name))
            {
                findings.add(
                    "docx-duplicate-id",
                    part,
                    format!("two bookmarks have the name `{name}`"),
                );
            }
        }
    }
}
