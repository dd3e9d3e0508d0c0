//! Tables of keys of campaigns, and of the files beside them.

pub(crate) mod address;
pub(crate) mod archive;
pub(crate) mod campaign;
pub(crate) mod envelope;
pub(crate) mod language;
pub(crate) mod theme;

use serde_json::Value;

/// The JSON Schema (draft 2020-12) of a campaign.
pub fn campaign_schema() -> Value {
    raadspost_yaml::schema(&campaign::CAMPAIGN, "Raadspost campaign")
}

/// The JSON Schema (draft 2020-12) of `theme.yaml`.
pub fn theme_schema() -> Value {
    raadspost_yaml::schema(&theme::THEME, "Raadspost theme")
}

/// The JSON Schema (draft 2020-12) of `envelopes/*.yaml`.
pub fn envelope_schema() -> Value {
    raadspost_yaml::schema(&envelope::ENVELOPE, "Raadspost envelope")
}

/// The JSON Schema (draft 2020-12) of `addresses/*.yaml`.
pub fn address_schema() -> Value {
    raadspost_yaml::schema(&address::ADDRESS, "Raadspost address")
}

/// The JSON Schema (draft 2020-12) of `languages/*.yaml`.
pub fn language_schema() -> Value {
    raadspost_yaml::schema(&language::LANGUAGE, "Raadspost language")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use raadspost_content::Source;
    use raadspost_yaml::reads::{self, Keys};

    use super::{address, campaign, envelope, language, theme};
    use crate::lower;

    fn sources(folder: &str) -> Vec<std::sync::Arc<Source>> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let files = fs::read_dir(root.join(folder)).expect("a folder");
        let read = |entry: std::io::Result<fs::DirEntry>| {
            let path = entry.expect("an entry").path();
            let text = fs::read_to_string(&path).expect("a text");
            Source::new(path.display().to_string(), text)
        };
        files.map(read).collect()
    }

    /// Reading a key that is not in the table panics; this test ensures that every key of the table
    /// is read.
    #[test]
    fn the_lowering_reads_every_key_of_the_table_and_no_other() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let page = fs::read_to_string(root.join("docs/authoring.md")).expect("the page");
        let theme = fs::read_to_string(root.join("content/theme.yaml")).expect("the theme");
        let read = reads::record(|| {
            for example in page.split("```yaml\n").skip(1) {
                let yaml = example.split("```").next().unwrap_or_default();
                lower::campaign(&Source::new("example.yaml", yaml), &mut Vec::new());
            }
            // The page has no example of a text block in a motion.
            let block = Source::new(
                "block.yaml",
                "motions: { m: { title: M, body: [text: T] } }",
            );
            lower::campaign(&block, &mut Vec::new());
            crate::load_theme(&Source::new("theme.yaml", theme)).expect("a theme");
            for source in sources("content/envelopes") {
                let loaded = crate::load_envelope("own", &source);
                loaded.unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
            }
            for source in sources("content/addresses") {
                let loaded = crate::load_address_form("XX", &source);
                loaded.unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
            }
            for source in sources("content/languages") {
                let loaded = crate::load_language(&source);
                loaded.unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
            }
        });
        let tables = [
            &address::ADDRESS,
            &campaign::CAMPAIGN,
            &envelope::ENVELOPE,
            &language::LANGUAGE,
            &theme::THEME,
        ];
        let known: Keys = tables.into_iter().flat_map(reads::known).collect();
        assert_eq!(
            known.difference(&read).collect::<Vec<_>>(),
            Vec::<&_>::new()
        );
    }

    #[test]
    fn the_schema_has_every_key_with_a_description() {
        let schema = super::campaign_schema().to_string();
        for (_, key) in reads::known(&campaign::CAMPAIGN) {
            assert!(schema.contains(&format!("\"{key}\":{{")), "{key}");
        }
    }
}
