//! Embeds `content/` and `fonts/` as one table, sorted by path.
//!
//! Sorted by the bytes of the path, with `/` on every system, so that the table is equal on every
//! machine and `src/embedded.rs` can use binary search.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use walkdir::{DirEntry, WalkDir};

/// The folders to embed.
const FOLDERS: [&str; 2] = ["content", "fonts"];

// Cargo reads the output of a build script, which clippy allows.
fn main() -> io::Result<()> {
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR")?).join("../..");
    let mut files = Vec::new();
    for folder in FOLDERS {
        println!("cargo::rerun-if-changed=../../{folder}");
        for entry in WalkDir::new(root.join(folder))
            .into_iter()
            .filter_entry(is_shown)
        {
            let entry = entry?;
            if entry.file_type().is_file() {
                files.push((table_path(&root, entry.path())?, entry.into_path()));
            }
        }
    }
    files.sort();

    let mut table = String::from("&[\n");
    for (path, file) in &files {
        let file = file
            .to_str()
            .ok_or_else(|| io::Error::other("a path is not UTF-8"))?;
        let _ = writeln!(
            table,
            "    ({path:?}, include_bytes!({file:?}).as_slice()),"
        );
    }
    table.push_str("]\n");
    fs::write(Path::new(&variable("OUT_DIR")?).join("embedded.rs"), table)
}

/// Whether a file or folder is content, not an editor's leftover.
fn is_shown(entry: &DirEntry) -> bool {
    entry
        .file_name()
        .to_str()
        .is_some_and(|name| !name.starts_with('.') && !name.ends_with('~'))
}

/// The path below the root, with `/` between its parts.
fn table_path(root: &Path, file: &Path) -> io::Result<String> {
    let below = file.strip_prefix(root).map_err(io::Error::other)?;
    let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
    Ok(parts.join("/"))
}

/// A variable that Cargo sets for build scripts.
#[expect(
    clippy::disallowed_methods,
    reason = "Cargo passes its folders to a build script in variables"
)]
fn variable(name: &str) -> io::Result<String> {
    env::var(name).map_err(|error| io::Error::other(format!("{name}: {error}")))
}
