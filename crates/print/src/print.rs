//! A print run from beginning to end.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use lopdf::ObjectId;
use raadspost_content::{Fingerprint, Plex, PrintOrder, Printer, kix};
use serde_json::json;

use crate::PrintError;
use crate::draw::{A4_PT, PT, Pen};
use crate::letter::{NotPrinted, Run};
use crate::manifest::{self, Row};
use crate::marks::{self, SheetMark};
use crate::merge::{self, Finish, Merged, Source};
use crate::order::{self, Piece};
use crate::postnl::{self, Import};
use crate::reconcile::{PrintFile, RECONCILIATION, Reconciliation, content, read_back};
use crate::sheet::{A4, Side, sheet_of};
use crate::slip::{self, Drawing, Slip};

/// How far a page may differ from A4, mm.
const TOLERANCE: f64 = 1.0;
/// From the bleed to a crop mark, and the mark's length, mm.
const CROP: (f64, f64) = (2.0, 5.0);

/// What a print run is asked to be, beside the printer.
#[derive(Debug, Clone, Default)]
pub struct PrintOptions {
    /// The order in place of the printer's.
    pub order: Option<PrintOrder>,
    /// The first and the last piece; all where it is none. Pieces keep their numbers and marks.
    pub pieces: Option<(u32, u32)>,
    /// An earlier print run: letters that are the same there are left out.
    pub since: Option<PathBuf>,
    /// The file that came back from a bulk-mail service.
    pub enriched: Option<PathBuf>,
}

/// A piece, and its number in the job.
struct Numbered {
    piece: Piece,
    sequence: u32,
}

/// Makes a print run of the finished run in `run`, in the new folder `out`. Fonts are handed in:
/// the first draws marks, the others what it cannot show on labels and slip sheets.
///
/// # Errors
/// Why there is no print run. A letter that cannot be printed is no error: it is named in the
/// reconciliation.
pub fn print(
    run: &Path,
    out: &Path,
    printer: &Printer,
    options: &PrintOptions,
    fonts: &[Vec<u8>],
) -> Result<Reconciliation, PrintError> {
    let place = Place::take(out)?;
    let mut pen = Pen::new(fonts)?;
    let run = Run::read(run, printer.annexes.is_some())?;
    let mut job = Job::plan(run, printer, options)?;

    let files = job.write_files(&place.staged, printer, &mut pen)?;
    job.sum(files);
    job.write_papers(&place.staged, printer, &mut pen)?;
    read_back(&place.staged)?;
    place.publish()?;
    Ok(job.sums)
}

/// A job: what is printed, in order, and what is not.
struct Job {
    name: String,
    folder: PathBuf,
    pieces: Vec<Numbered>,
    enriched: Option<Import>,
    suffix: String,
    sums: Reconciliation,
}

impl Job {
    /// Decides what is printed, in which order, and under which number.
    fn plan(run: Run, printer: &Printer, options: &PrintOptions) -> Result<Self, PrintError> {
        let mut sums = Reconciliation {
            version: 1,
            register_rows: count(run.letters.len() + run.refused.len()),
            not_printed: run.refused,
            ..Reconciliation::default()
        };
        let before = match &options.since {
            Some(since) => manifest::read(since)?,
            None => Vec::new(),
        };
        let known: BTreeMap<&str, &str> = before
            .iter()
            .map(|row| (row.letter_id.as_str(), row.sha256.as_str()))
            .collect();
        let all = run.letters.len();
        let changed = run
            .letters
            .into_iter()
            .filter(|letter| known.get(letter.id.as_str()).copied() != Some(&letter.sha256()));
        let mut pieces: Vec<Piece> = changed.map(|letter| Piece::new(letter, printer)).collect();
        sums.unchanged = count(all - pieces.len());

        let order = options.order.unwrap_or(printer.order);
        order::sort(&mut pieces, order, printer);
        let enriched = match &options.enriched {
            Some(file) => Some(enrich(file, printer, &mut pieces, &mut sums)?),
            None => None,
        };

        let name = job_name(&run.digest, printer, order, &before, enriched.as_ref());
        let total = count(pieces.len());
        let (first, last) = options.pieces.unwrap_or((1, total));
        if options.pieces.is_some() && !(1 <= first && first <= last && last <= total) {
            return Err(PrintError::NoSuchPieces {
                first,
                last,
                pieces: total,
            });
        }
        let numbered = pieces.into_iter().zip(1..);
        let pieces: Vec<Numbered> = numbered
            .filter(|(_, sequence)| (first..=last).contains(sequence))
            .map(|(piece, sequence)| Numbered { piece, sequence })
            .collect();
        if pieces.is_empty() {
            return Err(PrintError::Nothing);
        }
        sums.other_pieces = total - count(pieces.len());
        sums.not_printed.sort_by_key(|row| row.line);
        sums.refused = count(sums.not_printed.len());
        let suffix = match options.pieces {
            Some(_) => format!("-pieces-{first}-{last}"),
            None => String::new(),
        };
        sums.job.clone_from(&name);
        Ok(Self {
            name,
            folder: run.folder,
            pieces,
            enriched,
            suffix,
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
                files.push(filling.close(self, folder, printer, pen, &mut rows)?);
            }
            let mut filling = match open.take() {
                Some(filling) => filling,
                None => Filling::new(files.len() + 1, &group, printer, pen)?,
            };
            let mark = filling.merged.mark();
            let row = filling.add(self, numbered, printer, pen)?;
            // The weight of a letter in bytes is known only when it is in; one that is too much
            // begins the next file.
            let most = printer.limits.megabytes as usize * 1_000_000;
            if filling.merged.bytes() > most && !filling.rows.is_empty() {
                filling.merged.take_back(&mark);
                files.push(filling.close(self, folder, printer, pen, &mut rows)?);
                filling = Filling::new(files.len() + 1, &group, printer, pen)?;
                let row = filling.add(self, numbered, printer, pen)?;
                filling.keep(row, numbered);
            } else {
                filling.keep(row, numbered);
            }
            open = Some(filling);
        }
        if let Some(filling) = open {
            files.push(filling.close(self, folder, printer, pen, &mut rows)?);
        }
        rows.close()?;
        Ok(files)
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
        }
        sums.files = files;
    }

    /// Writes what goes with the PDFs: ticket, reconciliation, addresses, labels, envelopes.
    fn write_papers(
        &self,
        folder: &Path,
        printer: &Printer,
        pen: &mut Pen,
    ) -> Result<(), PrintError> {
        let drawings = slip::ticket(pen, printer, &self.sums);
        write_drawn(&folder.join("ticket.pdf"), drawings, printer, pen)?;
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
            "files": self.sums.files,
        });
        write(&folder.join("ticket.json"), &json(&ticket))?;

        let pieces: Vec<Piece> = self
            .pieces
            .iter()
            .map(|numbered| numbered.piece.clone())
            .collect();
        if let Some(bulk) = &printer.bulk_mail {
            postnl::export(&folder.join("addresses.csv"), bulk, &pieces)?;
        }
        if let Some(labels) = &printer.labels {
            let drawings = crate::labels::labels(pen, labels, &pieces)?;
            write_drawn(&folder.join("labels.pdf"), drawings, printer, pen)?;
        }
        if let Some(envelopes) = &printer.envelopes {
            let drawings = crate::labels::envelopes(pen, envelopes, &pieces)?;
            write_drawn(&folder.join("envelopes.pdf"), drawings, printer, pen)?;
        }
        Ok(())
    }
}

/// Matches an enriched file with the pieces, puts them into its order, and refuses those of which
/// it says nothing.
fn enrich(
    file: &Path,
    printer: &Printer,
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
    let mut import = postnl::import(file, bulk, pieces)?;
    let (kept, lost): (Vec<Piece>, Vec<Piece>) = pieces
        .drain(..)
        .partition(|piece| import.rows.contains_key(&piece.letter.id));
    *pieces = kept;
    pieces.sort_by_key(|piece| import.rows[&piece.letter.id].order);
    sums.not_printed
        .extend(lost.into_iter().map(|piece| NotPrinted {
            code: piece.letter.code,
            name: piece.letter.name,
            line: piece.letter.line,
            reason: "no row of the enriched file matches it".to_owned(),
        }));
    sums.unmatched = std::mem::take(&mut import.unmatched);
    Ok(import)
}

/// The job's name: eight digits of the digest of everything that decides it but the pieces, so
/// that a reprint bears the same marks.
fn job_name(
    run: &Fingerprint,
    printer: &Printer,
    order: PrintOrder,
    before: &[Row],
    enriched: Option<&Import>,
) -> String {
    let mut builder = Fingerprint::builder("print job 1");
    builder.field(&run.0);
    builder.field(json(printer).as_bytes());
    builder.field(json(&order).as_bytes());
    builder.field(json(&before).as_bytes());
    builder.field(&enriched.map_or([0; 32], |import| import.digest.0));
    let mut name = builder.finish().to_string();
    name.truncate(8);
    name
}

/// A file that fills with letters.
struct Filling {
    number: usize,
    group: String,
    merged: Merged,
    font: (Vec<u8>, ObjectId),
    rows: Vec<Row>,
    sheets: u32,
    letter_pages: u32,
    blank_pages: u32,
    slip_pages: u32,
}

impl Filling {
    fn new(number: usize, group: &str, printer: &Printer, pen: &Pen) -> Result<Self, PrintError> {
        let mut merged = Merged::new(printer.colours);
        let (name, font) = pen.mark_font(&mut merged)?;
        Ok(Self {
            number,
            group: group.to_owned(),
            merged,
            font: (name.to_vec(), font),
            rows: Vec::new(),
            sheets: 0,
            letter_pages: 0,
            blank_pages: 0,
            slip_pages: if printer.slip_sheets {
                printer.plex.sides()
            } else {
                0
            },
        })
    }

    /// Whether a letter belongs into this file, and there is room.
    fn takes(&self, numbered: &Numbered, group: &str, printer: &Printer) -> bool {
        self.rows.is_empty()
            || (self.group == group
                && count(self.rows.len()) < printer.limits.letters
                && self.sheets + numbered.piece.sheets.count <= printer.limits.sheets)
    }

    /// Puts a letter's pages on their sheets.
    fn add(
        &mut self,
        job: &Job,
        numbered: &Numbered,
        printer: &Printer,
        pen: &mut Pen,
    ) -> Result<Row, PrintError> {
        let Numbered { piece, sequence } = numbered;
        let letter = &piece.letter;
        let first_page = self.slip_pages + count(self.merged.pages()) + 1;
        let mut copies = Vec::with_capacity(letter.files.len());
        for file in &letter.files {
            let path = merge::in_run(&job.folder, &file.path);
            let bytes = fs::read(&path).map_err(PrintError::io("read", &path))?;
            if Fingerprint::of(&bytes).to_string() != file.sha256 {
                return Err(PrintError::Unfit {
                    path,
                    message: "was changed while it was printed".to_owned(),
                });
            }
            let document = merge::load(&bytes, &path)?;
            let mut source = Source::new(&document, &path);
            let mut pages = Vec::new();
            for page in document.get_pages().into_values() {
                let copy = self.merged.copy(&mut source, page)?;
                fits(copy.size(), &path)?;
                pages.push(copy);
            }
            if count(pages.len()) != file.pages {
                return Err(PrintError::Unfit {
                    path,
                    message: format!("has {} pages, not {}", pages.len(), file.pages),
                });
            }
            copies.push(pages);
        }

        let overlays = overlays(job, numbered, printer, pen);
        let around = around(printer);
        let mut digests = Vec::new();
        for (at, side) in piece.sheets.sides.iter().enumerate() {
            let (sheet, is_front) = sheet_of(at, printer.plex);
            let front = if is_front { overlays.get(sheet) } else { None };
            let overlay = match front {
                Some(overlay) if !overlay.is_empty() => Some(overlay.clone()),
                _ => None,
            };
            let overlay = with_crop_marks(overlay, printer);
            let finish = Finish {
                overlay: overlay.as_deref(),
                font: Some((&self.font.0, self.font.1)),
                around,
                bleed: printer.bleed * PT,
            };
            match side {
                Side::Page(file, page) => {
                    let copy = &copies[*file][*page];
                    digests.push(copy.digest);
                    self.merged.place(copy, &finish);
                }
                Side::Blank => self.merged.blank(A4_PT, &finish),
            }
        }
        let mail = job.enriched.as_ref();
        let mail = mail.and_then(|import| import.rows.get(&letter.id));
        let own_kix = mail
            .map(|mail| mail.kix.clone())
            .filter(|kix| !kix.is_empty());
        let sides = count(piece.sheets.sides.len());
        Ok(Row {
            sequence: *sequence,
            code: postnl::cell(&letter.code),
            letter_id: postnl::cell(&letter.id),
            file: String::new(),
            first_page,
            last_page: first_page + sides - 1,
            sheets: piece.sheets.count,
            blanks: piece.sheets.blanks(),
            annex_page: piece.sheets.annexes_at.map(|at| first_page + count(at)),
            staple: printer
                .staple
                .is_some_and(|most| (2..=most).contains(&piece.sheets.count)),
            grams: format!("{:.1}", piece.grams),
            group: self.group.clone(),
            postcode: postnl::cell(&letter.postal.postcode),
            kix: own_kix
                .or_else(|| kix(&letter.postal).ok())
                .unwrap_or_default(),
            sha256: letter.sha256(),
            content: content(&digests),
        })
    }

    /// Keeps a letter that was added.
    fn keep(&mut self, row: Row, numbered: &Numbered) {
        let sheets = &numbered.piece.sheets;
        self.sheets += sheets.count;
        self.blank_pages += sheets.blanks();
        self.letter_pages += count(sheets.sides.len()) - sheets.blanks();
        self.rows.push(row);
    }

    /// Puts the slip sheet before the letters, and writes file and rows.
    fn close(
        mut self,
        job: &Job,
        folder: &Path,
        printer: &Printer,
        pen: &mut Pen,
        rows: &mut manifest::Writer,
    ) -> Result<PrintFile, PrintError> {
        let stem = printer
            .naming
            .replace("{job}", &job.name)
            .replace("{file}", &format!("{:04}", self.number))
            .replace("{group}", &self.group);
        let name = format!("{stem}{}.pdf", job.suffix);
        let sequences = self.rows.iter().map(|row| row.sequence);
        let first_sequence = sequences.clone().min().unwrap_or(0);
        let last_sequence = sequences.max().unwrap_or(0);
        let letters = count(self.rows.len());
        if self.slip_pages > 0 {
            let drawing = slip::slip(
                pen,
                &Slip {
                    job: &job.name,
                    file: &name,
                    group: &self.group,
                    sequences: (first_sequence, last_sequence),
                    letters,
                    sheets: self.sheets,
                },
            );
            let copies = pen.draw_into(&mut self.merged, vec![drawing])?;
            let mut sides: Vec<_> = copies.into_iter().map(Some).collect();
            sides.resize(self.slip_pages as usize, None);
            let overlay = with_crop_marks(None, printer);
            let finish = Finish {
                overlay: overlay.as_deref(),
                font: None,
                around: around(printer),
                bleed: printer.bleed * PT,
            };
            self.merged.place_first(&sides, &finish);
        }
        for mut row in self.rows {
            row.file.clone_from(&name);
            rows.row(&row)?;
        }
        let path = folder.join(&name);
        let pages = count(self.merged.pages());
        self.merged.write(&path, printer.plex)?;
        let bytes = fs::read(&path).map_err(PrintError::io("read", &path))?;
        Ok(PrintFile {
            file: name,
            group: self.group,
            first_sequence,
            last_sequence,
            letters,
            sheets: self.sheets,
            letter_pages: self.letter_pages,
            blank_pages: self.blank_pages,
            slip_pages: self.slip_pages,
            pages,
            bytes: bytes.len() as u64,
            sha256: Fingerprint::of(&bytes).to_string(),
        })
    }
}

/// What is drawn over the front of each of a letter's sheets; nothing where the printer asks for
/// nothing.
fn overlays(job: &Job, numbered: &Numbered, printer: &Printer, pen: &mut Pen) -> Vec<Vec<u8>> {
    let Numbered { piece, sequence } = numbered;
    let mail = job.enriched.as_ref();
    let mail = mail.and_then(|import| import.rows.get(&piece.letter.id));
    if printer.marks.is_none() && printer.sequence.is_none() && mail.is_none() {
        return Vec::new();
    }
    let mut drawings = Vec::new();
    for sheet in 1..=piece.sheets.count {
        let mut canvas = pen.canvas(A4_PT.1 / PT);
        marks::draw(
            &mut canvas,
            printer,
            SheetMark {
                job: &job.name,
                sequence: *sequence,
                sheet,
                sheets: piece.sheets.count,
            },
        );
        if let (1, Some(place), Some(mail)) = (sheet, &printer.bulk_mail, mail) {
            marks::draw_mail(&mut canvas, place, mail);
        }
        drawings.push(canvas.ops);
    }
    pen.contents(drawings)
}

/// Paper beyond the trimmed sheet on each side, pt.
fn around(printer: &Printer) -> f64 {
    let marks = if printer.crop_marks {
        CROP.0 + CROP.1
    } else {
        0.0
    };
    // Whole points, so that the sheet keeps its place on a pixel grid of 72 dpi.
    ((printer.bleed + marks) * PT).ceil()
}

/// Adds crop marks: hairlines beyond the bleed that point at the corners of the trimmed sheet.
fn with_crop_marks(overlay: Option<Vec<u8>>, printer: &Printer) -> Option<Vec<u8>> {
    if !printer.crop_marks {
        return overlay;
    }
    let mut bytes = overlay.unwrap_or_default();
    let near = (printer.bleed + CROP.0) * PT;
    let far = near + CROP.1 * PT;
    let (width, height) = A4_PT;
    bytes.extend_from_slice(b"\n0 G 0.25 w\n");
    for (x, outward) in [(0.0, -1.0), (width, 1.0)] {
        for (y, upward) in [(0.0, -1.0), (height, 1.0)] {
            let (x1, x2) = (x + outward * near, x + outward * far);
            let (y1, y2) = (y + upward * near, y + upward * far);
            let lines = format!(
                "{x1:.3} {y:.3} m {x2:.3} {y:.3} l S\n{x:.3} {y1:.3} m {x:.3} {y2:.3} l S\n"
            );
            bytes.extend_from_slice(lines.as_bytes());
        }
    }
    Some(bytes)
}

/// Refuses a page that is not A4.
fn fits((width, height): (f64, f64), path: &Path) -> Result<(), PrintError> {
    let (width, height) = (width / PT, height / PT);
    if (width - A4.0).abs() > TOLERANCE || (height - A4.1).abs() > TOLERANCE {
        return Err(PrintError::Unfit {
            path: path.to_owned(),
            message: format!("has a page of {width:.0} x {height:.0} mm, which is not A4"),
        });
    }
    Ok(())
}

/// Draws pages into a PDF of their own.
fn write_drawn(
    path: &Path,
    drawings: Vec<Drawing>,
    printer: &Printer,
    pen: &mut Pen,
) -> Result<(), PrintError> {
    /// Pages that are drawn at once, so that memory does not grow with their number.
    const AT_ONCE: usize = 500;
    let mut merged = Merged::new(printer.colours);
    let finish = Finish {
        overlay: None,
        font: None,
        around: 0.0,
        bleed: 0.0,
    };
    let mut drawings = drawings.into_iter().peekable();
    while drawings.peek().is_some() {
        let some = drawings.by_ref().take(AT_ONCE).collect();
        for copy in pen.draw_into(&mut merged, some)? {
            merged.place(&copy, &finish);
        }
    }
    merged.write(path, Plex::Simplex)
}

/// The folder of a print run while it is made: beside its place, under a name that nobody sends.
struct Place {
    staged: PathBuf,
    out: PathBuf,
    published: bool,
}

impl Place {
    fn take(out: &Path) -> Result<Self, PrintError> {
        let empty = fs::read_dir(out).is_ok_and(|mut entries| entries.next().is_none());
        if out.exists() && !empty {
            return Err(PrintError::Exists(out.to_owned()));
        }
        let name = out.file_name().unwrap_or_default().to_string_lossy();
        let staged = out.with_file_name(format!(".{name}.unfinished"));
        // What a print run that was killed has left.
        if staged.exists() {
            fs::remove_dir_all(&staged).map_err(PrintError::io("remove", &staged))?;
        }
        fs::create_dir_all(&staged).map_err(PrintError::io("make", &staged))?;
        Ok(Self {
            staged,
            out: out.to_owned(),
            published: false,
        })
    }

    fn publish(mut self) -> Result<(), PrintError> {
        if self.out.exists() {
            fs::remove_dir(&self.out).map_err(PrintError::io("replace", &self.out))?;
        }
        fs::rename(&self.staged, &self.out).map_err(PrintError::io("write", &self.out))?;
        self.published = true;
        Ok(())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if !self.published {
            // Where this fails, the next print run removes it.
            let _ = fs::remove_dir_all(&self.staged);
        }
    }
}

fn write(path: &Path, text: &str) -> Result<(), PrintError> {
    fs::write(path, text).map_err(PrintError::io("write", path))
}

/// Plain data as JSON.
fn json(value: &impl serde::Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
