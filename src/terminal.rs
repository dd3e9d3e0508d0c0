//! The only writer to the terminal.
//!
//! The requested result goes to standard output, everything else to standard error. Data is escaped
//! before it reaches the terminal, so that a municipality's name cannot move the cursor, change
//! colours or reverse the reading direction.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::sync::OnceLock;

use raadspost_content::{Diagnostic, Severity};

use crate::settings::Output;

mod escape;
mod list;
mod progress;

pub(crate) use list::List;
pub(crate) use progress::{Progress, Step};

use escape::{json_text, shown};

/// Maximum number of diagnostics shown on a terminal; further ones are counted.
pub(crate) const SHOWN: usize = 20;

/// The style of a text.
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
    /// The next step.
    Hint,
}

/// Writes to the terminal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shell {
    output: Output,
}

impl Shell {
    /// A shell with this form of output.
    pub(crate) fn new(output: Output) -> Self {
        Self { output }
    }

    /// Whether the output is for a program, so that text for people is suppressed.
    pub(crate) fn json(&self) -> bool {
        self.output.json
    }

    /// A line for people on standard output.
    pub(crate) fn line(&self, text: &str) {
        if !self.output.json {
            result(format!("{}\n", shown(text)).as_bytes());
        }
    }

    /// A styled line for people on standard output.
    pub(crate) fn styled(&self, style: Style, text: &str) {
        if !self.output.json {
            let text = paint(style, &shown(text), self.output.colour_out);
            result(format!("{text}\n").as_bytes());
        }
    }

    /// A requested file, such as a schema, unchanged on standard output.
    pub(crate) fn file(&self, bytes: &[u8]) {
        result(bytes);
    }

    /// A JSON object for programs on standard output.
    pub(crate) fn object(&self, object: &serde_json::Value) {
        result(format!("{}\n", json_text(object)).as_bytes());
    }

    /// A JSON object followed by a long list.
    ///
    /// # Errors
    /// The list cannot be read.
    pub(crate) fn object_with(
        &self,
        object: &serde_json::Value,
        key: &str,
        list: List,
    ) -> io::Result<()> {
        match list.write(object, key, &mut io::stdout().lock()) {
            // The reader has closed the pipe.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            done => done,
        }
    }

    /// Diagnostics for people on standard error, errors before warnings. On a terminal the first
    /// [`SHOWN`] of them, and a line with the number of others and where to find them.
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

    /// A line for people on standard error.
    pub(crate) fn remark(&self, text: &str) {
        if !self.output.json {
            write(&mut io::stderr().lock(), &format!("{}\n", shown(text)));
        }
    }

    /// An error with its causes and hint, on standard error.
    pub(crate) fn failure(&self, error: &str, causes: &[String], hint: Option<&str>) {
        if !self.output.json {
            let text = failure_text(error, causes, hint, self.output.colour_err);
            write(&mut io::stderr().lock(), &text);
        }
    }

    /// Clap's output: help and version on standard output, mistakes on standard error.
    pub(crate) fn usage(error: &clap::Error) {
        // Clap handles `NO_COLOR` and terminals itself.
        written(error.print().and_then(|()| io::stdout().flush()));
    }

    /// Starts the progress display.
    pub(crate) fn progress(&self) -> Progress {
        Progress::new(self.output)
    }
}

/// The first reason why a result could not be written to standard output.
static UNWRITTEN: OnceLock<io::Error> = OnceLock::new();

/// Why the result of the command was not written whole to standard output, which may be a file on a
/// full disk.
pub(crate) fn unwritten() -> Option<&'static io::Error> {
    UNWRITTEN.get()
}

/// Remembers a failure to write a result. If the reader has closed the pipe
/// (`raadspost schema | head`), nothing is lost.
fn written(done: io::Result<()>) {
    if let Err(error) = done
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        let _ = UNWRITTEN.set(error);
    }
}

/// Writes to standard output.
fn result(bytes: &[u8]) {
    let mut out = io::stdout().lock();
    written(out.write_all(bytes).and_then(|()| out.flush()));
}

/// Writes a text to standard error. If nobody reads it, the run continues.
fn write(to: &mut impl Write, text: &str) {
    let _ = to.write_all(text.as_bytes()).and_then(|()| to.flush());
}

/// The text of an error: message, causes and hint, each on its own line.
fn failure_text(error: &str, causes: &[String], hint: Option<&str>, colour: bool) -> String {
    let mut text = format!("{}: {}\n", paint(Style::Bad, "error", colour), shown(error));
    for cause in causes {
        let _ = writeln!(text, "  Caused by: {}", shown(cause));
    }
    if let Some(hint) = hint {
        let _ = writeln!(text, "  hint: {}", shown(hint));
    }
    text
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

/// The text, coloured if colours are enabled.
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

#[cfg(test)]
mod tests {
    use raadspost_content::{Place, Source, Span};

    use super::*;

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
    fn causes_and_hint_of_a_failure_have_lines_of_their_own() {
        let causes = ["no such \u{1b}file".to_owned(), "gone".to_owned()];
        assert_eq!(
            failure_text("cannot read `x`", &causes, Some("look at the path"), false),
            "error: cannot read `x`\n  Caused by: no such ␛file\n  Caused by: gone\n  hint: look at the path\n"
        );
        assert_eq!(failure_text("x", &[], None, false), "error: x\n");
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
