//! Print runs: what `print` makes of a finished run, and what it refuses.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::thread::sleep;
use std::time::{Duration, Instant};

use lopdf::{Document, Object};
use raadspost_content::Fingerprint;
use serde_json::Value;

use crate::judges::{judge, told};
use crate::printing::{FOUR, manifest, object, print, said};
use crate::support::{Desk, bind, command, everyone_out, is_long, note, run, text, weigh};

/// All files of a folder, by name.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy();
            (name.into_owned(), fs::read(&path).expect("a file"))
        })
        .collect()
}

/// The print run of all 342 letters for the house with an inserter, made once.
fn inserted() -> &'static Path {
    static RUN: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    &RUN.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let out = folder.path().join("print");
        print(&everyone_out(), &out, &["--printer", "inserter"]).ended(0);
        (folder, out)
    })
    .1
}

/// What a page says, as poppler reads it.
fn page_said(path: &Path, page: usize) -> Option<String> {
    let page = page.to_string();
    said(path, &["-raw", "-f", &page, "-l", &page])
}

/// Content of each page of a letter, marks included.
fn contents(folder: &Path, row: &BTreeMap<String, String>) -> Vec<Vec<u8>> {
    let document = Document::load(folder.join(&row["file"])).expect("a PDF");
    let number = |name: &str| row[name].parse::<u32>().expect("a number");
    let pages = document.get_pages();
    (number("first_page")..=number("last_page"))
        .map(|page| document.get_page_content(pages[&page]))
        .collect()
}

#[test]
fn every_row_is_accounted_for_and_every_letter_begins_on_a_front() {
    let sums = object(inserted(), "reconciliation.json");
    let number = |name: &str| sums[name].as_u64().expect(name);
    assert_eq!(number("register_rows"), 342);
    assert_eq!(number("printed"), 342);
    assert_eq!(
        number("pages"),
        number("letter_pages") + number("blank_pages") + number("slip_pages")
    );
    let rows = manifest(inserted());
    assert_eq!(rows.len(), 342);
    for (at, row) in rows.iter().enumerate() {
        assert_eq!(row["sequence"], (at + 1).to_string());
        let first: u32 = row["first_page"].parse().expect("a page");
        assert_eq!(first % 2, 1, "{row:?}");
        assert!(row["kix"].len() >= 7, "{row:?}");
    }
    let mut codes: Vec<_> = rows.iter().map(|row| &row["postcode"]).collect();
    assert!(codes.is_sorted());
    codes.dedup();
    assert!(codes.len() > 300);
}

/// Streams of the PDFs of a job, none of which stands twice in a file, and their bytes.
fn weighed(folder: &Path) -> (usize, u64) {
    let job = object(folder, "reconciliation.json")["job"].clone();
    let job = job.as_str().expect("a job");
    let (mut streams, mut bytes) = (0, 0);
    for (name, file) in files(folder) {
        if !(name.starts_with(job) && name.ends_with(".pdf")) {
            continue;
        }
        bytes += file.len() as u64;
        let document = Document::load_mem(&file).expect("a PDF");
        let mut seen = BTreeMap::new();
        for (id, object) in &document.objects {
            if let Object::Stream(stream) = object {
                // Object streams and the cross-reference are the file's own.
                let kind = stream.dict.get(b"Type").and_then(Object::as_name);
                if matches!(kind, Ok(b"ObjStm" | b"XRef")) {
                    continue;
                }
                streams += 1;
                let digest = Fingerprint::of(&stream.content);
                assert_eq!(seen.insert(digest, id), None, "{name}: {id:?} stands twice");
            }
        }
        let catalog = document.catalog().expect("a catalog");
        assert!(!catalog.has(b"StructTreeRoot"));
    }
    (streams, bytes)
}

#[test]
fn a_job_is_small_and_has_each_stream_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let plain = folder.path().join("plain");
    print(&everyone_out(), &plain, &[]).ended(0);
    // Marks take streams of their own, one for each sheet.
    for (folder, most) in [(plain.as_path(), 2_000), (inserted(), 3_900)] {
        let (streams, bytes) = weighed(folder);
        assert!(bytes / 342 <= most, "{} bytes a letter", bytes / 342);
        let sums = object(folder, "reconciliation.json");
        assert_eq!(sums["streams"], streams);
        assert_eq!(sums["bytes"], bytes);
        let each = sums["bytes_per_letter"].as_f64().expect("a number");
        assert!((each - bytes as f64 / 342.0).abs() <= 0.5, "{each}");
        let each = sums["streams_per_letter"].as_f64().expect("a number");
        assert!((each - streams as f64 / 342.0).abs() <= 0.01, "{each}");
        let ticket = object(folder, "ticket.json");
        assert_eq!(ticket["bytes_per_letter"], sums["bytes_per_letter"]);
    }
}

/// The numbers of objects that letters share.
#[derive(Debug, Default)]
struct Shared {
    /// The names of font programs, without the letters before them.
    fonts: Vec<String>,
    forms: usize,
    /// Pages of letters, and those that draw a form.
    pages: usize,
    plated: usize,
}

fn shared(file: &Path) -> Shared {
    let document = Document::load(file).expect("a PDF");
    let mut shared = Shared::default();
    for object in document.objects.values() {
        match object {
            Object::Dictionary(font) if font.has(b"FontFile3") => {
                let name = font.get(b"FontName").and_then(Object::as_name);
                let name = String::from_utf8_lossy(name.expect("a name")).into_owned();
                let name = name.split_once('+').map(|(_, name)| name.to_owned());
                shared.fonts.extend(name);
            }
            Object::Stream(stream) => {
                let kind = stream.dict.get(b"Subtype").and_then(Object::as_name);
                shared.forms += usize::from(matches!(kind, Ok(b"Form")));
            }
            _ => {}
        }
    }
    for page in document.get_pages().into_values() {
        let content = document.get_page_content(page);
        let draws = |word: &[u8]| content.windows(word.len()).any(|window| window == word);
        shared.pages += usize::from(!content.is_empty());
        shared.plated += usize::from(draws(b"/RaadspostForm"));
    }
    shared
}

#[test]
fn a_file_has_each_face_once_and_what_its_letters_have_in_common_as_forms() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("print");
    print(&everyone_out(), &out, &[]).ended(0);
    let file = manifest(&out)[0]["file"].clone();
    let shared = shared(&out.join(file));
    let mut faces = shared.fonts.clone();
    faces.sort();
    faces.dedup();
    assert_eq!(shared.fonts.len(), faces.len(), "{shared:?}");
    assert!(faces.len() >= 3, "{shared:?}");
    assert_eq!(shared.pages, 342 * 5, "{shared:?}");
    assert_eq!(shared.plated, shared.pages, "{shared:?}");
    assert!((1..60).contains(&shared.forms), "{shared:?}");
}

/// Pages as poppler draws them, in colours at 72 dpi, and what they say; `None`, with a message, if it
/// is not installed.
fn seen(file: &Path, first: &str, last: &str) -> Option<(Vec<Vec<u8>>, String)> {
    let folder = tempfile::tempdir().expect("a folder");
    let into = folder.path().join("page");
    let range = ["-f", first, "-l", last];
    let resolution = ["-r", "72"];
    let drawn = [&resolution[..], &range, &[text(file), text(&into)]].concat();
    told("pdftoppm", &drawn)?;
    let said = said(file, &[&["-raw"][..], &range].concat())?;
    let mut pages: Vec<PathBuf> = fs::read_dir(folder.path())
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    pages.sort();
    let pages = pages.iter().map(|page| fs::read(page).expect("a picture"));
    Some((pages.collect(), said))
}

#[test]
fn letters_look_and_read_like_their_archive_copies() {
    let run_folder = everyone_out();
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("print");
    print(&run_folder, &out, &[]).ended(0);
    let list = fs::read_to_string(run_folder.join(".raadspost/mailing.jsonl")).expect("a list");
    let packs: BTreeMap<String, String> = list
        .lines()
        .map(|line| {
            let pack: Value = serde_json::from_str(line).expect("JSON");
            let documents = pack["documents"].as_array().expect("documents");
            let file = documents.iter().find(|one| one["id"] == "pack");
            let path = file.expect("a pack")["path"].as_str().expect("a path");
            let code = pack["code"].as_str().expect("a code");
            (code.to_owned(), path.to_owned())
        })
        .collect();
    let step = if is_long() { 1 } else { 12 };
    for row in manifest(&out).iter().step_by(step) {
        let copy = run_folder.join(&packs[&row["code"]]);
        let Some((pages, said)) = seen(&copy, "1", "99") else {
            return;
        };
        // A blank back comes last.
        let first: usize = row["first_page"].parse().expect("a page");
        let last = first + pages.len() - 1;
        let file = out.join(&row["file"]);
        let printed = seen(&file, &first.to_string(), &last.to_string());
        let (printed, printed_said) = printed.expect("poppler");
        assert_eq!(printed_said, said, "{row:?}");
        assert_eq!(printed.len(), pages.len(), "{row:?}");
        for (at, (printed, page)) in printed.iter().zip(&pages).enumerate() {
            assert!(printed == page, "page {} of {row:?} differs", at + 1);
        }
    }
}

#[test]
fn the_same_run_gives_the_same_print_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let again = folder.path().join("again");
    print(&everyone_out(), &again, &["--printer", "inserter"]).ended(0);
    assert!(files(&again) == files(inserted()));
    let taken = print(&everyone_out(), &again, &[]).ended(2);
    assert!(taken.stderr.contains("exists already"), "{}", taken.stderr);
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the test gives up after a minute"
)]
fn a_print_run_that_is_killed_leaves_nothing_to_send() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("print");
    let staged = folder.path().join(".print.unfinished");
    let mut child = command(&[
        "print",
        text(&everyone_out()),
        "--out",
        text(&out),
        "--printer",
        "inserter",
    ])
    .spawn()
    .expect("started");
    let started = Instant::now();
    while !staged.join("manifest.csv").exists() {
        assert!(started.elapsed() < Duration::from_secs(60), "never began");
        sleep(Duration::from_millis(1));
    }
    child.kill().expect("killed");
    child.wait().expect("ended");
    assert!(!out.exists());
    assert!(staged.exists());
    print(&everyone_out(), &out, &["--printer", "inserter"]).ended(0);
    assert!(files(&out) == files(inserted()));
    assert!(!staged.exists());
}

#[test]
fn pieces_are_printed_again_exactly() {
    let folder = tempfile::tempdir().expect("a folder");
    let again = folder.path().join("again");
    let pieces = ["--printer", "inserter", "--pieces", "120-125"];
    print(&everyone_out(), &again, &pieces).ended(0);
    let all = manifest(inserted());
    let rows = manifest(&again);
    assert_eq!(rows.len(), 6);
    for (row, before) in rows.iter().zip(&all[119..125]) {
        assert_eq!(row["sequence"], before["sequence"]);
        assert_eq!(row["letter_id"], before["letter_id"]);
        assert_eq!(contents(&again, row), contents(inserted(), before));
    }
    let sums = object(&again, "reconciliation.json");
    assert_eq!(sums["other_pieces"], 336);
    let none = folder.path().join("none");
    print(&everyone_out(), &none, &["--pieces", "400-401"]).ended(2);
    assert!(!none.exists());
}

/// A small run of so many letters.
fn small(rows: &[&str]) -> Desk {
    let desk = Desk::posiv(rows);
    desk.build(&[]);
    desk
}

#[test]
fn a_delta_prints_what_changed_under_the_same_ids() {
    let desk = small(&FOUR);
    let first = desk.path("first");
    print(&desk.out(), &first, &[]).ended(0);
    desk.write(
        "registers/nl.csv",
        crate::support::register(&[
            FOUR[0],
            "GM2,Bedum,Bedum,5000,21,2234 AB,Bedum",
            FOUR[2],
            FOUR[3],
            "GM5,Eext,Eext,5000,50,5234 AB,Eext",
        ]),
    );
    desk.build(&[]).ended(0);
    let delta = desk.path("delta");
    print(&desk.out(), &delta, &["--since", text(&first)]).ended(0);
    let ids: Vec<_> = manifest(&delta)
        .iter()
        .map(|row| row["letter_id"].clone())
        .collect();
    assert_eq!(ids, ["GM2.pack", "GM5.pack"]);
    assert_eq!(object(&delta, "reconciliation.json")["unchanged"], 3);
    assert_eq!(manifest(&first)[1]["letter_id"], "GM2.pack");
    // A delta of the delta knows of both.
    desk.write(
        "registers/nl.csv",
        crate::support::register(&[
            "GM1,Ademstad,Ademstad,5000,11,1234 AB,Ademstad",
            "GM2,Bedum,Bedum,5000,21,2234 AB,Bedum",
            FOUR[2],
            FOUR[3],
            "GM5,Eext,Eext,5000,50,5234 AB,Eext",
        ]),
    );
    desk.build(&[]).ended(0);
    let second = desk.path("second");
    print(&desk.out(), &second, &["--since", text(&delta)]).ended(0);
    let ids: Vec<_> = manifest(&second)
        .iter()
        .map(|row| row["letter_id"].clone())
        .collect();
    assert_eq!(ids, ["GM1.pack"]);
    // Nothing has changed since.
    let nothing = desk.path("nothing");
    let all = desk.path("all");
    print(&desk.out(), &all, &[]).ended(0);
    print(&desk.out(), &nothing, &["--since", text(&all)]).ended(0);
    assert_eq!(object(&nothing, "reconciliation.json")["printed"], 0);
}

#[test]
fn held_packs_and_strange_files_are_refused_by_name() {
    let desk = small(&[FOUR[0], FOUR[1], FOUR[2], "GM4,Drie,Drie,5000,40,,Drie"]);
    let swapped = desk.out().join("GM1-ademstad/pack.pdf");
    fs::copy(desk.out().join("GM2-bedum/pack.pdf"), &swapped).expect("copied");
    fs::remove_file(desk.out().join("GM3-corle/pack.pdf")).expect("removed");
    let out = desk.path("print");
    let ran = print(&desk.out(), &out, &[]).ended(1);
    for reason in ["not the file that the run", "is missing", "is held"] {
        assert!(ran.stdout.contains(reason), "{}", ran.stdout);
    }
    let sums = object(&out, "reconciliation.json");
    assert_eq!((&sums["printed"], &sums["refused"]), (&1.into(), &3.into()));
    print(&desk.path("registers"), &desk.path("p2"), &[]).ended(2);
}

/// A copy of a print run.
fn copied(from: &Path, to: &Path) {
    fs::create_dir(to).expect("a folder");
    for (name, bytes) in files(from) {
        fs::write(to.join(name), bytes).expect("written");
    }
}

/// Changes the order of a file's pages, and makes the job believe that the file is as it was.
fn harm(folder: &Path, change: impl FnOnce(&mut Vec<Object>)) {
    let mut sums = object(folder, "reconciliation.json");
    let name = sums["files"][0]["file"]
        .as_str()
        .expect("a file")
        .to_owned();
    let mut document = Document::load(folder.join(&name)).expect("a PDF");
    let root = document.catalog().expect("a catalog").get(b"Pages");
    let root = root.and_then(Object::as_reference).expect("pages");
    let kids = |document: &Document, node| {
        let node = document.get_dictionary(node).expect("pages");
        let kids = node.get(b"Kids").and_then(Object::as_array);
        kids.expect("kids").clone()
    };
    // So few pages stand below one node.
    let nodes = kids(&document, root);
    assert_eq!(nodes.len(), 1);
    let node = nodes[0].as_reference().expect("a node");
    let mut pages = kids(&document, node);
    change(&mut pages);
    let count = i64::try_from(pages.len()).expect("few");
    for id in [root, node] {
        let node = document.get_dictionary_mut(id).expect("pages");
        node.set("Count", count);
    }
    let node = document.get_dictionary_mut(node).expect("pages");
    node.set("Kids", pages);
    document.save(folder.join(&name)).expect("saved");
    let bytes = fs::read(folder.join(&name)).expect("a file");
    sums["files"][0]["sha256"] = Fingerprint::of(&bytes).to_string().into();
    fs::write(folder.join("reconciliation.json"), sums.to_string()).expect("written");
}

#[test]
fn a_letter_that_is_lost_doubled_or_swapped_is_found() {
    let desk = small(&FOUR);
    let good = desk.path("good");
    print(&desk.out(), &good, &[]).ended(0);
    let rows = manifest(&good);
    let per_letter: usize = rows[0]["last_page"].parse().expect("a page");
    let check =
        |folder: &Path| run(&["print", text(&desk.out()), "--out", text(folder), "--check"]);
    check(&good).ended(0);
    type Change = Box<dyn FnOnce(&mut Vec<Object>)>;
    let harms: [(&str, Change); 4] = [
        ("same", Box::new(|_| {})),
        (
            "lost",
            Box::new(move |kids| drop(kids.drain(0..per_letter))),
        ),
        (
            "doubled",
            Box::new(move |kids| {
                let first: Vec<_> = kids[..per_letter].to_vec();
                kids[per_letter..2 * per_letter].clone_from_slice(&first);
            }),
        ),
        (
            "swapped",
            Box::new(move |kids| kids.rotate_left(per_letter)),
        ),
    ];
    for (name, change) in harms {
        let copy = desk.path(name);
        copied(&good, &copy);
        harm(&copy, change);
        let ran = check(&copy);
        if name == "same" {
            ran.ended(0);
        } else {
            let ran = ran.ended(2);
            assert!(
                ran.stderr.contains("does not add up"),
                "{name}: {}",
                ran.stderr
            );
        }
    }
    // A file of another job, and sequences that are not those of the letters.
    let copy = desk.path("surplus");
    copied(&good, &copy);
    fs::copy(copy.join("ticket.pdf"), copy.join("older.PDF")).expect("copied");
    let ran = check(&copy).ended(2);
    assert!(
        ran.stderr.contains("`older.PDF` is not in"),
        "{}",
        ran.said()
    );
    for (key, what) in [("first_sequence", "first"), ("last_sequence", "last")] {
        let copy = desk.path(key);
        copied(&good, &copy);
        let mut sums = object(&copy, "reconciliation.json");
        sums["files"][0][key] = 9.into();
        fs::write(copy.join("reconciliation.json"), sums.to_string()).expect("written");
        let ran = check(&copy).ended(2);
        let told = format!("{what} sequence of");
        assert!(ran.stderr.contains(&told), "{}", ran.said());
    }
    // A row that is lost from the manifest.
    let copy = desk.path("row");
    copied(&good, &copy);
    let lines = fs::read_to_string(copy.join("manifest.csv")).expect("a manifest");
    let kept: Vec<_> = lines
        .lines()
        .enumerate()
        .filter(|(at, _)| *at != 2)
        .collect();
    let kept: Vec<_> = kept.into_iter().map(|(_, line)| line).collect();
    fs::write(copy.join("manifest.csv"), kept.join("\n") + "\n").expect("written");
    check(&copy).ended(2);
}

#[test]
fn the_office_gets_groups_annex_paper_labels_and_envelopes() {
    let desk = small(&FOUR);
    let out = desk.path("print");
    print(&desk.out(), &out, &["--printer", "office"]).ended(0);
    let names: Vec<String> = files(&out).into_keys().collect();
    for name in ["labels.pdf", "envelopes.pdf", "ticket.pdf", "ticket.json"] {
        assert!(names.iter().any(|found| found == name), "{names:?}");
    }
    let row = &manifest(&out)[0];
    let annex: u32 = row["annex_page"].parse().expect("a page");
    let first: u32 = row["first_page"].parse().expect("a page");
    assert!(annex > first);
    // A letter of two pages, an annex of one, which needs no staple, and one of two.
    let last = annex + 2;
    assert_eq!(
        row["staple"],
        format!("{first}-{} {}-{last}", first + 1, last - 1)
    );
    assert_eq!(row["group"], format!("{}-sheets", row["sheets"]));
    let envelopes = Document::load(out.join("envelopes.pdf")).expect("a PDF");
    assert_eq!(envelopes.get_pages().len(), 4);
    if let Some(said) = page_said(&out.join("labels.pdf"), 1) {
        assert!(said.contains("2234 AB"), "{said}");
    }
    if let Some(said) = page_said(&out.join(&row["file"]), 1) {
        assert!(said.contains("niet insteken"), "{said}");
    }
}

#[test]
fn a_staple_holds_the_whole_letter_unless_the_printer_parts_it() {
    let desk = small(&FOUR[..1]);
    let printer = |sets: &str| {
        format!(
            "raadspost-printer: 1\ntitle: Staples\nplex: duplex\npaper: {{ name: A4, grams: 80 }}\n\
             staple: {{ sheets: 10{sets} }}\n"
        )
    };
    // Five pages in three documents: one after another, or each from a front on.
    for (name, sets, sheets, staple) in [
        ("whole", "", "3", "1-6"),
        ("apart", ", sets: documents", "3", ""),
    ] {
        desk.write(&format!("{name}.yaml"), printer(sets));
        let (file, out) = (desk.path(&format!("{name}.yaml")), desk.path(name));
        print(&desk.out(), &out, &["--printer", text(&file)]).ended(0);
        let row = &manifest(&out)[0];
        assert_eq!(
            (row["sheets"].as_str(), row["staple"].as_str()),
            (sheets, staple)
        );
        let arguments = [text(&desk.out()).to_owned(), text(&out).to_owned()];
        judge("print.py", &arguments);
    }
}

#[test]
fn files_end_at_their_limits_and_between_letters() {
    let folder = tempfile::tempdir().expect("a folder");
    let printer = |limit: &str| {
        let path = folder.path().join("limits.yaml");
        let data = format!(
            "raadspost-printer: 1\ntitle: Limits\nplex: duplex\npaper: {{ name: A4, grams: 80 }}\n\
             sequence: {{ left: 6, top: 126, size: 5 }}\nlimits: {{ {limit} }}\n\
             marks: {{ kind: datamatrix, text: \"{{job}};{{sequence:06}}\", left: 6, top: 130, \
             module: 0.5 }}\n"
        );
        fs::write(&path, data).expect("written");
        path
    };
    let run_folder = everyone_out();
    for (limit, most, least) in [
        ("megabytes: 1", 342, 2),
        ("sheets: 100", 33, 4),
        ("letters: 50", 50, 4),
    ] {
        let out = folder.path().join(limit.replace(": ", "-"));
        print(&run_folder, &out, &["--printer", text(&printer(limit))]).ended(0);
        let sums = object(&out, "reconciliation.json");
        let files = sums["files"].as_array().expect("files");
        let number = |file: &Value, name: &str| file[name].as_u64().expect(name);
        assert!(files.len() >= least, "{limit}: {} files", files.len());
        for file in files {
            assert!(number(file, "bytes") <= 1_000_000, "{file}");
            assert!(number(file, "letters") <= most, "{file}");
        }
        let letters: u64 = files.iter().map(|file| number(file, "letters")).sum();
        assert_eq!(letters, 342);
        let sample = ["--letters", "12", text(&run_folder), text(&out)];
        judge("print.py", &sample.map(str::to_owned));
    }
}

#[test]
fn tickets_speak_the_language_of_the_campaign() {
    let desk = Desk::posiv(&FOUR[..1]);
    let campaign = fs::read_to_string(desk.path("posiv.yaml")).expect("the campaign");
    assert!(campaign.contains("language: nl-NL"));
    desk.write(
        "posiv.yaml",
        campaign.replace("language: nl-NL", "language: de-DE"),
    );
    desk.build(&[]);
    let out = desk.path("print");
    print(&desk.out(), &out, &[]);
    if let Some(said) = page_said(&out.join("ticket.pdf"), 1) {
        assert!(said.contains("Auftragszettel"), "{said}");
    }
}

#[test]
fn what_the_mail_service_says_is_printed_on_its_own_letter() {
    let desk = small(&FOUR);
    let first = desk.path("first");
    print(&desk.out(), &first, &["--printer", "inserter"]).ended(0);
    let addresses = fs::read_to_string(first.join("addresses.csv")).expect("addresses");
    assert!(addresses.starts_with("Referentie,Naam,"), "{addresses}");
    assert!(addresses.contains("Postbus,20,,2234AB"), "{addresses}");
    desk.write(
        "back.csv",
        "Referentie;Postcode;Volgorde;2D-code;Codeerregel;Printregel;Briefcode;KIX\n\
         GM3.pack;3234AB;1;TWO-D-3;code 3;print 3;B3;3234AB30\n\
         GM1.pack;1234AB;2;TWO-D-1;code 1;print 1;B1;1234AB10\n\
         GM2.pack;9999ZZ;3;TWO-D-2;code 2;print 2;B2;2234AB20\n\
         GM9.pack;1234AB;4;TWO-D-9;code 9;print 9;B9;1234AB10\n",
    );
    let out = desk.path("print");
    let back = desk.path("back.csv");
    let ran = print(
        &desk.out(),
        &out,
        &["--printer", "inserter", "--enriched", text(&back)],
    );
    let ran = ran.ended(1);
    assert!(
        ran.stdout
            .contains("GM9.pack: no letter has this reference"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains("no row of the enriched file"),
        "{}",
        ran.stdout
    );
    // The example's codes are read on the sheet; through the window they could not be seen.
    let data = fs::read_to_string(crate::support::root().join("content/printers/inserter.yaml"));
    let data = data
        .expect("a printer")
        .replace("read-through: sheet", "read-through: window");
    desk.write("window.yaml", data);
    let window = desk.path("window.yaml");
    let more = ["--printer", text(&window), "--enriched", text(&back)];
    let ran = print(&desk.out(), &desk.path("seen"), &more).ended(2);
    assert!(
        ran.stderr.contains("no row of the enriched file"),
        "{}",
        ran.stderr
    );
    let ticket = object(&out, "ticket.json");
    assert_eq!(ticket["printer"]["limits"]["letters"], Value::Null);
    let rows = manifest(&out);
    let ids: Vec<_> = rows.iter().map(|row| row["letter_id"].as_str()).collect();
    assert_eq!(ids, ["GM3.pack", "GM1.pack"], "the service's order");
    for (row, number) in rows.iter().zip(["3", "1"]) {
        let page: usize = row["first_page"].parse().expect("a page");
        if let Some(said) = page_said(&out.join(&row["file"]), page) {
            assert!(said.contains(&format!("print {number}")), "{said}");
        }
    }
}

#[test]
fn printers_are_data_and_an_author_replaces_them() {
    let desk = small(&FOUR[..2]);
    desk.write(
        "printers/duplex.yaml",
        "raadspost-printer: 1\ntitle: Mine\nplex: simplex\npaper: { name: A4, grams: 90 }\n",
    );
    let out = desk.path("print");
    print(&desk.out(), &out, &["--content", desk.campaign()]).ended(0);
    assert_eq!(object(&out, "ticket.json")["printer"]["title"], "Mine");
    assert_eq!(object(&out, "reconciliation.json")["blank_pages"], 0);
    desk.write(
        "wrong.yaml",
        "raadspost-printer: 1\ntitle: x\nplex: both\npapr: 1\nnaming: ../x\n",
    );
    let wrong = desk.path("wrong.yaml");
    let ran = print(&desk.out(), &desk.path("p2"), &["--printer", text(&wrong)]).ended(2);
    for part in ["`both`", "`papr`", "`paper`", "cannot name the files"] {
        assert!(ran.stderr.contains(part), "{}", ran.stderr);
    }
    print(&desk.out(), &desk.path("p3"), &["--printer", "../x"]).ended(2);
}

#[test]
fn pages_marks_and_inks_of_all_letters_are_right() {
    let run_folder = everyone_out();
    let arguments = [text(&run_folder), text(inserted())];
    judge("print.py", &arguments.map(str::to_owned));
}

#[test]
fn pages_marks_and_inks_of_some_letters_of_five_thousand_are_right() {
    if !is_long() {
        note("skipped: five thousand letters are made by tests/long");
        return;
    }
    let rows: Vec<String> = (0..5000)
        .map(|at| {
            let name = format!(
                "{}{}",
                ["Aar", "Bee", "Cor", "Drie"][at % 4],
                ["dorp", "stad"][at % 2]
            );
            let postcode = 1000 + at * 7 % 9000;
            format!(
                "GM{at:04},{name} {at},{name} {at},{},{at},{postcode} AB,{name}",
                3000 + at
            )
        })
        .collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let desk = Desk::posiv(&rows);
    desk.build(&["--document", "pack"]).ended(0);
    let out = desk.path("print");
    print(&desk.out(), &out, &["--printer", "inserter"]).ended(0);
    let run_folder = desk.out();
    let sample = [
        "--letters",
        "200",
        "--seed",
        "5000",
        text(&run_folder),
        text(&out),
    ];
    judge("print.py", &sample.map(str::to_owned));
}

/// A run of so many letters: the files of the 342, named again and again under other codes.
fn repeated(folder: &Path, letters: usize) {
    let from = everyone_out();
    let list = fs::read_to_string(from.join(".raadspost/mailing.jsonl")).expect("a list");
    let packs: Vec<Value> = list
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let (mut longer, mut records) = (String::new(), String::new());
    for at in 0..letters {
        let mut pack = packs[at % packs.len()].clone();
        pack["code"] = format!("X{at:06}").into();
        pack["line"] = (at + 2).into();
        pack["postal"]["postcode"] = format!(
            "{} {}A",
            1000 + at % 9000,
            "ABCD".as_bytes()[at % 4] as char
        )
        .into();
        longer.push_str(&pack.to_string());
        longer.push('\n');
        let record = serde_json::json!({
            "code": pack["code"], "name": pack["name"], "line": pack["line"],
            "folder": "", "held": pack["held"], "documents": [],
        });
        records.push_str(&format!("{record}\n"));
    }
    bind(&from, folder, &records, &longer, "");
    for entry in fs::read_dir(&from).expect("a folder") {
        let entry = entry.expect("an entry");
        let to = folder.join(entry.file_name());
        if entry.file_type().expect("a kind").is_dir() && !to.exists() {
            fs::create_dir(&to).expect("a folder");
            let pack = entry.path().join("pack.pdf");
            fs::copy(pack, to.join("pack.pdf")).expect("copied");
            for name in ["brief", "bijlage-1", "bijlage-2"] {
                let name = format!("{name}.pdf");
                fs::copy(entry.path().join(&name), to.join(&name)).expect("copied");
            }
        }
    }
}

#[test]
fn memory_does_not_grow_with_the_letters() {
    // Large limits would be felt: a file is read back whole.
    let (letters, most) = if is_long() {
        (100_000, 500)
    } else {
        (2_000, 250)
    };
    let folder = tempfile::tempdir().expect("a folder");
    let run_folder = folder.path().join("run");
    repeated(&run_folder, letters);
    // Marks, addresses and slip sheets; labels, envelopes and annexes apart.
    for printer in ["inserter", "office"] {
        let out = folder.path().join(printer);
        let arguments = [
            "print",
            text(&run_folder),
            "--out",
            text(&out),
            "--printer",
            printer,
        ];
        let (status, peak) = weigh(command(&arguments).stderr(std::process::Stdio::null()));
        assert_eq!(status, 0);
        assert_eq!(object(&out, "reconciliation.json")["printed"], letters);
        note(&format!(
            "{letters} letters for {printer}: {peak} MB at most"
        ));
        assert!(peak < most, "{printer}: {peak} MB");
        fs::remove_dir_all(&out).expect("removed");
    }
}

#[test]
fn the_print_judge_refuses_broken_print_runs() {
    let desk = small(&FOUR);
    for printer in ["inserter", "office"] {
        let out = desk.path(printer);
        print(&desk.out(), &out, &["--printer", printer]).ended(0);
        let run_folder = desk.out();
        let arguments = ["--selftest", text(&run_folder), text(&out)];
        judge("print.py", &arguments.map(str::to_owned));
    }
}

#[test]
fn other_printers_are_judged_too() {
    let desk = small(&FOUR);
    for printer in ["duplex", "press"] {
        let out = desk.path(printer);
        print(&desk.out(), &out, &["--printer", printer]).ended(0);
        let run_folder = desk.out();
        let arguments = [text(&run_folder), text(&out)];
        judge("print.py", &arguments.map(str::to_owned));
    }
}
