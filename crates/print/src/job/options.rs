//! The options of a print run.

use std::path::PathBuf;

use raadspost_content::Fingerprint;

use crate::profile::PrintOrder;

use crate::letters::order::Piece;

/// The longest list of pieces in a file's name, in characters.
const SUFFIX: usize = 40;

/// The options of a print run, beside the printer.
#[derive(Debug, Clone, Default)]
pub struct PrintOptions {
    /// The order in place of the printer's.
    pub order: Option<PrintOrder>,
    /// The documents that are posted, each in an envelope of its own, in place of the campaign's
    /// envelopes; if it is empty, the envelopes are.
    pub documents: Vec<String>,
    /// The pieces that are printed; all if it is empty. Pieces keep their numbers and marks.
    pub pieces: Vec<Choice>,
    /// An earlier print run: letters that are the same there are left out.
    pub since: Option<PathBuf>,
    /// The file that came back from a bulk-mail service.
    pub enriched: Option<PathBuf>,
    /// The print run to which the pieces belong; a job that is another one is refused.
    pub of: Option<PathBuf>,
    /// The day on which the letters are posted, `2026-03-02`; the campaign's date if it is not said.
    pub posting_date: Option<String>,
    /// The ICC profile of the printing condition, for printers with an output intent.
    pub output_profile: Option<Vec<u8>>,
}

/// Pieces by number or by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// From the first to the last sequence number, both included.
    Range(u32, u32),
    /// All letters of a municipality, by its code, or one by its id.
    Letter(String),
}

impl Choice {
    /// Whether it names the piece with this number.
    pub(crate) fn takes(&self, sequence: u32, piece: &Piece) -> bool {
        match self {
            Self::Range(first, last) => (*first..=*last).contains(&sequence),
            Self::Letter(name) => piece.id == *name || piece.code == *name,
        }
    }
}

impl std::fmt::Display for Choice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Range(first, last) if first == last => write!(f, "{first}"),
            Self::Range(first, last) => write!(f, "{first}-{last}"),
            Self::Letter(name) => f.write_str(name),
        }
    }
}

/// The end of the names of files with some pieces only.
pub(crate) fn suffix(pieces: &[Choice]) -> String {
    if pieces.is_empty() {
        return String::new();
    }
    let names: Vec<String> = pieces.iter().map(Choice::to_string).collect();
    let names = names.join("_");
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if names.len() <= SUFFIX && names.chars().all(is_plain) {
        return format!("-pieces-{names}");
    }
    let mut digest = Fingerprint::of(names.as_bytes()).to_string();
    digest.truncate(8);
    format!("-pieces-{digest}")
}
