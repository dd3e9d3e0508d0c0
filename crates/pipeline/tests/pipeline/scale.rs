//! Equal documents are rendered once, folders are spread by code, and unchanged files are not read
//! again.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Condvar, Mutex};
use std::time::Duration;

use raadspost_content::Diagnostics;
use raadspost_pipeline::{DirtyReason, Packs, Recipients, RegisterRows, UnfilledRow, UnfilledRows};

use crate::fakes::{Bench, Campaign};

/// `count` municipalities, all with the same annex.
fn alike(count: usize) -> Campaign {
    let rows: Vec<(String, String)> = (0..count)
        .map(|n| (format!("GM{n:04}"), format!("Name {n}")))
        .collect();
    let rows: Vec<(&str, &str)> = rows.iter().map(|(c, n)| (c.as_str(), n.as_str())).collect();
    let mut campaign = Campaign::new(&rows);
    for row in &mut campaign.rows {
        row.values.insert("bijlage", "for all".into());
        row.values.insert("motie", "for all too".into());
    }
    campaign
}

#[test]
fn equal_documents_are_rendered_once_and_share_their_bytes() {
    for jobs in [1, 3] {
        let mut bench = Bench::new();
        bench.options.jobs = jobs;
        let report = bench.run(&alike(40));
        assert_eq!(report.documents.made, 160);
        // 40 letters, 40 collections, one annex and one motion.
        assert_eq!(report.renderings, 82);
        assert_eq!(bench.rendered.load(Ordering::Relaxed), 82);
        assert_eq!(report.shared, 39);
        let links = |path: &str| fs::metadata(bench.out().join(path)).unwrap().nlink();
        assert_eq!(links("GM0007-name-7/bijlage.pdf"), 40);
        assert_eq!(links("GM0007-name-7/brief.pdf"), 1);
        // A Word file is meant to be edited.
        assert_eq!(links("GM0007-name-7/motie.docx"), 1);
        assert_eq!(
            bench.read("GM0007-name-7/motie.docx"),
            bench.read("GM0008-name-8/motie.docx")
        );
    }
}

#[test]
fn sharing_changes_no_byte() {
    let (bench, campaign) = (Bench::new(), alike(12));
    bench.run(&campaign);
    for at in 0..campaign.rows.len() {
        let mut alone = campaign.clone();
        alone.rows = vec![campaign.rows[at].clone()];
        let one = Bench::new();
        let report = one.run(&alone);
        assert_eq!((report.renderings, report.shared), (4, 0));
        for line in one.manifest().lines() {
            assert!(bench.manifest().contains(line), "{line}");
        }
    }
}

#[test]
fn a_shared_file_that_is_changed_is_made_again_for_all_who_have_it() {
    let (bench, campaign) = (Bench::new(), alike(5));
    bench.run(&campaign);
    let manifest = bench.manifest();
    // Written in place, as an editor may do: all names lead to the same bytes.
    bench.write("GM0002-name-2/bijlage.pdf", "changed by hand");
    let report = bench.run(&campaign);
    assert_eq!(report.reasons[&DirtyReason::FileChanged], 5);
    assert_eq!((report.renderings, report.shared), (1, 4));
    assert_eq!(report.superseded.len(), 5);
    assert_eq!(bench.manifest(), manifest);
}

#[test]
fn an_equal_document_that_fails_fails_for_each() {
    let mut bench = Bench::new();
    bench.options.jobs = 4;
    let mut campaign = alike(20);
    for row in &mut campaign.rows {
        row.values.insert("motie", "FAIL".into());
    }
    let report = bench.run(&campaign);
    // The motion fails, and the collection is withheld.
    assert_eq!(report.documents.failed, 40);
    assert_eq!(report.packs.held, 20);
}

#[test]
fn folders_are_spread_where_there_are_many() {
    let mut bench = Bench::new();
    bench.options.spread_above = 3;
    bench.run(&Campaign::three());
    assert!(bench.files().contains(&"GM1-aa/brief.pdf".to_owned()));
    let mut four = alike(4);
    four.rows[1].refused.insert("motie");
    let report = bench.run(&four);
    assert_eq!(report.superseded.len(), 12, "the old places are cleared");
    let files = bench.files();
    assert!(
        files.contains(&"GM/00/GM0000-name-0/brief.pdf".to_owned()),
        "{files:?}"
    );
    let held = "held/GM/00/GM0001-name-1/brief.pdf".to_owned();
    assert!(files.contains(&held), "{files:?}");
    assert_eq!(report.held[0].folder, "held/GM/00/GM0001-name-1");
    assert_eq!(bench.run(&four).documents.made, 0);
}

#[test]
fn a_file_that_was_not_touched_is_not_read_again() {
    let (mut bench, campaign) = (Bench::new(), Campaign::three());
    bench.run(&campaign);
    // Damaged without a trace: same size, and the modification time restored.
    let path = bench.out().join("GM1-aa/brief.pdf");
    let before = fs::metadata(&path).unwrap();
    let mut bytes = fs::read(&path).unwrap();
    bytes[0] ^= 1;
    let file = fs::File::options().write(true).open(&path).unwrap();
    std::io::Write::write_all(&mut &file, &bytes).unwrap();
    file.set_modified(before.modified().unwrap()).unwrap();
    drop(file);
    let report = bench.try_run(&campaign).unwrap();
    assert_eq!(report.documents.made, 0, "this is what a stamp cannot tell");
    bench.options.paranoid = true;
    let report = bench.run(&campaign);
    assert_eq!(report.reasons[&DirtyReason::FileChanged], 1);
}

#[test]
fn a_file_whose_time_changed_alone_is_read_and_then_known_again() {
    let (bench, campaign) = (Bench::new(), Campaign::three());
    bench.run(&campaign);
    let path = bench.out().join("GM1-aa/brief.pdf");
    let file = fs::File::options().write(true).open(&path).unwrap();
    let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    file.set_modified(time).unwrap();
    drop(file);
    assert_eq!(bench.run(&campaign).documents.made, 0);
    // The new stamp is in the ledger: a change that keeps it is not detected any more.
    let mut bytes = fs::read(&path).unwrap();
    bytes[0] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let file = fs::File::options().write(true).open(&path).unwrap();
    file.set_modified(time).unwrap();
    drop(file);
    assert_eq!(bench.try_run(&campaign).unwrap().documents.made, 0);
}

/// Packs that are filled by two threads at once, or not at all.
struct Together {
    campaign: Campaign,
    filling: Mutex<usize>,
    changed: Condvar,
}

impl Recipients for Together {
    fn register(&self) -> String {
        self.campaign.register()
    }

    fn rows(&self) -> RegisterRows {
        self.campaign.rows()
    }

    fn packs(&self) -> Result<Packs<'_>, Diagnostics> {
        self.campaign.packs()
    }

    fn rows_kept(&self, _: &Path) -> Result<UnfilledRows<'_>, Diagnostics> {
        Ok(Box::new(self.campaign.packs()?.map(move |recipient| {
            UnfilledRow::new(move || {
                let mut filling = self.filling.lock().unwrap();
                *filling += 1;
                self.changed.notify_all();
                let long = Duration::from_secs(20);
                let alone = |filling: &mut usize| *filling < 2;
                let waited = self.changed.wait_timeout_while(filling, long, alone);
                assert!(!waited.unwrap().1.timed_out(), "the other thread waits");
                recipient
            })
        })))
    }
}

#[test]
fn packs_are_filled_by_the_threads_that_make_them() {
    let mut bench = Bench::new();
    bench.options.jobs = 2;
    let together = Together {
        campaign: alike(2),
        filling: Mutex::new(0),
        changed: Condvar::new(),
    };
    assert_eq!(bench.run(&together).documents.made, 8);
}
