//! A print run from beginning to end.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use raadspost_content::{Fingerprint, PrintOrder, Printer};
use raadspost_run::RunFolder;
use serde_json::json;

use crate::PrintError;
use crate::draw::labels;
use crate::draw::pen::{Drawn, Pen};
use crate::draw::slip;
use crate::draw::words::Words;
use crate::job::filling::Filling;
use crate::letters::order::{self, Piece};
use crate::letters::run::{NotPrinted, Refused, Run};
use crate::letters::sheet::A4;
use crate::mail::enriched::{self, Import};
use crate::out::manifest::{self, Before};
use crate::out::place::{Place, sync, write};
use crate::out::read_back::{PrintFile, RECONCILIATION, Reconciliation, read_back};

/// How long the names of pieces in a file's name may be.
const SUFFIX: usize = 40;

/// How many reasons an error gives.
const REASONS: usize = 5;

/// What a print run is asked to be, beside the printer.
#[derive(Debug, Clone, Default)]
pub struct PrintOptions {
    /// The order in place of the printer's.
    pub order: Option<PrintOrder>,
    /// The documents that are posted, each in an envelope of its own, in place of the campaign's
    /// envelopes; those where it is empty.
    pub documents: Vec<String>,
    /// The pieces that are printed; all where it is empty. Pieces keep their numbers and marks.
    pub pieces: Vec<Choice>,
    /// An earlier print run: letters that are the same there are left out.
    pub since: Option<PathBuf>,
    /// The file that came back from a bulk-mail service.
    pub enriched: Option<PathBuf>,
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
    fn takes(&self, numbered: &Numbered) -> bool {
        match self {
            Self::Range(first, last) => (*first..=*last).contains(&numbered.sequence),
            Self::Letter(name) => {
                let Piece { id, code, .. } = &numbered.piece;
                id == name || code == name
            }
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

/// A piece, and its number in the job.
pub(crate) struct Numbered {
    pub(crate) piece: Piece,
    pub(crate) sequence: u32,
}

/// Makes a print run of the finished run `run`, in the new folder `out`. Fonts are handed in:
/// the first draws marks, the others what it cannot show on labels and slip sheets.
///
/// # Errors
/// Why there is no print run. A letter that cannot be printed is no error: it is named in the
/// reconciliation.
pub fn print(
    run: RunFolder,
    out: &Path,
    printer: &Printer,
    options: &PrintOptions,
    fonts: &[Vec<u8>],
) -> Result<Reconciliation, PrintError> {
    let place = Place::take(out)?;
    let mut job = Job::plan(run, printer, options)?;
    let mut pen = Pen::new(fonts, &job.characters)?;

    let files = job.write_files(&place.staged, printer, &mut pen)?;
    job.sum(files);
    job.write_papers(&place.staged, printer, &mut pen)?;
    read_back(&place.staged)?;
    place.publish()?;
    Ok(job.sums)
}

/// A job: what is printed, in order, and what is not.
pub(crate) struct Job {
    pub(crate) name: String,
    pub(crate) run: Run,
    pub(crate) words: &'static Words,
    pub(crate) enriched: Option<Import>,
    /// What a file's name ends with.
    pub(crate) suffix: String,
    pieces: Vec<Numbered>,
    /// The print run that this one goes on from, and its letters that stay as they are.
    before: Before,
    unchanged: Vec<String>,
    /// What labels, envelopes and tickets say, for which there have to be glyphs.
    characters: BTreeSet<char>,
    sums: Reconciliation,
}

impl Job {
    /// Decides what is printed, in which order, and under which number.
    fn plan(run: RunFolder, printer: &Printer, options: &PrintOptions) -> Result<Self, PrintError> {
        let before = match &options.since {
            Some(since) => Before::read(since)?,
            None => Before::default(),
        };
        let mut pieces = Vec::new();
        let mut unchanged = Vec::new();
        let mut characters = ticket_characters(printer);
        let draws_addresses = printer.labels.is_some() || printer.envelopes.is_some();
        let chosen = &options.documents;
        let mut run = Run::read(run, printer.parts_documents(), chosen, |letter, spot| {
            if before.letters.get(&enriched::cell(&letter.id)) == Some(&letter.sha256()) {
                unchanged.push(enriched::cell(&letter.id));
                return;
            }
            if draws_addresses {
                characters.extend(letter.lines.iter().flat_map(|line| line.chars()));
            }
            pieces.push(Piece::new(&letter, spot, printer));
        })?;
        let not_printed = std::mem::take(&mut run.not_printed);
        let mut sums = Reconciliation {
            version: 2,
            register_rows: run.rows(),
            envelopes: run.envelopes.clone(),
            expected: run.rows() * count(run.envelopes.len()),
            unchanged: count(unchanged.len()),
            without: NotPrinted::number(&not_printed.without),
            not_made: NotPrinted::number(&not_printed.not_made),
            not_printed,
            ..Reconciliation::default()
        };

        let order = options.order.unwrap_or(printer.order);
        order::sort(&mut pieces, order, printer);
        let enriched = match &options.enriched {
            Some(file) => Some(enrich(file, printer, &run, &mut pieces, &mut sums)?),
            None => None,
        };

        let name = job_name(
            &run.digest,
            &options.documents,
            printer,
            order,
            before.digest,
            enriched.as_ref(),
        );
        let total = count(pieces.len());
        let numbered = pieces.into_iter().zip(1..);
        let mut pieces: Vec<Numbered> = numbered
            .map(|(piece, sequence)| Numbered { piece, sequence })
            .collect();
        for choice in &options.pieces {
            let is_there = match choice {
                Choice::Range(first, last) => 1 <= *first && first <= last && *last <= total,
                Choice::Letter(_) => pieces.iter().any(|piece| choice.takes(piece)),
            };
            if !is_there {
                return Err(PrintError::NoSuchPieces {
                    choice: choice.to_string(),
                    pieces: total,
                });
            }
        }
        if !options.pieces.is_empty() {
            pieces.retain(|piece| options.pieces.iter().any(|choice| choice.takes(piece)));
        }
        sums.not_printed.refused.sort_by_key(|row| row.line);
        sums.refused = count(sums.not_printed.refused.len());
        // Where nothing has changed there is nothing to print, and that is as it should be.
        if pieces.is_empty() && unchanged.is_empty() {
            return Err(PrintError::Nothing(reasons(&sums)));
        }
        sums.other_pieces = total - count(pieces.len());
        sums.sequences = ranges(pieces.iter().map(|piece| piece.sequence));
        let suffix = suffix(&options.pieces);
        sums.job.clone_from(&name);
        Ok(Self {
            name,
            words: Words::of(run.language()),
            run,
            enriched,
            suffix,
            pieces,
            before,
            unchanged,
            characters,
            sums,
        })
    }

    /// Writes the PDFs as they fill, and the manifest.
    fn write_files(
        &self,
        folder: &Path,
        printer: &Printer,
        pen: &mut Pen,
    ) -> Result<Vec<PrintFile>, PrintError> {
        let mut rows = manifest::Writer::new(folder)?;
        let mut files = Vec::new();
        let mut open: Option<Filling> = None;
        for numbered in &self.pieces {
            let group = numbered.piece.group(printer);
            if let Some(filling) = open.take_if(|filling| !filling.takes(numbered, &group, printer))
            {
                files.push(filling.close(self, printer, pen, &mut rows)?);
            }
            let mut filling = match open.take() {
                Some(filling) => filling,
                None => self.begin(files.len(), &group, folder, printer, pen)?,
            };
            // How many bytes a letter takes is known only when it is in; one that is too much
            // begins the next file.
            if !filling.add(self, numbered, printer, pen)? {
                files.push(filling.close(self, printer, pen, &mut rows)?);
                filling = self.begin(files.len(), &group, folder, printer, pen)?;
                filling.add(self, numbered, printer, pen)?;
            }
            open = Some(filling);
        }
        if let Some(filling) = open {
            files.push(filling.close(self, printer, pen, &mut rows)?);
        }
        rows.close()?;
        Ok(files)
    }

    /// Begins the file after so many.
    fn begin(
        &self,
        files: usize,
        group: &str,
        folder: &Path,
        printer: &Printer,
        pen: &Pen,
    ) -> Result<Filling, PrintError> {
        let stem = printer
            .naming
            .replace("{job}", &self.name)
            .replace("{file}", &format!("{:04}", files + 1))
            .replace("{group}", group);
        let name = format!("{stem}{}.pdf", self.suffix);
        let has_marks = printer.marks.is_some() || printer.sequence.is_some();
        let font = (has_marks || self.enriched.is_some()).then_some(pen);
        Filling::new(folder, name, group, printer, font)
    }

    fn sum(&mut self, files: Vec<PrintFile>) {
        let sums = &mut self.sums;
        for file in &files {
            sums.printed += file.letters;
            sums.pages += file.pages;
            sums.letter_pages += file.letter_pages;
            sums.blank_pages += file.blank_pages;
            sums.slip_pages += file.slip_pages;
            sums.sheets += file.sheets;
            sums.streams += file.streams;
            sums.bytes += file.bytes;
        }
        let letters = f64::from(sums.printed.max(1));
        sums.bytes_per_letter = (sums.bytes as f64 / letters).round() as u64;
        sums.streams_per_letter = (f64::from(sums.streams) / letters * 100.0).round() / 100.0;
        sums.files = files;
    }

    /// Writes what goes with the PDFs: ticket, reconciliation, addresses, labels, envelopes.
    fn write_papers(
        &self,
        folder: &Path,
        printer: &Printer,
        pen: &mut Pen,
    ) -> Result<(), PrintError> {
        let mut drawn = Drawn::new(&folder.join("ticket.pdf"), printer.colours)?;
        for drawing in slip::ticket(pen, printer, &self.sums, self.words) {
            drawn.page(pen, drawing)?;
        }
        drawn.finish(pen)?;
        let sums = json(&self.sums);
        write(&folder.join(RECONCILIATION), &sums)?;
        let ticket = json!({
            "version": 1,
            "job": self.name,
            "printer": printer,
            "size": { "width": A4.0, "height": A4.1, "unit": "mm" },
            "manifest": manifest::MANIFEST,
            "reconciliation": RECONCILIATION,
            "letters": self.sums.printed,
            "sheets": self.sums.sheets,
            "pages": self.sums.pages,
            "streams_per_letter": self.sums.streams_per_letter,
            "bytes_per_letter": self.sums.bytes_per_letter,
            "files": self.sums.files,
        });
        write(&folder.join("ticket.json"), &json(&ticket))?;

        if self.before.digest.is_some() {
            manifest::write_unchanged(folder, &self.before, &self.unchanged)?;
        }
        let run = &self.run;
        let pieces = || self.pieces.iter().map(|numbered| &numbered.piece);
        if let Some(bulk) = &printer.bulk_mail {
            let path = folder.join("addresses.csv");
            enriched::export(&path, bulk, run, pieces())?;
            sync(&path)?;
        }
        // Nothing is left to be addressed where nothing has changed.
        if self.pieces.is_empty() {
            return Ok(());
        }
        if let Some(data) = &printer.labels {
            let path = folder.join("labels.pdf");
            labels::labels(&path, printer, data, pen, run, pieces())?;
        }
        if let Some(data) = &printer.envelopes {
            let path = folder.join("envelopes.pdf");
            labels::envelopes(&path, printer, data, pen, run, pieces())?;
        }
        Ok(())
    }
}

/// The characters of job tickets and slip sheets beside those of marks.
fn ticket_characters(printer: &Printer) -> BTreeSet<char> {
    let words = Words::characters().chain(['²', '×', '…']);
    words.chain(json(printer).chars()).collect()
}

/// Matches an enriched file with the pieces, puts them into its order, and refuses those of which
/// it says nothing.
fn enrich(
    file: &Path,
    printer: &Printer,
    run: &Run,
    pieces: &mut Vec<Piece>,
    sums: &mut Reconciliation,
) -> Result<Import, PrintError> {
    let bulk = printer
        .bulk_mail
        .as_ref()
        .ok_or_else(|| PrintError::NoSuchPart {
            printer: printer.title.clone(),
            part: "bulk-mail",
        })?;
    let mut import = enriched::import(file, bulk, pieces)?;
    let (kept, lost): (Vec<Piece>, Vec<Piece>) = pieces
        .drain(..)
        .partition(|piece| import.rows.contains_key(&piece.id));
    *pieces = kept;
    order::sort_by_service(pieces, printer, |piece| import.rows[&piece.id].order);
    for piece in lost {
        let letter = run.letter(piece.spot)?;
        sums.not_printed.refused.push(Refused {
            code: letter.code,
            name: letter.name,
            line: letter.line,
            letter_id: letter.id,
            reason: "no row of the enriched file matches it".to_owned(),
        });
    }
    sums.codes_outside_window = enriched::outside_window(&import, bulk, pieces);
    sums.unmatched = std::mem::take(&mut import.unmatched);
    Ok(import)
}

/// Numbers in rising order as ranges.
fn ranges(numbers: impl Iterator<Item = u32>) -> Vec<(u32, u32)> {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for number in numbers {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => ranges.push((number, number)),
        }
    }
    ranges
}

/// What the names of the files of some pieces end with.
fn suffix(pieces: &[Choice]) -> String {
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

/// Why no letter is left, the most frequent reasons first.
fn reasons(sums: &Reconciliation) -> String {
    let not = &sums.not_printed;
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for one in &not.refused {
        *counts.entry(&one.reason).or_default() += 1;
    }
    for one in not.without.iter().chain(&not.not_made) {
        *counts.entry(&one.reason).or_default() += one.number;
    }
    let mut counts: Vec<(&str, u32)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, number)| std::cmp::Reverse(*number));
    let shown = counts.iter().take(REASONS);
    let shown: Vec<String> = shown
        .map(|(reason, number)| format!("{number} × {reason}"))
        .collect();
    shown.join("; ")
}

/// The job's name: eight digits of the digest of everything that decides it but the pieces, so
/// that a reprint bears the same marks.
fn job_name(
    run: &Fingerprint,
    documents: &[String],
    printer: &Printer,
    order: PrintOrder,
    before: Option<Fingerprint>,
    enriched: Option<&Import>,
) -> String {
    let mut builder = Fingerprint::builder("print job 3");
    builder.field(&run.0);
    builder.field(json(&documents).as_bytes());
    builder.field(json(printer).as_bytes());
    builder.field(json(&order).as_bytes());
    builder.field(&before.map_or([0; 32], |before| before.0));
    builder.field(&enriched.map_or([0; 32], |import| import.digest.0));
    let mut name = builder.finish().to_string();
    name.truncate(8);
    name
}

/// Plain data as JSON.
fn json(value: &impl serde::Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

pub(crate) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
