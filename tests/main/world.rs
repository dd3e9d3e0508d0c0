//! Registers from all over the world: every document of every row is made, unless no font has a
//! character; those rows are refused and name it.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use crate::support::{Desk, documents, note, pdf, posiv, run, shared};

/// posiv.yaml for a register with other columns and without addresses.
fn campaign(register: &str, columns: &str) -> String {
    let (before, rest) = posiv()
        .split_once("register:\n")
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .expect("a register");
    let (_, after) = rest.split_once("fill-ins:").expect("fill-ins");
    let yaml =
        format!("{before}register:\n  file: {register}\n  columns: {columns}\n\nfill-ins:{after}");
    yaml.replace("address: required", "address: optional")
}

/// The text of a compressed register.
fn unpacked(path: &Path) -> String {
    let output = Command::new("gzip")
        .arg("-dc")
        .arg(path)
        .output()
        .expect("gzip");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Every `step`th row of a register, `count` in all, below its header.
fn rows(text: &str, count: usize, step: usize) -> String {
    let mut lines = text.lines();
    let header = lines.next().expect("a header");
    let body: Vec<_> = lines.step_by(step).take(count).collect();
    format!("{header}\n{}\n", body.join("\n"))
}

/// 10,000 rows in tests/long, 400 otherwise.
#[expect(
    clippy::disallowed_methods,
    reason = "tests/long is the same code with larger numbers"
)]
fn size() -> usize {
    if std::env::var_os("RAADSPOST_LONG").is_some() {
        10_000
    } else {
        400
    }
}

#[test]
fn rows_of_the_world_register_are_made_or_refused_for_a_character() {
    let Some(path) = shared("data/municipalities-world.csv.gz") else {
        return;
    };
    let size = size();
    let mut table = rows(&unpacked(&path), size, 154_725 / size);
    // A row that no font can show, wherever the step falls.
    table.push_str("SA-000000000x,الرياض,SA,Saudi Arabia,Riyadh,Riyadh,1000,1,1\n");
    let columns = "{ code: id, admin: admin1 }";
    let desk = Desk::new(&[
        ("campaign.yaml", &campaign("world.csv", columns)),
        ("world.csv", &table),
    ]);
    let (status, peak) = desk.build_and_weigh();
    assert_eq!(status, 1);
    let report = desk.report();
    let count = |name: &str| report["documents"][name].as_u64().expect("a number");
    let refused = count("refused");
    assert_eq!(count("planned"), (size as u64 + 1) * 8);
    assert_eq!(count("failed"), 0, "{}", report["failed"]);
    assert_eq!(count("made") + refused, count("planned"));
    assert!(refused >= 8 && refused.is_multiple_of(8), "{refused}");
    let reasons = report["refused"].as_array().expect("a list");
    assert!(!reasons.is_empty());
    assert!(
        reasons
            .iter()
            .all(|reason| reason.to_string().contains("missing-glyph")
                && reason.to_string().contains("U+")),
        "{reasons:?}"
    );
    note(&format!(
        "{size} rows: {} made, {refused} refused, peak {peak} MB",
        count("made")
    ));
    // The same bound for 400 rows and for 10,000.
    assert!(peak < 300, "peak memory {peak} MB");
}

#[test]
fn greek_cyrillic_and_latin_names_of_europe_are_set() {
    let Some(path) = shared("data/municipalities-europe-lau2019.csv.gz") else {
        return;
    };
    // The compressed file itself, read through its own compression.
    let desk = Desk::new(&[("campaign.yaml", &campaign("europe.csv.gz", "{ code: id }"))]);
    std::fs::copy(path, desk.path("europe.csv.gz")).expect("copied");
    let letters = |name: &str, from: char, to: char| {
        name.chars().filter(|c| (from..=to).contains(c)).count() > 3
    };
    let text = unpacked(&desk.path("europe.csv.gz"));
    let mut wanted: [Option<String>; 3] = [None, None, None];
    for line in text.lines().skip(1) {
        let mut cells = line.split(',');
        let (Some(code), Some(name)) = (cells.next(), cells.next()) else {
            continue;
        };
        let kinds = [
            letters(name, 'Α', 'ω'),
            letters(name, 'А', 'я'),
            name.contains('ř') && name.contains('ě'),
        ];
        for (wanted, kind) in wanted.iter_mut().zip(kinds) {
            if kind && wanted.is_none() {
                *wanted = Some(code.to_owned());
            }
        }
        if wanted.iter().all(Option::is_some) {
            break;
        }
    }
    let codes: Vec<String> = wanted.into_iter().flatten().collect();
    assert_eq!(codes.len(), 3);
    desk.build(&[
        "--only",
        &codes.join(","),
        "--document",
        "brief,bijlage-1,motie-solidariteit",
    ])
    .ended(0);
    let made = documents(&desk.out());
    assert_eq!(made.len(), 9);
    for path in made.keys().filter(|path| path.ends_with("brief.pdf")) {
        let paper = pdf(&desk.out().join(path));
        assert!(
            paper
                .lines
                .iter()
                .any(|line| line.text.contains("Aan de leden van de gemeenteraad van ")),
            "{path}"
        );
    }
}

#[test]
fn a_register_is_read_from_a_flag_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = folder.path().join("mine.csv");
    let mut file = std::fs::File::create(&table).expect("a file");
    file.write_all(crate::support::register(&["GM0001,Eén,Eén,1,1,1234 AB,Stad"]).as_bytes())
        .expect("written");
    let out = folder.path().join("out");
    run(&[
        "--register",
        table.to_str().expect("UTF-8"),
        "--out",
        out.to_str().expect("UTF-8"),
    ])
    .ended(0);
    assert_eq!(documents(&out).len(), 8);
}
