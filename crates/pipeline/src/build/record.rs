//! The record of a run: `.raadspost/run.json`, written last.
//!
//! It contains no time and no history: a run that made everything and one that found everything
//! fresh write the same bytes.

use raadspost_content::Renderer;
use raadspost_run::{RECORD_VERSION, RecordCounts, RendererRecord, RunRecord};

use crate::build::lists::Lists;
use crate::options::RunOptions;

/// The record of a run: its inputs and its results.
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

/// The record of a run before anything is made.
pub(crate) fn begun(options: &RunOptions) -> RunRecord {
    RunRecord {
        version: RECORD_VERSION,
        interrupted: true,
        ..options.record.clone()
    }
}
