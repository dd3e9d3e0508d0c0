//! Tables on disk, in memory or embedded, which can be opened repeatedly.

use std::fs;
use std::io::{self, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use flate2::read::MultiGzDecoder;
use raadspost_content::{Diagnostics, Fingerprint};
use raadspost_pipeline::InputPlace;
use raadspost_run::{open_named, read_named};
use raadspost_table::{Content, Input, TableSettings};
use sha2::{Digest as _, Sha256};

use crate::files::{FilePlace, Found};

/// A register or a table of factions. Its digest is computed before reading, and a run that keeps
/// the table compares the two.
#[derive(Debug, Clone)]
pub struct TableFile {
    /// The table's name in diagnostics.
    name: String,
    place: FilePlace,
    /// `None` if it cannot be read; opening it reports the error.
    sha256: Option<Fingerprint>,
    /// What it is, found when it is first read.
    content: Arc<OnceLock<Content>>,
}

impl TableFile {
    fn new(name: String, place: FilePlace) -> Self {
        // A pipe can be read only once, so it is read into memory.
        let place = match place {
            FilePlace::Disk(path) if fs::metadata(&path).is_ok_and(|found| !found.is_file()) => {
                match read_named(&path, PIPE_LIMIT) {
                    Ok(bytes) => FilePlace::Memory(bytes.into()),
                    Err(_) => FilePlace::Disk(path),
                }
            }
            place => place,
        };
        let mut file = Self {
            name,
            place,
            sha256: None,
            content: Arc::default(),
        };
        file.sha256 = file.open_as_it_is().and_then(digest).ok();
        file
    }

    /// The table's name in diagnostics.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The table in a file found earlier.
    pub(crate) fn found(found: Found) -> Self {
        Self::new(found.name, found.place)
    }

    /// A file on disk under another name, whose extension shows whether it is compressed.
    pub(crate) fn on_disk(name: String, path: PathBuf) -> Self {
        Self::new(name, FilePlace::Disk(path))
    }

    /// The same file, with its current content.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn in_memory(self) -> io::Result<Self> {
        let mut bytes = Vec::new();
        self.open_as_it_is()?.read_to_end(&mut bytes)?;
        Ok(Self::new(self.name, FilePlace::Memory(bytes.into())))
    }

    /// The copy kept in a run folder.
    pub(crate) fn kept_in(&self, inputs: &Path) -> Self {
        let kept = self.sha256.map(|sha256| inputs.join(sha256.to_string()));
        // Its bytes are read again, since those of the original may have changed meanwhile.
        Self {
            place: kept.map_or_else(|| self.place.clone(), FilePlace::Disk),
            content: Arc::default(),
            ..self.clone()
        }
    }

    /// The digest of the file as stored, compressed or not; `None` if it cannot be read.
    pub fn sha256(&self) -> Option<Fingerprint> {
        self.sha256
    }

    /// The path to copy it from.
    pub(crate) fn origin(&self) -> InputPlace {
        match &self.place {
            FilePlace::Disk(path) => InputPlace::File(path.clone()),
            FilePlace::Memory(bytes) => InputPlace::Bytes(bytes.to_vec()),
            FilePlace::Embedded(bytes) => InputPlace::Bytes(bytes.to_vec()),
        }
    }

    /// Opens the file at its start as stored, compressed or not.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub(crate) fn open_as_it_is(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(match &self.place {
            FilePlace::Embedded(bytes) => Box::new(*bytes),
            FilePlace::Memory(bytes) => Box::new(Cursor::new(Arc::clone(bytes))),
            FilePlace::Disk(path) => Box::new(open_disk(path)?),
        })
    }

    /// Opens the table at its start. What is not stated is recognised once, from all its bytes;
    /// `wanted` are the headings that its sheet must have.
    ///
    /// # Errors
    /// The file cannot be read, or it is a workbook without a sheet that can be read.
    pub(crate) fn input(
        &self,
        settings: &TableSettings,
        wanted: &[&str],
    ) -> Result<Input<Box<dyn Read + Send>>, Diagnostics> {
        let unreadable = |error: io::Error| vec![raadspost_table::unreadable(&self.name, &error)];
        let content = match self.content.get() {
            Some(content) => content.clone(),
            None => {
                let reader = self.open().map_err(unreadable)?;
                let content = Content::recognise(&self.name, reader, settings, wanted)?;
                self.content.get_or_init(|| content).clone()
            }
        };
        content.input(|| self.open()).map_err(unreadable)
    }

    /// Opens the table at its start, decompressed.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub(crate) fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        open_place(&self.place, Path::new(&self.name))
    }
}

/// Opens a file on disk, which ends where it ended when it was opened: some that the system makes
/// (`/proc/self/pagemap`) have no length and no end.
fn open_disk(path: &Path) -> io::Result<io::Take<fs::File>> {
    let file = open_named(path)?;
    let length = file.metadata()?.len();
    Ok(file.take(length))
}

/// Opens a file at its start, decompressed if its name ends in `.gz`.
fn open_place(place: &FilePlace, name: &Path) -> io::Result<Box<dyn Read + Send>> {
    let end = name.extension();
    let packed = end.is_some_and(|end| end.eq_ignore_ascii_case("gz"));
    match place {
        FilePlace::Embedded(bytes) => Ok(unpacked(*bytes, packed)),
        FilePlace::Memory(bytes) => Ok(unpacked(Cursor::new(Arc::clone(bytes)), packed)),
        FilePlace::Disk(path) => Ok(unpacked(BufReader::new(open_disk(path)?), packed)),
    }
}

/// Opens a table on disk at its start, decompressed if its name ends in `.gz`.
///
/// # Errors
/// The file cannot be opened.
pub fn open_table(path: &Path) -> io::Result<Box<dyn Read + Send>> {
    open_place(&FilePlace::Disk(path.to_owned()), path)
}

/// Bytes that are taken from a pipe, at most.
const PIPE_LIMIT: u64 = 256 << 20;

/// The digest of a reader's bytes.
///
/// # Errors
/// It cannot be read.
pub(crate) fn digest(mut reader: Box<dyn Read + Send>) -> io::Result<Fingerprint> {
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

fn unpacked(reader: impl io::BufRead + Send + 'static, packed: bool) -> Box<dyn Read + Send> {
    // A gzip file may have several members (RFC 1952 2.2).
    if packed {
        Box::new(MultiGzDecoder::new(reader))
    } else {
        Box::new(reader)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn text(table: &TableFile) -> String {
        io::read_to_string(table.open().unwrap()).unwrap()
    }

    #[test]
    fn a_packed_register_is_unpacked_to_its_last_member() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("r.csv.gz");
        let mut packed = Vec::new();
        for part in ["code,name\n", "X,Y\n"] {
            let mut member = flate2::write::GzEncoder::new(Vec::new(), Default::default());
            member.write_all(part.as_bytes()).unwrap();
            packed.extend(member.finish().unwrap());
        }
        fs::write(&file, packed).unwrap();
        assert_eq!(
            text(&TableFile::on_disk("r.csv.gz".into(), file)),
            "code,name\nX,Y\n"
        );
        let absent = TableFile::on_disk("none.csv".into(), dir.path().join("none.csv"));
        assert_eq!(
            absent.open().err().map(|error| error.kind()),
            Some(io::ErrorKind::NotFound)
        );
    }
}
