//! A local folder as a [`Sink`].

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use raadspost_content::Fingerprint;
use sha2::{Digest, Sha256};

use super::{Like, PutMode, Sink, SinkError, Staged, Stamp, failed};
use crate::options::Durability;
use crate::output::path::OutputPath;
use raadspost_run::names::{STAGING, STATE};

/// Read size in bytes.
const CHUNK: usize = 64 * 1024;

/// A folder on this machine.
pub struct DirectorySink {
    root: PathBuf,
    staging: PathBuf,
    durability: Durability,
    /// Opened before anything is written: the system reports a later write error only to
    /// descriptors that were open by then.
    #[cfg(target_os = "linux")]
    opened: Option<File>,
    /// Counter for the names of staged files; not part of any output.
    next: AtomicU64,
}

impl DirectorySink {
    /// Opens a folder. Creates its staging folder `.raadspost/tmp`, and removes files left there by
    /// an interrupted run: the caller holds the folder's lock.
    ///
    /// # Errors
    /// Folders cannot be created or emptied.
    pub fn open(root: &Path, durability: Durability) -> Result<Self, SinkError> {
        let staging = root.join(STATE).join(STAGING);
        match fs::remove_dir_all(&staging) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(failed("empty", &staging, error));
            }
            _ => {}
        }
        fs::create_dir_all(&staging).map_err(|error| failed("make", &staging, error))?;
        Ok(Self {
            #[cfg(target_os = "linux")]
            opened: Some(File::open(root).map_err(|error| failed("open", root, error))?),
            root: root.to_owned(),
            staging,
            durability,
            next: AtomicU64::new(0),
        })
    }

    /// A read-only folder; needs no lock, and is not changed.
    pub(crate) fn reading(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            staging: root.join(STATE).join(STAGING),
            durability: Durability::None,
            #[cfg(target_os = "linux")]
            opened: None,
            next: AtomicU64::new(0),
        }
    }

    fn place(&self, path: &OutputPath) -> PathBuf {
        self.root.join(path.as_str())
    }

    fn move_to(&self, from: &Path, path: &OutputPath, mode: PutMode) -> Result<(), SinkError> {
        let to = self.place(path);
        let attempt = || match mode {
            PutMode::Overwrite => fs::rename(from, &to),
            PutMode::Create => move_to_free(from, &to),
        };
        match attempt() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                make_parent(&to)?;
                attempt()
            }
            other => other,
        }
        .map_err(|error| failed("write", &to, error))
    }

    /// Flushes everything written to the file system so far with one system call; returns whether
    /// the system has such a call.
    #[cfg(target_os = "linux")]
    fn sync_all_at_once(&self) -> Result<bool, SinkError> {
        let Some(folder) = &self.opened else {
            return Ok(false);
        };
        rustix::fs::syncfs(folder).map_err(|error| failed("flush", &self.root, error.into()))?;
        Ok(true)
    }

    #[cfg(not(target_os = "linux"))]
    #[expect(
        clippy::unnecessary_wraps,
        reason = "the implementation for other systems can fail"
    )]
    fn sync_all_at_once(&self) -> Result<bool, SinkError> {
        Ok(false)
    }
}

impl Sink for DirectorySink {
    fn stage(&self, bytes: &[u8]) -> Result<Staged, SinkError> {
        let place = self
            .staging
            .join(self.next.fetch_add(1, Ordering::Relaxed).to_string());
        let write = || {
            let mut file = File::create_new(&place)?;
            file.write_all(bytes)
        };
        write().map_err(|error| failed("write", &place, error))?;
        Ok(Staged::new(place))
    }

    fn stage_like(&self, like: Like<'_>) -> Result<Option<Staged>, SinkError> {
        let from = match like {
            Like::Staged(staged) => staged.place().to_owned(),
            Like::Delivered(path) => self.place(path),
        };
        let place = self
            .staging
            .join(self.next.fetch_add(1, Ordering::Relaxed).to_string());
        // Some file systems have no hard links, and ext4 allows 65,000 per file: copy the bytes
        // instead.
        Ok(fs::hard_link(from, &place)
            .ok()
            .map(|()| Staged::new(place)))
    }

    fn stamp(&self, path: &OutputPath) -> Result<Option<Stamp>, SinkError> {
        let place = self.place(path);
        match fs::symlink_metadata(&place) {
            Ok(found) if found.is_file() => Ok(Some(stamp(&found))),
            Ok(_) => Ok(None),
            Err(error) if absent(&error) => Ok(None),
            Err(error) => Err(failed("read", &place, error)),
        }
    }

    #[cfg(target_os = "linux")]
    fn free(&self) -> Result<Option<u64>, SinkError> {
        let told = rustix::fs::statvfs(&self.root)
            .map_err(|error| failed("read", &self.root, error.into()))?;
        Ok(Some(told.f_bavail.saturating_mul(told.f_frsize)))
    }

    fn flush(&self, staged: &[Staged]) -> Result<(), SinkError> {
        match self.durability {
            Durability::None => return Ok(()),
            Durability::Batch if staged.len() > 1 && self.sync_all_at_once()? => return Ok(()),
            Durability::Batch | Durability::Each => {}
        }
        staged.iter().try_for_each(|staged| sync(staged.place()))
    }

    fn publish(&self, staged: Staged, path: &OutputPath, mode: PutMode) -> Result<(), SinkError> {
        self.move_to(staged.place(), path, mode)
    }

    fn rename(&self, from: &OutputPath, to: &OutputPath, mode: PutMode) -> Result<(), SinkError> {
        let place = self.place(from);
        self.move_to(&place, to, mode)?;
        // Remove the folder if it is empty; if it is not, or is in use, it stays.
        for folder in place
            .ancestors()
            .skip(1)
            .take_while(|folder| *folder != self.root)
        {
            if fs::remove_dir(folder).is_err() {
                break;
            }
        }
        Ok(())
    }

    fn sync_names(&self, paths: &[&OutputPath]) -> Result<(), SinkError> {
        match self.durability {
            Durability::None => return Ok(()),
            Durability::Batch if paths.len() > 1 && self.sync_all_at_once()? => return Ok(()),
            Durability::Batch | Durability::Each => {}
        }
        if cfg!(windows) {
            // Folders cannot be flushed on this system; the file system's journal preserves names.
            return Ok(());
        }
        // A folder's own name is an entry of its parent.
        let folders: BTreeSet<PathBuf> = paths
            .iter()
            .flat_map(|path| Path::new(path.as_str()).ancestors().skip(1))
            .map(|folder| self.root.join(folder))
            .collect();
        folders
            .iter()
            .filter(|folder| folder.is_dir())
            .try_for_each(|folder| sync(folder))
    }

    fn size(&self, path: &OutputPath) -> Result<Option<u64>, SinkError> {
        let place = self.place(path);
        match fs::symlink_metadata(&place) {
            Ok(found) if found.is_file() => Ok(Some(found.len())),
            Ok(_) => Ok(None),
            Err(error) if absent(&error) => Ok(None),
            Err(error) => Err(failed("read", &place, error)),
        }
    }

    fn digest(&self, path: &OutputPath) -> Result<Option<Fingerprint>, SinkError> {
        let place = self.place(path);
        let read = || {
            let mut file = File::open(&place)?;
            let mut hasher = Sha256::new();
            let mut chunk = vec![0; CHUNK];
            loop {
                let count = file.read(&mut chunk)?;
                if count == 0 {
                    return Ok(Fingerprint(hasher.finalize().into()));
                }
                hasher.update(&chunk[..count]);
            }
        };
        match read() {
            Ok(digest) => Ok(Some(digest)),
            Err(error) if absent(&error) => Ok(None),
            Err(error) => Err(failed("read", &place, error)),
        }
    }

    fn visit(&self, each: &mut dyn FnMut(&str)) -> Result<(), SinkError> {
        let state = self.root.join(STATE);
        let walk = walkdir::WalkDir::new(&self.root)
            .min_depth(1)
            .into_iter()
            .filter_entry(|entry| entry.path() != state);
        for entry in walk {
            let entry = entry.map_err(|error| {
                let place = error.path().unwrap_or(&self.root).to_owned();
                failed("read", &place, error.into())
            })?;
            if entry.file_type().is_dir() {
                continue;
            }
            let relative = entry
                .path()
                .strip_prefix(&self.root)
                .unwrap_or(entry.path());
            let components: Vec<_> = relative
                .components()
                .map(|c| c.as_os_str().to_string_lossy())
                .collect();
            each(&components.join("/"));
        }
        Ok(())
    }
}

#[cfg(unix)]
fn stamp(found: &fs::Metadata) -> Stamp {
    use std::os::unix::fs::MetadataExt as _;
    Stamp {
        bytes: found.len(),
        modified: found
            .mtime()
            .saturating_mul(1_000_000_000)
            .saturating_add(found.mtime_nsec()),
        inode: found.ino().cast_signed(),
    }
}

#[cfg(not(unix))]
fn stamp(found: &fs::Metadata) -> Stamp {
    let since = found.modified().ok();
    let since = since.and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
    Stamp {
        bytes: found.len(),
        modified: since.map_or(0, |since| i64::try_from(since.as_nanos()).unwrap_or(0)),
        inode: 0,
    }
}

/// Flushes one file or folder.
fn sync(place: &Path) -> Result<(), SinkError> {
    File::open(place)
        .and_then(|file| file.sync_all())
        .map_err(|error| failed("flush", place, error))
}

/// Moves a file to a free path.
fn move_to_free(from: &Path, to: &Path) -> io::Result<()> {
    // Create a hard link only if the path is free; a rename would replace an existing file.
    match fs::hard_link(from, to) {
        Ok(()) => fs::remove_file(from),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        // Not every file system has hard links. The folder's lock excludes other runs.
        Err(_) if fs::symlink_metadata(to).is_err() => fs::rename(from, to),
        Err(_) => Err(io::ErrorKind::AlreadyExists.into()),
    }
}

fn make_parent(place: &Path) -> Result<(), SinkError> {
    let parent = place.parent().unwrap_or(place);
    fs::create_dir_all(parent).map_err(|error| failed("make", parent, error))
}

/// Whether the error means that the file does not exist, including a file in place of a folder.
fn absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> OutputPath {
        OutputPath::new(text).unwrap()
    }

    #[test]
    fn files_come_whole_and_are_replaced_only_where_asked() {
        let out = tempfile::tempdir().unwrap();
        for durability in [Durability::Each, Durability::Batch, Durability::None] {
            let sink = DirectorySink::open(out.path(), durability).unwrap();
            let (one, other) = (path("a/one.pdf"), path("b/other.pdf"));
            let staged = ["first", "second", "third"].map(|text| sink.stage(text.as_bytes()));
            let staged = staged.map(Result::unwrap);
            sink.flush(&staged).unwrap();
            assert_eq!(sink.size(&one).unwrap(), None);
            assert_eq!(sink.digest(&one).unwrap(), None);
            let [first, second, third] = staged;
            sink.publish(first, &one, PutMode::Create).unwrap();
            let refused = sink.publish(second, &one, PutMode::Create).unwrap_err();
            assert_eq!(refused.source.kind(), io::ErrorKind::AlreadyExists);
            assert_eq!(sink.digest(&one).unwrap(), Some(Fingerprint::of(b"first")));
            sink.publish(third, &one, PutMode::Overwrite).unwrap();
            assert_eq!(sink.digest(&one).unwrap(), Some(Fingerprint::of(b"third")));
            sink.sync_names(&[&one, &other]).unwrap();
            // A hard link to the same bytes, whether or not the first has been published.
            let fifth = sink.stage(b"fifth").unwrap();
            let like = [Like::Staged(&fifth), Like::Delivered(&one)].map(|like| {
                let staged = sink.stage_like(like).unwrap().unwrap();
                fs::read(staged.place()).unwrap()
            });
            assert_eq!(like, [b"fifth", b"third"]);
            let stamp = sink.stamp(&one).unwrap().unwrap();
            assert_eq!(stamp.bytes, 5);
            assert_eq!(sink.stamp(&other).unwrap(), None);
            assert!(sink.free().unwrap().is_none_or(|free| free > 0));

            let fourth = sink.stage(b"fourth").unwrap();
            sink.publish(fourth, &other, PutMode::Create).unwrap();
            let refused = sink.rename(&one, &other, PutMode::Create).unwrap_err();
            assert_eq!(refused.source.kind(), io::ErrorKind::AlreadyExists);
            sink.rename(&one, &path("b/c/one.pdf"), PutMode::Create)
                .unwrap();
            assert!(!out.path().join("a").exists(), "an empty folder goes");
            let mut seen = Vec::new();
            sink.visit(&mut |path| seen.push(path.to_owned())).unwrap();
            seen.sort();
            assert_eq!(seen, ["b/c/one.pdf", "b/other.pdf"]);
            fs::remove_dir_all(out.path().join("b")).unwrap();
            // A staged file that was never published is removed when the folder is opened again.
            sink.stage(b"lost").unwrap();
            let staging = sink.staging.clone();
            DirectorySink::open(out.path(), durability).unwrap();
            assert_eq!(fs::read_dir(staging).unwrap().count(), 0);
        }
    }
}
