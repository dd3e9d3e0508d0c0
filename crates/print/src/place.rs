//! Where a print run is made: beside its place, under a name that nobody sends, until all of it is
//! on the disk.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::PrintError;

/// The folder of a print run while it is made: beside its place, under a name that nobody sends.
pub(crate) struct Place {
    pub(crate) staged: PathBuf,
    out: PathBuf,
    published: bool,
}

impl Place {
    /// Takes the place, and removes what a print run that was killed has left there.
    ///
    /// # Errors
    /// [`PrintError::Exists`]; a folder that cannot be made.
    pub(crate) fn take(out: &Path) -> Result<Self, PrintError> {
        let empty = fs::read_dir(out).is_ok_and(|mut entries| entries.next().is_none());
        if out.exists() && !empty {
            return Err(PrintError::Exists(out.to_owned()));
        }
        let name = out.file_name().unwrap_or_default().to_string_lossy();
        let staged = out.with_file_name(format!(".{name}.unfinished"));
        if staged.exists() {
            fs::remove_dir_all(&staged).map_err(PrintError::io("remove", &staged))?;
        }
        fs::create_dir_all(&staged).map_err(PrintError::io("make", &staged))?;
        Ok(Self {
            staged,
            out: out.to_owned(),
            published: false,
        })
    }

    /// Gives the print run its name. Its files and their names are on the disk before, and its own
    /// name after: what has the name is whole, even when the power fails.
    ///
    /// # Errors
    /// Where it cannot be renamed or brought to the disk.
    pub(crate) fn publish(mut self) -> Result<(), PrintError> {
        sync(&self.staged)?;
        if self.out.exists() {
            fs::remove_dir(&self.out).map_err(PrintError::io("replace", &self.out))?;
        }
        fs::rename(&self.staged, &self.out).map_err(PrintError::io("write", &self.out))?;
        self.published = true;
        let parent = self
            .out
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty());
        sync(parent.unwrap_or(Path::new(".")))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if !self.published {
            // Where this fails, the next print run removes it.
            let _ = fs::remove_dir_all(&self.staged);
        }
    }
}

/// Writes a small file, and brings it to the disk.
///
/// # Errors
/// Where it cannot be written.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), PrintError> {
    let file = File::create(path).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    file.map_err(PrintError::io("write", path))
}

/// Brings a file, or the names in a folder, to the disk. Only Unix can open a folder for that.
///
/// # Errors
/// Where the disk says so.
pub(crate) fn sync(path: &Path) -> Result<(), PrintError> {
    if !cfg!(unix) {
        return Ok(());
    }
    let synced = File::open(path).and_then(|file| file.sync_all());
    synced.map_err(PrintError::io("write", path))
}
