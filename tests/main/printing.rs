//! Print runs of tests: made, and read back from what they say of themselves.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::judges::told;
use crate::support::{Ran, run, text};

/// Rows of a register with the columns that the embedded campaign needs.
pub(crate) const FOUR: [&str; 4] = [
    "GM1,Ademstad,Ademstad,5000,10,1234 AB,Ademstad",
    "GM2,Bedum,Bedum,5000,20,2234 AB,Bedum",
    "GM3,Corle,Corle,5000,30,3234 AB,Corle",
    "GM4,Drie,Drie,5000,40,4234 AB,Drie",
];

/// Prints a run, with more arguments.
pub(crate) fn print(run_folder: &Path, out: &Path, more: &[&str]) -> Ran {
    let mut arguments = vec!["print", text(run_folder), "--out", text(out)];
    arguments.extend(more);
    run(&arguments)
}

/// A JSON file of a print run.
pub(crate) fn object(folder: &Path, name: &str) -> Value {
    let text = fs::read_to_string(folder.join(name)).expect(name);
    serde_json::from_str(&text).expect("JSON")
}

/// The rows of a table without quoted cells, each by heading.
pub(crate) fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let text = fs::read_to_string(path).expect("a table");
    let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned));
    let heads: Vec<String> = lines.next().expect("a header").collect();
    lines
        .map(|row| heads.iter().cloned().zip(row).collect())
        .collect()
}

/// The rows of the manifest of a print run.
pub(crate) fn manifest(folder: &Path) -> Vec<BTreeMap<String, String>> {
    rows(&folder.join("manifest.csv"))
}

/// What a PDF says, as poppler reads it with these flags; `None`, with a message, if it is not
/// installed. Our own reader asks for a structure tree, which a print run does not have.
pub(crate) fn said(path: &Path, flags: &[&str]) -> Option<String> {
    let mut arguments = flags.to_vec();
    arguments.extend([text(path), "-"]);
    told("pdftotext", &arguments)
}
