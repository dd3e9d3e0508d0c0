//! `odt`: converts the Word files of a run to OpenDocument text with an installed LibreOffice, into
//! a separate folder; the results are not part of the run and not in its manifest.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;
use clap::Args;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use raadspost_content::{Diagnostic, Format};
use raadspost_run::{RunFolder, sha256_of_file};
use serde_json::json;

use crate::cli::Run;
use crate::cli::tally::reasons;
use crate::cli::values::{self, OutputArgs};
use crate::outcome::{CommandError, Exit};
use crate::settings::Environment;
use crate::terminal::{Shell, Style};

/// Possible names of the LibreOffice program.
const PROGRAMS: [&str; 2] = ["soffice", "libreoffice"];

/// Convert the Word files of a run into OpenDocument text, with an installed LibreOffice
#[derive(Debug, Args)]
pub(super) struct Odt {
    /// The folder of a finished run
    run: PathBuf,
    /// Folder for the OpenDocument files, outside the run
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Only the municipalities with these codes, separated by commas
    #[arg(long, value_name = "CODES", value_delimiter = ',', value_parser = values::name)]
    only: Vec<String>,
    #[command(flatten)]
    output: OutputArgs,
}

impl Run for Odt {
    fn json(&self) -> bool {
        self.output.json
    }

    fn run(&self, shell: &Shell, _: Environment) -> Result<Exit, CommandError> {
        let out = std::path::absolute(&self.out).context("cannot find `--out`")?;
        let root = fs::canonicalize(&self.run)
            .with_context(|| format!("`{}` contains no run", self.run.display()))?;
        let run = RunFolder::open(&root)?;
        if out.starts_with(&root) || out.starts_with(&self.run) {
            let message = format!(
                "`{}` is inside the run folder, which contains exactly the files in its manifest",
                self.out.display()
            );
            return Err(CommandError::new(message).hint("choose a folder outside"));
        }
        let (folders, left) = folders(&run, &self.run, &self.only)?;
        let program = program()?;
        // LibreOffice does not start twice with one profile, and the user's profile is not ours to
        // change.
        let profile = out.join(".libreoffice");
        let mut written = Vec::new();
        for (folder, files) in &folders {
            let target = out.join(folder);
            fs::create_dir_all(&target)
                .with_context(|| format!("cannot make the folder `{}`", target.display()))?;
            let converted = Command::new(program)
                .arg(format!("-env:UserInstallation={}", file_url(&profile)))
                .args(["--headless", "--norestore", "--convert-to", "odt:writer8"])
                .arg("--outdir")
                .arg(&target)
                .args(files)
                .output()
                .with_context(|| format!("cannot start `{program}`"))?;
            for file in files {
                let name = file.with_extension("odt");
                let made = target.join(name.file_name().unwrap_or_default());
                if !made.is_file() {
                    let said = String::from_utf8_lossy(&converted.stderr);
                    let message = format!(
                        "LibreOffice did not convert `{}`: {}",
                        file.display(),
                        said.trim()
                    );
                    return Err(CommandError::new(message));
                }
                written.push(made);
            }
        }
        // The profile is worthless, and nothing depends on its removal.
        let _ = fs::remove_dir_all(&profile);
        let notes: Vec<Diagnostic> = left
            .into_iter()
            .map(|fact| {
                Diagnostic::warning("file-left-out", fact).hint("run `raadspost build` to make it")
            })
            .collect();
        let exit = Exit::made_if(notes.is_empty());
        shell.shortened(&notes, "`--json` lists all");
        if shell.json() {
            let files: Vec<String> = written
                .iter()
                .map(|path| path.display().to_string())
                .collect();
            shell.object(&json!({
                "command": "odt",
                "exit": exit.status(),
                "written": files,
                "diagnostics": reasons(&notes),
            }));
        }
        shell.styled(
            Style::Good,
            &format!("{} files in `{}`", written.len(), self.out.display()),
        );
        Ok(exit)
    }
}

/// ASCII characters allowed unencoded in the path of a URL (RFC 3986, 3.3).
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The URL of an absolute path.
fn file_url(path: &Path) -> String {
    let bytes = path.as_os_str().as_encoded_bytes();
    format!("file://{}", percent_encode(bytes, PLAIN))
}

/// The Word files of a run by folder.
type Folders = BTreeMap<PathBuf, Vec<PathBuf>>;

/// The current Word files of a run by folder, from its record, each verified against its digest;
/// and the requested ones that are outdated or missing.
fn folders(
    run: &RunFolder,
    root: &Path,
    only: &[String],
) -> Result<(Folders, Vec<String>), CommandError> {
    let mut folders = Folders::new();
    let mut left = Vec::new();
    for pack in run.packs()? {
        let pack = pack?;
        if !only.is_empty() && !only.contains(&pack.code) {
            continue;
        }
        for document in &pack.documents {
            if document.format != Format::Docx {
                continue;
            }
            let path = run.document(&document.path)?;
            if sha256_of_file(&path)? != document.sha256 {
                let message = format!("`{}` differs from the delivered file", document.path);
                return Err(CommandError::new(message).hint("build again"));
            }
            let folder = Path::new(&document.path).parent().unwrap_or(Path::new(""));
            folders.entry(folder.to_owned()).or_default().push(path);
        }
        let files = pack.skipped.iter().filter(|file| file.ends_with(".docx"));
        left.extend(files.map(|file| format!("`{file}` of {} is not up to date", pack.code)));
    }
    if folders.is_empty() {
        let root = root.display();
        return Err(CommandError::new(format!(
            "`{root}` contains none of the requested Word files"
        )));
    }
    Ok((folders, left))
}

/// The installed LibreOffice.
fn program() -> Result<&'static str, CommandError> {
    for program in PROGRAMS {
        match Command::new(program).arg("--version").output() {
            Ok(_) => return Ok(program),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => {
                let error = anyhow::Error::new(error);
                return Err(error.context(format!("cannot start `{program}`")).into());
            }
        }
    }
    let message = "LibreOffice is not installed: neither `soffice` nor `libreoffice` is found";
    Err(CommandError::new(message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_folder_has_a_url() {
        let url = file_url(Path::new("/home/an na/50%/ë#1"));
        assert_eq!(url, "file:///home/an%20na/50%25/%C3%AB%231");
    }
}
