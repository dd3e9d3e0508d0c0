//! The summary of a run, for people.

mod named;

use std::path::Path;
use std::time::Duration;

use raadspost_pipeline::Report;

use crate::cli::post::posted;
use crate::cli::tally::{Line, labelled, slower};
use crate::terminal::Style;
use crate::units::{bytes, count, counted, time};

/// Data of a run besides its report.
pub(super) struct Made<'a> {
    /// The output folder.
    pub(super) out: &'a Path,
    /// How long it took.
    pub(super) took: Duration,
    /// A finished file to look at, with its path from the current folder.
    pub(super) example: Option<&'a Path>,
    /// Whether `--only`, `--where` or `--document` restricted it.
    pub(super) narrowed: bool,
    /// Whether it made the embedded campaign.
    pub(super) embedded: bool,
}

/// The summary of `build`.
pub(super) fn of_build(report: &Report, made: &Made<'_>) -> Vec<Line> {
    let documents = &report.documents;
    let mut lines = vec![headline(report, made)];
    // If nothing was to be done and there are no problems, one sentence is enough.
    if documents.made > 0 || !report.is_clean() {
        if made.narrowed && !report.interrupted {
            lines.push(plain("packs", &pack_counts(report, "")));
        }
        lines.push(plain("documents", &document_counts(report)));
        let size = format!("{}, {}", counted(report.pages, "page"), bytes(report.bytes));
        lines.push(plain("size", &size));
        lines.push(plain(
            "time",
            &format!("{}{}", time(made.took), rate(documents.made, made.took)),
        ));
    }
    // If nothing was to be done, the sums are those of the previous run.
    if documents.made > 0 && !report.interrupted {
        for (label, text) in posted(&report.post) {
            lines.push(plain(label, &text));
        }
    }
    named::held(&report.held, made, &mut lines);
    named::set_aside(&report.superseded, made, &mut lines);
    named::out_of_date(&report.stale, &mut lines);
    for (code, number) in &report.allowed_warnings {
        let text = format!(
            "warning `{code}`, which the campaign allows: {}",
            counted(*number, "time")
        );
        lines.push(plain("allowed", &text));
    }
    for (reason, number) in &report.fallbacks {
        lines.push(plain("made", &slower(reason, *number)));
    }
    if documents.made > 0 || !report.is_clean() {
        next(report, made, &mut lines);
    }
    lines
}

/// The first line: what most people want to know.
fn headline(report: &Report, made: &Made<'_>) -> Line {
    let documents = &report.documents;
    let out = made.out.display();
    if report.interrupted {
        let made = counted(documents.made, "document");
        let left = match documents.unreached {
            0 => String::new(),
            unreached => format!(", {} not reached", count(unreached)),
        };
        return (
            Some(Style::Odd),
            format!("interrupted: {made} made{left}; run again to continue"),
        );
    }
    if documents.planned == 0 {
        return (
            Some(Style::Odd),
            "nothing was selected, so nothing was made".into(),
        );
    }
    if documents.made == 0 && report.is_clean() {
        let which = if made.narrowed {
            counted(documents.fresh, "selected document")
        } else {
            let packs = counted(report.packs.total, "pack");
            format!("{} of {packs}", counted(documents.fresh, "document"))
        };
        let text = format!("nothing to make: all {which} are up to date in `{out}`");
        return (Some(Style::Good), text);
    }
    if documents.made == 0 && documents.fresh == 0 {
        return (
            Some(Style::Bad),
            format!("no document could be made for `{out}`"),
        );
    }
    let style = if report.is_clean() {
        Style::Good
    } else {
        Style::Odd
    };
    if made.narrowed {
        let there = count(documents.made + documents.fresh);
        let planned = counted(documents.planned, "selected document");
        return (Some(style), format!("{there} of {planned} in `{out}`"));
    }
    (Some(style), pack_counts(report, &format!(" in `{out}`")))
}

/// `340 of 343 packs complete in .., 3 held`.
fn pack_counts(report: &Report, place: &str) -> String {
    let packs = &report.packs;
    let mut text = if packs.complete == packs.total {
        format!("{} complete{place}", counted(packs.total, "pack"))
    } else {
        format!(
            "{} of {} complete{place}",
            count(packs.complete),
            counted(packs.total, "pack")
        )
    };
    if packs.held > 0 {
        text.push_str(&format!(", {} held", count(packs.held)));
    }
    if packs.incomplete > 0 {
        text.push_str(&format!(", {} not complete yet", count(packs.incomplete)));
    }
    text
}

fn document_counts(report: &Report) -> String {
    let documents = &report.documents;
    let parts = [
        (documents.made, "made"),
        (documents.fresh, "up to date"),
        (documents.refused, "refused"),
        (documents.failed, "failed"),
        (documents.unreached, "not reached"),
    ];
    let parts: Vec<_> = parts
        .iter()
        .filter(|(number, what)| *number > 0 || *what == "made")
        .map(|(number, what)| format!("{} {what}", count(*number)))
        .collect();
    format!("{}: {}", count(documents.planned), parts.join(", "))
}

fn rate(made: u64, took: Duration) -> String {
    if made == 0 {
        return String::new();
    }
    let each_second = u128::from(made) * 1000 / took.as_millis().max(1);
    format!(
        ", {} a second",
        counted(u64::try_from(each_second).unwrap_or(u64::MAX), "document")
    )
}

/// Files to look at and commands to try.
fn next(report: &Report, made: &Made<'_>, lines: &mut Vec<Line>) {
    lines.push((None, String::new()));
    if let Some(example) = made.example {
        lines.push(hint(&format!("look at `{}`", example.display())));
    }
    if !report.is_clean() && !report.interrupted {
        let report = made.out.join("report.json");
        lines.push(hint(&format!(
            "see `{}` for everything that was not made, and why",
            report.display()
        )));
        lines.push(hint(
            "correct the mistakes above and run again: only missing documents are made",
        ));
    } else if report.packs.incomplete > 0 && made.narrowed {
        lines.push(hint(
            "run without `--only`, `--where` and `--document` to complete the other packs",
        ));
    } else if made.embedded && !report.interrupted {
        lines.push(hint("start your own campaign with `raadspost init mine`"));
    }
}

pub(super) fn plain(label: &str, text: &str) -> Line {
    (None, labelled(label, text))
}

fn hint(text: &str) -> Line {
    (Some(Style::Hint), format!("→ {text}"))
}

#[cfg(test)]
mod tests {
    use raadspost_pipeline::{
        DocumentCount, DocumentCounts, EnvelopeCount, PackCounts, PostCounts,
    };

    use super::*;

    fn run() -> Made<'static> {
        Made {
            out: Path::new("out"),
            took: Duration::from_secs(2),
            example: Some(Path::new("out/A-a/all.pdf")),
            narrowed: false,
            embedded: true,
        }
    }

    fn text(report: &Report, run: &Made<'_>) -> String {
        of_build(report, run)
            .into_iter()
            .map(|(_, line)| line + "\n")
            .collect()
    }

    fn report(made: u64, fresh: u64, refused: u64) -> Report {
        let held = refused.min(1);
        Report {
            documents: DocumentCounts {
                planned: made + fresh + refused,
                made,
                fresh,
                refused,
                ..DocumentCounts::default()
            },
            packs: PackCounts {
                total: 342,
                complete: 342 - held,
                held,
                incomplete: 0,
            },
            pages: 3000,
            bytes: 12_345_678,
            post: PostCounts {
                envelopes: vec![EnvelopeCount {
                    envelope: "raad".into(),
                    documents: vec![DocumentCount {
                        document: "pack".into(),
                        municipalities: 342,
                    }],
                    municipalities: 342,
                    held: 0,
                    without: [].into(),
                    no_address: 0,
                }],
                not_posted: Vec::new(),
            },
            ..Report::default()
        }
    }

    #[test]
    fn a_first_run_is_told_in_numbers_with_what_to_do_next() {
        assert_eq!(
            text(&report(2736, 0, 0), &run()),
            "342 packs complete in `out`\n\
             \x20 documents   2,736: 2,736 made\n\
             \x20 size        3,000 pages, 12.35 MB\n\
             \x20 time        2.0 s, 1,368 documents a second\n\
             \x20 posted      raad: pack to 342 municipalities\n\
             \n\
             → look at `out/A-a/all.pdf`\n\
             → start your own campaign with `raadspost init mine`\n"
        );
    }

    #[test]
    fn a_second_run_is_one_sentence() {
        assert_eq!(
            text(&report(0, 2736, 0), &run()),
            "nothing to make: all 2,736 documents of 342 packs are up to date in `out`\n"
        );
    }

    #[test]
    fn files_of_the_slower_way_are_counted_by_reason() {
        let mut report = report(2736, 0, 0);
        report
            .fallbacks
            .insert("a colour of another kind".into(), 1);
        let text = text(&report, &run());
        let line = "  made        1 file through Typst's export, larger and slower: a colour of another kind\n";
        assert!(text.contains(line), "{text}");
    }

    #[test]
    fn what_is_not_as_planned_is_told() {
        let text = text(&report(1, 2727, 8), &run());
        assert!(
            text.starts_with("341 of 342 packs complete in `out`, 1 held\n"),
            "{text}"
        );
        assert!(
            text.contains("2,736: 1 made, 2,727 up to date, 8 refused\n"),
            "{text}"
        );
        assert!(text.contains("→ correct the mistakes above"), "{text}");
    }

    #[test]
    fn a_narrowed_run_is_told_by_its_selection() {
        let mut report = report(8, 0, 0);
        report.packs = PackCounts {
            total: 342,
            complete: 1,
            held: 0,
            incomplete: 341,
        };
        let run = Made {
            narrowed: true,
            ..run()
        };
        let told = text(&report, &run);
        assert!(
            told.starts_with("8 of 8 selected documents in `out`\n"),
            "{told}"
        );
        assert!(
            told.contains("1 of 342 packs complete, 341 not complete yet\n"),
            "{told}"
        );
        report.documents = DocumentCounts {
            planned: 8,
            fresh: 8,
            ..DocumentCounts::default()
        };
        assert_eq!(
            text(&report, &run),
            "nothing to make: all 8 selected documents are up to date in `out`\n"
        );
    }

    #[test]
    fn an_interrupted_run_says_how_to_go_on() {
        let mut report = report(5, 0, 0);
        report.interrupted = true;
        report.documents.unreached = 100;
        let text = text(&report, &run());
        assert!(
            text.starts_with("interrupted: 5 documents made, 100 not reached; run again"),
            "{text}"
        );
    }
}
