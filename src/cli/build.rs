//! `build`: makes all planned documents that are not fresh.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use raadspost_pipeline::{Durability, Report, RunOptions, run as run_pipeline};
use raadspost_project::{Origin, Project, run_record};
use serde_json::json;

mod overlay;
mod summary;

use crate::cli::build::summary::Made;
use crate::cli::input::{Input, identity};
use crate::cli::tally::reasons;
use crate::cli::values::{self, OutputArgs};
use crate::cli::{MAKING, Run};
use crate::interrupt::Interrupt;
use crate::memory;
use crate::outcome::{CommandError, Exit};
use crate::settings::Environment;
use crate::terminal::Shell;
use crate::watch::{Seen, Watch};

/// Make documents that are missing or out of date (the default)
#[derive(Debug, Args)]
pub(super) struct Build {
    #[command(flatten)]
    pub(super) input: Input,
    /// Folder for the documents
    #[arg(long, value_name = "DIR", default_value = "out", help_heading = MAKING)]
    pub(super) out: PathBuf,
    /// Worker threads [default: one per core]
    #[arg(long, short, value_name = "N", value_parser = values::jobs(), help_heading = MAKING)]
    pub(super) jobs: Option<usize>,
    /// When files are forced to the disk
    #[arg(long, value_enum, default_value_t = DurabilityArg::Batch, help_heading = MAKING)]
    durability: DurabilityArg,
    /// Folder for proofs of letters with the no-print areas overlaid in red: of the packs given
    /// with `--only`, or of the first pack of each layout
    #[arg(long, value_name = "DIR", help_heading = MAKING)]
    overlay: Option<PathBuf>,
    /// Hash every file, even if size, modification time and inode are unchanged
    #[arg(long, help_heading = MAKING)]
    paranoid: bool,
    /// Report progress to a program: JSON lines on standard error
    #[arg(long)]
    events: bool,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum DurabilityArg {
    /// After each file: slowest; a power failure loses nothing
    Each,
    /// After each batch of packs: a power failure loses at most that batch
    Batch,
    /// Never: fastest; after a power failure the files must be verified
    None,
}

impl Build {
    /// The run folder contains exactly the files in its manifest.
    fn demand_proofs_outside(&self) -> Result<(), CommandError> {
        let Some(overlay) = &self.overlay else {
            return Ok(());
        };
        let absolute =
            |path: &Path| std::path::absolute(path).context("cannot find the current folder");
        if absolute(overlay)?.starts_with(absolute(&self.out)?) {
            return Err(
                CommandError::new("the folder of `--overlay` is inside `--out`")
                    .hint("choose a folder outside of it"),
            );
        }
        Ok(())
    }

    /// The options of the run.
    fn options(&self, project: &Project, environment: Environment) -> RunOptions {
        RunOptions {
            jobs: values::threads(self.jobs, environment),
            durability: match self.durability {
                DurabilityArg::Each => Durability::Each,
                DurabilityArg::Batch => Durability::Batch,
                DurabilityArg::None => Durability::None,
            },
            strict: self.input.strict,
            allowed_warnings: project.campaign().allowed_warnings().clone(),
            selection: self.input.selection(),
            paranoid: self.paranoid,
            ..RunOptions::new(&self.out)
        }
    }
}

impl Run for Build {
    fn json(&self) -> bool {
        self.output.json
    }

    fn events(&self) -> bool {
        self.events
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the summary shows the elapsed time"
    )]
    fn run(&self, shell: &Shell, environment: Environment) -> Result<Exit, CommandError> {
        self.demand_proofs_outside()?;
        let interrupt = &Interrupt::catch()?;
        let started = Instant::now();
        let progress = shell.progress();
        let project = self.input.load(self.input.find()?, shell, &progress)?;
        let (renderers, inspectors) = (project.renderers(), project.inspectors());
        let watch = Watch::new(&progress, interrupt);
        let (head, inputs) = run_record(&project)?;
        let options = RunOptions {
            record: head,
            inputs,
            ..self.options(&project, environment)
        };
        let made = run_pipeline(
            &project,
            renderers,
            inspectors,
            &options,
            &watch,
            interrupt.flag(),
        );
        let mut seen = watch.into_seen();
        seen.diagnostics
            .splice(0..0, project.warnings().iter().cloned());
        let failures = std::mem::take(&mut seen.failures);
        seen.diagnostics.extend(failures.told(project.campaign()));
        progress.clear();
        let report = match made {
            Ok(report) => report,
            Err(error) => return Err(CommandError::run(error, seen.diagnostics)),
        };

        let proofs = match &self.overlay {
            Some(to) => overlay::write(&project, &self.input, &self.out, report.packs.total, to)?,
            None => Vec::new(),
        };
        let exit = exit(&report);
        let report_file = self.out.join("report.json");
        shell.shortened(
            &seen.diagnostics,
            &format!(
                "`--json` lists all, and `{}` lists what was not made",
                report_file.display()
            ),
        );
        let took = started.elapsed();
        if shell.json() {
            shell.object(&json!({
                "command": "build",
                "exit": exit.status(),
                "campaign": identity(&project),
                "out": self.out.display().to_string(),
                "seconds": took.as_secs_f64(),
                "processor_seconds": memory::processor_seconds(),
                "diagnostics": reasons(&seen.diagnostics),
                "overlays": proofs,
                "summary": report,
            }));
            return Ok(exit);
        }
        let example = example(&self.out, &seen);
        let made = Made {
            out: &self.out,
            took,
            example: example.as_deref(),
            narrowed: self.input.is_narrowed(),
            embedded: *project.origin() == Origin::BuiltIn,
        };
        for (style, line) in summary::of_build(&report, &made) {
            match style {
                Some(style) => shell.styled(style, &line),
                None => shell.line(&line),
            }
        }
        for proof in &proofs {
            shell.line(&format!(
                "→ proof with the no-print areas in red: `{}`",
                proof.display()
            ));
        }
        Ok(exit)
    }
}

fn exit(report: &Report) -> Exit {
    if report.interrupted {
        Exit::Interrupted
    } else {
        Exit::made_if(report.is_clean())
    }
}

/// A file to look at: the largest PDF of a complete pack, which is the collection if there is one;
/// the largest file if there is no PDF.
fn example(out: &Path, seen: &Seen) -> Option<PathBuf> {
    let folder = out.join(seen.example.as_ref()?);
    let files = fs::read_dir(folder).ok()?.filter_map(|entry| {
        let entry = entry.ok()?;
        let size = entry.metadata().ok().filter(fs::Metadata::is_file)?.len();
        let path = entry.path();
        Some((path.extension().is_some_and(|end| end == "pdf"), size, path))
    });
    files.max().map(|(_, _, path)| path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exit_status_tells_the_truth() {
        let mut report = Report::default();
        assert_eq!(exit(&report), Exit::Made);
        report.documents.failed = 1;
        assert_eq!(exit(&report), Exit::Partial);
        report.documents.failed = 0;
        report.documents.refused = 1;
        assert_eq!(exit(&report), Exit::Partial);
        report.interrupted = true;
        assert_eq!(exit(&report), Exit::Interrupted);
    }

    #[test]
    fn the_example_is_the_largest_pdf() {
        let out = tempfile::tempdir().unwrap();
        let mut seen = Seen::default();
        assert_eq!(example(out.path(), &seen), None);
        seen.example = Some("A-a".into());
        assert_eq!(example(out.path(), &seen), None, "no such folder");
        let folder = out.path().join("A-a");
        fs::create_dir(&folder).unwrap();
        for (name, size) in [("a.pdf", 1), ("b.pdf", 3), ("c.pdf", 2), ("d.docx", 9)] {
            fs::write(folder.join(name), vec![0; size]).unwrap();
        }
        assert_eq!(example(out.path(), &seen), Some(folder.join("b.pdf")));
    }
}
