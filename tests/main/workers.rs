//! The same input gives the same bytes, on any number of workers.

use std::fs;

use raadspost_content::Renderer as _;
use raadspost_docx::{DocxOptions, DocxRenderer};

use crate::support::{everyone_out, root, run};

/// Features unify: the bytes of the docx crate's own tests are those of the whole programme. The
/// fingerprint covers the bytes of sample documents.
#[test]
fn word_files_do_not_depend_on_what_is_built_together() {
    let recorded = fs::read_to_string(root().join("crates/docx/probe.sha256")).expect("a hash");
    let here = DocxRenderer::new(DocxOptions::default()).fingerprint();
    assert_eq!(here.to_string(), recorded.trim());
}

#[test]
fn one_and_four_workers_give_the_same_manifest() {
    let reference = fs::read(everyone_out().join("manifest.sha256")).expect("a manifest");
    for jobs in ["1", "4"] {
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
