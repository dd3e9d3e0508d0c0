//! A run folder, checked before anything in it is used.

use std::io;
use std::path::{Component, Path, PathBuf};

use crate::identity::CampaignIdentity;
use crate::mailing::MailingPack;
use crate::pack::PackRecord;
use crate::record::{ListRecord, RECORD_VERSION, RecordCounts, RunRecord};
use raadspost_content::Fingerprint;
use serde::Deserialize;

use crate::deviation::{Deviation, Words};
use crate::fault::RunFault;
use crate::hash::list_of_file;
use crate::identity::read_json;
use crate::lines::Lines;
use crate::regular::{RECORD_LIMIT, read_regular};
use crate::words;

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
    pub fn look(root: &Path) -> Result<(Self, Vec<Deviation>), RunFault> {
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
            faults.push(Deviation::new(
                "run-unfinished",
                format!("{STATE}/{UNFINISHED}"),
                words!(
                    "a build has not ended, so documents and lists may be from two builds",
                    "het maken is begonnen en niet geëindigd: documenten en lijsten kunnen van twee keer zijn"
                ),
            ));
        }
        let path = state.join(RUN);
        let bytes = match read_regular(&path, RECORD_LIMIT) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let place = format!("{STATE}/{RUN}");
                faults.push(Deviation::new("record-missing", &place, absent(&place)));
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
    fn judge(&self, faults: &mut Vec<Deviation>) -> Result<(), RunFault> {
        let record = &self.record;
        let run = format!("{STATE}/{RUN}");
        if record.interrupted {
            faults.push(Deviation::new(
                "run-interrupted",
                &run,
                words!(
                    "the build was interrupted, so not every pack has a record",
                    "het maken is onderbroken, en niet elk pakket staat in de lijst"
                ),
            ));
        }
        let claim: Option<CampaignIdentity> = read_json(&self.state(CAMPAIGN))?;
        let (place, id) = (format!("{STATE}/{CAMPAIGN}"), &record.campaign.id);
        match claim {
            None => {
                let words = words!(
                    "`{place}`, the record of the folder's campaign, does not exist",
                    "`{place}`, dat zegt van welke campagne de map is, is er niet"
                );
                faults.push(Deviation::new("campaign-missing", place, words));
            }
            Some(claim) if claim.id != *id => {
                let other = claim.id;
                let words = words!(
                    "`{run}` is of the campaign `{id}`, but the folder belongs to `{other}`",
                    "`{run}` is van de campagne `{id}`, en de map van `{other}`"
                );
                faults.push(Deviation::new("campaign-changed", place, words));
            }
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
                faults.push(Deviation::new("counts-differ", &run, fact));
            }
        }
        Ok(())
    }

    fn judge_list(
        &self,
        name: &str,
        kind: &str,
        bound: &ListRecord,
        faults: &mut Vec<Deviation>,
    ) -> Result<(), RunFault> {
        let path = self.root.join(name);
        let (missing, changed) = match kind {
            "manifest" => ("manifest-missing", "manifest-changed"),
            _ => ("record-missing", "record-changed"),
        };
        let found = match list_of_file(&path) {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                faults.push(Deviation::new(missing, name, absent(name)));
                return Ok(());
            }
            Err(error) => return Err(RunFault::io("read", &path)(error)),
        };
        if found == *bound {
            return Ok(());
        }
        let (has, had) = (found.lines, bound.lines);
        let lines = counted(has.abs_diff(had));
        let fact = if found.sha256 == bound.sha256 {
            let lines = counted(has);
            words!(
                "`{name}` has {lines}, and `{RUN}` counts {had}",
                "`{name}` heeft {has} regels, en `{RUN}` telt er {had}"
            )
        } else if has == had {
            words!(
                "`{name}` does not match the digest recorded in `{RUN}`",
                "`{name}` is niet de lijst die is geschreven: de hash is een andere"
            )
        } else if has < had {
            words!(
                "`{name}` lacks {lines}: it has {has}, and the build wrote {had}",
                "`{name}` mist regels: er zijn er {has}, en er zijn er {had} geschreven"
            )
        } else {
            words!(
                "`{name}` has too many: {lines}: it has {has}, and the build wrote {had}",
                "`{name}` heeft te veel regels: er zijn er {has}, en er zijn er {had} geschreven"
            )
        };
        faults.push(Deviation::new(changed, name, fact));
        Ok(())
    }

    /// Sums that do not add up, each as a fact. If the lists are intact they are summed again: this
    /// detects an edited count, although no digest covers the record itself.
    fn miscounts(&self, lists_hold: bool) -> Result<Vec<Words>, RunFault> {
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
        // English and Dutch.
        let mut demand = |what: [&str; 2], one: u64, that: [&str; 2], other: u64| {
            if one != other {
                facts.push(Words {
                    english: format!("{} are {one}, and {} {other}", what[0], that[0]),
                    dutch: format!("{} zijn {one}, en {} {other}", what[1], that[1]),
                });
            }
        };
        let all = ["the packs", "de pakketten"];
        let of_register = ["the rows of the register", "de regels van het register"];
        demand(of_register, rows, ["the packs are", "de pakketten"], packs);
        let parts = [
            "complete, held and incomplete packs together are",
            "volledige, aangehouden en onvolledige samen",
        ];
        demand(all, packs, parts, complete + held + incomplete);
        let listed = [
            "the lines of `packs.jsonl` are",
            "de regels van `packs.jsonl`",
        ];
        demand(all, packs, listed, self.record.packs.lines);
        let mailed = [
            "the lines of `mailing.jsonl` are",
            "de regels van `mailing.jsonl`",
        ];
        demand(all, packs, mailed, self.record.mailing.lines);
        let hashed = [
            "the lines of `manifest.sha256` are",
            "de regels van `manifest.sha256`",
        ];
        let documents = ["the documents", "de documenten"];
        let lines = self.record.manifest.lines;
        demand(documents, made + out_of_date, hashed, lines);
        if !lists_hold || !facts.is_empty() {
            return Ok(facts);
        }
        // A pack's record does not state whether its row was refused as a whole.
        let mut summed = RecordCounts {
            rows,
            not_meant: counts.not_meant,
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
                let code = &pack.code;
                facts.push(words!(
                    "`mailing.jsonl` and `packs.jsonl` differ at `{code}`",
                    "`mailing.jsonl` en `packs.jsonl` verschillen bij `{code}`"
                ));
                return Ok(facts);
            }
        }
        if summed != *counts {
            facts.push(words!(
                "the counts are not the sums of `packs.jsonl`",
                "de aantallen zijn niet de sommen van `packs.jsonl`"
            ));
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

fn absent(name: &str) -> Words {
    words!("`{name}` does not exist", "`{name}` is er niet")
}

fn counted(lines: u64) -> String {
    format!("{lines} line{}", if lines == 1 { "" } else { "s" })
}
