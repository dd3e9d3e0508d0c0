//! Words over words: the file says them all, and nobody can read them.

use raadspost_content::Diagnostics;

use super::{Finished, Shortened, place};
use crate::said::text::fold;

/// So many characters of a text are shown.
const SHOWN: usize = 30;

pub(super) fn check(finished: &Finished<'_>) -> Diagnostics {
    let mut found = Shortened::new("pdf-text-over-text");
    for (page, content) in finished.file.pages.iter().enumerate() {
        for (below, above) in &content.overlaps {
            let [below, above] = [below, above].map(|at| &content.runs[*at]);
            found.push(|| {
                let shared = below.bounds.intersection(above.bounds);
                let bounds = if shared.is_empty() {
                    above.bounds
                } else {
                    shared
                };
                let at = place(page, finished.area(page, bounds));
                format!(
                    "{at}: `{}` is printed over `{}`",
                    start(&above.text),
                    start(&below.text)
                )
            });
        }
    }
    found.finish()
}

/// The first characters of a text, folded.
fn start(text: &str) -> String {
    let text = fold(text);
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
