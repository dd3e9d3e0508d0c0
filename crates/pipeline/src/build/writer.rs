//! The one thread that delivers. It takes parcels in any order and commits them in batches:
//! take the files in, flush them, write down what is intended, give the files their paths, flush
//! the folders, write the rows. So no row exists before its file is durable, and a crash costs at
//! most the batch in flight.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use raadspost_content::Fingerprint;
use raadspost_run::RecordCounts;

use crate::build::outcome::{Parcel, Put};
use crate::build::superseded::{aside, set_aside};
use crate::error::RunError;
use crate::ledger::PackLines;
use crate::ledger::{Delivered, KnownPaths, Ledger, ListEntry, Move, ShapeNote};
use crate::options::Durability;
use crate::output::path::OutputPath;
use crate::output::{Like, PutMode, Sink, Staged, Stamp};
use crate::report::{Entry, Listed, Report};

/// A batch has at most so many files…
const BATCH_FILES: usize = 512;
/// …and about so many bytes…
const BATCH_BYTES: usize = 32 * 1024 * 1024;
/// …and so many packs, with what the records say of them…
const BATCH_PACKS: usize = 1024;
/// …and does not wait longer than this.
const BATCH_TIME: Duration = Duration::from_secs(1);

/// How many delivered files are remembered for others to share their bytes with.
const SHARED: usize = 4096;

/// Delivers parcels and counts what was done.
pub(crate) struct Writer<'a> {
    sink: &'a dyn Sink,
    ledger: &'a mut Ledger,
    known: &'a mut KnownPaths,
    durability: Durability,
    run: i64,
    report: Report,
    puts: Vec<Put>,
    moves: Vec<Move>,
    packs: Vec<PackLines>,
    listed: Vec<ListEntry>,
    lost: Vec<OutputPath>,
    counts: RecordCounts,
    shapes: Vec<ShapeNote>,
    fields: Vec<(String, String)>,
    restamped: Vec<(OutputPath, Stamp)>,
    /// Delivered files that others may share their bytes with, by their digest.
    shared: HashMap<Fingerprint, (OutputPath, Stamp)>,
    bytes: usize,
}

impl<'a> Writer<'a> {
    /// A writer for the run with this number.
    pub(crate) fn new(
        sink: &'a dyn Sink,
        ledger: &'a mut Ledger,
        known: &'a mut KnownPaths,
        durability: Durability,
        run: i64,
    ) -> Self {
        Self {
            sink,
            ledger,
            known,
            durability,
            run,
            report: Report {
                version: 1,
                ..Report::default()
            },
            puts: Vec::new(),
            moves: Vec::new(),
            packs: Vec::new(),
            listed: Vec::new(),
            lost: Vec::new(),
            counts: RecordCounts::default(),
            shapes: Vec::new(),
            fields: Vec::new(),
            restamped: Vec::new(),
            shared: HashMap::new(),
            bytes: 0,
        }
    }

    /// Delivers until no more parcels come. Gives the report of what was done, and the counts of
    /// its records.
    ///
    /// # Errors
    /// What the machine did wrong; everything committed before stays.
    #[expect(
        clippy::disallowed_methods,
        reason = "the clock decides when a batch is flushed, and nothing that is written"
    )]
    pub(crate) fn work(
        mut self,
        parcels: &Receiver<Vec<Parcel>>,
    ) -> Result<(Report, RecordCounts), RunError> {
        let mut deadline = None;
        loop {
            let now = Instant::now();
            let wait = deadline.map_or(BATCH_TIME, |at: Instant| at.saturating_duration_since(now));
            match parcels.recv_timeout(wait) {
                Ok(parcels) => {
                    parcels
                        .into_iter()
                        .try_for_each(|parcel| self.take(parcel))?;
                    deadline = deadline.or(Some(now + BATCH_TIME));
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            let full = self.puts.len() + self.moves.len() >= BATCH_FILES
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

    fn take(&mut self, parcel: Parcel) -> Result<(), RunError> {
        self.count(&parcel)?;
        // The ledger keeps the row of a lost file, so that the next run knows of the loss too.
        let planned = parcel.kept.iter().chain(&parcel.lost);
        planned.for_each(|path| self.known.keep(path));
        self.lost.extend(parcel.lost);
        if let Some(lines) = parcel.lines {
            lines.add_to(&mut self.counts);
            self.packs.push(lines);
        }
        self.shapes.extend(parcel.shapes);
        self.fields.extend(parcel.fields);
        if self.durability != Durability::None {
            self.restamped.extend(parcel.restamped);
        }
        for put in parcel.puts {
            self.bytes += put.bytes.len();
            self.puts.push(put);
            if self.durability == Durability::Each {
                self.commit()?;
            }
        }
        for one in parcel.moves {
            self.moves.push(one);
            if self.durability == Durability::Each {
                self.commit()?;
            }
        }
        Ok(())
    }

    fn commit(&mut self) -> Result<(), RunError> {
        self.bytes = 0;
        let puts = std::mem::take(&mut self.puts);
        let moves = std::mem::take(&mut self.moves);
        if !puts.is_empty() || !moves.is_empty() {
            self.deliver(puts, &moves)?;
        }
        let shapes = std::mem::take(&mut self.shapes);
        let fields = std::mem::take(&mut self.fields);
        let restamped = std::mem::take(&mut self.restamped);
        self.ledger.note(&shapes, &fields, &restamped)?;
        let packs = std::mem::take(&mut self.packs);
        let listed = std::mem::take(&mut self.listed);
        let lost = std::mem::take(&mut self.lost);
        self.ledger.keep(&packs, &listed, &lost)
    }

    fn deliver(&mut self, puts: Vec<Put>, moves: &[Move]) -> Result<(), RunError> {
        let staged = self.stage(&puts)?;
        self.sink.flush(&staged)?;

        let targets = puts.iter().map(|put| &put.row.path);
        self.ledger
            .intend(targets.chain(moves.iter().map(|one| &one.to)))?;

        let mut settled = Vec::new();
        for path in puts.iter().filter_map(|put| put.changed.as_ref()) {
            if let Some(superseded) = set_aside(self.sink, self.run, path)? {
                self.report.superseded.add(&superseded);
                self.listed.push(ListEntry::new("superseded", &superseded)?);
                settled.extend(aside(self.run, path));
            }
        }
        let mut rows: Vec<Delivered> = Vec::with_capacity(puts.len());
        for (put, staged) in puts.into_iter().zip(staged) {
            self.sink
                .publish(staged, &put.row.path, PutMode::Overwrite)?;
            let mut row = put.row;
            let stamp = self.sink.stamp(&row.path)?;
            // What was not flushed may be lost behind a right size and time: the next run hashes it.
            row.stamp = stamp.filter(|_| self.durability != Durability::None);
            if let (true, Some(stamp)) = (put.is_repeated, stamp) {
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
            .chain(&settled)
            .collect();
        self.sink.settle(&paths)?;
        self.ledger.record(&rows, moves)
    }

    /// Takes the files in; those that are equal to another share its bytes where the place can.
    fn stage(&mut self, puts: &[Put]) -> Result<Vec<Staged>, RunError> {
        let mut staged: Vec<Staged> = Vec::with_capacity(puts.len());
        let mut here: HashMap<Fingerprint, usize> = HashMap::new();
        for put in puts {
            let digest = put.row.sha256;
            let mut like = None;
            if put.is_repeated {
                like = match (here.get(&digest), self.shared.get(&digest)) {
                    (Some(at), _) => self.sink.stage_like(Like::Staged(&staged[*at]))?,
                    // Somebody may have changed it since.
                    (None, Some((path, stamp))) if self.sink.stamp(path)? == Some(*stamp) => {
                        self.sink.stage_like(Like::Delivered(path))?
                    }
                    (None, _) => None,
                };
                self.report.shared += u64::from(like.is_some());
            }
            let one = match like {
                Some(one) => one,
                None => self.sink.stage(&put.bytes)?,
            };
            if put.is_repeated {
                here.insert(digest, staged.len());
            }
            staged.push(one);
        }
        Ok(staged)
    }

    fn count(&mut self, parcel: &Parcel) -> Result<(), RunError> {
        let (report, listed) = (&mut self.report, &mut self.listed);
        report.packs.total += 1;
        if parcel.held.is_some() {
            report.packs.held += 1;
        } else if parcel.is_complete() {
            report.packs.complete += 1;
        } else {
            report.packs.incomplete += 1;
        }
        let files = |fault: &crate::report::Fault| fault.files.len() as u64;
        report.documents.made += parcel.puts.len() as u64;
        report.documents.fresh += parcel.fresh;
        report.documents.refused += parcel.refused.iter().map(files).sum::<u64>();
        report.documents.failed += parcel.failed.iter().map(files).sum::<u64>();
        report.unselected.fresh += parcel.unselected_fresh;
        report.unselected.stale += parcel.stale.len() as u64;
        report.unselected.missing += parcel.unselected_missing;
        report.unselected.refused += parcel.unselected_refused;
        report.renderings += parcel.puts.iter().filter(|put| put.rendered).count() as u64;
        for put in &parcel.puts {
            *report.reasons.entry(put.reason).or_default() += 1;
        }
        for code in &parcel.allowed {
            *report
                .allowed_warnings
                .entry((*code).to_owned())
                .or_default() += 1;
        }
        list("refused", &parcel.refused, &mut report.refused, listed)?;
        list("failed", &parcel.failed, &mut report.failed, listed)?;
        list("held", &parcel.held, &mut report.held, listed)?;
        list("stale", &parcel.stale, &mut report.stale, listed)
    }
}

/// Adds entries to a list of the report: the first to what the caller gets, all to what is written.
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
