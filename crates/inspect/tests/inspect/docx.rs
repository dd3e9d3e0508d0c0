//! DOCX: paragraphs, computed labels, footnotes, and containers that are broken or hostile.

use raadspost_inspect::{Line, ReadError, Role, comparable, first_difference, read_docx};

use crate::make_docx::{example, zip};

fn line(role: Role, depth: usize, label: Option<&str>, text: &str) -> Line {
    Line {
        role,
        depth,
        label: label.map(str::to_owned),
        text: text.to_owned(),
    }
}

#[test]
fn lines_come_in_order_with_their_labels() {
    let text = read_docx(&example("Utrecht").bytes()).unwrap();
    let expected = [
        line(Role::Heading(1), 0, None, "Motie één"),
        line(Role::Heading(2), 0, None, "constaterende\u{A0}dat"),
        line(
            Role::Paragraph,
            0,
            None,
            "De raad van Utrecht, op [datum][^1][^1] zie de site\nen verder[^2]",
        ),
        line(Role::ListItem, 1, Some("a)"), "een;"),
        line(Role::ListItem, 2, Some("–"), "binnen"),
        line(Role::ListItem, 1, Some("b)"), "twee."),
        line(Role::ListItem, 1, Some("a)"), "opnieuw"),
        line(Role::Paragraph, 0, None, "cel"),
        line(Role::Note, 0, Some("1"), "Eerste noot."),
        line(Role::Note, 0, Some("2"), "Tweede noot."),
    ];
    assert_eq!(text.lines, expected);
    assert_eq!(text.headers_and_footers, ["voettekst"]);
    assert_eq!(text.title.as_deref(), Some("Titel"));
    assert_eq!(text.creator.as_deref(), Some("Posiv"));
    assert_eq!(text.language.as_deref(), Some("nl-NL"));
}

#[test]
fn without_a_title_headings_keep_their_level() {
    let docx = example("Utrecht").with("word/document.xml", "<w:pStyle w:val=\"Titel\"/>", "");
    let lines = read_docx(&docx.bytes()).unwrap().lines;
    assert_eq!(
        (lines[0].role, lines[1].role),
        (Role::Paragraph, Role::Heading(1))
    );
}

#[test]
fn one_changed_word_or_label_is_seen() {
    let lines = |docx: crate::make_docx::Docx| comparable(&read_docx(&docx.bytes()).unwrap().lines);
    let base = lines(example("Utrecht"));
    assert_eq!(first_difference(&base, &lines(example("Utrecht"))), None);
    let word = lines(example("Utrecht").with("word/footnotes.xml", "Tweede", "Derde"));
    assert_eq!(first_difference(&base, &word).unwrap().line, 9);
    let format = lines(example("Utrecht").with("word/numbering.xml", "lowerLetter", "decimal"));
    assert_eq!(
        first_difference(&base, &format).unwrap().right.as_deref(),
        Some("1) een;")
    );
    let restart =
        lines(example("Utrecht").with("word/numbering.xml", "<w:startOverride w:val=\"1\"/>", ""));
    assert_eq!(
        first_difference(&base, &restart).unwrap().right.as_deref(),
        Some("c) opnieuw")
    );
}

#[test]
fn broken_containers_are_errors() {
    let whole = example("Utrecht").bytes();
    assert!(matches!(read_docx(b"no zip"), Err(ReadError::Zip(_))));
    assert!(matches!(
        read_docx(&whole[..whole.len() - 30]),
        Err(ReadError::Zip(_))
    ));
    // Every byte of the packed data counts: the sums see a change that inflates all the same.
    let mut changed = whole.clone();
    changed[60] ^= 0x40;
    assert!(matches!(read_docx(&changed), Err(ReadError::Zip(_))));
    let twice = zip(&[("a.xml", b"<a/>"), ("A.xml", b"<a/>")]);
    assert!(
        matches!(read_docx(&twice), Err(ReadError::Zip(reason)) if reason.contains("two parts"))
    );
    assert!(matches!(
        read_docx(&zip(&[("a.xml", b"<a/>")])),
        Err(ReadError::MissingPart(_))
    ));
}

#[test]
fn bombs_are_refused_before_they_inflate() {
    let zeros = vec![0; 33 << 20];
    let honest = zip(&[("word/document.xml", &zeros)]);
    assert!(matches!(
        read_docx(&honest),
        Err(ReadError::TooLarge { .. })
    ));
    // The directory says that it is small; the data go on.
    let mut lying = zip(&[("word/document.xml", &zeros[..1 << 20])]);
    let directory = lying.windows(4).rposition(|w| w == b"PK\x01\x02").unwrap();
    lying[directory + 24..directory + 28].copy_from_slice(&100u32.to_le_bytes());
    assert!(
        matches!(read_docx(&lying), Err(ReadError::Zip(reason)) if reason.contains("inflated"))
    );
}
