//! What a package is written into: a folder, a ZIP or a tar file. The same files in the same order
//! give the same bytes: times and modes are fixed, and nothing is compressed.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::digest::{Listening, Pass, pass};

/// The time of every entry: 1980-01-01, the earliest that ZIP can tell, in seconds since 1970.
const TIME: u64 = 315_532_800;
/// Entries are read by all and written by their owner.
const MODE: u32 = 0o644;
/// From this size on, an entry's sizes take 8 bytes (ZIP64).
const LARGE: u64 = 0xFFFF_0000;

/// What a package is written into.
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
    /// What follows a package's name.
    pub(crate) fn ending(self) -> &'static str {
        match self {
            Self::Folder => "",
            Self::Zip => ".zip",
            Self::Tar => ".tar",
        }
    }
}

/// A container that is being written; it has its name only when it is whole.
pub(crate) struct Container {
    writer: Writer,
    /// Under this name it is written.
    staged: PathBuf,
    /// This name it gets.
    place: PathBuf,
    /// Its uppermost folder, in a ZIP or tar file.
    top: String,
}

enum Writer {
    Folder,
    Zip(Box<ZipWriter<BufWriter<File>>>),
    Tar(tar::Builder<BufWriter<File>>),
}

impl Container {
    /// A container `name` in a folder.
    pub(crate) fn create(to: &Path, name: &str, kind: ContainerKind) -> io::Result<Self> {
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
        })
    }

    /// Adds a file of `size` bytes; what the pass over its bytes tells comes back.
    pub(crate) fn add(
        &mut self,
        path: &str,
        size: u64,
        reader: &mut dyn Read,
        with_sha512: bool,
    ) -> io::Result<Pass> {
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
                // The builder reads by itself, and the listener tells what it read.
                let mut listening = Listening::new(reader, with_sha512);
                tar.append_data(&mut header, format!("{}/{path}", self.top), &mut listening)?;
                Ok(listening.pass())
            }
        }
    }

    /// Ends the container and gives it its name.
    pub(crate) fn finish(self) -> io::Result<PathBuf> {
        match self.writer {
            Writer::Folder => {}
            Writer::Zip(zip) => zip.finish()?.flush()?,
            Writer::Tar(tar) => tar.into_inner()?.flush()?,
        }
        fs::rename(&self.staged, &self.place)?;
        Ok(self.place)
    }

    /// Removes what was written so far.
    pub(crate) fn abandon(self) -> io::Result<()> {
        match self.writer {
            Writer::Folder => fs::remove_dir_all(&self.staged),
            Writer::Zip(_) | Writer::Tar(_) => fs::remove_file(&self.staged),
        }
    }
}
