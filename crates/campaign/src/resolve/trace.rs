//! What resolving leaves behind: slots, footnotes, missing columns and texts that come out empty.

use raadspost_content::{Diagnostic, Footnote, Span};

use super::Resolver;
use super::slots::SlotSource;
use crate::ast::{CampaignDraft, ConditionId};

/// What resolving leaves behind. What turns out not to be printed is taken out of it again, so
/// that it takes no slot and no number, and refuses nothing.
#[derive(Default)]
pub(super) struct Trace<'a> {
    pub(super) slots: Vec<SlotSource>,
    pub(super) footnotes: Vec<Footnote>,
    /// Of each footnote, what decides its text.
    pub(super) noted: Vec<Noted<'a>>,
    /// The columns without a value on which conditions hang.
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

    /// Takes out what was left behind since. The missing columns stay: conditions that hang on
    /// them decided that nothing is printed.
    pub(super) fn roll_back(&mut self, mark: &Mark) {
        self.slots.truncate(mark.slots);
        self.footnotes.truncate(mark.footnotes);
        self.noted.truncate(mark.footnotes);
        self.empty.truncate(mark.empty);
    }
}

/// A footnote as its text is decided: one note of the source is another one in each variant of a
/// motion, because choices in it have other words.
#[derive(PartialEq)]
pub(super) struct Noted<'a> {
    pub(super) label: &'a str,
    pub(super) span: Span,
    pub(super) motion: Option<&'a str>,
    pub(super) variant: Option<&'a str>,
}

impl<'a> Resolver<'a> {
    /// Resolves what may turn out not to be printed; then it leaves nothing behind.
    pub(super) fn printed<T>(&mut self, resolve: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let mark = self.trace.mark();
        let found = resolve(self);
        if found.is_none() {
            self.trace.roll_back(&mark);
        }
        found
    }

    /// A head and what stands below it, resolved in this order, as a reader meets them. A head
    /// below which nothing stands is not printed, and what it asks is not asked.
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

/// A text that may not come out empty and does.
#[derive(PartialEq)]
pub(super) struct EmptyText {
    pub(super) what: String,
    /// The first condition in it.
    pub(super) condition: Option<ConditionId>,
    /// What to write.
    pub(super) hint: &'static str,
}

impl EmptyText {
    pub(super) fn refusal(&self, draft: &CampaignDraft) -> Diagnostic {
        let condition = self.condition.and_then(|id| draft.conditions.get(id));
        let empty = Diagnostic::error("empty-text", format!("{} comes out empty", self.what));
        let empty = match condition {
            Some(condition) => empty.at(condition.place()),
            None => empty,
        };
        empty.hint(self.hint)
    }
}
