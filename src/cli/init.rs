//! `init`: a folder of one's own to start from, with everything that the embedded campaign is made
//! of. Each file there replaces the embedded one of that name; what is deleted falls back to it.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use anyhow::{Context as _, bail};
use serde_json::json;

use crate::embedded;
use crate::outcome::Exit;
use crate::terminal::{Printer, Style};

/// Writes the embedded content into a folder.
///
/// # Errors
/// One of the files is there already, and then nothing is written; or the folder cannot be written.
pub(crate) fn run(dir: &Path, templates: bool, printer: &Printer) -> anyhow::Result<Exit> {
    let written = write(dir, templates)?;
    if printer.json() {
        printer.object(&json!({ "command": "init", "exit": 0, "written": written }));
        return Ok(Exit::Made);
    }
    printer.styled(
        Style::Good,
        &format!("a campaign to start from, in `{}`:", dir.display()),
    );
    for path in &written {
        printer.line(&format!("  {path}"));
    }
    let campaign = dir.join(embedded::CAMPAIGN);
    printer.line("");
    printer.styled(Style::Hint, &format!("1. edit `{}`", campaign.display()));
    printer.styled(Style::Hint, &format!("2. raadspost check {}", quoted(dir)));
    printer.styled(Style::Hint, &format!("3. raadspost {}", quoted(dir)));
    Ok(Exit::Made)
}

/// What is written: path below the folder, and bytes; sorted by path.
fn files(templates: bool) -> Vec<(String, &'static [u8])> {
    let content = embedded::below("content").map(|(path, bytes)| (path.to_owned(), bytes));
    let ours = raadspost_pdf::TEMPLATES.iter().filter(|_| templates);
    let ours = ours.map(|(name, text)| (format!("templates/{name}"), text.as_bytes()));
    let mut files: Vec<_> = content.chain(ours).collect();
    files.sort();
    files
}

/// Writes the files and returns their paths below the folder, sorted.
fn write(dir: &Path, templates: bool) -> anyhow::Result<Vec<String>> {
    let files = files(templates);
    let taken: Vec<_> = files
        .iter()
        .map(|(path, _)| path)
        .filter(|path| dir.join(path).symlink_metadata().is_ok())
        .collect();
    if !taken.is_empty() {
        bail!(
            "`{}` has {} already; nothing is overwritten: name another folder, or move them away",
            dir.display(),
            taken
                .iter()
                .map(|path| format!("`{path}`"))
                .collect::<Vec<_>>()
                .join(", "),
        );
    }
    let mut written = Vec::new();
    for (path, bytes) in files {
        let file = dir.join(&path);
        create(&file, bytes).with_context(|| format!("cannot write `{}`", file.display()))?;
        written.push(path);
    }
    Ok(written)
}

/// Writes a file that is not there yet.
fn create(file: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    File::create_new(file)?.write_all(bytes)
}

/// The path as a word of a shell's command line.
fn quoted(path: &Path) -> String {
    let path = path.display().to_string();
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | '~');
    if !path.is_empty() && !path.starts_with('-') && path.chars().all(plain) {
        path
    } else if path.starts_with('-') {
        quoted(&Path::new(".").join(path))
    } else {
        format!("'{}'", path.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_written_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let new = dir.path().join("a/new folder");
        let written = write(&new, true).unwrap();
        for path in [
            embedded::CAMPAIGN,
            embedded::REGISTER,
            "templates/letter.typ",
        ] {
            assert!(written.iter().any(|one| one == path), "{path}");
        }
        for (path, bytes) in embedded::below("content") {
            assert_eq!(fs::read(new.join(path)).unwrap(), bytes, "{path}");
        }
    }

    #[test]
    fn nothing_is_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(embedded::THEME), "mine").unwrap();
        let error = write(dir.path(), false).unwrap_err().to_string();
        assert!(
            error.contains(embedded::THEME) && !error.contains(embedded::CAMPAIGN),
            "{error}"
        );
        assert_eq!(
            fs::read_dir(dir.path()).unwrap().count(),
            1,
            "nothing beside it"
        );
        assert_eq!(fs::read(dir.path().join(embedded::THEME)).unwrap(), b"mine");
    }

    #[test]
    fn a_folder_is_one_word() {
        assert_eq!(quoted(Path::new("mine/x")), "mine/x");
        assert_eq!(quoted(Path::new("my folder")), "'my folder'");
        assert_eq!(quoted(Path::new("it's")), r"'it'\''s'");
        assert_eq!(quoted(Path::new("-x")), "./-x");
    }
}
