//! Lowering of places for the clerk to fill in.

use raadspost_yaml::{Kind, Map, Node, NodeKind, Text, Texts, texts};

use super::Lower;
use crate::ast::{FillInDraft, FillInDraftKind};
use crate::keys::campaign::CAMPAIGN;
use crate::language::Words;
use crate::parse::delimiters;

impl Lower<'_> {
    /// Reports a literal fill-in label in a text: the clerk would see a placeholder that cannot be
    /// filled in.
    pub(super) fn typed_fill_ins(&mut self, root: &Node, map: &Map<'_>) {
        let mut labels: Vec<(&str, &str)> = Vec::new();
        for (key, node) in map.entries("fill-ins") {
            let NodeKind::Mapping(entries) = &*node.kind else {
                continue;
            };
            let label = entries.iter().find(|(key, _)| key.text == "label");
            match label.and_then(|(_, label)| texts(label)) {
                Some(Texts::One(label)) => labels.push((&key.text, label.text.trim())),
                Some(Texts::Each(each)) => {
                    let each = each.into_iter().map(|(_, _, label)| label.text.trim());
                    labels.extend(each.map(|label| (key.text.as_str(), label)));
                }
                None => {}
            }
        }
        let mut found = Vec::new();
        static ROOT: Kind = Kind::Object(&CAMPAIGN);
        raadspost_yaml::texts_with_fields(root, &ROOT, &mut found);
        for text in found {
            for (key, label) in &labels {
                let typed = format!("[{label}]");
                for (at, _) in text.text.match_indices(&typed) {
                    let end = at + typed.len();
                    let is_link = text.text[end..].starts_with(['(', '[', ':']);
                    if label.is_empty() || is_link || delimiters::is_escaped(&text.text, at) {
                        continue;
                    }
                    self.diagnostics.push(
                        text.error("typed-fill-in", at..end, format!("`{typed}` is plain text and cannot be filled in"))
                            .hint(format!("write `{{{{ fill.{key} }}}}`; write `\\{typed}` to print the text itself")),
                    );
                }
            }
        }
    }

    pub(super) fn fill_in(&mut self, key: &Text, map: &Map<'_>) -> FillInDraft {
        let options: Vec<Words> = map
            .list("options")
            .iter()
            .filter_map(|node| self.words_in(node))
            .collect();
        let kind = match map.text("kind").map(|text| text.text.as_str()) {
            Some("date") => FillInDraftKind::Date,
            Some("person") => FillInDraftKind::Person,
            Some("faction") => FillInDraftKind::Faction,
            Some("options") => {
                if options.len() < 2 {
                    self.diagnostics.push(
                        key.mistake(
                            "missing-key",
                            format!("the fill-in `{}` has no options to choose from", key.text),
                        )
                        .hint("add `options` with two or more texts"),
                    );
                }
                FillInDraftKind::Options(options)
            }
            _ => FillInDraftKind::Text,
        };
        FillInDraft {
            label: self.words_of(map, "label").unwrap_or_default(),
            kind,
            field: map.string("field"),
        }
    }
}
