//! `check`: everything loaded, settled and filled for every municipality; nothing made.

use raadspost_content::Severity;
use raadspost_pipeline::check;
use serde_json::json;

use crate::backends;
use crate::interrupt::Interrupt;
use crate::outcome::{Exit, Halt};
use crate::printer::{Printer, Style};
use crate::recipients::Loaded;
use crate::settings::Input;
use crate::summary;
use crate::watch::Watch;

/// Checks a campaign and its register.
///
/// # Errors
/// Mistakes in campaign, theme or the register's columns, a selection of what there is not, and
/// with `--strict` every mistake in a row.
pub(crate) fn run(input: &Input, printer: &Printer, interrupt: &Interrupt) -> Result<Exit, Halt> {
    let progress = printer.progress();
    progress.phase("reading campaign and register");
    let loaded = Loaded::load(input)?;
    progress.clear();
    loaded.tell(printer);
    let renderers = backends::renderers(&loaded.theme, &loaded.house, &loaded.folder)?;
    let watch = Watch::new(&progress, interrupt);
    let checked = check(
        &loaded,
        &renderers,
        &input.selection(),
        &watch,
        interrupt.flag(),
    );
    let mut diagnostics = loaded.warnings.clone();
    diagnostics.extend(watch.into_seen().diagnostics);
    progress.clear();
    let totals = match checked {
        Ok(totals) => totals,
        Err(error) => return Err(Halt::run(error, diagnostics)),
    };
    if input.strict
        && diagnostics
            .iter()
            .any(|found| found.severity == Severity::Error)
    {
        return Err(Halt::Mistakes(diagnostics));
    }

    let exit = if interrupt.asked() {
        Exit::Interrupted
    } else if totals.refused > 0 || summary::errors(&diagnostics) > 0 {
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
            "register": summary::register::data(&loaded.register_file().name, loaded.survey()),
            "summary": {
                "packs": totals.packs,
                "selected_packs": totals.selected_packs,
                "documents": totals.documents,
                "refused": totals.refused,
                "errors": totals.errors,
                "warnings": totals.warnings,
                "post": totals.post,
            },
        }));
    } else if exit == Exit::Interrupted {
        printer.styled(
            Style::Odd,
            "interrupted before every municipality was checked",
        );
    } else {
        for (label, text) in summary::register::lines(&loaded.register_file().name, loaded.survey())
        {
            printer.line(&format!("  {label:<11} {text}"));
        }
        let errors = summary::errors(&diagnostics);
        let (style, line) = summary::of_check(&totals, errors, diagnostics.len() - errors);
        printer.styled(style.unwrap_or(Style::Strong), &line);
        for (label, text) in summary::posted(&totals.post) {
            printer.line(&format!("  {label:<11} {text}"));
        }
    }
    Ok(exit)
}
