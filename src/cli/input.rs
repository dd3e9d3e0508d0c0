//! The inputs of all commands that load a campaign, and their selection.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Args;
use raadspost_content::Source;
use raadspost_pipeline::Selection;
use raadspost_project::{CampaignFile, OpenOptions, Origin, Project};
use serde_json::{Value, json};

use crate::cli::{SELECTING, command, values};
use crate::outcome::CommandError;
use crate::terminal::{Progress, Shell};

/// A campaign, a register, and a selection.
#[derive(Debug, Default, Args)]
pub(super) struct Input {
    /// A campaign (YAML), or a folder with one campaign [default: the embedded one]
    pub(super) campaign: Option<PathBuf>,
    /// The register of municipalities, CSV, `.csv.gz` or a workbook [default: the one the campaign names]
    #[arg(long, value_name = "FILE")]
    pub(super) register: Option<PathBuf>,
    /// Only municipalities for which this condition is true
    #[arg(long = "where", value_name = "EXPR", value_parser = values::name, help_heading = SELECTING)]
    pub(super) condition: Option<String>,
    /// Only the municipalities with these codes, separated by commas
    #[arg(long, value_name = "CODES", value_delimiter = ',', value_parser = values::name, help_heading = SELECTING)]
    pub(super) only: Vec<String>,
    /// Only the documents with these ids, separated by commas
    #[arg(long, value_name = "IDS", value_delimiter = ',', value_parser = values::name, help_heading = SELECTING)]
    pub(super) document: Vec<String>,
    /// Make nothing if any row of the register is refused
    #[arg(long, help_heading = SELECTING)]
    pub(super) strict: bool,
}

impl Input {
    /// The given campaign, otherwise the one in the current folder, otherwise the embedded one.
    ///
    /// # Errors
    /// The file does not exist, the folder does not contain exactly one campaign, or it is not
    /// UTF-8.
    pub(super) fn find(&self) -> Result<CampaignFile, CommandError> {
        match &self.campaign {
            Some(named) if !named.exists() => Err(absent(named)),
            Some(named) => Ok(CampaignFile::at(named)?),
            None => Ok(CampaignFile::in_or_embedded(Path::new(""))?),
        }
    }

    /// Loads a campaign, and reports its name on standard error.
    ///
    /// # Errors
    /// Those of [`Project::load`].
    pub(super) fn load(
        &self,
        file: CampaignFile,
        shell: &Shell,
        progress: &Progress,
    ) -> Result<Project, CommandError> {
        progress.phase("reading campaign and register");
        let mut options = OpenOptions::default();
        options.register.clone_from(&self.register);
        options.condition = self
            .condition
            .as_ref()
            .map(|text| Source::new("--where", text));
        options.strict = self.strict;
        let project = Project::load(file, &options)?;
        progress.clear();
        let campaign = project.campaign();
        let (id, title, origin) = (campaign.id(), campaign.title(), project.origin());
        shell.remark(&format!("campaign `{id}`, {title} ({origin})"));
        Ok(project)
    }

    /// The selection; `--where` is evaluated for each row, where its fields are known.
    pub(super) fn selection(&self) -> Selection {
        let some = |names: &[String]| -> Option<BTreeSet<String>> {
            (!names.is_empty()).then(|| names.iter().cloned().collect())
        };
        Selection {
            only: some(&self.only),
            documents: some(&self.document),
        }
    }

    /// Whether the selection is restricted.
    pub(super) fn is_narrowed(&self) -> bool {
        self.condition.is_some() || !self.only.is_empty() || !self.document.is_empty()
    }
}

/// The path does not exist; for clap, `raadspost chekc` names a campaign.
fn absent(named: &Path) -> CommandError {
    let word = named.to_string_lossy();
    let distance = |command: &str| strsim::damerau_levenshtein(command, &word);
    let command = command()
        .get_subcommands()
        .map(|command| command.get_name().to_owned())
        .filter(|command| distance(command) <= 2)
        .min_by_key(|command| distance(command));
    let hint = match command {
        Some(command) => format!("did you mean the command `{command}`?"),
        None => {
            "give a YAML file or a folder with one, or create one with `raadspost init DIR`".into()
        }
    };
    CommandError::new(format!("the campaign `{word}` does not exist")).hint(hint)
}

/// The campaign, for programs.
pub(super) fn identity(project: &Project) -> Value {
    json!({
        "id": project.campaign().id(),
        "title": project.campaign().title(),
        "origin": match project.origin() {
            Origin::BuiltIn => "built in".to_owned(),
            Origin::File(path) => path.display().to_string(),
            Origin::Kept(run) => format!("kept by {}", run.display()),
            other => other.to_string(),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_command_is_recognised() {
        let hint = |word: &str| absent(Path::new(word)).fault.unwrap().hint.unwrap();
        assert_eq!(hint("chekc"), "did you mean the command `check`?");
        assert!(hint("nothing-like-it").starts_with("give a YAML file"));
    }
}
