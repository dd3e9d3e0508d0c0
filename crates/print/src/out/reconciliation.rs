//! `reconciliation.json`: how the rows of the register are accounted for, and the files of the print
//! run.

use serde::{Deserialize, Serialize};

use crate::letters::unprinted::{NotPrinted, Refused};

/// A PDF of a print run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintFile {
    /// Its name.
    pub file: String,
    /// The group of its letters.
    pub group: String,
    /// Its first letter.
    pub first_sequence: u32,
    /// Its last letter.
    pub last_sequence: u32,
    /// The number of letters.
    pub letters: u32,
    /// Their sheets, without slip sheets.
    pub sheets: u32,
    /// Pages of letters.
    pub letter_pages: u32,
    /// Pages of letters with a colour; the others take black alone.
    #[serde(default)]
    pub colour_pages: u32,
    /// Pages of letters that have the bleed that the printer asks for.
    #[serde(default)]
    pub bleed_pages: u32,
    /// Blank sides of letters.
    pub blank_pages: u32,
    /// Sides of the slip sheet.
    pub slip_pages: u32,
    /// All pages.
    pub pages: u32,
    /// Its streams: page contents, marks, fonts, pictures.
    pub streams: u32,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

/// The letters of a weight step.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WeightSum {
    /// The upper end of the step, g; `None` for letters that are heavier than all steps.
    pub to: Option<f64>,
    /// The number of letters.
    pub letters: u32,
    /// Their weight with the envelopes, g, one decimal.
    pub grams: f64,
}

/// The account of the rows of the register.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Reconciliation {
    /// The version of this structure: 3.
    pub version: u32,
    /// The job.
    pub job: String,
    /// Rows of the register.
    pub register_rows: u32,
    /// The names of the envelopes of each row.
    pub envelopes: Vec<String>,
    /// Letters that there may be, one for each row and envelope: the sum of the next six.
    pub expected: u32,
    /// Letters in the files.
    pub printed: u32,
    /// Letters that cannot be printed, see `not_printed.refused`.
    pub refused: u32,
    /// Letters that a municipality does not get, see `not_printed.without`.
    pub without: u32,
    /// Letters that the run was not asked to make, see `not_printed.not_made`.
    pub not_made: u32,
    /// Letters that are the same as in the print run that this one continues.
    pub unchanged: u32,
    /// Letters outside the pieces that were asked for.
    pub other_pieces: u32,
    /// The sequence numbers of the letters in the files, as ranges from first to last, in order.
    pub sequences: Vec<(u32, u32)>,
    /// All pages: the sum of the next three.
    pub pages: u32,
    /// Pages of letters.
    pub letter_pages: u32,
    /// Pages of letters with a colour; the others take black alone.
    pub colour_pages: u32,
    /// Pages of letters that have the bleed that the printer asks for.
    pub bleed_pages: u32,
    /// Blank sides of letters.
    pub blank_pages: u32,
    /// Sides of slip sheets.
    pub slip_pages: u32,
    /// Sheets of letters.
    pub sheets: u32,
    /// Those of them that are on the paper of annexes.
    pub annex_sheets: u32,
    /// The letters in the files by weight step; one step of all where the printer has none.
    pub weights: Vec<WeightSum>,
    /// Streams of all files.
    pub streams: u32,
    /// Size of all files.
    pub bytes: u64,
    /// Streams of a letter, two decimals.
    pub streams_per_letter: f64,
    /// Bytes of a letter.
    pub bytes_per_letter: u64,
    /// The files, in order.
    pub files: Vec<PrintFile>,
    /// Letters and documents that are not printed, with reasons.
    pub not_printed: NotPrinted,
    /// Rows of an enriched file that belong to no letter, and why.
    pub unmatched: Vec<Refused>,
}

impl Reconciliation {
    /// Adds up the files.
    pub(crate) fn add(&mut self, files: Vec<PrintFile>) {
        for file in &files {
            self.printed += file.letters;
            self.pages += file.pages;
            self.letter_pages += file.letter_pages;
            self.colour_pages += file.colour_pages;
            self.bleed_pages += file.bleed_pages;
            self.blank_pages += file.blank_pages;
            self.slip_pages += file.slip_pages;
            self.sheets += file.sheets;
            self.streams += file.streams;
            self.bytes += file.bytes;
        }
        let letters = f64::from(self.printed.max(1));
        self.bytes_per_letter = (self.bytes as f64 / letters).round() as u64;
        self.streams_per_letter = (f64::from(self.streams) / letters * 100.0).round() / 100.0;
        self.files = files;
    }
}

/// A number of things as it is counted here.
pub(crate) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
