//! Writes a package into a folder, a ZIP or a tar file. The same files in the same order give the
//! same bytes: times and modes are fixed, and nothing is compressed. A container gets its name when
//! all its bytes are on the disk.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

use raadspost_run::{Before, RunFolder, Step, make_folders, publish};

use crate::ArchiveError;
use crate::digest::{Listening, Pass, pass};

/// The time of every entry in seconds since 1970: 1980-01-01, the earliest of ZIP.
const TIME: u64 = 315_532_800;
/// Entries are read by all and written by their owner.
const MODE: u32 = 0o644;
/// From this size on, an entry's sizes take 8 bytes (ZIP64).
const LARGE: u64 = 0xFFFF_0000;

/// The form of a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ContainerKind {
    /// A folder.
    #[default]
    Folder,
    /// A ZIP file (APPNOTE 6.3), entries stored as they are; its directory is kept in memory until
    /// the end.
    Zip,
    /// A tar file (POSIX.1, long names as GNU has them).
    Tar,
}

impl ContainerKind {
    /// The end of a package's file name.
    pub(crate) fn ending(self) -> &'static str {
        match self {
            Self::Folder => "",
            Self::Zip => ".zip",
            Self::Tar => ".tar",
        }
    }
}

/// A container that is being written.
pub(crate) struct Container<'a> {
    writer: Writer,
    /// The path while it is written.
    staged: PathBuf,
    /// The path that it gets.
    place: PathBuf,
    /// Its uppermost folder, in a ZIP or tar file.
    top: String,
    before: Before<'a>,
}

enum Writer {
    Folder,
    Zip(Box<ZipWriter<BufWriter<File>>>),
    Tar(tar::Builder<BufWriter<File>>),
}

impl Container<'_> {
    /// A container `name` in a folder.
    ///
    /// # Errors
    /// It cannot be made, as when there is one already.
    pub(crate) fn create(to: &Path, name: &str, kind: ContainerKind) -> io::Result<Self> {
        Self::with(to, name, kind, &|_| Ok(()))
    }
}

impl<'a> Container<'a> {
    /// A container `name` in a folder; `before` is asked before each side effect, and may refuse it.
    fn with(to: &Path, name: &str, kind: ContainerKind, before: Before<'a>) -> io::Result<Self> {
        before(Step::Write)?;
        let place = to.join(format!("{name}{}", kind.ending()));
        let staged = to.join(format!(".{name}{}.part", kind.ending()));
        let writer = match kind {
            ContainerKind::Folder => {
                fs::create_dir(&staged)?;
                Writer::Folder
            }
            ContainerKind::Zip => Writer::Zip(Box::new(ZipWriter::new(BufWriter::new(
                File::create(&staged)?,
            )))),
            ContainerKind::Tar => {
                let mut builder = tar::Builder::new(BufWriter::new(File::create(&staged)?));
                builder.mode(tar::HeaderMode::Deterministic);
                Writer::Tar(builder)
            }
        };
        Ok(Self {
            writer,
            staged,
            place,
            top: name.to_owned(),
            before,
        })
    }

    /// Adds a file of `size` bytes.
    pub(crate) fn add(
        &mut self,
        path: &str,
        size: u64,
        reader: &mut dyn Read,
        with_sha512: bool,
    ) -> io::Result<Pass> {
        (self.before)(Step::Write)?;
        match &mut self.writer {
            Writer::Folder => {
                let file = self.staged.join(path);
                if let Some(folder) = file.parent() {
                    fs::create_dir_all(folder)?;
                }
                let mut file = File::create_new(file)?;
                pass(reader, &mut file, with_sha512)
            }
            Writer::Zip(zip) => {
                let options = SimpleFileOptions::default()
                    .compression_method(CompressionMethod::Stored)
                    .large_file(size >= LARGE)
                    .unix_permissions(MODE);
                zip.start_file(format!("{}/{path}", self.top), options)?;
                pass(reader, zip, with_sha512)
            }
            Writer::Tar(tar) => {
                let mut header = tar::Header::new_gnu();
                header.set_size(size);
                header.set_mode(MODE);
                header.set_mtime(TIME);
                header.set_entry_type(tar::EntryType::Regular);
                // The builder reads by itself; the listener hashes what it reads.
                let mut listening = Listening::new(reader, with_sha512);
                tar.append_data(&mut header, format!("{}/{path}", self.top), &mut listening)?;
                Ok(listening.pass())
            }
        }
    }

    /// Ends the container and gives it its name; its bytes are on the disk before, and its name after.
    ///
    /// # Errors
    /// It cannot be written, flushed or renamed; nothing is left then.
    pub(crate) fn finish(self) -> io::Result<PathBuf> {
        let Self {
            writer,
            staged,
            place,
            before,
            ..
        } = self;
        let end = || {
            before(Step::Write)?;
            match writer {
                Writer::Folder => {}
                Writer::Zip(zip) => zip.finish()?.flush()?,
                Writer::Tar(tar) => tar.into_inner()?.flush()?,
            }
            publish(&staged, &place, before)
        };
        match end() {
            Ok(()) => Ok(place),
            Err(error) => {
                // It has no name that anybody reads.
                let _ = remove(&staged);
                Err(error)
            }
        }
    }

    /// Removes what was written so far.
    ///
    /// # Errors
    /// It cannot be removed.
    pub(crate) fn abandon(self) -> io::Result<()> {
        remove(&self.staged)
    }
}

fn remove(staged: &Path) -> io::Result<()> {
    if staged.is_dir() {
        fs::remove_dir_all(staged)
    } else {
        fs::remove_file(staged)
    }
}

/// Makes the folder for packages.
///
/// # Errors
/// [`ArchiveError::InsideRun`], [`ArchiveError::NotEmpty`]; a folder that cannot be made or read.
pub(crate) fn make_empty(to: &Path, run: &RunFolder) -> Result<(), ArchiveError> {
    // A run folder contains exactly the files in its manifest.
    let root = run.root().canonicalize();
    let above = to.ancestors().find_map(|folder| match folder.as_os_str() {
        name if name.is_empty() => Path::new(".").canonicalize().ok(),
        _ => folder.canonicalize().ok(),
    });
    if let (Ok(root), Some(above)) = (root, above)
        && above.starts_with(root)
    {
        return Err(ArchiveError::InsideRun(to.to_owned()));
    }
    make_folders(to, true)?;
    let mut entries = fs::read_dir(to).map_err(ArchiveError::io("read", to))?;
    if entries.next().is_some() {
        return Err(ArchiveError::NotEmpty(to.to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn a_package_has_its_name_only_when_it_is_on_the_disk() {
        let kinds = [
            ContainerKind::Folder,
            ContainerKind::Zip,
            ContainerKind::Tar,
        ];
        for kind in kinds {
            let dir = tempfile::tempdir().unwrap();
            let (steps, limit) = (Cell::new(0), Cell::new(0));
            let last = Cell::new(Step::Write);
            let before = |step| {
                if steps.get() == limit.get() {
                    return Err(io::Error::other("refused"));
                }
                steps.set(steps.get() + 1);
                last.set(step);
                Ok(())
            };
            let write = || {
                steps.set(0);
                let mut container = Container::with(dir.path(), "x", kind, &before)?;
                for path in ["a.txt", "b/c.txt"] {
                    if let Err(error) = container.add(path, 3, &mut &b"abc"[..], false) {
                        container.abandon()?;
                        return Err(error);
                    }
                }
                container.finish()
            };
            loop {
                match write() {
                    Ok(place) => {
                        assert!(place.exists() && steps.get() == limit.get());
                        break;
                    }
                    // Only the flush of the name is refused after the name.
                    Err(_) if last.get() == Step::Rename => {
                        let place = dir.path().join(format!("x{}", kind.ending()));
                        assert!(place.exists());
                        remove(&place).unwrap();
                    }
                    Err(_) => assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0),
                }
                limit.set(limit.get() + 1);
            }
            // Made, two files, ended, flushed, renamed, its name flushed.
            assert_eq!((limit.get(), last.get()), (7, Step::Flush));
        }
    }
}
