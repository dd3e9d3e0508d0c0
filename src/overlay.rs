//! `--overlay`: proofs of finished letters with all that may not be printed laid over in red.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use raadspost_content::{Body, Format, Shape};
use raadspost_inspect::overlay;
use raadspost_pipeline::Recipients as _;

use crate::outcome::Halt;
use crate::recipients::Loaded;
use crate::settings::Build;

/// Writes a proof of each letter of the packs that `--only` names, or else of the first one of
/// each shape. Returns where they are.
///
/// # Errors
/// A file cannot be read back or written.
pub(crate) fn write(loaded: &Loaded, build: &Build, to: &Path) -> Result<Vec<PathBuf>, Halt> {
    let selection = build.input.selection();
    let mut known = HashSet::new();
    let mut written = Vec::new();
    for recipient in loaded.packs()? {
        if !selection.takes_pack(&recipient) {
            continue;
        }
        let pack = &recipient.pack;
        let folder = pack.folder();
        for document in &pack.documents {
            let takes = document.format == Format::Pdf
                && selection.takes_document(&document.document)
                && has_letter(&document.shape);
            let chosen = !build.input.only.is_empty();
            if !takes || !(chosen || known.insert(document.shape.fingerprint())) {
                continue;
            }
            let file = Path::new(&folder).join(&document.file);
            // A pack that is held has its documents elsewhere, and one that failed has none.
            let places = [build.out.join(&file), build.out.join("held").join(&file)];
            let Some(made) = places.iter().find(|place| place.is_file()) else {
                continue;
            };
            let bytes =
                fs::read(made).with_context(|| format!("cannot read `{}`", made.display()))?;
            let proof = overlay(&document.shape, &document.values, &bytes)
                .with_context(|| format!("cannot lay anything over `{}`", made.display()))?;
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
