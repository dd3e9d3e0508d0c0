//! Conditions: the part of the Common Expression Language (CEL) that a campaign needs.
//!
//! The `cel` crate parses the syntax. Conditions are checked and evaluated here, because a missing
//! value makes a comparison neither true nor false (Kleene's three-valued logic), and a document
//! that depends on it is refused. Authors write `has(x)` for values that may be missing.

mod check;
mod evaluate;
mod mistakes;
mod parse;
#[cfg(test)]
mod tests;

use std::fmt;

use evaluate::evaluate;
use raadspost_content::{Decimal, Place};
use raadspost_yaml::Text;

use crate::register::Municipality;

pub(crate) use check::unknown_field;
pub(crate) use evaluate::Truth;

/// A condition that parsed.
#[derive(Debug, Clone)]
pub(crate) struct Condition {
    text: Text,
    term: Term,
}

#[derive(Debug, Clone, PartialEq)]
enum Term {
    Constant(bool),
    Not(Box<Term>),
    And(Vec<Term>),
    Or(Vec<Term>),
    Has(Field),
    Compare(Comparison, Operand, Operand),
    In(Operand, Vec<Operand>),
    Match(Match, Field, String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Match {
    Starts,
    Ends,
    Contains,
}

/// A field of the register with its byte range in the condition's text.
#[derive(Debug, Clone, PartialEq)]
struct Field {
    name: String,
    at: (usize, usize),
}

#[derive(Debug, Clone, PartialEq)]
enum Operand {
    Field(Field),
    Text(String, (usize, usize)),
    Number(Decimal, (usize, usize)),
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text.text)
    }
}

impl Condition {
    /// Replaces a condition that did not parse, so that the surrounding text can still be read.
    pub(crate) fn never(text: &Text) -> Self {
        Self {
            text: text.clone(),
            term: Term::Constant(false),
        }
    }

    /// Its location.
    pub(crate) fn place(&self) -> Place {
        self.text.whole()
    }

    /// Its text, with the line of the file on which it begins, from 1.
    pub(crate) fn text_and_line(&self) -> (String, usize) {
        let (line, _) = self
            .text
            .source
            .line_column(self.text.span(0..0).start as usize);
        (self.text.text.trim().to_owned(), line)
    }

    /// The result of the condition for one municipality.
    pub(crate) fn evaluate(&self, municipality: &Municipality) -> Truth {
        evaluate(&self.term, municipality)
    }
}

impl Operand {
    fn at(&self) -> (usize, usize) {
        match self {
            Self::Field(field) => field.at,
            Self::Text(_, at) | Self::Number(_, at) => *at,
        }
    }
}
