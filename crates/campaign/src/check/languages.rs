//! Checks that every text exists in all languages it may be needed in.

use std::collections::BTreeSet;

use raadspost_content::Diagnostic;

use super::Checker;
use crate::condition::unknown_field;
use crate::language::choose;

impl Checker<'_> {
    /// A column that chooses a language must exist, and a text in several languages must cover all
    /// languages that a document may have: otherwise the letter would have a gap.
    pub(super) fn languages(&mut self) {
        let draft = self.draft;
        let rules = draft.documents.iter().map(|document| {
            let own = document.language.as_ref();
            own.unwrap_or(&draft.language)
        });
        let rules: Vec<_> = rules.collect();
        let mut named = Vec::new();
        for column in rules.iter().filter_map(|rule| rule.column.as_ref()) {
            if let Some(columns) = self.columns
                && columns.type_of(&column.key).is_none()
                && !named.contains(&column.key)
            {
                named.push(column.key.clone());
                let whole = 0..column.key.len().max(1);
                self.diagnostics
                    .push(unknown_field(&column.at, whole, &column.key, columns));
            }
        }
        let needed: BTreeSet<_> = rules.iter().flat_map(|rule| &rule.among).collect();
        for (place, texts) in &draft.texts_by_language {
            let missing: Vec<&str> = needed
                .iter()
                .filter(|language| choose(texts, language).is_none())
                .map(|language| language.as_str())
                .collect();
            if !missing.is_empty() {
                self.diagnostics.push(
                    Diagnostic::error(
                        "missing-language",
                        format!("this text is missing in {}", missing.join(", ")),
                    )
                    .at(place.clone())
                    .hint(
                        "add the text in that language, or one text without language tag for all",
                    ),
                );
            }
        }
    }
}
