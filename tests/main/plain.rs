//! Compares our PDF writer with Typst's export of the same documents: text, structure, and the
//! position of every word.

use std::path::Path;
use std::sync::Arc;

use raadspost_campaign::{Campaign, Register};
use raadspost_content::{
    Diagnostics, Format, Inspector as _, Logo, LogoSettings, Renderer as _, Rendition, Shape,
    Source, Span, Theme, Values,
};
use raadspost_inspect::{PdfInspector, struct_outline};
use raadspost_pdf::{FontFile, PdfOptions, PdfRenderer};
use walkdir::WalkDir;

use crate::support::{case, is_long, posiv, root};

pub(crate) fn renderer(logo: Option<Logo>) -> PdfRenderer {
    PdfRenderer::new(options(logo)).expect("the fonts have what the theme names")
}

/// The repository's fonts and the standing theme.
pub(crate) fn options(logo: Option<Logo>) -> PdfOptions {
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
    PdfOptions {
        fonts,
        theme,
        logo,
        ..PdfOptions::default()
    }
}

/// The documents of one pack, and what fills them.
pub(crate) type Pack = (Vec<Arc<Shape>>, Vec<Values>);

/// The PDF documents of each row of a register that is kept.
pub(crate) fn packs(yaml: &str, table: &str, keep: impl Fn(&str) -> bool) -> Vec<Pack> {
    try_packs(yaml, table, keep).unwrap_or_else(|found| panic!("{found:?}"))
}

/// As [`packs`], of a campaign that may have mistakes.
pub(crate) fn try_packs(
    yaml: &str,
    table: &str,
    keep: impl Fn(&str) -> bool,
) -> Result<Vec<Pack>, Diagnostics> {
    let source = Source::new("campaign.yaml", yaml);
    let open = |settings: &_| Register::open("register.csv", table.as_bytes(), settings);
    let campaign = Campaign::load(&source, |settings| {
        open(settings).map(|rows| rows.columns().clone())
    })?
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
    Ok(packs)
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
        in_motions: false,
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

/// A word and its box, in points.
pub(crate) type Word = (String, [f64; 4]);

/// The words of a file with their boxes, as poppler finds them.
pub(crate) fn words(file: &Path) -> Vec<Word> {
    pages_of_words(file).into_iter().flatten().collect()
}

/// The words of each page of a file with their boxes, as poppler finds them.
pub(crate) fn pages_of_words(file: &Path) -> Vec<Vec<Word>> {
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
    let word = |line: &str| {
        let sides = ["xMin", "yMin", "xMax", "yMax"].map(|name| value(line, name));
        let word = line[line.find('>').expect("a word") + 1..].trim_end_matches("</word>");
        (word.to_owned(), sides)
    };
    let pages = text.split("<page").skip(1);
    pages
        .map(|page| {
            let lines = page.lines().map(str::trim_start);
            lines
                .filter(|line| line.starts_with("<word"))
                .map(word)
                .collect()
        })
        .collect()
}

/// Numbers that follow from a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        // Knuth's multiplier; the upper bits are the good ones.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }

    fn of<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }

    fn words(&mut self, least: usize, most: usize) -> String {
        const WORDS: [&str; 16] = [
            "de",
            "raad",
            "wifi",
            "fiets",
            "gemeenteraadsvergadering",
            "water",
            "’s-Hertogenbosch",
            "Vitoria-Gasteiz",
            "hispano-francesa",
            "10.000",
            "€ 5",
            "geïnformeerd",
            "Ĳssel",
            "affluent",
            "en/of",
            "(zie hierna)",
        ];
        let count = least + self.below(most - least + 1);
        let words: Vec<&str> = (0..count).map(|_| self.of(&WORDS)).collect();
        words.join(" ")
    }

    /// A piece of running text, with what sets it off.
    fn piece(&mut self, depth: usize, notes: &mut usize) -> String {
        let inner = |dice: &mut Self, notes: &mut usize| match depth {
            0 => dice.words(1, 12),
            _ => format!(
                "{} {} {}",
                dice.words(1, 5),
                dice.piece(depth - 1, notes),
                dice.words(1, 5)
            ),
        };
        match self.below(8) {
            0 => format!("**{}**", inner(self, notes)),
            1 => format!("*{}*", inner(self, notes)),
            // No link in a link.
            2 | 3 => format!(
                "**{} [{}](https://waterkant.example/{}) {}**",
                self.words(1, 6),
                self.words(1, 14),
                self.below(900),
                self.words(1, 3)
            ),
            4 => format!(
                "[{} *{}*](https://waterkant.example/{})",
                self.words(1, 9),
                self.words(1, 6),
                self.below(900)
            ),
            5 => "<https://waterkant.example/een/lang/adres/dat/niet/op/een/regel/past>".to_owned(),
            6 if *notes < 6 => {
                *notes += 1;
                format!("{}[^n{notes}]", self.words(1, 4))
            }
            _ => inner(self, notes),
        }
    }

    fn paragraph(&mut self, notes: &mut usize) -> String {
        let count = 1 + self.below(7);
        let pieces: Vec<String> = (0..count).map(|_| self.piece(1, notes)).collect();
        format!("Zo {}.", pieces.join(" "))
    }

    /// Blocks of Markdown, indented as a block of YAML.
    fn body(&mut self, blocks: usize) -> String {
        let mut notes = 0;
        let mut lines = Vec::new();
        for _ in 0..blocks {
            match self.below(5) {
                0 => lines.push(format!("# {}", self.words(1, 12))),
                1 => {
                    for _ in 0..=self.below(4) {
                        lines.push(format!("- {}", self.paragraph(&mut notes)));
                        lines.push(format!("  - {}", self.paragraph(&mut notes)));
                    }
                }
                _ => lines.push(self.paragraph(&mut notes)),
            }
            lines.push(String::new());
        }
        for note in 1..=notes {
            lines.push(format!("[^n{note}]: {}.", self.words(2, 30)));
            lines.push(String::new());
        }
        lines.iter().map(|line| format!("      {line}\n")).collect()
    }

    /// A campaign of one annex and one motion with tables.
    fn campaign(&mut self) -> String {
        let language = self.of(&["nl-NL", "es", "pl", "cs", "de", "pt", "en"]);
        let cell = |dice: &mut Self| match dice.below(3) {
            0 => "\"{{ fill.stem }}\"".to_owned(),
            1 => format!("\"{}\"", dice.words(1, 2)),
            _ => format!(
                "\"**{}** [{}](https://waterkant.example/x)\"",
                dice.words(1, 2),
                dice.words(1, 3)
            ),
        };
        let columns = |dice: &mut Self, most: usize| {
            let all: Vec<String> = (0..3)
                .map(|_| format!("\"{}\"", dice.words(1, most)))
                .collect();
            all.join(", ")
        };
        let (blocks, long) = (3 + self.below(12), 3 + self.below(12));
        format!(
            "raadspost: 1\nid: proef\ntitle: Proef\nlanguage: {language}\ndate: 2026-03-02\n\
             sender: {{ name: Bureau }}\nregister: {{ file: register.csv }}\n\
             fill-ins:\n  stem: {{ kind: options, label: stem, options: [voor, tegen] }}\n\
             texts:\n  t:\n    body: |\n{}\
             motions:\n  m:\n    title: {}\n    body:\n      - text: |\n{}\
             \x20     - signatures: {}\n        columns: [{}]\n        cells: [{}, {}, \"\"]\n        times: {}\n\
             \x20     - voting: {}\n        columns: [{}]\n        faction: {}\n        seats: {}\n        vote: {}\n        times: {}\n\
             documents:\n  - {{ id: t, title: T, formats: [pdf], parts: [{{ text: t }}] }}\n\
             \x20 - {{ id: m, title: M, formats: [pdf], parts: [{{ motion: m }}] }}\n",
            self.body(blocks),
            self.words(1, 8),
            self.body(long)
                .lines()
                .map(|line| format!("      {line}\n"))
                .collect::<String>(),
            self.words(1, 4),
            columns(self, 5),
            cell(self),
            cell(self),
            1 + self.below(12),
            self.words(1, 4),
            columns(self, 9),
            cell(self),
            cell(self),
            cell(self),
            1 + self.below(40),
        )
    }
}

/// Bold, links, footnotes, lists and tables, over the ends of lines and pages.
#[test]
fn both_ways_say_the_same_of_whatever_is_written() {
    let renderer = renderer(None);
    let mut dice = Dice(14);
    let (mut pages, mut files, mut ours) = (0, 0, 0);
    for round in 0..if is_long() { 600 } else { 25 } {
        let yaml = dice.campaign();
        let packs = try_packs(&yaml, "code,name\nGM1,Bergen\n", |_| true);
        let packs = packs.unwrap_or_else(|found| panic!("{round}: {found:#?}\n{yaml}"));
        let (shapes, values) = &packs[0];
        let made = both(&renderer, shapes, values);
        for ((shape, values), file) in shapes.iter().zip(values).zip(&made[0]) {
            let found = PdfInspector::default().inspect(shape, values, file);
            assert!(found.is_empty(), "{round}: {found:#?}\n{yaml}");
            pages += file.pages.unwrap_or_default();
        }
        for ((shape, one), other) in shapes.iter().zip(&made[0]).zip(&made[1]) {
            let found = PdfInspector::default().compare(one, other);
            assert!(
                found.is_empty(),
                "{round}, {}: {found:#?}\n{yaml}",
                shape.document
            );
            ours += usize::from(one.bytes != other.bytes);
            files += 1;
        }
    }
    assert!(pages > 100, "{pages}");
    // What is not written by us went through Typst's export in both ways, and shows nothing.
    assert!(ours * 10 >= files * 9, "{ours} of {files}");
}
