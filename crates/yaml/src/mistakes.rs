//! Messages for invalid YAML, in plain words and at the cause: the parser reports where it stopped,
//! which is often a line or more after the mistake.

use std::ops::Range;
use std::sync::Arc;

use serde_saphyr::granit_parser::ErrorKind;

use raadspost_content::{Diagnostic, Place, Source, Span};

/// The diagnostic for a parser error at an offset.
pub(crate) fn translate(source: &Arc<Source>, kind: &ErrorKind, at: usize) -> Diagnostic {
    let text = source.text();
    let (range, message, hint) = cause(text, kind, at.min(text.len()));
    Diagnostic::error("broken-yaml", message)
        .at(Place::Source(
            source.clone(),
            Span::new(range.start, range.end.max(range.start + 1)),
        ))
        .hint(hint)
}

type Cause = (Range<usize>, String, String);

fn cause(text: &str, kind: &ErrorKind, at: usize) -> Cause {
    let line = line_at(text, at);
    let tab = line_before(text, &line)
        .into_iter()
        .chain([line.clone()])
        .chain(line_behind(text, &line))
        .find_map(|line| tab_in(text, &line));
    if let Some(tab) = tab {
        return (
            tab..tab + 1,
            "a tab is used for indentation".to_owned(),
            "indent with spaces".to_owned(),
        );
    }
    match kind {
        ErrorKind::UnclosedQuotedScalar
        | ErrorKind::InvalidQuotedScalarIndent
        | ErrorKind::DocumentIndicatorInQuotedScalar => {
            if let Some((quote, c)) = opening_quote(text, at) {
                let end = line_at(text, quote).end;
                return (
                    quote..end,
                    "the quotes that begin here are not closed".to_owned(),
                    format!("write `{c}` at the end of the text"),
                );
            }
        }
        ErrorKind::InvalidTrailingDoubleQuotedScalar
        | ErrorKind::InvalidTrailingSingleQuotedScalar => {
            return (
                at..at + 1,
                "text follows the closing quotes".to_owned(),
                "put the whole text in quotes; within `\"` write `\\\"`, within `'` write `''`"
                    .to_owned(),
            );
        }
        ErrorKind::UnknownQuotedScalarEscape
        | ErrorKind::InvalidQuotedScalarHexEscape
        | ErrorKind::InvalidUnicodeEscape => {
            let escape = text[at..line.end.max(at)].char_indices().find(|(near, c)| {
                let next = text[at + near..].chars().nth(1);
                *c == '\\' && next.is_none_or(|next| !"0abtnvfre \"/\\N_LPxuU\n".contains(next))
            });
            let at = escape.map_or(at, |(near, _)| at + near);
            return (
                at..at + 2,
                "a `\\` in double quotes does not begin a valid YAML escape".to_owned(),
                "write `\\\\` for a backslash, or put the text between single quotes".to_owned(),
            );
        }
        ErrorKind::MissingAnchorOrAliasName => {
            return (
                at..at + 1,
                "a text cannot begin with `*` or `&`".to_owned(),
                quote_hint(text, &line),
            );
        }
        ErrorKind::UnexpectedCharacter { character } => {
            let near = text[line.clone()].find(*character);
            let at = near.map_or(at, |near| line.start + near);
            return (
                at..at + character.len_utf8(),
                format!("a text cannot begin with `{character}`"),
                quote_hint(text, &line),
            );
        }
        ErrorKind::RecursionLimitExceeded => {
            return (
                at..at + 1,
                "the file is nested more than 64 deep".to_owned(),
                "write it with fewer levels".to_owned(),
            );
        }
        _ => {}
    }
    if let Some(found) = bracket(text, kind, at) {
        return found;
    }
    // A key without a space after its colon is read as a text, and the error is reported on the
    // next line.
    let above = line_before(text, &line);
    for line in above.iter().chain([&line]) {
        if let Some((range, hint)) = tight_colon(text, line) {
            return (range, "a space is missing after the colon".to_owned(), hint);
        }
    }
    if let Some((range, hint)) = second_colon(text, &line) {
        return (
            range,
            "a text contains a colon followed by a space".to_owned(),
            hint,
        );
    }
    if let Some(found) = indentation(text, &line, above.as_ref()) {
        return found;
    }
    for line in above.iter().chain([&line]) {
        let trimmed = text[line.clone()].trim();
        let is_key = trimmed.contains(": ") || trimmed.ends_with(':') || trimmed.starts_with("- ");
        if !is_key && !trimmed.is_empty() && !trimmed.starts_with('#') {
            return (
                first_words(text, line),
                format!("`{trimmed}` has no colon and does not continue a text"),
                "write `key: value`; a text of several lines begins with `|` after the colon and is indented below it".to_owned(),
            );
        }
    }
    (
        at..at + 1,
        "the YAML is not valid from here on".to_owned(),
        "indent each line like its neighbours, write `key: value`, and put texts that begin with a sign in quotes".to_owned(),
    )
}

/// Unclosed brackets, and missing commas between brackets.
fn bracket(text: &str, kind: &ErrorKind, at: usize) -> Option<Cause> {
    let unclosed = matches!(
        kind,
        ErrorKind::UnexpectedEofFlowSequence
            | ErrorKind::UnexpectedEofFlowMapping
            | ErrorKind::UnexpectedEofImplicitFlowMapping
            | ErrorKind::UnclosedFlowCollection { .. }
            | ErrorKind::MismatchedFlowCollectionEnd { .. }
            | ErrorKind::InvalidFlowScalarIndent
            | ErrorKind::BlockEntryInFlowCollection
    );
    let separator = matches!(
        kind,
        ErrorKind::ExpectedFlowMappingSeparator
            | ErrorKind::ExpectedFlowSequenceSeparator
            | ErrorKind::FlowMappingValueAdjacentCollection
    );
    if let ErrorKind::MisplacedFlowCollectionEnd = kind {
        return Some((
            at..at + 1,
            "the bracket has no opening bracket".to_owned(),
            "remove it, or put the text in quotes".to_owned(),
        ));
    }
    let open = open_bracket(text, at)?;
    let c = text[open..].chars().next()?;
    let close = if c == '{' { '}' } else { ']' };
    let own = line_at(text, open);
    // Any other mistake in a later line is caused by a bracket that begins a value and is not
    // closed.
    let begins = text[..open].trim_end().ends_with([':', '-', ',', '[', '{']);
    if !unclosed && !separator && (at <= own.end || !begins) {
        return None;
    }
    if separator && at <= own.end {
        let from = text[..at]
            .rfind([' ', ',', '{', '[', '\n'])
            .map_or(0, |at| at + 1);
        let rest = text[at..].find([' ', ',', '\n', '}', ']']).unwrap_or(1);
        let word = from..at + rest.max(1);
        return Some((
            word,
            format!("a `,` or `{close}` is missing"),
            "write a comma between two values; put texts that contain a colon, a comma or a bracket in quotes".to_owned(),
        ));
    }
    Some((
        open..open + 1,
        format!("the `{c}` is not closed"),
        format!("write `{close}` at its end; put a text that begins with `{c}` in quotes"),
    ))
}

/// The innermost bracket open at an offset, outside of quotes and comments.
fn open_bracket(text: &str, at: usize) -> Option<usize> {
    let mut open = Vec::new();
    let mut quote = None;
    let mut previous = '\n';
    for (index, c) in text[..at].char_indices() {
        match (quote, c) {
            (Some(q), _) if c == q => quote = None,
            (Some(_), '\n') if open.is_empty() => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') if matches!(previous, ' ' | '[' | '{' | ',' | '\n') => {
                quote = Some(c);
            }
            // Brackets within a plain scalar are text.
            (None, '{' | '[') if matches!(previous, ' ' | '[' | '{' | '\n') => open.push(index),
            (None, '}' | ']') => drop(open.pop()),
            _ => {}
        }
        previous = c;
    }
    open.pop()
}

/// The opening quote of the text that contains an offset.
fn opening_quote(text: &str, at: usize) -> Option<(usize, char)> {
    let mut line = line_at(text, at);
    loop {
        let shown = &text[line.clone()];
        for quote in ['"', '\''] {
            let found = shown.match_indices(quote).find(|(at, _)| {
                let before = shown[..*at].trim_end();
                before.is_empty() || before.ends_with([':', '-', '[', '{', ','])
            });
            if let Some((from, _)) = found
                && shown.matches(quote).count() % 2 == 1
            {
                return Some((line.start + from, quote));
            }
        }
        line = line_before(text, &line)?;
    }
}

/// `key:value`, where `key: value` was meant.
fn tight_colon(text: &str, line: &Range<usize>) -> Option<(Range<usize>, String)> {
    let shown = &text[line.clone()];
    let trimmed = shown.trim_start();
    let trimmed = trimmed.strip_prefix("- ").unwrap_or(trimmed).trim_end();
    let (key, value) = trimmed.split_once(':')?;
    let is_key = !key.is_empty()
        && key
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    if !is_key || value.is_empty() || value.starts_with([' ', '/']) || value.contains(": ") {
        return None;
    }
    let from = line.start + shown.find(trimmed)?;
    Some((
        from..from + trimmed.len(),
        format!("write `{key}: {value}`"),
    ))
}

/// A second `: ` in a line, outside of quotes.
fn second_colon(text: &str, line: &Range<usize>) -> Option<(Range<usize>, String)> {
    let shown = &text[line.clone()];
    let trimmed = shown.trim_end();
    let (key, value) = trimmed.split_once(": ")?;
    let value = value.trim();
    if value.starts_with(['"', '\'', '{', '[', '|', '>', '#']) {
        return None;
    }
    let colon = value
        .find(": ")
        .or_else(|| value.strip_suffix(':').map(str::len))?;
    let from = line.start + shown.find(value)?;
    let quoted = value.replace('\\', "\\\\").replace('"', "\\\"");
    Some((
        from + colon..from + colon + 1,
        format!("put the text in quotes: `{}: \"{quoted}\"`", key.trim()),
    ))
}

/// A line that is indented below a text, or differently from its neighbouring keys.
fn indentation(text: &str, line: &Range<usize>, above: Option<&Range<usize>>) -> Option<Cause> {
    let above = above?;
    let depth = |line: &Range<usize>| {
        let shown = &text[line.clone()];
        shown.len() - shown.trim_start_matches(' ').len()
    };
    let (own, other) = (depth(line), depth(above));
    let shown = text[above.clone()].trim();
    let (_, value) = shown.split_once(':')?;
    let has_value = !value.trim().is_empty() && !value.trim().starts_with(['|', '>', '#']);
    if own > other && has_value {
        let key = shown.split(':').next().unwrap_or("");
        return Some((
            first_words(text, line),
            format!("the line is indented below `{key}`, which already has a value"),
            "indent it like the keys beside it".to_owned(),
        ));
    }
    if own != other {
        return Some((
            first_words(text, line),
            "the indentation matches no line above".to_owned(),
            "indent it exactly like the keys beside it".to_owned(),
        ));
    }
    None
}

fn first_words(text: &str, line: &Range<usize>) -> Range<usize> {
    let shown = &text[line.clone()];
    let from = line.start + (shown.len() - shown.trim_start().len());
    from..(line.start + shown.trim_end().len()).max(from)
}

/// The hint to quote a value that begins with a sign.
fn quote_hint(text: &str, line: &Range<usize>) -> String {
    let shown = text[line.clone()].trim();
    match shown.split_once(": ") {
        Some((key, value)) if !value.contains('"') => {
            format!("put the text in quotes: `{key}: \"{}\"`", value.trim())
        }
        _ => "put the text in quotes".to_owned(),
    }
}

/// A tab in the indentation of a line.
fn tab_in(text: &str, line: &Range<usize>) -> Option<usize> {
    let shown = &text[line.clone()];
    let indent = shown.len() - shown.trim_start_matches([' ', '\t']).len();
    shown[..indent].find('\t').map(|at| line.start + at)
}

/// The line that contains an offset, without its end; if it is empty, the last non-empty line
/// above.
fn line_at(text: &str, at: usize) -> Range<usize> {
    let at = (0..=at.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0);
    let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
    let end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    let line = start..end;
    if text[line.clone()].trim().is_empty() {
        line_before(text, &line).unwrap_or(line)
    } else {
        line
    }
}

/// The next line above that contains more than a comment.
fn line_before(text: &str, line: &Range<usize>) -> Option<Range<usize>> {
    let mut end = line.start.checked_sub(1)?;
    loop {
        let start = text[..end].rfind('\n').map_or(0, |at| at + 1);
        let shown = text[start..end].trim();
        if !shown.is_empty() && !shown.starts_with('#') {
            return Some(start..end);
        }
        end = start.checked_sub(1)?;
    }
}

fn line_behind(text: &str, line: &Range<usize>) -> Option<Range<usize>> {
    let start = line.end + 1;
    let rest = text.get(start..)?;
    Some(start..start + rest.find('\n').unwrap_or(rest.len()))
}
