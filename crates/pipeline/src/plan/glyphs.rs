//! Characters in register values that a renderer cannot show.

use std::collections::{BTreeMap, HashMap};

use raadspost_content::{Diagnostic, Format, Renderer, Values, is_unprintable};

/// Results for the characters encountered so far, by format. Grows at most to the size of Unicode,
/// however long the register.
#[derive(Default)]
pub(crate) struct Glyphs {
    known: BTreeMap<Format, HashMap<char, bool>>,
}

/// A value with its unsupported characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Missing {
    value: String,
    characters: Vec<char>,
}

impl Glyphs {
    /// The values of a document that cannot be shown, each once, in order of appearance.
    pub(crate) fn missing(&mut self, renderer: &dyn Renderer, values: &Values) -> Vec<Missing> {
        let mut found = Vec::new();
        self.collect(renderer, values, &mut found);
        found
    }

    fn collect(&mut self, renderer: &dyn Renderer, values: &Values, found: &mut Vec<Missing>) {
        for value in &values.slots {
            let characters = self.characters(renderer, value);
            let missing = Missing {
                value: value.clone(),
                characters,
            };
            if !missing.characters.is_empty() && !found.contains(&missing) {
                found.push(missing);
            }
        }
        for member in &values.members {
            self.collect(renderer, member, found);
        }
    }

    fn characters(&mut self, renderer: &dyn Renderer, text: &str) -> Vec<char> {
        let known = self.known.entry(renderer.format()).or_default();
        if text
            .chars()
            .all(|c| known.get(&c).copied().unwrap_or(false))
        {
            return Vec::new();
        }
        let missing = renderer.missing_characters(text);
        for c in text.chars() {
            known.insert(c, !missing.contains(&c));
        }
        missing
    }
}

impl Missing {
    /// Whether a document shows the value.
    pub(crate) fn stands_in(&self, values: &Values) -> bool {
        values.slots.contains(&self.value)
            || values.members.iter().any(|member| self.stands_in(member))
    }

    /// As a diagnostic without location.
    pub(crate) fn diagnostic(&self) -> Diagnostic {
        let named: Vec<String> = self.characters.iter().map(|c| character(*c)).collect();
        let what = if named.len() == 1 {
            "a character"
        } else {
            "characters"
        };
        Diagnostic::error(
            "missing-glyph",
            format!(
                "no font has {what} of `{}`: {}",
                printable(&self.value),
                named.join(", ")
            ),
        )
        .hint("write the value with other characters")
    }
}

/// A character with its number: `U+1F600 😀`; the number alone if it is invisible.
fn character(c: char) -> String {
    let number = u32::from(c);
    if c.is_whitespace() || c.escape_debug().count() > 1 {
        format!("U+{number:04X}")
    } else {
        format!("U+{number:04X} {c}")
    }
}

/// A value in which unprintable characters, such as terminal controls, are written as `\u{…}`.
fn printable(value: &str) -> String {
    let mut out = String::new();
    for c in value.chars() {
        if is_unprintable(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_named_and_steer_no_terminal() {
        let missing = Missing {
            value: "Ut\u{1b}[1mrecht 😀\u{202e}".into(),
            characters: vec!['\u{1b}', '😀', '\u{202e}'],
        };
        assert_eq!(
            missing.diagnostic().message,
            "no font has characters of `Ut\\u{1b}[1mrecht 😀\\u{202e}`: U+001B, U+1F600 😀, U+202E"
        );
    }
}
