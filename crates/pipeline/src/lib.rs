//! From packs to a folder of documents: plan, render, inspect, deliver, record, report.
//!
//! The steps of a run:
//! 1. The output folder is locked, and refused if it contains foreign files.
//! 2. A quick pass over all packs collects what is refused, before the first page is made, and
//!    counts what will be made. If that may not fit on the disk, a sample is rendered, and the run
//!    refused if it does not fit.
//! 3. Workers take packs in register order, render documents that are not fresh, and inspect
//!    them; one writer delivers, and writes a ledger row only after its file is durable.
//! 4. Files that are no longer planned are moved to `.raadspost/superseded/<run>/`.
//! 5. `manifest.sha256`, the records for print and archive, and `report.json` are written.
//!
//! This crate uses [`Renderer`](raadspost_content::Renderer)s,
//! [`Inspector`](raadspost_content::Inspector)s and [`Sink`]s as traits only, so its tests use
//! fakes and do not compile Typst.
//!
//! # Held packs
//! A pack with a refused or failed document is *held*: its collections are not made, and its other
//! documents are delivered separately, in `held/<folder>/`. When the pack becomes complete, fresh
//! documents are moved to `<folder>/`, others are made there, and old copies are superseded; the
//! reverse applies when a complete pack becomes held. A document thus exists only once.

mod audit;
mod build;
mod error;
mod freshness;
mod ledger;
mod observer;
mod options;
mod output;
mod plan;
mod preflight;
mod preview;
mod render;
mod report;

pub use audit::rerender::{RerenderOptions, Rerendered, Sampling, rerender};
pub use audit::status::{
    Change, ChangeKind, DocumentStatus, StatusCounts, StatusEntry, StatusKind, StatusOptions,
    status,
};
pub use build::run::{run, run_through};
pub use error::RunError;
pub use freshness::DirtyReason;
pub use ledger::export_ledger;
pub use observer::{Failure, Observer, PackDone, Phase, Totals, Unobserved};
pub use options::{
    Durability, InputPlace, KeptInput, Packs, Recipient, Recipients, RegisterRows, RunOptions,
    SPREAD_ABOVE, Selection, UnfilledRow, UnfilledRows,
};
pub use output::directory::DirectorySink;
pub use output::path::{OutputPath, PathError, places_of};
pub use output::{Failpoint, Like, PutMode, Sink, SinkError, Staged, Stamp};
pub use plan::post::{DocumentCount, EnvelopeCount, NotPostedCount, PostCounts};
pub use preflight::census::FileCount;
pub use preflight::check::{CheckOptions, Checked, check};
pub use preflight::forecast::{
    Estimate, Forecast, ForecastOptions, LetterCount, LetterPages, SAMPLE, forecast, free_space,
};
pub use preview::{MadeDocument, Preview, PreviewedPack, RefusedFile};
pub use render::Compared;
pub use report::{
    DocumentCounts, Fault, HeldPack, LISTED, Listed, PackCounts, Reason, RegisterCounts, Report,
    Superseded, UnselectedCounts,
};
