//! The ZIP archive of a workbook: its parts are measured before a reader that knows no limits sees
//! them.

use std::io::{self, Cursor, Read};

use zip::ZipArchive;

use super::Fault;

/// A workbook in memory.
pub(super) type Archive = ZipArchive<Cursor<Vec<u8>>>;

/// Maximum unpacked size in bytes of a part that is read whole.
const LARGEST_PART: u64 = 128 * 1024 * 1024;

/// Maximum unpacked size in bytes of a sheet, which is read piece by piece.
const LARGEST_SHEET: u64 = 1024 * 1024 * 1024;

pub(super) fn open(bytes: Vec<u8>) -> Result<Archive, Fault> {
    ZipArchive::new(Cursor::new(bytes)).map_err(Fault::broken)
}

/// Unpacks each XML part once, and forgets it.
///
/// # Errors
/// A part is damaged or larger than its limit.
pub(super) fn measure(archive: &mut Archive) -> Result<(), Fault> {
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(Fault::broken)?;
        let name = part.name().to_ascii_lowercase();
        if !(name.ends_with(".xml") || name.ends_with(".rels")) {
            continue;
        }
        let is_sheet = name.contains("worksheets/") || name == "content.xml";
        let most = if is_sheet { LARGEST_SHEET } else { LARGEST_PART };
        let size = io::copy(&mut part.take(most + 1), &mut io::sink()).map_err(Fault::broken)?;
        if size > most {
            return Err(Fault::Large(format!(
                "a part `{name}` of more than {most} bytes"
            )));
        }
    }
    Ok(())
}
