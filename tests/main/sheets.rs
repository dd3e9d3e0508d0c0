//! Registers as other programs save them: each gives the same municipalities, or a message with the
//! cell.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use raadspost_campaign::{Campaign, Columns, Register, RegisterSettings, Survey};
use raadspost_content::{Diagnostic, Diagnostics, Place, Source};
use raadspost_table::{Content, Input};
use serde_json::{Value, json};

use crate::judges::judge;
use crate::support::{Desk, run};

const CAMPAIGN: &str = "\
raadspost: 1
id: proef
title: Proef
date: 2023-02-09
language: nl-NL
sender: { name: Waterkant }
register: REGISTER
phrases:
  aan: De raad van {{ municipality.name }}
letters:
  brief:
    addressee: aan
    place-and-date: Utrecht, {{ campaign.date | date }}
    subject: Water
    salutation: Geachte raad,
    address: optional
    body: Er zijn {{ municipality.population | number }} inwoners.
    closing: Met vriendelijke groet,
    signatories: [{ name: Jan }]
documents:
  - { id: brief, formats: [pdf], letter: brief }
";

type Rows = Register<Box<dyn io::Read + Send>>;

fn open(file: &Path, settings: &RegisterSettings) -> Result<Rows, Diagnostics> {
    let name = file.file_name().expect("a name").to_string_lossy();
    let reader = fs::File::open(file).expect("a file");
    let content = Content::recognise(&name, reader, &settings.table, &settings.wanted())?;
    let input: Input<Box<dyn io::Read + Send>> = content
        .input(|| Ok(Box::new(fs::File::open(file)?) as _))
        .expect("a file");
    Register::open(&name, input, settings)
}

/// The municipalities of a register, each as its fields and their values; and how it was read.
fn municipalities(
    file: &Path,
    settings: &Value,
) -> Result<(Vec<Vec<String>>, Survey), Diagnostics> {
    let campaign = CAMPAIGN.replace("REGISTER", &settings.to_string());
    let source = Source::new("campaign.yaml", campaign);
    let mut known = None;
    Campaign::load(&source, |settings| -> Result<Arc<Columns>, Diagnostics> {
        known = Some(settings.clone());
        Ok(Arc::clone(open(file, settings)?.columns()))
    })?;
    let settings = known.expect("settings");
    let survey = open(file, &settings)?.survey(|_, _| {})?;
    let columns = Arc::clone(&survey.columns);
    let mut all = Vec::new();
    for row in open(file, &settings)?.with_formats(&columns)? {
        let row = row.map_err(|row| row.diagnostics)?;
        let fields = columns.names().map(|field| {
            let value = row.get(field).unwrap_or_default();
            let number = row.number(field).map(|number| number.to_string());
            let date = row.date(field).map(|date| date.to_string());
            format!(
                "{field}={}",
                number.or(date).unwrap_or_else(|| value.to_owned())
            )
        });
        all.push(fields.collect());
    }
    Ok((all, survey))
}

/// The name of the cell that a diagnostic points to.
fn cell(found: &Diagnostic) -> Option<String> {
    match &found.place {
        Place::Row { line, sheet, .. } => sheet.as_ref()?.name(*line),
        _ => None,
    }
}

#[test]
fn a_register_is_read_as_other_programs_save_it() {
    let dir = tempfile::tempdir().expect("a folder");
    judge("sheets.py", &[dir.path().display().to_string()]);
    let Ok(list) = fs::read_to_string(dir.path().join("list.json")) else {
        return;
    };
    let list: Vec<Value> = serde_json::from_str(&list).expect("a list");
    assert!(list.len() >= 30, "{} files", list.len());
    let (expected, _) = municipalities(&dir.path().join("register.csv"), &json!({})).expect("rows");
    assert_eq!(expected.len(), 6);
    let mut wrong = Vec::new();
    for one in &list {
        let file = one["file"].as_str().expect("a name");
        let found = municipalities(&dir.path().join(file), &one["settings"]);
        match (found, &one["expected"]) {
            (Ok((rows, _)), Value::Null) => {
                if rows != expected {
                    wrong.push(format!("{file}: {rows:#?}"));
                }
            }
            (Ok((rows, _)), Value::Object(of)) if of.contains_key("differs") => {
                let sign = of["differs"].as_str().expect("a sign");
                let plain: Vec<Vec<String>> = expected
                    .iter()
                    .map(|row| row.iter().map(|cell| cell.replace(sign, "'")).collect())
                    .collect();
                if rows != plain {
                    wrong.push(format!("{file}: {rows:#?}"));
                }
            }
            (Ok(_), expected) => wrong.push(format!("{file}: nothing is wrong, not {expected}")),
            (Err(found), expected) => {
                let first = &found[0];
                let is_code = expected["code"] == first.code;
                let is_cell = expected["cell"].as_str() == cell(first).as_deref();
                if !(is_code && is_cell) {
                    wrong.push(format!("{file}: {first}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_recognised_is_reported_and_can_be_stated() {
    let campaign = CAMPAIGN.replace("REGISTER", "{ file: r.csv }");
    let desk = Desk::new(&[("campaign.yaml", &campaign)]);
    let windows = b"code;name;population\r\nGM1900;S\xFAdwest-Frysl\xE2n;90860\r\n;;\r\n";
    desk.write("r.csv", windows);
    let said = run(&["check", desk.campaign()]).ended(0).said();
    let read = "read as windows-1252, `;` (as its header shows), 1 row; left out: 1 empty row";
    assert!(said.contains(read), "{said}");
    assert!(said.contains("is `Súdwest-Fryslân` right?"), "{said}");
    let said = run(&["check", desk.campaign(), "--json"]).ended(0).stdout;
    let said: Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!(said["register"]["encoding"], "windows-1252");
    assert_eq!(said["register"]["encoding_from"], "content");

    let campaign = campaign.replace("r.csv }", "r.csv, encoding: macintosh }");
    desk.write("campaign.yaml", &campaign);
    let said = run(&["check", desk.campaign()]).ended(0).said();
    assert!(said.contains("read as macintosh (stated), `;`"), "{said}");
    let campaign = campaign.replace("macintosh", "no-such");
    desk.write("campaign.yaml", campaign);
    let said = run(&["check", desk.campaign()]).ended(2).said();
    assert!(
        said.contains("`no-such` is not the name of an encoding"),
        "{said}"
    );
}

#[test]
fn a_register_is_imported_with_its_sheet_header_and_columns() {
    let desk = Desk::new(&[("campaign.yaml", CAMPAIGN)]);
    let file = desk.path("cbs.csv");
    let text = "Gemeenten in 2026;;;\r\nGemeentecodeGM;Gemeentenaam;Inwoners;Opmerking\r\n\
                GM1900;S\u{fa}dwest-Frysl\u{e2}n;90860;a: \u{e9}\r\n";
    let bytes: Vec<u8> = text
        .chars()
        .map(|c| u8::try_from(u32::from(c)).expect("Latin-1"))
        .collect();
    fs::write(&file, bytes).expect("a file");
    let path = file.to_str().expect("UTF-8");
    let said = run(&["import", "register", path]).ended(0).stdout;
    let expected = format!(
        "register:\n  file: \"{path}\"\n  encoding: windows-1252\n  delimiter: \";\"\n  header: 2\n  \
         columns:\n    code: \"GemeentecodeGM\"\n    name: \"Gemeentenaam\"\n    \
         population: \"Inwoners\"\n  # Fields too, by their headings:\n  # \"Opmerking\"\n"
    );
    assert_eq!(said, expected);
    // What is proposed is what a campaign reads.
    let campaign = CAMPAIGN.replace("register: REGISTER\n", &said.replace(path, "cbs.csv"));
    desk.write("campaign.yaml", campaign);
    let said = run(&["check", desk.campaign(), "--json"]).ended(0).stdout;
    let said: Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!(said["register"]["rows"], 1, "{said}");

    fs::write(&file, "a,b\n1,x\n1,y\n").expect("a file");
    let said = run(&["import", "register", path]).ended(1).said();
    assert!(said.contains("no heading is known for `code`"), "{said}");
}
