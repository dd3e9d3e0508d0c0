//! Prints what finished files say: their lines in reading order, as the comparisons see them, and
//! what the lint finds. `--outline` prints the tag tree of a PDF instead, `--time` how long
//! reading took.

#![allow(clippy::print_stdout, reason = "an example prints its result")]

use std::time::Instant;

use raadspost_inspect::{lint_docx, read_docx, read_pdf, struct_outline};

#[expect(clippy::disallowed_methods, reason = "a measurement needs the clock")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (flags, paths): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|a| a.starts_with("--"));
    let has = |flag: &str| flags.iter().any(|given| given == flag);
    for path in paths {
        let bytes = std::fs::read(&path)?;
        let docx = path.ends_with(".docx");
        if has("--time") {
            let mut times: Vec<f64> = Vec::new();
            for _ in 0..200 {
                let start = Instant::now();
                if docx {
                    read_docx(&bytes)?;
                    lint_docx(&bytes)?;
                } else {
                    read_pdf(&bytes)?;
                }
                times.push(start.elapsed().as_secs_f64() * 1e3);
            }
            times.sort_by(f64::total_cmp);
            println!(
                "{path}: {} bytes, median {:.3} ms",
                bytes.len(),
                times[times.len() / 2]
            );
        } else if has("--outline") {
            println!("{}", struct_outline(&bytes)?);
        } else if docx {
            let text = read_docx(&bytes)?;
            println!(
                "{path}: {:?} {:?} {:?}",
                text.title, text.creator, text.language
            );
            text.lines.iter().for_each(|line| println!("{line}"));
            lint_docx(&bytes)?
                .iter()
                .for_each(|finding| println!("{finding}"));
        } else {
            let text = read_pdf(&bytes)?;
            println!("{path}: {} pages, {:?}", text.page_count, text.metadata);
            text.lines.iter().for_each(|line| println!("{line}"));
        }
    }
    Ok(())
}
