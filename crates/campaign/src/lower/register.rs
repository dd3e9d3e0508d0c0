//! Lowering of the register settings.

use raadspost_content::{DateFormat, NumberFormat};
use raadspost_table::{Encoding, TableSettings};
use raadspost_yaml::{Map, NodeKind};

use super::{Lower, named};
use crate::register::{ColumnSettings, ColumnType, RegisterSettings, STANDARD_COLUMNS};

impl Lower<'_> {
    pub(super) fn register(&mut self, map: &Map<'_>) -> RegisterSettings {
        let mut columns = std::collections::BTreeMap::new();
        for (field, node) in map.entries("columns") {
            let column = match (&*node.kind, map.below("columns")) {
                (NodeKind::Scalar(heading), _) => Some(ColumnSettings {
                    heading: heading.text.clone(),
                    ..ColumnSettings::default()
                }),
                (NodeKind::Mapping(_), Some(object)) => Map::of(node, object).and_then(|column| {
                    let kind = match column.text("type").map(|text| text.text.as_str()) {
                        Some("number") => Some(ColumnType::Number),
                        Some("date") => Some(ColumnType::Date),
                        Some("text") => Some(ColumnType::Text),
                        _ => None,
                    };
                    self.demand_type(&field.text, &column, kind);
                    Some(ColumnSettings {
                        heading: column.string("heading")?,
                        kind,
                        numbers: numbers(&column),
                        dates: dates(&column),
                    })
                }),
                _ => None,
            };
            columns.extend(column.map(|column| (field.text.clone(), column)));
        }
        let table = self.table(map);
        RegisterSettings {
            file: map.text("file").map(named),
            factions: map.text("factions").map(named),
            columns,
            country: map.string("country"),
            country_span: map.text("country").map(|text| super::named(text).1),
            table,
            numbers: numbers(map),
            dates: dates(map),
        }
    }

    /// How a table is read.
    fn table(&mut self, map: &Map<'_>) -> TableSettings {
        let delimiter = map
            .text("delimiter")
            .and_then(|text| match text.text.as_bytes() {
                [byte] if byte.is_ascii() && !byte.is_ascii_alphanumeric() && *byte != b'"' => {
                    Some(*byte)
                }
                _ => {
                    self.diagnostics.push(
                        text.mistake(
                            "wrong-value",
                            format!("`{}` cannot separate cells", text.text),
                        )
                        .hint("write one sign, such as `,` or `;`"),
                    );
                    None
                }
            });
        let encoding = map.text("encoding").and_then(|text| {
            let found = Encoding::named(&text.text);
            if found.is_none() {
                let message = format!("`{}` is not the name of an encoding", text.text);
                self.diagnostics.push(text.mistake("wrong-value", message).hint(
                    "write a name of the WHATWG Encoding Standard, such as `windows-1252` or `utf-16le`",
                ));
            }
            found
        });
        TableSettings {
            delimiter,
            encoding,
            sheet: map.string("sheet"),
            header: map.text("header").and_then(|text| text.text.parse().ok()),
        }
    }

    /// A format requires a column of the matching type.
    fn demand_type(&mut self, field: &str, column: &Map<'_>, kind: Option<ColumnType>) {
        let standard = STANDARD_COLUMNS.iter().find(|column| column.name == field);
        let kind = kind.or(standard.map(|column| column.kind));
        for (key, wanted, word) in [
            ("numbers", ColumnType::Number, "number"),
            ("dates", ColumnType::Date, "date"),
        ] {
            if let Some(format) = column.text(key)
                && kind != Some(wanted)
            {
                self.diagnostics.push(
                    format
                        .mistake(
                            "wrong-value",
                            format!("`{key}` requires a column of `type: {word}`"),
                        )
                        .hint(format!("add `type: {word}`, or remove `{key}`")),
                );
            }
        }
    }
}

/// The number format of a register or column.
fn numbers(map: &Map<'_>) -> Option<NumberFormat> {
    NumberFormat::named(&map.text("numbers")?.text)
}

/// The date format of a register or column.
fn dates(map: &Map<'_>) -> Option<DateFormat> {
    DateFormat::named(&map.text("dates")?.text)
}
