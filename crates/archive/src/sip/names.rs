//! The names that the Nationaal Archief's MDTO SIP specification (2026-03-19, "Naamgeving") allows:
//! at most 255 characters, none of `< > : " / \ | ? * # & .` and no space. We take the dot's rule
//! to hold for the name without its extension, since every file has one.

use crate::ArchiveError;

/// Longest name, in characters.
const LIMIT: usize = 255;

/// What ends the name of a sidecar.
pub(crate) const SIDECAR: &str = ".MDTO.xml";

/// Whether a path names a sidecar, however its ending is capitalised.
pub(crate) fn is_sidecar(path: &str) -> bool {
    let at = path.len().checked_sub(SIDECAR.len());
    at.and_then(|at| path.get(at..))
        .is_some_and(|end| end.eq_ignore_ascii_case(SIDECAR))
}

/// A text as part of a name: whatever is not allowed becomes `-`.
pub(crate) fn part(text: &str) -> String {
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    text.chars()
        .map(|c| if allowed(c) { c } else { '-' })
        .collect()
}

/// A pack's folder as part of a name: without the folders by which a large run spreads its packs.
pub(crate) fn of_folder(folder: &str) -> String {
    part(folder.rsplit('/').next().unwrap_or(folder))
}

/// Checks each part of a path.
///
/// # Errors
/// Which rule it breaks.
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
            return Err(bad("it has a sign that names in a SIP may not have"));
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
        assert_eq!(part("a b.c/d"), "a-b-c-d");
        assert!(is_sidecar("x/y.pdf.bestand.mdto.XML") && !is_sidecar("MDTO.xml"));
    }
}
