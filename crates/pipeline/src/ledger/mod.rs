//! What has been delivered: one row for each document, in `.raadspost/ledger.sqlite`.
//!
//! SQLite with a write-ahead log and full synchronisation, written by one connection on one thread
//! and read by one connection per worker. Anyone can open it with `sqlite3`.
//!
//! An *intent* says that a path may hold a file of ours of which no row tells: it is written before
//! a batch is published and goes with the batch's rows, so that after a crash such a file is not
//! taken for a stranger's.
//!
//! Beside the documents stand what tells later why one is out of date: the outline of each shape
//! (a digest for each block), what each renderer was made of, and for each municipality the values
//! that its documents show. A document's own row has 4 bytes for each of its slots.
//!
//! What must not grow in memory, the records of this run's packs, stands in a second database that
//! lives as long as the run (`scratch.sqlite`).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use raadspost_content::Fingerprint;
use rusqlite::{CachedStatement, Connection, Params, Row, Transaction, params};

use crate::freshness::JobFingerprint;
use crate::record::PackLines;
use crate::{Durability, OutputPath, RunError, Sink, SinkError, Stamp, Upkeep};
use raadspost_run::names::STATE;

mod known;
mod reader;

pub(crate) use known::KnownPaths;
pub use reader::export_ledger;
pub(crate) use reader::{DeliveredSize, LedgerReader, LedgerRow};

/// The version of the tables below.
const VERSION: i64 = 2;

const TABLES: &str = "
    CREATE TABLE documents (
        path TEXT NOT NULL PRIMARY KEY,
        code TEXT NOT NULL,
        document TEXT NOT NULL,
        fingerprint BLOB NOT NULL,
        parts BLOB NOT NULL,
        sha256 BLOB NOT NULL,
        bytes INTEGER NOT NULL,
        pages INTEGER,
        slots BLOB,
        modified INTEGER,
        inode INTEGER
    ) WITHOUT ROWID, STRICT;
    CREATE TABLE intents (path TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID, STRICT;
    CREATE TABLE runs (number INTEGER PRIMARY KEY AUTOINCREMENT) STRICT;
";

/// What version 2 has and version 1 had not.
const ADDED: &str = "
    CREATE TABLE shapes (
        part BLOB NOT NULL PRIMARY KEY,
        document TEXT NOT NULL,
        fields TEXT NOT NULL,
        outline TEXT NOT NULL
    ) WITHOUT ROWID, STRICT;
    CREATE TABLE renderers (
        part BLOB NOT NULL PRIMARY KEY,
        ingredients TEXT NOT NULL
    ) WITHOUT ROWID, STRICT;
    CREATE TABLE packs (
        code TEXT NOT NULL PRIMARY KEY,
        fields TEXT NOT NULL
    ) WITHOUT ROWID, STRICT;
";

/// From version 1: documents get the columns that they had not, empty until they are made again.
const COLUMNS: &str = "
    ALTER TABLE documents ADD COLUMN slots BLOB;
    ALTER TABLE documents ADD COLUMN modified INTEGER;
    ALTER TABLE documents ADD COLUMN inode INTEGER;
";

/// What is kept of a shape.
#[derive(Debug)]
pub(crate) struct ShapeNote {
    /// Its shortened fingerprint.
    pub(crate) part: Vec<u8>,
    /// The document's id.
    pub(crate) document: String,
    /// The names of its slots, as JSON.
    pub(crate) fields: String,
    /// Its outline, as JSON.
    pub(crate) outline: String,
}

/// A document that has been delivered.
#[derive(Debug)]
pub(crate) struct Delivered {
    /// Where.
    pub(crate) path: OutputPath,
    /// The municipality's code.
    pub(crate) code: String,
    /// The document's id.
    pub(crate) document: String,
    /// What it was made from.
    pub(crate) fingerprint: JobFingerprint,
    /// Digest of the file.
    pub(crate) sha256: Fingerprint,
    /// Size of the file.
    pub(crate) bytes: u64,
    /// Its pages, where the format has pages.
    pub(crate) pages: Option<u32>,
    /// Shortened digests of its slots.
    pub(crate) slots: Vec<u8>,
    /// What tells that the file is still this one.
    pub(crate) stamp: Option<Stamp>,
}

/// A delivered file that gets another path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Move {
    /// Where it is.
    pub(crate) from: OutputPath,
    /// Where it shall be.
    pub(crate) to: OutputPath,
}

/// The writing side of the ledger.
pub(crate) struct Ledger {
    connection: Connection,
    scratch: PathBuf,
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
        self.sink.upkeep(Upkeep::Row)?;
        statement.execute(values)?;
        Ok(())
    }

    fn commit(self) -> Result<(), RunError> {
        self.sink.upkeep(Upkeep::Commit)?;
        self.transaction.commit()?;
        Ok(self.sink.upkeep(Upkeep::Committed)?)
    }
}

impl Ledger {
    /// Opens or makes the ledger of an output folder.
    ///
    /// # Errors
    /// Where the file is damaged, of a later version, or cannot be written.
    pub(crate) fn open(
        out: &Path,
        durability: Durability,
        sink: Arc<dyn Sink>,
    ) -> Result<Self, RunError> {
        let scratch = out.join(STATE).join("scratch.sqlite");
        match fs::remove_file(&scratch) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                return Err(SinkError {
                    action: "remove",
                    path: scratch,
                    source,
                }
                .into());
            }
            _ => {}
        }
        let connection = Connection::open(ledger_file(out))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        let synchronous = if durability == Durability::None {
            "OFF"
        } else {
            "FULL"
        };
        connection.pragma_update(None, "synchronous", synchronous)?;
        connection.busy_timeout(std::time::Duration::from_secs(10))?;
        let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        let missing = match version {
            0 => Some(TABLES),
            1 => Some(COLUMNS),
            VERSION => None,
            _ => {
                return Err(RunError::LedgerVersion {
                    out: out.to_owned(),
                    version,
                });
            }
        };
        if let Some(missing) = missing {
            sink.upkeep(Upkeep::Commit)?;
            connection.execute_batch(&format!(
                "BEGIN; {missing} {ADDED} PRAGMA user_version = {VERSION}; COMMIT;"
            ))?;
            sink.upkeep(Upkeep::Committed)?;
        }
        connection.execute("ATTACH ?1 AS scratch", [scratch.to_string_lossy()])?;
        // It is worth nothing after the run, so nothing is spent on its safety.
        connection.execute_batch(
            "PRAGMA scratch.journal_mode = OFF;
             PRAGMA scratch.synchronous = OFF;
             CREATE TABLE scratch.packs (
                 row INTEGER PRIMARY KEY, record TEXT NOT NULL, mailing TEXT NOT NULL
             ) STRICT;",
        )?;
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
        let writing = Writing {
            transaction: self.connection.unchecked_transaction()?,
            sink: self.sink.as_ref(),
        };
        let done = work(&writing)?;
        writing.commit()?;
        Ok(done)
    }

    /// The number of a new run, one more than ever before.
    pub(crate) fn begin_run(&self) -> Result<i64, RunError> {
        self.write(|writing| {
            let mut insert = writing.prepare("INSERT INTO runs DEFAULT VALUES")?;
            writing.row(&mut insert, [])?;
            let number = self.connection.last_insert_rowid();
            let mut delete = writing.prepare("DELETE FROM runs WHERE number < ?1")?;
            writing.row(&mut delete, [number])?;
            Ok(number)
        })
    }

    /// Writes down which paths are about to be given to files.
    pub(crate) fn intend<'a>(
        &mut self,
        paths: impl Iterator<Item = &'a OutputPath>,
    ) -> Result<(), RunError> {
        self.write(|writing| {
            let mut insert = writing.prepare("INSERT OR IGNORE INTO intents VALUES (?1)")?;
            for path in paths {
                writing.row(&mut insert, [path.as_str()])?;
            }
            Ok(())
        })
    }

    /// Writes down what has been delivered and moved, durably. The intents of these paths go.
    pub(crate) fn record(
        &mut self,
        delivered: &[Delivered],
        moves: &[Move],
    ) -> Result<(), RunError> {
        self.write(|writing| {
            let mut insert = writing.prepare(
                "INSERT OR REPLACE INTO documents
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            )?;
            let mut copy = writing.prepare(
                "INSERT OR REPLACE INTO documents
                 SELECT ?2, code, document, fingerprint, parts, sha256, bytes, pages,
                        slots, modified, inode
                 FROM documents WHERE path = ?1",
            )?;
            let mut remove = writing.prepare("DELETE FROM documents WHERE path = ?1")?;
            let mut done = writing.prepare("DELETE FROM intents WHERE path = ?1")?;
            for row in delivered {
                let values = params![
                    row.path.as_str(),
                    row.code,
                    row.document,
                    row.fingerprint.whole.0.as_slice(),
                    row.fingerprint.parts.as_slice(),
                    row.sha256.0.as_slice(),
                    integer(row.bytes),
                    row.pages,
                    row.slots,
                    row.stamp.map(|stamp| stamp.modified),
                    row.stamp.map(|stamp| stamp.inode),
                ];
                writing.row(&mut insert, values)?;
                writing.row(&mut done, [row.path.as_str()])?;
            }
            for Move { from, to } in moves {
                writing.row(&mut copy, [from.as_str(), to.as_str()])?;
                writing.row(&mut remove, [from.as_str()])?;
                writing.row(&mut done, [to.as_str()])?;
            }
            Ok(())
        })
    }

    /// Writes down what tells later why a document is out of date, and new stamps of files that
    /// are as they were.
    pub(crate) fn note(
        &mut self,
        shapes: &[ShapeNote],
        fields: &[(String, String)],
        restamped: &[(OutputPath, Stamp)],
    ) -> Result<(), RunError> {
        if shapes.is_empty() && fields.is_empty() && restamped.is_empty() {
            return Ok(());
        }
        self.write(|writing| {
            let mut shape =
                writing.prepare("INSERT OR IGNORE INTO shapes VALUES (?1, ?2, ?3, ?4)")?;
            for note in shapes {
                let values = params![note.part, note.document, note.fields, note.outline];
                writing.row(&mut shape, values)?;
            }
            let mut pack = writing.prepare("INSERT OR REPLACE INTO packs VALUES (?1, ?2)")?;
            for (code, fields) in fields {
                writing.row(&mut pack, [code, fields])?;
            }
            let mut stamp = writing
                .prepare("UPDATE documents SET modified = ?2, inode = ?3 WHERE path = ?1")?;
            for (path, new) in restamped {
                writing.row(&mut stamp, params![path.as_str(), new.modified, new.inode])?;
            }
            Ok(())
        })
    }

    /// Writes down what a renderer is made of.
    pub(crate) fn note_renderer(&self, part: &[u8], ingredients: &str) -> Result<(), RunError> {
        self.write(|writing| {
            let mut insert = writing.prepare("INSERT OR REPLACE INTO renderers VALUES (?1, ?2)")?;
            writing.row(&mut insert, params![part, ingredients])
        })
    }

    /// How many files are delivered, and what they take on the disk, in whole blocks.
    pub(crate) fn disk_bytes(&self) -> Result<(u64, u64), RunError> {
        let sum = "SELECT count(*), coalesce(sum((bytes + 4095) / 4096 * 4096), 0) FROM documents";
        let read = |row: &Row<'_>| Ok((natural(row.get(0)?), natural(row.get(1)?)));
        Ok(self.connection.query_row(sum, [], read)?)
    }

    /// Remembers for this run what became of packs; each row of the register once.
    pub(crate) fn keep(&mut self, packs: &[PackLines]) -> Result<(), RunError> {
        if packs.is_empty() {
            return Ok(());
        }
        self.write(|writing| {
            let mut insert = writing.prepare("INSERT INTO scratch.packs VALUES (?1, ?2, ?3)")?;
            for pack in packs {
                let values = params![integer(pack.row), pack.record, pack.mailing];
                writing.row(&mut insert, values)?;
            }
            Ok(())
        })
    }

    /// How many packs this run remembers.
    pub(crate) fn kept(&self) -> Result<u64, RunError> {
        let count = "SELECT count(*) FROM scratch.packs";
        Ok(self
            .connection
            .query_row(count, [], |row| Ok(natural(row.get(0)?)))?)
    }

    /// Calls back with the record of each pack of this run, a line of JSON, in the order of the
    /// register.
    pub(crate) fn records(
        &self,
        each: impl FnMut(&str) -> Result<(), RunError>,
    ) -> Result<(), RunError> {
        self.lines("SELECT record FROM scratch.packs ORDER BY row", each)
    }

    /// Calls back with what print has to know of each pack, a line of JSON, in the order of the
    /// register.
    pub(crate) fn mailing(
        &self,
        each: impl FnMut(&str) -> Result<(), RunError>,
    ) -> Result<(), RunError> {
        self.lines("SELECT mailing FROM scratch.packs ORDER BY row", each)
    }

    fn lines(
        &self,
        sql: &str,
        mut each: impl FnMut(&str) -> Result<(), RunError>,
    ) -> Result<(), RunError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            each(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?)?;
        }
        Ok(())
    }

    /// The first `limit` paths behind this one, in order, that earlier runs may have given to files
    /// and this run has not kept.
    pub(crate) fn unplanned(
        &self,
        known: &KnownPaths,
        behind: &str,
        limit: usize,
    ) -> Result<Vec<String>, RunError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT path FROM documents WHERE path > ?1
             UNION SELECT path FROM intents WHERE path > ?1 ORDER BY path",
        )?;
        let mut rows = statement.query([behind])?;
        let mut unplanned = Vec::new();
        while unplanned.len() < limit
            && let Some(row) = rows.next()?
        {
            let path = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
            if known.is_left(path) {
                unplanned.push(path.to_owned());
            }
        }
        Ok(unplanned)
    }

    /// Forgets these paths.
    pub(crate) fn forget(&mut self, paths: &[String]) -> Result<(), RunError> {
        self.write(|writing| {
            let mut row = writing.prepare("DELETE FROM documents WHERE path = ?1")?;
            let mut intent = writing.prepare("DELETE FROM intents WHERE path = ?1")?;
            for path in paths {
                writing.row(&mut row, [path])?;
                writing.row(&mut intent, [path])?;
            }
            Ok(())
        })
    }

    /// Forgets all intents; for the end of a run, when each path is kept or moved aside.
    pub(crate) fn clear_intents(&self) -> Result<(), RunError> {
        self.write(|writing| {
            let mut delete = writing.prepare("DELETE FROM intents")?;
            writing.row(&mut delete, [])
        })
    }

    /// Calls back with path, SHA-256, bytes and pages of each document, by the bytes of the path.
    pub(crate) fn documents(
        &self,
        mut each: impl FnMut(&str, Fingerprint, u64, u64) -> Result<(), RunError>,
    ) -> Result<(), RunError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT path, sha256, bytes, pages FROM documents ORDER BY path COLLATE BINARY",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let path = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
            let sha256 = Fingerprint(row.get(1)?);
            let pages: Option<i64> = row.get(3)?;
            each(
                path,
                sha256,
                natural(row.get(2)?),
                natural(pages.unwrap_or(0)),
            )?;
        }
        Ok(())
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        // Where this fails, the next run removes them.
        let _ = self.connection.execute_batch("DETACH scratch");
        let _ = fs::remove_file(&self.scratch);
    }
}

fn ledger_file(out: &Path) -> PathBuf {
    out.join(STATE).join("ledger.sqlite")
}

// SQLite's integers have a sign; no file and no count comes near the limit.
fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn natural(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use raadspost_content::Format;

    fn open(out: &Path, durability: Durability) -> Result<Ledger, RunError> {
        let sink = crate::DirectorySink::open(out, durability)?;
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
        ledger.record(&[delivered("b/x")], &[]).unwrap();
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
        ledger.record(&rows, &[]).unwrap();
        assert_eq!(paths(&ledger), ["B/x", "a-/x", "a/x", "b/x"]);

        let to = OutputPath::new("c/x").unwrap();
        ledger
            .record(
                &[],
                &[Move {
                    from: rows[0].path.clone(),
                    to: to.clone(),
                }],
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
        // Folders that stand before and behind it in order are others.
        assert_eq!(below("a"), ["a/x"]);
        assert_eq!(below("b"), Vec::<String>::new());

        ledger
            .intend([OutputPath::new("z/x").unwrap()].iter())
            .unwrap();
        let mut known = reader.known_paths().unwrap();
        known.keep(&to);
        known.keep(&rows[1].path);
        // What this run has added is not looked for among what earlier ones left.
        ledger.record(&[delivered("new/x")], &[]).unwrap();
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
        assert!(!out.path().join(STATE).join("scratch.sqlite").exists());

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
