//! Documents in the language that a column chooses.

use std::sync::Arc;

use raadspost_campaign::{Campaign, Register, RegisterSettings};
use raadspost_content::{BlockKind, Body, Pack, Source, plain_text};

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

/// The head of a campaign whose documents are in the language of a column, and `rest`.
fn campaign_among(among: &str, rest: &str) -> String {
    format!(
        "raadspost: 1\nid: proef\ntitle: Proef\nlanguage: {{ column: language, among: [{among}] }}\ndate: 2026-03-02\nsender: {{ name: Bureau }}\n{rest}"
    )
}

fn campaign(yaml: &str) -> Campaign {
    load(yaml).unwrap_or_else(|mistakes| panic!("{yaml}\n{}", mistakes.join("\n")))
}

/// The pack of a row with this language.
fn pack_of(campaign: &Campaign, language: &str) -> Pack {
    let table = format!("{HEADER}X1,A,7100,{language}\n");
    let mut rows = Register::open("r.csv", table.as_bytes(), campaign.register()).expect("columns");
    let row = rows.next().expect("a row");
    campaign.pack(&row.unwrap_or_else(|row| panic!("{:?}", row.diagnostics)))
}

/// All texts of a document, as JSON.
fn json(pack: &Pack, document: &str) -> String {
    let found = pack.documents.iter().find(|one| one.document == document);
    let found = found.unwrap_or_else(|| panic!("{:?}", pack.refused));
    serde_json::to_string(&found.shape).expect("JSON")
}

const NEAREST: &str = "texts:
  t:
    title: { nl: kop-nl, nl-BE: kop-BE, nl-Latn: kop-Latn }
    body:
      - text: { nl: tekst-nl, nl-BE: tekst-BE, nl-Latn: tekst-Latn }
motions:
  m:
    title: Motie
    body:
      - recital: dat
        items: [{ nl: item-nl, nl-BE: item-BE, nl-Latn: item-Latn }]
      - text: { nl: blok-nl, nl-BE: blok-BE, nl-Latn: blok-Latn }
      - old: dat
        wording: { nl: oud-nl, nl-BE: oud-BE, nl-Latn: oud-Latn }
phrases: { dat: { nl: dat-nl, nl-BE: dat-BE, nl-Latn: dat-Latn } }
documents:
  - { id: d, formats: [docx], parts: [{ text: t }, { motion: m }] }
";

/// Of each kind of text exactly one is taken: the exact tag, else the nearest parent.
#[test]
fn one_text_is_taken_and_it_is_the_nearest() {
    let campaign = campaign(&campaign_among("nl-NL, nl-BE, nl-Latn-BE", NEAREST));
    for (language, taken) in [("nl-NL", "nl"), ("nl-BE", "BE"), ("nl-Latn-BE", "Latn")] {
        let json = json(&pack_of(&campaign, language), "d");
        for text in ["kop", "tekst", "item", "blok", "oud", "dat"] {
            for other in ["nl", "BE", "Latn"] {
                let word = format!("\"{text}-{other}\"");
                // The title is that of the file as well, and two blocks have the phrase as head.
                let times = match (other == taken, text) {
                    (false, _) => 0,
                    (true, "dat" | "kop") => 2,
                    (true, _) => 1,
                };
                assert_eq!(
                    json.matches(&word).count(),
                    times,
                    "{language} {word}: {json}"
                );
            }
        }
    }
}

#[test]
fn a_language_with_two_texts_or_none_is_a_mistake() {
    let among = |among, texts: &str| {
        let rest = format!(
            "texts: {{ t: {{ body: {texts} }} }}\ndocuments:\n  - {{ id: d, title: D, formats: [pdf], parts: [{{ text: t }}] }}\n"
        );
        let found = load(&campaign_among(among, &rest))
            .err()
            .unwrap_or_default();
        found.join("\n")
    };
    let found = among("nl-NL", "{ nl-nl: a, nl-NL: b }");
    assert!(
        found.contains("duplicate-language") && found.contains("`nl-nl` and `nl-NL` are the same"),
        "{found}"
    );
    let found = among("nl", "{ nl-NL: a }");
    assert!(found.contains("not written in nl"), "{found}");
    let found = among("nl-Latn-BE, fr", "{ nl-BE: a, fr: b }");
    assert!(found.contains("not written in nl-Latn-BE"), "{found}");
    let found = among("nl-NL, nl-nl", "a");
    assert!(found.contains("`nl-NL` is named twice"), "{found}");
    let found = among("nl_NL", "a");
    assert!(found.contains("`nl_NL` is not a language tag"), "{found}");
    assert_eq!(among("NL-be, fr", "{ nl: a, FR: b }"), "");
}

/// A cell that could be read two ways is not guessed.
#[test]
fn a_cell_that_names_two_of_the_languages_refuses_the_documents() {
    let campaign = campaign(&campaign_among(
        "nl-NL, nl-BE, fr",
        NEAREST.replace("nl-Latn:", "fr:").as_str(),
    ));
    let pack = pack_of(&campaign, "nl");
    assert_eq!(
        pack.refused[0].reasons[0].message,
        "`nl` may be `nl-NL` or `nl-BE`"
    );
    let language = |cell| {
        let pack = pack_of(&campaign, cell);
        pack.documents.first().map(|one| one.shape.language.clone())
    };
    assert_eq!(language("NL-be").as_deref(), Some("nl-BE"));
    assert_eq!(language("fr-CH").as_deref(), Some("fr"));
    assert_eq!(language("nl-DE"), None);
}

/// A collection shows its members as they are for this municipality, whoever came first.
#[test]
fn a_collection_is_that_of_its_own_members() {
    let yaml = campaign_among(
        "nl-NL, fy-NL",
        "texts: { t: { title: { nl: Kop, fy: Kop-fy }, body: { nl: Tekst, fy: Tekst-fy } } }
documents:
  - { id: d, formats: [pdf], parts: [{ text: t }] }
  - { id: pack, title: P, formats: [pdf], language: nl-NL, collects: [d] }
",
    );
    let campaign = campaign(&yaml);
    for language in ["fy-NL", "nl-NL", "fy-NL"] {
        let pack = pack_of(&campaign, language);
        let shape = |id| {
            let found = pack.documents.iter().find(|one| one.document == id);
            found.expect("it is made").shape.clone()
        };
        let (document, collection) = (shape("d"), shape("pack"));
        assert_eq!(document.language, language);
        assert!(
            Arc::ptr_eq(&collection.members()[0], &document),
            "{language}"
        );
    }
}

/// What a municipality does not get is not refused for its language.
#[test]
fn the_language_is_asked_of_those_that_get_the_document() {
    let yaml = campaign_among(
        "nl-NL, fy-NL",
        "texts: { t: { body: Tekst } }
documents:
  - { id: d, title: D, language: nl-NL, formats: [docx], parts: [{ text: t }] }
  - { id: e, title: E, when: municipality.name == \"B\", formats: [docx], parts: [{ text: t }] }
",
    );
    let pack = pack_of(&campaign(&yaml), "sv");
    assert_eq!(
        (pack.documents.len(), pack.refused.len()),
        (1, 0),
        "{:?}",
        pack.refused
    );
}

#[test]
fn labels_options_choices_roles_and_references_are_in_the_language_too() {
    let yaml = campaign_among("nl-NL, fr-BE", "fill-ins:
  datum: { kind: date, label: { nl: datum, fr: date } }
  uitslag: { kind: options, label: uitslag, options: [{ nl: voor, fr: pour }, { nl: tegen, fr: contre }] }
motions:
  m:
    title: Motie
    variants: { va: A, vb: B }
    choices: { c: { options: { va: { nl: kan, fr: peut }, vb: { nl: moet, fr: doit } }, mark: '*' } }
    body: [{ text: '{{ choice.c }} {{ fill.datum }} {{ fill.uitslag }}' }]
letters:
  b:
    address: none
    reference: { nl: 'N-{{ municipality.code }}', fr: 'F-{{ municipality.code }}' }
    place-and-date: X
    salutation: S
    body: B
    closing: C
    signatories: [{ name: A, role: { nl: voorzitter, fr: présidente } }]
documents:
  - { id: m, formats: [pdf, docx], parts: [{ motion: m }] }
  - { id: v, formats: [docx], parts: [{ motion: m, variant: vb }] }
  - { id: b, title: B, formats: [pdf], letter: b }
").replace("{ name: Bureau }", "{ name: Bureau, tagline: { nl: leus, fr: devise } }");
    let campaign = campaign(&yaml);
    let words = [
        ("m", ["\"label\":\"datum\"", "\"label\":\"date\""]),
        ("m", ["[\"voor\",\"tegen\"]", "[\"pour\",\"contre\"]"]),
        ("m", ["[\"kan\",\"moet\"]", "[\"peut\",\"doit\"]"]),
        ("v", ["moet ", "doit "]),
        ("b", ["voorzitter", "présidente"]),
        ("b", ["N-", "F-"]),
        ("b", ["leus", "devise"]),
    ];
    for (at, language) in ["nl-NL", "fr-BE"].into_iter().enumerate() {
        let pack = pack_of(&campaign, language);
        for (document, both) in &words {
            let json = json(&pack, document);
            assert!(json.contains(both[at]), "{}: {json}", both[at]);
            assert!(!json.contains(both[1 - at]), "{}: {json}", both[1 - at]);
        }
    }
    for (from, what) in [
        ("fr: date }", "a label"),
        (", fr: contre", "an option"),
        (", fr: doit", "a choice"),
        (", fr: présidente", "a role"),
        (", fr: devise", "a tagline"),
    ] {
        let to = if from == "fr: date }" { "}" } else { "" };
        let found = load(&yaml.replace(from, to)).err().unwrap_or_default();
        assert_eq!(found.len(), 1, "{what}: {found:?}");
        assert!(found[0].contains("not written in fr-BE"), "{found:?}");
    }
    let none = yaml.replace("'F-{{ municipality.code }}'", "none");
    let found = load(&none).err().unwrap_or_default();
    assert!(
        found.len() == 1 && found[0].contains("`none` holds for all"),
        "{found:?}"
    );
}

/// A formatter in the words of a language that is known is no mistake.
#[test]
fn conventions_are_asked_of_the_language_of_the_text() {
    let rest = "texts: { t: { body: { nl: '{{ campaign.date | date }}', pl: WORDS } } }
documents:
  - { id: d, title: D, formats: [pdf], parts: [{ text: t }] }
";
    let of = |words: &str| load(&campaign_among("nl, pl", &rest.replace("WORDS", words))).err();
    assert_eq!(of("x"), None);
    let found = of("'{{ campaign.date | date }}'").unwrap_or_default();
    assert!(
        found.len() == 1 && found[0].contains("unknown-conventions"),
        "{found:?}"
    );
}

/// A footnote belongs to the part with its variant.
#[test]
fn a_footnote_has_the_words_of_its_own_variant() {
    let yaml = campaign_among("nl-NL", "motions:
  m:
    title: Motie
    variants: { va: A, vb: B }
    choices: { c: { options: { va: woordA, vb: woordB }, mark: '*' } }
    body:
      - text: |
          Tekst {{ choice.c }}[^n] en nog eens[^n].

          [^n]: Noot {{ choice.c }}.
documents:
  - { id: d, title: T, formats: [docx, pdf], parts: [{ motion: m, variant: va }, { motion: m, variant: vb }, { motion: m }] }
");
    let pack = pack_of(&campaign(&yaml), "");
    let notes: Vec<_> = pack.documents[0]
        .shape
        .footnotes
        .iter()
        .map(|note| plain_text(&note.inlines, &[]))
        .collect();
    assert_eq!(
        notes,
        ["Noot woordA.", "Noot woordB.", "Noot woordA / woordB*."]
    );
    let json = json(&pack, "d");
    for note in 0..3 {
        assert_eq!(
            json.matches(&format!("{{\"footnote\":{note}}}")).count(),
            2,
            "{json}"
        );
    }
}
