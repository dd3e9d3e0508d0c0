//! Documents in the language that a column chooses.

use std::sync::Arc;

use raadspost_content::{
    BlockKind, Body, Campaign, Pack, Register, RegisterSettings, Source, plain_text,
};

const YAML: &str = "raadspost: 1
id: proef
title: Proef
language: { column: language, among: [nl-NL, fy-NL, uk] }
date: 2026-03-02
sender: { name: Bureau }
phrases: { aan: { nl: Aan de raad, fy: Oan de ried, uk: До ради } }
letters:
  brief:
    addressee: aan
    address: optional
    place-and-date: \"{{ campaign.date | date }}\"
    subject: { nl: Water, fy: Wetter, uk: Вода }
    salutation: { nl: Geacht, fy: Achte, uk: Шановні }
    body:
      nl-NL: |
        # Kop

        Een. {{ municipality.population | number }}
      fy-NL: Ien.
      uk: Один.
    closing: { nl: Groet, fy: Groetnis, uk: З повагою }
    signatories: [{ name: A }]
    enclosures: { items: [{ label: \"1\", title: A }, { label: \"2\", title: B }] }
texts:
  uitleg:
    body:
      - text: { nl: Uitleg, fy: Utlis, uk: Пояснення }
motions:
  water:
    title: { nl: Motie, fy: Moasje, uk: Пропозиція }
    variants: { a: { nl: Een, fy: Ien, uk: Один }, b: B }
    body:
      - preamble: aan
      - operative: aan
        items:
          - { nl: Een, fy: Ien, uk: Один }
          - text: { nl: Twee, fy: Twa, uk: Два }
            when: municipality.population > 1
      - note: { nl: Noot, fy: Noat, uk: Примітка }
documents:
  - { id: brief, formats: [pdf], letter: brief }
  - { id: stuk, formats: [pdf, docx], parts: [{ text: uitleg }, { motion: water }] }
  - { id: vast, formats: [pdf], language: fy-NL, parts: [{ text: uitleg }] }
";

const HEADER: &str = "code,name,population,language\n";

fn load(yaml: &str) -> Result<Campaign, Vec<String>> {
    let source = Source::new("c.yaml", yaml);
    let loaded = Campaign::load(&source, |settings: &RegisterSettings| {
        Register::open("r.csv", HEADER.as_bytes(), settings)
            .map(|register| Arc::clone(register.columns()))
    });
    loaded
        .map(|loaded| loaded.output)
        .map_err(|found| found.iter().map(ToString::to_string).collect())
}

fn pack(language: &str) -> Pack {
    let campaign = load(YAML).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
    let table = format!("{HEADER}X1,A,7100,{language}\n");
    let mut rows = Register::open("r.csv", table.as_bytes(), campaign.register()).expect("columns");
    let row = rows.next().expect("a row");
    campaign.pack(&row.unwrap_or_else(|row| panic!("{:?}", row.diagnostics)))
}

/// Language, subject, heading of the reference block, body and enclosures of the letter.
fn letter(pack: &Pack) -> Vec<String> {
    let document = pack.documents.iter().find(|one| one.document == "brief");
    let document = document.unwrap_or_else(|| panic!("{:?}", pack.refused));
    let slots = &document.values.slots;
    let Body::Letter(letter) = &document.shape.body else {
        panic!("no letter")
    };
    let mut said = vec![document.shape.language.clone()];
    for (label, words) in letter.reference_lines() {
        said.push(format!("{label} {}", plain_text(words, slots)));
    }
    for block in &letter.blocks {
        if let BlockKind::Paragraph { inlines } | BlockKind::Heading { inlines, .. } = &block.kind {
            said.push(plain_text(inlines, slots));
        }
    }
    let enclosures = letter.enclosures.as_ref().expect("enclosures");
    said.push(plain_text(&enclosures.title, slots));
    said
}

#[test]
fn the_column_chooses_texts_dates_numbers_and_fixed_words() {
    let said = |language| {
        letter(&pack(language))
            .into_iter()
            .map(|it| it.replace('\u{a0}', " "))
            .collect::<Vec<_>>()
    };
    let dutch = [
        "nl-NL",
        "Datum: 2 maart 2026",
        "Ons kenmerk: proef/X1",
        "Onderwerp: Water",
        "Kop",
        "Een. 7.100",
        "Bijlagen",
    ];
    assert_eq!(said("nl"), dutch);
    assert_eq!(said(""), dutch, "an empty cell is the first language");
    assert_eq!(
        said("fy-NL"),
        [
            "fy-NL",
            "Datum: 2 maart 2026",
            "Us skaaimerk: proef/X1",
            "Underwerp: Wetter",
            "Ien.",
            "Taheakken"
        ]
    );
    assert_eq!(
        said("uk"),
        [
            "uk",
            "Дата: 2 березня 2026 р.",
            "Наш вих. №: proef/X1",
            "Тема: Вода",
            "Один.",
            "Додатки"
        ]
    );
}

#[test]
fn all_documents_follow_but_one_with_a_language_of_its_own() {
    let pack = pack("uk");
    let languages: Vec<_> = pack
        .documents
        .iter()
        .map(|one| (one.document.as_str(), one.shape.language.as_str()))
        .collect();
    assert_eq!(
        languages,
        [
            ("brief", "uk"),
            ("stuk", "uk"),
            ("stuk", "uk"),
            ("vast", "fy-NL")
        ]
    );
    let json = serde_json::to_string(&pack.documents[1].shape).expect("JSON");
    for word in [
        "Пояснення",
        "Пропозиція",
        "До ради",
        "Один",
        "Два",
        "Примітка",
    ] {
        assert!(json.contains(word), "{word}: {json}");
    }
    assert!(!json.contains("Uitleg") && !json.contains("Twa"), "{json}");
}

#[test]
fn a_language_without_texts_refuses_the_documents_that_ask_for_it() {
    let pack = pack("de");
    assert_eq!(
        pack.documents.len(),
        1,
        "the one with a language of its own"
    );
    let reasons = &pack.refused[0].reasons;
    assert_eq!(reasons[0].code, "unknown-language");
    assert_eq!(
        reasons[0].message,
        "no texts in `de`: `language` chooses among nl-NL, fy-NL, uk"
    );
}

#[test]
fn a_text_that_lacks_a_language_is_a_mistake_with_its_place() {
    let found = load(&YAML.replace(", uk: Вода", "")).err().expect("a hole");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].contains("missing-language") && found[0].contains("not written in uk"),
        "{found:?}"
    );
    assert!(found[0].contains("c.yaml:13"), "{found:?}");
    let found = load(&YAML.replace("column: language", "column: taal"))
        .err()
        .expect("no column");
    assert!(found[0].contains("taal"), "{found:?}");
    let found = load(&YAML.replace("among: [nl-NL, fy-NL, uk]", "among: []"))
        .err()
        .expect("none");
    assert!(
        found
            .iter()
            .any(|one| one.contains("no languages to choose among")),
        "{found:?}"
    );
}
