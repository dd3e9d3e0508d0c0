//! ZIP files of packs as they are, to hand over or to send: one for each municipality, or one for
//! each province. No archive asks for them, and nothing is added.

use std::collections::BTreeMap;
use std::path::Path;

use raadspost_content::Pack;
use raadspost_run::{Lines, PackRecord, RunFolder, open_regular};

use crate::ArchiveError;
use crate::sip::container::{Container, ContainerKind, make_empty};
use crate::sip::names;

/// What goes into one ZIP file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BundleBy {
    /// The pack of one municipality; the file has the name of its folder.
    Municipality,
    /// The packs of one province, each in its folder: `province-utrecht.zip`, or `province.zip` for
    /// packs without one. Provinces whose names are spelled alike without accents stand together.
    Province,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Bundled {
    /// ZIP files written.
    pub bundles: u64,
    /// Packs in them.
    pub packs: u64,
    /// Documents in them.
    pub documents: u64,
    /// Codes of packs that are not complete, and why each is left out.
    pub left_out: Vec<(String, String)>,
    /// Names of ZIP files that could not be made, and why.
    pub failed: Vec<(String, String)>,
}

/// Puts the complete packs of a run into ZIP files. Equal runs give equal bytes: files stand in the
/// order of the register and of the campaign, times and modes are fixed, nothing is compressed
/// (PDF and Word files are so already).
///
/// Holds 8 bytes for each pack.
///
/// # Errors
/// The run does not fit its records, the target has files already, or the system refuses.
pub fn bundle(run: &RunFolder, to: &Path, by: BundleBy) -> Result<Bundled, ArchiveError> {
    make_empty(to, run)?;
    let mut bundled = Bundled::default();
    let mut lines = run.packs()?;
    let mut groups: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    while let Some((pack, at)) = lines.next_line()? {
        match pack.why_incomplete() {
            None => groups.entry(name(&pack, by)).or_default().push(at),
            Some(why) => bundled.left_out.push((pack.code, why)),
        }
    }
    for (name, places) in groups {
        match one(run, to, &name, by, &places, &mut lines) {
            Ok((packs, documents)) => {
                bundled.bundles += 1;
                bundled.packs += packs;
                bundled.documents += documents;
            }
            Err(error) if error.is_of_one_pack() => bundled.failed.push((name, error.to_string())),
            Err(error) => return Err(error),
        }
    }
    Ok(bundled)
}

fn name(pack: &PackRecord, by: BundleBy) -> String {
    match by {
        BundleBy::Municipality => names::of_folder(&pack.folder),
        BundleBy::Province => {
            let province = pack.municipality.province.as_deref();
            Pack::folder_of("province", province.unwrap_or_default())
        }
    }
}

/// Writes one ZIP file; a broken one is removed.
fn one(
    run: &RunFolder,
    to: &Path,
    name: &str,
    by: BundleBy,
    places: &[u64],
    lines: &mut Lines<PackRecord>,
) -> Result<(u64, u64), ArchiveError> {
    let io = |source| ArchiveError::io("write", to.join(name))(source);
    let mut container = Container::create(to, name, ContainerKind::Zip).map_err(io)?;
    let mut fill = || -> Result<(u64, u64), ArchiveError> {
        let (mut packs, mut documents) = (0, 0);
        for at in places {
            let pack = lines.at(*at)?;
            packs += 1;
            for document in &pack.documents {
                let file = run.document(&document.path)?;
                let changed = |what| ArchiveError::Changed {
                    path: document.path.clone(),
                    what,
                };
                let mut reader = open_regular(&file).map_err(|_| changed("missing"))?;
                let last = document.path.rsplit('/').next().unwrap_or(&document.path);
                let entry = match by {
                    BundleBy::Municipality => last.to_owned(),
                    BundleBy::Province => format!("{}/{last}", names::of_folder(&pack.folder)),
                };
                let pass = container
                    .add(&entry, document.bytes, &mut reader, false)
                    .map_err(io)?;
                if pass.sha256 != document.sha256 {
                    return Err(changed("not as it was delivered"));
                }
                documents += 1;
            }
        }
        Ok((packs, documents))
    };
    match fill() {
        Ok(counts) => {
            container.finish().map_err(io)?;
            Ok(counts)
        }
        Err(error) => {
            container.abandon().map_err(io)?;
            Err(error)
        }
    }
}
