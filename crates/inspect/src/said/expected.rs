//! The properties that a finished file must have.

use raadspost_content::{Diagnostic, Shape, Values, plain_text};

use crate::said::text::fold;

/// The document's title with its slots filled, folded.
pub(crate) fn title(shape: &Shape, values: &Values) -> String {
    fold(&plain_text(&shape.title, &values.slots))
}

/// Compares one property of a file with its expected value.
pub(crate) fn property(
    code: &'static str,
    name: &str,
    found: Option<&str>,
    expected: &str,
) -> Option<Diagnostic> {
    let found = fold(found.unwrap_or_default());
    (found != expected).then(|| {
        Diagnostic::error(
            code,
            format!("the finished file's {name} is `{found}`, not `{expected}`"),
        )
    })
}
