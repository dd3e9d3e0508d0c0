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

use super::relationships::Relationship;
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

/// A finding of a rule that looks at one part only: code and message.
type Fault = (&'static str, String);

/// The findings within a part, and what is compared with other parts.
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
        // Relationships have a vocabulary of their own.
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

/// A part as the rules see it.
pub(crate) struct Seen<'a> {
    /// As written.
    pub(crate) name: &'a str,
    /// The name in lower case.
    pub(crate) lower: &'a str,
    /// Facts and relationships of an XML part, or the reason why it is not well-formed.
    pub(crate) facts: Option<Result<(&'a Facts, &'a [Relationship]), &'a str>>,
}

/// The parts that are well-formed XML.
fn whole<'s, 'a>(
    parts: &'s [Seen<'a>],
) -> impl Iterator<Item = (&'s Seen<'a>, &'a Facts)> + use<'s, 'a> {
    parts.iter().filter_map(|part| match part.facts {
        Some(Ok((facts, _))) => Some((part, facts)),
        _ => None,
    })
}

/// All findings on the parts of a package.
pub(crate) fn check(parts: &[Seen<'_>]) -> Diagnostics {
    let mut findings = Findings::default();
    for part in parts {
        if let Some(Err(reason)) = part.facts {
            findings.add(
                "docx-malformed",
                part.name,
                format!("the part is not well-formed: {reason}"),
            );
        }
    }
    relationships::check(parts, &mut findings);
    ids::check(parts, &mut findings);
    references::check(parts, &mut findings);
    let of_rules: [fn(&Facts) -> &[Fault]; 2] = [|facts| &facts.structure, |facts| &facts.order];
    for of_rule in of_rules {
        for (part, facts) in whole(parts) {
            for (code, message) in of_rule(facts) {
                findings.add(code, part.name, message.as_str());
            }
        }
    }
    findings.0
}
