//! The only thread that delivers. It takes outcomes in any order and commits them in batches: stage
//! the files, flush them, record the intents, publish the files, flush the folders, write the rows.
//! No row exists before its file is durable, and a crash costs at most the batch in flight.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use raadspost_content::Fingerprint;
use raadspost_run::RecordCounts;

use crate::build::outcome::{PackOutcome, PendingWrite};
use crate::build::superseded::{aside, set_aside};
use crate::error::RunError;
use crate::ledger::PackLines;
use crate::ledger::{Delivered, KnownPaths, Ledger, ListEntry, Move, Notes};
use crate::options::Durability;
use crate::output::path::OutputPath;
use crate::output::{Like, PutMode, Sink, Staged, Stamp};
use crate::plan::post::PostCounts;
use crate::report::{Entry, Listed, Report};

/// Maximum number of files in a batch…
const BATCH_FILES: usize = 512;
/// …and about so many bytes…
const BATCH_BYTES: usize = 32 * 1024 * 1024;
/// …of packs, with their records…
const BATCH_PACKS: usize = 1024;
/// …and maximum age of a batch.
const BATCH_TIME: Duration = Duration::from_secs(1);

/// Number of delivered files remembered for sharing their bytes.
const SHARED: usize = 4096;

/// Delivers outcomes and counts the results.
pub(crate) struct Writer<'a> {
    sink: &'a dyn Sink,
    ledger: &'a mut Ledger,
    known: &'a mut KnownPaths,
    durability: Durability,
    run: i64,
    report: Report,
    writes: Vec<PendingWrite>,
    moves: Vec<Move>,
    packs: Vec<PackLines>,
    listed: Vec<ListEntry>,
    lost: Vec<OutputPath>,
    counts: RecordCounts,
    notes: Notes,
    /// Delivered files whose bytes can be shared, by digest.
    shared: HashMap<Fingerprint, (OutputPath, Stamp)>,
    bytes: usize,
}

impl<'a> Writer<'a> {
    /// A writer for the run with this number; `post` is what the quick pass counted.
    pub(crate) fn new(
        sink: &'a dyn Sink,
        ledger: &'a mut Ledger,
        known: &'a mut KnownPaths,
        durability: Durability,
        run: i64,
        post: PostCounts,
    ) -> Self {
        Self {
            sink,
            ledger,
            known,
            durability,
            run,
            report: Report {
                version: 1,
                post,
                ..Report::default()
            },
            writes: Vec::new(),
            moves: Vec::new(),
            packs: Vec::new(),
            listed: Vec::new(),
            lost: Vec::new(),
            counts: RecordCounts::default(),
            notes: Notes::default(),
            shared: HashMap::new(),
            bytes: 0,
        }
    }

    /// Delivers until no more outcomes arrive. Returns the report and the counts of the record.
    ///
    /// # Errors
    /// An error of the system; everything committed before remains.
    #[expect(
        clippy::disallowed_methods,
        reason = "the clock determines when a batch is flushed, not what is written"
    )]
    pub(crate) fn work(
        mut self,
        outcomes: &Receiver<Vec<PackOutcome>>,
    ) -> Result<(Report, RecordCounts), RunError> {
        let mut deadline = None;
        loop {
            let now = Instant::now();
            let wait = deadline.map_or(BATCH_TIME, |at: Instant| at.saturating_duration_since(now));
            match outcomes.recv_timeout(wait) {
                Ok(outcomes) => {
                    outcomes
                        .into_iter()
                        .try_for_each(|outcome| self.take(outcome))?;
                    deadline = deadline.or(Some(now + BATCH_TIME));
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            let full = self.writes.len() + self.moves.len() >= BATCH_FILES
                || self.bytes >= BATCH_BYTES
                || self.packs.len() >= BATCH_PACKS;
            if full || deadline.is_some_and(|at| at <= Instant::now()) {
                self.commit()?;
                deadline = None;
            }
        }
        self.commit()?;
        Ok((self.report, self.counts))
    }

    fn take(&mut self, outcome: PackOutcome) -> Result<(), RunError> {
        self.count(&outcome)?;
        // The ledger keeps the row of a lost file, so that the next run detects the loss too.
        let planned = outcome.kept.iter().chain(&outcome.lost);
        planned.for_each(|path| self.known.keep(path));
        self.lost.extend(outcome.lost);
        if let Some(lines) = outcome.lines {
            lines.add_to(&mut self.counts);
            self.packs.push(lines);
        }
        self.notes.shapes.extend(outcome.shapes);
        self.notes.fields.extend(outcome.fields);
        if self.durability != Durability::None {
            self.notes.restamped.extend(outcome.restamped);
        }
        for write in outcome.writes {
            self.bytes += write.bytes.len();
            self.writes.push(write);
            if self.durability == Durability::Each {
                self.commit()?;
            }
        }
        for one in outcome.moves {
            self.moves.push(one);
            if self.durability == Durability::Each {
                self.commit()?;
            }
        }
        Ok(())
    }

    fn commit(&mut self) -> Result<(), RunError> {
        self.bytes = 0;
        let writes = std::mem::take(&mut self.writes);
        let moves = std::mem::take(&mut self.moves);
        let notes = std::mem::take(&mut self.notes);
        let mut rows = Vec::new();
        if !writes.is_empty() || !moves.is_empty() {
            rows = self.deliver(writes, &moves)?;
        }
        self.ledger.record(&rows, &moves, &notes)?;
        let packs = std::mem::take(&mut self.packs);
        let listed = std::mem::take(&mut self.listed);
        let lost = std::mem::take(&mut self.lost);
        self.ledger.keep(&packs, &listed, &lost)
    }

    /// Delivers files and their names, durably. Returns their rows.
    fn deliver(
        &mut self,
        writes: Vec<PendingWrite>,
        moves: &[Move],
    ) -> Result<Vec<Delivered>, RunError> {
        let staged = self.stage(&writes)?;
        self.sink.flush(&staged)?;

        let targets = writes.iter().map(|write| &write.row.path);
        self.ledger
            .intend(targets.chain(moves.iter().map(|one| &one.to)))?;

        let mut renamed = Vec::new();
        for path in writes.iter().filter_map(|write| write.changed.as_ref()) {
            if let Some(superseded) = set_aside(self.sink, self.run, path)? {
                self.report.superseded.add(&superseded);
                self.listed.push(ListEntry::new("superseded", &superseded)?);
                renamed.extend(aside(self.run, path));
            }
        }
        let mut rows: Vec<Delivered> = Vec::with_capacity(writes.len());
        for (write, staged) in writes.into_iter().zip(staged) {
            self.sink
                .publish(staged, &write.row.path, PutMode::Overwrite)?;
            let mut row = write.row;
            let stamp = self.sink.stamp(&row.path)?;
            // Unflushed files may be lost with size and time unchanged: the next run hashes them.
            row.stamp = stamp.filter(|_| self.durability != Durability::None);
            if let (true, Some(stamp)) = (write.is_repeated, stamp) {
                if self.shared.len() >= SHARED {
                    self.shared.clear();
                }
                self.shared.insert(row.sha256, (row.path.clone(), stamp));
            }
            rows.push(row);
        }
        for Move { from, to } in moves {
            self.sink.rename(from, to, PutMode::Overwrite)?;
        }

        let moved = moves.iter().flat_map(|Move { from, to }| [from, to]);
        let paths: Vec<&OutputPath> = rows
            .iter()
            .map(|row| &row.path)
            .chain(moved)
            .chain(&renamed)
            .collect();
        self.sink.sync_names(&paths)?;
        Ok(rows)
    }

    /// Stages the files; files with equal bytes share them if the sink supports it.
    fn stage(&mut self, writes: &[PendingWrite]) -> Result<Vec<Staged>, RunError> {
        let mut staged: Vec<Staged> = Vec::with_capacity(writes.len());
        let mut here: HashMap<Fingerprint, usize> = HashMap::new();
        for write in writes {
            let digest = write.row.sha256;
            let mut like = None;
            if write.is_repeated {
                like = match (here.get(&digest), self.shared.get(&digest)) {
                    (Some(at), _) => self.sink.stage_like(Like::Staged(&staged[*at]))?,
                    // The file may have been changed since.
                    (None, Some((path, stamp))) if self.sink.stamp(path)? == Some(*stamp) => {
                        self.sink.stage_like(Like::Delivered(path))?
                    }
                    (None, _) => None,
                };
                self.report.shared += u64::from(like.is_some());
            }
            let one = match like {
                Some(one) => one,
                None => self.sink.stage(&write.bytes)?,
            };
            if write.is_repeated {
                here.insert(digest, staged.len());
            }
            staged.push(one);
        }
        Ok(staged)
    }

    fn count(&mut self, outcome: &PackOutcome) -> Result<(), RunError> {
        let (report, listed) = (&mut self.report, &mut self.listed);
        report.packs.total += 1;
        if let Some(unposted) = &outcome.unposted {
            report.post.hold(unposted);
        }
        if outcome.held.is_some() {
            report.packs.held += 1;
        } else if outcome.is_complete() {
            report.packs.complete += 1;
        } else {
            report.packs.incomplete += 1;
        }
        let files = |fault: &crate::report::Fault| fault.files.len() as u64;
        report.documents.made += outcome.writes.len() as u64;
        report.documents.fresh += outcome.fresh;
        report.documents.refused += outcome.refused.iter().map(files).sum::<u64>();
        report.documents.failed += outcome.failed.iter().map(files).sum::<u64>();
        report.unselected.fresh += outcome.unselected_fresh;
        report.unselected.stale += outcome.stale.len() as u64;
        report.unselected.missing += outcome.unselected_missing;
        report.unselected.refused += outcome.unselected_refused;
        report.renderings += outcome.writes.iter().filter(|write| write.rendered).count() as u64;
        for write in &outcome.writes {
            *report.reasons.entry(write.reason).or_default() += 1;
        }
        for code in &outcome.allowed {
            *report
                .allowed_warnings
                .entry((*code).to_owned())
                .or_default() += 1;
        }
        list("refused", &outcome.refused, &mut report.refused, listed)?;
        list("failed", &outcome.failed, &mut report.failed, listed)?;
        list("held", &outcome.held, &mut report.held, listed)?;
        list("stale", &outcome.stale, &mut report.stale, listed)
    }
}

/// Adds entries to a list of the report: the first ones in memory, all of them to the scratch
/// tables.
fn list<'e, T: Entry + Clone + 'e>(
    name: &'static str,
    entries: impl IntoIterator<Item = &'e T>,
    first: &mut Listed<T>,
    all: &mut Vec<ListEntry>,
) -> Result<(), RunError> {
    for entry in entries {
        first.add(entry);
        all.push(ListEntry::new(name, entry)?);
    }
    Ok(())
}
