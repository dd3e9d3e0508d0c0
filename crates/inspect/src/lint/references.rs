//! References between parts: styles, lists, footnotes (ECMA-376 part 1, 17.7, 17.9, 17.11).

use std::collections::{BTreeSet, HashSet};

use super::Findings;
use crate::docx::Parts;

/// What an element defines or uses, the code for a use without definition, and what it is called.
const DEFINED: [(&str, &str); 6] = [
    ("w:style", "w:styleId"),
    ("w:num", "w:numId"),
    ("w:abstractNum", "w:abstractNumId"),
    ("w:footnote", "w:id"),
    ("w:endnote", "w:id"),
    ("w:comment", "w:id"),
];

/// Element, attribute, what defines it, code, name.
const USED: [(&str, &str, &str, &str, &str); 14] = [
    (
        "w:pStyle",
        "w:val",
        "w:style",
        "docx-unknown-style",
        "style",
    ),
    (
        "w:rStyle",
        "w:val",
        "w:style",
        "docx-unknown-style",
        "style",
    ),
    (
        "w:tblStyle",
        "w:val",
        "w:style",
        "docx-unknown-style",
        "style",
    ),
    (
        "w:basedOn",
        "w:val",
        "w:style",
        "docx-unknown-style",
        "style",
    ),
    ("w:next", "w:val", "w:style", "docx-unknown-style", "style"),
    ("w:link", "w:val", "w:style", "docx-unknown-style", "style"),
    (
        "w:styleLink",
        "w:val",
        "w:style",
        "docx-unknown-style",
        "style",
    ),
    (
        "w:numStyleLink",
        "w:val",
        "w:style",
        "docx-unknown-style",
        "style",
    ),
    (
        "w:footnoteReference",
        "w:id",
        "w:footnote",
        "docx-unknown-note",
        "footnote",
    ),
    (
        "w:endnoteReference",
        "w:id",
        "w:endnote",
        "docx-unknown-note",
        "endnote",
    ),
    (
        "w:commentReference",
        "w:id",
        "w:comment",
        "docx-unknown-note",
        "comment",
    ),
    (
        "w:commentRangeStart",
        "w:id",
        "w:comment",
        "docx-unknown-note",
        "comment",
    ),
    (
        "w:commentRangeEnd",
        "w:id",
        "w:comment",
        "docx-unknown-note",
        "comment",
    ),
    (
        "w:numId",
        "w:val",
        "w:num",
        "docx-unknown-numbering",
        "list",
    ),
];

pub(super) fn check(parts: &Parts<'_>, findings: &mut Findings) {
    for glossary in [false, true] {
        let here = |part: &str| part.starts_with("word/glossary/") == glossary;
        let mut defined: HashSet<(&str, &str)> = HashSet::new();
        for node in parts
            .whole()
            .filter(|(part, _)| here(part))
            .flat_map(|(_, tree)| tree.all())
        {
            if let Some((name, key)) = DEFINED.iter().find(|(name, _)| *name == node.name())
                && let Some(id) = node.attribute(key)
            {
                defined.insert((*name, id));
            }
        }
        for (part, tree) in parts.whole().filter(|(part, _)| here(part)) {
            // One finding for each missing thing in a part, however often it is used.
            let mut missing = BTreeSet::new();
            for node in tree.all() {
                let rule = USED.iter().find(|(name, ..)| *name == node.name());
                if let Some((name, key, definition, code, what)) = rule
                    && let Some(id) = node.attribute(key)
                    // List 0 stands for no list (17.9.18).
                    && !(*name == "w:numId" && id == "0")
                    && !defined.contains(&(*definition, id))
                {
                    missing.insert((*code, *what, id));
                }
                if node.name() == "w:num"
                    && let Some(id) = node.child_value("w:abstractNumId")
                    && !defined.contains(&("w:abstractNum", id))
                {
                    missing.insert(("docx-unknown-numbering", "list definition", id));
                }
            }
            for (code, what, id) in missing {
                findings.add(
                    code,
                    part,
                    format!("the {what} `{id}` is used and not defined"),
                );
            }
        }
    }
}
