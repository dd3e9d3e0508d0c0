//! The standard columns of a register.

use super::settings::ColumnType;

/// A column that Raadspost knows.
#[derive(Debug)]
pub struct StandardColumn {
    /// Its name, as in `municipality.name` and normally in the header.
    pub name: &'static str,
    /// Its type.
    pub kind: ColumnType,
    /// The column used if this one is absent or empty.
    pub fallback: Option<&'static str>,
    /// Its description.
    pub doc: &'static str,
}

pub(super) const fn column(
    name: &'static str,
    kind: ColumnType,
    fallback: Option<&'static str>,
    doc: &'static str,
) -> StandardColumn {
    StandardColumn {
        name,
        kind,
        fallback,
        doc,
    }
}

/// The standard columns; any other column is a free one of type text. `code` and `name` are
/// required, all others are optional.
pub static STANDARD_COLUMNS: [StandardColumn; 17] = [
    column(
        "code",
        ColumnType::Text,
        None,
        "unique code: letters, digits, `-` and `_`, such as `GM0344`",
    ),
    column(
        "name",
        ColumnType::Text,
        None,
        "name, distinct within the register: `Bergen (NH)`",
    ),
    column(
        "running_name",
        ColumnType::Text,
        Some("name"),
        "the name in a sentence: `Bergen`, `’s-Hertogenbosch`",
    ),
    column(
        "official_name",
        ColumnType::Text,
        Some("name"),
        "the official name: `’s-Gravenhage`",
    ),
    column(
        "province",
        ColumnType::Text,
        None,
        "province, state or county",
    ),
    column(
        "population",
        ColumnType::Number,
        None,
        "number of inhabitants",
    ),
    column(
        "population_date",
        ColumnType::Date,
        None,
        "reference date of the population",
    ),
    column("seats", ColumnType::Number, None, "seats of the council"),
    column(
        "po_box",
        ColumnType::Text,
        None,
        "number of the post-office box",
    ),
    column(
        "street",
        ColumnType::Text,
        None,
        "street, if there is no post-office box",
    ),
    column("house_number", ColumnType::Text, None, "house number"),
    column(
        "addition",
        ColumnType::Text,
        None,
        "addition to the house number",
    ),
    column(
        "postcode",
        ColumnType::Text,
        None,
        "postcode; `1234 AB` in the Netherlands",
    ),
    column(
        "town",
        ColumnType::Text,
        None,
        "town of the postal address, in normal case",
    ),
    column(
        "country",
        ColumnType::Text,
        None,
        "country of the postal address: ISO 3166 code, or name",
    ),
    column(
        "tooi",
        ColumnType::Text,
        None,
        "identification in the TOOI value list (a URI)",
    ),
    column("language", ColumnType::Text, None, "language tag (BCP 47)"),
];
