//! `verify`: hashes every document of a run again, verifies approval and signature, and on request
//! renders documents again from the kept inputs.

use std::path::{Path, PathBuf};

use clap::Args;
use raadspost_content::{Diagnostic, Diagnostics, Renderer};
use raadspost_pipeline::{RerenderOptions, Rerendered, Sampling, rerender};
use raadspost_project::{CampaignFile, OpenOptions, Project, TOOL};
use raadspost_run::{
    Approval, ApprovalState, RunFolder, SignatureState, Tongue, Words, diagnostics, verify, words,
};
use serde_json::json;

use crate::cli::Run;
use crate::cli::tally::reasons;
use crate::cli::values::{OutputArgs, TongueArgs};
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
    tongue: TongueArgs,
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

    fn run(&self, shell: &Shell, environment: Environment) -> Result<Exit, CommandError> {
        let interrupt = &Interrupt::catch()?;
        let (run, faults) = RunFolder::look(&self.run)?;
        let own = Tongue::of(&run.record().campaign.language);
        let tongue = self.tongue.tongue(shell.json(), environment, own);
        let verified = verify(&run, faults, self.public_key.as_deref())?;
        let again = match self.rerender {
            Some(sampling) => Some(make_again(&self.run, &run, sampling, shell, interrupt)?),
            None => None,
        };
        let mut faults = diagnostics(&verified.faults, tongue);
        if let Some(again) = &again {
            faults.extend(again.rerendered.faults.iter().cloned());
        }
        let exit = if interrupt.asked() {
            Exit::Interrupted
        } else {
            Exit::made_if(faults.is_empty())
        };
        let approval = approval(&verified.approval);
        let signature = signature(&verified.signature);
        if shell.json() {
            shell.object(&json!({
                "command": "verify",
                "exit": exit.status(),
                "documents": verified.documents,
                "approval": approval.in_tongue(tongue),
                "signature": signature.in_tongue(tongue),
                "rerendered": again.as_ref().map(|again| json!({
                    "chosen": again.rerendered.chosen,
                    "equal": again.rerendered.equal,
                    "made_with": again.made_with,
                    "tool": TOOL,
                    "other_ingredients": again.other,
                })),
                "diagnostics": reasons(&faults),
            }));
            return Ok(exit);
        }
        shell.diagnostics(&faults);
        let (documents, found) = (verified.documents, faults.len());
        let (style, words) = if faults.is_empty() {
            let words = words!(
                "{documents} documents are unchanged",
                "{documents} documenten zijn zoals ze zijn gemaakt"
            );
            (Style::Good, words)
        } else {
            let words = words!(
                "{found} differences in {documents} documents",
                "documenten: {documents}; afwijkingen: {found}"
            );
            (Style::Bad, words)
        };
        shell.styled(style, words.in_tongue(tongue));
        if let Some(again) = &again {
            again.tell(shell, tongue);
        }
        shell.line(approval.in_tongue(tongue));
        shell.line(signature.in_tongue(tongue));
        Ok(exit)
    }
}

/// The result of rendering documents again.
fn approval(state: &ApprovalState) -> Words {
    match state {
        ApprovalState::Holds(Approval { by, at, .. }) => {
            words!("approved by {by} at {at}", "akkoord van {by} op {at}")
        }
        ApprovalState::Absent | ApprovalState::Outdated { .. } => match state.why_not() {
            Some(Words { english, dutch }) => {
                words!("not approved: {english}", "geen geldig akkoord: {dutch}")
            }
            None => words!("not approved", "geen akkoord"),
        },
    }
}

fn signature(state: &SignatureState) -> Words {
    match state {
        SignatureState::Absent => words!("not signed", "niet ondertekend"),
        SignatureState::Unchecked => words!(
            "signed with the key in the approval; give the key with `--public-key` to verify whose it is",
            "ondertekend, met de sleutel die het akkoord noemt; noem de sleutel met `--public-key` om te weten van wie hij is"
        ),
        SignatureState::Holds { comment } => words!("signed: {comment}", "ondertekend: {comment}"),
        SignatureState::Broken(Words { english, dutch }) => words!(
            "the signature is not valid: {english}",
            "de handtekening klopt niet: {dutch}"
        ),
    }
}

struct Again {
    rerendered: Rerendered,
    /// The tool that made the run.
    made_with: String,
    /// Components of the renderers that have changed since.
    other: Vec<String>,
}

impl Again {
    fn tell(&self, shell: &Shell, tongue: Tongue) {
        let Rerendered { chosen, equal, .. } = self.rerendered;
        let style = if chosen == equal {
            Style::Good
        } else {
            Style::Bad
        };
        let words = words!(
            "{equal} of {chosen} documents rendered again are identical, byte for byte",
            "opnieuw gemaakt: {chosen}; byte voor byte gelijk: {equal}"
        );
        shell.styled(style, words.in_tongue(tongue));
        if !self.other.is_empty() {
            let (then, other) = (&self.made_with, self.other.join(", "));
            let words = words!(
                "the run was made with {then}, this is {TOOL}; this may cause differences: {other}",
                "de run is gemaakt met {then}, dit is {TOOL}; daar kan het aan liggen: {other}"
            );
            shell.styled(Style::Odd, words.in_tongue(tongue));
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
