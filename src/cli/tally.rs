//! Counts of diagnostics, diagnostics as data, and lines of summaries.

use raadspost_content::{Diagnostic, Diagnostics, Severity};
use raadspost_pipeline::Reason;

use crate::terminal::Style;
use crate::units::counted;

/// A line of a summary, with its style.
pub(super) type Line = (Option<Style>, String);

/// A line with its label.
pub(super) fn labelled(label: &str, text: &str) -> String {
    format!("  {label:<11} {text}")
}

/// Files that were made through Typst's export, with the reason.
pub(super) fn slower(reason: &str, number: u64) -> String {
    let files = counted(number, "file");
    format!("{files} through Typst's export, larger and slower: {reason}")
}

/// Number of errors.
pub(super) fn errors(diagnostics: &[Diagnostic]) -> usize {
    diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error)
        .count()
}

/// Number of mistakes and warnings, in words.
pub(super) fn found(diagnostics: &[Diagnostic]) -> String {
    let errors = errors(diagnostics);
    let warnings = diagnostics.len() - errors;
    let errors = (errors > 0 || warnings == 0).then(|| counted(errors as u64, "mistake"));
    let warnings = (warnings > 0).then(|| counted(warnings as u64, "warning"));
    let found: Vec<String> = errors.into_iter().chain(warnings).collect();
    found.join(" and ")
}

/// Incomplete packs as warnings, and failures of others as errors, each with the reason. `failed`
/// gives the message of a failure, and `again` the command to repeat.
pub(super) fn missing(
    left_out: &[(String, String)],
    failed: impl IntoIterator<Item = String>,
    again: &str,
) -> Diagnostics {
    let left_out = left_out.iter().map(|(code, why)| {
        Diagnostic::warning("pack-left-out", format!("{code} is not complete: {why}"))
    });
    let failed = failed.into_iter().map(|message| {
        Diagnostic::error("pack-changed", message).hint(format!("build again, and {again} again"))
    });
    left_out.chain(failed).collect()
}

/// Diagnostics as plain data.
pub(super) fn reasons(diagnostics: &[Diagnostic]) -> Vec<Reason> {
    diagnostics.iter().map(Reason::from).collect()
}
