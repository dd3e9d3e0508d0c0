//! Every mistake in a campaign is found in one run, each at its own place.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use raadspost_campaign::{Campaign, Register};
use raadspost_content::{Diagnostic, Source};

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
    assert_eq!(campaign.idle_override("GM1", None).location().1, Some(10));
}

/// The mistakes of a file, each with the text that it points at.
fn pointed(yaml: &str) -> Vec<(Diagnostic, String)> {
    let shown = |found: &Diagnostic| match &found.place {
        raadspost_content::Place::Source(_, span) => {
            let (from, to) = (span.start as usize, (span.end as usize).min(yaml.len()));
            yaml[from.min(to)..to].to_owned()
        }
        _ => String::new(),
    };
    let found = mistakes(yaml, "code,name,population,seats\n");
    found
        .into_iter()
        .map(|found| (found.clone(), shown(&found)))
        .collect()
}

const HEAD: &str =
    "raadspost: 1\nid: x\ntitle: X\nlanguage: nl-NL\ndate: 2023-02-09\nsender: { name: A }\n";
const TEXT: &str = "texts:\n  t:\n    body: Tekst.\n";
const DOCUMENTS: &str = "documents:\n  - { id: d, formats: [pdf], parts: [{ text: t }] }\n";

/// One mistake of YAML is told once, at its cause, with what to write, and in no words of a parser.
#[test]
fn mistakes_of_yaml_are_told_at_their_cause() {
    let mut wrong = Vec::new();
    for (yaml, at, hint) in [
        ("a:\n\tb: 1\n", "\t", "spaces"),
        ("a:\n  b: 1\n\tc: 2\n", "\t", "spaces"),
        ("a: 1\nb: \"tekst\nc: 2\nd: 3\n", "\"tekst", "write `\"`"),
        ("a:\n  b: 'tekst\n  c: 2\n", "'tekst", "write `'`"),
        (
            "title: Brief: aan de raad\n",
            ":",
            "`title: \"Brief: aan de raad\"`",
        ),
        ("a: 1\n  b: 2\n", "b: 2", "beside it"),
        ("x:\n  a: 1\n b: 2\n", "b: 2", "beside it"),
        (
            "x:\n  address:required\n  b: 2\n",
            "address:required",
            "`address: required`",
        ),
        ("a: 1\nb\nc: 2\n", "b", "`key: value`"),
        ("a: { b: 1 c: 2 }\n", "c:", "comma"),
        ("a: { b: 1\nc: 2\n", "{", "`}`"),
        ("a: [1, 2\nb: 3\n", "[", "`]`"),
        ("a: @b\n", "@", "`a: \"@b\"`"),
        ("a: \"b\\c\"\n", "\\c", "single quotes"),
        ("a: \"b\" c\n", "c", "whole text"),
        ("a: * b\n", "", "quotes"),
    ] {
        let found = pointed(yaml);
        let right = found.len() == 1
            && found.iter().all(|(found, shown)| {
                let told = found.to_string();
                let parser = [
                    "while parsing",
                    "scalar",
                    "mapping",
                    "flow",
                    "context",
                    "simple key",
                    "did not find",
                ];
                found.code == "broken-yaml"
                    && shown.starts_with(at)
                    && found.hint.as_deref().unwrap_or_default().contains(hint)
                    && !parser.iter().any(|word| told.contains(word))
            });
        if !right {
            let told: Vec<_> = found
                .iter()
                .map(|(found, at)| format!("{at:?} {found}"))
                .collect();
            wrong.push(format!(
                "{yaml:?}, not {at:?} {hint:?}:\n{}",
                told.join("\n")
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    for empty in ["", "# niets\n", "\n\n"] {
        let found = mistakes(empty, "code,name\n");
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].code, "empty-file");
    }
}

/// One mistake of an author, one diagnostic.
#[test]
fn one_mistake_is_told_once() {
    let motion = |block: &str| {
        format!(
            "{HEAD}phrases: {{ p: \"Dat:\" }}\nmotions:\n  m:\n    title: M\n    body:\n      - {block}\ndocuments:\n  - {{ id: d, formats: [pdf], parts: [{{ motion: m }}] }}\n"
        )
    };
    let cases = [
        (
            format!(
                "{}{TEXT}{DOCUMENTS}",
                HEAD.replace("title: X", "title: \"X\\e\"")
            ),
            "control-character",
            "",
            "remove",
        ),
        (
            format!("{HEAD}register: !x {{ country: NL }}\n{TEXT}{DOCUMENTS}"),
            "unsupported-tag",
            "",
            "leave the tag out",
        ),
        (
            format!(
                "{HEAD}{TEXT}{}",
                DOCUMENTS.replace("documents:", "document:")
            ),
            "unknown-key",
            "document",
            "`documents`",
        ),
        (
            format!("{HEAD}{TEXT}{}", DOCUMENTS.replace("formats", "formatten")),
            "unknown-key",
            "formatten",
            "formats",
        ),
        (
            format!("{HEAD}{TEXT}{}", DOCUMENTS.replace("parts", "brief")),
            "unknown-key",
            "brief",
            "letter",
        ),
        (
            format!("{HEAD}{TEXT}documents:\n  - {{ id: d, formats: [pdf] }}\n"),
            "missing-key",
            "{ id: d",
            "letter, parts, collects",
        ),
        (
            format!(
                "{HEAD}{TEXT}{DOCUMENTS}  - {{ id: e, formats: [pdf], collects: [flyer.pdf] }}\n"
            ),
            "wrong-value",
            "flyer.pdf",
            "small letters",
        ),
        (
            motion("{ recital: \"Constaterende dat:\", items: [a] }"),
            "wrong-value",
            "Constaterende dat:",
            "small letters",
        ),
        (
            motion("{ recitel: p, items: [a] }"),
            "unknown-key",
            "recitel",
            "`recital`",
        ),
        (
            format!(
                "{HEAD}{}{DOCUMENTS}",
                TEXT.replace("Tekst.", "Een <b>vet</b> woord.")
            ),
            "unsupported-markdown",
            "<b>",
            "paragraphs",
        ),
        (
            format!("{HEAD}theme: {{ accent: \"#12345\" }}\n{TEXT}{DOCUMENTS}"),
            "wrong-value",
            "#12345",
            "",
        ),
        (
            format!("{HEAD}theme:\n  accent: #1B4D3E\n  serif: X\n{TEXT}{DOCUMENTS}"),
            "wrong-type",
            "#1B4D3E",
            "`\"#1B4D3E\"`",
        ),
        (
            format!("{HEAD}theme:\n  accent: #1B4D3E\n{TEXT}{DOCUMENTS}"),
            "wrong-type",
            "#1B4D3E",
            "`\"#1B4D3E\"`",
        ),
        (
            format!(
                "{}{TEXT}{DOCUMENTS}",
                HEAD.replace("title: X", "title: Brief {{ municipality.name }}")
            ),
            "tag-in-plain-text",
            "{{ municipality.name }}",
            "words",
        ),
        (
            format!("{HEAD}{}{DOCUMENTS}", TEXT.replace("Tekst.", "“Tekst.”")),
            "curly-quotes",
            "“Tekst.”",
            "`\"Tekst.\"`",
        ),
        (
            format!(
                "{HEAD}{}{DOCUMENTS}",
                TEXT.replace("Tekst.", "Constaterende dat:\"")
            ),
            "stray-quote",
            "\"",
            "`\"Constaterende dat:\"`",
        ),
        (
            format!(
                "{HEAD}fill-ins: {{ datum: {{ kind: date, label: datum }} }}\n{}{DOCUMENTS}",
                TEXT.replace("Tekst.", "Op [datum].")
            ),
            "typed-fill-in",
            "[datum]",
            "{{ fill.datum }}",
        ),
    ];
    let mut wrong = Vec::new();
    for (yaml, code, at, hint) in cases {
        let found = pointed(&yaml);
        let right = found.len() == 1
            && found.iter().all(|(found, shown)| {
                found.code == code
                    && shown.starts_with(at)
                    && found.hint.as_deref().unwrap_or_default().contains(hint)
            });
        if !right {
            let told: Vec<_> = found
                .iter()
                .map(|(found, at)| format!("{at:?} {found}"))
                .collect();
            wrong.push(format!("{code} at {at:?} {hint:?}:\n{}", told.join("\n")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    for clean in [
        "“Ga” en “sta”",
        "5\" en 6\"",
        "Hij zei \"ja\"",
        "zie \\[datum]",
        "[datum](https://a.nl/)",
    ] {
        let yaml = format!(
            "{HEAD}allow: [unused-fill-in]\nfill-ins: {{ datum: {{ kind: date, label: datum }} }}\n{}{DOCUMENTS}",
            TEXT.replace("Tekst.", &format!("|\n      {clean}"))
        );
        assert!(mistakes(&yaml, "code,name\n").is_empty(), "{clean}");
    }
}

/// What no document shows is a warning, unless its code is allowed.
#[test]
fn what_is_unused_is_a_warning_that_can_be_allowed() {
    let yaml = format!(
        "{HEAD}allow: [ALLOWED]\nfill-ins:\n  f: {{ kind: text, label: f }}\n  g: {{ kind: text, label: g }}\nphrases: {{ p: P., q: Q., postal-line: R. }}\nletters:\n  l: {{ address: none, place-and-date: U, salutation: S, closing: G, signatories: [{{ name: A }}], body: B }}\ntexts:\n  t:\n    body: \"{{{{ fill.f }}}} {{{{ phrase.p }}}}\"\n  u:\n    body: U.\nmotions:\n  m:\n    title: M\n    variants: {{ v: V, w: W }}\n    choices:\n      c: {{ options: {{ v: a, w: b }} }}\n      d: {{ options: {{ v: a, w: b }} }}\n    body:\n      - text: \"{{{{ choice.c }}}}\"\n  n:\n    title: N\n    body:\n      - text: N.\ndocuments:\n  - {{ id: d, formats: [pdf], parts: [{{ text: t }}, {{ motion: m }}] }}\n"
    );
    let warnings = |allowed: &str| {
        let source = Source::new("campaign.yaml", yaml.replace("ALLOWED", allowed));
        let loaded = Campaign::load(&source, |settings| {
            Register::open("r.csv", "code,name\n".as_bytes(), settings)
                .map(|register| register.columns().clone())
        });
        let loaded = loaded.unwrap_or_else(|found| panic!("{found:?}"));
        let told = loaded.warnings.iter();
        told.map(|found| (found.code, found.message.clone()))
            .collect::<Vec<_>>()
    };
    let all = warnings("");
    let named: Vec<_> = all
        .iter()
        .map(|(code, message)| (*code, message.split('`').nth(1).unwrap_or("")))
        .collect();
    assert_eq!(
        named,
        [
            ("unused-fill-in", "g"),
            ("unused-phrase", "q"),
            ("unused-phrase", "postal-line"),
            ("unused-letter", "l"),
            ("unused-text", "u"),
            ("unused-choice", "d"),
            ("unused-motion", "n"),
        ]
    );
    let codes =
        "unused-fill-in, unused-phrase, unused-letter, unused-text, unused-choice, unused-motion";
    assert!(warnings(codes).is_empty());
    assert_eq!(warnings("unused-phrase").len(), 5);
}
