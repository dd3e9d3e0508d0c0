//! Texts of any length in every place are wrapped or refused with their cause, and no word is
//! printed over another.

use std::path::Path;

use raadspost_content::{Format, Inspector as _, Renderer as _, Rendition};
use raadspost_inspect::PdfInspector;

use crate::plain::{packs, pages_of_words, renderer, try_packs, words};
use crate::support::{Desk, documents, is_long};

/// A campaign with a text in every place where a document can have one; `<name>` marks such a
/// place, with its usual text.
const PLACES: &str = r#"
raadspost: 1
id: lang
title: Lang
language: nl-NL
date: 2026-03-02
sender:
  name: "<sender name|Bureau Waterkant>"
  tagline: "<tagline|Voor water in de stad>"
  address: ["<sender address|Kade 1>", 3511 AA Utrecht]
  telephone: "<telephone|030 123 45 67>"
  email: "<e-mail|info@waterkant.example>"
  website: "<website|waterkant.example>"
register: { file: register.csv, country: NL }
fill-ins:
  datum: { kind: date, label: "<label of a fill-in|datum>" }
  naam: { kind: person, label: naam }
  stem: { kind: options, label: stem, options: ["<option|voor>", tegen] }
phrases:
  aan: "<addressee|Aan de raad van {{ municipality.name }}>"
  pre: "<preamble|De raad van {{ municipality.name }},>"
  con: "<head of a recital|constaterende dat:>"
  ver: "<head of what is asked|verzoekt het college:>"
  slot: "<closing of a motion|en gaat over tot de orde van de dag.>"
  oud: "<head of a wording|Oude tekst>"
letters:
  brief:
    address: none
    addressee: aan
    place-and-date: "<place and date|Utrecht>"
    subject: "<subject|Ruimte voor water>"
    treatment: "<treatment|Ter bespreking>"
    salutation: "<salutation|Geachte raad,>"
    qr: { url: "https://waterkant.example/<address of a QR code|rapport>", caption: "<caption|De motie>" }
    body: |
      <paragraph|Het water stijgt in {{ municipality.name }}.>

      # <heading|Wat wij vragen>

      - <item|Meer ruimte>
        - <inner item|Minder steen>

      Zie het **[<bold link|rapport>](https://waterkant.example/rapport)**, *<emphasis|en meer>*[^n].

      [^n]: <footnote|Zie de bijlage.>
    closing: "<closing|Met vriendelijke groet,>"
    signatories:
      - { name: "<name|A. de Vries>", role: "<role|voorzitter>", email: "<signatory's e-mail|a@waterkant.example>" }
      - { name: B. Jansen, role: secretaris, email: b@waterkant.example }
      - { name: C. Pieters }
    enclosures:
      title: "<title of the enclosures|Bijlagen>"
      items:
        - { label: "<label of an enclosure|I:>", title: "<title of an enclosure|De motie>" }
        - { label: "II:", title: Een uitleg }
motions:
  motie:
    title: "<title of a motion|Motie ruimte voor water>"
    body:
      - particulars:
          - { label: "<label of particulars|Nummer:>", value: "<particulars|{{ fill.datum }}>" }
      - preamble: pre
      - recital: con
        items: ["<item of a recital|de bodem daalt;>"]
      - operative: ver
        items: ["<item of what is asked|ruimte te maken;>"]
      - old: oud
        wording: "<wording|Het college stelt € 10.000 beschikbaar.>"
      - closing: slot
      - movers: "<lead of movers|Indieners:>"
        line: "<line of a mover|{{ fill.naam }}>"
        times: 2
      - signatures: "<lead of signatures|Ondertekening:>"
        columns: ["<column of signatures|Naam>", Fractie, Handtekening]
        cells: ["<cell of signatures|{{ fill.naam }}>", "", ""]
        times: 2
      - voting: "<lead of a vote|Uitslag:>"
        columns: ["<first column of a vote|Fractie>", "<second column of a vote|Zetels>", "<third column of a vote|Stem>"]
        faction: "<faction|{{ fill.naam }}>"
        seats: "<seats|{{ fill.datum }}>"
        vote: "<vote|{{ fill.stem }}>"
        times: 3
      - note: "<note|doorhalen wat niet van toepassing is>"
documents:
  - { id: brief, formats: [pdf], letter: brief }
  - { id: motie, formats: [pdf], annex: { label: "<label of an annex|Bijlage I:>", title: "<title of an annex|De motie>" }, parts: [{ motion: motie }] }
"#;

const REGISTER: &str = "code,name\nGM0344,Utrecht\n";

/// The campaign with another text in one place, and the name of that place; `None` after the last.
fn campaign(place: usize, text: &str) -> Option<(String, String)> {
    let mut out = String::new();
    let mut rest = PLACES;
    let mut at = 0;
    let mut name = None;
    while let Some((before, after)) = rest.split_once('<') {
        let (inside, behind) = after.split_once('>').expect("the end of a place");
        let (called, usual) = inside.split_once('|').expect("a name");
        out.push_str(before);
        if at == place {
            name = Some(called.to_owned());
            out.push_str(text);
        } else {
            out.push_str(usual);
        }
        rest = behind;
        at += 1;
    }
    out.push_str(rest);
    Some((out, name?))
}

/// Texts that are long in different ways.
fn texts() -> [(&'static str, String); 4] {
    let sentence =
        "De gemeenteraad vraagt het college om voor de zomer te onderzoeken waar ruimte is ";
    [
        (
            "a sentence",
            sentence
                .repeat(if is_long() { 12 } else { 4 })
                .trim()
                .to_owned(),
        ),
        (
            "a compound",
            "Gemeenschappelijkebelastingsamenwerkingsregeling "
                .repeat(3)
                .trim()
                .to_owned(),
        ),
        ("a word without end", "WATER2027".repeat(20)),
        (
            "an e-mail address",
            format!(
                "{}@{}.example",
                "voornaam.achternaam".repeat(2),
                "gemeente-waterkant".repeat(2)
            ),
        ),
    ]
}

/// The findings that are a refusal with its cause.
const REFUSED: [&str; 6] = [
    "pdf-ink-outside",
    "pdf-text-over-text",
    "pdf-return-address-too-wide",
    "pdf-letterhead-too-tall",
    "pdf-address-too-wide",
    "pdf-address-too-tall",
];

/// Places without space for several lines: single lines, and areas of fixed height.
const BOUNDED: [&str; 7] = [
    "sender name",
    "tagline",
    "sender address",
    "telephone",
    "e-mail",
    "website",
    "addressee",
];

#[test]
fn every_text_is_wrapped_or_refused() {
    let renderer = renderer(None);
    let folder = tempfile::tempdir().expect("a folder");
    let mut wrong = Vec::new();
    let mut refused = Vec::new();
    for at in 0.. {
        let Some((usual, name)) = campaign(at, "kort") else {
            break;
        };
        assert!(!packs(&usual, REGISTER, |_| true).is_empty(), "{name}");
        for (kind, text) in texts() {
            let (yaml, _) = campaign(at, &text).expect("a place");
            let what = format!("{name}: {kind}");
            let Ok(packs) = try_packs(&yaml, REGISTER, |_| true) else {
                refused.push(format!("{what}: by the campaign"));
                continue;
            };
            let (shapes, values) = &packs[0];
            let prepared = match renderer.prepare(shapes) {
                Ok(prepared) => prepared.output,
                Err(found) => {
                    refused.push(format!("{what}: {}", found[0].code));
                    continue;
                }
            };
            let made = match prepared.render(values) {
                Ok(made) => made.output,
                Err(found) => {
                    refused.push(format!("{what}: {}", found[0].code));
                    if !REFUSED.contains(&found[0].code) {
                        wrong.push(format!("{what}: {found:?}"));
                    }
                    continue;
                }
            };
            for ((shape, values), file) in shapes.iter().zip(values).zip(&made) {
                let found = PdfInspector::default().inspect(shape, values, file);
                match found.first() {
                    None => {
                        wrong.extend(over(folder.path(), file).map(|it| format!("{what}: {it}")))
                    }
                    Some(first) if REFUSED.contains(&first.code) => {
                        refused.push(format!("{what}: {}", first.code));
                        if kind == "a sentence" && !BOUNDED.contains(&name.as_str()) {
                            wrong.push(format!("{what}: {first:?}"));
                        }
                    }
                    Some(first) => wrong.push(format!("{what}: {first:?}")),
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}\nrefused: {refused:#?}");
    // Most is wrapped.
    assert!(refused.len() < 40, "{refused:#?}");
}

/// Two overlapping words of a page, or a word outside the sheet, by the boxes of poppler.
fn over(folder: &Path, file: &Rendition) -> Option<String> {
    assert_eq!(file.format, Format::Pdf);
    let path = folder.join("file.pdf");
    std::fs::write(&path, &file.bytes).expect("a file");
    let pages = pages_of_words(&path);
    for page in &pages {
        for (at, (word, [left, top, right, bottom])) in page.iter().enumerate() {
            if *left < 0.0 || *right > 596.0 || *top < 0.0 || *bottom > 842.0 {
                return Some(format!("`{word}` lies beside the sheet"));
            }
            for (other, [x, y, u, v]) in &page[at + 1..] {
                // The boxes have the height of the font; an overlapping text covers most of a
                // line's box.
                let height = (bottom - top).min(v - y);
                let across = right.min(*u) - left.max(*x);
                let down = bottom.min(*v) - top.max(*y);
                if across > 0.1 * height && down > 0.45 * height {
                    return Some(format!("`{other}` lies over `{word}`"));
                }
            }
        }
    }
    None
}

/// Builds a campaign of one document, whose files must all be made.
fn built(yaml: &str, register: &str) -> Desk {
    let desk = Desk::new(&[("campaign.yaml", yaml), ("register.csv", register)]);
    desk.build(&[]).ended(0);
    desk
}

#[test]
fn the_columns_of_a_table_have_room_for_their_words() {
    let columns = |at: usize| {
        let long = "Hoe de fractie heeft gestemd en welke verklaring zij daarbij heeft afgelegd";
        let mut all = ["Fractie", "Zetels in de raad", "Stem"];
        all[at] = long;
        all.map(|it| format!("\"{it}\"")).join(", ")
    };
    for at in 0..3 {
        let yaml = format!(
            "raadspost: 1\nid: proef\ntitle: Proef\nlanguage: nl-NL\ndate: 2026-03-02\n\
             sender: {{ name: Bureau }}\nregister: {{ file: register.csv }}\n\
             fill-ins:\n  fractie: {{ kind: text, label: fractie }}\n\
             motions:\n  m:\n    title: Motie\n    body:\n      - voting: Stemming\n        columns: [{}]\n\
             \x20       faction: \"{{{{ fill.fractie }}}}\"\n        seats: \"{{{{ municipality.name }}}}\"\n\
             \x20       vote: voor\n        times: 3\n\
             documents:\n  - {{ id: m, formats: [pdf], parts: [{{ motion: m }}] }}\n",
            columns(at)
        );
        let desk = built(&yaml, "code,name\nGM1,Bergen\n");
        let (path, _) = documents(&desk.out()).into_iter().next().expect("a file");
        let words = words(&desk.out().join(path));
        let first = |word: &str| words.iter().find(|(it, _)| it == word).expect("the word").1;
        // The first words of the columns are side by side.
        let name = if at == 0 { "[fractie]" } else { "Fractie" };
        assert!(first(name)[2] < first("Bergen")[0], "{words:?}");
        assert!(first("Bergen")[2] < first("voor")[0], "{words:?}");
    }
}

#[test]
fn a_long_label_of_an_enclosure_runs_on() {
    let label = "Bijlage bij de brief aan de leden van de gemeenteraad van {{ municipality.name }} over het water:";
    let yaml = format!(
        "raadspost: 1\nid: proef\ntitle: Proef\nlanguage: nl-NL\ndate: 2026-03-02\n\
         sender: {{ name: Bureau }}\nregister: {{ file: register.csv }}\n\
         letters:\n  b:\n    address: none\n    place-and-date: Utrecht\n    subject: Proef\n\
         \x20   salutation: Geachte raad,\n    body: Hierbij.\n    closing: Groet\n\
         \x20   signatories: [{{ name: A }}]\n    enclosures:\n      items:\n\
         \x20       - {{ label: \"{label}\", title: Uitleg }}\n        - {{ label: \"II:\", title: Cijfers }}\n\
         documents:\n  - {{ id: b, formats: [pdf], letter: b }}\n"
    );
    let desk = built(&yaml, "code,name\nGM1,Bergen\n");
    let words = words(&desk.out().join("GM1-bergen/b.pdf"));
    assert!(words.iter().all(|(_, sides)| sides[2] < 500.0), "{words:?}");
}

/// A word that is broken after its characters is still found as one word.
#[test]
fn a_word_without_end_is_broken_and_says_what_it_says() {
    let code = "WATER2027".repeat(20);
    let yaml = format!(
        "raadspost: 1\nid: proef\ntitle: Proef\nlanguage: nl-NL\ndate: 2026-03-02\n\
         sender: {{ name: Bureau }}\nregister: {{ file: register.csv }}\n\
         texts:\n  t:\n    body: |\n      Zie {code} hiervoor.\n\
         documents:\n  - {{ id: d, title: D, formats: [pdf], parts: [{{ text: t }}] }}\n"
    );
    let desk = built(&yaml, "code,name\nGM1,Bergen\n");
    let path = desk.out().join("GM1-bergen/d.pdf");
    let file = crate::support::pdf(&path);
    let said: String = file
        .lines
        .iter()
        .map(|line| line.text.replace('\n', ""))
        .collect();
    assert!(said.contains(&code), "{said}");
    let words = words(&path);
    assert!(words.iter().all(|(_, sides)| sides[2] < 520.0), "{words:?}");
    assert!(
        words.iter().all(|(word, _)| !word.contains('\u{200B}')),
        "{words:?}"
    );
}

/// A soft hyphen is a position within a word: at the end of a paragraph no hyphen is printed, and a
/// link may end there (Typst's export fails at a hyphen after it).
#[test]
fn a_soft_hyphen_at_the_end_prints_nothing() {
    let yaml = "raadspost: 1\nid: proef\ntitle: Proef\nlanguage: nl-NL\ndate: 2026-03-02\n\
                sender: { name: Bureau }\nregister: { file: register.csv }\n\
                texts:\n  t:\n    body: |\n\
                \x20     Zie [hier&shy;](https://example.org)\n\n\
                \x20     [{{ municipality.name }}](https://example.org)\n\n\
                \x20     Einde&shy;\n\n\
                \x20     **Slot&shy;**[^1]\n\n\
                \x20     [^1]: Van {{ municipality.name }}&shy;\n\
                documents:\n  - { id: d, title: D, formats: [pdf], parts: [{ text: t }] }\n";
    // Enough files for some to be made in both ways.
    let rows: String = (0..150)
        .map(|at| format!("GM{at},Ber\u{ad}gen\u{ad}\n"))
        .collect();
    let desk = built(yaml, &format!("code,name\n{rows}"));
    let seen = crate::support::pdf(&desk.out().join("GM1-bergen/d.pdf"));
    let lines: Vec<&str> = seen.lines.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(
        lines,
        ["Zie hier", "Bergen", "Einde", "Slot[^1]", "Van Bergen"]
    );
    // What is printed: a hyphen that was added says that it is soft, which reading leaves out.
    for word in words(&desk.out().join("GM1-bergen/d.pdf")) {
        assert!(!word.0.ends_with(['-', '\u{AD}']), "{word:?}");
    }
}

/// A ligature at the end of a block, and the same in another font at the start of the next.
#[test]
fn a_ligature_is_read_in_each_block() {
    let yaml = "raadspost: 1\nid: proef\ntitle: Proef\nlanguage: nl-NL\ndate: 2026-03-02\n\
                sender: { name: Bureau }\nregister: { file: register.csv }\n\
                phrases: { gezien: \"gezien:\", fin: \"financieel overwegende:\" }\n\
                motions:\n  m:\n    title: Motie\n    body:\n\
                \x20     - recital: gezien\n        items: [op elk plein is gratis wifi]\n\
                \x20     - recital: fin\n        items: [dit *wifi***fi**fi kost niets]\n\
                documents:\n  - { id: m, formats: [pdf], parts: [{ motion: m }] }\n";
    built(yaml, "code,name\nGM1,Aa\n");
}

/// A compound that is broken behind its hyphen has it again on the next line in some languages; the
/// file says it once.
#[test]
fn a_hyphen_that_is_repeated_is_said_once() {
    for (language, compound) in [
        ("es", "hispano-francesa"),
        ("pt", "Vitoria-Gasteiz"),
        ("pl", "Vitoria-Gasteiz"),
        ("cs", "Vitoria-Gasteiz"),
    ] {
        let text = broken_in_places(language, compound);
        let (head, tail) = compound.split_once('-').expect("a hyphen");
        let joined = format!("{head}-\n{tail}");
        assert!(text.contains(&joined), "{language}: {text}");
        assert!(!text.contains(&format!("-\n-{tail}")), "{language}: {text}");
    }
}

/// What poppler reads of paragraphs that are full of a word, at many places of a line.
fn broken_in_places(language: &str, word: &str) -> String {
    let words = vec![word; 40].join(" ");
    let lines = (1..13).map(|at| format!("      {} {words}.\n\n", "a".repeat(at)));
    let yaml = format!(
        "raadspost: 1\nid: proef\ntitle: Proef\nlanguage: {language}\ndate: 2026-03-02\n\
         sender: {{ name: Oficina }}\nregister: {{ file: register.csv }}\n\
         texts:\n  t:\n    body: |\n{}\
         documents:\n  - {{ id: d, title: D, formats: [pdf], parts: [{{ text: t }}] }}\n",
        lines.collect::<String>()
    );
    // Ragged text has whole words.
    let theme = include_str!("../../content/theme.yaml");
    let desk = Desk::new(&[
        ("campaign.yaml", &yaml),
        ("register.csv", "code,name\nES1,Vitoria\n"),
        (
            "theme.yaml",
            &theme.replace("align: left ", "align: justify "),
        ),
    ]);
    desk.build(&[]).ended(0);
    let path = desk.out().join("ES1-vitoria/d.pdf");
    let output = std::process::Command::new("pdftotext")
        .arg("-raw")
        .arg(&path)
        .arg("-")
        .output()
        .expect("pdftotext");
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn no_line_of_dutch_begins_with_a_letter_that_would_lose_its_diaeresis() {
    for (word, parts) in [
        ("geïnformeerd", "geïn-for-meerd"),
        ("coördineert", "coör-di-neert"),
        ("Oekraïense", "Oe-kraï-en-se"),
    ] {
        let text = broken_in_places("nl-NL", word);
        let mut found = std::collections::BTreeSet::new();
        for line in text.lines().filter(|line| line.ends_with(['-', '\u{AD}'])) {
            let begin = line.rsplit(' ').next().unwrap_or_default();
            found.insert(begin.trim_end_matches(['-', '\u{AD}']).to_owned());
        }
        assert!(!found.is_empty(), "{word} is broken nowhere: {text}");
        let mut begin = String::new();
        let allowed: Vec<String> = parts
            .split('-')
            .map(|part| {
                begin.push_str(part);
                begin.clone()
            })
            .collect();
        assert!(
            found.iter().all(|it| allowed.contains(it)),
            "{word}: {found:?}"
        );
        // Whole words are found by who searches the file.
        assert!(text.contains(&format!(" {word} ")), "{word}: {text}");
    }
}
