//! Evaluates a condition in Kleene's three-valued logic.

use std::collections::BTreeSet;

use raadspost_content::{Date, Decimal};

use super::{Comparison, Match, Operand, Term};
use crate::register::{ColumnType, Municipality};
use crate::typography::composed;

/// The result of a condition for one municipality.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Truth {
    /// It holds.
    True,
    /// It does not hold.
    False,
    /// It depends on these columns, which are empty.
    Missing(BTreeSet<String>),
}

impl Truth {
    pub(super) fn missing(columns: impl IntoIterator<Item = String>) -> Self {
        Self::Missing(columns.into_iter().collect())
    }

    fn of(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }

    /// `&&` of Kleene.
    pub(crate) fn all(truths: impl IntoIterator<Item = Self>) -> Self {
        Self::decided(truths, &Self::False, Self::True)
    }

    /// `||` of Kleene.
    pub(crate) fn any(truths: impl IntoIterator<Item = Self>) -> Self {
        Self::decided(truths, &Self::True, Self::False)
    }

    /// `decisive` takes precedence over a missing value, in either order.
    fn decided(truths: impl IntoIterator<Item = Self>, decisive: &Self, otherwise: Self) -> Self {
        let mut missing = BTreeSet::new();
        for truth in truths {
            if truth == *decisive {
                return truth;
            }
            if let Self::Missing(columns) = truth {
                missing.extend(columns);
            }
        }
        if missing.is_empty() {
            otherwise
        } else {
            Self::Missing(missing)
        }
    }
}

#[derive(Clone, Copy)]
pub(super) enum Scalar<'a> {
    Text(&'a str),
    Number(Decimal),
    Date(Date),
}

pub(super) fn value<'a>(
    operand: &'a Operand,
    municipality: &'a Municipality,
) -> Result<Scalar<'a>, String> {
    match operand {
        Operand::Text(text, _) => Ok(Scalar::Text(text)),
        Operand::Number(number, _) => Ok(Scalar::Number(*number)),
        Operand::Field(field) => {
            let cell = municipality
                .get(&field.name)
                .ok_or_else(|| field.name.clone())?;
            // A cell that does not match the column's type is refused when rows are read.
            let value = match municipality.columns().type_of(&field.name) {
                Some(ColumnType::Number) => municipality.number(&field.name).map(Scalar::Number),
                Some(ColumnType::Date) => municipality.date(&field.name).map(Scalar::Date),
                Some(ColumnType::Text) | None => Some(Scalar::Text(cell)),
            };
            value.ok_or_else(|| field.name.clone())
        }
    }
}

pub(super) fn compare(comparison: Comparison, left: &Scalar<'_>, right: &Scalar<'_>) -> bool {
    use std::cmp::Ordering;
    let ordering = match (left, right) {
        // Normalise, so that a letter with accent is equal in composed and decomposed form.
        (Scalar::Text(left), Scalar::Text(right)) => Some(composed(left).cmp(&composed(right))),
        (Scalar::Number(left), Scalar::Number(right)) => Some(left.cmp(right)),
        (Scalar::Date(left), Scalar::Date(right)) => Some(left.cmp(right)),
        // A date in a condition is written as a text.
        (Scalar::Date(left), Scalar::Text(right)) => {
            Date::parse(right).map(|right| left.cmp(&right))
        }
        (Scalar::Text(left), Scalar::Date(right)) => Date::parse(left).map(|left| left.cmp(right)),
        _ => None,
    };
    match comparison {
        Comparison::Equal => ordering == Some(Ordering::Equal),
        Comparison::NotEqual => ordering != Some(Ordering::Equal),
        Comparison::Less => ordering == Some(Ordering::Less),
        Comparison::LessOrEqual => matches!(ordering, Some(Ordering::Less | Ordering::Equal)),
        Comparison::Greater => ordering == Some(Ordering::Greater),
        Comparison::GreaterOrEqual => matches!(ordering, Some(Ordering::Greater | Ordering::Equal)),
    }
}

pub(super) fn evaluate(term: &Term, municipality: &Municipality) -> Truth {
    match term {
        Term::Constant(value) => Truth::of(*value),
        Term::Not(inner) => match evaluate(inner, municipality) {
            Truth::True => Truth::False,
            Truth::False => Truth::True,
            missing @ Truth::Missing(_) => missing,
        },
        Term::And(terms) => Truth::all(terms.iter().map(|term| evaluate(term, municipality))),
        Term::Or(terms) => Truth::any(terms.iter().map(|term| evaluate(term, municipality))),
        Term::Has(field) => Truth::of(municipality.get(&field.name).is_some()),
        Term::Compare(comparison, left, right) => {
            match (value(left, municipality), value(right, municipality)) {
                (Ok(left), Ok(right)) => Truth::of(compare(*comparison, &left, &right)),
                (left, right) => Truth::missing(left.err().into_iter().chain(right.err())),
            }
        }
        // A known equal option decides; an unknown one might be equal.
        Term::In(left, options) => match value(left, municipality) {
            Err(column) => Truth::missing([column]),
            Ok(left) => {
                let mut missing = BTreeSet::new();
                for option in options {
                    match value(option, municipality) {
                        Ok(right) if compare(Comparison::Equal, &left, &right) => {
                            return Truth::True;
                        }
                        Ok(_) => {}
                        Err(column) => drop(missing.insert(column)),
                    }
                }
                if missing.is_empty() {
                    Truth::False
                } else {
                    Truth::Missing(missing)
                }
            }
        },
        Term::Match(kind, field, pattern) => match municipality.get(&field.name) {
            None => Truth::missing([field.name.clone()]),
            Some(cell) => {
                let (cell, pattern) = (composed(cell), composed(pattern));
                Truth::of(match kind {
                    Match::Starts => cell.starts_with(&*pattern),
                    Match::Ends => cell.ends_with(&*pattern),
                    Match::Contains => cell.contains(&*pattern),
                })
            }
        },
    }
}
