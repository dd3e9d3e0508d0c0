//! `check`: everything loaded, settled and filled for every municipality, and a sample that stands
//! for all laid out in memory; nothing is written.

use std::num::NonZeroUsize;

use raadspost_content::Severity;
use raadspost_pipeline::{CheckOptions, check};
use serde_json::json;

use crate::backends;
use crate::cli::build::summary;
use crate::cli::post::posted;
use crate::cli::register;
use crate::interrupt::Interrupt;
use crate::outcome::{Exit, Halt};
use crate::recipients::Loaded;
use crate::settings::Input;
use crate::terminal::{Printer, Style};
use crate::watch::Watch;

/// Checks a campaign and its register.
///
/// # Errors
/// Mistakes in campaign, theme or the register's columns, a selection of what there is not, and
/// with `--strict` every mistake in a row.
pub(crate) fn run(
    input: &Input,
    jobs: NonZeroUsize,
    printer: &Printer,
    interrupt: &Interrupt,
) -> Result<Exit, Halt> {
    let progress = printer.progress();
    progress.phase("reading campaign and register");
    let loaded = Loaded::load(input)?;
    progress.clear();
    loaded.tell(printer);
    let (renderers, inspectors) = backends::of(&loaded)?;
    let watch = Watch::new(&progress, interrupt);
    let options = CheckOptions {
        selection: input.selection(),
        jobs: jobs.get(),
        allowed_warnings: loaded.campaign.allowed_warnings().clone(),
    };
    let checked = check(
        &loaded,
        &renderers,
        &inspectors,
        &options,
        &watch,
        interrupt.flag(),
    );
    let mut diagnostics = loaded.warnings.clone();
    let seen = watch.into_seen();
    diagnostics.extend(seen.diagnostics);
    diagnostics.extend(seen.failures.told(&loaded.campaign));
    progress.clear();
    let checked = match checked {
        Ok(checked) => checked,
        Err(error) => return Err(Halt::run(error, diagnostics)),
    };
    let totals = &checked.totals;
    if input.strict
        && diagnostics
            .iter()
            .any(|found| found.severity == Severity::Error)
    {
        return Err(Halt::Mistakes(diagnostics));
    }

    let exit = if interrupt.asked() {
        Exit::Interrupted
    } else if totals.refused > 0 || checked.failed > 0 || summary::errors(&diagnostics) > 0 {
        Exit::Partial
    } else {
        Exit::Made
    };
    printer.shortened(
        &diagnostics,
        "all are shown where standard error is a file, or with `--json`",
    );
    if printer.json() {
        printer.object(&json!({
            "command": "check",
            "exit": exit.status(),
            "campaign": loaded.named(),
            "diagnostics": summary::reasons(&diagnostics),
            "register": register::data(&loaded.register_file().name, loaded.survey()),
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
        printer.styled(
            Style::Odd,
            "interrupted before every municipality was checked",
        );
    } else {
        for (label, text) in register::lines(&loaded.register_file().name, loaded.survey()) {
            printer.line(&format!("  {label:<11} {text}"));
        }
        let errors = summary::errors(&diagnostics);
        let (style, line) = summary::of_check(&checked, errors, diagnostics.len() - errors);
        printer.styled(style.unwrap_or(Style::Strong), &line);
        for (label, text) in posted(&totals.post) {
            printer.line(&format!("  {label:<11} {text}"));
        }
    }
    Ok(exit)
}
