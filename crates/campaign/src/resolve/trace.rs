//! The trace of resolving: slots, footnotes, missing columns and empty texts.

use raadspost_content::{Diagnostic, Footnote, Span};

use super::Resolver;
use super::slots::SlotSource;
use crate::ast::{CampaignDraft, ConditionId};

/// The trace of resolving. Entries of text that is not printed are removed again, so that it takes
/// no slot or number and refuses nothing.
#[derive(Default)]
pub(super) struct Trace<'a> {
    pub(super) slots: Vec<SlotSource>,
    pub(super) footnotes: Vec<Footnote>,
    /// What determines the text of each footnote.
    pub(super) noted: Vec<Noted<'a>>,
    /// The empty columns on which conditions depend.
    pub(super) missing: Vec<String>,
    pub(super) empty: Vec<EmptyText>,
}

/// How long a trace was.
#[derive(PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) slots: usize,
    pub(super) footnotes: usize,
    pub(super) missing: usize,
    pub(super) empty: usize,
}

impl Trace<'_> {
    pub(super) fn mark(&self) -> Mark {
        Mark {
            slots: self.slots.len(),
            footnotes: self.footnotes.len(),
            missing: self.missing.len(),
            empty: self.empty.len(),
        }
    }

    /// Removes later entries. Missing columns stay: conditions on them determined that nothing is
    /// printed.
    pub(super) fn roll_back(&mut self, mark: &Mark) {
        self.slots.truncate(mark.slots);
        self.footnotes.truncate(mark.footnotes);
        self.noted.truncate(mark.footnotes);
        self.empty.truncate(mark.empty);
    }
}

/// A footnote with the data that determines its text: one note of the source can differ between the
/// variants of a motion, because its choices do.
#[derive(PartialEq)]
pub(super) struct Noted<'a> {
    pub(super) label: &'a str,
    pub(super) span: Span,
    pub(super) motion: Option<&'a str>,
    pub(super) variant: Option<&'a str>,
}

impl<'a> Resolver<'a> {
    /// Resolves text that may not be printed, and then removes its entries.
    pub(super) fn printed<T>(&mut self, resolve: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let mark = self.trace.mark();
        let found = resolve(self);
        if found.is_none() {
            self.trace.roll_back(&mark);
        }
        found
    }

    /// Resolves a head and its content in reading order. A head without content is not printed, and
    /// its entries are removed.
    pub(super) fn headed<H, T>(
        &mut self,
        head: impl FnOnce(&mut Self) -> H,
        below: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<(H, T)> {
        self.printed(|this| {
            let before = this.trace.mark();
            let head = head(this);
            let after = this.trace.mark();
            let below = below(this);
            if below.is_none() {
                this.trace.missing.drain(before.missing..after.missing);
            }
            Some((head, below?))
        })
    }
}

/// A required text that is empty.
#[derive(PartialEq)]
pub(super) struct EmptyText {
    pub(super) what: String,
    /// The first condition in it.
    pub(super) condition: Option<ConditionId>,
    /// The hint.
    pub(super) hint: &'static str,
}

impl EmptyText {
    pub(super) fn refusal(&self, draft: &CampaignDraft) -> Diagnostic {
        let condition = self.condition.and_then(|id| draft.conditions.get(id));
        let empty = Diagnostic::error(
            "empty-text",
            format!("{} is empty for this municipality", self.what),
        );
        let empty = match condition {
            Some(condition) => empty.at(condition.place()),
            None => empty,
        };
        empty.hint(self.hint)
    }
}
