//! Compares a run folder with its manifest: hashes every document again and reports each
//! difference.

use std::collections::HashSet;
use std::io::BufReader;

use raadspost_content::Fingerprint;
use walkdir::WalkDir;

use crate::deviation::Deviation;
use crate::fault::RunFault;
use crate::folder::{RunFolder, inside};
use crate::hash::sha256_of_file;
use crate::manifest::ManifestLine;
use crate::regular::{open_regular, read_line};
use crate::words;

use crate::names::{MANIFEST, REPORT, STATE, is_dropping};

/// A prefix of a path's digest, to keep many paths in little memory.
pub fn path_key(path: &str) -> [u8; 16] {
    let digest = Fingerprint::of(path.as_bytes());
    let mut key = [0; 16];
    key.copy_from_slice(&digest.0[..16]);
    key
}

/// Differences between the manifest and the folder.
pub(crate) struct Differences {
    /// Documents in the manifest.
    pub(crate) documents: u64,
    /// Each difference.
    pub(crate) faults: Vec<Deviation>,
}

/// Hashes every document, and finds files that the manifest does not list.
///
/// # Errors
/// A file cannot be read. A missing manifest is not an error here: opening the run has reported it.
pub(crate) fn differences(run: &RunFolder) -> Result<Differences, RunFault> {
    let mut faults = Vec::new();
    let mut listed = HashSet::new();
    if run.manifest().exists() {
        documents(run, &mut listed, &mut faults)?;
    }
    foreign(run, &listed, &mut faults)?;
    Ok(Differences {
        documents: listed.len() as u64,
        faults,
    })
}

fn documents(
    run: &RunFolder,
    listed: &mut HashSet<[u8; 16]>,
    faults: &mut Vec<Deviation>,
) -> Result<(), RunFault> {
    let manifest = run.manifest();
    let file = open_regular(&manifest).map_err(RunFault::io("read", &manifest))?;
    let mut reader = BufReader::new(file);
    let mut line = Vec::new();
    while read_line(&mut reader, &mut line).map_err(RunFault::io("read", &manifest))? > 0 {
        let text = String::from_utf8_lossy(line.strip_suffix(b"\n").unwrap_or(&line));
        let Some(line) = ManifestLine::parse(&text).filter(|line| inside(line.path)) else {
            let words = words!(
                "`{text}` is not a line of a manifest",
                "`{text}` is geen regel van een manifest"
            );
            faults.push(Deviation::new("manifest-changed", MANIFEST, words));
            continue;
        };
        listed.insert(path_key(line.path));
        let Ok(path) = run.document(line.path) else {
            let path = line.path;
            let words = words!(
                "`{path}` is not the path of a document",
                "`{path}` is niet het pad van een document"
            );
            faults.push(Deviation::new("manifest-changed", MANIFEST, words));
            continue;
        };
        if !path.is_file() {
            let words = words!("the file is missing", "het bestand is er niet");
            faults.push(Deviation::new("file-missing", line.path, words));
        } else if sha256_of_file(&path)? != line.sha256 {
            let words = words!(
                "the file differs from its digest in the manifest",
                "het bestand is niet zoals het is gemaakt"
            );
            faults.push(Deviation::new("file-changed", line.path, words));
        }
    }
    Ok(())
}

fn foreign(
    run: &RunFolder,
    listed: &HashSet<[u8; 16]>,
    faults: &mut Vec<Deviation>,
) -> Result<(), RunFault> {
    let root = run.root();
    let walk = WalkDir::new(root)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.depth() != 1 || entry.file_name() != STATE);
    for entry in walk {
        let entry = entry.map_err(|error| {
            let path = error.path().unwrap_or(root).to_owned();
            RunFault::io("read", path)(error.into())
        })?;
        if entry.file_type().is_dir() {
            continue;
        }
        let path = entry.path().strip_prefix(root).unwrap_or(entry.path());
        let path = path
            .to_string_lossy()
            .replace(std::path::MAIN_SEPARATOR, "/");
        let name = path.rsplit('/').next().unwrap_or(&path);
        let beside = entry.depth() == 1 && [MANIFEST, REPORT].contains(&path.as_str());
        if !beside && !is_dropping(name) && !listed.contains(&path_key(&path)) {
            let words = words!(
                "the file is not listed in the manifest",
                "het manifest kent dit bestand niet"
            );
            faults.push(Deviation::new("file-foreign", path, words));
        }
    }
    Ok(())
}
