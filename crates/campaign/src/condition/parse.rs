//! From the syntax tree of CEL to terms; unsupported syntax is a mistake with its location.

use std::ops::Range;

use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue, SelectExpr, SourceInfo, operators};
use cel::parser::Parser;
use raadspost_content::{Decimal, Diagnostics, NumberFormat};
use raadspost_yaml::Text;

use super::{Comparison, Condition, Field, Match, Operand, Term};

/// Bytes of a condition, at most: the parser of CEL goes as deep as a chain is long.
const LENGTH_LIMIT: usize = 8_000;

impl Condition {
    /// Parses a condition and collects all mistakes in it.
    pub(crate) fn parse(text: &Text, diagnostics: &mut Diagnostics) -> Option<Self> {
        if text.text.len() > LENGTH_LIMIT {
            let message = format!("the condition has more than {LENGTH_LIMIT} bytes");
            diagnostics.push(
                text.error("broken-condition", 0..0, message)
                    .hint("write it shorter, or add a column to the register"),
            );
            return None;
        }
        let parser = Parser::new().max_recursion_depth(64);
        let (expression, info) = match parser.parse_with_source_info(&text.text) {
            Ok(parsed) => parsed,
            Err(errors) => {
                // One mistake usually causes several messages; the first has the right location.
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
                let mistake = super::mistakes::translate(&text.text, start + within, deep);
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
}

struct Lowering<'a> {
    text: &'a Text,
    info: &'a SourceInfo,
    diagnostics: &'a mut Diagnostics,
    failed: bool,
}

impl Lowering<'_> {
    /// The byte range of an expression, as far as the parser reports it.
    pub(super) fn at(&self, expression: &IdedExpr) -> (usize, usize) {
        let text = &self.text.text;
        let byte = |chars: u32| {
            text.char_indices()
                .nth(chars as usize)
                .map_or(text.len(), |(at, _)| at)
        };
        match self.info.offset_for(expression.id) {
            // The parser reports the last character, not the one after it.
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

    pub(super) fn term(&mut self, expression: &IdedExpr) -> Option<Term> {
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
                    format!("`{name}` is a value, not a condition"),
                    format!("write `{name} == \"…\"`, or `has({name})`"),
                )
            }
            Expr::Ident(name) => self.bare(expression, name, None),
            _ => self.unsupported(expression, "a value that is not true or false"),
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

    /// Rejects a bare word: a text without quotes, or a column without `municipality.`; the other
    /// operand shows which was meant.
    fn bare<T>(
        &mut self,
        expression: &IdedExpr,
        name: &str,
        other: Option<&IdedExpr>,
    ) -> Option<T> {
        let (from, to) = self.at(expression);
        let text = format!("put a text in quotes: `\"{name}\"`");
        let field = format!("write `municipality.{name}`");
        let hint = match other.map(|other| &other.expr) {
            _ if name == "municipality" => "name a column: `municipality.name`".to_owned(),
            Some(Expr::Select(_)) => text,
            Some(Expr::Literal(_) | Expr::List(_)) | None => field,
            Some(_) => format!("{text}, or for a column {field}"),
        };
        let message = format!("`{name}` is neither a text in quotes nor a field");
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

    /// The operands of a comparison.
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
            // The parser has rounded it to a binary float; compare the number as written.
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
        // The parser reports where it begins; it ends before the first character that cannot
        // continue a number.
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
            return self.unsupported(expression, "this notation for a number");
        };
        // Many people write 100000 as `100.000`: an ambiguous number is an error, not a guess.
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

    pub(super) fn field(&mut self, expression: &IdedExpr, select: &SelectExpr) -> Option<Field> {
        match &select.operand.expr {
            Expr::Ident(root) if root == "municipality" => {
                // The parser's location of a selection is its dot; show the whole field.
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
                    "a condition can use columns of the register: `municipality.name`".to_owned()
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
