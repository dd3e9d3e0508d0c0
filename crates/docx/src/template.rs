//! A document made ready once: parts without slots deflated, the others cut at their slots.

use raadspost_content::{Shape, Theme, Values};

use crate::characters::{MARKER_END, MARKER_START, escape_text, unify_line_ends};
use crate::convert::{Slots, convert};
use crate::finish::{Context, Part, finish};
use crate::package::{Deflater, Entry, zip};
use raadspost_content::Diagnostics;

/// The parts of a document.
///
/// # Errors
/// All that Word has no place for.
pub(crate) fn parts(
    shape: &Shape,
    slots: Slots<'_>,
    theme: &Theme,
) -> Result<Vec<Part>, Diagnostics> {
    let draft = convert(shape, slots, theme)?;
    finish(draft, theme).map_err(|fault| vec![fault.diagnostic(&shape.document)])
}

/// The plain way: converts and finishes with the values in place. It is the oracle for
/// [`Template`].
///
/// # Errors
/// All that Word has no place for.
pub(crate) fn plain(shape: &Shape, values: &Values, theme: &Theme) -> Result<Vec<u8>, Diagnostics> {
    let mut deflater = Deflater::new();
    let entries: Vec<Entry> = parts(shape, Slots::Values(values), theme)?
        .iter()
        .map(|part| deflater.entry(part.name, part.xml.as_bytes()))
        .collect();
    Ok(zip(entries.iter()))
}

/// A document with open slots.
pub(crate) struct Template(Vec<Piece>);

enum Piece {
    Fixed(Entry),
    Open {
        name: &'static str,
        context: Context,
        segments: Vec<Segment>,
    },
}

enum Segment {
    Xml(String),
    Slot(usize),
}

impl Template {
    /// Makes a shape ready.
    ///
    /// # Errors
    /// All that Word has no place for.
    pub(crate) fn new(
        shape: &Shape,
        theme: &Theme,
        deflater: &mut Deflater,
    ) -> Result<Self, Diagnostics> {
        let pieces = parts(shape, Slots::Markers, theme)?
            .into_iter()
            .map(|part| {
                if part.is_slotted() {
                    Piece::Open {
                        name: part.name,
                        context: part.context,
                        segments: segments(&part.xml),
                    }
                } else {
                    Piece::Fixed(deflater.entry(part.name, part.xml.as_bytes()))
                }
            })
            .collect();
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
                } => Some(deflater.entry(name, filled(segments, *context, values).as_bytes())),
            })
            .collect();
        zip(self
            .0
            .iter()
            .zip(&made)
            .filter_map(|(piece, made)| match piece {
                Piece::Fixed(entry) => Some(entry),
                Piece::Open { .. } => made.as_ref(),
            }))
    }
}

/// Cuts a part at its markers.
fn segments(xml: &str) -> Vec<Segment> {
    let mut segments = Vec::new();
    let mut rest = xml;
    while let Some((before, marked)) = rest.split_once(MARKER_START) {
        segments.push(Segment::Xml(before.to_owned()));
        let (slot, after) = marked.split_once(MARKER_END).unwrap_or((marked, ""));
        // Markers are ours alone, for no text with such characters is converted.
        if let Ok(slot) = slot.parse() {
            segments.push(Segment::Slot(slot));
        }
        rest = after;
    }
    segments.push(Segment::Xml(rest.to_owned()));
    segments
}

fn filled(segments: &[Segment], context: Context, values: &Values) -> String {
    let length = segments.iter().map(|segment| match segment {
        Segment::Xml(xml) => xml.len(),
        Segment::Slot(_) => 48,
    });
    let mut out = String::with_capacity(length.sum());
    for segment in segments {
        match segment {
            Segment::Xml(xml) => out.push_str(xml),
            Segment::Slot(slot) => {
                let text = values.slots.get(*slot).map_or("", String::as_str);
                write_slot(&unify_line_ends(text), context, &mut out);
            }
        }
    }
    out
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
