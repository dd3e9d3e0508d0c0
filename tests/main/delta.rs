//! One row of many has changed: only its documents are made.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;
use walkdir::WalkDir;

use crate::support::{Desk, command, is_long, note, ran, register};

/// 10,000 rows in tests/long, 40 otherwise.
fn size() -> usize {
    if is_long() { 10_000 } else { 40 }
}

/// The register, with another post-office box in one of its rows.
fn table(size: usize, changed: usize, po_box: usize) -> String {
    let rows: Vec<String> = (0..size)
        .map(|n| {
            let po_box = if n == changed { po_box } else { n + 1 };
            format!(
                "GM{n:05},Plaats {n},Plaats {n},{},{po_box},1234 AB,Plaats {n}",
                1000 + n
            )
        })
        .collect();
    register(&rows.iter().map(String::as_str).collect::<Vec<_>>())
}

fn build(desk: &Desk) -> Value {
    let mut building = command(&["build", desk.campaign(), "--json", "--out"]);
    let ran = ran(building.arg(desk.out())).ended(0);
    serde_json::from_str(&ran.stdout).expect("one object")
}

/// The parts of each document that differ with every writing.
fn stamps(out: &Path) -> BTreeMap<String, (u64, std::time::SystemTime)> {
    let files = WalkDir::new(out)
        .into_iter()
        .map(|entry| entry.expect("an entry"));
    let documents = files.filter(|entry| {
        let inside = entry.path().strip_prefix(out).expect("below out");
        entry.file_type().is_file()
            && !inside.starts_with(".raadspost")
            && inside.iter().count() > 1
    });
    documents
        .map(|entry| {
            let found = entry.metadata().expect("a file");
            let path = entry.path().display().to_string();
            (path, (found.len(), found.modified().expect("a time")))
        })
        .collect()
}

#[test]
fn only_the_documents_of_a_changed_row_are_made() {
    let size = size();
    let changed = size / 2;
    let desk = Desk::posiv(&[]);
    desk.write("registers/nl.csv", table(size, changed, 7));
    let whole = build(&desk);
    assert_eq!(whole["summary"]["documents"]["made"], 8 * size);
    let before = stamps(&desk.out());
    assert_eq!(before.len(), 8 * size);

    desk.write("registers/nl.csv", table(size, changed, 8));
    let again = build(&desk);
    let documents = &again["summary"]["documents"];
    assert_eq!(documents["made"], 2, "the box stands in letter and pack");
    assert_eq!(documents["fresh"], 8 * size - 2);
    let after = stamps(&desk.out());
    let touched: Vec<&str> = after
        .iter()
        .filter(|(path, stamp)| before.get(*path) != Some(*stamp))
        .map(|(path, _)| path.rsplit('/').next().expect("a name"))
        .collect();
    assert_eq!(touched, ["brief.pdf", "pack.pdf"]);
    note(&format!(
        "{size} packs, one row changed: {:.2} s, {:.2} processor seconds, of {} documents",
        again["seconds"].as_f64().expect("a number"),
        again["processor_seconds"].as_f64().unwrap_or(0.0),
        documents["planned"]
    ));
    // A run from scratch gives the same result for these rows.
    if size < 1000 {
        let manifest = fs::read(desk.out().join("manifest.sha256")).expect("a manifest");
        fs::remove_dir_all(desk.out()).expect("removed");
        build(&desk);
        assert_eq!(
            fs::read(desk.out().join("manifest.sha256")).expect("a manifest"),
            manifest
        );
    }
}
