//! The same input gives the same bytes, on any number of workers.

use std::fs;

use crate::support::{everyone_out, run};

#[test]
fn one_and_two_workers_give_the_same_manifest() {
    let reference = fs::read(everyone_out().join("manifest.sha256")).expect("a manifest");
    for jobs in ["1", "2"] {
        let folder = tempfile::tempdir().expect("a folder");
        let out = folder.path().join("out");
        run(&[
            "--jobs",
            jobs,
            "--durability",
            "none",
            "--out",
            out.to_str().expect("UTF-8"),
        ])
        .ended(0);
        assert_eq!(
            fs::read(out.join("manifest.sha256")).expect("a manifest"),
            reference,
            "{jobs} workers"
        );
    }
}
