//! From YAML text to a [`crate::Campaign`]: the tree with places, the table of keys, and the
//! lowering that collects every mistake.

pub(crate) mod archive;
pub(crate) mod delimiters;
pub(crate) mod envelope;
pub(crate) mod envelope_keys;
pub(crate) mod keys;
pub(crate) mod lower;
pub(crate) mod map;
pub(crate) mod markdown;
pub(crate) mod motion;
pub(crate) mod printer;
pub(crate) mod printer_keys;
pub(crate) mod tags;
pub(crate) mod theme;
pub(crate) mod yaml;
pub(crate) mod yaml_mistakes;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::keys::{self, Kind, Object};
    use super::{envelope_keys, lower, printer_keys};
    use crate::{Envelope, Printer, Source, Theme};

    fn table(object: &'static Object, out: &mut BTreeSet<(&'static str, &'static str)>) {
        fn below(kind: &'static Kind, out: &mut BTreeSet<(&'static str, &'static str)>) {
            match kind {
                Kind::Object(object) => table(object, out),
                Kind::List(inner) | Kind::Map(inner) => below(inner, out),
                Kind::Either(first, second) => {
                    below(first, out);
                    below(second, out);
                }
                _ => {}
            }
        }
        for key in object.keys {
            out.insert((object.name, key.name));
            below(&key.kind, out);
        }
    }

    /// The lowering panics on a key that the table lacks; here, that it reads every key there is.
    #[test]
    fn the_lowering_reads_every_key_of_the_table_and_no_other() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let page = fs::read_to_string(root.join("docs/authoring.md")).expect("the page");
        let theme = fs::read_to_string(root.join("content/theme.yaml")).expect("the theme");
        for example in page.split("```yaml\n").skip(1) {
            let yaml = example.split("```").next().unwrap_or_default();
            lower::campaign(&Source::new("example.yaml", yaml), &mut Vec::new());
        }
        Theme::load(&Source::new("theme.yaml", theme)).expect("a theme");
        for entry in fs::read_dir(root.join("content/printers")).expect("printers") {
            let path = entry.expect("an entry").path();
            let text = fs::read_to_string(&path).expect("a printer");
            let name = path.display().to_string();
            let loaded = Printer::load(&Source::new(name, text));
            loaded.unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
        }
        for entry in fs::read_dir(root.join("content/envelopes")).expect("envelopes") {
            let path = entry.expect("an entry").path();
            let text = fs::read_to_string(&path).expect("an envelope");
            let name = path.display().to_string();
            let loaded = Envelope::load("own", &Source::new(name, text));
            loaded.unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
        }
        let mut known = BTreeSet::new();
        table(&keys::CAMPAIGN, &mut known);
        table(&envelope_keys::ENVELOPE, &mut known);
        table(&keys::THEME, &mut known);
        table(&printer_keys::PRINTER, &mut known);
        let read = lower::reads::take();
        assert_eq!(
            known.difference(&read).collect::<Vec<_>>(),
            Vec::<&(&str, &str)>::new()
        );
    }

    #[test]
    fn the_schema_has_every_key_with_a_description() {
        let schema = crate::schema().to_string();
        let mut known = BTreeSet::new();
        table(&keys::CAMPAIGN, &mut known);
        for (_, key) in known {
            assert!(schema.contains(&format!("\"{key}\":{{")), "{key}");
        }
    }
}
