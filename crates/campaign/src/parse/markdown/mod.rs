//! Markdown (CommonMark with footnotes) to drafts. Constructs that a letter cannot show are errors
//! with their location; no text is dropped.

mod beside_tags;
mod block;
mod branch;
mod dropped;
mod emphasis;
mod footnotes;
mod inline;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use beside_tags::beside_tags;
use branch::Crossed;
use footnotes::undefined_footnotes;
use pulldown_cmark::{Options, Parser};
use raadspost_content::{Diagnostic, Diagnostics, Place, Span};
use raadspost_yaml::Text;

use crate::ast::{ConditionId, Draft, DraftKind, Note, Piece};
use crate::condition::Condition;
use crate::parse::delimiters::{Powers, Run, Seen};
use crate::parse::tags::{self, Tagged};

/// Maximum nesting of lists, and of emphasis and conditions.
const DEPTH_LIMIT: usize = 9;

/// Footnotes of a text, at most.
const NOTES_LIMIT: usize = 1_000;
/// Paragraphs, headings and lists of a text, at most.
const BLOCKS_LIMIT: usize = 10_000;

/// Parses block text. `path` is the prefix of the blocks' ids, `when` is the condition of all of
/// them.
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
    // Footnotes are defined after their references: a first pass collects the definitions.
    let mut first = Reader::new(&tagged, &mut notes, true, diagnostics);
    first.read();
    let mut reader = Reader::new(&tagged, &mut notes, false, diagnostics);
    let mut blocks = reader.read();
    reader.dropped();
    let used = std::mem::take(&mut reader.used);
    for (count, limit, what) in [
        (notes.len(), NOTES_LIMIT, "footnotes"),
        (blocks.len(), BLOCKS_LIMIT, "paragraphs, headings and lists"),
    ] {
        if count > limit {
            let message = format!("the text has {count} {what}; the limit is {limit}");
            let found = text.error("text-too-long", 0..0, message);
            diagnostics.push(found.hint("divide it into several texts"));
            return Vec::new();
        }
    }
    let mut defined: Vec<_> = notes
        .values()
        .filter(|note| !used.contains(&normal(&note.label)))
        .collect();
    defined.sort_by_key(|note| note.span.start);
    for note in defined {
        let place = Place::Source(text.source.clone(), note.span);
        let message = format!("the footnote `[^{}]` is never referenced", note.label);
        diagnostics.push(
            Diagnostic::error("unused-footnote", message)
                .at(place)
                .hint("reference it in the text, or remove it"),
        );
    }
    for (index, block) in blocks.iter_mut().enumerate() {
        block.path = format!("{path}.{index}");
        block.when = when;
    }
    blocks
}

/// Parses a text of one paragraph.
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
            Diagnostic::error("not-inline", "only one paragraph of running text is possible here")
                .at(Place::Source(text.source.clone(), span))
                .hint("write one paragraph, without headings and lists; a number or dash at the start needs a `\\` before it"),
        );
    }
    match blocks.drain(..).next().map(|block| block.kind) {
        Some(DraftKind::Paragraph(pieces)) => pieces,
        _ => Vec::new(),
    }
}

/// A label, normalised as CommonMark compares labels.
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
    /// Collects footnote definitions only, and reports nothing.
    definitions: bool,
    diagnostics: &'a mut Diagnostics,
    deepest: u8,
    /// Number of open lists, or emphases and links.
    depth: usize,
    /// Number of open emphases and links.
    depth_of_inlines: usize,
    /// The locations of the text's link definitions, by label.
    link_definitions: Vec<(String, Range<usize>)>,
    /// The labels used by links.
    link_labels: HashSet<String>,
    /// The ranges read so far: leaf blocks, and the markers of items and footnotes.
    covered: Vec<Range<usize>>,
    /// The labels of the footnotes defined so far.
    defined: HashSet<String>,
    in_note: bool,
    /// Within a link whose text is its address.
    verbatim: bool,
    /// The partly literal runs that could open or close, in this paragraph.
    printed: Vec<(Run, Seen, Seen, Powers)>,
    /// The character and the start of the opening run of every enclosing emphasis.
    enclosing: Vec<(char, usize)>,
    /// The starts of the reported delimiter runs.
    judged: HashSet<usize>,
    /// Condition tags that overlap emphasis or a link in the current paragraph.
    crossed: Crossed,
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
        // Underline the first line only; a block may be long.
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

    /// Reports too deep nesting; the caller skips the content.
    fn too_deep(&mut self, range: &Range<usize>, what: &str) {
        let line = self.first_line(range);
        self.report(
            "too-deep",
            line,
            format!("{what} is nested more than {DEPTH_LIMIT} deep"),
            "write it with fewer levels",
        );
    }
}
