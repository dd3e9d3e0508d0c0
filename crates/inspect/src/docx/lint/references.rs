//! References between parts: styles, lists, footnotes (ECMA-376 part 1, 17.7, 17.9, 17.11).

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use super::{Findings, Seen, whole};
use crate::xml::Node;

/// Elements that define something, and the attribute with its id.
const DEFINED: [(&str, &str); 6] = [
    ("w:style", "w:styleId"),
    ("w:num", "w:numId"),
    ("w:abstractNum", "w:abstractNumId"),
    ("w:footnote", "w:id"),
    ("w:endnote", "w:id"),
    ("w:comment", "w:id"),
];

/// Elements that use something: element, attribute, defining element, code, and name in messages.
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

/// List definitions are used by an element inside of the list.
const LIST_DEFINITION: (&str, &str, &str) =
    ("w:abstractNum", "docx-unknown-numbering", "list definition");

/// The ids that a part defines, and those that it uses without defining them.
#[derive(Default)]
pub(super) struct Facts {
    /// By the place in [`DEFINED`].
    defined: [FxHashSet<String>; DEFINED.len()],
    used: Vec<Use>,
}

/// A use: code, name in messages, id, and index in [`DEFINED`] of its definition.
type Use = (&'static str, &'static str, String, usize);

/// Each thing that a part uses, once, however often it does.
#[derive(Default)]
pub(super) struct Uses<'t>(BTreeSet<(&'static str, &'static str, &'t str, &'static str)>);

impl<'t> Uses<'t> {
    /// Records the definitions and uses of an element.
    pub(super) fn see(&mut self, node: Node<'t, '_>, facts: &mut Facts) {
        if node.has_attributes() {
            let defines = |(name, _): &(&str, &str)| *name == node.name();
            if let Some(at) = DEFINED.iter().position(defines)
                && let Some(id) = node.attribute(DEFINED[at].1)
            {
                facts.defined[at].insert(id.to_owned());
            }
            let rule = USED.iter().find(|(name, ..)| *name == node.name());
            if let Some((name, key, definition, code, what)) = rule
                && let Some(id) = node.attribute(key)
                // 0 means no list (17.9.18).
                && !(*name == "w:numId" && id == "0")
            {
                self.0.insert((code, what, id, definition));
            }
        }
        if node.name() == "w:num"
            && let Some(id) = node.child_value("w:abstractNumId")
        {
            let (definition, code, what) = LIST_DEFINITION;
            self.0.insert((code, what, id, definition));
        }
    }
}

impl Facts {
    /// Keeps the uses that the part does not define itself.
    pub(super) fn close(&mut self, uses: Uses<'_>) {
        for (code, what, id, definition) in uses.0 {
            let at = DEFINED.iter().position(|(name, _)| *name == definition);
            if let Some(at) = at.filter(|at| !self.defined[*at].contains(id)) {
                self.used.push((code, what, id.to_owned(), at));
            }
        }
    }
}

pub(super) fn check(parts: &[Seen<'_>], findings: &mut Findings) {
    for glossary in [false, true] {
        // A glossary is a document of its own.
        let here =
            || whole(parts).filter(|(part, _)| part.name.starts_with("word/glossary/") == glossary);
        let defined: [Vec<&FxHashSet<String>>; DEFINED.len()] = std::array::from_fn(|at| {
            let sets = here().map(|(_, facts)| &facts.references.defined[at]);
            sets.filter(|ids| !ids.is_empty()).collect()
        });
        for (part, facts) in here() {
            for (code, what, id, at) in &facts.references.used {
                if !defined[*at].iter().any(|ids| ids.contains(id)) {
                    findings.add(
                        code,
                        part.name,
                        format!("the {what} `{id}` is used and not defined"),
                    );
                }
            }
        }
    }
}
