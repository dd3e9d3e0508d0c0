//! Reading of files that somebody else may have put there: regular ones only, so that no pipe or
//! device keeps a command waiting, and with a limit on what is taken into memory.

use std::fs::{self, File};
use std::io::{self, BufRead, Read as _};
use std::path::Path;

/// Bytes of a record, at most: `run.json` names every input.
pub(crate) const RECORD_LIMIT: u64 = 256 << 20;
/// Bytes of a key, a signature or a password, at most.
pub(crate) const SMALL_LIMIT: u64 = 1 << 20;
/// Bytes of a line of a list, at most.
const LINE_LIMIT: u64 = 64 << 20;

/// Opens a regular file, also through a link.
///
/// # Errors
/// It does not exist, is a pipe, a device or a folder, or cannot be opened.
pub fn open_regular(path: &Path) -> io::Result<File> {
    demand_regular(path)?;
    File::open(path)
}

/// Refuses pipes, devices and folders.
///
/// # Errors
/// It does not exist, or is no regular file.
pub fn demand_regular(path: &Path) -> io::Result<()> {
    if fs::metadata(path)?.is_file() {
        return Ok(());
    }
    Err(not_regular())
}

fn not_regular() -> io::Error {
    io::Error::other("it is not a regular file")
}

/// A regular file whole.
///
/// # Errors
/// Those of [`open_regular`]; it has more than `limit` bytes.
pub fn read_regular(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    read_up_to(open_regular(path)?, limit)
}

/// Opens a file that the user names: a regular one, or a pipe that the shell has opened for it
/// (`<(…)` or standard input). A pipe with a name would wait for a writer without end.
///
/// # Errors
/// It does not exist, is another pipe, a device or a folder, or cannot be opened.
pub fn open_named(path: &Path) -> io::Result<File> {
    let found = fs::metadata(path)?;
    let kind = found.file_type();
    if kind.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let is_opened = ["/dev/fd", "/dev/stdin", "/proc/self/fd"]
        .iter()
        .any(|place| path.starts_with(place));
    if kind.is_file() || (is_opened && is_pipe(&found)) {
        return File::open(path);
    }
    Err(not_regular())
}

#[cfg(unix)]
fn is_pipe(found: &fs::Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    found.file_type().is_fifo()
}

#[cfg(not(unix))]
fn is_pipe(_: &fs::Metadata) -> bool {
    false
}

/// A file whole that the user names.
///
/// # Errors
/// Those of [`open_named`]; it has more than `limit` bytes.
pub fn read_named(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    read_up_to(open_named(path)?, limit)
}

fn read_up_to(file: File, limit: u64) -> io::Result<Vec<u8>> {
    let too_long = || io::Error::other(format!("it has more than {limit} bytes"));
    let mut bytes = Vec::new();
    if file.metadata()?.len() > limit {
        return Err(too_long());
    }
    file.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(too_long());
    }
    Ok(bytes)
}

/// The same as text.
pub(crate) fn read_text(path: &Path, limit: u64) -> io::Result<String> {
    String::from_utf8(read_regular(path, limit)?).map_err(io::Error::other)
}

/// Reads a line with its end; 0 at the end of the file.
///
/// # Errors
/// It cannot be read, or has more than 64 MiB.
pub(crate) fn read_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<usize> {
    line.clear();
    let length = reader.take(LINE_LIMIT + 1).read_until(b'\n', line)?;
    if length as u64 > LINE_LIMIT {
        return Err(io::Error::other(format!(
            "a line has more than {LINE_LIMIT} bytes"
        )));
    }
    Ok(length)
}
