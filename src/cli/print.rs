//! `print`: makes a print run from a finished run.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};
use raadspost_content::{Date, Diagnostic, Source};
use raadspost_print::{
    Choice, PrintOptions, PrintOrder, PrintProfile, Reconciliation, print, read_back,
};
use raadspost_project::{Directory, Files, embedded};
use raadspost_run::RunFolder;
use serde_json::json;

use crate::cli::values::{self, OutputArgs};
use crate::cli::{Run, SELECTING};
use crate::outcome::{CommandError, Exit};
use crate::settings::Environment;
use crate::terminal::{Shell, Style};
use crate::units::{bytes, count, counted};

/// The fonts of marks, labels and slip sheets; the second is the fallback of the first.
const FONTS: [&str; 2] = [
    "fonts/source-sans-3/SourceSans3-Regular.otf",
    "fonts/noto/NotoSans-Regular.ttf",
];

/// Maximum number of codes listed for a reason.
const CODES: usize = 6;

/// Maximum number of unprinted rows listed.
const NAMED: usize = 10;

/// Make a print run from a finished run: PDFs for a printer, job ticket, manifest
#[derive(Debug, Args)]
pub(super) struct Print {
    /// The folder of a finished run
    #[arg(value_parser = values::named_folder())]
    run: PathBuf,
    /// Folder for the print run; must not exist yet
    #[arg(long, value_name = "DIR", value_parser = values::named_folder())]
    out: PathBuf,
    /// A printer: a name in `printers/NAME.yaml`, or a file
    #[arg(long, value_name = "NAME", default_value = "duplex")]
    printer: String,
    /// A folder whose `printers/` replaces the embedded ones
    #[arg(long, value_name = "DIR")]
    content: Option<PathBuf>,
    /// Order of the letters, replacing the printer's
    #[arg(long, value_enum)]
    order: Option<OrderArg>,
    /// These documents instead of the campaign's envelopes, each in its own envelope
    #[arg(long, value_name = "ID", value_delimiter = ',', value_parser = values::name, help_heading = SELECTING)]
    document: Vec<String>,
    /// Only these pieces, with their numbers and marks: `7,120-125`, or a code such as `GM0344`
    #[arg(long, value_name = "PIECES", value_delimiter = ',', value_parser = pieces, help_heading = SELECTING)]
    pieces: Vec<Choice>,
    /// The print run to which the pieces belong; a job that is another one is refused
    #[arg(long, value_name = "DIR", requires = "pieces", help_heading = SELECTING)]
    of: Option<PathBuf>,
    /// Only letters that are new or changed since this print run
    #[arg(long, value_name = "DIR", help_heading = SELECTING)]
    since: Option<PathBuf>,
    /// The file returned by a bulk-mail service
    #[arg(long, value_name = "FILE")]
    enriched: Option<PathBuf>,
    /// The day on which the letters are posted, for the job ticket [default: the campaign's date]
    #[arg(long, value_name = "DATE", value_parser = date)]
    posting_date: Option<String>,
    /// The ICC profile of the printing condition, in place of the one beside the printer's file
    #[arg(long, value_name = "FILE")]
    output_profile: Option<PathBuf>,
    /// Refuse a run without a valid approval
    #[arg(long, conflicts_with = "check")]
    require_approval: bool,
    /// The public key of the approval's signature, a file or the key itself; refuse a run that is
    /// not signed with it
    #[arg(long, value_name = "KEY", requires = "require_approval")]
    public_key: Option<String>,
    /// Print nothing; verify the print run in `--out`
    #[arg(long, conflicts_with_all = ["order", "document", "pieces", "since", "enriched", "output_profile", "posting_date"])]
    check: bool,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OrderArg {
    /// As in the register
    Register,
    /// By postcode
    Postcode,
    /// By province, then postcode
    Province,
    /// By weight step, then postcode
    Weight,
    /// By number of sheets, then postcode
    Sheets,
}

/// `120-125`, `120` for one piece, or the code or id of letters.
fn pieces(text: &str) -> Result<Choice, &'static str> {
    let text = text.trim();
    let is_range = text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    if !text.is_empty() && !is_range {
        return Ok(Choice::Letter(text.to_owned()));
    }
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    match (first.parse(), last.parse()) {
        (Ok(first), Ok(last)) if 1 <= first && first <= last => Ok(Choice::Range(first, last)),
        _ => Err("write `120-125`, `120` or a code"),
    }
}

/// A date, `2026-03-02`.
fn date(text: &str) -> Result<String, &'static str> {
    match Date::parse(text) {
        Some(_) => Ok(text.to_owned()),
        None => Err("write a date such as `2026-03-02`"),
    }
}

impl Print {
    /// The options of the print run.
    fn options(&self) -> PrintOptions {
        let mut documents = self.document.clone();
        let mut named = BTreeSet::new();
        documents.retain(|document| named.insert(document.clone()));
        PrintOptions {
            order: self.order.map(|order| match order {
                OrderArg::Register => PrintOrder::Register,
                OrderArg::Postcode => PrintOrder::Postcode,
                OrderArg::Province => PrintOrder::Province,
                OrderArg::Weight => PrintOrder::Weight,
                OrderArg::Sheets => PrintOrder::Sheets,
            }),
            documents,
            pieces: self.pieces.clone(),
            since: self.since.clone(),
            enriched: self.enriched.clone(),
            of: self.of.clone(),
            posting_date: self.posting_date.clone(),
            output_profile: None,
        }
    }
}

impl Print {
    /// The ICC profile of the printer's output intent: a file of its own name beside the printer's, or
    /// the one that is named here.
    fn output_profile(
        &self,
        printer: &PrintProfile,
        files: &Files,
    ) -> Result<Option<Vec<u8>>, CommandError> {
        let Some(intent) = &printer.output_intent else {
            return match &self.output_profile {
                None => Ok(None),
                Some(_) => Err(CommandError::new(format!(
                    "the printer `{}` has no `output-intent`",
                    printer.title
                ))
                .hint("write `output-intent:` with the condition into the printer's file")),
            };
        };
        if let Some(path) = &self.output_profile {
            return Ok(Some(values::read(path)?));
        }
        if self.printer.ends_with(".yaml") {
            let beside = Path::new(&self.printer).with_file_name(&intent.profile);
            return if beside.is_file() {
                Ok(Some(values::read(&beside)?))
            } else {
                Ok(None)
            };
        }
        match files.find(&format!("printers/{}", intent.profile))? {
            Some(found) => Ok(Some(files.bytes(&found)?.into_owned())),
            None => Ok(None),
        }
    }

    fn tell(&self, sums: &Reconciliation, bleed: f64, shell: &Shell) {
        for file in &sums.files {
            shell.line(&format!(
                "{}  {}, {}, {}",
                file.file,
                counted(file.letters.into(), "letter"),
                counted(file.sheets.into(), "sheet"),
                bytes(file.bytes)
            ));
        }
        let not = &sums.not_printed;
        for row in not.refused.iter().chain(&sums.unmatched).take(NAMED) {
            let who = format!("{} {}", row.letter_id, row.name);
            shell.line(&format!("not printed: {}: {}", who.trim(), row.reason));
        }
        let more = (not.refused.len() + sums.unmatched.len()).saturating_sub(NAMED);
        if more > 0 {
            shell.line(&format!("… and {more} more; see `reconciliation.json`"));
        }
        for one in not.without.iter().chain(&not.not_made) {
            let shown: Vec<&str> = one.codes.iter().take(CODES).map(String::as_str).collect();
            let more = if one.codes.len() > CODES { ", …" } else { "" };
            shell.line(&format!(
                "no `{}` for {}: {}: {}{more}",
                one.envelope,
                one.number,
                one.reason,
                shown.join(", ")
            ));
        }
        for one in &not.documents {
            shell.line(&format!(
                "not posted: {}.{}, {} times: {}",
                one.document,
                one.format.extension(),
                one.number,
                one.reason
            ));
        }
        let style = if sums.refused + sums.not_made > 0 {
            Style::Odd
        } else {
            Style::Good
        };
        let mut text = format!(
            "job {}: {} on {}",
            sums.job,
            counted(sums.printed.into(), "letter"),
            counted(sums.sheets.into(), "sheet")
        );
        for (number, what) in [
            (sums.refused, "refused"),
            (sums.unchanged, "unchanged"),
            (sums.other_pieces, "in other pieces"),
            (sums.without, "for none"),
            (sums.not_made, "not made"),
        ] {
            if number > 0 {
                text.push_str(&format!(", {} {what}", count(number.into())));
            }
        }
        if sums.bleed_pages < sums.letter_pages && bleed > 0.0 {
            text.push_str(&format!(
                "; {} of {} pages have the bleed of {bleed} mm",
                sums.bleed_pages, sums.letter_pages
            ));
        }
        if sums.printed == 0 {
            text.push_str("; nothing has changed since");
        }
        shell.styled(style, &text);
        shell.styled(
            Style::Hint,
            &format!("→ look at `{}`", self.out.join("ticket.pdf").display()),
        );
    }
}

impl Run for Print {
    fn json(&self) -> bool {
        self.output.json
    }

    fn run(&self, shell: &Shell, _: Environment) -> Result<Exit, CommandError> {
        if self.check {
            let letters = read_back(&self.out)?;
            if shell.json() {
                shell.object(&json!({ "command": "print", "exit": 0, "letters": letters }));
            } else {
                let letters = counted(letters.into(), "letter");
                shell.styled(Style::Good, &format!("{letters}, all counts agree"));
            }
            return Ok(Exit::Made);
        }
        let run = RunFolder::open(&self.run)?;
        if self.require_approval {
            run.demand_approval(self.public_key.as_deref())?;
        }
        let files = match &self.content {
            Some(folder) => Files::new(Arc::new(Directory::new(folder))),
            None => Files::default(),
        };
        let data = load(&self.printer, &files, &run.record().campaign.language)?;
        let fonts: Vec<Vec<u8>> = FONTS
            .iter()
            .filter_map(|path| embedded::get(path))
            .map(<[u8]>::to_vec)
            .collect();
        let options = PrintOptions {
            output_profile: self.output_profile(&data, &files)?,
            ..self.options()
        };
        let sums = print(run, &self.out, &data, &options, &fonts)?;
        let exit = Exit::made_if(sums.refused == 0 && sums.unmatched.is_empty());
        if shell.json() {
            shell.object(&json!({
                "command": "print",
                "exit": exit.status(),
                "out": self.out,
                "summary": sums,
            }));
        } else {
            self.tell(&sums, data.bleed, shell);
        }
        Ok(exit)
    }
}

/// A printer by name, or by file if the name ends in `.yaml`.
///
/// Its texts are in the language of a tag such as `nl-NL`.
pub(super) fn load(
    name: &str,
    files: &Files,
    language: &str,
) -> Result<PrintProfile, CommandError> {
    let (shown, bytes) = if name.ends_with(".yaml") {
        (name.to_owned(), values::read(Path::new(name))?)
    } else {
        let path = format!("printers/{name}.yaml");
        let plain = name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
        let found = if plain { files.find(&path)? } else { None };
        let Some(found) = found else {
            let known = embedded::below("content/printers")
                .filter_map(|(path, _)| path.strip_suffix(".yaml"))
                .collect::<Vec<_>>()
                .join(", ");
            return Err(
                CommandError::new(format!("the printer `{name}` does not exist"))
                    .hint(format!("give a file, or one of: {known}")),
            );
        };
        (found.name().to_owned(), files.bytes(&found)?.into_owned())
    };
    match String::from_utf8(bytes) {
        Ok(text) => Ok(PrintProfile::load(&Source::new(shown, text), language)?),
        Err(_) => Err(Diagnostic::not_utf8(&shown, 1).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_numbers_ranges_and_codes() {
        assert_eq!(pieces("3-4"), Ok(Choice::Range(3, 4)));
        assert_eq!(pieces(" 7"), Ok(Choice::Range(7, 7)));
        assert_eq!(pieces("GM0344"), Ok(Choice::Letter("GM0344".to_owned())));
        for wrong in ["", "0", "4-3", "1-2-3", "-"] {
            assert!(pieces(wrong).is_err(), "{wrong}");
        }
    }
}
