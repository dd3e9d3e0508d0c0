//! Full disks: a run is refused if the lack of space can be predicted, and otherwise survives it.

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use raadspost_pipeline::{
    Report, RunError, StatusCounts, StatusKind, StatusOptions, export_ledger, status,
};

use crate::fakes::{Bench, Campaign, Faults};

fn run_with(bench: &Bench, campaign: &Campaign, free: Option<u64>) -> Result<Report, RunError> {
    let faults = Faults {
        free,
        ..Faults::default()
    };
    bench.run_with(campaign, &faults)
}

#[test]
fn a_run_that_will_not_fit_is_refused_before_it_starts() {
    let (bench, campaign) = (Bench::new(), Campaign::three());
    let error = run_with(&bench, &campaign, Some(1_000_000)).unwrap_err();
    let RunError::NoSpace {
        documents,
        needed,
        free,
        ..
    } = error
    else {
        panic!("{error:?}")
    };
    assert_eq!((documents, free), (12, 1_000_000));
    // A block for each file, what the records take, the ledger, and a batch in flight.
    assert_eq!(needed, 12 * (4096 + 1024) + 4 * 1024 * 1024 + 12 * 4096);
    assert!(!bench.out().exists(), "nothing is left behind");

    // The exact amount is enough, and a finished run needs nothing more.
    run_with(&bench, &campaign, Some(needed)).unwrap();
    let again = run_with(&bench, &campaign, Some(0)).unwrap();
    assert_eq!(again.documents.fresh, 12);
    let mut more = campaign.clone();
    more.rows.push(crate::fakes::Row::new("GM9", "Zz"));
    assert!(matches!(
        run_with(&bench, &more, Some(1_000_000)),
        Err(RunError::NoSpace { .. })
    ));
    assert_eq!(bench.files().len(), 12, "what was there stays");
}

#[test]
fn a_sample_is_rendered_only_where_nothing_tells_how_large_documents_are() {
    let (bench, mut campaign) = (Bench::new(), Campaign::three());
    let rendered = || bench.rendered.swap(0, Ordering::Relaxed);
    // Enough for these documents, and too little for 12 of a megabyte.
    let free = Some(12_000_000);
    run_with(&bench, &campaign, free).unwrap();
    assert_eq!(
        rendered(),
        2 * 12 + 4,
        "a sample, its longest pack, and the run"
    );
    campaign.rows[1].values.insert("brief", "another".into());
    run_with(&bench, &campaign, free).unwrap();
    assert_eq!(rendered(), 2);
}

/// A small file system in memory, if the system allows it.
struct Small<'a>(&'a Path);

impl<'a> Small<'a> {
    fn mount(folder: &'a Path, kib: usize) -> Option<Self> {
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={kib}k"), "tmpfs"])
            .arg(folder)
            .output();
        matches!(mounted, Ok(output) if output.status.success()).then_some(Self(folder))
    }

    fn grow(&self, kib: usize) {
        self.remount(&format!("size={kib}k"));
    }

    fn remount(&self, option: &str) {
        let mounted = Command::new("mount")
            .args(["-o", &format!("remount,{option}")])
            .arg(self.0)
            .status();
        assert!(mounted.unwrap().success());
    }
}

impl Drop for Small<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0).status();
    }
}

#[test]
#[expect(
    clippy::print_stderr,
    reason = "a skipped test says so where a person looks"
)]
fn a_full_disk_is_an_error_and_the_next_run_goes_on() {
    let rows: Vec<(String, String)> = (0..60)
        .map(|n| (format!("GM{n}"), format!("Name {n}")))
        .collect();
    let rows: Vec<(&str, &str)> = rows.iter().map(|(c, n)| (c.as_str(), n.as_str())).collect();
    let campaign = Campaign::new(&rows);
    let whole = Bench::new();
    whole.run(&campaign);
    let mut full = 0;
    // From too small for the ledger to large enough for all but the records.
    for kib in [64, 128, 256, 512, 768, 1024, 1280, 1536, 1792] {
        let disk = tempfile::tempdir().unwrap();
        let Some(small) = Small::mount(disk.path(), kib) else {
            eprintln!("skipped: no file system can be mounted here");
            return;
        };
        let mut bench = Bench::new();
        bench.options.out = disk.path().join("out");
        match run_with(&bench, &campaign, None) {
            Ok(_) => {}
            Err(error @ (RunError::Sink(_) | RunError::Ledger(_))) => {
                full += 1;
                assert!(error.hint().is_some());
            }
            Err(error) => panic!("{kib} KiB: {error:?}"),
        }
        small.grow(16 * 1024);
        bench.run(&campaign);
        assert_eq!(bench.manifest(), whole.manifest(), "{kib} KiB");
        assert!(bench.superseded().is_empty());
    }
    assert!(full >= 4, "the disk was never full: {full}");
}

#[test]
#[expect(
    clippy::print_stderr,
    reason = "a skipped test says so where a person looks"
)]
fn a_run_on_a_medium_that_cannot_be_written_is_looked_at() {
    let disk = tempfile::tempdir().unwrap();
    let Some(small) = Small::mount(disk.path(), 16 * 1024) else {
        eprintln!("skipped: no file system can be mounted here");
        return;
    };
    let (mut bench, campaign) = (Bench::new(), Campaign::three());
    bench.options.out = disk.path().join("out 100%?#");
    bench.run(&campaign);
    small.remount("ro");
    let lines = export_ledger(&bench.options.out, |_| Ok(()));
    assert_eq!(lines.unwrap(), 12);
    let counts = status(
        &campaign,
        &bench.renderers(),
        &bench.inspectors(),
        &StatusOptions::new(&bench.options.out),
        &bench.notes,
        &AtomicBool::new(false),
        &mut |looked| panic!("{:?}", looked.status),
    );
    assert_eq!(
        counts.unwrap(),
        StatusCounts::from([(StatusKind::Fresh, 12)])
    );
}
