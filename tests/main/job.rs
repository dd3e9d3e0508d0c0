//! Print runs as a machine reads them: PDF/X-4, document parts, and the XJDF ticket.

use std::fs;
use std::path::{Path, PathBuf};

use lopdf::{Document, Object};

use crate::judges::{installed, judge};
use crate::printing::{self, FOUR, manifest, object, said};
use crate::support::{Desk, Ran, everyone_out, is_long, root, run, text};

/// A run of four letters.
fn four() -> Desk {
    let desk = Desk::posiv(&FOUR);
    desk.build(&[]).ended(0);
    desk
}

fn print(desk: &Desk, name: &str, more: &[&str]) -> (PathBuf, Ran) {
    let out = desk.path(name);
    let ran = printing::print(&desk.out(), &out, more);
    (out, ran)
}

/// The first PDF of a job.
fn first_file(folder: &Path) -> PathBuf {
    let name = object(folder, "ticket.json")["files"][0]["file"].clone();
    folder.join(name.as_str().expect("a name"))
}

/// A profile that Ghostscript brings, which tests/judges/install installs.
fn profile(name: &str) -> Option<Vec<u8>> {
    let path = Path::new("/usr/share/color/icc/ghostscript").join(name);
    let found = fs::read(&path).ok();
    installed(text(&path), found.is_some());
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

/// The letters of all councils for each printer and output intent in tests/long; else some of them
/// for one.
#[test]
fn print_copies_of_the_letters_of_all_councils_are_accepted() {
    let (Some(cmyk), Some(grey)) = (profile("default_cmyk.icc"), grey_profile()) else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let mut printers: Vec<String> = ["duplex", "inserter", "office", "press"]
        .map(str::to_owned)
        .into();
    for (name, bytes) in [("grey", grey), ("cmyk", cmyk)] {
        let path = folder.path().join(name);
        fs::create_dir(&path).expect("a folder");
        fs::write(path.join("press.icc"), bytes).expect("written");
        fs::write(path.join("press.yaml"), PRESS).expect("written");
        printers.push(text(&path.join("press.yaml")).to_owned());
    }
    if !is_long() {
        printers.drain(..printers.len() - 1);
    }
    let letters = if is_long() { "342" } else { "5" };
    for (at, printer) in printers.iter().enumerate() {
        let out = folder.path().join(at.to_string());
        printing::print(&everyone_out(), &out, &["--printer", printer]).ended(0);
        assert_eq!(object(&out, "reconciliation.json")["printed"], 342);
        judge("job.py", &[text(&out).to_owned()]);
        let run_folder = everyone_out();
        let sample = ["--letters", letters, text(&run_folder), text(&out)];
        judge("print.py", &sample.map(str::to_owned));
    }
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
        let mut arguments = vec!["--selftest".to_owned(), text(&out).to_owned()];
        let schema = root().join("../shared/data/xjdf.xsd");
        if schema.exists() {
            arguments.splice(0..0, ["--schema".to_owned(), text(&schema).to_owned()]);
        }
        judge("job.py", &arguments);
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

/// Reads a print run back in which the first file was exchanged for this one, with a digest that fits.
fn forged(desk: &Desk, out: &Path, mut document: Document) -> Ran {
    let path = first_file(out);
    document.save(&path).expect("saved");
    let bytes = fs::read(&path).expect("a file");
    let mut sums = object(out, "reconciliation.json");
    sums["files"][0]["sha256"] = raadspost_content::Fingerprint::of(&bytes)
        .to_string()
        .into();
    fs::write(out.join("reconciliation.json"), sums.to_string()).expect("written");
    run(&["print", text(&desk.out()), "--out", text(out), "--check"]).ended(2)
}

#[test]
fn document_parts_that_are_not_the_letters_are_found_when_the_job_is_read_back() {
    let desk = four();
    type Change = fn(&mut Document);
    let changes: [(&str, &str, Change); 3] = [
        ("sequence", "are not its letters", |document| {
            for object in document.objects.values_mut() {
                let metadata = object.as_dict_mut().and_then(|part| part.get_mut(b"DPM"));
                let metadata = metadata.and_then(Object::as_dict_mut);
                let facts = metadata.and_then(|facts| facts.get_mut(b"Raadspost_Letter"));
                if let Ok(facts) = facts.and_then(Object::as_dict_mut) {
                    facts.set("Sequence", 7);
                }
            }
        }),
        ("page", "without its document part", |document| {
            let page = document.get_pages()[&3];
            let page = document.get_dictionary_mut(page).expect("a page");
            page.remove(b"DPart");
        }),
        ("root", "has no document parts", |document| {
            document
                .catalog_mut()
                .expect("a catalog")
                .remove(b"DPartRoot");
        }),
    ];
    for (name, what, change) in changes {
        let (out, ran) = print(&desk, name, &[]);
        ran.ended(0);
        let mut document = Document::load(first_file(&out)).expect("a PDF");
        change(&mut document);
        let ran = forged(&desk, &out, document);
        assert!(ran.stderr.contains(what), "{name}: {}", ran.stderr);
    }
}

#[test]
fn a_form_that_was_changed_is_found_when_the_job_is_read_back() {
    let desk = four();
    let (out, ran) = print(&desk, "print", &[]);
    ran.ended(0);
    let mut document = Document::load(first_file(&out)).expect("a PDF");
    let forms = document.objects.values_mut().filter_map(|object| {
        let stream = object.as_stream_mut().ok()?;
        let kind = stream.dict.get(b"Subtype").and_then(Object::as_name);
        matches!(kind, Ok(b"Form")).then_some(stream)
    });
    let mut changed = 0;
    for form in forms {
        form.set_plain_content(b"0 0 9 9 re f".to_vec());
        changed += 1;
    }
    assert!(changed > 0);
    let ran = forged(&desk, &out, document);
    let letter = format!("are not `{}`", manifest(&out)[0]["letter_id"]);
    assert!(ran.stderr.contains(&letter), "{}", ran.stderr);
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
    let ran = forged(&desk, &out, document);
    let letter = format!("are not `{}`", row["letter_id"]);
    assert!(ran.stderr.contains(&letter), "{}", ran.stderr);
}

/// A printer with these marks.
fn marked(desk: &Desk, marks: &str) -> PathBuf {
    let data = format!(
        "raadspost-printer: 1\ntitle: Marks\nplex: duplex\npaper: {{ name: A4, grams: 80 }}\n{marks}\n"
    );
    desk.write("marks.yaml", data);
    desk.path("marks.yaml")
}

#[test]
fn marks_are_data() {
    let desk = four();
    for (at, marks) in [
        "marks: { kind: datamatrix, left: 6, top: 130, module: 0.4, symbol: 26, side: both, \
         text: \"{code}/{sequence:04} {first|B|-}{last|E|-} {sheet:02}{sheets:02}\" }",
        "marks: { kind: omr, left: 5, top: 100, module: 5, length: 6, weight: 0.8, side: back, \
         positions: [bar, first, not-last, sequence-2, sheet-1, sheet-2, blank, odd] }",
        "sequence: { left: 6, top: 280, size: 6, text: \"{letter} {sheet}\" }",
    ]
    .into_iter()
    .enumerate()
    {
        let printer = marked(&desk, marks);
        let (out, ran) = print(&desk, &format!("p{at}"), &["--printer", text(&printer)]);
        ran.ended(0);
        judge(
            "print.py",
            &[desk.out(), out].map(|path| text(&path).to_owned()),
        );
    }
    let printer = marked(
        &desk,
        "marks: { kind: datamatrix, left: 6, top: 130, module: 0.5, text: \"{name}\" }\n\
         sequence: { left: 6, top: 120, size: 5, text: \"{sheet\" }",
    );
    let (_, ran) = print(&desk, "wrong", &["--printer", text(&printer)]);
    let ran = ran.ended(2);
    for part in [
        "`{name}` is not a value of a sheet",
        "a brace has no partner",
    ] {
        assert!(ran.stderr.contains(part), "{}", ran.stderr);
    }
}

#[test]
fn marks_without_room_are_refused_before_a_page_is_written() {
    let desk = four();
    for (what, marks) in [
        (
            "not on the sheet",
            "marks: { kind: datamatrix, left: 203, top: 130, module: 0.5 }",
        ),
        (
            "not on the sheet",
            "marks: { kind: omr, left: 5, top: 280, module: 5, length: 7 }",
        ),
        (
            "not on the sheet",
            "sequence: { left: 195, top: 126, size: 6 }",
        ),
        (
            "too long",
            "marks: { kind: datamatrix, left: 6, top: 130, module: 0.5, symbol: 12 }",
        ),
        (
            "no room beside each other",
            "marks: { kind: datamatrix, left: 6, top: 130, module: 0.5 }\n\
             sequence: { left: 10, top: 135, size: 5 }",
        ),
        (
            "is not white where the DataMatrix is",
            "marks: { kind: datamatrix, left: 40, top: 130, module: 0.5 }",
        ),
        (
            "is not white where the row of OMR bars is",
            "marks: { kind: omr, left: 30, top: 60, module: 4, length: 8, side: both }",
        ),
        (
            "is not white where the small print is",
            "sequence: { left: 60, top: 130, size: 5 }",
        ),
    ] {
        let printer = marked(&desk, marks);
        let (out, ran) = print(&desk, "refused", &["--printer", text(&printer)]);
        let ran = ran.ended(2);
        assert!(ran.stderr.contains(what), "{what}: {}", ran.stderr);
        assert!(!out.exists());
    }
}

#[test]
fn a_ticket_says_all_that_a_printer_asks_in_one_language() {
    let desk = Desk::posiv(&[FOUR[0], FOUR[1], FOUR[2], "GM4,Drie,Drie,5000,40,,Drie"]);
    desk.build(&[]);
    run(&["approve", text(&desk.out()), "--by", "J. Jansen"]).ended(0);
    let more = ["--printer", "inserter", "--posting-date", "2026-03-02"];
    let (out, ran) = print(&desk, "print", &more);
    ran.ended(1);
    let ticket = object(&out, "ticket.json");
    assert_eq!(ticket["approval"]["by"], "J. Jansen");
    assert_eq!(ticket["posting_date"], "2026-03-02");
    assert_eq!(ticket["client"]["name"], "POSIV-project");
    assert_eq!(ticket["weights"][0]["letters"], 3);
    let digest = ticket["files"][0]["sha256"].as_str().expect("a digest");
    let xjdf = fs::read_to_string(out.join("ticket.xjdf")).expect("ticket.xjdf");
    for part in [
        "LastEnd=\"2026-03-02T23:59:59Z\"",
        "ApprovalState=\"Approved\"",
        "FoldingDetails=\"LetterFold\"",
        digest,
    ] {
        assert!(xjdf.contains(part), "{part}: {xjdf}");
    }
    if let Some(said) = said(&out.join("ticket.pdf"), &["-layout"]) {
        for part in [
            "POSIV-project",
            "Steun en solidariteit Oekraïne",
            "2026-03-02",
            "J. Jansen",
            "Drukkerij met insteekmachine",
            "vensterenvelop DL; nl-dl-left",
            "in drieën, wikkelvouw",
            "15 bladzijden in kleur, 0 in zwart",
            "A4 wit, 80 g/m²",
            "stap 0,5 mm",
            "het pakket is aangehouden",
            "deel van `pack`",
            "tot 50 g: 3 brieven",
            "0,1 MB",
            digest,
        ] {
            assert!(said.contains(part), "{part}: {said}");
        }
        for english in [
            "the pack",
            "part of",
            "white",
            "Print house",
            "sheets of",
            "up to",
        ] {
            assert!(!said.contains(english), "{english}: {said}");
        }
    }
    if let Some(said) = said(&first_file(&out), &["-layout"]) {
        assert!(said.contains("tot 50 g"), "{said}");
    }
    let (_, ran) = print(&desk, "date", &["--posting-date", "2 maart"]);
    ran.ended(2);
}

#[test]
fn pieces_belong_to_the_print_run_that_is_named() {
    let desk = four();
    let (first, ran) = print(&desk, "first", &[]);
    ran.ended(0);
    let (again, ran) = print(&desk, "again", &["--pieces", "3,GM1", "--of", text(&first)]);
    ran.ended(0);
    let ids: Vec<_> = manifest(&again)
        .iter()
        .map(|row| row["letter_id"].clone())
        .collect();
    assert_eq!(ids, ["GM1.pack", "GM3.pack"]);
    for other in [&["--printer", "office"][..], &["--order", "postcode"]] {
        let mut more = vec!["--pieces", "3", "--of", text(&first)];
        more.extend(other);
        let (_, ran) = print(&desk, "other", &more);
        let ran = ran.ended(2);
        assert!(ran.stderr.contains("of the job"), "{}", ran.stderr);
    }
    desk.write(
        "registers/nl.csv",
        crate::support::register(&[
            "GM0,Aa,Aa,5000,9,1111 AB,Aa",
            FOUR[0],
            FOUR[1],
            FOUR[2],
            FOUR[3],
        ]),
    );
    desk.build(&[]).ended(0);
    // Piece 3 is another letter now.
    let (_, ran) = print(&desk, "changed", &["--pieces", "3", "--of", text(&first)]);
    ran.ended(2);
    print(&desk, "alone", &["--of", text(&first)]).1.ended(2);
}
