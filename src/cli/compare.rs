//! `compare`: what a clerk changed in a Word file.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use raadspost_content::Format;
use raadspost_inspect::{Against, FoundBy, Revision, compare_docx};
use raadspost_run::{RunFolder, sha256_of_file};
use serde_json::json;

use crate::outcome::{Exit, Halt};
use crate::settings::Compare;
use crate::terminal::{Printer, Style};

/// Compares a file with its original.
///
/// # Errors
/// A file that cannot be read, a run without the original, or a file without record where no
/// original is named.
pub(crate) fn run(compare: &Compare, printer: &Printer) -> Result<Exit, Halt> {
    let named = compare.file.display();
    let edited = fs::read(&compare.file).with_context(|| format!("cannot read `{named}`"))?;
    let original = match &compare.original {
        Some(path) if path.is_dir() => Some(find(path, &compare.file, &edited)?),
        other => other.clone(),
    };
    let bytes = original
        .as_ref()
        .map(|path| fs::read(path).with_context(|| format!("cannot read `{}`", path.display())))
        .transpose()?;
    let revision = compare_docx(&edited, bytes.as_deref())
        .with_context(|| format!("cannot compare `{named}`"))?;
    if printer.json() {
        printer.object(&object(&revision));
    } else {
        tell(&revision, printer);
    }
    Ok(Exit::Made)
}

/// The file of a run from which a file came, by the run's record: of its municipality, and of its
/// name. What was moved aside, or is out of date, is not in the record.
fn find(run: &Path, file: &Path, edited: &[u8]) -> Result<PathBuf, Halt> {
    let code = compare_docx(edited, None)
        .ok()
        .and_then(|revision| revision.code)
        .context("the file does not say of which municipality it is; name the original itself")?;
    let folder = RunFolder::open(run)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let mut known = Vec::new();
    for pack in folder.packs()? {
        let pack = pack?;
        if pack.code != code {
            continue;
        }
        for document in &pack.documents {
            let last = document.path.rsplit('/').next().unwrap_or_default();
            if last == name {
                let path = folder.document(&document.path)?;
                if sha256_of_file(&path)? != document.sha256 {
                    return Err(anyhow!(
                        "`{}` is not as it was delivered; name the original itself",
                        path.display()
                    )
                    .into());
                }
                return Ok(path);
            }
            if document.format == Format::Docx {
                known.push(format!("`{last}`"));
            }
        }
        if pack
            .out_of_date
            .iter()
            .any(|path| path.ends_with(&format!("/{name}")))
        {
            return Err(anyhow!("`{name}` of `{code}` is out of date; build again").into());
        }
    }
    Err(anyhow!(
        "the run in `{}` has no file `{name}` of `{code}`; its Word files are {}; name the original itself",
        run.display(),
        if known.is_empty() { "none".to_owned() } else { known.join(", ") }
    )
    .into())
}

fn word(by: FoundBy) -> &'static str {
    match by {
        FoundBy::Tag => "tag",
        FoundBy::Binding => "binding",
        FoundBy::Text => "text",
        FoundBy::Order => "order",
    }
}

fn object(revision: &Revision) -> serde_json::Value {
    let filled: Vec<_> = revision
        .filled
        .iter()
        .map(|filled| {
            json!({
                "key": filled.key,
                "value": filled.value,
                "found-by": filled.found_by.map(word),
            })
        })
        .collect();
    let changed: Vec<_> = revision
        .changed
        .iter()
        .map(|changed| json!({ "before": changed.before, "after": changed.after }))
        .collect();
    json!({
        "command": "compare",
        "exit": 0,
        "against": match revision.against {
            Against::Original => "original",
            Against::Record => "record",
        },
        "title": revision.title,
        "code": revision.code,
        "fill-ins": filled,
        "changed": changed,
    })
}

fn tell(revision: &Revision, printer: &Printer) {
    let code = revision.code.as_deref().unwrap_or("");
    let title = revision.title.as_deref().unwrap_or("");
    printer.styled(Style::Strong, format!("{code} {title}").trim());
    if revision.against == Against::Record {
        printer.line(
            "compared with the record in the file: the motion's text, without title and tables",
        );
    }
    let (mut open, mut gone) = (Vec::new(), Vec::new());
    for filled in &revision.filled {
        match (&filled.value, filled.found_by) {
            (Some(value), Some(by)) => printer.line(&format!(
                "  {} = {value} (found by {})",
                filled.key,
                word(by)
            )),
            (None, Some(_)) => open.push(filled.key.as_str()),
            (_, None) => gone.push(filled.key.as_str()),
        }
    }
    if !open.is_empty() {
        printer.line(&format!("  not filled in: {}", open.join(", ")));
    }
    if !gone.is_empty() {
        printer.line(&format!("  taken out: {}", gone.join(", ")));
    }
    if revision.changed.is_empty() {
        printer.styled(Style::Good, "the text is as it was");
    }
    for changed in &revision.changed {
        printer.line("");
        for line in &changed.before {
            printer.styled(Style::Bad, &format!("- {line}"));
        }
        for line in &changed.after {
            printer.styled(Style::Good, &format!("+ {line}"));
        }
    }
}
