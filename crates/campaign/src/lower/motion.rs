//! Lowering of motions: their blocks, alternatives and choices.

use raadspost_content::{MotionKind, Span, WordingRole, did_you_mean};
use raadspost_yaml::{Map, Node, NodeKind, Text, first_text};

use super::Lower;
use crate::ast::{
    ChoiceDraft, Draft, DraftItem, DraftKind, MotionDraft, ParticularDraft, Reference, find,
};
use crate::language::Words;

pub(super) fn lower(lower: &mut Lower<'_>, key: &Text, map: &Map<'_>) -> MotionDraft {
    let mut variants = Vec::new();
    for (variant, node) in map.entries("variants") {
        lower.check_key(variant);
        if let Some(title) = lower.inline_in(node) {
            variants.push((variant.clone(), title));
        }
    }
    let mut choices = Vec::new();
    for (choice, node) in map.entries("choices") {
        lower.check_key(choice);
        let Some(entry) = map
            .below("choices")
            .and_then(|object| Map::of(node, object))
        else {
            continue;
        };
        let mut options: Vec<(String, Words)> = Vec::new();
        for (variant, words) in entry.entries("options") {
            if find(&variants, &variant.text).is_none() {
                unknown_variant(lower, variant, &key.text, &variants);
            } else if let Some(words) = lower.words_in(words) {
                options.push((variant.text.clone(), words));
            }
        }
        for (variant, _) in variants
            .iter()
            .filter(|(variant, _)| find(&options, &variant.text).is_none())
        {
            lower.diagnostics.push(
                choice
                    .error(
                        "incomplete-choice",
                        0..choice.text.len(),
                        format!(
                            "the choice `{}` has no words for the variant `{}`",
                            choice.text, variant.text
                        ),
                    )
                    .hint(format!("add `{}` to its `options`", variant.text)),
            );
        }
        // The order of the variants, so that every choice reads in the same order.
        options.sort_by_key(|(variant, _)| {
            variants
                .iter()
                .position(|(other, _)| other.text == *variant)
        });
        choices.push((
            choice.clone(),
            ChoiceDraft {
                options,
                mark: entry.string("mark").unwrap_or_default(),
            },
        ));
    }
    let mut body = Vec::new();
    for (index, node) in map.list("body").iter().enumerate() {
        let Some(block) = map.below("body").and_then(|object| Map::of(node, object)) else {
            continue;
        };
        let path = format!("motions.{}.body.{index}", key.text);
        self::block(lower, node, &block, &path, key, &variants, &mut body);
    }
    let title = lower.inline_of(map, "title").unwrap_or_default();
    let kind = match map.text("kind").map(|text| text.text.as_str()) {
        Some("off-agenda-motion") => MotionKind::OffAgendaMotion,
        Some("amendment") => MotionKind::Amendment,
        Some("initiative") => MotionKind::Initiative,
        _ => MotionKind::Motion,
    };
    MotionDraft {
        key: key.clone(),
        kind,
        title,
        variants,
        choices,
        body,
    }
}

type Variants = [(Text, Vec<crate::ast::Piece>)];

fn unknown_variant(lower: &mut Lower<'_>, variant: &Text, motion: &str, variants: &Variants) {
    let names = variants.iter().map(|(name, _)| name.text.as_str());
    let hint = did_you_mean(&variant.text, names)
        .unwrap_or_else(|| "declare it under `variants`".to_owned());
    lower.diagnostics.push(
        variant
            .error(
                "unknown-variant",
                0..variant.text.len().max(1),
                format!("the motion `{motion}` has no variant `{}`", variant.text),
            )
            .hint(hint),
    );
}

fn block(
    lower: &mut Lower<'_>,
    node: &Node,
    map: &Map<'_>,
    path: &str,
    motion: &Text,
    variants: &Variants,
    out: &mut Vec<Draft>,
) {
    let when = lower.when(map);
    let mut push = |kind: DraftKind, span: Span| {
        out.push(Draft {
            path: path.to_owned(),
            span,
            when,
            private: false,
            kind,
        })
    };
    let items = items_of(lower, map, "items", map.list("items"), path);
    let owner = ["recital", "operative"]
        .into_iter()
        .any(|key| map.get(key).is_some());
    if !owner && map.get("items").is_some() {
        misplaced(lower, map, "items", "`recital` or `operative`");
    }
    let times = map
        .text("times")
        .and_then(|text| text.text.parse().ok())
        .unwrap_or(1);
    let wording = [
        ("old", WordingRole::Old),
        ("new", WordingRole::New),
        ("explanation", WordingRole::Explanation),
    ]
    .into_iter()
    .find_map(|(key, role)| Some((map.text(key).map(Reference::from)?, role)));
    if let Some(text) = map.get("text") {
        out.extend(lower.blocks_in(text, path, when));
    } else if map.get("particulars").is_some() {
        let rows = map
            .list("particulars")
            .iter()
            .filter_map(|node| Map::of(node, map.below("particulars")?))
            .map(|row| ParticularDraft {
                when: lower.when(&row),
                label: lower.inline_of(&row, "label").unwrap_or_default(),
                value: lower.inline_of(&row, "value").unwrap_or_default(),
            })
            .collect();
        push(DraftKind::Particulars(rows), node.span);
    } else if let Some((head, role)) = wording {
        let blocks = match map.get("wording") {
            Some(text) => lower.blocks_in(text, path, None),
            None => Vec::new(),
        };
        if blocks.is_empty() {
            missing_items(lower, &head.at, "wording");
        }
        push(DraftKind::Wording { role, head, blocks }, node.span);
    } else if let Some(text) = map.first_text("signatures") {
        let lead = lower.inline_of(map, "signatures").unwrap_or_default();
        let columns = lower.inlines_of(map, "columns");
        let cells = lower.inlines_of(map, "cells");
        if columns.is_empty() || cells.len() != columns.len() {
            unlike_columns(lower, text, columns.len(), cells.len());
        }
        push(
            DraftKind::Signatures {
                lead,
                columns,
                cells,
                times,
            },
            node.span,
        );
    } else if let Some(text) = map.first_text("voting") {
        let lead = lower.inline_of(map, "voting").unwrap_or_default();
        let columns = lower.inlines_of(map, "columns");
        if columns.len() != 3 {
            unlike_columns(lower, text, columns.len(), 3);
        }
        let cells = ["faction", "seats", "vote"].map(|key| {
            let cell = lower.inline_of(map, key).unwrap_or_default();
            if cell.is_empty() {
                missing_items(lower, text, key);
            }
            cell
        });
        push(
            DraftKind::Voting {
                lead,
                columns,
                cells,
                times,
            },
            node.span,
        );
    } else if let Some(phrase) = map.text("heard").map(Reference::from) {
        push(DraftKind::Preamble(phrase), node.span);
    } else if let Some(phrase) = map.text("preamble").map(Reference::from) {
        push(DraftKind::Preamble(phrase), node.span);
    } else if let Some(phrase) = map.text("closing").map(Reference::from) {
        push(DraftKind::Closing(phrase), node.span);
    } else if let Some(head) = map.text("recital").map(Reference::from) {
        if items.is_empty() {
            missing_items(lower, &head.at, "items");
        }
        push(DraftKind::Recital { head, items }, node.span);
    } else if let Some(head) = map.text("operative").map(Reference::from) {
        let mut alternatives = Vec::new();
        for (variant, node) in map.entries("alternatives") {
            if find(variants, &variant.text).is_none() {
                unknown_variant(lower, variant, &motion.text, variants);
            }
            if let NodeKind::Sequence(nodes) = &*node.kind {
                let path = format!("{path}.{}", variant.text);
                alternatives.push((
                    Some(variant.text.clone()),
                    items_of(lower, map, "alternatives", nodes, &path),
                ));
            }
        }
        for (variant, _) in variants
            .iter()
            .filter(|_| map.get("alternatives").is_some())
        {
            if !alternatives
                .iter()
                .any(|(other, _)| other.as_deref() == Some(variant.as_ref()))
            {
                lower.diagnostics.push(
                    head.at
                        .error(
                            "incomplete-choice",
                            0..head.at.text.len(),
                            format!("there is no dictum for the variant `{}`", variant.text),
                        )
                        .hint(format!("add `{}` to `alternatives`", variant.text)),
                );
            }
        }
        match (alternatives.is_empty(), items.is_empty()) {
            (true, true) => missing_items(lower, &head.at, "items` or `alternatives"),
            (true, false) => alternatives.push((None, items)),
            (false, true) => {}
            (false, false) => {
                misplaced(lower, map, "items", "an `operative` without `alternatives`")
            }
        }
        let separator = lower.inline_of(map, "or").unwrap_or_default();
        if alternatives.len() > 1 && separator.is_empty() {
            missing_items(lower, &head.at, "or");
        }
        push(
            DraftKind::Operative {
                head,
                alternatives,
                separator,
            },
            node.span,
        );
    } else if let Some(text) = map.first_text("movers") {
        let lead = lower.inline_of(map, "movers").unwrap_or_default();
        let line = lower.inline_of(map, "line").unwrap_or_default();
        if line.is_empty() {
            missing_items(lower, text, "line");
        }
        push(DraftKind::Movers { lead, line, times }, node.span);
    } else if let Some(pieces) = lower.inline_of(map, "note") {
        push(DraftKind::Note(pieces), node.span);
    }
}

fn missing_items(lower: &mut Lower<'_>, at: &Text, key: &str) {
    lower.diagnostics.push(
        at.error(
            "missing-key",
            0..at.text.len().max(1),
            format!("the motion block has no `{key}`"),
        )
        .hint(format!("add `{key}` beside it")),
    );
}

fn unlike_columns(lower: &mut Lower<'_>, at: &Text, columns: usize, cells: usize) {
    lower.diagnostics.push(
        at.error(
            "unlike-columns",
            0..at.text.len().max(1),
            format!("the table has {columns} columns and {cells} cells in a row"),
        )
        .hint("give `columns` a head for each cell"),
    );
}

fn misplaced(lower: &mut Lower<'_>, map: &Map<'_>, key: &'static str, where_to: &str) {
    let Some(node) = map.get(key) else { return };
    // In a block of which nobody knows what it is, nothing is out of place.
    if !map.has_one_of() {
        return;
    }
    let first = match &*node.kind {
        NodeKind::Sequence(items) => items.first().and_then(Node::scalar),
        _ => None,
    };
    if let Some(text) = first {
        lower.diagnostics.push(
            text.error(
                "misplaced-key",
                0..text.text.len().max(1),
                format!("`{key}` stands where it is not used"),
            )
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
                    text.error(
                        "not-inline",
                        0..text.text.len().max(1),
                        "an item must begin with a paragraph of text",
                    )
                    .hint("write the item as running text; nested lists may follow it"),
                );
            }
            items.push(DraftItem { when, blocks });
        }
    }
    items
}
