//! Tests of Markdown together with tags.

use pulldown_cmark::{Event, Parser, Tag as MdTag, TagEnd};

use super::*;
use raadspost_content::Source;
use raadspost_yaml::OffsetMap;

fn text(written: &str) -> Text {
    let mut map = OffsetMap::default();
    map.push(0, 0);
    Text {
        source: Source::new("t.md", written),
        text: written.to_owned(),
        map,
    }
}

/// The drafts of a text, and the codes of its mistakes.
fn read(written: &str) -> (Vec<Draft>, Vec<&'static str>) {
    let mut diagnostics = Vec::new();
    let blocks = blocks(&text(written), "", None, &mut Vec::new(), &mut diagnostics);
    for diagnostic in &diagnostics {
        assert!(diagnostic.hint.is_some(), "{diagnostic}");
    }
    (blocks, diagnostics.iter().map(|found| found.code).collect())
}

/// The text for one municipality: the bits of `holds` are the true conditions.
fn evaluate(pieces: &[Piece], holds: u32, out: &mut String) {
    for piece in pieces {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::SoftBreak | Piece::LineBreak => out.push(' '),
            Piece::Emphasis(inner) => wrapped("e", inner, holds, out),
            Piece::Strong(inner) => wrapped("s", inner, holds, out),
            Piece::Link { pieces, .. } => wrapped("a", pieces, holds, out),
            Piece::Private(inner) => evaluate(inner, holds, out),
            Piece::If {
                condition,
                then,
                otherwise,
            } => {
                let branch = if holds >> condition & 1 == 1 {
                    then
                } else {
                    otherwise
                };
                evaluate(branch, holds, out);
            }
            Piece::Field(_) => out.push('X'),
            other => panic!("{other:?}"),
        }
    }
}

fn wrapped(name: &str, inner: &[Piece], holds: u32, out: &mut String) {
    out.push_str(&format!("<{name}>"));
    evaluate(inner, holds, out);
    out.push_str(&format!("</{name}>"));
}

/// The reference: plain CommonMark of the text with its tags evaluated.
fn plain(written: &str, holds: u32) -> String {
    let (mut evaluated, mut rest, mut condition) = (String::new(), written, 0);
    // Whether each open branch is shown, and whether it belongs to a condition.
    let mut shown: Vec<bool> = Vec::new();
    while let Some((before, tag)) = rest.split_once("{{ ") {
        let (tag, after) = tag.split_once(" }}").expect("a whole tag");
        if shown.iter().all(|shown| *shown) {
            evaluated.push_str(before);
        }
        match tag {
            "private" => shown.push(true),
            "else" => {
                let last = shown.last_mut().expect("an if");
                *last = !*last;
            }
            "end" => drop(shown.pop()),
            _ if tag.starts_with("if ") => {
                shown.push(holds >> condition & 1 == 1);
                condition += 1;
            }
            _ if shown.iter().all(|shown| *shown) => evaluated.push('X'),
            _ => {}
        }
        rest = after;
    }
    evaluated.push_str(rest);
    let mut out = String::new();
    for event in Parser::new(&evaluated) {
        match event {
            Event::Text(text) => out.push_str(&text),
            Event::SoftBreak | Event::HardBreak => out.push(' '),
            Event::Start(MdTag::Emphasis) => out.push_str("<e>"),
            Event::End(TagEnd::Emphasis) => out.push_str("</e>"),
            Event::Start(MdTag::Strong) => out.push_str("<s>"),
            Event::End(TagEnd::Strong) => out.push_str("</s>"),
            Event::Start(MdTag::Link { .. }) => out.push_str("<a>"),
            Event::End(TagEnd::Link) => out.push_str("</a>"),
            Event::Start(MdTag::Paragraph) | Event::End(TagEnd::Paragraph) => {}
            other => panic!("{other:?} in {evaluated}"),
        }
    }
    out
}

fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn conditions(written: &str) -> usize {
    written.matches("{{ if ").count()
}

/// Parsing with unevaluated conditions gives, for each evaluated form, the same as plain CommonMark
/// of that form.
fn assert_equal_in_every_form(written: &str) {
    let (blocks, codes) = read(written);
    assert_eq!(codes, Vec::<&str>::new(), "{written}");
    let [
        Draft {
            kind: DraftKind::Paragraph(pieces),
            ..
        },
    ] = blocks.as_slice()
    else {
        panic!("{written}: {blocks:?}")
    };
    for holds in 0..1_u32 << conditions(written) {
        let mut found = String::new();
        evaluate(pieces, holds, &mut found);
        assert_eq!(
            spaced(&found),
            spaced(&plain(written, holds)),
            "{written:?} where {holds:b} hold"
        );
    }
}

const IF: &str = "{{ if municipality.seats > 1 }}";

#[test]
fn emphasis_beside_tags_is_emphasis() {
    for written in [
        "Een IF*Let op!*END einde.",
        "**Let op:**IF nu.END Einde.",
        "**Let op:**IF nuELSE straksEND.",
        "Twee *X (stad)*IF aan zeeEND.",
        "Drie IF**(nieuw)**END einde.",
        "G IF*Stop.*ELSE*Ga!*END x",
        "G IF*Stop.* NuELSE**Ga!** DoorEND x",
        "_x_IF en _y_END, _z_.",
        "IF_x_END.",
        "IF*a.*END",
        "IFIF*a.*END *b*END c",
        "IFIF*a.*ELSE*b!*ENDELSE*c?*END d",
        "PRIVATE*a.*END b",
        "a (PRIVATE*b*END) c",
        "**a IFb ELSEc END d**",
        "**aIF bEND**",
        "*aIF **b**END c*",
        "[a IF*b!*END c](https://a.nl/)",
        "IF[*a!*](https://a.nl/)END b",
        "- IF*a.*END",
        "5 * 3 IFen 2 * 4END, snake_case en a_b_c",
        "X*a*X",
        "één IF*twéé*ENDén",
        "a€IF*€*END€",
        "aIF,END b",
        "**a:**IF bELSE.END",
        "IFbEND*c*",
    ] {
        let written = expand(written);
        let written = written.strip_prefix("- ").unwrap_or(&written);
        assert_equal_in_every_form(written);
    }
}

fn expand(written: &str) -> String {
    written
        .replace("IF", IF)
        .replace("ELSE", "{{ else }}")
        .replace("END", "{{ end }}")
        .replace("PRIVATE", "{{ private }}")
        .replace('X', "{{ municipality.name }}")
}

#[test]
fn emphasis_in_headings_items_and_footnotes_is_emphasis() {
    let written = expand("# IF*Stop.*ELSE*Ga!*END\n\n- IF*a.*END\n- b[^n]\n\n[^n]: IF*c!*END d.");
    let (blocks, codes) = read(&written);
    assert_eq!(codes, Vec::<&str>::new());
    let shown = format!("{blocks:?}");
    assert_eq!(shown.matches("Emphasis").count(), 4, "{shown}");
    assert!(!shown.contains('*'), "{shown}");
}

#[test]
fn emphasis_that_hangs_on_a_condition_is_a_mistake() {
    let mut wrong = Vec::new();
    for (written, code) in [
        ("**x:**X", "literal-delimiter"),
        ("een *ster", "literal-delimiter"),
        ("bieden*", "literal-delimiter"),
        ("2*3", "literal-delimiter"),
        ("_half", "literal-delimiter"),
        ("**a*", "literal-delimiter"),
        ("[a](b c)", "literal-delimiter"),
        ("[a]IF(https://a.nl/)END", "literal-delimiter"),
        (r"a \IF*b*END", "literal-delimiter"),
        (r"\X", "literal-delimiter"),
        ("*a IFb* cELSEd* eEND", "crossed-condition"),
        ("*a IFb* cELSEdEND e*", "crossed-condition"),
        ("IF*aEND b*", "crossed-condition"),
        ("*aIF*END", "crossed-condition"),
        ("*IFaEND*", "crossed-condition"),
        ("*a*IF*b*END", "crossed-condition"),
        ("**a IFbEND**", "crossed-condition"),
        ("**a:**IF bELSEcEND", "crossed-condition"),
        ("**a *IFbEND*c** d*", "crossed-condition"),
        ("[a IFb](https://a.nl/)END", "crossed-condition"),
        ("IF# KopEND", "block-in-condition"),
        ("IF- itemEND", "block-in-condition"),
        ("aIFb", "unbalanced-condition"),
        ("aENDb", "unbalanced-condition"),
        ("aELSEb", "unbalanced-condition"),
        ("aPRIVATEb", "unbalanced-condition"),
    ] {
        let (_, codes) = read(&expand(written));
        if codes != [code] {
            wrong.push(format!("{written}: {codes:?}, not {code}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_looks_like_a_tag_is_a_mistake() {
    for (written, code, hint) in [
        (
            "Beste { municipality.name },",
            "single-braces",
            "write `{{ municipality.name }}`",
        ),
        (
            "Beste {municipality.name},",
            "single-braces",
            "write `{{ municipality.name }}`",
        ),
        (
            "Beste {municipality.name}},",
            "single-braces",
            "write `{{ municipality.name }}`",
        ),
        (
            "a { if municipality.seats > 3 }",
            "single-braces",
            "write `{{ if",
        ),
        (
            "Beste {{ municipality.name },",
            "unclosed-tag",
            "`{{ municipality.name }}`",
        ),
        (
            "Beste {{ municipality.name, hallo",
            "unclosed-tag",
            "`{{ municipality.name }}`",
        ),
        (
            "Beste {{ municipality.name met\n{{ municipality.seats }}",
            "unclosed-tag",
            "`{{ municipality.name }}`",
        ),
        (
            "Beste {{ municipality.name\n\n{{ municipality.seats }}",
            "unclosed-tag",
            "`{{ municipality.name }}`",
        ),
        ("Beste {{", "unclosed-tag", "}}"),
        (
            "{{ if municipality.seats > 3 }a{{ end }}",
            "unclosed-tag",
            "`{{ if municipality.seats > 3 }}`",
        ),
        ("Beste municipality.name }},", "unopened-tag", "write `{{`"),
        (
            "a{{ if municipality.seats > 1 }}b{{ endif }}",
            "unknown-field",
            "`{{ end }}`",
        ),
        (
            "a{{ if municipality.seats > 1 }}b{{ else if municipality.seats > 0 }}c{{ end }}",
            "unknown-field",
            "`{{ else }}{{ if",
        ),
    ] {
        let mut diagnostics = Vec::new();
        blocks(&text(written), "", None, &mut Vec::new(), &mut diagnostics);
        let [found] = diagnostics.as_slice() else {
            panic!("{written}: {diagnostics:?}")
        };
        assert_eq!(found.code, code, "{written}");
        assert!(
            found
                .hint
                .as_ref()
                .is_some_and(|found| found.contains(hint)),
            "{written}: {found}"
        );
    }
    for written in [
        r"a \{ municipality.name } b",
        "een {set} van {a, b}",
        r"{\{ x }\}",
        "een { b",
    ] {
        assert_eq!(read(written).1, Vec::<&str>::new(), "{written}");
    }
}

#[test]
fn nothing_is_dropped() {
    for (written, code) in [
        ("A.\n\n[Bron]: https://a.nl/x", "unused-link"),
        ("A.\n\n[Agendapunt]: dijkverzwaring", "unused-link"),
        ("A.\n\n- b\n\n  [Bron]: https://a.nl/x", "unused-link"),
        ("A.\n\n[Bron]:\nhttps://a.nl/x", "unused-link"),
        (
            "[a][B].\n\n[b]: https://a.nl/x\n[b]: https://a.nl/y",
            "duplicate-link",
        ),
        ("[a](https://a.nl/x \"Titel\").", "link-title"),
        ("[a][b].\n\n[b]: https://a.nl/x 'Titel'", "link-title"),
        ("A[^a].\n\n[^a]: B.\n\n[^a]: C.", "duplicate-footnote"),
        ("A[^a].\n\n[^a]: B.\n\n[^A]: C.", "duplicate-footnote"),
        (
            "A[^a][^b].\n\n[^a]: B[^b].\n\n[^b]: C.",
            "footnote-in-footnote",
        ),
        ("A[^b].\n\n[^b]: B[^b].", "footnote-in-footnote"),
        ("a<b>x</b>", "unsupported-markdown"),
    ] {
        assert_eq!(read(written).1, [code], "{written}");
    }
    for written in [
        "[a][b] en [b] en [b][].\n\n[b]: https://a.nl/x",
        "A[^A].\n\n[^a]: B.",
        "# Kop #\n\nKop\n===\n\n1. a\n\n   b\n   c\n2. d\n\n- e\n  - f\n    g\n\n* h\n\ni\\\nj",
        "1) a\n2) b",
        r"\[Bron]: https://a.nl/x",
    ] {
        assert_eq!(read(written).1, Vec::<&str>::new(), "{written}");
    }
    let (blocks, _) = read("A[^A].\n\n[^a]: B.");
    assert!(
        format!("{blocks:?}").contains("Footnote"),
        "a reference in other letters"
    );
}

#[test]
fn deep_nesting_is_refused_and_never_overflows() {
    let nine: String = (0..9)
        .map(|depth| format!("{}- a\n", "  ".repeat(depth)))
        .collect();
    assert_eq!(read(&nine).1, Vec::<&str>::new());
    let ten: String = (0..10)
        .map(|depth| format!("{}- a\n", "  ".repeat(depth)))
        .collect();
    assert_eq!(read(&ten).1, ["too-deep"]);
    for deep in [
        "- ".repeat(20_000),
        "> ".repeat(20_000) + "a",
        "*a **b ".repeat(3_000) + &"c** d*".repeat(3_000),
        IF.repeat(2_000) + "a" + &"{{ end }}".repeat(2_000),
    ] {
        assert!(!read(&deep).1.is_empty(), "{}", &deep[..20]);
    }
    read(&"[".repeat(20_000));
}

/// Generated texts: unless a mistake is reported, parsing and evaluating commute.
#[test]
fn evaluating_what_was_parsed_is_parsing_what_was_evaluated() {
    let mut state = 14_u64;
    let mut next = move |limit: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).expect("31 bits") % limit
    };
    fn some(next: &mut dyn FnMut(usize) -> usize, depth: usize, out: &mut String) {
        const ATOMS: [&str; 18] = [
            "a", "bc", " ", " ", " ", ".", ":", "(", ")", "*", "**", "_", r"\*", "X", "é", "—",
            "5 * 3", "***",
        ];
        for _ in 0..=next(4) {
            match next(if depth == 0 { 6 } else { 9 }) {
                0..=3 => out.push_str(ATOMS[next(ATOMS.len())]),
                4 | 5 => {
                    let sign = ["*", "**", "_"][next(3)];
                    out.push_str(sign);
                    out.push_str(["a", "b!", "(c)", "X", "d e"][next(5)]);
                    out.push_str(sign);
                }
                6 | 7 => {
                    out.push_str("IF");
                    some(next, depth - 1, out);
                    if next(2) == 0 {
                        out.push_str("ELSE");
                        some(next, depth - 1, out);
                    }
                    out.push_str("END");
                }
                _ => {
                    out.push_str("PRIVATE");
                    some(next, depth - 1, out);
                    out.push_str("END");
                }
            }
        }
    }
    let (mut clean, mut emphasised, mut refused) = (0, 0, 0);
    for _ in 0..60_000 {
        // Begin with text, so that every form is one paragraph.
        let mut written = "w".to_owned();
        some(&mut next, 2, &mut written);
        let written = expand(&written);
        if conditions(&written) > 6 {
            continue;
        }
        if read(&written).1.is_empty() {
            assert_equal_in_every_form(&written);
            clean += 1;
            emphasised += usize::from(written.contains(['*', '_']) && written.contains("{{ if"));
        } else {
            refused += 1;
        }
    }
    assert!(
        clean > 10_000 && emphasised > 1_000 && refused > 10_000,
        "{clean} clean, {emphasised} of them with emphasis and conditions, {refused} refused"
    );
}
