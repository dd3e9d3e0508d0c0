//! The files that a campaign is built with: its own, which take precedence, and the embedded ones.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use raadspost_content::Diagnostic;
use raadspost_run::read_named;

use crate::assets::{Assets, LARGEST};
use crate::embedded;
use crate::error::ProjectError;

/// The bytes of a file; borrowed if embedded.
pub(crate) type Bytes = Cow<'static, [u8]>;

/// The files that a campaign is built with. Each is looked up and read only once, so that the bytes
/// used are the bytes that a run records and keeps, even if the file changes meanwhile.
#[derive(Debug, Clone, Default)]
pub struct Files {
    /// The kept files of a run, by path; they take precedence over all others.
    kept: BTreeMap<String, PathBuf>,
    /// The fonts of a kept run, replacing the campaign's and the embedded ones.
    fonts: Option<Vec<(String, Bytes)>>,
    /// The campaign's own; `None` for the embedded campaign.
    own: Option<Arc<dyn Assets>>,
    read: Arc<Read>,
}

/// Files found and read so far.
#[derive(Debug, Default)]
struct Read {
    found: Mutex<BTreeMap<String, Option<Found>>>,
    files: Mutex<BTreeMap<PathBuf, Arc<[u8]>>>,
    fonts: OnceLock<Vec<(String, Bytes)>>,
    templates: OnceLock<Vec<(String, Vec<u8>)>>,
}

impl Read {
    fn file(&self, path: &Path) -> Result<Arc<[u8]>, ProjectError> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bytes) = files.get(path) {
            return Ok(Arc::clone(bytes));
        }
        let bytes: Arc<[u8]> = read(path)?.into();
        files.insert(path.to_owned(), Arc::clone(&bytes));
        Ok(bytes)
    }
}

/// A file found in [`Files`].
#[derive(Debug, Clone)]
pub struct Found {
    /// The file's name in diagnostics.
    pub(crate) name: String,
    /// Its location.
    pub(crate) place: FilePlace,
}

impl Found {
    /// The file's name in diagnostics.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// The location of a file.
#[derive(Debug, Clone)]
pub(crate) enum FilePlace {
    /// On disk.
    Disk(PathBuf),
    /// Embedded in the programme.
    Embedded(&'static [u8]),
    /// In memory: it can be read only once, or comes from a store.
    Memory(Arc<[u8]>),
}

impl Files {
    /// A campaign's own files, and the embedded ones.
    pub fn new(own: Arc<dyn Assets>) -> Self {
        Self {
            own: Some(own),
            ..Self::default()
        }
    }

    /// The kept files of a run by path, and all its fonts.
    pub(crate) fn kept(kept: BTreeMap<String, PathBuf>, fonts: Vec<(String, Bytes)>) -> Self {
        Self {
            kept,
            fonts: Some(fonts),
            ..Self::default()
        }
    }

    /// Finds a file by its path below the campaign's folder, such as `registers/nl.csv`: the
    /// campaign's own, or the embedded one; `None` if neither exists.
    ///
    /// The path leads out of the folder, or the file cannot be read; without a location.
    /// The path leads out of the folder, or its file cannot be read; without a place.
    pub fn find(&self, path: &str) -> Result<Option<Found>, Diagnostic> {
        if let Some(kept) = self.kept.get(path) {
            return Ok(Some(Found {
                name: path.to_owned(),
                place: FilePlace::Disk(kept.clone()),
            }));
        }
        let plain = plain(path).ok_or_else(|| {
            let message = format!("the path `{path}` leads out of the campaign's folder");
            Diagnostic::error("path-outside", message)
                .hint("move the file into the campaign's folder, and write its path relative to that folder")
        })?;
        let mut found = self.found();
        if let Some(found) = found.get(&plain) {
            return Ok(found.clone());
        }
        let new = self.look_for(&plain).map_err(|error| {
            Diagnostic::error("unreadable-file", format!("cannot read `{path}`: {error}"))
                .hint("check the path and its permissions")
        })?;
        found.insert(plain, new.clone());
        Ok(new)
    }

    fn found(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Option<Found>>> {
        let found = &self.read.found;
        found.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn look_for(&self, path: &str) -> io::Result<Option<Found>> {
        if let Some(own) = &self.own {
            let place = match own.location(path)? {
                Some(file) => Some(FilePlace::Disk(file)),
                None => own.read(path)?.map(|bytes| FilePlace::Memory(bytes.into())),
            };
            if let Some(place) = place {
                let name = own.name(path);
                return Ok(Some(Found { name, place }));
            }
        }
        Ok(
            embedded::get(&format!("content/{path}")).map(|bytes| Found {
                name: path.to_owned(),
                place: FilePlace::Embedded(bytes),
            }),
        )
    }

    /// The bytes of a file.
    ///
    /// # Errors
    /// The file on disk cannot be read.
    pub fn bytes(&self, found: &Found) -> Result<Cow<'static, [u8]>, ProjectError> {
        match &found.place {
            FilePlace::Embedded(bytes) => Ok(Cow::Borrowed(bytes)),
            FilePlace::Memory(bytes) => Ok(Cow::Owned(bytes.to_vec())),
            FilePlace::Disk(path) => Ok(Cow::Owned(self.read.file(path)?.to_vec())),
        }
    }

    /// All fonts, sorted by path below `fonts/`; a campaign's font replaces the embedded one with
    /// the same path.
    ///
    /// # Errors
    /// A font of the campaign cannot be read.
    pub(crate) fn fonts(&self) -> Result<Vec<(String, Bytes)>, ProjectError> {
        if let Some(fonts) = self.fonts.as_ref().or_else(|| self.read.fonts.get()) {
            return Ok(fonts.clone());
        }
        let mut fonts: BTreeMap<String, Bytes> = embedded::below("fonts")
            .filter(|(path, _)| is_font(path))
            .map(|(path, bytes)| (path.to_owned(), Cow::Borrowed(bytes)))
            .collect();
        for (path, bytes) in self.own("fonts", is_font)? {
            fonts.insert(path, Cow::Owned(bytes));
        }
        let fonts = fonts.into_iter().collect();
        Ok(self.read.fonts.get_or_init(|| fonts).clone())
    }

    /// The campaign's templates, `templates/*.typ`, sorted by name.
    ///
    /// # Errors
    /// A template cannot be read.
    pub(crate) fn templates(&self) -> Result<Vec<(String, Vec<u8>)>, ProjectError> {
        if let Some(templates) = self.read.templates.get() {
            return Ok(templates.clone());
        }
        let kept = self.kept.range("templates/".to_owned()..);
        let kept = kept.map_while(|(path, file)| Some((path.strip_prefix("templates/")?, file)));
        let mut templates: Vec<(String, Vec<u8>)> = kept
            .map(|(name, file)| Ok((name.to_owned(), read(file)?)))
            .collect::<Result<_, ProjectError>>()?;
        if templates.is_empty() {
            templates = self.own("templates", |path| {
                !path.contains('/') && path.ends_with(".typ")
            })?;
        }
        Ok(self.read.templates.get_or_init(|| templates).clone())
    }

    /// The countries whose forms of addresses exist, `addresses/CODE.yaml`, sorted: the campaign's own,
    /// those of a kept run, and the embedded ones.
    ///
    /// # Errors
    /// The campaign's folder cannot be listed.
    pub(crate) fn countries(&self) -> Result<BTreeSet<String>, ProjectError> {
        let code = |path: &str| path.strip_suffix(".yaml").map(str::to_owned);
        let mut countries: BTreeSet<String> = embedded::below("content/addresses")
            .filter_map(|(path, _)| code(path))
            .collect();
        let folder = format!("{}/", embedded::ADDRESSES);
        let kept = self
            .kept
            .keys()
            .filter_map(|path| path.strip_prefix(&folder));
        countries.extend(kept.filter_map(code));
        if let Some(own) = &self.own {
            let listed = own.list(embedded::ADDRESSES).map_err(|error| {
                ProjectError::unreadable(Path::new(&own.name(embedded::ADDRESSES)), error)
            })?;
            let own = listed.iter().filter(|path| !path.contains('/'));
            countries.extend(own.filter_map(|path| code(path)));
        }
        Ok(countries)
    }

    /// The campaign's own matching files of a folder, sorted by path.
    fn own(
        &self,
        folder: &str,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Vec<(String, Vec<u8>)>, ProjectError> {
        let Some(own) = &self.own else {
            return Ok(Vec::new());
        };
        let unreadable =
            |path: &str, error| ProjectError::unreadable(Path::new(&own.name(path)), error);
        let mut paths = own
            .list(folder)
            .map_err(|error| unreadable(folder, error))?;
        paths.retain(|path| wanted(path));
        paths.sort();
        let files = paths.into_iter().map(|path| {
            let full = format!("{folder}/{path}");
            let bytes = own.read(&full).map_err(|error| unreadable(&full, error))?;
            Ok((path, bytes.unwrap_or_default()))
        });
        files.collect()
    }
}

/// Reads a file; the error names it.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, ProjectError> {
    read_named(path, LARGEST).map_err(|error| ProjectError::unreadable(path, error))
}

/// A path of plain names separated by `/`; `None` if it leads elsewhere.
fn plain(path: &str) -> Option<String> {
    let mut parts = Vec::new();
    for part in Path::new(path).components() {
        match part {
            Component::Normal(part) => parts.push(part.to_str()?),
            Component::CurDir => {}
            Component::Prefix(_) | Component::RootDir | Component::ParentDir => return None,
        }
    }
    Some(parts.join("/"))
}

/// Whether a file is a font, by its extension.
fn is_font(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| {
        ["ttf", "otf", "ttc", "otc"]
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::assets::Directory;
    use crate::embedded::{REGISTER, THEME, below};

    fn beside(own: &Path) -> Files {
        Files::new(Arc::new(Directory::new(own)))
    }

    fn bytes(files: &Files, path: &str) -> Option<Vec<u8>> {
        let found = files.find(path).unwrap()?;
        Some(files.bytes(&found).unwrap().into_owned())
    }

    #[test]
    fn own_files_replace_embedded_ones_one_by_one() {
        let own = tempfile::tempdir().unwrap();
        fs::create_dir(own.path().join("registers")).unwrap();
        fs::write(own.path().join(REGISTER), "mine").unwrap();
        let files = beside(own.path());
        assert_eq!(bytes(&files, REGISTER).unwrap(), b"mine");
        let theme = files.find(THEME).unwrap().unwrap();
        assert!(matches!(theme.place, FilePlace::Embedded(_)));
        assert_eq!(theme.name, THEME);
    }

    #[test]
    fn a_file_is_looked_for_and_read_once() {
        let own = tempfile::tempdir().unwrap();
        let files = beside(own.path());
        fs::write(own.path().join("logo.png"), "first").unwrap();
        assert_eq!(bytes(&files, "logo.png").unwrap(), b"first");
        assert_eq!(bytes(&files, "later.png"), None);
        fs::write(own.path().join("logo.png"), "second").unwrap();
        fs::write(own.path().join("later.png"), "late").unwrap();
        assert_eq!(bytes(&files, "logo.png").unwrap(), b"first");
        assert_eq!(bytes(&files, "later.png"), None);
        assert_eq!(bytes(&beside(own.path()), "logo.png").unwrap(), b"second");
    }

    #[test]
    fn a_path_that_leads_out_is_a_mistake() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("own")).unwrap();
        fs::write(dir.path().join("secret"), "x").unwrap();
        let own = beside(&dir.path().join("own"));
        let absolute = dir.path().join("secret").display().to_string();
        for files in [&own, &Files::default()] {
            for path in ["../secret", "registers/../../secret", &absolute] {
                assert_eq!(files.find(path).unwrap_err().code, "path-outside", "{path}");
            }
        }
        assert!(own.find("./registers/nl.csv").unwrap().is_some());
    }

    #[test]
    fn own_fonts_replace_and_add() {
        let own = tempfile::tempdir().unwrap();
        let (taken, _) = below("fonts").find(|(path, _)| is_font(path)).unwrap();
        let file = own.path().join("fonts").join(taken);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, "replaced").unwrap();
        fs::write(own.path().join("fonts/Added.OTF"), "added").unwrap();
        fs::write(own.path().join("fonts/README.md"), "no font").unwrap();
        let fonts = beside(own.path()).fonts().unwrap();
        let embedded = Files::default().fonts().unwrap();
        assert!(!embedded.is_empty() && fonts.len() == embedded.len() + 1);
        let own = fonts
            .iter()
            .filter(|(_, font)| matches!(font, Cow::Owned(_)))
            .count();
        assert_eq!(own, 2);
    }
}
