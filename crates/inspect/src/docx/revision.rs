//! Changes of a clerk in a Word file: fill-ins with their values, and changed paragraphs.
//!
//! A control of the original is found again by its tag, else by its binding, else by the text before
//! it, else by its place among those that are left; other programs than Word lose some of these.

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::document::{read_controls, read_masked, read_record};
use super::package::{Memory, Package};
use super::read::controls::Control;
use crate::error::ReadError;
use crate::said::compare::comparable;
use crate::said::line::Line;
use crate::said::text::fold;

/// How a control of the original was found again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoundBy {
    /// Its tag.
    Tag,
    /// Its binding to the record.
    Binding,
    /// The text before it in its paragraph.
    Text,
    /// Its place among the controls that are left.
    Order,
}

/// A control and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// Its key: the tag, else its place in the record, else its name or its text.
    pub key: String,
    /// The value; `None` if it is unchanged.
    pub value: Option<String>,
    /// How it was found; `None` if it was removed.
    pub found_by: Option<FoundBy>,
}

/// A place where paragraphs read otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The paragraphs of the original, with their labels.
    pub before: Vec<String>,
    /// The paragraphs in their place.
    pub after: Vec<String>,
}

/// The other side of the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// The original file.
    Original,
    /// The record in the file itself: the text of the motion, without title, particulars,
    /// signatures and votes.
    Record,
}

/// All that differs from the original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The other side of the comparison.
    pub against: Against,
    /// `titel` and `gemeentecode` of the record, where the file has one.
    pub title: Option<String>,
    /// Code of the municipality.
    pub code: Option<String>,
    /// The controls, in the order of the original.
    pub filled: Vec<Filled>,
    /// The paragraphs that read otherwise.
    pub changed: Vec<Changed>,
}

/// Compares a file with its original, or without one with the record in the file itself.
///
/// # Errors
/// When one of the files cannot be read, or there is neither an original nor a record.
pub fn compare_docx(edited: &[u8], original: Option<&[u8]>) -> Result<Revision, ReadError> {
    let memory = Memory::default();
    let package = Package::open(edited, &memory)?;
    let controls = read_controls(&package)?;
    let record = read_record(&package)?;
    let field = |name: &str| {
        let found = record.iter().find(|(known, _)| known == name);
        found.map(|(_, text)| text.clone())
    };
    let (against, old_controls, old_lines) = match original {
        Some(bytes) => {
            let package = Package::open(bytes, &memory)?;
            let lines = readable(&read_masked(&package, &[])?.lines);
            (Against::Original, read_controls(&package)?, lines)
        }
        None => {
            let texts = ["inhoud", "oudeTekst", "nieuweTekst", "toelichting"];
            let lines: Vec<String> = texts
                .iter()
                .filter_map(|name| field(name))
                .flat_map(|text| text.lines().map(unmarked).collect::<Vec<_>>())
                .collect();
            if lines.is_empty() {
                return Err(ReadError::MissingPart("record of the motion".into()));
            }
            // As it was made, each control showed its placeholder.
            let mut empty = controls.clone();
            for control in &mut empty {
                let shown = control.placeholder.clone();
                control.text = shown.unwrap_or_else(|| control.text.clone());
            }
            (Against::Record, empty, lines)
        }
    };
    let found = match_controls(&old_controls, &controls);
    let mut masks: Vec<String> = controls
        .iter()
        .map(|control| control.text.clone())
        .collect();
    let mut filled = Vec::new();
    for (old, found) in old_controls.iter().zip(&found) {
        let value = found.and_then(|(at, _)| {
            masks[at].clone_from(&old.text);
            let new = &controls[at];
            let same = fold(&new.text) == fold(&old.text) || new.text.trim().is_empty();
            (!new.is_empty && !same).then(|| new.text.clone())
        });
        filled.push(Filled {
            key: key(old),
            value,
            found_by: found.map(|(_, by)| by),
        });
    }
    let new_lines = readable(&read_masked(&package, &masks)?.lines);
    let changed = changes(&old_lines, &new_lines, against);
    Ok(Revision {
        against,
        title: field("titel"),
        code: field("gemeentecode"),
        filled,
        changed,
    })
}

/// Lines with their numbers and letters, but without dashes and bullets, which every program writes
/// in a way of its own.
fn readable(lines: &[Line]) -> Vec<String> {
    let plain = |line: &Line| Line {
        label: line
            .label
            .clone()
            .filter(|label| label.chars().any(char::is_alphanumeric)),
        ..line.clone()
    };
    comparable(&lines.iter().map(plain).collect::<Vec<_>>())
}

/// A line of the record, without its dash or bullet.
fn unmarked(line: &str) -> String {
    fold(line.trim_start_matches("– ").trim_start_matches("• "))
}

/// The key of a control: its tag, else its place in the record, else its name or its text.
fn key(control: &Control) -> String {
    let place = control.binding.as_ref().map(|path| {
        let path = path.trim_start_matches("/m:informatieobject[1]/");
        path.replace("m:", "").replace("[1]", "")
    });
    let name = control.tag.clone().or(place).or(control.alias.clone());
    name.unwrap_or_else(|| control.text.clone())
}

/// For each control of the original, where it is now.
fn match_controls(old: &[Control], new: &[Control]) -> Vec<Option<(usize, FoundBy)>> {
    type Same = fn(&Control, &Control) -> bool;
    let rules: [(FoundBy, Same); 4] = [
        (FoundBy::Tag, |a, b| a.tag.is_some() && a.tag == b.tag),
        (FoundBy::Binding, |a, b| {
            a.binding.is_some() && a.binding == b.binding
        }),
        (FoundBy::Text, |a, b| {
            let before = fold(&a.before);
            !before.is_empty() && a.entry == b.entry && before == fold(&b.before)
        }),
        (FoundBy::Order, |a, b| a.entry == b.entry),
    ];
    let mut taken = vec![false; new.len()];
    let mut found: Vec<Option<(usize, FoundBy)>> = vec![None; old.len()];
    for (by, same) in rules {
        for (control, found) in old.iter().zip(&mut found) {
            if found.is_some() {
                continue;
            }
            let free = |(at, other): &(usize, &Control)| !taken[*at] && same(control, other);
            if let Some((at, _)) = new.iter().enumerate().find(free) {
                taken[at] = true;
                *found = Some((at, by));
            }
        }
    }
    found
}

fn changes(old: &[String], new: &[String], against: Against) -> Vec<Changed> {
    let mut changed = Vec::new();
    for operation in capture_diff_slices(Algorithm::Myers, old, new) {
        let (before, after) = match operation {
            DiffOp::Equal { .. } => continue,
            // The record does not hold all paragraphs, so a further one is no change.
            DiffOp::Insert { .. } if against == Against::Record => continue,
            other => (&old[other.old_range()], &new[other.new_range()]),
        };
        changed.push(Changed {
            before: before.to_vec(),
            after: after.to_vec(),
        });
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docx::read::controls::Entry;

    fn control(tag: Option<&str>, binding: Option<&str>, before: &str) -> Control {
        Control {
            tag: tag.map(str::to_owned),
            alias: None,
            binding: binding.map(str::to_owned),
            entry: Entry::Text,
            text: "[x]".into(),
            is_empty: true,
            placeholder: None,
            before: before.into(),
        }
    }

    #[test]
    fn a_control_is_found_by_the_best_that_is_left_of_it() {
        let old = [
            control(Some("a"), Some("/a"), "een "),
            control(Some("b"), Some("/b"), "twee "),
            control(Some("c"), Some("/c"), "drie "),
            control(None, None, ""),
        ];
        let new = [
            control(None, None, "drie "),
            control(Some("a"), None, "elders "),
            control(None, Some("/b"), "elders "),
            control(None, None, "geheel anders "),
        ];
        let found = match_controls(&old, &new);
        assert_eq!(
            found,
            [
                Some((1, FoundBy::Tag)),
                Some((2, FoundBy::Binding)),
                Some((0, FoundBy::Text)),
                Some((3, FoundBy::Order)),
            ]
        );
        assert_eq!(match_controls(&old[..1], &[]), [None]);
    }

    #[test]
    fn a_paragraph_that_reads_otherwise_is_shown_with_its_place() {
        let lines = |lines: &[&str]| {
            lines
                .iter()
                .map(|line| (*line).to_owned())
                .collect::<Vec<_>>()
        };
        let (old, new) = (lines(&["a", "b", "c"]), lines(&["a", "B", "c", "d"]));
        let found = changes(&old, &new, Against::Original);
        assert_eq!(found.len(), 2);
        assert_eq!(
            (found[0].before.clone(), found[0].after.clone()),
            (lines(&["b"]), lines(&["B"]))
        );
        assert_eq!(found[1].after, lines(&["d"]));
        assert_eq!(changes(&old, &new, Against::Record).len(), 1);
    }
}
