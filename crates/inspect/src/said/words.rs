//! Which words differ between two versions of a document.

use serde::Serialize;
use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::said::compare::comparable;
use crate::said::line::Line;

/// The change of some words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WordKind {
    /// In both versions.
    Kept,
    /// In the earlier version only.
    Removed,
    /// In the later version only.
    Added,
}

/// Words that share a fate, with single spaces between them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Word {
    /// Their change.
    pub kind: WordKind,
    /// The words.
    pub text: String,
}

/// A line that differs: a paragraph, a heading, an item or a footnote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangedLine {
    /// Its number in the later version, from 1; where the line is gone, that of the line that
    /// stands there now.
    pub line: usize,
    /// Its words, in order.
    pub words: Vec<Word>,
}

/// The lines that differ, in the order of the later version. White space and characters without
/// width do not count.
pub fn changed_lines(old: &[Line], new: &[Line]) -> Vec<ChangedLine> {
    let (old, new) = (comparable(old), comparable(new));
    let mut changed = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
        let (was, is) = match op {
            DiffOp::Equal { .. } => continue,
            DiffOp::Delete { .. } | DiffOp::Insert { .. } | DiffOp::Replace { .. } => {
                (op.old_range(), op.new_range())
            }
        };
        let from = is.start;
        let (was, is) = (&old[was], &new[is]);
        for at in 0..was.len().max(is.len()) {
            let before = was.get(at).map_or("", String::as_str);
            let after = is.get(at).map_or("", String::as_str);
            changed.push(ChangedLine {
                line: from + at.min(is.len().saturating_sub(1)) + 1,
                words: words(before, after),
            });
        }
    }
    changed
}

/// The words of two lines, side by side.
fn words(old: &str, new: &str) -> Vec<Word> {
    let (old, new): (Vec<&str>, Vec<&str>) = (
        old.split_whitespace().collect(),
        new.split_whitespace().collect(),
    );
    let mut words = Vec::new();
    let mut add = |kind, some: &[&str]| {
        if !some.is_empty() {
            let text = some.join(" ");
            words.push(Word { kind, text });
        }
    };
    for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
        match op {
            DiffOp::Equal { .. } => add(WordKind::Kept, &new[op.new_range()]),
            DiffOp::Delete { .. } | DiffOp::Insert { .. } | DiffOp::Replace { .. } => {
                add(WordKind::Removed, &old[op.old_range()]);
                add(WordKind::Added, &new[op.new_range()]);
            }
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::said::line::Role;

    fn lines(texts: &[&str]) -> Vec<Line> {
        let line = |text: &&str| Line {
            role: Role::Paragraph,
            depth: 0,
            label: None,
            text: (*text).to_owned(),
        };
        texts.iter().map(line).collect()
    }

    fn shown(old: &[&str], new: &[&str]) -> Vec<String> {
        let changed = changed_lines(&lines(old), &lines(new));
        let line = |line: &ChangedLine| {
            let words = line.words.iter().map(|word| match word.kind {
                WordKind::Kept => word.text.clone(),
                WordKind::Removed => format!("-{}-", word.text),
                WordKind::Added => format!("+{}+", word.text),
            });
            format!("{} {}", line.line, words.collect::<Vec<_>>().join(" "))
        };
        changed.iter().map(line).collect()
    }

    #[test]
    fn words_are_told_with_what_stands_around_them() {
        assert_eq!(
            shown(
                &["one", "the council of Utrecht asks", "three"],
                &["one", "the board of Utrecht asks", "three", "four"]
            ),
            ["2 the -council- +board+ of Utrecht asks", "4 +four+"]
        );
        assert_eq!(shown(&["a", "b", "c"], &["a", "c"]), ["2 -b-"]);
        assert_eq!(shown(&["a\u{A0}b"], &["a b"]), Vec::<String>::new());
        assert_eq!(shown(&["x"], &[]), ["1 -x-"]);
    }
}
