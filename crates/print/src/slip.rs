//! The slip sheet before the letters of a file, and the job ticket: what a person needs who has
//! never seen the job.

use printpdf::Op;
use raadspost_content::{MarkKind, Plex, Printer};

use crate::draw::{A4_PT, Pen};
use crate::reconcile::Reconciliation;

/// A page for printpdf: its size in pt, and what is drawn.
pub(crate) type Drawing = ((f64, f64), Vec<Op>);

/// What a slip sheet says.
pub(crate) struct Slip<'a> {
    /// The job.
    pub(crate) job: &'a str,
    /// The file's name.
    pub(crate) file: &'a str,
    /// What its letters have in common.
    pub(crate) group: &'a str,
    /// First and last sequence.
    pub(crate) sequences: (u32, u32),
    /// Letters.
    pub(crate) letters: u32,
    /// Sheets.
    pub(crate) sheets: u32,
}

/// Draws a slip sheet.
pub(crate) fn slip(pen: &Pen, slip: &Slip<'_>) -> Drawing {
    let mut canvas = pen.canvas(297.0);
    canvas.bar(20.0, 24.0, 170.0, 2.0);
    canvas.text(20.0, 44.0, 30.0, "Slip sheet - do not insert");
    let lines = [
        ("Job", slip.job.to_owned()),
        ("File", slip.file.to_owned()),
        ("Group", slip.group.to_owned()),
        (
            "Sequence",
            format!("{:06} - {:06}", slip.sequences.0, slip.sequences.1),
        ),
        ("Letters", slip.letters.to_string()),
        ("Sheets", slip.sheets.to_string()),
    ];
    for (at, (label, value)) in lines.iter().enumerate() {
        let baseline = 66.0 + 12.0 * at as f64;
        canvas.text(20.0, baseline, 14.0, label);
        canvas.text(60.0, baseline, 18.0, value);
    }
    canvas.bar(20.0, 271.0, 170.0, 2.0);
    (A4_PT, canvas.ops)
}

/// Rows of the ticket's table on its first page, and on the others.
const ROWS: (usize, usize) = (24, 44);

/// Draws the job ticket.
pub(crate) fn ticket(pen: &Pen, printer: &Printer, sums: &Reconciliation) -> Vec<Drawing> {
    let mut canvas = pen.canvas(297.0);
    canvas.text(20.0, 30.0, 24.0, "Job ticket");
    let mut baseline = 42.0;
    for (label, value) in facts(printer, sums) {
        canvas.text(20.0, baseline, 10.0, label);
        for line in wrapped(&value, 78) {
            canvas.text(62.0, baseline, 10.0, &line);
            baseline += 5.2;
        }
    }
    baseline += 6.0;
    let mut drawings = Vec::new();
    let mut left = ROWS
        .0
        .min(usize::try_from(((285.0 - baseline) / 5.0) as i64 - 1).unwrap_or(1));
    table_head(&mut canvas, baseline);
    baseline += 6.0;
    for file in &sums.files {
        if left == 0 {
            let next = pen.canvas(297.0);
            drawings.push((A4_PT, std::mem::replace(&mut canvas, next).ops));
            left = ROWS.1;
            baseline = 30.0;
            table_head(&mut canvas, baseline);
            baseline += 6.0;
        }
        let cells = [
            (20.0, file.file.clone()),
            (
                95.0,
                format!("{:06}-{:06}", file.first_sequence, file.last_sequence),
            ),
            (130.0, file.letters.to_string()),
            (145.0, file.sheets.to_string()),
            (160.0, file.pages.to_string()),
            (175.0, format!("{:.1} MB", file.bytes as f64 / 1e6)),
        ];
        for (at, text) in cells {
            canvas.text(at, baseline, 8.0, &text);
        }
        baseline += 5.0;
        left -= 1;
    }
    drawings.push((A4_PT, canvas.ops));
    drawings
}

fn table_head(canvas: &mut crate::draw::Canvas<'_>, baseline: f64) {
    let heads = [
        (20.0, "File"),
        (95.0, "Sequence"),
        (130.0, "Letters"),
        (145.0, "Sheets"),
        (160.0, "Pages"),
        (175.0, "Size"),
    ];
    for (at, text) in heads {
        canvas.text(at, baseline, 8.0, text);
    }
    canvas.bar(20.0, baseline + 1.2, 170.0, 0.2);
}

fn facts(printer: &Printer, sums: &Reconciliation) -> Vec<(&'static str, String)> {
    let paper = |paper: &raadspost_content::Paper| {
        let tray = paper.tray.as_ref();
        let tray = tray.map_or_else(String::new, |tray| format!(", tray {tray}"));
        format!("{}, {} g/m²{tray}", paper.name, paper.grams)
    };
    let mut facts = vec![
        ("Job", sums.job.clone()),
        ("Printer", printer.title.clone()),
    ];
    facts.extend(printer.notes.clone().map(|notes| ("Notes", notes)));
    facts.push((
        "Plex",
        match printer.plex {
            Plex::Simplex => "one side".to_owned(),
            Plex::Duplex => "both sides, turned over the long edge".to_owned(),
        },
    ));
    facts.push(("Size", "A4, 100 %, never scaled".to_owned()));
    facts.push(("Paper", paper(&printer.paper)));
    if let Some(annexes) = &printer.annexes {
        facts.push((
            "Annexes",
            format!("{}; from `annex_page` of manifest.csv on", paper(annexes)),
        ));
    }
    if let Some(sheets) = printer.staple {
        facts.push((
            "Staple",
            format!("each letter of 2 to {sheets} sheets; see `staple` of manifest.csv"),
        ));
    }
    if let Some(marks) = &printer.marks {
        let kind = match marks.kind {
            MarkKind::DataMatrix => "DataMatrix: job;sequence;sheet/sheets;E on the last sheet",
            MarkKind::Omr => {
                "OMR: gate, end of set, sequence in 3 bits (lowest first), parity (even), safety"
            }
        };
        facts.push((
            "Marks",
            format!(
                "{kind}. Front of each sheet, {} mm from the left, {} mm from the top, step {} mm",
                marks.left, marks.top, marks.module
            ),
        ));
    }
    if printer.bleed > 0.0 {
        facts.push(("Bleed", format!("{} mm; trim to A4", printer.bleed)));
    }
    facts.push((
        "Letters",
        format!(
            "{} printed, {} refused, {} unchanged, {} in other pieces: {} rows",
            sums.printed, sums.refused, sums.unchanged, sums.other_pieces, sums.register_rows
        ),
    ));
    facts.push((
        "Pages",
        format!(
            "{} of letters, {} blank, {} of slip sheets: {}",
            sums.letter_pages, sums.blank_pages, sums.slip_pages, sums.pages
        ),
    ));
    facts.push(("Sheets", sums.sheets.to_string()));
    facts
}

/// Lines of at most so many characters, broken at spaces.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.len() - 1;
        if !lines[last].is_empty() && lines[last].chars().count() + word.chars().count() >= width {
            lines.push(word.to_owned());
        } else {
            if !lines[last].is_empty() {
                lines[last].push(' ');
            }
            lines[last].push_str(word);
        }
    }
    lines
}
