//! Refused and failed documents, and the packs that they hold.

use raadspost_pipeline::{Fault, LISTED};

use crate::fakes::{Bench, Campaign};

#[test]
fn a_refused_document_holds_its_pack_until_it_is_complete() {
    let (bench, mut campaign) = (Bench::new(), Campaign::three());
    campaign.rows[1].refused.insert("brief");
    let report = bench.run(&campaign);
    assert_eq!((report.documents.made, report.documents.refused), (10, 2));
    assert_eq!((report.packs.complete, report.packs.held), (2, 1));
    let [fault] = &report.refused[..] else {
        panic!("{:?}", report.refused)
    };
    assert_eq!((fault.code.as_str(), fault.line), ("GM2", 3));
    assert_eq!(fault.files, ["brief.pdf", "pack.pdf"]);
    assert_eq!(fault.reasons[0].code, "no-address");
    let [held] = &report.held[..] else {
        panic!("{:?}", report.held)
    };
    assert_eq!((held.folder.as_str(), held.delivered), ("held/GM2-be", 2));
    assert_eq!(held.missing, ["brief.pdf", "pack.pdf"]);
    assert!(!bench.out().join("GM2-be").exists());
    assert!(bench.out().join("held/GM2-be/motie.docx").exists());
    assert_eq!(bench.notes.diagnostics.lock().unwrap().len(), 1);

    let again = bench.run(&campaign);
    assert_eq!((again.documents.made, again.documents.fresh), (0, 10));

    campaign.rows[1].refused.clear();
    let report = bench.run(&campaign);
    assert_eq!(
        (report.documents.made, report.documents.fresh),
        (2, 10),
        "the rest is moved"
    );
    assert_eq!((report.packs.complete, report.packs.held), (3, 0));
    assert!(!bench.out().join("held").exists());
    assert!(report.superseded.is_empty());

    campaign.rows[1].refused.insert("motie");
    let report = bench.run(&campaign);
    assert_eq!((report.documents.made, report.documents.fresh), (0, 10));
    assert_eq!(
        report.documents.refused, 2,
        "the motion, and the pack file with it"
    );
    let codes: Vec<&str> = report
        .refused
        .iter()
        .map(|fault| fault.reasons[0].code)
        .collect();
    assert_eq!(codes, ["no-address", "pack-held"]);
    assert_eq!(
        bench.superseded(),
        ["4/GM2-be/motie.docx", "4/GM2-be/pack.pdf"]
    );
    assert!(bench.out().join("held/GM2-be/brief.pdf").exists());
    assert!(!bench.out().join("GM2-be").exists());
}

#[test]
fn a_failed_document_holds_its_pack_and_no_other() {
    let (bench, mut campaign) = (Bench::new(), Campaign::three());
    bench.run(&campaign);
    campaign.rows[0].values.insert("bijlage", "FAIL".into());
    let report = bench.run(&campaign);
    assert_eq!((report.documents.made, report.documents.fresh), (0, 10));
    assert_eq!(report.documents.failed, 2);
    let codes: Vec<&str> = report
        .failed
        .iter()
        .map(|fault| fault.reasons[0].code)
        .collect();
    assert_eq!(codes, ["fake-fault", "pack-held"]);
    assert_eq!(report.held[0].missing, ["bijlage.pdf", "pack.pdf"]);
    assert_eq!(
        bench.files()[8..],
        [
            "held/GM1-aa/brief.pdf".to_owned(),
            "held/GM1-aa/motie.docx".to_owned()
        ]
    );
    // The earlier versions must not stay in the pack's folder.
    assert_eq!(
        bench.superseded(),
        ["2/GM1-aa/bijlage.pdf", "2/GM1-aa/pack.pdf"]
    );

    // Failed documents are tried again; a changed row is made in place.
    campaign.rows[0].values.insert("bijlage", "well".into());
    campaign.rows[0].values.insert("motie", "changed".into());
    let report = bench.run(&campaign);
    assert_eq!((report.documents.made, report.documents.fresh), (3, 9));
    assert_eq!(
        bench.superseded().last().unwrap(),
        "3/held/GM1-aa/motie.docx"
    );
    assert!(!bench.out().join("held").exists());
}

#[test]
fn a_failed_collection_holds_its_pack_too() {
    let (bench, mut campaign) = (Bench::new(), Campaign::three());
    campaign.rows[2].values.insert("brief", "TOGETHER".into());
    let report = bench.run(&campaign);
    assert_eq!((report.documents.made, report.documents.failed), (11, 1));
    assert_eq!(report.failed[0].files, ["pack.pdf"]);
    assert_eq!(report.failed[0].reasons[0].code, "fake-fault");
    assert_eq!(report.held[0].missing, ["pack.pdf"]);
    assert!(bench.out().join("held/GM3-cc/brief.pdf").exists());
}

#[test]
fn a_character_without_a_glyph_is_refused_and_named() {
    let (bench, mut campaign) = (Bench::new(), Campaign::three());
    campaign.rows[0].values.insert("brief", "A😀".into());
    let report = bench.run(&campaign);
    assert_eq!((report.documents.made, report.documents.refused), (10, 2));
    let reason = &report.refused[0].reasons[0];
    assert_eq!(report.refused[0].files, ["brief.pdf", "pack.pdf"]);
    assert_eq!(reason.code, "missing-glyph");
    assert_eq!(
        reason.message,
        "no font has a character of `A😀`: U+1F600 😀"
    );
    assert_eq!(
        (reason.file.as_deref(), reason.line),
        (Some("test.csv"), Some(2))
    );
    let told = bench.notes.diagnostics.lock().unwrap();
    let [told] = told.as_slice() else {
        panic!("{told:?}")
    };
    assert!(
        told.starts_with("error[missing-glyph] test.csv:2 (GM1): no font"),
        "{told}"
    );
}

#[test]
fn two_documents_with_one_path_are_both_refused() {
    let bench = Bench::new();
    let mut campaign = Campaign::new(&[("GM1", "Aa"), ("gm1", "AA"), ("GM2", "Bb"), ("Gm1", "aa")]);
    let report = bench.run(&campaign);
    assert_eq!((report.documents.made, report.documents.refused), (4, 12));
    assert_eq!(
        bench.notes.totals.lock().unwrap().refused,
        12,
        "known before the first page"
    );
    assert!(
        report
            .refused
            .iter()
            .all(|fault| fault.reasons[0].code == "doubled-code")
    );
    assert_eq!(report.refused.len(), 3);
    assert_eq!(bench.notes.diagnostics.lock().unwrap().len(), 3);

    campaign.rows.truncate(1);
    campaign.documents.push("BRIEF");
    let bench = Bench::new();
    let report = bench.run(&campaign);
    assert_eq!((report.documents.planned, report.documents.made), (5, 2));
    let files: Vec<_> = report
        .refused
        .iter()
        .map(|fault| fault.files[0].as_str())
        .collect();
    assert_eq!(files, ["BRIEF.pdf", "brief.pdf", "pack.pdf"]);
    assert_eq!(report.refused[1].reasons[0].code, "path-collision");
}

#[test]
fn names_are_printed_or_refused_and_never_obeyed() {
    let long = "x".repeat(300);
    let names = [
        ("../../etc", "../../etc"),
        ("CON", ""),
        ("a/b", "a/b"),
        ("X5", "#import \"x\""),
        ("X6", "</w:t>"),
        ("X7", "=HYPERLINK(…)"),
        ("X8", "\u{202e}\u{200f}"),
        ("X9", &long),
        ("", ""),
        ("held", ""),
        ("NUL", ""),
    ];
    let bench = Bench::new();
    let report = bench.run(&Campaign::new(&names));
    let refused: Vec<&str> = report
        .refused
        .iter()
        .map(|fault| fault.code.as_str())
        .collect();
    assert_eq!(refused, ["CON", "", "held", "NUL"]);
    assert!(
        report
            .refused
            .iter()
            .all(|fault| fault.reasons[0].code == "bad-path")
    );
    assert_eq!(report.documents.made, 28);
    let plain = |c: char| c.is_ascii_alphanumeric() || "-/.".contains(c);
    assert!(
        bench.files().iter().all(|file| file.chars().all(plain)),
        "{:?}",
        bench.files()
    );
    let outside: Vec<_> = std::fs::read_dir(bench.folder.path()).unwrap().collect();
    assert_eq!(outside.len(), 1, "nothing beside the output folder");
}

#[test]
fn the_report_on_disk_names_all_and_the_one_in_memory_the_first() {
    let rows: Vec<(String, String)> = (0..LISTED + 200)
        .map(|n| (format!("GM{n}"), "Aa".to_owned()))
        .collect();
    let rows: Vec<(&str, &str)> = rows.iter().map(|(c, n)| (c.as_str(), n.as_str())).collect();
    let mut campaign = Campaign::new(&rows);
    for row in &mut campaign.rows {
        row.refused.extend(["brief", "bijlage", "motie"]);
    }
    let mut bench = Bench::new();
    bench.options.jobs = 3;
    let report = bench.try_run(&campaign).unwrap();
    let all = (LISTED + 200) as u64;
    assert_eq!((report.refused.total(), report.held.total()), (all, all));
    assert_eq!((report.refused.len(), report.held.len()), (LISTED, LISTED));
    let lines = |faults: &[Fault]| faults.iter().map(|fault| fault.line).collect::<Vec<_>>();
    let first: Vec<u64> = (2..2 + LISTED as u64).collect();
    assert_eq!(lines(&report.refused), first);
    let written: serde_json::Value = serde_json::from_str(&bench.read("report.json")).unwrap();
    let lines = written["refused"].as_array().unwrap().iter();
    let lines: Vec<u64> = lines.map(|fault| fault["line"].as_u64().unwrap()).collect();
    assert_eq!(lines, (2..2 + all).collect::<Vec<_>>());
    assert_eq!(written["held"].as_array().unwrap().len() as u64, all);
    let first = serde_json::to_value(&report.refused[0]).unwrap();
    assert_eq!(written["refused"][0], first);
}

#[test]
fn two_packs_with_one_code_or_one_folder_are_both_refused() {
    for (rows, code) in [
        (
            [("GM1", "Aa"), ("GM2", "Be"), ("gm1", "Cc")],
            "doubled-code",
        ),
        (
            [("GM1-a", "b"), ("GM2", "Be"), ("GM1", "a b")],
            "path-collision",
        ),
    ] {
        let bench = Bench::new();
        let report = bench.run(&Campaign::new(&rows));
        assert_eq!((report.documents.made, report.documents.refused), (4, 8));
        let codes: Vec<&str> = report.refused.iter().map(|one| one.code.as_str()).collect();
        assert_eq!(codes, [rows[0].0, rows[2].0]);
        assert_eq!(report.refused[0].reasons[0].code, code);
        assert_eq!(report.packs.held, 2);
    }
}
