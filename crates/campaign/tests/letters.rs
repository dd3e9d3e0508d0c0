//! What a letter is filed by, what machines read from it, and what its publication copy leaves out.

use std::sync::Arc;

use raadspost_campaign::{Campaign, Register, RegisterSettings};
use raadspost_content::{
    BlockKind, Body, Envelope, Inline, Letter, Pack, Part, Place, Shape, Source, plain_text,
};

/// A campaign of one letter; `more` stands in the letter, `tail` below the documents.
fn yaml(more: &str, tail: &str) -> String {
    format!(
        "raadspost: 1
id: proef-2026
title: Proef
language: nl-NL
date: 2026-03-02
sender:
  name: Bureau
  address: [Kade 1]
  telephone: 030 1
  email: a@b.example
  private: [address, telephone]
register: {{ country: NL }}
phrases: {{ aan: Aan de raad }}
letters:
  brief:
    addressee: aan
    place-and-date: Utrecht
    subject: Water
{more}
    salutation: Geachte raad,
    body:
      - text: Bel {{{{ private }}}}Jan, 06 1{{{{ end }}}} nu.
      - text: Hij woont hier.
        private: true
      - text: Zij ook.
        private: true
      - text: Slot.
    closing: Groet,
    signatories:
      - {{ name: Jan, role: voorzitter, email: j@b.example, private: [name, email] }}
documents:
  - {{ id: brief, formats: [pdf], letter: brief }}
  - {{ id: kopie, formats: [pdf], letter: brief, publication-copy: true }}
{tail}"
    )
}

const HEADER: &str = "code,name,running_name,po_box,street,house_number,addition,postcode,town\n";
const BOX: &str = "GM1,Súdwest-Fryslân,Súdwest-Fryslân,16200,,,,3500 CE,Utrecht\n";

fn campaign(yaml: &str) -> Result<Campaign, Vec<String>> {
    let source = Source::new("c.yaml", yaml);
    let loaded = Campaign::load(&source, |settings: &RegisterSettings| {
        Register::open("r.csv", HEADER.as_bytes(), settings)
            .map(|register| Arc::clone(register.columns()))
    });
    loaded
        .map(|loaded| loaded.output)
        .map_err(|found| found.into_iter().map(|one| one.message).collect())
}

fn pack(campaign: &Campaign, row: &str) -> Pack {
    let table = format!("{HEADER}{row}");
    let mut rows = Register::open("r.csv", table.as_bytes(), campaign.register()).expect("columns");
    let row = rows
        .next()
        .expect("a row")
        .unwrap_or_else(|row| panic!("{:?}", row.diagnostics));
    campaign.pack(&row)
}

fn letter<'a>(pack: &'a Pack, document: &str) -> (&'a Letter, &'a [String]) {
    let found = pack.documents.iter().find(|one| one.document == document);
    let found = found.unwrap_or_else(|| panic!("{:?}", pack.refused));
    let Body::Letter(letter) = &found.shape.body else {
        panic!("no letter")
    };
    (letter, &found.values.slots)
}

/// The reference block, a line each.
fn filed(pack: &Pack) -> Vec<String> {
    let (letter, slots) = letter(pack, "brief");
    let lines = letter.reference_lines();
    lines
        .iter()
        .map(|(label, words)| format!("{label} {}", plain_text(words, slots)))
        .collect()
}

/// Why the letter is refused.
fn refused(more: &str, row: &str) -> String {
    let campaign = campaign(&yaml(more, "")).expect("a campaign");
    let pack = pack(&campaign, row);
    let refused = pack.refused.first().expect("refused");
    assert_eq!(refused.reasons.len(), 1, "{:?}", refused.reasons);
    format!(
        "{}: {}",
        refused.reasons[0].code, refused.reasons[0].message
    )
}

#[test]
fn a_letter_is_filed_by_date_id_subject_and_treatment() {
    let of = |more: &str| filed(&pack(&campaign(&yaml(more, "")).expect("a campaign"), BOX));
    assert_eq!(
        of(""),
        [
            "Datum: Utrecht",
            "Ons kenmerk: proef-2026/GM1",
            "Onderwerp: Water"
        ]
    );
    assert_eq!(
        of("    reference: W-{{ municipality.code }}\n    treatment: Ter *bespreking*")[1..],
        [
            "Ons kenmerk: W-GM1",
            "Onderwerp: Water",
            "Gevraagde behandeling: Ter bespreking"
        ]
    );
    assert!(of("    reference: none").is_empty());
}

#[test]
fn a_kix_code_is_that_of_the_address_or_refuses_the_letter() {
    let campaign = campaign(&yaml("    kix: true", "")).expect("a campaign");
    let pack = pack(&campaign, BOX);
    let (letter, slots) = letter(&pack, "brief");
    assert_eq!(slots[letter.kix.expect("a code")], "3500CE16200");

    let refusal = |row: &str| refused("    kix: true", row);
    let street = |number: &str, addition: &str| {
        format!("GM1,A,A,,Straat,{number},{addition},3500 CE,Utrecht\n")
    };
    assert_eq!(
        refusal(&street("12a", "")),
        "no-kix: no KIX: `12a` is no number of digits alone"
    );
    assert_eq!(
        refusal(&street("12345", "achterhuis")),
        "no-kix: no KIX: `3500CE12345XACHTERHUIS` has 22 characters, and 18 is the most"
    );
    assert_eq!(
        refusal(&street("123", "hoek123")),
        "no-kix: no KIX: the bars of `3500CE123XHOEK123` are 77.9 mm wide, and the address column is 70.0 mm"
    );
}

#[test]
fn the_address_of_a_qr_code_takes_fields_encoded_and_keeps_its_host() {
    let more = |url: &str| format!("    qr: {{ url: \"{url}\", caption: Motie }}");
    let of = |url: &str| campaign(&yaml(&more(url), ""));
    let made = of(
        "https://b.example/{{ campaign.id }}/{{ municipality.name }}?n={{ municipality.name | slug }}",
    );
    let pack = pack(&made.expect("a campaign"), BOX);
    let (letter, slots) = letter(&pack, "brief");
    assert_eq!(
        slots[letter.qr.as_ref().expect("a code").url],
        "https://b.example/proef-2026/S%C3%BAdwest-Frysl%C3%A2n?n=sudwest-fryslan"
    );
    for wrong in [
        "ftp://b.example/x",
        "https://{{ municipality.name }}/x",
        "https://b{{ municipality.name }}.example/x",
        "https:///x",
        "https://b.example/a b",
        "https://b.example/{{ if municipality.name == 'A' }}x{{ end }}",
    ] {
        let found = of(wrong).err().expect(wrong);
        assert_eq!(found, ["this is no pattern of an address"], "{wrong}");
    }
    let long = format!("https://b.example/{}", "x".repeat(490));
    assert_eq!(
        refused(&more(&long), BOX),
        "qr-too-long: the address of the QR code has 508 bytes, and 504 is the most"
    );
}

#[test]
fn a_publication_copy_leaves_out_what_is_private_and_nothing_else() {
    let campaign = campaign(&yaml("", "")).expect("a campaign");
    let pack = pack(&campaign, BOX);
    let texts = |document: &str| {
        let (letter, slots) = letter(&pack, document);
        let block = |block: &raadspost_content::Block| match &block.kind {
            raadspost_content::BlockKind::Paragraph { inlines } => plain_text(inlines, slots),
            other => panic!("{other:?}"),
        };
        letter.blocks.iter().map(block).collect::<Vec<_>>()
    };
    assert_eq!(
        texts("brief"),
        ["Bel Jan, 06 1 nu.", "Hij woont hier.", "Zij ook.", "Slot."]
    );
    assert_eq!(
        texts("kopie"),
        ["Bel [niet openbaar] nu.", "[niet openbaar]", "Slot."]
    );
    let (whole, _) = letter(&pack, "brief");
    let (copy, _) = letter(&pack, "kopie");
    assert!(!whole.publication_copy && copy.publication_copy);
    assert_eq!(whole.sender.address, ["Kade 1"]);
    assert!(copy.sender.address.is_empty() && copy.sender.telephone.is_none());
    assert_eq!(copy.sender.email.as_deref(), Some("a@b.example"));
    assert_eq!(whole.signatories[0].name, "Jan");
    assert_eq!(copy.signatories[0].name, "[niet openbaar]");
    assert_eq!(copy.signatories[0].role.as_deref(), Some("voorzitter"));
    assert_eq!(copy.signatories[0].email, None);
    // The address that print knows is the letter's, and print knows which document stays at home.
    let documents = || pack.documents.iter();
    let lines: Vec<_> = documents().map(|one| one.address_lines()).collect();
    assert_eq!(lines[0].as_ref().expect("a letter")[0], "Aan de raad");
    assert_eq!(lines[1], None);
}

#[test]
fn envelopes_are_chosen_by_condition() {
    let rules = "envelope:
  - { name: uk, when: municipality.town == \"Londen\" }
  - { name: nl-c5, when: municipality.town == \"Utrecht\" }
";
    let campaign = campaign(&yaml("", rules)).expect("a campaign");
    let named = |name: &str| {
        Arc::new(Envelope {
            name: name.to_owned(),
            ..Envelope::default()
        })
    };
    let names = campaign.envelope_names();
    let envelopes: Vec<_> = names.iter().map(|(name, _)| named(name)).collect();
    assert_eq!(names.len(), 3);
    let campaign = campaign.with_envelopes(envelopes);
    let of = |town: &str| {
        let row = BOX.replace(",Utrecht", &format!(",{town}"));
        let pack = pack(&campaign, &row);
        letter(&pack, "brief").0.envelope.name.clone()
    };
    assert_eq!(of("Utrecht"), "nl-c5");
    assert_eq!(of("Londen"), "uk");
    assert_eq!(of("Leeuwarden"), "nl-dl-left");
}

/// What `private` names is hidden wherever it would be printed.
#[test]
fn a_private_field_of_the_sender_is_withheld_in_the_texts_of_a_copy() {
    let more = "    title: Bel {{ sender.telephone }}\n    treatment: Bel {{ sender.telephone | upper }}, mail {{ sender.email }}";
    let campaign = campaign(&yaml(more, "")).expect("a campaign");
    let pack = pack(&campaign, BOX);
    let said = |document| {
        let found = pack
            .documents
            .iter()
            .find(|one| one.document == document)
            .expect("made");
        let title = plain_text(&found.shape.title, &found.values.slots);
        let (letter, slots) = letter(&pack, document);
        let (_, treatment) = letter.filed(slots);
        (
            title,
            treatment.unwrap_or_default(),
            serde_json::to_string(&found.shape).expect("JSON"),
        )
    };
    let (title, treatment, _) = said("brief");
    assert_eq!(
        (title.as_str(), treatment.as_str()),
        ("Bel 030 1", "Bel 030 1, mail a@b.example")
    );
    let (title, treatment, all) = said("kopie");
    assert_eq!(title, "Bel [niet openbaar]");
    assert_eq!(treatment, "Bel [niet openbaar], mail a@b.example");
    assert!(!all.contains("030 1") && !all.contains("Kade"), "{all}");
    // An address cannot be withheld in part.
    let qr = yaml(
        "    qr: { url: 'https://a.nl/{{ sender.telephone }}', caption: C }",
        "",
    );
    let found = self::campaign(&qr).err().expect("a mistake");
    assert_eq!(
        found,
        ["the address of the QR code takes `sender.telephone`, which is private"]
    );
    let alone = qr.replace(", publication-copy: true", "");
    assert!(self::campaign(&alone).is_ok());
}

/// A hole in the letter is a mistake of the campaign.
#[test]
fn a_field_that_the_sender_does_not_state_is_a_mistake() {
    for field in ["website", "tagline"] {
        let more = format!("    treatment: Zie {{{{ sender.{field} }}}}.");
        let found = campaign(&yaml(&more, "")).err().expect("a mistake");
        assert_eq!(found, [format!("the sender has no `{field}`")]);
    }
}

/// A line of the enclosures names what lies behind the letter.
#[test]
fn an_enclosure_that_a_municipality_does_not_get_has_no_line() {
    let tail = "  - { id: a, title: A, formats: [pdf], when: municipality.name == \"B\", parts: [{ text: t }] }
  - { id: b, title: B, formats: [pdf], when: municipality.addition == \"x\", parts: [{ text: t }] }
  - { id: both, title: C, formats: [pdf], collects: [a] }
texts: { t: { body: T } }
";
    let lines = |document: &str| {
        let more = format!(
            "    enclosures: {{ items: [{{ document: {document}, label: 'A:', title: A }}] }}"
        );
        let pack = pack(&campaign(&yaml(&more, tail)).expect("a campaign"), BOX);
        let refused = pack.refused.iter().any(|one| one.document == "brief");
        (!refused).then(|| {
            letter(&pack, "brief")
                .0
                .enclosures
                .as_ref()
                .map_or(0, |it| it.items.len())
        })
    };
    assert_eq!(lines("kopie"), Some(1));
    assert_eq!(lines("a"), Some(0));
    assert_eq!(
        lines("both"),
        Some(0),
        "a collection without members is not made"
    );
    assert_eq!(lines("b"), None, "whether it is enclosed is not known");
}

/// What a text comes to where no branch of its condition holds.
#[test]
fn what_comes_out_empty_is_left_out_and_its_place_with_it() {
    let gone = "{{ if municipality.name == 'B' }}woorden{{ end }}";
    let tail = format!(
        "  - id: bijlage
    title: Bijlage
    formats: [pdf]
    parts: [{{ text: t }}]
  - id: motie
    title: Motie
    formats: [docx]
    parts: [{{ motion: m }}]
texts:
  t:
    body: |
      # {gone}

      Een noot[^a], *{{{{ phrase.leeg }}}}*[{gone}](https://w.example/) en een tweede[^b].

      *{{{{ phrase.leeg }}}}*

      - {gone}
      - Een
        - {gone}
      - **{{{{ phrase.leeg }}}}**

      1. {gone}

      [^a]: {gone}
      [^b]: Bron.
motions:
  m:
    title: Motie
    variants: {{ a: A, b: B }}
    body:
      - preamble: leeg
      - recital: kop
        items: [\"{gone}\"]
      - operative: kop
        alternatives: {{ a: [\"{gone}\"], b: [Doen.] }}
        or: OF
      - explanation: kop
        wording: \"{gone}\"
      - closing: leeg
      - note: \"{gone}\"
"
    )
    .replace("\\\"", "\"");
    let yaml = yaml("", &tail).replace(
        "phrases: { aan: Aan de raad }",
        &format!("phrases: {{ aan: Aan de raad, kop: Kop, leeg: \"{gone}\" }}"),
    );
    let pack = pack(&campaign(&yaml).expect("a campaign"), BOX);
    assert!(pack.refused.is_empty(), "{:?}", pack.refused);
    let shape = |id: &str| {
        let mut all = pack.documents.iter();
        let found = all.find(|one| one.document == id).expect("made");
        Arc::clone(&found.shape)
    };
    let blocks = |shape: &Shape| {
        let Body::Parts { parts, .. } = &shape.body else {
            panic!("no parts")
        };
        match &parts[0] {
            Part::Text { blocks, .. } => blocks.clone(),
            Part::Motion(motion) => motion.blocks.clone(),
        }
    };
    let annex = shape("bijlage");
    let kinds: Vec<BlockKind> = blocks(&annex).into_iter().map(|one| one.kind).collect();
    let [
        BlockKind::Paragraph { inlines },
        BlockKind::List { items, .. },
    ] = &kinds[..]
    else {
        panic!("{kinds:?}")
    };
    // The footnote without text has no mark, and the other one is the first.
    let text = |text: &str| Inline::Text(text.to_owned());
    let expected = [
        text("Een noot,  en een tweede"),
        Inline::Footnote(0),
        text("."),
    ];
    assert_eq!(inlines[..], expected);
    assert_eq!(annex.footnotes.len(), 1);
    assert_eq!(annex.footnotes[0].id, "b");
    // Neither an item without words, nor a list without items.
    let [item] = &items[..] else {
        panic!("{items:?}")
    };
    let [only] = &item[..] else {
        panic!("{item:?}")
    };
    assert_eq!(
        only.kind,
        BlockKind::Paragraph {
            inlines: vec![text("Een")]
        }
    );
    // Of the motion one alternative is left, and no `or`.
    let motion = blocks(&shape("motie"));
    let [operative] = &motion[..] else {
        panic!("{motion:?}")
    };
    let BlockKind::Operative {
        alternatives,
        variants,
        separator,
        ..
    } = &operative.kind
    else {
        panic!("{operative:?}")
    };
    assert_eq!((alternatives.len(), variants.len()), (1, 0));
    assert_eq!(separator[..], []);
}

#[test]
fn a_text_that_a_document_needs_may_not_come_out_empty() {
    let gone = "\"{{ if municipality.name == 'B' }}woorden{{ end }}\"";
    // Each at its place in the letter, in place of what stands there.
    for (key, stated, what) in [
        ("subject", "subject: Water", "`subject`"),
        ("salutation", "salutation: Geachte raad,", "`salutation`"),
        ("closing", "closing: Groet,", "`closing`"),
        (
            "place-and-date",
            "place-and-date: Utrecht",
            "`place-and-date`",
        ),
        ("aan", "aan: Aan de raad", "the phrase `aan`"),
    ] {
        let yaml = yaml("", "").replace(stated, &format!("{key}: {gone}"));
        assert_eq!(empty(&yaml), format!("{what} comes out empty"), "{key}");
    }
    for (more, what) in [
        (format!("    title: {gone}"), "the letter's `title`"),
        (format!("    reference: {gone}"), "`reference`"),
        (format!("    treatment: {gone}"), "`treatment`"),
        (
            format!("    enclosures: {{ items: [{{ label: A, title: {gone} }}] }}"),
            "`title`",
        ),
    ] {
        let found = empty(&yaml(&more, ""));
        assert_eq!(found, format!("{what} comes out empty"), "{more}");
    }
    let item = format!(
        "  - {{ id: b, title: B, formats: [pdf], parts: [{{ text: t }}] }}
texts:
  t:
    body: |
      - {}
        - Tuinen
",
        gone.trim_matches('"')
    );
    assert_eq!(
        empty(&yaml("", &item)),
        "an item that has a list in it comes out empty"
    );
    let titled = yaml("", "").replace("id: brief,", &format!("id: brief, title: {gone},"));
    assert_eq!(empty(&titled), "the document's `title` comes out empty");
}

/// The one reason for which the first refused document is refused: a text that comes out empty, at
/// its condition.
fn empty(yaml: &str) -> String {
    let pack = pack(&campaign(yaml).expect("a campaign"), BOX);
    let refused = pack.refused.first().expect("refused");
    let [reason] = &refused.reasons[..] else {
        panic!("{:?}", refused.reasons)
    };
    let Place::Source(source, span) = &reason.place else {
        panic!("{reason:?}")
    };
    let at = &source.text()[span.start as usize..span.end as usize];
    assert_eq!(
        (reason.code, at.trim()),
        ("empty-text", "municipality.name == 'B'")
    );
    assert!(reason.hint.is_some());
    reason.message.clone()
}

#[test]
fn a_letter_without_address_block_has_no_return_line() {
    let of = |more: &str, row: &str| {
        let pack = pack(&campaign(&yaml(more, "")).expect("a campaign"), row);
        letter(&pack, "brief").0.sender.address.clone()
    };
    assert_eq!(of("", BOX), ["Kade 1"]);
    assert!(of("    address: none", BOX).is_empty());
    // The addressee's lines are a block.
    let row = "GM1,A,A,,,,,,\n";
    assert_eq!(of("    address: optional", row), ["Kade 1"]);
}

#[test]
fn a_treatment_without_reference_block_is_a_mistake() {
    let found = campaign(&yaml(
        "    reference: none\n    treatment: Ter bespreking",
        "",
    ));
    assert_eq!(
        found.err().expect("a mistake"),
        ["`treatment` is a line of the reference block, which `reference: none` leaves out"]
    );
}

/// `when` of the enclosure and `when` of its document are one condition, with `&&` between them.
#[test]
fn an_enclosure_is_left_out_where_one_of_its_conditions_is_false() {
    let tail = "  - { id: no, title: A, formats: [pdf], when: municipality.name == \"B\", parts: [{ text: t }] }
  - { id: unknown, title: B, formats: [pdf], when: municipality.addition == \"x\", parts: [{ text: t }] }
  - { id: yes, title: C, formats: [pdf], parts: [{ text: t }] }
  - { id: one, title: D, formats: [pdf], collects: [unknown, yes] }
texts: { t: { body: T } }
";
    let shown = |document: &str, when: &str| {
        let more = format!(
            "    enclosures: {{ items: [{{ document: {document}, when: \"{when}\", label: 'A:', title: A }}] }}"
        );
        let pack = pack(&campaign(&yaml(&more, tail)).expect("a campaign"), BOX);
        let refused = pack.refused.iter().any(|one| one.document == "brief");
        (!refused).then(|| letter(&pack, "brief").0.enclosures.is_some())
    };
    let (no, unknown, yes) = (
        "municipality.name == 'B'",
        "municipality.addition == 'x'",
        "has(municipality.name)",
    );
    assert_eq!(shown("unknown", no), Some(false));
    assert_eq!(shown("no", unknown), Some(false));
    assert_eq!(shown("unknown", yes), None);
    assert_eq!(shown("yes", unknown), None);
    assert_eq!(shown("yes", yes), Some(true));
    // One member that it gets is enough.
    assert_eq!(shown("one", yes), Some(true));
}

#[test]
fn a_field_that_is_added_changes_neither_the_kix_code_nor_the_qr_code_in_the_outline() {
    let more =
        "    kix: true\n    qr: { url: 'https://b.example/{{ municipality.town }}', caption: M }";
    let outline = |of: &str| {
        let campaign = campaign(of).expect("a campaign");
        let pack = pack(&campaign, BOX);
        let document = pack.documents.iter().find(|one| one.document == "brief");
        let document = document.expect("a letter");
        document.shape.outline(&document.fields)
    };
    let old = yaml(more, "");
    let new = old.replace("Utrecht\n", "Utrecht, {{ municipality.name }}\n");
    let new = new.replace(
        "subject: Water",
        "subject: Water in {{ municipality.name }}",
    );
    let new = new.replace("aan: Aan de raad", "aan: 'Aan {{ municipality.name }}'");
    let (old, new) = (outline(&old), outline(&new));
    let differ: Vec<&str> = new
        .iter()
        .filter(|(name, digest)| old.get(*name) != Some(digest))
        .map(|(name, _)| name.as_str())
        .collect();
    let expected =
        ["addressee", "place_and_date", "subject"].map(|key| format!("letters.brief.{key}"));
    assert_eq!(
        differ,
        [expected.as_slice(), &["title".to_owned()]].concat()
    );
}
