//! House styles in Word: reference documents and logos.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::combinations::DOCUMENTS;
use crate::judges::{judge, listed};
use crate::office::{first_page, fonts_of, has_office, printed};
use crate::support::{Desk, case, docx_lines, posiv, root};
use crate::{parts, picture};

/// The campaign with this in its theme, and behind it other sections.
pub(crate) fn desk(theme: &str, more: &str) -> Desk {
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
pub(crate) fn folder(out: &Path, code: &str) -> PathBuf {
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
                let xml = parts::text(path, "word/document.xml");
                let (body, section) = xml.rsplit_once("<w:sectPr>").expect("a section");
                assert!(section.ends_with("</w:sectPr></w:body></w:document>"));
                body.to_owned()
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
        "raad.yaml:13:17: the logo is not a readable PNG file",
        "raad.yaml:14:23: the file `house/none.dotx` does not exist in the campaign's folder",
        "raad.yaml:16:11: the file cannot be a reference document: it is not a Word file",
    ] {
        assert!(said.contains(expected), "{expected}\n{said}");
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
