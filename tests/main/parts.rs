//! Access to the parts of a Word file, for reading and for damaging them.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read as _, Write as _};
use std::path::Path;

use flate2::read::DeflateDecoder;
use zip::write::{SimpleFileOptions, ZipWriter};
use zip::{CompressionMethod, ZipArchive};

/// Parts by name.
pub(crate) type Parts = BTreeMap<String, Vec<u8>>;

/// The parts of a Word file of ours, all of which are deflated.
pub(crate) fn read(path: &Path) -> Parts {
    let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut archive = ZipArchive::new(Cursor::new(bytes)).expect("a package");
    let mut parts = Parts::new();
    for at in 0..archive.len() {
        let file = archive.by_index_raw(at).expect("a part");
        assert_eq!(file.compression(), CompressionMethod::Deflated);
        let name = file.name().to_owned();
        let mut bytes = Vec::new();
        DeflateDecoder::new(file)
            .read_to_end(&mut bytes)
            .expect("deflated");
        parts.insert(name, bytes);
    }
    parts
}

/// One part, as text.
pub(crate) fn text(path: &Path, part: &str) -> String {
    let mut parts = read(path);
    let bytes = parts
        .remove(part)
        .unwrap_or_else(|| panic!("{} has no {part}", path.display()));
    String::from_utf8(bytes).expect("UTF-8")
}

/// A package of these parts.
pub(crate) fn written(parts: &Parts) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, bytes) in parts {
        zip.start_file(name, options).expect("a part");
        zip.write_all(bytes).expect("written");
    }
    zip.finish().expect("a package").into_inner()
}
