//! The Word files of a council: every kind of document, filled in by a clerk and read back.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use raadspost_inspect::{comparable, first_difference};
use serde_json::Value;

use crate::judges::{judge, listed};
use crate::support::{docx_lines, everyone_out, note, pdf, root, run};

const DOCUMENTS: [&str; 5] = [
    "motie",
    "motie-besluit",
    "motie-vreemd",
    "amendement",
    "initiatief",
];

/// Long and odd names, names that two municipalities share, and a council whose factions are not
/// known (Hilversum).
const HARD: [&str; 8] = [
    "GM0344", "GM0402", "GM0796", "GM1900", "GM0518", "GM0373", "GM0893", "GM0820",
];

/// The documents of the eight, made once.
fn council() -> &'static Path {
    static RUN: OnceLock<tempfile::TempDir> = OnceLock::new();
    RUN.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let campaign = root().join("tests/cases/word/raad.yaml");
        let out = folder.path().join("out");
        run(&[
            "build",
            campaign.to_str().expect("UTF-8"),
            "--out",
            out.to_str().expect("UTF-8"),
            "--only",
            &HARD.join(","),
            "--durability",
            "none",
        ])
        .ended(0);
        folder
    })
    .path()
}

/// The folder of a municipality.
fn folder(code: &str) -> PathBuf {
    let out = council().join("out");
    let found = fs::read_dir(&out)
        .expect("out")
        .map(|entry| entry.expect("an entry").path())
        .find(|path| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with(code))
        });
    found.unwrap_or_else(|| panic!("no folder of {code}"))
}

#[test]
fn every_kind_says_the_same_in_word_and_pdf() {
    for code in HARD {
        for document in DOCUMENTS {
            let word = docx_lines(&folder(code).join(format!("{document}.docx")));
            let paper = pdf(&folder(code).join(format!("{document}.pdf"))).lines;
            assert!(word.len() > 10, "{code} {document}");
            if let Some(difference) = first_difference(&comparable(&word), &comparable(&paper)) {
                panic!("{code} {document}: {difference}");
            }
        }
    }
}

#[test]
fn the_factions_of_the_council_stand_in_its_table() {
    let lines = |code: &str| {
        let lines = docx_lines(&folder(code).join("motie.docx"));
        lines.into_iter().map(|line| line.text).collect::<Vec<_>>()
    };
    let factions =
        fs::read_to_string(root().join("content/registers/nl-fracties.csv")).expect("a table");
    let utrecht: Vec<&str> = factions
        .lines()
        .filter(|line| line.starts_with("GM0344,"))
        .collect();
    assert!(utrecht.len() > 10);
    let shown = lines("GM0344");
    for line in utrecht {
        let (name, seats) = line["GM0344,".len()..].rsplit_once(',').expect("seats");
        let at = shown.iter().position(|text| text == name.trim_matches('"'));
        let at = at.unwrap_or_else(|| panic!("{name} is not in the table"));
        assert_eq!(shown[at + 1], seats);
        assert_eq!(shown[at + 2], "[voor of tegen]");
    }
    // Where they are not known there are open rows.
    assert_eq!(
        lines("GM0402")
            .iter()
            .filter(|text| *text == "[zetels]")
            .count(),
        6
    );
    assert!(!shown.contains(&"[zetels]".to_owned()));
}

#[test]
fn a_motion_of_one_page_is_small() {
    let mut seen = 0;
    for folder in [everyone_out().join("GM0344-utrecht"), folder("GM0796")] {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|end| end == "docx") {
                let size = fs::metadata(&path).expect("a file").len();
                assert!(size < 15_000, "{}: {size} bytes", path.display());
                seen += 1;
            }
        }
    }
    assert_eq!(seen, 9);
}

/// Every distinct shape for one municipality with factions and one without; all eight in the long
/// tests.
#[test]
fn every_kind_is_valid_and_read_by_others() {
    #[expect(
        clippy::disallowed_methods,
        reason = "the test command says through the environment how much to test"
    )]
    let long = std::env::var_os("RAADSPOST_LONG").is_some();
    let codes: &[&str] = if long { &HARD } else { &["GM0796", "GM0402"] };
    let mut files = Vec::new();
    for code in codes {
        files.extend(DOCUMENTS.map(|document| folder(code).join(format!("{document}.docx"))));
    }
    judge("docx.py", &listed(files.clone()));
    let few: Vec<PathBuf> = if long { files } else { files[..5].to_vec() };
    judge("libreoffice.py", &listed(few.clone()));
    judge("word.py", &listed(few));
}

#[test]
fn the_judges_refuse_broken_motions() {
    let mut arguments = vec!["--selftest".to_owned()];
    arguments.extend(listed([folder("GM0796").join("motie.docx")]));
    judge("docx.py", &arguments);
    judge("word.py", &arguments);
}

/// What `compare` says, as JSON.
fn compared(file: &Path, original: Option<&Path>) -> Value {
    let mut arguments = vec!["compare", "--json", file.to_str().expect("UTF-8")];
    if let Some(original) = original {
        arguments.extend(["--original", original.to_str().expect("UTF-8")]);
    }
    serde_json::from_str(&run(&arguments).ended(0).stdout).expect("JSON")
}

/// Key, value and by what it was found, of what is filled in.
fn filled(found: &Value) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let all = found["fill-ins"].as_array().expect("a list");
    all.iter()
        .filter(|one| !one["value"].is_null())
        .map(|one| {
            (
                text(&one["key"]),
                text(&one["value"]),
                text(&one["found-by"]),
            )
        })
        .collect()
}

#[test]
fn what_was_made_compares_equal() {
    let file = folder("GM0344").join("motie.docx");
    for original in [None, Some(council().join("out"))] {
        let found = compared(&file, original.as_deref());
        assert_eq!(filled(&found), []);
        assert_eq!(found["changed"], serde_json::json!([]), "{found}");
        assert_eq!(found["code"], "GM0344");
    }
    let none = run(&[
        "compare",
        root().join("Cargo.toml").to_str().expect("UTF-8"),
    ]);
    assert!(none.ended(2).stderr.contains("cannot compare"));
}

#[test]
fn what_a_clerk_changed_is_found() {
    let python = root().join(".venv/bin/python");
    if !python.exists() {
        return note("skipped: run tests/judges/install first");
    }
    let desk = tempfile::tempdir().expect("a folder");
    let edited = desk.path().join("motie.docx");
    let status = Command::new(python)
        .arg(root().join("tests/judges/edit.py"))
        .arg(folder("GM0344").join("motie.docx"))
        .arg(&edited)
        .status()
        .expect("python starts");
    assert!(status.success());
    let run_folder = council().join("out");
    let expected = |by: &str| {
        let one = |key: &str, value: &str| (key.to_owned(), value.to_owned(), by.to_owned());
        let faction = fs::read_to_string(root().join("content/registers/nl-fracties.csv"))
            .expect("a table")
            .lines()
            .find_map(|line| line.strip_prefix("GM0344,").map(str::to_owned))
            .expect("a faction");
        let faction = faction
            .rsplit_once(',')
            .expect("seats")
            .0
            .trim_matches('"')
            .to_owned();
        vec![one("nummer", "M-12"), one("fractie", &faction)]
    };
    let changed = |found: &Value| {
        assert_eq!(
            found["changed"].as_array().map(Vec::len),
            Some(1),
            "{found}"
        );
        assert_eq!(
            found["changed"][0]["before"][0],
            "in Utrecht kelders onderlopen;"
        );
        assert_eq!(
            found["changed"][0]["after"][0],
            "in Utrecht zolders onderlopen;"
        );
    };
    for original in [None, Some(run_folder.as_path())] {
        let found = compared(&edited, original);
        assert_eq!(filled(&found), expected("tag"));
        changed(&found);
    }
    // LibreOffice drops the tags when it saves, and keeps the bindings.
    let saved = desk.path().join("saved");
    let office = Command::new("soffice")
        .arg(format!(
            "-env:UserInstallation=file://{}",
            desk.path().join("profile").display()
        ))
        .args([
            "--headless",
            "--norestore",
            "--convert-to",
            "docx:MS Word 2007 XML",
            "--outdir",
        ])
        .arg(&saved)
        .arg(&edited)
        .output();
    if office.is_err() {
        return note("skipped: LibreOffice is not installed");
    }
    let found = compared(&saved.join("motie.docx"), Some(&run_folder));
    assert_eq!(filled(&found), expected("binding"));
    changed(&found);
}

#[test]
fn word_files_become_open_documents_outside_the_run() {
    let run_folder = council().join("out");
    let run_name = run_folder.to_str().expect("UTF-8");
    let inside = run_folder.join("odt");
    run(&["odt", run_name, "--out", inside.to_str().expect("UTF-8")]).ended(2);
    let desk = tempfile::tempdir().expect("a folder");
    let out = desk.path().join("odt");
    let arguments = [
        "odt",
        run_name,
        "--only",
        "GM0402",
        "--out",
        out.to_str().expect("UTF-8"),
    ];
    if Command::new("soffice").arg("--version").output().is_err() {
        assert!(
            run(&arguments)
                .ended(2)
                .stderr
                .contains("LibreOffice is not installed")
        );
        return note("skipped: LibreOffice is not installed");
    }
    run(&arguments).ended(0);
    for document in DOCUMENTS {
        let file = out.join("GM0402-hilversum").join(format!("{document}.odt"));
        let bytes = fs::read(&file).expect("a file");
        // OpenDocument 1.3 part 2, 3.3: the type stands first, and not deflated.
        assert_eq!(
            &bytes[30..77],
            b"mimetypeapplication/vnd.oasis.opendocument.text"
        );
    }
    assert_eq!(
        fs::read_dir(&out).expect("out").count(),
        1,
        "nothing else is left"
    );
}
