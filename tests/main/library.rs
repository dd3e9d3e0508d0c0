//! The library makes and refuses the same documents as the command line.

use std::collections::BTreeMap;
use std::fs;

use raadspost_project::{Directory, PackRenderer, Project, render_pack};

use crate::support::{Desk, documents, register};

const ROWS: [&str; 5] = [
    "GM0344,Utrecht,Utrecht,376123,16200,3500 CE,Utrecht",
    // Two rows with one folder.
    "GM1,Aa,Aa,100,1,1234 AB,Aa",
    "GM.1,Aa,Aa,100,1,1234 AB,Aa",
    // A sign that no font has: its letter is refused, and with it the collection.
    "GM2,Be😀,Be😀,100,1,1234 AB,Be",
    // No postal address.
    "GM3,Ce,Ce,100,,,",
];

#[test]
fn a_pack_in_memory_is_the_pack_of_a_run() {
    let desk = Desk::posiv(&ROWS);
    desk.build(&["--jobs", "2"]).ended(1);
    let delivered = documents(&desk.out());
    let project = Project::open(Directory::new(desk.campaign())).expect("a project");
    let renderer = PackRenderer::new(&project);
    let mut made = BTreeMap::new();
    let mut held = 0;
    for row in ROWS {
        let code = row.split(',').next().expect("a code");
        let outcome = renderer.render(code).expect("a register");
        let outcome = outcome.expect("a municipality");
        assert_eq!(outcome.documents.len() + outcome.refused.len(), 8, "{code}");
        assert!(outcome.refused.iter().all(|one| !one.reasons.is_empty()));
        let folder = if outcome.refused.is_empty() {
            outcome.folder
        } else {
            held += 1;
            format!("held/{}", outcome.folder)
        };
        for document in outcome.documents {
            let path = format!("{folder}/{}", document.file);
            made.insert(path, document.rendition.bytes);
        }
    }
    assert!(held >= 3, "{held} packs are held");
    assert_eq!(
        made.keys().collect::<Vec<_>>(),
        delivered.keys().collect::<Vec<_>>()
    );
    assert!(made == delivered, "the bytes differ");
    assert!(render_pack(&project, "GM9").expect("a register").is_none());
}

#[test]
fn a_campaign_reads_nothing_outside_its_folder() {
    let desk = Desk::new(&[("r.csv", &register(&ROWS[..1]))]);
    let text = crate::support::posiv();
    for file in ["../r.csv", "mine/../../r.csv"] {
        desk.write(
            "mine/posiv.yaml",
            text.replace("file: registers/nl.csv", &format!("file: {file}")),
        );
        let opened = Project::open(Directory::new(desk.path("mine")));
        let error = opened.err().expect("a mistake");
        assert_eq!(error.mistakes()[0].code, "path-outside", "{error}");
    }
    fs::create_dir(desk.path("mine/registers")).expect("a folder");
    #[cfg(unix)]
    {
        let link = desk.path("mine/registers/nl.csv");
        std::os::unix::fs::symlink(desk.path("r.csv"), link).expect("a link");
        desk.write("mine/posiv.yaml", text);
        let opened = Project::open(Directory::new(desk.path("mine")));
        let error = opened.err().expect("a mistake");
        assert_eq!(error.mistakes()[0].code, "unreadable-file", "{error}");
    }
}
