//! What the record of a run says before the run: the tool, the campaign, and by name and digest
//! every file that decides the documents; and the way back, from a run's record to the campaign
//! that it was made from.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use raadspost_campaign::Campaign;
use raadspost_content::{Fingerprint, PixelRecord, Source};
use raadspost_pipeline::{InputPlace, KeptInput};
use raadspost_run::{CampaignRecord, InputRecord, RunFolder, RunRecord, SenderRecord};

use crate::discover::{CampaignFile, KeptTables, Origin, RegisterFile, digest};
use crate::embedded::{self, Bytes, Folder};
use crate::outcome::CommandError;
use crate::recipients::Loaded;

/// One file of so many is compared with its pixels.
const ONE_IN: u32 = 100;

/// Which files are compared with their pixels. The seed stays the same for a campaign, so that a
/// run that is repeated takes the same files.
pub(crate) fn pixels(campaign: &Campaign) -> PixelRecord {
    let [a, b, c, d, ..] = Fingerprint::of(campaign.id().as_bytes()).0;
    PixelRecord {
        seed: u32::from_le_bytes([a, b, c, d]),
        one_in: ONE_IN,
    }
}

/// The roles of files that are named by their path in the campaign.
const NAMED: [&str; 5] = [
    "logo",
    "reference-document",
    "picture",
    "envelope",
    "template",
];

/// The tool and its version, as records name it.
pub(crate) const TOOL: &str = concat!("raadspost ", env!("CARGO_PKG_VERSION"));

/// The record's head, and the files that the run folder keeps. Embedded fonts are named by their
/// digest alone: they come with the tool.
///
/// # Errors
/// A file cannot be read.
pub(crate) fn of(loaded: &Loaded) -> anyhow::Result<(RunRecord, Vec<KeptInput>)> {
    let source = loaded.campaign.source();
    let mut inputs = Inputs::default();
    let text = source.text().as_bytes();
    inputs.bytes("source", source.name(), text);
    inputs.table("register", loaded.register_file())?;
    if let Some(factions) = loaded.factions_file() {
        inputs.table("factions", factions)?;
    }
    if let Some(theme) = loaded.folder.find(embedded::THEME) {
        let name = theme.name.clone();
        inputs.bytes("theme", &name, &loaded.folder.bytes(&theme)?);
    }
    for (role, path, bytes) in &loaded.house.inputs {
        inputs.named(role, path, bytes);
    }
    for (path, _, _) in loaded.campaign.pictures_named() {
        if let Some(picture) = loaded.folder.find(path) {
            inputs.named("picture", path, &loaded.folder.bytes(&picture)?);
        }
    }
    for (name, _) in loaded.campaign.envelope_names() {
        let path = format!("envelopes/{name}.yaml");
        if let Some(envelope) = loaded.folder.find(&path) {
            inputs.named("envelope", &path, &loaded.folder.bytes(&envelope)?);
        }
    }
    for (name, bytes) in loaded.folder.templates()? {
        inputs.named("template", &format!("templates/{name}"), &bytes);
    }
    for (path, bytes) in loaded.folder.fonts()? {
        match bytes {
            Cow::Borrowed(bytes) => inputs.name("font", &path, Fingerprint::of(bytes)),
            Cow::Owned(bytes) => inputs.bytes("font", &path, &bytes),
        }
    }
    let record = RunRecord {
        tool: TOOL.to_owned(),
        campaign: campaign_record(&loaded.campaign),
        inputs: inputs.records,
        pixels: pixels(&loaded.campaign),
        ..RunRecord::default()
    };
    Ok((record, inputs.kept))
}

/// What a campaign says of itself.
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
    /// The last part of the name alone: the author's folders are no part of a record, and equal
    /// runs in two folders have equal records.
    fn name(&mut self, role: &str, name: &str, sha256: Fingerprint) {
        let last = Path::new(name).file_name().unwrap_or_default();
        self.records.push(InputRecord {
            role: role.to_owned(),
            name: last.to_string_lossy().into_owned(),
            sha256: sha256.to_string(),
        });
    }

    /// A file by the path that the campaign has for it, by which it is found again.
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

    fn table(&mut self, role: &str, table: &RegisterFile) -> anyhow::Result<()> {
        let digest = table
            .sha256()
            .with_context(|| format!("cannot read `{}`", table.name))?;
        self.keep(role, &table.name, digest, table.origin());
        Ok(())
    }
}

/// The campaign that a run was made from, with everything that belongs to it, from what the run
/// folder has kept; and the names of fonts that neither the folder nor this tool has.
///
/// # Errors
/// An input is missing, or is not what its digest says.
pub(crate) fn campaign(run: &RunFolder) -> Result<(CampaignFile, Vec<String>), CommandError> {
    let record = run.record();
    let folder = run.inputs();
    let file = |input: &InputRecord| -> Result<std::path::PathBuf, CommandError> {
        let path = folder.join(&input.sha256);
        let plain = input.sha256.len() == 64 && input.sha256.bytes().all(|b| b.is_ascii_hexdigit());
        let open = || digest(Box::new(std::fs::File::open(&path)?));
        match plain.then(open) {
            Some(Ok(digest)) if digest.to_string() == input.sha256 => Ok(path),
            Some(Ok(_)) => Err(CommandError::new(format!(
                "the kept {} `{}` is not what the run was made from",
                input.role, input.name
            ))),
            _ => Err(CommandError::new(format!(
                "the run has not kept its {} `{}`",
                input.role, input.name
            ))
            .hint("run `raadspost build` once with this version")),
        }
    };
    let of = |role: &str| record.inputs.iter().find(|input| input.role == role);
    let table = |role: &str| -> Result<Option<RegisterFile>, CommandError> {
        of(role)
            .map(|input| Ok(RegisterFile::on_disk(input.name.clone(), file(input)?)))
            .transpose()
    };
    let source = of("source").context("the run's record names no source")?;
    let text = String::from_utf8(embedded::read(&file(source)?)?)
        .context("the kept source is not UTF-8")?;
    let mut files = BTreeMap::new();
    if let Some(theme) = of("theme") {
        files.insert(embedded::THEME.to_owned(), file(theme)?);
    }
    for input in &record.inputs {
        if NAMED.contains(&input.role.as_str()) {
            files.insert(input.name.clone(), file(input)?);
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
            let bytes = embedded::read(&path)?;
            fonts.push((font.name.clone(), Cow::Owned(bytes)));
        } else {
            missing.push(font.name.clone());
        }
    }
    if !missing.is_empty() {
        fonts = Folder::default().fonts()?;
    }
    let campaign = CampaignFile {
        source: Source::new(source.name.clone(), text),
        origin: Origin::Kept(run.root().to_owned()),
        folder: Folder::kept(files, fonts),
        kept: KeptTables {
            register: table("register")?,
            factions: table("factions")?,
        },
    };
    Ok((campaign, missing))
}
