//! The tables of the ledger, and migrations from older versions.

use std::path::Path;

use rusqlite::Connection;

use crate::error::RunError;
use crate::output::{Failpoint, Sink};

/// The version of the tables below.
pub(super) const VERSION: i64 = 2;

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

/// Tables new in version 2.
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

/// Columns of `documents` new in version 2; empty until a document is made again.
const COLUMNS: &str = "
    ALTER TABLE documents ADD COLUMN slots BLOB;
    ALTER TABLE documents ADD COLUMN modified INTEGER;
    ALTER TABLE documents ADD COLUMN inode INTEGER;
";

/// Creates missing tables and columns of this version.
///
/// # Errors
/// The file is of a later version, or cannot be written.
pub(super) fn migrate(
    connection: &Connection,
    out: &Path,
    sink: &dyn Sink,
) -> Result<(), RunError> {
    let missing = match version(connection)? {
        0 => TABLES,
        1 => COLUMNS,
        VERSION => return Ok(()),
        version => {
            let out = out.to_owned();
            return Err(RunError::LedgerVersion { out, version });
        }
    };
    sink.failpoint(Failpoint::Commit)?;
    connection.execute_batch(&format!(
        "BEGIN; {missing} {ADDED} PRAGMA user_version = {VERSION}; COMMIT;"
    ))?;
    Ok(sink.failpoint(Failpoint::Committed)?)
}

/// The schema version of a file; 0 for a new one.
pub(super) fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}
