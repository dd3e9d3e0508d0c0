//! `check` predicts `build`: accepted documents are made, and mistakes are reported once, at the
//! place to correct.

use serde_json::Value;

use crate::support::{Desk, is_long, posiv, run};

/// Some letters; the address of the last has a line more.
const ROWS: [&str; 6] = [
    "GM0344,Utrecht,Utrecht,376123,16200,3500 CE,Utrecht",
    "GM0363,Amsterdam,Amsterdam,943000,202,1000 AE,Amsterdam",
    "GM0014,Groningen,Groningen,244829,30026,9700 RM,Groningen",
    "GM1900,Súdwest-Fryslân,Súdwest-Fryslân,91000,10000,8600 HA,Sneek",
    "GM0034,Almere,Almere,229574,200,1300 AE,Almere",
    "GM0820,Nuenen,\"Nuenen, Gerwen en Nederwetten\",24500,10000,5670 GA,Nuenen",
];

/// A desk with the embedded campaign, changed.
fn changed(from: &str, to: &str) -> Desk {
    let desk = Desk::posiv(&ROWS);
    let yaml = posiv();
    assert!(yaml.contains(from), "{from}");
    desk.write("posiv.yaml", yaml.replacen(from, to, 1));
    desk
}

/// What a command says as JSON: exit status, and each diagnostic as `code line: message`.
fn told(desk: &Desk, command: &str, more: &[&str]) -> (i64, Vec<String>, Value) {
    let out = desk.out();
    let mut arguments = vec![command, desk.campaign(), "--json"];
    if command == "build" {
        arguments.extend([
            "--durability",
            "none",
            "--out",
            out.to_str().expect("UTF-8"),
        ]);
    }
    arguments.extend(more);
    let ran = run(&arguments);
    let json: Value =
        serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}", ran.said()));
    let diagnostics = json["diagnostics"].as_array().expect("diagnostics").iter();
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let one = |found: &Value| {
        let file = text(&found["file"]);
        let file = file.rsplit('/').next().unwrap_or_default().to_owned();
        let (code, message) = (text(&found["code"]), text(&found["message"]));
        format!("{code} {file}:{}: {message}", found["line"])
    };
    (
        json["exit"].as_i64().expect("a status"),
        diagnostics.map(one).collect(),
        json["summary"].clone(),
    )
}

/// The line of the campaign, from 1, on which this first stands.
fn line(desk: &Desk, text: &str) -> usize {
    let yaml = std::fs::read_to_string(desk.path("posiv.yaml")).expect("a file");
    let at = yaml.find(text).unwrap_or_else(|| panic!("{text}"));
    yaml[..at].matches('\n').count() + 1
}

#[test]
fn a_character_that_no_font_has_is_told_once_where_it_stands() {
    let desk = changed("Geacht raadslid,", "Geacht raadslid 😀,");
    let at = line(&desk, "😀");
    let (exit, found, summary) = told(&desk, "check", &[]);
    assert_eq!((exit, found.len()), (1, 1), "{found:?}");
    let place = format!("pdf-missing-glyph posiv.yaml:{at}: no font has the character `😀`");
    assert!(found[0].starts_with(&place), "{found:?}");
    assert_eq!(summary["laid_out"]["packs"], 6, "{summary}");
    // The same of a run: six letters, one cause.
    let (exit, found, summary) = told(&desk, "build", &[]);
    assert_eq!((exit, found.len()), (1, 1), "{found:?}");
    assert!(found[0].starts_with(&place), "{found:?}");
    assert!(found[0].contains("in 6 documents, such as"), "{found:?}");
    assert_eq!(summary["documents"]["failed"], 12, "{summary}");
}

#[test]
fn an_address_that_has_no_room_above_its_kix_is_told_at_the_key() {
    let desk = changed(
        "  email: info@posiv-project.nl\n",
        "  email: info@posiv-project.nl\n  address: [Kade 1, 3511 AA Utrecht]\n",
    );
    let yaml = std::fs::read_to_string(desk.path("posiv.yaml")).expect("a file");
    let yaml = yaml.replacen("    salutation:", "    kix: true\n    salutation:", 1);
    // A line more for all.
    let yaml = yaml.replacen(
        "    t.a.v. de griffie\n",
        "    t.a.v. de griffie\n    kamer 1\n",
        1,
    );
    desk.write("posiv.yaml", yaml);
    for command in ["check", "build"] {
        let (exit, found, _) = told(&desk, command, &[]);
        assert_eq!((exit, found.len()), (1, 1), "{command}: {found:?}");
        let at = line(&desk, "kix: true");
        let place = format!("pdf-address-too-tall posiv.yaml:{at}: ");
        assert!(found[0].starts_with(&place), "{command}: {found:?}");
    }
}

#[test]
fn an_address_that_is_too_wide_in_one_row_is_told_at_that_row() {
    let long = "ONBEGRIJPELIJKVERSCHRIKKELIJKLANGEPLAATSNAAMZONDEREINDE";
    let mut rows: Vec<String> = ROWS.iter().map(|row| (*row).to_owned()).collect();
    rows.push(format!("GM9999,Lang,Lang,5000,10,1234 AB,{long}"));
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let desk = Desk::posiv(&rows);
    let (exit, found, summary) = told(&desk, "check", &[]);
    assert_eq!((exit, found.len()), (1, 1), "{found:?}");
    assert!(
        found[0].starts_with("pdf-address-too-wide nl.csv:8: ")
            && found[0].contains(&format!("{long}` in the address is")),
        "{found:?}"
    );
    assert_eq!(summary["laid_out"]["failed"], 2, "the letter and its pack");
    let (_, made, _) = told(&desk, "build", &[]);
    assert_eq!(found, made);
}

#[test]
fn what_all_rows_share_is_told_at_its_key() {
    let lines = "a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v";
    let cases = [
        (
            "  email: info@posiv-project.nl\n",
            format!("  email: info@posiv-project.nl\n  address: [{lines}]\n"),
            "pdf-letterhead-too-tall",
            "sender:",
        ),
        (
            "    letter: brief\n",
            "    letter: brief\n    limits: { pages: 1 }\n".to_owned(),
            "pdf-too-many-pages",
            "limits: { pages",
        ),
    ];
    for (from, to, code, key) in cases {
        let desk = changed(from, &to);
        let (exit, found, _) = told(&desk, "check", &["--document", "brief"]);
        assert_eq!((exit, found.len()), (1, 1), "{code}: {found:?}");
        let place = format!("{code} posiv.yaml:{}: ", line(&desk, key));
        assert!(found[0].starts_with(&place), "{found:?}");
    }
}

#[test]
fn mistakes_in_theme_fonts_templates_and_pictures_are_told_together() {
    let theme = std::fs::read_to_string(crate::support::root().join("content/theme.yaml"));
    let theme = theme.expect("a theme");
    let desk = changed(
        "      - { name: Paul van Liempd,",
        "      - { signature: { file: hand.png, alternative: Paul van Liempd }, name: Paul van Liempd,",
    );
    // A header, a size and nothing else: enough for who looks at the first bytes only.
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x20\0\0\0\x20\x08\0\0\0\0";
    desk.write("hand.png", png);
    desk.write(
        "theme.yaml",
        theme.replace("serif: Libertinus Serif", "serif: Arial"),
    );
    desk.write("fonts/broken.otf", "no font");
    desk.write("templates/letter.typ", "#let letter(it, env) = {\n");
    let (exit, found, _) = told(&desk, "check", &[]);
    assert_eq!(exit, 2, "{found:?}");
    let starts = [
        format!(
            "wrong-picture posiv.yaml:{}: `hand.png` ",
            line(&desk, "hand.png")
        ),
        "broken-template letter.typ:1: ".to_owned(),
        "broken-font broken.otf:null: ".to_owned(),
        "unknown-font theme.yaml:4: no font file has the family `Arial`".to_owned(),
    ];
    for start in &starts {
        assert!(
            found.iter().any(|one| one.starts_with(start)),
            "{start}: {found:?}"
        );
    }
    assert_eq!(found.len(), starts.len(), "{found:?}");

    let desk = Desk::posiv(&ROWS);
    desk.write("theme.yaml", theme.replace("right: 30", "right: 2"));
    let (exit, found, _) = told(&desk, "check", &[]);
    assert_eq!((exit, found.len()), (2, 1), "{found:?}");
    let place = "wrong-value theme.yaml:18: margin `2` is narrower than 7 mm";
    assert!(found[0].starts_with(place), "{found:?}");
}

#[test]
fn a_name_in_a_template_that_does_not_exist_is_told_once_in_the_template() {
    let desk = Desk::posiv(&ROWS);
    let template = crate::support::root().join("crates/pdf/src/templates/letter.typ");
    let text = std::fs::read_to_string(template).expect("a template");
    let text = text.replacen("  letterhead(sender,", "  letterhed(sender,", 1);
    desk.write("templates/letter.typ", text);
    let (exit, found, _) = told(&desk, "check", &[]);
    assert_eq!((exit, found.len()), (1, 1), "{found:?}");
    assert!(found[0].contains(" letter.typ:"), "{found:?}");
    assert!(
        found[0].contains("unknown variable: letterhed"),
        "{found:?}"
    );
}

/// Numbers from a seed: the same in each run.
struct Chance(u64);

/// How long values are.
#[derive(Clone, Copy)]
struct Size {
    /// Most parts of a word.
    parts: usize,
    /// Most parts of one word in sixty.
    odd_parts: usize,
    /// Most words of a value.
    words: usize,
    /// Most words of one value in twenty.
    odd_words: usize,
}

const SIZES: [Size; 3] = [
    Size {
        parts: 3,
        odd_parts: 4,
        words: 2,
        odd_words: 3,
    },
    Size {
        parts: 4,
        odd_parts: 8,
        words: 2,
        odd_words: 6,
    },
    Size {
        parts: 6,
        odd_parts: 30,
        words: 3,
        odd_words: 9,
    },
];

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % end as u64) as usize
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    /// Once in so many times.
    fn in_many(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }
}

const PARTS: [&str; 24] = [
    "a",
    "ber",
    "dorp",
    "é",
    "wijk",
    "ñ",
    "stad",
    "ij",
    "ß",
    "lo",
    "Ž",
    "’s",
    "-",
    "um",
    "ffi",
    "8",
    "ш",
    "ο",
    "ber\u{ad}gen",
    "ing",
    "Ø",
    "mmm",
    "lll",
    "ch",
];

/// A word, now and then one that is too long for any line.
fn word(chance: &mut Chance, size: Size) -> String {
    let longest = if chance.in_many(60) {
        size.odd_parts
    } else {
        size.parts
    };
    let parts = 1 + chance.below(longest);
    (0..parts).map(|_| chance.one(&PARTS)).collect()
}

/// A value of a register.
fn value(chance: &mut Chance, size: Size) -> String {
    let longest = if chance.in_many(20) {
        size.odd_words
    } else {
        size.words
    };
    let words: Vec<String> = (0..=chance.below(longest))
        .map(|_| word(chance, size))
        .collect();
    let between = chance.one(&[" ", " ", " ", "\u{a0}", " – ", "/"]);
    words.join(between).replace('"', "")
}

fn cell(text: &str) -> String {
    format!("\"{text}\"")
}

/// A campaign and a register.
fn generated(seed: u64) -> Desk {
    let chance = &mut Chance(seed);
    let size = SIZES[chance.below(SIZES.len())];
    let rows: String = (0..40 + chance.below(60))
        .map(|row| {
            let box_number = if chance.in_many(3) {
                String::new()
            } else {
                (row + 1).to_string()
            };
            let cells = [
                format!("GM{row:04}"),
                cell(&value(chance, size)),
                cell(&value(chance, size)),
                chance.below(900_000).to_string(),
                box_number,
                cell(&word(chance, size)),
                (1 + chance.below(400)).to_string(),
                if chance.in_many(4) {
                    cell(&word(chance, size))
                } else {
                    String::new()
                },
                format!("{} AB", 1000 + chance.below(8000)),
                cell(&value(chance, size)),
                cell(&value(chance, size)),
            ];
            format!("{}\n", cells.join(","))
        })
        .collect();
    let register = format!(
        "code,name,running_name,population,po_box,street,house_number,addition,postcode,town,extra\n{rows}"
    );
    let line = |chance: &mut Chance| {
        chance
            .one(&[
                "In {{ municipality.running_name }} is het **zo**.",
                "Voor {{ municipality.name }} en {{ municipality.extra }}: *{{ municipality.extra }}*[^1].",
                "{{ municipality.population | number }} inwoners, {{ municipality.name | upper }}.",
                "{{ if municipality.population > 100000 }}Groot{{ else }}Klein {{ municipality.town }}{{ end }} dus.",
                "- eerste {{ municipality.extra }}\n      - tweede {{ municipality.town }}",
                "# Kop {{ municipality.name }}",
                "[{{ municipality.name }}](https://example.org/een/lang/adres/zonder/einde/dat/doorloopt/tot/het/eind)",
            ])
            .to_owned()
    };
    let mut body: String = (0..2 + chance.below(12))
        .map(|_| format!("      {}\n\n", line(chance)))
        .collect();
    if body.contains("[^1]") {
        body.push_str("      [^1]: Noot over {{ municipality.name }}.\n");
    }
    let envelope = chance.one(&[
        "nl-dl-left",
        "nl-dl-right",
        "nl-c5",
        "be",
        "uk",
        "din-5008-a",
    ]);
    let address = if chance.in_many(2) {
        "  address: [Kade 1, 3511 AA Utrecht]\n"
    } else {
        ""
    };
    let kix = if chance.in_many(4) {
        "    kix: true\n"
    } else {
        ""
    };
    let qr = if chance.in_many(4) {
        "    qr: { url: \"https://example.org/{{ municipality.code }}/{{ municipality.name | slug }}\", caption: Lees meer }\n"
    } else {
        ""
    };
    let limits = if chance.in_many(3) {
        "    limits: { pages: 2 }\n"
    } else {
        ""
    };
    let emoji = if chance.in_many(12) { " ✅" } else { "" };
    let yaml = format!(
        "raadspost: 1\nid: c{seed}\ntitle: T\nlanguage: nl-NL\ndate: 2027-03-01\n\
         sender:\n  name: Afzender\n  email: a@example.org\n{address}\
         envelope: {envelope}\n\
         register: {{ file: r.csv, country: NL }}\n\
         phrases:\n  aan: |\n    Aan de raad van {{{{ municipality.running_name }}}}\n    t.a.v. de griffie\n\
         letters:\n  brief:\n    title: Brief aan {{{{ municipality.name }}}}\n    address: optional\n    addressee: aan\n\
         \x20   subject: Over {{{{ municipality.extra }}}}\n{kix}{qr}\
         \x20   place-and-date: Utrecht\n    salutation: Geachte raad{emoji},\n    body: |\n{body}\
         \x20   closing: Groet,\n    signatories: [{{ name: A }}]\n\
         texts:\n  bijlage:\n    title: Bijlage voor {{{{ municipality.name }}}}\n    body: |\n      Over {{{{ municipality.extra }}}}.\n\
         documents:\n  - id: brief\n    formats: [pdf]\n    letter: brief\n{limits}\
         \x20 - id: bijlage\n    formats: [pdf, docx]\n    annex: {{ label: \"Bijlage:\", title: \"{{{{ municipality.extra }}}}\" }}\n    parts: [{{ text: bijlage }}]\n\
         \x20 - id: pack\n    formats: [pdf]\n    collects: [brief, bijlage]\n"
    );
    Desk::new(&[("c.yaml", &yaml), ("r.csv", &register)])
}

#[test]
fn check_and_build_agree() {
    let cases = if is_long() { 1000 } else { 12 };
    let (mut passed, mut refused) = (0, 0);
    for seed in 0..cases {
        let desk = generated(seed);
        let (exit, found, checked) = told(&desk, "check", &[]);
        let (end, failures, built) = told(&desk, "build", &[]);
        // These campaigns have no mistake that stops a command: a stop is a fault of the programme.
        assert!(exit < 2 && end < 2, "seed {seed}: {found:?} {failures:?}");
        assert_eq!(
            checked["refused"], built["documents"]["refused"],
            "seed {seed}: {found:?}"
        );
        let failed = &built["documents"]["failed"];
        if checked["laid_out"]["failed"] == 0 {
            assert_eq!(failed, 0, "seed {seed}: {failures:?}");
            passed += 1;
        } else {
            // It refuses nothing that can be made.
            assert_ne!(failed, 0, "seed {seed}: {found:?}");
            refused += 1;
        }
    }
    assert!(
        passed > 0 && refused > 0,
        "{passed} passed, {refused} refused"
    );
}
