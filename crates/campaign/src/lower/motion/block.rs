//! Lowering of motion blocks: one function for each kind; one key of the block determines the kind.

use raadspost_content::WordingRole;
use raadspost_yaml::{Map, Node, NodeKind, Text, first_text};

use super::{Variants, unknown_variant};
use crate::ast::{Draft, DraftItem, DraftKind, ParticularDraft, Reference, find};
use crate::lower::Lower;

/// A block, or the blocks of its text; empty if the block has no kind.
pub(super) fn lower(
    lower: &mut Lower<'_>,
    node: &Node,
    map: &Map<'_>,
    path: &str,
    motion: &Text,
    variants: &Variants,
) -> Vec<Draft> {
    let when = lower.when(map);
    let items = items_of(lower, map, "items", map.list("items"), path);
    let Some(kind) = map.discriminant() else {
        return Vec::new();
    };
    if !matches!(kind, "recital" | "operative") {
        misplaced(lower, map, "items", "`recital` or `operative`");
    }
    let kind = match kind {
        "text" => {
            let text = map.get("text");
            return text.map_or_else(Vec::new, |text| lower.blocks_in(text, path, when));
        }
        "particulars" => Some(particulars(lower, map)),
        "preamble" | "heard" => phrase(map, kind).map(DraftKind::Preamble),
        "recital" => phrase(map, kind).map(|head| recital(lower, head, items)),
        "operative" => {
            let head = phrase(map, kind);
            head.map(|head| operative(lower, map, head, items, path, motion, variants))
        }
        "closing" => phrase(map, kind).map(DraftKind::Closing),
        "old" => wording(lower, map, kind, WordingRole::Old, path),
        "new" => wording(lower, map, kind, WordingRole::New, path),
        "explanation" => wording(lower, map, kind, WordingRole::Explanation, path),
        "signatures" => signatures(lower, map),
        "voting" => voting(lower, map),
        "movers" => movers(lower, map),
        "note" => lower.inline_of(map, kind).map(DraftKind::Note),
        // A test finds keys of the table that are not read.
        _ => None,
    };
    let draft = |kind| Draft {
        path: path.to_owned(),
        span: node.span,
        when,
        private: false,
        kind,
    };
    kind.map(draft).into_iter().collect()
}

fn phrase(map: &Map<'_>, key: &'static str) -> Option<Reference> {
    map.text(key).map(Reference::from)
}

/// Number of repetitions of a line or row.
fn times(map: &Map<'_>) -> usize {
    let times = map.text("times").and_then(|text| text.text.parse().ok());
    times.unwrap_or(1)
}

fn particulars(lower: &mut Lower<'_>, map: &Map<'_>) -> DraftKind {
    let rows = map.list("particulars").iter();
    let rows = rows.filter_map(|node| Map::of(node, map.below("particulars")?));
    let row = |row: Map<'_>| ParticularDraft {
        when: lower.when(&row),
        label: lower.inline_of(&row, "label").unwrap_or_default(),
        value: lower.inline_of(&row, "value").unwrap_or_default(),
    };
    DraftKind::Particulars(rows.map(row).collect())
}

fn recital(lower: &mut Lower<'_>, head: Reference, items: Vec<DraftItem>) -> DraftKind {
    if items.is_empty() {
        missing(lower, &head.at, "items");
    }
    DraftKind::Recital { head, items }
}

fn operative(
    lower: &mut Lower<'_>,
    map: &Map<'_>,
    head: Reference,
    items: Vec<DraftItem>,
    path: &str,
    motion: &Text,
    variants: &Variants,
) -> DraftKind {
    let mut alternatives = Vec::new();
    for (variant, node) in map.entries("alternatives") {
        if find(variants, &variant.text).is_none() {
            unknown_variant(lower, variant, &motion.text, variants);
        }
        if let NodeKind::Sequence(nodes) = &*node.kind {
            let path = format!("{path}.{}", variant.text);
            let items = items_of(lower, map, "alternatives", nodes, &path);
            alternatives.push((Some(variant.text.clone()), items));
        }
    }
    if map.get("alternatives").is_some() {
        let has = |name: &str| {
            let mut all = alternatives.iter();
            all.any(|(other, _)| other.as_deref() == Some(name))
        };
        for (variant, _) in variants.iter().filter(|(variant, _)| !has(&variant.text)) {
            let message = format!("the variant `{}` has no dictum", variant.text);
            lower.diagnostics.push(
                head.at
                    .mistake("incomplete-choice", message)
                    .hint(format!("add `{}` to `alternatives`", variant.text)),
            );
        }
    }
    match (alternatives.is_empty(), items.is_empty()) {
        (true, true) => missing(lower, &head.at, "items` or `alternatives"),
        (true, false) => alternatives.push((None, items)),
        (false, true) => {}
        (false, false) => misplaced(lower, map, "items", "an `operative` without `alternatives`"),
    }
    let separator = lower.inline_of(map, "or").unwrap_or_default();
    if alternatives.len() > 1 && separator.is_empty() {
        missing(lower, &head.at, "or");
    }
    DraftKind::Operative {
        head,
        alternatives,
        separator,
    }
}

fn wording(
    lower: &mut Lower<'_>,
    map: &Map<'_>,
    key: &'static str,
    role: WordingRole,
    path: &str,
) -> Option<DraftKind> {
    let head = phrase(map, key)?;
    let text = map.get("wording");
    let blocks = text.map_or_else(Vec::new, |text| lower.blocks_in(text, path, None));
    if blocks.is_empty() {
        missing(lower, &head.at, "wording");
    }
    Some(DraftKind::Wording { role, head, blocks })
}

fn signatures(lower: &mut Lower<'_>, map: &Map<'_>) -> Option<DraftKind> {
    let text = map.first_text("signatures")?;
    let lead = lower.inline_of(map, "signatures").unwrap_or_default();
    let columns = lower.inlines_of(map, "columns");
    let cells = lower.inlines_of(map, "cells");
    if columns.is_empty() || cells.len() != columns.len() {
        unlike_columns(lower, text, columns.len(), cells.len());
    }
    Some(DraftKind::Signatures {
        lead,
        columns,
        cells,
        times: times(map),
    })
}

fn voting(lower: &mut Lower<'_>, map: &Map<'_>) -> Option<DraftKind> {
    let text = map.first_text("voting")?;
    let lead = lower.inline_of(map, "voting").unwrap_or_default();
    let columns = lower.inlines_of(map, "columns");
    if columns.len() != 3 {
        unlike_columns(lower, text, columns.len(), 3);
    }
    let cells = ["faction", "seats", "vote"].map(|key| {
        let cell = lower.inline_of(map, key).unwrap_or_default();
        if cell.is_empty() {
            missing(lower, text, key);
        }
        cell
    });
    Some(DraftKind::Voting {
        lead,
        columns,
        cells,
        times: times(map),
    })
}

fn movers(lower: &mut Lower<'_>, map: &Map<'_>) -> Option<DraftKind> {
    let text = map.first_text("movers")?;
    let lead = lower.inline_of(map, "movers").unwrap_or_default();
    let line = lower.inline_of(map, "line").unwrap_or_default();
    if line.is_empty() {
        missing(lower, text, "line");
    }
    Some(DraftKind::Movers {
        lead,
        line,
        times: times(map),
    })
}

fn missing(lower: &mut Lower<'_>, at: &Text, key: &str) {
    lower.diagnostics.push(
        at.mistake("missing-key", format!("the motion block has no `{key}`"))
            .hint(format!("add `{key}` beside it")),
    );
}

fn unlike_columns(lower: &mut Lower<'_>, at: &Text, columns: usize, cells: usize) {
    lower.diagnostics.push(
        at.mistake(
            "unlike-columns",
            format!("the table has {columns} columns, but {cells} cells in a row"),
        )
        .hint("give `columns` a heading for each cell"),
    );
}

fn misplaced(lower: &mut Lower<'_>, map: &Map<'_>, key: &'static str, where_to: &str) {
    let Some(node) = map.get(key) else { return };
    let first = match &*node.kind {
        NodeKind::Sequence(items) => items.first().and_then(Node::scalar),
        _ => None,
    };
    if let Some(text) = first {
        lower.diagnostics.push(
            text.mistake("misplaced-key", format!("`{key}` has no effect here"))
                .hint(format!("it belongs to {where_to}")),
        );
    }
}

fn items_of(
    lower: &mut Lower<'_>,
    map: &Map<'_>,
    key: &'static str,
    nodes: &[Node],
    path: &str,
) -> Vec<DraftItem> {
    let mut items = Vec::new();
    for (index, node) in nodes.iter().enumerate() {
        let (text, when) = match &*node.kind {
            NodeKind::Scalar(_) => (Some(node), None),
            NodeKind::Mapping(_) if raadspost_yaml::is_languages(node) => (Some(node), None),
            NodeKind::Mapping(_) => match map.below(key).and_then(|object| Map::of(node, object)) {
                Some(chunk) => (chunk.get("text"), lower.when(&chunk)),
                None => (None, None),
            },
            _ => (None, None),
        };
        if let Some(text) = text {
            let blocks = lower.blocks_in(text, &format!("{path}.{index}"), None);
            let begins = |blocks: &[Draft]| {
                let first = blocks.first().map(|block| &block.kind);
                matches!(first, Some(DraftKind::Paragraph(_)))
            };
            let right = match blocks.first().map(|block| &block.kind) {
                Some(DraftKind::Languages(each)) => each.iter().all(|(_, blocks)| begins(blocks)),
                _ => begins(&blocks),
            };
            if let (Some(text), false) = (first_text(text), right) {
                lower.diagnostics.push(
                    text.mistake("not-inline", "an item must begin with a paragraph of text")
                        .hint("write the item as running text; nested lists may follow it"),
                );
            }
            items.push(DraftItem { when, blocks });
        }
    }
    items
}
