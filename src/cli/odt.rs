//! `odt`: the Word files of a run as OpenDocument text, by an installed LibreOffice, in a folder of
//! their own; they are no part of the run and stand in no manifest.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, anyhow, bail};
use raadspost_content::{Diagnostic, Format};
use raadspost_run::{RunFolder, sha256_of_file};
use serde_json::json;

use crate::cli::build::summary;
use crate::outcome::{Exit, Halt};
use crate::settings::Odt;
use crate::terminal::{Printer, Style};

/// What LibreOffice is called.
const PROGRAMS: [&str; 2] = ["soffice", "libreoffice"];

/// Converts the files of a run.
///
/// # Errors
/// There is no LibreOffice, no Word file, or a file that it does not convert.
pub(crate) fn run(odt: &Odt, printer: &Printer) -> Result<Exit, Halt> {
    let out = std::path::absolute(&odt.out).context("cannot find `--out`")?;
    let root = fs::canonicalize(&odt.run)
        .with_context(|| format!("there is no run in `{}`", odt.run.display()))?;
    let run = RunFolder::open(&root)?;
    if out.starts_with(&root) || out.starts_with(&odt.run) {
        let fact = anyhow!(
            "`{}` lies in the run, which holds what its manifest says and nothing else; name a folder outside",
            odt.out.display()
        );
        return Err(fact.into());
    }
    let (folders, left) = folders(&run, odt)?;
    let program = program()?;
    // A profile of its own: LibreOffice refuses to start twice on one, and the user's is not ours.
    let profile = out.join(".libreoffice");
    let mut written = Vec::new();
    for (folder, files) in &folders {
        let target = out.join(folder);
        fs::create_dir_all(&target)
            .with_context(|| format!("cannot make the folder `{}`", target.display()))?;
        let converted = Command::new(program)
            .arg(format!(
                "-env:UserInstallation=file://{}",
                profile.display()
            ))
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
                let fact = anyhow!(
                    "LibreOffice did not convert `{}`: {}",
                    file.display(),
                    said.trim()
                );
                return Err(fact.into());
            }
            written.push(made);
        }
    }
    // Nothing of the profile is worth keeping, and nothing depends on its going.
    let _ = fs::remove_dir_all(&profile);
    let notes: Vec<Diagnostic> = left
        .into_iter()
        .map(|fact| {
            Diagnostic::warning("file-left-out", fact).hint("run `raadspost build` to make it")
        })
        .collect();
    let exit = if notes.is_empty() {
        Exit::Made
    } else {
        Exit::Partial
    };
    printer.shortened(&notes, "`--json` lists all");
    if printer.json() {
        let files: Vec<String> = written
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        printer.object(&json!({
            "command": "odt",
            "exit": exit.status(),
            "written": files,
            "diagnostics": summary::reasons(&notes),
        }));
    }
    printer.styled(
        Style::Good,
        &format!("{} files in `{}`", written.len(), odt.out.display()),
    );
    Ok(exit)
}

/// The Word files of a run by folder.
type Folders = BTreeMap<PathBuf, Vec<PathBuf>>;

/// The current Word files of a run by folder, as its record names them, each as it was delivered;
/// and those that are asked for and are out of date or not made.
fn folders(run: &RunFolder, odt: &Odt) -> Result<(Folders, Vec<String>), Halt> {
    let mut folders = Folders::new();
    let mut left = Vec::new();
    for pack in run.packs()? {
        let pack = pack?;
        if !odt.only.is_empty() && !odt.only.contains(&pack.code) {
            continue;
        }
        for document in &pack.documents {
            if document.format != Format::Docx {
                continue;
            }
            let path = run.document(&document.path)?;
            if sha256_of_file(&path)? != document.sha256 {
                let fact = anyhow!(
                    "`{}` is not as it was delivered; build again",
                    document.path
                );
                return Err(fact.into());
            }
            let folder = Path::new(&document.path).parent().unwrap_or(Path::new(""));
            folders.entry(folder.to_owned()).or_default().push(path);
        }
        let files = pack.left.iter().filter(|file| file.ends_with(".docx"));
        left.extend(files.map(|file| format!("`{file}` of {} is not up to date", pack.code)));
    }
    if folders.is_empty() {
        let fact = anyhow!(
            "`{}` holds no Word file that is asked for",
            odt.run.display()
        );
        return Err(fact.into());
    }
    Ok((folders, left))
}

/// The installed LibreOffice.
fn program() -> anyhow::Result<&'static str> {
    for program in PROGRAMS {
        match Command::new(program).arg("--version").output() {
            Ok(_) => return Ok(program),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| format!("cannot start `{program}`")),
        }
    }
    bail!("LibreOffice is not installed: neither `soffice` nor `libreoffice` is found");
}
