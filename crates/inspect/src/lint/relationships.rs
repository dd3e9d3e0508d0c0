//! Relationships and content types (ECMA-376 part 2, 6.2.3 and 6.5).

use std::collections::HashSet;

use super::Findings;
use crate::docx::Parts;
use crate::docx::package::{Package, relationships, relationships_name, source_of};

const TYPES: &str = "[Content_Types].xml";

pub(super) fn check(package: &Package, parts: &Parts<'_>, findings: &mut Findings) {
    let names: HashSet<String> = package
        .parts()
        .map(|(name, _)| name.to_ascii_lowercase())
        .collect();
    content_types(package, parts, &names, findings);
    for (name, tree) in parts.whole() {
        let Some(source) = source_of(name) else {
            continue;
        };
        if !source.is_empty() && !names.contains(&source.to_ascii_lowercase()) {
            findings.add(
                "docx-missing-target",
                name,
                format!("the part `{source}` of these relationships is missing"),
            );
        }
        let mut ids = HashSet::new();
        for relationship in relationships(tree, &source) {
            if !relationship.external && !names.contains(&relationship.target.to_ascii_lowercase())
            {
                let message = format!(
                    "`{}` leads to `{}`, which is missing",
                    relationship.id, relationship.target
                );
                findings.add("docx-missing-target", name, message);
            }
            if !ids.insert(relationship.id.clone()) {
                let message = format!("two relationships have the id `{}`", relationship.id);
                findings.add("docx-duplicate-id", name, message);
            }
        }
    }
    for (name, tree) in parts.whole().filter(|(name, _)| source_of(name).is_none()) {
        let own = parts
            .whole()
            .find(|(part, _)| part.eq_ignore_ascii_case(&relationships_name(name)));
        let ids: HashSet<String> = own
            .map(|(_, tree)| {
                relationships(tree, name)
                    .into_iter()
                    .map(|relationship| relationship.id)
                    .collect()
            })
            .unwrap_or_default();
        for node in tree.all() {
            for (key, id) in node.attributes() {
                if key.starts_with("r:") && !id.is_empty() && !ids.contains(id) {
                    let message = format!(
                        "`{}` uses the relationship `{id}`, which is not defined",
                        node.name()
                    );
                    findings.add("docx-dangling-relationship", name, message);
                }
            }
        }
    }
}

fn content_types(
    package: &Package,
    parts: &Parts<'_>,
    names: &HashSet<String>,
    findings: &mut Findings,
) {
    let Some((_, tree)) = parts.whole().find(|(name, _)| *name == TYPES) else {
        findings.add(
            "docx-no-content-type",
            TYPES,
            "the content types are missing",
        );
        return;
    };
    let (mut extensions, mut overrides) = (HashSet::new(), HashSet::new());
    for node in tree.root().children() {
        match (
            node.name(),
            node.attribute("Extension"),
            node.attribute("PartName"),
        ) {
            ("Default", Some(extension), _) => {
                extensions.insert(extension.to_ascii_lowercase());
            }
            ("Override", _, Some(part)) => {
                let part = part.trim_start_matches('/').to_ascii_lowercase();
                if !names.contains(&part) {
                    findings.add(
                        "docx-no-content-type",
                        TYPES,
                        format!("`{part}` has a content type and is missing"),
                    );
                }
                overrides.insert(part);
            }
            _ => {}
        }
    }
    for (name, _) in package.parts().filter(|(name, _)| *name != TYPES) {
        let lower = name.to_ascii_lowercase();
        let extension = lower
            .rsplit_once('.')
            .map(|(_, extension)| extension.to_owned());
        // The default for `xml` says nothing about what a part is.
        let by_default = extension.is_some_and(|e| e != "xml" && extensions.contains(&e));
        let plain = lower.starts_with("customxml/item") && extensions.contains("xml");
        if !overrides.contains(&lower) && !by_default && !plain {
            findings.add("docx-no-content-type", name, "the part has no content type");
        }
    }
}
