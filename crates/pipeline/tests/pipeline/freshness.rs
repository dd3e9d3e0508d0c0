//! Which documents are made again, and which are not.

use std::fs;

use raadspost_pipeline::DirtyReason;

use crate::fakes::{Bench, Campaign};

/// Counts of made and fresh documents.
fn counts(bench: &Bench, campaign: &Campaign) -> (u64, u64) {
    let documents = bench.run(campaign).documents;
    (documents.made, documents.fresh)
}

#[test]
fn a_second_run_makes_nothing() {
    let (bench, campaign) = (Bench::new(), Campaign::three());
    let report = bench.run(&campaign);
    assert_eq!((report.documents.planned, report.documents.made), (12, 12));
    assert_eq!((report.packs.total, report.packs.complete), (3, 3));
    assert_eq!(report.pages, 24);
    assert_eq!(report.reasons[&DirtyReason::New], 12);
    assert_eq!(bench.files().len(), 12);
    assert!(bench.files().contains(&"GM2-be/pack.pdf".to_owned()));
    let manifest = bench.manifest();
    let rendered = bench.rendered.load(std::sync::atomic::Ordering::Relaxed);
    let again = bench.run(&campaign);
    assert_eq!((again.documents.made, again.documents.fresh), (0, 12));
    assert_eq!(
        bench.rendered.load(std::sync::atomic::Ordering::Relaxed),
        rendered
    );
    assert_eq!(bench.manifest(), manifest);
    assert_eq!((again.pages, again.bytes), (report.pages, report.bytes));
    assert!(again.reasons.is_empty() && again.is_clean());
    assert_eq!(*bench.notes.done.lock().unwrap(), 24);
}

#[test]
fn a_changed_word_makes_its_documents_again() {
    let (bench, mut campaign) = (Bench::new(), Campaign::three());
    bench.run(&campaign);
    campaign.words.insert("motie", "another word".into());
    let report = bench.run(&campaign);
    assert_eq!((report.documents.made, report.documents.fresh), (3, 9));
    assert_eq!(report.reasons[&DirtyReason::ShapeChanged], 3);
    campaign.words.insert("brief", "another word".into());
    assert_eq!(
        counts(&bench, &campaign),
        (6, 6),
        "the letter and the pack that holds it"
    );
    assert!(
        bench.superseded().is_empty(),
        "a new version replaces the old one"
    );
}

#[test]
fn a_changed_row_makes_its_documents_again() {
    let (bench, mut campaign) = (Bench::new(), Campaign::three());
    bench.run(&campaign);
    campaign.rows[1]
        .values
        .insert("bijlage", "another value".into());
    let report = bench.run(&campaign);
    assert_eq!((report.documents.made, report.documents.fresh), (2, 10));
    assert_eq!(report.reasons[&DirtyReason::ValuesChanged], 2);
    assert!(bench.read("GM2-be/bijlage.pdf").contains("another value"));
}

#[test]
fn a_changed_renderer_makes_its_format_again() {
    let (mut bench, campaign) = (Bench::new(), Campaign::three());
    bench.run(&campaign);
    bench.docx = "2";
    let report = bench.run(&campaign);
    assert_eq!((report.documents.made, report.documents.fresh), (3, 9));
    assert_eq!(report.reasons[&DirtyReason::RendererChanged], 3);
    bench.inspector = "2";
    let report = bench.run(&campaign);
    assert_eq!((report.documents.made, report.documents.fresh), (9, 3));
    assert_eq!(report.reasons[&DirtyReason::InspectorChanged], 9);
}

#[test]
fn a_changed_or_deleted_file_is_made_again() {
    let (bench, campaign) = (Bench::new(), Campaign::three());
    bench.run(&campaign);
    let manifest = bench.manifest();
    let good = bench.read("GM1-aa/brief.pdf");
    // Of the same length, so that only the hash differs.
    bench.write("GM1-aa/brief.pdf", &"x".repeat(good.len()));
    bench.write("GM1-aa/motie.docx", "filled in by a clerk");
    fs::remove_file(bench.out().join("GM3-cc/pack.pdf")).unwrap();
    let report = bench.run(&campaign);
    assert_eq!((report.documents.made, report.documents.fresh), (3, 9));
    assert_eq!(report.reasons[&DirtyReason::FileChanged], 2);
    assert_eq!(report.reasons[&DirtyReason::FileMissing], 1);
    assert_eq!(bench.manifest(), manifest);
    assert_eq!(
        bench.superseded(),
        ["2/GM1-aa/brief.pdf", "2/GM1-aa/motie.docx"]
    );
    assert_eq!(
        bench.read(&report.superseded[1].moved_to),
        "filled in by a clerk"
    );
}

#[test]
fn a_renamed_municipality_leaves_no_old_folder() {
    let (bench, mut campaign) = (Bench::new(), Campaign::three());
    bench.run(&campaign);
    campaign.rows[0].name = "Dd".into();
    let report = bench.run(&campaign);
    // The values are equal, so these are the same documents under other paths.
    assert_eq!((report.documents.made, report.documents.fresh), (4, 8));
    assert!(!bench.out().join("GM1-aa").exists());
    assert_eq!(report.superseded.len(), 4);
    assert_eq!(report.superseded[0].path, "GM1-aa/bijlage.pdf");
    assert_eq!(bench.superseded()[0], "2/GM1-aa/bijlage.pdf");
    campaign.rows[0].name = "Aa".into();
    bench.run(&campaign);
    campaign.rows[0].name = "Dd".into();
    bench.run(&campaign);
    assert_eq!(
        bench.superseded().len(),
        12,
        "nothing moved aside earlier is replaced"
    );
}

#[test]
fn a_dropped_document_and_a_dropped_row_are_moved_aside() {
    let (bench, mut campaign) = (Bench::new(), Campaign::three());
    bench.run(&campaign);
    campaign.documents.retain(|id| *id != "motie");
    campaign.rows.remove(2);
    let report = bench.run(&campaign);
    assert_eq!((report.documents.made, report.documents.fresh), (0, 6));
    let moved: Vec<&str> = report
        .superseded
        .iter()
        .map(|one| one.path.as_str())
        .collect();
    assert_eq!(
        moved,
        [
            "GM1-aa/motie.docx",
            "GM2-be/motie.docx",
            "GM3-cc/bijlage.pdf",
            "GM3-cc/brief.pdf",
            "GM3-cc/motie.docx",
            "GM3-cc/pack.pdf"
        ]
    );
    assert!(!bench.out().join("GM3-cc").exists());
    assert!(bench.run(&campaign).superseded.is_empty());
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let rows: Vec<(String, String)> = (0..200)
        .map(|n| (format!("GM{n}"), format!("Name {n}")))
        .collect();
    let rows: Vec<(&str, &str)> = rows.iter().map(|(c, n)| (c.as_str(), n.as_str())).collect();
    let mut campaign = Campaign::new(&rows);
    for at in [3, 50, 51, 120] {
        campaign.rows[at].refused.insert("motie");
        campaign.rows[at + 20]
            .values
            .insert("bijlage", "FAIL".into());
        campaign.rows[at + 5].values.insert("brief", "😀".into());
    }
    let results: Vec<(String, String)> = [1, 2, 7]
        .into_iter()
        .map(|jobs| {
            let mut bench = Bench::new();
            bench.options.jobs = jobs;
            let report = bench.run(&campaign);
            assert_eq!(report.packs.held, 12);
            (bench.manifest(), bench.read("report.json"))
        })
        .collect();
    assert_eq!(results[0], results[1]);
    assert_eq!(results[0], results[2]);
}
