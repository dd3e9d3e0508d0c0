//! The reference document as a zip file, read within limits: it comes from somebody else.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use flate2::read::DeflateDecoder;
use zip::{CompressionMethod, ZipArchive};

use super::Unfit;

/// The most bytes of the file.
const LARGEST: usize = 16 << 20;
/// The most parts; Word's own templates have some thirty.
const PARTS: usize = 2000;
/// The most bytes that a part may unfold to.
const PART: u64 = 16 << 20;
/// The most bytes that all parts may unfold to.
const TOTAL: u64 = 64 << 20;

/// The parts of a package by name, without the leading slash; names are compared in small letters
/// (ECMA-376 Part 2, 6.2.2.3).
pub(crate) struct Container(BTreeMap<String, Vec<u8>>);

impl Container {
    /// Unfolds all parts. Nothing is written anywhere, so a name can lead nowhere; one that tries
    /// is refused all the same.
    ///
    /// # Errors
    /// No zip file, damaged, encrypted, too large, or with a name that leads out of it.
    pub(crate) fn open(bytes: &[u8]) -> Result<Self, Unfit> {
        if bytes.len() > LARGEST {
            return Err(Unfit::TooLarge);
        }
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unfit::NoPackage)?;
        if archive.len() > PARTS {
            return Err(Unfit::TooLarge);
        }
        let (mut parts, mut total) = (BTreeMap::new(), 0);
        for index in 0..archive.len() {
            let file = archive.by_index_raw(index).map_err(|_| Unfit::Damaged)?;
            let name = file.name().to_owned();
            if file.encrypted() {
                return Err(Unfit::Damaged);
            }
            if file.is_dir() {
                continue;
            }
            if !is_plain(&name) {
                return Err(Unfit::Name(name));
            }
            let (method, said) = (file.compression(), file.size());
            let mut content = Vec::new();
            // One byte more than is allowed shows a part that unfolds to more than it says.
            let limit = PART.min(TOTAL - total) + 1;
            let read = match method {
                CompressionMethod::Stored => file.take(limit).read_to_end(&mut content),
                CompressionMethod::Deflated => DeflateDecoder::new(file)
                    .take(limit)
                    .read_to_end(&mut content),
                _ => return Err(Unfit::Damaged),
            };
            let length = read.map_err(|_| Unfit::Damaged)? as u64;
            if length >= limit {
                return Err(Unfit::TooLarge);
            }
            if length != said {
                return Err(Unfit::Damaged);
            }
            total += length;
            if parts.insert(name.to_ascii_lowercase(), content).is_some() {
                return Err(Unfit::Damaged);
            }
        }
        Ok(Self(parts))
    }

    /// The bytes of a part.
    pub(crate) fn get(&self, name: &str) -> Option<&[u8]> {
        self.0.get(&name.to_ascii_lowercase()).map(Vec::as_slice)
    }
}

/// Whether a name stays within the package.
fn is_plain(name: &str) -> bool {
    !name.contains(['\\', ':', '\0'])
        && name.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use zip::write::{SimpleFileOptions, ZipWriter};

    use super::*;

    fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        for (name, bytes) in parts {
            zip.start_file(*name, options).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    /// A zip file with one deflated part that claims to have `said` bytes.
    fn deflated(content: &[u8], said: usize) -> Vec<u8> {
        let mut deflater = crate::package::Deflater::new();
        let mut bytes = crate::package::zip([deflater.entry("a", content)].iter()).unwrap();
        let size = u32::try_from(said).unwrap().to_le_bytes();
        bytes[22..26].copy_from_slice(&size);
        let directory = bytes
            .windows(4)
            .rposition(|four| four == b"PK\x01\x02")
            .unwrap();
        bytes[directory + 24..directory + 28].copy_from_slice(&size);
        bytes
    }

    #[test]
    fn parts_are_found_whatever_the_case() {
        let container = Container::open(&zipped(&[("Word/a.XML", b"x")])).unwrap();
        assert_eq!(container.get("word/A.xml"), Some(&b"x"[..]));
        assert_eq!(container.get("word/b.xml"), None);
    }

    #[test]
    fn names_that_lead_out_are_refused() {
        for name in ["../a", "/a", "a/../../b", "a\\b", "c:a", "a//b"] {
            let found = Container::open(&zipped(&[(name, b"x")]));
            assert!(matches!(found, Err(Unfit::Name(_))), "{name}");
        }
    }

    #[test]
    fn bombs_are_refused() {
        let large = vec![0; usize::try_from(PART).unwrap() + 1];
        for said in [large.len(), 10] {
            let found = Container::open(&deflated(&large, said));
            assert!(matches!(found, Err(Unfit::TooLarge)), "{said}");
        }
        assert!(matches!(
            Container::open(&deflated(b"hundred", 10)),
            Err(Unfit::Damaged)
        ));
        assert!(matches!(
            Container::open(&vec![0; LARGEST + 1]),
            Err(Unfit::TooLarge)
        ));
        assert!(matches!(Container::open(b"PK"), Err(Unfit::NoPackage)));
    }
}
