//! Writing of rows, and queries of the rows of earlier runs.

use raadspost_content::Fingerprint;
use rusqlite::{Row, params};

use super::{KnownPaths, Ledger, Writing, integer, natural};
use crate::error::RunError;
use crate::freshness::JobFingerprint;
use crate::output::Stamp;
use crate::output::path::OutputPath;

/// The row of a shape.
#[derive(Debug)]
pub(crate) struct ShapeNote {
    /// Its shortened fingerprint.
    pub(crate) part: Vec<u8>,
    /// The document's id.
    pub(crate) document: String,
    /// The expressions of its slots, as JSON.
    pub(crate) fields: String,
    /// Its outline, as JSON.
    pub(crate) outline: String,
}

/// A delivered document.
#[derive(Debug)]
pub(crate) struct Delivered {
    /// Where.
    pub(crate) path: OutputPath,
    /// The municipality's code.
    pub(crate) code: String,
    /// The document's id.
    pub(crate) document: String,
    /// The fingerprint of all its inputs.
    pub(crate) fingerprint: JobFingerprint,
    /// Digest of the file.
    pub(crate) sha256: Fingerprint,
    /// Size of the file.
    pub(crate) bytes: u64,
    /// Number of pages, if the format has pages.
    pub(crate) pages: Option<u32>,
    /// Shortened digests of its slots.
    pub(crate) slots: Vec<u8>,
    /// Size, time and inode, which identify the unchanged file.
    pub(crate) stamp: Option<Stamp>,
}

/// A delivered file that is moved to another path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Move {
    /// Where it is.
    pub(crate) from: OutputPath,
    /// Where it shall be.
    pub(crate) to: OutputPath,
}

/// The data for explaining outdated documents, and new stamps of unchanged files.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    /// The shapes of documents.
    pub(crate) shapes: Vec<ShapeNote>,
    /// The fields of a municipality by its code, as JSON.
    pub(crate) fields: Vec<(String, String)>,
    /// Size, time and inode of files that were found unchanged.
    pub(crate) restamped: Vec<(OutputPath, Stamp)>,
}

impl Notes {
    fn is_empty(&self) -> bool {
        self.shapes.is_empty() && self.fields.is_empty() && self.restamped.is_empty()
    }
}

impl Ledger {
    /// The number of a new run, one more than the highest so far.
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

    /// Records the paths about to be published.
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

    /// Records delivered and moved files, durably, removes the intents of these paths, and records
    /// notes, all in one transaction: each is a flush.
    pub(crate) fn record(
        &mut self,
        delivered: &[Delivered],
        moves: &[Move],
        notes: &Notes,
    ) -> Result<(), RunError> {
        if delivered.is_empty() && moves.is_empty() && notes.is_empty() {
            return Ok(());
        }
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
            note(writing, notes)
        })
    }

    /// Records the components of a renderer.
    pub(crate) fn note_renderer(&self, part: &[u8], ingredients: &str) -> Result<(), RunError> {
        self.write(|writing| {
            let mut insert = writing.prepare("INSERT OR REPLACE INTO renderers VALUES (?1, ?2)")?;
            writing.row(&mut insert, params![part, ingredients])
        })
    }

    /// Number of delivered files, and their size on the disk in whole blocks.
    pub(crate) fn disk_bytes(&self) -> Result<(u64, u64), RunError> {
        let sum = "SELECT count(*), coalesce(sum((bytes + 4095) / 4096 * 4096), 0) FROM documents";
        let read = |row: &Row<'_>| Ok((natural(row.get(0)?), natural(row.get(1)?)));
        Ok(self.connection.query_row(sum, [], read)?)
    }

    /// The first `limit` paths after this one, in order, that earlier runs may have written and
    /// this run has not kept.
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

    /// Removes all intents, at the end of a run, when each path is kept or superseded.
    pub(crate) fn clear_intents(&self) -> Result<(), RunError> {
        self.write(|writing| {
            let mut delete = writing.prepare("DELETE FROM intents")?;
            writing.row(&mut delete, [])
        })
    }

    /// Removes unused data: outlines of earlier texts, components of earlier renderers, and the
    /// values of removed municipalities. Their bytes are overwritten.
    ///
    /// Reads all rows: three seconds for a million documents.
    pub(crate) fn prune(&self) -> Result<(), RunError> {
        let secure = |on: bool| self.connection.pragma_update(None, "secure_delete", on);
        secure(true)?;
        self.write(|writing| {
            for unused in [
                "DELETE FROM shapes WHERE part NOT IN
                     (SELECT substr(parts, 1, 8) FROM documents)",
                "DELETE FROM renderers WHERE part NOT IN
                     (SELECT substr(parts, 17, 8) FROM documents)",
                "DELETE FROM packs WHERE code NOT IN (SELECT code FROM documents)",
            ] {
                writing.row(&mut writing.prepare(unused)?, [])?;
            }
            Ok(())
        })?;
        Ok(secure(false)?)
    }

    /// Calls back with path, SHA-256, bytes and pages of each document, ordered by the bytes of the
    /// path, without documents whose files this run found lost.
    pub(crate) fn documents(
        &self,
        mut each: impl FnMut(&str, Fingerprint, u64, u64) -> Result<(), RunError>,
    ) -> Result<(), RunError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT path, sha256, bytes, pages FROM documents ORDER BY path COLLATE BINARY",
        )?;
        let has_lost = self.has_lost()?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let path = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
            if has_lost && self.is_lost(path)? {
                continue;
            }
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

/// Writes notes.
fn note(writing: &Writing<'_>, notes: &Notes) -> Result<(), RunError> {
    let mut shape = writing.prepare("INSERT OR IGNORE INTO shapes VALUES (?1, ?2, ?3, ?4)")?;
    for note in &notes.shapes {
        let values = params![note.part, note.document, note.fields, note.outline];
        writing.row(&mut shape, values)?;
    }
    let mut pack = writing.prepare("INSERT OR REPLACE INTO packs VALUES (?1, ?2)")?;
    for (code, fields) in &notes.fields {
        writing.row(&mut pack, [code, fields])?;
    }
    let mut stamp =
        writing.prepare("UPDATE documents SET modified = ?2, inode = ?3 WHERE path = ?1")?;
    for (path, new) in &notes.restamped {
        writing.row(&mut stamp, params![path.as_str(), new.modified, new.inode])?;
    }
    Ok(())
}
