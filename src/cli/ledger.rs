//! `ledger`: the ledger of a run as JSON lines, for programs without SQLite.

use std::path::PathBuf;

use clap::Args;
use raadspost_pipeline::export_ledger;

use crate::cli::Run;
use crate::outcome::{CommandError, Exit};
use crate::settings::Environment;
use crate::terminal::Shell;

/// Print the ledger of a run as JSON lines, one for each document
#[derive(Debug, Args)]
pub(super) struct Ledger {
    /// The folder that `build` made
    run: PathBuf,
}

impl Run for Ledger {
    fn json(&self) -> bool {
        false
    }

    fn run(&self, shell: &Shell, _: Environment) -> Result<Exit, CommandError> {
        let exported = export_ledger(&self.run, |line| {
            shell.file(line.as_bytes());
            Ok(())
        });
        match exported {
            Ok(_) => Ok(Exit::Made),
            Err(error) => Err(CommandError::run(error, Vec::new())),
        }
    }
}
