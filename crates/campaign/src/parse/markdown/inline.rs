//! Converts the parser's inline events to pieces.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag as MdTag, TagEnd};

use super::branch::Frame;
use super::{DEPTH_LIMIT, Reader, normal};
use crate::ast::Piece;
use crate::parse::delimiters::{Run, SENTINEL, is_escaped};

impl<'a> Reader<'a> {
    pub(super) fn inlines(&mut self, end: TagEnd) -> Vec<Piece> {
        self.run(
            |event| matches!(event, Event::End(found) if *found == end),
            true,
        )
        .0
    }

    pub(super) fn tight(&mut self) -> (Vec<Piece>, usize) {
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

    /// Reads inlines until `stop`, which is consumed if `consume` is set.
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
                            format!("the footnote `[^{label}]` is referenced in another footnote"),
                            "write its text there",
                        );
                    } else if let Some(note) = self.notes.get(&normal(&label)) {
                        pieces.push(Piece::Footnote(note.clone()));
                    }
                    self.used.push(normal(&label));
                }
                Event::Code(_) => self.unsupported(range, "code"),
                // The end tag of a reported construct is not a second mistake.
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
        pieces = self.close(frames, pieces);
        if self.depth_of_inlines == 0 {
            // A run left over because of a condition is not a second mistake.
            if std::mem::take(&mut self.crossed).reported {
                self.printed.clear();
            }
            self.report_printed();
        }
        (pieces, last)
    }

    /// The inlines of emphasis or of a link, with the number of open conditions around it.
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
        // Tags in the text between the brackets are read; all others are in the address.
        let words = text[range.clone()]
            .rfind(']')
            .map_or(range.start, |at| range.start + at);
        let in_address = is_address && !tags.is_empty()
            || tags.iter().any(|placed| placed.range.start > words)
            || url.contains(SENTINEL);
        if in_address {
            self.report(
                "field-in-link",
                range,
                "the address of a link cannot contain a field".to_owned(),
                "put the field in the text, and keep the address fixed",
            );
        } else if !["https://", "http://", "mailto:"]
            .iter()
            .any(|scheme| url.starts_with(scheme))
        {
            self.report(
                "wrong-link",
                range,
                format!("`{url}` is not a complete web or e-mail address"),
                "write a complete address that begins with `https://` or `mailto:`",
            );
        } else if inner.is_empty() {
            self.report(
                "wrong-link",
                range,
                "the link has no text".to_owned(),
                "write the link text between the brackets",
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

    /// A run of text, with tags in place of their stand-ins. A run with a stand-in is a slice of
    /// the source: escapes and entities are separate runs.
    pub(super) fn text(
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
                    "`](` would be printed literally: this is not a link".to_owned(),
                    "write `[text](https://…)`, the address without spaces; write `\\]` to print a bracket",
                );
            }
        }
    }
}
