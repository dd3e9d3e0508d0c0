//! `status`: the documents of a run that are out of date, and the reasons.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use raadspost_content::Diagnostics;
use raadspost_pipeline::{
    Change, ChangeKind, DocumentStatus, RunError, StatusCounts, StatusEntry, StatusKind,
    StatusOptions, status,
};
use raadspost_project::CampaignFile;
use raadspost_run::{RunFolder, Tongue};
use serde_json::json;

use crate::cli::input::{self, Input};
use crate::cli::values::OutputArgs;
use crate::cli::{Run, tally};
use crate::interrupt::Interrupt;
use crate::outcome::{CommandError, Exit};
use crate::settings::Environment;
use crate::terminal::{List, Shell, Style};
use crate::units::{count, counted};
use crate::watch::Watch;

/// The error if the list of documents cannot be buffered.
const SPOOL: &str = "cannot store the list of documents in the temporary folder";

/// How many reasons are named.
const REASONS: usize = 20;
/// Maximum number of documents listed for each.
const NAMED: usize = 3;

/// List the documents of a run that are out of date, with the word, field or font that changed
#[derive(Debug, Args)]
pub(super) struct Status {
    #[command(flatten)]
    look: Look,
}

/// A run, and the campaign that it is compared with.
#[derive(Debug, Args)]
pub(super) struct Look {
    /// The folder that `build` made
    pub(super) run: PathBuf,
    #[command(flatten)]
    pub(super) input: Input,
    /// Hash every file, even if size, modification time and inode are unchanged
    #[arg(long)]
    paranoid: bool,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

impl Run for Status {
    fn json(&self) -> bool {
        self.look.output.json
    }

    fn run(&self, shell: &Shell, _: Environment) -> Result<Exit, CommandError> {
        let look = &self.look;
        let interrupt = &Interrupt::catch()?;
        let mut reasons = Reasons::default();
        let json = shell.json();
        let mut documents = List::new().context(SPOOL)?;
        let mut spooled = Ok(());
        let Found {
            counts,
            campaign,
            faults,
        } = look_at(look, false, shell, interrupt, &mut |looked| {
            if json {
                // Plain data with text keys, which JSON can always represent.
                let status = serde_json::to_value(looked.status).unwrap_or_default();
                if spooled.is_ok() {
                    spooled = documents.add(&status);
                }
            } else {
                reasons.add(looked.status);
            }
        })?;
        let exit = exit(&counts, &faults, interrupt);
        if json {
            spooled.context(SPOOL)?;
            let object = json!({
                "command": "status",
                "exit": exit.status(),
                "campaign": campaign,
                "diagnostics": tally::reasons(&faults),
                "run": look.run.display().to_string(),
                "counts": counts,
            });
            let written = shell.object_with(&object, "documents", documents);
            written.context(SPOOL)?;
            return Ok(exit);
        }
        let (style, line) = headline(&counts);
        shell.styled(style, &line);
        for line in reasons.lines() {
            shell.line(&line);
        }
        if exit == Exit::Partial {
            shell.styled(
            Style::Hint,
            "→ `raadspost diff` shows the changed words, `raadspost build` makes what is out of date",
        );
        }
        Ok(exit)
    }
}

/// Loads the campaign, and compares the run with it.
///
/// # Errors
/// Those of [`run`].
pub(super) fn look_at(
    look: &Look,
    render: bool,
    shell: &Shell,
    interrupt: &Interrupt,
    each: &mut dyn FnMut(&StatusEntry<'_>),
) -> Result<Found, CommandError> {
    // The run first: a wrong folder is reported before a campaign is read. Faults of the run are
    // reported, and the comparison continues.
    let (folder, faults) = RunFolder::look(&look.run)?;
    let faults = raadspost_run::diagnostics(&faults, Tongue::English);
    let progress = shell.progress();
    let file = match &look.input.campaign {
        Some(_) => look.input.find()?,
        None => CampaignFile::of_run(&folder)?,
    };
    let project = look.input.load(file, shell, &progress)?;
    shell.diagnostics(&faults);
    if let Some(has) = raadspost_run::identity(&look.run)?
        && has.id != project.campaign().id()
    {
        let error = RunError::OtherCampaign {
            out: look.run.clone(),
            has,
            given: project.campaign().id().to_owned(),
        };
        return Err(CommandError::run(error, faults));
    }
    let (renderers, inspectors) = (project.renderers(), project.inspectors());
    let watch = Watch::new(&progress, interrupt);
    let options = StatusOptions {
        selection: look.input.selection(),
        paranoid: look.paranoid,
        render,
        allowed_warnings: project.campaign().allowed_warnings().clone(),
        ..StatusOptions::new(&look.run)
    };
    let counts = status(
        &project,
        renderers,
        inspectors,
        &options,
        &watch,
        interrupt.flag(),
        each,
    );
    progress.clear();
    match counts {
        Ok(counts) => Ok(Found {
            counts,
            campaign: input::identity(&project),
            faults,
        }),
        Err(error) => Err(CommandError::run(error, watch.into_seen().diagnostics)),
    }
}

/// The result of the comparison.
pub(super) struct Found {
    /// Documents by their state.
    pub(super) counts: StatusCounts,
    /// The campaign that the run was compared with.
    pub(super) campaign: serde_json::Value,
    /// Faults in the run's records.
    pub(super) faults: Diagnostics,
}

/// 0 if everything is up to date and the run matches its record, otherwise 1.
pub(super) fn exit(counts: &StatusCounts, faults: &Diagnostics, interrupt: &Interrupt) -> Exit {
    if interrupt.asked() {
        Exit::Interrupted
    } else if faults.is_empty() && counts.keys().all(|standing| *standing == StatusKind::Fresh) {
        Exit::Made
    } else {
        Exit::Partial
    }
}

fn words(standing: StatusKind) -> &'static str {
    match standing {
        StatusKind::Fresh => "up to date",
        StatusKind::New => "new",
        StatusKind::OutOfDate => "out of date",
        StatusKind::FileMissing => "missing",
        StatusKind::FileChanged => "changed by hand",
        StatusKind::Refused => "refused",
        StatusKind::Unplanned => "no longer planned",
    }
}

fn headline(counts: &StatusCounts) -> (Style, String) {
    let fresh = counts.get(&StatusKind::Fresh).copied().unwrap_or(0);
    let others: Vec<String> = counts
        .iter()
        .filter(|(standing, _)| **standing != StatusKind::Fresh)
        .map(|(standing, number)| format!("{} {}", count(*number), words(*standing)))
        .collect();
    if others.is_empty() {
        let text = format!("all {} are up to date", counted(fresh, "document"));
        return (Style::Good, text);
    }
    let text = format!(
        "{} up to date, {}",
        counted(fresh, "document"),
        others.join(", ")
    );
    (Style::Odd, text)
}

/// Reasons, with the documents concerned.
#[derive(Default)]
struct Reasons {
    found: BTreeMap<(StatusKind, Option<Change>), Concerned>,
}

#[derive(Default)]
struct Concerned {
    documents: u64,
    codes: BTreeSet<String>,
    named: Vec<String>,
}

impl Reasons {
    fn add(&mut self, status: &DocumentStatus) {
        let mut changes: Vec<Option<Change>> = status.changes.iter().cloned().map(Some).collect();
        if changes.is_empty() {
            changes.push(None);
        }
        for change in changes {
            let one = self.found.entry((status.standing, change)).or_default();
            one.documents += 1;
            // Number of packs listed; beyond that only the count is useful.
            if one.codes.len() <= 1 << 16 {
                one.codes.insert(status.code.clone());
            }
            if one.named.len() < NAMED {
                one.named.push(status.path.clone());
            }
        }
    }

    /// The reasons that concern most documents first.
    fn lines(&self) -> Vec<String> {
        let mut order: Vec<_> = self.found.iter().collect();
        order.sort_by_key(|(key, one)| (std::cmp::Reverse(one.documents), *key));
        let mut lines: Vec<String> = order
            .iter()
            .take(REASONS)
            .map(|((standing, change), one)| {
                let why = change.as_ref().map_or(words(*standing).to_owned(), reason);
                let more = match one.documents.saturating_sub(one.named.len() as u64) {
                    0 => String::new(),
                    more => format!(" and {} more", count(more)),
                };
                format!(
                    "  {:>7}  {why}: {}{more}",
                    count(one.documents),
                    one.named.join(", ")
                )
            })
            .collect();
        let hidden = order.len().saturating_sub(REASONS);
        if hidden > 0 {
            lines.push(format!("  … and {hidden} more reasons; `--json` lists all"));
        }
        lines
    }
}

/// A reason in words.
pub(super) fn reason(change: &Change) -> String {
    match change {
        Change::Block { id, how } => match how {
            ChangeKind::Changed => format!("`{id}` has changed"),
            ChangeKind::Added => format!("`{id}` is new"),
            ChangeKind::Removed => format!("`{id}` was removed"),
        },
        Change::Text => "the text changed; the changed part is not recorded".to_owned(),
        Change::Field {
            name,
            old: Some(old),
            new,
        } => format!("field `{name}`: `{old}` → `{new}`"),
        Change::Field { name, new, .. } => format!("field `{name}` → `{new}`"),
        Change::Values => "a field changed; its name is not recorded".to_owned(),
        Change::Renderer { name, old, new } => {
            let short = |value: &Option<String>| match value {
                Some(value) if value.len() == 64 => value[..12].to_owned(),
                Some(value) => value.clone(),
                None => "none".to_owned(),
            };
            if old.is_none() && new.is_none() {
                return "the renderer changed".to_owned();
            }
            format!("{name}: {} → {}", short(old), short(new))
        }
        Change::Checks => "the checks of finished files changed".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(path: &str, changes: Vec<Change>) -> DocumentStatus {
        DocumentStatus {
            path: path.into(),
            code: path.split('-').next().unwrap().into(),
            document: "brief".into(),
            standing: if changes.is_empty() {
                StatusKind::New
            } else {
                StatusKind::OutOfDate
            },
            changes,
        }
    }

    #[test]
    fn reasons_are_grouped_and_the_commonest_comes_first() {
        let mut reasons = Reasons::default();
        let block = Change::Block {
            id: "letters.brief.body.3".into(),
            how: ChangeKind::Changed,
        };
        let field = Change::Field {
            name: "po_box".into(),
            old: Some("202".into()),
            new: "203".into(),
        };
        for code in ["A", "B", "C", "D"] {
            let mut changes = vec![block.clone()];
            if code == "B" {
                changes.push(field.clone());
            }
            reasons.add(&document(&format!("{code}-x/brief.pdf"), changes));
        }
        reasons.add(&document("E-x/brief.pdf", Vec::new()));
        assert_eq!(
            reasons.lines(),
            [
                "        4  `letters.brief.body.3` has changed: A-x/brief.pdf, B-x/brief.pdf, C-x/brief.pdf and 1 more",
                "        1  new: E-x/brief.pdf",
                "        1  field `po_box`: `202` → `203`: B-x/brief.pdf",
            ]
        );
    }

    #[test]
    fn what_is_up_to_date_is_one_sentence() {
        let counts = StatusCounts::from([(StatusKind::Fresh, 24)]);
        assert_eq!(headline(&counts).1, "all 24 documents are up to date");
        let counts = StatusCounts::from([(StatusKind::Fresh, 20), (StatusKind::OutOfDate, 4)]);
        assert_eq!(
            headline(&counts).1,
            "20 documents up to date, 4 out of date"
        );
    }
}
