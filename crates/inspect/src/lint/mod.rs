//! Rules that every finished DOCX keeps, cheap enough for every file of a run.
//!
//! They are the defects that Word refuses or repairs and that schema validators pass over:
//! doubled ids, relationships and references into the void, parts without a content type, cells
//! without a last paragraph, elements out of order.

mod ids;
mod order;
mod references;
mod relationships;
mod structure;

use raadspost_content::{Diagnostic, Diagnostics, Place};

use crate::ReadError;
use crate::docx::package::{Memory, Package};
use crate::xml::Tree;

/// Findings, and the part in which the next is found.
#[derive(Default)]
pub(crate) struct Findings(Diagnostics);

impl Findings {
    fn add(&mut self, code: &'static str, part: &str, message: impl Into<String>) {
        self.0
            .push(Diagnostic::error(code, message).at(Place::File(part.to_owned())));
    }
}

/// What a rule finds that needs to look at one part only: code and message.
type Fault = (&'static str, String);

/// What the rules find within a part, and what they have to hold against other parts.
pub(crate) struct Facts {
    relationships: relationships::Facts,
    ids: ids::Facts,
    references: references::Facts,
    structure: Vec<Fault>,
    order: Vec<Fault>,
}

impl Facts {
    /// Walks once over a part of this name.
    pub(crate) fn of(name: &str, tree: &Tree<'_>) -> Self {
        let mut facts = Self {
            relationships: relationships::Facts::of(name, tree),
            ids: ids::Facts::default(),
            references: references::Facts::default(),
            structure: Vec::new(),
            order: Vec::new(),
        };
        // What relationships are written with is another vocabulary.
        let has_order = name.starts_with("word/");
        let (mut doubled, mut uses) = (ids::Doubled::default(), references::Uses::default());
        for node in tree.all() {
            if node.has_attributes() {
                facts.relationships.see(node);
                facts.ids.see(node, &mut doubled);
            }
            uses.see(node, &mut facts.references);
            structure::see(node, &mut facts.structure);
            if has_order {
                order::see(node, &mut facts.order);
            }
        }
        facts.references.close(uses);
        structure::see_body(tree.root(), &mut facts.structure);
        facts
    }
}

/// Checks a finished DOCX; the place of a finding is a part of the package.
///
/// | code | what it says |
/// |---|---|
/// | `docx-malformed` | a part is not well-formed XML |
/// | `docx-duplicate-id` | two relationships, controls, bookmarks, drawings, paragraphs, comments or footnotes have one id |
/// | `docx-missing-target` | a relationship leads to a part that is not there |
/// | `docx-dangling-relationship` | a part uses a relationship id that it has not |
/// | `docx-no-content-type` | a part has no content type, or a content type has no part |
/// | `docx-unknown-style` | a style is used that is not defined |
/// | `docx-unknown-numbering` | a list is used that is not defined |
/// | `docx-unknown-note` | a footnote, endnote or comment is referred to that is not there |
/// | `docx-cell-without-paragraph` | a table cell does not end in a paragraph |
/// | `docx-empty-paragraph` | a paragraph of the body is empty |
/// | `docx-element-order` | elements do not stand in the order of the schema |
///
/// # Errors
/// When the package cannot be opened.
pub fn lint_docx(bytes: &[u8]) -> Result<Diagnostics, ReadError> {
    Ok(lint_package(&Package::open(bytes, &Memory::default())?))
}

pub(crate) fn lint_package(package: &Package<'_>) -> Diagnostics {
    let mut findings = Findings::default();
    for part in package.parts() {
        if let Some(Err(reason)) = &part.xml {
            findings.add(
                "docx-malformed",
                &part.name,
                format!("the part is not well-formed: {reason}"),
            );
        }
    }
    relationships::check(package, &mut findings);
    ids::check(package, &mut findings);
    references::check(package, &mut findings);
    let of_rules: [fn(&Facts) -> &[Fault]; 2] = [|facts| &facts.structure, |facts| &facts.order];
    for of_rule in of_rules {
        for (part, facts) in package.whole() {
            for (code, message) in of_rule(&facts.lint) {
                findings.add(code, &part.name, message.as_str());
            }
        }
    }
    findings.0
}
