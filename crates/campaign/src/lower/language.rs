//! Lowering of languages: a fixed one, or several from which a column chooses.

use raadspost_content::LanguageTag;
use raadspost_yaml::{Map, Node, Text};

use super::Lower;
use crate::ast::{LanguageRule, Reference};

impl Lower<'_> {
    /// A fixed language, or several from which a column chooses.
    pub(super) fn language(&mut self, map: &Map<'_>) -> Option<LanguageRule> {
        map.get("language")?;
        if let Some(text) = map.get("language").and_then(Node::scalar) {
            return Some(LanguageRule {
                column: None,
                among: self.tag(text).into_iter().collect(),
            });
        }
        let rule = map.object("language")?;
        let written: Vec<&Text> = rule.list("among").iter().filter_map(Node::scalar).collect();
        let mut among: Vec<LanguageTag> = Vec::new();
        for text in &written {
            let Some(tag) = self.tag(text) else { continue };
            if among.contains(&tag) {
                self.diagnostics.push(
                    text.mistake(
                        "duplicate-language",
                        format!("the language `{tag}` is listed twice"),
                    )
                    .hint("remove one of the two"),
                );
            } else {
                among.push(tag);
            }
        }
        let column = rule.text("column").map(Reference::from);
        if let (true, Some(column)) = (written.is_empty(), &column) {
            self.diagnostics.push(
                column
                    .at
                    .mistake("missing-key", "no languages to choose from")
                    .hint("write `among: [nl-NL, fy-NL]`"),
            );
        }
        Some(LanguageRule { column, among })
    }

    /// A language tag.
    fn tag(&mut self, text: &Text) -> Option<LanguageTag> {
        let tag = LanguageTag::parse(text.text.trim());
        if tag.is_none() {
            self.diagnostics.push(
                text.mistake(
                    "wrong-value",
                    format!("`{}` is not a language tag", text.text),
                )
                .hint("write it like `nl-NL`, `en-GB` or `fy`"),
            );
        }
        tag
    }
}
