//! `{{ … }}` in texts: extracted before Markdown is parsed, so that operators and quotes of a
//! condition are not read as Markdown.

use std::ops::Range;

use raadspost_content::{Diagnostic, Diagnostics, Place, did_you_mean, excess};
use raadspost_yaml::{OffsetMap, Text, unprintable};

use super::delimiters::Seen;
use crate::ast::{ConditionId, FieldUse, Formatter, Piece, Reference, Root};
use crate::condition::Condition;

/// The first words of fields.
const ROOTS: [&str; 6] = [
    "municipality",
    "campaign",
    "sender",
    "fill",
    "choice",
    "phrase",
];

/// Content of a tag.
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

impl Tag {
    fn is_control(&self) -> bool {
        match self {
            Self::If(_) | Self::Private | Self::Else | Self::End => true,
            Self::Value(_) | Self::Wrong => false,
        }
    }
}

/// A tag of a [`Tagged`] text.
pub(super) struct Placed {
    /// The range of its stand-ins in the text.
    pub(super) range: Range<usize>,
    pub(super) tag: Tag,
    /// The tag as written.
    pub(super) place: Place,
    /// The left neighbour of the text after it.
    pub(super) before: Seen,
    /// The right neighbour of the text before it.
    pub(super) after: Seen,
}

/// A text with stand-ins in place of its tags.
///
/// A value is replaced by a [`SENTINEL`]. A control tag is invisible to CommonMark: two characters
/// replace it, one as right neighbour of the text before it, and one as left neighbour of the text
/// after it.
pub(super) struct Tagged {
    /// With the source locations of its bytes.
    pub(super) text: Text,
    /// In the order of the text.
    pub(super) tags: Vec<Placed>,
}

impl Tagged {
    /// The tags whose stand-ins begin in a range, with the index of the first.
    pub(super) fn within(&self, range: &Range<usize>) -> (usize, &[Placed]) {
        let from = self
            .tags
            .partition_point(|placed| placed.range.start < range.start);
        let to = self
            .tags
            .partition_point(|placed| placed.range.start < range.end);
        (from, &self.tags[from..to.max(from)])
    }

    /// The neighbours of a range, for all evaluations of the adjacent tags.
    pub(super) fn around(&self, range: &Range<usize>) -> (Seen, Seen) {
        let index = self
            .tags
            .partition_point(|placed| placed.range.end < range.start);
        let before = match self.tags.get(index) {
            Some(placed) if placed.range.end == range.start => placed.before,
            _ => Seen::last(&self.text.text[..range.start]),
        };
        let index = self
            .tags
            .partition_point(|placed| placed.range.start < range.end);
        let after = match self.tags.get(index) {
            Some(placed) if placed.range.start == range.end => placed.after,
            _ => Seen::first(&self.text.text[range.end..]),
        };
        (before, after)
    }
}

/// A token of a text that is split at its tags.
enum Token {
    /// A range of plain text.
    Words(Range<usize>),
    /// A tag with its braces.
    Tag(Range<usize>, Tag),
}

/// Replaces the tags of a text.
pub(super) fn extract(
    text: &Text,
    conditions: &mut Vec<Condition>,
    diagnostics: &mut Diagnostics,
) -> Tagged {
    // What is too long is reported where the file is checked, and not read any further.
    if excess(&text.text).is_some() {
        return Tagged {
            text: text.slice(0..0),
            tags: Vec::new(),
        };
    }
    unprintable(text, diagnostics);
    let tokens = cut(text, conditions, diagnostics);
    let seen = sight(text, &tokens);
    let (mut out, mut map, mut tags) = (String::new(), OffsetMap::default(), Vec::new());
    for (token, (before, after)) in tokens.into_iter().zip(seen) {
        match token {
            Token::Words(range) => {
                // A new piece for every line, as the original map has at most one for every line.
                let slice = text.slice(range);
                let mut offset = 0;
                for line in slice.text.split_inclusive('\n') {
                    map.push(out.len(), slice.map.at(offset));
                    out.push_str(line);
                    offset += line.len();
                }
            }
            Token::Tag(range, tag) => {
                let start = out.len();
                map.push(start, text.map.at(range.start));
                out.push(after.stand_in());
                if tag.is_control() {
                    out.push(before.stand_in());
                }
                tags.push(Placed {
                    range: start..out.len(),
                    tag,
                    place: text.place(range),
                    before,
                    after,
                });
            }
        }
    }
    let text = Text {
        source: text.source.clone(),
        text: out,
        map,
    };
    Tagged { text, tags }
}

/// Splits a text at its tags.
fn cut(text: &Text, conditions: &mut Vec<Condition>, diagnostics: &mut Diagnostics) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut position = 0;
    let words = |tokens: &mut Vec<Token>, range: Range<usize>, diagnostics: &mut _| {
        if !range.is_empty() {
            lookalikes(text, range.clone(), diagnostics);
            tokens.push(Token::Words(range));
        }
    };
    while let Some(open) = text.text[position..].find("{{").map(|at| position + at) {
        words(&mut tokens, position..open, diagnostics);
        let rest = &text.text[open + 2..];
        let close = rest.find("}}");
        // A tag is within one paragraph and contains no other tag.
        let limit = [rest.find("{{"), rest.find("\n\n")];
        let limit = limit.into_iter().flatten().min().unwrap_or(rest.len());
        let Some(close) = close.filter(|close| *close < limit) else {
            let (end, tag) = unclosed(text, open, open + 2 + limit, conditions, diagnostics);
            tokens.push(Token::Tag(open..end, tag));
            position = end;
            continue;
        };
        let close = open + 2 + close;
        let inner = &text.text[open + 2..close];
        let start = open + 2 + (inner.len() - inner.trim_start().len());
        let end = (open + 2 + inner.trim_end().len()).max(start);
        let inside = text.slice(start..end);
        let tag = parse(&inside, conditions, diagnostics);
        tokens.push(Token::Tag(open..close + 2, tag));
        position = close + 2;
    }
    words(&mut tokens, position..text.text.len(), diagnostics);
    tokens
}

/// Reports a `{{` without `}}`, with the position at which the tag should end.
fn unclosed(
    text: &Text,
    open: usize,
    limit: usize,
    conditions: &mut Vec<Condition>,
    diagnostics: &mut Diagnostics,
) -> (usize, Tag) {
    let rest = &text.text[open + 2..limit];
    let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
    let single = line.find('}');
    let inner = &line[..single.unwrap_or(line.len())];
    let trimmed = inner.trim_start();
    let word = |text: &str| {
        text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-')))
            .unwrap_or(text.len())
    };
    let is_if = trimmed.starts_with("if ");
    // The end of a condition cannot be determined; a field ends with its name.
    let name = match (single, is_if) {
        (Some(_), _) => trimmed.trim_end(),
        (None, true) => trimmed.trim_end(),
        (None, false) => trimmed[..word(trimmed)].trim_end_matches(['.', '-']),
    };
    let start = open + 2 + (inner.len() - trimmed.len());
    let end = match single {
        Some(at) => open + 2 + at + 1,
        None => start + name.len(),
    };
    let message = match single {
        Some(_) => "`{{` is closed by a single `}`",
        None => "`{{` is not closed",
    };
    let hint = if is_if && single.is_none() {
        "write `}}` after the condition: `{{ if municipality.seats > 30 }}`".to_owned()
    } else if name.is_empty() {
        "write a field and `}}` after it: `{{ municipality.name }}`; write `{\\{` to print braces"
            .to_owned()
    } else {
        format!("write `}}}}` after it: `{{{{ {name} }}}}`")
    };
    diagnostics.push(
        text.error("unclosed-tag", open..end.max(open + 2), message)
            .hint(hint),
    );
    let tag = match name {
        "else" => Tag::Else,
        "end" => Tag::End,
        "private" => Tag::Private,
        _ if is_if => {
            conditions.push(Condition::never(&text.slice(start..end)));
            Tag::If(conditions.len() - 1)
        }
        _ => Tag::Wrong,
    };
    (end.max(open + 2), tag)
}

/// Reports text that resembles a tag and would be printed literally.
fn lookalikes(text: &Text, range: Range<usize>, diagnostics: &mut Diagnostics) {
    let words = &text.text[range.clone()];
    let mut from = 0;
    while let Some(at) = words[from..].find(['{', '}']).map(|at| from + at) {
        from = at + 1;
        if super::delimiters::is_escaped(words, at) {
            continue;
        }
        if words[at..].starts_with("}}") {
            from = at + 2;
            let place = range.start + at..range.start + at + 2;
            diagnostics.push(
                text.error("unopened-tag", place, "`}}` has no `{{` before it")
                    .hint("write `{{` before the field; write `}\\}` to print braces"),
            );
            continue;
        }
        if words.as_bytes()[at] == b'}' {
            continue;
        }
        let line = &words[at + 1..];
        let line = &line[..line.find(['\n', '{']).unwrap_or(line.len())];
        let Some(close) = line.find('}') else {
            continue;
        };
        let inner = line[..close].trim();
        if !is_like_a_tag(inner) {
            continue;
        }
        from = at + 1 + close + 1;
        if words[from..].starts_with('}') {
            from += 1;
        }
        diagnostics.push(
            text.error(
                "single-braces",
                range.start + at..range.start + from,
                format!(
                    "`{}` in single braces would be printed literally",
                    &words[at..from]
                ),
            )
            .hint(format!(
                "write `{{{{ {inner} }}}}`; write `\\{{` to print a brace"
            )),
        );
    }
}

/// Whether the text between two braces is a tag, or a name of two parts like a field.
fn is_like_a_tag(inner: &str) -> bool {
    if matches!(inner, "else" | "end" | "private") || inner.starts_with("if ") {
        return true;
    }
    let name = inner.split('|').next().unwrap_or(inner).trim();
    let is_word = |word: &str| {
        !word.is_empty()
            && word
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
    };
    name.split_once('.')
        .is_some_and(|(root, rest)| is_word(root) && is_word(rest))
}

/// The neighbours of every token once the control tags are evaluated, branch by branch.
fn sight(text: &Text, tokens: &[Token]) -> Vec<(Seen, Seen)> {
    let tag = |index: usize| match &tokens[index] {
        Token::Tag(_, tag) => Some(tag),
        Token::Words(_) => None,
    };
    // For each condition tag: its `if` (or `private`), its `else` and its `end`.
    let mut families: Vec<(usize, Option<usize>, Option<usize>)> = Vec::new();
    let mut family: Vec<Option<usize>> = vec![None; tokens.len()];
    let mut open: Vec<usize> = Vec::new();
    for (index, own_family) in family.iter_mut().enumerate() {
        match tag(index) {
            Some(Tag::If(_) | Tag::Private) => {
                open.push(families.len());
                *own_family = Some(families.len());
                families.push((index, None, None));
            }
            Some(Tag::Else) => {
                if let Some(own) = open.last() {
                    *own_family = Some(*own);
                    families[*own].1.get_or_insert(index);
                }
            }
            Some(Tag::End) => {
                if let Some(own) = open.pop() {
                    *own_family = Some(own);
                    families[own].2 = Some(index);
                }
            }
            Some(Tag::Value(_) | Tag::Wrong) | None => {}
        }
    }
    let is_private = |index: usize| matches!(tag(index), Some(Tag::Private));

    // The right neighbour at the left edge of each token, plus one for the end of the text.
    let mut right = vec![Seen::SPACE; tokens.len() + 1];
    for index in (0..tokens.len()).rev() {
        let next = right[index + 1];
        let own = family[index].map(|own| families[own]);
        right[index] = match (&tokens[index], own) {
            (Token::Words(range), _) => Seen::first(&text.text[range.clone()]),
            (Token::Tag(_, Tag::Value(_) | Tag::Wrong), _) => Seen::LETTER,
            (Token::Tag(_, Tag::If(_)), Some((_, otherwise, end))) => match otherwise.or(end) {
                Some(other) => next.or(right[other + 1]),
                None => next,
            },
            (Token::Tag(_, Tag::Else), Some((_, _, Some(end)))) => right[end + 1],
            (Token::Tag(..), _) => next,
        };
    }
    // The left neighbour at the right edge of each token.
    let mut left = vec![Seen::SPACE; tokens.len()];
    for index in 0..tokens.len() {
        let before = |index: usize| match index.checked_sub(1) {
            Some(previous) => left[previous],
            None => Seen::SPACE,
        };
        let own = family[index].map(|own| families[own]);
        left[index] = match (&tokens[index], own) {
            (Token::Words(range), _) => Seen::last(&text.text[range.clone()]),
            (Token::Tag(_, Tag::Value(_) | Tag::Wrong), _) => Seen::LETTER,
            (Token::Tag(_, Tag::Else), Some((opening, ..))) => before(opening),
            (Token::Tag(_, Tag::End), Some((opening, otherwise, _))) => match otherwise {
                Some(otherwise) => before(index).or(before(otherwise)),
                None if is_private(opening) => before(index),
                None => before(index).or(before(opening)),
            },
            (Token::Tag(..), _) => before(index),
        };
    }
    (0..tokens.len())
        .map(|index| (left[index], right[index]))
        .collect()
}

/// Text and fields, and whether other tags were present; not read as Markdown.
pub(crate) fn pattern(
    text: &Text,
    conditions: &mut Vec<Condition>,
    diagnostics: &mut Diagnostics,
) -> (Vec<Piece>, bool) {
    let tagged = extract(text, conditions, diagnostics);
    let (mut pieces, mut wrong, mut from) = (Vec::new(), false, 0);
    for placed in &tagged.tags {
        if placed.range.start > from {
            pieces.push(Piece::Text(
                tagged.text.text[from..placed.range.start].to_owned(),
            ));
        }
        match &placed.tag {
            Tag::Value(piece @ Piece::Field(_)) => pieces.push(piece.clone()),
            _ => wrong = true,
        }
        from = placed.range.end;
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
    // Tags of other template languages, interpreted so that one mistake is reported once.
    let other = match text {
        "endif" | "/if" | "end if" | "fi" => Some((Tag::End, "write `{{ end }}`")),
        _ if ["else if ", "elseif ", "elif "]
            .iter()
            .any(|word| text.starts_with(word)) =>
        {
            Some((
                Tag::Else,
                "write `{{ else }}{{ if … }} … {{ end }}{{ end }}`",
            ))
        }
        _ => None,
    };
    if let Some((tag, hint)) = other {
        diagnostics.push(
            inside
                .error(
                    "unknown-field",
                    0..text.len(),
                    format!("`{text}` is not a tag"),
                )
                .hint(hint),
        );
        return tag;
    }
    if let Some(rest) = text
        .strip_prefix("if")
        .filter(|rest| rest.is_empty() || rest.starts_with([' ', '\n', '(', '!']))
    {
        let condition = inside.slice(text.len() - rest.len()..text.len());
        return match Condition::parse(&condition, diagnostics) {
            Some(condition) => {
                conditions.push(condition);
                Tag::If(conditions.len() - 1)
            }
            // A condition that did not parse still opens a branch that `end` closes.
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
            diagnostics.push(unknown(did_you_mean(root, ROOTS)));
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
