//! `--only`, `--where` and `--document` restrict what is made; other planned documents stay.

use std::collections::BTreeSet;
use std::fs;

use raadspost_pipeline::RunError;

use crate::fakes::{Bench, Campaign};

fn set(names: &[&str]) -> Option<BTreeSet<String>> {
    Some(names.iter().map(|name| (*name).to_owned()).collect())
}

#[test]
fn what_is_not_selected_stays_in_the_manifest() {
    let (mut bench, mut campaign) = (Bench::new(), Campaign::three());
    bench.run(&campaign);
    campaign.words.insert("motie", "changed".into());
    campaign.words.insert("bijlage", "changed".into());
    bench.options.selection.only = set(&["GM2"]);
    bench.options.selection.documents = set(&["motie", "brief"]);
    let report = bench.run(&campaign);
    assert_eq!(
        (
            report.documents.planned,
            report.documents.made,
            report.documents.fresh
        ),
        (2, 1, 1)
    );
    assert_eq!(bench.files().len(), 12);
    assert!(report.superseded.is_empty());
    assert_eq!((report.unselected.fresh, report.unselected.stale), (2, 8));
    assert_eq!(report.stale[0], "GM1-aa/bijlage.pdf");
    assert_eq!((report.packs.complete, report.packs.incomplete), (0, 3));

    bench.options.selection = raadspost_pipeline::Selection::default();
    assert_eq!(bench.run(&campaign).documents.made, 8);
}

#[test]
fn a_condition_selects_rows() {
    let (bench, mut campaign) = (Bench::new(), Campaign::three());
    campaign.rows[0].selected = false;
    campaign.rows[0].refused.insert("brief");
    let report = bench.run(&campaign);
    assert_eq!((report.documents.planned, report.documents.made), (8, 8));
    assert_eq!(
        (report.unselected.refused, report.unselected.missing),
        (2, 2)
    );
    assert!(report.refused.is_empty() && report.is_clean());
    assert!(bench.notes.diagnostics.lock().unwrap().is_empty());
}

#[test]
fn a_dropped_document_is_moved_aside_whatever_is_selected() {
    let (mut bench, mut campaign) = (Bench::new(), Campaign::three());
    bench.run(&campaign);
    campaign.documents.retain(|id| *id != "motie");
    campaign.rows[0].refused.insert("bijlage");
    fs::remove_file(bench.out().join("GM3-cc/brief.pdf")).unwrap();
    bench.options.selection.only = set(&["GM2"]);
    let report = bench.run(&campaign);
    let moved: Vec<&str> = report
        .superseded
        .iter()
        .map(|one| one.path.as_str())
        .collect();
    assert_eq!(
        moved,
        [
            "GM1-aa/bijlage.pdf",
            "GM1-aa/motie.docx",
            "GM1-aa/pack.pdf",
            "GM2-be/motie.docx",
            "GM3-cc/motie.docx"
        ],
    );
    assert!(bench.out().join("held/GM1-aa/brief.pdf").exists());
    assert_eq!(report.unselected.missing, 1);
}

#[test]
fn a_pack_that_failed_stays_held_until_what_failed_is_made() {
    let (mut bench, mut campaign) = (Bench::new(), Campaign::three());
    campaign.rows[0].values.insert("bijlage", "FAIL".into());
    bench.run(&campaign);
    campaign.rows[0].values.insert("bijlage", "well".into());
    bench.options.selection.documents = set(&["brief", "pack"]);
    let report = bench.run(&campaign);
    assert_eq!((report.documents.fresh, report.documents.failed), (5, 1));
    assert_eq!(report.failed[0].reasons[0].code, "pack-held");
    assert_eq!(report.packs.held, 1);
    assert!(bench.out().join("held/GM1-aa/brief.pdf").exists());
    bench.options.selection.documents = None;
    assert_eq!(bench.run(&campaign).packs.complete, 3);
}

#[test]
fn unknown_codes_and_documents_are_errors() {
    let (mut bench, campaign) = (Bench::new(), Campaign::three());
    bench.options.selection.only = set(&["GM2", "GM9"]);
    match bench.try_run(&campaign).unwrap_err() {
        RunError::UnknownCodes(codes) => assert_eq!(codes, ["GM9"]),
        other => panic!("{other:?}"),
    }
    bench.options.selection.only = None;
    bench.options.selection.documents = set(&["brieff"]);
    match bench.try_run(&campaign).unwrap_err() {
        RunError::UnknownDocuments { unknown, known } => {
            assert_eq!(unknown, ["brieff"]);
            assert_eq!(known, ["bijlage", "brief", "motie", "pack"]);
        }
        other => panic!("{other:?}"),
    }
    assert!(
        !bench.out().exists(),
        "nothing is written before the plan is known"
    );
}
