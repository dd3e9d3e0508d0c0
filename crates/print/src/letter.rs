//! The letters of a finished run: what its own list says of them, and whether their files are
//! still those that the run delivered.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
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

/// A finished run.
#[derive(Debug)]
pub(crate) struct Run {
    /// Its folder.
    pub(crate) folder: PathBuf,
    /// What can be printed, in the order of the register.
    pub(crate) letters: Vec<Letter>,
    /// What cannot.
    pub(crate) refused: Vec<NotPrinted>,
    /// Digest of the run's list, which names all files and their digests.
    pub(crate) digest: Fingerprint,
}

impl Run {
    /// Reads the list of a run, and compares every file with it. With `apart`, the documents that a
    /// collection holds are taken one by one, since they go on different paper.
    ///
    /// # Errors
    /// Where there is no list or it is damaged; a letter that cannot be printed is refused instead.
    pub(crate) fn read(folder: &Path, apart: bool) -> Result<Self, PrintError> {
        let list = folder.join(".raadspost").join("mailing.jsonl");
        let file = match File::open(&list) {
            Ok(file) => file,
            Err(_) => return Err(PrintError::NoRun(folder.to_owned())),
        };
        let mut run = Self {
            folder: folder.to_owned(),
            letters: Vec::new(),
            refused: Vec::new(),
            digest: Fingerprint::of(&[]),
        };
        let mut digest = Fingerprint::builder("run");
        let mut seen = BTreeSet::new();
        for (at, line) in BufReader::new(file).lines().enumerate() {
            let line = line.map_err(PrintError::io("read", &list))?;
            digest.field(line.as_bytes());
            let pack: MailingPack =
                serde_json::from_str(&line).map_err(|error| PrintError::Damaged {
                    file: list.clone(),
                    line: at + 1,
                    message: error.to_string(),
                })?;
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
                run.letter(pack, apart)
            };
            match letter {
                Ok(letter) => run.letters.push(letter),
                Err(reason) => run.refused.push(NotPrinted { reason, ..refusal }),
            }
        }
        run.digest = digest.finish();
        Ok(run)
    }

    /// The letter of a pack, or why there is none.
    fn letter(&self, pack: MailingPack, apart: bool) -> Result<Letter, String> {
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
            Some(collection) if apart => {
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
        let files = chosen.into_iter().map(|document| self.file(document));
        let files = files.collect::<Result<_, _>>()?;
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

    /// A document's file, if it is still the one that the run delivered.
    fn file(&self, document: &MailingDocument) -> Result<LetterFile, String> {
        let path = &document.path;
        let bytes = fs::read(self.folder.join(path)).map_err(|_| format!("`{path}` is missing"))?;
        if Fingerprint::of(&bytes).to_string() != document.sha256 {
            return Err(format!(
                "`{path}` is not the file that the run has delivered"
            ));
        }
        match document.pages {
            Some(pages) if pages > 0 => Ok(LetterFile {
                path: path.clone(),
                sha256: document.sha256.clone(),
                pages,
            }),
            _ => Err(format!("`{path}` has no pages")),
        }
    }
}
