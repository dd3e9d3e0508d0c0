//! Registers in the formats that people save: line ends, delimiters, numbers and dates, empty rows;
//! every row is accounted for.

use std::fs;

use serde_json::Value;

use crate::support::{Desk, documents, pdf, run};

const CAMPAIGN: &str = "\
raadspost: 1
id: proef
title: Proef
date: 2023-02-09
language: nl-NL
sender: { name: Waterkant }
register:
  file: r.csv
  delimiter: DELIMITER
  country: NL
phrases:
  aan: Aan de raad van {{ municipality.running_name }}
letters:
  brief:
    addressee: aan
    place-and-date: Utrecht, {{ campaign.date | date }}
    subject: Water
    salutation: Geachte raad,
    body: |
      Er zijn {{ municipality.population | number }} inwoners.
      {{ if municipality.population >= 100000 }}Uw gemeente is groot.{{ end }}
    closing: Met vriendelijke groet,
    signatories: [{ name: Jan }]
documents:
  - { id: brief, formats: [pdf], letter: brief }
";

/// The campaign with a register of these bytes, its delimiter not stated.
fn desk(register: impl AsRef<[u8]>) -> Desk {
    let campaign = CAMPAIGN.replace("  delimiter: DELIMITER\n", "");
    let desk = Desk::new(&[("campaign.yaml", &campaign)]);
    desk.write("r.csv", register);
    desk
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn rows(end: &str) -> String {
    let rows: String = (1..=11)
        .map(|at| format!("GM{at},Dorp {at},{at}000,7,\"1234 AB\",Dorp{end}"))
        .collect();
    format!("code,name,population,po_box,postcode,town{end}{rows}")
}

#[test]
fn every_letter_is_printed_whatever_ends_the_lines() {
    for end in ["\r", "\r\n", "\n"] {
        let desk = desk(rows(end));
        desk.build(&[]).ended(0);
        let report = desk.report();
        assert_eq!(report["register"]["rows"], 11, "{end:?}");
        assert_eq!(report["packs"]["complete"], 11, "{end:?}");
        for list in [".raadspost/packs.jsonl", ".raadspost/mailing.jsonl"] {
            let text = fs::read_to_string(desk.out().join(list)).expect(list);
            assert_eq!(text.lines().count(), 11, "{list} {end:?}");
            for (line, number) in text.lines().zip(2..) {
                assert!(
                    line.contains(&format!("\"line\":{number}")) || list.contains("mailing"),
                    "{line}"
                );
            }
        }
        let (out, printed) = (desk.out(), desk.path("print"));
        let (out, to) = (
            out.to_str().expect("UTF-8"),
            printed.to_str().expect("UTF-8"),
        );
        run(&["print", out, "--out", to]).ended(0);
        let text = fs::read_to_string(printed.join("manifest.csv")).expect("manifest.csv");
        assert_eq!(text.lines().count(), 12, "{end:?}: {text}");
    }
}

#[test]
fn a_message_names_the_line_on_which_its_row_begins() {
    for end in ["\n", "\r", "\r\n"] {
        let register = format!(
            "code,name,population{end}{end}GM1,\"A{end}B\",1{end}GM2,B,veel{end}\r\nGM3,C,3{end}"
        );
        let said = run(&["check", desk(register).campaign(), "--json"]).ended(1);
        let said = json(&said.stdout);
        let lines: Vec<(u64, String)> = said["diagnostics"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|one| {
                let code = one["code"].as_str().expect("a code").to_owned();
                (one["line"].as_u64().expect("a line"), code)
            })
            .collect();
        assert!(
            lines.contains(&(3, "control-character".into())),
            "{end:?} {lines:?}"
        );
        assert!(
            lines.contains(&(5, "wrong-value".into())),
            "{end:?} {lines:?}"
        );
        // GM3 has no address.
        assert!(
            lines.contains(&(7, "no-address".into())),
            "{end:?} {lines:?}"
        );
        assert_eq!(said["register"]["rows"], 3);
        assert_eq!(said["register"]["empty_rows"], 2);
    }
}

const HEAD: &str = "code;name;population;po_box;postcode;town;;\r\n";

#[test]
fn a_thousands_point_is_a_mistake_until_the_column_or_the_campaign_says_what_it_is() {
    let row = |code: u32, population: &str| {
        format!("GM{code};\u{A0}Dorp {code}\u{A0};{population};7;1234AB;Dorp;;\r\n")
    };
    let unclear = format!("{HEAD}{}{};;;;;;;\r\n", row(1, "971"), row(2, "244.829"));
    let unclear = desk(unclear);
    for command in ["check", "plan"] {
        let said = run(&[command, unclear.campaign()]).ended(2).said();
        assert!(said.contains("error[unclear-numbers]"), "{said}");
        assert!(said.contains("r.csv:3 (GM2)"), "{said}");
        assert!(
            said.contains("`244.829` can be read as `244.829` or `244829`"),
            "{said}"
        );
        assert!(
            said.contains("`numbers: \"1.234,5\"` if it is 244829"),
            "{said}"
        );
        assert_eq!(said.matches("error[").count(), 1, "{said}");
    }
    unclear.build(&[]).ended(2);
    assert!(documents(&unclear.out()).is_empty());

    let stated = CAMPAIGN.replace("  delimiter: DELIMITER\n", "  numbers: \"1.234,5\"\n");
    unclear.write("campaign.yaml", stated);
    let clear = format!(
        "{HEAD}{}{};;;;;;;\r\n\r\n",
        row(1, "1.250.000"),
        row(2, "244.829")
    );
    for (desk, code, how) in [
        (unclear, "GM2", "stated"),
        (desk(clear), "GM2", "recognised"),
    ] {
        let said = run(&["check", desk.campaign()]).ended(0).stdout;
        assert!(
            said.contains("read as UTF-8, `;` (as its header shows), 2 rows; left out: "),
            "{said}"
        );
        assert!(
            said.contains(&format!("is written as `1.234,5` ({how})")),
            "{said}"
        );
        assert!(said.contains("2 columns without a heading"), "{said}");
        desk.build(&[]).ended(0);
        let letter = desk.out().join(format!("{code}-dorp-2/brief.pdf"));
        let text = pdf(&letter).pages.join("\n");
        assert!(
            text.contains("Er zijn 244.829 inwoners. Uw gemeente is groot."),
            "{text}"
        );
        assert!(text.contains("Aan de raad van Dorp 2"), "{text}");
        assert!(desk.report()["register"]["empty_rows"].as_u64() >= Some(1));
    }
}

#[test]
fn a_quote_that_swallows_rows_stops_the_run_at_the_line_where_it_opens() {
    let text = rows("\r\n").replace("GM3,Dorp 3", "GM3,\"Dorp 3");
    for (text, code) in [
        // The next quote belongs to another cell, of the same row.
        (text, "misplaced-quote"),
        (
            rows("\r")
                .replace("\"1234 AB\"", "1234 AB")
                .replace("GM3,", "GM3,\""),
            "unclosed-quote",
        ),
    ] {
        let desk = desk(&text);
        let said = desk.build(&[]).said();
        assert!(said.contains(&format!("error[{code}]")), "{said}");
        assert!(said.contains("r.csv:4"), "{said}");
        if code == "unclosed-quote" {
            assert!(documents(&desk.out()).is_empty());
        }
    }
}

#[test]
fn a_code_of_many_rows_is_one_mistake_and_all_rows_are_counted() {
    let mut text = rows("\n");
    for at in 0..13 {
        text.push_str(&format!("GM1,Weer {at},5,7,1234 AB,Dorp\n"));
    }
    let desk = desk(text);
    let said = desk.build(&[]).ended(1).said();
    assert_eq!(said.matches("error[doubled-code]").count(), 1, "{said}");
    assert!(
        said.contains("lines: 2, 13, 14, 15, 16, 17, 18, 19, 20, 21, and 4 more"),
        "{said}"
    );
    let report = desk.report();
    assert_eq!(report["register"]["rows"], 24);
    assert_eq!(report["register"]["refused_rows"], 14);
    let packs = &report["packs"];
    assert_eq!(
        (&packs["complete"], &packs["held"]),
        (&10.into(), &14.into())
    );
    let record = fs::read_to_string(desk.out().join(".raadspost/run.json")).expect("run.json");
    let counts = &json(&record)["counts"];
    assert_eq!(
        (&counts["rows"], &counts["refused_rows"]),
        (&24.into(), &14.into())
    );
}

#[test]
fn a_file_that_is_not_utf8_says_what_it_is() {
    for (bytes, word) in [
        (
            &b"PK\x03\x04xx[Content_Types].xml"[..],
            "not a complete `.xlsx` workbook",
        ),
        (b"%PDF-1.7", "a PDF"),
        (
            b"code;name;population\r\nGM1;S\xFAdwest S\xC3\xBAdwest;1\r\n",
            "would be `\u{FA}` in Windows-1252",
        ),
    ] {
        let said = run(&["check", desk(bytes).campaign()]).ended(2).said();
        assert!(said.contains(word) && said.contains("CSV UTF-8"), "{said}");
    }
}
