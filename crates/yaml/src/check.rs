//! Checks a tree against a table of keys; collects every mistake.

use std::sync::Arc;

use raadspost_content::{
    Date, Diagnostic, Diagnostics, Place, Source, Span, did_you_mean, excess, is_unprintable,
    nearest,
};

use crate::languages::{is_languages, one_text_each};
use crate::table::{Kind, Object};
use crate::text::Text;
use crate::tree::{Node, NodeKind};

/// Whether a word is a valid key or id.
pub fn is_id(word: &str) -> bool {
    (1..=60).contains(&word.len())
        && word
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'))
        && !word.starts_with('-')
}

/// Reports unprintable characters, and those reserved as stand-ins for tags.
pub fn unprintable(text: &Text, diagnostics: &mut Diagnostics) {
    for (at, c) in text.text.char_indices() {
        if is_unprintable(c) && c != '\n' {
            diagnostics.push(
                text.error(
                    "control-character",
                    at..at + c.len_utf8(),
                    format!("the character U+{:04X} cannot be printed", c as u32),
                )
                .hint("remove the character"),
            );
        }
    }
}

/// Reports a text that is too long for layout.
fn too_long(text: &Text, diagnostics: &mut Diagnostics) {
    if let Some(found) = excess(&text.text) {
        let from = found.range.start;
        // The beginning shows the place; the whole would fill the screen.
        let to = found.range.end.min(from + 40);
        let to = (from..=to).rev().find(|at| text.text.is_char_boundary(*at));
        let range = from..to.unwrap_or(from);
        let hint = "shorten it, or divide it into paragraphs";
        diagnostics.push(text.error("text-too-long", range, found.message).hint(hint));
    }
}

/// Checks a tree against the table; every mistake is collected.
pub fn check(
    source: &Arc<Source>,
    node: &Node,
    kind: &'static Kind,
    diagnostics: &mut Diagnostics,
) {
    if let NodeKind::Scalar(text) = &*node.kind {
        too_long(text, diagnostics);
    }
    let place = |span: Span| Place::Source(source.clone(), span);
    let mut wrong = |text: &Text, message: String, hint: &str| {
        diagnostics.push(text.mistake("wrong-value", message).hint(hint));
    };
    match (kind, &*node.kind) {
        (Kind::Text | Kind::Words, NodeKind::Scalar(text)) => {
            // A tab alone is a delimiter, which is never printed.
            if &*text.text != "\t" {
                unprintable(text, diagnostics);
            }
            if let Some(at) = text.text.find("{{") {
                let end = text.text[at..].find("}}").map_or(text.text.len(), |end| at + end + 2);
                diagnostics.push(
                    text.error("tag-in-plain-text", at..end, format!("`{}` would be printed literally: this text cannot contain fields", &text.text[at..end]))
                        .hint("write the text itself"),
                );
            }
        }
        (Kind::Pattern | Kind::Inline | Kind::Markdown | Kind::Condition, NodeKind::Scalar(_)) => {}
        (Kind::Words | Kind::Inline | Kind::Markdown, NodeKind::Mapping(entries)) if is_languages(node) => {
            entries.iter().for_each(|(_, node)| check(source, node, kind, diagnostics));
            one_text_each(entries, diagnostics);
        }
        (Kind::Id, NodeKind::Scalar(text)) => {
            if !is_id(&text.text) {
                wrong(text, format!("`{}` is not a valid id", text.text), "use small letters, digits, `-` and `_`");
            }
        }
        (Kind::Date, NodeKind::Scalar(text)) => {
            if Date::parse(&text.text).is_none() {
                wrong(text, format!("`{}` is not a valid date", text.text), "write it as `2023-02-09`");
            }
        }
        (Kind::Flag, NodeKind::Scalar(text)) => {
            if !matches!(text.text.as_str(), "true" | "false") {
                wrong(text, format!("`{}` is not `true` or `false`", text.text), "write `true` or `false`");
            }
        }
        (Kind::Count(limit), NodeKind::Scalar(text)) => {
            if !text.text.parse().is_ok_and(|count: usize| (1..=*limit).contains(&count)) {
                wrong(text, format!("`{}` is not a whole number from 1 to {limit}", text.text), "write a whole number");
            }
        }
        (Kind::OneOf(words), NodeKind::Scalar(text)) => {
            if !words.contains(&text.text.as_str()) {
                let hint = did_you_mean(&text.text, *words)
                    .unwrap_or_else(|| format!("write one of: {}", words.join(", ")));
                wrong(text, format!("`{}` is not a known value", text.text), &hint);
            }
        }
        (Kind::List(item), NodeKind::Sequence(items)) => {
            items.iter().for_each(|node| check(source, node, item, diagnostics));
        }
        (Kind::Map(value), NodeKind::Mapping(entries)) => {
            entries.iter().for_each(|(_, node)| check(source, node, value, diagnostics));
        }
        (Kind::Object(object), NodeKind::Mapping(entries)) => {
            check_object(source, node, object, entries, diagnostics);
        }
        (Kind::Either(first, second), _) => {
            let kind = if expects(first, node) { first } else { second };
            check(source, node, kind, diagnostics);
        }
        (_, NodeKind::Null) if comment_at(source, node.span).is_some() => {
            let comment = comment_at(source, node.span).unwrap_or_default();
            let value = source.text()[comment.start as usize..comment.end as usize].trim();
            diagnostics.push(
                Diagnostic::error("wrong-type", format!("`{value}` is a comment, because it begins with `#`; {} is expected", expected(kind)))
                    .at(place(comment))
                    .hint(format!("put it in quotes: `\"{value}\"`")),
            );
        }
        _ => diagnostics.push(
            Diagnostic::error("wrong-type", format!("{} instead of {}", node.describe(), expected(kind)))
                .at(place(node.span))
                .hint(match kind {
                    Kind::List(_) => "write a list: one line for each item, beginning with `- `",
                    Kind::Map(_) | Kind::Object(_) => "write keys and values, indented below",
                    kind if kind.by_language() && matches!(*node.kind, NodeKind::Mapping(_)) => {
                        "write one text, or one text for each language tag: `{ nl: …, fr-BE: … }`"
                    }
                    _ => "write the text after the colon, or on the next lines after `|`; put it in quotes if it begins with a sign such as `[` or `{`",
                }),
        ),
    }
}

/// The comment where a value is missing.
fn comment_at(source: &Source, span: Span) -> Option<Span> {
    let text = source.text();
    let at = (span.start as usize).min(text.len());
    // A missing value is located after its key, or before the next token.
    let line_of = |at: usize| text[..at].rfind('\n').map_or(0, |at| at + 1);
    let mut start = line_of(at);
    if text[start..at].trim().is_empty() && start > 0 {
        start = line_of(start - 1);
    }
    let line = text[start..].lines().next().unwrap_or("");
    let (before, _) = line.split_once('#')?;
    before.trim_end().ends_with([':', '-']).then(|| {
        let from = start + before.len();
        Span::new(from, start + line.trim_end().len())
    })
}

/// Every text of a tree that may contain fields.
pub fn texts_with_fields<'a>(node: &'a Node, kind: &'static Kind, out: &mut Vec<&'a Text>) {
    match (kind, &*node.kind) {
        (Kind::Inline | Kind::Markdown, NodeKind::Scalar(text)) => out.push(text),
        (Kind::Inline | Kind::Markdown, NodeKind::Mapping(entries)) if is_languages(node) => {
            entries
                .iter()
                .for_each(|(_, node)| texts_with_fields(node, kind, out));
        }
        (Kind::List(item), NodeKind::Sequence(items)) => {
            items
                .iter()
                .for_each(|node| texts_with_fields(node, item, out));
        }
        (Kind::Map(value), NodeKind::Mapping(entries)) => {
            entries
                .iter()
                .for_each(|(_, node)| texts_with_fields(node, value, out));
        }
        (Kind::Object(object), NodeKind::Mapping(entries)) => {
            for (key, node) in entries {
                if let Some(key) = object.key(&key.text) {
                    texts_with_fields(node, &key.kind, out);
                }
            }
        }
        (Kind::Either(first, second), _) => {
            let kind = if expects(first, node) { first } else { second };
            texts_with_fields(node, kind, out);
        }
        _ => {}
    }
}

fn expects(kind: &Kind, node: &Node) -> bool {
    match kind {
        Kind::Words | Kind::Inline | Kind::Markdown if is_languages(node) => true,
        Kind::List(_) => matches!(*node.kind, NodeKind::Sequence(_)),
        Kind::Map(_) | Kind::Object(_) => matches!(*node.kind, NodeKind::Mapping(_)),
        Kind::Either(first, second) => expects(first, node) || expects(second, node),
        _ => matches!(*node.kind, NodeKind::Scalar(_)),
    }
}

fn expected(kind: &Kind) -> String {
    match kind {
        Kind::List(_) => "a list".to_owned(),
        Kind::Map(_) => "a mapping".to_owned(),
        Kind::Object(object) => format!("a mapping ({})", object.name),
        Kind::Either(first, second) => format!("{} or {}", expected(first), expected(second)),
        _ => "a text".to_owned(),
    }
}

fn check_object(
    source: &Arc<Source>,
    node: &Node,
    object: &'static Object,
    entries: &[(Text, Node)],
    diagnostics: &mut Diagnostics,
) {
    // Keys that a misspelt one is probably meant to be: these are not reported as missing.
    let mut meant: Vec<String> = Vec::new();
    let has = |name: &str| entries.iter().any(|(key, _)| key.text == name);
    let required = object.keys.iter().filter(|key| key.required);
    let lacking: Vec<&str> = required
        .map(|key| key.name)
        .filter(|name| !has(name))
        .collect();
    let unknown = entries
        .iter()
        .filter(|(key, _)| object.key(&key.text).is_none())
        .count();
    for (key, value) in entries {
        match object.key(&key.text) {
            Some(known) => check(source, value, &known.kind, diagnostics),
            None => {
                let names = object.keys.iter().map(|key| key.name);
                let hint = match nearest(&key.text, names.clone()) {
                    Some(near) => {
                        let hint = format!("did you mean `{near}`?");
                        meant.push(near);
                        hint
                    }
                    None => {
                        let takes = names.collect::<Vec<_>>().join(", ");
                        let takes = format!("{} takes: {takes}", object.name);
                        match lacking.as_slice() {
                            // The only unknown key replaces the only missing one.
                            [name] if unknown == 1 => {
                                meant.push((*name).to_owned());
                                format!("write `{name}`, which is missing; {takes}")
                            }
                            _ => takes,
                        }
                    }
                };
                let message = format!("the key `{}` is not known in {}", key.text, object.name);
                diagnostics.push(key.mistake("unknown-key", message).hint(hint));
            }
        }
    }
    let place = Place::Source(source.clone(), first_line(source, node.span));
    for key in object
        .keys
        .iter()
        .filter(|key| lacking.contains(&key.name))
        .filter(|key| !meant.iter().any(|meant| meant == key.name))
    {
        diagnostics.push(
            Diagnostic::error(
                "missing-key",
                format!("{} has no `{}`", object.name, key.name),
            )
            .at(place.clone())
            .hint(format!("add `{}`: {}", key.name, key.doc)),
        );
    }
    if !object.one_of.is_empty() {
        let found: Vec<_> = object.one_of.iter().filter(|name| has(name)).collect();
        // An unknown key, which is reported already, may be meant as the missing one.
        if found.len() != 1 && !(found.is_empty() && unknown > 0) {
            let message = match found.as_slice() {
                [] => format!("{} has no kind", object.name),
                _ => format!(
                    "{} has several kinds: {}",
                    object.name,
                    found
                        .iter()
                        .map(|name| format!("`{name}`"))
                        .collect::<Vec<_>>()
                        .join(", ")
                ),
            };
            let hint = format!("write exactly one of: {}", object.one_of.join(", "));
            diagnostics.push(
                Diagnostic::error("missing-key", message)
                    .at(place)
                    .hint(hint),
            );
        }
    }
}

/// The part of a span on its first line.
fn first_line(source: &Source, span: Span) -> Span {
    let (start, end) = (span.start as usize, span.end as usize);
    let text = source.text().get(start..end).unwrap_or("");
    Span::new(start, start + text.find('\n').unwrap_or(text.len()).max(1))
}
