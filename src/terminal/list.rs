//! A list in a JSON object that may be longer than memory: it is buffered in an unnamed file until
//! the preceding keys are known.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, BufWriter, Seek as _, Write};

use serde_json::Value;

use super::escape::json_text;

/// Entries of a list.
#[derive(Debug)]
pub(crate) struct List {
    file: BufWriter<File>,
    is_empty: bool,
}

impl List {
    /// An empty list.
    ///
    /// # Errors
    /// The temporary file cannot be created.
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self {
            file: BufWriter::new(tempfile::tempfile()?),
            is_empty: true,
        })
    }

    /// Adds an entry.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn add(&mut self, entry: &Value) -> io::Result<()> {
        let between = if self.is_empty { "\n    " } else { ",\n    " };
        self.is_empty = false;
        // JSON strings contain no line ends.
        let text = json_text(entry).replace('\n', "\n    ");
        self.file.write_all(between.as_bytes())?;
        self.file.write_all(text.as_bytes())
    }

    /// Writes a non-empty object, with the list under a key after its own.
    ///
    /// # Errors
    /// The list cannot be read, or the object cannot be written.
    pub(super) fn write(self, object: &Value, key: &str, out: &mut impl Write) -> io::Result<()> {
        let text = json_text(object);
        let open = text.trim_end_matches('}').trim_end();
        write!(out, "{open},\n  \"{key}\": [")?;
        let mut file = self
            .file
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        let mut file = BufReader::new(file);
        loop {
            let piece = file.fill_buf()?;
            if piece.is_empty() {
                break;
            }
            out.write_all(piece)?;
            let length = piece.len();
            file.consume(length);
        }
        out.write_all(if self.is_empty {
            b"]\n}\n"
        } else {
            b"\n  ]\n}\n"
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_object_with_a_list_is_written_as_one_with_an_array() {
        for entries in [
            vec![],
            vec![
                json!({ "path": "a\u{202e}b", "changes": [1, { "x": [] }] }),
                json!("c"),
            ],
        ] {
            let head = json!({ "command": "status", "counts": { "fresh": 1 } });
            let mut list = List::new().unwrap();
            entries.iter().for_each(|entry| list.add(entry).unwrap());
            let mut out = Vec::new();
            list.write(&head, "documents", &mut out).unwrap();
            let mut whole = head;
            whole["documents"] = entries.into();
            let expected = format!("{}\n", json_text(&whole));
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }
}
