//! From a finished run to a print run: files that a printer accepts as they are, marks that separate
//! letters, and counts that add up.
//!
//! The print copy is made from the archive copy's bytes, so its layout is the same by construction;
//! tags, metadata and links are left out. A print run is written beside its place, read back, and only
//! then renamed, so that an unfinished one cannot be sent.

mod draw;
mod error;
mod job;
mod letters;
mod mail;
mod out;
mod pdf;
mod profile;
mod sizes;

pub use error::PrintError;
pub use job::options::{Choice, PrintOptions};
pub use job::print;
pub use letters::sheet::{Weight, weigh};
pub use letters::unprinted::{NotPosted, NotPrinted, NotSent, Refused};
pub use out::manifest::Row;
pub use out::read_back::read_back;
pub use out::reconciliation::{PrintFile, Reconciliation, WeightSum};
pub use profile::{
    BulkMail, Colours, EXPORT_FIELDS, Envelopes, Fold, IMPORT_FIELDS, Labels, Limits, MarkKind,
    MarkSide, MarkText, Marks, OmrMeaning, OutputCondition, Paper, Plex, PrintOrder, PrintProfile,
    ReadThrough, SmallPrint, Split, Staple, StapleSets, printer_schema,
};
