//! `verify`: every document of a run hashed again; approval and signature looked at; and where it
//! is asked for, documents made again from what the run has kept.

use raadspost_content::{Diagnostic, Diagnostics, Renderer};
use raadspost_pipeline::{RerenderOptions, Rerendered, Sampling, rerender};
use raadspost_run::{ApprovalState, RunFolder, SignatureState, verify};
use serde_json::json;

use crate::backends;
use crate::cli::build::summary;
use crate::interrupt::Interrupt;
use crate::outcome::{Exit, Halt};
use crate::recipients::Loaded;
use crate::record::{self, TOOL};
use crate::settings::{Input, Verify};
use crate::terminal::{Printer, Style};
use crate::watch::Watch;

/// Verifies a run.
///
/// # Errors
/// The folder has no record of a run, or a file cannot be read. A difference is no error: the exit
/// status tells it.
pub(crate) fn run(task: &Verify, printer: &Printer, interrupt: &Interrupt) -> Result<Exit, Halt> {
    let (run, faults) = RunFolder::look(&task.run)?;
    let mut verified = verify(&run, faults, task.public_key.as_deref())?;
    let again = match task.rerender {
        Some(sampling) => Some(make_again(task, &run, sampling, printer, interrupt)?),
        None => None,
    };
    if let Some(again) = &again {
        verified
            .faults
            .extend(again.rerendered.faults.iter().cloned());
    }
    let exit = if interrupt.asked() {
        Exit::Interrupted
    } else if verified.faults.is_empty() {
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
            "signed, by the key that the approval names; name the key with `--public-key` to know whose it is".to_owned()
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
            "rerendered": again.as_ref().map(|again| json!({
                "chosen": again.rerendered.chosen,
                "equal": again.rerendered.equal,
                "made_with": again.made_with,
                "tool": TOOL,
                "other_ingredients": again.other,
            })),
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
    if let Some(again) = &again {
        again.tell(printer);
    }
    printer.line(&approval);
    printer.line(&signature);
    Ok(exit)
}

/// What came of making documents again.
struct Again {
    rerendered: Rerendered,
    /// The tool that made the run.
    made_with: String,
    /// What the renderers were made of that is not the same now.
    other: Vec<String>,
}

impl Again {
    fn tell(&self, printer: &Printer) {
        let Rerendered { chosen, equal, .. } = self.rerendered;
        let style = if chosen == equal {
            Style::Good
        } else {
            Style::Bad
        };
        printer.styled(
            style,
            &format!("{equal} of {chosen} documents made again are the same, byte for byte"),
        );
        if !self.other.is_empty() {
            printer.styled(
                Style::Odd,
                &format!(
                    "the run was made with {}, this is {TOOL}, and differences may come from it: {}",
                    self.made_with,
                    self.other.join(", ")
                ),
            );
        }
    }
}

fn make_again(
    task: &Verify,
    run: &RunFolder,
    sampling: Sampling,
    printer: &Printer,
    interrupt: &Interrupt,
) -> Result<Again, Halt> {
    let progress = printer.progress();
    progress.phase("reading what the run was made from");
    let (campaign, missing) = record::campaign(run)?;
    let loaded = Loaded::load_file(campaign, &Input::default())?;
    let (renderers, inspectors) = backends::of(&loaded)?;
    let watch = Watch::new(&progress, interrupt);
    let options = RerenderOptions {
        sampling,
        allowed_warnings: loaded.campaign.allowed_warnings().clone(),
        ..RerenderOptions::new(&task.run)
    };
    let made = rerender(
        &loaded,
        &renderers,
        &inspectors,
        &options,
        &watch,
        interrupt.flag(),
    );
    progress.clear();
    let rerendered = made.map_err(|error| Halt::run(error, Vec::new()))?;
    let mut other = others(run, &renderers);
    other.extend(missing.into_iter().map(|font| format!("font {font}")));
    Ok(Again {
        rerendered: label(rerendered, !other.is_empty() || run.record().tool != TOOL),
        made_with: run.record().tool.clone(),
        other,
    })
}

/// Differences that another tool may have made are called so.
fn label(mut rerendered: Rerendered, other_tool: bool) -> Rerendered {
    if other_tool {
        let faults: Diagnostics = rerendered
            .faults
            .into_iter()
            .map(|fault| Diagnostic {
                code: "rerender-other-tool",
                ..fault.hint("make it again with the version that made the run")
            })
            .collect();
        rerendered.faults = faults;
    }
    rerendered
}

/// What the renderers of a run were made of that these are not.
fn others(run: &RunFolder, renderers: &[Box<dyn Renderer>]) -> Vec<String> {
    let mut others = Vec::new();
    for then in &run.record().renderers {
        let now = renderers
            .iter()
            .find(|renderer| renderer.format() == then.format);
        let Some(now) = now else {
            others.push(format!("no renderer for {}", then.format));
            continue;
        };
        if now.fingerprint().to_string() == then.fingerprint {
            continue;
        }
        let ingredients = now.ingredients();
        let before = others.len();
        for (name, value) in &ingredients {
            if then.ingredients.get(name) != Some(value) {
                others.push(format!("{} {name}", then.format));
            }
        }
        let gone = then
            .ingredients
            .keys()
            .filter(|name| !ingredients.contains_key(*name));
        others.extend(gone.map(|name| format!("{} {name}", then.format)));
        if others.len() == before {
            others.push(format!("the renderer for {}", then.format));
        }
    }
    others
}
