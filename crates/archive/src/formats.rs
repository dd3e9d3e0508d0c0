//! The format of a file by its own bytes, in the terms of PRONOM.
//!
//! Enough to compare the metadata of a file with the file: the signature at its beginning, a PDF's version and its identification as PDF/A (ISO 19005-2, 6.6.4), the main part of
//! a Word file. It is no validation of the format.

use memchr::memmem;

/// Bytes kept between two pieces, so that a name on their border is found.
const OVERLAP: usize = 96;

/// A format as PRONOM (The National Archives) identifies it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Format {
    /// PRONOM's unique identifier.
    pub(crate) puid: &'static str,
    /// Its name and version.
    pub(crate) label: &'static str,
}

const fn format(puid: &'static str, label: &'static str) -> Format {
    Format { puid, label }
}

/// JSON.
pub(crate) const JSON: Format = format("fmt/817", "JSON Data Interchange Format");
/// XML.
pub(crate) const XML: Format = format("fmt/101", "Extensible Markup Language 1.0");
/// Plain text.
pub(crate) const TEXT: Format = format("x-fmt/111", "Plain Text File");
/// An unknown format.
pub(crate) const UNKNOWN: Format = format("UNKNOWN", "Onbekend");
const DOCX: Format = format("fmt/412", "Microsoft Word for Windows 2007 onwards");

/// A row of [`PDF_A`].
macro_rules! pdf_a {
    ($part:literal, $level:literal, $puid:literal, $version:literal) => {
        (
            $part,
            $level,
            format(
                $puid,
                concat!("Acrobat PDF/A - Portable Document Format ", $version),
            ),
        )
    };
}

/// PDF/A, by part and conformance level; 0 is any other level.
const PDF_A: [(u8, u8, Format); 11] = [
    pdf_a!(b'1', b'A', "fmt/95", "1a"),
    pdf_a!(b'1', b'B', "fmt/354", "1b"),
    pdf_a!(b'2', b'A', "fmt/476", "2a"),
    pdf_a!(b'2', b'B', "fmt/477", "2b"),
    pdf_a!(b'2', b'U', "fmt/478", "2u"),
    pdf_a!(b'3', b'A', "fmt/479", "3a"),
    pdf_a!(b'3', b'B', "fmt/480", "3b"),
    pdf_a!(b'3', b'U', "fmt/481", "3u"),
    pdf_a!(b'4', b'E', "fmt/1911", "4e"),
    pdf_a!(b'4', b'F', "fmt/1912", "4f"),
    pdf_a!(b'4', 0, "fmt/1910", "4"),
];

/// A row of [`PDF`].
macro_rules! pdf {
    ($version:literal, $puid:literal) => {
        (
            concat!("%PDF-", $version).as_bytes(),
            format(
                $puid,
                concat!("Acrobat PDF ", $version, " - Portable Document Format"),
            ),
        )
    };
}

/// Plain PDF, by the version in its header.
const PDF: [(&[u8], Format); 9] = [
    pdf!("1.0", "fmt/14"),
    pdf!("1.1", "fmt/15"),
    pdf!("1.2", "fmt/16"),
    pdf!("1.3", "fmt/17"),
    pdf!("1.4", "fmt/18"),
    pdf!("1.5", "fmt/19"),
    pdf!("1.6", "fmt/20"),
    pdf!("1.7", "fmt/276"),
    pdf!("2.0", "fmt/1129"),
];

impl Format {
    /// Whether it is PDF/A without attachments, which archives ask for. PDF/A-3 and 4f may have files
    /// of any format in them.
    pub(crate) fn is_archival_pdf(self) -> bool {
        let without = |part: u8, level: u8| part != b'3' && (part, level) != (b'4', b'F');
        let mut kinds = PDF_A.iter();
        kinds.any(|(part, level, format)| without(*part, *level) && *format == self)
    }

    /// Its media type (IANA).
    pub(crate) fn mime(self) -> &'static str {
        match self {
            JSON => "application/json",
            TEXT => "text/plain",
            DOCX => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            pdf if pdf.is_pdf() => "application/pdf",
            _ => "application/octet-stream",
        }
    }

    /// Whether it is a kind of PDF.
    pub(crate) fn is_pdf(self) -> bool {
        self.label.starts_with("Acrobat PDF")
    }
}

/// Recognises a format while bytes are read.
#[derive(Debug, Default)]
pub(crate) struct Sniffer {
    head: Vec<u8>,
    tail: Vec<u8>,
    part: Option<u8>,
    level: Option<u8>,
    word: bool,
    sound_text: Text,
}

/// Whether the bytes so far can be text.
#[derive(Debug, Default, PartialEq, Eq)]
enum Text {
    #[default]
    Possible,
    No,
}

impl Sniffer {
    /// Takes the next bytes.
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        if self.head.len() < 16 {
            let more = bytes.len().min(16 - self.head.len());
            self.head.extend_from_slice(&bytes[..more]);
        }
        if memchr::memchr(0, bytes).is_some() {
            self.sound_text = Text::No;
        }
        let pdf = self.head.starts_with(b"%PDF-");
        if !pdf && !self.head.starts_with(b"PK") {
            return;
        }
        self.tail.extend_from_slice(bytes);
        if pdf {
            self.part = self.part.or_else(|| value(&self.tail, b"pdfaid:part"));
            self.level = self
                .level
                .or_else(|| value(&self.tail, b"pdfaid:conformance"));
        } else {
            self.word |= memmem::find(&self.tail, b"word/document.xml").is_some();
        }
        let keep = self.tail.len().saturating_sub(OVERLAP);
        self.tail.drain(..keep);
    }

    /// The format, if it is one that we know.
    pub(crate) fn format(&self) -> Option<Format> {
        if self.head.starts_with(b"%PDF-") {
            let level = self.level.map(|level| level.to_ascii_uppercase());
            let archival = PDF_A.iter().find(|(part, wanted, _)| {
                Some(*part) == self.part && (*wanted == 0 || Some(*wanted) == level)
            });
            return archival.map(|(_, _, format)| *format).or_else(|| {
                let plain = PDF.iter().find(|(head, _)| self.head.starts_with(head));
                plain.map(|(_, format)| *format)
            });
        }
        if self.head.starts_with(b"PK\x03\x04") {
            return self.word.then_some(DOCX);
        }
        if self.sound_text == Text::No || self.head.is_empty() {
            return None;
        }
        if matches!(self.head.trim_ascii_start().first(), Some(b'{' | b'[')) {
            Some(JSON)
        } else {
            Some(TEXT)
        }
    }
}

/// The character behind a name: `<pdfaid:part>2</…>` or `pdfaid:part="2"`.
fn value(bytes: &[u8], name: &[u8]) -> Option<u8> {
    let finder = memmem::Finder::new(name);
    finder.find_iter(bytes).find_map(|at| {
        let rest = &bytes[at + name.len()..];
        let sign = match rest {
            [b'>', sign, ..] | [b'=', b'"' | b'\'', sign, ..] => *sign,
            _ => return None,
        };
        sign.is_ascii_alphanumeric().then_some(sign)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pieces: &[&[u8]]) -> Option<&'static str> {
        let mut sniffer = Sniffer::default();
        pieces.iter().for_each(|piece| sniffer.update(piece));
        sniffer.format().map(|format| format.puid)
    }

    #[test]
    fn a_pdf_says_itself_what_it_is() {
        let marks = b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>";
        assert_eq!(of(&[b"%PDF-1.7\n", marks]), Some("fmt/476"));
        // Split at every place, the names are found.
        for at in 0..marks.len() {
            assert_eq!(
                of(&[b"%PDF-1.7\n", &marks[..at], &marks[at..]]),
                Some("fmt/476"),
                "{at}"
            );
        }
        assert_eq!(
            of(&[b"%PDF-1.4\n", b"pdfaid:part='1' pdfaid:conformance='B'"]),
            Some("fmt/354")
        );
        for (level, puid, is_archival) in [
            (&b""[..], "fmt/1910", true),
            (b"pdfaid:conformance='E'", "fmt/1911", true),
            (b"pdfaid:conformance='F'", "fmt/1912", false),
        ] {
            let mut sniffer = Sniffer::default();
            sniffer.update(b"%PDF-2.0\npdfaid:part='4' ");
            sniffer.update(level);
            let format = sniffer.format().expect("PDF/A-4");
            assert_eq!((format.puid, format.is_archival_pdf()), (puid, is_archival));
        }
        assert_eq!(of(&[b"%PDF-1.7\n\x00\xff"]), Some("fmt/276"));
        assert_eq!(of(&[b"%PDF-1.9\n"]), None);
    }

    #[test]
    fn other_files() {
        assert_eq!(
            of(&[b"PK\x03\x04...word/docu", b"ment.xml"]),
            Some("fmt/412")
        );
        assert_eq!(of(&[b"PK\x03\x04..."]), None);
        assert_eq!(of(&[b"{\"a\": 1}"]), Some("fmt/817"));
        assert_eq!(of(&[b"0a1b  x\n"]), Some("x-fmt/111"));
        assert_eq!(of(&[b"a\0b"]), None);
        assert_eq!(of(&[]), None);
    }
}
