//! `approve`: binds a name and a note to a run, and signs both if a key is given.

use std::path::PathBuf;
use std::time::SystemTime;

use clap::Args;
use raadspost_run::{RunFolder, SigningKey, approve, format_time};
use serde_json::json;

use crate::cli::Run;
use crate::cli::values::{self, OutputArgs};
use crate::outcome::{CommandError, Exit};
use crate::settings::Environment;
use crate::terminal::{Shell, Style};
use crate::units::{count, counted};

/// Approve a run by name, for print and archive to require
#[derive(Debug, Args)]
pub(super) struct Approve {
    /// The folder that `build` made
    run: PathBuf,
    /// Who approves
    #[arg(long, value_name = "NAME", value_parser = values::name)]
    by: String,
    /// A note to store with the name
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// When (RFC 3339) [default: now]
    #[arg(long, value_name = "TIME")]
    date: Option<String>,
    /// A minisign secret key to sign the manifest and the approval
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// A file with the key's password on its first line [default: ask]
    #[arg(long, value_name = "FILE", requires = "key")]
    password_file: Option<PathBuf>,
    #[command(flatten)]
    output: OutputArgs,
}

impl Run for Approve {
    fn json(&self) -> bool {
        self.output.json
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "an approval is an act of a person at a time, not an output of the campaign"
    )]
    fn run(&self, shell: &Shell, _: Environment) -> Result<Exit, CommandError> {
        let run = RunFolder::open(&self.run)?;
        let at = match &self.date {
            Some(at) => at.clone(),
            None => format_time(SystemTime::now()),
        };
        let password = values::password(self.password_file.as_deref())?;
        let key = self.key.clone().map(|file| SigningKey { file, password });
        let approval = approve(&run, &self.by, self.note.as_deref(), &at, key)?;
        let signed = approval.signed_by.is_some();
        if shell.json() {
            shell.object(&json!({
                "command": "approve",
                "exit": Exit::Made.status(),
                "approval": approval,
                "signed": signed,
            }));
            return Ok(Exit::Made);
        }
        let word = if signed {
            "approved and signed"
        } else {
            "approved"
        };
        let counts = run.record().counts;
        shell.styled(
            Style::Good,
            &format!(
                "{word} by {} at {}: {} for {} municipalities",
                approval.by,
                approval.at,
                counted(counts.made, "document"),
                count(counts.packs)
            ),
        );
        if counts.held > 0 {
            let line = format!("{} packs are held and not included", counts.held);
            shell.styled(Style::Odd, &line);
        }
        if counts.incomplete > 0 {
            let line = format!(
                "{} packs have missing or outdated documents and are not included",
                counts.incomplete
            );
            shell.styled(Style::Odd, &line);
        }
        Ok(Exit::Made)
    }
}
