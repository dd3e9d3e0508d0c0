//! A run folder on disk, in one place: every name in it, its records, approval and signature,
//! writing that is whole and durable, and opening that judges before it believes.
//!
//! A build writes the lists `manifest.sha256`, `packs.jsonl` and `mailing.jsonl`, and last of all
//! `run.json`, which binds each of them by digest and number of lines. [`RunFolder::open`] compares
//! all of it before anything is taken from the folder; printing, archiving, zipping, converting,
//! approving and comparing open a run there and nowhere else. [`RunFolder::look`] is for those who
//! report the state of a run, `status` and `verify`: it returns the faults beside the folder.
//!
//! **Invariant:** nothing outside this crate joins a path in `.raadspost/` to a run folder to read
//! a record, and no record is read that `run.json` does not bind.

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
mod signature;
mod verify;
mod writer;

pub use approval::{ApprovalState, approve, format_time, parse_time};
pub use deviation::{Deviation, Tongue, Words, diagnostics};
pub use differences::path_key;
pub use durable::{Before, Draft, Step, make_folders, publish, write_durably};
pub use fault::RunFault;
pub use folder::{RunFolder, fault, inside};
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
pub use signature::{SignatureState, signed_approval, signed_comment};
pub use verify::{Verified, verify};
pub use writer::{ListDraft, RunWriter};
