//! Hostile text, and what is refused.

use super::*;

pub(super) const HOSTILE: [&str; 12] = [
    "</w:t>",
    "<&]]>",
    "#import \"x\"",
    "&lt;&amp;&#13;",
    "' \" “’",
    "\u{202E}أهلا עברית\u{202C}",
    "😀👩‍👩‍👧",
    "  twee  spaties\u{A0} ",
    "=HYPERLINK(\"x\")",
    "a\tb\nc\r\nd\re",
    "",
    "\u{85}\u{2028}\u{FFFD}\u{FDD0}",
];

#[test]
fn hostile_text_is_shown_as_it_is() {
    let blocks = HOSTILE
        .iter()
        .map(|words| paragraph(vec![text("|"), text(words), text("|")]))
        .collect();
    let lines = outline(&render(&motion_with(blocks, 1), &slots(&["x"])).unwrap());
    for (line, words) in lines[1..].iter().zip(HOSTILE) {
        let words = words.replace("\r\n", "\n").replace('\r', "\n");
        assert_eq!(*line, format!("Normal: |{words}|"));
    }
    for words in HOSTILE {
        let shape = motion_with(
            vec![paragraph(vec![
                text("|"),
                Inline::Slot(0),
                Inline::Emphasis(vec![Inline::Slot(0)]),
                text("|"),
            ])],
            1,
        );
        let lines = outline(&render(&shape, &slots(&[words])).unwrap());
        let words = words.replace("\r\n", "\n").replace('\r', "\n");
        assert_eq!(lines[1], format!("Normal: |{words}{words}|"));
    }
}

#[test]
fn what_word_cannot_hold_is_refused() {
    let invalid = motion_with(vec![paragraph(vec![text("a\u{1}0\u{2}b")])], 1);
    let found = codes(render(&invalid, &slots(&["x"])));
    assert_eq!(
        found.iter().map(|(code, _)| *code).collect::<Vec<_>>(),
        ["docx-invalid-character"; 2]
    );
    assert!(
        found[0].1.contains("`U+0001`") && found[0].1.contains("probe.paragraph"),
        "{found:?}"
    );

    let slot = motion_with(vec![paragraph(vec![Inline::Slot(0)])], 1);
    assert_eq!(
        codes(render(&slot, &slots(&["x\u{FFFE}"])))[0].0,
        "docx-invalid-character"
    );
    assert_eq!(codes(render(&slot, &slots(&[])))[0].0, "docx-values");
    assert_eq!(
        codes(render(
            &motion_with(vec![paragraph(vec![Inline::Slot(7)])], 1),
            &slots(&["x"])
        ))[0]
            .0,
        "docx-slot"
    );
    assert_eq!(
        codes(render(
            &motion_with(vec![paragraph(vec![Inline::Footnote(0)])], 1),
            &slots(&["x"])
        ))[0]
            .0,
        "docx-footnote"
    );

    let collection = shape(Body::Collection(vec![Arc::new(probe::motion())]), 0);
    let mut plain_title = collection;
    plain_title.title = vec![text("Alles")];
    assert_eq!(
        codes(render(&plain_title, &slots(&[])))[0].0,
        "docx-collection"
    );

    let mut nested = motion_with(vec![paragraph(vec![text("x"), Inline::Footnote(0)])], 1);
    nested.footnotes = vec![Footnote {
        id: "n".into(),
        span: Span::default(),
        inlines: vec![text("a"), Inline::Footnote(0)],
    }];
    assert_eq!(codes(render(&nested, &slots(&["x"])))[0].0, "docx-footnote");

    let list = BlockKind::List {
        kind: ListKind::Bullet,
        items: vec![vec![]],
    };
    assert_eq!(
        codes(render(
            &motion_with(vec![block("b", list)], 1),
            &slots(&["x"])
        ))[0]
            .0,
        "docx-list-item"
    );

    let mut deep = item("diep");
    for _ in 0..9 {
        let list = BlockKind::List {
            kind: ListKind::Dash,
            items: vec![deep],
        };
        deep = vec![paragraph(vec![text("x")]), block("b", list)];
    }
    let list = BlockKind::List {
        kind: ListKind::Dash,
        items: vec![deep],
    };
    assert_eq!(
        codes(render(
            &motion_with(vec![block("b", list)], 1),
            &slots(&["x"])
        ))[0]
            .0,
        "docx-list-depth"
    );
}

#[test]
fn missing_characters_are_those_xml_has_not() {
    let renderer = DocxRenderer::new(DocxOptions::default());
    assert_eq!(
        renderer.missing_characters("Ede 😀\u{8}\u{FFFF}\u{8}"),
        vec!['\u{8}', '\u{FFFF}']
    );
}
