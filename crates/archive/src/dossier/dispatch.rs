//! The dispatch of letters: which print run posted them, and when. Its manifest and reconciliation go
//! into the packages, and each letter is held to the documents of the run.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;

use raadspost_content::{Date, Fingerprint};
use raadspost_run::{MailingPack, RunFolder, open_regular, parse_time, read_regular};
use serde::Deserialize;

use crate::ArchiveError;
use crate::mdto::elements::Event;

/// Bytes of `reconciliation.json`, at most: it names every letter that is not printed.
const SUMS_LIMIT: u64 = 256 << 20;

/// A print run that was posted.
#[derive(Debug, Clone)]
pub struct DispatchOptions {
    /// The folder that `print` made.
    pub print: PathBuf,
    /// The day or the moment on which it was posted: `2026-04-02`, or RFC 3339.
    pub posted: String,
}

/// The fields of `reconciliation.json` that are compared with the manifest and the run.
#[derive(Deserialize)]
struct Reconciliation {
    job: String,
    register_rows: u64,
    printed: u64,
}

/// The fields of a row of `manifest.csv` that are compared with the run or reported.
#[derive(Debug, Deserialize)]
struct Row {
    sequence: u64,
    code: String,
    letter_id: String,
    sheets: u64,
    grams: String,
    sha256: String,
}

/// A dispatch. Keeps the rows of the manifest, some 200 bytes for each letter.
pub(crate) struct Dispatch {
    posted: String,
    job: String,
    headings: csv::ByteRecord,
    rows: BTreeMap<String, Vec<(Row, csv::ByteRecord)>>,
    /// `manifest.csv`.
    pub(crate) manifest: PathBuf,
    /// `reconciliation.json`.
    pub(crate) reconciliation: PathBuf,
}

impl Dispatch {
    /// Reads a print run, and holds its sums to its manifest and to the run.
    ///
    /// # Errors
    /// The day is not valid, a file cannot be read, or the print run is of another run.
    pub(crate) fn read(run: &RunFolder, options: &DispatchOptions) -> Result<Self, ArchiveError> {
        let DispatchOptions { print, posted } = options;
        if Date::parse(posted).is_none() {
            parse_time(posted)?;
        }
        let (manifest, reconciliation) = (
            print.join("manifest.csv"),
            print.join("reconciliation.json"),
        );
        let other = |why: String| ArchiveError::OtherPrintRun {
            print: print.clone(),
            why,
        };
        let bytes = read_regular(&reconciliation, SUMS_LIMIT)
            .map_err(ArchiveError::io("read", &reconciliation))?;
        let sums: Reconciliation = serde_json::from_slice(&bytes)
            .map_err(|error| other(format!("`reconciliation.json`: {error}")))?;
        let file = open_regular(&manifest).map_err(ArchiveError::io("read", &manifest))?;
        let mut reader = csv::Reader::from_reader(file);
        let bad = |error: csv::Error| other(format!("`manifest.csv`: {error}"));
        let headings = reader.byte_headers().map_err(bad)?.clone();
        let mut rows: BTreeMap<String, Vec<(Row, csv::ByteRecord)>> = BTreeMap::new();
        let mut number = 0;
        for record in reader.byte_records() {
            let record = record.map_err(bad)?;
            let row: Row = record.deserialize(Some(&headings)).map_err(bad)?;
            number += 1;
            rows.entry(row.code.clone())
                .or_default()
                .push((row, record));
        }
        let counted = run.record().counts.rows;
        if number != sums.printed {
            let printed = sums.printed;
            let why = format!(
                "`manifest.csv` has {number} letters, and `reconciliation.json` counts {printed}"
            );
            return Err(other(why));
        }
        if sums.register_rows != counted {
            let rows = sums.register_rows;
            let why = format!("it is of a register of {rows} rows, and the run's has {counted}");
            return Err(other(why));
        }
        let mut codes = HashSet::new();
        for pack in run.packs()? {
            codes.insert(pack?.code);
        }
        if let Some(code) = rows.keys().find(|code| !codes.contains(*code)) {
            return Err(other(format!(
                "it has a letter for {code}, and the run has no such pack"
            )));
        }
        Ok(Self {
            posted: posted.clone(),
            job: sums.job,
            headings,
            rows,
            manifest,
            reconciliation,
        })
    }

    /// The event of a pack; `None` if no letter of it was posted.
    ///
    /// # Errors
    /// A letter has other documents than the run: its own package cannot say that they were posted.
    pub(crate) fn event(
        &self,
        mailing: &MailingPack,
        sender: &str,
    ) -> Result<Option<Event>, ArchiveError> {
        let Some(rows) = self.rows.get(&mailing.code) else {
            return Ok(None);
        };
        let known = digests(mailing);
        let mut letters = Vec::new();
        for (row, _) in rows {
            if !known.contains(&row.sha256) {
                return Err(ArchiveError::OtherLetter(row.letter_id.clone()));
            }
            let Row {
                sequence,
                letter_id,
                sheets,
                grams,
                ..
            } = row;
            letters.push(format!(
                "{letter_id}: nummer {sequence}, {sheets} vellen, {grams} g"
            ));
        }
        Ok(Some(Event {
            kind: "Verzending",
            time: self.posted.clone(),
            actor: Some(sender.to_owned()),
            result: Some(format!("Opdracht {}. {}", self.job, letters.join("; "))),
        }))
    }

    /// The rows of a pack, as CSV.
    pub(crate) fn rows_of(&self, code: &str) -> Option<Vec<u8>> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_byte_record(&self.headings).ok()?;
        for (_, record) in self.rows.get(code)? {
            writer.write_byte_record(record).ok()?;
        }
        writer.into_inner().ok()
    }
}

/// The digests that letters of a pack can have, as a print run has them: that of a document alone, or
/// that of the digests of all documents in an envelope.
fn digests(mailing: &MailingPack) -> HashSet<String> {
    let mut known: HashSet<String> = mailing
        .documents
        .iter()
        .map(|document| document.sha256.clone())
        .collect();
    for envelope in &mailing.envelopes {
        let mut builder = Fingerprint::builder("letter");
        for id in &envelope.documents {
            let mut files = mailing.documents.iter();
            let is_file = |extension: &str| extension == "pdf";
            let file = files.find(|one| one.id == *id && is_file(one.format.extension()));
            if let Some(file) = file {
                builder.field(file.sha256.as_bytes());
            }
        }
        known.insert(builder.finish().to_string());
    }
    known.remove("");
    known
}
