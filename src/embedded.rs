//! The files in the binary, `content/**` and `fonts/**`, and the author's own folder that replaces
//! them one by one.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use anyhow::Context as _;
use walkdir::WalkDir;

/// The campaign that is built where none is named.
pub(crate) const CAMPAIGN: &str = "posiv.yaml";

/// The register that is read where neither flag nor campaign names one.
pub(crate) const REGISTER: &str = "registers/nl.csv";

/// The look of the documents.
pub(crate) const THEME: &str = "theme.yaml";

/// The folder of envelopes.
pub(crate) const ENVELOPES: &str = "envelopes";

/// Path and bytes of every embedded file, sorted by path.
static TABLE: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// The bytes of a file; borrowed where they are in the binary.
pub(crate) type Bytes = Cow<'static, [u8]>;

/// The embedded file of this path, such as `content/theme.yaml`.
pub(crate) fn get(path: &str) -> Option<&'static [u8]> {
    let at = TABLE.binary_search_by_key(&path, |(path, _)| path).ok()?;
    Some(TABLE[at].1)
}

/// All embedded files below a folder: path below the folder, and bytes; sorted by path.
pub(crate) fn below(folder: &'static str) -> impl Iterator<Item = (&'static str, &'static [u8])> {
    TABLE.iter().filter_map(move |(path, bytes)| {
        let path = path.strip_prefix(folder)?.strip_prefix('/')?;
        Some((path, *bytes))
    })
}

/// What a campaign is built with: the files beside it, and below them the embedded ones.
#[derive(Debug, Clone, Default)]
pub(crate) struct Folder {
    /// The files that a run has kept, by name; they go before all others.
    kept: BTreeMap<String, PathBuf>,
    /// The fonts that a run was made with, instead of those of the folder.
    fonts: Option<Vec<(String, Bytes)>>,
    /// The author's folder; none for the embedded campaign.
    own: Option<PathBuf>,
    /// What was read of it.
    read: Arc<Read>,
}

/// What was read of a folder. Each file is looked for once and read once, so that what is used is
/// what a run records and keeps, whatever somebody does with the file meanwhile.
#[derive(Debug, Default)]
struct Read {
    found: Mutex<BTreeMap<String, Option<Found>>>,
    files: Mutex<BTreeMap<PathBuf, Arc<[u8]>>>,
    fonts: OnceLock<Vec<(String, Bytes)>>,
    templates: OnceLock<Vec<(String, Vec<u8>)>>,
}

impl Read {
    fn file(&self, path: &Path) -> anyhow::Result<Arc<[u8]>> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bytes) = files.get(path) {
            return Ok(Arc::clone(bytes));
        }
        let bytes: Arc<[u8]> = read(path)?.into();
        files.insert(path.to_owned(), Arc::clone(&bytes));
        Ok(bytes)
    }
}

/// A file found in a [`Folder`].
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// What diagnostics call it.
    pub(crate) name: String,
    /// Where it lies.
    pub(crate) place: Place,
}

/// Where a file lies.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    /// On disk.
    Disk(PathBuf),
    /// In the binary.
    Binary(&'static [u8]),
    /// In memory, because it can be read once only.
    Memory(Arc<[u8]>),
}

impl Folder {
    /// The embedded files, with those of an author's folder before them.
    pub(crate) fn new(own: Option<PathBuf>) -> Self {
        Self {
            own,
            ..Self::default()
        }
    }

    /// The author's folder; none for the embedded campaign and for what a run has kept.
    pub(crate) fn own(&self) -> Option<&Path> {
        self.own.as_deref()
    }

    /// What a run was made from: files by name, and all its fonts.
    pub(crate) fn kept(kept: BTreeMap<String, PathBuf>, fonts: Vec<(String, Bytes)>) -> Self {
        Self {
            kept,
            fonts: Some(fonts),
            ..Self::default()
        }
    }

    /// Finds a file of the content by its path below the folder, such as `registers/nl.csv`: the
    /// author's own, or the embedded one. The author's path may lead anywhere; only a plain path
    /// below the folder can name an embedded file.
    pub(crate) fn find(&self, path: &str) -> Option<Found> {
        let found = &self.read.found;
        let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
        let found = found
            .entry(path.to_owned())
            .or_insert_with(|| self.look_for(path));
        found.clone()
    }

    /// The bytes of a file that is read at once.
    ///
    /// # Errors
    /// The file on disk cannot be read.
    pub(crate) fn bytes(&self, found: &Found) -> anyhow::Result<Bytes> {
        match &found.place {
            Place::Binary(bytes) => Ok(Cow::Borrowed(bytes)),
            Place::Memory(bytes) => Ok(Cow::Owned(bytes.to_vec())),
            Place::Disk(path) => Ok(Cow::Owned(self.read.file(path)?.to_vec())),
        }
    }

    fn look_for(&self, path: &str) -> Option<Found> {
        if let Some(kept) = self.kept.get(path) {
            return Some(Found {
                name: path.to_owned(),
                place: Place::Disk(kept.clone()),
            });
        }
        if let Some(own) = &self.own {
            let file = own.join(path);
            if file.is_file() {
                return Some(Found {
                    name: file.display().to_string(),
                    place: Place::Disk(file),
                });
            }
        }
        let path = plain(path)?;
        let bytes = get(&format!("content/{path}"))?;
        Some(Found {
            name: path,
            place: Place::Binary(bytes),
        })
    }

    /// All fonts by path, the author's in place of embedded ones with the same path below `fonts/` and
    /// beside the others; sorted by that path.
    ///
    /// # Errors
    /// A font of the author cannot be read.
    pub(crate) fn fonts(&self) -> anyhow::Result<Vec<(String, Bytes)>> {
        if let Some(fonts) = self.fonts.as_ref().or_else(|| self.read.fonts.get()) {
            return Ok(fonts.clone());
        }
        let mut fonts: BTreeMap<String, Bytes> = below("fonts")
            .filter(|(path, _)| is_font(Path::new(path)))
            .map(|(path, bytes)| (path.to_owned(), Cow::Borrowed(bytes)))
            .collect();
        let own = self
            .own
            .as_ref()
            .map(|own| own.join("fonts"))
            .filter(|own| own.is_dir());
        if let Some(own) = own {
            for entry in WalkDir::new(&own).follow_links(true) {
                let entry = entry.context("cannot list the folder of fonts")?;
                let path = entry.path();
                if entry.file_type().is_file() && is_font(path) {
                    let bytes = read(path)?;
                    fonts.insert(slashed(path.strip_prefix(&own)?), Cow::Owned(bytes));
                }
            }
        }
        Ok(self
            .read
            .fonts
            .get_or_init(|| fonts.into_iter().collect())
            .clone())
    }
}

impl Folder {
    /// The author's templates, `templates/*.typ`, sorted by name.
    ///
    /// # Errors
    /// The folder cannot be listed, or a file of it not be read.
    pub(crate) fn templates(&self) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
        if let Some(templates) = self.read.templates.get() {
            return Ok(templates.clone());
        }
        let templates = self.read_templates()?;
        Ok(self.read.templates.get_or_init(|| templates).clone())
    }

    fn read_templates(&self) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
        let kept = self.kept.range("templates/".to_owned()..);
        let kept = kept.map_while(|(path, file)| Some((path.strip_prefix("templates/")?, file)));
        let kept: Vec<(String, Vec<u8>)> = kept
            .map(|(name, file)| Ok((name.to_owned(), read(file)?)))
            .collect::<anyhow::Result<_>>()?;
        if !kept.is_empty() {
            return Ok(kept);
        }
        let own = self.own.as_ref().map(|own| own.join("templates"));
        let Some(own) = own.filter(|own| own.is_dir()) else {
            return Ok(Vec::new());
        };
        let mut templates = Vec::new();
        for entry in WalkDir::new(&own)
            .max_depth(1)
            .follow_links(true)
            .sort_by_file_name()
        {
            let entry = entry.context("cannot list the folder of templates")?;
            let path = entry.path();
            if entry.file_type().is_file() && path.extension().is_some_and(|end| end == "typ") {
                let name = entry.file_name().to_string_lossy().into_owned();
                templates.push((name, read(path)?));
            }
        }
        Ok(templates)
    }
}

/// Reads a file, and names it where that fails.
pub(crate) fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))
}

/// A path of plain parts only, with `/` between them.
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

/// The path with `/` between its parts.
fn slashed(path: &Path) -> String {
    path.iter()
        .map(|part| part.to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
}

/// Whether a file is a font, by its extension.
fn is_font(path: &Path) -> bool {
    path.extension().is_some_and(|extension| {
        ["ttf", "otf", "ttc", "otc"]
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_is_sorted_and_searchable() {
        assert!(
            TABLE.is_sorted_by(|a, b| a.0 < b.0),
            "sorted, and no path twice"
        );
        for (path, bytes) in TABLE {
            assert_eq!(get(path), Some(*bytes));
        }
        assert_eq!(get("content/no-such-file"), None);
    }

    #[test]
    fn the_defaults_are_embedded() {
        for path in [CAMPAIGN, REGISTER, THEME] {
            assert!(get(&format!("content/{path}")).is_some(), "{path}");
        }
        let fonts = below("fonts")
            .filter(|(path, _)| is_font(Path::new(path)))
            .count();
        assert_eq!(Folder::default().fonts().unwrap().len(), fonts);
        assert!(fonts > 0);
    }

    #[test]
    fn own_files_replace_embedded_ones_one_by_one() {
        let own = tempfile::tempdir().unwrap();
        fs::create_dir(own.path().join("registers")).unwrap();
        fs::write(own.path().join(REGISTER), "mine").unwrap();
        let folder = Folder::new(Some(own.path().to_owned()));
        assert_eq!(
            folder
                .bytes(&folder.find(REGISTER).unwrap())
                .unwrap()
                .as_ref(),
            b"mine"
        );
        let theme = folder.find(THEME).unwrap();
        assert!(matches!(theme.place, Place::Binary(_)));
        assert_eq!(theme.name, THEME);
    }

    #[test]
    fn a_file_is_looked_for_and_read_once() {
        let own = tempfile::tempdir().unwrap();
        let folder = Folder::new(Some(own.path().to_owned()));
        let bytes = |folder: &Folder, path| {
            let found = folder.find(path)?;
            Some(folder.bytes(&found).unwrap().into_owned())
        };
        fs::write(own.path().join("logo.png"), "first").unwrap();
        assert_eq!(bytes(&folder, "logo.png").unwrap(), b"first");
        assert_eq!(bytes(&folder, "later.png"), None);
        fs::write(own.path().join("logo.png"), "second").unwrap();
        fs::write(own.path().join("later.png"), "late").unwrap();
        assert_eq!(bytes(&folder, "logo.png").unwrap(), b"first");
        assert_eq!(bytes(&folder, "later.png"), None);
        let again = Folder::new(Some(own.path().to_owned()));
        assert_eq!(bytes(&again, "logo.png").unwrap(), b"second");
    }

    #[test]
    fn only_a_plain_path_names_an_embedded_file() {
        let folder = Folder::default();
        assert!(folder.find("./registers/nl.csv").is_some());
        assert!(folder.find("registers/../registers/nl.csv").is_none());
        assert!(folder.find("/registers/nl.csv").is_none());
        assert!(folder.find("../fonts/README.md").is_none());
    }

    #[test]
    fn own_fonts_replace_and_add() {
        let own = tempfile::tempdir().unwrap();
        let (taken, _) = below("fonts")
            .find(|(path, _)| is_font(Path::new(path)))
            .unwrap();
        let file = own.path().join("fonts").join(taken);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, "replaced").unwrap();
        fs::write(own.path().join("fonts/Added.OTF"), "added").unwrap();
        fs::write(own.path().join("fonts/README.md"), "no font").unwrap();
        let fonts = Folder::new(Some(own.path().to_owned())).fonts().unwrap();
        assert_eq!(fonts.len(), Folder::default().fonts().unwrap().len() + 1);
        let own = fonts
            .iter()
            .filter(|(_, font)| matches!(font, Cow::Owned(_)))
            .count();
        assert_eq!(own, 2);
    }
}
