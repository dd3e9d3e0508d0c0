//! How the register was read, for authors whose register has another format.

use raadspost_campaign::{ColumnFormat, Survey};
use raadspost_project::Project;
use raadspost_table::{DelimiterFrom, EncodingFrom, Recognised, SheetFrom};
use serde_json::{Value, json};

use crate::units::counted;

/// The lines that describe how the register was read, each with its label; empty if it has the
/// format of the embedded one.
pub(super) fn lines(project: &Project) -> Vec<(&'static str, String)> {
    let (name, survey) = (project.register_table().name(), project.survey());
    let mut lines = Vec::new();
    let form = form(&survey.recognised);
    let left_out = left_out(survey);
    if form.is_some() || left_out.is_some() {
        let form = form.unwrap_or_else(|| "UTF-8, `,`".to_owned());
        let rows = counted(survey.rows, "row");
        let left_out = left_out.map_or_else(String::new, |what| format!("; left out: {what}"));
        lines.push((
            "register",
            format!("{name}: read as {form}, {rows}{left_out}"),
        ));
    }
    if let Recognised::Text {
        encoding,
        encoding_from: EncodingFrom::Content,
        ..
    } = &survey.recognised
        && *encoding != "UTF-8"
        && let Some(sample) = &survey.sample
    {
        let text = format!("recognised as {encoding}: is `{sample}` right?");
        lines.push(("encoding", text));
    }
    if let 1.. = project.not_meant() {
        let rows = counted(project.not_meant(), "row");
        lines.push(("not meant", format!("{rows}, by `recipients`")));
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
    lines
}

/// The form of the file; `None` for UTF-8 with commas.
fn form(recognised: &Recognised) -> Option<String> {
    match recognised {
        Recognised::Text {
            encoding: "UTF-8",
            delimiter: ',',
            ..
        } => None,
        Recognised::Text {
            encoding,
            encoding_from,
            delimiter,
            delimiter_from,
        } => {
            let encoding_from = match encoding_from {
                EncodingFrom::Campaign => " (stated)",
                EncodingFrom::ByteOrderMark | EncodingFrom::Content => "",
            };
            let delimiter = match delimiter {
                '\t' => "tabs".to_owned(),
                delimiter => format!("`{delimiter}`"),
            };
            let how = match delimiter_from {
                DelimiterFrom::Campaign => "stated",
                DelimiterFrom::SepLine => "as its first line states",
                DelimiterFrom::Header => "as its header shows",
            };
            Some(format!("{encoding}{encoding_from}, {delimiter} ({how})"))
        }
        Recognised::Sheet {
            workbook,
            sheet,
            sheet_from,
        } => {
            let why = match sheet_from {
                SheetFrom::Campaign => "stated",
                SheetFrom::Only => "its only one",
                SheetFrom::Headings => "the one with the headings",
                SheetFrom::First => "its first",
            };
            let extension = workbook.extension();
            Some(format!(".{extension}, sheet `{sheet}` ({why})"))
        }
    }
}

/// What was left out; `None` if nothing was.
fn left_out(survey: &Survey) -> Option<String> {
    let rows = (survey.empty_rows > 0).then(|| counted(survey.empty_rows, "empty row"));
    let columns = match survey.empty_columns {
        0 => None,
        1 => Some("1 column without a heading".to_owned()),
        count => Some(format!("{count} columns without a heading")),
    };
    let all: Vec<String> = rows.into_iter().chain(columns).collect();
    (!all.is_empty()).then(|| all.join(", "))
}

/// The same as data.
pub(super) fn data(project: &Project) -> Value {
    let (name, survey) = (project.register_table().name(), project.survey());
    let formats: &[ColumnFormat] = &survey.formats;
    let mut data = json!({
        "file": name,
        "rows": survey.rows,
        "not_meant": project.not_meant(),
        "empty_rows": survey.empty_rows,
        "empty_columns": survey.empty_columns,
    });
    if let (Value::Object(all), Ok(Value::Object(how))) =
        (&mut data, serde_json::to_value(&survey.recognised))
    {
        all.extend(how);
        all.insert("columns".to_owned(), json!(formats));
    }
    data
}
