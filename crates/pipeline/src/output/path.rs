//! Paths of documents, validated on construction, so that no data from a register or campaign can
//! lead out of the output folder or be invalid on another system.

use std::fmt;

use raadspost_content::Pack;
use raadspost_run::names::{HELD, MANIFEST, REPORT, STATE};

use crate::options::SPREAD_ABOVE;

/// Longest component, in bytes.
const COMPONENT_LIMIT: usize = 255;

/// Device names that Windows reserves in any folder, in any case and with any extension.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// Names in the output folder that are not packs.
const RESERVED: [&str; 4] = [HELD, MANIFEST, REPORT, STATE];

/// The folders that contain a pack's folder in a run of very many packs: `GM/03` for `GM0344`. The
/// letters at the start of the code, in upper case, then the next two letters or digits; `_`
/// replaces missing ones. In registers of many countries the first two digits are a province or
/// state, so each folder stays small enough to be listed.
pub(crate) fn spread(code: &str) -> String {
    let code: String = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_uppercase();
    let letters = code
        .chars()
        .take_while(char::is_ascii_alphabetic)
        .count()
        .min(4);
    let (first, rest) = code.split_at(letters);
    let mut first = first.to_owned();
    if first.is_empty() || check_component(&first).is_err() || is_reserved(&first) {
        first.push('_');
    }
    let second: String = rest.chars().chain("__".chars()).take(2).collect();
    format!("{first}/{second}")
}

/// The folder of a complete pack, relative to the output folder.
pub(crate) fn folder_of(pack: &Pack, spreads: bool) -> String {
    let plain = pack.folder();
    if spreads {
        format!("{}/{plain}", spread(&pack.code))
    } else {
        plain
    }
}

/// The possible paths of a document in a finished run with this number of packs: complete, and
/// held. Empty for a document without path.
pub fn places_of(pack: &Pack, file: &str, packs: u64) -> Vec<OutputPath> {
    let folder = folder_of(pack, packs > SPREAD_ABOVE);
    let complete = OutputPath::of_document(&folder, file).ok();
    complete
        .into_iter()
        .flat_map(|path| [path.clone(), path.held()])
        .collect()
}

fn is_reserved(folder: &str) -> bool {
    RESERVED
        .iter()
        .any(|name| folder.eq_ignore_ascii_case(name))
}

/// The path of a file, relative to the output folder, with `/` between its components.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OutputPath(String);

/// Why a text is not a valid [`OutputPath`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// A component is empty. Occurs with an empty text, a leading, trailing or doubled slash.
    #[error("a component of the path is empty")]
    Empty,
    /// A component is `.` or `..`, or ends in a dot or a space, which Windows drops.
    #[error("a component of the path ends in a dot or a space")]
    Dots,
    /// A component contains a character that is not printable ASCII, or one of `<>:"\|?*`.
    #[error("the path contains the character `{}`", .0.escape_default())]
    Character(char),
    /// A component is a device name of Windows, such as `CON` or `com1.pdf`.
    #[error("a component of the path is a device name of Windows")]
    Device,
    /// A component has more than 255 bytes.
    #[error("a component of the path is longer than {COMPONENT_LIMIT} bytes")]
    Long,
    /// A pack's folder has a reserved name of the output folder.
    #[error("the name is reserved in the output folder")]
    Reserved,
}

impl OutputPath {
    /// Validates a path.
    ///
    /// # Errors
    /// The first rule that it violates.
    pub fn new(path: impl Into<String>) -> Result<Self, PathError> {
        let path = path.into();
        path.split('/').try_for_each(check_component)?;
        Ok(Self(path))
    }

    /// The path of a document of a complete pack: `folder/file`, or `GM/03/folder/file` if packs
    /// are spread.
    ///
    /// # Errors
    /// A part of the folder or the file is not a single component, or the first one is a reserved
    /// name.
    pub fn of_document(folder: &str, file: &str) -> Result<Self, PathError> {
        folder.split('/').try_for_each(check_component)?;
        check_component(file)?;
        if is_reserved(folder.split('/').next().unwrap_or(folder)) {
            return Err(PathError::Reserved);
        }
        Ok(Self(format!("{folder}/{file}")))
    }

    /// The path of the same document while its pack is held.
    pub fn held(&self) -> Self {
        Self(format!("{HELD}/{}", self.0))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The folder that contains it; empty at the top.
    pub fn parent(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(parent, _)| parent)
    }
}

impl fmt::Display for OutputPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn check_component(component: &str) -> Result<(), PathError> {
    if component.is_empty() {
        return Err(PathError::Empty);
    }
    if component.len() > COMPONENT_LIMIT {
        return Err(PathError::Long);
    }
    let barred = |c: &char| !matches!(c, ' '..='~') || r#"<>:"/\|?*"#.contains(*c);
    if let Some(c) = component.chars().find(barred) {
        return Err(PathError::Character(c));
    }
    if component.ends_with(['.', ' ']) {
        return Err(PathError::Dots);
    }
    let stem = component
        .split('.')
        .next()
        .unwrap_or("")
        .trim_end()
        .to_ascii_lowercase();
    let numbered = ["com", "lpt"]
        .iter()
        .filter_map(|device| stem.strip_prefix(device))
        .any(|number| number.len() == 1 && number.as_bytes()[0].is_ascii_digit());
    if numbered || DEVICES.contains(&stem.as_str()) {
        return Err(PathError::Device);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_path() {
        for good in [
            "GM0344-utrecht/brief.pdf",
            "a/b c.pdf",
            ".hidden/x",
            "console/com10.pdf",
            "x/comx",
        ] {
            assert!(OutputPath::new(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn what_is_none() {
        let long = "a".repeat(256);
        let cases = [
            ("", PathError::Empty),
            ("/etc/passwd", PathError::Empty),
            ("a//b", PathError::Empty),
            ("a/", PathError::Empty),
            ("../../etc", PathError::Dots),
            ("a/./b", PathError::Dots),
            ("a./b", PathError::Dots),
            ("a /b", PathError::Dots),
            ("a/b\0", PathError::Character('\0')),
            ("a\\b", PathError::Character('\\')),
            ("C:/x", PathError::Character(':')),
            ("é/x", PathError::Character('é')),
            ("a/\u{202e}b", PathError::Character('\u{202e}')),
            ("CON/x", PathError::Device),
            ("a/nul.pdf", PathError::Device),
            ("a/Com1.tar.gz", PathError::Device),
            ("a/LPT9", PathError::Device),
            ("a/aux .pdf", PathError::Device),
            (long.as_str(), PathError::Long),
        ];
        for (path, error) in cases {
            assert_eq!(OutputPath::new(path), Err(error), "{path:?}");
        }
    }

    #[test]
    fn packs_are_spread_by_their_codes() {
        for (code, folders) in [
            ("GM0344", "GM/03"),
            ("gm0344", "GM/03"),
            ("DE-05515000", "DE/05"),
            ("01001", "_/01"),
            ("A", "A/__"),
            ("", "_/__"),
            ("CON1", "CON_/1_"),
            ("HELD12", "HELD_/12"),
            ("ABCDEFG1", "ABCD/EF"),
            ("COM1", "COM/1_"),
        ] {
            assert_eq!(spread(code), folders, "{code}");
            let path = OutputPath::of_document(&format!("{folders}/x"), "y.pdf");
            assert!(path.is_ok(), "{code}: {path:?}");
        }
    }

    #[test]
    fn a_document_has_a_folder_and_a_file() {
        let path = OutputPath::of_document("GM0344-utrecht", "brief.pdf").unwrap();
        assert_eq!(path.as_str(), "GM0344-utrecht/brief.pdf");
        assert_eq!(path.held().as_str(), "held/GM0344-utrecht/brief.pdf");
        assert_eq!(path.held().parent(), "held/GM0344-utrecht");
        assert_eq!(
            OutputPath::of_document("HELD", "brief.pdf"),
            Err(PathError::Reserved)
        );
        assert_eq!(
            OutputPath::of_document("a", "x/y"),
            Err(PathError::Character('/'))
        );
        assert_eq!(OutputPath::of_document("a//b", "x"), Err(PathError::Empty));
        assert_eq!(OutputPath::of_document("", "x"), Err(PathError::Empty));
    }
}
