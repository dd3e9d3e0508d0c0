//! `verify`: hashes every document of a run again, verifies approval and signature, and on request
//! renders documents again from the kept inputs.

use std::path::{Path, PathBuf};

use clap::Args;
use raadspost_content::{Diagnostic, Diagnostics, Renderer};
use raadspost_pipeline::{RerenderOptions, Rerendered, Sampling, rerender};
use raadspost_project::{CampaignFile, OpenOptions, Project, TOOL};
use raadspost_run::{ApprovalState, RunFolder, SignatureState, verify};
use serde_json::json;

use crate::cli::Run;
use crate::cli::tally::reasons;
use crate::cli::values::OutputArgs;
use crate::interrupt::Interrupt;
use crate::outcome::{CommandError, Exit};
use crate::settings::Environment;
use crate::terminal::{Shell, Style};
use crate::watch::Watch;

/// Hash every document of a run again, and verify its approval and signature
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// The folder that `build` made
    run: PathBuf,
    /// The public key of the signature: a minisign file, or the key itself
    #[arg(long, value_name = "KEY")]
    public_key: Option<String>,
    /// Render documents again from the kept inputs, and compare the bytes: `all`, a share such as
    /// `1%`, or a number
    #[arg(long, value_name = "WHICH", value_parser = sampling)]
    rerender: Option<Sampling>,
    #[command(flatten)]
    output: OutputArgs,
}

/// `all`, a share such as `1%`, or a number.
fn sampling(text: &str) -> Result<Sampling, &'static str> {
    let sampling = match text.strip_suffix('%') {
        _ if text == "all" => Some(Sampling::All),
        Some(share) => share
            .parse()
            .ok()
            .filter(|share| *share > 0.0 && *share <= 100.0)
            .map(Sampling::Percent),
        None => text
            .parse()
            .ok()
            .filter(|number| *number > 0)
            .map(Sampling::Number),
    };
    sampling.ok_or("write `all`, a share such as `1%`, or a number")
}

impl Run for Verify {
    fn json(&self) -> bool {
        self.output.json
    }

    fn run(&self, shell: &Shell, _: Environment) -> Result<Exit, CommandError> {
        let interrupt = &Interrupt::catch()?;
        let (run, faults) = RunFolder::look(&self.run)?;
        let mut verified = verify(&run, faults, self.public_key.as_deref())?;
        let again = match self.rerender {
            Some(sampling) => Some(make_again(&self.run, &run, sampling, shell, interrupt)?),
            None => None,
        };
        if let Some(again) = &again {
            verified
                .faults
                .extend(again.rerendered.faults.iter().cloned());
        }
        let exit = if interrupt.asked() {
            Exit::Interrupted
        } else {
            Exit::made_if(verified.faults.is_empty())
        };
        let approval = match &verified.approval {
            ApprovalState::Holds(approval) => {
                format!("approved by {} at {}", approval.by, approval.at)
            }
            ApprovalState::Absent | ApprovalState::Outdated { .. } => format!(
                "not approved: {}",
                verified.approval.why_not().unwrap_or_default()
            ),
        };
        let signature = match &verified.signature {
        SignatureState::Absent => "not signed".to_owned(),
        SignatureState::Unchecked => {
            "signed with the key in the approval; give the key with `--public-key` to verify whose it is".to_owned()
        }
        SignatureState::Holds { comment } => format!("signed: {comment}"),
        SignatureState::Broken(why) => format!("the signature is not valid: {why}"),
    };
        if shell.json() {
            shell.object(&json!({
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
                "diagnostics": reasons(&verified.faults),
            }));
            return Ok(exit);
        }
        shell.diagnostics(&verified.faults);
        let (style, line) = if verified.faults.is_empty() {
            let line = format!("{} documents are unchanged", verified.documents);
            (Style::Good, line)
        } else {
            let faults = verified.faults.len();
            let line = format!("{faults} differences in {} documents", verified.documents);
            (Style::Bad, line)
        };
        shell.styled(style, &line);
        if let Some(again) = &again {
            again.tell(shell);
        }
        shell.line(&approval);
        shell.line(&signature);
        Ok(exit)
    }
}

/// The result of rendering documents again.
struct Again {
    rerendered: Rerendered,
    /// The tool that made the run.
    made_with: String,
    /// Components of the renderers that have changed since.
    other: Vec<String>,
}

impl Again {
    fn tell(&self, shell: &Shell) {
        let Rerendered { chosen, equal, .. } = self.rerendered;
        let style = if chosen == equal {
            Style::Good
        } else {
            Style::Bad
        };
        shell.styled(
            style,
            &format!("{equal} of {chosen} documents rendered again are identical, byte for byte"),
        );
        if !self.other.is_empty() {
            shell.styled(
                Style::Odd,
                &format!(
                    "the run was made with {}, this is {TOOL}; this may cause differences: {}",
                    self.made_with,
                    self.other.join(", ")
                ),
            );
        }
    }
}

fn make_again(
    root: &Path,
    run: &RunFolder,
    sampling: Sampling,
    shell: &Shell,
    interrupt: &Interrupt,
) -> Result<Again, CommandError> {
    let progress = shell.progress();
    progress.phase("reading the inputs of the run");
    let (campaign, missing) = CampaignFile::of_run_in_any_font(run)?;
    let project = Project::load(campaign, &OpenOptions::default())?;
    let (renderers, inspectors) = (project.renderers(), project.inspectors());
    let watch = Watch::new(&progress, interrupt);
    let options = RerenderOptions {
        sampling,
        allowed_warnings: project.campaign().allowed_warnings().clone(),
        ..RerenderOptions::new(root)
    };
    let made = rerender(
        &project,
        renderers,
        inspectors,
        &options,
        &watch,
        interrupt.flag(),
    );
    progress.clear();
    let rerendered = made.map_err(|error| CommandError::run(error, Vec::new()))?;
    let mut other = others(run, renderers);
    other.extend(missing.into_iter().map(|font| format!("font {font}")));
    Ok(Again {
        rerendered: label(rerendered, !other.is_empty() || run.record().tool != TOOL),
        made_with: run.record().tool.clone(),
        other,
    })
}

/// Marks differences that may be caused by another version of the tool.
fn label(mut rerendered: Rerendered, other_tool: bool) -> Rerendered {
    if other_tool {
        let faults: Diagnostics = rerendered
            .faults
            .into_iter()
            .map(|fault| Diagnostic {
                code: "rerender-other-tool",
                ..fault.hint("render it again with the version that made the run")
            })
            .collect();
        rerendered.faults = faults;
    }
    rerendered
}

/// Components of a run's renderers that differ from the current ones.
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
