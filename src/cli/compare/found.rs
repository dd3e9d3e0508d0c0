//! The files of a folder that came back, and reading one within a limit.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use raadspost_run::open_named;

use crate::outcome::CommandError;

/// The extensions of what clerks send back as a text, in small letters.
const TEXTS: [&str; 6] = ["docx", "docm", "dotx", "doc", "odt", "rtf"];
/// The deepest folder that is looked into.
const DEPTH_LIMIT: usize = 8;
/// The most bytes of a file.
const LARGEST: u64 = 64 << 20;

/// The texts of a folder and of the folders in it, by their paths below it with `/`, in order. Hidden
/// files, lock files of Word and links are left out.
pub(super) fn word_files(folder: &Path) -> Result<Vec<(String, PathBuf)>, CommandError> {
    let mut found = Vec::new();
    look(folder, "", 0, &mut found)?;
    found.sort();
    if found.is_empty() {
        let message = format!("no Word file is in `{}`", folder.display());
        return Err(CommandError::new(message)
            .hint("name the folder with the `.docx` files that came back"));
    }
    Ok(found)
}

fn look(
    folder: &Path,
    before: &str,
    depth: usize,
    found: &mut Vec<(String, PathBuf)>,
) -> Result<(), CommandError> {
    let cannot = || format!("cannot read the folder `{}`", folder.display());
    for entry in fs::read_dir(folder).with_context(cannot)? {
        let entry = entry.with_context(cannot)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with(['.', '~']) {
            continue;
        }
        let kind = entry.file_type().with_context(cannot)?;
        let path = entry.path();
        let below = format!("{before}{name}");
        if kind.is_dir() && depth < DEPTH_LIMIT {
            look(&path, &format!("{below}/"), depth + 1, found)?;
        } else if kind.is_file() {
            let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
            if TEXTS.iter().any(|known| extension == *known) {
                found.push((below, path));
            }
        }
    }
    Ok(())
}

/// The bytes of a file.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, CommandError> {
    let cannot = || format!("cannot read `{}`", path.display());
    let mut bytes = Vec::new();
    let file = open_named(path).with_context(cannot)?;
    file.take(LARGEST + 1)
        .read_to_end(&mut bytes)
        .with_context(cannot)?;
    if bytes.len() as u64 > LARGEST {
        let message = format!("`{}` is larger than 64 MB", path.display());
        return Err(CommandError::new(message).hint("a motion is far smaller; look at the file"));
    }
    Ok(bytes)
}
