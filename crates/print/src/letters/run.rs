//! The letters of a finished run: read from its mailing list, each file compared with the digest
//! there.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;

use raadspost_content::{Enveloped, Fingerprint, Format, NotPosted as WhyNot, Without};
use raadspost_run::names::MAILING;
use raadspost_run::{
    DocumentState, Lines, MailingDocument, MailingEnvelope, MailingPack, RunFault, RunFolder,
};

use crate::PrintError;
use crate::letters::letter::{Letter, LetterFile};
use crate::letters::unprinted::{NotPrinted, Refused};

/// The location of a letter in the mailing list: the byte offset of its pack in the mailing list, and the index of
/// its envelope in the pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Location {
    pub(crate) offset: u64,
    pub(crate) envelope: usize,
}

/// The outcome of an envelope for one municipality.
enum Fate {
    Printed(Box<Letter>),
    /// The municipality does not get its letter.
    Without(String),
    /// The run was not asked to make it.
    NotMade,
    Refused(String),
}

/// A finished run. Its letters stay in the mailing list and are read again when they are needed: there
/// may be a hundred thousand.
#[derive(Debug)]
pub(crate) struct Run {
    /// Its folder, which was judged when it was opened.
    pub(crate) folder: RunFolder,
    /// Letters and documents that are not printed.
    pub(crate) not_printed: NotPrinted,
    /// The names of the envelopes of each row.
    pub(crate) envelopes: Vec<String>,
    /// Digest of the run's list, which names all files and their digests.
    pub(crate) digest: Fingerprint,
    apart: bool,
    chosen: Vec<String>,
    lines: RefCell<Lines<MailingPack>>,
}

impl Run {
    /// Reads the mailing list of a run, compares every file with it, and hands each letter with its
    /// location to `each`. With `apart`, a collection is replaced by its documents, which go on
    /// different paper or are stapled apart. `chosen` are documents that are posted, each by itself,
    /// in place of the campaign's envelopes; if it is empty, the envelopes are.
    ///
    /// # Errors
    /// The list cannot be read, or nothing is posted. A letter that cannot be printed is no error: it
    /// is in `not_printed`.
    pub(crate) fn read(
        folder: RunFolder,
        apart: bool,
        chosen: &[String],
        mut each: impl FnMut(Letter, Location),
    ) -> Result<Self, PrintError> {
        let mut digest = Fingerprint::builder("run");
        digest.field(folder.record().mailing.sha256.as_bytes());
        let mut run = Self {
            not_printed: NotPrinted::default(),
            envelopes: chosen.to_vec(),
            digest: digest.finish(),
            apart,
            chosen: chosen.to_vec(),
            lines: RefCell::new(folder.mailing()?),
            folder,
        };
        let mut seen = BTreeSet::new();
        let mut met = BTreeSet::new();
        let mut known = BTreeSet::new();
        for number in 1.. {
            let Some((pack, begin)) = run.lines.borrow_mut().next_line()? else {
                break;
            };
            let is_doubled = !pack.held && !seen.insert(pack.code.clone());
            run.demand_documents(&pack, &mut met, &mut known)?;
            let envelopes = run.envelopes_of(&pack);
            let names = envelopes.iter().map(|one| &one.id);
            if number == 1 && chosen.is_empty() {
                run.envelopes = names.cloned().collect();
            } else if !run.envelopes.iter().eq(names) {
                return Err(PrintError::Damaged {
                    file: run.folder.state(MAILING),
                    line: number,
                    message: "it has other envelopes than the first line".to_owned(),
                });
            }
            for (at, envelope) in envelopes.iter().enumerate() {
                let fate = match run.fate(&pack, envelope) {
                    Fate::Printed(_) if is_doubled => {
                        Fate::Refused("two rows of the register have its code".to_owned())
                    }
                    Fate::Printed(letter) => {
                        match letter.files.iter().try_for_each(|file| run.holds(file)) {
                            Ok(()) => Fate::Printed(letter),
                            Err(reason) => Fate::Refused(reason),
                        }
                    }
                    fate => fate,
                };
                run.take(&pack, envelope, fate, &mut |letter| {
                    let location = Location {
                        offset: begin,
                        envelope: at,
                    };
                    each(letter, location);
                });
            }
            run.note_documents(&pack, &envelopes);
        }
        let unknown = chosen.iter().find(|id| !met.contains(*id));
        if let Some(unknown) = unknown {
            return Err(PrintError::NoSuchDocument {
                document: unknown.clone(),
                known: known.into_iter().collect(),
            });
        }
        if run.rows() > 0 && run.envelopes.is_empty() {
            let folder = run.folder.root().to_owned();
            return Err(PrintError::NothingPosted(folder));
        }
        Ok(run)
    }

    /// The rows of the register, as the run's record counts them.
    pub(crate) fn rows(&self) -> u32 {
        u32::try_from(self.folder.record().counts.rows).unwrap_or(u32::MAX)
    }

    /// The language of the campaign, as a tag such as `nl-NL`.
    pub(crate) fn language(&self) -> &str {
        &self.folder.record().campaign.language
    }

    /// The letter that [`Run::read`] gave with this location.
    ///
    /// # Errors
    /// The list was changed since.
    pub(crate) fn letter(&self, location: Location) -> Result<Letter, PrintError> {
        let pack = self.lines.borrow_mut().at(location.offset)?;
        let envelopes = self.envelopes_of(&pack);
        match envelopes
            .get(location.envelope)
            .map(|envelope| self.fate(&pack, envelope))
        {
            Some(Fate::Printed(letter)) => Ok(*letter),
            _ => Err(PrintError::Run(RunFault::ChangedMeanwhile {
                path: self.folder.state(MAILING),
            })),
        }
    }

    /// Checks that the chosen documents may be posted.
    fn demand_documents(
        &self,
        pack: &MailingPack,
        met: &mut BTreeSet<String>,
        known: &mut BTreeSet<String>,
    ) -> Result<(), PrintError> {
        if self.chosen.is_empty() {
            return Ok(());
        }
        for document in &pack.documents {
            let is_letter = document.lines.is_some();
            if is_letter && !known.contains(&document.id) {
                known.insert(document.id.clone());
            }
            if !self.chosen.contains(&document.id) || met.contains(&document.id) {
                continue;
            }
            let why = if document.publication_copy {
                "is, or holds, a publication copy, which is never posted"
            } else if document.format != Format::Pdf {
                continue;
            } else if !is_letter && !document.unaddressed && document.collects.is_empty() {
                "does not begin with a letter, so it has no address"
            } else {
                if is_letter {
                    met.insert(document.id.clone());
                }
                continue;
            };
            return Err(PrintError::WrongDocument {
                document: document.id.clone(),
                why,
            });
        }
        Ok(())
    }

    /// The envelopes of a pack: the campaign's, or one for each document that is chosen.
    fn envelopes_of(&self, pack: &MailingPack) -> Vec<MailingEnvelope> {
        if self.chosen.is_empty() {
            return pack.envelopes.clone();
        }
        let envelope = |id: &String| {
            let document = pdf(pack, id);
            let lines = document.and_then(|document| document.lines.clone());
            // Which documents of a held pack are refused is not in the list.
            let without = (lines.is_none() && !pack.held).then(|| match document {
                Some(document) if document.unaddressed => Without::PostalAddress,
                Some(document) => {
                    Without::Document(document.collects.first().unwrap_or(id).clone())
                }
                None => Without::Document(id.clone()),
            });
            MailingEnvelope {
                id: id.clone(),
                documents: vec![id.clone()],
                window: document.and_then(|document| document.window),
                lines: lines.unwrap_or_default(),
                without,
            }
        };
        self.chosen.iter().map(envelope).collect()
    }

    /// The outcome of an envelope, before its files are read.
    fn fate(&self, pack: &MailingPack, envelope: &MailingEnvelope) -> Fate {
        if let Some(without) = &envelope.without {
            return Fate::Without(without.to_string());
        }
        if pack.held {
            return Fate::Refused("the pack is held: a document was refused or failed".to_owned());
        }
        let mut documents = Vec::new();
        for id in &envelope.documents {
            let Some(document) = pdf(pack, id) else {
                return Fate::Refused(format!("its `{id}` is not made as PDF"));
            };
            if !self.apart || document.collects.is_empty() {
                documents.push(document);
                continue;
            }
            for id in &document.collects {
                match pdf(pack, id) {
                    Some(member) => documents.push(member),
                    None => return Fate::Refused(format!("its `{id}` is not made as PDF")),
                }
            }
        }
        let is_missing = |document: &&MailingDocument| document.state == DocumentState::Missing;
        if !documents.is_empty() && documents.iter().all(is_missing) {
            return Fate::NotMade;
        }
        let files = documents.into_iter().map(file).collect();
        match files {
            Ok(files) => Fate::Printed(Box::new(Letter {
                code: pack.code.clone(),
                name: pack.name.clone(),
                line: pack.line,
                id: letter_id(pack, envelope),
                lines: envelope.lines.clone(),
                window: envelope.window,
                postal: pack.postal.clone(),
                files,
            })),
            Err(reason) => Fate::Refused(reason),
        }
    }

    /// Hands a letter on, or notes why it is not printed.
    fn take(
        &mut self,
        pack: &MailingPack,
        envelope: &MailingEnvelope,
        fate: Fate,
        each: &mut dyn FnMut(Letter),
    ) {
        let not_printed = &mut self.not_printed;
        let (name, code) = (&envelope.id, &pack.code);
        match fate {
            Fate::Printed(letter) => each(*letter),
            Fate::Without(reason) => {
                NotPrinted::not_sent(&mut not_printed.without, name, code, reason);
            }
            Fate::NotMade => {
                let reason = "was not selected when the run was built".to_owned();
                NotPrinted::not_sent(&mut not_printed.not_made, name, code, reason);
            }
            Fate::Refused(reason) => not_printed.refused.push(Refused {
                code: code.clone(),
                name: pack.name.clone(),
                line: pack.line,
                letter_id: letter_id(pack, envelope),
                reason,
            }),
        }
    }

    /// Notes the documents of a pack that are made and in no envelope.
    fn note_documents(&mut self, pack: &MailingPack, envelopes: &[MailingEnvelope]) {
        // The letters of a held pack give the reason.
        if pack.held {
            return;
        }
        let members = |id: &str| -> Vec<&str> {
            let document = pdf(pack, id);
            let members = document.map_or(&[][..], |document| &document.collects);
            members.iter().map(String::as_str).collect()
        };
        let envelopes = envelopes.iter();
        let envelopes = envelopes.map(|one| (one.documents.as_slice(), one.without.as_ref()));
        let Enveloped {
            posted,
            unaddressed,
        } = Enveloped::new(envelopes, members);
        for document in &pack.documents {
            if matches!(
                document.state,
                DocumentState::Missing | DocumentState::Lost | DocumentState::Failed
            ) {
                continue;
            }
            let MailingDocument {
                id,
                format,
                publication_copy,
                ..
            } = document;
            let reason = match WhyNot::of(id, *format, *publication_copy, &posted, &unaddressed) {
                None => continue,
                Some(WhyNot::NotInPost) if !self.chosen.is_empty() => {
                    "not named by `--document`".to_owned()
                }
                Some(reason) => reason.to_string(),
            };
            self.not_printed.document(document, reason);
        }
    }

    /// Compares a file with the digest that the run delivered.
    ///
    /// # Errors
    /// A sentence: the file is missing or differs.
    fn holds(&self, file: &LetterFile) -> Result<(), String> {
        let path = &file.path;
        let place = self
            .folder
            .document(path)
            .map_err(|fault| fault.to_string())?;
        let bytes = fs::read(place).map_err(|_| format!("`{path}` is missing"))?;
        if Fingerprint::of(&bytes).to_string() == file.sha256 {
            Ok(())
        } else {
            Err(format!(
                "`{path}` is not the file that the run has delivered"
            ))
        }
    }
}

/// The same in every print run.
fn letter_id(pack: &MailingPack, envelope: &MailingEnvelope) -> String {
    format!("{}.{}", pack.code, envelope.id)
}

/// A document of a pack as PDF.
fn pdf<'a>(pack: &'a MailingPack, id: &str) -> Option<&'a MailingDocument> {
    let mut documents = pack.documents.iter();
    documents.find(|document| document.id == id && document.format == Format::Pdf)
}

/// A document's file, if it is current, or why it cannot be printed.
fn file(document: &MailingDocument) -> Result<LetterFile, String> {
    let MailingDocument { id, path, .. } = document;
    match document.state {
        DocumentState::Current => {}
        DocumentState::OutOfDate => return Err(format!("`{id}` is out of date")),
        DocumentState::Missing => {
            return Err(format!(
                "`{id}` is missing: it was not selected when the run was built"
            ));
        }
        DocumentState::Lost => {
            return Err(format!(
                "`{id}` is gone: its file was removed, and it was not selected when the run was \
                 built again"
            ));
        }
        DocumentState::Failed => return Err(format!("`{id}` failed")),
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
