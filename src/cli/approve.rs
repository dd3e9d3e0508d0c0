//! `approve`: a name and a note bound to a run, signed where a key is given.

use std::time::SystemTime;

use raadspost_run::{RunFolder, SigningKey, approve, format_time};
use serde_json::json;

use crate::cli::ApproveArgs;
use crate::embedded;
use crate::outcome::{Exit, Halt};
use crate::terminal::{Printer, Style};

/// Approves a run.
///
/// # Errors
/// The run does not fit its records, or the key cannot be used.
#[expect(
    clippy::disallowed_methods,
    reason = "an approval is an act of a person at a moment, and no output of the campaign"
)]
pub(crate) fn run(args: &ApproveArgs, printer: &Printer) -> Result<Exit, Halt> {
    let run = RunFolder::open(&args.run)?;
    let at = match &args.date {
        Some(at) => at.clone(),
        None => format_time(SystemTime::now()),
    };
    let password = match &args.password_file {
        Some(file) => {
            let text = String::from_utf8_lossy(&embedded::read(file)?).into_owned();
            Some(text.lines().next().unwrap_or_default().to_owned())
        }
        None => None,
    };
    let key = args.key.clone().map(|file| SigningKey { file, password });
    let approval = approve(&run, args.by.trim(), args.note.as_deref(), &at, key)?;
    let signed = approval.signed_by.is_some();
    if printer.json() {
        printer.object(&json!({
            "command": "approve",
            "exit": Exit::Made.status(),
            "approval": approval,
            "signed": signed,
        }));
        return Ok(Exit::Made);
    }
    let word = if signed {
        "approved and signed"
    } else {
        "approved"
    };
    let counts = run.record().counts;
    printer.styled(
        Style::Good,
        &format!(
            "{word} by {} at {}: {} documents for {} municipalities",
            approval.by, approval.at, counts.made, counts.packs
        ),
    );
    if counts.held > 0 {
        let line = format!("{} packs are held, and are no part of it", counts.held);
        printer.styled(Style::Odd, &line);
    }
    if counts.incomplete > 0 {
        let line = format!(
            "{} packs have documents that are missing or out of date, and are no part of it",
            counts.incomplete
        );
        printer.styled(Style::Odd, &line);
    }
    Ok(Exit::Made)
}
