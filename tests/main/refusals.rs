//! Every check and every refusal of a document is explained in the documentation.

use std::collections::BTreeSet;
use std::fs;

use walkdir::WalkDir;

use crate::support::root;

/// Where documents are made and judged.
const CRATES: [&str; 4] = ["pdf", "docx", "inspect", "pipeline"];

/// Words that look like codes and are none: what goes into fingerprints, and the name of a crate.
const NO_CODES: [&str; 5] = [
    "pdf-inspector",
    "docx-inspector",
    "docx-record",
    "docx-store",
    "docx-rs",
];

/// The words between these marks that begin as the codes of documents do.
fn codes(text: &str, mark: char) -> BTreeSet<String> {
    let is_code = |word: &&str| {
        let rest = word.strip_prefix("pdf-").or(word.strip_prefix("docx-"));
        rest.is_some_and(|rest| {
            !rest.is_empty() && rest.chars().all(|c| c.is_ascii_lowercase() || c == '-')
        })
    };
    text.split(mark)
        .filter(is_code)
        .filter(|word| !NO_CODES.contains(word))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_code_of_a_document_stands_in_the_manual_and_no_other() {
    let mut known = BTreeSet::new();
    for name in CRATES {
        let sources = root().join("crates").join(name).join("src");
        for entry in WalkDir::new(&sources) {
            let entry = entry.expect("an entry");
            if entry.path().extension().is_some_and(|kind| kind == "rs") {
                known.append(&mut codes(
                    &fs::read_to_string(entry.path()).expect("a source"),
                    '"',
                ));
            }
        }
    }
    assert!(known.len() > 50, "{known:?}");
    let manual = fs::read_to_string(root().join("docs/operations.md")).expect("the manual");
    let told = codes(&manual, '`');
    let missing: Vec<_> = known.difference(&told).collect();
    assert!(missing.is_empty(), "not explained: {missing:?}");
    let foreign: Vec<_> = told.difference(&known).collect();
    assert!(foreign.is_empty(), "explained and not there: {foreign:?}");
}

#[test]
fn codes_are_told_from_other_words() {
    let text = "\"pdf-title\", \"docx-rs\", \"pdf-\", \"a pdf-title\", \"docx-no-type\"";
    let found: Vec<String> = codes(text, '"').into_iter().collect();
    assert_eq!(found, ["docx-no-type", "pdf-title"]);
}
