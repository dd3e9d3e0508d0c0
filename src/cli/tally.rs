//! Diagnostics counted and as data, and lines of summaries.

use raadspost_content::{Diagnostic, Severity};
use raadspost_pipeline::Reason;

use crate::terminal::Style;
use crate::units::counted;

/// A line of a summary, and how it is set apart.
pub(super) type Line = (Option<Style>, String);

/// A line with its label.
pub(super) fn labelled(label: &str, text: &str) -> String {
    format!("  {label:<11} {text}")
}

/// How many of them are errors.
pub(super) fn errors(diagnostics: &[Diagnostic]) -> usize {
    diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error)
        .count()
}

/// How many mistakes and warnings there are.
pub(super) fn found(diagnostics: &[Diagnostic]) -> String {
    let errors = errors(diagnostics);
    let warnings = diagnostics.len() - errors;
    let errors = (errors > 0 || warnings == 0).then(|| counted(errors as u64, "mistake"));
    let warnings = (warnings > 0).then(|| counted(warnings as u64, "warning"));
    let found: Vec<String> = errors.into_iter().chain(warnings).collect();
    found.join(" and ")
}

/// Diagnostics as plain data.
pub(super) fn reasons(diagnostics: &[Diagnostic]) -> Vec<Reason> {
    diagnostics.iter().map(Reason::from).collect()
}
