//! The letters of a finished run: what its own list says of them, and whether their files are
//! still those that the run delivered.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use raadspost_content::{Fingerprint, Format, MailingDocument, MailingPack, Postal};
use serde::Serialize;

use crate::PrintError;

/// A PDF of a letter.
#[derive(Debug, Clone)]
pub(crate) struct LetterFile {
    /// Its path, relative to the run.
    pub(crate) path: String,
    /// SHA-256 of its bytes.
    pub(crate) sha256: String,
    /// Its pages.
    pub(crate) pages: u32,
}

/// What one addressee gets.
#[derive(Debug, Clone)]
pub(crate) struct Letter {
    /// The municipality's code.
    pub(crate) code: String,
    /// Its name.
    pub(crate) name: String,
    /// The line of its row in the register.
    pub(crate) line: u64,
    /// The same in every print run: the code and the id of the document that is mailed.
    pub(crate) id: String,
    /// The lines of the address block.
    pub(crate) lines: Vec<String>,
    /// The fields of the address.
    pub(crate) postal: Postal,
    /// The files in the order in which they are mailed.
    pub(crate) files: Vec<LetterFile>,
}

impl Letter {
    /// The digest of all that is printed for it.
    pub(crate) fn sha256(&self) -> String {
        match self.files.as_slice() {
            [one] => one.sha256.clone(),
            files => {
                let mut builder = Fingerprint::builder("letter");
                for file in files {
                    builder.field(file.sha256.as_bytes());
                }
                builder.finish().to_string()
            }
        }
    }
}

/// A row of the register for which nothing is printed, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotPrinted {
    /// The municipality's code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The line of its row in the register, from 1.
    pub line: u64,
    /// Why.
    pub reason: String,
}

/// A finished run. Its letters stay in its list and are read again where they are needed, since
/// there may be a hundred thousand.
#[derive(Debug)]
pub(crate) struct Run {
    /// Its folder.
    pub(crate) folder: PathBuf,
    /// What cannot be printed, in the order of the register.
    pub(crate) refused: Vec<NotPrinted>,
    /// Digest of the run's list, which names all files and their digests.
    pub(crate) digest: Fingerprint,
    /// The language of the campaign, as a tag such as `nl-NL`; empty where the run does not say.
    pub(crate) language: String,
    apart: bool,
    list: PathBuf,
    reader: RefCell<BufReader<File>>,
}

impl Run {
    /// Reads the list of a run, compares every file with it, and gives each letter with its place
    /// in the list. With `apart`, the documents that a collection holds are taken one by one, since
    /// they go on different paper or are stapled apart.
    ///
    /// # Errors
    /// Where there is no list or it is damaged; a letter that cannot be printed is refused instead.
    pub(crate) fn read(
        folder: &Path,
        apart: bool,
        mut each: impl FnMut(Letter, u64),
    ) -> Result<Self, PrintError> {
        let list = folder.join(".raadspost").join("mailing.jsonl");
        let file = match File::open(&list) {
            Ok(file) => file,
            Err(_) => return Err(PrintError::NoRun(folder.to_owned())),
        };
        let mut run = Self {
            folder: folder.to_owned(),
            refused: Vec::new(),
            digest: Fingerprint::of(&[]),
            language: language(folder),
            apart,
            list,
            reader: RefCell::new(BufReader::new(file)),
        };
        let mut digest = Fingerprint::builder("run");
        let mut seen = BTreeSet::new();
        let mut place = 0;
        for number in 1.. {
            let Some((line, next)) = run.line(place)? else {
                break;
            };
            digest.field(line.as_bytes());
            let pack = run.pack(&line, number)?;
            let begin = std::mem::replace(&mut place, next);
            let doubled = !pack.held && !seen.insert(pack.code.clone());
            let refusal = NotPrinted {
                code: pack.code.clone(),
                name: pack.name.clone(),
                line: pack.line,
                reason: String::new(),
            };
            let letter = if doubled {
                Err("its code stands on two rows".to_owned())
            } else {
                run.letter_of(pack).and_then(|letter| {
                    letter.files.iter().try_for_each(|file| run.holds(file))?;
                    Ok(letter)
                })
            };
            match letter {
                Ok(letter) => each(letter, begin),
                Err(reason) => run.refused.push(NotPrinted { reason, ..refusal }),
            }
        }
        run.digest = digest.finish();
        Ok(run)
    }

    /// The letter at a place of the list that [`Run::read`] gave.
    ///
    /// # Errors
    /// Where the list was changed since.
    pub(crate) fn letter(&self, place: u64) -> Result<Letter, PrintError> {
        let line = self.line(place)?;
        let pack = line.and_then(|(line, _)| self.pack(&line, 0).ok());
        let letter = pack.and_then(|pack| self.letter_of(pack).ok());
        letter.ok_or_else(|| PrintError::Unfit {
            path: self.list.clone(),
            message: "was changed while it was printed".to_owned(),
        })
    }

    /// The line that begins at a place, without its end, and where the next one begins.
    fn line(&self, place: u64) -> Result<Option<(String, u64)>, PrintError> {
        let mut reader = self.reader.borrow_mut();
        let mut line = String::new();
        let here = reader.stream_position();
        let read = here.and_then(|here| {
            // Lines are mostly read one after another, and a seek empties the buffer.
            if here != place {
                reader.seek(SeekFrom::Start(place))?;
            }
            reader.read_line(&mut line)
        });
        let read = read.map_err(PrintError::io("read", &self.list))?;
        if read == 0 {
            return Ok(None);
        }
        line.truncate(line.trim_end_matches(['\n', '\r']).len());
        Ok(Some((line, place + read as u64)))
    }

    fn pack(&self, line: &str, number: usize) -> Result<MailingPack, PrintError> {
        serde_json::from_str(line).map_err(|error| PrintError::Damaged {
            file: self.list.clone(),
            line: number,
            message: error.to_string(),
        })
    }

    /// The letter of a pack, or why there is none.
    fn letter_of(&self, pack: MailingPack) -> Result<Letter, String> {
        if pack.held {
            return Err("the pack is held: a document was refused or failed".to_owned());
        }
        let pdf = |document: &&MailingDocument| document.format == Format::Pdf;
        let collection = pack
            .documents
            .iter()
            .filter(pdf)
            .find(|document| !document.collects.is_empty());
        let chosen: Vec<&MailingDocument> = match collection {
            Some(collection) if self.apart => {
                let member = |id: &String| {
                    let mut all = pack.documents.iter().filter(pdf);
                    let found = all.find(|document| document.id == *id);
                    found.ok_or_else(|| format!("its `{id}` is not made as PDF"))
                };
                collection
                    .collects
                    .iter()
                    .map(member)
                    .collect::<Result<_, _>>()?
            }
            Some(collection) => vec![collection],
            None => {
                let mailed = |document: &&MailingDocument| !document.publication_copy;
                pack.documents.iter().filter(pdf).filter(mailed).collect()
            }
        };
        let mailed = collection.or(chosen.first().copied());
        let Some(mailed) = mailed else {
            return Err("it has no PDF".to_owned());
        };
        let id = format!("{}.{}", pack.code, mailed.id);
        let files = chosen.into_iter().map(file).collect::<Result<_, _>>()?;
        Ok(Letter {
            code: pack.code,
            name: pack.name,
            line: pack.line,
            id,
            lines: pack.lines,
            postal: pack.postal,
            files,
        })
    }

    /// Whether a file is still the one that the run delivered, or why it is not.
    fn holds(&self, file: &LetterFile) -> Result<(), String> {
        let path = &file.path;
        let bytes = fs::read(self.folder.join(path)).map_err(|_| format!("`{path}` is missing"))?;
        if Fingerprint::of(&bytes).to_string() == file.sha256 {
            Ok(())
        } else {
            Err(format!(
                "`{path}` is not the file that the run has delivered"
            ))
        }
    }
}

/// A document's file.
fn file(document: &MailingDocument) -> Result<LetterFile, String> {
    match document.pages {
        Some(pages) if pages > 0 => Ok(LetterFile {
            path: document.path.clone(),
            sha256: document.sha256.clone(),
            pages,
        }),
        _ => Err(format!("`{}` has no pages", document.path)),
    }
}

/// The language that a run says its campaign has.
fn language(folder: &Path) -> String {
    let text = fs::read_to_string(folder.join(".raadspost").join("run.json"));
    let run = text
        .ok()
        .and_then(|text| serde_json::from_str::<serde_json::Value>(&text).ok());
    let language = run
        .as_ref()
        .and_then(|run| run["campaign"]["language"].as_str());
    language.unwrap_or_default().to_owned()
}
