//! The window of the envelope: every word of the address is found again in it, and nothing else.

use raadspost_content::{Area, Diagnostics, Envelope, Letter};

use super::ink::{TOLERANCE, name, solid};
use super::{Finished, Shortened, extent, place};
use crate::pdf::page::content::{Run, What};
use crate::said::document;
use crate::said::text::is_visible;

/// Checks the first page of a letter.
pub(super) fn check(
    finished: &Finished<'_>,
    page: usize,
    letter: &Letter,
    slots: &[String],
) -> Diagnostics {
    let envelope = &*letter.envelope;
    // Without an address of the sender there is no return address, and its place is the address's.
    let return_line = envelope
        .return_address
        .filter(|_| letter.has_return_address());
    let window = envelope.window;
    let content = &finished.file.pages[page];
    let area = |run: &Run| finished.area(page, run.bounds);
    let mut foreign = Shortened::new("pdf-ink-in-window");

    // Running text that shows in the window.
    let mut shown = Vec::new();
    let mut returned = String::new();
    for run in content.runs.iter().filter(|run| !run.bounds.is_empty()) {
        let at = area(run);
        if !window.meets(&at, 0.0) {
            continue;
        }
        if !window.holds(&at, TOLERANCE) {
            foreign.push(|| {
                let (at, text) = (place(page, at), run.text.trim());
                format!(
                    "{at}: `{text}` crosses the edge of the window ({})",
                    extent(window)
                )
            });
            continue;
        }
        match return_line {
            Some(line) if line.holds(&at, TOLERANCE) => returned.extend(visible(&run.text)),
            _ => shown.push(run),
        }
    }
    let lines = letter.addressee.iter().chain(&letter.address);
    let lines: Vec<String> = lines.map(|line| document::text(line, slots)).collect();
    let found: String = shown.iter().flat_map(|run| visible(&run.text)).collect();
    let wanted: String = lines.iter().flat_map(|line| visible(line)).collect();
    let mut diagnostics = Vec::new();
    if found != wanted {
        diagnostics.extend(missing(finished, envelope, page, &lines, &found));
        if diagnostics.is_empty() {
            // All words are there, so there are more.
            let mut rest = wanted.as_str();
            for run in &shown {
                let text: String = visible(&run.text).collect();
                match rest.strip_prefix(text.as_str()) {
                    Some(after) => rest = after,
                    None => foreign.push(|| {
                        let (at, text) = (place(page, area(run)), run.text.trim());
                        format!("{at}: `{text}` shows in the window and is not part of the address")
                    }),
                }
            }
        }
    }
    let sender = sender(letter);
    if !returned.is_empty() && !sender.contains(&letters_of(&returned)) {
        let line = return_line.unwrap_or(window);
        foreign.push(|| {
            format!(
                "{}: `{returned}` is in the place of the return address",
                place(page, line)
            )
        });
    }
    let other = content
        .painted
        .iter()
        .filter(|painted| painted.what != What::Text && !painted.white);
    for painted in other {
        let at = finished.area(page, solid(painted.bounds));
        if window.meets(&at, TOLERANCE) && !(letter.kix.is_some() && is_kix(envelope, &at)) {
            foreign.push(|| format!("{}: {} shows in the window", place(page, at), name(painted)));
        }
    }
    diagnostics.extend(foreign.finish());
    diagnostics
}

/// The words of the address that are outside of the window, with their places.
fn missing(
    finished: &Finished<'_>,
    envelope: &Envelope,
    page: usize,
    lines: &[String],
    found: &str,
) -> Diagnostics {
    let mut missing = Shortened::new("pdf-address-outside");
    let mut rest = found;
    for word in lines.iter().flat_map(|line| line.split_whitespace()) {
        let wanted: String = visible(word).collect();
        if let Some(at) = rest.find(&wanted) {
            rest = &rest[at + wanted.len()..];
            continue;
        }
        missing.push(|| {
            let runs = &finished.file.pages[page].runs;
            let stands = runs.iter().find(|run| {
                let inside = envelope
                    .window
                    .holds(&finished.area(page, run.bounds), TOLERANCE);
                !run.bounds.is_empty() && !inside && run.text.contains(word)
            });
            let window = extent(envelope.window);
            match stands {
                Some(run) => {
                    let at = place(page, finished.area(page, run.bounds));
                    format!("{at}: the address word `{word}` is outside of the window ({window})")
                }
                None => {
                    let at = place(page, envelope.window);
                    format!("{at}: the address word `{word}` is not in the window")
                }
            }
        });
    }
    missing.finish()
}

fn visible(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().filter(|c| is_visible(*c))
}

fn letters_of(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The characters of a return address: letters and digits of the sender's name and address.
fn sender(letter: &Letter) -> String {
    let sender = &letter.sender;
    let parts = std::iter::once(&sender.name).chain(&sender.address);
    parts.map(|part| letters_of(part)).collect()
}

/// The height of a KIX code, in mm: 4.22 to 5.84 by PostNL's figures.
const KIX: std::ops::RangeInclusive<f64> = 4.2..=5.9;

/// Whether what is painted here is the code's bars, which are one shape in the address column: as
/// high as they may be, and below nothing but the address.
fn is_kix(envelope: &Envelope, at: &Area) -> bool {
    envelope.address.holds(at, TOLERANCE) && KIX.contains(&at.height)
}
