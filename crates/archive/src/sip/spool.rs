//! Lists that grow while a package is written: in memory while they are small, else in a file.

use std::io::{self, BufRead as _, BufReader, Read, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use tempfile::SpooledTempFile;

/// Lists up to this size are kept in memory, in bytes.
const SPOOL: usize = 1 << 20;

/// An empty list, whose file would lie in this folder.
pub(crate) fn within(folder: &Path) -> SpooledTempFile {
    SpooledTempFile::new_in(SPOOL, folder)
}

/// A list of these bytes.
pub(crate) fn of(bytes: &[u8]) -> io::Result<SpooledTempFile> {
    let mut list = SpooledTempFile::new(SPOOL.max(bytes.len() + 1));
    list.write_all(bytes)?;
    Ok(list)
}

/// Bytes of a list that is read, at most: one of ten million files.
const LIMIT: u64 = 2 << 30;

/// A copy of what is read.
///
/// # Errors
/// It cannot be read, or has more than 2 GiB.
pub(crate) fn copy(reader: &mut dyn Read) -> io::Result<SpooledTempFile> {
    let mut list = SpooledTempFile::new(SPOOL);
    if io::copy(&mut reader.take(LIMIT + 1), &mut list)? > LIMIT {
        return Err(io::Error::other(format!("it has more than {LIMIT} bytes")));
    }
    Ok(list)
}

/// A list at its start, with its size in bytes.
pub(crate) fn sized(list: &mut SpooledTempFile) -> io::Result<(u64, &mut SpooledTempFile)> {
    list.flush()?;
    let size = list.seek(SeekFrom::End(0))?;
    list.seek(SeekFrom::Start(0))?;
    Ok((size, list))
}

/// The lines of a list.
pub(crate) fn lines(reader: impl Read) -> impl Iterator<Item = io::Result<String>> {
    BufReader::new(reader).lines()
}
