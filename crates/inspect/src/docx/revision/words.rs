//! The texts of a motion as its record has them, read from the paragraphs of the file.

use crate::docx::read::body::{Placed, Share};
use crate::said::line::{Line, Role};

/// A text of a motion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text {
    /// The name of its element, such as `inhoud`.
    pub(super) name: &'static str,
    /// Its paragraphs.
    pub(super) lines: Vec<Line>,
    /// The controls in it, by their places among all of the document.
    pub(super) controls: Vec<usize>,
    /// Whether it holds two alternatives, of which the clerk keeps one.
    pub(super) has_alternatives: bool,
}

/// The texts of a motion, `inhoud` first; `motion` as [`Placed::motion`] has it.
pub(super) fn texts(placed: &[Placed], motion: usize) -> Vec<Text> {
    let new = |name| Text {
        name,
        lines: Vec::new(),
        controls: Vec::new(),
        has_alternatives: false,
    };
    let mut content = new("inhoud");
    let mut wordings: Vec<(usize, Text)> = Vec::new();
    for one in placed.iter().filter(|one| one.motion == motion) {
        let text = match one.share {
            Share::Title | Share::Beside => continue,
            Share::Content => &mut content,
            Share::Separator => {
                content.has_alternatives = true;
                &mut content
            }
            Share::Wording(name, at) => {
                if wordings.last().is_none_or(|(last, _)| *last != at) {
                    wordings.push((at, new(name)));
                }
                let last = wordings.len() - 1;
                let text = &mut wordings[last].1;
                let is_head = text.lines.is_empty() && text.controls.is_empty();
                if is_head && matches!(one.line.role, Role::Heading(_)) {
                    continue;
                }
                text
            }
        };
        text.lines.push(one.line.clone());
        text.controls.extend(one.controls.clone());
    }
    let wordings = wordings.into_iter().map(|(_, text)| text);
    std::iter::once(content).chain(wordings).collect()
}

/// The title of a motion, if the file shows one.
pub(super) fn title(placed: &[Placed], motion: usize) -> Option<String> {
    let mut titles = placed
        .iter()
        .filter(|one| one.motion == motion && one.share == Share::Title);
    titles.next().map(|one| plain(&one.line))
}

/// A paragraph on one line, with its label, and without marks of footnotes.
pub(super) fn plain(line: &Line) -> String {
    let text = without_marks(&line.text).replace('\n', " ");
    match &line.label {
        Some(label) => format!("{label} {text}"),
        None => text,
    }
}

/// A text without `[^1]`.
pub(super) fn without_marks(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("[^") {
        out.push_str(before);
        let number = after.split_once(']').filter(|(number, _)| {
            !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
        });
        match number {
            Some((_, behind)) => rest = behind,
            None => {
                out.push_str("[^");
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::without_marks;

    #[test]
    fn marks_of_footnotes_go_and_brackets_stay() {
        for (text, expected) in [
            ("a[^1] b[^23].", "a b."),
            ("[^] [^x] [^1", "[^] [^x] [^1"),
            ("[datum]", "[datum]"),
        ] {
            assert_eq!(without_marks(text), expected);
        }
    }
}
