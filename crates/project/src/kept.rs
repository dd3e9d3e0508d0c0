//! Opening the campaign of an earlier run from its record and the inputs kept in the run folder.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use raadspost_content::{Fingerprint, Source};
use raadspost_run::{InputRecord, RunFolder};

use crate::embedded;
use crate::error::ProjectError;
use crate::files::{self, Bytes, Files};
use crate::source::{CampaignFile, KeptTables, Origin};
use crate::table::{TableFile, digest};

/// The roles of files identified by their path in the campaign.
const NAMED: [&str; 7] = [
    "logo",
    "reference-document",
    "picture",
    "envelope",
    "template",
    "address",
    "language",
];

impl CampaignFile {
    /// The campaign of a run.
    ///
    /// # Errors
    /// An input is missing or does not match its digest, or a font is neither kept nor embedded.
    pub fn of_run(run: &RunFolder) -> Result<Self, ProjectError> {
        let (campaign, missing) = campaign(run)?;
        if missing.is_empty() {
            return Ok(campaign);
        }
        let fonts = missing.join(", ");
        let message =
            format!("its fonts {fonts} are neither kept in the run nor embedded in this programme");
        Err(ProjectError::new(message).hint("name the campaign"))
    }

    /// As [`Self::of_run`], with embedded fonts in place of missing ones; also returns the names of
    /// the missing fonts.
    ///
    /// # Errors
    /// Those of [`Self::of_run`], except for fonts.
    pub fn of_run_in_any_font(run: &RunFolder) -> Result<(Self, Vec<String>), ProjectError> {
        campaign(run)
    }
}

/// The campaign of a run with everything that belongs to it, from the kept inputs, and the names of
/// fonts that are neither kept nor embedded.
///
/// # Errors
/// An input is missing or does not match its digest.
fn campaign(run: &RunFolder) -> Result<(CampaignFile, Vec<String>), ProjectError> {
    let record = run.record();
    let folder = run.inputs();
    let file = |input: &InputRecord| -> Result<PathBuf, ProjectError> {
        let path = folder.join(&input.sha256);
        let plain = input.sha256.len() == 64 && input.sha256.bytes().all(|b| b.is_ascii_hexdigit());
        let open = || digest(Box::new(fs::File::open(&path)?));
        match plain.then(open) {
            Some(Ok(digest)) if digest.to_string() == input.sha256 => Ok(path),
            Some(Ok(_)) => Err(ProjectError::new(format!(
                "the kept {} `{}` does not match the digest in the run's record",
                input.role, input.name
            ))),
            _ => Err(ProjectError::new(format!(
                "the {} `{}` was not kept by the run",
                input.role, input.name
            ))
            .hint("run `raadspost build` once with this version")),
        }
    };
    let of = |role: &str| record.inputs.iter().find(|input| input.role == role);
    let table = |role: &str| -> Result<Option<TableFile>, ProjectError> {
        of(role)
            .map(|input| Ok(TableFile::on_disk(input.name.clone(), file(input)?)))
            .transpose()
    };
    let source =
        of("source").ok_or_else(|| ProjectError::new("the run's record names no source"))?;
    let text = String::from_utf8(files::read(&file(source)?)?)
        .map_err(|_| ProjectError::new("the kept source is not UTF-8"))?;
    let mut kept = BTreeMap::new();
    if let Some(theme) = of("theme") {
        kept.insert(embedded::THEME.to_owned(), file(theme)?);
    }
    for input in &record.inputs {
        if NAMED.contains(&input.role.as_str()) {
            kept.insert(input.name.clone(), file(input)?);
        }
    }
    let known: BTreeMap<String, (&str, &'static [u8])> = embedded::below("fonts")
        .map(|(path, bytes)| (Fingerprint::of(bytes).to_string(), (path, bytes)))
        .collect();
    let (mut fonts, mut missing): (Vec<(String, Bytes)>, Vec<String>) = Default::default();
    for font in record.inputs.iter().filter(|input| input.role == "font") {
        if let Some((path, bytes)) = known.get(&font.sha256) {
            fonts.push(((*path).to_owned(), Cow::Borrowed(bytes)));
        } else if let Ok(path) = file(font) {
            let bytes = files::read(&path)?;
            fonts.push((font.name.clone(), Cow::Owned(bytes)));
        } else {
            missing.push(font.name.clone());
        }
    }
    if !missing.is_empty() {
        fonts = Files::default().fonts()?;
    }
    let campaign = CampaignFile {
        source: Source::new(source.name.clone(), text),
        origin: Origin::Kept(run.root().to_owned()),
        files: Files::kept(kept, fonts),
        kept: KeptTables {
            register: table("register")?,
            factions: table("factions")?,
        },
    };
    Ok((campaign, missing))
}
