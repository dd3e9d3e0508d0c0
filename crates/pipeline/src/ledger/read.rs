//! The reading connections of the ledger.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use raadspost_content::Fingerprint;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, Row};

use super::schema::{VERSION, version};
use super::{KnownPaths, WAIT, ledger_file, natural};
use crate::error::RunError;
use crate::output::SinkError;
use crate::output::path::OutputPath;

/// The ledger's row of one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LedgerRow {
    /// Digest of everything that determines the document.
    pub(crate) fingerprint: Vec<u8>,
    /// Shortened digests of its parts.
    pub(crate) parts: Vec<u8>,
    /// Digest of the file.
    pub(crate) sha256: Fingerprint,
    /// Size of the file.
    pub(crate) bytes: u64,
    /// Number of pages, if the format has pages.
    pub(crate) pages: Option<u32>,
    /// Shortened digests of its slots; empty if they were not recorded.
    pub(crate) slots: Vec<u8>,
    /// Modification time and inode of the file as delivered.
    pub(crate) stamp: Option<(i64, i64)>,
}

/// Digest and size of a delivered file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DeliveredSize {
    /// Its digest.
    pub(crate) sha256: Fingerprint,
    /// Its size.
    pub(crate) bytes: u64,
    /// Number of pages, if the format has pages.
    pub(crate) pages: Option<u32>,
}

impl LedgerRow {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let modified: Option<i64> = row.get(5)?;
        Ok(Self {
            fingerprint: row.get(0)?,
            parts: row.get(1)?,
            sha256: Fingerprint(row.get(2)?),
            bytes: natural(row.get(3)?),
            pages: row.get(7)?,
            slots: row.get::<_, Option<Vec<u8>>>(4)?.unwrap_or_default(),
            stamp: modified.zip(row.get(6)?),
        })
    }

    /// Digest and size of the file.
    pub(crate) fn size(&self) -> DeliveredSize {
        DeliveredSize {
            sha256: self.sha256,
            bytes: self.bytes,
            pages: self.pages,
        }
    }
}

/// A reading connection of the ledger, one for each worker.
pub(crate) struct LedgerReader {
    connection: Connection,
}

impl LedgerReader {
    /// Opens the ledger created by [`Ledger::open`].
    ///
    /// # Errors
    /// It cannot be read.
    pub(crate) fn open(out: &Path) -> Result<Self, RunError> {
        Self::existing(&ledger_file(out))
    }

    /// Runs several queries under one lock of the file. Must be short: the log cannot be truncated
    /// meanwhile.
    pub(crate) fn reading<T>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, RunError>,
    ) -> Result<T, RunError> {
        let transaction = self.connection.unchecked_transaction()?;
        let done = work(self);
        transaction.rollback()?;
        done
    }

    /// The paths that may contain our files. One pass takes half the time of a query for each file.
    pub(crate) fn known_paths(&self) -> Result<KnownPaths, RunError> {
        let mut statement = self
            .connection
            .prepare("SELECT path FROM documents UNION ALL SELECT path FROM intents")?;
        let mut rows = statement.query([])?;
        let mut digests = Vec::new();
        while let Some(row) = rows.next()? {
            let path = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
            digests.push(KnownPaths::digest(path));
        }
        Ok(KnownPaths::new(digests))
    }

    /// Opens the ledger of a finished run, or of one in another process. Nothing is created or
    /// changed, so the folder may be on a read-only medium.
    ///
    /// # Errors
    /// It does not exist, has another version, or cannot be read.
    pub(crate) fn open_finished(out: &Path) -> Result<Self, RunError> {
        let file = ledger_file(out);
        if !file.is_file() {
            return Err(RunError::NoRun(out.to_owned()));
        }
        let reader = Self::existing(&file)?;
        let (reader, version) = match version(&reader.connection) {
            // A shared log requires writing next to it. On read-only media, open the file alone if
            // no log contains further changes.
            Err(error) if is_unwritable(&error) && !has_log(&file) => {
                let reader = Self::immutable(&file)?;
                let version = version(&reader.connection)?;
                (reader, version)
            }
            version => (reader, version?),
        };
        if version == VERSION {
            Ok(reader)
        } else {
            let out = out.to_owned();
            Err(RunError::LedgerVersion { out, version })
        }
    }

    fn existing(file: &Path) -> Result<Self, RunError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(file, flags)?;
        connection.busy_timeout(WAIT)?;
        connection.pragma_update(None, "query_only", true)?;
        Ok(Self { connection })
    }

    /// A file that nobody changes.
    fn immutable(file: &Path) -> Result<Self, RunError> {
        let path = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
        let mut uri = "file:".to_owned();
        for byte in path.as_os_str().as_encoded_bytes() {
            match byte {
                b'/' | b'.' | b'-' | b'_' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => {
                    uri.push(char::from(*byte));
                }
                _ => uri.push_str(&format!("%{byte:02X}")),
            }
        }
        uri.push_str("?immutable=1");
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_URI;
        let connection = Connection::open_with_flags(uri, flags)?;
        Ok(Self { connection })
    }

    /// The row of a path.
    pub(crate) fn row(&self, path: &OutputPath) -> Result<Option<LedgerRow>, RunError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT fingerprint, parts, sha256, bytes, slots, modified, inode, pages
             FROM documents WHERE path = ?1",
        )?;
        let row = statement.query_row([path.as_str()], LedgerRow::read);
        Ok(row.optional()?)
    }

    /// The rows of a folder by path. One query takes a third of the time of a query for each
    /// document.
    pub(crate) fn rows_below(&self, folder: &str) -> Result<HashMap<String, LedgerRow>, RunError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT fingerprint, parts, sha256, bytes, slots, modified, inode, pages, path
             FROM documents WHERE path > ?1 || '/' AND path < ?1 || '0'",
        )?;
        let read = |row: &Row<'_>| Ok((row.get(8)?, LedgerRow::read(row)?));
        let rows = statement.query_map([folder], read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Whether an interrupted run may have left a file there without a row.
    pub(crate) fn intended(&self, path: &OutputPath) -> Result<bool, RunError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM intents WHERE path = ?1)")?;
        Ok(statement.query_row([path.as_str()], |row| row.get(0))?)
    }

    /// The expressions of the slots, and the outline of a shape, both as JSON.
    pub(crate) fn shape(&self, part: &[u8]) -> Result<Option<(String, String)>, RunError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT fields, outline FROM shapes WHERE part = ?1")?;
        let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
        Ok(statement.query_row([part], read).optional()?)
    }

    /// The components of a renderer, as JSON.
    pub(crate) fn renderer(&self, part: &[u8]) -> Result<Option<String>, RunError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT ingredients FROM renderers WHERE part = ?1")?;
        Ok(statement.query_row([part], |row| row.get(0)).optional()?)
    }

    /// The register values shown in the documents of a municipality, as JSON.
    pub(crate) fn fields(&self, code: &str) -> Result<Option<String>, RunError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT fields FROM packs WHERE code = ?1")?;
        Ok(statement.query_row([code], |row| row.get(0)).optional()?)
    }

    /// Calls back with each row in path order.
    pub(crate) fn each(
        &self,
        mut each: impl FnMut(&LedgerLine<'_>) -> Result<(), RunError>,
    ) -> Result<(), RunError> {
        let mut statement = self.connection.prepare(
            "SELECT path, code, document, sha256, bytes, pages, fingerprint FROM documents
             ORDER BY path COLLATE BINARY",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let text = |at| -> Result<&str, RunError> {
                Ok(row.get_ref(at)?.as_str().map_err(rusqlite::Error::from)?)
            };
            each(&LedgerLine {
                path: text(0)?,
                code: text(1)?,
                document: text(2)?,
                sha256: Fingerprint(row.get(3)?),
                bytes: natural(row.get(4)?),
                pages: row.get(5)?,
                fingerprint: Fingerprint(row.get(6)?),
            })?;
        }
        Ok(())
    }
}

/// Whether a file cannot be read because its folder is not writable.
fn is_unwritable(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error_code();
    matches!(code, Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly))
}

/// Whether the log contains changes that the file does not have yet.
fn has_log(file: &Path) -> bool {
    let mut log = file.as_os_str().to_owned();
    log.push("-wal");
    fs::metadata(log).is_ok_and(|log| log.len() > 0)
}

/// A row of the ledger, for the export.
pub(crate) struct LedgerLine<'a> {
    /// Where it lies.
    pub(crate) path: &'a str,
    /// The municipality's code.
    pub(crate) code: &'a str,
    /// The document's id.
    pub(crate) document: &'a str,
    /// Digest of the file.
    pub(crate) sha256: Fingerprint,
    /// Size of the file.
    pub(crate) bytes: u64,
    /// Number of pages, if the format has pages.
    pub(crate) pages: Option<u32>,
    /// Digest of everything that determines it.
    pub(crate) fingerprint: Fingerprint,
}

/// Writes the ledger of a run as JSON lines, one for each document, in path order.
///
/// # Errors
/// There is no run, its ledger has another version or cannot be read, or `write` fails.
pub fn export_ledger(
    out: &Path,
    mut write: impl FnMut(&str) -> io::Result<()>,
) -> Result<u64, RunError> {
    let reader = LedgerReader::open_finished(out)?;
    let mut lines = 0;
    reader.each(|line| {
        let json = serde_json::json!({
            "path": line.path,
            "code": line.code,
            "document": line.document,
            "sha256": line.sha256.to_string(),
            "bytes": line.bytes,
            "pages": line.pages,
            "fingerprint": line.fingerprint.to_string(),
        });
        lines += 1;
        write(&format!("{json}\n")).map_err(|source| {
            RunError::Sink(SinkError {
                action: "write",
                path: PathBuf::from("the export"),
                source,
            })
        })
    })?;
    Ok(lines)
}
