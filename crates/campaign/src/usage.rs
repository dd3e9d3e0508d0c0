//! Usage of the conditions, variants and overrides of a campaign, counted in municipalities: one
//! that is never used is a typing mistake or a rule that matches no one.

use std::collections::BTreeMap;

use raadspost_content::{Body, Pack, Part, Shape};
use serde::Serialize;

use crate::campaign::Campaign;
use crate::condition::Truth;
use crate::register::Municipality;

/// Usage of each condition, variant and override.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Usage {
    /// Each condition of the campaign, in file order; equal ones are grouped.
    pub conditions: Vec<ConditionUse>,
    /// Each variant of each motion.
    pub variants: Vec<VariantUse>,
    /// Codes with overrides, and whether the register has them.
    pub overrides: BTreeMap<String, u64>,
    /// Number of municipalities that get a document, by document id; counted once for all formats.
    pub documents: BTreeMap<String, u64>,
}

/// How often a condition holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConditionUse {
    /// Its text.
    pub condition: String,
    /// Its source lines, from 1.
    pub lines: Vec<usize>,
    /// Municipalities for which it holds.
    pub holds: u64,
    /// Number for which it is false.
    pub fails: u64,
    /// Number for which it is unknown, because a value is missing.
    pub undecided: u64,
}

/// Number of municipalities that get a motion in a variant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VariantUse {
    /// The motion's key.
    pub motion: String,
    /// The variant; `None` for the motion with all alternatives shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// Municipalities that get it.
    pub packs: u64,
}

impl Campaign {
    /// The count before the first municipality.
    pub fn usage(&self) -> Usage {
        let draft = self.draft();
        let mut usage = Usage::default();
        for condition in &draft.conditions {
            let (text, line) = condition.text_and_line();
            match usage
                .conditions
                .iter_mut()
                .find(|one| one.condition == text)
            {
                Some(one) => one.lines.push(line),
                None => usage.conditions.push(ConditionUse {
                    condition: text,
                    lines: vec![line],
                    holds: 0,
                    fails: 0,
                    undecided: 0,
                }),
            }
        }
        for one in &mut usage.conditions {
            one.lines.sort_unstable();
            one.lines.dedup();
        }
        usage
            .conditions
            .sort_by_key(|one| one.lines.first().copied());
        for motion in &draft.motions {
            for (variant, _) in &motion.variants {
                usage.variants.push(VariantUse {
                    motion: motion.key.text.clone(),
                    variant: Some(variant.text.clone()),
                    packs: 0,
                });
            }
        }
        let codes = self.overridden_codes().map(|code| (code.to_owned(), 0));
        usage.overrides = codes.collect();
        let ids = self
            .documents()
            .iter()
            .map(|document| (document.id.clone(), 0));
        usage.documents = ids.collect();
        usage
    }

    /// Counts one municipality and its pack.
    pub fn tally(&self, usage: &mut Usage, municipality: &Municipality, pack: &Pack) {
        let mut counted = Vec::new();
        for condition in &self.draft().conditions {
            let (text, _) = condition.text_and_line();
            if counted.contains(&text) {
                continue;
            }
            if let Some(one) = usage
                .conditions
                .iter_mut()
                .find(|one| one.condition == text)
            {
                match condition.evaluate(municipality) {
                    Truth::True => one.holds += 1,
                    Truth::False => one.fails += 1,
                    Truth::Missing(_) => one.undecided += 1,
                }
            }
            counted.push(text);
        }
        if let Some(uses) = usage.overrides.get_mut(municipality.code()) {
            *uses += 1;
        }
        let mut variants = Vec::new();
        let mut seen = Vec::new();
        for document in &pack.documents {
            motions(&document.shape, &mut variants);
            if !seen.contains(&&document.document) {
                seen.push(&document.document);
                *usage
                    .documents
                    .entry(document.document.clone())
                    .or_default() += 1;
            }
        }
        variants.sort();
        variants.dedup();
        for (motion, variant) in variants {
            let known =
                |one: &&mut VariantUse| one.motion == motion && one.variant.as_deref() == variant;
            match usage.variants.iter_mut().find(known) {
                Some(one) => one.packs += 1,
                None => usage.variants.push(VariantUse {
                    motion: motion.to_owned(),
                    variant: variant.map(str::to_owned),
                    packs: 1,
                }),
            }
        }
    }
}

/// The motions of a document, with their variants.
fn motions<'a>(shape: &'a Shape, into: &mut Vec<(&'a str, Option<&'a str>)>) {
    match &shape.body {
        Body::Letter(_) => {}
        Body::Parts { parts, .. } => {
            for part in parts {
                if let Part::Motion(motion) = part {
                    into.push((&motion.id, motion.variant.as_deref()));
                }
            }
        }
        Body::Collection(members) => members.iter().for_each(|member| motions(member, into)),
    }
}
