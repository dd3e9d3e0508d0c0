//! Finds a campaign file by the author's path: a YAML file, or the campaign in a folder.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::assets::{Assets as _, Directory};
use crate::error::ProjectError;

/// Maximum size of a campaign in bytes; a larger file is not a hand-written campaign.
pub(super) const LARGEST: usize = 16 << 20;

/// Names of YAML files that are never campaigns.
const NO_CAMPAIGN: [&str; 2] = ["theme.yaml", "theme.yml"];

/// The campaign file for a path.
///
/// # Errors
/// The path leads to no campaign, or to several.
pub(super) fn file_in(path: &Path) -> Result<PathBuf, ProjectError> {
    let unreadable =
        |error| ProjectError::unreadable(path, error).hint("check the path and its permissions");
    if fs::metadata(path).map_err(unreadable)?.is_file() {
        if is_yaml(path) {
            return Ok(path.to_owned());
        }
        let message = format!("the name of `{}` does not end in `.yaml`", path.display());
        return Err(ProjectError::new(message)
            .hint("name a file that ends in `.yaml`, or a folder with one campaign"));
    }
    let names = Directory::new(path).root_files().map_err(unreadable)?;
    let folder = format!("`{}`", path.display());
    Ok(path.join(only_of(names.into_iter(), &folder)?))
}

/// The only campaign among the names of the files in a folder.
///
/// # Errors
/// There is no campaign, or more than one.
pub(super) fn only_of(
    names: impl Iterator<Item = String>,
    folder: &str,
) -> Result<String, ProjectError> {
    let beside = |name: &String| NO_CAMPAIGN.contains(&name.as_str()) || name.starts_with('.');
    let mut names: Vec<String> = names
        .filter(|name| is_yaml(Path::new(name)) && !beside(name))
        .collect();
    names.sort();
    match names.as_slice() {
        [] => {
            let message =
                format!("{folder} has no campaign: no file ending in `.yaml` besides `theme.yaml`");
            Err(ProjectError::new(message).hint("start one with `raadspost init DIR`"))
        }
        [_] => Ok(names.remove(0)),
        several => {
            let (count, names) = (several.len(), several.join(", "));
            let message = format!("{folder} has {count} campaigns: {names}");
            Err(ProjectError::new(message).hint("name one of these files"))
        }
    }
}

/// The only campaign in a folder; `None` if there is none. A YAML file is a campaign if one of its
/// lines begins with the key `raadspost`; other YAML files are ignored.
///
/// # Errors
/// There are several campaigns.
pub(super) fn only_here(folder: &Path) -> Result<Option<PathBuf>, ProjectError> {
    let here = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    // An unlistable folder contains no readable campaign.
    let Ok(entries) = fs::read_dir(here) else {
        return Ok(None);
    };
    let mut found: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| folder.join(entry.file_name()))
        .filter(|path| is_campaign(path))
        .collect();
    found.sort();
    match found.as_slice() {
        [] | [_] => Ok(found.pop()),
        several => {
            let names = several.iter().map(|path| format!("`{}`", path.display()));
            let (count, names) = (several.len(), names.collect::<Vec<_>>().join(", "));
            let message = format!("the current folder has {count} campaigns: {names}");
            Err(ProjectError::new(message).hint("name one of them"))
        }
    }
}

fn is_campaign(path: &Path) -> bool {
    let mut text = Vec::new();
    let mut read = || {
        File::open(path)?
            .take(LARGEST as u64)
            .read_to_end(&mut text)
    };
    is_yaml(path)
        && path.is_file()
        && read().is_ok()
        && String::from_utf8_lossy(&text)
            .trim_start_matches('\u{feff}')
            .split(['\n', '\r'])
            .any(|line| line.starts_with("raadspost:"))
}

fn is_yaml(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default();
    extension.eq_ignore_ascii_case("yaml") || extension.eq_ignore_ascii_case("yml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_campaign_beside_a_theme() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str| fs::write(folder.path().join(name), "").unwrap();
        let refused = |path: &Path, why: &str| {
            let error = file_in(path).unwrap_err().to_string();
            assert!(error.contains(why), "{error}");
        };
        refused(folder.path(), "has no campaign");
        write("theme.yaml");
        write("notes.txt");
        write("posiv.yaml");
        let file = folder.path().join("posiv.yaml");
        assert_eq!(file_in(folder.path()).unwrap(), file);
        assert_eq!(file_in(&file).unwrap(), file);
        refused(&folder.path().join("notes.txt"), "does not end in `.yaml`");
        write("another.YML");
        refused(folder.path(), "has 2 campaigns: another.YML, posiv.yaml");
        refused(&folder.path().join("none.yaml"), "cannot read");
    }
}
