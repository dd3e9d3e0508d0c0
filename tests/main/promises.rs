//! Each promise of the README lists its tests, and these tests exist.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The rows of a table of Markdown: first cell, and the names in backticks of the second.
fn rows(text: &str, heading: &str) -> Vec<(String, Vec<String>)> {
    let section = text.split_once(heading).map_or("", |(_, rest)| rest);
    let section = section.split("\n## ").next().unwrap_or_default();
    let cells = section.lines().filter_map(|line| {
        let (promise, tests) = line.strip_prefix("| ")?.split_once(" | ")?;
        Some((promise, tests))
    });
    // The heading of the table and the line of dashes under it have no names.
    cells
        .map(|(promise, tests)| {
            let names = tests.split('`').skip(1).step_by(2).map(str::to_owned);
            (promise.to_owned(), names.collect::<Vec<_>>())
        })
        .filter(|(_, names)| !names.is_empty())
        .collect()
}

/// The names of all functions below a folder that are tests.
fn tests_below(folder: &Path, found: &mut BTreeSet<String>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .expect("a folder of sources")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            tests_below(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let source = fs::read_to_string(&path).expect("a source");
            let mut lines = source.lines().map(str::trim);
            while let Some(line) = lines.next() {
                if line != "#[test]" {
                    continue;
                }
                let function = lines.by_ref().find_map(|line| line.strip_prefix("fn "));
                let name = function.and_then(|function| function.split('(').next());
                found.extend(name.map(str::to_owned));
            }
        }
    }
}

#[test]
fn each_promise_of_the_readme_names_tests_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).expect("README.md");
    let architecture =
        fs::read_to_string(root.join("docs/architecture.md")).expect("docs/architecture.md");
    let section = readme
        .split_once("## What you can count on")
        .and_then(|(_, rest)| rest.split("\n## ").next())
        .expect("the section of promises");
    let promises: Vec<&str> = section
        .lines()
        .filter_map(|line| line.strip_prefix("- **")?.split_once(".**"))
        .map(|(promise, _)| promise)
        .collect();
    assert!(promises.len() >= 6, "{promises:?}");

    let table = rows(&architecture, "## Promises, and the tests that hold them");
    let named: Vec<&str> = table.iter().map(|(promise, _)| promise.as_str()).collect();
    assert_eq!(named, promises, "one row for each promise, in their order");

    let mut tests = BTreeSet::new();
    for folder in ["src", "crates", "tests"] {
        tests_below(&root.join(folder), &mut tests);
    }
    assert!(tests.len() > 500, "{} tests are found", tests.len());
    let missing: Vec<&String> = table
        .iter()
        .flat_map(|(_, names)| names)
        .filter(|name| !tests.contains(*name))
        .collect();
    assert!(missing.is_empty(), "these tests do not exist: {missing:?}");
}
