//! Do the counts add up? What was to be printed is compared with what the finished files hold,
//! read back from the disk: a letter that was lost, doubled or put in another's place is found.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use lopdf::Document;
use raadspost_content::Fingerprint;
use serde::{Deserialize, Serialize};

use crate::PrintError;
use crate::letter::NotPrinted;
use crate::manifest::{self, Row};
use crate::merge;

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
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

/// How the rows of the register are accounted for.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Reconciliation {
    /// The version of this structure: 1.
    pub version: u32,
    /// The job.
    pub job: String,
    /// Rows of the register: the sum of the next four.
    pub register_rows: u32,
    /// Letters in the files.
    pub printed: u32,
    /// Rows of which nothing is printed, see `not_printed`.
    pub refused: u32,
    /// Letters that are the same as in the print run that this one continues.
    pub unchanged: u32,
    /// Letters outside the pieces that were asked for.
    pub other_pieces: u32,
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
    /// The files, in order.
    pub files: Vec<PrintFile>,
    /// Rows of which nothing is printed, and why.
    pub not_printed: Vec<NotPrinted>,
    /// Rows of an enriched file that belong to no letter, and why.
    pub unmatched: Vec<NotPrinted>,
}

#[derive(Deserialize)]
struct Told {
    register_rows: u32,
    printed: u32,
    refused: u32,
    unchanged: u32,
    other_pieces: u32,
    pages: u32,
    letter_pages: u32,
    blank_pages: u32,
    slip_pages: u32,
    sheets: u32,
    files: Vec<PrintFile>,
    not_printed: Vec<serde_json::Value>,
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
    let rows = manifest::read(folder)?;
    let mut faults = Faults::default();
    sums(&told, &rows, &mut faults);
    unique(&rows, &mut faults);
    let mut by_file: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in &rows {
        by_file.entry(&row.file).or_default().push(row);
    }
    for file in &told.files {
        let rows = by_file.remove(file.file.as_str()).unwrap_or_default();
        read_file(folder, file, &rows, &mut faults)?;
    }
    for file in by_file.keys() {
        faults.add(format!("`{file}` is in the manifest and not in the job"));
    }
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

fn sums(told: &Told, rows: &[Row], faults: &mut Faults) {
    let sum = |part: fn(&PrintFile) -> u32| told.files.iter().map(part).sum::<u32>();
    let accounted = told.printed + told.refused + told.unchanged + told.other_pieces;
    faults.equal("rows that are accounted for", accounted, told.register_rows);
    faults.equal("rows of the manifest", rows.len(), told.printed as usize);
    faults.equal(
        "letters of all files",
        sum(|file| file.letters),
        told.printed,
    );
    faults.equal(
        "rows with a reason",
        told.not_printed.len(),
        told.refused as usize,
    );
    faults.equal("pages of all files", sum(|file| file.pages), told.pages);
    faults.equal("sheets of all files", sum(|file| file.sheets), told.sheets);
    let parts = told.letter_pages + told.blank_pages + told.slip_pages;
    faults.equal("pages of letters, blanks and slips", parts, told.pages);
}

/// A letter stands once, and the sequence has no gap.
fn unique(rows: &[Row], faults: &mut Faults) {
    let mut ids = BTreeSet::new();
    for (at, row) in rows.iter().enumerate() {
        if !ids.insert(&row.letter_id) {
            faults.add(format!("`{}` stands twice", row.letter_id));
        }
        if at > 0 && row.sequence != rows[at - 1].sequence + 1 {
            faults.add(format!(
                "{} follows {}",
                row.sequence,
                rows[at - 1].sequence
            ));
        }
    }
}

fn read_file(
    folder: &Path,
    file: &PrintFile,
    rows: &[&Row],
    faults: &mut Faults,
) -> Result<(), PrintError> {
    let path = folder.join(&file.file);
    let bytes = fs::read(&path).map_err(PrintError::io("read", &path))?;
    let name = &file.file;
    let sha256 = Fingerprint::of(&bytes).to_string();
    if sha256 != file.sha256 {
        faults.add(format!("`{name}` is not the file that was written"));
    }
    let document = merge::load(&bytes, &path)?;
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
            digests.extend(content_digest(&document, *page, &path)?);
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

/// The digest of a page's own content; none where the side is blank. A page's content stands
/// between an opening and what is drawn over it.
fn content_digest(
    document: &Document,
    page: lopdf::ObjectId,
    path: &Path,
) -> Result<Option<[u8; 32]>, PrintError> {
    let page = document
        .get_dictionary(page)
        .map_err(PrintError::pdf(path))?;
    let streams = merge::content_streams(document, page);
    match streams.as_slice() {
        [_, own, _] => {
            let bytes = merge::plain(own).map_err(PrintError::pdf(path))?;
            Ok(Some(Fingerprint::of(&bytes).0))
        }
        _ => Ok(None),
    }
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
