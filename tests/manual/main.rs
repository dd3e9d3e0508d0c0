//! Holds the manual to the code: it names every command, exit status, key of a campaign, code of a
//! message and file of a run folder, and no command that does not exist; its tutorial is run.

mod page;
mod tutorial;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn manual() -> String {
    let pages = fs::read_dir(root().join("docs")).expect("the manual");
    let pages = pages.map(|page| page.expect("a page").path());
    let pages = pages.filter(|page| page.extension().is_some_and(|end| end == "md"));
    let pages = pages.chain([root().join("README.md")]);
    pages.map(|page| read(&page)).collect()
}

fn raadspost(arguments: &[&str]) -> String {
    let ran = Command::new(env!("CARGO_BIN_EXE_raadspost"))
        .args(arguments)
        .output()
        .expect("the programme");
    assert!(ran.status.success(), "{arguments:?}");
    String::from_utf8(ran.stdout).expect("UTF-8")
}

/// The words behind a mark, up to what is no letter.
fn words<'a>(text: &'a str, mark: &str) -> BTreeSet<&'a str> {
    let rests = text.split(mark).skip(1);
    let words = rests.map(|rest| {
        let end = rest
            .find(|c: char| !c.is_ascii_lowercase())
            .unwrap_or(rest.len());
        &rest[..end]
    });
    words.filter(|word| !word.is_empty()).collect()
}

#[test]
fn the_manual_names_every_command_and_no_other() {
    let help = raadspost(&["--help"]);
    let listed = help.split("Commands:\n").nth(1).expect("commands");
    let listed = listed.split("\n\n").next().expect("commands");
    let known: BTreeSet<&str> = listed
        .lines()
        .filter(|line| !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    assert!(known.len() >= 17, "{known:?}");
    let manual = manual();
    let named = words(&manual, "`raadspost ");
    let short: BTreeSet<&str> = known
        .iter()
        .filter(|name| manual.contains(&format!("`{name}")))
        .copied()
        .collect();
    let missing: Vec<_> = known
        .iter()
        .filter(|name| !named.contains(*name) && !short.contains(*name))
        .collect();
    assert!(missing.is_empty(), "not in the manual: {missing:?}");
    // A word behind the name of the programme is a command, or the campaign that it builds.
    let campaigns = ["campaign", "mine"];
    let foreign: Vec<_> = named
        .iter()
        .filter(|name| !known.contains(*name) && !campaigns.contains(*name))
        .collect();
    assert!(
        foreign.is_empty(),
        "in the manual, and no command: {foreign:?}"
    );
}

#[test]
fn the_manual_names_every_key_of_a_campaign_and_every_file_of_a_run() {
    let manual = manual();
    let is_named = |name: &str| {
        manual.match_indices(name).any(|(at, _)| {
            let is_part = |c: char| c.is_alphanumeric() || c == '_';
            !manual[..at].ends_with(is_part) && !manual[at + name.len()..].starts_with(is_part)
        })
    };
    let mut names = BTreeSet::new();
    let schema: Value = serde_json::from_str(&raadspost(&["schema", "campaign"])).expect("JSON");
    let mut left = vec![&schema];
    while let Some(value) = left.pop() {
        match value {
            Value::Object(object) => {
                if let Some(Value::Object(keys)) = object.get("properties") {
                    names.extend(keys.keys().cloned());
                }
                left.extend(object.values());
            }
            Value::Array(values) => left.extend(values),
            _ => {}
        }
    }
    assert!(names.len() > 100, "{names:?}");
    let files = read(&root().join("crates/run/src/names.rs"));
    let files = files.lines().filter_map(|line| {
        let (_, name) = line.strip_prefix("pub const ")?.split_once(": &str = \"")?;
        name.strip_suffix("\";")
    });
    let files: Vec<&str> = files.collect();
    assert!(files.len() > 10, "{files:?}");
    names.extend(files.into_iter().map(str::to_owned));
    let missing: Vec<_> = names.iter().filter(|name| !is_named(name)).collect();
    assert!(missing.is_empty(), "not in the manual: {missing:?}");
}

#[test]
fn help_and_manual_name_the_exit_statuses() {
    let source = read(&root().join("src/outcome.rs"));
    let body = source
        .split("pub(crate) enum Exit {")
        .nth(1)
        .expect("the statuses");
    let statuses: Vec<&str> = body
        .split('}')
        .next()
        .expect("the statuses")
        .lines()
        .filter_map(|line| line.trim().split_once(" = ")?.1.strip_suffix(','))
        .collect();
    assert_eq!(statuses.len(), 4);
    let help = raadspost(&["--help"]);
    let architecture = read(&root().join("docs/architecture.md"));
    for status in statuses {
        assert!(help.contains(&format!("\n  {status}  ")), "{status}");
        let line = architecture
            .lines()
            .find(|line| line.starts_with("Exit status: "));
        assert!(
            line.expect("a line").contains(&format!("{status} ")),
            "{status}"
        );
    }
}

/// What a code is given to, where the code is the first argument.
const GIVEN_TO: [&str; 8] = [
    "error", "warning", "mistake", "new", "fault", "refusal", "refuse", "missing",
];

/// The words of a source, between quotes, that are the first argument of what takes a code.
fn codes(source: &str) -> BTreeSet<&str> {
    let calls = GIVEN_TO.iter().flat_map(|name| source.split(name).skip(1));
    let firsts = calls.filter_map(|rest| {
        let argument = rest.strip_prefix('(')?.trim_start().strip_prefix('"')?;
        let (word, rest) = argument.split_once('"')?;
        let is_code = word.contains('-')
            && word
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        (is_code && rest.trim_start().starts_with(',')).then_some(word)
    });
    firsts.collect()
}

/// All sources of the programme, without their tests.
fn sources(folder: &Path, found: &mut String) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy();
        if path.is_dir() {
            if !["tests", "examples", "target"].contains(&&*name) {
                sources(&path, found);
            }
        } else if name.ends_with(".rs") && name != "tests.rs" {
            let source = read(&path);
            found.push_str(source.split("#[cfg(test)]").next().unwrap_or(&source));
        }
    }
}

#[test]
fn the_manual_names_every_code_of_a_message_and_its_page_no_other() {
    let mut source = String::new();
    sources(&root().join("src"), &mut source);
    sources(&root().join("crates"), &mut source);
    let known = codes(&source);
    assert!(known.len() > 100, "{known:?}");
    let manual = manual();
    let missing: Vec<_> = known
        .iter()
        .filter(|code| !manual.contains(&format!("`{code}`")))
        .collect();
    assert!(missing.is_empty(), "not in the manual: {missing:?}");

    let page = read(&root().join("docs/diagnostics.md"));
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
    let told = rows.flat_map(|row| row.split(" | ").next().unwrap_or(row).split("`, `"));
    let foreign: Vec<_> = told
        .map(|code| code.trim_end_matches('`'))
        .filter(|code| !source.contains(&format!("\"{code}\"")))
        .collect();
    assert!(
        foreign.is_empty(),
        "in the manual, and no code: {foreign:?}"
    );
}

#[test]
fn codes_are_first_arguments() {
    let source = r#"error("a-b", x) new(
        "c-d", y) error(at, "e-f") warning("plain", z) field("g-h", w)"#;
    assert_eq!(
        codes(source).into_iter().collect::<Vec<_>>(),
        ["a-b", "c-d"]
    );
}
