//! Every mistake in a campaign is found in one run, each at its own place.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use raadspost_content::{Campaign, Diagnostic, Register, Source};

fn mistakes(yaml: &str, register: &str) -> Vec<Diagnostic> {
    let source = Source::new("campaign.yaml", yaml);
    let loaded = Campaign::load(&source, |settings| {
        Register::open("gemeenten.csv", register.as_bytes(), settings)
            .map(|register| register.columns().clone())
    });
    loaded.err().unwrap_or_default()
}

#[test]
fn fifteen_mistakes_give_fifteen_diagnostics() {
    let case =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/campaign/fifteen-mistakes");
    let read = |name: &str| fs::read_to_string(case.join(name)).expect(name);
    let found = mistakes(&read("campaign.yaml"), &read("gemeenten.csv"));
    let mut listed = String::new();
    for diagnostic in &found {
        let (_, line, column) = diagnostic.location();
        let place = (line.expect("a line"), column.expect("a column"));
        let _ = writeln!(listed, "{}:{} {}", place.0, place.1, diagnostic.code);
        assert!(diagnostic.hint.is_some(), "no hint: {diagnostic}");
    }
    assert_eq!(listed, read("expected.txt"));
    assert_eq!(found.len(), 15, "fifteen of them");
}

/// A campaign with one letter, whose body is given, indented by eight spaces.
fn with_body(body: &str) -> String {
    let indented: String = body
        .lines()
        .map(|line| {
            if line.is_empty() {
                "\n".to_owned()
            } else {
                format!("        {line}\n")
            }
        })
        .collect();
    format!(
        "raadspost: 1\nid: x\ntitle: X\nlanguage: nl-NL\ndate: 2023-02-09\nsender: {{ name: A }}\nletters:\n    brief:\n      address: none\n      place-and-date: U\n      salutation: S\n      closing: G\n      signatories: [{{ name: A }}]\n      body: |\n{indented}documents:\n  - {{ id: brief, formats: [pdf], letter: brief }}\n"
    )
}

#[test]
fn a_mistake_in_the_third_line_of_an_indented_block_has_its_own_place() {
    let yaml = with_body("Eerste regel\ntweede regel\nderde {{ municipality.nam }} regel\n");
    let found = mistakes(&yaml, "code,name\n");
    assert_eq!(found.len(), 1, "{found:?}");
    let (_, line, column) = found[0].location();
    let expected = yaml
        .lines()
        .position(|line| line.contains("derde"))
        .expect("the line") as u64
        + 1;
    assert_eq!(
        (line, column),
        (Some(expected), Some(8 + "derde {{ ".len() as u64 + 1))
    );
    let shown = found[0].to_string();
    assert!(
        shown.contains("derde {{ municipality.nam }} regel")
            && shown.contains("did you mean `municipality.name`?"),
        "{shown}"
    );
}

#[test]
fn each_mistake_has_its_code() {
    let cases = [
        ("Een ![plaatje](https://a.nl/b.png)", "unsupported-markdown"),
        ("Een ~~weg~~ woord", "unsupported-markdown"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "unsupported-markdown"),
        ("---", "unsupported-markdown"),
        ("vet<br>", "unsupported-markdown"),
        ("1. a\n2. b\n\ntekst\n\n5. c", "unsupported-markdown"),
        ("[intern](../x)", "wrong-link"),
        ("[a](https://a.nl/{{ municipality.code }})", "field-in-link"),
        ("Noot[^a]", "footnote-without-text"),
        ("Tekst.\n\n[^a]: ongebruikt", "unused-footnote"),
        ("## Tweede", "heading-skips-level"),
        (
            "{{ if municipality.population > 1 }}open",
            "unbalanced-condition",
        ),
        ("dicht{{ end }}", "unbalanced-condition"),
        ("{{ municipality.name", "unclosed-tag"),
        ("{{ gemeente.naam }}", "unknown-field"),
        ("{{ choice.x }}", "unknown-choice"),
        ("{{ phrase.x }}", "unknown-phrase"),
        ("{{ municipality.name | number }}", "unlike-types"),
        ("{{ if municipality.name > 3 }}a{{ end }}", "unlike-types"),
        (
            "{{ if municipality.name.size() > 3 }}a{{ end }}",
            "unsupported-condition",
        ),
        ("\u{E001}", "control-character"),
    ];
    for (body, code) in cases {
        let found = mistakes(&with_body(body), "code,name,population\n");
        let codes: Vec<_> = found.iter().map(|diagnostic| diagnostic.code).collect();
        assert_eq!(codes, [code], "{body}: {found:?}");
    }
}

#[test]
fn correct_texts_have_no_mistakes() {
    let cases = [
        "Een {{ if has(municipality.population) && municipality.population >= 100000 }}grote{{ else }}*kleine*{{ end }} gemeente.",
        "Vergelijk: {{ if municipality.name in [\"A\", \"B\"] || !municipality.name.startsWith(\"C\") }}ja{{ end }}",
        "# Kop\n\n## Onder\n\n- a\n  - b\n- c\n\n1. een\n2. twee",
        "Prijs &amp; \\*ster\\* [link](https://a.nl/x_y_z) <https://b.nl/>[^1]\n\n[^1]: Noot *met* nadruk.",
        "{{ municipality.population | number }}",
    ];
    for body in cases {
        let found = mistakes(&with_body(body), "code,name,population\n");
        assert!(found.is_empty(), "{body}: {found:?}");
    }
}

/// Whatever happens to a file, it is answered with a campaign or with diagnostics that have a place
/// and a hint, and never with a panic. The damage is drawn from a fixed sequence.
#[test]
fn a_damaged_campaign_is_answered_with_diagnostics() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content");
    let yaml = fs::read_to_string(root.join("posiv.yaml")).expect("the campaign");
    let register = fs::read_to_string(root.join("registers/nl.csv")).expect("the register");
    let letters: Vec<char> = yaml.chars().collect();
    let signs: Vec<char> = "{}[]:-*&!|>#\"'`\\<^\n\t \u{e000}é€".chars().collect();
    let mut state = 1_u64;
    let mut next = |limit: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).expect("31 bits") % limit
    };
    let mut refused = 0;
    for _ in 0..400 {
        let mut damaged = letters.clone();
        for _ in 0..=next(3) {
            let at = next(damaged.len());
            match next(3) {
                0 => damaged[at] = signs[next(signs.len())],
                1 => damaged.insert(at, signs[next(signs.len())]),
                _ => {
                    let end = (at + next(40)).min(damaged.len());
                    damaged.drain(at..end);
                }
            }
        }
        let damaged: String = damaged.into_iter().collect();
        let found = mistakes(&damaged, &register);
        refused += usize::from(!found.is_empty());
        for diagnostic in found {
            assert!(
                diagnostic.location().1.is_some() && diagnostic.hint.is_some(),
                "{diagnostic}"
            );
        }
    }
    assert!(refused > 100, "most damage is a mistake: {refused}");
}

/// A campaign in Polish, whose dates and numbers are not known, with a place for each kind of text.
const EVERYWHERE: &str = "raadspost: 1
id: x
title: X
language: pl
date: 2023-02-09
sender: { name: A }
phrases: { aan: Aan de raad, los: Los }
overrides: { X1: { aan: OVERRIDE } }
letters:
  brief:
    title: FILE
    addressee: aan
    place-and-date: PLACE
    subject: SUBJECT
    reference: REFERENCE
    treatment: TREATMENT
    qr: { url: 'https://a.nl/URL', caption: CAPTION }
    salutation: SALUTATION
    body: BODY
    closing: CLOSING
    signatories: [{ name: A }]
    enclosures: { title: LIST, items: [{ label: LABEL, title: ENCLOSED }] }
texts: { t: { title: HEAD, body: TEXT } }
motions:
  m:
    title: MOTION
    variants: { a: VARIANT }
    body:
      - recital: los
        items: [ITEM]
      - operative: los
        alternatives: { a: [DICTUM], }
      - movers: MOVERS
        line: LINE
documents:
  - { id: brief, formats: [pdf], letter: brief }
  - { id: stuk, title: DOCUMENT, formats: [pdf], annex: { label: ANNEX, title: WHOLE }, parts: [{ text: t }, { motion: m }] }
";

/// Every text is seen by the check of formatters, wherever it is.
#[test]
fn a_formatter_without_conventions_is_found_in_every_text() {
    let field = "\"{{ municipality.population | number }}\"";
    for place in [
        "OVERRIDE",
        "FILE",
        "PLACE",
        "SUBJECT",
        "REFERENCE",
        "TREATMENT",
        "CAPTION",
        "SALUTATION",
        "CLOSING",
        "LIST",
        "LABEL",
        "ENCLOSED",
        "HEAD",
        "TEXT",
        "MOTION",
        "VARIANT",
        "ITEM",
        "DICTUM",
        "MOVERS",
        "LINE",
        "DOCUMENT",
        "ANNEX",
        "WHOLE",
    ] {
        let yaml = EVERYWHERE.replacen(place, field, 1);
        let found = mistakes(&yaml, "code,name,population\n");
        let codes: Vec<_> = found.iter().map(|diagnostic| diagnostic.code).collect();
        assert_eq!(codes, ["unknown-conventions"], "{place}: {found:?}");
    }
    assert_eq!(mistakes(EVERYWHERE, "code,name,population\n").len(), 0);
    // A text that no document in that language shows may have one.
    let unused = EVERYWHERE.replace("texts: {", &format!("texts: {{ u: {{ body: {field} }}, "));
    assert_eq!(mistakes(&unused, "code,name,population\n").len(), 0);
}

/// The place of a key is where it was written, also if another key ends with the same letters.
#[test]
fn a_key_is_shown_where_it_is_written() {
    let letter =
        "place-and-date: U, salutation: S, closing: G, body: B, signatories: [{ name: A }]";
    let yaml = format!(
        "raadspost: 1\nid: x\ntitle: X\nlanguage: nl-NL\ndate: 2023-02-09\nsender: {{ name: A }}\nphrases: {{ a: A }}\noverrides:\n  GM10: {{ mijna: A, a: B }}\n  GM1: {{ na: A, a: C }}\nletters:\n  mijnbrief: {{ addressee: a, {letter} }}\n  brief: {{ {letter} }}\ndocuments:\n  - {{ id: b, formats: [pdf], letter: brief }}\n"
    );
    let found = mistakes(&yaml, "code,name\n");
    let places: Vec<_> = found
        .iter()
        .map(|diagnostic| {
            let (_, line, column) = diagnostic.location();
            (diagnostic.code, line, column)
        })
        .collect();
    let expected = [
        ("unknown-phrase", Some(9), Some(11)),
        ("unknown-phrase", Some(10), Some(10)),
        ("missing-key", Some(13), Some(3)),
    ];
    assert_eq!(places, expected, "{found:?}");
    let whole = yaml
        .replace("mijna: A, ", "")
        .replace("na: A, ", "")
        .replace("  brief: {", "  brief: { addressee: a,");
    let campaign = Campaign::load(&Source::new("campaign.yaml", whole), |settings| {
        Register::open("gemeenten.csv", "code,name\n".as_bytes(), settings)
            .map(|register| register.columns().clone())
    });
    let campaign = campaign.unwrap_or_else(|found| panic!("{found:?}")).output;
    assert_eq!(campaign.idle_override("GM1").location().1, Some(10));
}
