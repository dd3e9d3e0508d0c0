//! What has been delivered: one row for each document, in `.raadspost/ledger.sqlite`.
//!
//! SQLite with a write-ahead log and full synchronisation, written by one connection on one thread
//! and read by one connection per worker. Anyone can open it with `sqlite3`.
//!
//! An *intent* says that a path may hold a file of ours of which no row tells: it is written before
//! a batch is published and goes with the batch's rows, so that after a crash such a file is not
//! taken for a stranger's.
//!
//! What must not grow in memory, the paths that this run keeps and the records of its packs, stands
//! in a second database that lives as long as the run (`scratch.sqlite`).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use raadspost_content::{Fingerprint, MailingPack, PackRecord};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::freshness::JobFingerprint;
use crate::path::STATE;
use crate::{Durability, OutputPath, RunError, SinkError};

/// The version of the tables below.
const VERSION: i64 = 1;

const TABLES: &str = "
    CREATE TABLE documents (
        path TEXT NOT NULL PRIMARY KEY,
        code TEXT NOT NULL,
        document TEXT NOT NULL,
        fingerprint BLOB NOT NULL,
        parts BLOB NOT NULL,
        sha256 BLOB NOT NULL,
        bytes INTEGER NOT NULL,
        pages INTEGER
    ) WITHOUT ROWID, STRICT;
    CREATE TABLE intents (path TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID, STRICT;
    CREATE TABLE runs (number INTEGER PRIMARY KEY AUTOINCREMENT) STRICT;
";

/// What the ledger says of one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LedgerRow {
    /// Digest of everything that decides the document.
    pub(crate) fingerprint: Vec<u8>,
    /// The beginnings of the digests of its parts.
    pub(crate) parts: Vec<u8>,
    /// Digest of the file.
    pub(crate) sha256: Vec<u8>,
    /// Size of the file.
    pub(crate) bytes: u64,
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
}

/// A delivered file that gets another path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Move {
    /// Where it is.
    pub(crate) from: OutputPath,
    /// Where it shall be.
    pub(crate) to: OutputPath,
}

/// What a delivered file is.
pub(crate) struct DeliveredSize {
    /// Its digest.
    pub(crate) sha256: Fingerprint,
    /// Its size.
    pub(crate) bytes: u64,
    /// Its pages, where the format has pages.
    pub(crate) pages: Option<u32>,
}

/// The writing side of the ledger.
pub(crate) struct Ledger {
    connection: Connection,
    scratch: PathBuf,
}

impl Ledger {
    /// Opens or makes the ledger of an output folder.
    ///
    /// # Errors
    /// Where the file is damaged, of a later version, or cannot be written.
    pub(crate) fn open(out: &Path, durability: Durability) -> Result<Self, RunError> {
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
        match version {
            0 => connection.execute_batch(&format!(
                "BEGIN; {TABLES} PRAGMA user_version = {VERSION}; COMMIT;"
            ))?,
            VERSION => {}
            _ => {
                return Err(RunError::LedgerVersion {
                    out: out.to_owned(),
                    version,
                });
            }
        }
        connection.execute("ATTACH ?1 AS scratch", [scratch.to_string_lossy()])?;
        // It is worth nothing after the run, so nothing is spent on its safety.
        connection.execute_batch(
            "PRAGMA scratch.journal_mode = OFF;
             PRAGMA scratch.synchronous = OFF;
             CREATE TABLE scratch.kept (path TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID, STRICT;
             CREATE TABLE scratch.packs (line INTEGER PRIMARY KEY, record TEXT NOT NULL) STRICT;
             CREATE TABLE scratch.mailing (line INTEGER NOT NULL, pack TEXT NOT NULL) STRICT;",
        )?;
        Ok(Self {
            connection,
            scratch,
        })
    }

    /// The number of a new run, one more than ever before.
    pub(crate) fn begin_run(&self) -> Result<i64, RunError> {
        self.connection
            .execute("INSERT INTO runs DEFAULT VALUES", [])?;
        let number = self.connection.last_insert_rowid();
        self.connection
            .execute("DELETE FROM runs WHERE number < ?1", [number])?;
        Ok(number)
    }

    /// Whether a path may hold a file of ours.
    pub(crate) fn knows(&self, path: &str) -> Result<bool, RunError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM documents WHERE path = ?1)
                 OR EXISTS (SELECT 1 FROM intents WHERE path = ?1)",
        )?;
        Ok(statement.query_row([path], |row| row.get(0))?)
    }

    /// Writes down which paths are about to be given to files.
    pub(crate) fn intend<'a>(
        &mut self,
        paths: impl Iterator<Item = &'a OutputPath>,
    ) -> Result<(), RunError> {
        let transaction = self.connection.transaction()?;
        {
            let mut insert =
                transaction.prepare_cached("INSERT OR IGNORE INTO intents VALUES (?1)")?;
            for path in paths {
                insert.execute([path.as_str()])?;
            }
        }
        Ok(transaction.commit()?)
    }

    /// Writes down what has been delivered and moved, durably. The intents of these paths go.
    pub(crate) fn record(
        &mut self,
        delivered: &[Delivered],
        moves: &[Move],
    ) -> Result<(), RunError> {
        let transaction = self.connection.transaction()?;
        {
            let mut insert = transaction.prepare_cached(
                "INSERT OR REPLACE INTO documents VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?;
            let mut copy = transaction.prepare_cached(
                "INSERT OR REPLACE INTO documents
                 SELECT ?2, code, document, fingerprint, parts, sha256, bytes, pages
                 FROM documents WHERE path = ?1",
            )?;
            let mut remove = transaction.prepare_cached("DELETE FROM documents WHERE path = ?1")?;
            let mut done = transaction.prepare_cached("DELETE FROM intents WHERE path = ?1")?;
            for row in delivered {
                insert.execute(params![
                    row.path.as_str(),
                    row.code,
                    row.document,
                    row.fingerprint.whole.0.as_slice(),
                    row.fingerprint.parts.as_slice(),
                    row.sha256.0.as_slice(),
                    integer(row.bytes),
                    row.pages,
                ])?;
                done.execute([row.path.as_str()])?;
            }
            for Move { from, to } in moves {
                copy.execute([from.as_str(), to.as_str()])?;
                remove.execute([from.as_str()])?;
                done.execute([to.as_str()])?;
            }
        }
        Ok(transaction.commit()?)
    }

    /// Remembers for this run that these paths are planned and there, and what became of packs.
    pub(crate) fn keep(
        &mut self,
        paths: &[OutputPath],
        packs: &[PackRecord],
    ) -> Result<(), RunError> {
        let transaction = self.connection.transaction()?;
        {
            let mut insert =
                transaction.prepare_cached("INSERT OR IGNORE INTO scratch.kept VALUES (?1)")?;
            for path in paths {
                insert.execute([path.as_str()])?;
            }
            let mut insert = transaction
                .prepare_cached("INSERT OR REPLACE INTO scratch.packs VALUES (?1, ?2)")?;
            for pack in packs {
                let record = serde_json::to_string(pack).map_err(unwritable)?;
                insert.execute(params![integer(pack.line), record])?;
            }
        }
        Ok(transaction.commit()?)
    }

    /// Calls back with the record of each pack of this run, in the order of the register.
    pub(crate) fn packs(
        &self,
        mut each: impl FnMut(PackRecord) -> Result<(), RunError>,
    ) -> Result<(), RunError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT record FROM scratch.packs ORDER BY line")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let text = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
            each(serde_json::from_str(text).map_err(unwritable)?)?;
        }
        Ok(())
    }

    /// Remembers for this run what print has to know of these packs.
    pub(crate) fn note_mailing(&mut self, packs: &[MailingPack]) -> Result<(), RunError> {
        let transaction = self.connection.transaction()?;
        {
            let mut insert =
                transaction.prepare_cached("INSERT INTO scratch.mailing VALUES (?1, ?2)")?;
            for pack in packs {
                let text = serde_json::to_string(pack)
                    .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
                insert.execute(params![integer(pack.line), text])?;
            }
        }
        Ok(transaction.commit()?)
    }

    /// Calls back with each pack of this run in the order of the register, with digest, size and
    /// pages of the documents that are delivered.
    pub(crate) fn mailing(
        &self,
        mut each: impl FnMut(&MailingPack) -> Result<(), RunError>,
    ) -> Result<(), RunError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT pack FROM scratch.mailing ORDER BY line, rowid")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let text = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
            let mut pack: MailingPack = serde_json::from_str(text).map_err(|error| {
                rusqlite::Error::FromSqlConversionFailure(0, Type::Text, error.into())
            })?;
            for document in &mut pack.documents {
                if let Some(delivered) = self.size(&document.path)? {
                    document.sha256 = delivered.sha256.to_string();
                    document.bytes = delivered.bytes;
                    document.pages = delivered.pages;
                }
            }
            each(&pack)?;
        }
        Ok(())
    }

    /// Digest, bytes and pages of a document.
    pub(crate) fn size(&self, path: &str) -> Result<Option<DeliveredSize>, RunError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT sha256, bytes, pages FROM documents WHERE path = ?1")?;
        let read = |row: &Row<'_>| {
            Ok(DeliveredSize {
                sha256: Fingerprint(row.get(0)?),
                bytes: natural(row.get(1)?),
                pages: row.get(2)?,
            })
        };
        Ok(statement.query_row([path], read).optional()?)
    }

    /// The first `limit` paths, in order, that may hold a file of ours and were not kept.
    pub(crate) fn unplanned(&self, limit: u32) -> Result<Vec<String>, RunError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT path FROM (SELECT path FROM documents UNION SELECT path FROM intents) AS known
             WHERE NOT EXISTS (SELECT 1 FROM scratch.kept WHERE kept.path = known.path)
             ORDER BY path LIMIT ?1",
        )?;
        let rows = statement.query_map([limit], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Forgets these paths.
    pub(crate) fn forget(&mut self, paths: &[String]) -> Result<(), RunError> {
        let transaction = self.connection.transaction()?;
        {
            let mut row = transaction.prepare_cached("DELETE FROM documents WHERE path = ?1")?;
            let mut intent = transaction.prepare_cached("DELETE FROM intents WHERE path = ?1")?;
            for path in paths {
                row.execute([path])?;
                intent.execute([path])?;
            }
        }
        Ok(transaction.commit()?)
    }

    /// Forgets all intents; for the end of a run, when each path is kept or moved aside.
    pub(crate) fn clear_intents(&self) -> Result<(), RunError> {
        self.connection.execute("DELETE FROM intents", [])?;
        Ok(())
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

/// The reading side of the ledger, one for each worker.
pub(crate) struct LedgerReader {
    connection: Connection,
}

impl LedgerReader {
    /// Opens the ledger that [`Ledger::open`] has made.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub(crate) fn open(out: &Path) -> Result<Self, RunError> {
        let connection = Connection::open(ledger_file(out))?;
        connection.busy_timeout(std::time::Duration::from_secs(10))?;
        connection.pragma_update(None, "query_only", true)?;
        Ok(Self { connection })
    }

    /// What is known of a path.
    pub(crate) fn row(&self, path: &OutputPath) -> Result<Option<LedgerRow>, RunError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT fingerprint, parts, sha256, bytes FROM documents WHERE path = ?1",
        )?;
        let read = |row: &Row<'_>| {
            Ok(LedgerRow {
                fingerprint: row.get(0)?,
                parts: row.get(1)?,
                sha256: row.get(2)?,
                bytes: natural(row.get(3)?),
            })
        };
        Ok(statement.query_row([path.as_str()], read).optional()?)
    }

    /// Whether a run that broke off may have put a file there of which no row tells.
    pub(crate) fn intended(&self, path: &OutputPath) -> Result<bool, RunError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM intents WHERE path = ?1)")?;
        Ok(statement.query_row([path.as_str()], |row| row.get(0))?)
    }
}

fn ledger_file(out: &Path) -> PathBuf {
    out.join(STATE).join("ledger.sqlite")
}

/// A record is plain data with names as keys: JSON takes all of it.
fn unwritable(error: serde_json::Error) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(Box::new(error))
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
    fn rows_intents_and_what_is_kept() {
        let out = tempfile::tempdir().unwrap();
        fs::create_dir(out.path().join(STATE)).unwrap();
        let mut ledger = Ledger::open(out.path(), Durability::Batch).unwrap();
        assert_eq!(ledger.begin_run().unwrap(), 1);
        assert_eq!(ledger.begin_run().unwrap(), 2);
        let rows = ["b/x", "a/x", "a-/x", "B/x"].map(delivered);
        ledger.intend(rows.iter().map(|row| &row.path)).unwrap();
        assert!(ledger.knows("a/x").unwrap());
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
        let reader = LedgerReader::open(out.path()).unwrap();
        assert_eq!(reader.row(&rows[0].path).unwrap(), None);
        assert_eq!(reader.row(&to).unwrap().unwrap().sha256, rows[0].sha256.0);

        ledger.keep(&[to, rows[1].path.clone()], &[]).unwrap();
        ledger
            .intend([OutputPath::new("z/x").unwrap()].iter())
            .unwrap();
        let unplanned = ledger.unplanned(10).unwrap();
        assert_eq!(unplanned, ["B/x", "a-/x", "z/x"]);
        ledger.forget(&unplanned).unwrap();
        assert!(ledger.unplanned(10).unwrap().is_empty());
        assert_eq!(paths(&ledger), ["a/x", "c/x"]);
        drop(reader);
        drop(ledger);
        assert!(!out.path().join(STATE).join("scratch.sqlite").exists());

        let ledger = Ledger::open(out.path(), Durability::None).unwrap();
        assert_eq!(paths(&ledger), ["a/x", "c/x"]);
        ledger
            .connection
            .pragma_update(None, "user_version", 99)
            .unwrap();
        drop(ledger);
        let later = Ledger::open(out.path(), Durability::Batch).err();
        assert!(matches!(
            later,
            Some(RunError::LedgerVersion { version: 99, .. })
        ));
    }
}
