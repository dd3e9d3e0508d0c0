//! What a template may do, one feature at a time: our writer makes the file, and it equals that of
//! Typst's export; or Typst's export makes it, and the renderer says why; or both refuse it.

use std::sync::Arc;

use raadspost_content::{
    Block, BlockId, BlockKind, Body, DocumentWords, Inline, Inspector as _, Part, Renderer as _,
    Shape, Span, Values,
};
use raadspost_inspect::PdfInspector;
use raadspost_pdf::{PdfOptions, PdfRenderer, TEMPLATES, Template};

use crate::plain::options;
use crate::support::{Desk, case};

/// Who makes a file.
#[derive(Debug, Clone, Copy, PartialEq)]
enum By {
    /// Our writer.
    Us,
    /// Typst's export, for this reason.
    Typst(&'static str),
    /// Nobody: it would be no PDF/A-2a or PDF/UA-1.
    Nobody,
}
use By::{Nobody, Typst, Us};

/// Typst code at the top of a document, and who makes the file.
const FEATURES: &[(&str, By)] = &[
    // Text.
    (
        "[Tekst met *nadruk*, _klemtoon_ en x#super[2] en H#sub[2]O.]",
        Us,
    ),
    ("text(lang: \"fr\")[Bonjour tout le monde]", Us),
    ("text(fill: rgb(\"#a03020\"))[rood]", Us),
    ("text(fill: luma(120))[grijs]", Us),
    ("text(tracking: 2pt)[wijd]", Us),
    ("text(features: (\"smcp\",))[klein]", Us),
    ("par[Een#box(width: 1fr, repeat[.])twee]", Us),
    ("par[boven#h(1fr)onder #box(stroke: none)[in een vak]]", Us),
    ("text(fill: cmyk(0%, 100%, 0%, 0%))[magenta]", Nobody),
    (
        "text(fill: rgb(\"#00000080\"))[half]",
        Typst("a colour of another kind"),
    ),
    (
        "text(fill: gradient.linear(red, blue))[verloop]",
        Typst("a colour of another kind"),
    ),
    (
        "text(stroke: 0.2pt + red)[omlijnd]",
        Typst("outlined text or a variable font"),
    ),
    (
        "underline[onderstreept]",
        Typst("an element of another kind"),
    ),
    ("strike[doorgehaald]", Typst("an element of another kind")),
    ("highlight[gemarkeerd]", Typst("an element of another kind")),
    ("overline[bovenlijnd]", Typst("an element of another kind")),
    (
        "quote(block: true)[Een citaat]",
        Typst("an element of another kind"),
    ),
    ("raw(\"let x = 1\")", Typst("an element of another kind")),
    (
        "raw(\"een\\ntwee\", block: true)",
        Typst("an element of another kind"),
    ),
    ("$ x^2 $", Nobody),
    ("hide[Verborgen]", Typst("something hidden")),
    (
        "rotate(10deg)[scheef]",
        Typst("a transformed or clipped group"),
    ),
    (
        "scale(150%, reflow: true)[groot]",
        Typst("a transformed or clipped group"),
    ),
    ("move(dx: 3pt)[opzij]", Us),
    (
        "box(clip: true, width: 2cm)[geknipt]",
        Typst("a transformed or clipped group"),
    ),
    ("place(top + right)[los]", Us),
    (
        "place(top, float: true)[drijft]",
        Typst("content that is set off where it belongs"),
    ),
    // Structure.
    ("heading(level: 1)[Kop]", Us),
    (
        "heading(level: 1, outlined: false)[Verborgen]",
        Typst("a heading with a number or without a bookmark"),
    ),
    (
        "heading(level: 1, bookmarked: false)[Verborgen]",
        Typst("a heading with a number or without a bookmark"),
    ),
    (
        "heading(level: 1, numbering: \"1.\")[Genummerd]",
        Typst("a heading with a number or without a bookmark"),
    ),
    (
        "[= Kop <naam>]",
        Typst("a heading with a named destination"),
    ),
    ("heading(level: 3)[Te diep]", Nobody),
    ("heading(level: 1)[]", Nobody),
    ("title[Titel]", Typst("an element of another kind")),
    ("list[een][twee]", Us),
    ("list(marker: [–])[een][twee]", Us),
    ("list[een #list[dieper]]", Us),
    ("enum[een][twee]", Us),
    ("enum(numbering: \"a)\")[een][twee]", Us),
    ("enum(numbering: \"I.\")[een][twee]", Us),
    (
        "enum(numbering: \"1.a)\")[een #enum(numbering: \"1.a)\")[dieper]]",
        Typst("a list with a numbering for each depth"),
    ),
    (
        "enum(numbering: n => [#n:])[een][twee]",
        Typst("a list that a function numbers"),
    ),
    ("terms[/ een: uitleg]", Typst("an element of another kind")),
    ("[Woord#footnote[Een noot.] en meer.]", Us),
    ("link(\"https://waterkant.example/\")[verwijzing]", Us),
    ("[#link(<doel>)[naar beneden] #box[hier] <doel>]", Us),
    (
        "link((page: 1, x: 0pt, y: 0pt))[naar boven]",
        Typst("a link to a position"),
    ),
    ("outline()", Typst("an element of another kind")),
    (
        "figure([Inhoud], caption: [Bijschrift])",
        Typst("a figure with a caption or without words"),
    ),
    (
        "figure(alt: \"Lijst\", [tekst #list[een][twee] #line(length: 1cm, stroke: 1pt) #link(\"https://a.example/\")[weg]])",
        Us,
    ),
    (
        "figure(alt: \"Een lijn\", line(length: 2cm, stroke: 1pt))",
        Us,
    ),
    (
        "figure(alt: \"Een vlak\", rect(width: 1cm, height: 1cm, fill: black))",
        Us,
    ),
    ("figure(alt: \"Woorden\")[woorden]", Us),
    (
        "figure(alt: \"Met bijschrift\", caption: [Bijschrift])[woorden]",
        Typst("a figure with a caption or without words"),
    ),
    ("pdf.artifact[versiering]", Us),
    ("pdf.attach(\"bijlage.txt\", bytes(\"tekst\"))", Nobody),
    ("[#metadata(\"x\") <merk>]", Us),
    ("state(\"x\", 0).update(1)", Us),
    ("context counter(heading).display()", Us),
    (
        "bibliography(bytes(\"a:\\n  type: book\\n  title: T\"), full: true)",
        Typst("an attached file or another located element"),
    ),
    // Tables and grids.
    ("table(columns: 2, table.header[a][b], [1], [2])", Us),
    ("table(columns: 2, [1], [2], [3], [4])", Us),
    (
        "table(columns: 2, table.header[a][b], table.cell(colspan: 2)[breed])",
        Typst("a cell that spans others"),
    ),
    (
        "table(columns: 2, table.header[a][b], table.cell(rowspan: 2)[hoog], [1], [2])",
        Typst("a cell that spans others"),
    ),
    (
        "table(columns: 2, gutter: 2pt, table.header[a][b], [1], [2])",
        Typst("a table with gutters or a foot"),
    ),
    (
        "table(columns: 2, table.header[a][b], [1], [2], table.footer[x][y])",
        Typst("a table with gutters or a foot"),
    ),
    (
        "table(columns: 2, table.header[a][b], table.header(level: 2)[c][d], [1], [2])",
        Typst("a table with several heads"),
    ),
    // Summaries and heads of rows are an experiment of Typst's that we do not switch on.
    (
        "pdf.table-summary(summary: \"Kort\", table(columns: 1, table.header[a], [1]))",
        Nobody,
    ),
    (
        "table(columns: 2, table.header[a][b], table(columns: 1, table.header[c], [d]), [1], [2], [3])",
        Us,
    ),
    ("grid(columns: 2, [een], [twee])", Us),
    (
        "grid(columns: 2, grid.cell(rowspan: 2)[hoog], [een], [twee])",
        Typst("a cell that spans others"),
    ),
    (
        "grid(columns: 1, grid.header(repeat: true)[kop], ..range(80).map(i => [rij #i]))",
        Us,
    ),
    // Drawings.
    ("line(length: 5cm, stroke: 1pt)", Us),
    (
        "line(length: 5cm, stroke: 0pt)",
        Typst("a line with dashes, with caps or without thickness"),
    ),
    (
        "line(length: 5cm, stroke: (thickness: 1pt, cap: \"round\"))",
        Typst("a line with dashes, with caps or without thickness"),
    ),
    (
        "line(length: 5cm, stroke: (thickness: 1pt, dash: \"dashed\"))",
        Typst("a line with dashes, with caps or without thickness"),
    ),
    ("rect(width: 2cm, height: 1cm, fill: luma(200))", Us),
    (
        "rect(width: 2cm, height: 1cm, stroke: 1pt)",
        Typst("a shape of another kind"),
    ),
    (
        "rect(width: 2cm, height: 1cm, radius: 3pt, fill: luma(200))",
        Us,
    ),
    ("circle(radius: 5mm, fill: luma(200))", Us),
    (
        "polygon(fill: luma(200), (0pt, 0pt), (9pt, 0pt), (9pt, 9pt))",
        Us,
    ),
    (
        "rect(width: 2cm, height: 1cm, fill: tiling(size: (5pt, 5pt), circle(radius: 1pt, fill: black)))",
        Typst("a colour of another kind"),
    ),
    (
        "image(bytes(\"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9'/></svg>\"), format: \"svg\", alt: \"Vlak\")",
        Typst("a picture of another kind"),
    ),
    (
        "image(bytes((0, 255, 0, 255)), format: (encoding: \"luma8\", width: 2, height: 2), width: 1cm, alt: \"Vlakjes\")",
        Us,
    ),
    (
        "image(bytes((0, 255, 0, 255)), format: (encoding: \"luma8\", width: 2, height: 2), width: 1cm)",
        Nobody,
    ),
    (
        "image(bytes((0, 255, 0, 255)), format: (encoding: \"luma8\", width: 2, height: 2), width: 1cm, alt: \"Vlakjes\", scaling: \"smooth\")",
        Nobody,
    ),
    (
        "image(bytes((0, 255, 0, 255)), format: (encoding: \"luma8\", width: 2, height: 2), width: 1cm, alt: \"Vlakjes\", scaling: \"pixelated\")",
        Us,
    ),
    // Pages.
    (
        "page(fill: luma(240))[gekleurd]",
        Typst("a page with bleed, colour or a label"),
    ),
    (
        "page(numbering: \"1\")[genummerd]",
        Typst("a page with bleed, colour or a label"),
    ),
];

/// A document with one heading and one paragraph.
fn shape() -> Arc<Shape> {
    let block = |kind| Block {
        id: BlockId("a.0".into()),
        span: Span::default(),
        kind,
    };
    let words = |text: &str| vec![Inline::Text(text.into())];
    let blocks = vec![
        block(BlockKind::Heading {
            level: 1,
            inlines: words("Kop"),
        }),
        block(BlockKind::Paragraph {
            inlines: words("Een alinea."),
        }),
    ];
    Arc::new(Shape {
        document: "stuk".into(),
        language: "nl-NL".into(),
        title: words("Een stuk"),
        author: "Bureau".into(),
        date: (2026, 3, 2),
        body: Body::Parts {
            annex: None,
            parts: vec![Part::Text {
                id: "a".into(),
                blocks,
            }],
        },
        footnotes: vec![],
        words: DocumentWords::default(),
        slots: 0,
        reference: None,
    })
}

/// The template `parts.typ`, whose documents begin with these lines.
pub(crate) fn parts_with(lines: &str) -> String {
    let ours = TEMPLATES.iter().find(|(name, _)| *name == "parts.typ");
    let begin = "    counter(page).update(1)\n";
    let (before, behind) = ours.expect("ours").1.split_once(begin).expect("a page");
    format!("{before}{begin}{lines}{behind}")
}

/// A renderer whose documents begin with this.
fn beginning_with(snippet: &str) -> PdfRenderer {
    let text = parts_with(&format!("    {snippet}\n"));
    let own = Template {
        name: "parts.typ".to_owned(),
        text,
    };
    PdfRenderer::new(PdfOptions {
        templates: vec![own],
        ..options(None)
    })
    .unwrap_or_else(|error| panic!("{snippet}: {error}"))
}

/// What is wrong with what is said of a feature.
fn wrong(snippet: &str, by: By, shapes: &[Arc<Shape>]) -> Option<String> {
    let renderer = beginning_with(snippet);
    let values = [Values {
        slots: vec![],
        members: vec![],
    }];
    let prepared = renderer.prepare(shapes).expect("prepared").output;
    let plain = prepared.render_plain(&values).expect("a plain way");
    let (made, fallbacks) = (prepared.render(&values), renderer.fallbacks());
    let (mut made, mut plain) = match (made, plain) {
        (Ok(made), Ok(plain)) => (made.output, plain.output),
        (Err(_), Err(_)) if by == Nobody => return None,
        (Err(found), Err(_)) => return Some(format!("refused: {found:?}")),
        (Err(found), _) => return Some(format!("only we refuse it: {found:?}")),
        (_, Err(found)) => return Some(format!("only Typst refuses it: {found:?}")),
    };
    let (made, plain) = (made.remove(0), plain.remove(0));
    let found = match fallbacks.keys().next() {
        Some(reason) if made.bytes != plain.bytes => return Some(format!("ours, and {reason}")),
        None if made.bytes == plain.bytes => return Some("Typst's, and no reason".to_owned()),
        Some(reason) if by == Nobody => return Some(format!("made by Typst: {reason}")),
        Some(reason) => match by {
            Typst(known) if known == reason => return None,
            _ => format!("made by Typst: {reason}"),
        },
        None => "made by us".to_owned(),
    };
    if by != Us {
        return Some(found);
    }
    let differs = PdfInspector::default().compare(&made, &plain);
    (!differs.is_empty()).then(|| format!("differs from Typst's: {differs:?}"))
}

#[test]
fn every_feature_is_ours_as_typst_has_it_or_is_typst_s_with_a_reason() {
    let shapes = [shape()];
    let wrong: Vec<String> = FEATURES
        .iter()
        .filter_map(|(snippet, by)| {
            let wrong = wrong(snippet, *by, &shapes)?;
            Some(format!("{snippet}\n    {by:?}: {wrong}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A run whose templates leave the fast way says so, with the reason and how many files.
#[test]
fn a_run_tells_why_files_are_large() {
    let desk = Desk::new(&[
        ("campaign.yaml", &case("build/radweg/campaign.yaml")),
        ("gemeinden.csv", &case("build/radweg/gemeinden.csv")),
    ]);
    let faint = "    text(fill: rgb(\"#000000c0\"))[Entwurf]\n    parbreak()\n";
    let own = parts_with(faint);
    std::fs::create_dir(desk.path("templates")).expect("a folder");
    desk.write("templates/parts.typ", own);
    let ran = desk.build(&[]);
    // What the template adds is no word of the campaign, and its files are refused; they were made.
    let report = std::fs::read_to_string(desk.out().join("report.json")).expect("a report");
    let report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
    let count = report["fallbacks"]["a colour of another kind"].as_u64();
    assert!(count.is_some_and(|count| count > 0), "{}", ran.said());
    let line = "through Typst's export, larger and slower: a colour of another kind";
    assert!(ran.said().contains(line), "{}", ran.said());
}
