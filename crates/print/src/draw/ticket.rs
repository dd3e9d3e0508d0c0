//! The job ticket: a job described for people at the printer who have never seen it.

use raadspost_run::{Approval, CampaignRecord};

use crate::profile::{
    Colours, Fold, MarkKind, MarkSide, Marks, OmrMeaning, Paper, Plex, PrintProfile, StapleSets,
};

use crate::draw::canvas::Canvas;
use crate::draw::pen::{Drawing, Pen};
use crate::draw::words::{Words, filled};
use crate::letters::unprinted::NotPosted;
use crate::out::reconciliation::Reconciliation;
use crate::sizes::{A4, A4_PT};

/// Letters named for a reason, and reasons in a list, at most.
const NAMED: usize = 6;
const LINES: usize = 6;

/// Height of a row of the ticket's table, mm: a line, and the digest below it.
const ROW: f64 = 8.0;

/// The lowest baseline on a page, mm.
const LAST: f64 = 285.0;

/// The contents of a job ticket.
pub(crate) struct TicketFacts<'a> {
    /// The printer.
    pub(crate) profile: &'a PrintProfile,
    /// The counts.
    pub(crate) sums: &'a Reconciliation,
    /// The campaign and its sender.
    pub(crate) campaign: &'a CampaignRecord,
    /// The day on which the letters are posted, `2026-03-02`.
    pub(crate) posting_date: &'a str,
    /// The approval of the run, where it holds.
    pub(crate) approval: Option<&'a Approval>,
    /// The envelopes that the letters were made for, as the campaign names them.
    pub(crate) envelope_files: Vec<&'a str>,
    /// The text of the DataMatrix on the first sheet of the job.
    pub(crate) first_mark: Option<String>,
    /// Whether the printing condition is in grey.
    pub(crate) is_grey: bool,
}

/// Draws the job ticket.
pub(crate) fn ticket(pen: &Pen, ticket: &TicketFacts<'_>, words: &Words) -> Vec<Drawing> {
    let mut canvas = pen.canvas(A4.1);
    let mut drawings = Vec::new();
    let mut turn = |canvas: &mut Canvas<'_>| {
        let ops = std::mem::take(&mut canvas.ops);
        drawings.push((A4_PT, ops));
    };
    canvas.text(20.0, 30.0, 24.0, words.ticket_title);
    let mut baseline = 42.0;
    for (label, value) in facts(ticket, words) {
        for (at, line) in wrapped(&value, 78).iter().enumerate() {
            if baseline > LAST {
                turn(&mut canvas);
                canvas = pen.canvas(A4.1);
                baseline = 30.0;
            }
            if at == 0 {
                canvas.text(20.0, baseline, 10.0, label);
            }
            canvas.text(62.0, baseline, 10.0, line);
            baseline += 5.2;
        }
    }
    baseline += 6.0;
    let mut is_begun = false;
    for file in &ticket.sums.files {
        if baseline + ROW > LAST {
            turn(&mut canvas);
            canvas = pen.canvas(A4.1);
            baseline = 30.0;
            is_begun = false;
        }
        if !is_begun {
            table_head(&mut canvas, baseline, words);
            baseline += 6.0;
            is_begun = true;
        }
        let size = words.number(file.bytes as f64 / 1e6, 1);
        let cells = [
            (20.0, file.file.clone()),
            (
                95.0,
                format!("{:06}-{:06}", file.first_sequence, file.last_sequence),
            ),
            (130.0, file.letters.to_string()),
            (145.0, file.sheets.to_string()),
            (160.0, file.pages.to_string()),
            (175.0, format!("{size} MB")),
        ];
        for (at, text) in cells {
            canvas.text(at, baseline, 8.0, &text);
        }
        let digest = format!("SHA-256 {}", file.sha256);
        canvas.text(20.0, baseline + 3.0, 6.0, &digest);
        baseline += ROW;
    }
    turn(&mut canvas);
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

/// The facts above the table, each with its label.
fn facts(ticket: &TicketFacts<'_>, words: &Words) -> Vec<(&'static str, String)> {
    let TicketFacts { profile, sums, .. } = ticket;
    let mut facts = order(ticket, words);
    facts.extend(sheets(ticket, words));
    if let Some(marks) = &profile.marks {
        facts.push((words.marks, marked(marks, ticket, words)));
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
    facts.extend(listed(words.not_printed, not_printed(sums, words), words));
    facts.extend(listed(words.not_posted, not_posted(sums, words), words));
    let pages = [
        sums.letter_pages,
        sums.blank_pages,
        sums.slip_pages,
        sums.pages,
    ];
    facts.push((words.pages, numbers(words.page_sums, &pages)));
    facts.push((words.sheets, sums.sheets.to_string()));
    facts.extend(weights(sums, words));
    facts
}

/// Who orders what for when, and who approved it.
fn order(ticket: &TicketFacts<'_>, words: &Words) -> Vec<(&'static str, String)> {
    let TicketFacts {
        profile,
        sums,
        campaign,
        posting_date,
        approval,
        ..
    } = ticket;
    let sender = &campaign.sender;
    let client: Vec<&str> = [Some(sender.name.as_str()), sender.email.as_deref()]
        .into_iter()
        .flatten()
        .collect();
    let approval = match approval {
        Some(approval) => format!("{}, {}", approval.by, approval.at),
        None => words.not_approved.to_owned(),
    };
    let mut facts = vec![
        (words.job, sums.job.clone()),
        (words.client, client.join(", ")),
        (words.campaign, campaign.title.clone()),
        (words.posting_date, (*posting_date).to_owned()),
        (words.approval, approval),
        (words.printer, profile.title.clone()),
    ];
    facts.extend(profile.notes.clone().map(|notes| (words.notes, notes)));
    facts
}

/// The sheets: sides, colours, papers, staples, folds, envelope and bleed.
fn sheets(ticket: &TicketFacts<'_>, words: &Words) -> Vec<(&'static str, String)> {
    let TicketFacts {
        profile,
        sums,
        envelope_files,
        ..
    } = ticket;
    let paper = |paper: &Paper| {
        let tray = paper.tray.clone();
        let tray = tray.map(|tray| format!(", {}", filled(words.tray, &[tray])));
        format!(
            "{}, {} g/m²{}",
            paper.name,
            words.measure(paper.grams),
            tray.unwrap_or_default()
        )
    };
    let plex = match profile.plex {
        Plex::Simplex => words.simplex,
        Plex::Duplex => words.duplex,
    };
    let colours = match profile.colours {
        Colours::Black => words.all_black.to_owned(),
        Colours::Keep => {
            let black = sums.letter_pages - sums.colour_pages;
            numbers(words.colour_sums, &[sums.colour_pages, black])
        }
    };
    let mut facts = vec![
        (words.plex, plex.to_owned()),
        (words.format, words.a4.to_owned()),
        (words.colours, colours),
    ];
    if let Some(intent) = &profile.output_intent {
        let text = filled(words.pdf_x, std::slice::from_ref(&intent.condition));
        facts.push((words.standard, text));
    }
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
    let envelopes = profile.envelope.as_deref().into_iter();
    let envelopes: Vec<&str> = envelopes.chain(envelope_files.iter().copied()).collect();
    if !envelopes.is_empty() {
        facts.push((words.envelope, envelopes.join("; ")));
    }
    if let Some(fold) = profile.fold {
        let [half, letter, z] = words.folds;
        let text = match fold {
            Fold::Half => half,
            Fold::Letter => letter,
            Fold::Z => z,
        };
        facts.push((words.fold, text.to_owned()));
    }
    if profile.bleed > 0.0 {
        let values = [
            words.measure(profile.bleed),
            sums.bleed_pages.to_string(),
            sums.letter_pages.to_string(),
        ];
        facts.push((words.bleed, filled(words.trimmed, &values)));
    }
    facts
}

/// The marks of a sheet: what they say, and where.
fn marked(marks: &Marks, ticket: &TicketFacts<'_>, words: &Words) -> String {
    let text = match marks.kind {
        MarkKind::DataMatrix => {
            let first = ticket.first_mark.clone().unwrap_or_default();
            filled(words.datamatrix, &[marks.text.to_string(), first])
        }
        MarkKind::Omr => {
            let positions = marks.positions.iter();
            let meanings: Vec<String> = positions.map(|one| meaning(*one, words)).collect();
            filled(words.omr, &[meanings.join(", ")])
        }
    };
    let [front, back, both] = words.mark_sides;
    let side = match marks.side {
        MarkSide::Front => front,
        MarkSide::Back => back,
        MarkSide::Both => both,
    };
    let [left, top, step] = [marks.left, marks.top, marks.module].map(|mm| words.measure(mm));
    let place = filled(words.mark_place, &[left, top, step, side.to_owned()]);
    format!("{text}. {place}")
}

fn meaning(meaning: OmrMeaning, words: &Words) -> String {
    let (at, bit) = match meaning {
        OmrMeaning::Bar => (0, 0),
        OmrMeaning::Blank => (1, 0),
        OmrMeaning::First => (2, 0),
        OmrMeaning::NotFirst => (3, 0),
        OmrMeaning::Last => (4, 0),
        OmrMeaning::NotLast => (5, 0),
        OmrMeaning::Sequence(bit) => (6, bit),
        OmrMeaning::Sheet(bit) => (7, bit),
        OmrMeaning::Even => (8, 0),
        OmrMeaning::Odd => (9, 0),
    };
    filled(words.omr_meanings[at], &[bit.to_string()])
}

/// The weight of all letters, and of each step where there are several.
fn weights(sums: &Reconciliation, words: &Words) -> Vec<(&'static str, String)> {
    let kilograms = |grams: f64| words.number(grams / 1000.0, 1);
    let all = sums.weights.iter().map(|step| step.grams).sum();
    let mut facts = vec![(words.weight, filled(words.weight_sum, &[kilograms(all)]))];
    if sums.weights.iter().all(|step| step.to.is_none()) {
        return facts;
    }
    facts.extend(sums.weights.iter().map(|step| {
        let name = match step.to {
            Some(end) => filled(words.weight_to, &[words.measure(end)]),
            None => words.weight_over.to_owned(),
        };
        let values = [name, step.letters.to_string(), kilograms(step.grams)];
        (words.weight, filled(words.weight_step, &values))
    }));
    facts
}

fn numbers(text: &str, numbers: &[u32]) -> String {
    let numbers: Vec<String> = numbers.iter().map(u32::to_string).collect();
    filled(text, &numbers)
}

/// Letters that are not printed: the reason, and for whom it holds.
fn not_printed(sums: &Reconciliation, words: &Words) -> Vec<String> {
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
        let reason = words.reason(reason);
        format!("{} × {reason}: {}{more}", ids.len(), shown.join(", "))
    });
    let others = not.without.iter().chain(&not.not_made).map(|one| {
        let shown: Vec<&str> = one.codes.iter().take(NAMED).map(String::as_str).collect();
        let more = if one.codes.len() > NAMED { ", …" } else { "" };
        format!(
            "{}: {} × {}: {}{more}",
            one.envelope,
            one.number,
            words.reason(&one.reason),
            shown.join(", ")
        )
    });
    refused.chain(others).collect()
}

/// Documents that are in no envelope, by reason.
fn not_posted(sums: &Reconciliation, words: &Words) -> Vec<String> {
    let documents = sums.not_printed.documents.iter();
    let line = |one: &NotPosted| {
        format!(
            "{}.{}, {} ×: {}",
            one.document,
            one.format.extension(),
            one.number,
            words.reason(&one.reason)
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
