//! The names that the Nationaal Archief's MDTO SIP specification (2026-03-19, "Naamgeving") allows:
//! at most 255 characters, none of `< > : " / \ | ? * # & .` and no space. We take the dot's rule
//! to hold for the name without its extension, since every file has one.

use crate::ArchiveError;

/// Longest name, in characters.
const LIMIT: usize = 255;

/// The end of the name of every sidecar.
pub(crate) const SIDECAR: &str = ".MDTO.xml";
/// The long end of the name of a file's sidecar.
const FILE_SIDECAR: &str = ".bestand.MDTO.xml";

/// The name of a file's sidecar; the specification has both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SidecarName {
    /// `brief.pdf.bestand.MDTO.xml`
    #[default]
    Bestand,
    /// `brief.pdf.MDTO.xml`
    Short,
}

impl SidecarName {
    /// The sidecar of a file.
    pub(crate) fn of(self, file: &str) -> String {
        match self {
            Self::Bestand => format!("{file}{FILE_SIDECAR}"),
            Self::Short => format!("{file}{SIDECAR}"),
        }
    }
}

/// The names that a file's sidecar may have.
pub(crate) fn sidecars_of(file: &str) -> [String; 2] {
    [SidecarName::Bestand, SidecarName::Short].map(|name| name.of(file))
}

/// The file that a sidecar describes.
pub(crate) fn described(sidecar: &str) -> &str {
    let stem = &sidecar[..sidecar.len() - SIDECAR.len()];
    stem.strip_suffix(".bestand").unwrap_or(stem)
}

/// Whether a path is that of a sidecar, in capitals or small letters.
pub(crate) fn is_sidecar(path: &str) -> bool {
    let at = path.len().checked_sub(SIDECAR.len());
    at.and_then(|at| path.get(at..))
        .is_some_and(|end| end.eq_ignore_ascii_case(SIDECAR))
}

/// A text as a component of a name: each character that is not allowed becomes `-`.
pub(crate) fn component(text: &str) -> String {
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    text.chars()
        .map(|c| if allowed(c) { c } else { '-' })
        .collect()
}

/// A pack's folder as a component of a name, without the folders over which a large run spreads its
/// packs.
pub(crate) fn of_folder(folder: &str) -> String {
    component(folder.rsplit('/').next().unwrap_or(folder))
}

/// Checks each part of a path.
///
/// # Errors
/// [`ArchiveError::BadName`] with the rule that it breaks.
pub(crate) fn check(path: &str) -> Result<(), ArchiveError> {
    let bad = |why| ArchiveError::BadName {
        path: path.to_owned(),
        why,
    };
    let mut parts = path.split('/').peekable();
    while let Some(part) = parts.next() {
        let is_file = parts.peek().is_none();
        // A file's endings (`.pdf.bestand.MDTO.xml`) are its format's business.
        let (stem, ending) = match part.split_once('.') {
            Some(split) if is_file => split,
            _ => (part, ""),
        };
        if stem.is_empty() {
            return Err(bad("a part of it is empty"));
        }
        if part.chars().count() > LIMIT {
            return Err(bad("a part of it has more than 255 characters"));
        }
        let forbidden =
            |c: char| c.is_control() || c.is_whitespace() || "<>:\"“”/\\|?*#&".contains(c);
        if stem.contains('.') || part.contains(forbidden) || ending.contains("..") {
            return Err(bad("it has a character that names in a SIP may not have"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_s_name_is_its_last_part() {
        assert_eq!(of_folder("GM/03/GM0344-utrecht"), "GM0344-utrecht");
        assert_eq!(of_folder("GM0344-utrecht"), "GM0344-utrecht");
    }

    #[test]
    fn names_follow_the_specification() {
        for right in [
            "GM0344-utrecht/brief.pdf",
            "a/b/c.pdf.bestand.MDTO.xml",
            "pakbon.xml",
            "é/ß_1.json",
        ] {
            assert!(check(right).is_ok(), "{right}");
        }
        let long = "a".repeat(256);
        for wrong in [
            "a b/c.pdf",
            "a/b c.pdf",
            "a.b/c.pdf",
            "/c.pdf",
            "a//c.pdf",
            "a/.pdf",
            "../c.pdf",
            "a/c&d.pdf",
            "a/c#.pdf",
            "a:b.pdf",
            long.as_str(),
        ] {
            assert!(check(wrong).is_err(), "{wrong}");
        }
        assert_eq!(component("a b.c/d"), "a-b-c-d");
        assert_eq!(described("a/b.pdf.bestand.MDTO.xml"), "a/b.pdf");
        assert_eq!(described("a/b.pdf.mdto.XML"), "a/b.pdf");
        assert!(is_sidecar("x/y.pdf.bestand.mdto.XML") && !is_sidecar("MDTO.xml"));
    }
}
