//! The folder of a print run while it is made: beside its place, under another name, until all of it
//! is on the disk.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use raadspost_run::{make_folders, publish};

use crate::PrintError;

/// The folder of a print run while it is made.
pub(crate) struct Staging {
    pub(crate) folder: PathBuf,
    out: PathBuf,
    published: bool,
    // The last field, so that the folder is removed before the lock is released.
    _lock: Lock,
}

/// The lock of an output folder: a file beside it. The system frees it when the process ends, however it
/// ends; the file of a process that was killed stays, and the next print run takes it.
struct Lock {
    file: File,
    path: PathBuf,
}

impl Lock {
    /// Takes the lock of `out`.
    ///
    /// # Errors
    /// [`PrintError::Busy`]; the file cannot be made.
    fn take(out: &Path, path: PathBuf) -> Result<Self, PrintError> {
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(PrintError::io("open", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(PrintError::Busy(out.to_owned())),
            Err(TryLockError::Error(source)) => {
                return Err(PrintError::io("lock", &path)(source));
            }
        }
        let lock = Self { file, path };
        // Whoever had the lock may have removed the file between our opening and our locking it,
        // and a third process may have made a new one.
        if lock.is_current() {
            Ok(lock)
        } else {
            Err(PrintError::Busy(out.to_owned()))
        }
    }

    /// Whether the file that is locked is still the one at its path.
    fn is_current(&self) -> bool {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt as _;
            let inode = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
            let own = self.file.metadata().map(inode);
            let there = fs::metadata(&self.path).map(inode);
            matches!((own, there), (Ok(own), Ok(there)) if own == there)
        }
        #[cfg(not(unix))]
        self.path.exists()
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if self.is_current() {
            // If this fails, the next print run takes the file.
            let _ = fs::remove_file(&self.path);
        }
        // Closing is not enough: a process that is just being started elsewhere in this one has
        // the file open for a moment too.
        let _ = self.file.unlock();
    }
}

impl Staging {
    /// Takes `out` for one print run alone, and removes the remains of one that was killed.
    ///
    /// # Errors
    /// [`PrintError::Busy`]; [`PrintError::Exists`]; a folder that cannot be made.
    pub(crate) fn take(out: &Path) -> Result<Self, PrintError> {
        let name = out.file_name().unwrap_or_default().to_string_lossy();
        if let Some(parent) = parent(out) {
            make_folders(parent, true)?;
        }
        let lock = Lock::take(out, out.with_file_name(format!(".{name}.lock")))?;
        let empty = fs::read_dir(out).is_ok_and(|mut entries| entries.next().is_none());
        if out.exists() && !empty {
            return Err(PrintError::Exists(out.to_owned()));
        }
        let staged = out.with_file_name(format!(".{name}.unfinished"));
        if staged.exists() {
            fs::remove_dir_all(&staged).map_err(PrintError::io("remove", &staged))?;
        }
        fs::create_dir_all(&staged).map_err(PrintError::io("make", &staged))?;
        Ok(Self {
            folder: staged,
            out: out.to_owned(),
            published: false,
            _lock: lock,
        })
    }

    /// Gives the print run its name. Its files and their names are on the disk before, and its own
    /// name after: a print run with its name is whole, even when the power fails.
    ///
    /// # Errors
    /// It cannot be flushed or renamed.
    pub(crate) fn publish(mut self) -> Result<(), PrintError> {
        if self.out.exists() {
            fs::remove_dir(&self.out).map_err(PrintError::io("replace", &self.out))?;
        }
        publish(&self.folder, &self.out, &|_| Ok(()))
            .map_err(PrintError::io("write", &self.out))?;
        self.published = true;
        Ok(())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.published {
            // If this fails, the next print run removes it.
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

/// The folder of a path; `None` if it is the current one.
fn parent(path: &Path) -> Option<&Path> {
    let parent = path.parent();
    parent.filter(|parent| !parent.as_os_str().is_empty())
}
