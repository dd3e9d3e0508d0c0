//! Reads the document parts of a finished file back.

use std::collections::HashMap;

use lopdf::{Dictionary, Document, Object, ObjectId};

/// The pages of a letter, or of a slip sheet, in the tree of document parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PartRange {
    /// The letter's sequence; `None` for a slip sheet.
    pub(crate) sequence: Option<u32>,
    /// First and last page, from 1.
    pub(crate) pages: (u32, u32),
}

/// The letters of the tree, in order.
///
/// # Errors
/// A sentence about the tree: it is missing or damaged; a page is in no set, in two, or out of order, or
/// does not name its set.
pub(crate) fn ranges(document: &Document, pages: &[ObjectId]) -> Result<Vec<PartRange>, String> {
    let damaged = || "has a damaged tree of document parts".to_owned();
    let numbers: HashMap<ObjectId, u32> = pages.iter().copied().zip(1..).collect();
    let root = document
        .catalog()
        .and_then(|catalog| catalog.get(b"DPartRoot"))
        .and_then(Object::as_reference)
        .and_then(|root| document.get_dictionary(root))
        .map_err(|_| "has no document parts".to_owned())?;
    let node = root.get(b"DPartRootNode").and_then(Object::as_reference);
    let letters = children(document, node.map_err(|_| damaged())?).ok_or_else(damaged)?;
    let mut next = 1;
    let mut found = Vec::with_capacity(letters.len());
    for letter in letters {
        let first = next;
        for id in children(document, letter).ok_or_else(damaged)? {
            let set = document.get_dictionary(id).map_err(|_| damaged())?;
            let page = |key: &[u8]| {
                let page = set.get(key).and_then(Object::as_reference).ok()?;
                numbers.get(&page).copied()
            };
            let (Some(start), Some(end)) = (page(b"Start"), page(b"End")) else {
                return Err(damaged());
            };
            if start != next || end < start {
                return Err(format!(
                    "has page {next} in no document part, in two, or out of order"
                ));
            }
            for number in start..=end {
                let own = document.get_dictionary(pages[number as usize - 1]);
                let own = own.and_then(|page| page.get(b"DPart"));
                if own.and_then(Object::as_reference).ok() != Some(id) {
                    return Err(format!("has page {number} without its document part"));
                }
            }
            next = end + 1;
        }
        found.push(PartRange {
            sequence: sequence(document, letter),
            pages: (first, next - 1),
        });
    }
    if next as usize != pages.len() + 1 {
        return Err(format!("has page {next} in no document part"));
    }
    Ok(found)
}

/// The parts below a part.
fn children(document: &Document, node: ObjectId) -> Option<Vec<ObjectId>> {
    let node = document.get_dictionary(node).ok()?;
    let mut found = Vec::new();
    for array in node.get(b"DParts").and_then(Object::as_array).ok()? {
        for part in array.as_array().ok()? {
            found.push(part.as_reference().ok()?);
        }
    }
    Some(found)
}

/// The sequence in the metadata of a letter.
fn sequence(document: &Document, letter: ObjectId) -> Option<u32> {
    let letter: &Dictionary = document.get_dictionary(letter).ok()?;
    let metadata = letter.get(b"DPM").and_then(Object::as_dict).ok()?;
    let facts = metadata
        .get(b"Raadspost_Letter")
        .and_then(Object::as_dict)
        .ok()?;
    let sequence = facts.get(b"Sequence").and_then(Object::as_i64).ok()?;
    u32::try_from(sequence).ok()
}
