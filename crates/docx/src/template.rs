//! A document compiled once: parts without slots deflated, the others cut at their slots.

use std::borrow::Cow;
use std::sync::Arc;

use raadspost_content::xml::{escape_attribute, escape_text};
use raadspost_content::{Diagnostics, Factions, Shape, Values};

use crate::assemble::{Assembled, assemble};
use crate::body::{Slots, convert};
use crate::house::Look;
use crate::package::{Context, Deflater, Entry, zip};
use crate::record::Stores;
use crate::xml::Fault;
use crate::xml::lines::unify_line_ends;
use crate::xml::markers::{MARKER_END, MARKER_START, REPEAT_END, REPEAT_START};

/// The parts of a document.
///
/// # Errors
/// Everything that Word cannot hold.
pub(crate) fn parts(
    shape: &Shape,
    slots: Slots<'_>,
    look: Look<'_>,
) -> Result<Assembled, Diagnostics> {
    let look = look.of(&shape.body);
    let draft = convert(shape, slots, look.theme)?;
    assemble(draft, look).map_err(|fault| vec![fault.diagnostic(&shape.document)])
}

/// The plain way: converts with the values in place. It is the oracle for [`Template`].
///
/// # Errors
/// Everything that Word cannot hold.
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
        .map(|part| deflater.entry(part.name.clone(), part.xml.as_bytes()))
        .collect();
    let shared = made.files.iter().map(Arc::as_ref);
    zip(entries.iter().chain(shared)).map_err(|fault| vec![fault.diagnostic(&shape.document)])
}

/// A document with open slots.
pub(crate) struct Template {
    pieces: Vec<Piece>,
    stores: Stores,
}

enum Piece {
    Fixed(Arc<Entry>),
    Open {
        name: Cow<'static, str>,
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
    /// The identity of a record.
    Store(usize),
}

impl Template {
    /// Compiles a shape.
    ///
    /// # Errors
    /// Everything that Word cannot hold.
    pub(crate) fn new(
        shape: &Shape,
        look: Look<'_>,
        deflater: &mut Deflater,
    ) -> Result<Self, Diagnostics> {
        let made = parts(shape, Slots::Markers, look)?;
        let mut pieces = Vec::with_capacity(made.parts.len() + made.files.len());
        for part in made.parts {
            pieces.push(if part.is_slotted() {
                Piece::Open {
                    name: part.name,
                    context: part.context,
                    segments: segments(&part.xml)
                        .map_err(|fault| vec![fault.diagnostic(&shape.document)])?,
                }
            } else {
                Piece::Fixed(Arc::new(deflater.entry(part.name, part.xml.as_bytes())))
            });
        }
        pieces.extend(made.files.into_iter().map(Piece::Fixed));
        let stores = Stores::of(shape);
        Ok(Self { pieces, stores })
    }

    /// The file with these values; there are enough of them, and XML allows all their characters.
    ///
    /// # Errors
    /// The file is too large for a zip file.
    pub(crate) fn fill(&self, values: &Values, deflater: &mut Deflater) -> Result<Vec<u8>, Fault> {
        let stores = self.stores.filled(&values.slots);
        let made: Vec<Option<Entry>> = self
            .pieces
            .iter()
            .map(|piece| match piece {
                Piece::Fixed(_) => None,
                Piece::Open {
                    name,
                    context,
                    segments,
                } => {
                    let xml = filled(segments, *context, (values, &stores));
                    Some(deflater.entry(name.clone(), xml.as_bytes()))
                }
            })
            .collect();
        zip(self
            .pieces
            .iter()
            .zip(&made)
            .filter_map(|(piece, made)| match piece {
                Piece::Fixed(entry) => Some(entry.as_ref()),
                Piece::Open { .. } => made.as_ref(),
            }))
    }
}

/// Cuts a part at its markers. No text can be mistaken for one: XML does not allow their
/// characters.
///
/// # Errors
/// A marker is not closed or has an unknown name.
fn segments(xml: &str) -> Result<Vec<Segment>, Fault> {
    let mut segments = Vec::new();
    let mut rest = xml;
    while let Some(at) = rest.find([MARKER_START, REPEAT_START]) {
        let (before, marked) = rest.split_at(at);
        segments.push(Segment::Xml(before.to_owned()));
        let unknown = || Fault::Marker(marked.chars().skip(1).take(20).collect());
        let repeated = marked.starts_with(REPEAT_START);
        // Each of the signs is one byte.
        let (named, after) = marked[1..].split_once(MARKER_END).ok_or_else(unknown)?;
        if repeated {
            let slot = named.parse().map_err(|_| unknown())?;
            let (inner, behind) = after.split_once(REPEAT_END).ok_or_else(unknown)?;
            let inner = self::segments(inner)?;
            segments.push(Segment::Repeat { slot, inner });
            rest = behind;
        } else {
            segments.push(segment(named).ok_or_else(unknown)?);
            rest = after;
        }
    }
    segments.push(Segment::Xml(rest.to_owned()));
    Ok(segments)
}

fn segment(named: &str) -> Option<Segment> {
    let number = |text: &str| text.parse().ok();
    Some(match named.as_bytes().first()? {
        b's' => Segment::AttributeSlot(number(&named[1..])?),
        b'f' => Segment::Cell(number(&named[1..])?),
        b'a' => Segment::AttributeCell(number(&named[1..])?),
        b'r' => Segment::LineNumber(number(&named[1..])?),
        b'g' => Segment::Store(number(&named[1..])?),
        _ => Segment::Slot(number(named)?),
    })
}

/// A line of a slot that is repeated: its number from 1, and its cells.
type Line<'a> = (usize, [&'a str; 2]);

/// The values of a document, and the identities of its records.
type Filling<'a> = (&'a Values, &'a Stores);

fn filled(segments: &[Segment], context: Context, filling: Filling<'_>) -> String {
    let length = segments.iter().map(|segment| match segment {
        Segment::Xml(xml) => xml.len(),
        Segment::Repeat { .. } => 8 * 1024,
        Segment::Slot(_)
        | Segment::AttributeSlot(_)
        | Segment::Cell(_)
        | Segment::AttributeCell(_)
        | Segment::Store(_)
        | Segment::LineNumber(_) => 48,
    });
    let mut out = String::with_capacity(length.sum());
    write(segments, context, filling, (0, ["", ""]), &mut out);
    out
}

fn write(
    segments: &[Segment],
    context: Context,
    (values, stores): Filling<'_>,
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
                    write(inner, context, (values, stores), line, out);
                }
            }
            Segment::Cell(index) => write_slot(cell(*index), context, out),
            Segment::AttributeCell(index) => escape_attribute(cell(*index), out),
            Segment::Store(index) => out.push_str(stores.id(*index)),
            Segment::LineNumber(base) => out.push_str(&(base + line.0).to_string()),
        }
    }
}

/// Writes a slot's text as conversion writes it when the value is known.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::markers::{cell, marker, repeat};

    #[test]
    fn a_marker_that_cannot_be_read_is_a_fault() {
        let whole = format!("a{}{}{}b", marker(3), repeat(1), cell(0) + "\u{4}");
        assert_eq!(segments(&whole).unwrap().len(), 5);
        for broken in [
            "a\u{1}3".to_owned(),
            "a\u{1}x\u{2}b".to_owned(),
            "a\u{1}\u{2}b".to_owned(),
            format!("a{}b", repeat(1)),
            "a\u{3}x\u{2}b\u{4}c".to_owned(),
        ] {
            let found = segments(&broken);
            assert!(matches!(found, Err(Fault::Marker(_))), "{broken:?}");
        }
    }
}
