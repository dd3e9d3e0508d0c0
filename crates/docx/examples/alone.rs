//! A peer for the benchmarks: a motion of one page with docx-rs alone, as somebody would write it
//! without this crate. `alone COUNT` makes that many in memory and prints how many as JSON.
//!
//! Its files are no equals of ours: the validators refuse them, and they have neither language nor
//! kinds of content controls.
#![expect(clippy::print_stdout, reason = "a program that prints its result")]

use std::io::Cursor;

use docx_rs::{
    AbstractNumbering, Docx, IndentLevel, Level, LevelJc, LevelText, NumberFormat, Numbering,
    NumberingId, Paragraph, Run, Start, StructuredDataTag, Style, StyleType,
};

/// The heads and items of the embedded campaign's first motion, in length.
const BLOCKS: [(&str, &[usize]); 4] = [
    ("Constaterende dat:", &[170, 140]),
    ("Van mening zijnde dat:", &[135]),
    ("Spreekt uit dat:", &[52, 290]),
    (
        "En verzoekt het college van Burgemeester & Wethouders:",
        &[88, 118],
    ),
];

fn main() {
    let count = std::env::args().nth(1);
    let count: usize = count.and_then(|count| count.parse().ok()).unwrap_or(1000);
    let mut bytes = 0;
    for number in 0..count {
        bytes += motion(&format!("Gemeente {number}")).len();
    }
    println!("{{\"packs\": {count}, \"bytes\": {bytes}}}");
}

fn motion(name: &str) -> Vec<u8> {
    let text = |text: &str| Paragraph::new().add_run(Run::new().add_text(text));
    let open = |label: &str| {
        let run = Run::new().add_text(format!("[{label}]"));
        Paragraph::new().add_structured_data_tag(StructuredDataTag::new().alias(label).add_run(run))
    };
    let level = Level::new(
        0,
        Start::new(1),
        NumberFormat::new("lowerLetter"),
        LevelText::new("%1)"),
        LevelJc::new("left"),
    );
    let mut docx = Docx::new()
        .add_style(
            Style::new("Title", StyleType::Paragraph)
                .name("Title")
                .bold()
                .size(38),
        )
        .add_style(
            Style::new("Heading1", StyleType::Paragraph)
                .name("heading 1")
                .bold(),
        )
        .add_abstract_numbering(AbstractNumbering::new(2).add_level(level))
        .add_paragraph(text("Concept-motie aanhoudende steun en solidariteit").style("Title"))
        .add_paragraph(text(&format!(
            "De gemeenteraad van {name}, in vergadering bijeen op"
        )))
        .add_paragraph(open("datum"));
    for (index, (head, items)) in BLOCKS.iter().enumerate() {
        docx = docx
            .add_numbering(Numbering::new(index + 2, 2))
            .add_paragraph(text(head).style("Heading1"));
        for length in *items {
            let words = "woorden van een raad ".repeat(length / 21 + 1);
            let item = text(&words).numbering(NumberingId::new(index + 2), IndentLevel::new(0));
            docx = docx.add_paragraph(item);
        }
    }
    docx = docx.add_paragraph(text("En gaat over tot de orde van de dag"));
    for _ in 0..3 {
        docx = docx.add_paragraph(open("Naam, (fractie)"));
    }
    let mut out = Cursor::new(Vec::new());
    // Writing into memory does not fail.
    docx.build().pack(&mut out).unwrap_or_default();
    out.into_inner()
}
