//! The checks on every finished PDF before it is delivered.
//!
//! Each compares the file with the document that it should be; a finding names the page and the
//! place on it, in mm from the top left corner of the sheet.

use std::collections::BTreeMap;

use raadspost_content::{Area, Diagnostic, Diagnostics, DocumentLimits, PixelRecord};

use crate::pdf::matrix::Rect;
use crate::pdf::opened::Opened;
use crate::pdf::syntax::document::Document;
use crate::pdf::tree::metadata::Metadata;
use crate::pdf::tree::structure::Tree;
use crate::said::document;

mod archival;
pub(crate) mod differential;
pub(crate) mod flaws;
mod ink;
mod limits;
mod navigation;
mod over;
pub(crate) mod pixels;
mod raster;
pub(crate) mod sample;
pub(crate) mod sheet;
mod structure;
mod tags;
mod window;
pub(crate) mod wording;

/// The checks that depend on the campaign.
#[derive(Debug, Clone, Default)]
pub struct PdfChecks {
    /// The limits of documents, by their id in the campaign.
    pub limits: BTreeMap<String, DocumentLimits>,
    /// Which files are compared with their pixels. This judges the inspector and not the file, so
    /// it is no part of the fingerprint.
    pub pixels: PixelRecord,
}

/// A finished file, opened, and the documents that it should hold.
pub(crate) struct Finished<'a> {
    pub(crate) file: &'a Opened<'a>,
    pub(crate) tree: &'a Tree,
    pub(crate) documents: &'a [document::Document<'a>],
    /// The box of each page's sheet, in pt.
    pub(crate) sheets: &'a [Rect],
}

impl Finished<'_> {
    pub(crate) fn pdf(&self) -> &Document<'_> {
        &self.file.document
    }

    /// A box on a page, in mm from the top left corner of its sheet.
    pub(crate) fn area(&self, page: usize, bounds: Rect) -> Area {
        bounds.on(self.sheets.get(page).copied().unwrap_or(sheet::A4))
    }
}

/// All findings, in the order of the checks.
pub(crate) fn check(finished: &Finished<'_>, metadata: &Metadata) -> Diagnostics {
    let mut found = sheet::check(finished);
    found.extend(archival::check(finished, metadata));
    found.extend(flaws::check(finished));
    found.extend(tags::check(finished));
    if let Some(elements) = finished.file.elements() {
        found.extend(structure::check(finished, &elements));
    }
    found.extend(navigation::check(finished));
    let starts = wording::check(finished, &mut found);
    found.extend(over::check(finished));
    found.extend(ink::outside(finished, edge(finished.documents)));
    for (document, page) in finished.documents.iter().zip(starts) {
        if let (Some((letter, slots)), Some(page)) = (document.letter, page) {
            found.extend(window::check(finished, page, letter, slots));
            found.extend(ink::kept_out(finished, &letter.envelope, page));
        }
    }
    found
}

/// The edge on which nothing may be printed in a file, in mm: the widest of its envelopes, or that
/// of office printers.
pub(crate) fn edge(documents: &[document::Document<'_>]) -> f64 {
    let letters = documents.iter().filter_map(|document| document.letter);
    letters
        .map(|(letter, _)| letter.envelope.edge)
        .fold(ink::EDGE, f64::max)
}

pub(crate) use limits::check as limits;

/// The language of the file, which is that of all its text from the first word on.
pub(crate) fn language(
    finished: &Finished<'_>,
    found: Option<&str>,
    wanted: &str,
) -> Option<Diagnostic> {
    let found = found.unwrap_or_default();
    let first = finished
        .file
        .pages
        .iter()
        .enumerate()
        .find_map(|(page, content)| {
            let run = content.runs.iter().find(|run| !run.bounds.is_empty())?;
            Some(place(page, finished.area(page, run.bounds)))
        });
    (found != wanted).then(|| {
        let at = first.unwrap_or_else(|| "page 1".to_owned());
        let message =
            format!("{at}: the language of the text from here on is `{found}`, not `{wanted}`");
        Diagnostic::error("pdf-language", message)
    })
}

/// Says where something is: the page from 1, and the upper left corner of its box and its size.
pub(crate) fn place(page: usize, area: Area) -> String {
    format!(
        "page {}, {:.1} mm from the left and {:.1} mm from the top ({:.1} × {:.1} mm)",
        page + 1,
        area.left,
        area.top,
        area.width,
        area.height
    )
}

/// An area in words.
pub(crate) fn extent(area: Area) -> String {
    format!(
        "{:.1} to {:.1} mm from the left, {:.1} to {:.1} mm from the top",
        area.left,
        area.right(),
        area.top,
        area.bottom()
    )
}

/// The first findings of a kind, and how many more there are: a page that is shifted has hundreds.
pub(crate) struct Shortened {
    code: &'static str,
    found: Vec<String>,
    more: usize,
}

/// So many findings of a kind are reported.
const TOLD: usize = 3;

impl Shortened {
    pub(crate) fn new(code: &'static str) -> Self {
        Self {
            code,
            found: Vec::new(),
            more: 0,
        }
    }

    pub(crate) fn push(&mut self, message: impl FnOnce() -> String) {
        if self.found.len() < TOLD {
            self.found.push(message());
        } else {
            self.more += 1;
        }
    }

    pub(crate) fn finish(mut self) -> Diagnostics {
        if let (Some(last), 1..) = (self.found.last_mut(), self.more) {
            last.push_str(&format!(", and {} more such places", self.more));
        }
        let code = self.code;
        let found = self.found.into_iter();
        found
            .map(|message| Diagnostic::error(code, message))
            .collect()
    }
}
