//! Registers from all over the world: every document of every row is made, unless no font has a
//! character; such rows are refused with the character.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::{
    Desk, command, documents, is_long, note, pdf, posiv, ran, run, shared, weigh,
};

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

/// A desk with a register of these names, whose codes are X0, X1 and so on.
fn named(names: &[&str]) -> Desk {
    let rows = names.iter().enumerate();
    let rows = rows.map(|(at, name)| format!("X{at},{name},Herat\n"));
    let table = format!("id,name,admin1\n{}", rows.collect::<String>());
    let columns = "{ code: id, admin: admin1 }";
    Desk::new(&[
        ("campaign.yaml", &campaign("names.csv", columns)),
        ("names.csv", &table),
    ])
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
fn size() -> usize {
    if is_long() { 10_000 } else { 400 }
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

/// An accent that no font has on its letter is set above or below it as a glyph of its own, in a
/// run of its own where it is raised: the two are one text, which is read once.
#[test]
fn letters_with_accents_of_their_own_are_read_once() {
    let names = ["Ḩāfiz̧ Moghul", "Guz̄arah", "Ḩāfiz̧ān"];
    let desk = named(&names);
    desk.build(&["--document", "brief,bijlage-1,pack"]).ended(0);
    let made = documents(&desk.out());
    assert_eq!(made.len(), names.len() * 3);
    for path in made.keys().filter(|path| path.ends_with("pack.pdf")) {
        let at: usize = path[1..2].parse().expect("a number");
        let bytes = std::fs::read(desk.out().join(path)).expect("a file");
        let said = raadspost_inspect::read_pdf(&bytes)
            .expect("a PDF")
            .pages
            .join("\n");
        let wanted = format!("De gemeenteraad van {},", names[at]);
        assert!(said.contains(&wanted), "{path}: {said}");
        // Readers that know no clusters are helped by a replacement text for both glyphs together.
        let judge = Command::new("pdftotext")
            .arg(desk.out().join(path))
            .arg("-")
            .output();
        if let Ok(output) = judge {
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(said.contains(&wanted), "{path}: {said}");
        } else {
            note("pdftotext is not there: its reading is not compared");
        }
    }
}

#[test]
fn long_names_part_between_words_and_behind_hyphens_of_a_word_too_wide() {
    let names = [
        "Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson",
        "União das freguesias de Caldas da Rainha - Santo Onofre e Serra do Bouro",
        "Τοπική Κοινότητα Αρχαίας Σικυώνας - Βασιλικού",
    ];
    let desk = named(&names);
    desk.build(&["--document", "brief"]).ended(0);
    let made = documents(&desk.out());
    assert_eq!(made.len(), names.len());
    for path in made.keys() {
        let at: usize = path[1..2].parse().expect("a number");
        let addressee = &pdf(&desk.out().join(path)).lines[2].text;
        let wanted = format!("Aan de leden van de gemeenteraad van {}", names[at]);
        // A line ends behind a space, or behind a hyphen without one.
        assert_eq!(addressee.replace(" \n", " ").replace('\n', ""), wanted);
    }
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

/// Whether whole registers are made, and of how many rows at most: `RAADSPOST_ROWS` shortens them
/// to try the test.
#[expect(
    clippy::disallowed_methods,
    reason = "a test of an hour is tried with fewer rows"
)]
fn whole_registers() -> Option<usize> {
    let rows = std::env::var("RAADSPOST_ROWS").ok();
    let rows = rows.and_then(|rows| rows.parse().ok());
    is_long().then(|| rows.unwrap_or(usize::MAX))
}

/// A run of `pack.pdf` and one Word file for each row of a register, with its figures printed.
fn whole_register(path: &str, columns: &str, expected: usize) {
    let Some(most) = whole_registers() else {
        note("skipped: whole registers are made by tests/long");
        return;
    };
    let Some(path) = shared(path) else {
        return;
    };
    let table = rows(&unpacked(&path), most, 1);
    let packs = table.lines().count() - 1;
    assert_eq!(packs, expected.min(most));
    let desk = Desk::new(&[
        ("campaign.yaml", &campaign("register.csv", columns)),
        ("register.csv", &table),
    ]);
    let documents = ["--document", "pack,motie-solidariteit"];
    let out = desk.out();
    let out_text = out.to_str().expect("UTF-8");
    let mut planning = command(&["plan", desk.campaign(), "--json", "--out", out_text]);
    let plan = ran(planning.args(documents));
    let plan: Value = serde_json::from_str(&plan.stdout).expect("one object");
    let estimate = &plan["plan"]["estimate"];
    let megabytes = |value: &Value| value.as_u64().expect("a number") / 1_000_000;
    note(&format!(
        "{packs} municipalities: {} documents planned, {} refused; about {} MB, {} MB on the disk, {} MB free",
        plan["plan"]["documents"],
        plan["plan"]["refused"],
        megabytes(&estimate["bytes"]),
        megabytes(&estimate["disk_bytes"]),
        megabytes(&plan["free_bytes"]),
    ));

    let mut building = command(&[
        "build",
        desk.campaign(),
        "--events",
        "--json",
        "--out",
        out_text,
    ]);
    building.args(documents);
    let events = tempfile::NamedTempFile::new().expect("a file");
    building.stderr(events.reopen().expect("a file"));
    let (status, peak) = weigh(&mut building);
    let report = desk.report();
    let count = |name: &str| report["documents"][name].as_u64().expect("a number");
    let refused = count("refused");
    assert_eq!(status, i32::from(refused > 0), "{}", report["failed"]);
    assert_eq!(
        count("planned"),
        plan["plan"]["documents"].as_u64().expect("a number")
    );
    assert_eq!(count("planned"), 2 * packs as u64);
    assert_eq!(count("failed"), 0);
    assert_eq!(count("made") + refused, count("planned"));
    // Each that is refused is named, with the character that no font has.
    let mut named = 0;
    for fault in report["refused"].as_array().expect("a list") {
        named += fault["files"].as_array().expect("files").len() as u64;
        for reason in fault["reasons"].as_array().expect("reasons") {
            let code = reason["code"].as_str().expect("a code");
            let held = code == "pack-held";
            assert!(code == "missing-glyph" || held, "{fault}");
            assert!(
                held || reason["message"].to_string().contains("U+"),
                "{fault}"
            );
        }
        assert!(!fault["code"].as_str().expect("a code").is_empty());
    }
    assert_eq!(named, refused);
    let manifest = std::fs::read_to_string(out.join("manifest.sha256")).expect("a manifest");
    assert_eq!(manifest.lines().count() as u64, count("made"));

    let told = std::fs::read_to_string(events.path()).expect("events");
    let told: Vec<Value> = told
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    let (first, last) = tenths(&told, packs as f64).expect("events of progress");
    note(&format!(
        "{} made, {refused} refused for a character, {} MB in files; peak {peak} MB",
        count("made"),
        report["bytes"].as_u64().expect("a number") / 1_000_000,
    ));
    note(&format!(
        "processor time of a pack: {:.2} ms in the first tenth, {:.2} ms in the last, {:+.1} %",
        first * 1000.0,
        last * 1000.0,
        (last / first - 1.0) * 100.0
    ));
    assert!(peak < 300, "peak memory {peak} MB");
}

/// Processor seconds of a pack in the first and the last tenth of a run, from its events.
fn tenths(events: &[Value], packs: f64) -> Option<(f64, f64)> {
    let mut points: Vec<(f64, f64)> = Vec::new();
    for event in events {
        let done = match event["event"].as_str()? {
            "planned" => 0.0,
            "progress" => event["done"].as_f64()?,
            _ => continue,
        };
        points.push((done, event["processor_seconds"].as_f64()?));
    }
    // Between two events it goes on evenly.
    let at = |done: f64| {
        let after = points.iter().position(|point| point.0 >= done)?;
        let (to, before) = (points[after], points[after.checked_sub(1)?]);
        Some(before.1 + (to.1 - before.1) * (done - before.0) / (to.0 - before.0))
    };
    let (start, end) = (points.first()?, points.last()?);
    let first = (at(packs * 0.1)? - start.1) / (packs * 0.1);
    let last = (end.1 - at(packs * 0.9)?) / (end.0 - packs * 0.9);
    Some((first, last))
}

#[test]
fn every_municipality_of_europe_is_made_or_refused_for_a_character() {
    let path = "data/municipalities-europe-lau2019.csv.gz";
    whole_register(path, "{ code: id }", 99_140);
}

#[test]
fn every_municipality_of_the_world_is_made_or_refused_for_a_character() {
    let path = "data/municipalities-world.csv.gz";
    whole_register(path, "{ code: id, admin: admin1 }", 154_725);
}
