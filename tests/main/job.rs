//! Print runs as a machine reads them: PDF/X-4, document parts, and the XJDF ticket.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use lopdf::{Document, Object};
use serde_json::Value;

use crate::judges::judge;
use crate::support::{Desk, Ran, note, run};

const FOUR: [&str; 4] = [
    "GM1,Ademstad,Ademstad,5000,10,1234 AB,Ademstad",
    "GM2,Bedum,Bedum,5000,20,2234 AB,Bedum",
    "GM3,Corle,Corle,5000,30,3234 AB,Corle",
    "GM4,Drie,Drie,5000,40,4234 AB,Drie",
];

/// A run of four letters.
fn four() -> Desk {
    let desk = Desk::posiv(&FOUR);
    desk.build(&[]).ended(0);
    desk
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

fn print(desk: &Desk, name: &str, more: &[&str]) -> (PathBuf, Ran) {
    let (from, out) = (desk.out(), desk.path(name));
    let mut arguments = vec!["print", text(&from), "--out", text(&out)];
    arguments.extend(more);
    let ran = run(&arguments);
    (out, ran)
}

fn object(folder: &Path, name: &str) -> Value {
    let text = fs::read_to_string(folder.join(name)).expect(name);
    serde_json::from_str(&text).expect("JSON")
}

/// The first PDF of a job.
fn first_file(folder: &Path) -> PathBuf {
    let name = object(folder, "ticket.json")["files"][0]["file"].clone();
    folder.join(name.as_str().expect("a name"))
}

/// The rows of a manifest, each by heading.
fn manifest(folder: &Path) -> Vec<BTreeMap<String, String>> {
    let text = fs::read_to_string(folder.join("manifest.csv")).expect("manifest.csv");
    let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned));
    let heads: Vec<String> = lines.next().expect("a header").collect();
    lines
        .map(|row| heads.iter().cloned().zip(row).collect())
        .collect()
}

/// A profile that Ghostscript brings, which tests/judges/install installs.
#[expect(
    clippy::disallowed_methods,
    reason = "the test command says through the environment that judges are installed"
)]
fn profile(name: &str) -> Option<Vec<u8>> {
    let path = Path::new("/usr/share/color/icc/ghostscript").join(name);
    let found = fs::read(&path).ok();
    if found.is_none() {
        let is_required = std::env::var_os("RAADSPOST_JUDGES").is_some();
        assert!(!is_required, "{} is required", path.display());
        note(&format!("skipped: {} is not here", path.display()));
    }
    found
}

/// A profile for a press in grey: that of a screen, of the class of output devices.
fn grey_profile() -> Option<Vec<u8>> {
    let mut bytes = profile("default_gray.icc")?;
    bytes[12..16].copy_from_slice(b"prtr");
    Some(bytes)
}

/// Staples, two papers, slip sheets, crop marks and an output intent.
const PRESS: &str = "raadspost-printer: 1\ntitle: Press\nplex: duplex\n\
    paper: { name: A4 offset, grams: 100, tray: \"1\" }\n\
    annexes: { name: A4 blue, grams: 80 }\nstaple: { sheets: 25, sets: documents }\n\
    bleed: 3\ncrop-marks: true\nslip-sheets: true\n\
    output-intent: { profile: press.icc, condition: CGATS TR 001, registry: \"http://www.color.org\" }\n";

#[test]
fn a_job_with_an_output_intent_is_pdf_x_4_clause_by_clause() {
    let (Some(cmyk), Some(grey)) = (profile("default_cmyk.icc"), grey_profile()) else {
        return;
    };
    let desk = four();
    desk.write("press.yaml", PRESS);
    let printer = desk.path("press.yaml");
    for (name, bytes) in [("cmyk", cmyk), ("grey", grey)] {
        fs::write(desk.path("press.icc"), bytes).expect("written");
        let (out, ran) = print(&desk, name, &["--printer", text(&printer)]);
        ran.ended(0);
        judge("job.py", &["--selftest".to_owned(), text(&out).to_owned()]);
        judge(
            "print.py",
            &[desk.out(), out].map(|path| text(&path).to_owned()),
        );
    }
    // The profile decides the job, and a file that is named takes precedence.
    let job = |name: &str| object(&desk.path(name), "ticket.json")["job"].clone();
    assert_ne!(job("cmyk"), job("grey"));
    let (_, ran) = print(
        &desk,
        "named",
        &[
            "--printer",
            text(&printer),
            "--output-profile",
            text(&desk.path("press.icc")),
        ],
    );
    ran.ended(0);
    assert_eq!(job("named"), job("grey"));
}

#[test]
fn a_profile_that_is_missing_or_broken_is_refused() {
    let desk = Desk::posiv(&FOUR[..1]);
    desk.build(&[]).ended(0);
    desk.write("press.yaml", PRESS);
    let printer = desk.path("press.yaml");
    let refused = |what: &str, more: &[&str]| {
        let (out, ran) = print(&desk, "none", more);
        let ran = ran.ended(2);
        assert!(ran.stderr.contains(what), "{}", ran.stderr);
        assert!(!out.exists());
    };
    refused("`press.icc` of the printer", &["--printer", text(&printer)]);
    desk.write("press.icc", "not a profile");
    refused("is not an ICC profile", &["--printer", text(&printer)]);
    let file = desk.path("press.icc");
    refused("has no `output-intent`", &["--output-profile", text(&file)]);
}

#[test]
fn every_job_tells_a_machine_its_letters_papers_and_staples() {
    let desk = four();
    for printer in ["duplex", "inserter", "office", "press"] {
        let (out, ran) = print(&desk, printer, &["--printer", printer]);
        ran.ended(0);
        judge("job.py", &["--selftest".to_owned(), text(&out).to_owned()]);
    }
}

#[test]
fn a_bleed_that_the_pages_do_not_have_is_not_promised() {
    let desk = Desk::posiv(&FOUR[..1]);
    desk.build(&[]).ended(0);
    let (out, ran) = print(&desk, "press", &["--printer", "press"]);
    ran.ended(0);
    let sums = object(&out, "reconciliation.json");
    assert_eq!(sums["bleed_pages"], 0);
    assert_eq!(sums["letter_pages"], 5);
    assert_eq!(sums["colour_pages"], 5);
    let document = Document::load(first_file(&out)).expect("a PDF");
    for page in document.get_pages().into_values() {
        let page = document.get_dictionary(page).expect("a page");
        let of = |key: &[u8]| {
            page.get(key)
                .and_then(Object::as_array)
                .expect("a box")
                .clone()
        };
        assert_eq!(of(b"BleedBox"), of(b"TrimBox"));
    }
    let (office, ran) = print(&desk, "office", &["--printer", "office"]);
    ran.ended(0);
    assert_eq!(object(&office, "reconciliation.json")["colour_pages"], 0);
}

#[test]
fn a_mark_that_was_exchanged_is_found_when_the_job_is_read_back() {
    let desk = four();
    let (out, ran) = print(&desk, "print", &["--printer", "inserter"]);
    ran.ended(0);
    let path = first_file(&out);
    let mut document = Document::load(&path).expect("a PDF");
    let row = &manifest(&out)[0];
    let first: u32 = row["first_page"].parse().expect("a page");
    let pages = document.get_pages();
    let contents = |document: &Document, page: u32| {
        let page = document.get_dictionary(pages[&page]).expect("a page");
        page.get(b"Contents")
            .and_then(Object::as_array)
            .expect("contents")
            .clone()
    };
    let mut own = contents(&document, first);
    own[2] = contents(&document, first + 2)[2].clone();
    let page = document.get_dictionary_mut(pages[&first]).expect("a page");
    page.set("Contents", own);
    document.save(&path).expect("saved");
    // The digest of the file is made to fit, so that only the mark differs.
    let bytes = fs::read(&path).expect("a file");
    let mut sums = object(&out, "reconciliation.json");
    sums["files"][0]["sha256"] = raadspost_content::Fingerprint::of(&bytes)
        .to_string()
        .into();
    fs::write(out.join("reconciliation.json"), sums.to_string()).expect("written");
    let ran = run(&["print", text(&desk.out()), "--out", text(&out), "--check"]).ended(2);
    let letter = format!("are not `{}`", row["letter_id"]);
    assert!(ran.stderr.contains(&letter), "{}", ran.stderr);
}
