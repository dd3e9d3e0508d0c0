//! `man`: the manual pages, one for the program and one for each command.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use raadspost_run::write_durably;
use serde_json::json;

use crate::cli::values::OutputArgs;
use crate::cli::{Run, command};
use crate::outcome::{CommandError, Exit};
use crate::settings::Environment;
use crate::terminal::Shell;

/// Write the manual pages into a folder
#[derive(Debug, Args)]
pub(super) struct Man {
    /// The folder; created if necessary
    dir: PathBuf,
    #[command(flatten)]
    output: OutputArgs,
}

impl Run for Man {
    fn json(&self) -> bool {
        self.output.json
    }

    fn run(&self, shell: &Shell, _: Environment) -> Result<Exit, CommandError> {
        let dir = &self.dir;
        let pages = write(dir).with_context(|| format!("cannot write into `{}`", dir.display()))?;
        if shell.json() {
            shell.object(&json!({ "command": "man", "exit": 0, "written": pages }));
        }
        shell.line(&format!(
            "wrote {} into `{}`",
            pages.join(", "),
            dir.display()
        ));
        Ok(Exit::Made)
    }
}

/// Writes the pages and returns their names, sorted.
fn write(dir: &Path) -> std::io::Result<Vec<String>> {
    fs::create_dir_all(dir)?;
    let mut command = command().disable_help_subcommand(true);
    command.build();
    let mut pages = vec![("raadspost.1".to_owned(), command.clone())];
    for subcommand in command.get_subcommands() {
        pages.push((
            format!("raadspost-{}.1", subcommand.get_name()),
            subcommand.clone(),
        ));
    }
    pages.sort_by(|a, b| a.0.cmp(&b.0));
    for (page, command) in &pages {
        let mut text = Vec::new();
        clap_mangen::Man::new(command.clone()).render(&mut text)?;
        write_durably(&dir.join(page), &text).map_err(std::io::Error::other)?;
    }
    Ok(pages.into_iter().map(|(page, _)| page).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_page_for_each_command() {
        let dir = tempfile::tempdir().unwrap();
        let pages = write(&dir.path().join("man1")).unwrap();
        let commands = command().get_subcommands().count();
        assert_eq!(pages.len(), commands + 1, "{pages:?}");
        for page in pages {
            let text = fs::read_to_string(dir.path().join("man1").join(&page)).unwrap();
            let title = page.trim_end_matches(".1");
            assert!(text.contains(&format!(".TH {title} 1")), "{page}: {text}");
        }
    }
}
