//! Converts the parser's block events to drafts.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Tag as MdTag, TagEnd};
use raadspost_content::ListKind;

use super::{DEPTH_LIMIT, Reader};
use crate::ast::{Draft, DraftItem, DraftKind};

impl<'a> Reader<'a> {
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

    pub(super) fn block(&mut self, event: Event<'a>, range: Range<usize>, blocks: &mut Vec<Draft>) {
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
                    // The marker of the item.
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
                // The items of a tight list contain text without a paragraph.
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

    pub(super) fn skip(&mut self, end: &TagEnd) {
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
}
