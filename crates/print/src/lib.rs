//! From a finished run to a print run: files that a printer takes without questions, marks that
//! keep letters apart, and counts that add up.
//!
//! The print copy is made from the archive copy's bytes, so its layout is the same by construction;
//! tags, metadata and links stay behind. A print run is written beside its place, read back, and
//! only then given its name: what is not finished cannot be sent.

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
pub use out::reconciliation::{PrintFile, Reconciliation};
pub use profile::{
    BulkMail, Colours, EXPORT_FIELDS, Envelopes, IMPORT_FIELDS, Labels, Limits, MarkKind, Marks,
    Paper, Plex, PrintOrder, Printer, SmallPrint, Split, Staple, StapleSets, printer_schema,
};

#[cfg(test)]
pub(crate) mod tests {
    use std::path::Path;

    use raadspost_content::Source;

    use crate::profile::Printer;

    /// A printer of `content/printers`.
    pub(crate) fn printer(name: &str) -> Printer {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../content/printers")
            .join(format!("{name}.yaml"));
        let text = std::fs::read_to_string(path).expect("a printer");
        Printer::load(&Source::new(name, text)).expect("valid")
    }
}
