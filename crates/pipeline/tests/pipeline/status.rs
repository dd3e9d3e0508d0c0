//! Why a document is out of date, and whether it can be rendered again.

use std::fs;
use std::slice::from_ref;
use std::sync::atomic::AtomicBool;

use raadspost_pipeline::{
    Change, ChangeKind, DocumentStatus, RerenderOptions, Rerendered, Sampling, StatusCounts,
    StatusKind, StatusOptions, rerender, status,
};

use crate::fakes::{Bench, Campaign};

fn look(
    bench: &Bench,
    campaign: &Campaign,
    render: bool,
) -> (StatusCounts, Vec<DocumentStatus>, usize) {
    let options = StatusOptions {
        render,
        ..StatusOptions::new(bench.out())
    };
    let (renderers, inspectors) = (bench.renderers(), bench.inspectors());
    let (mut all, mut rendered) = (Vec::new(), 0);
    let counts = status(
        campaign,
        &renderers,
        &inspectors,
        &options,
        &bench.notes,
        &AtomicBool::new(false),
        &mut |looked| {
            rendered += usize::from(matches!(looked.rendition, Some(Ok(_))));
            all.push(looked.status.clone());
        },
    );
    (counts.unwrap(), all, rendered)
}

fn changes<'a>(all: &'a [DocumentStatus], path: &str) -> &'a [Change] {
    let found = all.iter().find(|status| status.path == path);
    &found.unwrap_or_else(|| panic!("{path}: {all:?}")).changes
}

#[test]
fn what_is_up_to_date_has_no_reason() {
    let (bench, campaign) = (Bench::new(), Campaign::three());
    bench.run(&campaign);
    let (counts, all, _) = look(&bench, &campaign, true);
    assert_eq!(counts, StatusCounts::from([(StatusKind::Fresh, 12)]));
    assert!(all.is_empty());
}

#[test]
fn the_block_the_field_and_the_renderer_are_named() {
    let (mut bench, mut campaign) = (Bench::new(), Campaign::three());
    bench.run(&campaign);
    campaign.words.insert("bijlage", "other words".into());
    campaign.rows[1].values.insert("*", "Bee".into());
    bench.docx = "2";
    let (counts, all, rendered) = look(&bench, &campaign, true);
    // The annex of all and the pack that holds it; the letter of one; the motions of all.
    assert_eq!(
        counts,
        StatusCounts::from([(StatusKind::Fresh, 2), (StatusKind::OutOfDate, 10)])
    );
    assert_eq!(rendered, 10);
    let block = Change::Block {
        id: "p".into(),
        how: ChangeKind::Changed,
    };
    let field = Change::Field {
        name: "name".into(),
        old: Some("Bé".into()),
        new: "Bee".into(),
    };
    assert_eq!(changes(&all, "GM1-aa/bijlage.pdf"), from_ref(&block));
    assert_eq!(changes(&all, "GM1-aa/pack.pdf"), from_ref(&block));
    assert_eq!(changes(&all, "GM2-be/brief.pdf"), from_ref(&field));
    assert_eq!(changes(&all, "GM2-be/pack.pdf"), [block, field.clone()]);
    let motion = changes(&all, "GM2-be/motie.docx");
    assert!(motion.contains(&field), "{motion:?}");
    let version = Change::Renderer {
        name: "version".into(),
        old: Some("1".into()),
        new: Some("2".into()),
    };
    assert!(motion.contains(&version), "{motion:?}");
    // A run makes what status predicts.
    assert_eq!(bench.run(&campaign).documents.made, 10);
}

#[test]
fn files_and_plans_that_changed_are_told() {
    let (bench, mut campaign) = (Bench::new(), Campaign::three());
    bench.run(&campaign);
    bench.write("GM1-aa/brief.pdf", "by hand");
    fs::remove_file(bench.out().join("GM1-aa/motie.docx")).unwrap();
    campaign.rows.remove(2);
    campaign.rows.push(crate::fakes::Row::new("GM4", "Dd"));
    campaign.rows[2].refused.insert("motie");
    let (counts, all, _) = look(&bench, &campaign, false);
    assert_eq!(
        counts,
        StatusCounts::from([
            (StatusKind::Fresh, 6),
            (StatusKind::New, 2),
            (StatusKind::FileMissing, 1),
            (StatusKind::FileChanged, 1),
            // The motion, and the collection because of it.
            (StatusKind::Refused, 2),
            (StatusKind::Unplanned, 4),
        ])
    );
    let unplanned: Vec<_> = all
        .iter()
        .filter(|status| status.standing == StatusKind::Unplanned)
        .map(|status| status.path.as_str())
        .collect();
    assert_eq!(
        unplanned,
        [
            "GM3-cc/bijlage.pdf",
            "GM3-cc/brief.pdf",
            "GM3-cc/motie.docx",
            "GM3-cc/pack.pdf"
        ]
    );
}

#[test]
fn an_old_value_is_told_only_where_this_document_had_it() {
    let (mut bench, mut campaign) = (Bench::new(), Campaign::three());
    bench.run(&campaign);
    // Only the letter is made with the second value; the pack's last value is that value too.
    campaign.rows[0].values.insert("*", "second".into());
    bench.options.selection.documents = Some(["brief".to_owned()].into());
    bench.run(&campaign);
    campaign.rows[0].values.insert("*", "third".into());
    let (_, all, _) = look(&bench, &campaign, false);
    let old = |path: &str| match changes(&all, path) {
        [Change::Field { old, new, .. }] if new == "third" => old.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(old("GM1-aa/brief.pdf").as_deref(), Some("second"));
    assert_eq!(old("GM1-aa/motie.docx"), None);
}

#[test]
fn a_folder_without_a_run_is_an_error() {
    let bench = Bench::new();
    let (renderers, inspectors) = (bench.renderers(), bench.inspectors());
    let error = status(
        &Campaign::three(),
        &renderers,
        &inspectors,
        &StatusOptions::new(bench.out()),
        &bench.notes,
        &AtomicBool::new(false),
        &mut |_| {},
    )
    .unwrap_err();
    assert!(error.to_string().contains("contains no run"), "{error}");
    assert!(!bench.out().exists());
}

fn again(bench: &Bench, campaign: &Campaign, sampling: Sampling) -> Rerendered {
    let options = RerenderOptions {
        sampling,
        ..RerenderOptions::new(bench.out())
    };
    let (renderers, inspectors) = (bench.renderers(), bench.inspectors());
    rerender(
        campaign,
        &renderers,
        &inspectors,
        &options,
        &bench.notes,
        &AtomicBool::new(false),
    )
    .unwrap()
}

#[test]
fn documents_made_again_are_compared_byte_by_byte() {
    let (mut bench, mut campaign) = (Bench::new(), Campaign::three());
    campaign.rows[1].refused.insert("motie");
    bench.run(&campaign);
    let all = again(&bench, &campaign, Sampling::All);
    // 4 + 2 of the held pack + 4.
    assert_eq!((all.documents, all.chosen, all.equal), (10, 10, 10));
    assert!(all.faults.is_empty());
    let few = again(&bench, &campaign, Sampling::Number(3));
    assert_eq!((few.chosen, few.equal), (3, 3));
    let share = again(&bench, &campaign, Sampling::Percent(1.0));
    assert_eq!((share.chosen, share.equal), (1, 1));

    bench.pdf = "2";
    let other = again(&bench, &campaign, Sampling::All);
    assert_eq!(other.equal, 2, "the Word files alone are the same");
    assert_eq!(other.faults.len(), 8);
    assert!(
        other
            .faults
            .iter()
            .all(|fault| fault.code == "rerender-different")
    );
    campaign.rows.remove(0);
    let less = again(&bench, &campaign, Sampling::All);
    assert!(less.faults.iter().any(|fault| fault.code == "not-planned"));
}

#[test]
fn the_ledger_forgets_earlier_texts_and_the_values_of_who_is_gone() {
    let (mut bench, mut campaign) = (Bench::new(), Campaign::three());
    campaign.rows[1]
        .values
        .insert("*", "Rumpelstiltskin".into());
    bench.run(&campaign);
    let file = bench.out().join(".raadspost/ledger.sqlite");
    let holds = |what: &str| {
        let bytes = fs::read(&file).unwrap();
        bytes
            .windows(what.len())
            .any(|bytes| bytes == what.as_bytes())
    };
    assert!(holds("Rumpelstiltskin"));
    campaign.words.insert("bijlage", "other words".into());
    bench.docx = "2";
    campaign.rows.remove(1);
    bench.run(&campaign);
    assert!(!holds("Rumpelstiltskin"), "the values of GM2");

    let ledger = rusqlite::Connection::open(&file).unwrap();
    let count = |sql: &str| -> i64 { ledger.query_row(sql, [], |row| row.get(0)).unwrap() };
    assert_eq!(count("SELECT count(*) FROM packs"), 2);
    assert_eq!(count("SELECT count(*) FROM renderers"), 2);
    let shapes = "SELECT count(DISTINCT substr(parts, 1, 8)) FROM documents";
    assert_eq!(count("SELECT count(*) FROM shapes"), count(shapes));
    // Documents that are up to date can still be compared later.
    assert_eq!(
        look(&bench, &campaign, false).0,
        StatusCounts::from([(StatusKind::Fresh, 8)])
    );
}
