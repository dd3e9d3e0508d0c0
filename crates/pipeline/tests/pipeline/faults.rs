//! Panics, warnings and verdicts: faults of one document, never the end of a run.

use raadspost_pipeline::{Reason, Report};

use crate::fakes::{Bench, Campaign};

fn codes(report: &Report) -> Vec<(&str, Vec<&str>)> {
    let codes = |reasons: &'_ [Reason]| reasons.iter().map(|reason| reason.code).collect();
    report
        .failed
        .iter()
        .map(|fault| (fault.code.as_str(), codes(&fault.reasons)))
        .collect()
}

#[test]
fn a_panic_is_a_failed_document() {
    let (mut bench, mut campaign) = (Bench::new(), Campaign::three());
    bench.options.jobs = 2;
    campaign.rows[0].values.insert("motie", "PANIC".into());
    campaign.rows[1].values.insert("brief", "WORSE".into());
    let report = bench.run(&campaign);
    assert_eq!((report.documents.made, report.documents.failed), (8, 4));
    assert_eq!(
        codes(&report),
        [
            ("GM1", vec!["renderer-panic"]),
            ("GM1", vec!["pack-held"]),
            ("GM2", vec!["inspector-panic"]),
        ]
    );
    assert!(
        report.failed[0].reasons[0]
            .message
            .contains("the fake panics")
    );
    assert_eq!(report.failed[2].files, ["brief.pdf", "pack.pdf"]);
}

#[test]
fn a_warning_is_a_failure_unless_it_is_allowed() {
    let (mut bench, mut campaign) = (Bench::new(), Campaign::three());
    campaign.rows[2].values.insert("bijlage", "WARN".into());
    let report = bench.run(&campaign);
    assert_eq!(
        codes(&report),
        [("GM3", vec!["fake-warning"]), ("GM3", vec!["pack-held"])]
    );
    assert_eq!(report.failed[0].files, ["bijlage.pdf"]);
    let told = bench.notes.diagnostics.lock().unwrap().clone();
    assert_eq!(told.len(), 1);
    assert!(told[0].contains("in `GM3-cc/bijlage.pdf`"), "{told:?}");

    bench.options.allowed_warnings.insert("fake-warning".into());
    let report = bench.run(&campaign);
    assert_eq!((report.documents.made, report.documents.fresh), (2, 10));
    assert_eq!(
        report.allowed_warnings["fake-warning"], 2,
        "in the annex and in the pack"
    );
    assert!(report.is_clean());
}

#[test]
fn a_refused_rendition_is_not_delivered() {
    let (bench, mut campaign) = (Bench::new(), Campaign::three());
    campaign.rows[0].values.insert("bijlage", "BAD".into());
    let report = bench.run(&campaign);
    assert_eq!(codes(&report), [("GM1", vec!["fake-verdict"])]);
    assert_eq!(report.failed[0].files, ["bijlage.pdf", "pack.pdf"]);
    assert_eq!(bench.files().len(), 10);
}
