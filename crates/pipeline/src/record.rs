//! The records that a run leaves for print and archive: `.raadspost/packs.jsonl`, then
//! `.raadspost/run.json`, which binds it and the manifest by their digests.
//!
//! No time stands in them, and nothing of how a run came to its result: a run that made everything
//! and one that found everything fresh write the same bytes.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use raadspost_content::{
    Fingerprint, MailingPack, PackRecord, RECORD_VERSION, RecordCounts, Renderer, RendererRecord,
    RunRecord,
};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::ledger::Ledger;
use crate::manifest::{Closing, failed};
use crate::path::{MANIFEST, PACKS, RUN, STATE};
use crate::plan::PackPlan;
use crate::{RunError, RunOptions, Sink, SinkError};

/// The lines of one pack in the records.
#[derive(Debug)]
pub(crate) struct PackLines {
    /// Which row of the register it is, from 1, by which the records are in order.
    pub(crate) row: u64,
    /// That of `packs.jsonl`.
    pub(crate) record: String,
    /// That of `mailing.jsonl`.
    pub(crate) mailing: String,
    /// What it adds to the counts of the run.
    counts: RecordCounts,
}

impl PackLines {
    /// The lines of the pack of a row, which is numbered from 1. They are written where packs are made, on several threads, and never
    /// read again by the run.
    ///
    /// # Errors
    /// None that occurs: records are plain data with names as keys, and JSON takes all of it.
    pub(crate) fn new(
        row: u64,
        plan: &PackPlan,
        record: &PackRecord,
        mailing: &MailingPack,
    ) -> Result<Self, RunError> {
        let mut counts = RecordCounts {
            rows: 1,
            refused_rows: u64::from(plan.row_refused),
            ..RecordCounts::default()
        };
        count(&mut counts, record);
        Ok(Self {
            row,
            record: line(record)?,
            mailing: line(mailing)?,
            counts,
        })
    }

    /// Adds it to the counts of the run.
    pub(crate) fn add_to(&self, all: &mut RecordCounts) {
        // All fields by name, so that a new one is not forgotten.
        let RecordCounts {
            rows,
            refused_rows,
            packs,
            complete,
            held,
            planned,
            made,
            refused,
            failed,
            left,
            bytes,
            pages,
        } = self.counts;
        all.rows += rows;
        all.refused_rows += refused_rows;
        all.packs += packs;
        all.complete += complete;
        all.held += held;
        all.planned += planned;
        all.made += made;
        all.refused += refused;
        all.failed += failed;
        all.left += left;
        all.bytes += bytes;
        all.pages += pages;
    }
}

fn line(record: &impl Serialize) -> Result<String, RunError> {
    let mut text = serde_json::to_string(record)
        .map_err(|error| failed("write", Path::new(PACKS), error.into()))?;
    text.push('\n');
    Ok(text)
}

/// Writes the records of a run whose manifest is written.
pub(crate) fn write_records(
    options: &RunOptions,
    renderers: &[Box<dyn Renderer>],
    ledger: &Ledger,
    sink: &dyn Sink,
    counts: RecordCounts,
    interrupted: bool,
) -> Result<(), RunError> {
    let out = &options.out;
    let mut hasher = Sha256::new();
    let mut file = Closing::new(out, &format!("{STATE}/{PACKS}"), sink)?;
    ledger.records(|line| {
        hasher.update(line);
        Ok(file.write(|writer| writer.write_all(line.as_bytes()))?)
    })?;
    file.close(options.durability)?;

    let mut formats: Vec<_> = renderers
        .iter()
        .map(|renderer| RendererRecord {
            format: renderer.format(),
            fingerprint: renderer.fingerprint().to_string(),
            ingredients: renderer.ingredients(),
        })
        .collect();
    formats.sort_by_key(|renderer| renderer.format);
    let record = RunRecord {
        version: RECORD_VERSION,
        renderers: formats,
        interrupted,
        counts,
        manifest_sha256: digest(&out.join(MANIFEST))?.to_string(),
        packs_sha256: Fingerprint(hasher.finalize().into()).to_string(),
        ..options.record.clone()
    };
    let mut file = Closing::new(out, &format!("{STATE}/{RUN}"), sink)?;
    file.write(|writer| {
        serde_json::to_writer_pretty(&mut *writer, &record).map_err(io::Error::from)?;
        writeln!(writer)
    })?;
    Ok(file.close(options.durability)?)
}

fn count(counts: &mut RecordCounts, pack: &PackRecord) {
    let files = |faults: &[raadspost_content::FaultRecord]| -> u64 {
        faults.iter().map(|fault| fault.files.len() as u64).sum()
    };
    let (refused, failed) = (files(&pack.refused), files(&pack.failed));
    let (made, left) = (pack.documents.len() as u64, pack.left.len() as u64);
    counts.packs += 1;
    counts.complete += u64::from(pack.is_complete());
    counts.held += u64::from(pack.held);
    counts.planned += made + refused + failed + left;
    counts.made += made;
    counts.refused += refused;
    counts.failed += failed;
    counts.left += left;
    counts.bytes += pack.documents.iter().map(|one| one.bytes).sum::<u64>();
    counts.pages += pack
        .documents
        .iter()
        .map(|one| u64::from(one.pages.unwrap_or(0)))
        .sum::<u64>();
}

/// The digest of a file, which is read in pieces.
fn digest(path: &Path) -> Result<Fingerprint, SinkError> {
    let read = || -> io::Result<Fingerprint> {
        let mut file = File::open(path)?;
        let mut hasher = Sha256::new();
        let mut piece = vec![0; 64 * 1024];
        loop {
            let length = file.read(&mut piece)?;
            if length == 0 {
                return Ok(Fingerprint(hasher.finalize().into()));
            }
            hasher.update(&piece[..length]);
        }
    };
    read().map_err(|source| SinkError {
        action: "read",
        path: path.to_owned(),
        source,
    })
}
