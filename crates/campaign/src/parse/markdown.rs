//! Markdown (CommonMark with footnotes) to drafts. What a letter cannot show is an error with its
//! place, never dropped.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::{Event, HeadingLevel, LinkType, Options, Parser, Tag as MdTag, TagEnd};
use raadspost_content::{Diagnostic, Diagnostics, ListKind, Place, Span};
use raadspost_yaml::Text;

use super::delimiters::{Powers, Run, Seen, is_escaped};
use super::tags::{self, Placed, Tag, Tagged};
use crate::ast::{ConditionId, Draft, DraftItem, DraftKind, Note, Piece};
use crate::condition::Condition;

/// What mends a condition that crosses the border of emphasis.
const CROSSED: &str = "open and close emphasis in the same branch: `{{ if … }}*…*{{ end }}`; write `\\*` for a `*` that is to be printed";

/// How deep lists, and how deep emphasis and conditions, may be nested.
const DEPTH_LIMIT: usize = 9;

/// Parses a text of blocks. `path` begins the blocks' ids, `when` is the condition of all of them.
pub(crate) fn blocks(
    text: &Text,
    path: &str,
    when: Option<ConditionId>,
    conditions: &mut Vec<Condition>,
    diagnostics: &mut Diagnostics,
) -> Vec<Draft> {
    let tagged = tags::extract(text, conditions, diagnostics);
    undefined_footnotes(&tagged.text, diagnostics);
    beside_tags(&tagged, diagnostics);
    let mut notes: HashMap<String, Arc<Note>> = HashMap::new();
    // Footnotes are defined behind their references: the first reading collects the definitions.
    let mut first = Reader::new(&tagged, &mut notes, true, diagnostics);
    first.read();
    let mut reader = Reader::new(&tagged, &mut notes, false, diagnostics);
    let mut blocks = reader.read();
    reader.dropped();
    let used = std::mem::take(&mut reader.used);
    let mut defined: Vec<_> = notes
        .values()
        .filter(|note| !used.contains(&normal(&note.label)))
        .collect();
    defined.sort_by_key(|note| note.span.start);
    for note in defined {
        let place = Place::Source(text.source.clone(), note.span);
        let message = format!("the footnote `[^{}]` is never referred to", note.label);
        diagnostics.push(
            Diagnostic::error("unused-footnote", message)
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
pub(crate) fn inline(
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
            Diagnostic::error("not-inline", "only one paragraph of running text can stand here")
                .at(Place::Source(text.source.clone(), span))
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
            labels.push(normal(label));
        } else {
            references.push((at..end + 1, label.to_owned()));
        }
    }
    for (range, label) in references {
        if !labels.contains(&normal(&label)) {
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

/// Reports what a tag keeps apart that would be Markdown if the tag were not there.
fn beside_tags(tagged: &Tagged, diagnostics: &mut Diagnostics) {
    let text = tagged.text.text.as_str();
    // Whether only tags and white space are between the start of the line and here.
    let mut at_start = None;
    for (index, placed) in tagged.tags.iter().enumerate() {
        let mut report = |code, message: &str, hint: &str| {
            diagnostics.push(
                Diagnostic::error(code, message)
                    .at(placed.place.clone())
                    .hint(hint),
            );
        };
        if Seen::last(&text[..placed.range.start]).has(Seen::BACKSLASH) {
            report(
                "literal-delimiter",
                "the `\\` before the tag would escape what takes the tag's place",
                "remove the `\\`; write `{\\{` for braces that are to be printed, and `\\\\` for a backslash",
            );
        }
        let line = text[..placed.range.start]
            .rfind('\n')
            .map_or(0, |at| at + 1);
        let from = match at_start {
            Some((start, end)) if start == line => end,
            _ => line,
        };
        let alone = text[from..placed.range.start].trim().is_empty();
        match &placed.tag {
            Tag::If(_) | Tag::Private | Tag::Else | Tag::End => {}
            Tag::Value(_) | Tag::Wrong => continue,
        }
        if placed.before.has(Seen::CLOSING) && placed.after.has(Seen::OPENING) {
            report(
                "literal-delimiter",
                "a link is written across a tag",
                "write the link in one branch: `{{ if … }}[text](https://…){{ end }}`; write `\\]` for a bracket that is to be printed",
            );
        }
        if !alone {
            continue;
        }
        at_start = Some((line, placed.range.end));
        let next = tagged.tags.get(index + 1);
        let rest = &text[placed.range.end..next.map_or(text.len(), |next| next.range.start)];
        if begins_block(rest.trim_start_matches(' ')) {
            report(
                "block-in-condition",
                "a heading or a list begins behind the tag, which is for words in a paragraph",
                "give the heading or list a block of its own with `when:`; write `\\` before a sign that is to be printed",
            );
        }
    }
}

/// Whether a line begins with the sign of a heading, an item or a block quote.
fn begins_block(line: &str) -> bool {
    let spaced = |rest: &str| rest.starts_with([' ', '\n']);
    let hashes = line.trim_start_matches('#');
    let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    (1..=6).contains(&(line.len() - hashes.len())) && spaced(hashes)
        || (1..=9).contains(&(line.len() - digits.len()))
            && digits.strip_prefix(['.', ')']).is_some_and(spaced)
        || line.strip_prefix(['-', '*', '+']).is_some_and(spaced)
        || line.starts_with('>')
}

/// A label as CommonMark compares them.
fn normal(label: &str) -> String {
    let words: Vec<_> = label.split_whitespace().collect();
    words.join(" ").to_lowercase()
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
    /// How many lists, or emphases and links, are open.
    depth: usize,
    /// How many emphases and links are open.
    depth_of_inlines: usize,
    /// The definitions of links that the text has, by label: where they are.
    link_definitions: Vec<(String, Range<usize>)>,
    /// The labels by which links name their definitions.
    link_labels: HashSet<String>,
    /// What is read: the ranges of leaf blocks, and of the signs of items and footnotes.
    covered: Vec<Range<usize>>,
    /// The labels of the footnotes that are defined so far.
    defined: HashSet<String>,
    in_note: bool,
    /// Within the text of a link that is its address.
    verbatim: bool,
    /// The runs of which some is printed though they could open or close, in this paragraph.
    printed: Vec<(Run, Seen, Seen, Powers)>,
    /// The sign, and the start of the opening run, of every emphasis around what is read.
    enclosing: Vec<(char, usize)>,
    /// The starts of the delimiter runs that are reported.
    judged: HashSet<usize>,
    /// Tags of conditions across the border of emphasis or of a link, in the paragraph that is read.
    crossed: Crossed,
}

/// Conditions that are open around what is read, and those of which a tag is on the wrong side of
/// a border.
#[derive(Default)]
struct Crossed {
    /// Open outside of the emphasis or link that is read.
    outer: usize,
    /// Of these, closed inside it, and reported.
    closed_inside: usize,
    /// Opened inside of emphasis or a link that is read already, left open, and reported.
    left_open: usize,
    /// An `else` of the innermost was reported.
    else_reported: bool,
    /// Any was reported.
    reported: bool,
    /// Runs that would touch were reported.
    merged: bool,
}

/// A condition that is open while inlines are read, and the index of the tag that opened it.
struct Frame {
    tag: usize,
    kind: FrameKind,
}

enum FrameKind {
    Then(ConditionId, Vec<Piece>),
    Otherwise(ConditionId, Vec<Piece>, Vec<Piece>),
    Private(Vec<Piece>),
    /// Too deep: what it holds is read as if the tag were not there.
    Flat,
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
        let events = Parser::new_ext(&tagged.text.text, options).into_offset_iter();
        let link_definitions = events
            .reference_definitions()
            .iter()
            .map(|(label, definition)| (normal(label), definition.span.clone()))
            .collect();
        Self {
            tagged,
            events: events.peekable(),
            depth: 0,
            depth_of_inlines: 0,
            link_definitions,
            link_labels: HashSet::new(),
            covered: Vec::new(),
            defined: HashSet::new(),
            in_note: false,
            verbatim: false,
            printed: Vec::new(),
            enclosing: Vec::new(),
            judged: HashSet::new(),
            crossed: Crossed::default(),
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

    /// Reports a mistake at a tag.
    fn report_tag(&mut self, code: &'static str, tag: usize, message: &str, hint: &str) {
        if !self.definitions {
            self.crossed.reported |= code == "crossed-condition";
            let place = self.tagged.tags[tag].place.clone();
            self.diagnostics
                .push(Diagnostic::error(code, message).at(place).hint(hint));
        }
    }

    fn unsupported(&mut self, range: Range<usize>, what: &str) {
        // The first line says it; a long block need not be underlined whole.
        let line = self.first_line(&range);
        self.report(
            "unsupported-markdown",
            line,
            format!("{what} cannot be used"),
            "use paragraphs, headings, emphasis, lists, links and footnotes",
        );
    }

    fn first_line(&self, range: &Range<usize>) -> Range<usize> {
        let text = &self.tagged.text.text[range.clone()];
        range.start..range.start + text.find('\n').unwrap_or(text.len())
    }

    /// Reports nesting beyond the limit; whoever calls skips what is too deep.
    fn too_deep(&mut self, range: &Range<usize>, what: &str) {
        let line = self.first_line(range);
        self.report(
            "too-deep",
            line,
            format!("{what} is nested more than {DEPTH_LIMIT} deep"),
            "write it with fewer levels",
        );
    }

    /// Reports what the parser of Markdown took out of the text: definitions of links that no link
    /// names. Whatever is in no block that was read is found, for whatever reason it was left out.
    fn dropped(&mut self) {
        let mut read = vec![false; self.tagged.text.text.len()];
        let used = self.link_definitions.iter();
        let used = used.filter(|(label, _)| self.link_labels.contains(label));
        let used = used.map(|(_, range)| range);
        for range in self.covered.iter().chain(used) {
            read[range.clone()].fill(true);
        }
        let mut line_start = 0;
        let mut lines: Vec<Range<usize>> = Vec::new();
        for line in self.tagged.text.text.split_inclusive('\n') {
            let left = line
                .char_indices()
                .filter(|(at, c)| !c.is_whitespace() && !read[line_start + at]);
            let left: Vec<_> = left.map(|(at, _)| at).collect();
            if let (Some(first), Some(last)) = (left.first(), left.last()) {
                let c = line[*last..].chars().next().map_or(1, char::len_utf8);
                lines.push(line_start + first..line_start + last + c);
            }
            line_start += line.len();
        }
        for range in lines {
            let text = self.tagged.text.text[range.clone()].to_owned();
            let label = text
                .strip_prefix('[')
                .and_then(|rest| rest.split(']').next());
            let Some(label) = label else {
                // The rest of a definition, whose first line is reported.
                if text.starts_with(['"', '\'', '(', '<']) || text.contains("://") {
                    continue;
                }
                self.report(
                    "dropped-text",
                    range,
                    "this is in no paragraph, and would not be printed".to_owned(),
                    "write it in a paragraph of its own, with an empty line before and behind it",
                );
                continue;
            };
            if self.link_labels.contains(&normal(label)) {
                self.report(
                    "duplicate-link",
                    range,
                    format!("the address of `[{label}]` is written twice"),
                    "keep one of the two",
                );
            } else {
                self.report(
                    "unused-link",
                    range,
                    format!("`[{label}]:` is an address that no link uses, and would not be printed"),
                    &format!("write `\\[{label}]:` for a line that is to be printed, or use it: `[words][{label}]`"),
                );
            }
        }
    }

    fn draft(&self, range: &Range<usize>, kind: DraftKind) -> Draft {
        let text = &self.tagged.text.text[range.clone()];
        let trimmed = range.start..range.start + text.trim_end().len();
        Draft {
            path: String::new(),
            span: self.tagged.text.span(trimmed),
            when: None,
            private: false,
            kind,
        }
    }

    fn block(&mut self, event: Event<'a>, range: Range<usize>, blocks: &mut Vec<Draft>) {
        if !matches!(
            event,
            Event::Start(MdTag::List(_) | MdTag::FootnoteDefinition(_))
        ) {
            self.covered.push(range.clone());
        }
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
            Event::Start(tag @ MdTag::List(_)) if self.depth >= DEPTH_LIMIT => {
                self.too_deep(&range, "a list");
                self.covered.push(range);
                self.skip(&tag.to_end());
            }
            Event::Start(MdTag::List(start)) => {
                let kind = self.list_kind(start, &range);
                self.depth += 1;
                let items = self.items();
                self.depth -= 1;
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
        while let Some((event, range)) = self.events.next() {
            match event {
                Event::Start(MdTag::Item) => {
                    // The sign of the item.
                    let text = &self.tagged.text.text[range.clone()];
                    let sign = text.trim_start_matches(' ');
                    let digits = sign.trim_start_matches(|c: char| c.is_ascii_digit());
                    let end = text.len() - digits.len() + usize::from(!digits.is_empty());
                    self.covered.push(range.start..range.start + end);
                    items.push(self.item());
                }
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
                    self.covered.push(start..end.max(start));
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
        let sign = self.tagged.text.text[range.clone()].find("]:");
        let sign = range.start..sign.map_or(range.start, |at| range.start + at + 2);
        self.covered.push(sign.clone());
        if !self.defined.insert(normal(label)) {
            self.report(
                "duplicate-footnote",
                sign,
                format!("the footnote `[^{label}]` is written twice"),
                "keep one of the two, or give it another name",
            );
        }
        self.in_note = true;
        self.depth += 1;
        while let Some((event, range)) = self.events.next() {
            if matches!(event, Event::End(TagEnd::FootnoteDefinition)) {
                break;
            }
            self.block(event, range, &mut blocks);
        }
        self.depth -= 1;
        self.in_note = false;
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
                .entry(normal(label))
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
        let mut html = false;
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
                Event::Text(text) => self.text(&text, range, &mut pieces, &mut frames),
                Event::SoftBreak => pieces.push(Piece::SoftBreak),
                Event::HardBreak => pieces.push(Piece::LineBreak),
                Event::Start(tag @ (MdTag::Emphasis | MdTag::Strong | MdTag::Link { .. }))
                    if self.depth + frames.len() > 2 * DEPTH_LIMIT =>
                {
                    self.too_deep(&range, "emphasis");
                    self.skip(&tag.to_end());
                }
                Event::Start(MdTag::Emphasis) => {
                    let sign = self.judge_pair(&range);
                    self.enclosing.push(sign);
                    let inner = self.within(TagEnd::Emphasis, frames.len());
                    self.enclosing.pop();
                    pieces.push(Piece::Emphasis(inner));
                }
                Event::Start(MdTag::Strong) => {
                    let sign = self.judge_pair(&range);
                    self.enclosing.push(sign);
                    let inner = self.within(TagEnd::Strong, frames.len());
                    self.enclosing.pop();
                    pieces.push(Piece::Strong(inner));
                }
                Event::Start(MdTag::Link {
                    link_type,
                    dest_url,
                    title,
                    id,
                }) => {
                    self.link_labels.insert(normal(&id));
                    let is_address = matches!(link_type, LinkType::Autolink | LinkType::Email);
                    let verbatim = std::mem::replace(&mut self.verbatim, is_address);
                    let inner = self.within(TagEnd::Link, frames.len());
                    self.verbatim = verbatim;
                    let url = dest_url.to_string();
                    self.check_link(&url, &title, &inner, is_address, range);
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
                    if self.in_note {
                        self.report(
                            "footnote-in-footnote",
                            range,
                            format!("the footnote `[^{label}]` is referred to in a footnote"),
                            "write its words out there",
                        );
                    } else if let Some(note) = self.notes.get(&normal(&label)) {
                        pieces.push(Piece::Footnote(note.clone()));
                    }
                    self.used.push(normal(&label));
                }
                Event::Code(_) => self.unsupported(range, "code"),
                // The end tag of what is reported is no second mistake.
                Event::Html(_) | Event::InlineHtml(_) => {
                    if !std::mem::replace(&mut html, true) {
                        self.unsupported(range, "HTML");
                    }
                }
                Event::TaskListMarker(_) => self.unsupported(range, "a task list"),
                Event::InlineMath(_) | Event::DisplayMath(_) => {
                    self.unsupported(range, "mathematics")
                }
                Event::End(_) | Event::Rule => {}
            }
        }
        while let Some(Frame { tag, kind }) = frames.pop() {
            let what = match kind {
                FrameKind::Private(_) => "private",
                FrameKind::Then(..) | FrameKind::Otherwise(..) | FrameKind::Flat => "if …",
            };
            if self.crossed.closed_inside > 0 {
                self.crossed.closed_inside -= 1;
            } else if self.depth_of_inlines > 0 {
                self.crossed.left_open += 1;
                self.report_tag(
                    "crossed-condition",
                    tag,
                    &format!("`{{{{ {what} }}}}` is inside emphasis or a link, and its `{{{{ end }}}}` is not"),
                    CROSSED,
                );
            } else {
                self.report_tag(
                    "unbalanced-condition",
                    tag,
                    &format!("`{{{{ {what} }}}}` is not closed in its paragraph"),
                    "write `{{ end }}` in the same paragraph; a block of several paragraphs takes `when:`",
                );
            }
            if let FrameKind::Then(_, before)
            | FrameKind::Otherwise(_, _, before)
            | FrameKind::Private(before) = kind
            {
                pieces = [before, pieces].concat();
            }
        }
        if self.depth_of_inlines == 0 {
            // A run that is left over because of a condition is no second mistake.
            if std::mem::take(&mut self.crossed).reported {
                self.printed.clear();
            }
            self.report_printed();
        }
        (pieces, last)
    }

    /// The inlines of emphasis or of a link, within so many open conditions of what is around it.
    fn within(&mut self, end: TagEnd, frames: usize) -> Vec<Piece> {
        self.crossed.outer += frames;
        self.depth += 1;
        self.depth_of_inlines += 1;
        let pieces = self.inlines(end);
        self.depth_of_inlines -= 1;
        self.depth -= 1;
        self.crossed.outer -= frames;
        pieces
    }

    fn check_link(
        &mut self,
        url: &str,
        title: &str,
        inner: &[Piece],
        is_address: bool,
        range: Range<usize>,
    ) {
        let text = &self.tagged.text.text;
        let (_, tags) = self.tagged.within(&range);
        // Tags in the words between the brackets are read; all others are in the address.
        let words = text[range.clone()]
            .rfind(']')
            .map_or(range.start, |at| range.start + at);
        let in_address = is_address && !tags.is_empty()
            || tags.iter().any(|placed| placed.range.start > words)
            || url.contains(tags::SENTINEL);
        if in_address {
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
        } else if !title.is_empty() {
            self.report(
                "link-title",
                range,
                format!("the title `{title}` of the link would not be printed"),
                "remove it, or write it in the text",
            );
        }
    }

    /// Reports runs at the ends of emphasis that are not there for every municipality, and gives
    /// the emphasis' sign and the start of the run that opens it.
    fn judge_pair(&mut self, range: &Range<usize>) -> (char, usize) {
        let text = &self.tagged.text.text;
        let runs = (
            Run::at(text, range.start),
            Run::at(text, range.end.saturating_sub(1)),
        );
        let (Some(open), Some(close)) = runs else {
            return ('*', range.start);
        };
        let equal = open.range.len() == close.range.len();
        let (before, after) = self.tagged.around(&open.range);
        let powers = open.powers(before, after);
        let around =
            |(sign, start): &(char, usize)| *sign == open.delimiter && *start != open.range.start;
        let free = equal && !self.enclosing.iter().any(around);
        let is_sound = powers.is_certain() || free && powers.opens.1 && !powers.merges;
        if !is_sound {
            self.hangs(&open, powers);
            return (open.delimiter, open.range.start);
        }
        let (before, after) = self.tagged.around(&close.range);
        let powers = close.powers(before, after);
        let is_sound = powers.is_certain() || equal && powers.closes.1 && !powers.merges;
        if !is_sound {
            self.hangs(&close, powers);
        }
        (open.delimiter, open.range.start)
    }

    /// Reports a run that does more for one municipality than for another.
    fn hangs(&mut self, run: &Run, powers: Powers) {
        if self.definitions || !self.judged.insert(run.range.start) {
            return;
        }
        self.crossed.reported = true;
        // Two runs that would touch are one mistake.
        if powers.merges && std::mem::replace(&mut self.crossed.merged, true) {
            return;
        }
        let (shown, sign) = (&self.tagged.text.text[run.range.clone()], run.delimiter);
        let (message, hint) = if powers.merges {
            (
                format!("`{shown}` would touch another `{sign}` where the tag beside it is gone"),
                format!(
                    "write one emphasis for both, or a space between them; write `\\{sign}` for a character that is to be printed"
                ),
            )
        } else {
            (
                format!(
                    "whether `{shown}` opens or closes emphasis depends on the condition beside it"
                ),
                format!(
                    "open and close emphasis in the same branch, without white space or punctuation at its ends: `{{{{ if … }}}}{sign}words{sign}{{{{ end }}}}`"
                ),
            )
        };
        self.report("crossed-condition", run.range.clone(), message, &hint);
    }

    /// Notes a run of which some is printed.
    fn is_printed(&mut self, run: Run) {
        if self.definitions || self.judged.contains(&run.range.start) {
            return;
        }
        let (before, after) = self.tagged.around(&run.range);
        let powers = run.powers(before, after);
        if powers.is_inert() {
            return;
        }
        if powers.is_certain() {
            self.judged.insert(run.range.start);
            self.printed.push((run, before, after, powers));
        } else {
            self.hangs(&run, powers);
        }
    }

    /// Reports the runs of a paragraph that would be printed: those that should have been a pair
    /// once, at the one that is at fault.
    fn report_printed(&mut self) {
        let mut printed = std::mem::take(&mut self.printed).into_iter().peekable();
        while let Some((run, before, after, powers)) = printed.next() {
            let pair = printed.next_if(|(other, ..)| {
                other.delimiter == run.delimiter && other.range.len() == run.range.len()
            });
            let opens = pair.is_none() && powers.opens.0 && !powers.closes.0;
            let (run, before, after, message) = match pair {
                Some((close, before, after, powers)) if !powers.closes.0 => {
                    (close, before, after, "does not close emphasis here")
                }
                Some(_) => (run, before, after, "does not open emphasis here"),
                None if opens => (run, before, after, "opens emphasis that is not closed"),
                None => (run, before, after, "closes no emphasis"),
            };
            let (shown, sign) = (&self.tagged.text.text[run.range.clone()], run.delimiter);
            let message = format!("`{shown}` {message}, and would be printed as it is");
            let cure = if message.contains("does not close") && before == Seen::SPACE {
                "remove the white space before it".to_owned()
            } else if message.contains("does not open") && after == Seen::SPACE {
                "remove the white space behind it".to_owned()
            } else if message.contains("does not") {
                format!(
                    "leave the punctuation out of the emphasis, as in `{shown}word{shown}:`, or write a space beside it"
                )
            } else {
                format!("write `{shown}` at both ends of the words")
            };
            let hint = format!("{cure}; write `\\{sign}` for a character that is to be printed");
            self.report("literal-delimiter", run.range.clone(), message, &hint);
        }
    }

    /// A run of text, with tags in the places of their stand-ins. A run that has one is a slice of
    /// the source: escapes and entities come as runs of their own.
    fn text(
        &mut self,
        text: &str,
        range: Range<usize>,
        pieces: &mut Vec<Piece>,
        frames: &mut Vec<Frame>,
    ) {
        let tagged = self.tagged;
        if tagged.text.text[range.clone()] != *text {
            pieces.push(Piece::Text(text.to_owned()));
            return;
        }
        let (first, tags) = tagged.within(&range);
        let mut from = range.start;
        for (index, placed) in tags.iter().enumerate() {
            self.words(from..placed.range.start, pieces);
            self.tag(first + index, placed, pieces, frames);
            from = placed.range.end;
        }
        self.words(from..range.end.max(from), pieces);
    }

    /// Words without tags.
    fn words(&mut self, range: Range<usize>, pieces: &mut Vec<Piece>) {
        let tagged = self.tagged;
        let text = tagged.text.text.as_str();
        if range.is_empty() {
            return;
        }
        pieces.push(Piece::Text(text[range.clone()].to_owned()));
        if self.verbatim {
            return;
        }
        for (at, _) in text[range.clone()].match_indices(['*', '_']) {
            if let Some(run) = Run::at(text, range.start + at) {
                self.is_printed(run);
            }
        }
        for (at, _) in text[range.clone()].match_indices(']') {
            let at = range.start + at;
            if text[at..].starts_with("](") && !is_escaped(text, at) {
                self.report(
                    "literal-delimiter",
                    at..at + 2,
                    "`](` would be printed as it is: this is not a link".to_owned(),
                    "write `[words](https://…)`, the address without spaces; write `\\]` for a bracket that is to be printed",
                );
            }
        }
    }

    fn tag(
        &mut self,
        index: usize,
        placed: &Placed,
        pieces: &mut Vec<Piece>,
        frames: &mut Vec<Frame>,
    ) {
        let too_deep = self.depth + frames.len() > 2 * DEPTH_LIMIT;
        match &placed.tag {
            Tag::Value(piece) => pieces.push(piece.clone()),
            Tag::Wrong => {}
            Tag::If(_) | Tag::Private if too_deep => {
                self.report_tag(
                    "too-deep",
                    index,
                    &format!("conditions and emphasis are nested more than {} deep", 2 * DEPTH_LIMIT),
                    "write it with fewer levels: `{{ if a && b }}`",
                );
                frames.push(Frame {
                    tag: index,
                    kind: FrameKind::Flat,
                });
            }
            Tag::If(condition) => frames.push(Frame {
                tag: index,
                kind: FrameKind::Then(*condition, std::mem::take(pieces)),
            }),
            Tag::Private => frames.push(Frame {
                tag: index,
                kind: FrameKind::Private(std::mem::take(pieces)),
            }),
            Tag::Else => match frames.pop() {
                Some(Frame {
                    tag,
                    kind: FrameKind::Then(condition, before),
                }) => frames.push(Frame {
                    tag,
                    kind: FrameKind::Otherwise(condition, std::mem::take(pieces), before),
                }),
                Some(
                    flat @ Frame {
                        kind: FrameKind::Flat,
                        ..
                    },
                ) => frames.push(flat),
                None if self.crossed.left_open > 0 => {}
                None if self.crossed.outer > self.crossed.closed_inside => {
                    self.crossed.else_reported = true;
                    self.report_tag(
                        "crossed-condition",
                        index,
                        "`{{ else }}` is inside emphasis or a link that begins before it",
                        CROSSED,
                    );
                }
                other => {
                    frames.extend(other);
                    self.report_tag(
                        "unbalanced-condition",
                        index,
                        "`{{ else }}` without `{{ if … }}` before it",
                        "write `{{ if … }} … {{ else }} … {{ end }}` in one paragraph",
                    );
                }
            },
            Tag::End => match frames.pop().map(|frame| frame.kind) {
                Some(FrameKind::Then(condition, before)) => {
                    let then = std::mem::replace(pieces, before);
                    pieces.push(Piece::If {
                        condition,
                        then,
                        otherwise: Vec::new(),
                    });
                }
                Some(FrameKind::Otherwise(condition, then, before)) => {
                    let otherwise = std::mem::replace(pieces, before);
                    pieces.push(Piece::If {
                        condition,
                        then,
                        otherwise,
                    });
                }
                Some(FrameKind::Private(before)) => {
                    let inner = std::mem::replace(pieces, before);
                    pieces.push(Piece::Private(inner));
                }
                Some(FrameKind::Flat) => {}
                None if self.crossed.left_open > 0 => self.crossed.left_open -= 1,
                None if self.crossed.outer > self.crossed.closed_inside => {
                    self.crossed.closed_inside += 1;
                    if !std::mem::take(&mut self.crossed.else_reported) {
                        self.report_tag(
                            "crossed-condition",
                            index,
                            "`{{ end }}` is inside emphasis or a link, and what it closes is not",
                            CROSSED,
                        );
                    }
                }
                None => self.report_tag(
                    "unbalanced-condition",
                    index,
                    "`{{ end }}` without `{{ if … }}` before it",
                    "write `{{ if … }} … {{ end }}` in one paragraph; a block of several paragraphs takes `when:`",
                ),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use raadspost_content::Source;
    use raadspost_yaml::OffsetMap;

    fn text(written: &str) -> Text {
        let mut map = OffsetMap::default();
        map.push(0, 0);
        Text {
            source: Source::new("t.md", written),
            text: written.to_owned(),
            map,
        }
    }

    /// The drafts of a text, and the codes of its mistakes.
    fn read(written: &str) -> (Vec<Draft>, Vec<&'static str>) {
        let mut diagnostics = Vec::new();
        let blocks = blocks(&text(written), "", None, &mut Vec::new(), &mut diagnostics);
        for diagnostic in &diagnostics {
            assert!(diagnostic.hint.is_some(), "{diagnostic}");
        }
        (blocks, diagnostics.iter().map(|found| found.code).collect())
    }

    /// Running text for one municipality: the conditions that hold are the bits of `holds`.
    fn evaluate(pieces: &[Piece], holds: u32, out: &mut String) {
        for piece in pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::SoftBreak | Piece::LineBreak => out.push(' '),
                Piece::Emphasis(inner) => wrapped("e", inner, holds, out),
                Piece::Strong(inner) => wrapped("s", inner, holds, out),
                Piece::Link { pieces, .. } => wrapped("a", pieces, holds, out),
                Piece::Private(inner) => evaluate(inner, holds, out),
                Piece::If {
                    condition,
                    then,
                    otherwise,
                } => {
                    let branch = if holds >> condition & 1 == 1 {
                        then
                    } else {
                        otherwise
                    };
                    evaluate(branch, holds, out);
                }
                Piece::Field(_) => out.push('X'),
                other => panic!("{other:?}"),
            }
        }
    }

    fn wrapped(name: &str, inner: &[Piece], holds: u32, out: &mut String) {
        out.push_str(&format!("<{name}>"));
        evaluate(inner, holds, out);
        out.push_str(&format!("</{name}>"));
    }

    /// The same by plain CommonMark, after the tags were evaluated in the text itself.
    fn plain(written: &str, holds: u32) -> String {
        let (mut evaluated, mut rest, mut condition) = (String::new(), written, 0);
        // Whether each open branch is shown, and whether it is that of a condition.
        let mut shown: Vec<bool> = Vec::new();
        while let Some((before, tag)) = rest.split_once("{{ ") {
            let (tag, after) = tag.split_once(" }}").expect("a whole tag");
            if shown.iter().all(|shown| *shown) {
                evaluated.push_str(before);
            }
            match tag {
                "private" => shown.push(true),
                "else" => {
                    let last = shown.last_mut().expect("an if");
                    *last = !*last;
                }
                "end" => drop(shown.pop()),
                _ if tag.starts_with("if ") => {
                    shown.push(holds >> condition & 1 == 1);
                    condition += 1;
                }
                _ if shown.iter().all(|shown| *shown) => evaluated.push('X'),
                _ => {}
            }
            rest = after;
        }
        evaluated.push_str(rest);
        let mut out = String::new();
        for event in Parser::new(&evaluated) {
            match event {
                Event::Text(text) => out.push_str(&text),
                Event::SoftBreak | Event::HardBreak => out.push(' '),
                Event::Start(MdTag::Emphasis) => out.push_str("<e>"),
                Event::End(TagEnd::Emphasis) => out.push_str("</e>"),
                Event::Start(MdTag::Strong) => out.push_str("<s>"),
                Event::End(TagEnd::Strong) => out.push_str("</s>"),
                Event::Start(MdTag::Link { .. }) => out.push_str("<a>"),
                Event::End(TagEnd::Link) => out.push_str("</a>"),
                Event::Start(MdTag::Paragraph) | Event::End(TagEnd::Paragraph) => {}
                other => panic!("{other:?} in {evaluated}"),
            }
        }
        out
    }

    fn spaced(text: &str) -> String {
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn conditions(written: &str) -> usize {
        written.matches("{{ if ").count()
    }

    /// What is read from the text with its conditions open is what plain CommonMark reads from
    /// each of its evaluated forms.
    fn assert_equal_in_every_form(written: &str) {
        let (blocks, codes) = read(written);
        assert_eq!(codes, Vec::<&str>::new(), "{written}");
        let [
            Draft {
                kind: DraftKind::Paragraph(pieces),
                ..
            },
        ] = blocks.as_slice()
        else {
            panic!("{written}: {blocks:?}")
        };
        for holds in 0..1_u32 << conditions(written) {
            let mut found = String::new();
            evaluate(pieces, holds, &mut found);
            assert_eq!(
                spaced(&found),
                spaced(&plain(written, holds)),
                "{written:?} where {holds:b} hold"
            );
        }
    }

    const IF: &str = "{{ if municipality.seats > 1 }}";

    #[test]
    fn emphasis_beside_tags_is_emphasis() {
        for written in [
            "Een IF*Let op!*END einde.",
            "**Let op:**IF nu.END Einde.",
            "**Let op:**IF nuELSE straksEND.",
            "Twee *X (stad)*IF aan zeeEND.",
            "Drie IF**(nieuw)**END einde.",
            "G IF*Stop.*ELSE*Ga!*END x",
            "G IF*Stop.* NuELSE**Ga!** DoorEND x",
            "_x_IF en _y_END, _z_.",
            "IF_x_END.",
            "IF*a.*END",
            "IFIF*a.*END *b*END c",
            "IFIF*a.*ELSE*b!*ENDELSE*c?*END d",
            "PRIVATE*a.*END b",
            "a (PRIVATE*b*END) c",
            "**a IFb ELSEc END d**",
            "**aIF bEND**",
            "*aIF **b**END c*",
            "[a IF*b!*END c](https://a.nl/)",
            "IF[*a!*](https://a.nl/)END b",
            "- IF*a.*END",
            "5 * 3 IFen 2 * 4END, snake_case en a_b_c",
            "X*a*X",
            "één IF*twéé*ENDén",
            "a€IF*€*END€",
            "aIF,END b",
            "**a:**IF bELSE.END",
            "IFbEND*c*",
        ] {
            let written = expand(written);
            let written = written.strip_prefix("- ").unwrap_or(&written);
            assert_equal_in_every_form(written);
        }
    }

    fn expand(written: &str) -> String {
        written
            .replace("IF", IF)
            .replace("ELSE", "{{ else }}")
            .replace("END", "{{ end }}")
            .replace("PRIVATE", "{{ private }}")
            .replace('X', "{{ municipality.name }}")
    }

    #[test]
    fn emphasis_in_headings_items_and_footnotes_is_emphasis() {
        let written =
            expand("# IF*Stop.*ELSE*Ga!*END\n\n- IF*a.*END\n- b[^n]\n\n[^n]: IF*c!*END d.");
        let (blocks, codes) = read(&written);
        assert_eq!(codes, Vec::<&str>::new());
        let shown = format!("{blocks:?}");
        assert_eq!(shown.matches("Emphasis").count(), 4, "{shown}");
        assert!(!shown.contains('*'), "{shown}");
    }

    #[test]
    fn emphasis_that_hangs_on_a_condition_is_a_mistake() {
        let mut wrong = Vec::new();
        for (written, code) in [
            ("**x:**X", "literal-delimiter"),
            ("een *ster", "literal-delimiter"),
            ("bieden*", "literal-delimiter"),
            ("2*3", "literal-delimiter"),
            ("_half", "literal-delimiter"),
            ("**a*", "literal-delimiter"),
            ("[a](b c)", "literal-delimiter"),
            ("[a]IF(https://a.nl/)END", "literal-delimiter"),
            (r"a \IF*b*END", "literal-delimiter"),
            (r"\X", "literal-delimiter"),
            ("*a IFb* cELSEd* eEND", "crossed-condition"),
            ("*a IFb* cELSEdEND e*", "crossed-condition"),
            ("IF*aEND b*", "crossed-condition"),
            ("*aIF*END", "crossed-condition"),
            ("*IFaEND*", "crossed-condition"),
            ("*a*IF*b*END", "crossed-condition"),
            ("**a IFbEND**", "crossed-condition"),
            ("**a:**IF bELSEcEND", "crossed-condition"),
            ("**a *IFbEND*c** d*", "crossed-condition"),
            ("[a IFb](https://a.nl/)END", "crossed-condition"),
            ("IF# KopEND", "block-in-condition"),
            ("IF- itemEND", "block-in-condition"),
            ("aIFb", "unbalanced-condition"),
            ("aENDb", "unbalanced-condition"),
            ("aELSEb", "unbalanced-condition"),
            ("aPRIVATEb", "unbalanced-condition"),
        ] {
            let (_, codes) = read(&expand(written));
            if codes != [code] {
                wrong.push(format!("{written}: {codes:?}, not {code}"));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn what_looks_like_a_tag_is_a_mistake() {
        for (written, code, hint) in [
            (
                "Beste { municipality.name },",
                "single-braces",
                "write `{{ municipality.name }}`",
            ),
            (
                "Beste {municipality.name},",
                "single-braces",
                "write `{{ municipality.name }}`",
            ),
            (
                "Beste {municipality.name}},",
                "single-braces",
                "write `{{ municipality.name }}`",
            ),
            (
                "a { if municipality.seats > 3 }",
                "single-braces",
                "write `{{ if",
            ),
            (
                "Beste {{ municipality.name },",
                "unclosed-tag",
                "`{{ municipality.name }}`",
            ),
            (
                "Beste {{ municipality.name, hallo",
                "unclosed-tag",
                "`{{ municipality.name }}`",
            ),
            (
                "Beste {{ municipality.name met\n{{ municipality.seats }}",
                "unclosed-tag",
                "`{{ municipality.name }}`",
            ),
            (
                "Beste {{ municipality.name\n\n{{ municipality.seats }}",
                "unclosed-tag",
                "`{{ municipality.name }}`",
            ),
            ("Beste {{", "unclosed-tag", "}}"),
            (
                "{{ if municipality.seats > 3 }a{{ end }}",
                "unclosed-tag",
                "`{{ if municipality.seats > 3 }}`",
            ),
            ("Beste municipality.name }},", "unopened-tag", "write `{{`"),
            (
                "a{{ if municipality.seats > 1 }}b{{ endif }}",
                "unknown-field",
                "`{{ end }}`",
            ),
            (
                "a{{ if municipality.seats > 1 }}b{{ else if municipality.seats > 0 }}c{{ end }}",
                "unknown-field",
                "`{{ else }}{{ if",
            ),
        ] {
            let mut diagnostics = Vec::new();
            blocks(&text(written), "", None, &mut Vec::new(), &mut diagnostics);
            let [found] = diagnostics.as_slice() else {
                panic!("{written}: {diagnostics:?}")
            };
            assert_eq!(found.code, code, "{written}");
            assert!(
                found
                    .hint
                    .as_ref()
                    .is_some_and(|found| found.contains(hint)),
                "{written}: {found}"
            );
        }
        for written in [
            r"a \{ municipality.name } b",
            "een {set} van {a, b}",
            r"{\{ x }\}",
            "een { b",
        ] {
            assert_eq!(read(written).1, Vec::<&str>::new(), "{written}");
        }
    }

    #[test]
    fn nothing_is_dropped() {
        for (written, code) in [
            ("A.\n\n[Bron]: https://a.nl/x", "unused-link"),
            ("A.\n\n[Agendapunt]: dijkverzwaring", "unused-link"),
            ("A.\n\n- b\n\n  [Bron]: https://a.nl/x", "unused-link"),
            ("A.\n\n[Bron]:\nhttps://a.nl/x", "unused-link"),
            (
                "[a][B].\n\n[b]: https://a.nl/x\n[b]: https://a.nl/y",
                "duplicate-link",
            ),
            ("[a](https://a.nl/x \"Titel\").", "link-title"),
            ("[a][b].\n\n[b]: https://a.nl/x 'Titel'", "link-title"),
            ("A[^a].\n\n[^a]: B.\n\n[^a]: C.", "duplicate-footnote"),
            ("A[^a].\n\n[^a]: B.\n\n[^A]: C.", "duplicate-footnote"),
            (
                "A[^a][^b].\n\n[^a]: B[^b].\n\n[^b]: C.",
                "footnote-in-footnote",
            ),
            ("A[^b].\n\n[^b]: B[^b].", "footnote-in-footnote"),
            ("a<b>x</b>", "unsupported-markdown"),
        ] {
            assert_eq!(read(written).1, [code], "{written}");
        }
        for written in [
            "[a][b] en [b] en [b][].\n\n[b]: https://a.nl/x",
            "A[^A].\n\n[^a]: B.",
            "# Kop #\n\nKop\n===\n\n1. a\n\n   b\n   c\n2. d\n\n- e\n  - f\n    g\n\n* h\n\ni\\\nj",
            "1) a\n2) b",
            r"\[Bron]: https://a.nl/x",
        ] {
            assert_eq!(read(written).1, Vec::<&str>::new(), "{written}");
        }
        let (blocks, _) = read("A[^A].\n\n[^a]: B.");
        assert!(
            format!("{blocks:?}").contains("Footnote"),
            "a reference in other letters"
        );
    }

    #[test]
    fn deep_nesting_is_refused_and_never_overflows() {
        let nine: String = (0..9)
            .map(|depth| format!("{}- a\n", "  ".repeat(depth)))
            .collect();
        assert_eq!(read(&nine).1, Vec::<&str>::new());
        let ten: String = (0..10)
            .map(|depth| format!("{}- a\n", "  ".repeat(depth)))
            .collect();
        assert_eq!(read(&ten).1, ["too-deep"]);
        for deep in [
            "- ".repeat(20_000),
            "> ".repeat(20_000) + "a",
            "*a **b ".repeat(3_000) + &"c** d*".repeat(3_000),
            IF.repeat(2_000) + "a" + &"{{ end }}".repeat(2_000),
        ] {
            assert!(!read(&deep).1.is_empty(), "{}", &deep[..20]);
        }
        read(&"[".repeat(20_000));
    }

    /// Generated texts: where no mistake is reported, evaluating what was parsed is parsing what
    /// was evaluated.
    #[test]
    fn evaluating_what_was_parsed_is_parsing_what_was_evaluated() {
        let mut state = 14_u64;
        let mut next = move |limit: usize| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).expect("31 bits") % limit
        };
        fn some(next: &mut dyn FnMut(usize) -> usize, depth: usize, out: &mut String) {
            const ATOMS: [&str; 18] = [
                "a", "bc", " ", " ", " ", ".", ":", "(", ")", "*", "**", "_", r"\*", "X", "é", "—",
                "5 * 3", "***",
            ];
            for _ in 0..=next(4) {
                match next(if depth == 0 { 6 } else { 9 }) {
                    0..=3 => out.push_str(ATOMS[next(ATOMS.len())]),
                    4 | 5 => {
                        let sign = ["*", "**", "_"][next(3)];
                        out.push_str(sign);
                        out.push_str(["a", "b!", "(c)", "X", "d e"][next(5)]);
                        out.push_str(sign);
                    }
                    6 | 7 => {
                        out.push_str("IF");
                        some(next, depth - 1, out);
                        if next(2) == 0 {
                            out.push_str("ELSE");
                            some(next, depth - 1, out);
                        }
                        out.push_str("END");
                    }
                    _ => {
                        out.push_str("PRIVATE");
                        some(next, depth - 1, out);
                        out.push_str("END");
                    }
                }
            }
        }
        let (mut clean, mut emphasised, mut refused) = (0, 0, 0);
        for _ in 0..60_000 {
            // Words at the start, so that every form of the text is one paragraph.
            let mut written = "w".to_owned();
            some(&mut next, 2, &mut written);
            let written = expand(&written);
            if conditions(&written) > 6 {
                continue;
            }
            if read(&written).1.is_empty() {
                assert_equal_in_every_form(&written);
                clean += 1;
                emphasised +=
                    usize::from(written.contains(['*', '_']) && written.contains("{{ if"));
            } else {
                refused += 1;
            }
        }
        assert!(
            clean > 10_000 && emphasised > 1_000 && refused > 10_000,
            "{clean} clean, {emphasised} of them with emphasis and conditions, {refused} refused"
        );
    }
}
