//! The embedded files: `content/**` and `fonts/**`.

/// The default campaign.
pub const CAMPAIGN: &str = "posiv.yaml";

/// The register used if neither a flag nor the campaign names one.
pub const REGISTER: &str = "registers/nl.csv";

/// The default theme.
pub const THEME: &str = "theme.yaml";

/// The folder of the forms of addresses.
pub const ADDRESSES: &str = "addresses";

/// The folder of languages.
pub const LANGUAGES: &str = "languages";

/// The folder of envelopes.
pub const ENVELOPES: &str = "envelopes";

/// Path and bytes of every embedded file, sorted by path.
static TABLE: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// The embedded file with this path, such as `content/theme.yaml`.
pub fn get(path: &str) -> Option<&'static [u8]> {
    let at = TABLE.binary_search_by_key(&path, |(path, _)| path).ok()?;
    Some(TABLE[at].1)
}

/// All embedded files below a folder, with paths relative to it; sorted by path.
pub fn below(folder: &'static str) -> impl Iterator<Item = (&'static str, &'static [u8])> {
    TABLE.iter().filter_map(move |(path, bytes)| {
        let path = path.strip_prefix(folder)?.strip_prefix('/')?;
        Some((path, *bytes))
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
        for path in [CAMPAIGN, REGISTER, THEME] {
            assert!(get(&format!("content/{path}")).is_some(), "{path}");
        }
    }
}
