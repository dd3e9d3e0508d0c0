//! Digest and line count of a file, in one pass.

use std::io::{self, Read};
use std::path::Path;

use crate::record::ListRecord;
use raadspost_content::Fingerprint;
use sha2::{Digest as _, Sha256};

use crate::fault::RunFault;
use crate::regular::open_regular;

/// Bytes read at once.
const PIECE: usize = 128 * 1024;

/// SHA-256 of a file, 64 lower-case hexadecimal digits.
///
/// # Errors
/// The file cannot be read.
pub fn sha256_of_file(path: &Path) -> Result<String, RunFault> {
    Ok(list_of_file(path)
        .map_err(RunFault::io("read", path))?
        .sha256)
}

/// Digest and line count of a file. A last line without line end is not counted: a list ends with a
/// line end.
pub(crate) fn list_of_file(path: &Path) -> io::Result<ListRecord> {
    let mut file = open_regular(path)?;
    let mut hasher = Sha256::new();
    let mut piece = vec![0; PIECE];
    let mut lines = 0;
    loop {
        let length = match file.read(&mut piece) {
            Ok(0) => break,
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let part = &piece[..length];
        hasher.update(part);
        lines += part.iter().filter(|byte| **byte == b'\n').count() as u64;
    }
    Ok(ListRecord {
        sha256: Fingerprint(hasher.finalize().into()).to_string(),
        lines,
    })
}
