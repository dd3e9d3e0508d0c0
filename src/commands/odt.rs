//! `odt`: the Word files of a run as OpenDocument text, by an installed LibreOffice, in a folder of
//! their own; they are no part of the run and stand in no manifest.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};
use serde_json::json;
use walkdir::WalkDir;

use crate::outcome::Exit;
use crate::printer::{Printer, Style};
use crate::settings::Odt;

/// What LibreOffice is called.
const PROGRAMS: [&str; 2] = ["soffice", "libreoffice"];

/// Converts the files of a run.
///
/// # Errors
/// There is no LibreOffice, no Word file, or a file that it does not convert.
pub(crate) fn run(odt: &Odt, printer: &Printer) -> anyhow::Result<Exit> {
    let folders = folders(odt)?;
    let out = std::path::absolute(&odt.out)?;
    let run = std::path::absolute(&odt.run)?;
    if out.starts_with(&run) {
        bail!(
            "`{}` lies in the run, which holds what its manifest says and nothing else; name a folder outside",
            odt.out.display()
        );
    }
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
                bail!(
                    "LibreOffice did not convert `{}`: {}",
                    file.display(),
                    said.trim()
                );
            }
            written.push(made);
        }
    }
    // Nothing of the profile is worth keeping, and nothing depends on its going.
    let _ = fs::remove_dir_all(&profile);
    if printer.json() {
        let files: Vec<String> = written
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        printer.object(&json!({ "command": "odt", "exit": 0, "written": files }));
    }
    printer.styled(
        Style::Good,
        &format!("{} files in `{}`", written.len(), odt.out.display()),
    );
    Ok(Exit::Made)
}

/// The Word files of a run by folder, both sorted.
fn folders(odt: &Odt) -> anyhow::Result<Vec<(PathBuf, Vec<PathBuf>)>> {
    let run = fs::canonicalize(&odt.run)
        .with_context(|| format!("there is no run in `{}`", odt.run.display()))?;
    let mut folders: Vec<(PathBuf, Vec<PathBuf>)> = Vec::new();
    let visible = |entry: &walkdir::DirEntry| {
        entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.')
    };
    for entry in WalkDir::new(&run)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(visible)
    {
        let entry = entry.context("cannot list the run")?;
        let path = entry.path();
        let folder = path
            .parent()
            .and_then(|folder| folder.strip_prefix(&run).ok());
        let (Some(folder), true) = (folder, path.extension().is_some_and(|end| end == "docx"))
        else {
            continue;
        };
        if !is_meant(folder, &odt.only) {
            continue;
        }
        match folders.last_mut().filter(|(known, _)| known == folder) {
            Some((_, files)) => files.push(path.to_owned()),
            None => folders.push((folder.to_owned(), vec![path.to_owned()])),
        }
    }
    if folders.is_empty() {
        bail!(
            "`{}` holds no Word file that is asked for",
            odt.run.display()
        );
    }
    Ok(folders)
}

/// Whether a folder belongs to one of these codes: it is the code, or the code, `-` and a name.
fn is_meant(folder: &Path, codes: &std::collections::BTreeSet<String>) -> bool {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    codes.is_empty()
        || codes.iter().any(|code| {
            let rest = name.strip_prefix(code.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_means_its_own_folder_only() {
        let codes = |code: &str| [code.to_owned()].into();
        assert!(is_meant(Path::new("GM0344-utrecht"), &codes("GM0344")));
        assert!(is_meant(Path::new("held/GM0344"), &codes("GM0344")));
        assert!(!is_meant(Path::new("GM03445-x"), &codes("GM0344")));
        assert!(is_meant(Path::new("A"), &std::collections::BTreeSet::new()));
    }
}
