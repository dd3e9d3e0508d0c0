//! YAML as a tree whose scalars know their source location, built from the parser's events.
//!
//! Duplicate keys, unknown aliases, several documents in one file and alias bombs are detected
//! here. All mistakes are collected; invalid syntax ends the reading.

use std::collections::HashMap;
use std::sync::Arc;

use serde_saphyr::granit_parser::{
    Event, Parser, ScalarStyle, ScanError, Span as YamlSpan, options,
};

use raadspost_content::{Diagnostic, Diagnostics, Place, Source, Span};

use crate::mistakes;
use crate::text::{OffsetMap, Text};

/// Maximum number of nodes of a file; aliases count at each use.
const NODE_LIMIT: usize = 200_000;
/// Largest file, in bytes.
const SIZE_LIMIT: usize = 16 * 1024 * 1024;

/// A node of the tree.
#[derive(Debug, Clone)]
pub struct Node {
    /// Range in the file.
    pub span: Span,
    /// Content; shared by the aliases of one anchor.
    pub kind: Arc<NodeKind>,
    /// The number of nodes in it, including itself.
    size: usize,
}

/// The keys and values of a mapping.
pub type Entries = Vec<(Text, Node)>;

/// What a node is.
#[derive(Debug)]
pub enum NodeKind {
    /// An empty plain value, `~` or `null`.
    Null,
    /// A scalar, never interpreted: `NO`, `01067` and `1.10` stay as written.
    Scalar(Text),
    /// A sequence.
    Sequence(Vec<Node>),
    /// A mapping in file order; a duplicate key is reported and its first value kept.
    Mapping(Entries),
}

impl Node {
    /// The text of a scalar.
    pub fn scalar(&self) -> Option<&Text> {
        match &*self.kind {
            NodeKind::Scalar(text) => Some(text),
            NodeKind::Null | NodeKind::Sequence(_) | NodeKind::Mapping(_) => None,
        }
    }

    /// The node's name in messages.
    pub fn describe(&self) -> &'static str {
        match &*self.kind {
            NodeKind::Null => "nothing",
            NodeKind::Scalar(_) => "a text",
            NodeKind::Sequence(_) => "a list",
            NodeKind::Mapping(_) => "a mapping",
        }
    }
}

/// Parses one YAML document; `None` if nothing can be read, which is reported.
pub fn parse(source: &Arc<Source>, diagnostics: &mut Diagnostics) -> Option<Node> {
    if source.text().len() > SIZE_LIMIT {
        diagnostics.push(
            Diagnostic::error(
                "too-large",
                format!("the file has {} bytes", source.text().len()),
            )
            .at(Place::File(source.name().to_owned()))
            .hint(format!("keep it below {SIZE_LIMIT} bytes")),
        );
        return None;
    }
    let options = options! {
        emit_unresolved_aliases: true,
        emit_comments: false,
        strict_indentation: true,
        flow_nesting_limit: 64,
        block_nesting_limit: 64,
    };
    let mut builder = Builder {
        source,
        events: Parser::new_from_str_with_options(source.text(), options),
        anchors: HashMap::new(),
        diagnostics,
        total: 0,
    };
    match builder.document() {
        Ok(Some(node)) => Some(node),
        Ok(None) => {
            diagnostics.push(
                Diagnostic::error("empty-file", "the file is empty")
                    .at(Place::File(source.name().to_owned()))
                    .hint("write its keys; `raadspost init FOLDER` creates an example"),
            );
            None
        }
        Err(Stop::Syntax(error)) => {
            let at = byte_offset(source, error.marker().line(), error.marker().col());
            diagnostics.push(mistakes::translate(source, error.kind(), at));
            None
        }
        Err(Stop::Reported) => None,
    }
}

/// Byte offset of a line (from 1) and a column (from 0, in characters).
fn byte_offset(source: &Source, line: usize, column: usize) -> usize {
    let shown = source.line(line);
    let within = shown
        .char_indices()
        .nth(column)
        .map_or(shown.len(), |(at, _)| at);
    source.line_start(line) + within
}

enum Stop {
    Syntax(Box<ScanError>),
    Reported,
}

struct Builder<'a, 'd, I> {
    source: &'a Arc<Source>,
    events: I,
    anchors: HashMap<usize, Node>,
    diagnostics: &'d mut Diagnostics,
    total: usize,
}

impl<'a, I> Builder<'a, '_, I>
where
    I: Iterator<Item = Result<(Event<'a>, YamlSpan), ScanError>>,
{
    fn next(&mut self) -> Result<(Event<'a>, Span), Stop> {
        match self.events.next() {
            Some(Ok((event, span))) => {
                let range = span.byte_range().unwrap_or(0..0);
                Ok((event, Span::new(range.start, range.end)))
            }
            Some(Err(error)) => Err(Stop::Syntax(Box::new(error))),
            None => Ok((
                Event::StreamEnd,
                Span::new(self.source.text().len(), self.source.text().len()),
            )),
        }
    }

    fn place(&self, span: Span) -> Place {
        Place::Source(self.source.clone(), span)
    }

    fn document(&mut self) -> Result<Option<Node>, Stop> {
        let mut root = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => return Ok(root),
                Event::DocumentStart(..) if root.is_some() => {
                    self.diagnostics.push(
                        Diagnostic::error(
                            "several-documents",
                            "the file contains a second YAML document",
                        )
                        .at(self.place(span))
                        .hint("write one campaign per file"),
                    );
                    return Ok(root);
                }
                Event::DocumentStart(..) => {
                    let (event, span) = self.next()?;
                    root = Some(self.node(event, span)?);
                }
                _ => {}
            }
        }
    }

    fn node(&mut self, event: Event<'a>, span: Span) -> Result<Node, Stop> {
        let (kind, anchor, size, end) = match event {
            Event::Scalar(value, style, anchor, tag) => {
                self.refuse_tag(tag.map(|tag| tag.original().to_string()), span);
                let empty = style == ScalarStyle::Plain && matches!(&*value, "" | "~" | "null");
                let kind = if empty {
                    NodeKind::Null
                } else {
                    let map = scalar_map(self.source, span, &value, style);
                    let text = Text {
                        source: self.source.clone(),
                        text: value.into_owned(),
                        map,
                    };
                    if style == ScalarStyle::Plain {
                        self.diagnostics.extend(stray_quotes(&text));
                    }
                    NodeKind::Scalar(text)
                };
                (kind, anchor, 1, span.end)
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.refuse_tag(tag.map(|tag| tag.original().to_string()), span);
                let mut items = Vec::new();
                let mut size = 1;
                let end = loop {
                    let (event, span) = self.next()?;
                    if matches!(event, Event::SequenceEnd) {
                        break span.end;
                    }
                    let item = self.node(event, span)?;
                    size += item.size;
                    items.push(item);
                };
                (NodeKind::Sequence(items), anchor, size, end)
            }
            Event::MappingStart(_, anchor, tag) => {
                self.refuse_tag(tag.map(|tag| tag.original().to_string()), span);
                let (entries, size, end) = self.mapping()?;
                (NodeKind::Mapping(entries), anchor, size, end)
            }
            Event::Alias(anchor) => {
                let Some(node) = self.anchors.get(&anchor).cloned() else {
                    return self.unknown_alias(span);
                };
                self.count(node.size, span)?;
                return Ok(node);
            }
            Event::UnresolvedAlias(_) => return self.unknown_alias(span),
            other => {
                self.diagnostics.push(
                    Diagnostic::error("broken-yaml", format!("unexpected {other:?}"))
                        .at(self.place(span)),
                );
                return Err(Stop::Reported);
            }
        };
        self.count(1, span)?;
        let node = Node {
            span: Span {
                start: span.start,
                end: end.max(span.start),
            },
            kind: Arc::new(kind),
            size,
        };
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    fn refuse_tag(&mut self, tag: Option<String>, span: Span) {
        if let Some(tag) = tag {
            self.diagnostics.push(
                Diagnostic::error(
                    "unsupported-tag",
                    format!("the tag `{tag}` is not supported"),
                )
                .at(self.place(span))
                .hint("remove the tag; values are always read as they are written"),
            );
        }
    }

    fn mapping(&mut self) -> Result<(Entries, usize, u32), Stop> {
        let mut entries: Entries = Vec::new();
        let mut known: HashMap<String, usize> = HashMap::new();
        let mut size = 1;
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::MappingEnd) {
                return Ok((entries, size, span.end));
            }
            let key = self.node(event, span)?;
            let (event, value_span) = self.next()?;
            let value = self.node(event, value_span)?;
            size += key.size + value.size;
            let NodeKind::Scalar(text) = &*key.kind else {
                self.diagnostics.push(
                    Diagnostic::error(
                        "key-not-text",
                        format!("a key must be a text, not {}", key.describe()),
                    )
                    .at(self.place(key.span))
                    .hint("put text with braces or brackets in quotes"),
                );
                continue;
            };
            if let Some((first, _)) = known.get(&text.text).map(|at| &entries[*at]) {
                let (line, _) = self.source.line_column(first.map.at(0));
                self.diagnostics.push(
                    Diagnostic::error(
                        "duplicate-key",
                        format!("the key `{}` occurs twice in one mapping", text.text),
                    )
                    .at(self.place(key.span))
                    .hint(format!("the first is on line {line}; keep one of the two")),
                );
                continue;
            }
            known.insert(text.text.clone(), entries.len());
            entries.push((text.clone(), value));
        }
    }

    fn unknown_alias(&mut self, span: Span) -> Result<Node, Stop> {
        let name = &self.source.text()[span.start as usize..span.end as usize];
        self.diagnostics.push(
            Diagnostic::error(
                "unknown-alias",
                format!("the alias `{name}` has no anchor above it"),
            )
            .at(self.place(span))
            .hint("put text that starts with `*` in quotes"),
        );
        Ok(Node {
            span,
            kind: Arc::new(NodeKind::Null),
            size: 1,
        })
    }

    fn count(&mut self, nodes: usize, span: Span) -> Result<(), Stop> {
        self.total = self.total.saturating_add(nodes);
        if self.total <= NODE_LIMIT {
            return Ok(());
        }
        self.diagnostics.push(
            Diagnostic::error(
                "alias-bomb",
                format!("aliases expand to more than {NODE_LIMIT} nodes"),
            )
            .at(self.place(span))
            .hint("write the repeated part once as a phrase or a text, and name it"),
        );
        Err(Stop::Reported)
    }
}

/// Literal quotes in an unquoted text that were meant as YAML quotes: they would be printed.
fn stray_quotes(text: &Text) -> Option<Diagnostic> {
    let words = text.text.as_str();
    let last = words.len() - words.chars().next_back()?.len_utf8();
    let inner = |words: &str| words.replace('"', "\\\"");
    if matches!(&words[last..], "”" | "“") && last > 0 {
        let rest = &words[..last];
        let body = rest.strip_prefix(['“', '„', '”']);
        if let Some(body) = body.filter(|body| !body.contains(['“', '„', '”'])) {
            let hint = format!(
                "write `\"{0}\"`; write `\"{words}\"` to print quotes",
                inner(body)
            );
            let message = "the text begins and ends with curly quotes, which would be printed";
            let whole = 0..words.len();
            return Some(text.error("curly-quotes", whole, message).hint(hint));
        }
        if !rest.contains(['“', '„', '”']) {
            let hint = format!(
                "remove it, or put the whole text in quotes: `\"{}\"`",
                inner(rest)
            );
            let message = format!(
                "`{}` has no opening quote and would be printed",
                &words[last..]
            );
            return Some(
                text.error("stray-quote", last..words.len(), message)
                    .hint(hint),
            );
        }
    }
    if words.ends_with('"') && words.matches('"').count() % 2 == 1 {
        let rest = &words[..last];
        let hint = format!(
            "remove it, or put the whole text in quotes: `\"{}\"`; write `'{words}'` for a quote that is to be printed",
            inner(rest)
        );
        let message = "`\"` has no opening quote and would be printed";
        return Some(
            text.error("stray-quote", last..words.len(), message)
                .hint(hint),
        );
    }
    None
}

/// Aligns the value of a scalar with its source lines.
///
/// Literal and plain scalars map exactly. The lines of folded and quoted scalars are searched for
/// in the value; after a line changed by escapes, offsets map to the last line found.
fn scalar_map(source: &Source, span: Span, value: &str, style: ScalarStyle) -> OffsetMap {
    let text = source.text();
    let (start, end) = (span.start as usize, (span.end as usize).min(text.len()));
    let mut map = OffsetMap::default();
    let block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
    // The header line of a block scalar is not content.
    let first = if block && text[start..end].starts_with(['|', '>']) {
        text[start..end].find('\n').map_or(end, |at| start + at + 1)
    } else if block {
        // The span starts at the content; extend it to the start of the line to include the
        // indentation.
        text[..start].rfind('\n').map_or(0, |at| at + 1)
    } else {
        start
    };
    if style == ScalarStyle::Literal {
        let indent = text[first..]
            .lines()
            .find(|line| !line.trim().is_empty())
            .map_or(0, |line| line.len() - line.trim_start_matches(' ').len());
        let extra = value
            .lines()
            .find(|line| !line.trim().is_empty())
            .map_or(0, |line| line.len() - line.trim_start_matches(' ').len());
        let indent = indent.saturating_sub(extra);
        let (mut from, mut to) = (0, first);
        for (line, written) in value
            .split_inclusive('\n')
            .zip(text[first..].split_inclusive('\n'))
        {
            map.push(
                from,
                to + indent.min(written.trim_end_matches(['\n', '\r']).len()),
            );
            from += line.len();
            to += written.len();
        }
    } else {
        let quoted = matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted);
        let (mut from, mut to) = (0, first);
        map.push(0, if quoted { start + 1 } else { start });
        for written in text[first..end].split_inclusive('\n') {
            let mut line = written.trim();
            if quoted {
                line = line.trim_matches(['"', '\'']);
            }
            let column = written.find(line).unwrap_or(0);
            if !line.is_empty()
                && let Some(found) = value[from..].find(line)
                && value[from..from + found].trim().is_empty()
            {
                map.push(from + found, to + column);
                from += found + line.len();
            }
            to += written.len();
        }
    }
    map
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scalars(node: &Node, out: &mut Vec<Text>) {
        match &*node.kind {
            NodeKind::Null => {}
            NodeKind::Scalar(text) => out.push(text.clone()),
            NodeKind::Sequence(items) => items.iter().for_each(|item| scalars(item, out)),
            NodeKind::Mapping(entries) => entries.iter().for_each(|(_, value)| scalars(value, out)),
        }
    }

    fn all(yaml: &str) -> (Vec<Text>, Diagnostics) {
        let mut diagnostics = Vec::new();
        let mut out = Vec::new();
        if let Some(node) = parse(&Source::new("t.yaml", yaml), &mut diagnostics) {
            scalars(&node, &mut out);
        }
        (out, diagnostics)
    }

    #[test]
    fn every_word_maps_to_where_it_was_written() {
        let yaml = "a: plain één\nb:\n  - two words that\n    go on XX here\n  - |\n    # Kop\n\n      ingesprongen YY\n    ZZ einde\n  - >-\n    folded\n    QQ text\n  - \"quoted WW\"\n  - 'single VV'\n";
        let (scalars, diagnostics) = all(yaml);
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        for word in [
            "plain", "één", "two", "XX", "Kop", "YY", "ZZ", "QQ", "WW", "VV",
        ] {
            let text = scalars
                .iter()
                .find(|text| text.text.contains(word))
                .expect(word);
            let at = text.text.find(word).expect(word);
            assert_eq!(text.map.at(at), yaml.find(word).expect(word), "{word}");
        }
    }

    #[test]
    fn values_stay_as_written() {
        let (scalars, _) = all("[NO, 01067, 1.10, off, 'null']");
        let texts: Vec<_> = scalars.iter().map(|text| text.text.as_str()).collect();
        assert_eq!(texts, ["NO", "01067", "1.10", "off", "null"]);
    }

    #[test]
    fn bombs_duplicates_and_broken_files_are_reported() {
        let bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e]\n";
        let code = |yaml: &str| all(yaml).1.iter().map(|d| d.code).collect::<Vec<_>>();
        assert_eq!(code(bomb), ["alias-bomb"]);
        assert_eq!(
            code("a: 1\nb: 2\na: 3\nb: 4\n"),
            ["duplicate-key", "duplicate-key"]
        );
        assert_eq!(code("a: [1, 2\n"), ["broken-yaml"]);
        assert_eq!(code("a: *nobody\n"), ["unknown-alias"]);
        assert_eq!(code("a: 1\n---\nb: 2\n"), ["several-documents"]);
        assert_eq!(
            code(&format!("a: {}", "[".repeat(100_000))),
            ["broken-yaml"]
        );
        assert_eq!(code("a: !!binary x\n"), ["unsupported-tag"]);
        assert_eq!(code("a: !x [b]\nc: !y { d: e }\n"), ["unsupported-tag"; 2]);
    }
}
