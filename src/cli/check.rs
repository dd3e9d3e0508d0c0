//! `check`: projects, resolves and fills everything for every municipality, and lays out a
//! representative sample in memory; writes nothing.

use clap::Args;
use raadspost_content::{Diagnostic, Diagnostics, Format, Severity};
use raadspost_pipeline::{CheckOptions, Checked, Compared, check};
use raadspost_project::Project;
use serde_json::json;

use crate::cli::input::{Input, identity};
use crate::cli::post::posted;
use crate::cli::tally::{self, Line, labelled};
use crate::cli::values::{self, OutputArgs};
use crate::cli::{Run, register};
use crate::interrupt::Interrupt;
use crate::outcome::{CommandError, Exit};
use crate::settings::Environment;
use crate::terminal::{Shell, Style};
use crate::units::{count, counted};
use crate::watch::Watch;

/// Read everything and report every mistake; make nothing
#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    input: Input,
    /// Threads for the layout of the sample [default: one per core]
    #[arg(long, value_name = "N", value_parser = values::jobs())]
    jobs: Option<usize>,
    #[command(flatten)]
    output: OutputArgs,
}

impl Run for Check {
    fn json(&self) -> bool {
        self.output.json
    }

    fn run(&self, shell: &Shell, environment: Environment) -> Result<Exit, CommandError> {
        let input = &self.input;
        let Sampled {
            project,
            checked,
            diagnostics,
            interrupted,
        } = sample(input, self.jobs, How::default(), shell, environment)?;
        let totals = &checked.totals;
        if input.strict
            && diagnostics
                .iter()
                .any(|found| found.severity == Severity::Error)
        {
            return Err(diagnostics.into());
        }

        let exit = exit(interrupted, &checked, &diagnostics);
        shell.shortened(
            &diagnostics,
            "all are shown with `--json`, or if standard error is a file",
        );
        if shell.json() {
            shell.object(&json!({
                "command": "check",
                "exit": exit.status(),
                "campaign": identity(&project),
                "diagnostics": tally::reasons(&diagnostics),
                "register": register::data(&project),
                "summary": {
                    "packs": totals.packs,
                    "selected_packs": totals.selected_packs,
                    "documents": totals.documents,
                    "refused": totals.refused,
                    "errors": totals.errors,
                    "warnings": totals.warnings,
                    "post": totals.post,
                    "laid_out": {
                        "packs": checked.laid_out_packs,
                        "documents": checked.laid_out_documents,
                        "failed": checked.failed,
                        "shapes_left_out": checked.shapes_left_out,
                        "packs_left_in_doubt": checked.packs_left_in_doubt,
                    },
                },
            }));
        } else if exit == Exit::Interrupted {
            shell.styled(
                Style::Odd,
                "interrupted before every municipality was checked",
            );
        } else {
            for (label, text) in register::lines(&project) {
                shell.line(&labelled(label, &text));
            }
            let (style, line) = headline(&checked, &diagnostics);
            shell.styled(style.unwrap_or(Style::Strong), &line);
            for (label, text) in posted(&totals.post) {
                shell.line(&labelled(label, &text));
            }
        }
        Ok(exit)
    }
}

/// Which documents are laid out, and how many are compared with their plain rendering.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct How {
    pub(super) format: Option<Format>,
    pub(super) compared: Compared,
}

/// A campaign of which a sample was laid out.
pub(super) struct Sampled {
    pub(super) project: Project,
    pub(super) checked: Checked,
    /// Mistakes and warnings of opening, of the quick pass and of the sample.
    pub(super) diagnostics: Diagnostics,
    pub(super) interrupted: bool,
}

/// Opens a campaign and lays out a sample of it in memory.
pub(super) fn sample(
    input: &Input,
    jobs: Option<usize>,
    how: How,
    shell: &Shell,
    environment: Environment,
) -> Result<Sampled, CommandError> {
    let interrupt = &Interrupt::catch()?;
    let progress = shell.progress();
    let project = input.load(input.find()?, shell, &progress)?;
    let watch = Watch::new(&progress, interrupt);
    let options = CheckOptions {
        selection: input.selection(),
        jobs: values::threads(jobs, environment),
        allowed_warnings: project.campaign().allowed_warnings().clone(),
        format: how.format,
        compared: how.compared,
    };
    let checked = check(
        &project,
        project.renderers(),
        project.inspectors(),
        &options,
        &watch,
        interrupt.flag(),
    );
    let mut diagnostics = project.warnings().to_vec();
    let seen = watch.into_seen();
    diagnostics.extend(seen.diagnostics);
    diagnostics.extend(seen.failures.told(project.campaign()));
    progress.clear();
    match checked {
        Ok(checked) => Ok(Sampled {
            project,
            checked,
            diagnostics,
            interrupted: interrupt.asked(),
        }),
        Err(error) => Err(CommandError::run(error, diagnostics)),
    }
}

/// The exit status after a sample.
pub(super) fn exit(interrupted: bool, checked: &Checked, diagnostics: &[Diagnostic]) -> Exit {
    if interrupted {
        Exit::Interrupted
    } else if checked.totals.refused > 0 || checked.failed > 0 || tally::errors(diagnostics) > 0 {
        Exit::Partial
    } else {
        Exit::Made
    }
}

/// The documents that can be made.
fn headline(checked: &Checked, diagnostics: &[Diagnostic]) -> Line {
    let totals = &checked.totals;
    let documents = counted(totals.documents - totals.refused, "document");
    let packs = counted(totals.selected_packs, "pack");
    let errors = tally::errors(diagnostics);
    let warnings = diagnostics.len() - errors;
    let found = tally::found(diagnostics);
    let mut left_out = String::new();
    let unsure = [
        (
            checked.shapes_left_out,
            "shape of a document",
            "shapes of documents",
        ),
        (
            checked.packs_left_in_doubt,
            "pack whose address may not fit",
            "packs whose address may not fit",
        ),
    ];
    for (number, one, many) in unsure {
        match number {
            0 => {}
            1 => left_out.push_str(&format!("; 1 {one} was not laid out")),
            _ => left_out.push_str(&format!("; {} {many} were not laid out", count(number))),
        }
    }
    if checked.failed > 0 {
        let failed = count(checked.failed);
        let laid_out = counted(checked.laid_out_documents, "document");
        return (
            Some(Style::Odd),
            format!(
                "of {documents} of {packs} that are not refused, {laid_out} were laid out; {failed} of them cannot be made; {found}{left_out}"
            ),
        );
    }
    if totals.refused == 0 && errors == 0 {
        let warned = if warnings == 0 {
            String::new()
        } else {
            format!("; {found}")
        };
        (
            Some(Style::Good),
            format!("all {documents} of {packs} can be made{warned}{left_out}"),
        )
    } else {
        let refused = count(totals.refused);
        (
            Some(Style::Odd),
            format!("{documents} of {packs} can be made, {refused} are refused; {found}{left_out}"),
        )
    }
}

#[cfg(test)]
mod tests {
    use raadspost_pipeline::Totals;

    use super::*;

    fn found(errors: usize, warnings: usize) -> Vec<Diagnostic> {
        let errors = (0..errors).map(|_| Diagnostic::error("bad", "a mistake"));
        let warnings = (0..warnings).map(|_| Diagnostic::warning("odd", "a warning"));
        errors.chain(warnings).collect()
    }

    #[test]
    fn a_check_counts_what_can_be_made() {
        let totals = Totals {
            selected_packs: 3,
            documents: 24,
            ..Totals::default()
        };
        let checked = |totals: &Totals, failed| Checked {
            totals: totals.clone(),
            laid_out_documents: 16,
            failed,
            ..Checked::default()
        };
        assert_eq!(
            headline(&checked(&totals, 0), &found(0, 0)).1,
            "all 24 documents of 3 packs can be made"
        );
        assert_eq!(
            headline(&checked(&totals, 0), &found(0, 1)).1,
            "all 24 documents of 3 packs can be made; 1 warning"
        );
        let totals = Totals {
            refused: 8,
            ..totals
        };
        assert_eq!(
            headline(&checked(&totals, 0), &found(2, 0)).1,
            "16 documents of 3 packs can be made, 8 are refused; 2 mistakes"
        );
        assert_eq!(
            headline(&checked(&totals, 5), &found(1, 0)).1,
            "of 16 documents of 3 packs that are not refused, 16 documents were laid out; 5 of them cannot be made; 1 mistake"
        );
    }
}
