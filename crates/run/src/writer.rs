//! Writing the records of a build, in this order: the folder's campaign and the mark of an
//! unfinished build; the lists; the record that binds them; finally the mark is removed. A killed
//! build leaves the mark, so that older lists are never taken for its result.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::identity::CampaignIdentity;
use crate::record::{ListRecord, RunRecord};
use raadspost_content::Fingerprint;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::durable::{Before, Draft, Step, sync_folder_of};
use crate::fault::RunFault;
use crate::identity::identity;
use crate::names::{CAMPAIGN, RUN, STAGING, STATE, UNFINISHED};

/// Writes the records of a build; the caller holds the folder's lock.
#[derive(Clone, Copy)]
pub struct RunWriter<'a> {
    root: &'a Path,
    durable: bool,
    before: Before<'a>,
}

impl<'a> RunWriter<'a> {
    /// A writer for the run folder `root`, in which `.raadspost/tmp` exists. If `durable`, files
    /// and their names are on the disk when a method returns. `before` is called before each side
    /// effect.
    pub fn new(root: &'a Path, durable: bool, before: Before<'a>) -> Self {
        Self {
            root,
            durable,
            before,
        }
    }

    /// Claims the folder for a campaign. If it belongs to another campaign, writes nothing and
    /// returns that campaign.
    ///
    /// # Errors
    /// The record cannot be read or written.
    pub fn claim(&self, campaign: &CampaignIdentity) -> Result<Option<CampaignIdentity>, RunFault> {
        let known = identity(self.root)?;
        if let Some(other) = &known
            && other.id != campaign.id
        {
            return Ok(known);
        }
        let name = format!("{STATE}/{CAMPAIGN}");
        if known.as_ref() != Some(campaign) || !self.root.join(&name).exists() {
            self.json(&name, campaign)?;
        }
        Ok(None)
    }

    /// Marks the build as unfinished; `record` is its record as known at its beginning.
    ///
    /// # Errors
    /// The mark cannot be written.
    pub fn begin(&self, record: &RunRecord) -> Result<(), RunFault> {
        self.json(&format!("{STATE}/{UNFINISHED}"), record)
    }

    /// Writes the record, which binds the lists, and removes the mark.
    ///
    /// # Errors
    /// The record cannot be written, or the mark cannot be removed.
    pub fn end(&self, record: &RunRecord) -> Result<(), RunFault> {
        self.json(&format!("{STATE}/{RUN}"), record)?;
        let path = self.root.join(STATE).join(UNFINISHED);
        let remove = || {
            (self.before)(Step::Remove)?;
            fs::remove_file(&path)?;
            if self.durable {
                (self.before)(Step::Flush)?;
                sync_folder_of(&path)?;
            }
            Ok(())
        };
        remove().map_err(RunFault::io("remove", &path))
    }

    /// Writes a record as JSON, as a stream.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn json(&self, name: &str, record: &impl Serialize) -> Result<(), RunFault> {
        self.file(name, |file| {
            file.write(|writer| {
                serde_json::to_writer_pretty(&mut *writer, record)?;
                writer.write_all(b"\n")
            })
        })
    }

    /// Writes a file as a stream.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn file(
        &self,
        name: &str,
        fill: impl FnOnce(&mut Draft<'_>) -> io::Result<()>,
    ) -> Result<(), RunFault> {
        let write = || {
            let mut draft = self.draft(name)?;
            fill(&mut draft)?;
            draft.close(self.durable)
        };
        write().map_err(RunFault::io("write", self.root.join(name)))
    }

    /// Begins a list.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn list(&self, name: &str) -> Result<ListDraft<'a>, RunFault> {
        let place = self.root.join(name);
        Ok(ListDraft {
            draft: self.draft(name).map_err(RunFault::io("write", &place))?,
            place,
            hasher: Sha256::new(),
            lines: 0,
            durable: self.durable,
        })
    }

    fn draft(&self, name: &str) -> io::Result<Draft<'a>> {
        let last = name.rsplit('/').next().unwrap_or(name);
        let staged = self.root.join(STATE).join(STAGING).join(last);
        Draft::new(staged, self.root.join(name), self.before)
    }
}

/// A list being written; digest and line count are those of the lines written.
pub struct ListDraft<'a> {
    draft: Draft<'a>,
    place: PathBuf,
    hasher: Sha256,
    lines: u64,
    durable: bool,
}

impl ListDraft<'_> {
    /// Appends a line, which must end with a line end.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn line(&mut self, line: &str) -> Result<(), RunFault> {
        debug_assert!(line.ends_with('\n') && line.matches('\n').count() == 1);
        self.hasher.update(line);
        self.lines += 1;
        self.draft
            .write(|writer| writer.write_all(line.as_bytes()))
            .map_err(RunFault::io("write", &self.place))
    }

    /// Renames the list into place, and returns what the record binds.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn close(self) -> Result<ListRecord, RunFault> {
        self.draft
            .close(self.durable)
            .map_err(RunFault::io("write", &self.place))?;
        Ok(ListRecord {
            sha256: Fingerprint(self.hasher.finalize().into()).to_string(),
            lines: self.lines,
        })
    }
}
