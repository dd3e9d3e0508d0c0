//! The examples in docs/authoring.md are valid.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use raadspost_campaign::{Campaign, Register, load_envelope};
use raadspost_content::Source;

/// A small complete campaign; an example replaces its top-level keys.
const BASE: &str = "raadspost: 1
id: voorbeeld
title: Voorbeeld
language: nl-NL
date: 2026-03-02
sender: { name: Bureau }
fill-ins:
  datum: { kind: date, label: datum }
  indiener: { kind: person, label: Naam }
phrases:
  aan-de-raad: Aan de raad
  preambule: De raad,
  constaterende: Constaterende dat
  verzoekt: Verzoekt
  slot: Slot.
letters:
  brief:
    addressee: aan-de-raad
    place-and-date: Utrecht
    salutation: Geachte raad,
    body: Tekst.
    closing: Groet,
    signatories: [{ name: A }]
texts:
  uitleg: { body: Tekst. }
motions:
  water:
    title: Motie
    variants: { onderzoek: A, besluit: B }
    body: [{ preamble: preambule }]
documents:
  - { id: brief, formats: [pdf], letter: brief }
  - { id: bijlage, formats: [pdf], parts: [{ text: uitleg }, { motion: water }] }
";

/// The text of each top-level key.
fn sections(yaml: &str) -> BTreeMap<String, String> {
    let mut sections: BTreeMap<String, String> = BTreeMap::new();
    let mut key = String::new();
    for line in yaml.lines() {
        if let Some((name, _)) = line
            .split_once(':')
            .filter(|(name, _)| !name.starts_with([' ', '-', '#']))
        {
            key = name.to_owned();
        }
        let section = sections.entry(key.clone()).or_default();
        section.push_str(line);
        section.push('\n');
    }
    sections
}

/// The entries of a mapping indented by two spaces.
fn entries(section: &str) -> BTreeMap<String, String> {
    let mut entries: BTreeMap<String, String> = BTreeMap::new();
    let mut name = String::new();
    for line in section.lines().skip(1) {
        let entry = line
            .strip_prefix("  ")
            .filter(|rest| !rest.starts_with([' ', '-', '#']));
        if let Some((key, _)) = entry.and_then(|rest| rest.split_once(':')) {
            name = key.to_owned();
        }
        if !name.is_empty() {
            let entry = entries.entry(name.clone()).or_default();
            entry.push_str(line);
            entry.push('\n');
        }
    }
    entries
}

#[test]
fn every_example_loads() {
    let page =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/authoring.md"))
            .expect("the page");
    let mut examples = 0;
    for part in page.split("```yaml\n").skip(1) {
        let example = part.split("```").next().unwrap_or_default();
        if example.starts_with("raadspost-envelope") {
            let loaded = load_envelope("own", &Source::new("own.yaml", example));
            loaded.unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
            continue;
        }
        let mut merged = sections(BASE);
        for (key, section) in sections(example) {
            // A mapping keeps the base's entries that the example does not have.
            let kept = merged
                .get(&key)
                .map(|base| entries(base))
                .unwrap_or_default();
            let own = entries(&section);
            let kept = kept
                .into_iter()
                .filter(|(name, _)| !own.contains_key(name))
                .map(|(_, entry)| entry);
            let whole = section + &kept.collect::<String>();
            merged.insert(key, whole);
        }
        let yaml: String = merged.into_values().collect();
        let source = Source::new("example.yaml", yaml.as_str());
        let header = "code;name;ags;gemeinde;einwohner;flaeche_ha;running_name;population;seats;province;language\n";
        let loaded = Campaign::load(&source, |settings| {
            let header = if settings.table.delimiter.is_some() {
                header.to_owned()
            } else {
                header.replace(';', ",")
            };
            Register::open("r.csv", header.as_bytes(), settings)
                .map(|register| register.columns().clone())
        });
        if let Err(diagnostics) = loaded {
            let listed: Vec<_> = diagnostics.iter().map(ToString::to_string).collect();
            panic!("{yaml}\n{}", listed.join("\n"));
        }
        examples += 1;
    }
    assert!(examples >= 12, "{examples} examples");
}
