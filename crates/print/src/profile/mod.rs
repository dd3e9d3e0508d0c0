//! A printer as data: what `content/printers/*.yaml` states and print follows. Measures are in mm
//! from the top left corner of the trimmed sheet, unless said otherwise.

mod keys;
mod load;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use raadspost_content::{Diagnostics, Source};

/// Whether both sides of a sheet are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Plex {
    /// One side.
    Simplex,
    /// Both sides, turned over the long edge.
    Duplex,
}

impl Plex {
    /// Printed sides of a sheet.
    pub fn sides(self) -> u32 {
        match self {
            Self::Simplex => 1,
            Self::Duplex => 2,
        }
    }
}

/// What becomes of colours. Black and greys are always K only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Colours {
    /// They stay.
    Keep,
    /// They become greys of their luminance, so that every page is K only.
    Black,
}

/// Paper.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Paper {
    /// What the print house calls it.
    pub name: String,
    /// Its weight in g/m².
    pub grams: f64,
    /// The tray it lies in.
    pub tray: Option<String>,
}

/// How letters are stapled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Staple {
    /// Sheets that a staple holds; a thicker set is not stapled.
    pub sheets: u32,
    /// What is held together.
    pub sets: StapleSets,
}

/// What a staple holds together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum StapleSets {
    /// The whole letter with its annexes.
    Letter,
    /// Each document by itself, which then begins on a sheet of its own.
    Documents,
}

/// What a machine reads on the front of each sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MarkKind {
    /// A DataMatrix (ISO/IEC 16022) with job, sequence, sheet i of n and end of set.
    DataMatrix,
    /// OMR bars.
    Omr,
}

/// A mark, and where it stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Marks {
    /// What it is.
    pub kind: MarkKind,
    /// Left edge, mm.
    pub left: f64,
    /// Upper edge, mm.
    pub top: f64,
    /// Size of a module of a DataMatrix, or the distance between two OMR bars, mm.
    pub module: f64,
    /// Length of an OMR bar, mm.
    pub length: f64,
}

/// Where a small text stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SmallPrint {
    /// Left edge, mm.
    pub left: f64,
    /// Baseline, mm.
    pub top: f64,
    /// Size of the type, pt.
    pub size: f64,
}

/// What a file holds at most. A letter is never parted, so a single letter may exceed them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Limits {
    /// Sheets.
    pub sheets: u32,
    /// Megabytes of 1,000,000 bytes.
    pub megabytes: u32,
    /// Letters; no limit where there is none.
    pub letters: Option<u32>,
}

/// In which order letters are printed; equal ones stay in the order of the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PrintOrder {
    /// As the register has them.
    Register,
    /// By postcode and house number.
    Postcode,
    /// By province, then postcode.
    Province,
    /// By weight step, then postcode.
    Weight,
    /// By number of sheets, then postcode.
    Sheets,
}

/// What letters of one file have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Split {
    /// The province.
    Province,
    /// The weight step.
    Weight,
    /// The number of sheets.
    Sheets,
}

/// The exchange with a bulk-mail service: headings of its columns, and where its codes stand.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BulkMail {
    /// Headings of the exported file, in this order: our field, their heading.
    pub export: Vec<(String, String)>,
    /// Headings of the enriched file, by our field.
    pub import: BTreeMap<String, String>,
    /// Left edge of the codes, mm.
    pub left: f64,
    /// Upper edge of the codes, mm.
    pub top: f64,
    /// Size of a module of the 2D code, mm.
    pub module: f64,
    /// Size of the lines beside it, pt.
    pub size: f64,
}

/// Fields of a bulk-mail export.
pub const EXPORT_FIELDS: [&str; 11] = [
    "reference",
    "name",
    "address_1",
    "street",
    "house_number",
    "addition",
    "postcode",
    "town",
    "kix",
    "sheets",
    "grams",
];

/// Fields of an enriched file; `reference` and `postcode` say whose row it is.
pub const IMPORT_FIELDS: [&str; 8] = [
    "reference",
    "postcode",
    "order",
    "code_2d",
    "code_line",
    "print_line",
    "letter_code",
    "kix",
];

/// Sheets of address labels.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Labels {
    /// Labels side by side.
    pub columns: u32,
    /// Labels below each other.
    pub rows: u32,
    /// Left edge of the first, mm.
    pub left: f64,
    /// Upper edge of the first, mm.
    pub top: f64,
    /// From one to the next beside it, mm.
    pub width: f64,
    /// From one to the next below it, mm.
    pub height: f64,
    /// Size of the type, pt.
    pub size: f64,
}

/// Envelopes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Envelopes {
    /// Width, mm; 324 for C4 that lies.
    pub width: f64,
    /// Height, mm; 229 for C4 that lies.
    pub height: f64,
    /// Left edge of the address, mm.
    pub left: f64,
    /// Baseline of its first line, mm.
    pub top: f64,
    /// Size of the type, pt.
    pub size: f64,
}

/// What a printer, the machine or the house, asks for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Printer {
    /// What it is called.
    pub title: String,
    /// What else the people there have to know.
    pub notes: Option<String>,
    /// Whether both sides are printed.
    pub plex: Plex,
    /// The paper.
    pub paper: Paper,
    /// Paper of all documents but the first, which then begin on a sheet of their own.
    pub annexes: Option<Paper>,
    /// What becomes of colours.
    pub colours: Colours,
    /// Weight of an envelope, g.
    pub envelope_grams: f64,
    /// How letters are stapled; none where nothing is.
    pub staple: Option<Staple>,
    /// What a machine reads.
    pub marks: Option<Marks>,
    /// Where the sequence stands in small print.
    pub sequence: Option<SmallPrint>,
    /// Bleed on all sides, mm.
    pub bleed: f64,
    /// Whether crop marks stand outside the bleed.
    pub crop_marks: bool,
    /// What a file holds at most.
    pub limits: Limits,
    /// In which order letters are printed.
    pub order: PrintOrder,
    /// What the letters of one file have in common.
    pub split: Vec<Split>,
    /// Upper ends of the weight steps, g, ascending.
    pub weight_steps: Vec<f64>,
    /// Whether each file begins with a sheet that counts it.
    pub slip_sheets: bool,
    /// Name of the files, without extension: `{job}`, `{file}` and `{group}` are filled in.
    pub naming: String,
    /// The exchange with a bulk-mail service.
    pub bulk_mail: Option<BulkMail>,
    /// Sheets of address labels.
    pub labels: Option<Labels>,
    /// Envelopes.
    pub envelopes: Option<Envelopes>,
}

impl Printer {
    /// Whether each document of a letter begins on a sheet of its own: on other paper, or as a set
    /// that is stapled by itself.
    pub fn parts_documents(&self) -> bool {
        let by_documents = |staple: Staple| staple.sets == StapleSets::Documents;
        self.annexes.is_some() || self.staple.is_some_and(by_documents)
    }

    /// Reads a printer.
    ///
    /// # Errors
    /// Every mistake in it.
    pub fn load(source: &Arc<Source>) -> Result<Self, Diagnostics> {
        load::load(source)
    }
}

/// The JSON Schema (draft 2020-12) of `printers/*.yaml`.
pub fn printer_schema() -> serde_json::Value {
    raadspost_yaml::schema(&keys::PRINTER, "Raadspost printer")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use raadspost_content::Source;
    use raadspost_yaml::reads;

    use super::{Printer, keys};

    #[test]
    fn every_key_of_the_table_is_read_and_no_other() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content/printers");
        let read = reads::record(|| {
            for entry in fs::read_dir(folder).expect("printers") {
                let path = entry.expect("an entry").path();
                let text = fs::read_to_string(&path).expect("a printer");
                let source = Source::new(path.display().to_string(), text);
                Printer::load(&source).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
            }
        });
        let known = reads::known(&keys::PRINTER);
        assert_eq!(
            known.difference(&read).collect::<Vec<_>>(),
            Vec::<&_>::new()
        );
    }
}
