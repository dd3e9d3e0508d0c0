//! The only writer to the terminal.
//!
//! What was asked for goes to standard output, all else to standard error. Data never reaches the
//! terminal as it is: whatever could steer it is shown as a sign, so that a municipality's name
//! cannot move the cursor, change colours or turn the reading direction.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

use raadspost_content::{Diagnostic, Severity};

use crate::settings::Output;

mod progress;

pub(crate) use progress::Progress;

/// How many diagnostics are shown on a terminal; the others are counted.
pub(crate) const SHOWN: usize = 20;

/// How a word is set apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// The most important line.
    Strong,
    /// Something is wrong.
    Bad,
    /// Something deserves a look.
    Odd,
    /// All is well.
    Good,
    /// What to do next.
    Hint,
}

/// Writes to the terminal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Printer {
    output: Output,
}

impl Printer {
    /// A printer for these surroundings.
    pub(crate) fn new(output: Output) -> Self {
        Self { output }
    }

    /// Whether a program reads along, so that text for people has to stay away.
    pub(crate) fn json(&self) -> bool {
        self.output.json
    }

    /// A line for people on standard output.
    pub(crate) fn line(&self, text: &str) {
        if !self.output.json {
            write(&mut io::stdout().lock(), &format!("{}\n", shown(text)));
        }
    }

    /// A line for people on standard output, set apart.
    pub(crate) fn styled(&self, style: Style, text: &str) {
        if !self.output.json {
            let text = paint(style, &shown(text), self.output.colour_out);
            write(&mut io::stdout().lock(), &format!("{text}\n"));
        }
    }

    /// A file that was asked for, such as a schema, on standard output as it is.
    pub(crate) fn file(&self, bytes: &[u8]) {
        let mut out = io::stdout().lock();
        // Where nobody reads any more (`raadspost schema | head`), nothing is lost.
        let _ = out.write_all(bytes).and_then(|()| out.flush());
    }

    /// One object for programs on standard output.
    pub(crate) fn object(&self, object: &serde_json::Value) {
        write(
            &mut io::stdout().lock(),
            &format!("{}\n", json_text(object)),
        );
    }

    /// Diagnostics for people on standard error, errors before warnings. On a terminal the first
    /// [`SHOWN`] of them, and a line that counts the others and says where they are.
    pub(crate) fn shortened(&self, diagnostics: &[Diagnostic], where_all_are: &str) {
        let limit = if self.output.terminal {
            SHOWN
        } else {
            usize::MAX
        };
        self.diagnostics_up_to(limit, diagnostics, where_all_are);
    }

    /// All diagnostics for people on standard error, errors before warnings.
    pub(crate) fn diagnostics(&self, diagnostics: &[Diagnostic]) {
        self.diagnostics_up_to(usize::MAX, diagnostics, "");
    }

    fn diagnostics_up_to(&self, limit: usize, diagnostics: &[Diagnostic], where_all_are: &str) {
        if !self.output.json && !diagnostics.is_empty() {
            let text = diagnostics_text(diagnostics, limit, where_all_are, self.output.colour_err);
            write(&mut io::stderr().lock(), &text);
        }
    }

    /// Why nothing or not everything could be done, and what to do, on standard error.
    pub(crate) fn failure(&self, error: &str, hint: Option<&str>) {
        if self.output.json {
            return;
        }
        let head = paint(Style::Bad, "error", self.output.colour_err);
        let hint = hint.map(|hint| format!("  hint: {}\n", shown(hint)));
        let text = format!("{head}: {}\n{}", shown(error), hint.unwrap_or_default());
        write(&mut io::stderr().lock(), &text);
    }

    /// What clap has to say: help and version on standard output, mistakes on standard error.
    pub(crate) fn usage(error: &clap::Error) {
        // Clap keeps to `NO_COLOR` and to terminals by itself.
        let _ = error.print();
    }

    /// Starts to show how far a run has come.
    pub(crate) fn progress(&self) -> Progress {
        Progress::new(self.output)
    }
}

/// Writes a text. A closed pipe is no fault of the run, which goes on making files.
fn write(to: &mut impl Write, text: &str) {
    let _ = to.write_all(text.as_bytes()).and_then(|()| to.flush());
}

/// The text of diagnostics, errors before warnings, and a line about those beyond the limit.
fn diagnostics_text(
    diagnostics: &[Diagnostic],
    limit: usize,
    where_all_are: &str,
    colour: bool,
) -> String {
    let (errors, warnings): (Vec<&Diagnostic>, Vec<&Diagnostic>) = diagnostics
        .iter()
        .partition(|diagnostic| diagnostic.severity == Severity::Error);
    let mut text = String::new();
    for diagnostic in errors.into_iter().chain(warnings).take(limit) {
        let rendered = diagnostic.to_string();
        let (style, word) = match diagnostic.severity {
            Severity::Error => (Style::Bad, "error"),
            Severity::Warning => (Style::Odd, "warning"),
        };
        let head = format!("{word}[{}]", diagnostic.code);
        let rest = rendered.strip_prefix(&head);
        let body = shown(rest.unwrap_or(&rendered));
        let head = if rest.is_some() {
            paint(style, &head, colour)
        } else {
            String::new()
        };
        let _ = writeln!(text, "{head}{body}");
    }
    let hidden = diagnostics.len().saturating_sub(limit);
    if hidden > 0 {
        let line = format!("… and {hidden} more; {}", shown(where_all_are));
        let _ = writeln!(text, "{}", paint(Style::Strong, &line, colour));
    }
    text
}

/// The text in a colour, or as it is.
fn paint(style: Style, text: &str, colour: bool) -> String {
    if !colour {
        return text.to_owned();
    }
    // ECMA-48 8.3.117, select graphic rendition.
    let code = match style {
        Style::Strong => "1",
        Style::Bad => "1;31",
        Style::Odd => "1;33",
        Style::Good => "1;32",
        Style::Hint => "36",
    };
    format!("\u{1b}[{code}m{text}\u{1b}[0m")
}

/// The text with everything that steers a terminal as a visible sign; line breaks stay.
///
/// A control character of C0 becomes its picture (`␛`) and a tab a space, each one column wide as
/// the marks below a shown line expect; C1 and the signs that turn the reading direction become
/// `\u{…}`.
pub(crate) fn shown(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| c != '\n' && steers(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' => out.push(c),
            '\t' => out.push(' '),
            '\0'..='\u{1f}' => out.extend(char::from_u32(0x2400 + u32::from(c))),
            '\u{7f}' => out.push('\u{2421}'),
            c if steers(c) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Whether a terminal may obey this character instead of showing it.
fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// JSON in which the strings hold no control character either, because people look at it too.
fn json_text(object: &serde_json::Value) -> String {
    let text = format!("{object:#}");
    if !text.contains(|c| c != '\n' && steers(c)) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        // serde_json has escaped C0; what is left stands in strings, where `\uXXXX` is the same.
        if c != '\n' && steers(c) {
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use raadspost_content::{Place, Source, Span};

    use super::*;

    #[test]
    fn nothing_in_a_name_steers_the_terminal() {
        assert_eq!(shown("’s-Hertogenbosch\nΑθήνα"), "’s-Hertogenbosch\nΑθήνα");
        assert_eq!(shown("\u{1b}[31mred\u{7}\r\t."), "␛[31mred␇␍ .");
        assert_eq!(shown("\u{9b}2J\u{7f}"), "\\u{9b}2J␡");
        assert_eq!(shown("a\u{202e}b\u{200f}"), "a\\u{202e}b\\u{200f}");
        for c in (0..=0x10_ffff)
            .filter_map(char::from_u32)
            .filter(|c| c.is_control() && *c != '\n')
        {
            assert!(!shown(&c.to_string()).contains(c), "{c:?}");
        }
    }

    #[test]
    fn json_is_escaped_and_equal() {
        let object = serde_json::json!({"name": "\u{1b}[0m\u{9b}2J\u{202e}\u{7f}\n"});
        let text = json_text(&object);
        assert!(!text.contains(|c| c != '\n' && steers(c)), "{text:?}");
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&text).unwrap(),
            object
        );
    }

    #[test]
    fn diagnostics_are_escaped_ordered_and_counted() {
        let source = Source::new("a.yaml", "name: \u{1b}]0;title\u{7}\n");
        let diagnostics = [
            Diagnostic::warning("odd", "a warning"),
            Diagnostic::error("bad", "an \u{1b}[2J error")
                .at(Place::Source(source, Span::new(6, 15)))
                .hint("mend it"),
            Diagnostic::error("worse", "another"),
        ];
        let text = diagnostics_text(&diagnostics, 2, "all are in `out/report.json`", false);
        assert!(!text.contains('\u{1b}'), "{text}");
        assert!(
            text.starts_with("error[bad] a.yaml:1:7: an ␛[2J error\n"),
            "{text}"
        );
        assert!(text.contains(" 1 | name: ␛]0;title␇\n"), "{text}");
        assert!(
            text.contains("  hint: mend it\nerror[worse]: another\n"),
            "{text}"
        );
        assert!(
            text.ends_with("… and 1 more; all are in `out/report.json`\n"),
            "{text}"
        );
    }

    #[test]
    fn colour_is_only_where_it_is_wanted() {
        assert_eq!(paint(Style::Bad, "x", false), "x");
        assert_eq!(paint(Style::Bad, "x", true), "\u{1b}[1;31mx\u{1b}[0m");
        let diagnostics = [Diagnostic::error("bad", "fact")];
        let text = diagnostics_text(&diagnostics, 9, "", true);
        assert_eq!(text, "\u{1b}[1;31merror[bad]\u{1b}[0m: fact\n");
    }
}
