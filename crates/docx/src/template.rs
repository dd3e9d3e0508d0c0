//! A document made ready once: parts without slots deflated, the others cut at their slots.

use std::sync::Arc;

use raadspost_content::{Factions, Shape, Values};

use crate::assemble::{Context, Made, finish};
use crate::body::converter::{Slots, convert};
use crate::house::look::Look;
use crate::package::{Deflater, Entry, zip};
use crate::xml::characters::{
    MARKER_END, MARKER_START, REPEAT_END, REPEAT_START, escape_attribute, escape_text,
    unify_line_ends,
};
use raadspost_content::Diagnostics;

/// The parts of a document.
///
/// # Errors
/// All that Word has no place for.
pub(crate) fn parts(shape: &Shape, slots: Slots<'_>, look: Look<'_>) -> Result<Made, Diagnostics> {
    let draft = convert(shape, slots, look.theme)?;
    finish(draft, look).map_err(|fault| vec![fault.diagnostic(&shape.document)])
}

/// The plain way: converts and finishes with the values in place. It is the oracle for
/// [`Template`].
///
/// # Errors
/// All that Word has no place for.
pub(crate) fn plain<'a>(
    shape: &Shape,
    values: &Values,
    look: impl Into<Look<'a>>,
) -> Result<Vec<u8>, Diagnostics> {
    let mut deflater = Deflater::new();
    let made = parts(shape, Slots::Values(values), look.into())?;
    let entries: Vec<Entry> = made
        .parts
        .iter()
        .map(|part| deflater.entry(part.name, part.xml.as_bytes()))
        .collect();
    let shared = made.files.iter().map(Arc::as_ref);
    Ok(zip(entries.iter().chain(shared)))
}

/// A document with open slots.
pub(crate) struct Template(Vec<Piece>);

enum Piece {
    Fixed(Arc<Entry>),
    Open {
        name: &'static str,
        context: Context,
        segments: Vec<Segment>,
    },
}

enum Segment {
    Xml(String),
    Slot(usize),
    /// A slot in an attribute, on one line.
    AttributeSlot(usize),
    /// Once for each line of a slot.
    Repeat {
        slot: usize,
        inner: Vec<Segment>,
    },
    /// A cell of the line, in the text of an element.
    Cell(usize),
    /// The same in an attribute.
    AttributeCell(usize),
    /// The number of the line, from 1, added to this.
    LineNumber(usize),
}

impl Template {
    /// Makes a shape ready.
    ///
    /// # Errors
    /// All that Word has no place for.
    pub(crate) fn new(
        shape: &Shape,
        look: Look<'_>,
        deflater: &mut Deflater,
    ) -> Result<Self, Diagnostics> {
        let made = parts(shape, Slots::Markers, look)?;
        let mut pieces: Vec<Piece> = made
            .parts
            .into_iter()
            .map(|part| {
                if part.is_slotted() {
                    Piece::Open {
                        name: part.name,
                        context: part.context,
                        segments: segments(&part.xml),
                    }
                } else {
                    Piece::Fixed(Arc::new(deflater.entry(part.name, part.xml.as_bytes())))
                }
            })
            .collect();
        pieces.extend(made.files.into_iter().map(Piece::Fixed));
        Ok(Self(pieces))
    }

    /// The file with these values, of which there are enough, and which XML can hold.
    pub(crate) fn fill(&self, values: &Values, deflater: &mut Deflater) -> Vec<u8> {
        let made: Vec<Option<Entry>> = self
            .0
            .iter()
            .map(|piece| match piece {
                Piece::Fixed(_) => None,
                Piece::Open {
                    name,
                    context,
                    segments,
                } => Some(deflater.entry(*name, filled(segments, *context, values).as_bytes())),
            })
            .collect();
        zip(self
            .0
            .iter()
            .zip(&made)
            .filter_map(|(piece, made)| match piece {
                Piece::Fixed(entry) => Some(entry.as_ref()),
                Piece::Open { .. } => made.as_ref(),
            }))
    }
}

/// Cuts a part at its markers. Markers are ours alone, for no text with such characters is
/// converted.
fn segments(xml: &str) -> Vec<Segment> {
    let mut segments = Vec::new();
    let mut rest = xml;
    while let Some(at) = rest.find([MARKER_START, REPEAT_START]) {
        let (before, marked) = rest.split_at(at);
        segments.push(Segment::Xml(before.to_owned()));
        let repeated = marked.starts_with(REPEAT_START);
        // Each of the signs is one byte.
        let (named, mut after) = marked[1..].split_once(MARKER_END).unwrap_or((marked, ""));
        if repeated {
            let (inner, behind) = after.split_once(REPEAT_END).unwrap_or((after, ""));
            after = behind;
            if let Ok(slot) = named.parse() {
                let inner = self::segments(inner);
                segments.push(Segment::Repeat { slot, inner });
            }
        } else if let Some(segment) = segment(named) {
            segments.push(segment);
        }
        rest = after;
    }
    segments.push(Segment::Xml(rest.to_owned()));
    segments
}

fn segment(named: &str) -> Option<Segment> {
    let number = |text: &str| text.parse().ok();
    Some(match named.as_bytes().first()? {
        b's' => Segment::AttributeSlot(number(&named[1..])?),
        b'f' => Segment::Cell(number(&named[1..])?),
        b'a' => Segment::AttributeCell(number(&named[1..])?),
        b'r' => Segment::LineNumber(number(&named[1..])?),
        _ => Segment::Slot(number(named)?),
    })
}

/// A line of a slot that is repeated: its number from 1, and its cells.
type Line<'a> = (usize, [&'a str; 2]);

fn filled(segments: &[Segment], context: Context, values: &Values) -> String {
    let length = segments.iter().map(|segment| match segment {
        Segment::Xml(xml) => xml.len(),
        Segment::Repeat { .. } => 8 * 1024,
        Segment::Slot(_)
        | Segment::AttributeSlot(_)
        | Segment::Cell(_)
        | Segment::AttributeCell(_)
        | Segment::LineNumber(_) => 48,
    });
    let mut out = String::with_capacity(length.sum());
    write(segments, context, values, (0, ["", ""]), &mut out);
    out
}

fn write(
    segments: &[Segment],
    context: Context,
    values: &Values,
    line: Line<'_>,
    out: &mut String,
) {
    let text = |slot: usize| values.slots.get(slot).map_or("", String::as_str);
    let cell = |index: usize| line.1.get(index).copied().unwrap_or("");
    for segment in segments {
        match segment {
            Segment::Xml(xml) => out.push_str(xml),
            Segment::Slot(slot) => write_slot(&unify_line_ends(text(*slot)), context, out),
            Segment::AttributeSlot(slot) => {
                let text = unify_line_ends(text(*slot)).replace('\n', " ");
                escape_attribute(&text, out);
            }
            Segment::Repeat { slot, inner } => {
                for (index, faction) in Factions::lines(text(*slot)).enumerate() {
                    let line = (index + 1, [faction.name, faction.seats]);
                    write(inner, context, values, line, out);
                }
            }
            Segment::Cell(index) => write_slot(cell(*index), context, out),
            Segment::AttributeCell(index) => escape_attribute(cell(*index), out),
            Segment::LineNumber(base) => out.push_str(&(base + line.0).to_string()),
        }
    }
}

/// Writes a slot's text as the finish writes it when it stands there from the start.
fn write_slot(text: &str, context: Context, out: &mut String) {
    for (index, line) in text.split('\n').enumerate() {
        match context {
            Context::Line => {
                if index > 0 {
                    out.push(' ');
                }
                escape_text(line, out);
            }
            Context::Run => {
                if index > 0 {
                    out.push_str("</w:t><w:br/><w:t xml:space=\"preserve\">");
                }
                for (index, cell) in line.split('\t').enumerate() {
                    if index > 0 {
                        out.push_str("</w:t><w:tab/><w:t xml:space=\"preserve\">");
                    }
                    escape_text(cell, out);
                }
            }
        }
    }
}
