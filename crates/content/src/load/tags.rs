//! `{{ … }}` in texts: found before Markdown is parsed, so that no operator of a condition and no
//! quote in it is taken for Markdown.

use super::map::{OffsetMap, Text};
use crate::draft::{ConditionId, FieldUse, Formatter, Piece, Reference, Root};
use crate::expression::Condition;
use crate::suggest::did_you_mean;
use crate::{Diagnostics, diagnostic::Diagnostic};

/// Stands for a tag while Markdown is parsed; private use, and refused in what authors write.
pub(super) const SENTINEL: char = '\u{E000}';

/// What stands between the braces.
#[derive(Debug, Clone)]
pub(super) enum Tag {
    Value(Piece),
    If(ConditionId),
    Private,
    Else,
    End,
    /// Already reported.
    Wrong,
}

/// A text in which every tag is one [`SENTINEL`], and the tags with their places in it.
pub(super) struct Tagged {
    /// Knows the places of its bytes in the file.
    pub(super) text: Text,
    /// By the offset of the sentinel.
    pub(super) tags: Vec<(usize, Tag)>,
}

impl Tagged {
    /// The tag whose sentinel stands at an offset.
    pub(super) fn at(&self, offset: usize) -> Option<&Tag> {
        let index = self
            .tags
            .binary_search_by_key(&offset, |(at, _)| *at)
            .ok()?;
        Some(&self.tags[index].1)
    }
}

/// Takes the tags out of a text.
pub(super) fn extract(
    text: &Text,
    conditions: &mut Vec<Condition>,
    diagnostics: &mut Diagnostics,
) -> Tagged {
    for (at, c) in text.text.char_indices() {
        let private = matches!(c, '\u{E000}'..='\u{F8FF}') || (c.is_control() && c != '\n');
        if private {
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
    let (mut out, mut map, mut tags) = (String::new(), OffsetMap::default(), Vec::new());
    let mut position = 0;
    let copy = |out: &mut String, map: &mut OffsetMap, range: std::ops::Range<usize>| {
        // A new piece for every line, as the original map has one for every line at most.
        let slice = text.slice(range);
        let mut offset = 0;
        for line in slice.text.split_inclusive('\n') {
            map.push(out.len(), slice.map.at(offset));
            out.push_str(line);
            offset += line.len();
        }
    };
    while let Some(open) = text.text[position..].find("{{").map(|at| position + at) {
        copy(&mut out, &mut map, position..open);
        let Some(close) = text.text[open..].find("}}").map(|at| open + at) else {
            diagnostics.push(
                text.error("unclosed-tag", open..open + 2, "`{{` is not closed")
                    .hint("write `}}` behind the field"),
            );
            position = text.text.len();
            break;
        };
        let inner = &text.text[open + 2..close];
        let start = open + 2 + (inner.len() - inner.trim_start().len());
        let end = (open + 2 + inner.trim_end().len()).max(start);
        let inside = text.slice(start..end);
        let tag = parse(&inside, conditions, diagnostics);
        map.push(out.len(), text.map.at(open));
        tags.push((out.len(), tag));
        out.push(SENTINEL);
        position = close + 2;
    }
    copy(&mut out, &mut map, position..text.text.len());
    let text = Text {
        source: text.source.clone(),
        text: out,
        map,
    };
    Tagged { text, tags }
}

/// Text and fields, and whether anything else stood there; nothing in it is Markdown.
pub(super) fn pattern(
    text: &Text,
    conditions: &mut Vec<Condition>,
    diagnostics: &mut Diagnostics,
) -> (Vec<Piece>, bool) {
    let tagged = extract(text, conditions, diagnostics);
    let (mut pieces, mut wrong, mut from) = (Vec::new(), false, 0);
    for (at, tag) in &tagged.tags {
        if *at > from {
            pieces.push(Piece::Text(tagged.text.text[from..*at].to_owned()));
        }
        match tag {
            Tag::Value(piece @ Piece::Field(_)) => pieces.push(piece.clone()),
            _ => wrong = true,
        }
        from = at + SENTINEL.len_utf8();
    }
    let rest = &tagged.text.text[from..];
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    (pieces, wrong)
}

fn parse(inside: &Text, conditions: &mut Vec<Condition>, diagnostics: &mut Diagnostics) -> Tag {
    let text = inside.text.as_str();
    match text {
        "else" => return Tag::Else,
        "end" => return Tag::End,
        "private" => return Tag::Private,
        _ => {}
    }
    if let Some(rest) = text.strip_prefix("if ") {
        let condition = inside.slice(text.len() - rest.len()..text.len());
        return match Condition::parse(&condition, diagnostics) {
            Some(condition) => {
                conditions.push(condition);
                Tag::If(conditions.len() - 1)
            }
            // A condition that did not parse still opens what an `end` closes.
            None => {
                conditions.push(Condition::never(&condition));
                Tag::If(conditions.len() - 1)
            }
        };
    }
    value(inside, diagnostics).map_or(Tag::Wrong, Tag::Value)
}

fn value(inside: &Text, diagnostics: &mut Diagnostics) -> Option<Piece> {
    let text = inside.text.as_str();
    let whole = || 0..text.len().max(1);
    let (path, format) = match text.split_once('|') {
        None => (text.trim_end(), None),
        Some((path, format)) => {
            let name = format.trim();
            let at = text.len() - format.len() + (format.len() - format.trim_start().len());
            match Formatter::ALL.iter().find(|(known, _)| *known == name) {
                Some((_, format)) => (path.trim_end(), Some(*format)),
                None => {
                    let names = Formatter::ALL.map(|(name, _)| name);
                    let error = inside.error(
                        "unknown-formatter",
                        at..(at + name.len()).max(at + 1),
                        format!("formatter `{name}` is not known"),
                    );
                    diagnostics.push(
                        error.hint(
                            did_you_mean(name, names)
                                .unwrap_or_else(|| format!("use one of: {}", names.join(", "))),
                        ),
                    );
                    return None;
                }
            }
        }
    };
    let unknown = |hint: Option<String>| -> Diagnostic {
        inside.error("unknown-field", whole(), format!("field `{path}` is not known")).hint(hint.unwrap_or_else(|| {
            "write `municipality.`, `campaign.`, `sender.`, `fill.`, `choice.` or `phrase.` and a name".to_owned()
        }))
    };
    let Some((root, name)) = path.split_once('.') else {
        diagnostics.push(unknown(None));
        return None;
    };
    let reference = || Reference {
        key: name.to_owned(),
        at: inside.clone(),
    };
    let field = |root| {
        Piece::Field(FieldUse {
            root,
            name: name.to_owned(),
            format,
            at: inside.clone(),
        })
    };
    let piece = match root {
        "municipality" => field(Root::Municipality),
        "campaign" => field(Root::Campaign),
        "sender" => field(Root::Sender),
        "fill" => Piece::FillIn(reference()),
        "choice" => Piece::Choice(reference()),
        "phrase" => Piece::Phrase(reference()),
        _ => {
            let roots = [
                "municipality",
                "campaign",
                "sender",
                "fill",
                "choice",
                "phrase",
            ];
            diagnostics.push(unknown(did_you_mean(root, roots)));
            return None;
        }
    };
    if format.is_some() && !matches!(piece, Piece::Field(_)) {
        diagnostics.push(
            inside
                .error(
                    "unknown-formatter",
                    whole(),
                    format!("`{path}` takes no formatter"),
                )
                .hint("formatters are for fields of municipality, campaign and sender"),
        );
        return None;
    }
    Some(piece)
}
