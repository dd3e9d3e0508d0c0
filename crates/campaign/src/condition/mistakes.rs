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
    let found = |range: Range<usize>, message: String, hint: String| {
        Some(Mistake {
            range,
            message,
            hint,
        })
    };
    let mut open: Vec<(usize, char)> = Vec::new();
    // The word before this position, if only white space is between.
    let mut before: Option<Range<usize>> = None;
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let next = at + c.len_utf8();
        match c {
            '"' | '\'' => {
                let Some(end) = end_of_quotes(rest) else {
                    return found(
                        at..text.trim_end().len().max(next),
                        "the quotes are not closed".to_owned(),
                        format!("write `{}{c}`", rest.trim_end()),
                    );
                };
                at += end;
                before = None;
                continue;
            }
            '“' | '”' | '„' | '‘' | '’' | '«' | '»' => {
                return found(
                    at..next,
                    format!("`{c}` cannot begin a text"),
                    "put texts between straight quotes, `\"`: `\"Utrecht\"`".to_owned(),
                );
            }
            '(' | '[' => open.push((at, if c == '(' { ')' } else { ']' })),
            ')' | ']' => match open.pop() {
                Some((_, close)) if close == c => {}
                Some((from, close)) => {
                    return found(
                        from..from + 1,
                        format!("`{}` is closed by `{c}`", &text[from..=from]),
                        format!("write `{close}`"),
                    );
                }
                None => {
                    return found(
                        at..next,
                        format!("`{c}` has no opening bracket"),
                        format!(
                            "remove it, or write `{}` before what it closes",
                            if c == ')' { '(' } else { '[' }
                        ),
                    );
                }
            },
            _ if c.is_alphabetic() || c == '_' => {
                let end = rest
                    .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '-')))
                    .unwrap_or(rest.len());
                let word = &rest[..end];
                let small = word.to_lowercase();
                if let Some((_, cure)) = WORDS.iter().find(|(other, _)| *other == small) {
                    return found(
                        at..at + end,
                        format!("`{word}` is not an operator"),
                        format!("write `{cure}`; put a text in quotes"),
                    );
                }
                if let Some(before) = before
                    && word != "in"
                {
                    let both = &text[before.start..at + end];
                    return found(
                        before.start..at + end,
                        format!("`{both}` is not in quotes"),
                        format!("write `\"{both}\"`, or `&&` between two conditions"),
                    );
                }
                before = (word != "in").then_some(at..at + end);
                at += end;
                continue;
            }
            _ if c.is_ascii_digit() => {
                let end = number(rest);
                let digits: String = rest[..end].chars().filter(char::is_ascii_digit).collect();
                let signs = rest[..end].chars().filter(|c| !c.is_ascii_digit());
                let signs: Vec<char> = signs.collect();
                if signs.iter().any(|sign| *sign != '.') || signs.len() > 1 {
                    return found(
                        at..at + end,
                        format!("`{}` is not a number", &rest[..end]),
                        format!("write digits only: `{digits}`; a decimal point is `.`"),
                    );
                }
                at += end;
                before = None;
                continue;
            }
            _ => {
                let known = ["==", "!=", "<=", ">=", "&&", "||"];
                let doubled = rest.starts_with("===") || rest.starts_with("!==");
                if !doubled && known.iter().any(|known| rest.starts_with(known)) {
                    at += 2;
                    before = None;
                    continue;
                }
                let other = OPERATORS.iter().find(|(other, _)| rest.starts_with(other));
                if let Some((other, cure)) = other {
                    return found(
                        at..at + other.len(),
                        format!("`{other}` is not an operator"),
                        format!("write `{cure}`"),
                    );
                }
                if !c.is_whitespace() {
                    before = None;
                }
            }
        }
        if !c.is_whitespace() {
            before = None;
        }
        at = next;
    }
    let (from, close) = open.pop()?;
    found(
        from..from + 1,
        format!("`{}` is not closed", &text[from..=from]),
        format!("write `{close}` after its content"),
    )
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
