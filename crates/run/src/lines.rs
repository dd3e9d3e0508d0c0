//! A list of JSON lines, read sequentially or by recorded offsets.

use std::fs::File;
use std::io::{self, BufReader, Seek, SeekFrom};
use std::marker::PhantomData;
use std::path::PathBuf;

use raadspost_content::Fingerprint;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use crate::fault::RunFault;
use crate::regular::{open_regular, read_line};

/// The lines of a list that `run.json` binds. When it is read to the end in order, its digest is
/// checked once more, so that the lines read are the lines verified.
#[derive(Debug)]
pub struct Lines<T> {
    reader: BufReader<File>,
    path: PathBuf,
    /// Offset of the next line of the stream.
    next: u64,
    /// Where the reader is.
    here: u64,
    number: usize,
    hasher: Option<Sha256>,
    sha256: String,
    kind: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> Lines<T> {
    pub(crate) fn open(path: PathBuf, sha256: String) -> Result<Self, RunFault> {
        let file = open_regular(&path).map_err(RunFault::io("read", &path))?;
        Ok(Self {
            reader: BufReader::with_capacity(64 * 1024, file),
            path,
            next: 0,
            here: 0,
            number: 0,
            hasher: Some(Sha256::new()),
            sha256,
            kind: PhantomData,
        })
    }

    /// The next record with the location of its line; `None` at the end.
    ///
    /// # Errors
    /// The file cannot be read, a line is not a valid record, or the file was changed after it was
    /// verified.
    pub fn next_line(&mut self) -> Result<Option<(T, u64)>, RunFault> {
        let place = self.next;
        let Some(line) = self.line(place)? else {
            let hasher = self.hasher.take();
            let read = hasher.map(|hasher| Fingerprint(hasher.finalize().into()).to_string());
            return match read {
                Some(read) if read != self.sha256 => Err(RunFault::ChangedMeanwhile {
                    path: self.path.clone(),
                }),
                _ => Ok(None),
            };
        };
        self.number += 1;
        self.next = self.here;
        if let Some(hasher) = &mut self.hasher {
            hasher.update(line.as_bytes());
        }
        self.parse(&line, self.number).map(|one| Some((one, place)))
    }

    /// The record at a location returned by [`Self::next_line`].
    ///
    /// # Errors
    /// The file cannot be read, or was changed.
    pub fn at(&mut self, place: u64) -> Result<T, RunFault> {
        let changed = RunFault::ChangedMeanwhile {
            path: self.path.clone(),
        };
        match self.line(place)? {
            Some(line) => serde_json::from_str(&line).map_err(|_| changed),
            None => Err(changed),
        }
    }

    fn line(&mut self, place: u64) -> Result<Option<String>, RunFault> {
        let mut line = Vec::new();
        // Lines are mostly read in order, and a seek empties the buffer.
        let sought = if self.here == place {
            Ok(place)
        } else {
            self.reader.seek(SeekFrom::Start(place))
        };
        let length = sought
            .and_then(|_| read_line(&mut self.reader, &mut line))
            .map_err(RunFault::io("read", &self.path))?;
        self.here = place + length as u64;
        let line = String::from_utf8(line)
            .map_err(io::Error::other)
            .map_err(RunFault::io("read", &self.path))?;
        Ok((length > 0).then_some(line))
    }

    fn parse(&self, line: &str, number: usize) -> Result<T, RunFault> {
        serde_json::from_str(line).map_err(|error| RunFault::BadLine {
            path: self.path.clone(),
            line: number,
            why: error.to_string(),
        })
    }
}

impl<T: DeserializeOwned> Iterator for Lines<T> {
    type Item = Result<T, RunFault>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_line()
            .map(|one| one.map(|(one, _)| one))
            .transpose()
    }
}
