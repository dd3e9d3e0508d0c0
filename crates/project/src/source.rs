//! The source of a campaign: a named file, a folder, memory, or the embedded files.

mod folder;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use raadspost_content::{Diagnostic, Place, Source};

use crate::assets::{Assets, Directory};
use crate::embedded;
use crate::error::ProjectError;
use crate::files::{self, Bytes, Files};
use crate::table::TableFile;

use folder::{LARGEST, file_in, only_here, only_of};

/// A campaign's text and the files it is built with.
#[derive(Debug)]
pub struct CampaignFile {
    pub(crate) source: Arc<Source>,
    pub(crate) origin: Origin,
    pub(crate) files: Files,
    pub(crate) kept: KeptTables,
}

/// Where a campaign comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// The one in the programme.
    BuiltIn,
    /// A file.
    File(PathBuf),
    /// The caller's files; the path below their root.
    Assets(String),
    /// The inputs of the run in this folder.
    Kept(PathBuf),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn => f.write_str("built in"),
            Self::File(path) => write!(f, "`{}`", path.display()),
            Self::Assets(path) => write!(f, "`{path}`"),
            Self::Kept(run) => write!(f, "kept by the run in `{}`", run.display()),
        }
    }
}

/// The kept tables of a run, replacing those that the campaign names.
#[derive(Debug, Default)]
pub(crate) struct KeptTables {
    pub(crate) register: Option<TableFile>,
    pub(crate) factions: Option<TableFile>,
}

impl CampaignFile {
    /// The embedded campaign.
    ///
    /// # Errors
    /// Never for a complete build of the programme.
    pub fn embedded() -> Result<Self, ProjectError> {
        let bytes = embedded::get(&format!("content/{}", embedded::CAMPAIGN))
            .ok_or_else(|| ProjectError::new("no campaign is embedded"))?;
        let name = embedded::CAMPAIGN.to_owned();
        Self::read(
            name,
            Bytes::Borrowed(bytes),
            Origin::BuiltIn,
            Files::default(),
        )
    }

    /// A campaign on disk: a YAML file, or a folder with exactly one campaign. Its files are in its
    /// folder.
    ///
    /// # Errors
    /// The file does not exist, the folder does not contain exactly one campaign, or the text is
    /// not UTF-8.
    pub fn at(path: &Path) -> Result<Self, ProjectError> {
        Self::on_disk(file_in(path)?)
    }

    /// The only campaign of a folder, which may contain other YAML files, or the embedded one.
    ///
    /// # Errors
    /// The folder contains several campaigns, or the campaign is not UTF-8.
    pub fn in_or_embedded(folder: &Path) -> Result<Self, ProjectError> {
        match only_here(folder)? {
            Some(file) => Self::on_disk(file),
            None => Self::embedded(),
        }
    }

    /// The only campaign at the root of these files.
    ///
    /// # Errors
    /// There is not exactly one campaign, or it cannot be read.
    pub fn of_assets(assets: Arc<dyn Assets>) -> Result<Self, ProjectError> {
        let unreadable = |path: &str, error| {
            let name = assets.name(path);
            ProjectError::unreadable(Path::new(&name), error)
        };
        let names = assets.root_files().map_err(|error| unreadable("", error))?;
        let path = only_of(names.into_iter(), "the campaign's folder")?;
        let bytes = assets
            .read(&path)
            .map_err(|error| unreadable(&path, error))?;
        let bytes = Bytes::Owned(bytes.unwrap_or_default());
        let (name, origin) = (assets.name(&path), Origin::Assets(path));
        Self::read(name, bytes, origin, Files::new(assets))
    }

    fn on_disk(file: PathBuf) -> Result<Self, ProjectError> {
        // The parent of `mine.yaml` is the empty path, which means the current folder.
        let folder = Directory::new(file.parent().unwrap_or(Path::new("")));
        let bytes = Bytes::Owned(files::read(&file)?);
        let name = file.display().to_string();
        Self::read(
            name,
            bytes,
            Origin::File(file),
            Files::new(Arc::new(folder)),
        )
    }

    fn read(
        name: String,
        bytes: Bytes,
        origin: Origin,
        files: Files,
    ) -> Result<Self, ProjectError> {
        if bytes.len() > LARGEST {
            let message = format!("a campaign of {} bytes is too large", bytes.len());
            return Err(Diagnostic::error("campaign-too-large", message)
                .at(Place::File(name))
                .hint(format!("keep it below {LARGEST} bytes"))
                .into());
        }
        let text = match std::str::from_utf8(&bytes) {
            Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
            Err(error) => {
                let before = &bytes[..error.valid_up_to()];
                let line = before.iter().filter(|byte| **byte == b'\n').count();
                return Err(Diagnostic::not_utf8(&name, line as u64 + 1).into());
            }
        };
        Ok(Self {
            source: Source::new(name, text),
            origin,
            files,
            kept: KeptTables::default(),
        })
    }

    /// Where it comes from.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The files it is built with.
    pub fn files(&self) -> &Files {
        &self.files
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;

    use super::*;

    #[test]
    fn the_embedded_campaign_is_found_where_a_folder_has_none() {
        let dir = tempfile::tempdir().unwrap();
        let campaign = CampaignFile::in_or_embedded(dir.path()).unwrap();
        assert_eq!(campaign.source.name(), embedded::CAMPAIGN);
        assert!(!campaign.source.text().is_empty());
    }

    #[test]
    fn a_folder_has_one_campaign_beside_its_theme() {
        let dir = tempfile::tempdir().unwrap();
        let fault = |found: Result<CampaignFile, ProjectError>| found.unwrap_err().to_string();
        assert!(fault(CampaignFile::at(dir.path())).contains("has no campaign"));
        fs::write(dir.path().join("theme.yaml"), "x").unwrap();
        fs::write(dir.path().join("one.yaml"), "\u{feff}x: 1\n").unwrap();
        let found = CampaignFile::at(dir.path()).unwrap();
        assert_eq!(found.source.text(), "x: 1\n");
        let named = dir.path().join("one.yaml").display().to_string();
        assert_eq!(found.source.name(), named);
        fs::write(dir.path().join("two.yml"), "x").unwrap();
        let error = fault(CampaignFile::at(dir.path()));
        assert!(
            error.contains("one.yaml") && error.contains("two.yml"),
            "{error}"
        );
    }

    #[test]
    fn a_campaign_in_memory_is_found() {
        let mut files = BTreeMap::from([
            ("one.yaml".to_owned(), b"x: 1".to_vec()),
            ("theme.yaml".to_owned(), b"y: 1".to_vec()),
            ("envelopes/z.yaml".to_owned(), b"z: 1".to_vec()),
        ]);
        let found = CampaignFile::of_assets(Arc::new(files.clone())).unwrap();
        assert_eq!(
            (found.source.name(), found.source.text()),
            ("one.yaml", "x: 1")
        );
        files.remove("one.yaml");
        assert!(CampaignFile::of_assets(Arc::new(files)).is_err());
    }

    #[test]
    fn a_campaign_in_another_encoding_is_refused_with_its_line() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("latin.yaml");
        fs::write(&file, b"a: 1\nb: \xe9\n").unwrap();
        let error = CampaignFile::at(&file).unwrap_err().to_string();
        assert!(
            error.contains("latin.yaml:2: the file is not UTF-8"),
            "{error}"
        );
    }
}
