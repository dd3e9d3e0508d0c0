//! Resolving: conditions are evaluated, variants chosen, phrases inserted; the remaining fields
//! become numbered slots.

mod address;
mod block;
mod case;
mod empty;
mod inline;
mod letter;
mod parts;
mod slots;
mod trace;

pub(crate) use case::{Case, Facts, Truths};
pub(crate) use slots::{SlotField, SlotSource, UrlPiece, percent_encoded};

use std::collections::BTreeSet;
use std::sync::Arc;

use inline::flatten;
use letter::shown_sender;
use raadspost_content::{
    Body, Diagnostics, DocumentWords, Format, Inline, LanguageTag, Sender, Shape,
};
use trace::Trace;

use crate::ast::{BodyDraft, ConditionId, DocumentDraft, MotionDraft};
use crate::condition::Truth;

/// A shape, and the sources of its slots.
#[derive(Debug, Clone)]
pub(crate) struct Resolved {
    pub(crate) shape: Arc<Shape>,
    pub(crate) slots: Vec<SlotSource>,
    /// The expressions of the slots; for a collection including those of its members.
    pub(crate) fields: Arc<[String]>,
    pub(crate) language: LanguageTag,
}

/// Why a document could not be resolved.
#[derive(Debug)]
pub(crate) enum Unresolved {
    /// Conditions depend on these columns, which are empty.
    Missing(BTreeSet<String>),
    /// The letter needs a postal address.
    NoAddress,
    /// These required texts are empty.
    Empty(Diagnostics),
    /// Its parts show nothing: the municipality does not get the document.
    Nothing,
}

/// Resolves a document other than a collection.
pub(crate) fn resolve<'a>(
    case: &'a Case<'a>,
    document: &'a DocumentDraft,
) -> Result<Resolved, Unresolved> {
    let scope = Scope::default();
    let mut resolver = Resolver {
        case,
        language: case.language,
        sender: shown_sender(case, document.publication_copy),
        copy: document.publication_copy,
        trace: Trace::default(),
    };
    let (body, title) = match &document.body {
        BodyDraft::Letter(key) => {
            let Some(letter) = case
                .draft
                .letters
                .iter()
                .find(|letter| letter.key.text == key.key)
            else {
                return Err(Unresolved::Missing(BTreeSet::new()));
            };
            let resolved = resolver.letter(letter)?;
            let title = match (&document.title, &letter.title, &letter.subject) {
                (Some(_), ..) => None,
                (None, Some(title), _) => {
                    Some(resolver.file_title(scope, title, "the letter's `title`"))
                }
                (None, None, subject) => subject.as_ref().map(|it| resolver.inlines(scope, it)),
            };
            (Body::Letter(Box::new(resolved)), title)
        }
        BodyDraft::Parts { annex, parts } => {
            let titled = document.title.is_some();
            let Some(shown) = resolver.parts(annex.as_ref(), parts, titled) else {
                let missing = resolver.trace.missing;
                return Err(if missing.is_empty() {
                    Unresolved::Nothing
                } else {
                    Unresolved::Missing(missing.into_iter().collect())
                });
            };
            shown
        }
        BodyDraft::Collects(_) => (Body::Collection(Vec::new()), None),
    };
    let title = match &document.title {
        Some(pieces) => resolver.file_title(scope, pieces, "the document's `title`"),
        None => title.unwrap_or_else(|| vec![Inline::Text(case.draft.title.clone())]),
    };
    let title = flatten(&title);
    let Trace {
        slots,
        footnotes,
        noted: _,
        missing,
        empty,
    } = resolver.trace;
    if !missing.is_empty() {
        return Err(Unresolved::Missing(missing.into_iter().collect()));
    }
    if !empty.is_empty() {
        let mistakes = empty.iter().map(|empty| empty.refusal(case.draft));
        return Err(Unresolved::Empty(mistakes.collect()));
    }
    let date = case
        .draft
        .date
        .map_or((1970, 1, 1), |date| (date.year, date.month, date.day));
    let shape = Shape {
        document: document.id.clone(),
        language: case.language.to_string(),
        title,
        author: case.draft.sender.name.clone(),
        date,
        body,
        footnotes,
        words: case
            .conventions
            .map(DocumentWords::from)
            .unwrap_or_default(),
        slots: slots.len(),
        reference: case
            .reference
            .filter(|_| document.formats.contains(&Format::Docx))
            .map(str::to_owned),
    };
    Ok(Resolved {
        shape: Arc::new(shape),
        fields: slots.iter().map(SlotSource::name).collect(),
        slots,
        language: case.language.clone(),
    })
}

/// The context in which a text is resolved.
#[derive(Clone, Copy, Default)]
struct Scope<'a> {
    /// The motion whose choices are available; `None` outside motions.
    motion: Option<&'a MotionDraft>,
    /// The variant that determines its choices; `None` if all alternatives are shown.
    variant: Option<&'a str>,
    soft_breaks: SoftBreaks,
    footnotes: Footnotes,
}

/// Treatment of line breaks in the source.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum SoftBreaks {
    /// A space, as in Markdown.
    #[default]
    Spaces,
    /// A line break of the text.
    Lines,
}

/// Treatment of footnote references.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Footnotes {
    /// They are numbered.
    #[default]
    Numbered,
    /// Omitted: the title of a file has no footnotes.
    LeftOut,
}

struct Resolver<'a> {
    case: &'a Case<'a>,
    language: &'a LanguageTag,
    /// The sender as it may be shown.
    sender: Sender,
    /// Omit private parts.
    copy: bool,
    trace: Trace<'a>,
}

impl<'a> Resolver<'a> {
    fn holds(&mut self, condition: Option<ConditionId>) -> bool {
        let truth = self.truth(condition);
        self.decided(truth)
    }

    /// The result of a condition; true if there is none.
    fn truth(&self, condition: Option<ConditionId>) -> Truth {
        let truth = condition.and_then(|id| self.case.truths.ask(id));
        truth.cloned().unwrap_or(Truth::True)
    }

    /// Whether conditional text is shown. If the result is unknown the document is refused.
    fn decided(&mut self, truth: Truth) -> bool {
        match truth {
            Truth::True => true,
            Truth::False => false,
            Truth::Missing(columns) => {
                self.trace.missing.extend(columns);
                false
            }
        }
    }
}
