//! Every kind of document in all envelopes, languages, templates and fonts, accepted by the outside
//! judges: in tests/run each pair of values at least once, in tests/long all combinations.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use lopdf::{Document, Object};

use crate::judges::{installed, judge, listed};
use crate::languages::hardest;
use crate::support::{Desk, case, documents, is_long, root};

const LANGUAGES: [&str; 7] = ["nl-NL", "fy-NL", "en", "de", "fr", "es", "uk"];

/// The built-in templates, and an author's `main.typ` within and beyond what our writer knows.
const TEMPLATES: [Option<&str>; 3] = [None, Some("lined"), Some("exported")];

/// The families of a house: ours, TrueType, and CFF; with the folder of the files and their names.
const HOUSES: [House; 3] = [
    House {
        serif: "Libertinus Serif",
        sans: "Source Sans 3",
        folder: "",
        files: &[],
        name: "Libertinus",
    },
    House {
        serif: "DejaVu Serif",
        sans: "DejaVu Sans",
        folder: "/usr/share/fonts/truetype/dejavu",
        files: &[
            "DejaVuSerif.ttf",
            "DejaVuSerif-Bold.ttf",
            "DejaVuSans.ttf",
            "DejaVuSans-Bold.ttf",
        ],
        name: "DejaVuSerif",
    },
    House {
        serif: "P052",
        sans: "Nimbus Sans",
        folder: "/usr/share/fonts/opentype/urw-base35",
        files: &[
            "P052-Roman.otf",
            "P052-Bold.otf",
            "P052-Italic.otf",
            "P052-BoldItalic.otf",
            "NimbusSans-Regular.otf",
            "NimbusSans-Bold.otf",
        ],
        name: "P052",
    },
];

struct House {
    serif: &'static str,
    sans: &'static str,
    folder: &'static str,
    files: &'static [&'static str],
    /// In the name of a font in the file.
    name: &'static str,
}

/// The envelopes that are built in.
fn envelopes() -> Vec<String> {
    let entries = fs::read_dir(root().join("content/envelopes")).expect("envelopes");
    let names = entries.filter_map(|entry| {
        let name = entry.expect("an entry").file_name().into_string().ok()?;
        Some(name.strip_suffix(".yaml")?.to_owned())
    });
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

/// A row of the register: a letter in a language and an envelope, from a desk.
struct Row {
    template: usize,
    house: usize,
    language: usize,
    envelope: usize,
    /// Whether it gets all documents, and not the letter alone.
    is_complete: bool,
}

/// The rows: each combination twice, under another name, or each combination of language and
/// envelope once, with the template and the fonts that have met the fewest of the others.
fn rows(envelopes: usize) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for language in 0..LANGUAGES.len() {
        for envelope in 0..envelopes {
            let is_complete = (0..3).any(|turn| (language + turn) % envelopes == envelope);
            let looks = (0..TEMPLATES.len() * HOUSES.len()).map(|look| Row {
                template: look % TEMPLATES.len(),
                house: look / TEMPLATES.len(),
                language,
                envelope,
                is_complete,
            });
            if is_long() {
                let again = looks.clone().map(|row| Row {
                    is_complete: false,
                    ..row
                });
                rows.extend(looks.chain(again));
            } else {
                let known = [true, false].map(|complete| pairs(&rows, complete));
                let met = |row: &Row| {
                    let one = std::slice::from_ref(row);
                    let [complete, letters] = &known;
                    (
                        pairs(one, true).intersection(complete).count(),
                        pairs(one, false).intersection(letters).count(),
                    )
                };
                rows.extend(looks.min_by_key(met));
            }
        }
    }
    rows
}

/// Values that stand beside one another in some file, by kind.
fn pairs(rows: &[Row], is_complete: bool) -> BTreeSet<(&'static str, usize, usize)> {
    let mut pairs = BTreeSet::new();
    for row in rows.iter().filter(|row| row.is_complete || !is_complete) {
        let Row {
            template,
            house,
            language,
            envelope,
            is_complete: _,
        } = *row;
        pairs.extend([
            ("template, house", template, house),
            ("template, language", template, language),
            ("house, language", house, language),
        ]);
        if !is_complete {
            pairs.extend([
                ("language, envelope", language, envelope),
                ("template, envelope", template, envelope),
                ("house, envelope", house, envelope),
            ]);
        }
    }
    pairs
}

/// The campaign with the envelopes as rules, in a house's fonts and an author's templates.
fn desk(template: usize, house: &House, envelopes: &[String], register: &str) -> Desk {
    let mut rules = "envelope:\n".to_owned();
    for name in envelopes {
        let _ = writeln!(
            rules,
            "  - {{ name: {name}, when: municipality.envelope == \"{name}\" }}"
        );
    }
    let yaml = case("matrix/campaign.yaml")
        .replace("HOUSE-SERIF", house.serif)
        .replace("HOUSE-SANS", house.sans)
        .replacen("register:", &format!("{rules}register:"), 1);
    let desk = Desk::new(&[("campaign.yaml", &yaml), ("register.csv", register)]);
    for (name, file) in [
        ("logo.png", "word/house/logo.png"),
        ("handtekening.png", "word/house/gemeente.png"),
    ] {
        let bytes = fs::read(root().join("tests/cases").join(file)).expect("a picture");
        desk.write(name, bytes);
    }
    for file in house.files {
        let bytes = fs::read(Path::new(house.folder).join(file)).expect("a font");
        desk.write(&format!("fonts/{file}"), bytes);
    }
    if let Some(name) = TEMPLATES[template] {
        desk.write("templates/main.typ", case(&format!("matrix/{name}.typ")));
    }
    desk
}

/// The names of the embedded fonts of a file, and whether each has glyphs of TrueType.
fn fonts(path: &Path) -> BTreeMap<String, bool> {
    let document = Document::load(path).expect("a PDF");
    let dictionaries = document.objects.values();
    let found = dictionaries.filter_map(|object| {
        let descriptor = object.as_dict().ok()?;
        let name = descriptor.get(b"FontName").and_then(Object::as_name).ok()?;
        let name = String::from_utf8_lossy(name).into_owned();
        Some((name, descriptor.has(b"FontFile2")))
    });
    found.collect()
}

#[test]
fn all_documents_envelopes_languages_templates_and_fonts_are_accepted() {
    for house in &HOUSES {
        let mut files = house.files.iter();
        let is_there = files.all(|file| Path::new(house.folder).join(file).exists());
        if !installed(house.serif, is_there) {
            return;
        }
    }
    let envelopes = envelopes();
    let rows = rows(envelopes.len());
    // Every value meets every other: in letters, and in the documents that no envelope concerns.
    let (t, h, l, e) = (
        TEMPLATES.len(),
        HOUSES.len(),
        LANGUAGES.len(),
        envelopes.len(),
    );
    let others = t * h + t * l + h * l;
    assert_eq!(pairs(&rows, false).len(), others + l * e + t * e + h * e);
    assert_eq!(pairs(&rows, true).len(), others);

    let names = hardest(rows.len().min(342));
    let (mut papers, mut words, mut desks) = (Vec::new(), Vec::new(), Vec::new());
    for (template, own) in TEMPLATES.iter().enumerate() {
        for (number, house) in HOUSES.iter().enumerate() {
            let mut register = "code,name,running_name,population,po_box,street,house_number,addition,postcode,town,language,envelope,complete\n".to_owned();
            let mut count = (0, 0);
            for (at, row) in rows.iter().enumerate() {
                if (row.template, row.house) != (template, number) {
                    continue;
                }
                let (_, name) = &names[at % names.len()];
                let address = if at % 2 == 0 {
                    format!("{},,,", 100 + at)
                } else {
                    format!(",Burgemeester van den Hoogenbandlaan,{},bis", 1 + at)
                };
                let complete = if row.is_complete { "yes" } else { "" };
                let _ = writeln!(
                    register,
                    "GM{at:04},\"{name} ({at})\",\"{name}\",{},{address},{} AB,\"{name}\",{},{},{complete}",
                    1_000 * (at + 1),
                    1_000 + 7 * at,
                    LANGUAGES[row.language],
                    envelopes[row.envelope],
                );
                count.0 += 1;
                count.1 += usize::from(row.is_complete);
            }
            let desk = desk(template, house, &envelopes, &register);
            desk.build(&[]).ended(0);
            let made: Vec<PathBuf> = documents(&desk.out())
                .into_keys()
                .map(|path| desk.out().join(path))
                .collect();
            let (paper, word): (Vec<_>, Vec<_>) = made
                .into_iter()
                .partition(|path| path.extension().is_some_and(|end| end == "pdf"));
            assert_eq!(paper.len(), count.0 + 5 * count.1);
            assert_eq!(word.len(), count.0 + 3 * count.1);
            let exported = desk.report()["fallbacks"]
                .as_object()
                .map_or(0, |all| all.len());
            assert_eq!(exported > 0, *own == Some("exported"), "{own:?}");
            let of_house = fonts(&paper[0]);
            let truetype = of_house.iter().find(|(name, _)| name.contains(house.name));
            let (_, truetype) = truetype.unwrap_or_else(|| panic!("{}: {of_house:?}", house.name));
            assert_eq!(*truetype, house.name == "DejaVuSerif", "{of_house:?}");
            papers.extend(paper);
            // Word files know nothing of templates and fonts of PDF; `combinations` has their looks.
            if (template, number) == (0, 0) {
                let complete: BTreeSet<PathBuf> = word
                    .iter()
                    .filter(|path| path.ends_with("amendement.docx"))
                    .filter_map(|path| path.parent().map(Path::to_owned))
                    .take(if is_long() { usize::MAX } else { 1 })
                    .collect();
                words.extend(word.into_iter().filter(|path| {
                    path.parent()
                        .is_some_and(|folder| complete.contains(folder))
                }));
            }
            desks.push(desk);
        }
    }
    if is_long() {
        assert!(papers.len() >= 1_000, "{}", papers.len());
    }
    judge("pdf.py", &listed(papers));
    judge("docx.py", &listed(words));
}
