//! Checks of the cells of a row.

use std::io::Read;

use raadspost_content::{
    DateFormat, Diagnostic, Diagnostics, NotNumber, NumberFormat, excess, is_unprintable,
};

use super::Register;
use super::columns::Reading;
use super::municipality::Municipality;
use crate::address::country_of;

impl<R: Read> Register<R> {
    pub(super) fn check(&self, municipality: &mut Municipality) -> Diagnostics {
        let mut diagnostics = Vec::new();
        let at = |field: &str| municipality.place(Some(field));
        match municipality.get("code") {
            None if municipality.error("code").is_some() => {}
            None => diagnostics.push(
                Diagnostic::error("missing-value", "the row has no code")
                    .at(at("code"))
                    .hint("give each municipality its own code"),
            ),
            Some(code) if !is_code(code) => diagnostics.push(
                Diagnostic::error(
                    "wrong-code",
                    format!("`{}` is not a valid code", code.escape_debug()),
                )
                .at(at("code"))
                .hint("use 1 to 40 letters (a to z), digits, `-` and `_`"),
            ),
            Some(_) => {}
        }
        if municipality.get("name").is_none() && municipality.error("name").is_none() {
            diagnostics.push(
                Diagnostic::error("missing-value", "the row has no name")
                    .at(at("name"))
                    .hint("fill in the name"),
            );
        }
        for column in self.columns.columns.iter().filter(|column| column.judged) {
            let Some(cell) = municipality
                .cells
                .get(column.index)
                .filter(|cell| !cell.is_empty())
            else {
                continue;
            };
            if let Some(c) = cell.chars().find(|c| is_unprintable(*c)) {
                let mistake = if matches!(c, '\n' | '\r') {
                    Diagnostic::error("control-character", "the cell has a line break").hint(
                        "write the cell on one line; if it begins with a literal quote, write `\"\"`",
                    )
                } else {
                    let number = u32::from(c);
                    let message = format!(
                        "the value contains the character U+{number:04X}, which cannot be printed"
                    );
                    Diagnostic::error("control-character", message).hint("remove the character")
                };
                diagnostics.push(mistake.at(at(&column.field)));
                continue;
            }
            if let Some(found) = excess(cell) {
                let mistake = Diagnostic::error("text-too-long", found.message);
                diagnostics.push(mistake.hint("shorten the value").at(at(&column.field)));
                continue;
            }
            let kind = municipality.kind(column.index);
            if column.named
                && let Some(mistake) = raadspost_table::not_a_value(kind, cell)
            {
                diagnostics.push(mistake.at(at(&column.field)));
                continue;
            }
            let wrong = match column.reading.of(kind) {
                Reading::Text => None,
                Reading::Number(format) => wrong_number(cell, format),
                Reading::Date(format) => wrong_date(cell, format),
            };
            if let Some(wrong) = wrong {
                diagnostics.push(wrong.at(at(&column.field)));
            }
        }
        let country = municipality.get("country");
        if self.dutch
            && country.is_none_or(|cell| country_of(cell).is_some_and(|code| code == "NL"))
            && let Some(postcode) = municipality.get("postcode")
        {
            match dutch_postcode(postcode) {
                Some(written) => {
                    if let Some(index) = self.columns.column("postcode").map(|column| column.index)
                    {
                        municipality.cells[index] = written;
                    }
                }
                None => diagnostics.push(
                    Diagnostic::error(
                        "wrong-postcode",
                        format!("`{}` is not a Dutch postcode", postcode.escape_debug()),
                    )
                    .at(at("postcode"))
                    .hint("write four digits, a space and two capitals: `3500 CE`"),
                ),
            }
        }
        diagnostics
    }
}

/// The mistake in a cell of a column of numbers.
fn wrong_number(cell: &str, format: Option<NumberFormat>) -> Option<Diagnostic> {
    let read = match format {
        Some(format) => format.read(cell),
        None => NumberFormat::read_any(cell),
    };
    let why = read.err()?;
    let shown = cell.escape_debug();
    let format = format.map_or("1234.5", NumberFormat::name);
    Some(match why {
        NotNumber::LeadingZero => Diagnostic::error(
            "wrong-value",
            format!("`{shown}` begins with a zero, so it is a code and not a number"),
        )
        .hint("remove the zero, or the column's `type: number`"),
        NotNumber::Long => Diagnostic::error(
            "wrong-value",
            format!("`{shown}` has more than 18 digits before or after its decimal separator"),
        )
        .hint("shorten the number, or remove the column's `type: number`"),
        NotNumber::Form => {
            let is_other = NumberFormat::ALL
                .iter()
                .any(|other| other.read(cell).is_ok());
            let hint = if is_other {
                format!("write it as `{format}`, like the rest of the column")
            } else {
                "write digits only, such as `376123`".to_owned()
            };
            Diagnostic::error("wrong-value", format!("`{shown}` is not a number")).hint(hint)
        }
    })
}

/// The mistake in a cell of a column of dates.
fn wrong_date(cell: &str, format: Option<DateFormat>) -> Option<Diagnostic> {
    let read = match format {
        Some(format) => format.read(cell),
        None => DateFormat::read_any(cell),
    };
    if read.is_some() {
        return None;
    }
    let format = format.unwrap_or(DateFormat::YearFirst).name();
    Some(
        Diagnostic::error(
            "wrong-value",
            format!("`{}` is not a valid date", cell.escape_debug()),
        )
        .hint(format!("write it as `{format}`")),
    )
}

/// Codes name folders, so they are limited to characters that are safe in paths on every system.
pub(super) fn is_code(code: &str) -> bool {
    (1..=40).contains(&code.len())
        && code
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

/// Normalises `3500CE` or `3500 ce` to `3500 CE`, with any white space, such as a no-break space;
/// `None` if it is not a Dutch postcode. SA, SD and SS are not assigned.
pub(super) fn dutch_postcode(written: &str) -> Option<String> {
    let compact: String = written
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect::<String>()
        .to_ascii_uppercase();
    let bytes = compact.as_bytes();
    let right = bytes.len() == 6
        && (b'1'..=b'9').contains(&bytes[0])
        && bytes[1..4].iter().all(u8::is_ascii_digit)
        && bytes[4..].iter().all(u8::is_ascii_uppercase)
        && !matches!(&compact[4..], "SA" | "SD" | "SS");
    right.then(|| format!("{} {}", &compact[..4], &compact[4..]))
}
