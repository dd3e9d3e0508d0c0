//! Links and bookmarks: what they are called, where they can be clicked and where they lead
//! (ISO 32000-1, 12.3 and 12.5; ISO 14289-1, 7.18).

use raadspost_content::Diagnostics;

use super::{Finished, Shortened};
use crate::pdf::matrix::Rect;
use crate::pdf::syntax::document::{Document, numbers, text_string};
use crate::pdf::syntax::object::{Dictionary, Object, ObjectId};

/// More bookmarks than this are not read, nor deeper ones.
const BOOKMARKS: usize = 10_000;
const DEPTH: usize = 32;

/// How far the area of a line may reach out of the box round all, in pt: numbers are rounded.
const TOLERANCE: f32 = 0.5;

pub(super) fn check(finished: &Finished<'_>) -> Diagnostics {
    let mut found = links(finished);
    found.extend(outline(finished));
    found
}

fn links(finished: &Finished<'_>) -> Diagnostics {
    let document = finished.pdf();
    let mut found = Shortened::new("pdf-annotation");
    for (at, id) in finished.file.ids.iter().enumerate() {
        let Some(page) = document.dictionary(*id) else {
            continue;
        };
        let list = page
            .get_deref(b"Annots", document)
            .and_then(Object::as_array);
        let list = list.unwrap_or_default();
        // ISO 14289-1, 7.18.3.
        if !list.is_empty() && page.get(b"Tabs").and_then(Object::as_name) != Some(b"S") {
            found.push(|| format!("page {}: its links do not follow the structure", at + 1));
        }
        let sheet = finished.sheets.get(at).copied().unwrap_or(super::sheet::A4);
        let all = list
            .iter()
            .map(|item| document.dereference(item)?.1.as_dict());
        for annotation in all {
            let fault = annotation.map_or(Some("it is not there".to_owned()), |annotation| {
                fault(finished, annotation, sheet)
            });
            if let Some(fault) = fault {
                found.push(|| format!("page {}: an annotation: {fault}", at + 1));
            }
        }
    }
    found.finish()
}

/// The first thing that is wrong with an annotation.
fn fault(finished: &Finished<'_>, annotation: &Dictionary<'_>, sheet: Rect) -> Option<String> {
    let document = finished.pdf();
    let entry = |key: &[u8]| annotation.get_deref(key, document);
    if entry(b"Subtype").and_then(Object::as_name) != Some(b"Link") {
        return Some("it is no link".to_owned());
    }
    let words = text_string(document, annotation, b"Contents").unwrap_or_default();
    if words.trim().is_empty() {
        return Some("it has no words".to_owned());
    }
    // Printed, and neither invisible, hidden nor without a view (table 165; ISO 19005-2, 6.3.2).
    let flags = entry(b"F").and_then(Object::as_i64).unwrap_or(0);
    if flags & 4 == 0 || flags & (1 | 2 | 32 | 256) != 0 {
        return Some(format!("its flags are {flags}"));
    }
    if entry(b"OC").is_some() {
        return Some("it is optional".to_owned());
    }
    let rect = entry(b"Rect").and_then(|rect| numbers::<4>(document, rect));
    let Some([x, y, u, v]) = rect else {
        return Some("it has no place".to_owned());
    };
    let rect = Rect::between((x, y), (u, v));
    if rect.is_empty() || !holds(sheet, rect) {
        return Some("its place is empty or off the sheet".to_owned());
    }
    if let Some(quads) = entry(b"QuadPoints") {
        let quads = quads.as_array().unwrap_or_default();
        let points: Option<Vec<f32>> = quads
            .iter()
            .map(|number| document.dereference(number)?.1.as_float())
            .collect();
        let points = points.unwrap_or_default();
        if points.is_empty() || !points.len().is_multiple_of(8) {
            return Some("its areas do not have four corners each".to_owned());
        }
        let outside = points.chunks_exact(8).any(|corners| {
            let mut area = Rect::EMPTY;
            for corner in corners.chunks_exact(2) {
                area.include((corner[0], corner[1]));
            }
            area.is_empty() || !holds(rect, area)
        });
        if outside {
            return Some("an area of it is empty or beside its place".to_owned());
        }
    }
    target(finished, annotation)
}

fn holds(outer: Rect, inner: Rect) -> bool {
    let outer = outer.grown(TOLERANCE);
    outer.left <= inner.left
        && outer.bottom <= inner.bottom
        && outer.right >= inner.right
        && outer.top >= inner.top
}

/// What is wrong with where a link or a bookmark leads.
fn target(finished: &Finished<'_>, dictionary: &Dictionary<'_>) -> Option<String> {
    let document = finished.pdf();
    if let Some(destination) = dictionary.get_deref(b"Dest", document) {
        return destination_fault(finished, destination);
    }
    let action = dictionary
        .get_deref(b"A", document)
        .and_then(Object::as_dict);
    let Some(action) = action else {
        return Some("it leads nowhere".to_owned());
    };
    match action.get_deref(b"S", document).and_then(Object::as_name) {
        Some(b"URI") => {
            let Some(Object::String(address)) = action.get_deref(b"URI", document) else {
                return Some("it leads nowhere".to_owned());
            };
            let printable = address.iter().all(u8::is_ascii_graphic);
            let scheme = address
                .split(|byte| *byte == b':')
                .next()
                .unwrap_or_default();
            let sound = printable
                && scheme.len() < address.len()
                && scheme.first().is_some_and(u8::is_ascii_alphabetic);
            (!sound).then(|| format!("`{}` is no address", String::from_utf8_lossy(address)))
        }
        Some(b"GoTo") => match action.get_deref(b"D", document) {
            Some(destination) => destination_fault(finished, destination),
            None => Some("it leads nowhere".to_owned()),
        },
        other => {
            let name = String::from_utf8_lossy(other.unwrap_or_default()).into_owned();
            Some(format!("it does `{name}`, which no letter does"))
        }
    }
}

/// What is wrong with a destination (12.3.2.2): a place on a page of the file, or a name of one.
fn destination_fault(finished: &Finished<'_>, destination: &Object<'_>) -> Option<String> {
    let document = finished.pdf();
    let destination = match destination {
        Object::Name(name) | Object::String(name) => match named(document, name) {
            Some(found) => found,
            None => return Some("it leads to a name that the file does not have".to_owned()),
        },
        direct => direct,
    };
    let list = match destination {
        Object::Dictionary(dictionary) => dictionary.get_deref(b"D", document)?.as_array(),
        other => other.as_array(),
    };
    let page = list
        .and_then(|list| list.first())
        .and_then(Object::as_reference);
    let Some(at) = page.and_then(|page| finished.file.ids.iter().position(|id| *id == page)) else {
        return Some("it leads to a page that the file does not have".to_owned());
    };
    let list = list.unwrap_or_default();
    let sheet = finished.sheets.get(at).copied().unwrap_or(super::sheet::A4);
    match (
        list.get(1).and_then(Object::as_name),
        &list[2.min(list.len())..],
    ) {
        (Some(b"XYZ"), [x, y, _]) => {
            let inside = |value: &Object<'_>, low: f32, high: f32| match value {
                Object::Null => true,
                other => other
                    .as_float()
                    .is_some_and(|value| (low - 1.0..=high + 1.0).contains(&value)),
            };
            let sound = inside(x, sheet.left, sheet.right) && inside(y, sheet.bottom, sheet.top);
            (!sound).then(|| "it leads to a place off the sheet".to_owned())
        }
        (Some(b"Fit" | b"FitH" | b"FitV" | b"FitB" | b"FitBH" | b"FitBV" | b"FitR"), _) => None,
        _ => Some("it does not say what of the page is shown".to_owned()),
    }
}

/// A named destination: in the catalogue's dictionary or in its tree of names (12.3.2.3).
fn named<'d, 'a>(document: &'d Document<'a>, name: &[u8]) -> Option<&'d Object<'a>> {
    fn search<'d, 'a>(
        document: &'d Document<'a>,
        node: &'d Dictionary<'a>,
        name: &[u8],
        depth: usize,
    ) -> Option<&'d Object<'a>> {
        if depth > DEPTH {
            return None;
        }
        let array = |key: &[u8]| node.get_deref(key, document).and_then(Object::as_array);
        for pair in array(b"Names").unwrap_or_default().chunks_exact(2) {
            if matches!(&pair[0], Object::String(own) if *own == name) {
                return document.dereference(&pair[1]).map(|(_, found)| found);
            }
        }
        array(b"Kids").unwrap_or_default().iter().find_map(|kid| {
            let (_, kid) = document.dereference(kid)?;
            search(document, kid.as_dict()?, name, depth + 1)
        })
    }
    let catalog = document.catalog()?;
    let own = catalog
        .get_deref(b"Dests", document)
        .and_then(Object::as_dict);
    own.and_then(|own| own.get_deref(name, document))
        .or_else(|| {
            let names = catalog.get_deref(b"Names", document)?.as_dict()?;
            search(
                document,
                names.get_deref(b"Dests", document)?.as_dict()?,
                name,
                0,
            )
        })
}

/// The bookmarks: each with words and a destination, chained both ways, and counted (12.3.3).
fn outline(finished: &Finished<'_>) -> Diagnostics {
    let document = finished.pdf();
    let mut found = Shortened::new("pdf-outline");
    let root = document
        .catalog()
        .and_then(|catalog| catalog.get(b"Outlines"));
    let id = root.and_then(Object::as_reference);
    let Some((id, outline)) = id.and_then(|id| Some((id, document.dictionary(id)?))) else {
        found.push(|| "the file has no outline".to_owned());
        return found.finish();
    };
    let mut left = BOOKMARKS;
    level(finished, (id, outline), 0, &mut left, &mut found);
    found.finish()
}

/// The bookmarks below one, or below the root; how many are open.
fn level(
    finished: &Finished<'_>,
    (parent, above): (ObjectId, &Dictionary<'_>),
    depth: usize,
    left: &mut usize,
    found: &mut Shortened,
) -> i64 {
    let document = finished.pdf();
    let link = |of: &Dictionary<'_>, key: &[u8]| of.get(key).and_then(Object::as_reference);
    let mut next = link(above, b"First");
    let (mut last, mut open) = (None, 0);
    while let Some(id) = next {
        if depth > DEPTH || *left == 0 {
            found.push(|| "the outline has no end".to_owned());
            return open;
        }
        *left -= 1;
        let Some(bookmark) = document.dictionary(id) else {
            found.push(|| "the outline names a bookmark that is not there".to_owned());
            return open;
        };
        let title = text_string(document, bookmark, b"Title").unwrap_or_default();
        if title.trim().is_empty() {
            found.push(|| "a bookmark has no words".to_owned());
        }
        if let Some(fault) = target(finished, bookmark) {
            found.push(|| format!("the bookmark `{title}`: {fault}"));
        }
        if link(bookmark, b"Parent") != Some(parent) || link(bookmark, b"Prev") != last {
            found.push(|| format!("the bookmark `{title}` is not chained to those round it"));
        }
        let inner = level(finished, (id, bookmark), depth + 1, left, found);
        let count = bookmark.get(b"Count").and_then(Object::as_i64);
        // Below zero: closed, and then those below do not count further up.
        open += 1 + if count.is_some_and(|count| count > 0) {
            inner
        } else {
            0
        };
        (last, next) = (Some(id), link(bookmark, b"Next"));
    }
    if link(above, b"Last") != last {
        found.push(|| "the outline does not end with the last of its bookmarks".to_owned());
    }
    let count = above.get(b"Count").and_then(Object::as_i64).unwrap_or(0);
    if count.abs() != open {
        found.push(|| format!("the outline says that it has {count} bookmarks, and has {open}"));
    }
    open
}
