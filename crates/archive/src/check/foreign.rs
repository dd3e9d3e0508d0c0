//! Entries that the packing slip does not list, and files of the list that do not exist.

use std::collections::BTreeMap;

use raadspost_run::{path_key as key, words};

use crate::ArchiveError;
use crate::check::Check;
use crate::check::opened::Strange;
use crate::sip::bag as bagit;
use crate::sip::eark;
use crate::sip::seal::{SIGNATURE, TIME_STAMP};

impl Check<'_> {
    /// Finds entries that the list does not name, and files of the list that do not exist. A file
    /// under another path is reported as moved, and a folder of such files as renamed.
    pub(super) fn foreign(&mut self, pakbon: &str) -> Result<(), ArchiveError> {
        let mut foreign = Vec::new();
        let mut unbagged = Vec::new();
        let (payload, listed, bagged) = (self.payload, &self.listed, self.bagged.as_ref());
        let is_tag = |path: &str| {
            let tags = [
                bagit::DECLARATION,
                bagit::INFO,
                bagit::MANIFEST,
                bagit::TAG_MANIFEST,
            ];
            match payload {
                bagit::PAYLOAD => tags.contains(&path),
                eark::PAYLOAD => {
                    !path.starts_with(payload)
                        && bagged.is_none_or(|bagged| bagged.contains(&key(path)))
                }
                _ => false,
            }
        };
        let is_unbagged = |path: &str| {
            path != bagit::TAG_MANIFEST && bagged.is_some_and(|bagged| !bagged.contains(&key(path)))
        };
        // The seal lies beside the root list, and is on no list.
        let root = match payload {
            bagit::PAYLOAD => bagit::TAG_MANIFEST,
            _ => pakbon,
        };
        let is_sealing = |path: &str| {
            path.strip_prefix(root)
                .is_some_and(|end| [SIGNATURE, TIME_STAMP].contains(&end))
        };
        let strange = self
            .package
            .paths(|path| {
                if is_sealing(path) {
                    // METS lists it, and a tag manifest cannot.
                    if payload == eark::PAYLOAD && is_unbagged(path) {
                        unbagged.push(path.to_owned());
                    }
                    return;
                }
                let known = path == pakbon
                    || is_tag(path)
                    || path
                        .strip_prefix(payload)
                        .is_some_and(|path| listed.contains(&key(path)));
                if !known {
                    foreign.push(path.to_owned());
                } else if is_unbagged(path) {
                    unbagged.push(path.to_owned());
                }
            })
            .map_err(ArchiveError::io("read", self.at))?;
        for Strange { path, why } in strange {
            self.fault("file-foreign", &path, why.words());
        }
        for path in unbagged {
            if self.payload == eark::PAYLOAD {
                let words = words!("METS does not list it", "METS noemt het niet");
                self.fault("mets-changed", &path, words);
                continue;
            }
            let words = words!(
                "no manifest of the bag lists it",
                "het staat in geen manifest van de bag"
            );
            self.fault("bag-changed", &path, words);
        }
        self.moved(foreign)
    }

    /// Matches entries that the list does not name with files of the list that do not exist.
    fn moved(&mut self, foreign: Vec<String>) -> Result<(), ArchiveError> {
        let mut missing: BTreeMap<(String, u64), Vec<String>> = BTreeMap::new();
        for file in std::mem::take(&mut self.missing) {
            let path = format!("{}{}", self.payload, file.path);
            missing
                .entry((file.sha256, file.bytes))
                .or_default()
                .push(path);
        }
        let mut renamed: BTreeMap<(String, String), u64> = BTreeMap::new();
        for path in foreign {
            let found = if missing.is_empty() {
                None
            } else {
                self.pass(&path, false)?
            };
            let was = found.and_then(|found| {
                let paths = missing.get_mut(&(found.sha256, found.bytes))?;
                paths.pop()
            });
            match was {
                Some(was) => *renamed.entry(difference(&was, &path)).or_default() += 1,
                None => {
                    let words = words!(
                        "the packing slip does not list it",
                        "het staat niet in de pakbon"
                    );
                    self.fault("file-foreign", &path, words);
                }
            }
        }
        for ((was, is), files) in renamed {
            let words = words!(
                "it was `{was}` ({files} files)",
                "het was `{was}` ({files} bestanden)"
            );
            self.fault("path-renamed", &is, words);
        }
        let mut gone: Vec<String> = missing.into_values().flatten().collect();
        gone.sort();
        for path in gone {
            let words = words!(
                "the packing slip lists it, and it is missing",
                "de pakbon noemt het, en het is er niet"
            );
            self.fault("file-missing", &path, words);
        }
        Ok(())
    }
}

/// Two paths without the components at their ends that are equal.
fn difference(was: &str, is: &str) -> (String, String) {
    let mut was: Vec<&str> = was.split('/').collect();
    let mut is: Vec<&str> = is.split('/').collect();
    while was.len() > 1 && is.len() > 1 && was.last() == is.last() {
        was.pop();
        is.pop();
    }
    (was.join("/"), is.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_renamed_folder_is_told_once() {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(difference("a/b/c.pdf", "a/x/c.pdf"), pair("a/b", "a/x"));
        assert_eq!(difference("a/b/d/c.pdf", "a/x/d/c.pdf"), pair("a/b", "a/x"));
        assert_eq!(difference("a/c.pdf", "a/d.pdf"), pair("a/c.pdf", "a/d.pdf"));
    }
}
