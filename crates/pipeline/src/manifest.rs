//! The files that close a run: `manifest.sha256`, which `sha256sum -c` reads, and `report.json`.
//! Each is written whole beside its place and then given its name.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::ledger::Ledger;
use crate::path::{MAILING, MANIFEST, REPORT, STATE};
use crate::{Durability, OutputPath, Report, RunError, Sink, SinkError, Upkeep};

/// Writes the manifest: a line for each document, `<SHA-256>  <path>`, sorted by the bytes of the
/// path. Gives the pages and bytes of all documents in it.
///
/// With `look`, documents without a file are left out; needed where a run was interrupted before
/// it came to them.
pub(crate) fn write_manifest(
    out: &Path,
    durability: Durability,
    ledger: &Ledger,
    sink: &dyn Sink,
    look: bool,
) -> Result<(u64, u64), RunError> {
    let mut file = Closing::new(out, MANIFEST, sink)?;
    let (mut pages, mut bytes) = (0, 0);
    ledger.documents(|path, sha256, size, count| {
        let there = !look
            || match OutputPath::new(path) {
                Ok(path) => sink.size(&path)?.is_some(),
                Err(_) => false,
            };
        if there {
            pages += count;
            bytes += size;
            file.write(|writer| writeln!(writer, "{sha256}  {path}"))?;
        }
        Ok(())
    })?;
    file.close(durability)?;
    Ok((pages, bytes))
}

/// Writes the report.
pub(crate) fn write_report(
    out: &Path,
    durability: Durability,
    report: &Report,
    sink: &dyn Sink,
) -> Result<(), RunError> {
    let mut file = Closing::new(out, REPORT, sink)?;
    file.write(|writer| {
        serde_json::to_writer_pretty(&mut *writer, report).map_err(io::Error::from)?;
        writeln!(writer)
    })?;
    Ok(file.close(durability)?)
}

/// Writes `.raadspost/mailing.jsonl`: what print has to know, a line of JSON for each pack in the
/// order of the register.
pub(crate) fn write_mailing(
    out: &Path,
    durability: Durability,
    ledger: &Ledger,
    sink: &dyn Sink,
) -> Result<(), RunError> {
    let mut file = Closing::new(out, &format!("{STATE}/{MAILING}"), sink)?;
    ledger.mailing(|line| Ok(file.write(|writer| writer.write_all(line.as_bytes()))?))?;
    Ok(file.close(durability)?)
}

/// Bytes that are written at once: the records of a large run are tens of megabytes.
const BUFFER: usize = 64 * 1024;

/// A file that has no name yet.
pub(crate) struct Closing<'a> {
    sink: &'a dyn Sink,
    writer: BufWriter<File>,
    staged: PathBuf,
    place: PathBuf,
}

impl<'a> Closing<'a> {
    /// A file that will have this name below the output folder.
    pub(crate) fn new(out: &Path, name: &str, sink: &'a dyn Sink) -> Result<Self, SinkError> {
        sink.upkeep(Upkeep::Write)?;
        let last = name.rsplit('/').next().unwrap_or(name);
        let staged = out.join(STATE).join("tmp").join(last);
        let file = File::create(&staged).map_err(|error| failed("write", &staged, error))?;
        Ok(Self {
            sink,
            writer: BufWriter::with_capacity(BUFFER, file),
            staged,
            place: out.join(name),
        })
    }

    /// Adds to it.
    pub(crate) fn write(
        &mut self,
        write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
    ) -> Result<(), SinkError> {
        self.sink.upkeep(Upkeep::Write)?;
        write(&mut self.writer).map_err(|error| failed("write", &self.staged, error))
    }

    /// Gives it its name.
    pub(crate) fn close(mut self, durability: Durability) -> Result<(), SinkError> {
        let durable = durability != Durability::None;
        self.write(|writer| writer.flush())?;
        if durable {
            self.sink.upkeep(Upkeep::Flush)?;
            self.writer
                .get_ref()
                .sync_all()
                .map_err(|error| failed("flush", &self.staged, error))?;
        }
        self.sink.upkeep(Upkeep::Rename)?;
        fs::rename(&self.staged, &self.place)
            .map_err(|error| failed("write", &self.place, error))?;
        if durable && !cfg!(windows) {
            self.sink.upkeep(Upkeep::Flush)?;
            let folder = self.place.parent().unwrap_or(&self.place);
            File::open(folder)
                .and_then(|folder| folder.sync_all())
                .map_err(|error| failed("flush", folder, error))?;
        }
        Ok(())
    }
}

/// What the system says of a file.
pub(crate) fn failed(action: &'static str, path: &Path, source: io::Error) -> SinkError {
    SinkError {
        action,
        path: path.to_owned(),
        source,
    }
}
