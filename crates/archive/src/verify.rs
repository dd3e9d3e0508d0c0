//! Holds a run folder to its manifest: every document hashed again, each difference named.

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead, BufReader};

use raadspost_content::{Diagnostic, Diagnostics, ManifestLine, Place};
use walkdir::WalkDir;

use crate::approval::ApprovalState;
use crate::folder::{STATE, inside, sha256};
use crate::signature::SignatureState;
use crate::{ArchiveError, RunFolder};

/// Files beside the documents that belong to a run, or that file managers leave.
const BESIDE: [&str; 5] = [
    "manifest.sha256",
    "report.json",
    ".DS_Store",
    "Thumbs.db",
    "desktop.ini",
];

/// What was found.
#[derive(Debug)]
pub struct Verified {
    /// Documents in the manifest.
    pub documents: u64,
    /// Each difference, as an error with the file as its place.
    pub faults: Diagnostics,
    /// The approval.
    pub approval: ApprovalState,
    /// The signature.
    pub signature: SignatureState,
}

/// The beginning of a path's digest: many paths in little memory.
pub(crate) fn key(path: &str) -> [u8; 16] {
    let digest = raadspost_content::Fingerprint::of(path.as_bytes());
    let mut key = [0; 16];
    key.copy_from_slice(&digest.0[..16]);
    key
}

/// Verifies a run folder. `public_key` is the key to check a signature with, a file or its text.
///
/// Keeps 16 bytes for each document, to find foreign files.
///
/// # Errors
/// The folder has no record, or a file cannot be read.
pub fn verify(run: &RunFolder, public_key: Option<&str>) -> Result<Verified, ArchiveError> {
    let mut faults = Vec::new();
    let packs = run.state("packs.jsonl");
    if packs.exists() && sha256(&packs)? != run.run().packs_sha256 {
        faults.push(fault(
            "record-changed",
            ".raadspost/packs.jsonl",
            "the packs' records are not those of the run",
        ));
    } else if !packs.exists() {
        faults.push(fault(
            "record-missing",
            ".raadspost/packs.jsonl",
            "the packs' records are missing",
        ));
    }
    let manifest = run.manifest();
    let mut listed = HashSet::new();
    if manifest.exists() {
        if sha256(&manifest)? != run.run().manifest_sha256 {
            faults.push(fault(
                "manifest-changed",
                "manifest.sha256",
                "the manifest is not that of the run",
            ));
        }
        documents(run, &mut listed, &mut faults)?;
    } else {
        faults.push(fault(
            "manifest-missing",
            "manifest.sha256",
            "the manifest is missing",
        ));
    }
    foreign(run, &listed, &mut faults)?;
    let approval = run.approval()?;
    if let (ApprovalState::Outdated { .. }, Some(why)) = (&approval, approval.why_not()) {
        faults.push(fault("approval-outdated", ".raadspost/approval.json", &why));
    }
    let signature = if manifest.exists() {
        run.signature(public_key)?
    } else {
        SignatureState::Absent
    };
    if let SignatureState::Broken(why) = &signature {
        let place = ".raadspost/manifest.sha256.minisig";
        faults.push(fault("signature-broken", place, why));
    }
    Ok(Verified {
        documents: listed.len() as u64,
        faults,
        approval,
        signature,
    })
}

fn documents(
    run: &RunFolder,
    listed: &mut HashSet<[u8; 16]>,
    faults: &mut Diagnostics,
) -> Result<(), ArchiveError> {
    let manifest = run.manifest();
    let file = File::open(&manifest).map_err(ArchiveError::io("read", &manifest))?;
    for line in BufReader::new(file).split(b'\n') {
        let line = line.map_err(ArchiveError::io("read", &manifest))?;
        let text = String::from_utf8_lossy(&line);
        let Some(line) = ManifestLine::parse(&text).filter(|line| inside(line.path)) else {
            let message = format!("`{text}` is no line of a manifest");
            faults.push(fault("manifest-changed", "manifest.sha256", &message));
            continue;
        };
        listed.insert(key(line.path));
        let path = run.document(line.path)?;
        if !path.is_file() {
            faults.push(fault("file-missing", line.path, "the file is missing"));
        } else if sha256(&path)? != line.sha256 {
            faults.push(fault(
                "file-changed",
                line.path,
                "the file is not as it was delivered",
            ));
        }
    }
    Ok(())
}

fn foreign(
    run: &RunFolder,
    listed: &HashSet<[u8; 16]>,
    faults: &mut Diagnostics,
) -> Result<(), ArchiveError> {
    let root = run.root();
    let walk = WalkDir::new(root)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.depth() != 1 || entry.file_name() != STATE);
    for entry in walk {
        let entry = entry.map_err(|error| {
            let path = error.path().unwrap_or(root).to_owned();
            ArchiveError::io("read", path)(error.into())
        })?;
        if entry.file_type().is_dir() {
            continue;
        }
        let path = entry.path().strip_prefix(root).unwrap_or(entry.path());
        let path = path
            .to_string_lossy()
            .replace(std::path::MAIN_SEPARATOR, "/");
        let beside = entry.depth() == 1 && BESIDE.contains(&path.as_str());
        if !beside && !listed.contains(&key(&path)) {
            faults.push(fault(
                "file-foreign",
                &path,
                "the manifest does not know this file",
            ));
        }
    }
    Ok(())
}

/// A difference at a file.
pub(crate) fn fault(code: &'static str, path: &str, message: &str) -> Diagnostic {
    Diagnostic::error(code, message).at(Place::File(path.to_owned()))
}
