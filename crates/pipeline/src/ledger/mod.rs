//! The ledger of delivered documents: one row per document in `.raadspost/ledger.sqlite`.
//!
//! SQLite with a write-ahead log and full synchronisation, written by one connection on one thread
//! and read by one connection per worker. It can be opened with `sqlite3`.
//!
//! An *intent* records that a path may contain one of our files without a row: it is written before
//! a batch is published and removed with the batch's rows, so that after a crash such a file does
//! not count as foreign.
//!
//! Other tables record why a document is out of date: the outline of each shape (a digest for each
//! block), the components of each renderer, and for each municipality the values that its documents
//! show. A document's own row has 4 bytes for each of its slots.
//!
//! The records of this run's packs must not accumulate in memory; they are in a second database
//! that is deleted after the run (`scratch.sqlite`).

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{CachedStatement, Connection, Params, Transaction};

use crate::error::RunError;
use crate::options::Durability;
use crate::output::{Failpoint, Sink};
use raadspost_run::names::{LEDGER, SCRATCH, STATE};

mod known;
mod read;
mod schema;
mod scratch;
mod write;

pub(crate) use known::KnownPaths;
pub use read::export_ledger;
pub(crate) use read::{DeliveredSize, LedgerReader, LedgerRow};
use scratch::Scratch;
pub(crate) use scratch::{ListEntry, PackLines};
pub(crate) use write::{Delivered, Move, Notes, ShapeNote};

/// Maximum time that one connection waits for another.
const WAIT: Duration = Duration::from_secs(10);

/// The writing connection of the ledger.
pub(crate) struct Ledger {
    connection: Connection,
    scratch: Scratch,
    /// Asked before each change.
    sink: Arc<dyn Sink>,
}

/// A transaction of the ledger.
struct Writing<'a> {
    transaction: Transaction<'a>,
    sink: &'a dyn Sink,
}

impl<'a> Writing<'a> {
    fn prepare(&self, sql: &str) -> Result<CachedStatement<'_>, RunError> {
        Ok(self.transaction.prepare_cached(sql)?)
    }

    /// Writes a row.
    fn row(
        &self,
        statement: &mut CachedStatement<'_>,
        values: impl Params,
    ) -> Result<(), RunError> {
        self.sink.failpoint(Failpoint::Row)?;
        statement.execute(values)?;
        Ok(())
    }

    fn commit(self) -> Result<(), RunError> {
        self.sink.failpoint(Failpoint::Commit)?;
        self.transaction.commit()?;
        Ok(self.sink.failpoint(Failpoint::Committed)?)
    }
}

impl Ledger {
    /// Opens the ledger of an output folder, and creates it if necessary.
    ///
    /// # Errors
    /// The file is damaged, of a later version, or cannot be written.
    pub(crate) fn open(
        out: &Path,
        durability: Durability,
        sink: Arc<dyn Sink>,
    ) -> Result<Self, RunError> {
        let connection = Connection::open(ledger_file(out))?;
        // On file systems without shared memory, SQLite uses its rollback journal, which is as safe
        // but slower.
        connection.pragma_update(None, "journal_mode", "WAL")?;
        let synchronous = if durability == Durability::None {
            "OFF"
        } else {
            "FULL"
        };
        connection.pragma_update(None, "synchronous", synchronous)?;
        connection.busy_timeout(WAIT)?;
        schema::migrate(&connection, out, sink.as_ref())?;
        let scratch = Scratch::open(&out.join(STATE).join(SCRATCH))?;
        Ok(Self {
            connection,
            scratch,
            sink,
        })
    }

    fn write<T>(
        &self,
        work: impl FnOnce(&Writing<'_>) -> Result<T, RunError>,
    ) -> Result<T, RunError> {
        self.write_to(&self.connection, work)
    }

    fn write_to<T>(
        &self,
        connection: &Connection,
        work: impl FnOnce(&Writing<'_>) -> Result<T, RunError>,
    ) -> Result<T, RunError> {
        let writing = Writing {
            transaction: connection.unchecked_transaction()?,
            sink: self.sink.as_ref(),
        };
        let done = work(&writing)?;
        writing.commit()?;
        Ok(done)
    }
}

fn ledger_file(out: &Path) -> PathBuf {
    out.join(STATE).join(LEDGER)
}

// SQLite's integers are signed; no file size or count comes near the limit.
fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn natural(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use raadspost_content::{Fingerprint, Format};

    use std::fs;

    use super::*;
    use crate::freshness::JobFingerprint;
    use crate::output::path::OutputPath;

    fn open(out: &Path, durability: Durability) -> Result<Ledger, RunError> {
        let sink = crate::output::directory::DirectorySink::open(out, durability)?;
        Ledger::open(out, durability, Arc::new(sink))
    }

    fn delivered(path: &str) -> Delivered {
        let print = Fingerprint::of(path.as_bytes());
        Delivered {
            path: OutputPath::new(path).unwrap(),
            code: "X".into(),
            document: "brief".into(),
            fingerprint: JobFingerprint::new(Format::Pdf, print, print, print, print),
            sha256: print,
            bytes: 7,
            pages: Some(2),
            slots: vec![1, 2, 3, 4],
            stamp: None,
        }
    }

    fn paths(ledger: &Ledger) -> Vec<String> {
        let mut paths = Vec::new();
        ledger
            .documents(|path, _, bytes, pages| {
                assert_eq!((bytes, pages), (7, 2));
                paths.push(path.to_owned());
                Ok(())
            })
            .unwrap();
        paths
    }

    #[test]
    fn a_ledger_of_version_1_gets_what_it_had_not() {
        let out = tempfile::tempdir().unwrap();
        fs::create_dir(out.path().join(STATE)).unwrap();
        let old = Connection::open(ledger_file(out.path())).unwrap();
        old.execute_batch(
            "CREATE TABLE documents (path TEXT NOT NULL PRIMARY KEY, code TEXT NOT NULL,
                 document TEXT NOT NULL, fingerprint BLOB NOT NULL, parts BLOB NOT NULL,
                 sha256 BLOB NOT NULL, bytes INTEGER NOT NULL, pages INTEGER) WITHOUT ROWID, STRICT;
             CREATE TABLE intents (path TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID, STRICT;
             CREATE TABLE runs (number INTEGER PRIMARY KEY AUTOINCREMENT) STRICT;
             INSERT INTO documents VALUES ('a/x', 'X', 'brief', zeroblob(32), zeroblob(32),
                 zeroblob(32), 7, 2);
             PRAGMA user_version = 1;",
        )
        .unwrap();
        drop(old);
        let mut ledger = open(out.path(), Durability::None).unwrap();
        let reader = LedgerReader::open_finished(out.path()).unwrap();
        let row = reader
            .row(&OutputPath::new("a/x").unwrap())
            .unwrap()
            .unwrap();
        assert_eq!((row.bytes, row.slots, row.stamp), (7, Vec::new(), None));
        let notes = Notes::default();
        ledger.record(&[delivered("b/x")], &[], &notes).unwrap();
        let row = reader
            .row(&OutputPath::new("b/x").unwrap())
            .unwrap()
            .unwrap();
        assert_eq!(row.slots, [1, 2, 3, 4]);
    }

    #[test]
    fn rows_intents_and_what_is_kept() {
        let out = tempfile::tempdir().unwrap();
        fs::create_dir(out.path().join(STATE)).unwrap();
        let mut ledger = open(out.path(), Durability::Batch).unwrap();
        assert_eq!(ledger.begin_run().unwrap(), 1);
        assert_eq!(ledger.begin_run().unwrap(), 2);
        let rows = ["b/x", "a/x", "a-/x", "B/x"].map(delivered);
        ledger.intend(rows.iter().map(|row| &row.path)).unwrap();
        let reader = LedgerReader::open(out.path()).unwrap();
        let known = reader.known_paths().unwrap();
        assert_eq!(
            ["a/x", "B/x", "c/x"].map(|path| known.has(path)),
            [true, true, false]
        );
        assert!(paths(&ledger).is_empty());
        let notes = Notes::default();
        ledger.record(&rows, &[], &notes).unwrap();
        assert_eq!(paths(&ledger), ["B/x", "a-/x", "a/x", "b/x"]);

        let to = OutputPath::new("c/x").unwrap();
        ledger
            .record(
                &[],
                &[Move {
                    from: rows[0].path.clone(),
                    to: to.clone(),
                }],
                &notes,
            )
            .unwrap();
        assert_eq!(paths(&ledger), ["B/x", "a-/x", "a/x", "c/x"]);
        assert_eq!(reader.row(&rows[0].path).unwrap(), None);
        assert_eq!(reader.row(&to).unwrap().unwrap().sha256, rows[0].sha256);

        let below = |folder: &str| {
            let mut paths: Vec<_> = reader.rows_below(folder).unwrap().into_keys().collect();
            paths.sort();
            paths
        };
        // Folders that sort before and after it are others.
        assert_eq!(below("a"), ["a/x"]);
        assert_eq!(below("b"), Vec::<String>::new());

        ledger
            .intend([OutputPath::new("z/x").unwrap()].iter())
            .unwrap();
        let mut known = reader.known_paths().unwrap();
        known.keep(&to);
        known.keep(&rows[1].path);
        // Paths added by this run are not among those of earlier ones.
        ledger.record(&[delivered("new/x")], &[], &notes).unwrap();
        let unplanned =
            |ledger: &Ledger, behind, limit| ledger.unplanned(&known, behind, limit).unwrap();
        let all = unplanned(&ledger, "", 10);
        assert_eq!(all, ["B/x", "a-/x", "z/x"]);
        assert_eq!(unplanned(&ledger, "", 2), ["B/x", "a-/x"]);
        assert_eq!(unplanned(&ledger, "a-/x", 2), ["z/x"]);
        ledger.forget(&all).unwrap();
        ledger.forget(&["new/x".to_owned()]).unwrap();
        assert!(unplanned(&ledger, "", 10).is_empty());
        assert_eq!(paths(&ledger), ["a/x", "c/x"]);
        drop(reader);
        drop(ledger);
        assert!(!out.path().join(STATE).join(SCRATCH).exists());

        let ledger = open(out.path(), Durability::None).unwrap();
        assert_eq!(paths(&ledger), ["a/x", "c/x"]);
        ledger
            .connection
            .pragma_update(None, "user_version", 99)
            .unwrap();
        drop(ledger);
        let later = open(out.path(), Durability::Batch).err();
        assert!(matches!(
            later,
            Some(RunError::LedgerVersion { version: 99, .. })
        ));
    }
}
