//! The zip container, read by its central directory (APPNOTE.TXT 4.3.12 and 4.3.16), no more of
//! it than a package may use: stored or deflated, not encrypted, not split, no zip64.

use flate2::{Crc, Decompress, FlushDecompress, Status};
use raadspost_content::Fingerprint;

use crate::error::ReadError;

/// The most bytes that one part may inflate to.
pub(crate) const PART_LIMIT: usize = 32 << 20;
/// The most bytes that all parts may inflate to.
pub(crate) const TOTAL_LIMIT: usize = 96 << 20;

/// The most entries; a document with a thousand pictures stays below.
const ENTRY_LIMIT: usize = 4096;

/// A file in the container, packed; these fields decide its content.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Packed<'a> {
    /// As written.
    pub(crate) name: &'a str,
    method: usize,
    /// Bytes before deflating.
    size: usize,
    crc: u32,
    data: &'a [u8],
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

/// Goes through all files in the order of the central directory, and ends at the first fault, be
/// it here or in what `take` makes of a file.
pub(crate) fn read<'a, T>(
    bytes: &'a [u8],
    mut take: impl FnMut(Packed<'a>) -> Result<T, ReadError>,
) -> Result<Vec<T>, ReadError> {
    let end = bytes
        .windows(4)
        .rposition(|window| window == b"PK\x05\x06")
        .ok_or_else(|| broken("it has no central directory"))?;
    let count = u16_at(bytes, end + 10)?;
    if count > ENTRY_LIMIT {
        return Err(broken(format!("it has {count} entries")));
    }
    let mut at = size_at(bytes, end + 16)?;
    let mut names: Vec<&str> = Vec::with_capacity(count);
    let mut taken = Vec::with_capacity(count);
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
        let name = std::str::from_utf8(raw_name).map_err(|_| broken("a name is not UTF-8"))?;
        if names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            return Err(broken(format!("two parts are named `{name}`")));
        }
        names.push(name);
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
            let name = name.to_owned();
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
        taken.push(take(Packed {
            name,
            method,
            size,
            crc,
            data,
        })?);
    }
    Ok(taken)
}

/// Inflates files, one after the other with one state.
pub(crate) struct Inflater(Decompress);

impl Inflater {
    pub(crate) fn new() -> Self {
        Self(Decompress::new(false))
    }

    /// Exactly `size` bytes; one more shows a size that lies.
    fn inflate(&mut self, data: &[u8], size: usize) -> Option<Vec<u8>> {
        let mut out = Vec::with_capacity(size + 1);
        self.0.reset(false);
        match self
            .0
            .decompress_vec(data, &mut out, FlushDecompress::Finish)
        {
            Ok(Status::StreamEnd) if out.len() == size => Some(out),
            _ => None,
        }
    }
}

impl Packed<'_> {
    /// The hash of everything that decides the file: name, method and packed bytes.
    pub(crate) fn key(&self) -> Fingerprint {
        let Self {
            name,
            method,
            size,
            crc,
            data,
        } = self;
        let mut numbers = [0; 20];
        numbers[..8].copy_from_slice(&(*method as u64).to_le_bytes());
        numbers[8..16].copy_from_slice(&(*size as u64).to_le_bytes());
        numbers[16..].copy_from_slice(&crc.to_le_bytes());
        Fingerprint::builder("part")
            .field(name.as_bytes())
            .field(&numbers)
            .field(data)
            .finish()
    }

    /// The file's bytes, which have the size and the checksum that it states.
    pub(crate) fn unpack(&self, inflater: &mut Inflater) -> Result<Vec<u8>, ReadError> {
        let name = self.name;
        let content = match self.method {
            0 => self.data.to_vec(),
            8 => inflater
                .inflate(self.data, self.size)
                .ok_or_else(|| broken(format!("`{name}` cannot be inflated")))?,
            other => return Err(broken(format!("`{name}` is packed by method {other}"))),
        };
        let mut sum = Crc::new();
        sum.update(&content);
        if content.len() != self.size || sum.sum() != self.crc {
            return Err(broken(format!("`{name}` does not fit its checksum")));
        }
        Ok(content)
    }
}
