//! Checks the terms of a condition against the types of the register's columns.

use raadspost_content::{Date, Diagnostic, Diagnostics, nearest};
use raadspost_yaml::Text;

use super::{Condition, Field, Operand, Term};
use crate::register::{ColumnType, Columns};

impl Condition {
    /// Unknown fields and comparisons of unlike types.
    pub(crate) fn check(&self, columns: &Columns, diagnostics: &mut Diagnostics) {
        self.check_term(&self.term, columns, diagnostics);
    }

    fn check_term(&self, term: &Term, columns: &Columns, diagnostics: &mut Diagnostics) {
        match term {
            Term::Constant(_) => {}
            Term::Not(inner) => self.check_term(inner, columns, diagnostics),
            Term::And(terms) | Term::Or(terms) => {
                terms
                    .iter()
                    .for_each(|term| self.check_term(term, columns, diagnostics));
            }
            Term::Has(field) => {
                self.type_of(field, columns, diagnostics);
            }
            Term::Compare(_, left, right) => {
                let left_type = self.operand_type(left, columns, diagnostics);
                self.check_pair((left, left_type), right, columns, diagnostics);
            }
            Term::In(left, options) => {
                let left_type = self.operand_type(left, columns, diagnostics);
                for option in options {
                    self.check_pair((left, left_type), option, columns, diagnostics);
                }
            }
            Term::Match(_, field, _) => {
                if let Some(found) = self.type_of(field, columns, diagnostics)
                    && found != ColumnType::Text
                {
                    diagnostics.push(
                        self.text
                            .error(
                                "unlike-types",
                                field.at.0..field.at.1,
                                format!("`{}` is {found}, not text", field.name),
                            )
                            .hint("compare it with `==`, `<` or `>=`"),
                    );
                }
            }
        }
    }

    pub(super) fn type_of(
        &self,
        field: &Field,
        columns: &Columns,
        diagnostics: &mut Diagnostics,
    ) -> Option<ColumnType> {
        let found = columns.type_of(&field.name);
        if found.is_none() {
            diagnostics.push(unknown_field(
                &self.text,
                field.at.0..field.at.1,
                &field.name,
                columns,
            ));
        }
        found
    }

    fn operand_type(
        &self,
        operand: &Operand,
        columns: &Columns,
        diagnostics: &mut Diagnostics,
    ) -> Option<ColumnType> {
        match operand {
            Operand::Field(field) => self.type_of(field, columns, diagnostics),
            Operand::Text(..) => Some(ColumnType::Text),
            Operand::Number(..) => Some(ColumnType::Number),
        }
    }

    fn check_pair(
        &self,
        (left, left_type): (&Operand, Option<ColumnType>),
        right: &Operand,
        columns: &Columns,
        diagnostics: &mut Diagnostics,
    ) {
        let right_type = self.operand_type(right, columns, diagnostics);
        let (Some(left_type), Some(right_type)) = (left_type, right_type) else {
            return;
        };
        if left_type == right_type {
            return;
        }
        // A date is written as a text, `"2026-01-01"`.
        let date = |field: ColumnType, other: &Operand| {
            field == ColumnType::Date
                && matches!(other, Operand::Text(text, _) if Date::parse(text).is_some())
        };
        if date(left_type, right) || date(right_type, left) {
            return;
        }
        let (from, _) = left.at();
        let (_, to) = right.at();
        diagnostics.push(
            self.text
                .error(
                    "unlike-types",
                    from.min(to)..to.max(from),
                    format!("{left_type} is compared with {right_type}"),
                )
                .hint(unlike_hint((left, left_type), (right, right_type))),
        );
    }
}

/// The hint for a comparison of unlike types: the type of the column, or the notation of the value.
fn unlike_hint(left: (&Operand, ColumnType), right: (&Operand, ColumnType)) -> String {
    for (one, other) in [(left, right), (right, left)] {
        match (one, other) {
            ((Operand::Field(field), ColumnType::Text), (_, kind)) => {
                return format!(
                    "give the column its type under `register.columns`: `{}: {{ heading: …, type: {} }}`",
                    field.name,
                    if kind == ColumnType::Date {
                        "date"
                    } else {
                        "number"
                    }
                );
            }
            ((Operand::Field(_), ColumnType::Number), (Operand::Text(text, _), _)) => {
                let digits: String = text.chars().filter(char::is_ascii_digit).collect();
                let shown = if digits.is_empty() { "100000" } else { &digits };
                return format!("write a number, without quotes and without points: `{shown}`");
            }
            _ => {}
        }
    }
    "write dates as `\"2026-01-31\"` and numbers as `100000`".to_owned()
}

/// The error for an unknown field.
pub(crate) fn unknown_field(
    text: &Text,
    at: std::ops::Range<usize>,
    name: &str,
    columns: &Columns,
) -> Diagnostic {
    let full = format!("municipality.{name}");
    let diagnostic = text.error("unknown-field", at, format!("field `{full}` is not known"));
    match nearest(name, columns.names()) {
        Some(near) => diagnostic.hint(format!("did you mean `municipality.{near}`?")),
        None => diagnostic.hint(format!(
            "the register has: {}",
            columns.names().collect::<Vec<_>>().join(", ")
        )),
    }
}
