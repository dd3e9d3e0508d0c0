//! PDF: reading order, marked content, fonts and line ends.

use lopdf::dictionary;
use raadspost_inspect::{
    Line, ReadError, Role, comparable, first_difference, read_pdf, struct_outline,
};

use crate::make_pdf::{Element, Kid, Pdf, element, inner, marked, show};

/// A letter with a heading, a hyphenated line, a footnote, a list and text on a second page. It is
/// painted in another order than it is read.
pub(crate) fn example(municipality: &str) -> Pdf {
    let first = [
        marked(9, 60, "Noot over de "),
        marked(10, 48, "raad."),
        marked(0, 700, "Motie één"),
        marked(
            1,
            680,
            &format!("De gemeente {municipality} heeft een samenwerkings"),
        ),
        format!(
            "/Span <</MCID 2>> BDC BT /F1 10 Tf 1 0 0 1 250 680 Tm /Span <</ActualText <FEFF00AD>>> BDC {} EMC ET EMC\n",
            show("-")
        ),
        marked(3, 666, "verband;"),
        marked(4, 670, "1"),
        marked(5, 666, " zie de site in Noord-"),
        marked(6, 652, "Brabant."),
        format!(
            "/Artifact BMC BT /F1 8 Tf 1 0 0 1 50 20 Tm {} ET EMC\n",
            show("pagina 1")
        ),
    ];
    let second = [
        marked(0, 700, "a)"),
        marked(1, 700, "het eerste;"),
        marked(2, 680, "–"),
        marked(3, 680, "binnen"),
        marked(4, 660, "nog iets"),
        "/Span <</MCID 5>> BDC q /X1 Do Q EMC /Span /Pr1 BDC BT /F1 10 Tf 1 0 0 1 50 600 Tm <0041> Tj ET EMC\n".into(),
    ];
    let item = |label, body| {
        inner(
            "LI",
            vec![inner("Lbl", vec![Kid::On(1, label)]), inner("LBody", body)],
        )
    };
    let note = inner(
        "Note",
        vec![
            inner("Lbl", vec![Kid::Content(4)]),
            Kid::Content(9),
            Kid::Content(10),
        ],
    );
    let reference = inner(
        "Lbl",
        vec![inner("Link", vec![Kid::Content(4), Kid::Annotation])],
    );
    let paragraph = vec![
        inner(
            "Strong",
            vec![Kid::Content(1), Kid::Content(2), Kid::Content(3)],
        ),
        reference,
        note,
        inner("Link", vec![Kid::Content(5), Kid::Annotation]),
        Kid::Content(6),
    ];
    let replaced = Element(
        "Span",
        dictionary! { "ActualText" => lopdf::text_string(" en zo") },
        vec![Kid::On(1, 4)],
    );
    let tree = element(
        "Document",
        vec![
            inner("H1", vec![Kid::Content(0)]),
            inner("Alinea", paragraph),
            inner(
                "L",
                vec![item(
                    0,
                    vec![
                        inner("P", vec![Kid::On(1, 1)]),
                        inner("L", vec![item(2, vec![Kid::On(1, 3)])]),
                        inner("P", vec![Kid::On(1, 4), Kid::Inner(replaced)]),
                    ],
                )],
            ),
            inner("P", vec![Kid::On(1, 5), Kid::On(1, 90)]),
            inner("Private", vec![Kid::On(1, 1)]),
        ],
    );
    let mut pdf = Pdf::new(vec![first.concat(), second.concat()], tree);
    pdf.form = format!(
        "BT /F1 10 Tf 1 0 0 1 50 640 Tm {} ET",
        show("uit een formulier, ")
    );
    pdf
}

fn line(role: Role, depth: usize, label: Option<&str>, text: &str) -> Line {
    Line {
        role,
        depth,
        label: label.map(str::to_owned),
        text: text.to_owned(),
    }
}

#[test]
fn lines_come_in_reading_order() {
    let text = read_pdf(&example("Utrecht").bytes()).unwrap();
    let expected = [
        line(Role::Heading(1), 0, None, "Motie één"),
        line(
            Role::Paragraph,
            0,
            None,
            "De gemeente Utrecht heeft een samenwerkingsverband;[^1] zie de site in Noord-Brabant.",
        ),
        line(Role::ListItem, 1, Some("a)"), "het eerste;"),
        line(Role::ListItem, 2, Some("–"), "binnen"),
        line(Role::Paragraph, 1, None, "nog iets en zo"),
        line(Role::Paragraph, 0, None, "uit een formulier, ersätt"),
        line(Role::Note, 0, Some("1"), "Noot over de raad."),
    ];
    assert_eq!(text.lines, expected);
    assert_eq!(text.page_count, 2);
    assert!(text.pages[0].ends_with("pagina 1"), "{}", text.pages[0]);
    assert_eq!(text.pages[1].lines().next(), Some("a)het eerste;"));
}

#[test]
fn a_letter_and_its_accents_are_read_once() {
    // Two glyphs that both read `n` with diaeresis, the second raised; then twice in a row, and
    // with a replacement text for the letter alone.
    let content = "/Span <</MCID 0>> BDC BT /F1 10 Tf 1 0 0 1 50 700 Tm <0061E001> Tj ET EMC
        /Span <</MCID 1>> BDC BT /F1 10 Tf 1 0 0 1 60 700.1 Tm <E002> Tj ET EMC
        /Span <</MCID 2>> BDC BT /F1 10 Tf 1 0 0 1 60 700 Tm <00610020> Tj [<E001E002>-5<E001E002>] TJ
        <0020> Tj /Span <</ActualText <FEFF006E0308>>> BDC <006E> Tj EMC <E002> Tj ET EMC";
    let tree = element("P", vec![Kid::Content(0), Kid::Content(1), Kid::Content(2)]);
    let lines = read_pdf(&Pdf::new(vec![content.into()], tree).bytes())
        .unwrap()
        .lines;
    assert_eq!(lines[0].text, "an\u{308}a n\u{308}n\u{308} n\u{308}");
}

#[test]
fn text_from_right_to_left_is_read_as_it_was_written() {
    let reversed = |text: &str| format!("/ReversedChars BMC {} EMC ", show(text));
    let content = format!(
        "/Span <</MCID 0>> BDC BT /F1 10 Tf 1 0 0 1 50 700 Tm {} {}{} {} ET EMC",
        show("abc "),
        reversed("ihg "),
        reversed("fed"),
        show(" jkl")
    );
    let tree = element("P", vec![Kid::Content(0)]);
    let lines = read_pdf(&Pdf::new(vec![content], tree).bytes())
        .unwrap()
        .lines;
    assert_eq!(lines[0].text, "abc def ghi jkl");
}

#[test]
fn metadata_is_read() {
    let mut pdf = example("Utrecht");
    pdf.title = "Één & ander".into();
    pdf.xmp = crate::make_pdf::xmp("Één &amp; ander");
    let metadata = read_pdf(&pdf.bytes()).unwrap().metadata;
    assert_eq!(metadata.title.as_deref(), Some("Één & ander"));
    assert_eq!(metadata.xmp_title.as_deref(), Some("Één & ander"));
    assert_eq!(metadata.author.as_deref(), Some("Posiv"));
    assert_eq!(metadata.language.as_deref(), Some("nl-NL"));
    assert_eq!(
        (metadata.pdf_a.as_deref(), metadata.pdf_ua, metadata.marked),
        (Some("2a"), Some(1), true)
    );

    let properties = "pdfaid:part='3' pdfaid:conformance='B' pdfuaid:part='2'";
    pdf.xmp =
        format!("<rdf:Description xmlns:rdf='r' xmlns:pdfaid='a' xmlns:pdfuaid='u' {properties}/>");
    let metadata = read_pdf(&pdf.bytes()).unwrap().metadata;
    assert_eq!(
        (metadata.pdf_a.as_deref(), metadata.pdf_ua),
        (Some("3b"), Some(2))
    );

    // A packet that is not well-formed is believed in nothing.
    pdf.xmp = format!("<rdf:Description {properties}/>");
    let metadata = read_pdf(&pdf.bytes()).unwrap().metadata;
    assert_eq!((metadata.pdf_a, metadata.pdf_ua), (None, None));
}

#[test]
fn the_outline_shows_the_tree() {
    let outline = struct_outline(&example("Utrecht").bytes()).unwrap();
    let start: Vec<&str> = outline.lines().take(10).collect();
    let expected = [
        "Document",
        "  H1 \"Motie één\"",
        "  Alinea",
        "    Strong \"De gemeente Utrecht heeft een samenwerkings\" \"\\u{ad}\" \"verband;\"",
        "    Lbl",
        "      Link \"1\"",
        "    Note",
        "      Lbl \"1\"",
        "      \"Noot over de \" \"raad.\"",
        "    Link \" zie de site in Noord-\"",
    ];
    assert_eq!(start, expected, "{outline}");
}

#[test]
fn one_changed_word_is_seen() {
    let lines = |municipality| comparable(&read_pdf(&example(municipality).bytes()).unwrap().lines);
    assert_eq!(first_difference(&lines("Utrecht"), &lines("Utrecht")), None);
    let difference = first_difference(&lines("Utrecht"), &lines("Zwolle")).unwrap();
    assert_eq!((difference.line, difference.column), (1, 12));
}

#[test]
fn what_cannot_be_read_is_an_error() {
    let mut pdf = example("Utrecht");
    let whole = pdf.bytes();
    assert!(matches!(
        read_pdf(&whole[..whole.len() / 2]),
        Err(ReadError::Pdf(_))
    ));
    assert!(matches!(read_pdf(b"no PDF"), Err(ReadError::Pdf(_))));
    pdf.tree = None;
    assert!(matches!(read_pdf(&pdf.bytes()), Err(ReadError::Untagged)));
}

#[test]
fn a_tree_in_circles_ends() {
    // The second-last object made for the tree is the document element; let it be its own kid.
    let bytes = example("Utrecht").bytes();
    let mut document = lopdf::Document::load_mem(&bytes).unwrap();
    let is_top = |object: &lopdf::Object| {
        object
            .as_dict()
            .and_then(|d| d.get(b"S"))
            .and_then(|s| s.as_name())
            .is_ok_and(|s| s == b"Document")
    };
    let top = *document
        .objects
        .iter()
        .find(|(_, object)| is_top(object))
        .unwrap()
        .0;
    let kids = document
        .get_dictionary_mut(top)
        .unwrap()
        .get_mut(b"K")
        .unwrap()
        .as_array_mut()
        .unwrap();
    kids.push(top.into());
    kids.push(kids[0].clone());
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    assert_eq!(read_pdf(&bytes).unwrap().lines.len(), 7);
}
