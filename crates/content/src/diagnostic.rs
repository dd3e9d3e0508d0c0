//! Diagnostics: mistakes that an author can correct, with code, location, source line and hint.

use std::fmt;
use std::sync::Arc;

use crate::{Source, Span};

/// Severity of a diagnostic.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Should be looked at; documents are made if the campaign allows the code.
    Warning,
    /// The document or row concerned is not made.
    Error,
}

/// Location of a diagnostic.
#[derive(Debug, Clone, Default)]
pub enum Place {
    /// No location.
    #[default]
    Nowhere,
    /// A range of an author's text.
    Source(Arc<Source>, Span),
    /// A whole file.
    File(String),
    /// A row of a register.
    Row {
        /// The register's name.
        file: String,
        /// The line in the file on which the row starts, from 1.
        line: u64,
        /// The municipality's code, if the row has one.
        code: Option<String>,
        /// The column's heading, if one cell is concerned.
        column: Option<String>,
        /// The row, if it can be shown.
        shown: Option<Shown>,
        /// The sheet and the cell, if the register is a workbook.
        sheet: Option<SheetCell>,
    },
}

/// A cell or a row of a sheet, by the names that a spreadsheet gives them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetCell {
    /// The name of the sheet.
    pub sheet: String,
    /// The column, from 0, if one cell is concerned.
    pub column: Option<usize>,
}

impl SheetCell {
    /// The name of the cell in a line, such as `C17`; `None` for a whole row.
    pub fn name(&self, line: u64) -> Option<String> {
        let mut rest = self.column? + 1;
        let mut letters = Vec::new();
        while rest > 0 {
            letters.insert(
                0,
                char::from(b'A' + u8::try_from((rest - 1) % 26).unwrap_or(0)),
            );
            rest = (rest - 1) / 26;
        }
        letters.extend(line.to_string().chars());
        Some(letters.into_iter().collect())
    }
}

/// A row of a register as a diagnostic shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The row on one line.
    pub text: String,
    /// The byte range of the cell concerned; empty for the whole row.
    pub cell: std::ops::Range<usize>,
}

/// One mistake or warning. Wording: lower case, no final stop, values in backticks.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    /// Severity.
    pub severity: Severity,
    /// Stable code, such as `unknown-field`; scripts and `allow:` lists use it.
    pub code: &'static str,
    /// The fact.
    pub message: String,
    /// Location.
    pub place: Place,
    /// What to do, in the imperative.
    pub hint: Option<String>,
}

/// Diagnostics in the order in which they were found.
pub type Diagnostics = Vec<Diagnostic>;

impl Diagnostic {
    /// An error without a place.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            message: message.into(),
            place: Place::Nowhere,
            hint: None,
        }
    }

    /// A warning without a place.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, message)
        }
    }

    /// The error for a table or text that is not UTF-8; `line` is counted from 1.
    pub fn not_utf8(file: &str, line: u64) -> Self {
        Self::error("not-utf8", "the file is not UTF-8")
            .at(Place::Row {
                file: file.to_owned(),
                line,
                code: None,
                column: None,
                shown: None,
                sheet: None,
            })
            .hint("save it as UTF-8 (in a spreadsheet: `CSV UTF-8`)")
    }

    /// Whether it is a warning whose code is in `allowed`.
    pub fn is_allowed(&self, allowed: &std::collections::BTreeSet<String>) -> bool {
        self.severity == Severity::Warning && allowed.contains(self.code)
    }

    /// The same at a place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = place;
        self
    }

    /// The same with a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// File, line and column (both from 1), as far as they are known.
    pub fn location(&self) -> (Option<&str>, Option<u64>, Option<u64>) {
        match &self.place {
            Place::Nowhere => (None, None, None),
            Place::File(file) => (Some(file), None, None),
            Place::Source(source, span) => {
                let (line, column) = source.line_column(span.start as usize);
                (Some(source.name()), Some(line as u64), Some(column as u64))
            }
            Place::Row { file, line, .. } => (Some(file), Some(*line), None),
        }
    }
}

impl fmt::Display for Diagnostic {
    /// `error[code] place: message`, the line shown with its range underlined, and the hint.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        write!(f, "{severity}[{}]", self.code)?;
        match &self.place {
            Place::Nowhere => write!(f, ": {}", self.message)?,
            Place::File(file) => write!(f, " {file}: {}", self.message)?,
            Place::Row {
                file,
                line,
                code,
                column,
                shown,
                sheet,
            } => {
                match sheet {
                    None => write!(f, " {file}:{line}")?,
                    Some(sheet) => {
                        write!(f, " {file}, sheet `{}`, ", sheet.sheet)?;
                        match sheet.name(*line) {
                            Some(cell) => write!(f, "{cell}")?,
                            None => write!(f, "row {line}")?,
                        }
                    }
                }
                if let Some(code) = code {
                    write!(f, " ({code})")?;
                }
                if let Some(column) = column {
                    write!(f, " column `{column}`")?;
                }
                write!(f, ": {}", self.message)?;
                if let Some(Shown { text, cell }) = shown {
                    // A row may contain line ends; escaping them must not shift the cell's range.
                    let text = text.replace(['\n', '\r'], " ");
                    show(f, *line as usize, &text, cell.clone())?;
                }
            }
            Place::Source(source, span) => {
                let (line, column) = source.line_column(span.start as usize);
                write!(f, " {}:{line}:{column}: {}", source.name(), self.message)?;
                let start = source.line_start(line);
                let within = |at: u32| (at as usize).saturating_sub(start);
                let (from, to) = (within(span.start), within(span.end));
                show(f, line, source.line(line), from..to.max(from + 1))?;
            }
        }
        if let Some(hint) = &self.hint {
            write!(f, "\n  hint: {hint}")?;
        }
        Ok(())
    }
}

/// Maximum number of bytes shown of a line.
const LINE_LIMIT: usize = 400;

/// A line with its number, and below it a line that underlines a range of it.
fn show(
    f: &mut fmt::Formatter<'_>,
    line: usize,
    text: &str,
    range: std::ops::Range<usize>,
) -> fmt::Result {
    let width = |text: &str| unicode_width::UnicodeWidthStr::width(text);
    let floor = |at: usize| {
        (0..=at.min(text.len()))
            .rev()
            .find(|at| text.is_char_boundary(*at))
            .unwrap_or(0)
    };
    let (from, to) = (floor(range.start), floor(range.end).max(floor(range.start)));
    let empty = range.is_empty();
    // Of a very long line, show only the surroundings of the range.
    let start = if text.len() > LINE_LIMIT {
        floor(from.saturating_sub(LINE_LIMIT / 2))
    } else {
        0
    };
    let end = floor(start + LINE_LIMIT).max(start);
    let (left, right) = (
        if start > 0 { "… " } else { "" },
        if end < text.len() { " …" } else { "" },
    );
    let shown = format!("{left}{}{right}", &text[start..end]);
    let (from, to) = (
        left.len() + from.min(end) - start,
        left.len() + to.min(end) - start,
    );
    let text = shown.as_str();
    let gutter = line.to_string();
    write!(f, "\n {gutter} | {text}")?;
    if empty {
        return Ok(());
    }
    let (before, under) = (width(&text[..from]), width(&text[from..to]).max(1));
    write!(
        f,
        "\n {:1$} | {2:3$}{4}",
        "",
        gutter.len(),
        "",
        before,
        "^".repeat(under)
    )
}

/// A result that came with warnings.
#[derive(Debug, Clone)]
pub struct Warned<T> {
    /// The result.
    pub output: T,
    /// The warnings.
    pub warnings: Diagnostics,
}

impl<T> Warned<T> {
    /// A result without warnings.
    pub fn clean(output: T) -> Self {
        Self {
            output,
            warnings: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_has_the_name_that_a_spreadsheet_shows() {
        let name = |column| {
            let sheet = "S".to_owned();
            let column = Some(column);
            SheetCell { sheet, column }.name(17).expect("a cell")
        };
        for (column, expected) in [
            (0, "A17"),
            (25, "Z17"),
            (26, "AA17"),
            (51, "AZ17"),
            (52, "BA17"),
            (701, "ZZ17"),
            (702, "AAA17"),
            (16_383, "XFD17"),
        ] {
            assert_eq!(name(column), expected);
        }
    }

    #[test]
    fn a_place_in_a_very_long_line_is_shown_with_what_is_near() {
        let text = "é".repeat(100_000) + "{{ x }}" + &"é".repeat(100_000);
        let at = 200_000;
        let source = Source::new("t.yaml", text);
        let shown = Diagnostic::error("code", "message")
            .at(Place::Source(source, Span::new(at, at + 7)))
            .to_string();
        let lines: Vec<&str> = shown.lines().collect();
        assert!(shown.len() < 1_500, "{}", shown.len());
        let column = lines[1].chars().position(|c| c == '{');
        assert_eq!(column, lines[2].chars().position(|c| c == '^'), "{shown}");
        assert!(
            lines[2].ends_with(&"^".repeat(7)) && !lines[2].ends_with(&"^".repeat(8)),
            "{shown}"
        );
    }
}
