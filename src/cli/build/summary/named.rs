//! The parts of a summary that list packs and files, the first ones of each kind.

use std::path::Path;

use raadspost_pipeline::{HeldPack, Listed, Superseded};

use super::{Made, plain};
use crate::cli::tally::Line;
use crate::units::{count, counted};

/// Maximum number of packs or files listed of a kind; the report lists all.
const NAMED: usize = 8;

/// Maximum number of missing files listed of a pack.
const FILES: usize = 3;

/// Held packs, with their delivered and missing documents.
pub(super) fn held(packs: &Listed<HeldPack>, made: &Made<'_>, lines: &mut Vec<Line>) {
    list("held", packs, beyond(packs), lines, |pack| {
        let whose = match (pack.code.as_str(), pack.name.as_str()) {
            ("", "") => format!("the row on line {}", pack.line),
            (code, name) => format!("{code} {name}").trim().to_owned(),
        };
        if pack.delivered == 0 {
            let all = counted(pack.missing.len() as u64, "document");
            return format!("{whose}: all {all} missing");
        }
        let apart = made.out.join(&pack.folder);
        let delivered = counted(pack.delivered, "document");
        format!(
            "{whose}: {} missing, {delivered} in `{}`",
            few(&pack.missing),
            apart.display()
        )
    });
}

/// The first names, and the number of further ones.
fn few(names: &[String]) -> String {
    let shown = names
        .iter()
        .take(FILES)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ");
    match names.len().saturating_sub(FILES) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// Superseded files; several of one folder share a line.
pub(super) fn set_aside(files: &Listed<Superseded>, made: &Made<'_>, lines: &mut Vec<Line>) {
    let folder = |file: &Superseded| {
        (
            parent(&file.path).to_owned(),
            parent(&file.moved_to).to_owned(),
        )
    };
    let groups: Vec<&[Superseded]> = files.chunk_by(|a, b| folder(a) == folder(b)).collect();
    list("set aside", &groups, beyond(files), lines, |group| {
        let what = match group {
            [file] => format!("`{}`", file.path),
            several => format!(
                "{} of `{}`",
                counted(several.len() as u64, "file"),
                parent(&several[0].path)
            ),
        };
        let now = made.out.join(parent(&group[0].moved_to));
        format!("{what}, now in `{}`", now.display())
    });
}

/// The folder of a path with `/` between its parts.
fn parent(path: &str) -> &str {
    Path::new(path)
        .parent()
        .and_then(Path::to_str)
        .unwrap_or_default()
}

/// Documents that were not selected and are out of date.
pub(super) fn out_of_date(paths: &Listed<String>, lines: &mut Vec<Line>) {
    list("out of date", paths, beyond(paths), lines, |path| {
        format!("`{path}` was not selected")
    });
}

/// Number of entries of a list that are only in the report on disk.
fn beyond<T>(list: &Listed<T>) -> u64 {
    list.total().saturating_sub(list.len() as u64)
}

/// A line for each of the first entries, and one for the number of further ones. `beyond` is the
/// number of entries that are not in memory.
fn list<T>(
    label: &str,
    things: &[T],
    beyond: u64,
    lines: &mut Vec<Line>,
    words: impl Fn(&T) -> String,
) {
    lines.extend(
        things
            .iter()
            .take(NAMED)
            .map(|thing| plain(label, &words(thing))),
    );
    let more = things.len().saturating_sub(NAMED) as u64 + beyond;
    if more > 0 {
        let more = count(more);
        lines.push(plain(
            label,
            &format!("… and {more} more, named in report.json"),
        ));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn told(tell: impl Fn(&Made<'_>, &mut Vec<Line>)) -> Vec<String> {
        let out = Path::new("out");
        let made = Made {
            out,
            took: Duration::ZERO,
            example: None,
            narrowed: false,
            embedded: false,
        };
        let mut lines = Vec::new();
        tell(&made, &mut lines);
        lines.into_iter().map(|(_, line)| line).collect()
    }

    #[test]
    fn held_packs_are_named_with_what_there_is() {
        let pack = HeldPack {
            code: "GM1".into(),
            name: "A".into(),
            line: 2,
            folder: "held/GM1-a".into(),
            delivered: 3,
            missing: ["a.pdf", "b.pdf", "c.pdf", "d.pdf"]
                .map(str::to_owned)
                .to_vec(),
        };
        let nameless = HeldPack {
            code: String::new(),
            name: String::new(),
            delivered: 0,
            ..pack.clone()
        };
        let packs: Listed<HeldPack> = [pack, nameless].into_iter().collect();
        assert_eq!(
            told(|run, lines| held(&packs, run, lines)),
            [
                "  held        GM1 A: a.pdf, b.pdf, c.pdf and 1 more missing, 3 documents in \
                 `out/held/GM1-a`",
                "  held        the row on line 2: all 4 documents missing",
            ]
        );
    }

    #[test]
    fn files_set_aside_are_named_by_folder() {
        let aside = |path: &str| Superseded {
            path: path.into(),
            moved_to: format!("old/3/{path}"),
        };
        let files: Listed<Superseded> = ["A/a.pdf", "A/b.pdf", "B/a.pdf"]
            .into_iter()
            .map(aside)
            .collect();
        assert_eq!(
            told(|run, lines| set_aside(&files, run, lines)),
            [
                "  set aside   2 files of `A`, now in `out/old/3/A`",
                "  set aside   `B/a.pdf`, now in `out/old/3/B`",
            ]
        );
    }

    #[test]
    fn the_rest_is_counted() {
        let paths: Listed<String> = (0..NAMED + 2).map(|n| format!("{n}.pdf")).collect();
        let told = told(|_, lines| out_of_date(&paths, lines));
        assert_eq!(told.len(), NAMED + 1);
        assert_eq!(told[0], "  out of date `0.pdf` was not selected");
        assert_eq!(
            told[NAMED],
            "  out of date … and 2 more, named in report.json"
        );
    }
}
