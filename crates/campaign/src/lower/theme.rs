//! Lowering of `theme.yaml`.

use std::sync::Arc;

use raadspost_content::{Alignment, Colour, Diagnostics, Margins, Source, Theme};
use raadspost_yaml::{Kind, Map, Text};

use crate::keys::theme::THEME;

/// Reads a theme and collects all mistakes.
pub fn load(source: &Arc<Source>) -> Result<Theme, Diagnostics> {
    static ROOT: Kind = Kind::Object(&THEME);
    let mut diagnostics = Vec::new();
    let Some(root) = raadspost_yaml::parse(source, &mut diagnostics) else {
        return Err(diagnostics);
    };
    raadspost_yaml::check(source, &root, &ROOT, &mut diagnostics);
    let theme = Map::of(&root, &THEME).map(|map| read(&map, &mut diagnostics));
    match theme {
        Some(theme) if diagnostics.is_empty() => Ok(theme),
        _ => Err(diagnostics),
    }
}

/// Minimum contrast of text with white (WCAG 2.1, 1.4.3).
const CONTRAST: f64 = 4.5;

/// A text colour, dark enough for paper and screen.
pub(super) fn colour(text: &Text, diagnostics: &mut Diagnostics) -> Option<Colour> {
    let (message, hint) = match Colour::parse(&text.text) {
        None => (
            format!("`{}` is not a valid colour", text.text),
            "write it as `\"#1F4E79\"`, between quotes",
        ),
        Some(colour) if colour.contrast_with_white() < CONTRAST => (
            format!(
                "`{}` is too pale: its contrast with white is {:.1}:1, but text needs 4.5:1",
                text.text,
                colour.contrast_with_white()
            ),
            "use a darker colour",
        ),
        found => return found,
    };
    diagnostics.push(text.mistake("wrong-value", message).hint(hint));
    None
}

/// A measure in mm or pt; 0 if there is none.
pub(super) fn measure(text: Option<&Text>, diagnostics: &mut Diagnostics) -> f64 {
    let measured = text.map_or(Ok(0.0), |text| text.measure(500.0));
    measured.unwrap_or_else(|mistake| {
        diagnostics.push(mistake);
        0.0
    })
}

/// Minimum margin, in mm: printers leave 5 mm white at each edge, and hyphens and stops hang into
/// the margin.
const EDGE: f64 = 7.0;
/// Minimum bottom margin, in mm: it contains the page number, above the edge.
const BOTTOM: f64 = 12.0;
/// Minimum width and height of the text area, in mm.
const COLUMN: f64 = 80.0;
/// Width and height of A4, in mm.
const WIDTH: f64 = 210.0;
const HEIGHT: f64 = 297.0;

/// Minimum and maximum size of the running text, in pt.
const SIZES: (f64, f64) = (6.0, 24.0);
/// Minimum, default and maximum distance between baselines, as a multiple of the size.
const LINES: (f64, f64, f64) = (1.1, 1.25, 2.5);
/// Default width of a letter's text, in mm for each pt of size: about 75 characters.
const MEASURE: f64 = 11.4;

/// A measure between two others; `otherwise` if it is not stated.
fn between(
    text: Option<&Text>,
    (least, most): (f64, f64),
    otherwise: f64,
    unit: &str,
    diagnostics: &mut Diagnostics,
) -> f64 {
    let Some(text) = text else { return otherwise };
    let found = measure(Some(text), diagnostics);
    // An invalid measure is reported already.
    if text.text.parse::<f64>().is_ok() && !(least..=most).contains(&found) {
        let message = format!("`{}` is not between {least} and {most} {unit}", text.text);
        let hint = format!("write a number from {least} to {most}");
        diagnostics.push(text.mistake("wrong-value", message).hint(hint));
    }
    found
}

fn read(map: &Map<'_>, diagnostics: &mut Diagnostics) -> Theme {
    let _ = map.get("raadspost-theme");
    let string = |name| map.string(name).unwrap_or_default();
    let size = between(map.text("size"), SIZES, 0.0, "pt", diagnostics);
    let (least, usual, most) = LINES;
    let tenth = |number: f64| (number * 10.0).round() / 10.0;
    let range = (tenth(least * size), tenth(most * size));
    let line = between(map.text("line"), range, usual * size, "pt", diagnostics);
    let range = (COLUMN, WIDTH - 2.0 * EDGE);
    let wide = (MEASURE * size).max(COLUMN);
    let measured = between(map.text("measure"), range, wide, "mm", diagnostics);
    let align = map.string("align").and_then(|name| Alignment::named(&name));
    let mut number = |text: Option<&Text>| measure(text, diagnostics);
    let sides = map.object("margins");
    let side = |name| sides.as_ref().and_then(|map| map.text(name));
    let mut margin = |name, least| {
        let text = side(name);
        let found = number(text);
        (found, text.filter(|_| found < least))
    };
    let (top, narrow_top) = margin("top", EDGE);
    let (right, narrow_right) = margin("right", EDGE);
    let (bottom, narrow_bottom) = margin("bottom", BOTTOM);
    let (left, narrow_left) = margin("left", EDGE);
    let margins = Margins {
        top,
        right,
        bottom,
        left,
    };
    let sides = [
        (narrow_top, EDGE, "printers cannot print there"),
        (narrow_right, EDGE, "printers cannot print there"),
        (narrow_bottom, BOTTOM, "it contains the page number"),
        (narrow_left, EDGE, "printers cannot print there"),
    ];
    for (text, least, why) in sides {
        // An invalid measure is reported already.
        if let Some(text) = text.filter(|text| text.text.parse::<f64>().is_ok()) {
            let message = format!("margin `{}` is narrower than {least} mm: {why}", text.text);
            let whole = 0..text.text.len().max(1);
            let found = text.error("wrong-value", whole, message);
            diagnostics.push(found.hint(format!("write {least} or more")));
        }
    }
    if let Some(text) = side("right").filter(|_| WIDTH - left - right < COLUMN) {
        let message = format!(
            "margins of {left} and {right} mm leave {} mm for the text; the minimum is {COLUMN} mm",
            (WIDTH - left - right).max(0.0)
        );
        let found = text.mistake("wrong-value", message);
        diagnostics.push(found.hint("make `left` or `right` smaller"));
    }
    if let Some(text) = side("bottom").filter(|_| HEIGHT - top - bottom < COLUMN) {
        let message = format!(
            "margins of {top} and {bottom} mm leave {} mm for the text; the minimum is {COLUMN} mm",
            (HEIGHT - top - bottom).max(0.0)
        );
        let found = text.mistake("wrong-value", message);
        diagnostics.push(found.hint("make `top` or `bottom` smaller"));
    }
    let mut colour = |name| {
        let Some(text) = map.text(name) else {
            return Colour([0, 0, 0]);
        };
        self::colour(text, diagnostics).unwrap_or(Colour([0, 0, 0]))
    };
    Theme {
        ink: colour("ink"),
        muted: colour("muted"),
        accent: colour("accent"),
        serif: string("serif"),
        sans: string("sans"),
        fallback: map.strings("fallback"),
        word_text: string("word-text"),
        word_headings: string("word-headings"),
        size,
        line,
        align: align.unwrap_or(Alignment::Left),
        measure: measured,
        margins,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pale_colour_is_a_mistake() {
        let theme = include_str!("../../../../content/theme.yaml");
        let read = |text: &str| load(&Source::new("theme.yaml", text));
        assert!(read(theme).is_ok());
        let found = read(&theme.replace("#1F4E79", "#BBBBBB")).unwrap_err();
        assert_eq!(found.len(), 1);
        assert!(
            found[0].message.contains("too pale"),
            "{}",
            found[0].message
        );
    }

    #[test]
    fn measures_that_are_left_out_follow_the_size() {
        let theme = include_str!("../../../../content/theme.yaml");
        let kept = |line: &&str| {
            let (key, _) = line.split_once(':').unwrap_or_default();
            !["line", "align", "measure"].contains(&key)
        };
        let old: String = theme
            .lines()
            .filter(kept)
            .flat_map(|line| [line, "\n"])
            .collect();
        let read = |text: &str| load(&Source::new("theme.yaml", text));
        let found = read(&old).unwrap();
        assert_eq!(found.align, Alignment::Left);
        assert_eq!((found.line, found.measure), (13.75, 11.4 * 11.0));
        let found = read(&old.replace("size: 11 ", "size: 12 ")).unwrap();
        assert_eq!((found.line, found.measure), (15.0, 11.4 * 12.0));
    }

    #[test]
    fn measures_out_of_range_are_mistakes() {
        let theme = include_str!("../../../../content/theme.yaml");
        let read = |text: &str| load(&Source::new("theme.yaml", text));
        for (from, to, message) in [
            ("size: 11 ", "size: 3 ", "`3` is not between 6 and 24 pt"),
            (
                "line: 13.5 ",
                "line: 9 ",
                "`9` is not between 12.1 and 27.5 pt",
            ),
            (
                "measure: 125 ",
                "measure: 40 ",
                "`40` is not between 80 and 196 mm",
            ),
            ("align: left ", "align: right ", "right"),
        ] {
            let found = read(&theme.replace(from, to)).unwrap_err();
            assert!(
                found.iter().any(|it| it.message.contains(message)),
                "{to}: {found:?}"
            );
        }
    }
}
