//! A package that is read: a folder, a ZIP or a tar file.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use walkdir::WalkDir;
use zip::ZipArchive;

/// A package that is read; paths are below its uppermost folder.
pub(crate) enum Opened {
    /// A folder.
    Folder(PathBuf),
    /// A ZIP file: positions by path.
    Zip(Box<ZipArchive<File>>, BTreeMap<String, usize>),
    /// A tar file: start and length by path.
    Tar(File, BTreeMap<String, (u64, u64)>),
}

impl Opened {
    /// Opens a package, and gives its name without ending.
    pub(crate) fn open(path: &Path) -> io::Result<(Self, String)> {
        let name = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let name = name.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            return Ok((Self::Folder(path.to_owned()), name.into_owned()));
        }
        let file = File::open(path)?;
        if let Some(name) = name.strip_suffix(".zip") {
            let zip = ZipArchive::new(file).map_err(io::Error::other)?;
            let places = zip
                .file_names()
                .filter_map(|file| Some((below(file)?, zip.index_for_name(file)?)))
                .collect();
            return Ok((Self::Zip(Box::new(zip), places), name.to_owned()));
        }
        let name = name.strip_suffix(".tar").unwrap_or(&name).to_owned();
        let mut places = BTreeMap::new();
        let mut archive = tar::Archive::new(&file);
        for entry in archive.entries_with_seek()? {
            let entry = entry?;
            let path = entry.path()?.to_string_lossy().into_owned();
            if entry.header().entry_type().is_file()
                && let Some(path) = below(&path)
            {
                places.insert(path, (entry.raw_file_position(), entry.size()));
            }
        }
        Ok((Self::Tar(file, places), name))
    }

    /// Calls back with a file's reader; none where there is no such file.
    pub(crate) fn read<T>(
        &mut self,
        path: &str,
        each: impl FnOnce(&mut dyn Read) -> T,
    ) -> io::Result<Option<T>> {
        match self {
            Self::Folder(root) => match File::open(root.join(path)) {
                Ok(file) if file.metadata()?.is_dir() => Ok(None),
                Ok(mut file) => Ok(Some(each(&mut file))),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(error) if error.kind() == io::ErrorKind::NotADirectory => Ok(None),
                Err(error) => Err(error),
            },
            Self::Zip(zip, places) => match places.get(path) {
                Some(at) => {
                    let mut file = zip.by_index(*at).map_err(io::Error::other)?;
                    Ok(Some(each(&mut file)))
                }
                None => Ok(None),
            },
            Self::Tar(file, places) => match places.get(path) {
                Some((start, length)) => {
                    file.seek(SeekFrom::Start(*start))?;
                    Ok(Some(each(&mut file.take(*length))))
                }
                None => Ok(None),
            },
        }
    }

    /// Calls back with the path of each file.
    pub(crate) fn paths(&self, mut each: impl FnMut(&str)) -> io::Result<()> {
        match self {
            Self::Folder(root) => {
                for entry in WalkDir::new(root).sort_by_file_name() {
                    let entry = entry?;
                    if !entry.file_type().is_dir() {
                        let path = entry.path().strip_prefix(root).unwrap_or(entry.path());
                        let path = path.to_string_lossy();
                        each(&path.replace(std::path::MAIN_SEPARATOR, "/"));
                    }
                }
            }
            Self::Zip(_, places) => places.keys().for_each(|path| each(path)),
            Self::Tar(_, places) => places.keys().for_each(|path| each(path)),
        }
        Ok(())
    }
}

/// The path below the uppermost folder. A container that somebody renamed has another one inside,
/// and is told from the packing slip; its files are found all the same.
fn below(path: &str) -> Option<String> {
    if path.ends_with('/') {
        return None;
    }
    path.split_once('/').map(|(_, rest)| rest.to_owned())
}
