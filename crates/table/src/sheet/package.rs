//! The ZIP archive of a workbook: its parts are measured before a reader that knows no limits sees
//! them.

use std::io::{self, Cursor, Read};

use quick_xml::escape::unescape;
use quick_xml::events::BytesStart;
use zip::ZipArchive;
use zip::read::ZipFile;

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
        let most = if is_sheet {
            LARGEST_SHEET
        } else {
            LARGEST_PART
        };
        let size = io::copy(&mut part.take(most + 1), &mut io::sink()).map_err(Fault::broken)?;
        if size > most {
            return Err(Fault::Large(format!(
                "a part `{name}` of more than {most} bytes"
            )));
        }
    }
    Ok(())
}

/// A part by its name; archives of some programs have another case or backslashes.
pub(super) fn part<'a>(
    archive: &'a mut Archive,
    name: &str,
) -> Result<ZipFile<'a, Cursor<Vec<u8>>>, Fault> {
    let same = |other: &&str| other.replace('\\', "/").eq_ignore_ascii_case(name);
    let found = match archive.index_for_name(name) {
        Some(at) => Some(at),
        None => {
            let other = archive.file_names().find(same).map(str::to_owned);
            other.and_then(|other| archive.index_for_name(&other))
        }
    };
    let at = found.ok_or_else(|| Fault::broken(format!("it has no part `{name}`")))?;
    archive.by_index(at).map_err(Fault::broken)
}

/// The unescaped value of an attribute, by its name without prefix.
pub(super) fn attribute(start: &BytesStart<'_>, name: &[u8]) -> Result<Option<String>, Fault> {
    for attribute in start.attributes() {
        let attribute = attribute.map_err(Fault::broken)?;
        if attribute.key.local_name().as_ref() == name {
            return text_of(&attribute.value).map(Some);
        }
    }
    Ok(None)
}

/// The unescaped text of an attribute.
pub(super) fn text_of(value: &[u8]) -> Result<String, Fault> {
    let text = std::str::from_utf8(value).map_err(Fault::broken)?;
    Ok(unescape(text).map_err(Fault::broken)?.into_owned())
}
