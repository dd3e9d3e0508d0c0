//! `compare`: what clerks changed in Word files, as text, a table, a page or records.

mod found;
mod original;
mod page;
mod table;
mod words;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use raadspost_inspect::{
    Against, FoundBy, ReadError, Revision, compare_docx, identify_docx, renew_records,
};
use serde_json::{Value, json};

use crate::cli::Run;
use crate::cli::values::OutputArgs;
use crate::outcome::{CommandError, Exit};
use crate::settings::Environment;
use crate::terminal::{Shell, Style};
use original::Originals;

/// Show what clerks changed in Word files: fill-ins with their values, and changed paragraphs
#[derive(Debug, Args)]
pub(super) struct Compare {
    /// The Word file as it came back, or a folder of such files
    file: PathBuf,
    /// The file as it was made, or the folder of the run that made it [default: the run in `out` if it made the file, else the record in the file]
    #[arg(long, value_name = "FILE or RUN")]
    original: Option<PathBuf>,
    /// Write the record of the motion anew, as XML, from what is filled in; of a folder, into this folder
    #[arg(long, value_name = "FILE or DIR")]
    record: Option<PathBuf>,
    /// Write a table for a spreadsheet, a row for each file
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Write a page to look at, with every change
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    #[command(flatten)]
    output: OutputArgs,
}

/// A file that came back.
struct Returned {
    /// Its path below the folder, or its name.
    name: String,
    outcome: Result<Compared, String>,
}

/// A file that could be compared.
struct Compared {
    revision: Revision,
    /// The original.
    original: Option<PathBuf>,
    /// Why there is none, where a run was looked into.
    note: Option<String>,
    /// Its records, written anew.
    records: Vec<String>,
}

/// What became of a file at its clerk's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Unreadable,
    Untouched,
    FilledIn,
    Changed,
}

impl State {
    /// The word of a program.
    fn word(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Untouched => "untouched",
            Self::FilledIn => "filled-in",
            Self::Changed => "changed",
        }
    }
}

impl Returned {
    fn state(&self) -> State {
        match &self.outcome {
            Err(_) => State::Unreadable,
            Ok(compared) if !compared.revision.changed.is_empty() => State::Changed,
            Ok(compared) => {
                let mut fills = compared.revision.filled.iter();
                let touched = fills.any(|one| one.value.is_some() || one.found_by.is_none());
                if touched {
                    State::FilledIn
                } else {
                    State::Untouched
                }
            }
        }
    }
}

impl Run for Compare {
    fn json(&self) -> bool {
        self.output.json
    }

    fn run(&self, shell: &Shell, _: Environment) -> Result<Exit, CommandError> {
        let is_folder = self.file.is_dir();
        let files = if is_folder {
            found::word_files(&self.file)?
        } else {
            vec![(name_of(&self.file), self.file.clone())]
        };
        let mut returned = Vec::with_capacity(files.len());
        let mut bytes = Vec::with_capacity(files.len());
        for (name, path) in files {
            let read = found::read(&path);
            bytes.push((path, name, read));
        }
        let read = bytes.iter().filter_map(|(_, _, read)| read.as_ref().ok());
        let originals = Originals::open(self.original.as_deref(), read)?;
        for (path, name, read) in bytes {
            let outcome = read.and_then(|bytes| self.compared(&path, &bytes, &originals));
            match outcome {
                // Of a single file the reason is the command's.
                Err(error) if !is_folder => return Err(error),
                outcome => {
                    let outcome = outcome.map_err(|error| error.one_line());
                    returned.push(Returned { name, outcome });
                }
            }
        }
        self.write(&returned, is_folder)?;
        let whole = returned.iter().all(|one| one.outcome.is_ok());
        let exit = Exit::made_if(whole);
        match (&returned[..], is_folder) {
            (
                [
                    Returned {
                        outcome: Ok(only), ..
                    },
                ],
                false,
            ) => {
                if shell.json() {
                    shell.object(&with_command(object(only)));
                } else {
                    tell(only, shell);
                }
            }
            (all, _) => {
                if shell.json() {
                    let mut made = with_command(json!({}));
                    made["exit"] = exit.status().into();
                    made["files"] = all.iter().map(row).collect();
                    shell.object(&made);
                } else {
                    table::tell(all, shell);
                }
            }
        }
        Ok(exit)
    }
}

impl Compare {
    fn compared(
        &self,
        path: &Path,
        edited: &[u8],
        originals: &Originals,
    ) -> Result<Compared, CommandError> {
        let cannot = |error: ReadError| cannot_compare(path, error);
        let identity = identify_docx(edited).map_err(cannot)?;
        let found = originals.find(path, &identity)?;
        let mut note = found.note;
        let mut revision = None;
        let mut original = None;
        if let Some(file) = &found.file {
            let bytes = found::read(file)?;
            let made = compare_docx(edited, Some(&bytes)).map_err(cannot)?;
            match (made.same_version, originals.is_file()) {
                (Some(false), false) => {
                    note = Some("the run has another version of the document now".into());
                }
                (Some(false), true) => {
                    note = Some("the file was made from another version of the original".into());
                    revision = Some(made);
                }
                (None | Some(true), _) => revision = Some(made),
            }
            original = Some(bytes).filter(|_| revision.is_some());
        }
        let revision = match revision {
            Some(revision) => revision,
            None => compare_docx(edited, None).map_err(cannot)?,
        };
        let records = match &self.record {
            None => Vec::new(),
            Some(_) => renew_records(edited, original.as_deref()).map_err(cannot)?,
        };
        Ok(Compared {
            revision,
            original: found.file.filter(|_| original.is_some()),
            note,
            records,
        })
    }

    /// Writes records, table and page.
    fn write(&self, returned: &[Returned], is_folder: bool) -> Result<(), CommandError> {
        if let Some(target) = &self.record {
            for one in returned {
                let Ok(compared) = &one.outcome else { continue };
                let target = if is_folder {
                    target.join(&one.name).with_extension("xml")
                } else {
                    target.clone()
                };
                for (at, record) in compared.records.iter().enumerate() {
                    save(&numbered(&target, at + 1), record.as_bytes())?;
                }
            }
        }
        if let Some(file) = &self.csv {
            save(file, &table::csv(returned))?;
        }
        if let Some(file) = &self.html {
            save(file, page::html(returned).as_bytes())?;
        }
        Ok(())
    }
}

/// A path, with a number before its extension from the second on.
fn numbered(path: &Path, number: usize) -> PathBuf {
    if number == 1 {
        return path.to_owned();
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let name = match path.extension() {
        Some(extension) => format!("{stem}-{number}.{}", extension.to_string_lossy()),
        None => format!("{stem}-{number}"),
    };
    path.with_file_name(name)
}

fn save(path: &Path, bytes: &[u8]) -> Result<(), CommandError> {
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
    }
    fs::write(path, bytes).with_context(|| format!("cannot write `{}`", path.display()))?;
    Ok(())
}

fn cannot_compare(path: &Path, error: ReadError) -> CommandError {
    let hint = match &error {
        ReadError::NotWord(_) => "open it in Word or LibreOffice and save it as `.docx`",
        ReadError::MissingPart(_) => {
            "name the original with `--original`: the file keeps no record of its motion"
        }
        _ => "ask the clerk to save the file again in Word as `.docx`",
    };
    let named = path.display();
    CommandError::from(anyhow::Error::new(error).context(format!("cannot compare `{named}`")))
        .hint(hint)
}

fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

fn by_word(by: FoundBy) -> &'static str {
    match by {
        FoundBy::Tag => "tag",
        FoundBy::Binding => "binding",
        FoundBy::Text => "text",
        FoundBy::Order => "order",
    }
}

fn with_command(object: Value) -> Value {
    let mut made = json!({ "command": "compare", "exit": 0 });
    if let (Value::Object(made), Value::Object(object)) = (&mut made, object) {
        made.extend(object);
    }
    made
}

fn object(compared: &Compared) -> Value {
    let revision = &compared.revision;
    let filled: Vec<_> = revision
        .filled
        .iter()
        .map(|filled| {
            json!({
                "key": filled.key,
                "value": filled.value,
                "found-by": filled.found_by.map(by_word),
            })
        })
        .collect();
    let changed: Vec<_> = revision
        .changed
        .iter()
        .map(|changed| json!({ "before": changed.before, "after": changed.after }))
        .collect();
    json!({
        "against": match revision.against {
            Against::Original => "original",
            Against::Record => "record",
        },
        "original": compared.original.as_ref().map(|path| path.display().to_string()),
        "note": compared.note,
        "title": revision.identity.title,
        "code": revision.identity.code,
        "municipality": revision.identity.municipality,
        "document": revision.identity.document,
        "fill-ins": filled,
        "changed": changed,
    })
}

/// A file of a folder, for programs.
fn row(returned: &Returned) -> Value {
    let mut made = json!({
        "file": returned.name,
        "state": returned.state().word(),
        "reason": returned.outcome.as_ref().err(),
    });
    if let (Value::Object(made), Ok(compared)) = (&mut made, &returned.outcome)
        && let Value::Object(object) = object(compared)
    {
        made.extend(object);
    }
    made
}

fn tell(compared: &Compared, shell: &Shell) {
    let revision = &compared.revision;
    let code = revision.identity.code.as_deref().unwrap_or("");
    let title = revision.identity.title.as_deref().unwrap_or("");
    shell.styled(Style::Strong, format!("{code} {title}").trim());
    if let Some(note) = &compared.note {
        shell.styled(Style::Odd, note);
    }
    match &compared.original {
        Some(original) => shell.line(&format!("compared with `{}`", original.display())),
        None => shell.line(
            "compared with the record in the file: title and texts of the motion, without tables",
        ),
    }
    let (mut open, mut gone) = (Vec::new(), Vec::new());
    for filled in &revision.filled {
        match (&filled.value, filled.found_by) {
            (Some(value), Some(by)) => shell.line(&format!(
                "  {} = {value} (found by {})",
                filled.key,
                by_word(by)
            )),
            (None, Some(_)) => open.push(filled.key.as_str()),
            (_, None) => gone.push(filled.key.as_str()),
        }
    }
    if !open.is_empty() {
        shell.line(&format!("  not filled in: {}", open.join(", ")));
    }
    if !gone.is_empty() {
        shell.line(&format!("  removed: {}", gone.join(", ")));
    }
    if revision.changed.is_empty() {
        shell.styled(Style::Good, "the text is unchanged");
    }
    for changed in &revision.changed {
        shell.line("");
        for line in &changed.before {
            shell.styled(Style::Bad, &format!("- {line}"));
        }
        for line in &changed.after {
            shell.styled(Style::Good, &format!("+ {line}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_of_one_file_have_names_of_their_own() {
        let path = Path::new("a/motie.xml");
        assert_eq!(numbered(path, 1), path);
        assert_eq!(numbered(path, 2), Path::new("a/motie-2.xml"));
        assert_eq!(numbered(Path::new("record"), 3), Path::new("record-3"));
    }
}
