//! Invalid and hostile input is refused with a clear message or printed literally, never
//! interpreted.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use raadspost_inspect::read_docx;
use serde_json::Value;

use crate::support::{Desk, case, documents, is_long, note, pdf, posiv, register, root, run};

#[test]
fn fifteen_mistakes_are_reported_in_one_run_and_nothing_is_made() {
    let desk = Desk::new(&[
        (
            "campaign.yaml",
            &case("campaign/fifteen-mistakes/campaign.yaml"),
        ),
        (
            "gemeenten.csv",
            &case("campaign/fifteen-mistakes/gemeenten.csv"),
        ),
    ]);
    for command in [
        vec!["check", desk.campaign()],
        vec!["build", desk.campaign(), "--out", "unused-out"],
    ] {
        let ran = run(&command).ended(2);
        let said = ran.said();
        for line in case("campaign/fifteen-mistakes/expected.txt").lines() {
            let (place, code) = line.split_once(' ').expect("place and code");
            assert!(
                said.contains(&format!("error[{code}]")) && said.contains(&format!(":{place}:")),
                "{line}: {said}"
            );
        }
    }
    assert!(!desk.out().exists());
}

/// Attacks, each a row of `tests/cases/hostile/attacks.py`: the quick ones, or all in tests/long.
#[test]
fn attacks_are_refused_or_made_right() {
    let script = root().join("tests/cases/hostile/run.py");
    let mut command = std::process::Command::new("python3");
    command.arg(script).arg(env!("CARGO_BIN_EXE_raadspost"));
    if !is_long() {
        command.arg("--quick");
    }
    let output = command.output().expect("python3 starts");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    note(said.trim());
}

const GOOD: &str = "GM0001,Goed,Goed,1000,1,1234 AB,Goedstad";

#[test]
fn bad_rows_are_refused_and_all_others_made() {
    let rows = [
        GOOD,
        "GM0002,Weinig,Weinig",
        "GM0003,Postcode,Postcode,1000,1,12345,Stad",
        "GM0004,Adres,Adres,1000,,1234 AB,Stad",
        "GM0005,Dubbel,Dubbel,1000,1,1234 AB,Stad",
        "GM0005,Dubbel,Dubbel,1000,1,1234 AB,Stad",
        "GM0006,Smile 😀,Smile 😀,1000,1,1234 AB,Stad",
        "../../etc,Pad,Pad,1000,1,1234 AB,Stad",
        "GM0008,Getal,Getal,veel,1,1234 AB,Stad",
    ];
    let desk = Desk::posiv(&rows);
    let ran = desk.build(&[]).ended(1);
    let said = ran.said();
    for code in [
        "wrong-cell-count",
        "wrong-postcode",
        "no-address",
        "doubled-code",
        "missing-glyph",
        "wrong-code",
        "wrong-value",
    ] {
        assert!(said.contains(&format!("error[{code}]")), "{code}: {said}");
    }
    assert!(said.contains("U+1F600"), "{said}");
    let report = desk.report();
    let count = |name: &str| report["documents"][name].as_u64().expect("a number");
    assert_eq!(
        count("planned"),
        count("made") + count("fresh") + count("refused") + count("failed")
    );
    assert_eq!(count("planned"), 72);
    assert_eq!(count("failed"), 0);
    let made = documents(&desk.out());
    assert_eq!(
        made.keys()
            .filter(|path| path.starts_with("GM0001-goed/"))
            .count(),
        8
    );
    // The address concerns the letter and its collection; motions and annexes are made, separately.
    let apart: Vec<_> = made.keys().filter(|path| path.contains("GM0004")).collect();
    assert_eq!(apart.len(), 6, "{apart:?}");
    assert!(
        apart.iter().all(|path| path.starts_with("held/")),
        "{apart:?}"
    );
    assert!(
        made.keys().all(|path| !path.contains("GM0005")
            && !path.contains("etc")
            && !path.contains("GM0002"))
    );

    let strict = Desk::posiv(&rows);
    strict.build(&["--strict"]).ended(2);
    assert!(documents(&strict.out()).is_empty());

    // Once corrected, the next run makes only the missing documents.
    desk.write(
        "registers/nl.csv",
        register(&[GOOD, "GM0004,Adres,Adres,1000,7,1234 AB,Stad"]),
    );
    desk.build(&[]).ended(0);
    assert!(
        documents(&desk.out())
            .keys()
            .all(|path| !path.starts_with("held/"))
    );
}

#[test]
fn names_are_printed_as_they_are() {
    let long = "Lang ".repeat(16) + "eind";
    let names: BTreeMap<&str, &str> = [
        ("X01", "#import \"x\""),
        ("X02", "</w:t><w:p/>"),
        ("X03", "=HYPERLINK(\"http://a\";\"b\")"),
        ("X04", "a/b"),
        ("X05", "CON"),
        ("X06", "*ster* _streep_ $x$ `code` [a](b) <label> @ref"),
        ("X07", "{{ municipality.code }}"),
        ("X08", "Αθήνα"),
        ("X09", "Київ"),
        ("X10", "Č̣ž ẞ Łódź ǫ́"),
        ("X11", "\\u{0041} \\n &amp; 100% ~"),
        ("X12", long.as_str()),
    ]
    .into();
    let rows: Vec<String> = names
        .iter()
        .map(|(code, name)| {
            let cell = format!("\"{}\"", name.replace('"', "\"\""));
            format!("{code},{cell},{cell},1,1,1234 AB,Stad")
        })
        .collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let desk = Desk::posiv(&rows);
    let ran = desk.build(&[]);
    assert_eq!(ran.status, 0, "{}", ran.said());
    let made = documents(&desk.out());
    assert_eq!(made.len(), names.len() * 8);
    for (code, name) in &names {
        let folder = made
            .keys()
            .find_map(|path| {
                path.split_once('/')
                    .filter(|(folder, _)| folder.starts_with(code))
            })
            .expect("a folder")
            .0;
        assert!(
            folder
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-'),
            "{folder}"
        );
        let wanted = format!("De gemeenteraad van {name}, in vergadering bijeen op [datum],");
        let squeezed = |text: &str| {
            text.chars()
                .filter(|c| !c.is_whitespace())
                .collect::<String>()
        };
        let paper = pdf(&desk.out().join(folder).join("bijlage-1.pdf"));
        assert!(
            paper
                .lines
                .iter()
                .any(|line| squeezed(&line.text) == squeezed(&wanted)),
            "{wanted}: {:?}",
            paper.lines
        );
        let word =
            read_docx(&made[&format!("{folder}/motie-solidariteit.docx")]).expect("a document");
        assert!(
            word.lines
                .iter()
                .any(|line| squeezed(&line.text) == squeezed(&wanted)),
            "{wanted}: {:?}",
            word.lines
        );
    }
}

#[test]
fn the_terminal_is_never_sent_a_sequence_from_the_register() {
    let desk = Desk::posiv(&["GM0001,\u{1b}[31mRood\u{7},Rood,1000,1,1234 AB,Stad"]);
    let ran = desk.build(&[]).ended(1);
    assert!(!ran.said().contains('\u{1b}') && !ran.said().contains('\u{7}'));
    assert!(ran.said().contains("control-character"), "{}", ran.said());
}

#[test]
fn broken_files_stop_before_anything_is_made() {
    let cases: [(&str, Vec<u8>, Vec<u8>); 4] = [
        ("broken-yaml", b"a: [1".to_vec(), b"code,name\n".to_vec()),
        (
            "missing-column",
            posiv().into_bytes(),
            b"code,naam,running_name\n".to_vec(),
        ),
        (
            "doubled-column",
            posiv().into_bytes(),
            register(&[GOOD]).replace("town", "name").into_bytes(),
        ),
        (
            "not-utf8",
            posiv().into_bytes(),
            [
                register(&[GOOD]).as_bytes(),
                b"GM2,\xC3\xAB\xFF,B,1,1,1234 AB,S\n",
            ]
            .concat(),
        ),
    ];
    for (code, yaml, table) in cases {
        let desk = Desk::new(&[]);
        desk.write("campaign.yaml", yaml);
        desk.write("registers/nl.csv", table);
        let ran = desk.build(&[]).ended(2);
        assert!(
            ran.said().contains(&format!("error[{code}]")),
            "{code}: {}",
            ran.said()
        );
        assert!(
            !desk.out().exists() || documents(&desk.out()).is_empty(),
            "{code}"
        );
    }
}

#[test]
fn an_override_of_a_code_that_is_not_there_is_named() {
    let yaml = posiv()
        + "\noverrides:\n  GM0002:\n    constaterende: \"constaterende, dat\"\n  GM0001:\n    constaterende: \"constaterende, dat\"\n";
    let desk = Desk::new(&[
        ("posiv.yaml", &yaml),
        ("registers/nl.csv", &register(&[GOOD])),
    ]);
    let ran = desk.build(&[]).ended(0);
    assert!(
        ran.said().contains("warning[idle-override]") && ran.said().contains("`GM0002`"),
        "{}",
        ran.said()
    );
    let paper = pdf(&desk.out().join("GM0001-goed/bijlage-1.pdf"));
    assert!(
        paper
            .lines
            .iter()
            .any(|line| line.text == "constaterende, dat"),
        "{:?}",
        paper.lines
    );
}

#[test]
fn an_override_by_name_is_a_mistake_and_an_idle_one_can_be_allowed() {
    let with = |key: &str, more: &str| {
        let yaml = posiv()
            + &format!("\n{more}overrides:\n  {key}:\n    constaterende: \"constaterende, dat\"\n");
        let desk = Desk::new(&[
            ("posiv.yaml", &yaml),
            ("registers/nl.csv", &register(&[GOOD])),
        ]);
        run(&["check", desk.campaign()])
    };
    let name = GOOD.split(',').nth(1).expect("a name");
    let ran = with(name, "").ended(2);
    assert!(
        ran.said().contains("error[override-by-name]")
            && ran.said().contains("write its code: `GM0001`"),
        "{}",
        ran.said()
    );
    let ran = with("GM0002", "allow: [idle-override]\n").ended(0);
    assert!(!ran.said().contains("idle-override"), "{}", ran.said());
}

#[test]
fn marks_of_direction_are_refused() {
    let desk = Desk::posiv(&[
        GOOD,
        "GM0002,Om\u{202E}gekeerd,Omgekeerd,1000,1,1234 AB,Stad",
    ]);
    let ran = desk.build(&[]).ended(1);
    assert!(
        ran.said().contains("error[control-character]") && ran.said().contains("U+202E"),
        "{}",
        ran.said()
    );
    assert!(!ran.said().contains('\u{202E}'));
    assert_eq!(documents(&desk.out()).len(), 8);
}

/// Default_Ignorable_Code_Point (DerivedCoreProperties.txt of Unicode 17.0), but for the tags and
/// variation selectors of plane 14, of which the first and last are here.
const IGNORABLE: [(u32, u32); 19] = [
    (0xAD, 0xAD),
    (0x34F, 0x34F),
    (0x61C, 0x61C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8),
    (0x1_BCA0, 0x1_BCA3),
    (0x1_D173, 0x1_D17A),
    (0xE_0000, 0xE_0020),
    (0xE_0100, 0xE_0101),
    (0xE_0FFF, 0xE_0FFF),
];

/// A character that no file can keep is a mistake at its location in the campaign, and everything
/// else can be made.
#[test]
fn a_character_without_a_form_of_its_own_is_made_or_told_at_its_place() {
    let ranges = IGNORABLE.iter().flat_map(|(first, last)| *first..=*last);
    let mut all: Vec<char> = ranges.filter_map(char::from_u32).collect();
    let desk = Desk::new(&[("register.csv", "code,name\nGM1,A\n")]);
    let write = |all: &[char]| {
        let texts = all
            .iter()
            .enumerate()
            .map(|(at, c)| format!("  t{at}: {{ body: Aa{c}bb cc. }}\n"));
        let parts = (0..all.len()).map(|at| format!("{{ text: t{at} }}"));
        let head = "raadspost: 1\nid: proef\ntitle: Proef\nlanguage: nl-NL\ndate: 2026-03-02\n\
             sender: { name: Bureau }\nregister: { file: register.csv }\npost: none\ntexts:\n";
        let parts: Vec<_> = parts.collect();
        desk.write(
            "campaign.yaml",
            format!(
                "{head}{}documents: [{{ id: d, formats: [pdf, docx], parts: [{}] }}]\n",
                texts.collect::<String>(),
                parts.join(", ")
            ),
        );
        let ran = run(&["check", desk.campaign(), "--json"]);
        let found: Value = serde_json::from_str(&ran.stdout).expect("JSON");
        (ran, found)
    };
    let (_, found) = write(&all);
    let mut refused = BTreeSet::new();
    for mistake in found["diagnostics"].as_array().expect("mistakes") {
        assert_eq!(mistake["code"], "control-character", "{mistake}");
        let line = mistake["line"].as_u64().expect("a line");
        refused.insert(all[usize::try_from(line).expect("a line") - 10]);
    }
    assert!(
        refused.contains(&'\u{3164}') && !refused.contains(&'\u{AD}'),
        "{refused:?}"
    );
    all.retain(|c| !refused.contains(c));
    let (ran, _) = write(&all);
    ran.ended(0);
}

#[test]
fn init_gives_a_campaign_that_builds_as_the_embedded_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let mine = folder.path().join("mine");
    let mine = mine.to_str().expect("UTF-8");
    run(&["init", mine]).ended(0);
    run(&["init", mine]).ended(2);
    let out = folder.path().join("out");
    run(&[
        mine,
        "--out",
        out.to_str().expect("UTF-8"),
        "--only",
        "GM0344",
    ])
    .ended(0);
    let made = documents(&out);
    let whole = crate::support::everyone_out();
    assert_eq!(made.len(), 8);
    for (path, bytes) in made {
        assert_eq!(
            fs::read(whole.join(&path)).expect("a file"),
            bytes,
            "{path}"
        );
    }
}
