//! Layout: one file's documents laid out together, and the pages that belong to each.

use std::ops::Range;

use raadspost_content::{Diagnostic, Diagnostics, Warned};
use typst::model::DocumentInfo;
use typst_layout::{Page, PagedDocument};

use crate::diagnostics::{convert, guarded};
use crate::world::World;

/// The pages of one file's documents.
pub(crate) struct Laid {
    whole: PagedDocument,
    members: Vec<Range<usize>>,
}

impl Laid {
    /// All documents, as one.
    pub(crate) fn whole(&self) -> PagedDocument {
        self.whole.clone()
    }

    /// The pages of each document.
    pub(crate) fn pages(&self) -> impl Iterator<Item = &[Page]> {
        self.members
            .iter()
            .map(|range| &self.whole.pages()[range.clone()])
    }

    /// One of the documents by itself: the same as if it had been laid out alone, because page
    /// and footnote numbers start anew in each, and no template looks beyond its own document.
    pub(crate) fn member(&self, index: usize) -> PagedDocument {
        let pages = self.whole.pages()[self.members[index].clone()]
            .iter()
            .cloned()
            .collect();
        PagedDocument::new(pages, DocumentInfo::default())
    }
}

/// Lays out the `count` documents of `world`.
pub(crate) fn lay_out(world: &World, count: usize) -> Result<Warned<Laid>, Diagnostics> {
    guarded("layout", || {
        let result = typst::compile::<PagedDocument>(world);
        let warnings = convert(&result.warnings, Some(world));
        let whole = result
            .output
            .map_err(|errors| convert(&errors, Some(world)))?;
        let members = members(&whole, count)?;
        Ok(Warned {
            output: Laid { whole, members },
            warnings,
        })
    })
}

/// The pages of each document: a document starts where the page number is 1.
fn members(document: &PagedDocument, count: usize) -> Result<Vec<Range<usize>>, Diagnostics> {
    let pages = document.pages();
    let starts: Vec<usize> = (0..pages.len())
        .filter(|at| pages[*at].number == 1)
        .collect();
    if starts.len() != count || starts.first() != Some(&0) {
        let message = format!("{count} documents were laid out as {}", starts.len());
        return Err(vec![Diagnostic::error("pdf-layout", message)]);
    }
    let ends = starts.iter().skip(1).copied().chain([pages.len()]);
    Ok(starts
        .iter()
        .copied()
        .zip(ends)
        .map(|(start, end)| start..end)
        .collect())
}
