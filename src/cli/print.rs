//! `print`: from a finished run to a print run.

use std::path::{Path, PathBuf};

use raadspost_content::{Diagnostic, Source};
use raadspost_print::Printer as PrintPrinter;
use raadspost_print::{PrintError, Reconciliation, print, read_back};
use raadspost_run::RunFolder;
use serde_json::json;

use crate::embedded::{self, Folder};
use crate::outcome::{Exit, Halt};
use crate::settings::Print;
use crate::terminal::{Printer, Style};

/// The fonts of marks, labels and slip sheets; the second shows what the first cannot.
const FONTS: [&str; 2] = [
    "fonts/source-sans-3/SourceSans3-Regular.otf",
    "fonts/noto/NotoSans-Regular.ttf",
];

/// How many codes are named for a reason.
const CODES: usize = 6;

/// How many rows are named for which nothing is printed.
const NAMED: usize = 10;

/// Makes a print run, or reads one back.
///
/// # Errors
/// Mistakes in the printer; why there is no print run.
pub(crate) fn run(task: &Print, printer: &Printer) -> Result<Exit, Halt> {
    if task.check {
        let letters = read_back(&task.out).map_err(halt)?;
        if printer.json() {
            printer.object(&json!({ "command": "print", "exit": 0, "letters": letters }));
        } else {
            printer.styled(Style::Good, &format!("{letters} letters, and all adds up"));
        }
        return Ok(Exit::Made);
    }
    let run = RunFolder::open(&task.run)?;
    if task.require_approval {
        run.demand_approval(task.public_key.as_deref())?;
    }
    let data = load(&task.printer, task.content.as_deref())?;
    let fonts: Vec<Vec<u8>> = FONTS
        .iter()
        .filter_map(|path| embedded::get(path))
        .map(<[u8]>::to_vec)
        .collect();
    let sums = print(run, &task.out, &data, &task.options, &fonts).map_err(halt)?;
    let exit = if sums.refused + count(&sums) > 0 {
        Exit::Partial
    } else {
        Exit::Made
    };
    if printer.json() {
        printer.object(&json!({
            "command": "print",
            "exit": exit.status(),
            "out": task.out,
            "summary": sums,
        }));
    } else {
        tell(task, &sums, printer);
    }
    Ok(exit)
}

fn count(sums: &Reconciliation) -> u32 {
    u32::try_from(sums.unmatched.len()).unwrap_or(u32::MAX)
}

fn tell(task: &Print, sums: &Reconciliation, printer: &Printer) {
    for file in &sums.files {
        printer.line(&format!(
            "{}  {} letters, {} sheets, {:.1} MB",
            file.file,
            file.letters,
            file.sheets,
            file.bytes as f64 / 1e6
        ));
    }
    let not = &sums.not_printed;
    for row in not.refused.iter().chain(&sums.unmatched).take(NAMED) {
        let who = format!("{} {}", row.letter_id, row.name);
        printer.line(&format!("not printed: {}: {}", who.trim(), row.reason));
    }
    let more = (not.refused.len() + sums.unmatched.len()).saturating_sub(NAMED);
    if more > 0 {
        printer.line(&format!("… and {more} more; see `reconciliation.json`"));
    }
    for one in not.without.iter().chain(&not.not_made) {
        let shown: Vec<&str> = one.codes.iter().take(CODES).map(String::as_str).collect();
        let more = if one.codes.len() > CODES { ", …" } else { "" };
        printer.line(&format!(
            "no `{}` for {}: {}: {}{more}",
            one.envelope,
            one.number,
            one.reason,
            shown.join(", ")
        ));
    }
    for one in &not.documents {
        printer.line(&format!(
            "not posted: {}.{}, {} times: {}",
            one.document,
            one.format.extension(),
            one.number,
            one.reason
        ));
    }
    if sums.codes_outside_window > 0 {
        let text = format!(
            "warning: the codes of the mail service lie outside the window of the envelope in {} letters; \
             set `left` and `top` of `bulk-mail` in the printer, or use an envelope without a window",
            sums.codes_outside_window
        );
        printer.styled(Style::Odd, &text);
    }
    let style = if sums.refused + sums.not_made > 0 {
        Style::Odd
    } else {
        Style::Good
    };
    let mut text = format!(
        "job {}: {} letters on {} sheets, {} refused, {} unchanged, {} in other pieces",
        sums.job, sums.printed, sums.sheets, sums.refused, sums.unchanged, sums.other_pieces
    );
    if sums.without > 0 {
        text.push_str(&format!(", {} for none", sums.without));
    }
    if sums.not_made > 0 {
        text.push_str(&format!(", {} not made", sums.not_made));
    }
    if sums.printed == 0 {
        text.push_str("; nothing has changed since");
    }
    printer.styled(style, &text);
    printer.styled(
        Style::Hint,
        &format!("→ look at `{}`", task.out.join("ticket.pdf").display()),
    );
}

/// A printer by its name, or by its file where the name ends in `.yaml`.
pub(crate) fn load(name: &str, content: Option<&Path>) -> Result<PrintPrinter, Halt> {
    let (shown, bytes) = if name.ends_with(".yaml") {
        (name.to_owned(), embedded::read(Path::new(name))?)
    } else {
        let folder = Folder::new(content.map(PathBuf::from));
        let path = format!("printers/{name}.yaml");
        let plain = name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
        let found = plain.then(|| folder.find(&path)).flatten();
        let Some(found) = found else {
            let known = embedded::below("content/printers")
                .filter_map(|(path, _)| path.strip_suffix(".yaml"))
                .collect::<Vec<_>>()
                .join(", ");
            return Err(Halt::Fault(anyhow::anyhow!(
                "there is no printer `{name}`; the embedded ones are: {known}"
            )));
        };
        (found.name.clone(), folder.bytes(&found)?.into_owned())
    };
    match String::from_utf8(bytes) {
        Ok(text) => Ok(PrintPrinter::load(&Source::new(shown, text))?),
        Err(_) => Err(Diagnostic::not_utf8(&shown, 1).into()),
    }
}

fn halt(error: PrintError) -> Halt {
    if let PrintError::Run(fault) = error {
        return fault.into();
    }
    let message = match error.hint() {
        Some(hint) => format!("{error}; {hint}"),
        None => error.to_string(),
    };
    Halt::Fault(anyhow::anyhow!(message))
}
