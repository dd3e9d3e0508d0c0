//! What Typst reports, in our terms, and panics turned into reports.

use std::panic::{AssertUnwindSafe, catch_unwind};

use raadspost_content::{Diagnostic, Diagnostics, Severity};
use typst::diag::{Severity as TypstSeverity, SourceDiagnostic};

/// What `letter.typ` panics with where an address fits the window in no size.
const ADDRESS_TOO_TALL: &str = "pdf-address-too-tall";

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

/// Typst's diagnostics as ours. The places in it are those of our templates, which no author can
/// mend, so they are left out.
pub(crate) fn convert<'a>(found: impl IntoIterator<Item = &'a SourceDiagnostic>) -> Diagnostics {
    found.into_iter().map(one).collect()
}

fn one(found: &SourceDiagnostic) -> Diagnostic {
    let message = found.message.as_str();
    if message.contains(ADDRESS_TOO_TALL) {
        return Diagnostic::error(
            ADDRESS_TOO_TALL,
            "the address does not fit the envelope's window",
        )
        .hint("shorten its lines or leave some out");
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
        let said = panic
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "without a message".to_owned());
        Err(vec![Diagnostic::error(
            "pdf-panic",
            format!("{what} panicked: {}", sentence(&said)),
        )])
    })
}

#[cfg(test)]
mod tests {
    use super::{guarded, missing_glyphs};

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
