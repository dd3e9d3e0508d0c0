//! What a run did, in the words of people.

use std::path::Path;
use std::time::Duration;

use raadspost_content::{Diagnostic, Severity};
use raadspost_pipeline::{Checked, Reason, Report};

use crate::cli::build::named;
use crate::cli::post::posted;
use crate::terminal::Style;
use crate::units::{bytes, count, counted, time};

/// A line of a summary, and how it is set apart.
pub(crate) type Line = (Option<Style>, String);

/// What is known of a run besides its report.
pub(crate) struct Run<'a> {
    /// The output folder.
    pub(crate) out: &'a Path,
    /// How long it took.
    pub(crate) took: Duration,
    /// A finished file to look at, with its path from the current folder.
    pub(crate) example: Option<&'a Path>,
    /// Whether `--only`, `--where` or `--document` narrowed it.
    pub(crate) narrowed: bool,
    /// Whether it made the embedded campaign.
    pub(crate) embedded: bool,
}

/// The summary of `build`.
pub(crate) fn of_build(report: &Report, run: &Run<'_>) -> Vec<Line> {
    let documents = &report.documents;
    let mut lines = vec![headline(report, run)];
    // Where nothing was to be done and nothing is wrong, one sentence says it all.
    if documents.made > 0 || !report.is_clean() {
        if run.narrowed && !report.interrupted {
            lines.push(plain("packs", &pack_counts(report, "")));
        }
        lines.push(plain("documents", &document_counts(report)));
        let size = format!("{}, {}", counted(report.pages, "page"), bytes(report.bytes));
        lines.push(plain("size", &size));
        lines.push(plain(
            "time",
            &format!("{}{}", time(run.took), rate(documents.made, run.took)),
        ));
    }
    // Where nothing was to be done the sums are those of the run before.
    if documents.made > 0 && !report.interrupted {
        for (label, text) in posted(&report.post) {
            lines.push(plain(label, &text));
        }
    }
    named::held(&report.held, run, &mut lines);
    named::set_aside(&report.superseded, run, &mut lines);
    named::out_of_date(&report.stale, &mut lines);
    for (code, number) in &report.allowed_warnings {
        let text = format!(
            "warning `{code}`, which the campaign allows: {}",
            counted(*number, "time")
        );
        lines.push(plain("allowed", &text));
    }
    if documents.made > 0 || !report.is_clean() {
        next(report, run, &mut lines);
    }
    lines
}

/// The first line: what most people want to know.
fn headline(report: &Report, run: &Run<'_>) -> Line {
    let documents = &report.documents;
    let out = run.out.display();
    if report.interrupted {
        let made = counted(documents.made, "document");
        let left = match documents.unreached {
            0 => String::new(),
            unreached => format!(", {} not reached", count(unreached)),
        };
        return (
            Some(Style::Odd),
            format!("interrupted: {made} made{left}; run again to go on"),
        );
    }
    if documents.planned == 0 {
        return (
            Some(Style::Odd),
            "nothing was selected, and nothing was made".into(),
        );
    }
    if documents.made == 0 && report.is_clean() {
        let which = if run.narrowed {
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
    if run.narrowed {
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

/// What to look at and to try.
fn next(report: &Report, run: &Run<'_>, lines: &mut Vec<Line>) {
    lines.push((None, String::new()));
    if let Some(example) = run.example {
        lines.push(hint(&format!("look at `{}`", example.display())));
    }
    if !report.is_clean() && !report.interrupted {
        let report = run.out.join("report.json");
        lines.push(hint(&format!(
            "see `{}` for everything that was not made, and why",
            report.display()
        )));
        lines.push(hint(
            "mend what is named above and run again: only what is missing is made",
        ));
    } else if report.packs.incomplete > 0 && run.narrowed {
        lines.push(hint(
            "run without `--only`, `--where` and `--document` to complete the other packs",
        ));
    } else if run.embedded && !report.interrupted {
        lines.push(hint(
            "start a campaign of your own with `raadspost init mine`",
        ));
    }
}

pub(super) fn plain(label: &str, text: &str) -> Line {
    (None, format!("  {label:<11} {text}"))
}

fn hint(text: &str) -> Line {
    (Some(Style::Hint), format!("→ {text}"))
}

/// The summary of `check`.
pub(crate) fn of_check(checked: &Checked, errors: usize, warnings: usize) -> Line {
    let totals = &checked.totals;
    let documents = counted(totals.documents - totals.refused, "document");
    let packs = counted(totals.selected_packs, "pack");
    let found = found(errors, warnings);
    let mut left_out = String::new();
    let unsure = [
        (
            checked.shapes_left_out,
            "shape of a document",
            "shapes of documents",
        ),
        (
            checked.packs_left_in_doubt,
            "pack whose address may not fit",
            "packs whose address may not fit",
        ),
    ];
    for (number, one, many) in unsure {
        match number {
            0 => {}
            1 => left_out.push_str(&format!("; 1 {one} was not laid out")),
            _ => left_out.push_str(&format!("; {} {many} were not laid out", count(number))),
        }
    }
    if checked.failed > 0 {
        let failed = count(checked.failed);
        let laid_out = counted(checked.laid_out_documents, "document");
        return (
            Some(Style::Odd),
            format!(
                "of {documents} of {packs} that are not refused, {laid_out} were laid out, and {failed} of them cannot be made; {found}{left_out}"
            ),
        );
    }
    if totals.refused == 0 && errors == 0 {
        let warned = if warnings == 0 {
            String::new()
        } else {
            format!("; {found}")
        };
        (
            Some(Style::Good),
            format!("all {documents} of {packs} can be made{warned}{left_out}"),
        )
    } else {
        let refused = count(totals.refused);
        (
            Some(Style::Odd),
            format!("{documents} of {packs} can be made, {refused} are refused; {found}{left_out}"),
        )
    }
}

/// What was found where nothing could be done.
pub(crate) fn mistakes(diagnostics: &[Diagnostic]) -> String {
    let errors = errors(diagnostics);
    format!(
        "{}; nothing was made",
        found(errors, diagnostics.len() - errors)
    )
}

/// How many of them are errors.
pub(crate) fn errors(diagnostics: &[Diagnostic]) -> usize {
    diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error)
        .count()
}

fn found(errors: usize, warnings: usize) -> String {
    let errors = (errors > 0 || warnings == 0).then(|| counted(errors as u64, "mistake"));
    let warnings = (warnings > 0).then(|| counted(warnings as u64, "warning"));
    errors
        .into_iter()
        .chain(warnings)
        .collect::<Vec<_>>()
        .join(" and ")
}

/// Diagnostics as plain data.
pub(crate) fn reasons(diagnostics: &[Diagnostic]) -> Vec<Reason> {
    diagnostics.iter().map(Reason::from).collect()
}

#[cfg(test)]
mod tests {
    use raadspost_pipeline::{
        DocumentCount, DocumentCounts, EnvelopeCount, PackCounts, PostCounts, Totals,
    };

    use super::*;

    fn run() -> Run<'static> {
        Run {
            out: Path::new("out"),
            took: Duration::from_secs(2),
            example: Some(Path::new("out/A-a/all.pdf")),
            narrowed: false,
            embedded: true,
        }
    }

    fn text(report: &Report, run: &Run<'_>) -> String {
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
             \x20 size        3,000 pages, 12.3 MB\n\
             \x20 time        2.0 s, 1,368 documents a second\n\
             \x20 posted      raad: pack to 342 municipalities\n\
             \n\
             → look at `out/A-a/all.pdf`\n\
             → start a campaign of your own with `raadspost init mine`\n"
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
        assert!(text.contains("→ mend what is named above"), "{text}");
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
        let run = Run {
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

    #[test]
    fn a_check_counts_what_can_be_made() {
        let totals = Totals {
            selected_packs: 3,
            documents: 24,
            ..Totals::default()
        };
        let checked = |totals: &Totals, failed| Checked {
            totals: totals.clone(),
            laid_out_documents: 16,
            failed,
            ..Checked::default()
        };
        assert_eq!(
            of_check(&checked(&totals, 0), 0, 0).1,
            "all 24 documents of 3 packs can be made"
        );
        assert_eq!(
            of_check(&checked(&totals, 0), 0, 1).1,
            "all 24 documents of 3 packs can be made; 1 warning"
        );
        let totals = Totals {
            refused: 8,
            ..totals
        };
        assert_eq!(
            of_check(&checked(&totals, 0), 2, 0).1,
            "16 documents of 3 packs can be made, 8 are refused; 2 mistakes"
        );
        assert_eq!(
            of_check(&checked(&totals, 5), 1, 0).1,
            "of 16 documents of 3 packs that are not refused, 16 documents were laid out, and 5 of them cannot be made; 1 mistake"
        );
    }
}
