//! Writes XML: elements with text or with elements, each on a line of its own.

use std::io::{self, Read};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// A text as XML 1.0 can hold it, on one line: it has no place for most control characters, not even
/// as references.
fn sound(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\t' | '\n' => ' ',
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => '\u{FFFD}',
            c => c,
        })
        .collect()
}

/// A text escaped for an element or for an attribute between double quotes.
pub(crate) fn escaped(text: &str) -> String {
    quick_xml::escape::escape(sound(text)).into_owned()
}

/// Bytes between two marks of a document that is read piece by piece, at most: a reader keeps them in
/// memory.
const PIECE: u64 = 1 << 20;

/// A reader that ends with an error where no `<` comes for long.
pub(crate) struct Bounded<R> {
    reader: R,
    since: u64,
}

impl<R> Bounded<R> {
    pub(crate) fn new(reader: R) -> Self {
        Self { reader, since: 0 }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, piece: &mut [u8]) -> io::Result<usize> {
        let length = self.reader.read(piece)?;
        self.since = match memchr::memrchr(b'<', &piece[..length]) {
            Some(at) => (length - at) as u64,
            None => self.since + length as u64,
        };
        if self.since > PIECE {
            return Err(io::Error::other("no mark comes for a long time"));
        }
        Ok(length)
    }
}

/// A document that is being written.
pub(crate) struct Xml(Writer<Vec<u8>>);

impl Xml {
    /// An empty document in UTF-8.
    pub(crate) fn new() -> io::Result<Self> {
        let mut writer = Writer::new_with_indent(Vec::new(), b'\t', 1);
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        Ok(Self(writer))
    }

    /// The document, with a line break at its end.
    pub(crate) fn finish(self) -> Vec<u8> {
        let mut bytes = self.0.into_inner();
        bytes.push(b'\n');
        bytes
    }

    /// An element with text.
    pub(crate) fn text(&mut self, name: &str, text: &str) -> io::Result<()> {
        self.0
            .create_element(name)
            .write_text_content(BytesText::new(&sound(text)))?;
        Ok(())
    }

    /// An element with elements.
    pub(crate) fn group(
        &mut self,
        name: &str,
        inner: impl FnOnce(&mut Self) -> io::Result<()>,
    ) -> io::Result<()> {
        self.group_with(name, &[], inner)
    }

    /// The same with attributes.
    pub(crate) fn group_with(
        &mut self,
        name: &str,
        attributes: &[(&str, &str)],
        inner: impl FnOnce(&mut Self) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut start = BytesStart::new(name);
        for attribute in attributes {
            start.push_attribute(*attribute);
        }
        self.0.write_event(Event::Start(start))?;
        inner(self)?;
        self.0.write_event(Event::End(BytesEnd::new(name)))
    }
}
