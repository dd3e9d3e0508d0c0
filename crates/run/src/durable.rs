//! Atomic durable writing: a file is staged under another name, flushed to the disk and renamed,
//! and its folder is flushed, so that after a power failure either the old or the new file is
//! complete.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::fault::RunFault;

/// Buffer size for writing: the records of a large run are tens of megabytes.
const BUFFER: usize = 64 * 1024;

/// A side effect about to happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Bytes are written.
    Write,
    /// A file or folder is flushed to the disk.
    Flush,
    /// A file gets its name.
    Rename,
    /// A file is removed.
    Remove,
}

/// Called before each side effect; an error prevents it.
pub type Before<'a> = &'a dyn Fn(Step) -> io::Result<()>;

/// A staged file that has not been renamed yet.
pub struct Draft<'a> {
    writer: BufWriter<File>,
    staged: PathBuf,
    place: PathBuf,
    before: Before<'a>,
}

impl<'a> Draft<'a> {
    /// A file that is written at `staged` and will be renamed to `place`, on the same file system.
    /// `before` is called before each side effect; an error prevents it.
    ///
    /// # Errors
    /// The file cannot be created, or `before` refuses.
    pub fn new(staged: PathBuf, place: PathBuf, before: Before<'a>) -> io::Result<Self> {
        before(Step::Write)?;
        Ok(Self {
            writer: BufWriter::with_capacity(BUFFER, File::create(&staged)?),
            staged,
            place,
            before,
        })
    }

    /// Appends to it.
    ///
    /// # Errors
    /// It cannot be written, or `before` refuses.
    pub fn write(
        &mut self,
        write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
    ) -> io::Result<()> {
        (self.before)(Step::Write)?;
        write(&mut self.writer)
    }

    /// Renames it; if `durable`, its bytes are on the disk before, and its name after.
    ///
    /// # Errors
    /// It cannot be written, flushed or renamed, or `before` refuses.
    pub fn close(mut self, durable: bool) -> io::Result<()> {
        self.write(|writer| writer.flush())?;
        if durable {
            (self.before)(Step::Flush)?;
            self.writer.get_ref().sync_all()?;
        }
        (self.before)(Step::Rename)?;
        fs::rename(&self.staged, &self.place)?;
        if durable {
            (self.before)(Step::Flush)?;
            sync_folder_of(&self.place)?;
        }
        Ok(())
    }
}

/// Renames a finished file or folder from `staged` to `place`, on the same file system: all its
/// bytes and names are on the disk before, and its own name after. `before` is called before each
/// side effect; an error prevents it.
///
/// # Errors
/// It cannot be flushed or renamed, or `before` refuses.
pub fn publish(staged: &Path, place: &Path, before: Before<'_>) -> io::Result<()> {
    before(Step::Flush)?;
    flush_tree(staged)?;
    before(Step::Rename)?;
    fs::rename(staged, place)?;
    before(Step::Flush)?;
    sync_folder_of(place)
}

/// Flushes a file, or a folder with everything in it, to the disk.
fn flush_tree(path: &Path) -> io::Result<()> {
    // One call for the file system instead of one for each of thousands of files.
    #[cfg(target_os = "linux")]
    if path.is_dir() {
        return Ok(rustix::fs::syncfs(File::open(path)?)?);
    }
    for entry in walkdir::WalkDir::new(path).contents_first(true) {
        let entry = entry?;
        // Windows can flush only files open for writing, and no folders.
        if cfg!(unix) || entry.file_type().is_file() {
            File::options()
                .read(true)
                .write(cfg!(windows))
                .open(entry.path())?
                .sync_all()?;
        }
    }
    Ok(())
}

/// Flushes the directory entries of a file's folder. Only Unix can open a folder for that.
pub(crate) fn sync_folder_of(path: &Path) -> io::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

/// Creates a folder and its parents; if `durable`, the names of all new ones are on the disk on
/// return.
///
/// # Errors
/// A folder cannot be created or flushed.
pub fn make_folders(path: &Path, durable: bool) -> Result<(), RunFault> {
    let new: Vec<&Path> = path
        .ancestors()
        .take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists())
        .collect();
    fs::create_dir_all(path).map_err(RunFault::io("make", path))?;
    if durable {
        for folder in new {
            sync_folder_of(folder).map_err(RunFault::io("flush", folder))?;
        }
    }
    Ok(())
}

/// Refuses a path below a folder that a link is part of, so that nothing is written or removed where
/// the link leads. The folder itself may be a link.
///
/// # Errors
/// A part of the path is a link, or cannot be looked at.
pub fn demand_no_link(root: &Path, below: &Path) -> Result<(), RunFault> {
    let mut path = root.to_owned();
    for part in below {
        path.push(part);
        match fs::symlink_metadata(&path) {
            Ok(found) if found.file_type().is_symlink() => {
                let link = io::Error::other("it is a link, and links are not followed here");
                return Err(RunFault::io("use", &path)(link));
            }
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(RunFault::io("look at", &path)(error)),
        }
    }
    Ok(())
}

/// Atomically replaces a small file, durably.
///
/// # Errors
/// It cannot be written; the earlier file is unchanged.
pub fn write_durably(path: &Path, bytes: &[u8]) -> Result<(), RunFault> {
    let staged = beside(path);
    let write = || {
        let mut draft = Draft::new(staged.clone(), path.to_owned(), &|_| Ok(()))?;
        draft.write(|writer| writer.write_all(bytes))?;
        draft.close(true)
    };
    write().map_err(|error| {
        // Nobody reads the staged file; the next one replaces it.
        let _ = fs::remove_file(&staged);
        RunFault::io("write", path)(error)
    })
}

/// The path next to a file at which its successor is staged.
pub(crate) fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{name}.part"))
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn a_refused_step_leaves_the_earlier_file() {
        let dir = tempfile::tempdir().unwrap();
        let (staged, place) = (dir.path().join("x.part"), dir.path().join("x"));
        let steps = RefCell::new(Vec::new());
        let write = |limit: usize| {
            steps.borrow_mut().clear();
            let before = |step| {
                steps.borrow_mut().push(step);
                if steps.borrow().len() > limit {
                    return Err(io::Error::other("refused"));
                }
                Ok(())
            };
            let mut draft = Draft::new(staged.clone(), place.clone(), &before)?;
            draft.write(|writer| writer.write_all(b"new"))?;
            draft.close(true)
        };
        fs::write(&place, "old").unwrap();
        for limit in 0..5 {
            assert!(write(limit).is_err());
            assert_eq!(fs::read(&place).unwrap(), b"old", "after {limit} steps");
        }
        write(usize::MAX).unwrap();
        assert_eq!(fs::read(&place).unwrap(), b"new");
        assert_eq!(
            steps.borrow()[2..],
            [Step::Write, Step::Flush, Step::Rename, Step::Flush]
        );
        assert!(!staged.exists());
    }

    #[test]
    fn a_folder_has_its_name_when_all_in_it_is_on_the_disk() {
        let dir = tempfile::tempdir().unwrap();
        let (staged, place) = (dir.path().join(".x.part"), dir.path().join("x"));
        fs::create_dir_all(staged.join("a")).unwrap();
        fs::write(staged.join("a/b"), "b").unwrap();
        let steps = RefCell::new(Vec::new());
        let attempt = |limit: usize| {
            steps.borrow_mut().clear();
            publish(&staged, &place, &|step| {
                if steps.borrow().len() == limit {
                    return Err(io::Error::other("refused"));
                }
                steps.borrow_mut().push(step);
                Ok(())
            })
        };
        for limit in 0..2 {
            assert!(attempt(limit).is_err());
            assert!(staged.exists() && !place.exists(), "after {limit} steps");
        }
        attempt(usize::MAX).unwrap();
        assert_eq!(*steps.borrow(), [Step::Flush, Step::Rename, Step::Flush]);
        assert_eq!(fs::read(place.join("a/b")).unwrap(), b"b");
    }
}
