//! Checks that need the whole campaign: every reference resolves, and every condition and formatter
//! fits the register's columns.

mod fields;
mod languages;
mod references;
mod unused;

use raadspost_content::{Diagnostic, Diagnostics, Severity};

use crate::ast::CampaignDraft;
use crate::register::Columns;

/// Checks all references; `columns` is `None` if the register could not be opened.
pub(crate) fn check(
    draft: &CampaignDraft,
    columns: Option<&Columns>,
    diagnostics: &mut Diagnostics,
) {
    let mut checker = Checker {
        draft,
        columns,
        diagnostics,
    };
    checker.run();
}

struct Checker<'a> {
    draft: &'a CampaignDraft,
    columns: Option<&'a Columns>,
    diagnostics: &'a mut Diagnostics,
}

impl<'a> Checker<'a> {
    fn run(&mut self) {
        let draft = self.draft;
        if let Some(columns) = self.columns {
            for condition in draft.conditions.iter().chain(&draft.recipients) {
                condition.check(columns, self.diagnostics);
            }
        }
        draft.visit(&mut |owner, met| self.met(owner, met));
        self.overrides();
        self.letters();
        self.documents();
        self.languages();
        let refused = |found: &Diagnostic| found.severity == Severity::Error;
        if !self.diagnostics.iter().any(refused) {
            self.unused();
        }
    }
}
