//! The print profile, read from `printers/*.yaml`. Measures are in mm from the top left corner of the
//! trimmed sheet, unless stated otherwise.

mod keys;
mod load;
mod template;

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

/// The treatment of colours. Black and greys are always K only.
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
    /// Its name at the print house.
    pub name: String,
    /// Its weight in g/m².
    pub grams: f64,
    /// The tray it lies in.
    pub tray: Option<String>,
}

/// The stapling of letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Staple {
    /// Sheets that a staple holds; a thicker set is not stapled.
    pub sheets: u32,
    /// The sheets that are stapled together.
    pub sets: StapleSets,
}

/// The sheets that a staple holds together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum StapleSets {
    /// The whole letter with its annexes.
    Letter,
    /// Each document by itself, which then begins on a sheet of its own.
    Documents,
}

pub use template::MarkText;
pub(crate) use template::SheetMark;

/// The kind of mark that a machine reads on the front of each sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MarkKind {
    /// A DataMatrix (ISO/IEC 16022) with a text.
    DataMatrix,
    /// OMR bars.
    Omr,
}

/// The sides that bear a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MarkSide {
    /// The front of each sheet.
    Front,
    /// The back of each sheet, which simplex sheets do not have.
    Back,
    /// Both.
    Both,
}

impl MarkSide {
    pub(crate) fn has(self, is_front: bool) -> bool {
        match self {
            Self::Front => is_front,
            Self::Back => !is_front,
            Self::Both => true,
        }
    }
}

/// The meaning of a position in a row of OMR bars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OmrMeaning {
    /// There is always a bar: a gate, or a safety.
    Bar,
    /// There is never a bar.
    Blank,
    /// The first sheet of a letter.
    First,
    /// Any other sheet than the first.
    NotFirst,
    /// The last sheet of a letter.
    Last,
    /// Any other sheet than the last.
    NotLast,
    /// This bit of the letter's sequence is set.
    Sequence(u32),
    /// This bit of the sheet's number in the letter is set.
    Sheet(u32),
    /// A bar that makes the number of bars even.
    Even,
    /// A bar that makes the number of bars odd.
    Odd,
}

/// The meanings as printers write them.
pub(crate) const OMR_MEANINGS: [(&str, OmrMeaning); 16] = [
    ("bar", OmrMeaning::Bar),
    ("blank", OmrMeaning::Blank),
    ("first", OmrMeaning::First),
    ("not-first", OmrMeaning::NotFirst),
    ("last", OmrMeaning::Last),
    ("not-last", OmrMeaning::NotLast),
    ("sequence-1", OmrMeaning::Sequence(1)),
    ("sequence-2", OmrMeaning::Sequence(2)),
    ("sequence-4", OmrMeaning::Sequence(4)),
    ("sequence-8", OmrMeaning::Sequence(8)),
    ("sequence-16", OmrMeaning::Sequence(16)),
    ("sheet-1", OmrMeaning::Sheet(1)),
    ("sheet-2", OmrMeaning::Sheet(2)),
    ("sheet-4", OmrMeaning::Sheet(4)),
    ("even", OmrMeaning::Even),
    ("odd", OmrMeaning::Odd),
];

/// A row of OMR bars unless the printer says otherwise: gate, last sheet, the sequence in three bits,
/// parity, safety.
pub(crate) const DEFAULT_POSITIONS: [OmrMeaning; 7] = [
    OmrMeaning::Bar,
    OmrMeaning::Last,
    OmrMeaning::Sequence(1),
    OmrMeaning::Sequence(2),
    OmrMeaning::Sequence(4),
    OmrMeaning::Even,
    OmrMeaning::Bar,
];

impl Serialize for OmrMeaning {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let found = OMR_MEANINGS.iter().find(|(_, meaning)| meaning == self);
        serializer.serialize_str(found.map_or("", |(name, _)| name))
    }
}

/// A mark and its place.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Marks {
    /// Its kind.
    pub kind: MarkKind,
    /// Left edge, mm.
    pub left: f64,
    /// Upper edge, mm.
    pub top: f64,
    /// Size of a module of a DataMatrix, or the distance between two OMR bars, mm.
    pub module: f64,
    /// Length of an OMR bar, mm.
    pub length: f64,
    /// Thickness of an OMR bar, mm.
    pub weight: f64,
    /// The sides that bear it.
    pub side: MarkSide,
    /// The text of a DataMatrix.
    pub text: MarkText,
    /// Modules on a side of a DataMatrix; `None` for 22, and more where the text needs it.
    pub symbol: Option<u32>,
    /// The meaning of each position of a row of OMR bars, from the top.
    pub positions: Vec<OmrMeaning>,
}

/// The place of a small text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SmallPrint {
    /// Left edge, mm.
    pub left: f64,
    /// Baseline, mm.
    pub top: f64,
    /// Size of the type, pt.
    pub size: f64,
    /// The text.
    pub text: MarkText,
}

/// The limits of a file. A letter is never divided, so a single letter may exceed them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Limits {
    /// Sheets.
    pub sheets: u32,
    /// Megabytes of 1,000,000 bytes.
    pub megabytes: u32,
    /// Letters; `None` without limit.
    pub letters: Option<u32>,
}

/// The order of the letters; equal ones stay in the order of the register.
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

/// A criterion by which letters are divided into files.
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

/// The place at which a bulk-mail service reads its codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ReadThrough {
    /// Through the window of the envelope, in which they have to lie.
    Window,
    /// On the sheet, before it is inserted.
    Sheet,
}

/// The exchange with a bulk-mail service: the headings of its columns, and the place of its codes.
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
    /// The place at which the codes are read.
    pub read_through: ReadThrough,
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

/// The printing condition of a PDF/X-4, whose ICC profile the print house hands in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutputCondition {
    /// The ICC profile: a file beside the printer's.
    pub profile: String,
    /// The identifier of the condition, such as `FOGRA51`.
    pub condition: String,
    /// The registry that knows the identifier; `None` if the print house made it up.
    pub registry: Option<String>,
    /// Its name for people.
    pub info: Option<String>,
}

/// The fold of the sheets of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Fold {
    /// Once.
    Half,
    /// Twice, both ends inwards.
    Letter,
    /// Twice, as the letter Z.
    Z,
}

/// A print profile: the demands of a printer, the machine or the house.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PrintProfile {
    /// Its title.
    pub title: String,
    /// Notes for the people there, on the job ticket.
    pub notes: Option<String>,
    /// Whether both sides are printed.
    pub plex: Plex,
    /// The paper.
    pub paper: Paper,
    /// Paper of all documents but the first, which then begin on a sheet of their own.
    pub annexes: Option<Paper>,
    /// The treatment of colours.
    pub colours: Colours,
    /// Weight of an envelope, g.
    pub envelope_grams: f64,
    /// The staples; `None` if nothing is stapled.
    pub staple: Option<Staple>,
    /// The marks that a machine reads.
    pub marks: Option<Marks>,
    /// The place of the sequence in small print.
    pub sequence: Option<SmallPrint>,
    /// Bleed on all sides, mm.
    pub bleed: f64,
    /// Whether there are crop marks outside the bleed.
    pub crop_marks: bool,
    /// The limits of a file.
    pub limits: Limits,
    /// The order of the letters.
    pub order: PrintOrder,
    /// The criteria by which letters are divided into files.
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
    /// The printing condition that the files are made for; `None` for plain PDF.
    pub output_intent: Option<OutputCondition>,
    /// The envelope, as the print house calls it.
    pub envelope: Option<String>,
    /// The fold of the sheets; `None` if they are not folded.
    pub fold: Option<Fold>,
}

impl PrintProfile {
    /// Whether each document of a letter begins on a sheet of its own: on other paper, or as a set
    /// that is stapled by itself.
    pub fn parts_documents(&self) -> bool {
        let by_documents = |staple: Staple| staple.sets == StapleSets::Documents;
        self.annexes.is_some() || self.staple.is_some_and(by_documents)
    }

    /// Reads a profile; texts that it has in several languages in that of a tag such as `nl-NL`, or else
    /// the first of them.
    ///
    /// # Errors
    /// Every mistake in it.
    pub fn load(source: &Arc<Source>, language: &str) -> Result<Self, Diagnostics> {
        load::load(source, language)
    }
}

/// The JSON Schema (draft 2020-12) of `printers/*.yaml`.
pub fn printer_schema() -> serde_json::Value {
    raadspost_yaml::schema(&keys::PRINTER, "Raadspost printer")
}

/// A profile of `content/printers`.
#[cfg(test)]
pub(crate) fn sample(name: &str) -> PrintProfile {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../content/printers")
        .join(format!("{name}.yaml"));
    let text = std::fs::read_to_string(path).expect("a profile");
    PrintProfile::load(&Source::new(name, text), "en").expect("valid")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use raadspost_content::Source;
    use raadspost_yaml::reads;

    use super::{PrintProfile, keys};

    const REST: &str = "raadspost-printer: 1\ntitle: x\nplex: duplex\n\
        paper: { name: A4, grams: 80 }\n\
        output-intent: { profile: x.icc, condition: FOGRA51, registry: y, info: z }\n\
        marks: { kind: datamatrix, left: 6, top: 9, module: 0.5, symbol: 26, side: both, text: x }\n\
        sequence: { left: 6, top: 120, size: 5, text: x }\nenvelope: y\nfold: z\n";

    #[test]
    fn texts_are_those_of_the_language() {
        let text = "raadspost-printer: 1\ntitle: { en: Press, nl: Pers }\nplex: duplex\n\
            paper: { name: { en: white, nl-NL: wit }, grams: 80 }\nnotes: Mind\n";
        let said = |language| {
            let profile = PrintProfile::load(&Source::new("p", text), language).expect("valid");
            (profile.title, profile.paper.name, profile.notes)
        };
        let owned = |title: &str, paper: &str| {
            (title.to_owned(), paper.to_owned(), Some("Mind".to_owned()))
        };
        assert_eq!(said("nl-NL"), owned("Pers", "wit"));
        assert_eq!(said("nl-BE"), owned("Pers", "wit"));
        assert_eq!(said("fr"), owned("Press", "white"));
    }

    #[test]
    fn every_key_of_the_table_is_read_and_no_other() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content/printers");
        let read = reads::record(|| {
            for entry in fs::read_dir(folder).expect("printers") {
                let path = entry.expect("an entry").path();
                let text = fs::read_to_string(&path).expect("a printer");
                let source = Source::new(path.display().to_string(), text);
                PrintProfile::load(&source, "nl").unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
            }
            // Keys that no embedded printer has.
            let rest = Source::new("rest", REST);
            PrintProfile::load(&rest, "nl").unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
        });
        let known = reads::known(&keys::PRINTER);
        assert_eq!(
            known.difference(&read).collect::<Vec<_>>(),
            Vec::<&_>::new()
        );
    }
}
