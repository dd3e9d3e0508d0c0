//! A proof for the eye: a finished file with everything laid over in red on which nothing may be
//! printed, and a frame round the window.

use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId, Stream, dictionary};
use raadspost_content::{Area, Envelope, Shape, Values};

use super::checks::sheet::sheets;
use super::checks::{Finished, edge, wording};
use crate::error::ReadError;
use crate::pdf::matrix::{Rect, mm};
use crate::pdf::opened::Opened;
use crate::pdf::page::memory::Memory;
use crate::pdf::syntax::STREAM_LIMIT;
use crate::pdf::syntax::arena::Arena;
use crate::said::document::documents;

/// Lays the no-print areas over the pages of a finished file.
///
/// The proof is no PDF/A and claims to be none.
///
/// # Errors
/// When the bytes are no PDF, or when it has no structure tree, or when it cannot be written.
pub fn overlay(shape: &Shape, values: &Values, bytes: &[u8]) -> Result<Vec<u8>, ReadError> {
    let arena = Arena::default();
    let file = Opened::read(bytes, &arena, &Memory::default())?;
    let (tree, sheets) = (file.tree()?, sheets(&file));
    let documents = documents(shape, values, &|at, line| tree.has_line(at, line));
    let finished = Finished {
        file: &file,
        tree: &tree,
        documents: &documents,
        sheets: &sheets,
    };
    let starts = wording::check(&finished, &mut Vec::new());
    let letters: Vec<(usize, &Envelope)> = documents
        .iter()
        .zip(starts)
        .filter_map(|(document, start)| Some((start?, &*document.letter?.0.envelope)))
        .collect();
    let edge = edge(&documents);
    let content: Vec<(ObjectId, String)> = file
        .ids
        .iter()
        .enumerate()
        .map(|(at, id)| {
            let letter = letters.iter().find(|(page, _)| *page == at);
            (
                *id,
                red(sheets[at], edge, letter.map(|(_, envelope)| *envelope)),
            )
        })
        .collect();
    painted(bytes, content).map_err(|error| ReadError::Pdf(error.to_string()))
}

/// The file with something painted over its pages.
fn painted(bytes: &[u8], content: Vec<(ObjectId, String)>) -> Result<Vec<u8>, lopdf::Error> {
    let options = LoadOptions::with_max_decompressed_size(STREAM_LIMIT);
    let mut document = Document::load_mem_with_options(bytes, options)?;
    for (page, content) in content {
        lay(&mut document, page, content)?;
    }
    // It is painted over, so its claims no longer hold.
    let catalog = document.catalog_mut()?;
    for key in [&b"Metadata"[..], b"OutputIntents"] {
        catalog.remove(key);
    }
    let mut out = Vec::new();
    document.save_to(&mut out)?;
    Ok(out)
}

/// The resources of a page, or of the nearest node above it that has some (ISO 32000-1, 7.7.3.4).
fn resources(document: &Document, page: ObjectId) -> Option<&Dictionary> {
    let mut node = document.get_dictionary(page).ok()?;
    for _ in 0..64 {
        if let Ok(found) = node.get_deref(b"Resources", document) {
            return found.as_dict().ok();
        }
        let parent = node.get_deref(b"Parent", document);
        node = parent.and_then(Object::as_dict).ok()?;
    }
    None
}

/// The content that is painted over a page.
fn red(sheet: Rect, edge: f64, letter: Option<&Envelope>) -> String {
    // From mm on the sheet, measured from its top left corner, to pt.
    let pt = |length: f64| length / mm(1.0);
    let rectangle = |area: Area| {
        format!(
            "{:.2} {:.2} {:.2} {:.2} re",
            f64::from(sheet.left) + pt(area.left),
            f64::from(sheet.top) - pt(area.bottom()),
            pt(area.width),
            pt(area.height)
        )
    };
    let (width, height) = (mm(sheet.width()), mm(sheet.height()));
    let area = |left, top, width, height| Area {
        left,
        top,
        width,
        height,
    };
    let mut areas = vec![
        area(0.0, 0.0, width, edge),
        area(0.0, height - edge, width, edge),
        area(0.0, edge, edge, height - 2.0 * edge),
        area(width - edge, edge, edge, height - 2.0 * edge),
    ];
    if let Some(envelope) = letter {
        areas.extend(envelope.keep_outs.iter().map(|keep| keep.area));
    }
    let mut content = String::from("/Artifact BMC q /RaadspostOverlay gs 1 0 0 rg 1 0 0 RG\n");
    for area in areas {
        content.push_str(&format!("{} f\n", rectangle(area)));
    }
    if let Some(envelope) = letter {
        content.push_str(&format!("0.8 w {} S\n", rectangle(envelope.window)));
    }
    content.push_str("Q EMC\n");
    content
}

/// Adds content over that of a page, which is enclosed so that its graphics state ends.
fn lay(document: &mut Document, page: ObjectId, content: String) -> Result<(), lopdf::Error> {
    let state = dictionary! { "Type" => "ExtGState", "ca" => 0.35, "CA" => 0.9 };
    let state = document.add_object(state);
    let mut resources = resources(document, page).cloned().unwrap_or_default();
    let states = resources
        .get_deref(b"ExtGState", document)
        .and_then(Object::as_dict);
    let mut states = states.cloned().unwrap_or_default();
    states.set("RaadspostOverlay", state);
    resources.set("ExtGState", states);
    let mut stream = |bytes: Vec<u8>| document.add_object(Stream::new(Dictionary::new(), bytes));
    let (before, after) = (stream(b"q\n".to_vec()), stream(b"\nQ\n".to_vec()));
    let red = stream(content.into_bytes());
    let page = document.get_dictionary_mut(page)?;
    let mut contents = vec![before.into()];
    match page.get(b"Contents") {
        Ok(Object::Array(all)) => contents.extend(all.iter().cloned()),
        Ok(one) => contents.push(one.clone()),
        Err(_) => {}
    }
    contents.extend([after.into(), red.into()]);
    page.set("Contents", contents);
    page.set("Resources", resources);
    Ok(())
}
