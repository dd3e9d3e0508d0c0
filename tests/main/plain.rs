//! PDF files are written by a writer of our own; Typst's export makes them in another way. What the
//! two show and say is held against each other: text, structure, and the place of every word.

use std::path::Path;
use std::sync::Arc;

use raadspost_content::{
    Campaign, Format, Inspector as _, Logo, LogoSettings, Register, Renderer as _, Rendition,
    Shape, Source, Span, Theme, Values,
};
use raadspost_inspect::{PdfInspector, struct_outline};
use raadspost_pdf::{FontFile, PdfOptions, PdfRenderer};
use walkdir::WalkDir;

use crate::support::{case, posiv, root};

fn renderer(logo: Option<Logo>) -> PdfRenderer {
    let mut fonts = Vec::new();
    for entry in WalkDir::new(root().join("fonts")).sort_by_file_name() {
        let entry = entry.expect("a font");
        let kind = entry.path().extension().and_then(|kind| kind.to_str());
        if matches!(kind, Some("otf" | "ttf")) {
            fonts.push(FontFile {
                name: entry.file_name().to_string_lossy().into_owned(),
                bytes: std::fs::read(entry.path()).expect("a font").into(),
            });
        }
    }
    let theme = Theme::default();
    let options = PdfOptions {
        fonts,
        theme,
        logo,
        ..PdfOptions::default()
    };
    PdfRenderer::new(options).expect("the fonts have what the theme names")
}

/// The PDF documents of each row of a register that is kept.
fn packs(
    yaml: &str,
    table: &str,
    keep: impl Fn(&str) -> bool,
) -> Vec<(Vec<Arc<Shape>>, Vec<Values>)> {
    let source = Source::new("campaign.yaml", yaml);
    let open = |settings: &_| Register::open("register.csv", table.as_bytes(), settings);
    let campaign = Campaign::load(&source, |settings| {
        open(settings).map(|rows| rows.columns().clone())
    })
    .unwrap_or_else(|found| panic!("{found:?}"))
    .output;
    let mut packs = Vec::new();
    for row in open(campaign.register()).expect("a register") {
        let municipality = row.unwrap_or_else(|row| panic!("{:?}", row.diagnostics));
        let pack = campaign.pack(&municipality);
        if keep(&pack.name) {
            let documents = pack.documents.into_iter();
            let documents = documents.filter(|document| document.format == Format::Pdf);
            packs.push(
                documents
                    .map(|document| (document.shape, document.values))
                    .unzip(),
            );
        }
    }
    packs
}

/// Makes a pack in both ways.
fn both(renderer: &PdfRenderer, shapes: &[Arc<Shape>], values: &[Values]) -> [Vec<Rendition>; 2] {
    let prepared = renderer
        .prepare(shapes)
        .unwrap_or_else(|found| panic!("{found:?}"))
        .output;
    let plain = prepared.render_plain(values).expect("a plain way");
    [prepared.render(values), plain]
        .map(|made| made.unwrap_or_else(|found| panic!("{found:?}")).output)
}

#[track_caller]
fn assert_same(shapes: &[Arc<Shape>], [quick, plain]: &[Vec<Rendition>; 2]) {
    for ((shape, one), other) in shapes.iter().zip(quick).zip(plain) {
        let found = PdfInspector::default().compare(one, other);
        assert!(found.is_empty(), "{}: {found:?}", shape.document);
        // A file that went through Typst's export in both ways shows nothing.
        let ours = one.bytes != other.bytes;
        assert!(ours, "{} is not written by us", shape.document);
        assert!(
            one.bytes.len() < other.bytes.len() * 3 / 4,
            "{}",
            shape.document
        );
    }
}

/// Long, short and odd names of the embedded register.
const ODD: [&str; 8] = [
    "Ee",
    "Oss",
    "Utrecht",
    "Súdwest-Fryslân",
    "’s-Hertogenbosch",
    "Nuenen, Gerwen en Nederwetten",
    "Krimpen aan den IJssel",
    "Bergen (L.)",
];

#[test]
fn both_ways_say_the_same_to_every_council() {
    let renderer = renderer(None);
    let table =
        std::fs::read_to_string(root().join("content/registers/nl.csv")).expect("the register");
    let packs = packs(&posiv(), &table, |name| ODD.contains(&name));
    assert!(packs.len() >= 6, "{}", packs.len());
    for (shapes, values) in packs {
        assert_same(&shapes, &both(&renderer, &shapes, &values));
    }
}

#[test]
fn both_ways_show_the_logo() {
    let file = root().join("tests/cases/word/house/logo.png");
    let settings = LogoSettings {
        file: ("logo.png".into(), Span::default()),
        width: 30.0,
        alternative: "Een vogel & een boom".into(),
    };
    let logo = Logo::new(&settings, std::fs::read(file).expect("a picture")).expect("a logo");
    let renderer = renderer(Some(logo));
    let table =
        std::fs::read_to_string(root().join("content/registers/nl.csv")).expect("the register");
    let packs = packs(&posiv(), &table, |name| name == "Oss");
    let (shapes, values) = &packs[0];
    let made = both(&renderer, shapes, values);
    assert_same(shapes, &made);
    let outline = struct_outline(&made[0][0].bytes).expect("a structure");
    assert!(outline.contains("Figure"), "{outline}");
}

#[test]
fn both_ways_say_the_same_in_motions_of_all_kinds() {
    let renderer = renderer(None);
    let yaml = case("word/raad.yaml").replace("formats: [docx]", "formats: [docx, pdf]");
    let table =
        std::fs::read_to_string(root().join("content/registers/nl.csv")).expect("the register");
    let packs = packs(&yaml, &table, |name| name == "Utrecht");
    let (shapes, values) = &packs[0];
    assert!(shapes.len() > 3, "{}", shapes.len());
    assert_same(shapes, &both(&renderer, shapes, values));
}

#[test]
fn every_word_stands_at_the_same_place() {
    let renderer = renderer(None);
    let table =
        std::fs::read_to_string(root().join("content/registers/nl.csv")).expect("the register");
    let folder = tempfile::tempdir().expect("a folder");
    for (shapes, values) in packs(&posiv(), &table, |name| ODD[3..5].contains(&name)) {
        let made = both(&renderer, &shapes, &values);
        let pack = shapes.len() - 1;
        let [quick, plain] = made.map(|files| {
            let path = folder.path().join("file.pdf");
            std::fs::write(&path, &files[pack].bytes).expect("a file");
            words(&path)
        });
        assert!(quick.len() > 1000, "{}", quick.len());
        assert_eq!(quick.len(), plain.len());
        for (one, other) in quick.iter().zip(&plain) {
            assert_eq!(one.0, other.0);
            // Points: places are written in hundredths, and gaps within a line in thousandths of
            // the type size, so a word may be off by half of each: 0.005 mm in all.
            let far = one
                .1
                .iter()
                .zip(&other.1)
                .any(|(a, b)| (a - b).abs() > 0.015);
            assert!(!far, "{one:?} {other:?}");
        }
    }
}

/// The words of a file with their boxes, in points, as poppler finds them.
fn words(file: &Path) -> Vec<(String, [f64; 4])> {
    let output = std::process::Command::new("pdftotext")
        .args(["-bbox"])
        .arg(file)
        .arg("-")
        .output()
        .expect("pdftotext of poppler-utils, which tests/judges/install installs");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let value = |line: &str, name: &str| -> f64 {
        let start = line.find(name).expect("a box") + name.len() + 2;
        let rest = &line[start..];
        rest[..rest.find('"').expect("a value")]
            .parse()
            .expect("a number")
    };
    let lines = text
        .lines()
        .filter(|line| line.trim_start().starts_with("<word"));
    lines
        .map(|line| {
            let sides = ["xMin", "yMin", "xMax", "yMax"].map(|name| value(line, name));
            let word = line[line.find('>').expect("a word") + 1..].trim_end_matches("</word>");
            (word.to_owned(), sides)
        })
        .collect()
}
