//! The zip container, read by its central directory (APPNOTE.TXT 4.3.12 and 4.3.16), no more of
//! it than a package may use: stored or deflated, not encrypted, not split, no zip64.

use flate2::{Crc, Decompress, FlushDecompress, Status};

use crate::ReadError;

/// The most bytes that one part may inflate to.
pub(crate) const PART_LIMIT: usize = 32 << 20;
/// The most bytes that all parts may inflate to.
pub(crate) const TOTAL_LIMIT: usize = 96 << 20;

/// The most entries; a document with a thousand pictures stays below.
const ENTRY_LIMIT: usize = 4096;

/// A file in the container.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// As written, without a leading slash.
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

fn broken(reason: impl Into<String>) -> ReadError {
    ReadError::Zip(reason.into())
}

/// A range of the file, or the error that it ends too early.
fn slice(bytes: &[u8], start: usize, length: usize) -> Result<&[u8], ReadError> {
    start
        .checked_add(length)
        .and_then(|end| bytes.get(start..end))
        .ok_or_else(|| broken("it ends too early"))
}

fn u16_at(bytes: &[u8], at: usize) -> Result<usize, ReadError> {
    let pair = slice(bytes, at, 2)?;
    Ok(usize::from(u16::from_le_bytes([pair[0], pair[1]])))
}

fn u32_at(bytes: &[u8], at: usize) -> Result<u32, ReadError> {
    let four = slice(bytes, at, 4)?;
    Ok(u32::from_le_bytes([four[0], four[1], four[2], four[3]]))
}

fn size_at(bytes: &[u8], at: usize) -> Result<usize, ReadError> {
    match u32_at(bytes, at)? {
        u32::MAX => Err(broken("it is a zip64 file")),
        size => usize::try_from(size).map_err(|_| broken("a size is out of range")),
    }
}

/// Reads all files, in the order of the central directory.
pub(crate) fn read(bytes: &[u8]) -> Result<Vec<Entry>, ReadError> {
    let end = bytes
        .windows(4)
        .rposition(|window| window == b"PK\x05\x06")
        .ok_or_else(|| broken("it has no central directory"))?;
    let count = u16_at(bytes, end + 10)?;
    if count > ENTRY_LIMIT {
        return Err(broken(format!("it has {count} entries")));
    }
    let mut at = size_at(bytes, end + 16)?;
    let mut entries: Vec<Entry> = Vec::with_capacity(count);
    let mut total = 0;
    for _ in 0..count {
        if slice(bytes, at, 4)? != b"PK\x01\x02" {
            return Err(broken("the central directory is damaged"));
        }
        let (flags, method) = (u16_at(bytes, at + 8)?, u16_at(bytes, at + 10)?);
        let crc = u32_at(bytes, at + 16)?;
        let (packed, size) = (size_at(bytes, at + 20)?, size_at(bytes, at + 24)?);
        let name_length = u16_at(bytes, at + 28)?;
        let skip = u16_at(bytes, at + 30)? + u16_at(bytes, at + 32)?;
        let local = size_at(bytes, at + 42)?;
        let raw_name = slice(bytes, at + 46, name_length)?;
        at += 46 + name_length + skip;
        let name =
            String::from_utf8(raw_name.to_vec()).map_err(|_| broken("a name is not UTF-8"))?;
        if entries
            .iter()
            .any(|entry| entry.name.eq_ignore_ascii_case(&name))
        {
            return Err(broken(format!("two parts are named `{name}`")));
        }
        if flags & 1 != 0 {
            return Err(broken(format!("`{name}` is encrypted")));
        }
        total += size;
        if size > PART_LIMIT || total > TOTAL_LIMIT {
            let limit = if size > PART_LIMIT {
                PART_LIMIT
            } else {
                TOTAL_LIMIT
            };
            return Err(ReadError::TooLarge { name, limit });
        }
        let header = slice(bytes, local, 30)?;
        if &header[..4] != b"PK\x03\x04"
            || slice(bytes, local + 30, u16_at(header, 26)?)? != raw_name
        {
            return Err(broken(format!("the local header of `{name}` does not fit")));
        }
        let start = local + 30 + u16_at(header, 26)? + u16_at(header, 28)?;
        let data = slice(bytes, start, packed)?;
        let content = match method {
            0 => data.to_vec(),
            8 => {
                inflate(data, size).ok_or_else(|| broken(format!("`{name}` cannot be inflated")))?
            }
            other => return Err(broken(format!("`{name}` is packed by method {other}"))),
        };
        let mut sum = Crc::new();
        sum.update(&content);
        if content.len() != size || sum.sum() != crc {
            return Err(broken(format!("`{name}` does not fit its checksum")));
        }
        entries.push(Entry {
            name,
            bytes: content,
        });
    }
    Ok(entries)
}

/// Inflates to exactly `size` bytes; one more shows a size that lies.
fn inflate(data: &[u8], size: usize) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(size + 1);
    let mut inflater = Decompress::new(false);
    match inflater.decompress_vec(data, &mut out, FlushDecompress::Finish) {
        Ok(Status::StreamEnd) if out.len() == size => Some(out),
        _ => None,
    }
}
