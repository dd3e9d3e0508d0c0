//! A PDF of a print run while it fills with letters.

use std::fs;
use std::path::Path;
use std::rc::Rc;

use lopdf::ObjectId;
use raadspost_content::{Fingerprint, kix};

use crate::PrintError;
use crate::draw::pen::Pen;
use crate::draw::slip::{self, Slip};
use crate::job::overlay::{Overlays, around, with_crop_marks};
use crate::job::parts::{group_words, letter_part, slip_part};
use crate::job::plan::{Job, Numbered};
use crate::job::white::{LazyPdf, WhiteCheck};
use crate::letters::letter::Letter;
use crate::letters::order::Piece;
use crate::letters::sheet::{Sheets, Side};
use crate::out::manifest::{self, Row, content_key};
use crate::out::reconciliation::{PrintFile, count};
use crate::out::spreadsheet::cell;
use crate::pdf::import::Source;
use crate::pdf::merged::Merged;
use crate::pdf::page::{Finish, PageCopy};
use crate::pdf::read::load;
use crate::profile::PrintProfile;
use crate::sizes::{A4, A4_PT, PT};

/// The difference from A4 that a page may have, mm.
const TOLERANCE: f64 = 1.0;
/// By how much a bleed may be less than what is asked for, pt: measures are rounded to thousandths.
const ROUNDED: f64 = 0.01;

pub(crate) struct Filling<'a> {
    name: String,
    group: String,
    /// The group in words.
    group_words: String,
    merged: Merged<'a>,
    font: Option<(Vec<u8>, ObjectId)>,
    rows: Vec<Row>,
    sheets: u32,
    letter_pages: u32,
    colour_pages: u32,
    bleed_pages: u32,
    blank_pages: u32,
    slip_pages: u32,
}

/// The pages of a letter in the file.
struct Put {
    /// Digests of the contents of all its sides, in order.
    digests: Vec<[u8; 32]>,
    colour_pages: u32,
    bleed_pages: u32,
}

impl<'a> Filling<'a> {
    /// Begins a file, with a pen if marks are drawn.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn new(
        job: &'a Job,
        folder: &Path,
        name: String,
        first: &Piece,
        profile: &PrintProfile,
        pen: Option<&Pen>,
    ) -> Result<Self, PrintError> {
        let head = job.head(&name, pen.is_some());
        let plates = Rc::clone(&job.plates);
        let mut merged = Merged::new(&folder.join(&name), profile.colours, head, plates)?;
        let font = pen.map(|pen| pen.mark_font(&mut merged)).transpose()?;
        merged.keep()?;
        Ok(Self {
            name,
            group: first.group(profile),
            group_words: group_words(first, profile, job.words),
            merged,
            font,
            rows: Vec::new(),
            sheets: 0,
            letter_pages: 0,
            colour_pages: 0,
            bleed_pages: 0,
            blank_pages: 0,
            slip_pages: if profile.slip_sheets {
                profile.plex.sides()
            } else {
                0
            },
        })
    }

    /// Whether a letter belongs into this file and has room in it.
    pub(crate) fn takes(&self, numbered: &Numbered, group: &str, profile: &PrintProfile) -> bool {
        self.rows.is_empty()
            || (self.group == group
                && profile
                    .limits
                    .letters
                    .is_none_or(|most| count(self.rows.len()) < most)
                && self.sheets + numbered.piece.sheets <= profile.limits.sheets)
    }

    /// Puts a letter's pages on their sheets. False if the file would become too large with it;
    /// then nothing was added.
    ///
    /// # Errors
    /// A letter that was changed since the run was read; a file that cannot be written.
    pub(crate) fn add(
        &mut self,
        job: &Job,
        numbered: &Numbered,
        profile: &PrintProfile,
        pen: &mut Pen,
        white: &mut WhiteCheck,
    ) -> Result<bool, PrintError> {
        let letter = job.run.letter(numbered.piece.location)?;
        let sheets = Sheets::of(&letter, profile);
        let savepoint = self.merged.savepoint();
        let first_page = self.slip_pages + count(self.merged.pages()) + 1;
        self.merged
            .letter(letter_part(&letter, numbered, &sheets, profile));
        let overlays = Overlays::draw(job, numbered, &sheets, profile, pen)?;
        let copies = self.copies(job, &letter, &sheets, &overlays, white)?;
        let put = self.put(&sheets, profile, &overlays, &copies);
        let most = u64::from(profile.limits.megabytes) * 1_000_000;
        if self.merged.bytes() > most && !self.rows.is_empty() {
            self.merged.take_back(&savepoint);
            return Ok(false);
        }
        self.merged.keep()?;
        self.sheets += sheets.count;
        self.blank_pages += sheets.blanks();
        self.letter_pages += count(sheets.sides.len()) - sheets.blanks();
        self.colour_pages += put.colour_pages;
        self.bleed_pages += put.bleed_pages;

        let mail = job.enriched.as_ref();
        let mail = mail.and_then(|import| import.rows.get(&letter.id));
        let own_kix = mail.map(|mail| mail.codes.kix.clone());
        let own_kix = own_kix.filter(|kix| !kix.is_empty());
        let page = |side: usize| first_page + count(side);
        let stapled = sheets.stapled(profile);
        let stapled = stapled
            .iter()
            .map(|set| format!("{}-{}", page(set.start), page(set.end) - 1));
        self.rows.push(Row {
            sequence: numbered.sequence,
            code: cell(&letter.code),
            letter_id: cell(&letter.id),
            file: self.name.clone(),
            first_page,
            last_page: page(sheets.sides.len()) - 1,
            sheets: sheets.count,
            blanks: sheets.blanks(),
            annex_page: sheets.annexes_at.map(page),
            staple: stapled.collect::<Vec<_>>().join(" "),
            grams: format!("{:.1}", numbered.piece.grams),
            group: self.group.clone(),
            postcode: cell(&letter.postal.postcode),
            kix: own_kix
                .or_else(|| kix(&letter.postal).ok())
                .unwrap_or_default(),
            sha256: letter.sha256(),
            content: content_key(&put.digests),
        });
        Ok(true)
    }

    /// Copies the pages of each of a letter's files, and checks that the zones of marks are white.
    fn copies(
        &mut self,
        job: &Job,
        letter: &Letter,
        sheets: &Sheets,
        overlays: &Overlays,
        white: &mut WhiteCheck,
    ) -> Result<Vec<Vec<PageCopy>>, PrintError> {
        let mut copies = Vec::with_capacity(letter.files.len());
        for (number, file) in letter.files.iter().enumerate() {
            let path = job.run.folder.document(&file.path)?;
            let bytes = fs::read(&path).map_err(PrintError::io("read", &path))?;
            if Fingerprint::of(&bytes).to_string() != file.sha256 {
                return Err(PrintError::Unfit {
                    path,
                    message: "was changed while it was printed".to_owned(),
                });
            }
            let document = load(&bytes, &path)?;
            let mut source = Source::new(&document, &path);
            let mut pages = Vec::new();
            for page in document.get_pages().into_values() {
                let copy = self.merged.pages.copy(&mut source, page)?;
                fits(copy.size(), &path)?;
                pages.push(copy);
            }
            if count(pages.len()) != file.pages {
                return Err(PrintError::Unfit {
                    path,
                    message: format!("has {} pages, not {}", pages.len(), file.pages),
                });
            }
            let mut pdf = LazyPdf::new(&bytes);
            for (at, side) in sheets.sides.iter().enumerate() {
                if let Side::Page(from, page) = side
                    && *from == number
                {
                    white.look(
                        &mut pdf,
                        *page,
                        &pages[*page],
                        overlays.placed(at),
                        &letter.id,
                    );
                }
            }
            copies.push(pages);
        }
        Ok(copies)
    }

    /// Gives the pages of a letter their sides.
    fn put(
        &mut self,
        sheets: &Sheets,
        profile: &PrintProfile,
        overlays: &Overlays,
        copies: &[Vec<PageCopy>],
    ) -> Put {
        let around = around(profile);
        let mut put = Put {
            digests: Vec::new(),
            colour_pages: 0,
            bleed_pages: 0,
        };
        for (at, side) in sheets.sides.iter().enumerate() {
            let copy = match side {
                Side::Page(file, page) => Some(&copies[*file][*page]),
                Side::Blank => None,
            };
            let has_colour = copy.is_some_and(PageCopy::has_colour);
            let overlay = with_crop_marks(overlays.content(at), profile, has_colour);
            let bleed = profile.bleed * PT;
            let finish = Finish {
                overlay: overlay.as_deref(),
                font: self
                    .font
                    .as_ref()
                    .map(|(name, font)| (name.as_slice(), *font)),
                around,
                bleed,
                all_plates: profile.crop_marks && has_colour,
            };
            put.digests.extend(match copy {
                Some(copy) => {
                    put.colour_pages += u32::from(has_colour);
                    put.bleed_pages += u32::from(bleed > 0.0 && copy.bleed() + ROUNDED >= bleed);
                    self.merged.place(copy, &finish)
                }
                None => self.merged.blank(A4_PT, &finish),
            });
        }
        put
    }

    /// Puts the slip sheet before the letters, and writes file and rows.
    ///
    /// # Errors
    /// They cannot be written.
    pub(crate) fn close(
        mut self,
        job: &Job,
        profile: &PrintProfile,
        pen: &mut Pen,
        rows: &mut manifest::Writer,
    ) -> Result<PrintFile, PrintError> {
        let sequences = self.rows.iter().map(|row| row.sequence);
        let first_sequence = sequences.clone().min().unwrap_or(0);
        let last_sequence = sequences.max().unwrap_or(0);
        let letters = count(self.rows.len());
        if self.slip_pages > 0 {
            let drawing = slip::slip(
                pen,
                &Slip {
                    job: &job.name,
                    file: &self.name,
                    group: &self.group_words,
                    sequences: (first_sequence, last_sequence),
                    letters,
                    sheets: self.sheets,
                },
                job.words,
            );
            let copies = pen.draw_into(&mut self.merged, vec![drawing])?;
            let mut sides: Vec<_> = copies.into_iter().map(Some).collect();
            sides.resize(self.slip_pages as usize, None);
            let overlay = with_crop_marks(None, profile, false);
            let finish = Finish {
                overlay: overlay.as_deref(),
                font: None,
                around: around(profile),
                bleed: profile.bleed * PT,
                all_plates: false,
            };
            let letter = slip_part(&self.name, sides.len(), profile);
            self.merged.place_first(&sides, &finish, letter);
        }
        for row in &self.rows {
            rows.row(row)?;
        }
        let pages = count(self.merged.pages());
        let written = self.merged.finish(profile.plex)?;
        Ok(PrintFile {
            file: self.name,
            group: self.group,
            first_sequence,
            last_sequence,
            letters,
            sheets: self.sheets,
            letter_pages: self.letter_pages,
            colour_pages: self.colour_pages,
            bleed_pages: self.bleed_pages,
            blank_pages: self.blank_pages,
            slip_pages: self.slip_pages,
            pages,
            streams: written.streams,
            bytes: written.bytes,
            sha256: Fingerprint(written.sha256).to_string(),
        })
    }
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
