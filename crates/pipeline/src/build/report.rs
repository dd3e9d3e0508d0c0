//! `report.json`: the report of a run with complete lists.

use std::collections::BTreeMap;

use raadspost_run::RunWriter;
use raadspost_run::names::REPORT;
use serde::ser::{Error as _, SerializeSeq as _};
use serde::{Serialize, Serializer};

use crate::error::RunError;
use crate::freshness::DirtyReason;
use crate::ledger::Ledger;
use crate::plan::post::PostCounts;
use crate::report::{DocumentCounts, PackCounts, RegisterCounts, Report, UnselectedCounts};

/// Writes the report with complete lists.
pub(crate) fn write_report(
    writer: RunWriter<'_>,
    report: &Report,
    ledger: &Ledger,
) -> Result<(), RunError> {
    let Report {
        version,
        interrupted,
        documents,
        unselected,
        packs,
        register,
        pages,
        bytes,
        renderings,
        shared,
        reasons,
        allowed_warnings,
        fallbacks,
        refused: _,
        failed: _,
        held: _,
        superseded: _,
        stale: _,
        post,
    } = report;
    let list = |list| Entries { ledger, list };
    let whole = Whole {
        version: *version,
        interrupted: *interrupted,
        documents,
        unselected,
        packs,
        register,
        pages: *pages,
        bytes: *bytes,
        renderings: *renderings,
        shared: *shared,
        reasons,
        allowed_warnings,
        fallbacks,
        refused: list("refused"),
        failed: list("failed"),
        held: list("held"),
        superseded: list("superseded"),
        stale: list("stale"),
        post,
    };
    Ok(writer.json(REPORT, &whole)?)
}

/// A [`Report`] in the form in which it is written.
#[derive(Serialize)]
struct Whole<'a> {
    version: u32,
    interrupted: bool,
    documents: &'a DocumentCounts,
    unselected: &'a UnselectedCounts,
    packs: &'a PackCounts,
    register: &'a RegisterCounts,
    pages: u64,
    bytes: u64,
    renderings: u64,
    shared: u64,
    reasons: &'a BTreeMap<DirtyReason, u64>,
    allowed_warnings: &'a BTreeMap<String, u64>,
    fallbacks: &'a BTreeMap<String, u64>,
    refused: Entries<'a>,
    failed: Entries<'a>,
    held: Entries<'a>,
    superseded: Entries<'a>,
    stale: Entries<'a>,
    post: &'a PostCounts,
}

/// A list of the report, streamed from the scratch tables.
struct Entries<'a> {
    ledger: &'a Ledger,
    list: &'static str,
}

impl Serialize for Entries<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut entries = serializer.serialize_seq(None)?;
        let read = self.ledger.listed(self.list, |json| {
            let entry: serde_json::Value = serde_json::from_str(json).map_err(S::Error::custom)?;
            entries.serialize_element(&entry)
        });
        read.map_err(S::Error::custom)??;
        entries.end()
    }
}
