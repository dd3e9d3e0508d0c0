//! `manifest.csv`: a row for each letter, in the order in which they are printed.

use std::collections::HashMap;
use std::path::Path;

use raadspost_content::Fingerprint;
use serde::{Deserialize, Serialize};

use crate::PrintError;
use crate::out::names::{MANIFEST, UNCHANGED};

/// A letter that a delta leaves as it was.
#[derive(Debug, Serialize, Deserialize)]
struct Unchanged {
    letter_id: String,
    sha256: String,
}

/// A letter of a print run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Its number in the job, from 1; a reprint keeps it.
    pub sequence: u32,
    /// The municipality's code.
    pub code: String,
    /// The same in every print run.
    pub letter_id: String,
    /// The PDF in which it is.
    pub file: String,
    /// Its first page there, from 1.
    pub first_page: u32,
    /// Its last page there, a blank back included.
    pub last_page: u32,
    /// Its sheets.
    pub sheets: u32,
    /// Its blank sides.
    pub blanks: u32,
    /// The page at which other paper begins.
    pub annex_page: Option<u32>,
    /// What is stapled: first and last page of each set, as in `1-4 5-8`; empty if nothing is.
    pub staple: String,
    /// Weight with the envelope, g, one decimal.
    pub grams: String,
    /// The group of its file.
    pub group: String,
    /// Postcode.
    pub postcode: String,
    /// KIX; empty if the address has none.
    pub kix: String,
    /// SHA-256 of what was printed: of the archive copy, or of the digests of several.
    pub sha256: String,
    /// The beginning of the digest of its printed content with the marks, by which the file is read
    /// back.
    pub content: String,
}

/// Reads a manifest row by row.
///
/// # Errors
/// The file does not exist; of a row, that it is damaged.
pub(crate) fn read(
    folder: &Path,
) -> Result<impl Iterator<Item = Result<Row, PrintError>>, PrintError> {
    let path = folder.join(MANIFEST);
    let reader = csv::Reader::from_path(&path).map_err(PrintError::csv(&path))?;
    let rows = reader.into_deserialize();
    Ok(rows.map(move |row| row.map_err(PrintError::csv(&path))))
}

/// An earlier print run: the digest of each of its letters by id, and that of all.
#[derive(Debug, Default)]
pub(crate) struct EarlierRun {
    /// By letter id.
    pub(crate) letters: HashMap<String, String>,
    /// Of all rows; `None` without an earlier print run.
    pub(crate) digest: Option<Fingerprint>,
}

impl EarlierRun {
    /// Reads the letters that an earlier print run printed, and those that it left as they were.
    ///
    /// # Errors
    /// The files do not exist or are damaged.
    pub(crate) fn read(folder: &Path) -> Result<Self, PrintError> {
        let mut earlier = Self::default();
        let mut digest = Fingerprint::builder("before");
        let mut add = |letter_id: String, sha256: String| {
            digest.field(letter_id.as_bytes());
            digest.field(sha256.as_bytes());
            earlier.letters.insert(letter_id, sha256);
        };
        for row in read(folder)? {
            let row = row?;
            add(row.letter_id, row.sha256);
        }
        let path = folder.join(UNCHANGED);
        if path.exists() {
            let reader = csv::Reader::from_path(&path).map_err(PrintError::csv(&path))?;
            for row in reader.into_deserialize() {
                let Unchanged { letter_id, sha256 } = row.map_err(PrintError::csv(&path))?;
                add(letter_id, sha256);
            }
        }
        earlier.digest = Some(digest.finish());
        Ok(earlier)
    }
}

/// Writes the letters that are left as they were, so that a later print run can go on from this
/// one alone.
///
/// # Errors
/// The file cannot be written.
pub(crate) fn write_unchanged(
    folder: &Path,
    earlier: &EarlierRun,
    letters: &[String],
) -> Result<(), PrintError> {
    let path = folder.join(UNCHANGED);
    let mut writer = Writer::of(path)?;
    for letter in letters {
        writer.row(&Unchanged {
            letter_id: letter.clone(),
            sha256: earlier.letters.get(letter).cloned().unwrap_or_default(),
        })?;
    }
    writer.close()
}

/// Writes the manifest of a print run, row by row.
pub(crate) struct Writer {
    writer: csv::Writer<std::fs::File>,
    path: std::path::PathBuf,
}

impl Writer {
    pub(crate) fn new(folder: &Path) -> Result<Self, PrintError> {
        Self::of(folder.join(MANIFEST))
    }

    fn of(path: std::path::PathBuf) -> Result<Self, PrintError> {
        let writer = csv::Writer::from_path(&path).map_err(PrintError::csv(&path))?;
        Ok(Self { writer, path })
    }

    pub(crate) fn row(&mut self, row: &impl Serialize) -> Result<(), PrintError> {
        self.writer
            .serialize(row)
            .map_err(PrintError::csv(&self.path))
    }

    pub(crate) fn close(mut self) -> Result<(), PrintError> {
        self.writer
            .flush()
            .map_err(PrintError::io("write", &self.path))
    }
}

/// The beginning of the digest of a letter's content, 16 hexadecimal digits.
pub(crate) fn content_key(digests: &[[u8; 32]]) -> String {
    let mut builder = Fingerprint::builder("content");
    for digest in digests {
        builder.field(digest);
    }
    let mut text = builder.finish().to_string();
    text.truncate(16);
    text
}
