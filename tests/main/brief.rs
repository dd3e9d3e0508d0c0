//! The embedded campaign: a pack for every municipality, and every sentence of the brief in it.

use std::process::Command;

use raadspost_inspect::Line;

use crate::support::{case, documents, everyone_out, pdf, report, run, shared};

const FILES: [&str; 8] = [
    "bijlage-1.pdf",
    "bijlage-2.pdf",
    "brief.pdf",
    "motie-deelname-deelname.docx",
    "motie-deelname-onderzoek.docx",
    "motie-deelname.docx",
    "motie-solidariteit.docx",
    "pack.pdf",
];

#[test]
fn every_municipality_has_its_pack() {
    let out = everyone_out();
    let documents = documents(&out);
    assert_eq!(documents.len(), 342 * FILES.len());
    for file in FILES {
        assert!(
            documents.contains_key(&format!("GM0344-utrecht/{file}")),
            "{file}"
        );
    }
    let report = report(&out);
    let count = |name: &str| {
        report["documents"][name]
            .as_u64()
            .unwrap_or_else(|| panic!("{name}: {report}"))
    };
    assert_eq!(count("planned"), 342 * 8);
    assert_eq!(
        count("planned"),
        count("made") + count("fresh") + count("refused") + count("failed")
    );
    let check = Command::new("sha256sum")
        .args(["--check", "--quiet", "--strict", "manifest.sha256"])
        .current_dir(&out)
        .status()
        .expect("sha256sum");
    assert!(check.success());
    let manifest = std::fs::read_to_string(out.join("manifest.sha256")).expect("a manifest");
    let paths: Vec<_> = manifest
        .lines()
        .filter_map(|line| line.split_once("  "))
        .map(|(_, path)| path)
        .collect();
    assert_eq!(
        paths,
        documents.keys().map(String::as_str).collect::<Vec<_>>()
    );
}

/// Text without white space, so that line breaks and no-break spaces are ignored.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// All lines in one, without list markers and footnote references.
fn stream(lines: &[Line]) -> String {
    let mut out = String::new();
    for line in lines {
        if let Some(label) = line.label.as_deref().filter(|label| label.ends_with(')')) {
            out.push_str(label);
        }
        let mut text = line.text.clone();
        while let Some((from, to)) = text
            .find("[^")
            .and_then(|from| Some((from, from + text[from..].find(']')?)))
        {
            text.replace_range(from..=to, "");
        }
        out.push_str(&text);
        out.push('\n');
    }
    squeezed(&out)
}

#[test]
fn utrechts_files_hold_every_sentence_of_the_brief_in_order() {
    let folder = everyone_out().join("GM0344-utrecht");
    let sentences = case("brief/utrecht.txt");
    let (running, notes) = sentences.split_once("\n---\n").expect("two parts");
    let mut parts = String::new();
    for file in ["brief.pdf", "bijlage-1.pdf", "bijlage-2.pdf"] {
        parts.push_str(&stream(&pdf(&folder.join(file)).lines));
    }
    let pack = stream(&pdf(&folder.join("pack.pdf")).lines);
    for (name, text) in [("the three files", parts), ("pack.pdf", pack)] {
        for sentences in [running, notes] {
            let mut position = 0;
            for sentence in sentences.lines() {
                match text[position..].find(&squeezed(sentence)) {
                    Some(at) => position += at + squeezed(sentence).len(),
                    None => panic!("{name}: not found in its place: {sentence}"),
                }
            }
        }
        assert!(
            !text.contains("[plaatsnaam]") && !text.contains("{{"),
            "{name}"
        );
    }
}

/// The list of sentences itself is compared with the brief.
#[test]
fn the_sentences_are_those_of_the_brief() {
    let Some(seed) = shared("seed/brief-posiv-2023-02-09.txt") else {
        return;
    };
    let seed = squeezed(&std::fs::read_to_string(seed).expect("the brief"));
    let seed = seed
        .replace("burgerbevolking1,", "burgerbevolking,")
        .replace("Ro3kvit2en", "Ro3kviten");
    for sentence in case("brief/utrecht.txt")
        .lines()
        .filter(|line| *line != "---")
    {
        let mut wanted = vec![squeezed(sentence)];
        for open in ["[plaatsnaam]", "[Gemeente]", "[gemeentenaam]"] {
            wanted.push(squeezed(&sentence.replacen("Utrecht", open, 1)));
        }
        wanted.push(squeezed(
            &sentence.replace("Utrecht, [datum],", "[Plaatsnaam, datum,]"),
        ));
        // The link below the first footnote is on its own line.
        assert!(
            wanted.iter().any(|wanted| seed.contains(wanted.as_str())),
            "{sentence}"
        );
    }
}

#[test]
fn large_municipalities_are_selected_by_a_condition() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("out");
    let out = out.to_str().expect("UTF-8");
    let ran = run(&[
        "--where",
        "municipality.population >= 100000",
        "--document",
        "motie-solidariteit",
        "--out",
        out,
        "--json",
    ]);
    let report = report(std::path::Path::new(out));
    assert_eq!(report["documents"]["made"], 32, "{}", ran.said());
}
