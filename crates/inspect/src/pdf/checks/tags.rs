//! The tags: all real content is in the tree, once, and in the order in which it is painted
//! (ISO 14289-1, 7.1 and 7.2).

use raadspost_content::Diagnostics;
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::{Finished, Shortened, place};
use crate::pdf::matrix::Rect;
use crate::pdf::page::content::PageContent;
use crate::pdf::page::marks::{Belongs, MarkedContent};

pub(super) fn check(finished: &Finished<'_>) -> Diagnostics {
    let mut untagged = Shortened::new("pdf-untagged");
    let mut order = Shortened::new("pdf-tag-order");
    // By page, the footnote of each marked content.
    let pages = finished.file.pages.iter();
    let mut tagged: Vec<FxHashMap<MarkedContent, usize>> =
        pages.map(|page| numbered(page.contents.len())).collect();
    // By page and footnote, the place of the content that came last.
    let mut last: FxHashMap<(usize, usize), usize> = FxHashMap::default();
    let places: Vec<FxHashMap<MarkedContent, usize>> = finished
        .file
        .pages
        .iter()
        .map(|page| places(page))
        .collect();
    for item in &finished.tree.tagged {
        let (page, content) = (item.page, item.content);
        let area = || {
            place(
                page,
                finished.area(page, bounds(&finished.file.pages[page], content)),
            )
        };
        if tagged[page].insert(content, item.note).is_some() {
            order.push(|| {
                format!(
                    "{}: content {} occurs twice in the tree",
                    area(),
                    content.mcid
                )
            });
            continue;
        }
        let Some(at) = places[page].get(&content) else {
            let message = format!(
                "page {}: the tree names content {}, which the page does not have",
                page + 1,
                content.mcid
            );
            order.push(|| message);
            continue;
        };
        let before = last.insert((page, item.note), *at);
        if before.is_some_and(|before| before > *at) {
            order.push(|| {
                format!(
                    "{}: content {} comes later in the tag order than content painted after it",
                    area(),
                    content.mcid
                )
            });
        }
    }
    for (page, content) in finished.file.pages.iter().enumerate() {
        let mut told = Vec::new();
        for painted in &content.painted {
            let at = || place(page, finished.area(page, painted.bounds));
            match painted.belongs {
                Belongs::Artifact => {}
                Belongs::Nothing => untagged.push(|| {
                    format!(
                        "{}: what is painted here is neither tagged nor an artifact",
                        at()
                    )
                }),
                Belongs::Content(number) => {
                    if !tagged[page].contains_key(&number) && !told.contains(&number) {
                        told.push(number);
                        untagged.push(|| {
                            let text = text(content, number);
                            format!("{}: `{text}` is in no tag", at())
                        });
                    }
                }
            }
        }
    }
    let mut found = untagged.finish();
    found.extend(order.finish());
    found
}

/// Place for something of each marked content.
fn numbered(contents: usize) -> FxHashMap<MarkedContent, usize> {
    FxHashMap::with_capacity_and_hasher(contents, FxBuildHasher)
}

/// The order in which marked content begins on a page.
fn places(page: &PageContent) -> FxHashMap<MarkedContent, usize> {
    let mut all = numbered(page.contents.len());
    for (at, content) in page.contents.iter().enumerate() {
        all.entry(*content).or_insert(at);
    }
    all
}

/// The box round all that belongs to marked content.
fn bounds(page: &PageContent, content: MarkedContent) -> Rect {
    let own = page
        .painted
        .iter()
        .filter(|painted| painted.belongs == Belongs::Content(content));
    own.fold(Rect::EMPTY, |all, painted| all.union(painted.bounds))
}

/// The first characters of marked content.
fn text(page: &PageContent, content: MarkedContent) -> String {
    let runs = page.by_content.get(&content).into_iter().flatten();
    let text: String = runs.map(|at| page.runs[*at].text.as_str()).collect();
    text.trim().chars().take(40).collect()
}
