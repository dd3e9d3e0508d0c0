//! Selection of municipalities by a condition.

use std::sync::Arc;

use raadspost_content::{Diagnostic, Diagnostics, Source};
use raadspost_yaml::{OffsetMap, Text};

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
        match self.0.evaluate(municipality) {
            Truth::True => Ok(true),
            Truth::False => Ok(false),
            Truth::Missing(columns) => {
                let columns: Vec<_> = columns.iter().collect();
                Err(missing_condition(municipality, &columns))
            }
        }
    }
}
