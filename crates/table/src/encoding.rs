//! The character encoding of a text: stated, or recognised from all its bytes, and decoded to UTF-8.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult};

/// Size of a block in bytes. Blocks are always filled, so that what is recognised does not depend
/// on how a reader cuts its bytes.
const BLOCK: usize = 64 * 1024;

/// A character encoding, by the names of the WHATWG Encoding Standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encoding(&'static encoding_rs::Encoding);

/// How the encoding of a text was determined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EncodingFrom {
    /// The campaign states it.
    Campaign,
    /// A byte order mark.
    ByteOrderMark,
    /// It is recognised from the bytes.
    #[default]
    Content,
}

impl Encoding {
    /// UTF-8.
    pub const UTF_8: Self = Self(encoding_rs::UTF_8);

    /// The encoding with this name or label, such as `windows-1252`, `latin1` or `utf-16le`.
    pub fn named(label: &str) -> Option<Self> {
        let found = encoding_rs::Encoding::for_label_no_replacement(label.as_bytes());
        found.map(Self)
    }

    /// Its name, such as `UTF-8` or `windows-1252`.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// Recognises the encoding of a text from all its bytes: a byte order mark; UTF-16 by its NUL
    /// bytes; otherwise UTF-8, unless no character beyond ASCII is UTF-8 and all read well in
    /// Windows-1252. A text of which some characters are UTF-8 and others are not is UTF-8 with a
    /// mistake.
    ///
    /// # Errors
    /// The reader fails.
    pub fn recognise(reader: impl Read) -> io::Result<(Self, EncodingFrom)> {
        let mut reader = reader;
        let mut block = Vec::with_capacity(BLOCK);
        fill(&mut reader, &mut block)?;
        if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(&block) {
            return Ok((Self(encoding), EncodingFrom::ByteOrderMark));
        }
        if let Some(encoding) = wide(&block) {
            return Ok((Self(encoding), EncodingFrom::Content));
        }
        let mut scan = Scan::default();
        while !block.is_empty() {
            scan.add(&block);
            fill(&mut reader, &mut block)?;
        }
        let encoding = if scan.is_windows_1252() {
            encoding_rs::WINDOWS_1252
        } else {
            encoding_rs::UTF_8
        };
        Ok((Self(encoding), EncodingFrom::Content))
    }
}

/// Fills a block, as far as the reader has bytes.
fn fill(reader: &mut impl Read, block: &mut Vec<u8>) -> io::Result<()> {
    block.clear();
    reader.take(BLOCK as u64).read_to_end(block)?;
    Ok(())
}

/// UTF-16 without a byte order mark: of the first characters most are ASCII, whose one byte is NUL.
fn wide(start: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let start = &start[..start.len().min(1024)];
    let nul = |odd: usize| {
        let bytes = start.iter().skip(odd).step_by(2);
        bytes.filter(|byte| **byte == 0).count()
    };
    let (even, odd) = (nul(0), nul(1));
    let most = |count: usize| count >= 2 && count * 4 >= start.len();
    match (even, odd) {
        (0, odd) if most(odd) => Some(encoding_rs::UTF_16LE),
        (even, 0) if most(even) => Some(encoding_rs::UTF_16BE),
        _ => None,
    }
}

/// What the bytes of a text tell.
#[derive(Debug, Default)]
struct Scan {
    /// A character beyond ASCII is UTF-8.
    has_utf8: bool,
    /// A byte is not UTF-8.
    has_other: bool,
    /// A character would make no sense in Windows-1252.
    is_odd: bool,
    /// The bytes of a character that the next block may complete.
    rest: Vec<u8>,
    /// The last byte of the block before.
    last: u8,
}

impl Scan {
    fn add(&mut self, block: &[u8]) {
        let mut joined = std::mem::take(&mut self.rest);
        joined.extend(block);
        let mut from = 0;
        while from < joined.len() {
            match std::str::from_utf8(&joined[from..]) {
                Ok(text) => {
                    self.has_utf8 |= !text.is_ascii();
                    break;
                }
                Err(error) => {
                    let wrong = from + error.valid_up_to();
                    self.has_utf8 |= !joined[from..wrong].is_ascii();
                    let Some(length) = error.error_len() else {
                        self.rest = joined.split_off(wrong);
                        break;
                    };
                    self.has_other = true;
                    let before = match wrong {
                        0 => self.last,
                        at => joined[at - 1],
                    };
                    for at in wrong..wrong + length {
                        let before = if at == wrong { before } else { joined[at - 1] };
                        let behind = joined.get(at + 1).copied().unwrap_or_default();
                        self.is_odd |= is_odd(before, joined[at], behind);
                    }
                    from = wrong + length;
                }
            }
        }
        self.last = joined.last().copied().unwrap_or(self.last);
    }

    fn is_windows_1252(&self) -> bool {
        let has_other = self.has_other || !self.rest.is_empty();
        has_other && !self.has_utf8 && !self.is_odd
    }
}

/// Whether a byte between two others makes no sense as Windows-1252, as letters of Mac OS Roman and
/// of code page 850 do: a character that it lacks or that no name has, a symbol within a word, or a
/// capital within small letters.
fn is_odd(before: u8, byte: u8, behind: u8) -> bool {
    if byte.is_ascii() {
        return false;
    }
    let (text, _) =
        encoding_rs::WINDOWS_1252.decode_without_bom_handling(std::slice::from_ref(&byte));
    let Some(c) = text.chars().next() else {
        return true;
    };
    let in_word = before.is_ascii_alphabetic() && behind.is_ascii_lowercase();
    c.is_control()
        || "ƒˆ‰†‡‹›˜‚".contains(c)
        || in_word && !c.is_alphabetic() && !"’‘·\u{AD}".contains(c)
        || before.is_ascii_lowercase() && c.is_uppercase()
}

/// A text in UTF-8, decoded as it is read. A text that is UTF-8 is passed on as it is.
pub(crate) struct Decoded<R> {
    reader: R,
    decoder: Option<Decoder>,
    name: &'static str,
    input: Vec<u8>,
    at: usize,
    /// Number of bytes of the text before the input.
    before: u64,
    output: Vec<u8>,
    given: usize,
    ended: bool,
}

impl<R> std::fmt::Debug for Decoded<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Decoded({})", self.name)
    }
}

impl<R: Read> Decoded<R> {
    pub(crate) fn new(reader: R, encoding: Encoding) -> Self {
        let is_utf8 = encoding == Encoding::UTF_8;
        Self {
            reader,
            decoder: (!is_utf8).then(|| encoding.0.new_decoder_with_bom_removal()),
            name: encoding.name(),
            input: Vec::new(),
            at: 0,
            before: 0,
            output: Vec::new(),
            given: 0,
            ended: false,
        }
    }

    /// Decodes the next block.
    fn decode(&mut self, decoder: &mut Decoder) -> io::Result<()> {
        self.output.clear();
        self.given = 0;
        while self.output.is_empty() && !self.ended {
            if self.at == self.input.len() {
                self.before += self.input.len() as u64;
                self.at = 0;
                fill(&mut self.reader, &mut self.input)?;
            }
            let is_last = self.input.is_empty();
            let length = self.input.len() - self.at;
            let needed = decoder.max_utf8_buffer_length_without_replacement(length);
            self.output.resize(needed.unwrap_or(length * 3 + 16), 0);
            let (result, read, written) = decoder.decode_to_utf8_without_replacement(
                &self.input[self.at..],
                &mut self.output,
                is_last,
            );
            self.at += read;
            self.output.truncate(written);
            match result {
                DecoderResult::Malformed(..) => {
                    let byte = self.before + self.at as u64;
                    let message = format!("byte {byte} is not valid in {}", self.name);
                    return Err(io::Error::new(io::ErrorKind::InvalidData, message));
                }
                DecoderResult::InputEmpty => self.ended = is_last,
                DecoderResult::OutputFull => {}
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let Some(mut decoder) = self.decoder.take() else {
            return self.reader.read(into);
        };
        let decoded = if self.given == self.output.len() {
            self.decode(&mut decoder)
        } else {
            Ok(())
        };
        self.decoder = Some(decoder);
        decoded?;
        let rest = &self.output[self.given..];
        let length = rest.len().min(into.len());
        into[..length].copy_from_slice(&rest[..length]);
        self.given += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recognised(bytes: &[u8]) -> (&'static str, EncodingFrom) {
        let (encoding, from) = Encoding::recognise(bytes).expect("memory");
        (encoding.name(), from)
    }

    fn decoded(bytes: &[u8], label: &str) -> io::Result<String> {
        let encoding = Encoding::named(label).expect("an encoding");
        let mut text = String::new();
        Decoded::new(bytes, encoding).read_to_string(&mut text)?;
        Ok(text)
    }

    fn utf16(text: &str, bytes: impl Fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn an_encoding_is_recognised_from_all_bytes() {
        use EncodingFrom::{ByteOrderMark, Content};
        let text = "code;name\r\nGM1900;Súdwest-Fryslân\r\n";
        assert_eq!(recognised(text.as_bytes()), ("UTF-8", Content));
        assert_eq!(recognised(b"code;name"), ("UTF-8", Content));
        let marked = format!("\u{FEFF}{text}");
        assert_eq!(recognised(marked.as_bytes()), ("UTF-8", ByteOrderMark));
        for (bytes, name) in [
            (utf16(&marked, u16::to_le_bytes), "UTF-16LE"),
            (utf16(&marked, u16::to_be_bytes), "UTF-16BE"),
        ] {
            assert_eq!(recognised(&bytes), (name, ByteOrderMark));
            assert_eq!(recognised(&bytes[2..]), (name, Content));
            assert_eq!(decoded(&bytes, name).expect("a text"), text);
        }
        let (windows, ..) = encoding_rs::WINDOWS_1252.encode(text);
        assert_eq!(recognised(&windows), ("windows-1252", Content));
        assert_eq!(decoded(&windows, "windows-1252").expect("a text"), text);
        // The one letter may be in the last byte, or at the border of two blocks.
        for ascii in [0, BLOCK - 2, BLOCK - 1, BLOCK, 3 * BLOCK] {
            let mut long = vec![b'a'; ascii];
            long.push(0xEB);
            assert_eq!(recognised(&long), ("windows-1252", Content), "{ascii}");
            let whole = format!("{}ë", "a".repeat(ascii));
            assert_eq!(recognised(whole.as_bytes()), ("UTF-8", Content), "{ascii}");
        }
    }

    #[test]
    fn what_may_be_another_encoding_is_not_taken_for_windows_1252() {
        // A text of UTF-8 with one wrong byte, Mac OS Roman, and code page 850.
        let mixed = [b"S\xC3\xBAdwest;", &b"Sk\xE4ne"[..]].concat();
        for bytes in [
            &mixed[..],
            b"S\x9Cdwest-Frysl\x89n",
            b"Caf\x8E",
            b"Sk\x84ne \x81",
            b"S\xA3dwest-Frysl\x83n",
        ] {
            assert_eq!(recognised(bytes).0, "UTF-8", "{bytes:?}");
        }
        // Signs of Windows-1252 that registers do have.
        for bytes in [
            &b"\x91s-Hertogenbosch"[..],
            b"L\x92\xCEle",
            b"10 \x80, \x93a\x94 \x96 b\x85",
            b"Mu\xDF, Stra\xDFe, \xD6rebro",
        ] {
            assert_eq!(recognised(bytes).0, "windows-1252", "{bytes:?}");
        }
    }

    #[test]
    fn a_text_that_breaks_its_encoding_is_an_error_with_its_byte() {
        let mut bytes = utf16("code", u16::to_le_bytes);
        bytes.extend([0x00, 0xD8, b'x', 0]);
        let error = decoded(&bytes, "utf-16le").expect_err("a lone surrogate");
        assert!(
            error.to_string().contains("not valid in UTF-16LE"),
            "{error}"
        );
        bytes.truncate(9);
        assert!(decoded(&bytes, "utf-16le").is_err());
        let stated = decoded(&[b'S', 0x9C, b'd', b'w'], "macintosh");
        assert_eq!(stated.expect("a text"), "Súdw");
    }
}
