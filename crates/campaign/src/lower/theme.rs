//! Lowering of `theme.yaml`.

use std::sync::Arc;

use raadspost_content::{Colour, Diagnostics, Margins, Source, Theme};
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

fn read(map: &Map<'_>, diagnostics: &mut Diagnostics) -> Theme {
    let _ = map.get("raadspost-theme");
    let string = |name| map.string(name).unwrap_or_default();
    let mut number = |text: Option<&Text>| measure(text, diagnostics);
    let size = number(map.text("size"));
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
}
