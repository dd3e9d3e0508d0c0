//! Selection of municipalities by a condition.

use std::sync::Arc;

use raadspost_content::{Diagnostic, Diagnostics, Source};
use raadspost_yaml::{OffsetMap, Text};

use super::Campaign;
use super::fill::missing_condition;
use crate::condition::{Condition, Truth};
use crate::register::{Columns, Municipality};

/// A condition that selects municipalities.
pub struct Filter(Condition);

impl Filter {
    /// Parses a condition and checks it against the register's columns
    ///
    /// # Errors
    /// Every mistake in it.
    pub fn parse(expression: &Arc<Source>, columns: &Columns) -> Result<Self, Diagnostics> {
        let mut map = OffsetMap::default();
        map.push(0, 0);
        let text = Text {
            source: Arc::clone(expression),
            text: expression.text().to_owned(),
            map,
        };
        let mut diagnostics = Vec::new();
        let condition = Condition::parse(&text, &mut diagnostics);
        if let Some(condition) = &condition {
            condition.check(columns, &mut diagnostics);
        }
        match condition {
            Some(condition) if diagnostics.is_empty() => Ok(Self(condition)),
            _ => Err(diagnostics),
        }
    }

    /// Whether a municipality is selected.
    ///
    /// # Errors
    /// The condition depends on a column that is empty in this row.
    pub fn matches(&self, municipality: &Municipality) -> Result<bool, Diagnostic> {
        decide(&self.0, municipality)
    }
}

impl Campaign {
    /// Whether the campaign chooses its recipients.
    pub fn chooses_recipients(&self) -> bool {
        self.draft.recipients.is_some()
    }

    /// Whether the campaign is meant for a municipality.
    ///
    /// # Errors
    /// The condition depends on a column that is empty in this row.
    pub fn is_meant_for(&self, municipality: &Municipality) -> Result<bool, Diagnostic> {
        let recipients = self.draft.recipients.as_ref();
        recipients.map_or(Ok(true), |condition| decide(condition, municipality))
    }
}

/// Whether a condition is true for a municipality.
///
/// # Errors
/// It depends on a column that is empty in this row.
fn decide(condition: &Condition, municipality: &Municipality) -> Result<bool, Diagnostic> {
    match condition.evaluate(municipality) {
        Truth::True => Ok(true),
        Truth::False => Ok(false),
        Truth::Missing(columns) => {
            let columns: Vec<_> = columns.iter().collect();
            Err(missing_condition(municipality, &columns))
        }
    }
}
