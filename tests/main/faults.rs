//! A system call fails in the middle of a run, including SQLite's own calls: the run reports it or
//! continues, and the next run completes the work.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::kills::{assert_rows_have_files, building, desk};
use crate::support::{is_long, note, ran};

/// Packs of a run.
const PACKS: usize = 12;

/// Calls that change a file, a file name or durability.
const CALLS: [&str; 6] = [
    "write",
    "pwrite64",
    "ftruncate",
    "rename",
    "fsync",
    "syncfs",
];

/// The numbers `n` of the failing call of each thread: every number in tests/long, otherwise powers
/// of two.
fn next(n: usize) -> usize {
    if is_long() { n + 1 } else { n * 2 }
}

/// Runs the program with the `n`th such call failing as on a full disk; failed calls are logged.
fn faulty(building: &Command, call: &str, n: usize, log: &Path) -> Command {
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-e", &format!("trace={call}"), "-e"]);
    strace.arg(format!("inject={call}:error=ENOSPC:when={n}"));
    strace.arg("-o").arg(log).arg(building.get_program());
    strace.args(building.get_args());
    strace.stdout(Stdio::null()).stderr(Stdio::null());
    strace
}

#[test]
fn a_run_to_which_the_system_refuses_a_call_is_completed_by_the_next() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("calls.log");
    let mut probe = faulty(&Command::new("true"), "write", 1, &log);
    if !probe.status().is_ok_and(|status| status.success()) {
        note("skipped: no strace that may trace a process is here");
        return;
    }
    let desk = desk(PACKS);
    let whole = folder.path().join("whole");
    assert!(building(&desk, &whole).status().expect("started").success());
    let manifest = fs::read(whole.join("manifest.sha256")).expect("a manifest");
    let (mut refused, mut told) = (0, 0);
    for call in CALLS {
        let mut n = 1;
        loop {
            let at = format!("{call} {n}");
            let out = folder.path().join("run");
            let status = faulty(&building(&desk, &out), call, n, &log).status();
            let status = status.expect("started").code();
            let calls = fs::read_to_string(&log).expect("a log");
            if !calls.contains("(INJECTED)") {
                assert_eq!(status, Some(0), "{at}");
                fs::remove_dir_all(&out).expect("removed");
                break;
            }
            // SQLite tolerates a failed flush of its folder; all other failures are reported, and
            // nothing panics.
            assert!(matches!(status, Some(0 | 2)), "{at}: {status:?}");
            refused += 1;
            told += usize::from(status == Some(2));
            assert_rows_have_files(&out);
            assert_eq!(ran(&mut building(&desk, &out)).status, 0, "{at}");
            let now = fs::read(out.join("manifest.sha256")).expect("a manifest");
            assert!(now == manifest, "{at}: another manifest");
            assert_eq!(assert_rows_have_files(&out), PACKS, "{at}");
            let left = fs::read_dir(out.join(".raadspost/tmp")).map_or(0, Iterator::count);
            assert_eq!(left, 0, "{at}: a temporary file is left");
            fs::remove_dir_all(&out).expect("removed");
            n = next(n);
        }
    }
    note(&format!(
        "{refused} calls were refused, and {told} runs ended with them"
    ));
    assert!(refused > CALLS.len() && told > CALLS.len());
}
