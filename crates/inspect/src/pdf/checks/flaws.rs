//! Faults of the glyphs of a page: fonts that are not embedded, widths that are not the
//! glyphs', characters without a glyph or without a text, text that nobody sees.

use raadspost_content::{Diagnostic, Diagnostics};

use super::{Finished, place};
use crate::pdf::font::face::FontFault;
use crate::pdf::page::content::{Flaw, Unseen};

pub(super) fn check(finished: &Finished<'_>) -> Diagnostics {
    let mut found = Vec::new();
    for (page, content) in finished.file.pages.iter().enumerate() {
        for (flaw, bounds) in &content.flaws {
            let at = place(page, finished.area(page, *bounds));
            let (code, message) = told(flaw);
            found.push(Diagnostic::error(code, format!("{at}: {message}")));
        }
    }
    found
}

fn told(flaw: &Flaw) -> (&'static str, String) {
    match flaw {
        Flaw::Missing(text) => (
            "pdf-missing-glyph",
            format!("the font has no glyph for `{text}`"),
        ),
        Flaw::Blank(text) => (
            "pdf-blank-glyph",
            format!("the glyph for `{text}` shows nothing"),
        ),
        Flaw::Unseen(reason, text) => {
            let why = match reason {
                Unseen::Transparent => "is transparent, masked or blended with what is behind it",
                Unseen::Mode => "is painted in a mode that shows nothing",
                Unseen::Clipped => "is clipped away",
                Unseen::White => "is white, with nothing dark behind it",
                Unseen::Covered => "is covered by something painted over it",
                Unseen::Optional => "is shown only if the reader chooses so",
            };
            let text: String = text.trim().chars().take(40).collect();
            ("pdf-text-unseen", format!("`{text}` {why}"))
        }
        Flaw::Unmapped => (
            "pdf-unmapped-text",
            "the file shows a character that cannot be read back".to_owned(),
        ),
        Flaw::Font(font, FontFault::NotEmbedded, _) => (
            "pdf-font-not-embedded",
            format!("the font `{font}` is not embedded, or its program cannot be read"),
        ),
        Flaw::Font(font, FontFault::Foreign, _) => (
            "pdf-font-not-embedded",
            format!("the font `{font}` is of a kind whose glyphs cannot be checked"),
        ),
        Flaw::Font(font, FontFault::Width { code: _, said, is }, text) => (
            "pdf-font-width",
            format!(
                "the file says that `{text}` in `{font}` is {said:.0}/1000 em wide, its glyph is {is:.0}/1000 em wide"
            ),
        ),
    }
}
