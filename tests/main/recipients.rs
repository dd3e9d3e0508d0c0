//! A campaign that chooses its recipients is whole: what it does not mean is refused nowhere.

use std::fs;

use serde_json::Value;

use crate::support::{Desk, run};

const CAMPAIGN: &str = "\
raadspost: 1
id: proef
title: Proef
date: 2023-02-09
language: nl-NL
sender: { name: Waterkant }
register: { file: r.csv, country: NL }
recipients: municipality.province in [\"Zeeland\", \"Utrecht\"] && municipality.population >= 1000
phrases:
  aan: De raad van {{ municipality.name }}
letters:
  brief:
    addressee: aan
    place-and-date: Utrecht, {{ campaign.date | date }}
    subject: Water
    salutation: Geachte raad,
    body: Er zijn {{ municipality.population | number }} inwoners.
    closing: Met vriendelijke groet,
    signatories: [{ name: Jan }]
documents:
  - { id: brief, formats: [pdf], letter: brief }
";

const HEAD: &str = "code,name,province,population,po_box,postcode,town\n";

/// Two are meant; the others are elsewhere or too small, and one of them could not be made.
const ROWS: &str = "\
GM1,Goes,Zeeland,38000,1,4460 AA,Goes
GM2,Breda,Noord-Brabant,190000,1,geen,Breda
GM3,Utrecht,Utrecht,376123,1,3500 CE,Utrecht
GM4,Klein,Zeeland,900,1,4300 AA,Klein
GM4,Dubbel,Drenthe,9000,1,9400 AA,Assen
";

fn desk(rows: &str) -> Desk {
    let desk = Desk::new(&[("campaign.yaml", CAMPAIGN)]);
    desk.write("r.csv", format!("{HEAD}{rows}"));
    desk
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn nothing_is_refused_that_was_never_meant() {
    let desk = desk(ROWS);
    for command in ["check", "plan"] {
        let said = run(&[command, desk.campaign()]).ended(0).said();
        assert!(said.contains("3 rows, by `recipients`"), "{said}");
        let said = json(&run(&[command, desk.campaign(), "--json"]).ended(0).stdout);
        assert_eq!(said["register"]["rows"], 5);
        assert_eq!(said["register"]["not_meant"], 3);
    }
    let said = desk.build(&[]).ended(0).said();
    assert!(!said.contains("refused"), "{said}");
    let report = desk.report();
    assert_eq!(report["packs"]["total"], 2);
    assert_eq!(report["packs"]["complete"], 2);
    assert_eq!(report["register"]["rows"], 2);
    assert_eq!(report["register"]["not_meant"], 3);
    let record = fs::read_to_string(desk.out().join(".raadspost/run.json")).expect("a record");
    let counts = &json(&record)["counts"];
    assert_eq!(
        (&counts["rows"], &counts["not_meant"]),
        (&2.into(), &3.into())
    );
    for list in ["packs.jsonl", "mailing.jsonl"] {
        let lines = fs::read_to_string(desk.out().join(".raadspost").join(list)).expect(list);
        assert_eq!(lines.lines().count(), 2, "{list}");
    }
    let (out, printed) = (desk.out(), desk.path("print"));
    let paths = [&out, &printed].map(|path| path.to_str().expect("UTF-8"));
    run(&["print", paths[0], "--out", paths[1]]).ended(0);
    run(&["verify", paths[0]]).ended(0);
    run(&["status", paths[0]]).ended(0);
    // One by name, and a condition, select among those that are meant.
    desk.build(&["--only", "GM3"]).ended(0);
    let said = desk.build(&["--only", "GM2"]).ended(2).said();
    assert!(said.contains("GM2"), "{said}");
}

#[test]
fn a_row_that_the_condition_cannot_judge_is_refused_and_not_left_out() {
    let unknown = "GM5,Vaag,,9000,1,9400 AA,Vaag\nGM6,Fout,Zeeland,veel,1,9400 AA,Fout\n";
    let desk = desk(&format!("{ROWS}{unknown}"));
    let said = desk.build(&[]).ended(1).said();
    assert!(
        said.contains("a condition needs `municipality.province`"),
        "{said}"
    );
    let report = desk.report();
    assert_eq!(report["register"]["rows"], 4);
    assert_eq!(report["register"]["refused_rows"], 2);
    assert_eq!(report["packs"]["complete"], 2);
}

#[test]
fn a_condition_that_means_no_one_or_does_not_fit_is_a_mistake() {
    let desk = desk(ROWS);
    let none = CAMPAIGN.replace("\"Zeeland\", \"Utrecht\"", "\"Zeelandt\"");
    desk.write("campaign.yaml", none);
    let said = run(&["check", desk.campaign()]).ended(2).said();
    assert!(said.contains("error[no-recipients]"), "{said}");
    desk.write(
        "campaign.yaml",
        CAMPAIGN.replace("municipality.province", "municipality.provincie"),
    );
    let said = run(&["check", desk.campaign()]).ended(2).said();
    assert!(
        said.contains("provincie") && said.contains("campaign.yaml:8:"),
        "{said}"
    );
}

#[test]
fn a_pack_that_is_no_longer_meant_is_superseded() {
    let desk = desk(ROWS);
    desk.build(&[]).ended(0);
    desk.write(
        "campaign.yaml",
        CAMPAIGN.replace("\"Zeeland\", \"Utrecht\"", "\"Zeeland\""),
    );
    desk.build(&[]).ended(0);
    let report = desk.report();
    assert_eq!(report["packs"]["total"], 1);
    assert_eq!(
        report["superseded"].as_array().map(Vec::len),
        Some(1),
        "{report}"
    );
}
