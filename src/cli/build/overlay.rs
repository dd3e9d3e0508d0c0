//! `--overlay`: proofs of finished letters with the no-print areas overlaid in red.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use raadspost_content::{Body, Format, Shape};
use raadspost_inspect::overlay;
use raadspost_pipeline::{Recipients as _, places_of};
use raadspost_project::Project;

use crate::cli::input::Input;
use crate::outcome::CommandError;

/// Writes a proof of each letter of the packs given with `--only`, or of the first pack of each
/// shape; `packs` is the size of the run. Returns the paths.
///
/// # Errors
/// A file cannot be read back or written.
pub(super) fn write(
    project: &Project,
    input: &Input,
    out: &Path,
    packs: u64,
    to: &Path,
) -> Result<Vec<PathBuf>, CommandError> {
    let selection = input.selection();
    let mut known = HashSet::new();
    let mut written = Vec::new();
    for recipient in project.packs()? {
        if !selection.takes_pack(&recipient) {
            continue;
        }
        let pack = &recipient.pack;
        for document in &pack.documents {
            let takes = document.format == Format::Pdf
                && selection.takes_document(&document.document)
                && has_letter(&document.shape);
            let chosen = !input.only.is_empty();
            if !takes || !(chosen || known.insert(document.shape.fingerprint())) {
                continue;
            }
            // The documents of a held pack are elsewhere, and a failed one does not exist.
            let places = places_of(pack, &document.file, packs);
            let mut places = places.iter().map(|path| out.join(path.as_str()));
            let Some(made) = places.find(|place| place.is_file()) else {
                continue;
            };
            let file = Path::new(&pack.folder()).join(&document.file);
            let bytes =
                fs::read(&made).with_context(|| format!("cannot read `{}`", made.display()))?;
            let proof = overlay(&document.shape, &document.values, &bytes)
                .with_context(|| format!("cannot overlay `{}`", made.display()))?;
            let place = to.join(&file);
            put(&place, &proof).with_context(|| format!("cannot write `{}`", place.display()))?;
            written.push(place);
        }
    }
    Ok(written)
}

/// Whether an envelope concerns it.
fn has_letter(shape: &Shape) -> bool {
    match &shape.body {
        Body::Letter(_) => true,
        Body::Parts { .. } => false,
        Body::Collection(members) => members.iter().any(|member| has_letter(member)),
    }
}

fn put(place: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = place.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(place, bytes)
}
