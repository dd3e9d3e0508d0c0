//! The gate before delivery: a sound file passes, each fault has its code.

use std::sync::Arc;

use raadspost_content::{
    Block, BlockId, BlockKind, Body, Format, Inline, Inspector, Part, Rendition, Shape, Span,
    Values,
};
use raadspost_inspect::{DocxInspector, FileInspector, PdfInspector};

use crate::{make_docx, make_pdf, pdf};

/// Slot 0 is shown, slot 1 stands in the title of the file only.
fn shape() -> Shape {
    let inlines = vec![
        Inline::Text("De gemeente ".into()),
        Inline::Strong(vec![Inline::Slot(0)]),
    ];
    let kind = BlockKind::Paragraph { inlines };
    let block = Block {
        id: BlockId("a.0".into()),
        span: Span::default(),
        kind,
    };
    Shape {
        document: "motie".into(),
        language: "nl-NL".into(),
        title: vec![Inline::Slot(1)],
        author: "Posiv".into(),
        date: (2023, 2, 9),
        body: Body::Parts {
            annex: None,
            parts: vec![Part::Text {
                id: "a".into(),
                blocks: vec![block],
            }],
        },
        footnotes: Vec::new(),
        slots: 2,
        reference: None,
    }
}

fn values(municipality: &str) -> Values {
    Values {
        slots: vec![municipality.into(), "Titel".into()],
        members: Vec::new(),
    }
}

fn codes(
    shape: &Shape,
    values: &Values,
    bytes: Vec<u8>,
    format: Format,
    pages: Option<u32>,
) -> Vec<&'static str> {
    let rendition = Rendition {
        format,
        bytes,
        pages,
    };
    FileInspector
        .inspect(shape, values, &rendition)
        .iter()
        .map(|finding| finding.code)
        .collect()
}

fn pdf_codes(
    municipality: &str,
    pages: Option<u32>,
    change: impl FnOnce(&mut make_pdf::Pdf),
) -> Vec<&'static str> {
    let mut pdf = pdf::example("Utrecht");
    change(&mut pdf);
    codes(
        &shape(),
        &values(municipality),
        pdf.bytes(),
        Format::Pdf,
        pages,
    )
}

#[test]
fn a_sound_pdf_passes_and_each_fault_is_named() {
    assert_eq!(pdf_codes("Utrecht", Some(2), |_| {}), [""; 0]);
    assert_eq!(pdf_codes("", Some(2), |_| {}), [""; 0]);
    assert_eq!(pdf_codes("Zwolle", Some(2), |_| {}), ["pdf-text-missing"]);
    assert_eq!(pdf_codes("Utrecht", Some(3), |_| {}), ["pdf-page-count"]);
    assert_eq!(pdf_codes("Utrecht", None, |_| {}), ["pdf-page-count"]);
    assert_eq!(
        pdf_codes("Utrecht", Some(2), |pdf| pdf.title = "Ander".into()),
        ["pdf-title"]
    );
    assert_eq!(
        pdf_codes("Utrecht", Some(2), |pdf| pdf.xmp = make_pdf::xmp("Ander")),
        ["pdf-title"]
    );
    assert_eq!(
        pdf_codes("Utrecht", Some(2), |pdf| pdf.author = "Ander".into()),
        ["pdf-author"]
    );
    assert_eq!(
        pdf_codes("Utrecht", Some(2), |pdf| pdf.language = "en".into()),
        ["pdf-language"]
    );
    let swap = |from: &'static str, to: &'static str| {
        move |pdf: &mut make_pdf::Pdf| pdf.xmp = pdf.xmp.replace(from, to)
    };
    assert_eq!(
        pdf_codes("Utrecht", Some(2), swap(">A<", ">B<")),
        ["pdf-not-archival"]
    );
    assert_eq!(
        pdf_codes("Utrecht", Some(2), swap("pdfuaid", "x")),
        ["pdf-not-accessible"]
    );
    assert_eq!(
        pdf_codes("Utrecht", Some(2), |pdf| pdf.tree = None),
        ["pdf-unreadable"]
    );
    let unmapped = |pdf: &mut make_pdf::Pdf| pdf.pages[0] += &make_pdf::marked(77, 500, "\u{1}");
    assert_eq!(
        pdf_codes("Utrecht", Some(2), unmapped),
        ["pdf-unmapped-text"]
    );
}

#[test]
fn a_value_is_found_across_a_hyphenated_line_end() {
    assert_eq!(pdf_codes("samenwerkingsverband", Some(2), |_| {}), [""; 0]);
    assert_eq!(pdf_codes("Noord-Brabant", Some(2), |_| {}), [""; 0]);
}

#[test]
fn a_collection_is_judged_by_its_members() {
    let member = Arc::new(shape());
    let mut whole = shape();
    whole.body = Body::Collection(vec![member.clone(), member]);
    let judge = |first: &str, second: &str| {
        let values = Values {
            slots: values("").slots,
            members: vec![values(first), values(second)],
        };
        codes(
            &whole,
            &values,
            pdf::example("Utrecht").bytes(),
            Format::Pdf,
            Some(2),
        )
    };
    assert_eq!(judge("Utrecht", "Utrecht"), [""; 0]);
    assert_eq!(judge("Utrecht", "Zwolle"), ["pdf-text-missing"]);
}

#[test]
fn a_sound_docx_passes_and_each_fault_is_named() {
    let judge = |municipality: &str, docx: make_docx::Docx| {
        codes(
            &shape(),
            &values(municipality),
            docx.bytes(),
            Format::Docx,
            None,
        )
    };
    let example = || make_docx::example("Utrecht");
    assert_eq!(judge("Utrecht", example()), [""; 0]);
    assert_eq!(judge("Zwolle", example()), ["docx-text-missing"]);
    assert_eq!(judge("voettekst", example()), [""; 0]);
    assert_eq!(
        judge(
            "Utrecht",
            example().with("docProps/core.xml", ">Titel<", ">T<")
        ),
        ["docx-title"]
    );
    assert_eq!(
        judge(
            "Utrecht",
            example().with("docProps/core.xml", ">Posiv<", "><")
        ),
        ["docx-author"]
    );
    assert_eq!(
        judge(
            "Utrecht",
            example().with("word/styles.xml", "nl-NL", "ja-JP")
        ),
        ["docx-language"]
    );
    let doubled = example().with(
        "word/document.xml",
        "<w:id w:val=\"8\"/>",
        "<w:id w:val=\"7\"/>",
    );
    assert_eq!(judge("Utrecht", doubled), ["docx-duplicate-id"]);
    let broken = example().with("word/document.xml", "</w:body>", "");
    assert_eq!(
        judge("Utrecht", broken),
        ["docx-malformed", "docx-unreadable"]
    );
    assert_eq!(
        codes(
            &shape(),
            &values(""),
            b"no zip".to_vec(),
            Format::Docx,
            None
        ),
        ["docx-unreadable"]
    );
}

#[test]
fn each_inspector_minds_its_own_format() {
    let rendition = |format| Rendition {
        format,
        bytes: Vec::new(),
        pages: None,
    };
    assert!(
        PdfInspector
            .inspect(&shape(), &values(""), &rendition(Format::Docx))
            .is_empty()
    );
    assert!(
        DocxInspector
            .inspect(&shape(), &values(""), &rendition(Format::Pdf))
            .is_empty()
    );
    assert_ne!(PdfInspector.fingerprint(), DocxInspector.fingerprint());
}
