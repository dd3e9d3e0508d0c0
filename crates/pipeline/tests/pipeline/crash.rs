//! Tests of interrupted runs: at any point only complete files remain, and the next run finishes.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use raadspost_content::{Diagnostics, Fingerprint};
use raadspost_pipeline::{
    Durability, InputPlace, KeptInput, Observer, PackDone, Packs, Recipients, RegisterRows, Report,
    RunError, UnfilledRow, UnfilledRows, export_ledger, run,
};
use raadspost_run::{RunFault, RunFolder, verify};

use crate::fakes::{Bench, Campaign, Fault, Faults, below};

/// The kind of write that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Failing {
    /// Of a document: writing, flushing, renaming.
    Documents,
    /// Of anything else: a row or a commit of the ledger; a write, flush or rename of the manifest,
    /// the report, a record or a kept input.
    Beside,
}

/// Runs with a fault.
fn run_with(
    bench: &Bench,
    campaign: &Campaign,
    failing: Failing,
    fault: &Arc<Fault>,
) -> Result<Report, RunError> {
    let fault = |of| (failing == of).then(|| Arc::clone(fault));
    let faults = Faults {
        documents: fault(Failing::Documents),
        beside: fault(Failing::Beside),
        ..Faults::default()
    };
    bench.run_with(campaign, &faults)
}

/// Runs until the document change number `passing` + 1.
fn break_after(bench: &Bench, campaign: &Campaign, passing: usize) -> Result<Report, RunError> {
    let fault = Fault::after(passing, true);
    run_with(bench, campaign, Failing::Documents, &fault)
}

/// Kept inputs of a run.
fn inputs(bench: &Bench, text: &str) -> Vec<KeptInput> {
    let register = bench.folder.path().join(format!("{text}.csv"));
    fs::write(&register, text).unwrap();
    let source = format!("source of {text}").into_bytes();
    vec![
        KeptInput {
            sha256: Fingerprint::of(&source),
            place: InputPlace::Bytes(source),
        },
        KeptInput {
            sha256: Fingerprint::of(text.as_bytes()),
            place: InputPlace::File(register),
        },
    ]
}

/// Everything that a run leaves and that does not depend on its history.
fn left(bench: &Bench) -> (String, Vec<String>, Vec<(String, String)>) {
    let mut kept = below(&bench.out().join(".raadspost"));
    kept.retain(|file| !file.starts_with("ledger.sqlite") && !file.starts_with("superseded/"));
    let kept = kept.into_iter().map(|file| {
        let text = fs::read_to_string(bench.out().join(".raadspost").join(&file)).unwrap();
        (file, text)
    });
    (bench.manifest(), moved(bench), kept.collect())
}

/// Checks that every ledger row has its complete file; returns the number of rows.
fn assert_rows_have_files(bench: &Bench) -> usize {
    let mut rows = 0;
    let exported = export_ledger(bench.out(), |line| {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let path = row["path"].as_str().unwrap();
        let digest = Fingerprint::of(&fs::read(bench.out().join(path)).unwrap());
        assert_eq!(
            digest.to_string(),
            row["sha256"].as_str().unwrap(),
            "{path}"
        );
        rows += 1;
        Ok(())
    });
    // If it was interrupted before the ledger was created, there are no rows.
    assert!(exported.is_ok() || rows == 0);
    rows
}

/// An interrupted run is refused by its readers, unless it equals a complete run: the earlier one
/// if nothing had begun, or this one if nothing remained to be done. Returns whether it is refused.
fn assert_whole_or_refused(bench: &Bench, wholes: &[Option<String>], at: &str) -> bool {
    let Ok(folder) = RunFolder::open(bench.out()) else {
        return true;
    };
    let record = Some(folder.sha256().to_owned());
    assert!(
        wholes.contains(&record),
        "{at}: a record that no whole run has"
    );
    let verified = verify(&folder, Vec::new(), None).unwrap();
    assert!(verified.faults.is_empty(), "{at}: {:?}", verified.faults);
    false
}

/// The digest of the record of a complete run.
fn record(bench: &Bench) -> Option<String> {
    let folder = RunFolder::open(bench.out()).ok()?;
    Some(folder.sha256().to_owned())
}

/// Interrupts a run at every possible change, and runs again each time. `before` prepares the
/// folder; the result must always equal that of an uninterrupted run.
fn at_every_change(
    failing: Failing,
    lasting: bool,
    durability: Durability,
    before: &[&Campaign],
    campaign: &Campaign,
) {
    // Only the interrupted run is durable, because flushing takes most of the time.
    let bench = || {
        let mut bench = Bench::new();
        bench.options.durability = Durability::None;
        for campaign in before {
            bench.options.inputs = inputs(&bench, "old");
            bench.run(*campaign);
        }
        bench.options.inputs = inputs(&bench, "new");
        bench
    };
    let whole = bench();
    let earlier = record(&whole);
    whole.run(campaign);
    let wholes = [earlier, record(&whole)];
    assert!(wholes[1].is_some());
    let reference = left(&whole);
    let (mut midway, mut refused) = (0, 0);
    for passing in 0.. {
        let at = format!("{failing:?}, {durability:?}, interrupted after {passing}");
        let mut bench = bench();
        bench.options.durability = durability;
        let fault = Fault::after(passing, lasting);
        match run_with(&bench, campaign, failing, &fault) {
            Err(error) => assert!(matches!(error, RunError::Sink(_)), "{at}: {error:?}"),
            Ok(_) => {
                assert!(!fault.has_occurred(), "{at}: and nobody was told");
                assert!(passing > 10, "{at}: the fake sink has no part in the run");
                break;
            }
        }
        refused += usize::from(assert_whole_or_refused(&bench, &wholes, &at));
        // A later run replaces and moves files before it writes their rows; a first run does
        // neither.
        if before.is_empty() {
            let rows = assert_rows_have_files(&bench);
            midway += usize::from(rows > 0);
        }
        bench.options.durability = Durability::None;
        bench.run(campaign);
        assert_eq!(left(&bench), reference, "{at}");
        assert_rows_have_files(&bench);
        let again = bench.run(campaign);
        assert_eq!(again.documents.made, 0, "{at}");
    }
    assert!(refused > 10, "{refused}");
    let has_rows = failing == Failing::Beside || durability == Durability::Each;
    assert!(midway > 10 || !before.is_empty() || !has_rows, "{midway}");
}

/// The superseded files of all runs.
fn moved(bench: &Bench) -> Vec<String> {
    let mut paths: Vec<String> = bench
        .superseded()
        .iter()
        .map(|path| path.split_once('/').unwrap().1.to_owned())
        .collect();
    paths.sort();
    paths
}

#[test]
fn a_first_run_that_breaks_off_is_finished_by_the_next() {
    for lasting in [true, false] {
        let every = |durability, campaign: &Campaign| {
            at_every_change(Failing::Documents, lasting, durability, &[], campaign);
        };
        every(Durability::Batch, &Campaign::three());
        every(Durability::Each, &Campaign::three());
        // With files that share their bytes.
        let mut alike = Campaign::three();
        for row in &mut alike.rows {
            row.values.insert("bijlage", "for all".into());
        }
        every(Durability::Batch, &alike);
    }
}

/// An earlier campaign and a later one: a removed folder, a pack that becomes complete, one that
/// becomes held, one with other values, and a new one.
fn earlier_and_later() -> (Campaign, Campaign) {
    let mut old = Campaign::new(&[("GM1", "Aa"), ("GM2", "Bé"), ("GM3", "Cc"), ("GM4", "Dd")]);
    old.rows[1].refused.insert("motie");
    let rows = [
        ("GM1", "Xx"),
        ("GM2", "Bé"),
        ("GM3", "Cc"),
        ("GM4", "Dd"),
        ("GM5", "Ee"),
    ];
    let mut new = Campaign::new(&rows);
    new.rows[2].refused.insert("bijlage");
    new.rows[3].values.insert("*", "another value".into());
    (old, new)
}

#[test]
fn a_later_run_that_breaks_off_is_finished_by_the_next() {
    let (old, new) = earlier_and_later();
    for durability in [Durability::Batch, Durability::Each, Durability::None] {
        at_every_change(Failing::Documents, true, durability, &[&old], &new);
    }
}

#[test]
fn a_first_run_whose_ledger_or_records_fail_is_finished_by_the_next() {
    let campaign = Campaign::three();
    at_every_change(Failing::Beside, true, Durability::Batch, &[], &campaign);
    at_every_change(Failing::Beside, false, Durability::None, &[], &campaign);
}

#[test]
fn a_later_run_whose_ledger_or_records_fail_is_finished_by_the_next() {
    let (old, new) = earlier_and_later();
    at_every_change(Failing::Beside, true, Durability::None, &[&old], &new);
    at_every_change(Failing::Beside, false, Durability::None, &[&old], &new);
}

#[test]
fn a_leftover_without_a_row_is_made_again_or_moved_aside() {
    let (bench, mut campaign) = (Bench::new(), Campaign::three());
    // 12 files are staged and flushed; the run is interrupted after the fifth was published.
    break_after(&bench, &campaign, 12 + 1 + 5).unwrap_err();
    assert_eq!(bench.files().len(), 5);
    assert!(
        fs::read_dir(bench.out().join(".raadspost/tmp"))
            .unwrap()
            .count()
            > 0
    );
    campaign.rows.remove(0);
    let report = bench.run(&campaign);
    assert_eq!(report.documents.made, 8);
    assert_eq!(report.superseded.len(), 4);
    assert_eq!(bench.files().len(), 8);
}

/// Cancels the run after this number of packs.
struct StopAfter<'a> {
    packs: AtomicUsize,
    cancel: &'a AtomicBool,
}

impl Observer for StopAfter<'_> {
    fn pack_done(&self, _: &PackDone<'_>) {
        if self.packs.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.cancel.store(true, Ordering::SeqCst);
        }
    }
}

#[test]
fn a_run_that_is_asked_to_stop_keeps_what_it_made() {
    let rows: Vec<(String, String)> = (10..90)
        .map(|n| (format!("GM{n}"), format!("Name {n}")))
        .collect();
    let rows: Vec<(&str, &str)> = rows.iter().map(|(c, n)| (c.as_str(), n.as_str())).collect();
    let campaign = Campaign::new(&rows);
    let mut bench = Bench::new();
    bench.run(&Campaign::new(&[("OLD", "Old")]));
    bench.options.jobs = 2;
    let stop = StopAfter {
        packs: AtomicUsize::new(30),
        cancel: &bench.cancel,
    };
    let (renderers, inspectors) = (bench.renderers(), bench.inspectors());
    let report = run(
        &campaign,
        &renderers,
        &inspectors,
        &bench.options,
        &stop,
        &bench.cancel,
    )
    .unwrap();
    assert!(report.interrupted && !report.is_clean());
    // Besides the finished packs, the rendered packs that two workers have not inspected yet: the
    // rest of the 16 of the cancelling worker, and the 16 of the other.
    assert!(
        (4 * 30..=4 * (30 + 15 + 16)).contains(&report.documents.made),
        "{:?}",
        report.documents
    );
    assert_eq!(report.documents.unreached, 320 - report.documents.made);
    assert!(
        report.superseded.is_empty(),
        "what was not reached is not judged"
    );
    bench.agree(&report);
    let Err(RunFault::Unsound { faults, .. }) = RunFolder::open(bench.out()) else {
        panic!("opened");
    };
    assert_eq!(faults[0].code, "run-interrupted", "{faults:?}");

    bench.cancel.store(false, Ordering::SeqCst);
    let rest = bench.run(&campaign);
    assert_eq!(rest.documents.fresh, report.documents.made);
    assert_eq!(rest.documents.made, report.documents.unreached);
    assert_eq!(rest.superseded.len(), 4);
}

#[test]
fn a_stop_during_the_quick_pass_changes_nothing() {
    let (bench, campaign) = (Bench::new(), Campaign::three());
    bench.cancel.store(true, Ordering::SeqCst);
    assert!(bench.try_run(&campaign).unwrap().interrupted);
    assert!(!bench.out().exists());
}

#[test]
fn a_second_pass_that_meets_fewer_rows_is_no_shorter_run() {
    let bench = Bench::new();
    bench.run(&Campaign::three());
    let before = bench.files();
    let leaking = Leaking {
        campaign: Campaign::three(),
        lost: 1,
        unread: 0,
    };
    bench.try_run(&leaking).unwrap_err();
    assert_eq!(bench.files(), before, "nothing is moved aside");
    let Err(RunFault::Unsound { faults, .. }) = RunFolder::open(bench.out()) else {
        panic!("opened");
    };
    assert_eq!(faults[0].code, "run-unfinished", "{faults:?}");
    assert_eq!(bench.run(&Campaign::three()).documents.fresh, 12);
    RunFolder::open(bench.out()).unwrap();
}

/// A register that panics at its second row in the second pass.
struct Brittle {
    campaign: Campaign,
    passes: AtomicUsize,
}

impl Recipients for Brittle {
    fn register(&self) -> String {
        self.campaign.register()
    }

    fn rows(&self) -> RegisterRows {
        self.campaign.rows()
    }

    fn packs(&self) -> Result<Packs<'_>, Diagnostics> {
        let second = self.passes.fetch_add(1, Ordering::SeqCst) == 1;
        let packs = self.campaign.packs()?.enumerate();
        Ok(Box::new(packs.map(move |(at, recipient)| {
            assert!(!(second && at == 1), "the register breaks");
            recipient
        })))
    }

    fn rows_kept(&self, _: &Path) -> Result<UnfilledRows<'_>, Diagnostics> {
        Ok(Box::new(self.packs()?.map(UnfilledRow::from)))
    }
}

#[test]
fn a_panic_while_packs_are_read_ends_the_run_and_is_no_success() {
    let mut bench = Bench::new();
    bench.options.jobs = 2;
    let brittle = Brittle {
        campaign: Campaign::three(),
        passes: AtomicUsize::new(0),
    };
    let error = bench.try_run(&brittle).unwrap_err();
    assert!(
        matches!(&error, RunError::Panic(text) if text.contains("breaks")),
        "{error:?}"
    );
    assert_eq!(bench.run(&brittle).documents.planned, 12);
}

/// A register of which rows get lost: in its second pass, or before it comes to packs.
struct Leaking {
    campaign: Campaign,
    /// How many packs the second pass lacks.
    lost: usize,
    /// How many rows never come to packs.
    unread: u64,
}

impl Recipients for Leaking {
    fn register(&self) -> String {
        self.campaign.register()
    }

    fn rows(&self) -> RegisterRows {
        let RegisterRows {
            rows,
            not_meant,
            empty,
        } = self.campaign.rows();
        RegisterRows {
            not_meant,
            rows: rows + self.unread,
            empty,
        }
    }

    fn packs(&self) -> Result<Packs<'_>, Diagnostics> {
        self.campaign.packs()
    }

    fn rows_kept(&self, _: &Path) -> Result<UnfilledRows<'_>, Diagnostics> {
        Ok(Box::new(
            self.campaign
                .packs()?
                .skip(self.lost)
                .map(UnfilledRow::from),
        ))
    }
}

#[test]
fn a_run_that_loses_a_row_is_an_error_and_writes_no_list() {
    for (lost, unread) in [(1, 0), (0, 1)] {
        let bench = Bench::new();
        let leaking = Leaking {
            campaign: Campaign::three(),
            lost,
            unread,
        };
        let error = bench.try_run(&leaking).unwrap_err();
        assert!(
            matches!(&error, RunError::NotConserved { planned: 3, made, .. } if *made == 3 - lost as u64),
            "{error:?}"
        );
        assert!(!bench.out().join(".raadspost/packs.jsonl").exists());
        assert!(!bench.out().join(".raadspost/mailing.jsonl").exists());
    }
}

/// All rows on one line, as a reader that knows no CR would have them.
struct OneLine(Campaign);

impl Recipients for OneLine {
    fn register(&self) -> String {
        self.0.register()
    }

    fn rows(&self) -> RegisterRows {
        self.0.rows()
    }

    fn packs(&self) -> Result<Packs<'_>, Diagnostics> {
        Ok(Box::new(self.0.packs()?.map(|mut recipient| {
            recipient.pack.line = 1;
            recipient
        })))
    }

    fn rows_kept(&self, _: &Path) -> Result<UnfilledRows<'_>, Diagnostics> {
        Ok(Box::new(self.packs()?.map(UnfilledRow::from)))
    }
}

#[test]
fn each_row_has_its_record_whatever_its_line() {
    let mut bench = Bench::new();
    bench.options.jobs = 2;
    let report = bench.run(&OneLine(Campaign::three()));
    assert_eq!((report.register.rows, report.packs.total), (3, 3));
    for list in ["packs.jsonl", "mailing.jsonl"] {
        let text = std::fs::read_to_string(bench.out().join(".raadspost").join(list)).unwrap();
        let codes: Vec<bool> = text
            .lines()
            .zip(&Campaign::three().rows)
            .map(|(line, row)| line.contains(&row.code))
            .collect();
        assert_eq!(codes, [true; 3], "{text}");
    }
}

/// The environment variable that names the output folder to the process that gets killed.
const VICTIM: &str = "RAADSPOST_TEST_VICTIM";

fn large() -> Campaign {
    let mut campaign = Campaign::three();
    let row = |n: usize| crate::fakes::Row::new(&format!("GM{n}"), &format!("Name {n}"));
    campaign.rows = (0..1000).map(row).collect();
    campaign.rows[500].values.insert("bijlage", "FAIL".into());
    campaign
}

#[test]
#[ignore = "the process that the test below kills"]
#[expect(
    clippy::disallowed_methods,
    reason = "the test below hands the folder over in it"
)]
fn victim() {
    let Some(out) = std::env::var_os(VICTIM) else {
        return;
    };
    let mut bench = Bench::new();
    bench.options.out = out.into();
    bench.options.jobs = 2;
    bench.run(&large());
}

#[test]
fn a_killed_run_leaves_only_whole_files_and_is_finished_by_the_next() {
    let mut whole = Bench::new();
    whole.options.durability = Durability::None;
    whole.run(&large());
    let manifest = whole.manifest();
    let bench = Bench::new();
    let mut killed = 0;
    for attempt in 0..20 {
        let mut victim = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "crash::victim", "--ignored", "--quiet"])
            .env(VICTIM, bench.out())
            // So that what it leaves goes with this test's own folder.
            .env("TMPDIR", bench.folder.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(20 + 15 * attempt));
        victim.kill().unwrap();
        killed += usize::from(!victim.wait().unwrap().success());
        for path in bench.files() {
            let digest = Fingerprint::of(&fs::read(bench.out().join(&path)).unwrap());
            assert!(
                manifest.contains(&format!("{digest}  {path}\n")),
                "{path} is not whole"
            );
        }
    }
    assert!(killed > 1, "the victim is too quick to be killed");
    bench.run(&large());
    assert_eq!(bench.manifest(), manifest);
    assert!(bench.superseded().is_empty());
    assert_eq!(bench.run(&large()).documents.made, 0);
}
