//! One pass over a file's bytes: its digests, its size and its format.

use std::io::{self, Read, Write};

use raadspost_content::hex;
use sha2::{Digest as _, Sha256, Sha512};

use crate::formats::{Format, Sniffer};

/// Bytes read at once.
const PIECE: usize = 128 * 1024;

/// The result of one pass over a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pass {
    /// Size in bytes.
    pub(crate) bytes: u64,
    /// SHA-256, in hexadecimal digits.
    pub(crate) sha256: String,
    /// SHA-512, in hexadecimal digits, if it was asked for.
    pub(crate) sha512: Option<String>,
    /// Its format, if it is one that we know.
    pub(crate) format: Option<Format>,
}

/// A reader that listens to what is read through it.
pub(crate) struct Listening<'a> {
    reader: &'a mut dyn Read,
    sha256: Sha256,
    sha512: Option<Sha512>,
    sniffer: Sniffer,
    bytes: u64,
}

impl<'a> Listening<'a> {
    pub(crate) fn new(reader: &'a mut dyn Read, with_sha512: bool) -> Self {
        Self {
            reader,
            sha256: Sha256::new(),
            sha512: with_sha512.then(Sha512::new),
            sniffer: Sniffer::default(),
            bytes: 0,
        }
    }

    /// The result for the bytes so far.
    pub(crate) fn pass(self) -> Pass {
        Pass {
            bytes: self.bytes,
            sha256: hex(&self.sha256.finalize()),
            sha512: self.sha512.map(|hasher| hex(&hasher.finalize())),
            format: self.sniffer.format(),
        }
    }
}

impl Read for Listening<'_> {
    fn read(&mut self, piece: &mut [u8]) -> io::Result<usize> {
        let length = self.reader.read(piece)?;
        let part = &piece[..length];
        self.sha256.update(part);
        if let Some(sha512) = &mut self.sha512 {
            sha512.update(part);
        }
        self.sniffer.update(part);
        self.bytes += length as u64;
        Ok(length)
    }
}

/// SHA-256 of what is read.
pub(crate) fn sha256(reader: &mut dyn Read) -> io::Result<[u8; 32]> {
    let mut hasher = Sha256::new();
    let mut piece = vec![0; PIECE];
    loop {
        match reader.read(&mut piece) {
            Ok(0) => return Ok(hasher.finalize().into()),
            Ok(length) => hasher.update(&piece[..length]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Reads to the end, and writes the bytes to `copy`.
pub(crate) fn pass(
    reader: &mut dyn Read,
    copy: &mut dyn Write,
    with_sha512: bool,
) -> io::Result<Pass> {
    let mut listening = Listening::new(reader, with_sha512);
    let mut piece = vec![0; PIECE];
    loop {
        match listening.read(&mut piece) {
            Ok(0) => return Ok(listening.pass()),
            Ok(length) => copy.write_all(&piece[..length])?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
