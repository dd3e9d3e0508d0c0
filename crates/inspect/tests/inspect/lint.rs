//! Every rule fires on an input that breaks it, and on none that does not.

use raadspost_content::Place;
use raadspost_inspect::lint_docx;

use crate::make_docx::{Docx, example};

fn codes(docx: &Docx) -> Vec<(&'static str, String)> {
    let findings = lint_docx(&docx.bytes()).unwrap();
    let place = |place: &Place| match place {
        Place::File(part) => part.clone(),
        other => format!("{other:?}"),
    };
    findings
        .iter()
        .map(|finding| (finding.code, place(&finding.place)))
        .collect()
}

#[test]
fn a_sound_file_has_no_findings() {
    assert_eq!(codes(&example("Utrecht")), []);
}

/// A defect of the example: the part, a text in it, what that becomes, the code and the part of the
/// finding.
pub(crate) type Defect = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

/// A defect for each rule, and for some more than one.
pub(crate) fn defects() -> Vec<Defect> {
    let document = "word/document.xml";
    let relationships = "word/_rels/document.xml.rels";
    let types = "[Content_Types].xml";
    let footer_type = "<Override PartName=\"/word/footer1.xml\" ContentType=\"x\"/>";
    vec![
        (
            document,
            "<w:id w:val=\"8\"/>",
            "<w:id w:val=\"7\"/>",
            "docx-duplicate-id",
            document,
        ),
        (
            document,
            "docPr id=\"2\"",
            "docPr id=\"1\"",
            "docx-duplicate-id",
            document,
        ),
        (
            document,
            "paraId=\"00000002\"",
            "paraId=\"00000001\"",
            "docx-duplicate-id",
            document,
        ),
        (
            document,
            "<w:bookmarkStart w:id=\"1\" w:name=\"a\"/>",
            "<w:bookmarkStart w:id=\"1\" w:name=\"a\"/><w:bookmarkStart w:id=\"1\" w:name=\"b\"/>",
            "docx-duplicate-id",
            document,
        ),
        (
            document,
            "<w:bookmarkStart w:id=\"1\" w:name=\"a\"/>",
            "<w:bookmarkStart w:id=\"1\" w:name=\"a\"/><w:bookmarkStart w:id=\"2\" w:name=\"a\"/>",
            "docx-duplicate-id",
            document,
        ),
        (
            "word/footnotes.xml",
            "w:id=\"4\"",
            "w:id=\"-1\"",
            "docx-duplicate-id",
            "word/footnotes.xml",
        ),
        (
            relationships,
            "Id=\"rId2\"",
            "Id=\"rId1\"",
            "docx-duplicate-id",
            relationships,
        ),
        (
            relationships,
            "Target=\"styles.xml\"",
            "Target=\"stijlen.xml\"",
            "docx-missing-target",
            relationships,
        ),
        (
            document,
            "r:id=\"rId9\"",
            "r:id=\"rId10\"",
            "docx-dangling-relationship",
            document,
        ),
        (
            document,
            "r:id=\"rId5\"",
            "r:id=\"rId50\"",
            "docx-dangling-relationship",
            document,
        ),
        (
            document,
            "w:val=\"Kop1\"",
            "w:val=\"Kop2\"",
            "docx-unknown-style",
            document,
        ),
        (
            "word/styles.xml",
            "<w:basedOn w:val=\"Normaal\"/>",
            "<w:basedOn w:val=\"Normal\"/>",
            "docx-unknown-style",
            "word/styles.xml",
        ),
        (
            document,
            "<w:numId w:val=\"3\"/>",
            "<w:numId w:val=\"4\"/>",
            "docx-unknown-numbering",
            document,
        ),
        (
            "word/numbering.xml",
            "<w:abstractNumId w:val=\"6\"/>",
            "<w:abstractNumId w:val=\"5\"/>",
            "docx-unknown-numbering",
            "word/numbering.xml",
        ),
        (
            document,
            "<w:footnoteReference w:id=\"4\"/>",
            "<w:footnoteReference w:id=\"5\"/>",
            "docx-unknown-note",
            document,
        ),
        (
            types,
            footer_type,
            "",
            "docx-no-content-type",
            "word/footer1.xml",
        ),
        (
            types,
            "/word/footer1.xml",
            "/word/footer2.xml",
            "docx-no-content-type",
            types,
        ),
        (
            document,
            "<w:tc><w:p/></w:tc>",
            "<w:tc><w:tcPr/></w:tc>",
            "docx-cell-without-paragraph",
            document,
        ),
        (
            document,
            "<w:tc><w:p/></w:tc>",
            "<w:tc><w:p/><w:tbl/></w:tc>",
            "docx-cell-without-paragraph",
            document,
        ),
        (
            document,
            "<w:sectPr><w:footerReference",
            "<w:p><w:pPr/><w:r/></w:p><w:sectPr><w:footerReference",
            "docx-empty-paragraph",
            document,
        ),
        (
            document,
            "<w:ilvl w:val=\"0\"/><w:numId w:val=\"3\"/>",
            "<w:numId w:val=\"3\"/><w:ilvl w:val=\"0\"/>",
            "docx-element-order",
            document,
        ),
        (
            document,
            "<w:pPr><w:pStyle w:val=\"Titel\"/></w:pPr>",
            "<w:r/><w:pPr><w:pStyle w:val=\"Titel\"/></w:pPr>",
            "docx-element-order",
            document,
        ),
        (
            document,
            "<w:alias w:val=\"x\"/><w:id w:val=\"7\"/>",
            "<w:id w:val=\"7\"/><w:alias w:val=\"x\"/>",
            "docx-element-order",
            document,
        ),
        (document, "<w:tbl>", "<w:tbll>", "docx-malformed", document),
        (
            relationships,
            "<Relationship ",
            "<Relationship Id=\"rId1\" ",
            "docx-malformed",
            relationships,
        ),
    ]
}

#[test]
fn each_rule_fires() {
    let document = "word/document.xml";
    let relationships = "word/_rels/document.xml.rels";
    for (part, from, to, code, place) in defects() {
        let found = codes(&example("Utrecht").with(part, from, to));
        assert!(
            found.contains(&(code, place.to_owned())),
            "{from} -> {to}: {found:?}"
        );
    }
    let gone = codes(&example("Utrecht").without("word/footnotes.xml"));
    assert!(
        gone.contains(&("docx-missing-target", relationships.to_owned())),
        "{gone:?}"
    );
    assert!(
        gone.contains(&("docx-unknown-note", document.to_owned())),
        "{gone:?}"
    );
    let more = codes(&example("Utrecht").and("word/media/a.png", "x"));
    assert_eq!(
        more,
        [("docx-no-content-type", "word/media/a.png".to_owned())]
    );
    let orphan = codes(&example("Utrecht").and("word/_rels/header9.xml.rels", "<Relationships/>"));
    assert_eq!(
        orphan,
        [(
            "docx-missing-target",
            "word/_rels/header9.xml.rels".to_owned()
        )]
    );
}

#[test]
fn what_is_allowed_passes() {
    let document = "word/document.xml";
    let allowed = [
        (document, "<w:numId w:val=\"3\"/>", "<w:numId w:val=\"0\"/>"),
        (
            document,
            "<w:tc><w:p/></w:tc>",
            "<w:tc><w:sdt><w:sdtContent><w:p/></w:sdtContent></w:sdt></w:tc>",
        ),
    ];
    for (part, from, to) in allowed {
        assert_eq!(codes(&example("Utrecht").with(part, from, to)), []);
    }
}
