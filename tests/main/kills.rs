//! The process is killed at random moments: each time the next run completes the work.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{BuildHasher as _, RandomState};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::support::{Desk, command, documents, is_long, note, posiv, ran, register, run};

/// Packs of a run.
const PACKS: usize = 1000;

/// Number of kills: 10, or 50 in tests/long.
fn kills() -> u64 {
    if is_long() { 50 } else { 10 }
}

/// The embedded campaign with one Word file for each of `packs` municipalities.
pub(crate) fn desk(packs: usize) -> Desk {
    let rows: Vec<String> = (0..packs)
        .map(|n| {
            format!(
                "GM{n:04},Plaats {n},Plaats {n},{},{n},1234 AB,Plaats {n}",
                1000 + n
            )
        })
        .collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let yaml = posiv();
    let (before, _) = yaml.split_once("\ndocuments:\n").expect("documents");
    // The letter lists documents that are omitted here.
    let (head, rest) = before.split_once("\nletters:\n").expect("letters");
    let (_, texts) = rest.split_once("\ntexts:\n").expect("texts");
    let documents = "documents:\n  - id: motie\n    formats: [docx]\n    parts:\n      - motion: solidariteit\n";
    let yaml = format!("{head}\ntexts:\n{texts}\n{documents}");
    Desk::new(&[
        ("posiv.yaml", &yaml),
        ("registers/nl.csv", &register(&rows)),
    ])
}

pub(crate) fn building(desk: &Desk, out: &Path) -> Command {
    let mut building = command(&["build", desk.campaign(), "--out"]);
    building
        .arg(out)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    building
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Every row of the ledger has its complete file.
pub(crate) fn assert_rows_have_files(out: &Path) -> usize {
    let ledger = run(&["ledger", out.to_str().expect("UTF-8")]);
    if ledger.status != 0 {
        // Killed before the ledger was created.
        return 0;
    }
    let mut rows = 0;
    for line in ledger.stdout.lines() {
        let row: Value = serde_json::from_str(line).expect("JSON");
        let path = row["path"].as_str().expect("a path");
        let bytes = fs::read(out.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        assert_eq!(
            hex(&bytes),
            row["sha256"].as_str().expect("a digest"),
            "{path}"
        );
        rows += 1;
    }
    rows
}

/// Pseudo-random numbers from a printed seed (SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % below.max(1)
    }
}

/// How many packs have a folder in the output.
fn delivered(out: &Path) -> u64 {
    let entries = fs::read_dir(out).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name());
    names
        .filter(|name| name.to_string_lossy().starts_with("GM"))
        .count() as u64
}

/// Waits until this many packs have a folder and then a little longer, or until the run has ended.
/// Progress decides, not time: the machine may be busy.
fn wait(victim: &mut Child, out: &Path, packs: u64, more: Duration) {
    while delivered(out) < packs && matches!(victim.try_wait(), Ok(None)) {
        std::thread::sleep(Duration::from_millis(1));
    }
    std::thread::sleep(more);
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "a seed that failed is tried again by RAADSPOST_SEED"
)]
fn a_run_that_is_killed_at_any_moment_is_completed_by_the_next() {
    let desk = desk(PACKS);
    let folder = tempfile::tempdir().expect("a folder");
    let whole = folder.path().join("whole");
    assert!(building(&desk, &whole).status().expect("started").success());
    let manifest = fs::read(whole.join("manifest.sha256")).expect("a manifest");
    let reference: BTreeMap<_, _> = documents(&whole);
    assert_eq!(reference.len(), PACKS);

    let seed = std::env::var("RAADSPOST_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| RandomState::new().hash_one(0));
    note(&format!("seed {seed}"));
    let mut dice = Dice(seed);
    let (mut killed, mut midway) = (0, 0);
    for kill in 0..kills() {
        let out = folder.path().join(format!("run-{kill}"));
        let mut victim = building(&desk, &out).spawn().expect("started");
        let moment = dice.roll(PACKS as u64);
        let more = Duration::from_millis(dice.roll(10));
        wait(&mut victim, &out, moment, more);
        victim.kill().expect("killed");
        killed += u64::from(!victim.wait().expect("ended").success());
        let rows = assert_rows_have_files(&out);
        midway += u64::from(rows > 0 && rows < PACKS);
        for (path, bytes) in documents(&out) {
            assert_eq!(
                Some(&bytes),
                reference.get(&path),
                "{path} is not whole (seed {seed})"
            );
        }
        let resumed = ran(&mut building(&desk, &out));
        assert_eq!(resumed.status, 0, "seed {seed}, after {moment} packs");
        let now = fs::read(out.join("manifest.sha256")).expect("a manifest");
        assert!(
            now == manifest,
            "another manifest (seed {seed}, after {moment} packs)"
        );
        assert_eq!(assert_rows_have_files(&out), PACKS);
        let left = fs::read_dir(out.join(".raadspost/tmp")).map_or(0, Iterator::count);
        assert_eq!(
            left, 0,
            "a temporary file is left (seed {seed}, after {moment} packs)"
        );
        fs::remove_dir_all(&out).expect("removed");
    }
    note(&format!(
        "{killed} runs were killed, {midway} of them with a part delivered"
    ));
    assert!(killed > kills() / 2, "the runs were too quick to be killed");
}

/// A small file system in memory.
struct Small<'a>(&'a Path);

impl Drop for Small<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0).status();
    }
}

#[test]
fn a_disk_that_is_too_small_is_named_before_anything_is_made() {
    let desk = desk(300);
    let disk = tempfile::tempdir().expect("a folder");
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=6m", "tmpfs"])
        .arg(disk.path())
        .output();
    if !matches!(mounted, Ok(output) if output.status.success()) {
        note("skipped: no file system can be mounted here");
        return;
    }
    let _small = Small(disk.path());
    let out = disk.path().join("run");
    let out_text = out.to_str().expect("UTF-8");
    let refused = run(&["build", desk.campaign(), "--out", out_text]).ended(2);
    assert!(
        refused.stderr.contains("300 documents need about"),
        "{}",
        refused.said()
    );
    assert!(
        refused.stderr.contains("hint: free some space"),
        "{}",
        refused.said()
    );
    assert!(!out.exists(), "nothing is left behind");

    let grown = Command::new("mount")
        .args(["-o", "remount,size=96m"])
        .arg(disk.path())
        .status();
    assert!(grown.expect("mount").success());
    // Another process fills the disk once the run has begun.
    let mut victim = building(&desk, &out)
        .arg("--jobs")
        .arg("1")
        .spawn()
        .expect("started");
    while !out.join(".raadspost/ledger.sqlite").exists() {
        assert!(
            victim.try_wait().expect("a child").is_none(),
            "it ended too soon"
        );
        std::thread::sleep(Duration::from_millis(1));
    }
    let filler = disk.path().join("filler");
    let _ = fs::write(&filler, vec![0; 96 << 20]);
    let ended = victim.wait().expect("ended");
    if !ended.success() {
        assert_eq!(ended.code(), Some(2));
        assert_rows_have_files(&out);
    }
    fs::remove_file(&filler).expect("removed");
    assert!(building(&desk, &out).status().expect("started").success());
    assert_eq!(documents(&out).len(), 300);
    assert_eq!(assert_rows_have_files(&out), 300);
}
