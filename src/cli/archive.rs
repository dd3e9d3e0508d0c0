//! `archive`: transfer packages of a finished run, and the check of packages.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use anyhow::{Context as _, anyhow};
use clap::{Args, ValueEnum};
use raadspost_archive::{
    ArchiveOptions, ContainerKind, PackageFormat, SidecarName, archive, check as check_packages,
    record_shape,
};
use raadspost_content::Format;
use raadspost_project::embedded_renderers;
use raadspost_run::{RunFolder, format_time};
use serde_json::json;

use crate::cli::tally::{missing, reasons};
use crate::cli::values::{self, OutputArgs};
use crate::cli::{Run, SELECTING};
use crate::outcome::{CommandError, Exit};
use crate::settings::Environment;
use crate::terminal::{Shell, Style};

/// Make transfer packages of a run for an archive, or check packages
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("what").required(true).args(["run", "check"]))]
pub(super) struct Archive {
    /// The folder that `build` made
    #[arg(requires = "to")]
    run: Option<PathBuf>,
    /// Folder for the packages; it must be empty
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
    /// Check a package, or all packages in a folder, instead of making some
    #[arg(long, value_name = "DIR", conflicts_with_all = ["to", "only", "date", "collective", "zip", "tar", "require_approval"])]
    check: Option<PathBuf>,
    /// What a package is
    #[arg(long, value_enum, default_value_t = PackageArg::MdtoSip)]
    format: PackageArg,
    /// Only the municipalities with these codes, separated by commas
    #[arg(long, value_name = "CODES", value_delimiter = ',', value_parser = values::name, help_heading = SELECTING)]
    only: Vec<String>,
    /// One package for all, in which documents that say the same to everyone stand once
    #[arg(long)]
    collective: bool,
    /// Write each package as a ZIP file
    #[arg(long, conflicts_with = "tar")]
    zip: bool,
    /// Write each package as a tar file
    #[arg(long)]
    tar: bool,
    /// How sidecars of files are called
    #[arg(long, value_enum, default_value_t = SidecarArg::Bestand)]
    sidecar: SidecarArg,
    /// When packages and checksums are made: `now` or a time (RFC 3339) [default: the approval's]
    #[arg(long, value_name = "TIME")]
    date: Option<String>,
    /// Refuse a run without an approval that holds
    #[arg(long)]
    require_approval: bool,
    /// The public key of the approval's signature, a file or the key itself; refuse a run that is
    /// not signed with it
    #[arg(long, value_name = "KEY", requires = "require_approval")]
    public_key: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum PackageArg {
    /// The Nationaal Archief's SIP with MDTO 1.0.1 sidecars
    MdtoSip,
    /// The same in a BagIt bag (RFC 8493)
    Bagit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SidecarArg {
    /// `brief.pdf.bestand.MDTO.xml`
    Bestand,
    /// `brief.pdf.MDTO.xml`
    Short,
}

impl Archive {
    /// What is made of the packages below `to`.
    fn options(&self, to: &Path) -> ArchiveOptions {
        ArchiveOptions {
            to: to.to_owned(),
            format: match self.format {
                PackageArg::MdtoSip => PackageFormat::MdtoSip,
                PackageArg::Bagit => PackageFormat::BagIt,
            },
            container: match (self.zip, self.tar) {
                (true, _) => ContainerKind::Zip,
                (false, true) => ContainerKind::Tar,
                (false, false) => ContainerKind::Folder,
            },
            only: (!self.only.is_empty()).then(|| self.only.iter().cloned().collect()),
            collective: self.collective,
            require_approval: self.require_approval,
            public_key: self.public_key.clone(),
            date: self.date.as_deref().map(moment),
            sidecar: match self.sidecar {
                SidecarArg::Bestand => SidecarName::Bestand,
                SidecarArg::Short => SidecarName::Short,
            },
        }
    }
}

impl Run for Archive {
    fn json(&self) -> bool {
        self.output.json
    }

    fn run(&self, shell: &Shell, _: Environment) -> Result<Exit, CommandError> {
        if let Some(folder) = &self.check {
            return check(folder, shell);
        }
        // Clap demands both.
        let run = self.run.as_deref().context("no run is named")?;
        let to = self
            .to
            .as_deref()
            .context("no folder for packages is named")?;
        make(run, &self.options(to), shell)
    }
}

/// The moment that was asked for; what is not `now` is judged where it is used.
#[expect(
    clippy::disallowed_methods,
    reason = "a person asks for the present moment by name"
)]
fn moment(date: &str) -> String {
    match date {
        "now" => format_time(SystemTime::now()),
        date => date.to_owned(),
    }
}

/// Makes packages. Packs that are left out are no error: the exit status reports them.
fn make(run: &Path, options: &ArchiveOptions, shell: &Shell) -> Result<Exit, CommandError> {
    let folder = RunFolder::open(run)?;
    let pdf = record_pdf(&folder)?;
    let done = archive(&folder, options, &pdf)?;
    let failed = done.failed.iter();
    let failed = failed.map(|(code, why)| format!("{code} has no package: {why}"));
    let notes = missing(&done.left_out, failed, "archive");
    let exit = Exit::made_if(notes.is_empty());
    if shell.json() {
        shell.object(&json!({
            "command": "archive",
            "exit": exit.status(),
            "to": options.to.display().to_string(),
            "packages": done.packages,
            "dossiers": done.dossiers,
            "unapproved": done.unapproved,
            "diagnostics": reasons(&notes),
        }));
        return Ok(exit);
    }
    shell.shortened(&notes, "`--json` lists all");
    let line = format!(
        "{} packages with {} dossiers in `{}`",
        done.packages,
        done.dossiers,
        options.to.display()
    );
    shell.styled(Style::Good, &line);
    if let Some(why) = &done.unapproved {
        let line = format!("without approval: {why}");
        shell.styled(Style::Odd, &line);
    }
    let hint = format!("→ raadspost archive --check {}", options.to.display());
    shell.styled(Style::Hint, &hint);
    Ok(exit)
}

/// The run's record as PDF/A, in the embedded look: an archive has no campaign at hand.
fn record_pdf(run: &RunFolder) -> Result<Vec<u8>, CommandError> {
    let renderers = embedded_renderers()?;
    let pdf = renderers
        .iter()
        .find(|renderer| renderer.format() == Format::Pdf)
        .context("this build makes no PDF")?;
    let (shape, values) = record_shape(run, &|text| pdf.missing_characters(text))?;
    let made = pdf
        .prepare(&[Arc::new(shape)])
        .and_then(|prepared| prepared.output.render(&[values]))?;
    let rendition = made.output.into_iter().next();
    let rendition = rendition.ok_or_else(|| anyhow!("the run's record has no PDF"))?;
    Ok(rendition.bytes)
}

/// Checks packages.
///
/// # Errors
/// There is no package, or a file cannot be read. A deviation is no error: the exit status reports it.
fn check(folder: &Path, shell: &Shell) -> Result<Exit, CommandError> {
    let checked = check_packages(folder)?;
    let exit = Exit::made_if(checked.faults.is_empty());
    if shell.json() {
        shell.object(&json!({
            "command": "archive",
            "exit": exit.status(),
            "packages": checked.packages,
            "files": checked.files,
            "diagnostics": reasons(&checked.faults),
        }));
        return Ok(exit);
    }
    shell.diagnostics(&checked.faults);
    let (packages, files) = (checked.packages, checked.files);
    if checked.faults.is_empty() {
        let line = format!("{packages} packages with {files} files are sound");
        shell.styled(Style::Good, &line);
    } else {
        let faults = checked.faults.len();
        let line = format!("{faults} deviations in {packages} packages with {files} files");
        shell.styled(Style::Bad, &line);
    }
    Ok(exit)
}
