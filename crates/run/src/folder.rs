//! A run folder, checked before anything in it is used.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::identity::CampaignIdentity;
use crate::mailing::MailingPack;
use crate::pack::PackRecord;
use crate::record::{ListRecord, RECORD_VERSION, RecordCounts, RunRecord};
use raadspost_content::{Diagnostic, Diagnostics, Fingerprint, Place};
use serde::Deserialize;

use crate::fault::RunFault;
use crate::hash::list_of_file;
use crate::identity::read_json;
use crate::lines::Lines;
use crate::names::{CAMPAIGN, INPUTS, MAILING, MANIFEST, PACKS, RUN, STATE, UNFINISHED};

/// A finished run: its record, and lists that match the record.
#[derive(Debug)]
pub struct RunFolder {
    root: PathBuf,
    record: RunRecord,
    sha256: String,
}

/// The version field, which every version of the record has.
#[derive(Deserialize)]
struct Version {
    version: u32,
}

impl RunFolder {
    /// Opens a finished run after checking everything that `run.json` binds: that the build ended,
    /// each list by digest and number of lines, and the sums of the counts.
    ///
    /// # Errors
    /// There is no run, or it differs from its record: [`RunFault::Unsound`] lists every fault.
    pub fn open(root: &Path) -> Result<Self, RunFault> {
        let (folder, faults) = Self::look(root)?;
        if faults.is_empty() {
            Ok(folder)
        } else {
            Err(RunFault::Unsound {
                root: root.to_owned(),
                faults,
            })
        }
    }

    /// Opens a run without refusing it, to report its state. If a build was killed before its first
    /// record, the record is the one written at its beginning.
    ///
    /// # Errors
    /// There is no run, or no readable record.
    pub fn look(root: &Path) -> Result<(Self, Diagnostics), RunFault> {
        let state = root.join(STATE);
        if !state.is_dir() {
            return Err(RunFault::NoRun(root.to_owned()));
        }
        let mut faults = Vec::new();
        let begun: Option<RunRecord> = read_json(&state.join(UNFINISHED)).or_else(|fault| {
            // An unreadable mark still counts as a mark.
            match fault {
                RunFault::BadRecord { .. } => Ok(Some(RunRecord::default())),
                fault => Err(fault),
            }
        })?;
        if begun.is_some() {
            faults.push(fault(
                "run-unfinished",
                &format!("{STATE}/{UNFINISHED}"),
                "a build has not ended, so documents and lists may be from two builds",
            ));
        }
        let path = state.join(RUN);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                faults.push(fault(
                    "record-missing",
                    &format!("{STATE}/{RUN}"),
                    &format!("`{STATE}/{RUN}` does not exist"),
                ));
                return match begun {
                    Some(record) => {
                        let root = root.to_owned();
                        let sha256 = String::new();
                        Ok((
                            Self {
                                root,
                                record,
                                sha256,
                            },
                            faults,
                        ))
                    }
                    None => Err(RunFault::Unsound {
                        root: root.to_owned(),
                        faults,
                    }),
                };
            }
            Err(error) => return Err(RunFault::io("read", &path)(error)),
        };
        let bad = |why: String| RunFault::BadRecord {
            path: path.clone(),
            why,
        };
        let Version { version } =
            serde_json::from_slice(&bytes).map_err(|error| bad(error.to_string()))?;
        if version != RECORD_VERSION {
            return Err(bad(format!("it has version {version}")));
        }
        let folder = Self {
            root: root.to_owned(),
            record: serde_json::from_slice(&bytes).map_err(|error| bad(error.to_string()))?,
            sha256: Fingerprint::of(&bytes).to_string(),
        };
        folder.judge(&mut faults)?;
        Ok((folder, faults))
    }

    /// Checks everything that the record binds.
    fn judge(&self, faults: &mut Diagnostics) -> Result<(), RunFault> {
        let record = &self.record;
        let run = format!("{STATE}/{RUN}");
        if record.interrupted {
            faults.push(fault(
                "run-interrupted",
                &run,
                "the build was interrupted, so not every pack has a record",
            ));
        }
        let claim: Option<CampaignIdentity> = read_json(&self.state(CAMPAIGN))?;
        let (place, id) = (format!("{STATE}/{CAMPAIGN}"), &record.campaign.id);
        match claim {
            None => faults.push(fault(
                "campaign-missing",
                &place,
                &format!("`{place}`, the record of the folder's campaign, does not exist"),
            )),
            Some(claim) if claim.id != *id => faults.push(fault(
                "campaign-changed",
                &place,
                &format!(
                    "`{run}` is of the campaign `{id}`, but the folder belongs to `{}`",
                    claim.id
                ),
            )),
            Some(_) => {}
        }
        let before = faults.len();
        self.judge_list(MANIFEST, "manifest", &record.manifest, faults)?;
        self.judge_list(&format!("{STATE}/{PACKS}"), "record", &record.packs, faults)?;
        self.judge_list(
            &format!("{STATE}/{MAILING}"),
            "record",
            &record.mailing,
            faults,
        )?;
        let lists_hold = faults.len() == before;
        if !record.interrupted {
            for fact in self.miscounts(lists_hold)? {
                faults.push(fault("counts-differ", &run, &fact));
            }
        }
        Ok(())
    }

    fn judge_list(
        &self,
        name: &str,
        kind: &str,
        bound: &ListRecord,
        faults: &mut Diagnostics,
    ) -> Result<(), RunFault> {
        let path = self.root.join(name);
        let (missing, changed) = match kind {
            "manifest" => ("manifest-missing", "manifest-changed"),
            _ => ("record-missing", "record-changed"),
        };
        let found = match list_of_file(&path) {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                faults.push(fault(missing, name, &format!("`{name}` does not exist")));
                return Ok(());
            }
            Err(error) => return Err(RunFault::io("read", &path)(error)),
        };
        if found == *bound {
            return Ok(());
        }
        let (has, had) = (found.lines, bound.lines);
        let fact = if found.sha256 == bound.sha256 {
            format!("`{name}` has {}, and `{RUN}` counts {had}", counted(has))
        } else if has == had {
            format!("`{name}` does not match the digest recorded in `{RUN}`")
        } else {
            let what = if has < had { "lacks" } else { "has too many:" };
            let lines = counted(has.abs_diff(had));
            format!("`{name}` {what} {lines}: it has {has}, and the build wrote {had}")
        };
        faults.push(fault(changed, name, &fact));
        Ok(())
    }

    /// Sums that do not add up, each as a fact. If the lists are intact they are summed again: this
    /// detects an edited count, although no digest covers the record itself.
    fn miscounts(&self, lists_hold: bool) -> Result<Vec<String>, RunFault> {
        let counts = &self.record.counts;
        let RecordCounts {
            rows,
            refused_rows,
            packs,
            complete,
            held,
            incomplete,
            made,
            out_of_date,
            ..
        } = *counts;
        let mut facts = Vec::new();
        let mut demand = |what: &str, one: u64, that: &str, other: u64| {
            if one != other {
                facts.push(format!("{what} are {one}, and {that} {other}"));
            }
        };
        demand("the rows of the register", rows, "the packs are", packs);
        let parts = complete + held + incomplete;
        let all = "complete, held and incomplete packs together are";
        demand("the packs", packs, all, parts);
        demand(
            "the packs",
            packs,
            "the lines of `packs.jsonl` are",
            self.record.packs.lines,
        );
        let lines = self.record.mailing.lines;
        demand(
            "the packs",
            packs,
            "the lines of `mailing.jsonl` are",
            lines,
        );
        let lines = self.record.manifest.lines;
        demand(
            "the documents",
            made + out_of_date,
            "the lines of `manifest.sha256` are",
            lines,
        );
        if !lists_hold || !facts.is_empty() {
            return Ok(facts);
        }
        // A pack's record does not state whether its row was refused as a whole.
        let mut summed = RecordCounts {
            rows,
            refused_rows,
            ..RecordCounts::default()
        };
        let mut mailing = self.lines::<MailingHead>(MAILING, &self.record.mailing)?;
        for pack in self.packs()? {
            let pack = pack?;
            summed.add_pack(&pack);
            let head = mailing.next().transpose()?;
            let same = |head: &MailingHead| {
                (&head.code, head.line, head.held) == (&pack.code, pack.line, pack.held)
            };
            if !head.as_ref().is_some_and(same) {
                facts.push(format!(
                    "`mailing.jsonl` and `packs.jsonl` differ at `{}`",
                    pack.code
                ));
                return Ok(facts);
            }
        }
        if summed != *counts {
            facts.push("the counts are not the sums of `packs.jsonl`".to_owned());
        }
        Ok(facts)
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The run's record.
    pub fn record(&self) -> &RunRecord {
        &self.record
    }

    /// SHA-256 of `run.json`.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// A file in `.raadspost/`.
    pub fn state(&self, name: &str) -> PathBuf {
        self.root.join(STATE).join(name)
    }

    /// The manifest.
    pub fn manifest(&self) -> PathBuf {
        self.root.join(MANIFEST)
    }

    /// The folder of the run's kept inputs.
    pub fn inputs(&self) -> PathBuf {
        self.state(INPUTS)
    }

    /// The packs in register order, one at a time.
    ///
    /// # Errors
    /// The list cannot be opened; an item is an error if its line is not a valid record.
    pub fn packs(&self) -> Result<Lines<PackRecord>, RunFault> {
        self.lines(PACKS, &self.record.packs)
    }

    /// The mailing list, in register order.
    ///
    /// # Errors
    /// The list cannot be opened; an item is an error if its line is not a valid record.
    pub fn mailing(&self) -> Result<Lines<MailingPack>, RunFault> {
        self.lines(MAILING, &self.record.mailing)
    }

    fn lines<T: serde::de::DeserializeOwned>(
        &self,
        name: &str,
        bound: &ListRecord,
    ) -> Result<Lines<T>, RunFault> {
        Lines::open(self.state(name), bound.sha256.clone())
    }

    /// The file of a document. Records may have been edited: a path that leads out of the folder or
    /// into superseded files is refused.
    ///
    /// # Errors
    /// The path is not that of a document.
    pub fn document(&self, path: &str) -> Result<PathBuf, RunFault> {
        let aside = format!("{STATE}/");
        if inside(path) && !path.starts_with(&aside) {
            Ok(self.root.join(path))
        } else {
            Err(RunFault::Outside(path.to_owned()))
        }
    }
}

/// The part of a mailing list line that is compared with the packs' records.
#[derive(Deserialize)]
struct MailingHead {
    code: String,
    line: u64,
    held: bool,
}

/// Whether a path has normal components only.
pub fn inside(path: &str) -> bool {
    !path.is_empty()
        && Path::new(path)
            .components()
            .all(|part| matches!(part, Component::Normal(_)))
}

/// A fault at a file of the folder.
pub fn fault(code: &'static str, path: &str, message: &str) -> Diagnostic {
    Diagnostic::error(code, message).at(Place::File(path.to_owned()))
}

fn counted(lines: u64) -> String {
    format!("{lines} line{}", if lines == 1 { "" } else { "s" })
}
