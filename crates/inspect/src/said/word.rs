//! The words of a Word file against those of its document, from first to last.
//!
//! A letter in Word has one paragraph for what are several lines on paper, so paragraphs that follow
//! each other are compared as one text; headings, list items and footnotes one by one.

use raadspost_content::{Body, Shape, Values};

use super::document::{Said, documents};
use super::line::{Line, Role};
use super::text::{fold, fold_into};

/// Levels below this one share the style of it in Word.
const DEEPEST: u8 = 6;

/// A passage that is compared as one.
#[derive(Debug, PartialEq)]
struct Passage {
    role: Role,
    text: String,
}

/// Passages, one after the other.
#[derive(Default)]
struct Passages(Vec<Passage>);

impl Passages {
    fn add(&mut self, role: Role, text: &str) {
        match self.0.last_mut() {
            Some(last) if role == Role::Paragraph && last.role == role => {
                fold_into(&mut last.text, " ");
                fold_into(&mut last.text, text);
            }
            _ => self.0.push(Passage {
                role,
                text: fold(text),
            }),
        }
    }

    fn trimmed(mut self) -> Vec<Passage> {
        for passage in &mut self.0 {
            passage.text.truncate(passage.text.trim_end().len());
        }
        self.0
    }
}

/// Where a Word file says something else than its document, in one sentence; `None` if nowhere.
pub(crate) fn difference(shape: &Shape, values: &Values, lines: &[Line]) -> Option<String> {
    // In a letter, what is a line on paper may be a heading here.
    let is_letter = matches!(shape.body, Body::Letter(_));
    let role = |role: Role| match role {
        Role::Heading(_) if is_letter => Role::Paragraph,
        Role::Heading(level) => Role::Heading(level.min(DEEPEST)),
        other => other,
    };
    let mut expected = Passages::default();
    for document in documents(shape, values, &|_, _| false) {
        for Said { role: of, text } in document.lines.iter().chain(&document.notes) {
            expected.add(role(*of), text);
        }
    }
    let mut found = Passages::default();
    for line in lines {
        match &line.label {
            Some(label) => found.add(role(line.role), &format!("{label} {}", line.text)),
            None => found.add(role(line.role), &line.text),
        }
    }
    let (expected, found) = (expected.trimmed(), found.trimmed());
    let at = (0..expected.len().max(found.len())).find(|at| expected.get(*at) != found.get(*at))?;
    Some(match (expected.get(at), found.get(at)) {
        (Some(expected), Some(found)) if expected.text == found.text => format!(
            "the finished file has `{}` as {}, not as {}",
            excerpt(&found.text, 0),
            named(found.role),
            named(expected.role)
        ),
        (Some(expected), Some(found)) => {
            let same = expected.text.chars().zip(found.text.chars());
            let same = same.take_while(|(one, other)| one == other).count();
            format!(
                "the finished file says `{}`, not `{}`",
                excerpt(&found.text, same),
                excerpt(&expected.text, same)
            )
        }
        (Some(expected), None) => format!(
            "the finished file ends before `{}`",
            excerpt(&expected.text, 0)
        ),
        (None, found) => format!(
            "the finished file goes on with `{}`",
            found.map_or_else(String::new, |found| excerpt(&found.text, 0))
        ),
    })
}

/// Some words of a text round the character at which it differs.
fn excerpt(text: &str, at: usize) -> String {
    const BEFORE: usize = 20;
    const LONGEST: usize = 60;
    let from = at.saturating_sub(BEFORE);
    let mut words: String = text.chars().skip(from).take(LONGEST).collect();
    if from > 0 {
        words.insert(0, '…');
    }
    if text.chars().count() > from + LONGEST {
        words.push('…');
    }
    words
}

fn named(role: Role) -> String {
    match role {
        Role::Heading(level) => format!("a heading of level {level}"),
        Role::Paragraph => "a paragraph".into(),
        Role::ListItem => "a list item".into(),
        Role::Note => "a footnote".into(),
    }
}
