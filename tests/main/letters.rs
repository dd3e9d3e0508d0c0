//! Letters that arrive: address in the window, reference block, signatures, publication copies.

use std::path::{Path, PathBuf};

use raadspost_campaign::load_envelope;
use raadspost_content::{Envelope, Source};

use crate::judges::told;
use crate::picture::matches;
use crate::support::{
    Desk, documents, everyone_out, figures, is_long, note, pdf, posiv, register, root,
};

/// The embedded envelopes by name.
pub(crate) const ENVELOPES: [&str; 7] = [
    "nl-dl-left",
    "nl-dl-right",
    "nl-c5",
    "be",
    "din-5008-a",
    "din-5008-b",
    "uk",
];

/// Eight municipalities whose names are the shortest, the longest, with apostrophe, comma,
/// diacritics, brackets, another town, and none of these.
pub(crate) const EXTREMES: &str = "GM0668,GM0820,GM0796,GM1900,GM0373,GM0518,GM1680,GM0344";

pub(crate) fn envelope(name: &str) -> Envelope {
    let path = root().join(format!("content/envelopes/{name}.yaml"));
    let text = std::fs::read_to_string(path).expect("an envelope");
    load_envelope(name, &Source::new(name, text)).expect("a sound envelope")
}

/// The embedded campaign in this envelope, from a sender with an address; `more` is added to the
/// letter.
pub(crate) fn campaign(envelope: &str, more: &str) -> String {
    posiv()
        .replacen("register:\n", &format!("envelope: {envelope}\nregister:\n"), 1)
        .replacen(
            "  email: info@posiv-project.nl\n",
            "  email: info@posiv-project.nl\n  address: [Kade 1, 3511 AA Utrecht]\n  telephone: 030 123 45 67\n  private: [address, telephone]\n",
            1,
        )
        .replacen("    salutation:", &format!("{more}    salutation:"), 1)
}

/// The letter of each municipality of a run.
pub(crate) fn letters(desk: &Desk) -> Vec<PathBuf> {
    let made = documents(&desk.out());
    let names = made.keys().filter(|path| path.ends_with("/brief.pdf"));
    names.map(|path| desk.out().join(path)).collect()
}

/// Words of the first page with their boxes in mm: left, top, right, bottom.
fn words(file: &Path) -> Option<Vec<(String, [f64; 4])>> {
    let page = told(
        "pdftotext",
        &[
            "-bbox",
            "-f",
            "1",
            "-l",
            "1",
            file.to_str().expect("UTF-8"),
            "-",
        ],
    )?;
    let attribute = |line: &str, name: &str| -> f64 {
        let value = line.split(&format!("{name}=\"")).nth(1).expect(name);
        let points: f64 = value
            .split('"')
            .next()
            .and_then(|it| it.parse().ok())
            .expect("a number");
        points / 72.0 * 25.4
    };
    let lines = page
        .lines()
        .filter(|line| line.trim_start().starts_with("<word"));
    Some(
        lines
            .map(|line| {
                let text = line
                    .split('>')
                    .nth(1)
                    .and_then(|rest| rest.split('<').next());
                let place = ["xMin", "yMin", "xMax", "yMax"].map(|name| attribute(line, name));
                (text.unwrap_or_default().to_owned(), place)
            })
            .collect(),
    )
}

/// How far poppler's boxes extend beyond the ink: they have the height of the font's own metrics.
const SLACK: f64 = 1.5;

/// The window shows the address and nothing else, for every letter of a run.
fn assert_in_window(desk: &Desk, envelope: &Envelope) {
    let files = letters(desk);
    assert!(!files.is_empty());
    for file in &files {
        let Some(words) = words(file) else { return };
        let window = &envelope.window;
        let inside = |place: &[f64; 4]| {
            place[0] >= window.left - 0.1
                && place[2] <= window.right() + 0.1
                && place[1] >= window.top - SLACK
                && place[3] <= window.bottom() + SLACK
        };
        let from = words
            .iter()
            .position(|(word, place)| word == "Aan" && inside(place));
        let from = from.unwrap_or_else(|| panic!("{}: no address in {window:?}", file.display()));
        let address: Vec<_> = words[from..]
            .iter()
            .take_while(|(_, place)| inside(place))
            .collect();
        assert!(address.len() >= 12, "{}: {address:?}", file.display());
        let said = address
            .iter()
            .map(|(word, _)| word.as_str())
            .collect::<Vec<_>>()
            .join(" ");
        assert!(
            said.contains("t.a.v. de griffie"),
            "{}: {said}",
            file.display()
        );
        // The only other text in the window is the return address, if the envelope has a line for
        // it.
        for (word, place) in words.iter().filter(|word| !address.contains(word)) {
            let meets = place[0] < window.right()
                && place[2] > window.left
                && place[1] < window.bottom() - SLACK
                && place[3] > window.top + SLACK;
            let line = envelope.return_address.as_ref();
            let returned = line.is_some_and(|line| place[3] <= line.bottom() + SLACK);
            assert!(
                !meets || returned,
                "{}: `{word}` at {place:?}",
                file.display()
            );
        }
        for keep_out in &envelope.keep_outs {
            let area = &keep_out.area;
            for (word, place) in &words {
                let meets = place[0] < area.right() - 0.1
                    && place[2] > area.left + 0.1
                    && place[1] < area.bottom() - SLACK
                    && place[3] > area.top + SLACK;
                assert!(!meets, "{}: `{word}` in {}", file.display(), keep_out.name);
            }
        }
    }
}

#[test]
fn every_address_lies_in_the_window_of_each_dutch_envelope() {
    for name in ["nl-dl-left", "nl-dl-right", "nl-c5"] {
        let desk = Desk::new(&[("posiv.yaml", &campaign(name, ""))]);
        desk.build(&["--document", "brief"]).ended(0);
        assert_eq!(letters(&desk).len(), 342, "{name}");
        assert_in_window(&desk, &envelope(name));
    }
}

/// Maximum number of bytes of a letter of two pages.
const LIGHT: usize = 25_000;

/// A program that strips one line end before `endstream`, whatever its kind, finds as many bytes as
/// `/Length` says: behind a carriage return the line end is CRLF.
#[track_caller]
fn assert_streams_end_where_they_say(path: &str, bytes: &[u8]) {
    let find = |from: usize, what: &[u8]| {
        let at = bytes[from..]
            .windows(what.len())
            .position(|part| part == what);
        at.map(|at| from + at + what.len())
    };
    let (mut at, mut streams) = (0, 0);
    while let Some(start) = find(at, b"<</Length ") {
        let digits = bytes[start..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit());
        let length: String = digits.map(|byte| char::from(*byte)).collect();
        let begin = find(start, b"stream\n").expect("a stream");
        at = begin + length.parse::<usize>().expect("a length");
        let end = match bytes[at - 1] {
            b'\r' => &b"\r\nendstream"[..],
            _ => b"\nendstream",
        };
        assert!(
            bytes[at..].starts_with(end),
            "{path}: the stream before byte {at}"
        );
        streams += 1;
    }
    assert!(streams > 5, "{path}: {streams} streams");
}

#[test]
fn every_letter_is_light_and_no_stream_ends_in_doubt() {
    let made = documents(&everyone_out());
    let letters = made.iter().filter(|(path, _)| path.ends_with("/brief.pdf"));
    let mut sizes = Vec::new();
    for (path, bytes) in letters {
        let document = lopdf::Document::load_mem(bytes).expect("a PDF");
        assert_eq!(document.get_pages().len(), 2, "{path}");
        assert!(bytes.len() <= LIGHT, "{path}: {} bytes", bytes.len());
        sizes.push(bytes.len());
    }
    for (path, bytes) in made.iter().filter(|(path, _)| path.ends_with(".pdf")) {
        assert_streams_end_where_they_say(path, bytes);
    }
    assert_eq!(sizes.len(), 342);
    sizes.sort_unstable();
    note(&format!(
        "letters have {} to {} bytes, half of them at most {}",
        sizes[0], sizes[341], sizes[170]
    ));
}

#[test]
fn the_extremes_lie_in_the_window_of_every_envelope() {
    for name in ENVELOPES {
        let desk = Desk::new(&[("posiv.yaml", &campaign(name, ""))]);
        let all = ["--document", "brief", "--only", EXTREMES];
        let arguments = if is_long() { &all[..2] } else { &all[..] };
        desk.build(arguments).ended(0);
        assert_eq!(
            letters(&desk).len(),
            if is_long() { 342 } else { 8 },
            "{name}"
        );
        assert_in_window(&desk, &envelope(name));
        assert_looks_as_known(&desk, name);
    }
}

/// The first page of the longest name looks as the reference picture of its envelope.
fn assert_looks_as_known(desk: &Desk, name: &str) {
    let known = root().join(format!("tests/cases/letters/pictures/{name}.png"));
    let file = desk
        .out()
        .join("GM0820-nuenen-gerwen-en-nederwetten/brief.pdf");
    let page = desk.path("page");
    let [file, page] = [&file, &page].map(|path| path.to_str().expect("UTF-8"));
    let drawn = told(
        "pdftoppm",
        &[
            "-png",
            "-gray",
            "-r",
            "30",
            "-f",
            "1",
            "-l",
            "1",
            "-singlefile",
            file,
            page,
        ],
    );
    if drawn.is_some() {
        let page = format!("{page}.png");
        matches(&known, Path::new(&page)).unwrap_or_else(|difference| panic!("{difference}"));
    }
}

#[test]
fn an_envelope_that_is_not_there_is_named_and_an_own_one_found() {
    let desk = Desk::new(&[("posiv.yaml", &campaign("mine", ""))]);
    let ran = desk
        .build(&["--document", "brief", "--only", "GM0344"])
        .ended(2);
    assert!(ran.stderr.contains("unknown-envelope"), "{}", ran.stderr);
    assert!(ran.stderr.contains("nl-dl-left"), "{}", ran.stderr);
    let own = std::fs::read_to_string(root().join("content/envelopes/nl-c5.yaml")).expect("C5");
    desk.write(
        "envelopes/mine.yaml",
        own.replace("opening: 98", "opening: 130"),
    );
    desk.build(&["--document", "brief", "--only", "GM0344"])
        .ended(0);
    let Some(words) = words(&letters(&desk)[0]) else {
        return;
    };
    let date = words
        .iter()
        .find(|(word, _)| word == "Datum:")
        .expect("a date");
    assert!((129.0..134.0).contains(&date.1[1]), "{date:?}");
}

#[test]
fn the_reference_stands_in_the_text_and_in_the_metadata() {
    let desk = Desk::new(&[(
        "posiv.yaml",
        &campaign("nl-dl-left", "    treatment: Ter kennisneming\n"),
    )]);
    desk.build(&["--document", "brief", "--only", "GM0344"])
        .ended(0);
    let file = &letters(&desk)[0];
    let lines = pdf(file).lines;
    for line in [
        "Datum: Utrecht, 9 februari 2023",
        "Ons kenmerk: posiv-2023/GM0344",
        "Gevraagde behandeling: Ter kennisneming",
    ] {
        let said = |text: &str| text.replace('\u{a0}', " ");
        assert!(
            lines.iter().any(|one| said(&one.text) == line),
            "{line}: {lines:?}"
        );
    }
    if let Some(info) = told("pdfinfo", &[file.to_str().expect("UTF-8")]) {
        let keywords = info.lines().find(|line| line.starts_with("Keywords:"));
        assert!(
            keywords.is_some_and(|line| line.ends_with("posiv-2023/GM0344")),
            "{info}"
        );
    }
    let records =
        std::fs::read_to_string(desk.out().join(".raadspost/packs.jsonl")).expect("records");
    assert!(records.contains("\"reference\":\"posiv-2023/GM0344\""));
    assert!(records.contains("\"treatment\":\"Ter kennisneming\""));
}

#[test]
fn a_publication_copy_is_a_document_of_its_own_and_never_mailed() {
    let yaml = campaign("nl-dl-left", "").replacen(
        "  - id: bijlage-1\n",
        "  - id: brief-publicatie\n    formats: [pdf, docx]\n    letter: brief\n    publication-copy: true\n  - id: bijlage-1\n",
        1,
    );
    // Without a collection all documents are mailed, but not the copy.
    let (before, rest) = yaml.split_once("  - id: pack\n").expect("a collection");
    let after = rest
        .split_once("  - id: motie-solidariteit\n")
        .expect("motions")
        .1;
    let yaml = format!("{before}  - id: motie-solidariteit\n{after}");
    let utrecht = register(&["GM0344,Utrecht,Utrecht,376123,16200,3500 CE,Utrecht"]);
    let desk = Desk::new(&[("posiv.yaml", &yaml), ("registers/nl.csv", &utrecht)]);
    desk.build(&[]).ended(0);
    let folder = desk.out().join("GM0344-utrecht");
    let said = |file: &str| {
        let lines = pdf(&folder.join(file)).lines;
        lines
            .iter()
            .map(|line| line.text.as_str())
            .collect::<Vec<_>>()
            .join("\n")
    };
    assert!(said("brief.pdf").contains("030 123 45 67"));
    let copy = said("brief-publicatie.pdf");
    assert!(
        !copy.contains("030 123 45 67") && !copy.contains("Kade 1"),
        "{copy}"
    );
    assert!(copy.contains("Ons kenmerk: posiv-2023/GM0344"), "{copy}");
    assert!(folder.join("brief-publicatie.docx").is_file());
    let records =
        std::fs::read_to_string(desk.out().join(".raadspost/packs.jsonl")).expect("records");
    assert!(records.contains("\"kind\":\"publication\""));
    let run = desk.out();
    let to = desk.path("druk");
    let [run, to] = [&run, &to].map(|path| path.to_str().expect("UTF-8"));
    crate::support::run(&["print", run, "--out", to]).ended(0);
    let ticket = std::fs::read_to_string(desk.path("druk/reconciliation.json")).expect("sums");
    let sheets: serde_json::Value = serde_json::from_str(&ticket).expect("JSON");
    // Letter and annexes, and not the copy.
    let pages: usize = ["brief.pdf", "bijlage-1.pdf", "bijlage-2.pdf"]
        .iter()
        .map(|file| pdf(&folder.join(file)).page_count)
        .sum();
    assert_eq!(
        sheets["letter_pages"].as_u64(),
        Some(pages as u64),
        "{sheets}"
    );
}

#[test]
fn a_designer_s_template_replaces_ours_and_reads_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let to = folder.path().join("mine");
    let path = |path: &Path| path.to_str().expect("UTF-8").to_owned();
    crate::support::run(&["init", "--templates", &path(&to)]).ended(0);
    let ours = to.join("templates/letterhead.typ");
    let text = std::fs::read_to_string(&ours).expect("a template");
    let build = |out: &str| {
        let out = path(&folder.path().join(out));
        let only = [
            "--only",
            "GM0344",
            "--document",
            "brief",
            "--durability",
            "none",
            "--out",
        ];
        let campaign = path(&to);
        let mut arguments = vec!["build", &campaign];
        arguments.extend(only);
        arguments.push(&out);
        crate::support::run(&arguments)
    };
    build("same").ended(0);
    // Another colour of the letterhead's rule: another file, and still one that is delivered.
    std::fs::write(&ours, text.replace("0.6pt + accent", "2pt + muted")).expect("written");
    build("other").ended(0);
    let file = |out: &str| {
        std::fs::read(folder.path().join(out).join("GM0344-utrecht/brief.pdf")).expect("a letter")
    };
    assert!(file("same") != file("other"));
    std::fs::write(
        &ours,
        format!("#let secret = read(\"/etc/passwd\")\n{text}"),
    )
    .expect("written");
    let ran = build("refused").ended(1);
    let said = ran.said();
    assert!(said.contains("`etc/passwd` is not read"), "{said}");
    assert!(said.contains("templates/letterhead.typ:1"), "{said}");
    std::fs::write(
        &ours,
        format!("#import \"@preview/cetz:0.3.4\": canvas\n{text}"),
    )
    .expect("written");
    let said = build("packages").ended(1).said();
    assert!(said.contains("templates import no packages"), "{said}");
}

/// A black signature of 60 by 20 pixels.
pub(crate) fn signature() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 60, 20);
    encoder.set_color(png::ColorType::Grayscale);
    let mut writer = encoder.write_header().expect("a head");
    writer.write_image_data(&[0; 1200]).expect("pixels");
    writer.finish().expect("an end");
    bytes
}

#[test]
fn a_signature_is_a_described_picture_and_no_copy_has_it() {
    let yaml = posiv()
        .replacen(
            "      - { name: Paul van Liempd, ",
            "      - { name: Paul van Liempd, signature: { file: hand.png, alternative: Handtekening }, ",
            1,
        )
        .replacen(
            "  - id: bijlage-1\n",
            "  - id: kopie\n    formats: [pdf]\n    letter: brief\n    publication-copy: true\n  - id: bijlage-1\n",
            1,
        );
    assert!(yaml.contains("hand.png"));
    let desk = Desk::new(&[("posiv.yaml", &yaml)]);
    let ran = desk.build(&["--only", "GM0344"]).ended(2);
    assert!(ran.said().contains("picture-not-found"), "{}", ran.said());
    desk.write("hand.png", "no picture");
    let ran = desk.build(&["--only", "GM0344"]).ended(2);
    assert!(
        ran.said().contains("`hand.png` is not a readable PNG file"),
        "{}",
        ran.said()
    );
    desk.write("hand.png", signature());
    desk.build(&["--only", "GM0344"]).ended(0);
    let shows = |file: &str| {
        let bytes = std::fs::read(desk.out().join("GM0344-utrecht").join(file)).expect(file);
        let raw = String::from_utf8_lossy(&bytes);
        (
            figures(&bytes).concat().contains("Handtekening"),
            raw.contains("/Subtype/Image"),
        )
    };
    assert_eq!(shows("brief.pdf"), (true, true));
    assert_eq!(shows("pack.pdf"), (true, true));
    assert_eq!(shows("kopie.pdf"), (false, false));
    let files = ["brief.pdf", "pack.pdf"].map(|file| desk.out().join("GM0344-utrecht").join(file));
    crate::judges::judge("pdf.py", &crate::judges::listed(files));
    // Another picture is another letter.
    let before = std::fs::read(desk.out().join("GM0344-utrecht/brief.pdf")).expect("a letter");
    let mut other = signature();
    other.push(0);
    desk.write("hand.png", other);
    desk.build(&["--only", "GM0344"]).ended(0);
    let after = std::fs::read(desk.out().join("GM0344-utrecht/brief.pdf")).expect("a letter");
    assert!(before != after, "the fingerprint sees the picture");
}
