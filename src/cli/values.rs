//! Flag values shared by several commands.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::builder::{PathBufValueParser, RangedU64ValueParser, TypedValueParser as _};
use clap::{Args, ValueEnum};
use raadspost_run::{Tongue, read_named};

use crate::settings::Environment;

/// How results are printed.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct OutputArgs {
    /// Print one JSON object for programs instead of text for people
    #[arg(long)]
    pub(super) json: bool,
}

/// The language of messages to a clerk or an archivist.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct TongueArgs {
    /// Language of the messages [default: that of the locale, otherwise that of the run]
    #[arg(long, value_enum, value_name = "LANGUAGE")]
    language: Option<TongueArg>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TongueArg {
    /// English
    En,
    /// Dutch
    Nl,
}

impl TongueArgs {
    /// The requested language. The default is English for programs; for people it is the locale's
    /// language, otherwise `own`, the language of the run.
    pub(super) fn tongue(self, json: bool, environment: Environment, own: Tongue) -> Tongue {
        match self.language {
            Some(TongueArg::En) => Tongue::English,
            Some(TongueArg::Nl) => Tongue::Dutch,
            None if json => Tongue::English,
            None => environment.tongue.unwrap_or(own),
        }
    }
}

/// The password on the first line of a file; `None` without a file, so that the terminal asks for
/// it.
pub(super) fn password(file: Option<&Path>) -> anyhow::Result<Option<String>> {
    let Some(file) = file else {
        return Ok(None);
    };
    let text = String::from_utf8_lossy(&read(file)?).into_owned();
    Ok(Some(text.lines().next().unwrap_or_default().to_owned()))
}

/// A name without surrounding spaces. An empty variable in a script (`--only "$CODES"`) must not
/// select everyone.
pub(super) fn name(text: &str) -> Result<String, &'static str> {
    match text.trim() {
        "" => Err("a name is empty"),
        name => Ok(name.to_owned()),
    }
}

/// A number of threads; more than 1024 is a typing mistake.
pub(super) fn jobs() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(1..=1024)
}

/// The number of threads, by default one per core.
pub(super) fn threads(jobs: Option<usize>, environment: Environment) -> usize {
    jobs.unwrap_or(environment.cores.get())
}

/// A folder with a name, so that another can be created next to it: neither `/` nor `..`.
pub(super) fn named_folder() -> impl clap::builder::TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(|path| match path.file_name() {
        Some(_) => Ok(path),
        None => Err("the path does not end in a folder name"),
    })
}

/// Bytes of a file that a flag names, at most.
const READ_LIMIT: u64 = 256 << 20;

/// The bytes of a file given as a flag.
pub(super) fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    read_named(path, READ_LIMIT).with_context(|| format!("cannot read `{}`", path.display()))
}
