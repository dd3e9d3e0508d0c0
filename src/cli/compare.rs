//! `compare`: what a clerk has changed in a Word file.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use raadspost_content::Format;
use raadspost_inspect::{Against, FoundBy, Revision, compare_docx};
use raadspost_run::{RunFolder, sha256_of_file};
use serde_json::json;

use crate::cli::Run;
use crate::cli::values::OutputArgs;
use crate::outcome::{CommandError, Exit};
use crate::settings::Environment;
use crate::terminal::{Shell, Style};

/// Show what a clerk changed in a Word file: fill-ins with their values, and changed paragraphs
#[derive(Debug, Args)]
pub(super) struct Compare {
    /// The edited Word file
    file: PathBuf,
    /// The original file, or the folder of its run [default: the record in the file]
    #[arg(long, value_name = "FILE or RUN")]
    original: Option<PathBuf>,
    #[command(flatten)]
    output: OutputArgs,
}

impl Run for Compare {
    fn json(&self) -> bool {
        self.output.json
    }

    fn run(&self, shell: &Shell, _: Environment) -> Result<Exit, CommandError> {
        let named = self.file.display();
        let edited = fs::read(&self.file).with_context(|| format!("cannot read `{named}`"))?;
        let original = match &self.original {
            Some(path) if path.is_dir() => Some(find(path, &self.file, &edited)?),
            other => other.clone(),
        };
        let bytes = original
            .as_ref()
            .map(|path| fs::read(path).with_context(|| format!("cannot read `{}`", path.display())))
            .transpose()?;
        let revision = compare_docx(&edited, bytes.as_deref())
            .with_context(|| format!("cannot compare `{named}`"))?;
        if shell.json() {
            shell.object(&object(&revision));
        } else {
            tell(&revision, shell);
        }
        Ok(Exit::Made)
    }
}

/// The hint if the run does not determine the original.
const NAME_ORIGINAL: &str = "name the original itself";

/// The original of a file, from the run's record: by municipality and file name. Superseded and
/// outdated files are not in the record.
fn find(run: &Path, file: &Path, edited: &[u8]) -> Result<PathBuf, CommandError> {
    let code = compare_docx(edited, None)
        .ok()
        .and_then(|revision| revision.code)
        .ok_or_else(|| {
            CommandError::new("the file does not contain its municipality").hint(NAME_ORIGINAL)
        })?;
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
                    let message = format!("`{}` differs from the delivered file", path.display());
                    return Err(CommandError::new(message).hint(NAME_ORIGINAL));
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
            let message = format!("`{name}` of `{code}` is out of date");
            return Err(CommandError::new(message).hint("build again"));
        }
    }
    let known = if known.is_empty() {
        "none".to_owned()
    } else {
        known.join(", ")
    };
    let message = format!(
        "the run in `{}` has no file `{name}` of `{code}`; its Word files are {known}",
        run.display()
    );
    Err(CommandError::new(message).hint(NAME_ORIGINAL))
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

fn tell(revision: &Revision, shell: &Shell) {
    let code = revision.code.as_deref().unwrap_or("");
    let title = revision.title.as_deref().unwrap_or("");
    shell.styled(Style::Strong, format!("{code} {title}").trim());
    if revision.against == Against::Record {
        shell.line(
            "compared with the record in the file: the motion's text, without title and tables",
        );
    }
    let (mut open, mut gone) = (Vec::new(), Vec::new());
    for filled in &revision.filled {
        match (&filled.value, filled.found_by) {
            (Some(value), Some(by)) => shell.line(&format!(
                "  {} = {value} (found by {})",
                filled.key,
                word(by)
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
