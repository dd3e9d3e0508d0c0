//! The embedded campaign and theme load and give complete documents.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use raadspost_campaign::{Campaign, NamedFiles, Register, load_envelope, load_theme};
use raadspost_content::{Body, Envelope, Format, Part, Source, Theme};

fn content(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../content")
        .join(name);
    fs::read_to_string(path).expect("the repository holds its content")
}

fn load(yaml: &str) -> Campaign {
    let source = Source::new("posiv.yaml", yaml);
    let register = content("registers/nl.csv");
    let loaded = Campaign::load(&source, |settings| {
        Register::open("nl.csv", register.as_bytes(), settings)
            .map(|register| register.columns().clone())
    });
    match loaded {
        Ok(loaded) => loaded.output,
        Err(diagnostics) => {
            panic!(
                "{}",
                diagnostics
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join("\n")
            )
        }
    }
}

#[test]
fn every_municipality_gets_every_document() {
    let campaign = load(&content("posiv.yaml"));
    let text = content("registers/nl.csv");
    let register = Register::open("nl.csv", text.as_bytes(), campaign.register()).expect("header");
    let mut shapes: Vec<_> = Vec::new();
    let mut rows = 0;
    for row in register {
        let municipality = row.expect("a clean row");
        let pack = campaign.pack(&municipality);
        assert!(pack.refused.is_empty(), "{}: {:?}", pack.code, pack.refused);
        let files: Vec<_> = pack
            .documents
            .iter()
            .map(|document| document.file.as_str())
            .collect();
        assert_eq!(
            files,
            [
                "brief.pdf",
                "bijlage-1.pdf",
                "bijlage-2.pdf",
                "pack.pdf",
                "motie-solidariteit.docx",
                "motie-deelname.docx",
                "motie-deelname-onderzoek.docx",
                "motie-deelname-deelname.docx"
            ]
        );
        for document in pack.documents {
            assert_eq!(document.values.slots.len(), document.shape.slots);
            if !shapes
                .iter()
                .any(|known| Arc::ptr_eq(known, &document.shape))
            {
                shapes.push(document.shape);
            }
        }
        rows += 1;
    }
    assert_eq!(rows, 342);
    // Post-office box or street: two shapes of letter and pack, one of everything else.
    let letters = shapes
        .iter()
        .filter(|shape| matches!(shape.body, Body::Letter(_)))
        .count();
    assert!(letters <= 2, "{letters} shapes of the letter");
    assert!(shapes.len() <= 16, "{} shapes", shapes.len());
}

#[test]
fn a_variant_makes_its_choices_and_drops_the_note() {
    let campaign = load(&content("posiv.yaml"));
    let text = content("registers/nl.csv");
    let mut register =
        Register::open("nl.csv", text.as_bytes(), campaign.register()).expect("header");
    let municipality = register.find_map(Result::ok).expect("a row");
    let pack = campaign.pack(&municipality);
    let motion = |file: &str| {
        let document = pack
            .documents
            .iter()
            .find(|document| document.file == file)
            .expect(file);
        assert_eq!(document.format, Format::Docx);
        match &document.shape.body {
            Body::Parts { parts, .. } => match &parts[0] {
                Part::Motion(motion) => serde_json::to_string(motion).expect("plain data"),
                Part::Text { .. } => panic!("{file} holds a motion"),
            },
            _ => panic!("{file} has parts"),
        }
    };
    let open = motion("motie-deelname.docx");
    assert!(
        open.contains("\"choice\"") && open.contains("verwijderen wat") && open.contains("\"OF\"")
    );
    let chosen = motion("motie-deelname-deelname.docx");
    assert!(chosen.contains("vrijheid biedt om") && chosen.contains("raad indien nodig bereid"));
    assert!(
        !chosen.contains("lijkt te bieden")
            && !chosen.contains("verwijderen")
            && !chosen.contains("\"OF\"")
    );
    assert!(chosen.contains("deel te gaan nemen") && !chosen.contains("Te onderzoeken of"));
}

#[test]
fn a_comment_above_changes_no_fingerprint() {
    let text = content("registers/nl.csv");
    let fingerprints = |yaml: &str| -> Vec<_> {
        let campaign = load(yaml);
        let mut register =
            Register::open("nl.csv", text.as_bytes(), campaign.register()).expect("header");
        let municipality = register.find_map(Result::ok).expect("a row");
        campaign
            .pack(&municipality)
            .documents
            .iter()
            .map(|document| document.shape.fingerprint())
            .collect()
    };
    let yaml = content("posiv.yaml");
    assert_eq!(
        fingerprints(&yaml),
        fingerprints(&format!("# one more line\n\n{yaml}"))
    );
    assert_ne!(
        fingerprints(&yaml),
        fingerprints(&yaml.replace("Bij voorbaat dank", "Alvast dank"))
    );
}

#[test]
fn the_embedded_theme_is_the_default() {
    let theme = load_theme(&Source::new("theme.yaml", content("theme.yaml"))).expect("a theme");
    assert_eq!(theme, Theme::default());
}

#[test]
fn the_embedded_envelope_is_the_default() {
    let text = content("envelopes/nl-dl-left.yaml");
    let envelope = load_envelope(Envelope::DEFAULT, &Source::new("nl-dl-left.yaml", text));
    assert_eq!(envelope.expect("an envelope"), Envelope::default());
}

#[test]
fn a_file_that_is_named_and_not_given_is_a_mistake() {
    let campaign = load(&content("posiv.yaml"));
    let missing = campaign.with_files(&NamedFiles::default());
    let missing = missing.err().expect("a mistake");
    assert!(!missing.is_empty());
    assert!(missing.iter().all(|found| found.code == "unknown-envelope"));
}
