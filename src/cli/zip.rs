//! `zip`: the packs of a run in ZIP files.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use raadspost_archive::{BundleBy, bundle};
use raadspost_run::RunFolder;
use serde_json::json;

use crate::cli::Run;
use crate::cli::tally::{missing, reasons};
use crate::cli::values::OutputArgs;
use crate::outcome::{CommandError, Exit};
use crate::settings::Environment;
use crate::terminal::{Shell, Style};
use crate::units::counted;

/// Put the packs of a run into ZIP files, one for each municipality or province
#[derive(Debug, Args)]
pub(super) struct Zip {
    /// The folder that `build` made
    run: PathBuf,
    /// Folder for the ZIP files; it must be empty
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// What goes into one file
    #[arg(long, value_enum, default_value_t = By::Municipality)]
    by: By,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    /// The pack of one municipality
    Municipality,
    /// The packs of one province
    Province,
}

impl Run for Zip {
    fn json(&self) -> bool {
        self.output.json
    }

    fn run(&self, shell: &Shell, _: Environment) -> Result<Exit, CommandError> {
        let by = match self.by {
            By::Municipality => BundleBy::Municipality,
            By::Province => BundleBy::Province,
        };
        let done = bundle(&RunFolder::open(&self.run)?, &self.to, by)?;
        let failed = done.failed.iter();
        let failed = failed.map(|(name, why)| format!("`{name}.zip` was not made: {why}"));
        let notes = missing(&done.left_out, failed, "zip");
        let exit = Exit::made_if(notes.is_empty());
        shell.shortened(&notes, "`--json` lists all");
        if shell.json() {
            shell.object(&json!({
                "command": "zip",
                "exit": exit.status(),
                "to": self.to.display().to_string(),
                "files": done.bundles,
                "packs": done.packs,
                "documents": done.documents,
                "diagnostics": reasons(&notes),
            }));
            return Ok(exit);
        }
        let line = format!(
            "{} with {} of {} in `{}`",
            counted(done.bundles, "ZIP file"),
            counted(done.documents, "document"),
            counted(done.packs, "pack"),
            self.to.display()
        );
        shell.styled(Style::Good, &line);
        Ok(exit)
    }
}
