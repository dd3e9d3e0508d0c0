//! The run folder on disk: every name in it, its records, approval and signature, atomic durable
//! writing, and opening with verification.
//!
//! A build writes the lists `manifest.sha256`, `packs.jsonl` and `mailing.jsonl`, and finally
//! `run.json`, which binds each of them by digest and number of lines. [`RunFolder::open`] checks
//! all of it before anything in the folder is used; printing, archiving, zipping, converting,
//! approving and comparing open a run this way only. [`RunFolder::look`] serves `status` and
//! `verify`, which report the state of a run: it returns the faults with the folder.
//!
//! **Invariant:** no code outside this crate builds a path to a record in `.raadspost/`, and no
//! record is read that `run.json` does not bind.

mod approval;
mod deviation;
mod differences;
mod durable;
mod fault;
mod folder;
mod hash;
mod identity;
mod keys;
mod lines;
mod mailing;
mod manifest;
pub mod names;
mod pack;
mod record;
mod regular;
mod signature;
mod verify;
mod writer;

pub use approval::{ApprovalState, approve, format_time, parse_time};
pub use deviation::{Deviation, Tongue, Words, diagnostics};
pub use differences::path_key;
pub use durable::{Before, Draft, Step, demand_no_link, make_folders, publish, write_durably};
pub use fault::RunFault;
pub use folder::{RunFolder, inside};
pub use hash::sha256_of_file;
pub use identity::{CampaignIdentity, identity};
pub use keys::{Signer, SigningKey, VerifyingKey};
pub use lines::Lines;
pub use mailing::{DocumentState, MailingDocument, MailingEnvelope, MailingPack};
pub use manifest::ManifestLine;
pub use pack::{
    DocumentKind, DocumentRecord, FaultRecord, MotionReference, MunicipalityRecord, PackRecord,
    ReasonRecord,
};
pub use record::{
    Approval, CampaignRecord, InputRecord, ListRecord, RECORD_VERSION, RecordCounts,
    RendererRecord, RunRecord, SenderRecord,
};
pub use regular::{demand_regular, open_named, open_regular, read_named, read_regular};
pub use signature::{SignatureState, signed_approval, signed_comment};
pub use verify::{Verified, verify};
pub use writer::{ListDraft, RunWriter};
