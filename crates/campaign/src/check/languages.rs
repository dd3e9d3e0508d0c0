//! Checks that every text exists in all languages it may be needed in, and that formatters support
//! them.

use std::collections::BTreeSet;

use raadspost_content::{Conventions, Diagnostic};

use super::Checker;
use crate::ast::visit::Met;
use crate::ast::{FieldUse, Formatter, Piece};
use crate::condition::unknown_field;
use crate::language::choose;

impl<'a> Checker<'a> {
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

    /// A formatter needs the conventions of every possible language of its text.
    pub(super) fn conventions(&mut self) {
        let draft = self.draft;
        let mut told = BTreeSet::new();
        let languages = draft.documents.iter().flat_map(|document| {
            let rule = document.language.as_ref().unwrap_or(&draft.language);
            rule.among.iter().map(move |language| (document, language))
        });
        for (document, language) in
            languages.filter(|(_, language)| Conventions::of(language.as_str()).is_none())
        {
            draft.visit_document(document, Some(language), &mut |_, met| {
                if let Met::Piece(Piece::Field(FieldUse {
                    root: _,
                    name: _,
                    format: Some(Formatter::Date | Formatter::Number),
                    at,
                })) = met
                    && told.insert(at.span(0..at.text.len()).start)
                {
                    let message =
                        format!("the date and number formats of `{language}` are not known");
                    let known: Vec<_> = Conventions::known().collect();
                    self.diagnostics.push(
                        Diagnostic::error("unknown-conventions", message)
                            .at(at.whole())
                            .hint(format!(
                                "remove the formatter, or use one of the languages {}",
                                known.join(", ")
                            )),
                    );
                }
            });
        }
    }
}
