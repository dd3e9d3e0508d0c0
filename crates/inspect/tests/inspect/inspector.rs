//! The gate before delivery: a sound file passes, each fault has its code.

use std::sync::Arc;

use raadspost_content::{
    Block, BlockId, BlockKind, Body, DocumentWords, FillIn, FillInKind, Footnote, Format, Inline,
    Inspector, ListKind, Part, Rendition, Shape, Span, Values,
};
use raadspost_inspect::{DocxInspector, FileInspector, PdfInspector};

use crate::make_pdf::{Kid, Pdf, element, inner, marked, show};
use crate::{make_docx, make_pdf};

/// Slot 0 is shown, slot 1 stands in the title of the file only.
pub(crate) fn shape() -> Shape {
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
        words: DocumentWords::default(),
        slots: 2,
        reference: None,
    }
}

/// What [`make_docx::example`] says; slot 0 is the municipality.
pub(crate) fn word_shape() -> Shape {
    let text = |text: &str| Inline::Text(text.into());
    let block = |kind| Block {
        id: BlockId("a.0".into()),
        span: Span::default(),
        kind,
    };
    let paragraph = |inlines| block(BlockKind::Paragraph { inlines });
    let list = |kind, items| block(BlockKind::List { kind, items });
    let heading = |level, words| {
        let inlines = vec![text(words)];
        block(BlockKind::Heading { level, inlines })
    };
    let date = FillIn {
        id: "datum".into(),
        label: "datum".into(),
        kind: FillInKind::Date,
        field: None,
        line: None,
    };
    let blocks = vec![
        heading(1, "Motie één"),
        heading(2, "constaterende dat"),
        paragraph(vec![
            text("De raad van "),
            Inline::Strong(vec![Inline::Slot(0)]),
            text(", op "),
            Inline::FillIn(date),
            Inline::Footnote(0),
            Inline::Footnote(0),
            text(" zie de site"),
            Inline::LineBreak,
            text("en\tverder"),
            Inline::Footnote(1),
        ]),
        list(
            ListKind::LowerAlpha,
            vec![
                vec![
                    paragraph(vec![text("een;")]),
                    list(ListKind::Dash, vec![vec![paragraph(vec![text("binnen")])]]),
                ],
                vec![paragraph(vec![text("twee.")])],
            ],
        ),
        list(
            ListKind::LowerAlpha,
            vec![vec![paragraph(vec![text("opnieuw")])]],
        ),
        paragraph(vec![text("cel")]),
    ];
    let note = |words: &str| Footnote {
        id: words.into(),
        span: Span::default(),
        inlines: vec![text(words)],
    };
    Shape {
        body: Body::Parts {
            annex: None,
            parts: vec![Part::Text {
                id: "a".into(),
                blocks,
            }],
        },
        footnotes: vec![note("Eerste noot."), note("Tweede noot.")],
        ..shape()
    }
}

pub(crate) fn values(municipality: &str) -> Values {
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
    FileInspector::default()
        .inspect(shape, values, &rendition)
        .iter()
        .map(|finding| finding.code)
        .collect()
}

fn embedded(mut pdf: Pdf) -> Pdf {
    pdf.embedded = true;
    pdf
}

/// One line on the first of two pages; the second has a page number.
fn sound(line: &[String]) -> Pdf {
    let number = format!(
        "/Artifact BMC BT /F1 8 Tf 1 0 0 1 50 20 Tm {} ET EMC\n",
        show("2")
    );
    let contents = (0..line.len()).map(|at| Kid::Content(at as i64)).collect();
    let tree = element("Document", vec![inner("P", contents)]);
    embedded(Pdf::new(vec![line.concat(), number], tree))
}

fn says(text: &str) -> Pdf {
    sound(&[marked(0, 700, text)])
}

fn pdf_codes(
    municipality: &str,
    pages: Option<u32>,
    change: impl FnOnce(&mut Pdf),
) -> Vec<&'static str> {
    let mut pdf = says("De gemeente Utrecht");
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
    assert_eq!(pdf_codes("Zwolle", Some(2), |_| {}), ["pdf-text-differs"]);
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
        move |pdf: &mut Pdf| pdf.xmp = pdf.xmp.replace(from, to)
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
    assert_eq!(
        pdf_codes("Utrecht", Some(2), |pdf| pdf.size = (612, 792)),
        ["pdf-page-size"; 2]
    );
    let unmapped = |pdf: &mut Pdf| pdf.pages[0] += &marked(77, 500, "\u{1}");
    assert_eq!(
        pdf_codes("Utrecht", Some(2), unmapped),
        ["pdf-missing-glyph", "pdf-unmapped-text"]
    );
}

/// The widths of a TrueType font are held against its table of metrics.
#[test]
fn a_wrong_width_is_found_in_true_type() {
    assert_eq!(
        pdf_codes("Utrecht", Some(2), |pdf| pdf.wider = 0.9),
        [""; 0]
    );
    let found = pdf_codes("Utrecht", Some(2), |pdf| pdf.wider = 1.5);
    assert!(
        found.len() > 5 && found.iter().all(|code| *code == "pdf-font-width"),
        "{found:?}"
    );
}

#[test]
fn a_value_is_found_across_a_hyphenated_line_end() {
    let broken = [
        marked(0, 700, "De gemeente samenwerkings"),
        format!(
            "/Span <</MCID 1>> BDC BT /F1 10 Tf 1 0 0 1 250 700 Tm /Span <</ActualText <FEFF00AD>>> BDC {} EMC ET EMC\n",
            show("-")
        ),
        marked(2, 686, "verband"),
    ];
    let judge = |value| {
        codes(
            &shape(),
            &values(value),
            sound(&broken).bytes(),
            Format::Pdf,
            Some(2),
        )
    };
    assert_eq!(judge("samenwerkingsverband"), [""; 0]);
    assert_eq!(judge("samenwerkings verband"), ["pdf-text-differs"]);
    assert_eq!(judge("samenwerkings-verband"), ["pdf-text-differs"]);
    let broken = [
        marked(0, 700, "De gemeente Noord-"),
        marked(1, 686, "Brabant"),
    ];
    let judge = |value| {
        codes(
            &shape(),
            &values(value),
            sound(&broken).bytes(),
            Format::Pdf,
            Some(2),
        )
    };
    assert_eq!(judge("Noord-Brabant"), [""; 0]);
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
        let pages = vec![
            marked(0, 700, "De gemeente Utrecht"),
            marked(0, 700, "De gemeente Zwolle"),
        ];
        let on = |page| inner("P", vec![Kid::On(page, 0)]);
        let pdf = embedded(Pdf::new(pages, element("Document", vec![on(0), on(1)])));
        codes(&whole, &values, pdf.bytes(), Format::Pdf, Some(2))
    };
    assert_eq!(judge("Utrecht", "Zwolle"), [""; 0]);
    assert_eq!(judge("Utrecht", "Utrecht"), ["pdf-text-differs"]);
}

#[test]
fn a_sound_docx_passes_and_each_fault_is_named() {
    let judge = |municipality: &str, docx: make_docx::Docx| {
        codes(
            &word_shape(),
            &values(municipality),
            docx.bytes(),
            Format::Docx,
            None,
        )
    };
    let example = || make_docx::example("Utrecht");
    assert_eq!(judge("Utrecht", example()), [""; 0]);
    assert_eq!(judge("Zwolle", example()), ["docx-text-differs"]);
    // The footer is not the document.
    assert_eq!(judge("voettekst", example()), ["docx-text-differs"]);
    // Every word, its order, its role and its label count.
    for (part, from, to) in [
        ("word/document.xml", ", op ", ", te "),
        ("word/document.xml", "twee.", "drie."),
        ("word/document.xml", ">cel<", ">cel en meer<"),
        ("word/document.xml", "w:val=\"Kop1\"", "w:val=\"Normaal\""),
        ("word/document.xml", "[datum]", "24 februari"),
        ("word/document.xml", " zie de site", "zie de site"),
        ("word/numbering.xml", "lowerLetter", "decimal"),
        ("word/numbering.xml", "<w:startOverride w:val=\"1\"/>", ""),
        ("word/footnotes.xml", "Tweede", "Derde"),
    ] {
        let found = judge("Utrecht", example().with(part, from, to));
        assert_eq!(found, ["docx-text-differs"], "{from} -> {to}");
    }
    let paragraph = "<w:p><w:r><w:t>nog een</w:t></w:r></w:p><w:tbl>";
    let more = example().with("word/document.xml", "<w:tbl>", paragraph);
    assert_eq!(judge("Utrecht", more), ["docx-text-differs"]);
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
            &word_shape(),
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
        PdfInspector::default()
            .inspect(&shape(), &values(""), &rendition(Format::Docx))
            .is_empty()
    );
    assert!(
        DocxInspector::default()
            .inspect(&shape(), &values(""), &rendition(Format::Pdf))
            .is_empty()
    );
    assert_ne!(
        PdfInspector::default().fingerprint(),
        DocxInspector::default().fingerprint()
    );
}
