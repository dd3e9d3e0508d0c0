//! Delivery keeps pace: rendering goes on while a batch is flushed, and a batch is few flushes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::Duration;

use raadspost_pipeline::Report;

use crate::fakes::{Bench, Campaign, Faults, Watch};

/// Municipalities that have no text in common.
fn campaign(count: usize) -> Campaign {
    let rows: Vec<(String, String)> = (0..count)
        .map(|n| (format!("GM{n:04}"), format!("Name {n}")))
        .collect();
    let rows: Vec<(&str, &str)> = rows.iter().map(|(c, n)| (c.as_str(), n.as_str())).collect();
    Campaign::new(&rows)
}

fn watched(bench: &Bench, campaign: &Campaign, watch: &Arc<Watch>) -> Report {
    let faults = Faults {
        watch: Arc::clone(watch),
        ..Faults::default()
    };
    bench.run_with(campaign, &faults).expect("a run")
}

#[test]
fn rendering_goes_on_while_a_batch_is_flushed() {
    const PACKS: usize = 600;
    let mut bench = Bench::new();
    bench.options.jobs = 2;
    let alone = Bench::new();
    alone.run(&campaign(10));
    let per_pack = alone.rendered.load(Ordering::SeqCst) / 10;
    // A batch of 512 files has 128 packs; so many more are rendered before its flush ends, at least.
    let ahead = (128 + 60) * per_pack;
    let (rendered, most) = (Arc::clone(&bench.rendered), Arc::new(AtomicUsize::new(0)));
    let reached = Arc::clone(&most);
    let flushing = move || {
        if reached.load(Ordering::SeqCst) > 0 {
            return;
        }
        for _ in 0..1_000 {
            let all = rendered.load(Ordering::SeqCst);
            reached.fetch_max(all, Ordering::SeqCst);
            if all >= ahead {
                break;
            }
            sleep(Duration::from_millis(5));
        }
    };
    let watch = Arc::new(Watch {
        flushing: Some(Box::new(flushing)),
        ..Watch::default()
    });
    let report = watched(&bench, &campaign(PACKS), &watch);
    assert_eq!(report.packs.complete, PACKS as u64);
    let most = most.load(Ordering::SeqCst);
    assert!(most >= ahead, "{most} of {ahead} renderings");
    bench.agree(&report);
}

#[test]
fn a_batch_is_one_flush_of_files_and_three_commits() {
    let commits = |packs| {
        let bench = Bench::new();
        let watch = Arc::new(Watch::default());
        watched(&bench, &campaign(packs), &watch);
        let count = |of: &AtomicUsize| of.load(Ordering::SeqCst);
        (count(&watch.flushes), count(&watch.commits))
    };
    let (one, begun) = commits(1);
    let (several, all) = commits(500);
    assert_eq!(one, 1);
    assert!(several > 2, "{several} batches");
    // Its intents, its rows with all notes, and the scratch tables, which are not flushed.
    assert_eq!(all - begun, 3 * (several - one));
}
