//! Do the counts add up? What was to be printed is compared with what the finished files hold,
//! read back from the disk: a letter that was lost, doubled or put in another's place is found.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::fs;
use std::path::Path;

use lopdf::{Document, Object, ObjectId};
use raadspost_content::Fingerprint;
use serde::{Deserialize, Serialize};

use crate::PrintError;
use crate::letters::run::{NotPrinted, Refused};
use crate::out::manifest::{self, Row};
use crate::pdf::merged;

/// The file's name.
pub(crate) const RECONCILIATION: &str = "reconciliation.json";

/// A PDF of a print run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintFile {
    /// Its name.
    pub file: String,
    /// What its letters have in common.
    pub group: String,
    /// Its first letter.
    pub first_sequence: u32,
    /// Its last letter.
    pub last_sequence: u32,
    /// How many letters.
    pub letters: u32,
    /// Their sheets, without slip sheets.
    pub sheets: u32,
    /// Pages of letters.
    pub letter_pages: u32,
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

/// How the rows of the register are accounted for.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Reconciliation {
    /// The version of this structure: 2.
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
    /// Letters that are for none, because the municipality does not get them, see
    /// `not_printed.without`.
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
    /// Blank sides of letters.
    pub blank_pages: u32,
    /// Sides of slip sheets.
    pub slip_pages: u32,
    /// Sheets of letters.
    pub sheets: u32,
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
    /// What is not printed, and why.
    pub not_printed: NotPrinted,
    /// Rows of an enriched file that belong to no letter, and why.
    pub unmatched: Vec<Refused>,
    /// Letters whose codes of a mail service lie outside the window of their envelope, so that the
    /// service cannot read them through it.
    pub codes_outside_window: u32,
}

#[derive(Deserialize)]
struct Told {
    register_rows: u32,
    envelopes: Vec<String>,
    expected: u32,
    printed: u32,
    refused: u32,
    without: u32,
    not_made: u32,
    unchanged: u32,
    other_pieces: u32,
    sequences: Vec<(u32, u32)>,
    pages: u32,
    letter_pages: u32,
    blank_pages: u32,
    slip_pages: u32,
    sheets: u32,
    files: Vec<PrintFile>,
    not_printed: ToldNot,
}

#[derive(Deserialize)]
struct ToldNot {
    refused: Vec<serde_json::Value>,
    without: Vec<ToldNotSent>,
    not_made: Vec<ToldNotSent>,
}

#[derive(Deserialize)]
struct ToldNotSent {
    number: u32,
    codes: Vec<String>,
}

/// Reads a print run back, and compares its reconciliation, its manifest and its files with each
/// other. Gives the number of letters.
///
/// # Errors
/// [`PrintError::DoesNotAddUp`] with everything that differs; a file that cannot be read.
pub fn read_back(folder: &Path) -> Result<u32, PrintError> {
    let path = folder.join(RECONCILIATION);
    let text = fs::read_to_string(&path).map_err(PrintError::io("read", &path))?;
    let told: Told = serde_json::from_str(&text).map_err(|error| PrintError::Damaged {
        file: path,
        line: error.line(),
        message: error.to_string(),
    })?;
    let mut faults = Faults::default();
    sums(&told, &mut faults);
    // Only the rows of one file are in memory at a time.
    let mut rows = manifest::read(folder)?;
    let mut next = rows.next().transpose()?;
    let mut seen = Seen {
        ids: BTreeSet::new(),
        left: told.sequences.iter().copied().collect(),
        rows: 0,
    };
    for file in &told.files {
        let mut own = Vec::new();
        while let Some(row) = next.take_if(|row| row.file == file.file) {
            seen.add(&row, &mut faults);
            own.push(row);
            next = rows.next().transpose()?;
        }
        read_file(folder, file, &own, &mut faults)?;
    }
    while let Some(row) = next {
        seen.add(&row, &mut faults);
        faults.add(format!(
            "`{}` is in no file of the job, or not in its place",
            row.letter_id
        ));
        next = rows.next().transpose()?;
    }
    faults.equal("rows of the manifest", seen.rows, told.printed);
    faults.equal(
        "ranges of sequence numbers without a row",
        seen.left.len(),
        0,
    );
    if faults.0.is_empty() {
        Ok(told.printed)
    } else {
        Err(PrintError::DoesNotAddUp(faults.0))
    }
}

#[derive(Default)]
struct Faults(Vec<String>);

impl Faults {
    fn add(&mut self, fault: String) {
        self.0.push(fault);
    }

    fn equal<T: PartialEq + std::fmt::Display>(&mut self, what: &str, found: T, expected: T) {
        if found != expected {
            self.add(format!("{what}: {found}, not {expected}"));
        }
    }
}

fn sums(told: &Told, faults: &mut Faults) {
    let sum = |part: fn(&PrintFile) -> u32| told.files.iter().map(part).sum::<u32>();
    let expected = told.register_rows as usize * told.envelopes.len();
    faults.equal(
        "letters that there may be",
        told.expected as usize,
        expected,
    );
    let accounted = told.printed
        + told.refused
        + told.without
        + told.not_made
        + told.unchanged
        + told.other_pieces;
    faults.equal("letters that are accounted for", accounted, told.expected);
    for (what, list, number) in [
        ("without a letter", &told.not_printed.without, told.without),
        ("not made", &told.not_printed.not_made, told.not_made),
    ] {
        let listed = list.iter().map(|one| one.number).sum::<u32>();
        faults.equal(&format!("municipalities {what}"), listed, number);
        let named = list.iter().map(|one| one.codes.len()).sum::<usize>();
        faults.equal(&format!("codes of those {what}"), named, number as usize);
    }
    faults.equal(
        "letters of all files",
        sum(|file| file.letters),
        told.printed,
    );
    faults.equal(
        "letters with a reason",
        told.not_printed.refused.len(),
        told.refused as usize,
    );
    faults.equal("pages of all files", sum(|file| file.pages), told.pages);
    faults.equal("sheets of all files", sum(|file| file.sheets), told.sheets);
    let parts = told.letter_pages + told.blank_pages + told.slip_pages;
    faults.equal("pages of letters, blanks and slips", parts, told.pages);
}

/// The rows of the manifest so far: a letter is in it once, and the sequence is that of the job.
struct Seen {
    ids: BTreeSet<String>,
    /// The sequence numbers that are still to come, as ranges.
    left: VecDeque<(u32, u32)>,
    rows: u32,
}

impl Seen {
    fn add(&mut self, row: &Row, faults: &mut Faults) {
        self.rows += 1;
        if !self.ids.insert(row.letter_id.clone()) {
            faults.add(format!("`{}` stands twice", row.letter_id));
        }
        match self.left.pop_front() {
            Some((next, last)) => {
                faults.equal("sequence", row.sequence, next);
                if next < last {
                    self.left.push_front((next + 1, last));
                }
            }
            None => faults.add(format!("{} is one too many", row.sequence)),
        }
    }
}

fn read_file(
    folder: &Path,
    file: &PrintFile,
    rows: &[Row],
    faults: &mut Faults,
) -> Result<(), PrintError> {
    let path = folder.join(&file.file);
    let bytes = fs::read(&path).map_err(PrintError::io("read", &path))?;
    let name = &file.file;
    let sha256 = Fingerprint::of(&bytes).to_string();
    if sha256 != file.sha256 {
        faults.add(format!("`{name}` is not the file that was written"));
    }
    let document = merged::load(&bytes, &path)?;
    drop(bytes);
    let pages: Vec<_> = document.get_pages().into_values().collect();
    faults.equal(
        &format!("pages of `{name}`"),
        pages.len(),
        file.pages as usize,
    );
    faults.equal(
        &format!("letters of `{name}`"),
        rows.len(),
        file.letters as usize,
    );
    let parts = file.letter_pages + file.blank_pages + file.slip_pages;
    faults.equal(&format!("parts of `{name}`"), parts, file.pages);
    let sheets = rows.iter().map(|row| row.sheets).sum();
    faults.equal(&format!("sheets of `{name}`"), sheets, file.sheets);
    let blanks = rows.iter().map(|row| row.blanks).sum();
    faults.equal(&format!("blanks of `{name}`"), blanks, file.blank_pages);
    let mut known = HashMap::new();

    let mut next = file.slip_pages + 1;
    for row in rows {
        faults.equal(
            &format!("first page of `{}`", row.letter_id),
            row.first_page,
            next,
        );
        next = row.last_page + 1;
        let range = row.first_page.saturating_sub(1) as usize..row.last_page as usize;
        let Some(own) = pages.get(range) else {
            faults.add(format!("`{}` lies outside `{name}`", row.letter_id));
            continue;
        };
        let mut digests = Vec::new();
        for page in own {
            digests.extend(content_digest(&document, *page, &path, &mut known)?);
        }
        if content(&digests) != row.content {
            faults.add(format!(
                "pages {}-{} of `{name}` are not `{}`",
                row.first_page, row.last_page, row.letter_id
            ));
        }
    }
    faults.equal(&format!("last page of `{name}`"), next - 1, file.pages);
    Ok(())
}

/// The digest of a page's own content as it stands in the file; none where the side is blank. A
/// page's content stands alone, or between an opening and what is drawn over it. Digests are kept,
/// since many letters have an annex in common.
fn content_digest(
    document: &Document,
    page: ObjectId,
    path: &Path,
    known: &mut HashMap<ObjectId, [u8; 32]>,
) -> Result<Option<[u8; 32]>, PrintError> {
    let page = document
        .get_dictionary(page)
        .map_err(PrintError::pdf(path))?;
    let own = match page.get(b"Contents") {
        Ok(Object::Reference(own)) => *own,
        Ok(Object::Array(contents)) => match contents.as_slice() {
            [_, Object::Reference(own), _] => *own,
            _ => return Ok(None),
        },
        _ => return Ok(None),
    };
    if let Some(digest) = known.get(&own) {
        return Ok(Some(*digest));
    }
    let stream = document.get_object(own).and_then(Object::as_stream);
    let digest = Fingerprint::of(&stream.map_err(PrintError::pdf(path))?.content).0;
    known.insert(own, digest);
    Ok(Some(digest))
}

/// The beginning of the digest of a letter's content, 16 hexadecimal digits.
pub(crate) fn content(digests: &[[u8; 32]]) -> String {
    let mut builder = Fingerprint::builder("content");
    for digest in digests {
        builder.field(digest);
    }
    let mut text = builder.finish().to_string();
    text.truncate(16);
    text
}
