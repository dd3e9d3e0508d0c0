//! The look of the built-in templates: one baseline grid, lines of a readable length, alignment as
//! the theme states it; and `template check`, which judges the templates of a designer.

use std::collections::BTreeMap;
use std::path::PathBuf;

use raadspost_content::Theme;

use crate::features::parts_with;
use crate::plain::{Word, pages_of_words};
use crate::support::{Desk, Ran, case, run};

/// A letter and its annexes, built with this theme in place of the embedded one.
fn files(change: impl Fn(&str) -> String) -> (Desk, [PathBuf; 3]) {
    let desk = Desk::posiv(&["GM0344,Utrecht,Utrecht,376123,16200,3500 CE,Utrecht"]);
    desk.write(
        "theme.yaml",
        change(include_str!("../../content/theme.yaml")),
    );
    desk.build(&[]).ended(0);
    let file = |name| desk.out().join(format!("GM0344-utrecht/{name}.pdf"));
    let files = ["brief", "bijlage-1", "bijlage-2"].map(file);
    (desk, files)
}

/// The words of each line of a page, by the upper edge of their boxes; one height is one font size.
fn lines(page: &[Word], height: f64) -> Vec<Vec<&Word>> {
    let of_size = |word: &&Word| (word.1[3] - word.1[1] - height).abs() < 0.01;
    let mut lines: BTreeMap<i64, Vec<&Word>> = BTreeMap::new();
    for word in page.iter().filter(of_size) {
        let top = (word.1[1] * 10.0).round() as i64;
        lines.entry(top).or_default().push(word);
    }
    lines.into_values().collect()
}

/// The height of the box of most words: that of running text.
fn usual_height(pages: &[Vec<Word>]) -> f64 {
    let mut heights: BTreeMap<i64, usize> = BTreeMap::new();
    for (_, [_, top, _, bottom]) in pages.iter().flatten() {
        *heights
            .entry(((bottom - top) * 1000.0).round() as i64)
            .or_default() += 1;
    }
    let most = heights.into_iter().max_by_key(|(_, count)| *count);
    most.expect("words").0 as f64 / 1000.0
}

/// How far the lines of running text lie from the nearest line of a grid of this height, in pt, with
/// the first line of the last page on the grid.
fn off_grid(file: &std::path::Path, grid: f64) -> f64 {
    let pages = pages_of_words(file);
    let height = usual_height(&pages);
    let last = lines(pages.last().expect("a page"), height);
    let first = last[0][0].1[1];
    let tops = pages
        .iter()
        .flat_map(|page| lines(page, height))
        .map(|line| line[0].1[1]);
    let off = tops.map(|top| {
        let count = (top - first) / grid;
        ((count - count.round()) * grid).abs()
    });
    off.fold(0.0, f64::max)
}

#[test]
fn every_line_of_running_text_stands_on_the_grid() {
    for line in [13.5, 15.0] {
        let (_desk, files) =
            files(|theme| theme.replace("line: 13.5 ", &format!("line: {line:.1} ")));
        for file in files {
            let off = off_grid(&file, line / 2.0);
            assert!(off < 0.05, "{}: {off:.3} pt", file.display());
        }
    }
}

/// The lines of a letter's running text that are followed by another of the same paragraph, with
/// the number of their characters and their right edge in pt.
fn full_lines(file: &std::path::Path, line: f64) -> Vec<(usize, f64)> {
    let pages = pages_of_words(file);
    let height = usual_height(&pages);
    let mut full = Vec::new();
    for page in &pages {
        let lines = lines(page, height);
        for (this, next) in lines.iter().zip(lines.iter().skip(1)) {
            let edge = this.iter().map(|word| word.1[2]).fold(0.0, f64::max);
            let characters: usize = this.iter().map(|word| word.0.chars().count() + 1).sum();
            let follows = (next[0].1[1] - this[0].1[1] - line).abs() < 0.05;
            if follows && characters > 50 {
                full.push((characters - 1, edge));
            }
        }
    }
    full
}

#[test]
fn a_letter_has_65_to_75_characters_a_line_and_a_ragged_edge() {
    let theme = Theme::default();
    let (_desk, [letter, ..]) = files(str::to_owned);
    let lines = full_lines(&letter, theme.line);
    assert!(lines.len() > 25, "{lines:?}");
    let characters: usize = lines.iter().map(|(characters, _)| characters).sum();
    let mean = characters as f64 / lines.len() as f64;
    assert!((65.0..=75.0).contains(&mean), "{mean:.1} characters a line");
    let right = (theme.margins.left + theme.measure) * 72.0 / 25.4;
    assert!(
        lines.iter().all(|(_, edge)| *edge < right + 6.0),
        "{lines:?}"
    );
    let flush = |lines: &[(usize, f64)]| {
        let flush = lines.iter().filter(|(_, edge)| (edge - right).abs() < 1.0);
        flush.count() as f64 / lines.len() as f64
    };
    assert!(flush(&lines) < 0.2, "{lines:?}");
    let hyphens = |pages: Vec<Vec<Word>>| {
        let words = pages.into_iter().flatten();
        words.filter(|word| word.0.ends_with('\u{AD}')).count()
    };
    assert_eq!(hyphens(pages_of_words(&letter)), 0);
    let (_desk, [letter, ..]) = files(|theme| theme.replace("align: left ", "align: justify "));
    let lines = full_lines(&letter, theme.line);
    // Hyphens and stops hang into the margin.
    assert!(flush(&lines) > 0.5, "{lines:?}");
}

/// `template check` of the case `radweg`, whose documents begin with this.
fn checked(desk: &Desk, snippet: &str) -> Ran {
    desk.write("templates/parts.typ", parts_with(snippet));
    let folder = desk.path("");
    run(&["template", "check", folder.to_str().expect("UTF-8")])
}

#[test]
fn templates_are_checked_and_what_is_slow_in_them_is_named() {
    let desk = Desk::new(&[
        ("campaign.yaml", &case("build/radweg/campaign.yaml")),
        ("gemeinden.csv", &case("build/radweg/gemeinden.csv")),
    ]);
    let said = checked(&desk, "").ended(0).said();
    assert!(
        said.contains("`parts.typ`: equal to the built-in one"),
        "{said}"
    );
    assert!(said.contains("look like Typst's export of them"), "{said}");
    assert!(said.contains("  fast way    every file"), "{said}");

    // A line with dashes leaves the fast way, and is sound.
    let dashed = "    line(length: 20mm, stroke: (paint: accent, dash: \"dashed\"))\n";
    let dashed = format!("    import \"look.typ\": accent\n{dashed}");
    let ran = checked(&desk, &dashed).ended(0);
    let said = ran.said();
    assert!(said.contains("`parts.typ`: of the campaign"), "{said}");
    assert!(
        said.contains("through Typst's export, larger and slower:"),
        "{said}"
    );

    // Words that the campaign does not have fail, with the file.
    let said = checked(&desk, "    par[Entwurf]\n").ended(1).said();
    assert!(said.contains("cannot be made"), "{said}");
    let desk_is_as_it_was = !desk.out().exists();
    assert!(desk_is_as_it_was);
}
