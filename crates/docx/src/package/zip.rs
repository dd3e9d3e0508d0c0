//! A zip file whose bytes depend on its entries alone (PKWARE APPNOTE 4.3).

use std::borrow::Cow;

use flate2::Crc;

use crate::xml::Fault;

/// A file of the zip, deflated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    name: Cow<'static, str>,
    crc: u32,
    /// Bytes before deflating.
    size: usize,
    deflated: Vec<u8>,
}

/// Deflates parts, one after the other with one state.
pub(crate) struct Deflater(raadspost_content::Deflater);

impl Deflater {
    pub(crate) fn new() -> Self {
        Self(raadspost_content::Deflater::raw(6))
    }

    /// Deflates one part.
    pub(crate) fn entry(&mut self, name: impl Into<Cow<'static, str>>, bytes: &[u8]) -> Entry {
        let mut crc = Crc::new();
        crc.update(bytes);
        let deflated = self.0.deflate(bytes);
        Entry {
            name: name.into(),
            crc: crc.sum(),
            size: bytes.len(),
            deflated,
        }
    }
}

/// 1980-01-01, the first date that a zip file can state.
const DATE: u16 = 0b0000_0000_0010_0001;
/// The version of the format that a reader needs: 2.0, for deflating.
const VERSION: u16 = 20;
/// The method of deflating.
const DEFLATED: u16 = 8;

/// A zip file of these entries, in their order.
///
/// # Errors
/// A size, an offset or the count does not fit into the fields of the format.
pub(crate) fn zip<'a>(entries: impl Iterator<Item = &'a Entry> + Clone) -> Result<Vec<u8>, Fault> {
    let length = entries
        .clone()
        .map(|entry| entry.deflated.len() + 2 * entry.name.len() + 76)
        .sum::<usize>();
    let mut out = Vec::with_capacity(length + 22);
    let mut directory = Vec::with_capacity(1024);
    let mut count = 0_usize;
    for entry in entries {
        let offset = u32::try_from(out.len())?;
        out.extend(b"PK\x03\x04");
        header(entry, &mut out)?;
        out.extend(entry.name.as_bytes());
        out.extend(&entry.deflated);

        directory.extend(b"PK\x01\x02");
        directory.extend(VERSION.to_le_bytes());
        header(entry, &mut directory)?;
        // Comment length, disk, internal and external attributes: none.
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(entry.name.as_bytes());
        count += 1;
    }
    let count = u16::try_from(count)?.to_le_bytes();
    let start = u32::try_from(out.len())?;
    let size = u32::try_from(directory.len())?;
    out.extend(directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count);
    out.extend(count);
    out.extend(size.to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0; 2]);
    Ok(out)
}

/// What a local header and the directory say alike.
fn header(entry: &Entry, out: &mut Vec<u8>) -> Result<(), Fault> {
    for half in [VERSION, 0, DEFLATED, 0, DATE] {
        out.extend(half.to_le_bytes());
    }
    out.extend(entry.crc.to_le_bytes());
    for size in [entry.deflated.len(), entry.size] {
        out.extend(u32::try_from(size)?.to_le_bytes());
    }
    out.extend(u16::try_from(entry.name.len())?.to_le_bytes());
    out.extend([0; 2]);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: String, size: usize) -> Entry {
        Entry {
            name: name.into(),
            crc: 0,
            size,
            deflated: Vec::new(),
        }
    }

    #[test]
    fn what_does_not_fit_is_a_fault() {
        let limit = u32::MAX as usize;
        let cases = [
            vec![entry("a".into(), limit + 1)],
            vec![entry("a".repeat(1 << 16), 1)],
            vec![entry("a".into(), 1); 1 << 16],
        ];
        for entries in cases {
            assert!(matches!(zip(entries.iter()), Err(Fault::TooLarge(_))));
        }
        assert!(zip([entry("a".into(), limit)].iter()).is_ok());
    }
}
