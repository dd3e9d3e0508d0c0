//! Comparison of two files, line by line.

use std::fmt;

use crate::said::line::Line;
use crate::said::line::Role;
use crate::said::text::{fold, fold_into};

/// One string a line: label, space, text. White space is folded, no-break spaces and line breaks
/// included, and characters without width are left out, for a reader sees the same.
pub fn comparable(lines: &[Line]) -> Vec<String> {
    let one = |line: &Line| {
        let mut out = String::new();
        if let Some(label) = &line.label {
            fold_into(&mut out, label);
            out.push(' ');
        }
        fold_into(&mut out, &line.text);
        out.truncate(out.trim_end().len());
        out
    };
    lines.iter().map(one).collect()
}

/// The lines of one part of a document: from the heading with this text (folded as by
/// [`comparable`]) up to the next heading of its level or a higher one, then the footnotes to
/// which they refer, numbered anew from 1. Empty if there is no such heading.
pub fn section(lines: &[Line], heading: &str) -> Vec<Line> {
    let heading = fold(heading);
    let level = |line: &Line| match line.role {
        Role::Heading(level) => Some(level),
        Role::Paragraph | Role::ListItem | Role::Note => None,
    };
    let starts = |line: &Line| level(line).is_some() && fold(&line.text) == heading;
    let Some(start) = lines.iter().position(starts) else {
        return Vec::new();
    };
    let own = level(&lines[start]);
    let ends =
        |line: &Line| line.role == Role::Note || (level(line).is_some() && level(line) <= own);
    let end = lines[start + 1..]
        .iter()
        .position(ends)
        .map_or(lines.len(), |end| start + 1 + end);
    excerpt(lines, start..end)
}

/// A range of lines, with the footnotes to which they refer behind them, numbered anew from 1.
pub fn excerpt(lines: &[Line], range: std::ops::Range<usize>) -> Vec<Line> {
    let mut out: Vec<Line> = lines.get(range).unwrap_or_default().to_vec();
    let mut numbers: Vec<String> = Vec::new();
    let mut at = 0;
    while at < out.len() {
        out[at].text = renumber(&out[at].text, &mut numbers);
        at += 1;
        if at == out.len() {
            // Footnotes come when all text before them has been seen; each may refer to others.
            let have = out
                .iter()
                .filter(|line| line.role == Role::Note && line.label.is_some())
                .count();
            if let Some(number) = numbers.get(have) {
                let first = lines.iter().position(|line| {
                    line.role == Role::Note && line.label.as_ref() == Some(number)
                });
                let Some(first) = first else { break };
                let more = |line: &&Line| line.role == Role::Note && line.label.is_none();
                out.push(Line {
                    label: Some((have + 1).to_string()),
                    ..lines[first].clone()
                });
                out.extend(lines[first + 1..].iter().take_while(more).cloned());
            }
        }
    }
    out
}

/// Replaces every `[^n]` by the place of `n` among the numbers met so far.
fn renumber(text: &str, numbers: &mut Vec<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("[^") {
        let (before, after) = rest.split_at(start);
        out.push_str(before);
        let Some(end) = after.find(']') else {
            rest = after;
            break;
        };
        let number = &after[2..end];
        let at = numbers
            .iter()
            .position(|known| known == number)
            .unwrap_or_else(|| {
                numbers.push(number.to_owned());
                numbers.len() - 1
            });
        out.push_str(&format!("[^{}]", at + 1));
        rest = &after[end + 1..];
    }
    out.push_str(rest);
    out
}

/// Where two texts first differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The line, from 0.
    pub line: usize,
    /// The line on the left; `None` where there are no more.
    pub left: Option<String>,
    /// The line on the right; `None` where there are no more.
    pub right: Option<String>,
    /// The character of the line at which they part, from 0.
    pub column: usize,
}

/// The first difference of two lists of lines; `None` where they are equal.
pub fn first_difference(left: &[String], right: &[String]) -> Option<Difference> {
    let line = (0..left.len().max(right.len())).find(|at| left.get(*at) != right.get(*at))?;
    let (left, right) = (left.get(line).cloned(), right.get(line).cloned());
    let column = match (&left, &right) {
        (Some(left), Some(right)) => left
            .chars()
            .zip(right.chars())
            .take_while(|(a, b)| a == b)
            .count(),
        _ => 0,
    };
    Some(Difference {
        line,
        left,
        right,
        column,
    })
}

impl fmt::Display for Difference {
    /// Both lines, one below the other, with a mark where they part.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = |side: &Option<String>| side.clone().unwrap_or_else(|| "(no more lines)".into());
        writeln!(f, "line {}, character {}:", self.line + 1, self.column + 1)?;
        writeln!(f, "  left:  {}", side(&self.left))?;
        writeln!(f, "  right: {}", side(&self.right))?;
        write!(f, "         {:1$}^", "", self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::{comparable, first_difference, section};
    use crate::said::line::Line;
    use crate::said::line::Role;

    fn line(role: Role, label: Option<&str>, text: &str) -> Line {
        Line {
            role,
            depth: 0,
            label: label.map(str::to_owned),
            text: text.to_owned(),
        }
    }

    fn lines() -> Vec<Line> {
        vec![
            line(Role::Heading(1), None, "Bijlage"),
            line(Role::Paragraph, None, "Tekst[^1]"),
            line(Role::Heading(2), None, "Motie\u{A0}1"),
            line(Role::Heading(3), None, "verzoekt"),
            line(Role::ListItem, Some("a)"), "x[^3] y[^2]\nz"),
            line(Role::Heading(2), None, "Motie 2"),
            line(Role::Note, Some("1"), "een"),
            line(Role::Note, Some("2"), "twee"),
            line(Role::Note, Some("3"), "drie"),
            line(Role::Note, None, "drie, vervolg"),
        ]
    }

    #[test]
    fn a_section_has_its_own_notes() {
        let found = comparable(&section(&lines(), "Motie 1"));
        assert_eq!(
            found,
            [
                "Motie 1",
                "verzoekt",
                "a) x[^1] y[^2] z",
                "1 drie",
                "drie, vervolg",
                "2 twee"
            ]
        );
        assert!(section(&lines(), "Motie 3").is_empty());
    }

    #[test]
    fn one_changed_word_is_seen() {
        let left = comparable(&lines());
        let mut changed = lines();
        changed[4].text = "x[^3] w[^2]\nz".into();
        let difference = first_difference(&left, &comparable(&changed)).unwrap();
        assert_eq!((difference.line, difference.column), (4, 9));
        assert!(difference.to_string().contains("right: a) x[^3] w[^2] z\n"));
        assert_eq!(first_difference(&left, &left.clone()), None);
        changed = lines();
        changed[4].label = Some("b)".into());
        assert_eq!(
            first_difference(&left, &comparable(&changed)).unwrap().line,
            4
        );
        let shorter = first_difference(&left, &left[..3]).unwrap();
        assert_eq!((shorter.line, shorter.right), (3, None));
    }
}
