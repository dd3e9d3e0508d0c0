//! The Word files of a council: every kind of document, filled in by a clerk and read back.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use raadspost_inspect::{comparable, first_difference};
use serde_json::Value;

use crate::judges::{installed, judge, listed, python};
use crate::support::{Desk, command, docx_lines, everyone_out, pdf, ran, root, run};

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
    for (code, document) in [("GM0344", "motie")]
        .into_iter()
        .chain(DOCUMENTS.map(|document| ("GM0796", document)))
    {
        let file = folder(code).join(format!("{document}.docx"));
        for original in [None, Some(council().join("out"))] {
            let found = compared(&file, original.as_deref());
            assert_eq!(filled(&found), []);
            assert_eq!(found["changed"], serde_json::json!([]), "{found}");
            assert_eq!(
                (&found["code"], &found["document"]),
                (&code.into(), &document.into())
            );
        }
    }
    let none = run(&[
        "compare",
        root().join("Cargo.toml").to_str().expect("UTF-8"),
    ]);
    assert!(none.ended(2).stderr.contains("cannot compare"));
}

#[test]
fn what_a_clerk_changed_is_found() {
    let Some(python) = python() else { return };
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
        let pair = |at: usize| {
            let change = &found["changed"][at];
            (change["before"][0].clone(), change["after"][0].clone())
        };
        assert_eq!(
            found["changed"].as_array().map(Vec::len),
            Some(2),
            "{found}"
        );
        let title = ("Motie ruimte voor water", "Motie water & ruimte");
        assert_eq!(pair(0), (title.0.into(), title.1.into()));
        let line = (
            "in Utrecht kelders onderlopen;",
            "in Utrecht zolders onderlopen;",
        );
        assert_eq!(pair(1), (line.0.into(), line.1.into()));
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
    if !installed("soffice", office.is_ok()) {
        return;
    }
    let found = compared(&saved.join("motie.docx"), Some(&run_folder));
    assert_eq!(filled(&found), expected("binding"));
    changed(&found);
    // The record in the file is lost then, for LibreOffice 7.4 cannot write the `&` of the title.
    let faction = &expected("tag")[1].1;
    for file in [&edited, &saved.join("motie.docx")] {
        let target = desk.path().join("record.xml");
        let name = target.to_str().expect("UTF-8");
        let arguments = [
            "compare",
            file.to_str().expect("UTF-8"),
            "--record",
            name,
            "--original",
            run_folder.to_str().expect("UTF-8"),
        ];
        run(&arguments).ended(0);
        let record = fs::read_to_string(&target).expect("a record");
        let place = faction.replace('&', "&amp;");
        for expected in [
            "<titel>Motie water &amp; ruimte</titel>",
            "<nummer>M-12</nummer>",
            &format!("<fractie>{place}</fractie>"),
            "in Utrecht zolders onderlopen;",
            "<gemeentecode>GM0344</gemeentecode>",
            // The date of the meeting is still open.
            "<inhoud status=\"concept\">",
            "<fractiestemresultaat/>",
        ] {
            assert!(record.contains(expected), "{expected}: {record}");
        }
        assert_eq!(record.matches("<indiener>").count(), 1, "{record}");
        assert!(!record.contains("kelders onderlopen"), "{record}");
    }
}

/// What each office of a municipality sends back, in one folder.
#[test]
fn a_folder_of_returned_files_becomes_a_table() {
    let desk = tempfile::tempdir().expect("a folder");
    let back = desk.path().join("terug");
    fs::create_dir_all(back.join("GM0402")).expect("a folder");
    let made = |code: &str, name: &str| folder(code).join(name);
    // Renamed, as clerks do.
    fs::copy(made("GM0344", "motie.docx"), back.join("motie (def).docx")).expect("a copy");
    fs::copy(
        made("GM0402", "amendement.docx"),
        back.join("GM0402/a.docx"),
    )
    .expect("a copy");
    let foreign: [(&str, &[u8], &str); 4] = [
        (
            "motie.odt",
            b"PK\x03\x04..........................mimetypeapplication/vnd.oasis.opendocument.text",
            "OpenDocument",
        ),
        ("motie.doc", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "`.doc`"),
        ("motie.rtf", b"{\\rtf1 }", "`.rtf`"),
        ("half.docx", b"PK\x03\x04", "broken"),
    ];
    for (name, bytes, _) in &foreign {
        fs::write(back.join(name), bytes).expect("a file");
    }
    fs::write(back.join("~$otie.docx"), "lock").expect("a file");
    fs::write(back.join("lees mij.txt"), "text").expect("a file");
    let path = |path: &Path| path.to_str().expect("UTF-8").to_owned();
    let (csv, html) = (desk.path().join("t.csv"), desk.path().join("t.html"));
    let records = desk.path().join("records");
    let arguments = [
        "compare".to_owned(),
        path(&back),
        "--original".into(),
        path(&council().join("out")),
        "--csv".into(),
        path(&csv),
        "--html".into(),
        path(&html),
        "--record".into(),
        path(&records),
        "--json".into(),
    ];
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let found: Value = serde_json::from_str(&run(&arguments).ended(1).stdout).expect("JSON");
    let files = found["files"].as_array().expect("files");
    assert_eq!(files.len(), 6, "{found}");
    for file in files {
        let name = file["file"].as_str().expect("a name");
        match foreign.iter().find(|(known, ..)| *known == name) {
            Some((.., reason)) => {
                assert_eq!(file["state"], "unreadable");
                let said = file["reason"].as_str().expect("a reason");
                assert!(said.contains(reason), "{said}");
                assert!(said.contains("save"), "{said}");
            }
            None => {
                assert_eq!(file["state"], "untouched", "{file}");
                assert_eq!(file["against"], "original", "{file}");
            }
        }
    }
    let table = fs::read_to_string(csv).expect("a table");
    assert!(table.starts_with("\u{FEFF}file,code,municipality,"));
    assert_eq!(table.lines().count(), 7, "{table}");
    assert!(
        table.contains("GM0402/a.docx,GM0402,Hilversum,amendement,"),
        "{table}"
    );
    let page = fs::read_to_string(html).expect("a page");
    assert!(page.contains("<html lang=\"nl\">") && page.contains("Teruggekomen moties"));
    assert!(page.contains("Utrecht GM0344") && page.contains("onaangeroerd"));
    assert!(records.join("motie (def).xml").is_file() && records.join("GM0402/a.xml").is_file());
    // Alone, such a file is an error with what to do.
    let odt = back.join("motie.odt");
    let said = run(&["compare", odt.to_str().expect("UTF-8")])
        .ended(2)
        .stderr;
    assert!(
        said.contains("OpenDocument") && said.contains("save it as `.docx`"),
        "{said}"
    );
    let empty = desk.path().join("leeg");
    fs::create_dir(&empty).expect("a folder");
    run(&["compare", &path(&empty)]).ended(2);
}

/// The run has other words now: what the clerk got is compared with what it was made with.
#[test]
fn a_file_is_never_compared_with_another_version() {
    let campaign = fs::read_to_string(root().join("tests/cases/word/raad.yaml"))
        .expect("a campaign")
        .replace("kelders onderlopen", "tuinen onderlopen");
    let desk = Desk::new(&[("raad.yaml", &campaign)]);
    let registers = root().join("content/registers");
    for name in ["nl.csv", "nl-fracties.csv"] {
        let text = fs::read_to_string(registers.join(name)).expect("a register");
        desk.write(&format!("registers/{name}"), text);
    }
    let out = desk.out();
    run(&[
        "build",
        desk.path("raad.yaml").to_str().expect("UTF-8"),
        "--out",
        out.to_str().expect("UTF-8"),
        "--only",
        "GM0344",
    ])
    .ended(0);
    let earlier = folder("GM0344").join("motie.docx");
    let found = compared(&earlier, Some(&out));
    assert_eq!(found["against"], "record", "{found}");
    assert_eq!(found["changed"], serde_json::json!([]), "{found}");
    assert!(
        found["note"]
            .as_str()
            .expect("a note")
            .contains("another version")
    );
    // Named itself, it is compared, and the difference is said.
    let now = out.join("GM0344-utrecht/motie.docx");
    let found = compared(&earlier, Some(&now));
    assert_eq!(found["against"], "original");
    assert_eq!(
        found["changed"].as_array().map(Vec::len),
        Some(1),
        "{found}"
    );
    assert!(
        found["note"]
            .as_str()
            .expect("a note")
            .contains("another version")
    );
    // The run in the folder `out` is found without a word, if it made the file.
    let inside = |file: &Path| {
        let mut command = command(&["compare", "--json", file.to_str().expect("UTF-8")]);
        let ran = ran(command.current_dir(desk.path("")));
        serde_json::from_str::<Value>(&ran.ended(0).stdout).expect("JSON")
    };
    assert_eq!(inside(&now)["against"], "original");
    assert_eq!(inside(&earlier)["against"], "record");
    // A file of the run that was edited in place is no original.
    let mut bytes = fs::read(&now).expect("a file");
    bytes.extend(b"PK");
    fs::write(&now, bytes).expect("a file");
    assert_eq!(
        inside(&folder("GM0344").join("motie.docx"))["against"],
        "record"
    );
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
        installed("soffice", false);
        return;
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
