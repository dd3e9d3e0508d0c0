//! Values of flags that several commands have.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use clap::builder::{PathBufValueParser, RangedU64ValueParser, TypedValueParser as _};

use crate::settings::Environment;

/// How results are printed.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct OutputArgs {
    /// Print one JSON object for programs instead of text for people
    #[arg(long)]
    pub(super) json: bool,
}

/// A name without the spaces round it. An empty variable in a script (`--only "$CODES"`) must not
/// come to mean everyone.
pub(super) fn name(text: &str) -> Result<String, &'static str> {
    match text.trim() {
        "" => Err("a name is empty"),
        name => Ok(name.to_owned()),
    }
}

/// A number of threads; more than 1024 are a slip of the finger, not a machine.
pub(super) fn jobs() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(1..=1024)
}

/// The number of threads, by default one for each core.
pub(super) fn threads(jobs: Option<usize>, environment: Environment) -> usize {
    jobs.unwrap_or(environment.cores.get())
}

/// A folder that has a name, so that another can lie beside it: neither `/` nor `..`.
pub(super) fn named_folder() -> impl clap::builder::TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(|path| match path.file_name() {
        Some(_) => Ok(path),
        None => Err("the path has no name of a folder"),
    })
}

/// The bytes of a file that a flag names.
pub(super) fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))
}
