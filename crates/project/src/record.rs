//! The head of a run's record, known before the run: the tool, the campaign, and every file that
//! determines the documents, by name and digest.

use std::borrow::Cow;
use std::path::Path;

use raadspost_campaign::Campaign;
use raadspost_content::Fingerprint;
use raadspost_pipeline::{InputPlace, KeptInput};
use raadspost_run::{CampaignRecord, InputRecord, RunRecord, SenderRecord};

use crate::backends::pixels;
use crate::embedded;
use crate::error::ProjectError;
use crate::project::Project;
use crate::table::TableFile;

/// The tool and its version, for records.
pub const TOOL: &str = concat!("raadspost ", env!("CARGO_PKG_VERSION"));

/// The record's head, and the files that the run folder keeps. Embedded fonts are recorded by
/// digest only: they come with the tool.
///
/// # Errors
/// A file cannot be read.
pub fn run_record(project: &Project) -> Result<(RunRecord, Vec<KeptInput>), ProjectError> {
    let source = project.campaign.source();
    let mut inputs = Inputs::default();
    let text = source.text().as_bytes();
    inputs.bytes("source", source.name(), text);
    inputs.table("register", project.register_table())?;
    if let Some(factions) = project.factions_table() {
        inputs.table("factions", factions)?;
    }
    if let Some(theme) = project.files.find(embedded::THEME)? {
        let name = theme.name.clone();
        inputs.bytes("theme", &name, &project.files.bytes(&theme)?);
    }
    for (role, path, bytes) in &project.house.inputs {
        inputs.named(role, path, bytes);
    }
    for (path, _, _) in project.campaign.pictures_named() {
        if let Some(picture) = project.files.find(path)? {
            inputs.named("picture", path, &project.files.bytes(&picture)?);
        }
    }
    for (name, _) in project.campaign.envelope_names() {
        let path = format!("envelopes/{name}.yaml");
        if let Some(envelope) = project.files.find(&path)? {
            inputs.named("envelope", &path, &project.files.bytes(&envelope)?);
        }
    }
    let countries = project.files.countries()?;
    for country in project
        .campaign
        .address_forms(countries.iter().map(String::as_str))
    {
        let path = format!("{}/{country}.yaml", embedded::ADDRESSES);
        if let Some(form) = project.files.find(&path)? {
            inputs.named("address", &path, &project.files.bytes(&form)?);
        }
    }
    for tag in project.campaign.language_files() {
        let path = format!("{}/{tag}.yaml", embedded::LANGUAGES);
        if let Some(language) = project.files.find(&path)? {
            inputs.named("language", &path, &project.files.bytes(&language)?);
        }
    }
    for (name, bytes) in project.files.templates()? {
        inputs.named("template", &format!("templates/{name}"), &bytes);
    }
    for (path, bytes) in project.files.fonts()? {
        match bytes {
            Cow::Borrowed(bytes) => inputs.name("font", &path, Fingerprint::of(bytes)),
            Cow::Owned(bytes) => inputs.bytes("font", &path, &bytes),
        }
    }
    let record = RunRecord {
        tool: TOOL.to_owned(),
        campaign: campaign_record(&project.campaign),
        inputs: inputs.records,
        pixels: pixels(&project.campaign),
        ..RunRecord::default()
    };
    Ok((record, inputs.kept))
}

/// The campaign's own description.
fn campaign_record(campaign: &Campaign) -> CampaignRecord {
    CampaignRecord {
        id: campaign.id().to_owned(),
        title: campaign.title().to_owned(),
        date: campaign
            .date()
            .map(|date| date.to_string())
            .unwrap_or_default(),
        language: campaign.first_language().unwrap_or_default(),
        sender: SenderRecord {
            name: campaign.sender_name().to_owned(),
            email: campaign.sender_email().map(str::to_owned),
            website: campaign.sender_website().map(str::to_owned),
        },
        archive: campaign.archive().clone(),
    }
}

#[derive(Default)]
struct Inputs {
    records: Vec<InputRecord>,
    kept: Vec<KeptInput>,
}

impl Inputs {
    /// The file name without folders: the author's folders are not part of a record, so that equal
    /// runs in two folders have equal records.
    fn name(&mut self, role: &str, name: &str, sha256: Fingerprint) {
        let last = Path::new(name).file_name().unwrap_or_default();
        self.records.push(InputRecord {
            role: role.to_owned(),
            name: last.to_string_lossy().into_owned(),
            sha256: sha256.to_string(),
        });
    }

    /// A file with its path in the campaign, by which a later run finds it.
    fn named(&mut self, role: &str, path: &str, bytes: &[u8]) {
        let sha256 = Fingerprint::of(bytes);
        self.records.push(InputRecord {
            role: role.to_owned(),
            name: path.to_owned(),
            sha256: sha256.to_string(),
        });
        let place = InputPlace::Bytes(bytes.to_vec());
        self.kept.push(KeptInput { sha256, place });
    }

    fn keep(&mut self, role: &str, name: &str, sha256: Fingerprint, place: InputPlace) {
        self.name(role, name, sha256);
        self.kept.push(KeptInput { sha256, place });
    }

    fn bytes(&mut self, role: &str, name: &str, bytes: &[u8]) {
        let place = InputPlace::Bytes(bytes.to_vec());
        self.keep(role, name, Fingerprint::of(bytes), place);
    }

    fn table(&mut self, role: &str, table: &TableFile) -> Result<(), ProjectError> {
        let digest = table
            .sha256()
            .ok_or_else(|| ProjectError::new(format!("cannot read `{}`", table.name())))?;
        self.keep(role, table.name(), digest, table.origin());
        Ok(())
    }
}
