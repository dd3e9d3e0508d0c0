//! Every kind, variant, language and theme of a motion: valid, and the same bytes everywhere.

use std::fs;
use std::path::Path;

use raadspost_inspect::lint_docx;

use crate::house::{desk, folder};
use crate::judges::{judge, listed};
use crate::parts;
use crate::support::{documents, is_long};

/// The documents of the campaign `raad.yaml`: each kind, and a motion with and without a variant.
pub(crate) const DOCUMENTS: [(&str, &str); 5] = [
    ("motie", "motion: motie"),
    ("motie-besluit", "motion: motie, variant: besluit"),
    ("motie-vreemd", "motion: vreemd, variant: onderzoek"),
    ("amendement", "motion: amendement"),
    ("initiatief", "motion: initiatief"),
];
pub(crate) const LANGUAGES: [&str; 5] = ["nl-NL", "fy-NL", "en", "uk", "de"];
/// Long and unusual names, names shared by two municipalities, and a council whose factions are not
/// known (Hilversum).
pub(crate) const HARD: [&str; 8] = [
    "GM0402", "GM0796", "GM0344", "GM1900", "GM0518", "GM0373", "GM0893", "GM0820",
];
/// The additions of each theme to the campaign's own; the file is the reference document.
pub(crate) const THEMES: [(&str, &str); 5] = [
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

/// Every kind, variant, language and theme, with and without known factions. In the long tests each
/// combination for eight municipalities; else each pair of values at least once.
#[test]
fn every_combination_is_valid() {
    let long = is_long();
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
        ("en", "MMMM d, yyyy"),
        ("uk", "d MMMM yyyy&apos;\u{202F}р.&apos;"),
        ("de", "d. MMMM yyyy"),
    ] {
        let file = folder.join(format!("motie-{}.docx", language.to_lowercase()));
        let xml = parts::text(&file, "word/document.xml").replace('\'', "&apos;");
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

/// Each motion of 342 councils by one worker, by four, and of one council alone: three processes.
#[test]
fn motions_are_the_same_bytes_in_any_company() {
    let made = |more: &[&str]| {
        let (_, letterhead) = THEMES[2];
        let desk = desk(letterhead, "");
        let yaml = fs::read_to_string(desk.path("raad.yaml")).expect("a file");
        desk.write("raad.yaml", yaml.replace("[docx, pdf]", "[docx]"));
        desk.build(more).ended(0);
        documents(&desk.out())
    };
    let all = made(&["--jobs", "1"]);
    assert_eq!(all.len(), 342 * DOCUMENTS.len());
    assert_eq!(all, made(&["--jobs", "4"]));
    let first = made(&["--only", "GM0402"]);
    assert_eq!(first.len(), DOCUMENTS.len());
    for (path, bytes) in first {
        assert_eq!(all[&path], bytes, "{path}");
    }
}

/// The ten defects with which validators were tested: our lint, which reads every file of a run,
/// detects each.
#[test]
fn ten_seeded_defects_are_caught() {
    let (_, letterhead) = THEMES[2];
    let desk = desk(letterhead, "");
    desk.build(&["--only", "GM0796", "--document", "motie"])
        .ended(0);
    let sound = parts::read(&folder(&desk.out(), "GM0796").join("motie.docx"));
    let found = |parts: &parts::Parts| -> Vec<&'static str> {
        let findings = lint_docx(&parts::written(parts)).expect("a package");
        findings.iter().map(|finding| finding.code).collect()
    };
    assert_eq!(found(&sound), Vec::<&str>::new());
    let document = "word/document.xml";
    let relationships = "word/_rels/document.xml.rels";
    let ids: Vec<&str> = {
        let xml = std::str::from_utf8(&sound[document]).expect("UTF-8");
        let after = xml.split("<w:sdtPr>").skip(1);
        let ids = after.filter_map(|part| part.split_once("<w:id w:val=\"")?.1.split('"').next());
        ids.collect()
    };
    let [first, second] = [ids[0], ids[1]].map(|id| format!("<w:id w:val=\"{id}\"/>"));
    let defects = [
        (
            relationships,
            "Id=\"rId2\"",
            "Id=\"rId1\"",
            "docx-duplicate-id",
        ),
        (
            document,
            "w:type=\"default\" r:id=\"rIdHouse4\"",
            "w:type=\"default\" r:id=\"rIdNone\"",
            "docx-dangling-relationship",
        ),
        (
            document,
            "<w:ilvl w:val=\"0\"/><w:numId",
            "<w:numId w:val=\"4\"/><w:ilvl w:val=\"0\"/><w:numId",
            "docx-element-order",
        ),
        (
            document,
            "<w:p><w:pPr><w:pStyle w:val=\"RaadspostCell\"/></w:pPr></w:p></w:tc>",
            "</w:tc>",
            "docx-cell-without-paragraph",
        ),
        (
            document,
            "<w:numId w:val=\"4\"/>",
            "<w:numId w:val=\"98765\"/>",
            "docx-unknown-numbering",
        ),
        (
            document,
            "w:val=\"Heading1\"",
            "w:val=\"Kop1\"",
            "docx-unknown-style",
        ),
        (
            document,
            second.as_str(),
            first.as_str(),
            "docx-duplicate-id",
        ),
        (
            "[Content_Types].xml",
            "/word/numbering.xml",
            "/word/nothing.xml",
            "docx-no-content-type",
        ),
        (document, "</w:body>", "", "docx-malformed"),
    ];
    for (part, from, to, code) in defects {
        let mut parts = sound.clone();
        let xml = String::from_utf8(parts[part].clone()).expect("UTF-8");
        assert!(xml.contains(from), "{part} has no {from}");
        parts.insert(part.to_owned(), xml.replacen(from, to, 1).into_bytes());
        let found = found(&parts);
        assert!(found.contains(&code), "{from} -> {to}: {found:?}");
    }
    let mut parts = sound;
    parts.remove("word/numbering.xml");
    assert!(found(&parts).contains(&"docx-missing-target"));
}
