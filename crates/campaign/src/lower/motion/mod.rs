//! Lowering of motions, their variants and choices.

mod block;

use raadspost_content::{MotionKind, did_you_mean};
use raadspost_yaml::{Map, Text};

use super::Lower;
use crate::ast::{ChoiceDraft, MotionDraft, Piece, find};
use crate::language::Words;

pub(super) fn lower(lower: &mut Lower<'_>, key: &Text, map: &Map<'_>) -> MotionDraft {
    let mut variants = Vec::new();
    for (variant, node) in map.entries("variants") {
        lower.check_key(variant);
        if let Some(title) = lower.inline_in(node) {
            variants.push((variant.clone(), title));
        }
    }
    let choices = choices(lower, key, map, &variants);
    let mut body = Vec::new();
    for (index, node) in map.list("body").iter().enumerate() {
        let Some(block) = map.below("body").and_then(|object| Map::of(node, object)) else {
            continue;
        };
        let path = format!("motions.{}.body.{index}", key.text);
        body.extend(block::lower(lower, node, &block, &path, key, &variants));
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

/// The choices of a motion, each with its text for every variant.
fn choices(
    lower: &mut Lower<'_>,
    motion: &Text,
    map: &Map<'_>,
    variants: &Variants,
) -> Vec<(Text, ChoiceDraft)> {
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
            if find(variants, &variant.text).is_none() {
                unknown_variant(lower, variant, &motion.text, variants);
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
                    .mistake(
                        "incomplete-choice",
                        format!(
                            "the choice `{}` has no text for the variant `{}`",
                            choice.text, variant.text
                        ),
                    )
                    .hint(format!("add `{}` to its `options`", variant.text)),
            );
        }
        // In the order of the variants, so that all choices have the same order.
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
    choices
}

pub(super) type Variants = [(Text, Vec<Piece>)];

pub(super) fn unknown_variant(
    lower: &mut Lower<'_>,
    variant: &Text,
    motion: &str,
    variants: &Variants,
) {
    let names = variants.iter().map(|(name, _)| name.text.as_str());
    let hint = did_you_mean(&variant.text, names)
        .unwrap_or_else(|| "define it under `variants`".to_owned());
    lower.diagnostics.push(
        variant
            .mistake(
                "unknown-variant",
                format!("the motion `{motion}` has no variant `{}`", variant.text),
            )
            .hint(hint),
    );
}
