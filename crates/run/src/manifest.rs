//! `manifest.sha256`: the documents of a run and their digests.

/// One line of `manifest.sha256`, as `sha256sum` writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ManifestLine<'a> {
    /// 64 lower-case hexadecimal digits.
    pub sha256: &'a str,
    /// Path below the run folder.
    pub path: &'a str,
}

impl<'a> ManifestLine<'a> {
    /// Parses a line; `None` if it is malformed.
    pub fn parse(line: &'a str) -> Option<Self> {
        let (sha256, path) = line.split_once("  ")?;
        let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        (sha256.len() == 64 && sha256.bytes().all(hex) && !path.is_empty())
            .then_some(Self { sha256, path })
    }
}

#[cfg(test)]
mod tests {
    use super::ManifestLine;

    #[test]
    fn a_manifest_line_is_read_strictly() {
        let hash = "0a".repeat(32);
        let line = format!("{hash}  GM1-a/brief.pdf");
        let read = ManifestLine::parse(&line).unwrap();
        assert_eq!((read.sha256, read.path), (hash.as_str(), "GM1-a/brief.pdf"));
        for wrong in [
            format!("{hash} GM1-a/brief.pdf"),
            format!("{}  x", &hash[1..]),
            format!("{}  x", hash.to_uppercase()),
            format!("{hash}  "),
        ] {
            assert_eq!(ManifestLine::parse(&wrong), None, "{wrong}");
        }
    }
}
