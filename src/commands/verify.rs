//! `verify`: every document of a run hashed again; approval and signature looked at.

use raadspost_archive::{ApprovalState, RunFolder, SignatureState, verify};
use serde_json::json;

use crate::cli::VerifyArgs;
use crate::outcome::{Exit, Halt};
use crate::printer::{Printer, Style};
use crate::summary;

/// Verifies a run.
///
/// # Errors
/// The folder has no record of a run, or a file cannot be read. A difference is no error: the exit
/// status tells it.
pub(crate) fn run(args: &VerifyArgs, printer: &Printer) -> Result<Exit, Halt> {
    let run = RunFolder::open(&args.run)?;
    let verified = verify(&run, args.public_key.as_deref())?;
    let exit = if verified.faults.is_empty() {
        Exit::Made
    } else {
        Exit::Partial
    };
    let approval = match &verified.approval {
        ApprovalState::Holds(approval) => format!("approved by {} at {}", approval.by, approval.at),
        ApprovalState::Absent | ApprovalState::Outdated { .. } => format!(
            "not approved: {}",
            verified.approval.why_not().unwrap_or_default()
        ),
    };
    let signature = match &verified.signature {
        SignatureState::Absent => "not signed".to_owned(),
        SignatureState::Unchecked => {
            "signed, and not checked: name the key with `--public-key`".to_owned()
        }
        SignatureState::Holds { comment } => format!("signed: {comment}"),
        SignatureState::Broken(why) => format!("the signature is broken: {why}"),
    };
    if printer.json() {
        printer.object(&json!({
            "command": "verify",
            "exit": exit.status(),
            "documents": verified.documents,
            "approval": approval,
            "signature": signature,
            "diagnostics": summary::reasons(&verified.faults),
        }));
        return Ok(exit);
    }
    printer.diagnostics(&verified.faults);
    let (style, line) = if verified.faults.is_empty() {
        let line = format!(
            "{} documents are as they were delivered",
            verified.documents
        );
        (Style::Good, line)
    } else {
        let faults = verified.faults.len();
        let line = format!("{faults} differences in {} documents", verified.documents);
        (Style::Bad, line)
    };
    printer.styled(style, &line);
    printer.line(&approval);
    printer.line(&signature);
    Ok(exit)
}
