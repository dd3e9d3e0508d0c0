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

pub use error::PrintError;
pub use job::plan::{Choice, PrintOptions, print};
pub use letters::run::{NotPosted, NotPrinted, NotSent, Refused};
pub use letters::sheet::{Weight, weigh};
pub use out::manifest::Row;
pub use out::read_back::{PrintFile, Reconciliation, read_back};

#[cfg(test)]
pub(crate) mod tests {
    use std::path::Path;

    use raadspost_content::{Postal, Printer, Source};

    use crate::letters::run::{Letter, LetterFile};

    /// A printer of `content/printers`.
    pub(crate) fn printer(name: &str) -> Printer {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../content/printers")
            .join(format!("{name}.yaml"));
        let text = std::fs::read_to_string(path).expect("a printer");
        Printer::load(&Source::new(name, text)).expect("valid")
    }

    /// A letter with files of so many pages.
    pub(crate) fn letter(code: &str, pages: &[u32]) -> Letter {
        Letter {
            code: code.into(),
            name: code.into(),
            line: u64::from(code.as_bytes()[0]),
            id: format!("{code}.pack"),
            lines: Vec::new(),
            window: None,
            postal: Postal {
                postcode: "1234 AB".into(),
                ..Postal::default()
            },
            files: pages
                .iter()
                .map(|pages| LetterFile {
                    path: String::new(),
                    sha256: String::new(),
                    pages: *pages,
                })
                .collect(),
        }
    }
}
