//! A plan predicts the result of the run.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use raadspost_pipeline::{Forecast, ForecastOptions, Selection, forecast};

use crate::fakes::{Bench, Campaign};

fn plan(bench: &Bench, campaign: &Campaign, sample: usize) -> Forecast {
    plan_until(bench, campaign, sample, &AtomicBool::new(false))
}

fn plan_until(bench: &Bench, campaign: &Campaign, sample: usize, cancel: &AtomicBool) -> Forecast {
    let options = ForecastOptions {
        selection: Selection::default(),
        jobs: 2,
        sample,
        allowed_warnings: BTreeSet::new(),
    };
    let (renderers, inspectors) = (bench.renderers(), bench.inspectors());
    forecast(
        campaign,
        &renderers,
        &inspectors,
        &options,
        &bench.notes,
        cancel,
    )
    .unwrap()
}

#[test]
fn an_interrupted_plan_renders_nothing() {
    let bench = Bench::new();
    let plan = plan_until(&bench, &Campaign::three(), 24, &AtomicBool::new(true));
    assert_eq!(plan.estimate, None);
    assert_eq!(bench.rendered.load(Ordering::Relaxed), 0);
}

#[test]
fn a_plan_counts_and_measures_what_a_run_makes() {
    let mut campaign = Campaign::new(&[("GM1", "Aa"), ("GM2", "Bb"), ("GM3", "Cc"), ("GM4", "Dd")]);
    campaign.rows[0].refused.insert("motie");
    for row in &mut campaign.rows {
        row.values.insert("bijlage", "for all".into());
    }
    let bench = Bench::new();
    let plan = plan(&bench, &campaign, 24);
    assert!(!bench.out().exists(), "a plan writes nothing");
    let report = bench.run(&campaign);
    assert_eq!(plan.documents, report.documents.planned);
    assert_eq!(plan.refused, report.documents.refused);
    assert_eq!(plan.renderings, report.renderings);
    assert_eq!(plan.files["motie.docx"].refused, 1);
    assert_eq!(plan.files["brief.pdf"].planned, 4);
    // Two kinds of pack: with and without the motion, which holds the collection too.
    assert_eq!(plan.kinds, 2);
    let estimate = plan.estimate.unwrap();
    // All four are in the sample.
    assert_eq!((estimate.sampled_packs, estimate.failed), (4, 0));
    assert_eq!(
        (estimate.pages, estimate.bytes),
        (report.pages, report.bytes)
    );
    // Each file takes a block.
    assert_eq!(estimate.disk_bytes, report.documents.made * 4096);
    // The pack without its motion is held, and nothing of it is posted.
    let letters: Vec<_> = estimate
        .letters
        .iter()
        .map(|letter| (letter.pages.together.clone(), letter.packs))
        .collect();
    assert_eq!(letters, [(vec![2], 3)]);
}

#[test]
fn a_sample_stands_for_all() {
    let rows: Vec<(String, String)> = (0..500)
        .map(|n| (format!("GM{n:04}"), format!("Name {:03}", n % 7)))
        .collect();
    let rows: Vec<(&str, &str)> = rows.iter().map(|(c, n)| (c.as_str(), n.as_str())).collect();
    let campaign = Campaign::new(&rows);
    let bench = Bench::new();
    let plan = plan(&bench, &campaign, 4);
    let report = bench.run(&campaign);
    // Seven names, four documents.
    assert_eq!((plan.renderings, report.renderings), (28, 28));
    let estimate = plan.estimate.unwrap();
    assert_eq!(estimate.sampled_packs, 4);
    assert_eq!(estimate.bytes, report.bytes, "all names are equally long");
}

#[test]
fn a_sample_that_fails_is_told() {
    let mut campaign = Campaign::three();
    campaign.rows[1].values.insert("motie", "FAIL".into());
    let plan = plan(&Bench::new(), &campaign, 24);
    assert_eq!(plan.estimate.unwrap().failed, 1);
}
