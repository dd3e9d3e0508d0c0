//! The records that a run leaves for others: `.raadspost/packs.jsonl`, and `.raadspost/run.json`,
//! which is written last and binds all lists by digest and number of lines.
//!
//! No time stands in them, and nothing of how a run came to its result: a run that made everything
//! and one that found everything fresh write the same bytes.

use std::path::Path;

use raadspost_content::Renderer;
use raadspost_run::RunWriter;
use raadspost_run::names::{PACKS, STATE};
use raadspost_run::{
    ListRecord, MailingPack, PackRecord, RECORD_VERSION, RecordCounts, RendererRecord, RunRecord,
};
use serde::Serialize;

use crate::ledger::Ledger;
use crate::plan::PackPlan;
use crate::sink::failed;
use crate::{RunError, RunOptions};

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
        counts.add_pack(record);
        Ok(Self {
            row,
            record: line(record)?,
            mailing: line(mailing)?,
            counts,
        })
    }

    /// Adds it to the counts of the run.
    pub(crate) fn add_to(&self, all: &mut RecordCounts) {
        all.add(&self.counts);
    }
}

fn line(record: &impl Serialize) -> Result<String, RunError> {
    let mut text = serde_json::to_string(record)
        .map_err(|error| failed("write", Path::new(PACKS), error.into()))?;
    text.push('\n');
    Ok(text)
}

/// What the lists of a run are.
pub(crate) struct Lists {
    /// `manifest.sha256`.
    pub(crate) manifest: ListRecord,
    /// `packs.jsonl`.
    pub(crate) packs: ListRecord,
    /// `mailing.jsonl`.
    pub(crate) mailing: ListRecord,
}

/// Writes the packs' records.
pub(crate) fn write_packs(writer: RunWriter<'_>, ledger: &Ledger) -> Result<ListRecord, RunError> {
    let mut list = writer.list(&format!("{STATE}/{PACKS}"))?;
    ledger.records(|line| Ok(list.line(line)?))?;
    Ok(list.close()?)
}

/// The record of a run: what was known of it at its beginning, and what came of it.
pub(crate) fn run_record(
    options: &RunOptions,
    renderers: &[Box<dyn Renderer>],
    counts: RecordCounts,
    interrupted: bool,
    lists: Lists,
) -> RunRecord {
    let mut formats: Vec<_> = renderers
        .iter()
        .map(|renderer| RendererRecord {
            format: renderer.format(),
            fingerprint: renderer.fingerprint().to_string(),
            ingredients: renderer.ingredients(),
        })
        .collect();
    formats.sort_by_key(|renderer| renderer.format);
    let Lists {
        manifest,
        packs,
        mailing,
    } = lists;
    RunRecord {
        version: RECORD_VERSION,
        renderers: formats,
        interrupted,
        counts,
        manifest,
        packs,
        mailing,
        ..options.record.clone()
    }
}

/// What is known of a run before it has made anything.
pub(crate) fn begun(options: &RunOptions) -> RunRecord {
    RunRecord {
        version: RECORD_VERSION,
        interrupted: true,
        ..options.record.clone()
    }
}
