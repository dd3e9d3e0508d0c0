//! Letters in five languages and seven envelopes, checked by third-party programs.

use std::fmt::Write as _;

use raadspost_inspect::{read_docx, read_pdf};

use crate::judges::judge;
use crate::letters::ENVELOPES;
use crate::support::{Desk, case, documents, docx_lines, pdf, root, run};

const LANGUAGES: [&str; 5] = ["nl-NL", "fy-NL", "en", "uk", "de"];

/// The hardest names of the repository's own table: the longest, those with signs, and the shortest.
pub(crate) fn hardest(count: usize) -> Vec<(String, String)> {
    let table =
        std::fs::read_to_string(root().join("content/registers/nl.csv")).expect("a register");
    let mut names: Vec<(usize, String, String)> = table
        .lines()
        .skip(1)
        .map(|line| {
            let (code, rest) = line.split_once(',').expect("a code");
            let name = match rest.strip_prefix('"') {
                Some(quoted) => quoted.split('"').next(),
                None => rest.split(',').next(),
            };
            let name = name.unwrap_or_default().to_owned();
            let signs = name.chars().filter(|c| !c.is_ascii_alphabetic()).count();
            let short = usize::from(name.chars().count() < 4) * 100;
            (
                name.chars().count() + 10 * signs + short,
                code.to_owned(),
                name,
            )
        })
        .collect();
    names.sort();
    let hard = names.into_iter().rev().take(count);
    hard.map(|(_, code, name)| (code, name)).collect()
}

/// A register of these municipalities in these languages, at made-up addresses: a house with a long
/// street and an addition for one, a post-office box for the next.
fn register(names: &[(String, String)], languages: &[&str]) -> String {
    let mut table = "code,name,running_name,population,po_box,street,house_number,addition,postcode,town,language\n".to_owned();
    for (at, (code, name)) in names.iter().enumerate() {
        for (number, language) in languages.iter().enumerate() {
            let address = if (at + number) % 2 == 0 {
                format!("{},,,", 100 + at)
            } else {
                format!(",Burgemeester van den Hoogenbandlaan,{},bis", 1 + at)
            };
            let population = 1_000 * (at + 1) + number;
            let _ = writeln!(
                table,
                "{code}-{language},\"{name} ({language})\",\"{name}\",{population},{address},{} AB,\"{name}\",{language}",
                1_000 + 17 * at
            );
        }
    }
    table
}

fn desk(envelope: &str, register: &str) -> Desk {
    let yaml = case("letters/languages.yaml");
    let yaml = yaml.replacen("register:", &format!("envelope: {envelope}\nregister:"), 1);
    Desk::new(&[("talen.yaml", &yaml), ("register.csv", register)])
}

fn pdfs(desk: &Desk) -> Vec<String> {
    let made = documents(&desk.out());
    let files = made.keys().filter(|path| path.ends_with(".pdf"));
    files
        .map(|path| desk.out().join(path).display().to_string())
        .collect()
}

#[test]
fn eight_names_in_every_envelope_and_language_are_archival_and_accessible() {
    let names = hardest(8);
    let register = register(&names, &LANGUAGES);
    let mut desks = Vec::new();
    let mut files = Vec::new();
    for envelope in ENVELOPES {
        let desk = desk(envelope, &register);
        // The envelope decides the letter; what else there is, is the same in all of them.
        let all = envelope == ENVELOPES[0];
        desk.build(if all { &[] } else { &["--document", "brief"] })
            .ended(0);
        let made: Vec<_> = pdfs(&desk);
        let kinds = if all { 4 } else { 1 };
        assert_eq!(
            made.len(),
            names.len() * LANGUAGES.len() * kinds,
            "{envelope}"
        );
        files.extend(made);
        desks.push(desk);
    }
    judge("pdf.py", &files);
}

#[test]
fn the_forty_hardest_names_are_archival_and_accessible() {
    let names = hardest(40);
    for name in [
        "Nuenen, Gerwen en Nederwetten",
        "Oss",
        "’s-Hertogenbosch",
        "Súdwest-Fryslân",
    ] {
        assert!(
            names.iter().any(|(_, one)| one == name),
            "{name}: {names:?}"
        );
    }
    let desk = desk("nl-dl-right", &register(&names, &["nl-NL"]));
    desk.build(&[]).ended(0);
    let files = pdfs(&desk);
    assert_eq!(files.len(), 160);
    judge("pdf.py", &files);
}

#[test]
fn a_language_is_told_to_who_reads_aloud_in_both_formats() {
    let names = hardest(1);
    let desk = desk("nl-dl-left", &register(&names, &LANGUAGES));
    desk.build(&[]).ended(0);
    let made = documents(&desk.out());
    for (language, words) in [
        (
            "nl-NL",
            [
                "Ons kenmerk: talen-2026/",
                "Datum: Utrecht, 2 maart 2026",
                "Bijlage",
                "1.000 inwoners",
            ],
        ),
        (
            "fy-NL",
            [
                "Us skaaimerk: talen-2026/",
                "Datum: Utrecht, 2 maart 2026",
                "Taheakke",
                "1.001 ynwenners",
            ],
        ),
        (
            "en",
            [
                "Our reference: talen-2026/",
                "Date: Utrecht, March 2, 2026",
                "Enclosure",
                "1,002 inhabitants",
            ],
        ),
        (
            "uk",
            [
                "Наш вих. №: talen-2026/",
                "Дата: Utrecht, 2 березня 2026 р.",
                "Додаток",
                "1 003 мешканців",
            ],
        ),
        (
            "de",
            [
                "Unser Zeichen: talen-2026/",
                "Datum: Utrecht, 2. März 2026",
                "Anlage",
                "1.004 Einwohner",
            ],
        ),
    ] {
        let of = |file: &str| {
            let tail = format!("-{}/{file}", language.to_lowercase());
            let found = made.iter().find(|(path, _)| path.ends_with(&tail));
            found
                .unwrap_or_else(|| panic!("{tail}: {:?}", made.keys()))
                .1
        };
        let paper = read_pdf(of("brief.pdf")).expect("a PDF");
        assert_eq!(paper.metadata.language.as_deref(), Some(language));
        let word = read_docx(of("brief.docx")).expect("a document");
        let said = |lines: &[raadspost_inspect::Line]| {
            let all = lines
                .iter()
                .map(|line| line.text.as_str())
                .collect::<Vec<_>>()
                .join("\n");
            all.replace(['\u{a0}', '\u{202f}'], " ")
        };
        for words in words {
            assert!(
                said(&paper.lines).contains(words),
                "{words}: {}",
                said(&paper.lines)
            );
            assert!(
                said(&word.lines).contains(words),
                "{words}: {}",
                said(&word.lines)
            );
        }
        assert_eq!(word.language.as_deref(), Some(language));
    }
}

/// A run whose collection, letter and motion are in different languages: each document is the same
/// however it is made, and all its words are in its own language.
#[test]
fn a_run_in_two_languages_is_made_again_byte_for_byte() {
    let yaml = "raadspost: 1
id: proef
title: Proef
language: { column: language, among: [fr-BE, nl-NL] }
date: 2026-03-02
sender: { name: Bureau }
register: { file: register.csv }
fill-ins:
  datum: { kind: date, label: { nl: datum, fr: jour } }
motions:
  m:
    title: { nl: Motie, fr: Motion }
    variants: { a: A, b: B }
    choices:
      wens: { options: { a: { nl: kan, fr: peut }, b: { nl: moet, fr: doit } }, mark: '*' }
    body: [{ text: '{{ choice.wens }} {{ fill.datum }}' }]
texts: { t: { body: Tekst van een document. } }
documents:
  - { id: motie, formats: [pdf, docx], parts: [{ motion: m }] }
  - { id: vast, title: B, language: nl-NL, formats: [pdf], parts: [{ text: t }] }
  - { id: pack, title: P, formats: [pdf], collects: [motie, vast] }
";
    let register = "code,name,language\nGM1,Aa,fr\nGM2,Bb,nl-NL\n";
    let desk = Desk::new(&[("proef.yaml", yaml), ("register.csv", register)]);
    desk.build(&[]).ended(0);
    for (folder, words) in [
        ("GM1-aa", "peut / doit* [jour]"),
        ("GM2-bb", "kan / moet* [datum]"),
    ] {
        let lines = docx_lines(&desk.out().join(folder).join("motie.docx"));
        assert!(lines.iter().any(|line| line.text == words), "{lines:?}");
        for file in ["motie.pdf", "pack.pdf"] {
            let lines = pdf(&desk.out().join(folder).join(file)).lines;
            assert!(lines.iter().any(|line| line.text == words), "{lines:?}");
        }
    }
    let all = documents(&desk.out());
    let out = desk.out();
    let out = out.to_str().expect("UTF-8");
    run(&["verify", out, "--rerender", "all"]).ended(0);
    desk.build(&["--document", "vast"]).ended(0);
    assert_eq!(documents(&desk.out()), all, "one document made by itself");
}
