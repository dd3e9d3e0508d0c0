//! A PDF that is written while it fills: what is kept goes to the disk at once, so that memory does
//! not grow with the pages. lopdf's own document holds all objects until it is saved; its writer
//! gives the syntax of each.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use lopdf::{Object, ObjectId, Stream, Writer, dictionary};
use raadspost_content::zlib;
use sha2::{Digest, Sha256};

use crate::PrintError;

/// The level that zlib takes by default.
const LEVEL: u32 = 6;

/// Objects of an object stream (ISO 32000-1 7.5.7).
const PACK: usize = 200;

/// The place of an object (ISO 32000-1 7.5.8.3).
#[derive(Debug, Clone, Copy)]
enum Entry {
    /// It has a number and no bytes yet.
    Reserved,
    /// At this byte.
    Plain(u64),
    /// In an object stream, at this index.
    Packed(u32, u16),
}

/// A PDF that fills.
pub(crate) struct Sink {
    out: BufWriter<File>,
    path: PathBuf,
    hasher: Sha256,
    written: u64,
    /// By number, from 1.
    entries: Vec<Entry>,
    /// Streams that are not kept yet.
    pending: Vec<(u32, Vec<u8>)>,
    pending_bytes: usize,
    /// Objects that wait for an object stream: their number, and where their bytes begin.
    small: Vec<(u32, usize)>,
    small_bytes: Vec<u8>,
    /// Streams, without those of the file's own structure.
    streams: u32,
}

/// A state to go back to; it ends with [`Sink::keep`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Savepoint {
    entries: usize,
    pending: usize,
    pending_bytes: usize,
    small: usize,
    small_bytes: usize,
    streams: u32,
}

/// Size, digest and streams of a finished file.
#[derive(Debug, Clone)]
pub(crate) struct Written {
    /// Size of the file.
    pub(crate) bytes: u64,
    /// SHA-256 of the file.
    pub(crate) sha256: [u8; 32],
    /// Streams, without those of the file's own structure.
    pub(crate) streams: u32,
}

impl Sink {
    /// Begins a file of a version of PDF, such as `1.7`.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn new(path: &Path, version: &str) -> Result<Self, PrintError> {
        let file = File::create(path).map_err(PrintError::io("write", path))?;
        let mut sink = Self {
            out: BufWriter::new(file),
            path: path.to_owned(),
            hasher: Sha256::new(),
            written: 0,
            entries: Vec::new(),
            pending: Vec::new(),
            pending_bytes: 0,
            small: Vec::new(),
            small_bytes: Vec::new(),
            streams: 0,
        };
        // Four bytes above 127 tell transports that the file is binary (ISO 32000-1 7.5.2).
        sink.write(format!("%PDF-{version}\n").as_bytes())?;
        sink.write(b"%\xE2\xE3\xCF\xD3\n")?;
        Ok(sink)
    }

    /// The bytes that it has at most, pending ones included.
    pub(crate) fn bytes(&self) -> u64 {
        let waiting = self.pending_bytes + self.small_bytes.len() + 8 * self.entries.len();
        self.written + waiting as u64
    }

    /// The state now, to go back to.
    pub(crate) fn savepoint(&self) -> Savepoint {
        Savepoint {
            entries: self.entries.len(),
            pending: self.pending.len(),
            pending_bytes: self.pending_bytes,
            small: self.small.len(),
            small_bytes: self.small_bytes.len(),
            streams: self.streams,
        }
    }

    /// Takes back all objects since the savepoint; the file has the bytes that it would have without
    /// them.
    pub(crate) fn take_back(&mut self, savepoint: Savepoint) {
        self.entries.truncate(savepoint.entries);
        self.pending.truncate(savepoint.pending);
        self.pending_bytes = savepoint.pending_bytes;
        self.small.truncate(savepoint.small);
        self.small_bytes.truncate(savepoint.small_bytes);
        self.streams = savepoint.streams;
    }

    /// A number for an object that is written later.
    pub(crate) fn reserve(&mut self) -> ObjectId {
        self.entries.push(Entry::Reserved);
        (u32::try_from(self.entries.len()).unwrap_or(u32::MAX), 0)
    }

    /// Adds an object.
    pub(crate) fn put(&mut self, object: &Object) -> ObjectId {
        let id = self.reserve();
        self.fill(id, object);
        id
    }

    /// Adds an object under a number that was reserved.
    pub(crate) fn fill(&mut self, (number, _): ObjectId, object: &Object) {
        // Writing into memory cannot fail.
        if matches!(object, Object::Stream(_)) {
            let mut bytes = format!("{number} 0 obj\n").into_bytes();
            let _ = Writer::write_object(&mut bytes, object);
            bytes.extend_from_slice(b"\nendobj\n");
            self.pending_bytes += bytes.len();
            self.pending.push((number, bytes));
            self.streams += 1;
        } else {
            self.small.push((number, self.small_bytes.len()));
            let _ = Writer::write_object(&mut self.small_bytes, object);
            self.small_bytes.push(b' ');
        }
    }

    /// Keeps what was added: streams go to the disk.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(crate) fn keep(&mut self) -> Result<(), PrintError> {
        for (number, bytes) in std::mem::take(&mut self.pending) {
            self.place(number, &bytes)?;
        }
        self.pending_bytes = 0;
        while self.small.len() >= PACK {
            self.pack(PACK)?;
        }
        Ok(())
    }

    /// Writes the object stream of the first objects that wait.
    fn pack(&mut self, count: usize) -> Result<(), PrintError> {
        let end = self
            .small
            .get(count)
            .map_or(self.small_bytes.len(), |next| next.1);
        let (number, _) = self.reserve();
        let mut content = String::new();
        for (index, (member, begin)) in self.small.drain(..count).enumerate() {
            content.push_str(&format!("{member} {begin} "));
            let index = u16::try_from(index).unwrap_or(u16::MAX);
            self.entries[member as usize - 1] = Entry::Packed(number, index);
        }
        let first = content.len();
        let mut content = content.into_bytes();
        content.extend(self.small_bytes.drain(..end));
        for (_, begin) in &mut self.small {
            *begin -= end;
        }
        let dict = dictionary! {
            "Type" => "ObjStm",
            "N" => i64::try_from(count).unwrap_or(i64::MAX),
            "First" => i64::try_from(first).unwrap_or(i64::MAX),
        };
        self.place_stream(number, &packed(dict, &content))
    }

    fn place_stream(&mut self, number: u32, stream: &Stream) -> Result<(), PrintError> {
        let mut bytes = format!("{number} 0 obj\n").into_bytes();
        let _ = Writer::write_object(&mut bytes, &Object::Stream(stream.clone()));
        bytes.extend_from_slice(b"\nendobj\n");
        self.place(number, &bytes)
    }

    fn place(&mut self, number: u32, bytes: &[u8]) -> Result<(), PrintError> {
        self.entries[number as usize - 1] = Entry::Plain(self.written);
        self.write(bytes)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), PrintError> {
        self.hasher.update(bytes);
        self.written += bytes.len() as u64;
        let written = self.out.write_all(bytes);
        written.map_err(PrintError::io("write", &self.path))
    }

    /// Ends the file.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn finish(
        mut self,
        catalog: ObjectId,
        info: ObjectId,
        id: Object,
    ) -> Result<Written, PrintError> {
        self.keep()?;
        if !self.small.is_empty() {
            self.pack(self.small.len())?;
        }
        let begin = self.written;
        let (number, _) = self.reserve();
        self.entries[number as usize - 1] = Entry::Plain(begin);
        let table = self.cross_reference();
        let stream = Stream::new(table.0, table.1);
        let mut stream = packed_as_is(stream);
        stream.dict.set("Root", catalog);
        stream.dict.set("Info", info);
        stream.dict.set("ID", vec![id.clone(), id]);
        self.place_stream(number, &stream)?;
        self.write(format!("startxref\n{begin}\n%%EOF\n").as_bytes())?;
        self.out
            .flush()
            .map_err(PrintError::io("write", &self.path))?;
        Ok(Written {
            bytes: self.written,
            sha256: self.hasher.finalize().into(),
            streams: self.streams,
        })
    }

    /// The cross-reference stream (ISO 32000-1 7.5.8), each row as its difference from the one
    /// above (the PNG predictor "up"), which packs to a fifth.
    fn cross_reference(&self) -> (lopdf::Dictionary, Vec<u8>) {
        let wide = (1..8)
            .find(|bytes| self.written >> (8 * bytes) == 0)
            .unwrap_or(8);
        let columns = 1 + wide + 2;
        let mut above = vec![0; columns];
        let mut rows = Vec::with_capacity((columns + 1) * (self.entries.len() + 1));
        // Number 0 is always free.
        let free = (0, 0, u16::MAX);
        let entries = self.entries.iter().map(|entry| match *entry {
            Entry::Reserved => free,
            Entry::Plain(at) => (1, at, 0),
            Entry::Packed(stream, index) => (2, u64::from(stream), index),
        });
        for (kind, at, index) in std::iter::once(free).chain(entries) {
            let mut row = vec![kind];
            row.extend_from_slice(&at.to_be_bytes()[8 - wide..]);
            row.extend_from_slice(&index.to_be_bytes());
            rows.push(2);
            rows.extend(
                row.iter()
                    .zip(&above)
                    .map(|(own, above): (&u8, &u8)| own.wrapping_sub(*above)),
            );
            above = row;
        }
        let columns = i64::try_from(columns).unwrap_or(i64::MAX);
        let dict = dictionary! {
            "Type" => "XRef",
            "Size" => i64::try_from(self.entries.len() + 1).unwrap_or(i64::MAX),
            "W" => vec![1.into(), i64::try_from(wide).unwrap_or(8).into(), 2.into()],
            "DecodeParms" => dictionary! { "Predictor" => 12, "Columns" => columns },
        };
        (dict, rows)
    }
}

/// A compressed stream; one that is hardly longer than its filter's name stays as it is.
pub(crate) fn packed(mut dict: lopdf::Dictionary, bytes: &[u8]) -> Stream {
    dict.remove(b"Filter");
    dict.remove(b"DecodeParms");
    if bytes.len() < 64 {
        let mut stream = Stream::new(dict, bytes.to_vec());
        stream.allows_compression = false;
        return stream;
    }
    packed_as_is(Stream::new(dict, bytes.to_vec()))
}

/// Compresses a stream whose dictionary says already how the bytes were arranged.
fn packed_as_is(stream: Stream) -> Stream {
    let mut dict = stream.dict;
    dict.set("Filter", "FlateDecode");
    let mut packed = Stream::new(dict, zlib(LEVEL, &stream.content));
    packed.allows_compression = false;
    packed
}

#[cfg(test)]
mod tests {
    use lopdf::Document;

    use super::*;

    fn text(word: &str) -> Object {
        Object::Stream(Stream::new(
            lopdf::Dictionary::new(),
            word.repeat(30).into_bytes(),
        ))
    }

    /// A file with so many plain objects, in which other ones were taken back.
    fn written(path: &Path, taken: bool) -> (Written, Vec<ObjectId>) {
        let mut sink = Sink::new(path, "1.7").expect("a file");
        let root = sink.reserve();
        let mut ids = Vec::new();
        for number in 0..450 {
            ids.push(sink.put(&Object::Integer(number)));
            sink.put(&text("kept"));
            sink.keep().expect("kept");
            if taken {
                let savepoint = sink.savepoint();
                sink.put(&text("taken"));
                sink.put(&Object::Boolean(true));
                sink.take_back(savepoint);
            }
        }
        sink.fill(
            root,
            &Object::Dictionary(dictionary! { "Type" => "Catalog" }),
        );
        let info = sink.put(&Object::Dictionary(dictionary! { "Producer" => "x" }));
        (
            sink.finish(root, info, Object::string_literal("id"))
                .expect("written"),
            ids,
        )
    }

    #[test]
    fn another_program_reads_every_object_where_it_was_put() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file.pdf");
        let (file, ids) = written(&path, false);
        let bytes = std::fs::read(&path).expect("the file");
        assert_eq!(file.bytes, bytes.len() as u64);
        assert_eq!(file.streams, 450);
        let digest: [u8; 32] = Sha256::digest(&bytes).into();
        assert_eq!(file.sha256, digest);
        let document = Document::load_mem(&bytes).expect("a PDF");
        assert!(document.catalog().is_ok());
        assert_eq!(ids.len(), 450);
        for (id, number) in ids.into_iter().zip(0..) {
            let read = document.get_object(id).and_then(Object::as_i64);
            assert_eq!(read.expect("a number"), number);
        }
    }

    #[test]
    fn what_is_taken_back_leaves_no_byte() {
        let folder = tempfile::tempdir().expect("a folder");
        let (one, two) = (folder.path().join("one"), folder.path().join("two"));
        let (plain, taken) = (written(&one, false).0, written(&two, true).0);
        assert_eq!(plain.sha256, taken.sha256);
        assert_eq!(
            std::fs::read(one).expect("one"),
            std::fs::read(two).expect("two")
        );
    }
}
