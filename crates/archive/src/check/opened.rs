//! A package that is read: a folder, a ZIP or a tar file. Every entry is found, whatever its kind and
//! its place: what a packing slip cannot list is handed out with the reason.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use raadspost_run::{Words, open_regular, words};
use walkdir::WalkDir;
use zip::ZipArchive;

use crate::sip::bag;
use crate::sip::eark;
use crate::sip::pakbon::PAKBON;

/// A package that is read; paths of files are below its uppermost folder.
pub(crate) struct Opened {
    /// Its name without ending.
    pub(crate) name: String,
    /// The name of its uppermost folder, in a ZIP or tar file.
    pub(crate) top: Option<String>,
    form: Form,
    /// Entries that are not files of the package.
    strange: Vec<Strange>,
}

enum Form {
    Folder(PathBuf),
    /// The index of each file.
    Zip(Box<ZipArchive<File>>, BTreeMap<String, usize>),
    /// Start and length of each file.
    Tar(File, BTreeMap<String, (u64, u64)>),
}

/// An entry that no packing slip can list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Strange {
    /// Its path, in a container with the uppermost folder.
    pub(crate) path: String,
    /// Why not.
    pub(crate) why: Why,
}

/// Why an entry is not a file of the package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// A link, a device, a folder with bytes.
    NotRegular,
    /// Beside the uppermost folder of a container.
    Outside,
    /// The second of its name.
    Doubled,
    /// Bytes behind the end of a container.
    Hidden,
}

impl Why {
    /// The fact.
    pub(crate) fn words(self) -> Words {
        match self {
            Self::NotRegular => words!("it is not a regular file", "het is geen gewoon bestand"),
            Self::Outside => words!(
                "it lies outside the package's uppermost folder",
                "het ligt buiten de bovenste map van het pakket"
            ),
            Self::Doubled => words!(
                "the container has two entries of this name",
                "het staat er twee keer in"
            ),
            Self::Hidden => words!(
                "the container has bytes after its end",
                "er staan bytes achter het einde"
            ),
        }
    }
}

/// The entries of a container while they are sorted out.
struct Entries<T> {
    /// Path, kind and place of each entry that is not a folder.
    all: Vec<(String, bool, T)>,
    strange: Vec<Strange>,
}

impl<T> Entries<T> {
    fn new() -> Self {
        Self {
            all: Vec::new(),
            strange: Vec::new(),
        }
    }

    fn strange(&mut self, path: impl Into<String>, why: Why) {
        let path = path.into();
        self.strange.push(Strange { path, why });
    }

    /// The uppermost folder, and the files by their paths below it.
    fn sorted(mut self) -> (Option<String>, BTreeMap<String, T>, Vec<Strange>) {
        let top = self.top();
        let mut files = BTreeMap::new();
        for (path, is_regular, place) in std::mem::take(&mut self.all) {
            let below = match (&top, path.split_once('/')) {
                (Some(top), Some((first, rest))) if first == top => rest.to_owned(),
                _ => {
                    self.strange(path, Why::Outside);
                    continue;
                }
            };
            if !is_regular {
                self.strange(path, Why::NotRegular);
            } else if files.insert(below, place).is_some() {
                self.strange(path, Why::Doubled);
            }
        }
        (top, files, self.strange)
    }

    /// The folder with a packing slip; else that of the first entry.
    fn top(&self) -> Option<String> {
        let slips = ["", bag::PAYLOAD, eark::PAYLOAD].map(|folder| format!("{folder}{PAKBON}"));
        let mut split = self
            .all
            .iter()
            .filter_map(|(path, ..)| path.split_once('/'));
        let first = split.clone().next();
        let found = split.find(|(_, rest)| slips.iter().any(|slip| slip == rest));
        found.or(first).map(|(top, _)| top.to_owned())
    }
}

impl Opened {
    /// Opens a package.
    ///
    /// # Errors
    /// The package does not exist, or the container is damaged.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let name = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let name = name.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            return Ok(Self {
                name: name.into_owned(),
                top: None,
                form: Form::Folder(path.to_owned()),
                strange: Vec::new(),
            });
        }
        let file = open_regular(path)?;
        if let Some(name) = name.strip_suffix(".zip") {
            Self::zip(file, name)
        } else {
            Self::tar(file, name.strip_suffix(".tar").unwrap_or(&name))
        }
    }

    fn zip(file: File, name: &str) -> io::Result<Self> {
        let mut directory = io::BufReader::new(file.try_clone()?);
        let mut zip = ZipArchive::new(file).map_err(io::Error::other)?;
        let mut entries = Entries::new();
        for at in 0..zip.len() {
            let entry = zip.by_index_raw(at).map_err(io::Error::other)?;
            let path = entry.name().to_owned();
            let mode = entry.unix_mode().map_or(0, |mode| mode & 0o170_000);
            let is_regular = matches!(mode, 0 | 0o100_000);
            match entry.is_dir() {
                true if entry.size() == 0 => {}
                true => entries.strange(path, Why::NotRegular),
                false => entries.all.push((path, is_regular, at)),
            }
        }
        // Of two entries with one name the reader keeps one.
        if headers(&mut directory, zip.central_directory_start())? != zip.len() {
            entries.strange("", Why::Doubled);
        }
        let (top, files, strange) = entries.sorted();
        Ok(Self {
            name: name.to_owned(),
            top,
            form: Form::Zip(Box::new(zip), files),
            strange,
        })
    }

    fn tar(mut file: File, name: &str) -> io::Result<Self> {
        let mut entries = Entries::new();
        let mut end = 0;
        for entry in tar::Archive::new(&file).entries_with_seek()? {
            let entry = entry?;
            let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            let place = (entry.raw_file_position(), entry.size());
            end = place.0 + place.1;
            let kind = entry.header().entry_type();
            if !(kind.is_dir() && place.1 == 0) {
                entries.all.push((path, kind.is_file(), place));
            }
        }
        // The rest of the last block, and the blocks that end a tar file, are empty.
        file.seek(SeekFrom::Start(end))?;
        let mut rest = Vec::new();
        (&file).take(TAR_END).read_to_end(&mut rest)?;
        if rest.len() as u64 == TAR_END || rest.iter().any(|byte| *byte != 0) {
            entries.strange("", Why::Hidden);
        }
        let (top, files, strange) = entries.sorted();
        Ok(Self {
            name: name.to_owned(),
            top,
            form: Form::Tar(file, files),
            strange,
        })
    }

    /// Whether its files lie in a folder, where only the system can make reading fail.
    pub(crate) fn is_folder(&self) -> bool {
        matches!(self.form, Form::Folder(_))
    }

    /// Calls back with a file's reader; `None` if there is no such file.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub(crate) fn read<T>(
        &mut self,
        path: &str,
        each: impl FnOnce(&mut dyn Read) -> T,
    ) -> io::Result<Option<T>> {
        match &mut self.form {
            // What is not a regular file is found among the entries.
            Form::Folder(root) if root.join(path).metadata().is_ok_and(|one| !one.is_file()) => {
                Ok(None)
            }
            Form::Folder(root) => match File::open(root.join(path)) {
                Ok(mut file) => Ok(Some(each(&mut file))),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(error) if error.kind() == io::ErrorKind::NotADirectory => Ok(None),
                Err(error) => Err(error),
            },
            Form::Zip(zip, files) => match files.get(path) {
                Some(at) => {
                    let mut file = zip.by_index(*at).map_err(io::Error::other)?;
                    Ok(Some(each(&mut file)))
                }
                None => Ok(None),
            },
            Form::Tar(file, files) => match files.get(path) {
                Some((start, length)) => {
                    file.seek(SeekFrom::Start(*start))?;
                    Ok(Some(each(&mut file.take(*length))))
                }
                None => Ok(None),
            },
        }
    }

    /// Calls back with the path of each file, and returns all other entries.
    ///
    /// # Errors
    /// A folder cannot be read.
    pub(crate) fn paths(&self, mut each: impl FnMut(&str)) -> io::Result<Vec<Strange>> {
        let mut strange = self.strange.clone();
        match &self.form {
            Form::Folder(root) => {
                for entry in WalkDir::new(root).min_depth(1).sort_by_file_name() {
                    let entry = entry?;
                    let path = entry.path().strip_prefix(root).unwrap_or(entry.path());
                    let path = path
                        .to_string_lossy()
                        .replace(std::path::MAIN_SEPARATOR, "/");
                    let kind = entry.file_type();
                    if kind.is_file() {
                        each(&path);
                    } else if !kind.is_dir() {
                        let why = Why::NotRegular;
                        strange.push(Strange { path, why });
                    }
                }
            }
            Form::Zip(_, files) => files.keys().for_each(|path| each(path)),
            Form::Tar(_, files) => files.keys().for_each(|path| each(path)),
        }
        Ok(strange)
    }
}

/// The empty end of a tar file, at most: writers fill up a record, GNU tar one of 10 KiB, others more.
const TAR_END: u64 = 1 << 20;

/// The number of headers in the central directory of a ZIP file (APPNOTE 6.3, 4.3.12).
fn headers(file: &mut (impl Read + Seek), start: u64) -> io::Result<usize> {
    const SIGNATURE: &[u8] = b"PK\x01\x02";
    file.seek(SeekFrom::Start(start))?;
    let mut number = 0;
    let mut header = [0; 46];
    while file.read_exact(&mut header).is_ok() && header.starts_with(SIGNATURE) {
        number += 1;
        // File name, extra field and comment.
        let lengths = [28, 30, 32].map(|at| u16::from_le_bytes([header[at], header[at + 1]]));
        file.seek_relative(lengths.iter().map(|length| i64::from(*length)).sum())?;
    }
    Ok(number)
}
