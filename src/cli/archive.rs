//! `archive`: transfer packages of a finished run, and the check of packages.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use anyhow::{Context as _, anyhow};
use clap::{Args, ValueEnum};
use raadspost_archive::{
    ArchiveOptions, CheckOptions, Checked, ContainerKind, DispatchOptions, PackageFormat, Roots,
    Seals, SidecarName, archive, check as check_packages, record_shape,
};
use raadspost_content::Format;
use raadspost_project::embedded_renderers;
use raadspost_run::{
    RunFolder, Signer, SigningKey, Tongue, VerifyingKey, Words, diagnostics, format_time, words,
};
use serde_json::json;

use crate::cli::authority::Authority;
use crate::cli::tally::{missing, reasons};
use crate::cli::values::{self, OutputArgs, TongueArgs};
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
    #[arg(long, value_name = "DIR", conflicts_with_all = ["to", "only", "date", "collective", "zip", "tar", "require_approval", "key", "unsigned", "timestamp"])]
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
    /// The folder of the print run that was posted; its manifest and reconciliation go into packages
    #[arg(long, value_name = "DIR", requires = "posted")]
    print: Option<PathBuf>,
    /// When it was posted: a day, or a time (RFC 3339)
    #[arg(long, value_name = "DATE", requires = "print")]
    posted: Option<String>,
    /// A secret key of minisign's that signs each package
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// A file with the key's password on its first line [default: ask]
    #[arg(long, value_name = "FILE", requires = "key")]
    password_file: Option<PathBuf>,
    /// Leave the packages of a signed run unsigned
    #[arg(long, conflicts_with = "key")]
    unsigned: bool,
    /// Ask the time-stamping authority at this address (RFC 3161) for a time stamp of each package
    #[arg(long, value_name = "URL")]
    timestamp: Option<String>,
    /// Root certificates (PEM) that time stamps must lead to; with `--check`, refuse packages without
    /// a time stamp
    #[arg(long, value_name = "FILE")]
    timestamp_ca: Option<PathBuf>,
    /// With `--check`: refuse packages that are not signed with this public key, a file or the key
    /// itself
    #[arg(long, value_name = "KEY", requires = "check")]
    require_signature: Option<String>,
    /// Refuse a run without an approval that holds
    #[arg(long)]
    require_approval: bool,
    /// The public key of the approval's signature, a file or the key itself; refuse a run that is
    /// not signed with it
    #[arg(long, value_name = "KEY", requires = "require_approval")]
    public_key: Option<String>,
    #[command(flatten)]
    tongue: TongueArgs,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum PackageArg {
    /// The Nationaal Archief's SIP with MDTO 1.0.1 sidecars
    MdtoSip,
    /// The same in a BagIt bag (RFC 8493)
    Bagit,
    /// The same in an E-ARK SIP (CSIP and SIP 2.2), with METS and PREMIS
    EArk,
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
                PackageArg::EArk => PackageFormat::Eark,
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
            dispatch: self
                .print
                .clone()
                .zip(self.posted.clone())
                .map(|(print, posted)| DispatchOptions { print, posted }),
            unsigned: self.unsigned,
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

    fn run(&self, shell: &Shell, environment: Environment) -> Result<Exit, CommandError> {
        let roots = self.timestamp_ca.as_deref().map(Roots::read).transpose()?;
        if let Some(folder) = &self.check {
            let key = self.require_signature.as_deref();
            let signed_by = key.map(VerifyingKey::read).transpose()?;
            // Packages are in the terms of Dutch archives.
            let tongue = self.tongue.tongue(shell.json(), environment, Tongue::Dutch);
            return check(folder, &CheckOptions { signed_by, roots }, tongue, shell);
        }
        // Clap demands both.
        let run = self.run.as_deref().context("no run is named")?;
        let to = self
            .to
            .as_deref()
            .context("no folder for packages is named")?;
        let signer = match &self.key {
            Some(file) => Some(Signer::open(SigningKey {
                file: file.clone(),
                password: values::password(self.password_file.as_deref())?,
            })?),
            None => None,
        };
        let authority = self.timestamp.as_deref().map(Authority::at).transpose()?;
        let ask = |request: &[u8]| match &authority {
            Some(authority) => authority.ask(request),
            None => Err("no authority is named".to_owned()),
        };
        let seals = Seals {
            signer: signer.as_ref(),
            stamper: authority.is_some().then_some(&ask),
            roots: roots.as_ref(),
        };
        make(run, &self.options(to), &seals, shell)
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
fn make(
    run: &Path,
    options: &ArchiveOptions,
    seals: &Seals<'_>,
    shell: &Shell,
) -> Result<Exit, CommandError> {
    let folder = RunFolder::open(run)?;
    let pdf = record_pdf(&folder)?;
    let done = archive(&folder, options, &pdf, seals)?;
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
            "posted": done.posted,
            "unapproved": done.unapproved,
            "signed_by": done.signed_by,
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
    if let Some(dispatch) = &options.dispatch {
        let (sent, of, when) = (done.posted, done.dossiers, &dispatch.posted);
        shell.line(&format!("{sent} of {of} dossiers were posted on {when}"));
    }
    if let Some(key) = &done.signed_by {
        shell.line(&format!("signed with the key {key}"));
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
fn check(
    folder: &Path,
    options: &CheckOptions,
    tongue: Tongue,
    shell: &Shell,
) -> Result<Exit, CommandError> {
    let checked = check_packages(folder, options)?;
    let exit = Exit::made_if(checked.faults.is_empty());
    let faults = diagnostics(&checked.faults, tongue);
    if shell.json() {
        shell.object(&json!({
            "command": "archive",
            "exit": exit.status(),
            "packages": checked.packages,
            "files": checked.files,
            "signed": checked.signed,
            "keys": checked.keys,
            "stamped": checked.stamped,
            "authorities": checked.authorities,
            "diagnostics": reasons(&faults),
        }));
        return Ok(exit);
    }
    shell.diagnostics(&faults);
    let (packages, files) = (checked.packages, checked.files);
    let found = faults.len();
    let (style, words) = if faults.is_empty() {
        let words = words!(
            "{packages} packages with {files} files are sound",
            "pakketten: {packages}, bestanden: {files}; alles klopt"
        );
        (Style::Good, words)
    } else {
        let words = words!(
            "{found} deviations in {packages} packages with {files} files",
            "pakketten: {packages}, bestanden: {files}; afwijkingen: {found}"
        );
        (Style::Bad, words)
    };
    shell.styled(style, words.in_tongue(tongue));
    let words = signed(&checked, options);
    shell.line(words.in_tongue(tongue));
    if checked.stamped > 0 {
        let words = stamped(&checked, options);
        shell.line(words.in_tongue(tongue));
    }
    Ok(exit)
}

/// How many packages have a time stamp, and of which authorities.
fn stamped(checked: &Checked, options: &CheckOptions) -> Words {
    let Checked {
        packages,
        stamped,
        authorities,
        ..
    } = checked;
    let authorities = authorities.iter().cloned().collect::<Vec<_>>().join("; ");
    match options.roots {
        Some(_) => words!(
            "{stamped} of {packages} packages have a time stamp that leads to a trusted root: {authorities}",
            "tijdstempel dat tot een vertrouwd certificaat leidt: {stamped} van {packages}, van {authorities}"
        ),
        None => words!(
            "{stamped} of {packages} packages have a time stamp by {authorities}; name the root certificate that you trust with `--timestamp-ca`",
            "tijdstempel: {stamped} van {packages}, van {authorities}; noem het certificaat dat u vertrouwt met `--timestamp-ca`"
        ),
    }
}

/// How many packages are signed, and with which keys.
fn signed(checked: &Checked, options: &CheckOptions) -> Words {
    let Checked {
        packages,
        signed,
        keys,
        ..
    } = checked;
    let keys = keys.iter().cloned().collect::<Vec<_>>().join(", ");
    match (signed, &options.signed_by) {
        (0, _) => words!("no package is signed", "geen pakket is ondertekend"),
        (_, Some(_)) => words!(
            "{signed} of {packages} packages are signed with the key that was demanded",
            "ondertekend met de geëiste sleutel: {signed} van {packages}"
        ),
        (_, None) => words!(
            "{signed} of {packages} packages are signed with a key that they hold themselves, {keys}; name the key that you know with `--require-signature`",
            "ondertekend met een sleutel die in het pakket zelf zit, {keys}: {signed} van {packages}; noem de sleutel die u kent met `--require-signature`"
        ),
    }
}
