//! Messages for conditions that the CEL parser rejects, in plain words: the parser's own messages
//! never reach an author.

use std::ops::Range;

/// The mistake, its range, and the hint.
pub(crate) struct Mistake {
    pub(crate) range: Range<usize>,
    pub(crate) message: String,
    pub(crate) hint: String,
}

const EXAMPLE: &str =
    "write it like `municipality.population >= 100000 && has(municipality.seats)`";

/// Operators of other languages, longest first, with their equivalents.
const OPERATORS: [(&str, &str); 11] = [
    ("===", "=="),
    ("!==", "!="),
    ("=>", ">="),
    ("=<", "<="),
    ("<>", "!="),
    ("≥", ">="),
    ("≤", "<="),
    ("≠", "!="),
    ("=", "=="),
    ("&", "&&"),
    ("|", "||"),
];

/// Words of other languages, with their equivalents.
const WORDS: [(&str, &str); 11] = [
    ("and", "&&"),
    ("en", "&&"),
    ("und", "&&"),
    ("et", "&&"),
    ("or", "||"),
    ("of", "||"),
    ("oder", "||"),
    ("ou", "||"),
    ("not", "!( … )"),
    ("niet", "!( … )"),
    ("is", "=="),
];

/// Describes the mistake in a condition; `at` is where the parser stopped, and `deep` whether it
/// stopped because of the nesting.
pub(crate) fn translate(text: &str, at: usize, deep: bool) -> Mistake {
    let mistake = |range: Range<usize>, message: &str, hint: &str| Mistake {
        range,
        message: message.to_owned(),
        hint: hint.to_owned(),
    };
    if text.trim().is_empty() {
        return mistake(0..text.len().max(1), "the condition is empty", EXAMPLE);
    }
    if deep {
        return mistake(
            0..1,
            "the condition is nested too deeply",
            "write it with fewer parentheses",
        );
    }
    if let Some(found) = scan(text) {
        return found;
    }
    let start = text[..at.min(text.len())].len();
    let rest = text[start..].trim_start();
    if rest.is_empty() {
        let end = text.trim_end().len();
        let last = text[..end].chars().next_back().map_or(1, char::len_utf8);
        return mistake(
            end.saturating_sub(last)..end,
            "the condition ends before the second operand of a comparison",
            EXAMPLE,
        );
    }
    let start = text.len() - rest.len();
    let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    Mistake {
        range: start..start + end,
        message: format!("the condition is not valid from `{}` on", &rest[..end]),
        hint: EXAMPLE.to_owned(),
    }
}

/// The first use of notation that CEL does not have.
fn scan(text: &str) -> Option<Mistake> {
    let mut scan = Scan {
        text,
        at: 0,
        open: Vec::new(),
        before: None,
    };
    while let Some(c) = text[scan.at..].chars().next() {
        if let Err(mistake) = scan.token(c) {
            return Some(mistake);
        }
    }
    let (from, close) = scan.open.pop()?;
    Some(Mistake {
        range: from..from + 1,
        message: format!("`{}` is not closed", &text[from..=from]),
        hint: format!("write `{close}` after its content"),
    })
}

/// A condition that is read token by token, up to the first mistake.
struct Scan<'a> {
    text: &'a str,
    /// Where the next token begins.
    at: usize,
    /// Brackets that are open: where each begins, and what closes it.
    open: Vec<(usize, char)>,
    /// The word before this position, if only white space is between.
    before: Option<Range<usize>>,
}

impl Scan<'_> {
    /// Reads the token that begins with this character.
    fn token(&mut self, c: char) -> Result<(), Mistake> {
        match c {
            '"' | '\'' => self.quotes(c),
            '“' | '”' | '„' | '‘' | '’' | '«' | '»' => self.refused(
                c.len_utf8(),
                format!("`{c}` cannot begin a text"),
                "put texts between straight quotes, `\"`: `\"Utrecht\"`".to_owned(),
            ),
            '(' | '[' => {
                self.open.push((self.at, if c == '(' { ')' } else { ']' }));
                self.taken(1)
            }
            ')' | ']' => self.close(c),
            _ if c.is_alphabetic() || c == '_' => self.word(),
            _ if c.is_ascii_digit() => self.number(),
            _ if c.is_whitespace() => {
                self.at += c.len_utf8();
                Ok(())
            }
            _ => self.operator(c),
        }
    }

    /// Goes behind a token of so many bytes that is no word.
    fn taken(&mut self, length: usize) -> Result<(), Mistake> {
        self.at += length;
        self.before = None;
        Ok(())
    }

    /// A mistake in the next so many bytes.
    fn refused(&self, length: usize, message: String, hint: String) -> Result<(), Mistake> {
        Err(Mistake {
            range: self.at..self.at + length,
            message,
            hint,
        })
    }

    fn quotes(&mut self, quote: char) -> Result<(), Mistake> {
        let rest = &self.text[self.at..];
        match end_of_quotes(rest) {
            Some(end) => self.taken(end),
            None => self.refused(
                rest.trim_end().len().max(1),
                "the quotes are not closed".to_owned(),
                format!("write `{}{quote}`", rest.trim_end()),
            ),
        }
    }

    fn close(&mut self, bracket: char) -> Result<(), Mistake> {
        match self.open.pop() {
            Some((_, close)) if close == bracket => self.taken(1),
            Some((from, close)) => Err(Mistake {
                range: from..from + 1,
                message: format!("`{}` is closed by `{bracket}`", &self.text[from..=from]),
                hint: format!("write `{close}`"),
            }),
            None => {
                let opening = if bracket == ')' { '(' } else { '[' };
                self.refused(
                    1,
                    format!("`{bracket}` has no opening bracket"),
                    format!("remove it, or write `{opening}` before what it closes"),
                )
            }
        }
    }

    fn word(&mut self) -> Result<(), Mistake> {
        let rest = &self.text[self.at..];
        let end = rest
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '-')))
            .unwrap_or(rest.len());
        let word = &rest[..end];
        let small = word.to_lowercase();
        if let Some((_, cure)) = WORDS.iter().find(|(other, _)| *other == small) {
            return self.refused(
                end,
                format!("`{word}` is not an operator"),
                format!("write `{cure}`; put a text in quotes"),
            );
        }
        let here = self.at..self.at + end;
        if let Some(before) = self.before.take()
            && word != "in"
        {
            let range = before.start..here.end;
            let both = &self.text[range.clone()];
            return Err(Mistake {
                message: format!("`{both}` is not in quotes"),
                hint: format!("write `\"{both}\"`, or `&&` between two conditions"),
                range,
            });
        }
        self.at = here.end;
        self.before = (word != "in").then_some(here);
        Ok(())
    }

    fn number(&mut self) -> Result<(), Mistake> {
        let rest = &self.text[self.at..];
        let end = number(rest);
        let (digits, signs): (String, String) = rest[..end].chars().partition(char::is_ascii_digit);
        if !matches!(signs.as_str(), "" | ".") {
            return self.refused(
                end,
                format!("`{}` is not a number", &rest[..end]),
                format!("write digits only: `{digits}`; a decimal point is `.`"),
            );
        }
        self.taken(end)
    }

    fn operator(&mut self, c: char) -> Result<(), Mistake> {
        let rest = &self.text[self.at..];
        let known = ["==", "!=", "<=", ">=", "&&", "||"];
        let doubled = rest.starts_with("===") || rest.starts_with("!==");
        if !doubled && known.iter().any(|known| rest.starts_with(known)) {
            return self.taken(2);
        }
        let other = OPERATORS.iter().find(|(other, _)| rest.starts_with(other));
        match other {
            Some((other, cure)) => self.refused(
                other.len(),
                format!("`{other}` is not an operator"),
                format!("write `{cure}`"),
            ),
            None => self.taken(c.len_utf8()),
        }
    }
}

/// The end of the quoted text that begins here.
fn end_of_quotes(text: &str) -> Option<usize> {
    let quote = text.chars().next()?;
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\n' => return None,
            _ if c == quote => return Some(at + c.len_utf8()),
            _ => {}
        }
    }
    None
}

/// The length of a number, including the points, commas and spaces with which people group digits.
fn number(text: &str) -> usize {
    let mut end = 0;
    let digits =
        |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    end += digits(text);
    loop {
        let mut rest = text[end..].chars();
        let sign = match rest.next() {
            Some(sign @ ('.' | ',' | '\'' | '’' | ' ' | '\u{a0}' | '\u{202f}')) => sign,
            _ => return end,
        };
        let more = digits(rest.as_str());
        // A comma or space between the numbers of a list is not part of a number.
        let grouped = more == 3 || matches!(sign, '.') && more > 0;
        if !grouped {
            return end;
        }
        end += sign.len_utf8() + more;
    }
}
