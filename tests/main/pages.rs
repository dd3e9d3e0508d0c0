//! The look of the first pages of motions, compared with reference pictures.

use std::fs;
use std::path::Path;

use crate::combinations::THEMES;
use crate::house::{desk, folder};
use crate::office::{first_page, has_office, printed};
use crate::picture;
use crate::support::root;

/// The first pages of motions for a short, a long and an odd name, as LibreOffice shows them with
/// our fonts, and one with a logo.
#[test]
fn pages_look_as_they_were_looked_at() {
    if !has_office() {
        return;
    }
    let (_, logo) = THEMES[1];
    let desk = desk(logo, "");
    let yaml = fs::read_to_string(desk.path("raad.yaml")).expect("a file");
    let yaml = yaml
        .replace("word-text: Georgia", "word-text: Libertinus Serif")
        .replace("word-headings: Verdana", "word-headings: Source Sans 3");
    desk.write("raad.yaml", &yaml);
    let shown = [
        ("GM0228", "motie"),
        ("GM0820", "motie"),
        ("GM0796", "motie"),
        ("GM0796", "amendement"),
    ];
    desk.build(&["--only", "GM0228,GM0820,GM0796"]).ended(0);
    let mut files = Vec::new();
    for (code, document) in shown {
        let name = format!("{code}-{document}.docx");
        let file = folder(&desk.out(), code).join(format!("{document}.docx"));
        desk.write(&format!("pages/{name}"), fs::read(file).expect("a file"));
        files.push(desk.path(&format!("pages/{name}")));
    }
    // The same with a paragraph more, which must be seen.
    let moved = yaml.replace(
        "      - heard: gehoord\n",
        "      - heard: gehoord\n      - heard: gehoord\n",
    );
    assert_ne!(moved, yaml);
    desk.write("raad.yaml", moved);
    desk.build(&["--only", "GM0228", "--document", "motie"])
        .ended(0);
    let file = folder(&desk.out(), "GM0228").join("motie.docx");
    desk.write("pages/moved.docx", fs::read(file).expect("a file"));
    files.push(desk.path("pages/moved.docx"));

    let into = desk.path("printed");
    printed(&files, &into, true);
    let known = root().join("tests/cases/word/pictures");
    // A page that differs is kept where it can be looked at.
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let mut reasons = Vec::new();
    for (code, document) in shown {
        let page = first_page(&into.join(format!("{code}-{document}.pdf")));
        let name = format!("{code}-{document}.png");
        let copy = kept.join(&name);
        fs::copy(&page, &copy).expect("copied");
        reasons.extend(picture::matches(&known.join(name), &copy).err());
    }
    assert_eq!(reasons, Vec::<String>::new());
    let moved = first_page(&into.join("moved.pdf"));
    assert!(picture::matches(&known.join("GM0228-motie.png"), &moved).is_err());
}
