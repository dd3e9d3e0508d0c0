//! What is posted: which documents lie in which envelope, and which mistakes in it are refused.

use std::sync::Arc;

use raadspost_campaign::{Campaign, PostingRule, Register, RegisterSettings};
use raadspost_content::{Format, NotPosted, PackEnvelope, Source, Warned, Without};

const HEADER: &str = "code,name,running_name,population,po_box,postcode,town\n";

/// Two letters `brief` and `college`, an annex, a publication copy, a motion in Word; `documents`
/// and what follows them is the case's.
fn yaml(documents: &str) -> String {
    format!(
        "raadspost: 1
id: proef-2026
title: Proef
language: nl-NL
date: 2026-03-02
sender: {{ name: Bureau }}
register: {{ country: NL }}
allow: [unused-phrase, unused-letter, unused-text]
phrases:
  raad: \"Aan de raad van {{{{ municipality.name }}}}\"
  college: Aan het college
letters:
  raad: &letter
    addressee: raad
    place-and-date: Utrecht
    subject: Water
    salutation: Geachte raad,
    body: Tekst.
    closing: Groet,
    signatories: [{{ name: Jan }}]
    enclosures:
      items:
        - {{ document: motie, label: M, title: Motie }}
        - {{ document: bijlage, label: B, title: Bijlage }}
  college:
    addressee: college
    place-and-date: Utrecht
    subject: Water
    salutation: Geacht college,
    body: Tekst.
    closing: Groet,
    signatories: [{{ name: Jan }}]
texts:
  t: {{ body: Tekst. }}
documents:
{documents}"
    )
    .replace("raad: &letter", "raad:")
}

const BRIEF: &str = "  - { id: brief, formats: [pdf], letter: raad }\n";
const COLLEGE: &str = "  - { id: college, formats: [pdf], letter: college }\n";
const ANNEX: &str = "  - { id: bijlage, formats: [pdf], parts: [{ text: t }] }\n";
const MOTION: &str = "  - { id: motie, formats: [docx], parts: [{ text: t }] }\n";
const COPY: &str = "  - { id: kopie, formats: [pdf], letter: raad, publication-copy: true }\n";
const PACK: &str = "  - { id: pack, title: P, formats: [pdf], collects: [brief, bijlage] }\n";

/// The campaign with its warnings, or its mistakes, each as text, message and hint.
fn load(documents: &str) -> Result<Warned<Campaign>, Vec<(String, String, String)>> {
    let source = Source::new("c.yaml", yaml(documents));
    Campaign::load(&source, |settings: &RegisterSettings| {
        Register::open("r.csv", HEADER.as_bytes(), settings)
            .map(|register| Arc::clone(register.columns()))
    })
    .map_err(|found| {
        let text = |one: raadspost_content::Diagnostic| {
            let raadspost_content::Place::Source(source, span) = &one.place else {
                panic!("{one:?}")
            };
            let at = &source.text()[span.start as usize..span.end as usize];
            (at.to_owned(), one.message, one.hint.unwrap_or_default())
        };
        found.into_iter().map(text).collect()
    })
}

/// Rule and envelopes, as `name: documents`.
fn posting(documents: &str) -> (PostingRule, Vec<String>) {
    let loaded = load(documents).expect("sound");
    let posting = loaded.output.posting();
    let envelopes = posting.envelopes.iter();
    let told = envelopes.map(|one| format!("{}: {}", one.name, one.documents.join(" ")));
    (posting.rule, told.collect())
}

fn envelopes(campaign: &Campaign, row: &str) -> Vec<PackEnvelope> {
    let table = format!("{HEADER}{row}\n");
    let mut rows = Register::open("r.csv", table.as_bytes(), campaign.register()).expect("columns");
    match rows.next().expect("a row") {
        Ok(row) => campaign.pack(&row),
        Err(row) => campaign.refused_pack(&row),
    }
    .envelopes
}

#[test]
fn a_campaign_that_leaves_no_choice_need_not_say_what_is_posted() {
    let derived = |documents: &[&str], envelope: &str| {
        let found = posting(&documents.concat());
        assert_eq!(found, (PostingRule::Derived, vec![envelope.to_owned()]));
    };
    derived(&[BRIEF, ANNEX, MOTION, PACK], "pack: pack");
    // The annex first, and a copy: neither decides anything.
    derived(&[ANNEX, MOTION, COPY, BRIEF], "brief: brief bijlage");
    derived(&[ANNEX, MOTION, BRIEF, COPY, PACK], "pack: pack");
    // A collection with a copy is not for the post.
    let copies = "  - { id: pubpack, title: P, formats: [pdf], collects: [kopie, bijlage] }\n";
    derived(&[BRIEF, COPY, ANNEX, MOTION, copies, PACK], "pack: pack");
}

#[test]
fn a_campaign_that_leaves_a_choice_posts_nothing_and_says_so() {
    for (documents, hint) in [
        (
            vec![BRIEF, COLLEGE, ANNEX, MOTION],
            "post: { brief: [brief], college: [college] }",
        ),
        (
            vec![BRIEF, COLLEGE, ANNEX, MOTION, PACK],
            "post: { pack: [pack], college: [college] }",
        ),
        (
            vec![
                BRIEF,
                ANNEX,
                MOTION,
                PACK,
                "  - { id: p2, title: P, formats: [pdf], collects: [brief] }\n",
            ],
            "post: { pack: [pack], p2: [p2] }",
        ),
        (
            vec![
                BRIEF,
                ANNEX,
                MOTION,
                "  - { id: p2, title: P, formats: [pdf], collects: [bijlage, brief] }\n",
            ],
            "post: { brief: [brief] }",
        ),
    ] {
        let loaded = load(&documents.concat()).expect("sound");
        assert_eq!(loaded.output.posting().rule, PostingRule::Unstated);
        assert_eq!(loaded.output.posting().envelopes, []);
        let [warning] = loaded.warnings.as_slice() else {
            panic!("{:?}", loaded.warnings)
        };
        assert_eq!(warning.code, "post-unstated");
        assert!(
            warning
                .hint
                .as_ref()
                .is_some_and(|found| found.contains(hint)),
            "{warning:?}"
        );
    }
    // Without a letter there is nothing to be posted, and nothing to warn of.
    let loaded = load(
        "  - { id: m, formats: [docx, pdf], parts: [{ text: t }] }\n  - { id: motie, formats: [docx], parts: [{ text: t }] }\n  - { id: bijlage, formats: [docx], parts: [{ text: t }] }\n",
    );
    let loaded = loaded.expect("sound");
    assert_eq!(loaded.output.posting().rule, PostingRule::Unstated);
    assert!(loaded.warnings.is_empty(), "{:?}", loaded.warnings);
    let none = [BRIEF, COLLEGE, ANNEX, MOTION, "post: none\n"].concat();
    let loaded = load(&none).expect("sound");
    assert_eq!(loaded.output.posting().rule, PostingRule::Nothing);
    assert!(loaded.warnings.is_empty(), "{:?}", loaded.warnings);
}

#[test]
fn mistakes_in_the_post_are_found_at_the_document() {
    let all = [BRIEF, COLLEGE, ANNEX, MOTION, COPY, PACK].concat()
        + "  - { id: pubpack, title: P, formats: [pdf], collects: [brief, kopie] }\n";
    for (post, at, message) in [
        (
            "{ raad: [bijlage, brief] }",
            "bijlage",
            "the envelope `raad` does not begin with a letter",
        ),
        (
            "{ raad: [pubpack] }",
            "pubpack",
            "`pubpack` holds the publication copy `kopie`, which is never posted",
        ),
        (
            "{ raad: [brief, kopie] }",
            "kopie",
            "`kopie` is a publication copy, which is never posted",
        ),
        (
            "{ raad: [brief, motie] }",
            "motie",
            "`motie` is not made as PDF, and only PDF is posted",
        ),
        (
            "{ raad: [brief, bijlage, brief] }",
            "brief",
            "`brief` is in the envelope `raad` twice",
        ),
        (
            "{ raad: [pack, bijlage] }",
            "bijlage",
            "`bijlage` is in the envelope `raad` twice: `pack` holds it",
        ),
        (
            "{ raad: [breif] }",
            "breif",
            "document `breif` is not known",
        ),
        (
            "{ raad: [] }",
            "raad",
            "the envelope `raad` has no document",
        ),
        ("{}", "{}", "`post` has no envelope"),
        ("all", "all", "`all` is not known here"),
    ] {
        let found = load(&format!("{all}post: {post}\n"))
            .err()
            .unwrap_or_else(|| panic!("{post}"));
        let [(found_at, found, hint)] = found.as_slice() else {
            panic!("{post}: {found:?}")
        };
        assert_eq!((found_at.as_str(), found.as_str()), (at, message), "{post}");
        assert!(!hint.is_empty(), "{post}");
    }
}

#[test]
fn each_municipality_gets_the_envelopes_whose_letter_it_gets() {
    let when = |line: &str| line.replace(" }\n", ", when: municipality.population > 150 }\n");
    let documents = [BRIEF, &when(COLLEGE), &when(ANNEX), MOTION].concat()
        + "post: { raad: [brief, bijlage], college: [college, bijlage] }\n";
    let campaign = load(&documents).expect("sound").output;
    let one = |id: &str, documents: &[&str], line: &str, without: Option<&str>| {
        let line = (!line.is_empty()).then(|| line.to_owned());
        (
            id.to_owned(),
            documents.join(" "),
            line,
            without.map(|id| Without::Document(id.to_owned())),
        )
    };
    let told = |row: &str| -> Vec<_> {
        let all = envelopes(&campaign, row).into_iter();
        all.map(|one| {
            (
                one.envelope.name.clone(),
                one.documents.join(" "),
                one.lines.first().cloned(),
                one.without,
            )
        })
        .collect()
    };
    // Each envelope has the address lines of its own letter.
    assert_eq!(
        told("GM1,Aa,Aa,200,1,1234 AB,T"),
        [
            one("raad", &["brief", "bijlage"], "Aan de raad van Aa", None),
            one("college", &["college", "bijlage"], "Aan het college", None),
        ]
    );
    // Who does not get the letter gets no such envelope; a later document is left out.
    assert_eq!(
        told("GM2,Bb,Bb,100,1,1234 AB,T"),
        [
            one("raad", &["brief"], "Aan de raad van Bb", None),
            one("college", &[], "", Some("college")),
        ]
    );
    // A refused letter is expected, and has no lines.
    assert_eq!(
        told("GM3,Cc,Cc,100,1,,T"),
        [
            one("raad", &["brief"], "", None),
            one("college", &[], "", Some("college")),
        ]
    );
    // Of a row that cannot be read everything is expected.
    assert_eq!(
        told("GM4,Dd,Dd,x1,1,1234 AB,T"),
        [
            one("raad", &["brief", "bijlage"], "", None),
            one("college", &["college", "bijlage"], "", None),
        ]
    );
}

#[test]
fn a_collection_without_its_letter_is_not_posted() {
    let brief = BRIEF.replace(" }\n", ", when: municipality.population > 150 }\n");
    let documents = [&brief, ANNEX, MOTION, PACK].concat();
    let campaign = load(&documents).expect("sound").output;
    let [one] = &envelopes(&campaign, "GM1,Aa,Aa,100,1,1234 AB,T")[..] else {
        panic!("one envelope")
    };
    let without = Some(Without::Document("brief".to_owned()));
    assert_eq!((&one.without, one.documents.len()), (&without, 0));
    let [one] = &envelopes(&campaign, "GM2,Bb,Bb,200,1,1234 AB,T")[..] else {
        panic!("one envelope")
    };
    assert_eq!(
        (&one.without, &one.documents[..]),
        (&None, &["pack".to_owned()][..])
    );
}

#[test]
fn what_is_in_no_envelope_has_a_reason() {
    let posted = [("pack", vec!["brief", "bijlage"]), ("los", Vec::new())];
    let why =
        |id, format, copy| NotPosted::of(id, format, copy, &posted, &[]).map(|why| why.to_string());
    assert_eq!(why("pack", Format::Pdf, false), None);
    assert_eq!(why("los", Format::Pdf, false), None);
    let part = "part of `pack`".to_owned();
    assert_eq!(why("brief", Format::Pdf, false), Some(part));
    assert_eq!(
        why("los", Format::Docx, false).as_deref(),
        Some("Word file")
    );
    assert_eq!(
        why("brief", Format::Docx, false).as_deref(),
        Some("Word file")
    );
    assert_eq!(
        why("kopie", Format::Pdf, true).as_deref(),
        Some("publication copy")
    );
    assert_eq!(
        why("motie", Format::Pdf, false).as_deref(),
        Some("not in `post`")
    );
}

/// Two letters, of which the one says `address: RULE`.
fn with_address(rule: &str, documents: &str) -> Result<Warned<Campaign>, Vec<String>> {
    let text = yaml(documents).replacen(
        "    addressee: college\n",
        &format!("    addressee: college\n    address: {rule}\n"),
        1,
    );
    let source = Source::new("c.yaml", text);
    Campaign::load(&source, |settings: &RegisterSettings| {
        Register::open("r.csv", HEADER.as_bytes(), settings)
            .map(|register| Arc::clone(register.columns()))
    })
    .map_err(|found| found.into_iter().map(|one| one.message).collect())
}

#[test]
fn a_letter_that_has_no_address_is_not_posted() {
    let all = [BRIEF, COLLEGE, ANNEX, MOTION].concat();
    let whole = "  - { id: los, title: P, formats: [pdf], collects: [college, bijlage] }\n";
    for post in ["{ b-en-w: [college] }", "{ b-en-w: [los] }"] {
        let found = with_address("none", &format!("{all}{whole}post: {post}\n"));
        let message =
            "the envelope `b-en-w` begins with the letter `college`, which says `address: none`";
        assert_eq!(found.err().expect("a mistake"), [message], "{post}");
    }
    // Behind a letter with an address it may lie.
    let behind = with_address(
        "none",
        &format!("{all}post: {{ raad: [brief, college] }}\n"),
    );
    assert_eq!(behind.expect("sound").output.posting().envelopes.len(), 1);
    // The letter with an address is the only one that there is a choice of.
    let derived = with_address("none", &all).expect("sound").output;
    let [one] = &derived.posting().envelopes[..] else {
        panic!("one envelope")
    };
    assert_eq!(one.documents, ["brief", "bijlage"]);
    let none = with_address("none", &[COLLEGE, ANNEX, MOTION, whole].concat()).expect("sound");
    assert_eq!(none.output.posting().envelopes, []);
    assert!(none.warnings.is_empty(), "{:?}", none.warnings);
}

#[test]
fn a_letter_whose_municipality_has_no_postal_address_is_not_posted() {
    let documents =
        [BRIEF, COLLEGE, ANNEX, MOTION].concat() + "post: { b-en-w: [college, bijlage] }\n";
    let campaign = with_address("optional", &documents).expect("sound").output;
    let one = |row: &str| envelopes(&campaign, row).remove(0);
    let posted = one("GM1,Aa,Aa,100,1,1234 AB,T");
    assert_eq!((posted.without, posted.lines.len()), (None, 3));
    let kept = one("GM2,Bb,Bb,100,,,");
    assert_eq!(kept.without, Some(Without::PostalAddress));
    assert_eq!(Without::PostalAddress.to_string(), "has no postal address");
    // The documents are made, and lie in no envelope for that reason.
    assert_eq!(kept.documents, ["college", "bijlage"]);
    assert!(kept.lines.is_empty());
    let unaddressed = [("pack", vec!["brief"])];
    for id in ["pack", "brief"] {
        let why = NotPosted::of(id, Format::Pdf, false, &[], &unaddressed).expect("not posted");
        assert_eq!(why.to_string(), "no postal address");
    }
    let other = NotPosted::of("los", Format::Pdf, false, &[], &unaddressed);
    assert_eq!(other, Some(NotPosted::NotInPost));
}
