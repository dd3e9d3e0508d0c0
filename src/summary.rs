//! What a run did, in the words of people.

use std::path::Path;
use std::time::Duration;

use raadspost_content::{Diagnostic, Severity};
use raadspost_pipeline::{HeldPack, Reason, Report, Totals};

use crate::printer::Style;
use crate::units::{bytes, count, counted, time};

/// How many packs or files of a kind are named; the report names all.
const NAMED: usize = 8;

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
        lines.push(plain("documents", &document_counts(report)));
        let size = format!("{}, {}", counted(report.pages, "page"), bytes(report.bytes));
        lines.push(plain("size", &size));
        lines.push(plain(
            "time",
            &format!("{}{}", time(run.took), rate(documents.made, run.took)),
        ));
    }
    held(&report.held, run, &mut lines);
    let superseded = &report.superseded;
    named(
        "set aside",
        Some(Style::Odd),
        superseded,
        &mut lines,
        |file| {
            format!(
                "{} is no longer planned, and now {}",
                file.path, file.moved_to
            )
        },
    );
    named(
        "out of date",
        Some(Style::Odd),
        &report.stale,
        &mut lines,
        |path| format!("{path} was not selected"),
    );
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
    let (packs, documents) = (&report.packs, &report.documents);
    let out = run.out.display();
    if report.interrupted {
        let left = format!(
            "interrupted: {} made, {} not reached; run again to go on",
            counted(documents.made, "document"),
            count(documents.unreached)
        );
        return (Some(Style::Odd), left);
    }
    if documents.planned == 0 {
        return (
            Some(Style::Odd),
            "nothing was selected, and nothing was made".into(),
        );
    }
    if documents.made == 0 && report.is_clean() {
        let text = format!(
            "nothing to make: all {} of {} are up to date in `{out}`",
            counted(documents.fresh, "document"),
            counted(packs.total - packs.incomplete, "pack")
        );
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
    let mut text = format!("{} complete in `{out}`", counted(packs.complete, "pack"));
    if packs.held > 0 {
        text.push_str(&format!(", {} held", count(packs.held)));
    }
    if packs.incomplete > 0 {
        text.push_str(&format!(", {} not complete", count(packs.incomplete)));
    }
    (Some(style), text)
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

fn held(packs: &[HeldPack], run: &Run<'_>, lines: &mut Vec<Line>) {
    named("held", Some(Style::Odd), packs, lines, |pack| {
        let whose = match (pack.code.as_str(), pack.name.as_str()) {
            ("", "") => format!("the row on line {}", pack.line),
            (code, name) => format!("{code} {name}").trim().to_owned(),
        };
        let apart = match pack.delivered {
            0 => "nothing is there".into(),
            number => {
                format!(
                    "{} in `{}`",
                    counted(number, "document"),
                    run.out.join(&pack.folder).display()
                )
            }
        };
        format!("{whose}: {} missing, {apart}", few(&pack.missing))
    });
}

/// The first names, and how many more there are.
fn few(names: &[String]) -> String {
    const FEW: usize = 3;
    let shown = names
        .iter()
        .take(FEW)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ");
    match names.len().saturating_sub(FEW) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
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

fn plain(label: &str, text: &str) -> Line {
    (None, format!("  {label:<11} {text}"))
}

fn hint(text: &str) -> Line {
    (Some(Style::Hint), format!("→ {text}"))
}

/// A line for each of the first, and one for the number of the others.
fn named<T>(
    label: &str,
    style: Option<Style>,
    things: &[T],
    lines: &mut Vec<Line>,
    words: impl Fn(&T) -> String,
) {
    for thing in things.iter().take(NAMED) {
        lines.push((style, format!("  {label:<11} {}", words(thing))));
    }
    if things.len() > NAMED {
        let more = count((things.len() - NAMED) as u64);
        lines.push((
            style,
            format!("  {label:<11} … and {more} more, named in report.json"),
        ));
    }
}

/// The summary of `check`.
pub(crate) fn of_check(totals: &Totals, errors: usize, warnings: usize) -> Line {
    let documents = counted(totals.documents - totals.refused, "document");
    let packs = counted(totals.selected_packs, "pack");
    let found = found(errors, warnings);
    if totals.refused == 0 && errors == 0 {
        let warned = if warnings == 0 {
            String::new()
        } else {
            format!("; {found}")
        };
        (
            Some(Style::Good),
            format!("all {documents} of {packs} can be made{warned}"),
        )
    } else {
        let refused = count(totals.refused);
        (
            Some(Style::Odd),
            format!("{documents} of {packs} can be made, {refused} are refused; {found}"),
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
    use raadspost_pipeline::{DocumentCounts, PackCounts, Superseded};

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
    fn what_is_not_as_planned_is_named() {
        let mut report = report(1, 2727, 8);
        let missing = ["a.pdf", "b.pdf", "c.pdf", "d.pdf"]
            .map(str::to_owned)
            .to_vec();
        report.held = vec![HeldPack {
            code: "GM1".into(),
            name: "A".into(),
            line: 2,
            folder: "held/GM1-a".into(),
            delivered: 3,
            missing,
        }];
        report.superseded = (0..10)
            .map(|n| Superseded {
                path: format!("{n}"),
                moved_to: format!("aside/{n}"),
            })
            .collect();
        report.stale = vec!["B/b.pdf".into()];
        let text = text(&report, &run());
        assert!(
            text.starts_with("341 packs complete in `out`, 1 held\n"),
            "{text}"
        );
        assert!(
            text.contains("2,736: 1 made, 2,727 up to date, 8 refused\n"),
            "{text}"
        );
        let held = "GM1 A: a.pdf, b.pdf, c.pdf and 1 more missing, 3 documents in `out/held/GM1-a`";
        assert!(text.contains(held), "{text}");
        assert!(
            text.contains("7 is no longer planned, and now aside/7\n"),
            "{text}"
        );
        assert!(
            text.contains("… and 2 more, named in report.json\n"),
            "{text}"
        );
        assert!(text.contains("B/b.pdf was not selected\n"), "{text}");
        assert!(text.contains("→ mend what is named above"), "{text}");
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
        assert_eq!(
            of_check(&totals, 0, 0).1,
            "all 24 documents of 3 packs can be made"
        );
        assert_eq!(
            of_check(&totals, 0, 1).1,
            "all 24 documents of 3 packs can be made; 1 warning"
        );
        let totals = Totals {
            refused: 8,
            ..totals
        };
        assert_eq!(
            of_check(&totals, 2, 0).1,
            "16 documents of 3 packs can be made, 8 are refused; 2 mistakes"
        );
    }
}
