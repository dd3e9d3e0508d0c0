//! `build`: makes what the plan says and is not fresh.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use raadspost_pipeline::{Durability, Report, RunOptions, run as run_pipeline};
use serde_json::json;

mod named;
mod overlay;
pub(crate) mod summary;

use crate::backends;
use crate::cli::DurabilityArg;
use crate::discover::Origin;
use crate::interrupt::Interrupt;
use crate::memory;
use crate::outcome::{Exit, Halt};

use crate::cli::build::summary::Run;
use crate::recipients::Loaded;
use crate::record;
use crate::settings::Build;
use crate::terminal::Printer;
use crate::watch::{Seen, Watch};

/// Makes documents.
///
/// # Errors
/// Mistakes in campaign, theme or the register's columns, and whatever keeps a run from starting.
/// Documents that cannot be made are no error: the exit status tells them.
#[expect(
    clippy::disallowed_methods,
    reason = "the summary says how long it took"
)]
pub(crate) fn run(build: &Build, printer: &Printer, interrupt: &Interrupt) -> Result<Exit, Halt> {
    let started = Instant::now();
    let progress = printer.progress();
    progress.phase("reading campaign and register");
    let loaded = Loaded::load(&build.input)?;
    progress.clear();
    loaded.tell(printer);
    let (renderers, inspectors) = backends::of(&loaded)?;
    let watch = Watch::new(&progress, interrupt);
    let (head, inputs) = record::of(&loaded)?;
    let options = RunOptions {
        record: head,
        inputs,
        ..options(build, &loaded)
    };
    let made = run_pipeline(
        &loaded,
        &renderers,
        &inspectors,
        &options,
        &watch,
        interrupt.flag(),
    );
    let mut seen = watch.into_seen();
    seen.diagnostics
        .splice(0..0, loaded.warnings.iter().cloned());
    let failures = std::mem::take(&mut seen.failures);
    seen.diagnostics.extend(failures.told(&loaded.campaign));
    progress.clear();
    let report = match made {
        Ok(report) => report,
        Err(error) => return Err(Halt::run(error, seen.diagnostics)),
    };

    let proofs = match &build.overlay {
        Some(to) => overlay::write(&loaded, build, report.packs.total, to)?,
        None => Vec::new(),
    };
    let exit = exit(&report);
    let report_file = build.out.join("report.json");
    printer.shortened(
        &seen.diagnostics,
        &format!(
            "`--json` lists all, and `{}` what was not made",
            report_file.display()
        ),
    );
    let took = started.elapsed();
    if printer.json() {
        printer.object(&json!({
            "command": "build",
            "exit": exit.status(),
            "campaign": loaded.named(),
            "out": build.out.display().to_string(),
            "seconds": took.as_secs_f64(),
            "processor_seconds": memory::processor_seconds(),
            "diagnostics": summary::reasons(&seen.diagnostics),
            "overlays": proofs,
            "summary": report,
        }));
        return Ok(exit);
    }
    let example = example(&build.out, &seen);
    let told = Run {
        out: &build.out,
        took,
        example: example.as_deref(),
        narrowed: build.input.is_narrowed(),
        embedded: loaded.origin == Origin::BuiltIn,
    };
    for (style, line) in summary::of_build(&report, &told) {
        match style {
            Some(style) => printer.styled(style, &line),
            None => printer.line(&line),
        }
    }
    for proof in &proofs {
        printer.line(&format!(
            "→ proof with the no-print areas in red: `{}`",
            proof.display()
        ));
    }
    Ok(exit)
}

/// What the run is asked to do.
fn options(build: &Build, loaded: &Loaded) -> RunOptions {
    RunOptions {
        jobs: build.jobs.get(),
        durability: match build.durability {
            DurabilityArg::Each => Durability::Each,
            DurabilityArg::Batch => Durability::Batch,
            DurabilityArg::None => Durability::None,
        },
        strict: build.input.strict,
        allowed_warnings: loaded.campaign.allowed_warnings().clone(),
        selection: build.input.selection(),
        paranoid: build.paranoid,
        ..RunOptions::new(&build.out)
    }
}

fn exit(report: &Report) -> Exit {
    if report.interrupted {
        Exit::Interrupted
    } else if report.is_clean() {
        Exit::Made
    } else {
        Exit::Partial
    }
}

/// A file worth a look: the largest PDF of a complete pack, which is the one that holds the others
/// where there is one; the largest file where there is no PDF.
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
