//! The job ticket: what a person at the printer has to know who has never seen the job.

use crate::profile::{MarkKind, Paper, Plex, PrintProfile, StapleSets};

use crate::draw::canvas::Canvas;
use crate::draw::pen::{Drawing, Pen};
use crate::draw::words::{Words, filled};
use crate::letters::unprinted::NotPosted;
use crate::out::reconciliation::Reconciliation;
use crate::sizes::{A4, A4_PT};

/// How many letters are named for a reason, and how many reasons a list has.
const NAMED: usize = 6;
const LINES: usize = 6;

/// Rows of the ticket's table on its first page, and on the others.
const ROWS: (usize, usize) = (24, 44);

/// Draws the job ticket.
pub(crate) fn ticket(
    pen: &Pen,
    profile: &PrintProfile,
    sums: &Reconciliation,
    words: &Words,
) -> Vec<Drawing> {
    let mut canvas = pen.canvas(A4.1);
    canvas.text(20.0, 30.0, 24.0, words.ticket_title);
    let mut baseline = 42.0;
    for (label, value) in facts(profile, sums, words) {
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
    table_head(&mut canvas, baseline, words);
    baseline += 6.0;
    for file in &sums.files {
        if left == 0 {
            let next = pen.canvas(A4.1);
            drawings.push((A4_PT, std::mem::replace(&mut canvas, next).ops));
            left = ROWS.1;
            baseline = 30.0;
            table_head(&mut canvas, baseline, words);
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

fn table_head(canvas: &mut Canvas<'_>, baseline: f64, words: &Words) {
    let heads = [
        (20.0, words.file),
        (95.0, words.sequence),
        (130.0, words.letters),
        (145.0, words.sheets),
        (160.0, words.pages),
        (175.0, words.size),
    ];
    for (at, text) in heads {
        canvas.text(at, baseline, 8.0, text);
    }
    canvas.bar(20.0, baseline + 1.2, 170.0, 0.2);
}

fn facts(
    profile: &PrintProfile,
    sums: &Reconciliation,
    words: &Words,
) -> Vec<(&'static str, String)> {
    let paper = |paper: &Paper| {
        let tray = paper.tray.clone();
        let tray = tray.map(|tray| format!(", {}", filled(words.tray, &[tray])));
        format!(
            "{}, {} g/m²{}",
            paper.name,
            paper.grams,
            tray.unwrap_or_default()
        )
    };
    let numbers = |text: &str, numbers: &[u32]| {
        let numbers: Vec<String> = numbers.iter().map(u32::to_string).collect();
        filled(text, &numbers)
    };
    let mut facts = vec![
        (words.job, sums.job.clone()),
        (words.printer, profile.title.clone()),
    ];
    facts.extend(profile.notes.clone().map(|notes| (words.notes, notes)));
    let plex = match profile.plex {
        Plex::Simplex => words.simplex,
        Plex::Duplex => words.duplex,
    };
    facts.push((words.plex, plex.to_owned()));
    facts.push((words.format, words.a4.to_owned()));
    facts.push((words.paper, paper(&profile.paper)));
    if let Some(annexes) = &profile.annexes {
        let text = format!("{}; {}", paper(annexes), words.annexes_where);
        facts.push((words.annexes, text));
    }
    if let Some(staple) = profile.staple {
        let text = match staple.sets {
            StapleSets::Letter => words.staple_letter,
            StapleSets::Documents => words.staple_documents,
        };
        facts.push((words.staple, numbers(text, &[staple.sheets])));
    }
    if let Some(marks) = &profile.marks {
        let kind = match marks.kind {
            MarkKind::DataMatrix => words.datamatrix,
            MarkKind::Omr => words.omr,
        };
        let place = [marks.left, marks.top, marks.module].map(|mm| mm.to_string());
        let text = format!("{kind}. {}", filled(words.mark_place, &place));
        facts.push((words.marks, text));
    }
    if profile.bleed > 0.0 {
        let text = filled(words.trimmed, &[profile.bleed.to_string()]);
        facts.push((words.bleed, text));
    }
    let letters = [
        sums.printed,
        sums.refused,
        sums.unchanged,
        sums.other_pieces,
        sums.without,
        sums.not_made,
        sums.expected,
    ];
    facts.push((words.letters, numbers(words.letter_sums, &letters)));
    facts.push((words.envelopes, sums.envelopes.join(", ")));
    facts.extend(listed(words.not_printed, not_printed(sums), words));
    facts.extend(listed(words.not_posted, not_posted(sums), words));
    let pages = [
        sums.letter_pages,
        sums.blank_pages,
        sums.slip_pages,
        sums.pages,
    ];
    facts.push((words.pages, numbers(words.page_sums, &pages)));
    facts.push((words.sheets, sums.sheets.to_string()));
    facts
}

/// Letters that are not printed: the reason, and for whom it holds.
fn not_printed(sums: &Reconciliation) -> Vec<String> {
    let not = &sums.not_printed;
    let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
    for one in &not.refused {
        let same = reasons.iter_mut().find(|(reason, _)| *reason == one.reason);
        match same {
            Some((_, ids)) => ids.push(&one.letter_id),
            None => reasons.push((&one.reason, vec![&one.letter_id])),
        }
    }
    let refused = reasons.into_iter().map(|(reason, ids)| {
        let shown = ids.iter().take(NAMED).copied().collect::<Vec<_>>();
        let more = if ids.len() > NAMED { ", …" } else { "" };
        format!("{} × {reason}: {}{more}", ids.len(), shown.join(", "))
    });
    let others = not.without.iter().chain(&not.not_made).map(|one| {
        let shown: Vec<&str> = one.codes.iter().take(NAMED).map(String::as_str).collect();
        let more = if one.codes.len() > NAMED { ", …" } else { "" };
        format!(
            "{}: {} × {}: {}{more}",
            one.envelope,
            one.number,
            one.reason,
            shown.join(", ")
        )
    });
    refused.chain(others).collect()
}

/// Documents that are in no envelope, by reason.
fn not_posted(sums: &Reconciliation) -> Vec<String> {
    let documents = sums.not_printed.documents.iter();
    let line = |one: &NotPosted| {
        format!(
            "{}.{}, {} ×: {}",
            one.document,
            one.format.extension(),
            one.number,
            one.reason
        )
    };
    documents.map(line).collect()
}

/// The first of some lines under a label, and how many more there are.
fn listed(label: &'static str, lines: Vec<String>, words: &Words) -> Vec<(&'static str, String)> {
    let more = lines.len().saturating_sub(LINES);
    let mut facts: Vec<_> = lines
        .into_iter()
        .take(LINES)
        .map(|line| (label, line))
        .collect();
    if more > 0 {
        facts.push((label, filled(words.more, &[more.to_string()])));
    }
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
