//! Objects and the file that holds them (ISO 32000-1, 7.5): streams as they are, all else in object
//! streams, found by a cross-reference stream.

use super::number::integer;
use super::stream::{Streams, deflate};

/// Number of an object, from 1.
pub(crate) type Id = usize;

/// How many objects one object stream holds.
const IN_STREAM: usize = 200;

/// An object.
enum Object {
    /// Not written yet.
    Reserved,
    /// An object that may be in an object stream.
    Plain(Vec<u8>),
    /// The same, and no other file has it.
    Own(Vec<u8>),
    /// A stream: the entries of its dictionary besides `/Length`, and its bytes as they are stored.
    Stream(Vec<u8>, Bytes),
}

impl Object {
    /// Whether it is in an object stream: of those with `own`, which no other file has, or of the rest.
    fn is_packed(&self, own: bool) -> bool {
        match self {
            Self::Plain(_) => !own,
            Self::Own(_) => own,
            Self::Reserved | Self::Stream(..) => false,
        }
    }
}

/// The bytes of a stream.
pub(crate) type Bytes = std::sync::Arc<Vec<u8>>;

/// A file in the making.
#[derive(Default)]
pub(crate) struct File {
    objects: Vec<Object>,
}

impl File {
    /// A number for an object that is put later.
    pub(crate) fn reserve(&mut self) -> Id {
        self.objects.push(Object::Reserved);
        self.objects.len()
    }

    /// Puts an object.
    pub(crate) fn put(&mut self, id: Id, object: Vec<u8>) {
        self.objects[id - 1] = Object::Plain(object);
    }

    /// Puts an object that no other file has. All others are equal in files of the same shape, and
    /// have object streams of their own, which are deflated once, and read once.
    pub(crate) fn put_own(&mut self, id: Id, object: Vec<u8>) {
        self.objects[id - 1] = Object::Own(object);
    }

    /// Adds an object that no other file has.
    pub(crate) fn add_own(&mut self, object: Vec<u8>) -> Id {
        let id = self.reserve();
        self.put_own(id, object);
        id
    }

    /// Adds a stream; `entries` are those of its dictionary besides `/Length`.
    pub(crate) fn stream(&mut self, entries: impl Into<Vec<u8>>, bytes: Bytes) -> Id {
        self.objects.push(Object::Stream(entries.into(), bytes));
        self.objects.len()
    }

    /// An object stream (7.5.7) with these objects: the entries of its dictionary, and its bytes.
    fn pack(&self, group: &[usize]) -> (String, Vec<u8>) {
        let (mut index, mut body) = (Vec::new(), Vec::new());
        for at in group {
            if let Object::Plain(object) | Object::Own(object) = &self.objects[*at] {
                for number in [at + 1, body.len()] {
                    integer(&mut index, number as u64);
                    index.push(b' ');
                }
                body.extend(object);
                body.push(b'\n');
            }
        }
        let entries = format!(
            "/Type/ObjStm/N {}/First {}/Filter/FlateDecode",
            group.len(),
            index.len()
        );
        index.extend(body);
        (entries, index)
    }

    /// The file. `trailer` are the entries that say where to begin.
    pub(crate) fn finish(mut self, trailer: &str, streams: &Streams) -> Vec<u8> {
        // Object streams come behind what they hold, so that no number has to move.
        let mut held = vec![None; self.objects.len()];
        for own in [false, true] {
            let packed: Vec<usize> = (0..held.len())
                .filter(|at| self.objects[*at].is_packed(own))
                .collect();
            for group in packed.chunks(IN_STREAM) {
                let (entries, bytes) = self.pack(group);
                let deflated = if own {
                    Bytes::new(deflate(&bytes))
                } else {
                    streams.deflated(&bytes)
                };
                let stream = self.stream(entries, deflated);
                for (place, at) in group.iter().enumerate() {
                    held[*at] = Some((stream, place));
                }
            }
        }
        held.resize(self.objects.len(), None);

        let mut out = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec();
        let mut entries = vec![(0, 0, 65_535)];
        for (at, object) in self.objects.iter().enumerate() {
            entries.push(match (object, held[at]) {
                (Object::Stream(dictionary, bytes), _) => {
                    let offset = out.len();
                    write_stream(&mut out, at + 1, dictionary, bytes);
                    (1, offset, 0)
                }
                (_, Some((stream, place))) => (2, stream, place),
                (_, None) => (0, 0, 65_535),
            });
        }
        let id = self.objects.len() + 1;
        let start = out.len();
        entries.push((1, start, 0));
        let width = (1..8).find(|width| start >> (8 * width) == 0).unwrap_or(8);
        // Each row as its distance from the one above (the PNG filter `Up`, 7.4.4.4): objects of an
        // object stream follow each other, so most rows are the same.
        let columns = width + 3;
        let (mut above, mut table) = ([0; 11], Vec::with_capacity(entries.len() * (columns + 1)));
        for (kind, offset, more) in &entries {
            let mut row = [0; 11];
            row[0] = *kind;
            row[1..=width].copy_from_slice(&(*offset as u64).to_be_bytes()[8 - width..]);
            row[width + 1..columns].copy_from_slice(&(*more as u16).to_be_bytes());
            table.push(2);
            let rows = row.iter().zip(&above).take(columns);
            table.extend(rows.map(|(a, b): (&u8, &u8)| a.wrapping_sub(*b)));
            above = row;
        }
        let dictionary = format!(
            "/Type/XRef/Size {}/W[1 {width} 2]/Filter/FlateDecode\
             /DecodeParms<</Predictor 12/Columns {columns}>>{trailer}",
            entries.len()
        );
        write_stream(&mut out, id, dictionary.as_bytes(), &deflate(&table));
        out.extend(format!("startxref\n{start}\n%%EOF\n").as_bytes());
        out
    }
}

/// Writes a stream (7.3.8). The line end before `endstream` is no part of its bytes. Behind bytes that
/// end in a carriage return it is CRLF: readers that take off one whole line end, whatever its
/// kind, find as many bytes as `/Length` says.
fn write_stream(out: &mut Vec<u8>, id: Id, entries: &[u8], bytes: &[u8]) {
    out.extend(format!("{id} 0 obj\n<</Length {}", bytes.len()).as_bytes());
    out.extend(entries);
    out.extend(b">>\nstream\n");
    out.extend(bytes);
    if bytes.last() == Some(&b'\r') {
        out.push(b'\r');
    }
    out.extend(b"\nendstream\nendobj\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bytes before `endstream`, without one whole line end.
    fn stripped(file: &[u8]) -> &[u8] {
        let start = file
            .windows(7)
            .position(|it| it == b"stream\n")
            .expect("a stream")
            + 7;
        let end = file
            .windows(9)
            .position(|it| it == b"endstream")
            .expect("its end");
        let bytes = &file[start..end];
        let without = bytes.strip_suffix(b"\r\n").or(bytes.strip_suffix(b"\n"));
        without.expect("a line end")
    }

    #[test]
    fn a_reader_that_strips_a_line_end_finds_the_length_of_the_dictionary() {
        for bytes in [
            &b"ends in a letter"[..],
            b"in CR\r",
            b"in LF\n",
            b"in CRLF\r\n",
            b"",
        ] {
            let mut out = Vec::new();
            write_stream(&mut out, 1, b"", bytes);
            assert_eq!(stripped(&out), bytes);
        }
    }
}
