//! What Typst reports, in our terms, and panics turned into reports.

use std::panic::{AssertUnwindSafe, catch_unwind};

use raadspost_content::{Diagnostic, Diagnostics, Place, Severity, panic_text};
use typst::diag::{Severity as TypstSeverity, SourceDiagnostic};

use crate::world::World;

/// What a template panics with, behind it what was measured: the code, and how the rest is told.
const REFUSALS: [&str; 4] = [
    "pdf-address-too-wide",
    "pdf-address-too-tall",
    "pdf-return-address-too-wide",
    "pdf-letterhead-too-tall",
];

/// The characters of `text` that no font has, as one error; `whose` says where they stand.
pub(crate) fn missing_glyphs(missing: &[char], whose: &str) -> Diagnostic {
    let names: Vec<String> = missing.iter().map(|c| character(*c)).collect();
    let (noun, them) = if names.len() == 1 {
        ("character", "it")
    } else {
        ("characters", "them")
    };
    Diagnostic::error(
        "pdf-missing-glyph",
        format!("no font has the {noun} {}, {whose}", names.join(", ")),
    )
    .hint(format!(
        "replace {them}, or add a font that has {them} and name it in the theme"
    ))
}

/// A character as a message shows it: itself where it can be seen, and its number.
fn character(c: char) -> String {
    let number = format!("U+{:04X}", c as u32);
    let hidden = c.is_control() || typst::text::is_default_ignorable(c) || c.is_whitespace();
    if hidden {
        format!("`{number}`")
    } else {
        format!("`{c}` ({number})")
    }
}

/// Typst's diagnostics as ours, with their places in the author's templates, where `world` knows
/// one.
pub(crate) fn convert<'a>(
    found: impl IntoIterator<Item = &'a SourceDiagnostic>,
    world: Option<&World>,
) -> Diagnostics {
    let placed = |found: &SourceDiagnostic| match world.map(|world| world.place(found.span)) {
        Some(place @ Place::Source(..)) => one(found).at(place),
        _ => one(found),
    };
    found.into_iter().map(placed).collect()
}

fn one(found: &SourceDiagnostic) -> Diagnostic {
    let message = found.message.as_str();
    if let Some(refusal) = refusal(message) {
        return refusal;
    }
    let severity = match found.severity {
        TypstSeverity::Error => Severity::Error,
        TypstSeverity::Warning => Severity::Warning,
    };
    let mut diagnostic = Diagnostic::error(code(severity, message), sentence(message));
    diagnostic.severity = severity;
    if let Some(hint) = found.hints.first() {
        diagnostic = diagnostic.hint(hint.v.as_str());
    }
    diagnostic
}

/// What a template refuses, with its measures in mm: `panicked with: CODE|measure|measure|…`.
fn refusal(message: &str) -> Option<Diagnostic> {
    // Where a long word may be broken is no part of what was written.
    let message = message.replace('\u{200b}', "");
    let said = message.strip_prefix("panicked with: ")?;
    let mut parts = said.splitn(5, '|');
    let told = parts.next()?;
    let code = REFUSALS.iter().copied().find(|code| *code == told)?;
    let mut next = || parts.next().unwrap_or_default();
    let (found, room, envelope, what) = (next(), next(), next(), next());
    let (message, hint) = match code {
        "pdf-address-too-wide" => (
            format!(
                "`{what}` in the address is {found} mm wide at 10 pt, and the column of the envelope `{envelope}` is {room} mm"
            ),
            "shorten the word, or take an envelope with a wider column",
        ),
        "pdf-address-too-tall" => (
            format!(
                "the address takes {what} lines and {found} mm at 10 pt, and the window of the envelope `{envelope}` has room for six lines and {room} mm"
            ),
            "shorten its lines or leave some out; a KIX code and a return address take room too",
        ),
        "pdf-return-address-too-wide" => (
            format!(
                "the return address is {found} mm wide at 6.5 pt, and its line in the envelope `{envelope}` is {room} mm"
            ),
            "shorten the lines of `sender.address`",
        ),
        _ => (
            format!(
                "the letterhead is {found} mm high, and the envelope `{envelope}` leaves {room} mm above its window"
            ),
            "leave out lines of `sender`, or take another envelope",
        ),
    };
    Some(Diagnostic::error(code, message).hint(hint))
}

/// The stable code of what Typst says.
fn code(severity: Severity, message: &str) -> &'static str {
    if message.contains("could not be displayed with") {
        "pdf-missing-glyph"
    } else if message.starts_with("PDF/") {
        "pdf-standard"
    } else if message.starts_with("panicked with") {
        "pdf-template"
    } else if severity == Severity::Warning {
        "pdf-warning"
    } else {
        "pdf-typesetting"
    }
}

/// One line, without a stop at its end.
fn sentence(message: &str) -> String {
    message.replace('\n', " ").trim_end_matches('.').to_owned()
}

/// Runs `work`, and turns a panic in it into an error, so that one document costs no other.
pub(crate) fn guarded<T>(
    what: &str,
    work: impl FnOnce() -> Result<T, Diagnostics>,
) -> Result<T, Diagnostics> {
    // What a panic leaves behind is Typst's cache alone, which holds finished results only.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let said = panic_text(&*panic);
        Err(vec![Diagnostic::error(
            "pdf-panic",
            format!("{what} panicked: {}", sentence(&said)),
        )])
    })
}

#[cfg(test)]
mod tests {
    use super::{guarded, missing_glyphs, refusal};

    #[test]
    fn a_refusal_of_a_template_tells_its_measures() {
        let said = "panicked with: pdf-address-too-wide|83.4|70|nl-dl-left|a\u{200b}|b";
        let refusal = refusal(said).expect("a refusal");
        assert_eq!(refusal.code, "pdf-address-too-wide");
        assert_eq!(
            refusal.message,
            "`a|b` in the address is 83.4 mm wide at 10 pt, and the column of the envelope `nl-dl-left` is 70 mm"
        );
        assert!(super::refusal("panicked with: unknown block: x").is_none());
    }

    #[test]
    fn a_panic_is_an_error_of_this_document() {
        let failed: Result<(), _> = guarded("layout", || panic!("no such {}", "page"));
        let diagnostics = failed.expect_err("it panicked");
        assert_eq!(diagnostics[0].code, "pdf-panic");
        assert_eq!(diagnostics[0].message, "layout panicked: no such page");
    }

    #[test]
    fn hidden_characters_are_named_by_number() {
        let message = missing_glyphs(&['😀', '\u{202E}'], "in `brief`").message;
        assert_eq!(
            message,
            "no font has the characters `😀` (U+1F600), `U+202E`, in `brief`"
        );
    }
}
