//! Documents that are up to date are not made again; only changed ones are.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::support::{Desk, command, documents, everyone_out, posiv, register, run};

const ROWS: [&str; 3] = [
    "GM0344,Utrecht,Utrecht,376123,16200,3500 CE,Utrecht",
    "GM0363,Amsterdam,Amsterdam,943000,202,1000 AE,Amsterdam",
    "GM1900,Súdwest-Fryslân,Súdwest-Fryslân,91000,10000,8600 HA,Sneek",
];

fn count(desk: &Desk, name: &str) -> u64 {
    desk.report()["documents"][name]
        .as_u64()
        .unwrap_or_else(|| panic!("{name}: {}", desk.report()))
}

#[test]
fn a_second_run_makes_nothing_and_says_so() {
    let desk = Desk::posiv(&ROWS);
    desk.build(&[]).ended(0);
    assert_eq!(count(&desk, "made"), 24);
    let before = documents(&desk.out());
    let second = desk.build(&[]).ended(0);
    assert_eq!((count(&desk, "made"), count(&desk, "fresh")), (0, 24));
    assert!(
        second.said().contains("nothing to make"),
        "{}",
        second.said()
    );
    assert_eq!(documents(&desk.out()), before);
}

#[test]
fn a_comment_at_the_top_makes_nothing_again() {
    let desk = Desk::posiv(&ROWS);
    desk.build(&[]).ended(0);
    desk.write(
        "posiv.yaml",
        format!("# a comment\n# and another\n\n{}", posiv()),
    );
    desk.build(&[]).ended(0);
    assert_eq!(count(&desk, "made"), 0);
}

#[test]
fn a_changed_word_makes_its_own_documents_again() {
    let desk = Desk::posiv(&ROWS);
    desk.build(&[]).ended(0);
    let before = documents(&desk.out());
    // A word of the first motion: annex I, the pack, and one Word file.
    desk.write(
        "posiv.yaml",
        posiv().replace(
            "De Russische agressie onverminderd wordt veroordeeld.",
            "De Russische agressie krachtig wordt veroordeeld.",
        ),
    );
    desk.build(&[]).ended(0);
    assert_eq!(count(&desk, "made"), 9);
    let after = documents(&desk.out());
    for (path, bytes) in &before {
        let concerned = ["bijlage-1.pdf", "pack.pdf", "motie-solidariteit.docx"]
            .iter()
            .any(|file| path.ends_with(file));
        assert_eq!(after[path] != *bytes, concerned, "{path}");
    }
}

#[test]
fn a_changed_row_makes_its_own_documents_again() {
    let desk = Desk::posiv(&ROWS);
    desk.build(&[]).ended(0);
    // Only the letter and the pack contain the address.
    desk.write(
        "registers/nl.csv",
        register(&[
            ROWS[0],
            "GM0363,Amsterdam,Amsterdam,943000,203,1000 AE,Amsterdam",
            ROWS[2],
        ]),
    );
    desk.build(&[]).ended(0);
    assert_eq!(count(&desk, "made"), 2);
    // No text contains the population.
    desk.write(
        "registers/nl.csv",
        register(&[
            ROWS[0],
            "GM0363,Amsterdam,Amsterdam,943001,203,1000 AE,Amsterdam",
            ROWS[2],
        ]),
    );
    desk.build(&[]).ended(0);
    assert_eq!(count(&desk, "made"), 0);
}

#[test]
fn a_changed_and_a_deleted_file_are_made_again() {
    let desk = Desk::posiv(&ROWS);
    desk.build(&[]).ended(0);
    let before = documents(&desk.out());
    let letter = desk.out().join("GM0344-utrecht/brief.pdf");
    let mut bytes = fs::read(&letter).expect("a letter");
    let last = bytes.len() / 2;
    bytes[last] ^= 1;
    fs::write(&letter, bytes).expect("written");
    fs::remove_file(desk.out().join("GM0363-amsterdam/motie-deelname.docx")).expect("removed");
    desk.build(&[]).ended(0);
    assert_eq!(count(&desk, "made"), 2);
    assert_eq!(documents(&desk.out()), before);
}

#[test]
fn a_renamed_municipality_leaves_no_old_letter_lying_about() {
    let desk = Desk::posiv(&ROWS);
    desk.build(&[]).ended(0);
    desk.write(
        "registers/nl.csv",
        register(&[
            ROWS[0],
            ROWS[1],
            "GM1900,Zuidwest-Friesland,Zuidwest-Friesland,91000,10000,8600 HA,Sneek",
        ]),
    );
    let ran = desk.build(&[]).ended(0);
    let paths: Vec<_> = documents(&desk.out()).into_keys().collect();
    assert!(
        paths.iter().all(|path| !path.contains("sudwest")),
        "{paths:?}"
    );
    assert_eq!(
        paths
            .iter()
            .filter(|path| path.starts_with("GM1900-zuidwest-friesland/"))
            .count(),
        8
    );
    assert!(!desk.out().join("GM1900-sudwest-fryslan").exists());
    assert!(ran.said().contains("superseded"), "{}", ran.said());
}

#[test]
fn a_dropped_document_is_moved_aside() {
    let desk = Desk::posiv(&ROWS);
    desk.build(&[]).ended(0);
    let yaml = posiv();
    let (kept, _) = yaml
        .split_once("  - id: motie-deelname-deelname")
        .expect("the last document");
    desk.write("posiv.yaml", kept);
    desk.build(&[]).ended(0);
    let paths: Vec<_> = documents(&desk.out()).into_keys().collect();
    assert_eq!(paths.len(), 21);
    let moved: Vec<_> = walkdir::WalkDir::new(desk.out().join(".raadspost/superseded"))
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .collect();
    assert_eq!(moved.len(), 3);
    let manifest = fs::read_to_string(desk.out().join("manifest.sha256")).expect("a manifest");
    assert!(!manifest.contains("motie-deelname-deelname"));
}

#[test]
fn a_narrowed_run_leaves_the_rest_of_the_plan_alone() {
    let desk = Desk::posiv(&ROWS);
    desk.build(&[]).ended(0);
    let manifest = || fs::read_to_string(desk.out().join("manifest.sha256")).expect("a manifest");
    let before = manifest();
    desk.write(
        "posiv.yaml",
        posiv().replace("Bij voorbaat dank daarvoor.", "Alvast dank daarvoor."),
    );
    desk.build(&["--only", "GM0344", "--document", "brief"])
        .ended(0);
    assert_eq!(count(&desk, "made"), 1);
    let after = manifest();
    assert_eq!(after.lines().count(), 24);
    let changed = before
        .lines()
        .zip(after.lines())
        .filter(|(before, after)| before != after)
        .count();
    assert_eq!(changed, 1);
}

#[test]
fn two_runs_at_once_and_foreign_files_are_refused() {
    let desk = Desk::posiv(&ROWS);
    desk.build(&[]).ended(0);
    let lock = fs::File::options()
        .read(true)
        .write(true)
        .open(desk.out().join(".raadspost/lock"))
        .expect("the lock");
    lock.lock().expect("locked");
    let busy = desk.build(&[]).ended(2);
    assert!(
        busy.said().contains("hint") || busy.said().contains("wait"),
        "{}",
        busy.said()
    );
    drop(lock);
    desk.build(&[]).ended(0);

    let foreign = Desk::posiv(&ROWS);
    foreign.write("out/vakantie.jpg", "x");
    let ran = foreign.build(&[]).ended(2);
    assert!(
        ran.said().contains("vakantie.jpg") || ran.said().contains("--out"),
        "{}",
        ran.said()
    );
    assert_eq!(
        fs::read_dir(foreign.out()).expect("out").count(),
        1,
        "nothing was written"
    );
}

/// A run on one worker that has delivered its first packs and has not ended.
fn on_its_way(arguments: &[&str], out: &Path) -> Child {
    let mut child = command(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("started");
    for _ in 0..1500 {
        if fs::read_dir(out).map_or(0, Iterator::count) > 6 {
            return child;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill().and_then(|()| child.wait()).expect("ended");
    panic!("no pack was delivered in half a minute");
}

/// Every existing document is complete, and some are missing.
fn assert_part_of_the_whole(out: &Path) {
    let reference = documents(&everyone_out());
    let there = documents(out);
    assert!(there.len() < reference.len(), "it ended before its end");
    for (path, bytes) in there {
        assert_eq!(bytes, reference[&path], "{path} is whole");
    }
}

/// The next run makes the missing documents, and leaves no temporary files.
fn assert_completed(out: &Path) {
    run(&["--out", out.to_str().expect("UTF-8")]).ended(0);
    let manifest = |out: &Path| fs::read(out.join("manifest.sha256")).expect("a manifest");
    assert_eq!(manifest(out), manifest(&everyone_out()));
    assert_eq!(documents(out), documents(&everyone_out()));
    let left = fs::read_dir(out.join(".raadspost/tmp")).map_or(0, Iterator::count);
    assert_eq!(left, 0, "no temporary file is left");
}

#[test]
fn an_interrupted_run_ends_with_130_and_the_next_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("out");
    let mut child = on_its_way(
        &["--out", out.to_str().expect("UTF-8"), "--jobs", "1"],
        &out,
    );
    let sent = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(sent.expect("kill").success());
    assert_eq!(child.wait().expect("ended").code(), Some(130));
    assert_part_of_the_whole(&out);
    assert_completed(&out);
}

#[test]
fn a_killed_run_leaves_whole_files_only_and_the_next_completes_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("out");
    let mut child = on_its_way(
        &["--out", out.to_str().expect("UTF-8"), "--jobs", "1"],
        &out,
    );
    child.kill().expect("killed");
    child.wait().expect("ended");
    assert_part_of_the_whole(&out);
    assert_completed(&out);
}
