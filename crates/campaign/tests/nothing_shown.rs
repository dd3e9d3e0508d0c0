//! What is not printed asks nothing: no value, no slot, no number of a footnote, no document.

use std::sync::Arc;

use raadspost_campaign::{Campaign, Register};
use raadspost_content::{BlockKind, Body, Pack, Part, Place, Shape, Source, plain_text};

const ABSENT: &str = "when: municipality.name == \"B\"";

/// A campaign of a letter and a motion; `motion` are the blocks of the motion, and `documents` the
/// documents, as lines of it.
fn yaml(motion: &str, documents: &str) -> String {
    format!(
        "raadspost: 1
id: proef
title: Proef
language: nl-NL
date: 2026-03-02
sender: {{ name: Bureau }}
register: {{ columns: {{ code: code, name: name, gone: gone }} }}
phrases:
  aan: Aan de raad
  gone: Van {{{{ municipality.gone }}}}{{{{ if municipality.gone == \"x\" }}}}!{{{{ end }}}}
  noted: |
    Kop[^k]

    [^k]: Weg.
letters:
  brief:
    address: optional
    addressee: aan
    place-and-date: Utrecht
    salutation: Geachte raad,
    body: Tekst.
    closing: Groet,
    signatories: [{{ name: Jan }}]
    enclosures: {{ items: [{{ document: bijlage, label: \"Bijlage:\", title: Uitleg }}] }}
texts:
  nothing: {{ title: \"Over {{{{ municipality.gone }}}}\", body: [{{ text: T, {ABSENT} }}] }}
  empty: {{ body: \"{{{{ if municipality.name == 'B' }}}}T{{{{ end }}}}\" }}
  some: {{ title: Iets, body: T }}
motions:
  m:
    title: Motie
    variants: {{ a: A, b: B }}
    body:
{motion}
documents:
  - {{ id: brief, formats: [pdf], letter: brief }}
{documents}
post: none
"
    )
}

/// The pack of a municipality that has no value in the column `gone`.
fn pack(yaml: &str) -> Pack {
    let source = Source::new("c.yaml", yaml);
    let table = "code,name,gone\nGM1,A,\n";
    let open = |settings: &_| Register::open("r.csv", table.as_bytes(), settings);
    let loaded = Campaign::load(&source, |settings| {
        open(settings).map(|register| Arc::clone(register.columns()))
    });
    let campaign = loaded.unwrap_or_else(|found| panic!("{found:#?}")).output;
    let mut rows = open(campaign.register()).expect("columns");
    let row = rows.next().expect("a row").expect("a whole row");
    campaign.pack(&row)
}

/// The ids of the documents that are made; none may be refused.
fn made(pack: &Pack) -> Vec<&str> {
    assert!(pack.refused.is_empty(), "{:#?}", pack.refused);
    let documents = pack.documents.iter();
    documents.map(|one| one.document.as_str()).collect()
}

fn enclosures(pack: &Pack) -> usize {
    let mut letters = pack
        .documents
        .iter()
        .filter_map(|one| match &one.shape.body {
            Body::Letter(letter) => letter.enclosures.as_ref().map(|them| them.items.len()),
            _ => None,
        });
    letters.next().unwrap_or(0)
}

/// The motion in a variant, named as the letter's enclosure is.
const MOTION: &str =
    "  - { id: bijlage, title: Motie, formats: [docx], parts: [{ motion: m, variant: a }] }";

/// The motion of [`MOTION`] with a block and a last line: its shape.
fn motion(block: &str) -> Arc<Shape> {
    let pack = pack(&yaml(&format!("{block}\n      - text: Slot."), MOTION));
    assert_eq!(made(&pack), ["brief", "bijlage"], "{block}");
    Arc::clone(&pack.documents[1].shape)
}

#[test]
fn a_head_over_nothing_asks_nothing() {
    for block in [
        format!("      - recital: gone\n        items: [{{ text: I, {ABSENT} }}]"),
        format!("      - operative: gone\n        items: [{{ text: I, {ABSENT} }}]"),
        "      - operative: gone\n        alternatives: { a: [\"{{ if municipality.name == 'B' }}I{{ end }}\"], b: [J] }\n        or: OF".to_owned(),
        "      - old: gone\n        wording: \"{{ if municipality.name == 'B' }}W{{ end }}\"".to_owned(),
        "      - explanation: gone\n        wording: \"{{ if municipality.name == 'B' }}W{{ end }}\"".to_owned(),
        // A note to strike out is never shown in a variant.
        "      - note: N\n        when: municipality.gone == \"x\"".to_owned(),
    ] {
        let shape = motion(&block);
        let Body::Parts { parts, .. } = &shape.body else { panic!("no parts") };
        let Part::Motion(motion) = &parts[0] else { panic!("no motion") };
        let kinds: Vec<_> = motion.blocks.iter().map(|one| &one.kind).collect();
        assert!(matches!(kinds[..], [BlockKind::Paragraph { .. }]), "{block}: {kinds:?}");
        // Code and running name, for the record.
        assert_eq!(shape.slots, 2, "{block}");
    }
}

/// What decides that nothing is shown must be known, and what is shown must have its values.
#[test]
fn what_is_asked_of_a_block_with_items_is_asked() {
    for items in ["{ text: I, when: municipality.gone == \"x\" }", "I"] {
        let block = format!("      - recital: gone\n        items: [{items}]");
        let pack = pack(&yaml(&block, MOTION));
        let [refused] = &pack.refused[..] else {
            panic!("{pack:?}")
        };
        assert_eq!(refused.reasons[0].code, "missing-value");
    }
}

#[test]
fn a_footnote_of_a_head_that_is_not_shown_takes_no_number() {
    let shape = motion(
        "      - explanation: noted
        wording: \"{{ if municipality.name == 'B' }}W{{ end }}\"
      - text: |
          Slot[^a].

          [^a]: De eerste.",
    );
    let labels: Vec<&str> = shape.footnotes.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(labels, ["a"]);
}

/// A municipality does not get a document of which nothing is shown, and no document names it.
#[test]
fn a_document_without_anything_in_it_is_one_that_the_municipality_does_not_get() {
    let head = "annex: { label: \"Bijlage {{ municipality.gone }}\", title: Uitleg }, ";
    for (annex, parts) in [
        ("", format!("{{ text: some, {ABSENT} }}")),
        (head, format!("{{ text: some, {ABSENT} }}")),
        (head, "{ text: nothing }".to_owned()),
        (
            "title: \"{{ municipality.gone }}\", ",
            "{ text: empty }, { text: nothing }".to_owned(),
        ),
        ("", format!("{{ motion: m, {ABSENT} }}, {{ text: empty }}")),
        (
            "",
            "{ motion: m, variant: b, show-title: false }".to_owned(),
        ),
    ] {
        let documents = format!(
            "  - {{ id: pack, title: P, formats: [pdf], collects: [brief, bijlage] }}
  - {{ id: alleen, title: P, formats: [pdf], collects: [bijlage] }}
  - {{ id: bijlage, formats: [pdf, docx], {annex}parts: [{parts}] }}
  - {{ id: motie, formats: [docx], parts: [{{ motion: m }}] }}"
        );
        let yaml = yaml("      - note: N", &documents);
        let pack = pack(&yaml.replace(
            "post: none",
            "post: { raad: [pack], nog: [brief, bijlage] }",
        ));
        assert_eq!(made(&pack), ["brief", "pack", "motie"], "{parts}");
        assert_eq!(enclosures(&pack), 0, "{parts}");
        // Without a postal address neither is posted, and each says what would lie in it.
        assert_eq!(pack.envelopes[1].documents, ["brief"], "{parts}");
        let whole = &pack.documents[1].shape;
        assert_eq!(whole.members().len(), 1, "{parts}");
    }
}

#[test]
fn a_title_that_is_not_shown_is_not_asked() {
    let title = "title: \"{{ municipality.gone }}\"";
    let documents = "  - id: bijlage
    title: |
      Uitleg[^a]

      [^a]: Van {{ municipality.gone }}.
    formats: [pdf]
    parts: [{ text: nothing }, { motion: n, show-title: false }, { text: some }]
  - id: nog-een
    formats: [pdf]
    parts: [{ text: nothing }, { text: some }, { motion: n, show-title: false }]
  - { id: m, formats: [docx], parts: [{ motion: m }] }";
    let motion = format!("      - text: Slot.\n  n:\n    {title}\n    body: [{{ text: Slot. }}]");
    let pack = pack(&yaml(&motion, documents));
    assert_eq!(made(&pack), ["brief", "bijlage", "nog-een", "m"]);
    assert_eq!(enclosures(&pack), 1);
    // The title of a file has no footnotes.
    assert!(pack.documents[1].shape.footnotes.is_empty());
    let document = &pack.documents[2];
    let title = plain_text(&document.shape.title, &document.values.slots);
    assert_eq!(title, "Iets");
}

/// A letter is never left out for want of words: that is for its document's `when`.
#[test]
fn a_letter_whose_body_comes_out_empty_is_refused() {
    for body in [
        format!("[{{ text: T, {ABSENT} }}]"),
        "\"{{ if municipality.name == 'B' }}T{{ end }}\"".to_owned(),
        "[{ text: \"- {{ if municipality.name == 'B' }}T{{ end }}\" }]".to_owned(),
    ] {
        let yaml = yaml("      - text: Slot.", MOTION);
        let pack = pack(&yaml.replace("body: Tekst.", &format!("body: {body}")));
        let [refused] = &pack.refused[..] else {
            panic!("{pack:?}")
        };
        let reason = &refused.reasons[0];
        assert_eq!(reason.code, "empty-text");
        assert_eq!(reason.message, "`body` comes out empty");
        assert!(matches!(reason.place, Place::Source(..)));
    }
}
