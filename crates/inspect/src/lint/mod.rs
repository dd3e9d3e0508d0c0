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
use crate::docx::Parts;
use crate::docx::package::Package;

/// Findings, and the part in which the next is found.
#[derive(Default)]
pub(crate) struct Findings(Diagnostics);

impl Findings {
    fn add(&mut self, code: &'static str, part: &str, message: impl Into<String>) {
        self.0
            .push(Diagnostic::error(code, message).at(Place::File(part.to_owned())));
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
    let package = Package::open(bytes)?;
    Ok(lint_parts(&package, &Parts::parse(&package)))
}

pub(crate) fn lint_parts(package: &Package, parts: &Parts<'_>) -> Diagnostics {
    let mut findings = Findings::default();
    for (name, tree) in parts.all() {
        if let Err(reason) = tree {
            findings.add(
                "docx-malformed",
                name,
                format!("the part is not well-formed: {reason}"),
            );
        }
    }
    relationships::check(package, parts, &mut findings);
    ids::check(parts, &mut findings);
    references::check(parts, &mut findings);
    structure::check(parts, &mut findings);
    order::check(parts, &mut findings);
    findings.0
}
