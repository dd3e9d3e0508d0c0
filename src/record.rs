//! What the record of a run says before the run: the tool, the campaign, and by name and digest
//! every file that decides the documents.

use std::io::{self, Read as _};
use std::path::Path;

use anyhow::Context as _;
use raadspost_content::{Fingerprint, InputRecord, PixelRecord, RunRecord};
use sha2::{Digest as _, Sha256};

use crate::embedded;
use crate::recipients::Loaded;

/// One file of so many is compared with its pixels.
const ONE_IN: u32 = 100;

/// A seed that stays the same for a campaign, so that a run that is repeated takes the same files.
fn seed(campaign: &str) -> u32 {
    let [a, b, c, d, ..] = Fingerprint::of(campaign.as_bytes()).0;
    u32::from_le_bytes([a, b, c, d])
}

/// The record's head.
///
/// # Errors
/// A file cannot be read.
pub(crate) fn of(loaded: &Loaded) -> anyhow::Result<RunRecord> {
    let source = loaded.campaign.source();
    let mut inputs = vec![input(
        "source",
        source.name(),
        Fingerprint::of(source.text().as_bytes()),
    )];
    let register = loaded.register_file();
    let digest = digest(register.open_as_it_is()?)
        .with_context(|| format!("cannot read `{}`", register.name))?;
    inputs.push(input("register", &register.name, digest));
    if let Some(theme) = loaded.folder.find(embedded::THEME) {
        let name = theme.name.clone();
        inputs.push(input("theme", &name, Fingerprint::of(&theme.bytes()?)));
    }
    inputs.extend(loaded.house.inputs.iter().cloned());
    for (path, bytes) in loaded.folder.fonts()? {
        inputs.push(input("font", &path, Fingerprint::of(&bytes)));
    }
    Ok(RunRecord {
        tool: concat!("raadspost ", env!("CARGO_PKG_VERSION")).to_owned(),
        campaign: loaded.campaign.record(),
        inputs,
        pixels: PixelRecord {
            seed: seed(loaded.campaign.id()),
            one_in: ONE_IN,
        },
        ..RunRecord::default()
    })
}

/// What the record keeps of a file with these bytes.
pub(crate) fn input_of(role: &str, name: &str, bytes: &[u8]) -> InputRecord {
    input(role, name, Fingerprint::of(bytes))
}

/// The last part of the name alone: the author's folders are no part of a record, and equal runs
/// in two folders have equal records.
fn input(role: &str, name: &str, digest: Fingerprint) -> InputRecord {
    let last = Path::new(name).file_name().unwrap_or_default();
    InputRecord {
        role: role.to_owned(),
        name: last.to_string_lossy().into_owned(),
        sha256: digest.to_string(),
    }
}

fn digest(mut reader: Box<dyn io::Read + Send>) -> io::Result<Fingerprint> {
    let mut hasher = Sha256::new();
    let mut piece = vec![0; 64 * 1024];
    loop {
        let length = reader.read(&mut piece)?;
        if length == 0 {
            return Ok(Fingerprint(hasher.finalize().into()));
        }
        hasher.update(&piece[..length]);
    }
}
