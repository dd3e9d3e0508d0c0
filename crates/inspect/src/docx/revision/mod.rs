//! Changes of a clerk in a Word file: fill-ins with their values, and changed paragraphs.
//!
//! A control of the original is found again by its tag, else by its binding, else by the text before
//! it, else by its place among those that are left; other programs than Word lose some of these.

use similar::{Algorithm, DiffOp, capture_diff_slices};

mod words;

use super::document::{read_controls, read_placed, read_properties};
use super::package::{Memory, Package};
use super::read::body::Placed;
use super::read::controls::Control;
use super::record::{self, Record};
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
    /// The record in the file itself: the text of the motion, without particulars, signatures and
    /// votes.
    Record,
}

/// What a file says that it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Identity {
    /// Whether the file has the record of a motion, so that it can be compared without an original.
    pub has_record: bool,
    /// `titel` of the record, else of the custom properties, which LibreOffice keeps where it loses
    /// the record; so too what follows.
    pub title: Option<String>,
    /// Code of the municipality.
    pub code: Option<String>,
    /// Name of the municipality.
    pub municipality: Option<String>,
    /// The id of the document in its campaign.
    pub document: Option<String>,
    /// Its language tag.
    pub language: Option<String>,
}

/// All that differs from the original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The other side of the comparison.
    pub against: Against,
    /// Whether the original is the very version from which the file was made; `None` if one of the
    /// two has no record, or there is no original.
    pub same_version: Option<bool>,
    /// What the file says that it is.
    pub identity: Identity,
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
    let package = open(edited, &memory)?;
    let controls = read_controls(&package)?;
    let records = record::read(&package)?;
    let properties = read_properties(&package)?;
    let mut same_version = None;
    let mut old_lines = Vec::new();
    let against = match original {
        Some(_) => Against::Original,
        None => Against::Record,
    };
    let old_controls = match original {
        Some(bytes) => {
            let other = open(bytes, &memory)?;
            let theirs = record::read(&other)?;
            let known = !records.is_empty() && !theirs.is_empty();
            same_version = known.then(|| is_same_version(&records, &theirs));
            old_lines = readable(&lines(read_placed(&other, &[])?));
            read_controls(&other)?
        }
        None if !records.iter().any(Record::is_motion) => {
            return Err(ReadError::MissingPart("record of the motion".into()));
        }
        // As it was made, each control showed its placeholder.
        None => controls.iter().map(emptied).collect(),
    };
    let found = match_controls(&old_controls, &controls);
    let mut masks: Vec<String> = controls
        .iter()
        .map(|control| control.text.clone())
        .collect();
    let mut filled: Vec<Filled> = Vec::new();
    for (old, found) in old_controls.iter().zip(&found) {
        let value = found.and_then(|(at, _)| {
            masks[at].clone_from(&old.text);
            let new = &controls[at];
            let same = fold(&new.text) == fold(&old.text);
            (!same).then(|| value(new).map(str::to_owned)).flatten()
        });
        let one = Filled {
            key: key(old),
            value,
            found_by: found.map(|(_, by)| by),
        };
        // One place may be shown several times.
        let said = |known: &Filled| known.key == one.key && known.value == one.value;
        if !filled.iter().any(said) {
            filled.push(one);
        }
    }
    let placed = read_placed(&package, &masks)?;
    let changed = match original {
        Some(_) => changes(&old_lines, &readable(&lines(placed))),
        None => against_records(&records, property(&properties, "titel"), &placed),
    };
    Ok(Revision {
        against,
        same_version,
        identity: identity(&records, &properties),
        filled,
        changed,
    })
}

/// What a file says that it is.
///
/// # Errors
/// When the file cannot be read.
pub fn identify_docx(bytes: &[u8]) -> Result<Identity, ReadError> {
    let memory = Memory::default();
    let package = open(bytes, &memory)?;
    let records = record::read(&package)?;
    Ok(identity(&records, &read_properties(&package)?))
}

/// A custom property.
fn property<'a>(properties: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = properties.iter().find(|(known, _)| known == name);
    found.map(|(_, text)| text.as_str())
}

fn identity(records: &[Record], properties: &[(String, String)]) -> Identity {
    let first = records.first();
    let either = |own: Option<&str>, name: &str| {
        own.or_else(|| property(properties, name))
            .map(str::to_owned)
    };
    let field = |name: &str| either(first.and_then(|first| first.field(name)), name);
    Identity {
        has_record: records.iter().any(Record::is_motion),
        title: field("titel"),
        code: either(first.and_then(Record::code), "gemeentecode"),
        municipality: either(first.and_then(Record::municipality), "gemeentenaam"),
        document: either(first.and_then(Record::document), "document"),
        language: field("taal"),
    }
}

/// The records of a file, written anew from what it shows: places that are filled in, titles, and the
/// texts of the motions. A text in which a place is open, or that has two alternatives, stays marked
/// as a concept; rows of movers and votes in which nothing is filled in are left out. The records of
/// the original are filled in where the file has lost its own.
///
/// # Errors
/// When a file cannot be read, or neither has a record.
pub fn renew_records(edited: &[u8], original: Option<&[u8]>) -> Result<Vec<String>, ReadError> {
    let memory = Memory::default();
    let package = open(edited, &memory)?;
    let controls = read_controls(&package)?;
    let mut records = record::read(&package)?;
    if let (true, Some(original)) = (records.is_empty(), original) {
        records = record::read(&open(original, &memory)?)?;
    }
    if records.is_empty() {
        return Err(ReadError::MissingPart("record of the motion".into()));
    }
    let placed = read_placed(&package, &[])?;
    let is_only = records.len() == 1;
    let motions = motions(&records, &placed);
    for (record, motion) in records.iter_mut().zip(motions) {
        let own: Vec<(&str, Option<&str>)> = controls
            .iter()
            .filter(|control| is_only || control.store == record.store)
            .filter_map(|control| Some((control.binding.as_deref()?, recorded(control))))
            .collect();
        // A place may be shown several times, and other programs than Word fill in one of them.
        for (path, value) in own.iter().filter(|(_, value)| value.is_none()) {
            record.set(path, value.unwrap_or_default());
        }
        for (path, value) in own.iter().filter(|(_, value)| value.is_some()) {
            record.set(path, value.unwrap_or_default());
        }
        record.without_empty_rows();
        let Some(motion) = motion else { continue };
        if let Some(title) = words::title(&placed, motion) {
            record.renew("titel", 0, &title, false);
        }
        let texts = words::texts(&placed, motion);
        for (at, text) in texts.iter().enumerate() {
            let lines: Vec<String> = text.lines.iter().map(words::plain).collect();
            let nth = texts[..at]
                .iter()
                .filter(|one| one.name == text.name)
                .count();
            let is_open = |at: &usize| controls.get(*at).is_some_and(|one| value(one).is_none());
            let concept = text.has_alternatives || text.controls.iter().any(is_open);
            record.renew(text.name, nth, &lines.join("\n"), concept);
        }
    }
    Ok(records.iter().map(Record::to_xml).collect())
}

/// Opens a Word file, and says what another kind of file is.
fn open<'a>(bytes: &'a [u8], memory: &Memory) -> Result<Package<'a>, ReadError> {
    let head = &bytes[..bytes.len().min(256)];
    let has = |text: &[u8]| head.windows(text.len()).any(|window| window == text);
    let kind = if head.starts_with(b"\xD0\xCF\x11\xE0") {
        Some("a Word file of before 2007 (`.doc`), or one with a password")
    } else if has(b"application/vnd.oasis.opendocument") {
        Some("an OpenDocument text (`.odt`)")
    } else if head.starts_with(b"{\\rtf") {
        Some("a file in Rich Text Format (`.rtf`)")
    } else if head.starts_with(b"%PDF") {
        Some("a PDF")
    } else {
        None
    };
    match kind {
        Some(kind) => Err(ReadError::NotWord(kind)),
        None => Package::open(bytes, memory),
    }
}

/// Whether two files were made from one version of one document: its texts as they were made, its
/// municipality and its id are equal.
fn is_same_version(one: &[Record], other: &[Record]) -> bool {
    one.len() == other.len()
        && one.iter().zip(other).all(|(one, other)| {
            one.document() == other.document()
                && one.code() == other.code()
                && one.concepts().eq(other.concepts())
        })
}

/// The motion of each record, as [`Placed::motion`] has it; `None` for the record of places outside of
/// motions.
fn motions(records: &[Record], placed: &[Placed]) -> Vec<Option<usize>> {
    let numbered = placed.iter().any(|one| one.motion > 0);
    let motions = records.iter().enumerate().map(|(at, record)| {
        let number = if numbered { at + 1 } else { 0 };
        record.is_motion().then_some(number)
    });
    motions.collect()
}

/// What differs from the texts that the records had when the file was made; `title` is the title that
/// it had then.
fn against_records(records: &[Record], title: Option<&str>, placed: &[Placed]) -> Vec<Changed> {
    let mut changed = Vec::new();
    for (record, motion) in records.iter().zip(motions(records, placed)) {
        let Some(motion) = motion else { continue };
        let was_bound = record.concepts().all(|(name, _)| name != "titel");
        let shown = words::title(placed, motion);
        if let (Some(old), Some(new), true, 1) = (title, shown, was_bound, records.len()) {
            changed.extend(changes(&[fold(old)], &[fold(&new)]));
        }
        let texts = words::texts(placed, motion);
        let old: Vec<(&str, &str)> = record
            .concepts()
            .filter(|(name, _)| *name != "titel")
            .collect();
        // A text that one side lacks is all change.
        for at in 0..old.len().max(texts.len()) {
            let before = old.get(at).map_or("", |(_, text)| text);
            let before: Vec<String> = before
                .lines()
                .map(unmarked)
                .filter(|line| !line.is_empty())
                .collect();
            let after = texts.get(at).map_or(&[][..], |text| &text.lines[..]);
            let after: Vec<Line> = after.iter().map(without_marks).collect();
            let after: Vec<String> = readable(&after)
                .into_iter()
                .filter(|line| !line.is_empty())
                .collect();
            changed.extend(changes(&before, &after));
        }
    }
    changed
}

fn without_marks(line: &Line) -> Line {
    Line {
        text: words::without_marks(&line.text),
        ..line.clone()
    }
}

fn lines(placed: Vec<Placed>) -> Vec<Line> {
    placed.into_iter().map(|one| one.line).collect()
}

/// A control as it was when the file was made.
fn emptied(control: &Control) -> Control {
    let mut control = control.clone();
    if let Some(placeholder) = &control.placeholder {
        control.text.clone_from(placeholder);
    }
    control
}

/// What is filled in at a place; `None` if nothing is.
fn value(control: &Control) -> Option<&str> {
    let text = control.text.trim();
    // Other programs than Word may leave neither the mark nor the placeholder.
    let is_open = match &control.placeholder {
        Some(placeholder) => fold(placeholder) == fold(text),
        None => text.starts_with('[') && text.ends_with(']'),
    };
    (!control.is_empty && !text.is_empty() && !is_open).then_some(text)
}

/// The same as a record has it: a date that Word keeps as `2023-02-24`.
fn recorded(control: &Control) -> Option<&str> {
    let text = value(control)?;
    let date = control.date.as_deref().and_then(|date| date.get(..10));
    Some(date.unwrap_or(text))
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
    let bare = line.strip_prefix("– ").or(line.strip_prefix("• "));
    fold(bare.unwrap_or(line))
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

fn changes(old: &[String], new: &[String]) -> Vec<Changed> {
    let mut changed = Vec::new();
    for operation in capture_diff_slices(Algorithm::Myers, old, new) {
        let (before, after) = match operation {
            DiffOp::Equal { .. } => continue,
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
            store: None,
            date: None,
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
        let found = changes(&old, &new);
        assert_eq!(found.len(), 2);
        assert_eq!(
            (found[0].before.clone(), found[0].after.clone()),
            (lines(&["b"]), lines(&["B"]))
        );
        assert_eq!(found[1].after, lines(&["d"]));
    }
}
