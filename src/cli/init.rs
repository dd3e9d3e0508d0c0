//! `init`: creates a folder with everything that the embedded campaign is made of. Each file there
//! replaces the embedded one with the same name; a deleted file falls back to it.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use raadspost_project::embedded;
use raadspost_run::demand_no_link;
use serde_json::json;

use crate::cli::Run;
use crate::cli::values::OutputArgs;
use crate::outcome::{CommandError, Exit};
use crate::settings::Environment;
use crate::terminal::{Shell, Style};

/// The campaign of `--minimal`.
const MINIMAL: &str = "campaign.yaml";

/// Create your own folder with campaign, theme and registers
#[derive(Debug, Args)]
pub(super) struct Init {
    /// The folder; created if necessary, and no file in it is overwritten
    dir: PathBuf,
    /// Also write the Typst templates, for a designer to change
    #[arg(long)]
    templates: bool,
    /// Write only a campaign of ten lines; it uses the embedded theme and registers
    #[arg(long, conflicts_with = "templates")]
    minimal: bool,
    #[command(flatten)]
    output: OutputArgs,
}

impl Run for Init {
    fn json(&self) -> bool {
        self.output.json
    }

    fn run(&self, shell: &Shell, _: Environment) -> Result<Exit, CommandError> {
        let dir = &self.dir;
        let files = if self.minimal {
            minimal()
        } else {
            files(self.templates)
        };
        let written = write(dir, files)?;
        if shell.json() {
            shell.object(&json!({ "command": "init", "exit": 0, "written": written }));
            return Ok(Exit::Made);
        }
        shell.styled(
            Style::Good,
            &format!("a campaign to start from, in `{}`:", dir.display()),
        );
        for path in &written {
            shell.line(&format!("  {path}"));
        }
        let campaign = dir.join(if self.minimal {
            MINIMAL
        } else {
            embedded::CAMPAIGN
        });
        shell.line("");
        shell.styled(Style::Hint, &format!("1. edit `{}`", campaign.display()));
        shell.styled(Style::Hint, &format!("2. raadspost check {}", quoted(dir)));
        shell.styled(Style::Hint, &format!("3. raadspost {}", quoted(dir)));
        Ok(Exit::Made)
    }
}

/// The files to write: path below the folder, and bytes; sorted by path.
fn files(templates: bool) -> Vec<(String, &'static [u8])> {
    let content = embedded::below("content").map(|(path, bytes)| (path.to_owned(), bytes));
    let ours = raadspost_pdf::TEMPLATES.iter().filter(|_| templates);
    let ours = ours.map(|(name, text)| (format!("templates/{name}"), text.as_bytes()));
    let mut files: Vec<_> = content.chain(ours).collect();
    files.sort();
    files
}

/// A campaign of ten lines, for the embedded register.
fn minimal() -> Vec<(String, &'static [u8])> {
    vec![(MINIMAL.to_owned(), include_bytes!("init/minimal.yaml"))]
}

/// Writes the files and returns their paths below the folder, sorted.
fn write(dir: &Path, files: Vec<(String, &'static [u8])>) -> Result<Vec<String>, CommandError> {
    let taken: Vec<_> = files
        .iter()
        .map(|(path, _)| path)
        .filter(|path| dir.join(path).symlink_metadata().is_ok())
        .collect();
    if !taken.is_empty() {
        let taken: Vec<String> = taken.iter().map(|path| format!("`{path}`")).collect();
        let message = format!("`{}` has {} already", dir.display(), taken.join(", "));
        return Err(CommandError::new(message)
            .hint("choose another folder, or move these files; nothing is overwritten"));
    }
    let mut written = Vec::new();
    for (path, bytes) in files {
        let file = dir.join(&path);
        demand_no_link(dir, Path::new(&path))?;
        create(&file, bytes).with_context(|| format!("cannot write `{}`", file.display()))?;
        written.push(path);
    }
    Ok(written)
}

/// Writes a file that does not exist yet.
fn create(file: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    File::create_new(file)?.write_all(bytes)
}

/// The path as a word of a shell command line, which no command takes for a flag.
fn quoted(path: &Path) -> String {
    let path = if path.as_os_str().as_encoded_bytes().starts_with(b"-") {
        Path::new(".").join(path)
    } else {
        path.to_owned()
    };
    let path = path.display().to_string();
    // A path contains no NUL; everything else can be quoted.
    shlex::try_quote(&path).map_or_else(|_| path.clone(), Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use raadspost_project::{Directory, Project, render_pack};

    use super::*;

    #[test]
    fn everything_is_written_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let new = dir.path().join("a/new folder");
        let written = write(&new, files(true)).unwrap();
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
    fn ten_lines_are_a_campaign() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(write(dir.path(), minimal()).unwrap(), [MINIMAL]);
        let lines = fs::read_to_string(dir.path().join(MINIMAL)).unwrap();
        assert_eq!(lines.lines().count(), 10);
        let project = Project::open(Directory::new(dir.path())).unwrap();
        assert!(project.warnings().is_empty());
        let pack = render_pack(&project, "GM0344").unwrap().unwrap();
        assert_eq!((pack.documents.len(), pack.refused.len()), (1, 0));
        assert_eq!(pack.documents[0].file, "brief.pdf");
    }

    #[test]
    fn nothing_is_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(embedded::THEME), "mine").unwrap();
        let error = write(dir.path(), files(false))
            .unwrap_err()
            .fault
            .unwrap()
            .message;
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
        assert_eq!(quoted(Path::new("it's")), "\"it's\"");
        assert_eq!(quoted(Path::new("-x")), "./-x");
    }
}
