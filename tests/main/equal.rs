//! Word and PDF have the same text: each motion is read back from both finished files.

use std::path::Path;

use raadspost_inspect::{Line, Role, comparable, first_difference, read_docx};

use crate::support::{Desk, docx_lines, everyone_out, pdf, posiv, register};

/// A motion below its title, with headings one level up if the title was below another heading.
fn below_title(lines: &[Line], title_ends_with: &str) -> Vec<Line> {
    let start = lines
        .iter()
        .position(|line| {
            matches!(line.role, Role::Heading(_)) && line.text.ends_with(title_ends_with)
        })
        .unwrap_or_else(|| panic!("no heading ends with {title_ends_with}: {lines:?}"));
    lines[start + 1..].to_vec()
}

fn title(lines: &[Line]) -> String {
    assert_eq!(
        lines[0].role,
        Role::Heading(1),
        "a motion opens with its title"
    );
    lines[0].text.clone()
}

#[track_caller]
fn assert_equal(word: &[Line], paper: &[Line]) {
    assert!(word.len() > 12, "a whole motion: {word:?}");
    if let Some(difference) = first_difference(&comparable(word), &comparable(paper)) {
        panic!("{difference}");
    }
}

/// The last part of an annex's PDF is the motion.
fn compare(folder: &Path, word: &str, annex: &str) {
    let word = docx_lines(&folder.join(word));
    let title = title(&word);
    assert_equal(
        &word[1..],
        &below_title(&pdf(&folder.join(annex)).lines, &title),
    );
}

#[test]
fn every_motion_equals_that_of_its_annex() {
    let out = everyone_out();
    let mut folders = 0;
    for entry in std::fs::read_dir(&out)
        .expect("out")
        .map(|entry| entry.expect("an entry").path())
    {
        let name = entry
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if entry.is_dir() && name.starts_with("GM") {
            compare(&entry, "motie-solidariteit.docx", "bijlage-1.pdf");
            compare(&entry, "motie-deelname.docx", "bijlage-2.pdf");
            folders += 1;
        }
    }
    assert_eq!(folders, 342);
}

#[test]
fn every_variant_equals_its_pdf() {
    let yaml = posiv().replace("formats: [docx]", "formats: [docx, pdf]");
    let rows = [
        "GM0344,Utrecht,Utrecht,376123,16200,3500 CE,Utrecht",
        "GM0796,’s-Hertogenbosch,’s-Hertogenbosch,161000,12345,5200 GZ,’s-Hertogenbosch",
    ];
    let desk = Desk::new(&[
        ("posiv.yaml", &yaml),
        ("registers/nl.csv", &register(&rows)),
    ]);
    desk.build(&[]).ended(0);
    for folder in ["GM0344-utrecht", "GM0796-s-hertogenbosch"] {
        let folder = desk.out().join(folder);
        for motion in [
            "motie-solidariteit",
            "motie-deelname",
            "motie-deelname-onderzoek",
            "motie-deelname-deelname",
        ] {
            let word = docx_lines(&folder.join(format!("{motion}.docx")));
            let paper = pdf(&folder.join(format!("{motion}.pdf"))).lines;
            // Here the title is compared too, and the levels of all headings.
            assert_equal(&word, &paper);
            let roles = |lines: &[Line]| lines.iter().map(|line| line.role).collect::<Vec<_>>();
            assert_eq!(roles(&word), roles(&paper), "{motion}");
        }
    }
}

/// The comparison detects a single word: neither side is taken from the model.
#[test]
fn one_changed_word_is_seen() {
    let folder = everyone_out().join("GM0344-utrecht");
    let bytes = std::fs::read(folder.join("motie-solidariteit.docx")).expect("a file");
    let paper = pdf(&folder.join("bijlage-1.pdf")).lines;
    let mut word = read_docx(&bytes).expect("a document").lines;
    let paper = below_title(&paper, &title(&word));
    assert_equal(&word[1..], &paper);
    let line = word
        .iter_mut()
        .find(|line| line.text.contains("onverminderd"))
        .expect("a line");
    line.text = line.text.replace("onverminderd", "verminderd");
    assert!(first_difference(&comparable(&word[1..]), &comparable(&paper)).is_some());
}
