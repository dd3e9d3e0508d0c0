//! Reads `theme.yaml`.

use std::sync::Arc;

use super::keys::{self, Kind, THEME};
use super::lower::Map;
use super::map::Text;
use super::yaml;
use crate::{Colour, Diagnostics, Margins, Source, Theme};

/// Reads a theme; all mistakes are collected.
pub(crate) fn load(source: &Arc<Source>) -> Result<Theme, Diagnostics> {
    static ROOT: Kind = Kind::Object(&THEME);
    let mut diagnostics = Vec::new();
    let Some(root) = yaml::parse(source, &mut diagnostics) else {
        return Err(diagnostics);
    };
    keys::check(source, &root, &ROOT, &mut diagnostics);
    let theme = Map::of(&root, &THEME).map(|map| read(&map, &mut diagnostics));
    match theme {
        Some(theme) if diagnostics.is_empty() => Ok(theme),
        _ => Err(diagnostics),
    }
}

/// The least contrast with white for text to be read (WCAG 2.1, 1.4.3).
const CONTRAST: f64 = 4.5;

/// A colour of text, dark enough for paper and screen.
pub(super) fn colour(text: &Text, diagnostics: &mut Diagnostics) -> Option<Colour> {
    let (message, hint) = match Colour::parse(&text.text) {
        None => (
            format!("`{}` is no colour", text.text),
            "write it as `\"#1F4E79\"`, between quotes",
        ),
        Some(colour) if colour.contrast_with_white() < CONTRAST => (
            format!(
                "`{}` is too pale: its contrast with white is {:.1}:1, and text needs 4.5:1",
                text.text,
                colour.contrast_with_white()
            ),
            "take a darker colour",
        ),
        found => return found,
    };
    let whole = 0..text.text.len().max(1);
    diagnostics.push(text.error("wrong-value", whole, message).hint(hint));
    None
}

/// A measure in mm.
pub(super) fn millimetres(text: Option<&Text>, diagnostics: &mut Diagnostics) -> f64 {
    let Some(text) = text else { return 0.0 };
    match text.text.parse::<f64>() {
        Ok(number) if number.is_finite() && (0.0..=500.0).contains(&number) => number,
        _ => {
            diagnostics.push(
                text.error(
                    "wrong-value",
                    0..text.text.len().max(1),
                    format!("`{}` is no measure", text.text),
                )
                .hint("write a number from 0 to 500 with a decimal point and without unit: `48.5`"),
            );
            0.0
        }
    }
}

fn read(map: &Map<'_>, diagnostics: &mut Diagnostics) -> Theme {
    let _ = map.get("raadspost-theme");
    let string = |name| map.string(name).unwrap_or_default();
    let mut number = |text: Option<&Text>| millimetres(text, diagnostics);
    let size = number(map.text("size"));
    let sides = map.object("margins");
    let side = |name| sides.as_ref().and_then(|map| map.text(name));
    let margins = Margins {
        top: number(side("top")),
        right: number(side("right")),
        bottom: number(side("bottom")),
        left: number(side("left")),
    };
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
