//! Compares a motion's DOCX with the same motion in an annex's PDF: `compare FILE.pdf FILE.docx`.
//! The motion is found by the DOCX's first heading; an annex that is nothing but the motion says
//! the title in its own heading, so there the last words decide.

#![allow(clippy::print_stdout, reason = "an example prints its result")]

use raadspost_inspect::{Line, Role, comparable, first_difference, read_docx, read_pdf, section};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(pdf), Some(docx)) = (arguments.next(), arguments.next()) else {
        return Err("say which PDF and which DOCX".into());
    };
    let pdf = read_pdf(&std::fs::read(pdf)?)?.lines;
    let docx = read_docx(&std::fs::read(docx)?)?.lines;
    let is_heading = |line: &&Line| matches!(line.role, Role::Heading(_));
    let title = docx
        .iter()
        .find(is_heading)
        .map(|line| line.text.clone())
        .unwrap_or_default();
    let heading = pdf
        .iter()
        .filter(is_heading)
        .find(|line| line.text == title || line.text.ends_with(&format!(" {title}")))
        .ok_or_else(|| format!("the PDF has no heading `{title}`"))?;
    let left = comparable(&section(&pdf, &heading.text));
    let right = comparable(&docx);
    // The annex's heading has its label in front.
    match first_difference(&left[1..], &right[1..]) {
        None => println!("equal: {} lines below `{title}`", right.len() - 1),
        Some(difference) => println!("{difference}"),
    }
    Ok(())
}
