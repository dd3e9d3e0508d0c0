//! Reads a print run back from the disk and compares its files with its reconciliation and its
//! manifest: a letter that is lost, doubled or in the place of another is found.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::fs;
use std::path::Path;

use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId};
use raadspost_content::Fingerprint;
use serde::Deserialize;

use crate::PrintError;
use crate::out::manifest::{self, Row, content_key};
use crate::out::names::{PAPERS, RECONCILIATION};
use crate::out::parts::{self, PartRange};
use crate::out::reconciliation::PrintFile;
use crate::pdf::plates::FORM;
use crate::pdf::read::is_named;

#[derive(Deserialize)]
struct StatedTotals {
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
    not_printed: StatedNotPrinted,
}

#[derive(Deserialize)]
struct StatedNotPrinted {
    refused: Vec<serde_json::Value>,
    without: Vec<StatedNotSent>,
    not_made: Vec<StatedNotSent>,
}

#[derive(Deserialize)]
struct StatedNotSent {
    number: u32,
    codes: Vec<String>,
}

#[derive(Deserialize)]
struct StatedJob {
    job: String,
}

/// The name of the job of a print run.
///
/// # Errors
/// Its reconciliation cannot be read.
pub(crate) fn job(folder: &Path) -> Result<String, PrintError> {
    let stated: StatedJob = stated(folder)?;
    Ok(stated.job)
}

/// Reads the reconciliation of a print run.
fn stated<T: serde::de::DeserializeOwned>(folder: &Path) -> Result<T, PrintError> {
    let path = folder.join(RECONCILIATION);
    let text = fs::read_to_string(&path).map_err(PrintError::io("read", &path))?;
    serde_json::from_str(&text).map_err(|error| PrintError::Damaged {
        file: path,
        line: error.line(),
        message: error.to_string(),
    })
}

/// Reads a print run back, and compares its reconciliation, its manifest and its files with each
/// other. Returns the number of letters.
///
/// # Errors
/// [`PrintError::DoesNotAddUp`] with everything that differs; a file that cannot be read.
pub fn read_back(folder: &Path) -> Result<u32, PrintError> {
    let stated: StatedTotals = stated(folder)?;
    let mut faults = Faults::default();
    sums(&stated, &mut faults);
    // Only the rows of one file are in memory at a time.
    let mut rows = manifest::read(folder)?;
    let mut next = rows.next().transpose()?;
    let mut seen = Seen {
        ids: BTreeSet::new(),
        left: stated.sequences.iter().copied().collect(),
        rows: 0,
    };
    for file in &stated.files {
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
    faults.equal("rows of the manifest", seen.rows, stated.printed);
    surplus(folder, &stated.files, &mut faults)?;
    faults.equal(
        "ranges of sequence numbers without a row",
        seen.left.len(),
        0,
    );
    if faults.0.is_empty() {
        Ok(stated.printed)
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

/// Adds the counts up. In 64 bits, so that no sum of a damaged file wraps round to the right one.
fn sums(stated: &StatedTotals, faults: &mut Faults) {
    let sum = |numbers: &[u32]| numbers.iter().map(|number| u64::from(*number)).sum::<u64>();
    let files = |part: fn(&PrintFile) -> u32| {
        let parts = stated.files.iter().map(part).map(u64::from);
        parts.sum::<u64>()
    };
    let listed = |list: &[StatedNotSent]| {
        let numbers = list.iter().map(|one| u64::from(one.number));
        let codes = list.iter().map(|one| one.codes.len() as u64);
        (numbers.sum::<u64>(), codes.sum::<u64>())
    };
    let StatedNotPrinted {
        refused,
        without,
        not_made,
    } = &stated.not_printed;
    let (without, without_codes) = listed(without);
    let (not_made, not_made_codes) = listed(not_made);
    let envelopes = stated.envelopes.len() as u64;
    let accounted = [
        stated.printed,
        stated.refused,
        stated.without,
        stated.not_made,
        stated.unchanged,
        stated.other_pieces,
    ];
    let parts = [stated.letter_pages, stated.blank_pages, stated.slip_pages];
    let rows = u64::from(stated.register_rows);
    for (what, found, expected) in [
        ("letters of all rows", rows * envelopes, stated.expected),
        (
            "letters that are accounted for",
            sum(&accounted),
            stated.expected,
        ),
        (
            "letters of all files",
            files(|file| file.letters),
            stated.printed,
        ),
        (
            "letters with a reason",
            refused.len() as u64,
            stated.refused,
        ),
        ("municipalities without a letter", without, stated.without),
        (
            "codes of those without a letter",
            without_codes,
            stated.without,
        ),
        ("municipalities not made", not_made, stated.not_made),
        ("codes of those not made", not_made_codes, stated.not_made),
        ("pages of all files", files(|file| file.pages), stated.pages),
        (
            "sheets of all files",
            files(|file| file.sheets),
            stated.sheets,
        ),
        (
            "pages of letters, blanks and slips",
            sum(&parts),
            stated.pages,
        ),
    ] {
        faults.equal(what, found, u64::from(expected));
    }
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
            faults.add(format!("two rows have `{}`", row.letter_id));
        }
        match self.left.pop_front() {
            Some((next, last)) => {
                faults.equal("sequence", row.sequence, next);
                if next < last {
                    self.left.push_front((next + 1, last));
                }
            }
            None => faults.add(format!(
                "sequence {} is not in the reconciliation",
                row.sequence
            )),
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
    let document = Document::load_mem_with_options(&bytes, LoadOptions::with_filter(outline));
    let document = document.map_err(PrintError::pdf(&path))?;
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
    match parts::ranges(&document, &pages) {
        Err(fault) => faults.add(format!("`{name}` {fault}")),
        Ok(ranges) => {
            let letters = rows.iter().map(|row| PartRange {
                sequence: Some(row.sequence),
                pages: (row.first_page, row.last_page),
            });
            let slip = (file.slip_pages > 0).then_some(PartRange {
                sequence: None,
                pages: (1, file.slip_pages),
            });
            if !slip.into_iter().chain(letters).eq(ranges) {
                faults.add(format!(
                    "the document parts of `{name}` are not its letters"
                ));
            }
        }
    }
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
            digests.extend(content_digests(&document, *page, &path, &mut known)?);
        }
        if content_key(&digests) != row.content {
            faults.add(format!(
                "pages {}-{} of `{name}` are not `{}`",
                row.first_page, row.last_page, row.letter_id
            ));
        }
    }
    faults.equal(&format!("last page of `{name}`"), next - 1, file.pages);
    let sequences = rows.iter().map(|row| row.sequence);
    for (what, found, expected) in [
        ("first", sequences.clone().min(), file.first_sequence),
        ("last", sequences.max(), file.last_sequence),
    ] {
        let what = format!("{what} sequence of `{name}`");
        faults.equal(&what, found.unwrap_or(0), expected);
    }
    Ok(())
}

/// An object as far as it is read back, which is a small part of it: a large file has a hundred thousand.
/// A page keeps its contents, resources and document part, resources keep their forms, and a stream has
/// the digest of its bytes in their place.
fn outline(id: ObjectId, object: &mut Object) -> Option<(ObjectId, Object)> {
    match object {
        Object::Stream(stream) => {
            // The reader takes these apart itself.
            let is_structure = [&b"ObjStm"[..], b"XRef"]
                .iter()
                .any(|kind| is_named(&stream.dict, b"Type", kind));
            if !is_structure {
                stream.content = Fingerprint::of(&stream.content).0.to_vec();
                stream.dict = Dictionary::new();
            }
        }
        Object::Dictionary(dictionary) => {
            let kept: &[&[u8]] = match dictionary.get(b"Type").and_then(Object::as_name) {
                Ok(b"Page") => &[b"Type", b"Contents", b"Resources", b"DPart"],
                Ok(b"DPart") => {
                    let facts = dictionary.get(b"DPM").and_then(Object::as_dict);
                    if !facts.is_ok_and(|facts| facts.has(b"Raadspost_Letter")) {
                        dictionary.remove(b"DPM");
                    }
                    return keep(id, object);
                }
                Ok(b"Pages" | b"Catalog" | b"DPartRoot") => return keep(id, object),
                Ok(_) => &[],
                Err(_) => &[b"XObject"],
            };
            let mut outline = Dictionary::new();
            for key in kept {
                if let Some(value) = dictionary.remove(key) {
                    outline.set(*key, value);
                }
            }
            *dictionary = outline;
        }
        _ => {}
    }
    keep(id, object)
}

/// Takes an object over. The reader uses the one in its place where it is not in an object stream.
fn keep(id: ObjectId, object: &mut Object) -> Option<(ObjectId, Object)> {
    if matches!(object, Object::Stream(_)) {
        return Some((id, Object::Null));
    }
    Some((id, object.clone()))
}

/// Finds PDFs that are not of the print run: whoever prints the folder would print them too.
fn surplus(folder: &Path, files: &[PrintFile], faults: &mut Faults) -> Result<(), PrintError> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(PrintError::io("read", folder))? {
        let entry = entry.map_err(PrintError::io("read", folder))?;
        names.push(entry.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    for name in names {
        let is_pdf = name.to_ascii_lowercase().ends_with(".pdf");
        let is_known = PAPERS.contains(&&*name) || files.iter().any(|file| file.file == name);
        if is_pdf && !is_known {
            faults.add(format!("`{name}` is not in the reconciliation"));
        }
    }
    Ok(())
}

/// The digests of a page's contents in the file: its own, what is before it and the overlay, and then
/// the forms of the job that it draws. Digests are kept, since many letters have an annex in common.
fn content_digests(
    document: &Document,
    page: ObjectId,
    path: &Path,
    known: &mut HashMap<ObjectId, [u8; 32]>,
) -> Result<Vec<[u8; 32]>, PrintError> {
    let page = document
        .get_dictionary(page)
        .map_err(PrintError::pdf(path))?;
    let contents = match page.get(b"Contents") {
        Ok(Object::Array(contents)) => contents.as_slice(),
        Ok(one) => std::slice::from_ref(one),
        Err(_) => &[],
    };
    let mut drawn: Vec<&Object> = contents.iter().collect();
    let resources = page.get(b"Resources");
    let resources = resources.and_then(|resources| document.dereference(resources));
    if let Ok((_, Object::Dictionary(resources))) = resources
        && let Ok(Object::Dictionary(things)) = resources.get(b"XObject")
    {
        let forms = things.iter();
        let forms = forms.filter(|(name, _)| name.starts_with(FORM.as_bytes()));
        let forms: BTreeMap<_, _> = forms.collect();
        drawn.extend(forms.into_values());
    }
    let mut digests = Vec::with_capacity(drawn.len());
    for content in drawn {
        let id = content.as_reference().map_err(PrintError::pdf(path))?;
        let digest = match known.get(&id) {
            Some(digest) => *digest,
            None => {
                let stream = document.get_object(id).and_then(Object::as_stream);
                let stream = stream.map_err(PrintError::pdf(path))?;
                // Its bytes are their digest; those of any other length are equal to none.
                let digest = stream.content.as_slice().try_into().unwrap_or_default();
                known.insert(id, digest);
                digest
            }
        };
        digests.push(digest);
    }
    Ok(digests)
}
