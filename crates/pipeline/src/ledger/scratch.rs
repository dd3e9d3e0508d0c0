//! The records of this run's packs, in a second database that is deleted after the run, so that
//! they do not accumulate in memory.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use raadspost_run::names::{PACKS, REPORT};
use raadspost_run::{MailingPack, PackRecord, RecordCounts};
use rusqlite::{Connection, params};
use serde::Serialize;

use super::{Ledger, integer, natural};
use crate::error::RunError;
use crate::output::failed;
use crate::output::path::OutputPath;
use crate::report::Entry;

/// The lines of one pack in the records.
#[derive(Debug)]
pub(crate) struct PackLines {
    /// Number of its row in the register, from 1; the sort key of the records.
    pub(crate) row: u64,
    /// That of `packs.jsonl`.
    pub(crate) record: String,
    /// That of `mailing.jsonl`.
    pub(crate) mailing: String,
    /// Its contribution to the counts of the run.
    counts: RecordCounts,
}

impl PackLines {
    /// The lines of the pack of row `number`, from 1. They are formatted by the worker threads, and
    /// never parsed again by the run.
    ///
    /// # Errors
    /// Never: records are plain data with text keys, which JSON can always represent.
    pub(crate) fn new(
        row: u64,
        row_refused: bool,
        record: &PackRecord,
        mailing: &MailingPack,
    ) -> Result<Self, RunError> {
        let mut counts = RecordCounts {
            rows: 1,
            refused_rows: u64::from(row_refused),
            ..RecordCounts::default()
        };
        counts.add_pack(record);
        Ok(Self {
            row,
            record: line(record)?,
            mailing: line(mailing)?,
            counts,
        })
    }

    /// Adds its contribution to the counts of the run.
    pub(crate) fn add_to(&self, all: &mut RecordCounts) {
        all.add(&self.counts);
    }
}

fn line(record: &impl Serialize) -> Result<String, RunError> {
    let mut text = serde_json::to_string(record)
        .map_err(|error| failed("write", Path::new(PACKS), error.into()))?;
    text.push('\n');
    Ok(text)
}

/// An entry of a list of the report.
#[derive(Debug)]
pub(crate) struct ListEntry {
    list: &'static str,
    order: (u64, String),
    json: String,
}

impl ListEntry {
    /// An entry of the list with this key.
    ///
    /// # Errors
    /// Never: entries are plain data, which JSON can always represent.
    pub(crate) fn new(list: &'static str, entry: &impl Entry) -> Result<Self, RunError> {
        let json = serde_json::to_string(entry)
            .map_err(|error| failed("write", Path::new(REPORT), error.into()))?;
        Ok(Self {
            list,
            order: entry.order(),
            json,
        })
    }
}

/// The database, deleted on drop. It has its own connection: the path of an attached database is
/// more restricted than a folder name.
pub(super) struct Scratch {
    connection: Connection,
    // After the connection, which is closed first.
    _file: Removed,
}

/// A file deleted on drop.
struct Removed(PathBuf);

impl Drop for Removed {
    fn drop(&mut self) {
        // If this fails, the next run deletes it.
        let _ = fs::remove_file(&self.0);
    }
}

impl Scratch {
    /// Creates an empty database, replacing that of an earlier run.
    ///
    /// # Errors
    /// It cannot be created.
    pub(super) fn open(path: &Path) -> Result<Self, RunError> {
        match fs::remove_file(path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                return Err(failed("remove", path, source).into());
            }
            _ => {}
        }
        let connection = Connection::open(path)?;
        // It is worthless after the run, so no effort is spent on its safety.
        connection.execute_batch(
            "PRAGMA journal_mode = OFF;
             PRAGMA synchronous = OFF;
             CREATE TABLE packs (
                 row INTEGER PRIMARY KEY, record TEXT NOT NULL, mailing TEXT NOT NULL
             ) STRICT;
             CREATE TABLE lost (path TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID, STRICT;
             CREATE TABLE listed (
                 list TEXT NOT NULL, line INTEGER NOT NULL, name TEXT NOT NULL, entry TEXT NOT NULL
             ) STRICT;",
        )?;
        Ok(Self {
            connection,
            _file: Removed(path.to_owned()),
        })
    }
}

impl Ledger {
    /// Records for this run the results of packs, each register row once, entries of its report,
    /// and the paths of rows with lost files.
    pub(crate) fn keep(
        &mut self,
        packs: &[PackLines],
        listed: &[ListEntry],
        lost: &[OutputPath],
    ) -> Result<(), RunError> {
        if packs.is_empty() && listed.is_empty() && lost.is_empty() {
            return Ok(());
        }
        self.write_to(&self.scratch.connection, |writing| {
            let mut insert = writing.prepare("INSERT INTO packs VALUES (?1, ?2, ?3)")?;
            for pack in packs {
                let values = params![integer(pack.row), pack.record, pack.mailing];
                writing.row(&mut insert, values)?;
            }
            let mut insert = writing.prepare("INSERT INTO listed VALUES (?1, ?2, ?3, ?4)")?;
            for entry in listed {
                let (line, name) = &entry.order;
                writing.row(
                    &mut insert,
                    params![entry.list, integer(*line), name, entry.json],
                )?;
            }
            let mut insert = writing.prepare("INSERT OR IGNORE INTO lost VALUES (?1)")?;
            for path in lost {
                writing.row(&mut insert, [path.as_str()])?;
            }
            Ok(())
        })
    }

    /// Whether this run found any row with a lost file.
    pub(super) fn has_lost(&self) -> Result<bool, RunError> {
        let any = "SELECT EXISTS (SELECT 1 FROM lost)";
        Ok(self
            .scratch
            .connection
            .query_row(any, [], |row| row.get(0))?)
    }

    /// Whether this run found the file of a row lost.
    pub(super) fn is_lost(&self, path: &str) -> Result<bool, RunError> {
        let mut statement = self
            .scratch
            .connection
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM lost WHERE path = ?1)")?;
        Ok(statement.query_row([path], |row| row.get(0))?)
    }

    /// Calls back with each entry of a list of the report, as JSON, in order, until `each` fails.
    pub(crate) fn listed<E>(
        &self,
        list: &str,
        mut each: impl FnMut(&str) -> Result<(), E>,
    ) -> Result<Result<(), E>, RunError> {
        let mut statement = self.scratch.connection.prepare_cached(
            "SELECT entry FROM listed WHERE list = ?1 ORDER BY line, name, rowid",
        )?;
        let mut rows = statement.query([list])?;
        while let Some(row) = rows.next()? {
            let entry = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
            if let Err(error) = each(entry) {
                return Ok(Err(error));
            }
        }
        Ok(Ok(()))
    }

    /// Number of packs recorded in this run.
    pub(crate) fn kept(&self) -> Result<u64, RunError> {
        let count = "SELECT count(*) FROM packs";
        Ok(self
            .scratch
            .connection
            .query_row(count, [], |row| Ok(natural(row.get(0)?)))?)
    }

    /// Calls back with the record of each pack of this run, one JSON line each, in register order.
    pub(crate) fn records(
        &self,
        each: impl FnMut(&str) -> Result<(), RunError>,
    ) -> Result<(), RunError> {
        self.lines("SELECT record FROM packs ORDER BY row", each)
    }

    /// Calls back with the mailing record of each pack, one JSON line each, in register order.
    pub(crate) fn mailing(
        &self,
        each: impl FnMut(&str) -> Result<(), RunError>,
    ) -> Result<(), RunError> {
        self.lines("SELECT mailing FROM packs ORDER BY row", each)
    }

    fn lines(
        &self,
        sql: &str,
        mut each: impl FnMut(&str) -> Result<(), RunError>,
    ) -> Result<(), RunError> {
        let mut statement = self.scratch.connection.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            each(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?)?;
        }
        Ok(())
    }
}
