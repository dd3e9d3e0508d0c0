//! Checks by third-party programs in `tests/judges`.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::support::{Desk, everyone_out, note, posiv, root, run};

/// Whether a program or file that tests/judges/install brings is there: where it is not the test is
/// skipped, unless judges are required.
#[expect(
    clippy::disallowed_methods,
    reason = "the test command says through the environment that judges are installed"
)]
pub(crate) fn installed(what: &str, is_there: bool) -> bool {
    if !is_there {
        assert!(
            std::env::var_os("RAADSPOST_JUDGES").is_none(),
            "{what} is required and not installed"
        );
        note(&format!(
            "skipped: {what} is not installed; run tests/judges/install"
        ));
    }
    is_there
}

/// Whether a program can be started.
pub(crate) fn has(program: &str, flag: &str) -> bool {
    installed(program, Command::new(program).arg(flag).output().is_ok())
}

/// The Python environment of the judges.
pub(crate) fn python() -> Option<PathBuf> {
    let python = root().join(".venv/bin/python");
    installed("the environment of the judges", python.exists()).then_some(python)
}

/// The output of a third-party program; `None`, with a message, if it is not installed.
pub(crate) fn told(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output();
    installed(program, output.is_ok()).then_some(())?;
    let output = output.expect("a program that is installed starts");
    assert!(output.status.success(), "{program} {arguments:?}");
    // Poppler outputs some strings of a file unchanged.
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a judge; where it is not installed the test is skipped, unless judges are required.
pub(crate) fn judge(script: &str, arguments: &[String]) {
    let Some(python) = python() else { return };
    let output = Command::new(python)
        .arg(root().join("tests/judges").join(script))
        .args(arguments)
        .output()
        .expect("the judge starts");
    let said = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{script}: {said}");
}

pub(crate) fn listed(paths: impl IntoIterator<Item = PathBuf>) -> Vec<String> {
    paths
        .into_iter()
        .map(|path| path.to_str().expect("UTF-8").to_owned())
        .collect()
}

/// 40 of the 342 folders: every eighth, and those with the hardest names.
fn forty() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = fs::read_dir(everyone_out())
        .expect("out")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir() && !path.ends_with(".raadspost"))
        .collect();
    folders.sort();
    let hard = ["GM0796", "GM1900", "GM0820", "GM0344"];
    let (mut chosen, rest): (Vec<_>, Vec<_>) = folders.into_iter().partition(|path| {
        hard.iter()
            .any(|code| path.to_string_lossy().contains(code))
    });
    chosen.extend(rest.into_iter().step_by(9).take(40 - chosen.len()));
    chosen
}

#[test]
fn every_pdf_of_forty_municipalities_is_archival_and_accessible() {
    let folders = forty();
    assert_eq!(folders.len(), 40);
    let names = ["brief.pdf", "bijlage-1.pdf", "bijlage-2.pdf", "pack.pdf"];
    let files = folders
        .iter()
        .flat_map(|folder| names.map(|name| folder.join(name)));
    judge("pdf.py", &listed(files));
}

#[test]
fn the_pdf_judge_refuses_broken_files() {
    judge(
        "pdf.py",
        &[
            "--selftest".to_owned(),
            everyone_out()
                .join("GM0344-utrecht/brief.pdf")
                .to_str()
                .expect("UTF-8")
                .to_owned(),
        ],
    );
}

#[test]
fn every_kind_of_word_file_is_valid_and_opens() {
    let folder = everyone_out().join("GM0796-s-hertogenbosch");
    let names = [
        "motie-solidariteit.docx",
        "motie-deelname.docx",
        "motie-deelname-onderzoek.docx",
        "motie-deelname-deelname.docx",
    ];
    let mut files: Vec<PathBuf> = names.map(|name| folder.join(name)).into();
    // A letter and an annex are kinds too, though this campaign makes them as PDF only.
    let yaml = posiv()
        .replace(
            "formats: [pdf]\n    letter",
            "formats: [pdf, docx]\n    letter",
        )
        .replace(
            "formats: [pdf]\n    # The letter as sent",
            "formats: [pdf, docx]\n    # The letter as sent",
        );
    let desk = Desk::new(&[("posiv.yaml", &yaml)]);
    desk.build(&["--only", "GM0344"]).ended(0);
    let made = desk.out().join("GM0344-utrecht");
    files.extend([made.join("brief.docx"), made.join("bijlage-2.docx")]);
    judge("docx.py", &listed(files.clone()));
    judge("libreoffice.py", &listed(files));
}

#[test]
fn the_schema_accepts_the_campaigns_and_refuses_others() {
    let folder = tempfile::tempdir().expect("a folder");
    let schema = folder.path().join("schema.json");
    fs::write(&schema, run(&["schema"]).ended(0).stdout).expect("written");
    let schema = schema.to_str().expect("UTF-8").to_owned();
    let files = [
        root().join("content/posiv.yaml"),
        root().join("tests/cases/build/radweg/campaign.yaml"),
    ];
    let mut arguments = vec![schema];
    arguments.extend(listed(files));
    judge("schema.py", &arguments);
    arguments.insert(0, "--selftest".to_owned());
    judge("schema.py", &arguments);
}

#[test]
fn the_schemas_of_embedded_files_accept_the_embedded_ones_and_refuse_others() {
    for (kind, path, count) in [
        ("printer", "content/printers", 4),
        ("envelope", "content/envelopes", 7),
        ("address", "content/addresses", 41),
        ("language", "content/languages", 37),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let schema = folder.path().join("schema.json");
        fs::write(&schema, run(&["schema", kind]).ended(0).stdout).expect("written");
        let mut arguments = vec![schema.to_str().expect("UTF-8").to_owned()];
        let files = fs::read_dir(root().join(path)).expect(path);
        arguments.extend(listed(files.map(|entry| entry.expect("an entry").path())));
        assert_eq!(arguments.len(), count + 1);
        judge("schema.py", &arguments);
        arguments.insert(0, "--selftest".to_owned());
        judge("schema.py", &arguments);
    }
}
