//! Finds the campaign that an author means: a YAML file, or a folder with exactly one campaign.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};

/// Names of YAML files beside a campaign that are none.
const NO_CAMPAIGN: [&str; 2] = ["theme.yaml", "theme.yml"];

/// The campaign file that a path means.
///
/// # Errors
/// The path means none, or more than one; the message says what to do.
pub(super) fn campaign_in(path: &Path) -> anyhow::Result<PathBuf> {
    let unreadable = |error| {
        let path = path.display();
        anyhow!("cannot read `{path}`: {error}; look at the path and its permissions")
    };
    if fs::metadata(path).map_err(unreadable)?.is_file() {
        if is_yaml(path) {
            return Ok(path.to_owned());
        }
        bail!(
            "`{}` is no YAML file: its name does not end in `.yaml`; \
             name a file that ends in `.yaml`, or a folder with one campaign",
            path.display()
        );
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(path).map_err(unreadable)? {
        let found = entry.map_err(unreadable)?.path();
        let name = found.file_name().unwrap_or_default();
        let name = name.to_string_lossy().into_owned();
        let beside = NO_CAMPAIGN.contains(&name.as_str()) || name.starts_with('.');
        if found.is_file() && is_yaml(&found) && !beside {
            names.push(name);
        }
    }
    names.sort();
    match names.as_slice() {
        [] => bail!(
            "`{}` has no campaign: no file ending in `.yaml` besides `theme.yaml`; \
             start one with `raadspost init DIR`",
            path.display()
        ),
        [name] => Ok(path.join(name)),
        _ => bail!(
            "`{}` has {} campaigns: {}; name one of these files",
            path.display(),
            names.len(),
            names.join(", ")
        ),
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
        let campaign = || campaign_in(folder.path());
        let refused = |path: &Path, why: &str| {
            let error = campaign_in(path).unwrap_err().to_string();
            assert!(error.contains(why), "{error}");
        };
        refused(folder.path(), "has no campaign");
        write("theme.yaml");
        write("notes.txt");
        write("posiv.yaml");
        let file = folder.path().join("posiv.yaml");
        assert_eq!(campaign().unwrap(), file);
        assert_eq!(campaign_in(&file).unwrap(), file);
        refused(&folder.path().join("notes.txt"), "is no YAML file");
        write("another.YML");
        refused(folder.path(), "has 2 campaigns: another.YML, posiv.yaml; ");
        refused(&folder.path().join("none.yaml"), "cannot read");
    }
}
