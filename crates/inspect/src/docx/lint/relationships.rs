//! Relationships and content types (ECMA-376 part 2, 6.2.3 and 6.5).

use std::collections::HashSet;

use super::{Findings, Seen, whole};
use crate::docx::relationships::{relationships, relationships_name, resolve, source_of};
use crate::xml::{Node, Tree};

const TYPES: &str = "[Content_Types].xml";

/// The relationships and content types that a part defines or uses.
pub(super) struct Facts {
    /// The source of a part with relationships, and these.
    source: Option<(String, Vec<Leads>)>,
    /// Where it uses relationships of its own: the element and the id.
    uses: Vec<(String, String)>,
    /// The content types, if it is the content type stream.
    types: Option<Types>,
}

/// Where a relationship of a part leads.
struct Leads {
    id: String,
    /// The part's name, resolved against the source part; none when external.
    target: Option<String>,
    /// Whether one before it has the same id.
    doubled: bool,
}

/// Content types by extension and by part, in lower case.
#[derive(Default)]
struct Types {
    extensions: HashSet<String>,
    overrides: HashSet<String>,
    /// The parts of the overrides, in their order.
    parts: Vec<String>,
}

impl Facts {
    /// Reads the relationships or content types of a part; [`Self::see`] adds what it uses.
    pub(super) fn of(name: &str, tree: &Tree<'_>) -> Self {
        let source = source_of(name).map(|source| {
            let mut ids = HashSet::new();
            let leads = relationships(tree)
                .into_iter()
                .map(|relationship| Leads {
                    doubled: !ids.insert(relationship.id.clone()),
                    target: (!relationship.external)
                        .then(|| resolve(&source, &relationship.target)),
                    id: relationship.id,
                })
                .collect();
            (source, leads)
        });
        Self {
            source,
            uses: Vec::new(),
            types: (name == TYPES).then(|| Types::read(tree)),
        }
    }

    /// Notes the relationships that an element with attributes uses.
    pub(super) fn see(&mut self, node: Node<'_, '_>) {
        if self.source.is_some() {
            return;
        }
        for (key, id) in node.attributes() {
            if key.starts_with("r:") && !id.is_empty() {
                self.uses.push((node.name().to_owned(), id.to_owned()));
            }
        }
    }
}

impl Types {
    fn read(tree: &Tree<'_>) -> Self {
        let mut types = Self::default();
        for node in tree.root().children() {
            match (
                node.name(),
                node.attribute("Extension"),
                node.attribute("PartName"),
            ) {
                ("Default", Some(extension), _) => {
                    types.extensions.insert(extension.to_ascii_lowercase());
                }
                ("Override", _, Some(part)) => {
                    let part = part.trim_start_matches('/').to_ascii_lowercase();
                    types.overrides.insert(part.clone());
                    types.parts.push(part);
                }
                _ => {}
            }
        }
        types
    }
}

pub(super) fn check(parts: &[Seen<'_>], findings: &mut Findings) {
    let names: HashSet<&str> = parts.iter().map(|part| part.lower).collect();
    content_types(parts, &names, findings);
    let has = |part: &str| names.contains(part) || names.contains(&*part.to_ascii_lowercase());
    for (part, facts) in whole(parts) {
        let Some((source, leads)) = &facts.relationships.source else {
            continue;
        };
        if !source.is_empty() && !has(source) {
            findings.add(
                "docx-missing-target",
                part.name,
                format!("the part `{source}` of these relationships is missing"),
            );
        }
        for Leads {
            id,
            target,
            doubled,
        } in leads
        {
            if let Some(target) = target.as_ref().filter(|target| !has(target)) {
                let message = format!("`{id}` leads to `{target}`, which is missing");
                findings.add("docx-missing-target", part.name, message);
            }
            if *doubled {
                let message = format!("two relationships have the id `{id}`");
                findings.add("docx-duplicate-id", part.name, message);
            }
        }
    }
    for (part, facts) in whole(parts) {
        let uses = &facts.relationships.uses;
        if uses.is_empty() {
            continue;
        }
        let name = relationships_name(part.name);
        let own = parts.iter().find_map(|other| match other.facts {
            Some(Ok((_, own))) if other.name.eq_ignore_ascii_case(&name) => Some(own),
            _ => None,
        });
        let ids: HashSet<&str> = own
            .into_iter()
            .flatten()
            .map(|relationship| relationship.id.as_str())
            .collect();
        for (element, id) in uses {
            if !ids.contains(id.as_str()) {
                let message =
                    format!("`{element}` uses the relationship `{id}`, which is not defined");
                findings.add("docx-dangling-relationship", part.name, message);
            }
        }
    }
}

fn content_types(parts: &[Seen<'_>], names: &HashSet<&str>, findings: &mut Findings) {
    let Some(types) = whole(parts).find_map(|(_, facts)| facts.relationships.types.as_ref()) else {
        findings.add(
            "docx-no-content-type",
            TYPES,
            "the content types are missing",
        );
        return;
    };
    for part in &types.parts {
        if !names.contains(part.as_str()) {
            findings.add(
                "docx-no-content-type",
                TYPES,
                format!("`{part}` has a content type and is missing"),
            );
        }
    }
    for part in parts.iter().filter(|part| part.name != TYPES) {
        let extension = part.lower.rsplit_once('.').map(|(_, extension)| extension);
        // The default for `xml` does not tell the kind of a part.
        let by_default = extension.is_some_and(|e| e != "xml" && types.extensions.contains(e));
        let plain = part.lower.starts_with("customxml/item") && types.extensions.contains("xml");
        if !types.overrides.contains(part.lower) && !by_default && !plain {
            findings.add(
                "docx-no-content-type",
                part.name,
                "the part has no content type",
            );
        }
    }
}
