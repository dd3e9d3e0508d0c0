//! The conventions of the campaign's languages: those of its files, and English where they lack a
//! word.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use raadspost_content::{
    Conventions, Diagnostic, Diagnostics, LanguageFile, LanguageTag, Place, Source,
};

use super::{Campaign, NamedFiles};
use crate::ast::visit::Met;
use crate::ast::{CampaignDraft, FieldUse, Formatter, Piece};
use crate::lower::language_file;

/// The language whose words are used where a language has none of its own.
const OTHER: &str = "en";

/// The embedded words of [`OTHER`].
fn embedded() -> &'static LanguageFile {
    static FILE: OnceLock<LanguageFile> = OnceLock::new();
    FILE.get_or_init(|| {
        let text = include_str!("../../../../content/languages/en.yaml");
        language_file::load(&Source::new("languages/en.yaml", text)).unwrap_or_default()
    })
}

/// The conventions of a language.
fn conventions(tag: &LanguageTag, files: &BTreeMap<String, Arc<LanguageFile>>) -> Conventions {
    let own = tag.lookup().filter_map(|tag| files.get(tag));
    let own: Vec<&LanguageFile> = own.map(Arc::as_ref).collect();
    let other: &LanguageFile = match files.get(OTHER) {
        Some(file) => file,
        None => embedded(),
    };
    Conventions::new(tag, &own, other)
}

/// The languages that a document may be in.
fn languages(draft: &CampaignDraft) -> BTreeSet<&LanguageTag> {
    let documents = draft.documents.iter();
    let rules = documents.map(|document| document.language.as_ref().unwrap_or(&draft.language));
    rules
        .chain([&draft.language])
        .flat_map(|rule| &rule.among)
        .collect()
}

/// The conventions of all languages that a document may be in.
pub(super) fn of_all(
    draft: &CampaignDraft,
    files: &NamedFiles,
) -> BTreeMap<LanguageTag, Conventions> {
    let languages = languages(draft).into_iter();
    let each = languages.map(|tag| (tag.clone(), conventions(tag, &files.languages)));
    each.collect()
}

impl Campaign {
    /// The tags whose files `languages/TAG.yaml` have the conventions of its languages: each
    /// language with its parents, and the one whose words are used where they have none.
    pub fn language_files(&self) -> BTreeSet<String> {
        let languages = languages(&self.draft);
        let tags = languages.iter().flat_map(|tag| tag.lookup());
        tags.chain([OTHER]).map(str::to_owned).collect()
    }

    /// Mistakes and warnings about its languages, given the files of [`Self::language_files`]: a
    /// formatter in a language whose formats are unknown is a mistake, and words taken from another
    /// language are a warning.
    pub fn check_languages(&self, files: &NamedFiles) -> Diagnostics {
        let mut found = Vec::new();
        let conventions = of_all(&self.draft, files);
        self.formatters(&conventions, &mut found);
        found.sort_by_key(|found| match &found.place {
            Place::Source(_, span) => span.start,
            _ => u32::MAX,
        });
        for (tag, conventions) in &conventions {
            let words: Vec<_> = conventions
                .foreign()
                .iter()
                .map(|word| word.key())
                .collect();
            if words.is_empty() {
                continue;
            }
            let message = format!(
                "the words of `{tag}` for {} are not known; those of `{OTHER}` are used",
                words.join(", ")
            );
            found.push(
                Diagnostic::warning("foreign-words", message)
                    .at(Place::File(self.source.name().to_owned()))
                    .hint(format!(
                        "write them in `languages/{tag}.yaml` in the campaign's folder, or `allow: [foreign-words]`"
                    )),
            );
        }
        found.retain(|found| !found.is_allowed(&self.allowed));
        found
    }

    /// A formatter needs the formats of every possible language of its text.
    fn formatters(&self, known: &BTreeMap<LanguageTag, Conventions>, found: &mut Diagnostics) {
        let draft = &self.draft;
        let mut told = BTreeSet::new();
        for document in &draft.documents {
            let rule = document.language.as_ref().unwrap_or(&draft.language);
            for language in &rule.among {
                if known.get(language).is_some_and(Conventions::has_formats) {
                    continue;
                }
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
                        found.push(
                            Diagnostic::error("unknown-conventions", message)
                                .at(at.whole())
                                .hint(format!(
                                    "remove the formatter, or write `date` and `months` in `languages/{language}.yaml`"
                                )),
                        );
                    }
                });
            }
        }
    }
}
