//! How the register was read, for authors whose register has another format.

use raadspost_campaign::{ColumnFormat, DelimiterFrom, Survey};
use serde_json::{Value, json};

use crate::units::counted;

/// The lines that describe how the register was read, each with its label; empty if it has the
/// format of the embedded one.
pub(super) fn lines(name: &str, survey: &Survey) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    if survey.delimiter != ',' {
        let how = match survey.delimiter_from {
            DelimiterFrom::Campaign => "as the campaign states",
            DelimiterFrom::SepLine => "as its first line states",
            DelimiterFrom::Header => "as its header shows",
        };
        let delimiter = match survey.delimiter {
            '\t' => "a tab".to_owned(),
            delimiter => format!("`{delimiter}`"),
        };
        let text = format!("{name}: cells are separated by {delimiter}, {how}");
        lines.push(("register", text));
    }
    for column in &survey.formats {
        let (Some(example), Some(value)) = (&column.example, &column.value) else {
            continue;
        };
        let how = if column.stated {
            "stated"
        } else {
            "recognised"
        };
        let label = if column.kind == "date" {
            "dates"
        } else {
            "numbers"
        };
        let text = format!(
            "`{}` is written as `{}` ({how}): `{example}` is {value}",
            column.heading, column.format
        );
        lines.push((label, text));
    }
    let left_out = [
        (survey.empty_rows, "empty row"),
        (survey.empty_columns, "column without a heading"),
    ];
    let left_out: Vec<String> = left_out
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| match what {
            "column without a heading" if count > 1 => format!("{count} columns without a heading"),
            what => counted(count, what),
        })
        .collect();
    if !left_out.is_empty() {
        lines.push(("left out", left_out.join(", ")));
    }
    lines
}

/// The same as data.
pub(super) fn data(name: &str, survey: &Survey) -> Value {
    let formats: &[ColumnFormat] = &survey.formats;
    json!({
        "file": name,
        "rows": survey.rows,
        "empty_rows": survey.empty_rows,
        "empty_columns": survey.empty_columns,
        "delimiter": survey.delimiter,
        "delimiter_from": survey.delimiter_from,
        "columns": formats,
    })
}
