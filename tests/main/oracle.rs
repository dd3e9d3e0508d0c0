//! Compares the program with a second implementation of the documentation that shares no code with
//! it: `tests/oracle` generates campaigns, computes the expected documents, and reads the delivered
//! ones.

use std::process::Command;

use crate::judges::python;
use crate::support::{is_long, note, root};

/// Runs a script of `tests/oracle` on this programme; where Python's packages are not installed the
/// test is skipped, unless judges are required.
fn oracle(script: &str, arguments: &[&str]) -> Option<String> {
    let python = python()?;
    let output = Command::new(python)
        .arg(root().join("tests/oracle").join(script))
        .args(["--raadspost", env!("CARGO_BIN_EXE_raadspost")])
        .args(arguments)
        .output()
        .expect("the oracle starts");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{script}: {said}{errors}");
    Some(said)
}

#[test]
fn every_word_of_generated_campaigns_is_the_oracles() {
    let cases = if is_long() { "20000" } else { "200" };
    if let Some(said) = oracle("run.py", &["--cases", cases, "--seed", "1"]) {
        note(&said);
        // A generator whose campaigns are all refused would compare nothing.
        let texts = said
            .rsplit_once(" texts")
            .and_then(|(before, _)| before.rsplit(' ').next()?.parse::<u32>().ok())
            .expect("the number of texts");
        assert!(texts > 1_000, "{said}");
    }
}

#[test]
fn the_oracle_sees_a_programme_that_is_broken() {
    let names: &[&str] = if is_long() { &[] } else { &QUICK };
    if let Some(said) = oracle("mutants.py", names) {
        note(&said);
        assert!(said.matches("seen ").count() >= 10, "{said}");
    }
}

/// The breaks that show in the first few cases; all of them are in `tests/long`.
const QUICK: [&str; 12] = [
    "wrong_tag",
    "dropped_footnote",
    "leaked_private",
    "condition_inverted",
    "override_lost",
    "doubled_paragraph",
    "wrong_language",
    "wrong_variant",
    "swapped_values",
    "wrong_number_format",
    "print_shortened",
    "other_council_printed",
];
