//! Markdown (CommonMark with footnotes) to drafts. What a letter cannot show is an error with its
//! place, never dropped.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag as MdTag, TagEnd};

use super::map::Text;
use super::tags::{self, SENTINEL, Tag, Tagged};
use crate::draft::{ConditionId, Draft, DraftItem, DraftKind, Note, Piece};
use crate::expression::Condition;
use crate::{Diagnostics, ListKind, Span};

/// Parses a text of blocks. `path` begins the blocks' ids, `when` is the condition of all of them.
pub(super) fn blocks(
    text: &Text,
    path: &str,
    when: Option<ConditionId>,
    conditions: &mut Vec<Condition>,
    diagnostics: &mut Diagnostics,
) -> Vec<Draft> {
    let tagged = tags::extract(text, conditions, diagnostics);
    undefined_footnotes(&tagged.text, diagnostics);
    let mut notes: HashMap<String, Arc<Note>> = HashMap::new();
    // Footnotes are defined behind their references: the first reading collects the definitions.
    let mut first = Reader::new(&tagged, &mut notes, true, diagnostics);
    first.read();
    let mut reader = Reader::new(&tagged, &mut notes, false, diagnostics);
    let mut blocks = reader.read();
    let used = std::mem::take(&mut reader.used);
    let mut defined: Vec<_> = notes
        .values()
        .filter(|note| !used.contains(&note.label))
        .collect();
    defined.sort_by_key(|note| note.span.start);
    for note in defined {
        let place = crate::Place::Source(text.source.clone(), note.span);
        let message = format!("the footnote `[^{}]` is never referred to", note.label);
        diagnostics.push(
            crate::Diagnostic::error("unused-footnote", message)
                .at(place)
                .hint("refer to it in the text, or remove it"),
        );
    }
    for (index, block) in blocks.iter_mut().enumerate() {
        block.path = format!("{path}.{index}");
        block.when = when;
    }
    blocks
}

/// Parses a text that is one paragraph.
pub(super) fn inline(
    text: &Text,
    conditions: &mut Vec<Condition>,
    diagnostics: &mut Diagnostics,
) -> Vec<Piece> {
    let mut blocks = blocks(text, "", None, conditions, diagnostics);
    if blocks.len() > 1
        || blocks
            .first()
            .is_some_and(|block| !matches!(block.kind, DraftKind::Paragraph(_)))
    {
        let at = blocks
            .iter()
            .find(|block| !matches!(block.kind, DraftKind::Paragraph(_)))
            .or(blocks.get(1));
        let span = at.map_or(Span::default(), |block| block.span);
        diagnostics.push(
            crate::Diagnostic::error("not-inline", "only one paragraph of running text can stand here")
                .at(crate::Place::Source(text.source.clone(), span))
                .hint("write one paragraph, without headings and lists; a number or dash at the start needs a `\\` before it"),
        );
    }
    match blocks.drain(..).next().map(|block| block.kind) {
        Some(DraftKind::Paragraph(pieces)) => pieces,
        _ => Vec::new(),
    }
}

/// Reports references to footnotes that have no text; the parser would take them for plain text.
fn undefined_footnotes(text: &Text, diagnostics: &mut Diagnostics) {
    let mut labels = Vec::new();
    let mut references: Vec<(Range<usize>, String)> = Vec::new();
    for (at, _) in text.text.match_indices("[^") {
        if text.text[..at].ends_with('\\') {
            continue;
        }
        let Some(end) = text.text[at..].find(']').map(|end| at + end) else {
            continue;
        };
        let label = &text.text[at + 2..end];
        if label.is_empty() || label.contains(['\n', ' ', '[']) {
            continue;
        }
        let line_start = text.text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        if text.text[end + 1..].starts_with(':') && text.text[line_start..at].trim().is_empty() {
            labels.push(label.to_owned());
        } else {
            references.push((at..end + 1, label.to_owned()));
        }
    }
    for (range, label) in references {
        if !labels.contains(&label) {
            diagnostics.push(
                text.error(
                    "footnote-without-text",
                    range,
                    format!("the footnote `[^{label}]` has no text"),
                )
                .hint(format!(
                    "write its text in a paragraph of its own: `[^{label}]: …`"
                )),
            );
        }
    }
}

type Events<'a> = std::iter::Peekable<pulldown_cmark::OffsetIter<'a>>;

struct Reader<'a> {
    tagged: &'a Tagged,
    events: Events<'a>,
    notes: &'a mut HashMap<String, Arc<Note>>,
    used: Vec<String>,
    /// Only footnote definitions are kept, and nothing is reported.
    definitions: bool,
    diagnostics: &'a mut Diagnostics,
    deepest: u8,
}

/// A condition that is open while inlines are read.
enum Frame {
    Then(ConditionId, Vec<Piece>),
    Otherwise(ConditionId, Vec<Piece>, Vec<Piece>),
    Private(Vec<Piece>),
}

impl<'a> Reader<'a> {
    fn new(
        tagged: &'a Tagged,
        notes: &'a mut HashMap<String, Arc<Note>>,
        definitions: bool,
        diagnostics: &'a mut Diagnostics,
    ) -> Self {
        let options = Options::ENABLE_FOOTNOTES
            | Options::ENABLE_TABLES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS;
        let events = Parser::new_ext(&tagged.text.text, options)
            .into_offset_iter()
            .peekable();
        Self {
            tagged,
            events,
            notes,
            used: Vec::new(),
            definitions,
            diagnostics,
            deepest: 0,
        }
    }

    fn read(&mut self) -> Vec<Draft> {
        let mut blocks = Vec::new();
        while let Some((event, range)) = self.events.next() {
            self.block(event, range, &mut blocks);
        }
        blocks
    }

    fn report(&mut self, code: &'static str, range: Range<usize>, message: String, hint: &str) {
        if !self.definitions {
            self.diagnostics
                .push(self.tagged.text.error(code, range, message).hint(hint));
        }
    }

    fn unsupported(&mut self, range: Range<usize>, what: &str) {
        // The first line says it; a long block need not be underlined whole.
        let end = self.tagged.text.text[range.clone()]
            .find('\n')
            .map_or(range.end, |at| range.start + at);
        self.report(
            "unsupported-markdown",
            range.start..end,
            format!("{what} cannot be used"),
            "use paragraphs, headings, emphasis, lists, links and footnotes",
        );
    }

    fn draft(&self, range: &Range<usize>, kind: DraftKind) -> Draft {
        let text = &self.tagged.text.text[range.clone()];
        let trimmed = range.start..range.start + text.trim_end().len();
        Draft {
            path: String::new(),
            span: self.tagged.text.span(trimmed),
            when: None,
            private: false,
            language: None,
            kind,
        }
    }

    fn block(&mut self, event: Event<'a>, range: Range<usize>, blocks: &mut Vec<Draft>) {
        match event {
            Event::Start(MdTag::Paragraph) => {
                let pieces = self.inlines(TagEnd::Paragraph);
                blocks.push(self.draft(&range, DraftKind::Paragraph(pieces)));
            }
            Event::Start(MdTag::Heading { level, .. }) => {
                let pieces = self.inlines(TagEnd::Heading(level));
                let level = match level {
                    HeadingLevel::H1 => 1,
                    HeadingLevel::H2 => 2,
                    HeadingLevel::H3 => 3,
                    HeadingLevel::H4 => 4,
                    HeadingLevel::H5 => 5,
                    HeadingLevel::H6 => 6,
                };
                if level > self.deepest + 1 {
                    let hint = format!("write `{}`", "#".repeat(usize::from(self.deepest) + 1));
                    let message = format!(
                        "the heading of level {level} skips level {}",
                        self.deepest + 1
                    );
                    let end = self.tagged.text.text[range.clone()].trim_end().len() + range.start;
                    self.report("heading-skips-level", range.start..end, message, &hint);
                }
                self.deepest = level;
                blocks.push(self.draft(&range, DraftKind::Heading { level, pieces }));
            }
            Event::Start(MdTag::List(start)) => {
                let kind = self.list_kind(start, &range);
                let items = self.items();
                blocks.push(self.draft(&range, DraftKind::List { kind, items }));
            }
            Event::Start(MdTag::FootnoteDefinition(label)) => self.definition(&label, range),
            Event::Start(tag) => {
                let what = match &tag {
                    MdTag::BlockQuote(_) => "a block quote",
                    MdTag::CodeBlock(_) => {
                        "a block of code (a line indented by four spaces or more)"
                    }
                    MdTag::HtmlBlock => "HTML",
                    MdTag::Table(_) => "a table",
                    _ => "this construct",
                };
                self.unsupported(range, what);
                self.skip(&tag.to_end());
            }
            Event::Rule => self.unsupported(range, "a horizontal rule"),
            Event::Html(_) => self.unsupported(range, "HTML"),
            _ => {}
        }
    }

    fn list_kind(&mut self, start: Option<u64>, range: &Range<usize>) -> ListKind {
        match start {
            Some(1) => ListKind::Decimal,
            Some(_) => {
                self.unsupported(range.clone(), "a list that does not start at 1");
                ListKind::Decimal
            }
            None => {
                let dash = self.tagged.text.text[range.clone()]
                    .trim_start()
                    .starts_with('-');
                if dash {
                    ListKind::Dash
                } else {
                    ListKind::Bullet
                }
            }
        }
    }

    fn items(&mut self) -> Vec<DraftItem> {
        let mut items = Vec::new();
        while let Some((event, _)) = self.events.next() {
            match event {
                Event::Start(MdTag::Item) => items.push(self.item()),
                Event::End(TagEnd::List(_)) => break,
                _ => {}
            }
        }
        items
    }

    fn item(&mut self) -> DraftItem {
        let mut blocks = Vec::new();
        loop {
            match self.events.peek() {
                None => break,
                Some((Event::End(TagEnd::Item), _)) => {
                    self.events.next();
                    break;
                }
                Some((
                    Event::Start(
                        MdTag::Paragraph
                        | MdTag::Heading { .. }
                        | MdTag::List(_)
                        | MdTag::BlockQuote(_)
                        | MdTag::CodeBlock(_)
                        | MdTag::HtmlBlock
                        | MdTag::Table(_)
                        | MdTag::FootnoteDefinition(_),
                    )
                    | Event::Rule,
                    _,
                )) => {
                    if let Some((event, range)) = self.events.next() {
                        if matches!(event, Event::Start(MdTag::Heading { .. })) {
                            self.unsupported(range.clone(), "a heading in a list");
                        }
                        self.block(event, range, &mut blocks);
                    }
                }
                // The items of a tight list have their text without a paragraph around it.
                Some((_, range)) => {
                    let start = range.start;
                    let (pieces, end) = self.tight();
                    let draft = self.draft(&(start..end.max(start)), DraftKind::Paragraph(pieces));
                    blocks.push(draft);
                }
            }
        }
        for (index, block) in blocks.iter_mut().enumerate() {
            block.path = index.to_string();
        }
        DraftItem { when: None, blocks }
    }

    fn definition(&mut self, label: &str, range: Range<usize>) {
        let mut blocks = Vec::new();
        while let Some((event, range)) = self.events.next() {
            if matches!(event, Event::End(TagEnd::FootnoteDefinition)) {
                break;
            }
            self.block(event, range, &mut blocks);
        }
        let one = blocks.len() == 1 && matches!(blocks[0].kind, DraftKind::Paragraph(_));
        if !one {
            self.report(
                "unsupported-markdown",
                range.start..range.start + 1,
                format!("the footnote `[^{label}]` must be one paragraph of text"),
                "write its text behind the colon, in one paragraph",
            );
        }
        let span = self.tagged.text.span(range);
        if self.definitions
            && let Some(DraftKind::Paragraph(pieces)) =
                blocks.into_iter().next().map(|block| block.kind)
        {
            let note = Note {
                label: label.to_owned(),
                span,
                pieces,
            };
            self.notes
                .entry(label.to_owned())
                .or_insert_with(|| Arc::new(note));
        }
    }

    fn skip(&mut self, end: &TagEnd) {
        let mut depth = 0_usize;
        for (event, _) in self.events.by_ref() {
            match event {
                Event::Start(tag) if tag.to_end() == *end => depth += 1,
                Event::End(found) if found == *end => {
                    if depth == 0 {
                        return;
                    }
                    depth -= 1;
                }
                _ => {}
            }
        }
    }

    fn inlines(&mut self, end: TagEnd) -> Vec<Piece> {
        self.run(
            |event| matches!(event, Event::End(found) if *found == end),
            true,
        )
        .0
    }

    fn tight(&mut self) -> (Vec<Piece>, usize) {
        self.run(
            |event| {
                matches!(
                    event,
                    Event::End(TagEnd::Item)
                        | Event::Rule
                        | Event::Start(
                            MdTag::List(_)
                                | MdTag::Paragraph
                                | MdTag::CodeBlock(_)
                                | MdTag::BlockQuote(_)
                                | MdTag::Heading { .. }
                                | MdTag::HtmlBlock
                                | MdTag::Table(_)
                        )
                )
            },
            false,
        )
    }

    /// Reads inlines until `stop`, which is consumed where `consume` says so.
    fn run(&mut self, stop: impl Fn(&Event<'_>) -> bool, consume: bool) -> (Vec<Piece>, usize) {
        let mut pieces = Vec::new();
        let mut frames: Vec<Frame> = Vec::new();
        let mut last = 0;
        while let Some((event, range)) = self.events.peek().cloned() {
            if stop(&event) {
                if consume {
                    self.events.next();
                }
                break;
            }
            self.events.next();
            last = last.max(range.end);
            match event {
                Event::Text(text) => self.text(&text, range.start, &mut pieces, &mut frames),
                Event::SoftBreak => pieces.push(Piece::SoftBreak),
                Event::HardBreak => pieces.push(Piece::LineBreak),
                Event::Start(MdTag::Emphasis) => {
                    pieces.push(Piece::Emphasis(self.inlines(TagEnd::Emphasis)))
                }
                Event::Start(MdTag::Strong) => {
                    pieces.push(Piece::Strong(self.inlines(TagEnd::Strong)))
                }
                Event::Start(MdTag::Link { dest_url, .. }) => {
                    let url = dest_url.to_string();
                    let inner = self.inlines(TagEnd::Link);
                    self.check_link(&url, &inner, range);
                    pieces.push(Piece::Link { url, pieces: inner });
                }
                Event::Start(tag) => {
                    let what = match &tag {
                        MdTag::Image { .. } => "an image",
                        MdTag::Strikethrough => "strikethrough",
                        _ => "this construct",
                    };
                    self.unsupported(range, what);
                    self.skip(&tag.to_end());
                }
                Event::FootnoteReference(label) => {
                    if let Some(note) = self.notes.get(&*label) {
                        self.used.push(label.to_string());
                        pieces.push(Piece::Footnote(note.clone()));
                    }
                }
                Event::Code(_) => self.unsupported(range, "code"),
                Event::Html(_) | Event::InlineHtml(_) => self.unsupported(range, "HTML"),
                Event::TaskListMarker(_) => self.unsupported(range, "a task list"),
                Event::InlineMath(_) | Event::DisplayMath(_) => {
                    self.unsupported(range, "mathematics")
                }
                Event::End(_) | Event::Rule => {}
            }
        }
        while let Some(frame) = frames.pop() {
            self.report(
                "unbalanced-condition",
                last.saturating_sub(1)..last,
                match frame {
                    Frame::Private(_) => "`{{ private }}` is not closed in its paragraph",
                    Frame::Then(..) | Frame::Otherwise(..) => {
                        "`{{ if … }}` is not closed in its paragraph"
                    }
                }
                .to_owned(),
                "write `{{ end }}` in the same paragraph, outside emphasis that was opened inside",
            );
            let (Frame::Then(_, before) | Frame::Otherwise(_, _, before) | Frame::Private(before)) =
                frame;
            pieces = [before, pieces].concat();
        }
        (pieces, last)
    }

    fn check_link(&mut self, url: &str, inner: &[Piece], range: Range<usize>) {
        if url.contains(SENTINEL) {
            self.report(
                "field-in-link",
                range,
                "a field cannot stand in the address of a link".to_owned(),
                "put the field in the text, and keep the address fixed",
            );
        } else if !["https://", "http://", "mailto:"]
            .iter()
            .any(|scheme| url.starts_with(scheme))
        {
            self.report(
                "wrong-link",
                range,
                format!("`{url}` is no address that works on paper and on screen"),
                "write a whole address that begins with `https://` or `mailto:`",
            );
        } else if inner.is_empty() {
            self.report(
                "wrong-link",
                range,
                "the link has no text".to_owned(),
                "write what it leads to between the brackets",
            );
        }
    }

    /// A run of text, with tags in the places of their sentinels. A run that has a sentinel is a
    /// slice of the source: escapes and entities come as runs of their own.
    fn text(&mut self, text: &str, start: usize, pieces: &mut Vec<Piece>, frames: &mut Vec<Frame>) {
        let tagged = self.tagged;
        let (mut rest, mut rest_at) = (text, start);
        while let Some(at) = rest.find(SENTINEL) {
            if at > 0 {
                pieces.push(Piece::Text(rest[..at].to_owned()));
            }
            let offset = rest_at + at;
            if let Some(tag) = tagged.at(offset) {
                self.tag(tag, offset, pieces, frames);
            }
            rest = &rest[at + SENTINEL.len_utf8()..];
            rest_at = offset + SENTINEL.len_utf8();
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
    }

    fn tag(&mut self, tag: &Tag, offset: usize, pieces: &mut Vec<Piece>, frames: &mut Vec<Frame>) {
        let range = offset..offset + SENTINEL.len_utf8();
        match tag {
            Tag::Value(piece) => pieces.push(piece.clone()),
            Tag::Wrong => {}
            Tag::If(condition) => frames.push(Frame::Then(*condition, std::mem::take(pieces))),
            Tag::Private => frames.push(Frame::Private(std::mem::take(pieces))),
            Tag::Else => match frames.pop() {
                Some(Frame::Then(condition, before)) => {
                    frames.push(Frame::Otherwise(condition, std::mem::take(pieces), before));
                }
                other => {
                    frames.extend(other);
                    self.report(
                        "unbalanced-condition",
                        range,
                        "`{{ else }}` without `{{ if … }}` before it".to_owned(),
                        "write `{{ if … }} … {{ else }} … {{ end }}` in one paragraph",
                    );
                }
            },
            Tag::End => match frames.pop() {
                Some(Frame::Then(condition, before)) => {
                    let then = std::mem::replace(pieces, before);
                    pieces.push(Piece::If {
                        condition,
                        then,
                        otherwise: Vec::new(),
                    });
                }
                Some(Frame::Otherwise(condition, then, before)) => {
                    let otherwise = std::mem::replace(pieces, before);
                    pieces.push(Piece::If {
                        condition,
                        then,
                        otherwise,
                    });
                }
                Some(Frame::Private(before)) => {
                    let inner = std::mem::replace(pieces, before);
                    pieces.push(Piece::Private(inner));
                }
                None => self.report(
                    "unbalanced-condition",
                    range,
                    "`{{ end }}` without `{{ if … }}` before it".to_owned(),
                    "write `{{ if … }} … {{ end }}` in one paragraph",
                ),
            },
        }
    }
}
