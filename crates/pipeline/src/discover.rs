//! Finds the campaign that an author means: a YAML file, or a folder with exactly one campaign.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Names of YAML files beside a campaign that are none.
const NO_CAMPAIGN: [&str; 2] = ["theme.yaml", "theme.yml"];

/// Why no campaign was found.
#[derive(Debug, thiserror::Error)]
pub enum DiscoverError {
    /// There is no such file or folder, or it cannot be read.
    #[error("cannot read `{}`: {source}", path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file does not end in `.yaml` or `.yml`.
    #[error("`{}` is no YAML file: its name does not end in `.yaml`", .0.display())]
    NoYaml(PathBuf),
    /// The folder has no YAML file besides a theme.
    #[error("`{}` has no campaign: no file ending in `.yaml` besides `theme.yaml`", .0.display())]
    NoCampaign(PathBuf),
    /// The folder has several, so that one must be named.
    #[error("`{}` has {} campaigns: {}", folder.display(), names.len(), names.join(", "))]
    Several {
        /// The folder.
        folder: PathBuf,
        /// The files' names, sorted.
        names: Vec<String>,
    },
}

impl DiscoverError {
    /// What to do about it, in the imperative.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "look at the path and its permissions",
            Self::NoYaml(_) => "name a file that ends in `.yaml`, or a folder with one campaign",
            Self::NoCampaign(_) => "start one with `raadspost init DIR`",
            Self::Several { .. } => "name one of these files",
        }
    }
}

/// The campaign file that a path means.
///
/// # Errors
/// Where it means none, or more than one.
pub fn discover(path: &Path) -> Result<PathBuf, DiscoverError> {
    let unreadable = |source| DiscoverError::Unreadable {
        path: path.to_owned(),
        source,
    };
    if fs::metadata(path).map_err(unreadable)?.is_file() {
        return if is_yaml(path) {
            Ok(path.to_owned())
        } else {
            Err(DiscoverError::NoYaml(path.to_owned()))
        };
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(path).map_err(unreadable)? {
        let found = entry.map_err(unreadable)?.path();
        let name = found
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let beside = NO_CAMPAIGN.contains(&name.as_str()) || name.starts_with('.');
        if found.is_file() && is_yaml(&found) && !beside {
            names.push(name);
        }
    }
    names.sort();
    match names.as_slice() {
        [] => Err(DiscoverError::NoCampaign(path.to_owned())),
        [name] => Ok(path.join(name)),
        _ => Err(DiscoverError::Several {
            folder: path.to_owned(),
            names,
        }),
    }
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
        assert!(matches!(
            discover(folder.path()),
            Err(DiscoverError::NoCampaign(_))
        ));
        write("theme.yaml");
        write("notes.txt");
        write("posiv.yaml");
        assert_eq!(
            discover(folder.path()).unwrap(),
            folder.path().join("posiv.yaml")
        );
        assert_eq!(
            discover(&folder.path().join("posiv.yaml")).unwrap(),
            folder.path().join("posiv.yaml")
        );
        let text = folder.path().join("notes.txt");
        assert!(matches!(discover(&text), Err(DiscoverError::NoYaml(_))));
        write("another.YML");
        match discover(folder.path()) {
            Err(DiscoverError::Several { names, .. }) => {
                assert_eq!(names, ["another.YML", "posiv.yaml"]);
            }
            other => panic!("{other:?}"),
        }
        let none = folder.path().join("none.yaml");
        assert!(matches!(
            discover(&none),
            Err(DiscoverError::Unreadable { .. })
        ));
    }
}
