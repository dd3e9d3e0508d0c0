//! Conditions: the part of the Common Expression Language (CEL) that a campaign needs.
//!
//! CEL gives the syntax, parsed by the `cel` crate; what a condition may say is checked and
//! evaluated here, because of one rule of ours: a missing value makes a comparison neither true
//! nor false (Kleene's three-valued logic), and a document that hangs on it is refused. `has(x)`
//! is how an author says that a missing value is expected.

mod mistakes;

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue, SelectExpr, SourceInfo, operators};
use cel::parser::Parser;
use raadspost_content::{Date, Decimal, Diagnostic, Diagnostics, NumberFormat, Place, nearest};
use raadspost_yaml::Text;

use crate::register::{ColumnType, Columns, Municipality};
use crate::typography::composed;

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

/// A field of the register and where the condition names it (byte range of the condition's text).
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

/// What a condition comes to for one municipality.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Truth {
    /// It holds.
    True,
    /// It does not hold.
    False,
    /// It depends on these columns, which have no value.
    Missing(BTreeSet<String>),
}

impl Truth {
    fn missing(columns: impl IntoIterator<Item = String>) -> Self {
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

    /// `decisive` wins over a missing value, in whatever order they stand.
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

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text.text)
    }
}

impl Condition {
    /// Where it stands.
    pub(crate) fn place(&self) -> Place {
        self.text.whole()
    }

    /// Its text, and the line of the file on which it begins, from 1.
    pub(crate) fn told(&self) -> (String, usize) {
        let (line, _) = self
            .text
            .source
            .line_column(self.text.span(0..0).start as usize);
        (self.text.text.trim().to_owned(), line)
    }

    /// Parses a condition; all mistakes in it are collected.
    pub(crate) fn parse(text: &Text, diagnostics: &mut Diagnostics) -> Option<Self> {
        let parser = Parser::new().max_recursion_depth(64);
        let (expression, info) = match parser.parse_with_source_info(&text.text) {
            Ok(parsed) => parsed,
            Err(errors) => {
                // One mistake as a rule draws several messages after it; the first says where.
                let error = errors.errors.into_iter().next()?;
                let line = usize::try_from(error.pos.0).unwrap_or(1).max(1) - 1;
                let column = usize::try_from(error.pos.1).unwrap_or(0);
                let start: usize = text
                    .text
                    .split_inclusive('\n')
                    .take(line)
                    .map(str::len)
                    .sum();
                let within = text.text[start..]
                    .char_indices()
                    .nth(column)
                    .map_or(text.text.len() - start, |(at, _)| at);
                let deep = error.msg.contains("Recursion limit");
                let mistake = mistakes::translate(&text.text, start + within, deep);
                diagnostics.push(
                    text.error("broken-condition", mistake.range, mistake.message)
                        .hint(mistake.hint),
                );
                return None;
            }
        };
        let mut lowering = Lowering {
            text,
            info: &info,
            diagnostics,
            failed: false,
        };
        let term = lowering.term(&expression);
        if lowering.failed {
            None
        } else {
            Some(Self {
                text: text.clone(),
                term: term?,
            })
        }
    }

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

    fn type_of(
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

    /// What the condition comes to for one municipality.
    pub(crate) fn evaluate(&self, municipality: &Municipality) -> Truth {
        evaluate(&self.term, municipality)
    }
}

/// What mends a comparison of unlike types: the type of the column, or how the value is written.
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

/// An error for a field that no column gives.
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

impl Operand {
    fn at(&self) -> (usize, usize) {
        match self {
            Self::Field(field) => field.at,
            Self::Text(_, at) | Self::Number(_, at) => *at,
        }
    }
}

#[derive(Clone, Copy)]
enum Scalar<'a> {
    Text(&'a str),
    Number(Decimal),
    Date(Date),
}

fn value<'a>(operand: &'a Operand, municipality: &'a Municipality) -> Result<Scalar<'a>, String> {
    match operand {
        Operand::Text(text, _) => Ok(Scalar::Text(text)),
        Operand::Number(number, _) => Ok(Scalar::Number(*number)),
        Operand::Field(field) => {
            let cell = municipality
                .get(&field.name)
                .ok_or_else(|| field.name.clone())?;
            // A cell that is not of the column's type is refused where rows are read.
            let value = match municipality.columns().type_of(&field.name) {
                Some(ColumnType::Number) => municipality.number(&field.name).map(Scalar::Number),
                Some(ColumnType::Date) => municipality.date(&field.name).map(Scalar::Date),
                Some(ColumnType::Text) | None => Some(Scalar::Text(cell)),
            };
            value.ok_or_else(|| field.name.clone())
        }
    }
}

fn compare(comparison: Comparison, left: &Scalar<'_>, right: &Scalar<'_>) -> bool {
    use std::cmp::Ordering;
    let ordering = match (left, right) {
        // A letter with its accent is one whether it is written as one character or as two.
        (Scalar::Text(left), Scalar::Text(right)) => Some(composed(left).cmp(&composed(right))),
        (Scalar::Number(left), Scalar::Number(right)) => Some(left.cmp(right)),
        (Scalar::Date(left), Scalar::Date(right)) => Some(left.cmp(right)),
        // A date of a condition is written as a text.
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

fn evaluate(term: &Term, municipality: &Municipality) -> Truth {
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
        // A known option that is equal decides; an unknown one could have been equal.
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

struct Lowering<'a> {
    text: &'a Text,
    info: &'a SourceInfo,
    diagnostics: &'a mut Diagnostics,
    failed: bool,
}

impl Lowering<'_> {
    /// The byte range of an expression, as far as the parser tells it.
    fn at(&self, expression: &IdedExpr) -> (usize, usize) {
        let text = &self.text.text;
        let byte = |chars: u32| {
            text.char_indices()
                .nth(chars as usize)
                .map_or(text.len(), |(at, _)| at)
        };
        match self.info.offset_for(expression.id) {
            // The parser tells the last character, not the one behind it.
            Some((start, stop)) => (byte(start), byte(stop.saturating_add(1)).max(byte(start))),
            None => (0, text.len()),
        }
    }

    fn unsupported<T>(&mut self, expression: &IdedExpr, what: &str) -> Option<T> {
        let (from, to) = self.at(expression);
        self.diagnostics.push(
            self.text
                .error("unsupported-condition", from..to, format!("{what} is not supported in a condition"))
                .hint("use fields, texts, numbers, `==`, `!=`, `<`, `<=`, `>`, `>=`, `in [..]`, `&&`, `||`, `!`, `has(..)`, `.startsWith(..)`, `.endsWith(..)` and `.contains(..)`"),
        );
        self.failed = true;
        None
    }

    fn term(&mut self, expression: &IdedExpr) -> Option<Term> {
        match &expression.expr {
            Expr::Literal(LiteralValue::Boolean(value)) => Some(Term::Constant(*value.inner())),
            Expr::Select(select) if select.test => {
                let mut select = select.clone();
                select.test = false;
                let field = self.field(expression, &select)?;
                Some(Term::Has(field))
            }
            Expr::Call(call) => self.call(expression, call),
            Expr::Select(select) => {
                let field = self.field(expression, select)?;
                let name = format!("municipality.{}", field.name);
                self.refuse(
                    field.at.0..field.at.1,
                    format!("`{name}` is not compared with anything"),
                    format!("write `{name} == \"…\"`, or `has({name})`"),
                )
            }
            Expr::Ident(name) => self.bare(expression, name, None),
            _ => self.unsupported(expression, "a value that is neither true nor false"),
        }
    }

    fn refuse<T>(&mut self, range: Range<usize>, message: String, hint: String) -> Option<T> {
        self.diagnostics.push(
            self.text
                .error("unsupported-condition", range, message)
                .hint(hint),
        );
        self.failed = true;
        None
    }

    /// Refuses a word by itself: a text without quotes, or a column without `municipality.`, which
    /// can be told from what it is compared with.
    fn bare<T>(
        &mut self,
        expression: &IdedExpr,
        name: &str,
        other: Option<&IdedExpr>,
    ) -> Option<T> {
        let (from, to) = self.at(expression);
        let text = format!("put a text between quotes: `\"{name}\"`");
        let field = format!("write `municipality.{name}`");
        let hint = match other.map(|other| &other.expr) {
            _ if name == "municipality" => "name a column: `municipality.name`".to_owned(),
            Some(Expr::Select(_)) => text,
            Some(Expr::Literal(_) | Expr::List(_)) | None => field,
            Some(_) => format!("{text}, or for a column {field}"),
        };
        let message = format!("`{name}` is neither a text between quotes nor a field");
        self.refuse(from..to, message, hint)
    }

    fn call(&mut self, expression: &IdedExpr, call: &CallExpr) -> Option<Term> {
        let comparison = match call.func_name.as_str() {
            operators::EQUALS => Some(Comparison::Equal),
            operators::NOT_EQUALS => Some(Comparison::NotEqual),
            operators::LESS => Some(Comparison::Less),
            operators::LESS_EQUALS => Some(Comparison::LessOrEqual),
            operators::GREATER => Some(Comparison::Greater),
            operators::GREATER_EQUALS => Some(Comparison::GreaterOrEqual),
            _ => None,
        };
        if let (Some(comparison), [left, right]) = (comparison, call.args.as_slice()) {
            let (left, right) = (
                self.operand_beside(left, Some(right)),
                self.operand_beside(right, Some(left)),
            );
            return Some(Term::Compare(comparison, left?, right?));
        }
        match (call.func_name.as_str(), &call.target, call.args.as_slice()) {
            (operators::LOGICAL_AND, None, args) => {
                let terms: Vec<_> = args.iter().map(|arg| self.term(arg)).collect();
                Some(Term::And(terms.into_iter().collect::<Option<_>>()?))
            }
            (operators::LOGICAL_OR, None, args) => {
                let terms: Vec<_> = args.iter().map(|arg| self.term(arg)).collect();
                Some(Term::Or(terms.into_iter().collect::<Option<_>>()?))
            }
            (operators::LOGICAL_NOT, None, [inner]) => Some(Term::Not(Box::new(self.term(inner)?))),
            (operators::IN, None, [left, right]) => {
                let Expr::List(list) = &right.expr else {
                    return self.unsupported(right, "`in` without a list");
                };
                let options: Vec<_> = list
                    .elements
                    .iter()
                    .map(|element| self.operand_beside(element, Some(left)))
                    .collect();
                let left = self.operand_beside(left, Some(right));
                Some(Term::In(left?, options.into_iter().collect::<Option<_>>()?))
            }
            (name @ ("startsWith" | "endsWith" | "contains"), Some(target), [pattern]) => {
                let kind = match name {
                    "startsWith" => Match::Starts,
                    "endsWith" => Match::Ends,
                    _ => Match::Contains,
                };
                let target_operand = self.operand_beside(target, Some(pattern))?;
                match (target_operand, self.operand_beside(pattern, Some(target))?) {
                    (Operand::Field(field), Operand::Text(pattern, _)) => {
                        Some(Term::Match(kind, field, pattern))
                    }
                    _ => self.unsupported(expression, "this use of a text function"),
                }
            }
            (name, ..) => {
                let name = name.trim_matches(['_', '@']).to_owned();
                self.unsupported(expression, &format!("`{name}`"))
            }
        }
    }

    /// What is compared, with what it is compared with.
    fn operand_beside(
        &mut self,
        expression: &IdedExpr,
        other: Option<&IdedExpr>,
    ) -> Option<Operand> {
        match &expression.expr {
            Expr::Ident(name) => self.bare(expression, name, other),
            _ => self.operand(expression),
        }
    }

    fn operand(&mut self, expression: &IdedExpr) -> Option<Operand> {
        let at = self.at(expression);
        match &expression.expr {
            Expr::Literal(LiteralValue::Int(number)) => {
                Some(Operand::Number(Decimal::from(*number.inner()), at))
            }
            Expr::Literal(LiteralValue::UInt(number)) => match i64::try_from(*number.inner()) {
                Ok(number) => Some(Operand::Number(Decimal::from(number), at)),
                Err(_) => self.unsupported(expression, "a number of this size"),
            },
            // The parser has rounded it to a binary float; what is compared is what is written.
            Expr::Literal(LiteralValue::Double(_)) => self.decimal(expression),
            Expr::Literal(LiteralValue::String(text)) => {
                Some(Operand::Text(text.inner().to_owned(), at))
            }
            Expr::Select(select) if !select.test => {
                self.field(expression, select).map(Operand::Field)
            }
            Expr::Call(call) if call.func_name == operators::NEGATE => {
                match self.operand(call.args.first()?)? {
                    Operand::Number(number, at) => Some(Operand::Number(-number, at)),
                    Operand::Field(_) | Operand::Text(..) => {
                        self.unsupported(expression, "`-` before this")
                    }
                }
            }
            _ => self.unsupported(expression, "this value"),
        }
    }

    /// A number with a point.
    fn decimal(&mut self, expression: &IdedExpr) -> Option<Operand> {
        // The parser tells where it begins; it ends where no sign of a number follows.
        let (from, _) = self.at(expression);
        let rest = &self.text.text[from..];
        let digits = rest.trim_start_matches(['-', ' ']);
        let length = digits
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '.')
            .unwrap_or(digits.len());
        let at = (from, from + rest.len() - digits.len() + length);
        let written = self.text.text[at.0..at.1].replace(' ', "");
        let written = written.as_str();
        let Some(number) = Decimal::parse(written) else {
            return self.unsupported(expression, "this way to write a number");
        };
        // `100.000` is how many people write 100000: what can be read two ways is not guessed.
        if let Ok(grouped) = NumberFormat::PointComma.read(written)
            && grouped != number
        {
            let (whole, _) = written.split_once('.').unwrap_or((written, ""));
            self.diagnostics.push(
                self.text
                    .error(
                        "unclear-number",
                        at.0..at.1,
                        format!("`{written}` can be read as {grouped} or {number}"),
                    )
                    .hint(format!("write `{grouped}`, or `{whole}.0` for {whole}")),
            );
            self.failed = true;
            return None;
        }
        Some(Operand::Number(number, at))
    }

    fn field(&mut self, expression: &IdedExpr, select: &SelectExpr) -> Option<Field> {
        match &select.operand.expr {
            Expr::Ident(root) if root == "municipality" => {
                // The parser's place of a selection is its dot; show the whole field.
                let full = format!("municipality.{}", select.field);
                let near = self.at(expression).0;
                let found = self.text.text[..]
                    .match_indices(&full)
                    .min_by_key(|(at, _)| at.abs_diff(near));
                let from = found.map_or(near, |(at, _)| at);
                Some(Field {
                    name: select.field.clone(),
                    at: (from, (from + full.len()).min(self.text.text.len())),
                })
            }
            Expr::Ident(root) => {
                let full = format!("{root}.{}", select.field);
                let from = self.text.text.find(&full).unwrap_or(0);
                let hint = if matches!(root.as_str(), "campaign" | "sender") {
                    "a condition asks for columns of the register: `municipality.name`".to_owned()
                } else {
                    format!("write `municipality.{}`", select.field)
                };
                self.refuse(
                    from..(from + full.len()).min(self.text.text.len()),
                    format!("`{full}` is not a column of the register"),
                    hint,
                )
            }
            _ => self.unsupported(expression, "this value"),
        }
    }
}

impl Condition {
    /// Stands for a condition that did not parse, so that the text around it can still be read.
    pub(crate) fn never(text: &Text) -> Self {
        Self {
            text: text.clone(),
            term: Term::Constant(false),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{Register, RegisterSettings};
    use raadspost_content::Source;
    use raadspost_yaml::OffsetMap;

    fn text(expression: &str) -> Text {
        let mut map = OffsetMap::default();
        map.push(0, 0);
        let source = Source::new("when", expression);
        Text {
            source,
            text: expression.to_owned(),
            map,
        }
    }

    fn row(cells: &str) -> Municipality {
        let table = format!("code,name,population,seats,population_date\n{cells}\n");
        let mut rows = Register::open("r.csv", table.as_bytes(), &RegisterSettings::default())
            .expect("a header");
        rows.next().expect("a row").expect("a clean row")
    }

    fn truth(expression: &str, municipality: &Municipality) -> Truth {
        let mut diagnostics = Vec::new();
        let condition = Condition::parse(&text(expression), &mut diagnostics);
        let condition = condition.unwrap_or_else(|| panic!("{expression}: {diagnostics:?}"));
        condition.check(&Arc::clone(municipality.columns()), &mut diagnostics);
        assert!(diagnostics.is_empty(), "{expression}: {diagnostics:?}");
        condition.evaluate(municipality)
    }

    #[test]
    fn conditions_say_what_they_mean() {
        let row = row("GM1,’s-Hertogenbosch,160000,39,2026-01-01");
        for holds in [
            "municipality.population >= 100000",
            "100000 < municipality.population",
            "municipality.population == 160000.0",
            "municipality.name == \"’s-Hertogenbosch\"",
            "municipality.name != 'Utrecht' && municipality.seats > 37",
            "municipality.code in [\"GM1\", \"GM2\"]",
            "!(municipality.seats in [1, 2])",
            "municipality.name.startsWith(\"’s-\") || false",
            "municipality.name.contains(\"togen\") && municipality.name.endsWith(\"bosch\")",
            "municipality.population_date >= \"2025-12-31\"",
            "has(municipality.population)",
            "-1 < municipality.seats",
        ] {
            assert_eq!(truth(holds, &row), Truth::True, "{holds}");
            assert_eq!(truth(&format!("!({holds})"), &row), Truth::False, "{holds}");
        }
    }

    #[test]
    fn numbers_are_exact_and_dates_are_dates_however_the_register_writes_them() {
        let table =
            "code;name;population;population_date\nGM1;A;9.007.199.254.740.993,5;31-12-2025\n";
        let register = |text: &'static str| {
            Register::open("r.csv", text.as_bytes(), &RegisterSettings::default())
                .expect("a header")
        };
        let survey = register(table).survey(|_, _| {}).expect("clear formats");
        let mut rows = register(table)
            .with_formats(&survey.columns)
            .expect("the same");
        let row = rows.next().expect("a row").expect("a clean row");
        for holds in [
            "municipality.population == 9007199254740993.5",
            "municipality.population > 9007199254740993",
            "municipality.population > 9007199254740993.4999",
            "municipality.population > -0.5",
            "municipality.population_date == \"2025-12-31\"",
            "municipality.population_date < \"2026-01-01\"",
            "\"2025-02-01\" < municipality.population_date",
            "municipality.population_date in [\"2025-12-31\"]",
        ] {
            assert_eq!(truth(holds, &row), Truth::True, "{holds}");
        }
    }

    #[test]
    fn a_number_that_may_have_a_thousands_point_is_a_mistake() {
        let parse = |expression: &str| {
            let mut diagnostics = Vec::new();
            let condition = Condition::parse(&text(expression), &mut diagnostics);
            assert_eq!(condition.is_none(), !diagnostics.is_empty());
            diagnostics.pop()
        };
        let found = parse("municipality.population >= 100.000").expect("a mistake");
        assert_eq!(found.code, "unclear-number");
        assert_eq!(found.message, "`100.000` can be read as 100000 or 100.000");
        assert_eq!(
            found.hint.as_deref(),
            Some("write `100000`, or `100.0` for 100")
        );
        assert_eq!(found.location().2, Some(28));
        for clear in ["100.0", "100.0000", "0.125", "1000.125", "-8.5", "100000"] {
            assert!(
                parse(&format!("municipality.population >= {clear}")).is_none(),
                "{clear}"
            );
        }
        let found = parse("municipality.population in [1, 2.500]").expect("a mistake");
        assert_eq!(found.hint.as_deref(), Some("write `2500`, or `2.0` for 2"));
        assert_eq!(
            parse("municipality.population > 1e5").map(|found| found.code),
            Some("unsupported-condition")
        );
    }

    #[test]
    fn a_missing_value_is_neither_true_nor_false() {
        let row = row("GM1,Ergens,,39,");
        let missing = Truth::missing(["population".to_owned()]);
        let both = Truth::missing(["population".to_owned(), "population_date".to_owned()]);
        for (expression, expected) in [
            ("municipality.population >= 1", missing.clone()),
            ("!(municipality.population >= 1)", missing.clone()),
            ("municipality.population != 1", missing.clone()),
            ("municipality.population in [1]", missing.clone()),
            ("!(municipality.population in [1])", missing.clone()),
            (
                "municipality.seats in [1, municipality.population]",
                missing.clone(),
            ),
            (
                "!(municipality.seats in [1, municipality.population])",
                missing.clone(),
            ),
            (
                "municipality.seats in [municipality.population, 39]",
                Truth::True,
            ),
            ("municipality.seats in [1, 2]", Truth::False),
            ("municipality.population in []", missing.clone()),
            (
                "municipality.population > 1 && municipality.population_date > \"2026-01-01\"",
                both.clone(),
            ),
            (
                "municipality.population > 1 || municipality.population_date > \"2026-01-01\"",
                both.clone(),
            ),
            ("has(municipality.population)", Truth::False),
            (
                "municipality.population >= 1 && municipality.seats == 39",
                missing.clone(),
            ),
            // What is decided without it is decided.
            (
                "municipality.population >= 1 && municipality.seats == 1",
                Truth::False,
            ),
            (
                "municipality.seats == 1 && municipality.population >= 1",
                Truth::False,
            ),
            (
                "municipality.population >= 1 || municipality.seats == 39",
                Truth::True,
            ),
            (
                "has(municipality.population) && municipality.population >= 1",
                Truth::False,
            ),
            (
                "!has(municipality.population) || municipality.population >= 1",
                Truth::True,
            ),
        ] {
            assert_eq!(truth(expression, &row), expected, "{expression}");
        }
    }

    #[test]
    fn composed_and_decomposed_letters_are_equal() {
        let row = row("GM1,Su\u{301}dwest,1,1,2026-01-01");
        for holds in [
            "municipality.name == \"S\u{fa}dwest\"",
            "municipality.name in [\"S\u{fa}dwest\"]",
            "municipality.name.startsWith(\"S\u{fa}\")",
            "municipality.name.contains(\"\u{fa}d\")",
            "!(municipality.name != \"S\u{fa}dwest\")",
            "!municipality.name.startsWith(\"Su\") && !municipality.name.endsWith(\"u\u{301}dwest \")",
        ] {
            assert_eq!(truth(holds, &row), Truth::True, "{holds}");
        }
    }

    #[test]
    fn mistakes_are_told_in_plain_words_with_what_to_write() {
        for (written, place, hint) in [
            (
                "municipality.province == Utrecht",
                "Utrecht",
                "`\"Utrecht\"`",
            ),
            (
                "municipality.province == Den Haag",
                "Den Haag",
                "`\"Den Haag\"`",
            ),
            (
                "province == \"Utrecht\"",
                "province",
                "`municipality.province`",
            ),
            (
                "municipality.province in [Utrecht]",
                "Utrecht",
                "`\"Utrecht\"`",
            ),
            (
                "province in [\"Utrecht\"]",
                "province",
                "`municipality.province`",
            ),
            (
                "gemeente.name == \"Utrecht\"",
                "gemeente.name",
                "`municipality.name`",
            ),
            (
                "campaign.id == \"x\"",
                "campaign.id",
                "columns of the register",
            ),
            ("municipality.province = \"Utrecht\"", "=", "`==`"),
            ("municipality.province === \"Utrecht\"", "===", "`==`"),
            ("municipality.seats => 3", "=>", "`>=`"),
            ("municipality.seats =< 3", "=<", "`<=`"),
            ("municipality.seats ≥ 3", "≥", "`>=`"),
            ("municipality.seats <> 3", "<>", "`!=`"),
            (
                "municipality.seats > 3 or municipality.seats < 2",
                "or",
                "`||`",
            ),
            (
                "municipality.seats > 3 and municipality.seats < 9",
                "and",
                "`&&`",
            ),
            (
                "municipality.seats > 3 en municipality.seats < 9",
                "en",
                "`&&`",
            ),
            (
                "municipality.seats > 3 & municipality.seats < 9",
                "&",
                "`&&`",
            ),
            ("not municipality.seats > 3", "not", "`!"),
            ("municipality.name == “Utrecht”", "“", "`\"`"),
            (
                "municipality.name == \"Utrecht",
                "\"Utrecht",
                "`\"Utrecht\"`",
            ),
            ("(municipality.seats > 3", "(", "`)`"),
            ("municipality.seats > 3)", ")", "remove"),
            ("municipality.name in [\"a\"", "[", "`]`"),
            (
                "municipality.population > 1.250.000",
                "1.250.000",
                "`1250000`",
            ),
            ("municipality.population > 100 000", "100 000", "`100000`"),
            ("municipality.population >=", "=", "100000"),
            (
                "municipality.name",
                "municipality.name",
                "has(municipality.name)",
            ),
            ("", "", "write it like"),
        ] {
            let mut diagnostics = Vec::new();
            let text = text(written);
            Condition::parse(&text, &mut diagnostics);
            let [found] = diagnostics.as_slice() else {
                panic!("{written}: {diagnostics:?}")
            };
            assert!(
                found
                    .hint
                    .as_ref()
                    .is_some_and(|found| found.contains(hint)),
                "{found}"
            );
            let Place::Source(_, span) = &found.place else {
                panic!("{found}")
            };
            let (from, to) = (span.start as usize, (span.end as usize).min(written.len()));
            assert_eq!(&written[from..to], place, "{found}");
            for word in [
                "mismatched",
                "expecting",
                "token",
                "<eof>",
                "input",
                "yntax",
            ] {
                assert!(!found.to_string().contains(word), "{found}");
            }
        }
    }

    #[test]
    fn unlike_types_are_told_with_the_cure() {
        let row = row("GM1,Ergens,1,1,2026-01-01");
        for (written, hint) in [
            (
                "municipality.name > 3",
                "`name: { heading: …, type: number }`",
            ),
            (
                "municipality.name > municipality.seats",
                "`name: { heading: …, type: number }`",
            ),
            ("municipality.population > \"100.000\"", "`100000`"),
            ("municipality.population_date > \"1 mei\"", "2026-01-31"),
            ("municipality.inwoners > 3", "the register has: code, name"),
            (
                "municipality.seets > 3",
                "did you mean `municipality.seats`?",
            ),
            ("municipality.inwoners in [1, 2, 3]", "the register has"),
        ] {
            let mut diagnostics = Vec::new();
            let condition =
                Condition::parse(&text(written), &mut diagnostics).expect("a condition");
            condition.check(&Arc::clone(row.columns()), &mut diagnostics);
            let [found] = diagnostics.as_slice() else {
                panic!("{written}: {diagnostics:?}")
            };
            assert!(
                found
                    .hint
                    .as_ref()
                    .is_some_and(|found| found.contains(hint)),
                "{found}"
            );
        }
    }

    #[test]
    fn whatever_is_written_is_answered_with_a_diagnostic() {
        let deep = "(".repeat(5000) + &")".repeat(5000);
        for expression in [
            "",
            " ",
            "(",
            ")",
            "((((",
            "a",
            "a.b",
            "municipality",
            "municipality.",
            "municipality.name",
            "has(",
            "has(1)",
            "has(municipality)",
            "\"",
            "'a",
            "1 +",
            "1 + 2",
            "{",
            "{\"a\": 1}",
            "[1]",
            "x ? y : z",
            "municipality.name ==",
            "== 3",
            "municipality.population >= 9999999999999999999999",
            "\u{0}",
            "é",
            "ключ == 1",
            "1 in 2",
            "a && ",
            "municipality.name.matches(\"x\")",
            "municipality.name[0]",
            "municipality.list.exists(x, x > 1)",
            "😀 == 😀",
            "b\"a\" == b\"a\"",
            "// comment",
            "municipality.population >= 1 municipality.seats",
            deep.as_str(),
        ] {
            let mut diagnostics = Vec::new();
            let condition = Condition::parse(&text(expression), &mut diagnostics);
            assert!(
                condition.is_none() && !diagnostics.is_empty(),
                "{expression}"
            );
            for diagnostic in diagnostics {
                assert!(diagnostic.hint.is_some(), "{expression}: {diagnostic}");
            }
        }
    }
}
