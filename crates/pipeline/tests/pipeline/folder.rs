//! The output folder: foreign files, a second run, a damaged ledger.

use std::fs::{self, File};

use raadspost_pipeline::RunError;

use crate::fakes::{Bench, Campaign};

#[test]
fn a_folder_of_somebody_else_is_refused_and_left_alone() {
    let (bench, campaign) = (Bench::new(), Campaign::three());
    fs::create_dir(bench.out()).unwrap();
    bench.write("thesis.doc", "years of work");
    let error = bench.try_run(&campaign).unwrap_err();
    assert!(matches!(error, RunError::ForeignFolder(_)), "{error:?}");
    assert!(error.hint().is_some());
    assert_eq!(fs::read_dir(bench.out()).unwrap().count(), 1);
}

#[test]
fn foreign_files_are_named_and_nothing_is_made() {
    let (bench, mut campaign) = (Bench::new(), Campaign::three());
    bench.run(&campaign);
    for n in 10..25 {
        bench.write(&format!("note-{n}.txt"), "mine");
    }
    bench.write("GM1-aa/copy of brief.pdf", "mine");
    campaign.words.insert("brief", "changed".into());
    match bench.try_run(&campaign).unwrap_err() {
        RunError::ForeignFiles { names, count, .. } => {
            assert_eq!((names.len(), count), (10, 16));
            assert_eq!(
                (names[0].as_str(), names[9].as_str()),
                ("GM1-aa/copy of brief.pdf", "note-18.txt")
            );
        }
        other => panic!("{other:?}"),
    }
    assert!(!bench.read("GM1-aa/brief.pdf").contains("changed"));
}

#[test]
fn what_file_managers_leave_does_not_stop_a_run() {
    let (bench, campaign) = (Bench::new(), Campaign::three());
    bench.run(&campaign);
    bench.write("GM1-aa/.DS_Store", "");
    bench.write("Thumbs.db", "");
    // Left by Word and LibreOffice, which have the file open.
    bench.write("GM1-aa/~$motie.docx", "");
    bench.write("GM1-aa/.~lock.motie.docx#", "");
    assert_eq!(bench.try_run(&campaign).unwrap().documents.fresh, 12);
}

#[cfg(unix)]
#[test]
fn a_link_is_no_document() {
    let (bench, mut campaign) = (Bench::new(), Campaign::three());
    bench.run(&campaign);
    let elsewhere = bench.folder.path().join("elsewhere");
    fs::rename(bench.out().join("GM1-aa"), &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, bench.out().join("GM1-aa")).unwrap();
    campaign.words.insert("brief", "changed".into());
    let error = bench.try_run(&campaign).unwrap_err();
    assert!(matches!(error, RunError::ForeignFiles { .. }), "{error:?}");
    assert!(
        !fs::read_to_string(elsewhere.join("brief.pdf"))
            .unwrap()
            .contains("changed")
    );
}

#[test]
fn a_second_run_at_once_is_refused() {
    let (bench, campaign) = (Bench::new(), Campaign::three());
    bench.run(&campaign);
    let lock = File::options()
        .write(true)
        .open(bench.out().join(".raadspost/lock"))
        .unwrap();
    lock.lock().unwrap();
    let error = bench.try_run(&campaign).unwrap_err();
    assert!(matches!(error, RunError::Busy(_)), "{error:?}");
    drop(lock);
    assert_eq!(bench.run(&campaign).documents.fresh, 12);
}

#[test]
fn of_two_runs_started_at_once_one_works_or_both_in_turn() {
    let bench = Bench::new();
    let rows: Vec<(String, String)> = (0..300)
        .map(|n| (format!("GM{n}"), format!("Name {n}")))
        .collect();
    let rows: Vec<(&str, &str)> = rows.iter().map(|(c, n)| (c.as_str(), n.as_str())).collect();
    let campaign = Campaign::new(&rows);
    fs::create_dir_all(bench.out()).unwrap();
    let results = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..2)
            .map(|_| scope.spawn(|| bench.try_run(&campaign)))
            .collect();
        runs.into_iter()
            .map(|run| run.join().unwrap())
            .collect::<Vec<_>>()
    });
    assert!(results.iter().any(Result::is_ok), "{results:?}");
    for result in results {
        match result {
            Ok(report) => assert!(report.is_clean()),
            Err(error) => assert!(
                matches!(error, RunError::Busy(_) | RunError::ForeignFolder(_)),
                "{error:?}"
            ),
        }
    }
    let report = bench.run(&campaign);
    assert_eq!(report.documents.fresh, 1200);
}

#[test]
fn a_damaged_ledger_is_an_error() {
    let (bench, campaign) = (Bench::new(), Campaign::three());
    bench.run(&campaign);
    bench.write(".raadspost/ledger.sqlite", &"no database".repeat(1000));
    let error = bench.try_run(&campaign).unwrap_err();
    assert!(matches!(error, RunError::Ledger(_)), "{error:?}");
    assert!(error.hint().unwrap().contains("damaged"));
}

#[test]
fn a_folder_may_have_a_name_that_is_no_text() {
    use std::os::unix::ffi::OsStrExt as _;

    let (mut bench, campaign) = (Bench::new(), Campaign::three());
    let out = bench.out().join(std::ffi::OsStr::from_bytes(b"uit\xff"));
    bench.options.out.clone_from(&out);
    assert_eq!(bench.run(&campaign).documents.made, 12);
    assert_eq!(bench.run(&campaign).documents.fresh, 12);
    let beside: Vec<_> = fs::read_dir(out.parent().unwrap()).unwrap().collect();
    assert_eq!(beside.len(), 1, "{beside:?}");
}
