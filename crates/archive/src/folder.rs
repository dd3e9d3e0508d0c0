//! A finished run folder: its records, read as streams, and paths that stay inside it.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::{Component, Path, PathBuf};

use raadspost_content::{PackRecord, RECORD_VERSION, RunRecord};

use crate::ArchiveError;
use crate::digest::{pass, pass_bytes};

/// The manifest, below the run folder.
pub(crate) const MANIFEST: &str = "manifest.sha256";
/// Where a run keeps its records, below the run folder.
pub(crate) const STATE: &str = ".raadspost";

/// A finished run.
#[derive(Debug)]
pub struct RunFolder {
    root: PathBuf,
    run: RunRecord,
    run_sha256: String,
}

impl RunFolder {
    /// Opens a run folder by its record.
    ///
    /// # Errors
    /// There is no record, or it cannot be read.
    pub fn open(root: &Path) -> Result<Self, ArchiveError> {
        let path = root.join(STATE).join("run.json");
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(ArchiveError::NoRecord(root.to_owned()));
            }
            Err(error) => return Err(ArchiveError::io("read", path)(error)),
        };
        let bad = |why: String| ArchiveError::BadRecord {
            path: path.clone(),
            why,
        };
        let run: RunRecord =
            serde_json::from_slice(&bytes).map_err(|error| bad(error.to_string()))?;
        if run.version != RECORD_VERSION {
            return Err(bad(format!("it has version {}", run.version)));
        }
        Ok(Self {
            root: root.to_owned(),
            run,
            run_sha256: pass_bytes(&bytes, false).sha256,
        })
    }

    /// What the run says of itself.
    pub fn run(&self) -> &RunRecord {
        &self.run
    }

    /// SHA-256 of `run.json`.
    pub fn run_sha256(&self) -> &str {
        &self.run_sha256
    }

    /// A file in `.raadspost/`.
    pub(crate) fn state(&self, name: &str) -> PathBuf {
        self.root.join(STATE).join(name)
    }

    /// The folder itself.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The manifest.
    pub(crate) fn manifest(&self) -> PathBuf {
        self.root.join(MANIFEST)
    }

    /// Checks that the run went to its end, and that manifest and packs are those it recorded.
    ///
    /// # Errors
    /// The first of them that is not so.
    pub(crate) fn demand_sound(&self) -> Result<(), ArchiveError> {
        if self.run.interrupted {
            return Err(ArchiveError::Interrupted);
        }
        let files = [
            (self.manifest(), &self.run.manifest_sha256),
            (self.state("packs.jsonl"), &self.run.packs_sha256),
        ];
        for (path, recorded) in files {
            if sha256(&path)? != *recorded {
                return Err(ArchiveError::NotTheRecorded(path));
            }
        }
        Ok(())
    }

    /// The packs in the order of the register, one at a time.
    ///
    /// # Errors
    /// The file cannot be opened; each item may be a line that cannot be read.
    pub(crate) fn packs(
        &self,
    ) -> Result<impl Iterator<Item = Result<PackRecord, ArchiveError>> + use<>, ArchiveError> {
        let path = self.state("packs.jsonl");
        let file = File::open(&path).map_err(ArchiveError::io("read", &path))?;
        Ok(BufReader::new(file).lines().map(move |line| {
            let line = line.map_err(ArchiveError::io("read", &path))?;
            serde_json::from_str(&line).map_err(|error| ArchiveError::BadRecord {
                path: path.clone(),
                why: error.to_string(),
            })
        }))
    }

    /// Where a document of the run lies. Records are data that somebody may have changed: a path
    /// that leads out of the folder is none.
    ///
    /// # Errors
    /// The path leads out of the folder.
    pub(crate) fn document(&self, path: &str) -> Result<PathBuf, ArchiveError> {
        if inside(path) {
            Ok(self.root.join(path))
        } else {
            Err(ArchiveError::BadName {
                path: path.to_owned(),
                why: "it leads out of the run folder",
            })
        }
    }
}

/// Whether a path has plain parts only.
pub(crate) fn inside(path: &str) -> bool {
    !path.is_empty()
        && Path::new(path)
            .components()
            .all(|part| matches!(part, Component::Normal(_)))
}

/// The digest of a file.
pub(crate) fn sha256(path: &Path) -> Result<String, ArchiveError> {
    let mut file = File::open(path).map_err(ArchiveError::io("read", path))?;
    let pass = pass(&mut file, &mut io::sink(), false).map_err(ArchiveError::io("read", path))?;
    Ok(pass.sha256)
}

/// Writes a small file whole beside its place and gives it its name.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), ArchiveError> {
    let staged = path.with_extension("part");
    fs::write(&staged, bytes)
        .and_then(|()| fs::rename(&staged, path))
        .map_err(ArchiveError::io("write", path))
}
