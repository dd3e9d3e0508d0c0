//! Access to the files of a campaign: a folder, memory, or the caller's store.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use raadspost_run::{demand_regular, read_regular};
use walkdir::WalkDir;

/// The files of a campaign, below one root. Every path is plain: names separated by `/`, never
/// `..`, never absolute; an implementation need not check for paths that lead out.
pub trait Assets: fmt::Debug + Send + Sync {
    /// The bytes of a file; `None` if it does not exist.
    ///
    /// # Errors
    /// The file cannot be read.
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>>;

    /// The names of the files at the root, in any order.
    ///
    /// # Errors
    /// The root cannot be listed.
    fn root_files(&self) -> io::Result<Vec<String>>;

    /// The paths of all files below a folder, relative to it, in any order; empty if the folder
    /// does not exist.
    ///
    /// # Errors
    /// The folder cannot be listed.
    fn list(&self, folder: &str) -> io::Result<Vec<String>>;

    /// The file's name in diagnostics.
    fn name(&self, path: &str) -> String {
        path.to_owned()
    }

    /// The path of a file on disk, so that a large table can be streamed; `None` if the file does
    /// not exist or is elsewhere.
    ///
    /// # Errors
    /// The file is a link that leads out of the root.
    fn location(&self, _path: &str) -> io::Result<Option<PathBuf>> {
        Ok(None)
    }
}

/// A folder on disk.
#[derive(Debug, Clone)]
pub struct Directory {
    root: PathBuf,
}

impl Directory {
    /// The folder at this path; the empty path is the current folder.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The folder's path.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder's path for the system.
    fn here(&self) -> &Path {
        if self.root.as_os_str().is_empty() {
            Path::new(".")
        } else {
            &self.root
        }
    }

    /// Refuses a file that lies outside the folder once every link is followed.
    fn demand_inside(&self, file: &Path) -> io::Result<()> {
        if fs::canonicalize(file)?.starts_with(fs::canonicalize(self.here())?) {
            return Ok(());
        }
        let message = "it is a link that leads out of the folder";
        Err(io::Error::new(io::ErrorKind::PermissionDenied, message))
    }
}

/// Bytes of a file beside a campaign, at most; a register is read row by row and has no limit.
pub(crate) const LARGEST: u64 = 64 << 20;

impl Assets for Directory {
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        let file = self.location(path)?;
        file.map(|file| read_regular(&file, LARGEST)).transpose()
    }

    fn root_files(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(self.here())? {
            let entry = entry?;
            if entry.path().is_file() {
                names.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        Ok(names)
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let root = self.root.join(folder);
        let mut files = Vec::new();
        if !root.is_dir() {
            return Ok(files);
        }
        for entry in WalkDir::new(&root).follow_links(true) {
            let entry = entry?;
            if !entry.file_type().is_dir() {
                demand_regular(entry.path())?;
                self.demand_inside(entry.path())?;
                let below = entry.path().strip_prefix(&root).map_err(io::Error::other)?;
                let names: Vec<_> = below.iter().map(|name| name.to_string_lossy()).collect();
                files.push(names.join("/"));
            }
        }
        Ok(files)
    }

    fn name(&self, path: &str) -> String {
        self.root.join(path).display().to_string()
    }

    fn location(&self, path: &str) -> io::Result<Option<PathBuf>> {
        let file = self.root.join(path);
        match fs::metadata(&file) {
            Ok(found) if found.is_dir() => return Ok(None),
            Ok(_) => demand_regular(&file)?,
            Err(_) => return Ok(None),
        }
        self.demand_inside(&file)?;
        Ok(Some(file))
    }
}

/// Files in memory, by path.
impl Assets for BTreeMap<String, Vec<u8>> {
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        Ok(self.get(path).cloned())
    }

    fn root_files(&self) -> io::Result<Vec<String>> {
        let names = self.keys().filter(|path| !path.contains('/'));
        Ok(names.cloned().collect())
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let below = |path: &String| Some(path.strip_prefix(folder)?.strip_prefix('/')?.to_owned());
        Ok(self.keys().filter_map(below).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_and_memory_hold_the_same_files() {
        let dir = tempfile::tempdir().unwrap();
        let mut memory = BTreeMap::new();
        for path in ["c.yaml", "fonts/a/b.ttf", "fonts/c.otf"] {
            let file = dir.path().join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, path).unwrap();
            memory.insert(path.to_owned(), path.as_bytes().to_vec());
        }
        let all: [&dyn Assets; 2] = [&Directory::new(dir.path()), &memory];
        for assets in all {
            let list = |folder| {
                let mut files = assets.list(folder).unwrap();
                files.sort();
                files
            };
            assert_eq!(assets.root_files().unwrap(), ["c.yaml"]);
            assert_eq!(list("fonts"), ["a/b.ttf", "c.otf"]);
            assert!(list("none").is_empty());
            assert_eq!(assets.read("c.yaml").unwrap().unwrap(), b"c.yaml");
            assert_eq!(assets.read("none").unwrap(), None);
        }
    }

    #[cfg(unix)]
    #[test]
    fn no_link_leads_out_of_a_folder() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("root");
        fs::create_dir_all(root.join("fonts")).unwrap();
        fs::write(dir.path().join("secret"), "x").unwrap();
        fs::write(root.join("own"), "y").unwrap();
        std::os::unix::fs::symlink("../secret", root.join("link")).unwrap();
        std::os::unix::fs::symlink("own", root.join("alias")).unwrap();
        std::os::unix::fs::symlink("../../secret", root.join("fonts/a.ttf")).unwrap();
        let folder = Directory::new(&root);
        assert!(folder.read("link").is_err() && folder.list("fonts").is_err());
        assert_eq!(folder.read("alias").unwrap().unwrap(), b"y");
    }
}
