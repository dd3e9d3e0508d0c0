//! House styles in Word: reference documents, logos, languages, and how the pages look.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::judges::{judge, listed};
use crate::picture;
use crate::support::{Desk, case, docx_lines, note, posiv, root};

/// The documents of the campaign `raad.yaml`: each kind, and a motion with and without a variant.
const DOCUMENTS: [(&str, &str); 5] = [
    ("motie", "motion: motie"),
    ("motie-besluit", "motion: motie, variant: besluit"),
    ("motie-vreemd", "motion: vreemd, variant: onderzoek"),
    ("amendement", "motion: amendement"),
    ("initiatief", "motion: initiatief"),
];
const LANGUAGES: [&str; 5] = ["nl-NL", "fy-NL", "en", "uk", "de"];
/// Long and odd names, names that two municipalities share, and a council whose factions are not
/// known (Hilversum).
const HARD: [&str; 8] = [
    "GM0402", "GM0796", "GM0344", "GM1900", "GM0518", "GM0373", "GM0893", "GM0820",
];
/// What each theme adds to the campaign's own; the file is the reference document.
const THEMES: [(&str, &str); 5] = [
    ("own", ""),
    (
        "logo",
        "  logo: { file: house/logo.png, alternative: Logo van Bureau Waterkant, width: 42 }\n",
    ),
    (
        "letterhead",
        "  reference-document: house/briefpapier.dotx\n",
    ),
    ("office", "  reference-document: house/libreoffice.docx\n"),
    ("python", "  reference-document: house/python-docx.docx\n"),
];

#[expect(
    clippy::disallowed_methods,
    reason = "the test command says through the environment how much to test"
)]
fn long() -> bool {
    std::env::var_os("RAADSPOST_LONG").is_some()
}

/// The campaign with this in its theme, and behind it other sections.
fn desk(theme: &str, more: &str) -> Desk {
    let yaml = case("word/raad.yaml");
    let (head, tail) = yaml.split_once("register:\n").expect("a register");
    let desk = Desk::new(&[(
        "raad.yaml",
        &format!("{head}{theme}{more}register:\n{tail}"),
    )]);
    for entry in fs::read_dir(root().join("tests/cases/word/house")).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_str().expect("UTF-8");
        desk.write(&format!("house/{name}"), fs::read(&path).expect("a file"));
    }
    desk
}

/// The folder of a municipality.
fn folder(out: &Path, code: &str) -> PathBuf {
    let mut found = fs::read_dir(out)
        .expect("out")
        .map(|entry| entry.expect("an entry").path());
    let starts = |path: &PathBuf| {
        path.file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with(code))
    };
    found
        .find(starts)
        .unwrap_or_else(|| panic!("no folder of {code}"))
}

/// Whether LibreOffice and poppler are there; a message where they are not.
fn has_office() -> bool {
    let there = |program: &str, flag: &str| Command::new(program).arg(flag).output().is_ok();
    let all = there("soffice", "--version") && there("pdftoppm", "-v");
    if !all {
        note("skipped: LibreOffice or poppler is not installed");
    }
    all
}

/// Prints Word files with LibreOffice, and the fonts of this repository alone where `own` says so:
/// a page looks the same wherever the tests run.
fn printed(files: &[PathBuf], into: &Path, own: bool) {
    fs::create_dir_all(into).expect("a folder");
    let mut office = Command::new("soffice");
    if own {
        let fonts = format!(
            "<?xml version=\"1.0\"?><fontconfig><dir>{}</dir><cachedir>{}</cachedir></fontconfig>",
            root().join("fonts").display(),
            into.join("cache").display()
        );
        fs::write(into.join("fonts.conf"), fonts).expect("a file");
        office.env("FONTCONFIG_FILE", into.join("fonts.conf"));
    }
    let status = office
        .arg(format!(
            "-env:UserInstallation=file://{}",
            into.join("profile").display()
        ))
        .args(["--headless", "--norestore"])
        .args(["--convert-to", "pdf:writer_pdf_Export", "--outdir"])
        .arg(into)
        .args(files)
        .output()
        .expect("LibreOffice starts");
    assert!(
        status.status.success(),
        "{}",
        String::from_utf8_lossy(&status.stderr)
    );
}

/// The first page of a PDF file as a small grey picture beside it.
fn first_page(pdf: &Path) -> PathBuf {
    let picture = pdf.with_extension("");
    let status = Command::new("pdftoppm")
        .args([
            "-r",
            "36",
            "-gray",
            "-png",
            "-f",
            "1",
            "-l",
            "1",
            "-singlefile",
        ])
        .args([pdf, &picture])
        .status()
        .expect("pdftoppm starts");
    assert!(status.success());
    picture.with_extension("png")
}

fn fonts_of(pdf: &Path) -> String {
    let output = Command::new("pdffonts").arg(pdf).output();
    String::from_utf8_lossy(&output.expect("pdffonts starts").stdout).into_owned()
}

/// A part of a Word file, by way of Python, which is no part of what is tested.
fn document_xml(path: &Path) -> Option<String> {
    let script = "import sys, zipfile; sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read('word/document.xml'))";
    let output = Command::new("python3")
        .args(["-c", script])
        .arg(path)
        .output();
    Some(String::from_utf8(output.ok()?.stdout).expect("UTF-8"))
}

/// The house styles of three councils, and the campaign's own look for a fourth.
fn councils() -> &'static Desk {
    static MADE: OnceLock<Desk> = OnceLock::new();
    MADE.get_or_init(|| {
        let own = "reference-documents:\n  GM0344: house/briefpapier.dotx\n  \
                   GM0402: house/python-docx.docx\n  GM0796: house/libreoffice.docx\n";
        let desk = desk("", own);
        desk.build(&["--only", "GM0344,GM0402,GM0796,GM0820"])
            .ended(0);
        desk
    })
}

#[test]
fn a_house_style_changes_the_look_and_not_a_word() {
    let plain = desk("", "");
    plain
        .build(&["--only", "GM0344,GM0402,GM0796,GM0820"])
        .ended(0);
    let styled = councils();
    let office = has_office();
    for (code, font) in [
        ("GM0344", "DejaVuSans"),
        ("GM0402", "DejaVuSerif"),
        ("GM0796", "DejaVuSans"),
    ] {
        for (document, _) in DOCUMENTS {
            let [one, other] = [&plain, styled]
                .map(|desk| folder(&desk.out(), code).join(format!("{document}.docx")));
            assert_eq!(docx_lines(&one), docx_lines(&other), "{code} {document}");
            assert_ne!(
                fs::read(&one).expect("a file"),
                fs::read(&other).expect("a file")
            );
            let body = |path: &Path| {
                let xml = document_xml(path)?;
                let (body, section) = xml.rsplit_once("<w:sectPr>")?;
                assert!(section.ends_with("</w:sectPr></w:body></w:document>"));
                Some(body.to_owned())
            };
            assert_eq!(body(&one), body(&other), "{code} {document}");
        }
        if office {
            let word = |desk: &Desk| folder(&desk.out(), code).join("motie.docx");
            let [one, other] =
                [("one", word(&plain)), ("other", word(styled))].map(|(name, file)| {
                    let into = styled.path(&format!("printed-{code}-{name}"));
                    printed(&[file], &into, false);
                    into.join("motie.pdf")
                });
            let fonts = fonts_of(&other);
            assert!(fonts.contains(font), "{code}: {fonts}");
            assert_ne!(fonts_of(&one), fonts, "{code}");
            let said = picture::matches(&first_page(&one), &first_page(&other));
            assert!(said.is_err(), "{code} looks as before");
        }
    }
    // A council without a file of its own has the very same file.
    for (document, _) in DOCUMENTS {
        let [one, other] = [&plain, styled]
            .map(|desk| fs::read(folder(&desk.out(), "GM0820").join(format!("{document}.docx"))));
        assert_eq!(one.expect("a file"), other.expect("a file"), "{document}");
    }
}

#[test]
fn a_changed_house_style_is_made_anew() {
    let desk = desk("  reference-document: house/python-docx.docx\n", "");
    let only = ["--only", "GM0344", "--document", "motie"];
    desk.build(&only).ended(0);
    let made = |desk: &Desk| desk.report()["documents"]["made"].as_u64();
    assert_eq!(made(&desk), Some(2));
    desk.build(&only).ended(0);
    assert_eq!(made(&desk), Some(0));
    let other = fs::read(desk.path("house/libreoffice.docx")).expect("a file");
    desk.write("house/python-docx.docx", other);
    desk.build(&only).ended(0);
    assert_eq!(made(&desk), Some(1), "the Word file, and not the PDF");
}

#[test]
fn a_file_that_cannot_be_used_is_a_mistake_with_its_place() {
    let desk = desk(
        "  logo: { file: house/python-docx.docx, alternative: Logo, width: 42 }\n  \
         reference-document: house/none.dotx\n",
        "reference-documents:\n  GM0344: house/logo.png\n",
    );
    let said = desk.build(&[]).ended(2).stderr;
    for expected in [
        "raad.yaml:13:17: the logo is no PNG file",
        "raad.yaml:14:23: there is no file `house/none.dotx` beside the campaign",
        "raad.yaml:16:11: the file cannot be a reference document: it is no Word file",
    ] {
        assert!(said.contains(expected), "{expected}\n{said}");
    }
}

/// Every kind, variant, language and theme, with and without known factions. In the long tests each
/// combination for eight municipalities; else each pair of values at least once.
#[test]
fn every_combination_is_valid() {
    let long = long();
    let languages = |document: &str, parts: &str| -> String {
        let one = |language: &&str| {
            format!(
                "  - {{ id: {document}-{}, language: {language}, formats: [docx], parts: [{{ {parts} }}] }}\n",
                language.to_lowercase()
            )
        };
        LANGUAGES.iter().map(one).collect()
    };
    let documents: String = DOCUMENTS
        .iter()
        .map(|(document, parts)| languages(document, parts))
        .collect();
    let codes = if long { &HARD[..] } else { &HARD[..2] };
    let mut files = Vec::new();
    let mut desks = Vec::new();
    for (theme, (_, added)) in THEMES.iter().enumerate() {
        let desk = desk(added, "");
        let yaml = fs::read_to_string(desk.path("raad.yaml")).expect("a file");
        let (head, _) = yaml.split_once("documents:\n").expect("documents");
        desk.write("raad.yaml", format!("{head}documents:\n{documents}"));
        desk.build(&["--only", &codes.join(",")]).ended(0);
        for (at, code) in codes.iter().enumerate() {
            let folder = folder(&desk.out(), code);
            for (kind, (document, _)) in DOCUMENTS.iter().enumerate() {
                for (tongue, language) in LANGUAGES.iter().enumerate() {
                    // A Latin square of kinds, languages and themes.
                    if long || ((kind + tongue) % 5 == theme && (kind + at) % 2 == 0) {
                        files.push(
                            folder.join(format!("{document}-{}.docx", language.to_lowercase())),
                        );
                    }
                }
            }
        }
        desks.push(desk);
    }
    assert_eq!(files.len(), if long { 1000 } else { 25 });
    judge("docx.py", &listed(files));
    dates_follow_the_language(&folder(&desks[0].out(), "GM0402"));
}

/// The picture of the date in each language, and the language of the text.
fn dates_follow_the_language(folder: &Path) {
    for (language, picture) in [
        ("nl-NL", "d MMMM yyyy"),
        ("fy-NL", "d MMMM yyyy"),
        ("en", "d MMMM yyyy"),
        ("uk", "d MMMM yyyy &apos;р.&apos;"),
        ("de", "d. MMMM yyyy"),
    ] {
        let file = folder.join(format!("motie-{}.docx", language.to_lowercase()));
        let Some(xml) = document_xml(&file) else {
            return;
        };
        let xml = xml.replace('\'', "&apos;");
        assert!(
            xml.contains(&format!("<w:dateFormat w:val=\"{picture}\"/>")),
            "{language}"
        );
        assert!(
            xml.contains(&format!("<w:lid w:val=\"{language}\"/>")),
            "{language}"
        );
    }
}

#[test]
fn the_logo_is_accessible_on_paper_and_in_word() {
    let theme =
        "theme:\n  logo: { file: logo.png, alternative: Logo van Bureau Waterkant, width: 42 }\n";
    let yaml = posiv()
        .replace(
            "formats: [pdf]\n    letter",
            "formats: [pdf, docx]\n    letter",
        )
        .replace("register:\n", &format!("{theme}register:\n"));
    let desk = Desk::new(&[("posiv.yaml", &yaml)]);
    let logo = root().join("tests/cases/word/house/logo.png");
    desk.write("logo.png", fs::read(logo).expect("a file"));
    desk.build(&["--only", "GM0796"]).ended(0);
    let made = folder(&desk.out(), "GM0796");
    let letter = fs::read(made.join("brief.pdf")).expect("a file");
    let plain = |needle: &[u8]| letter.windows(needle.len()).any(|window| window == needle);
    assert!(
        plain(b"/Subtype /Image") || plain(b"/Subtype/Image"),
        "the letter has a picture"
    );
    judge(
        "pdf.py",
        &listed([made.join("brief.pdf"), made.join("pack.pdf")]),
    );
    judge("docx.py", &listed([made.join("brief.docx")]));
}

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
