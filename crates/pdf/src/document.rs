//! Layout: one file's documents laid out together, and the pages that belong to each.
//!
//! Typst lays a document out, looks up in it what templates asked for (page numbers, numbers of
//! footnotes), and lays out again with the answers until they hold. It begins with no answers, so
//! the first round is always in vain. Documents of one shape nearly always have the same answers:
//! layout begins with those of an earlier one, and the result is kept only if every answer it used
//! still holds. Where one does not, as for a letter with a page more than the one before, layout
//! goes on with the answers of the result, as Typst does from round to round; a document that they
//! do not settle is compiled from scratch.

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use raadspost_content::{Diagnostic, Diagnostics, Warned};
use typst::World as _;
use typst::comemo::{Constraint, Track};
use typst::engine::{Engine, Route, Sink, Traced};
use typst::foundations::{StyleChain, Target, TargetElem};
use typst::introspection::Introspector;
use typst::model::DocumentInfo;
use typst::utils::Protected;
use typst_layout::{Page, PagedDocument, PagedIntrospector, layout_document};
use typst_timing::TimingScope;

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

    /// The pages of one of the documents.
    fn member_pages(&self, index: usize) -> &[Page] {
        &self.whole.pages()[self.members[index].clone()]
    }

    /// One of the documents by itself: the same as if it had been laid out alone, because page
    /// and footnote numbers start anew in each, and no template looks beyond its own document.
    pub(crate) fn member(&self, index: usize) -> PagedDocument {
        let pages = self.member_pages(index).iter().cloned().collect();
        PagedDocument::new(pages, DocumentInfo::default())
    }
}

/// The answers that layouts of one file begin with.
#[derive(Default)]
pub(crate) struct Answers(Mutex<Option<Arc<PagedIntrospector>>>);

impl Answers {
    fn get(&self) -> Option<Arc<PagedIntrospector>> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn set(&self, document: &PagedDocument) {
        let answers = Arc::clone(document.introspector());
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(answers);
    }
}

/// Lays out the `count` documents of `world`, beginning with `answers` where there are any.
pub(crate) fn lay_out(
    world: &World,
    count: usize,
    answers: Option<&Answers>,
) -> Result<Warned<Laid>, Diagnostics> {
    let _scope = TimingScope::new("pdf: layout");
    guarded("layout", || {
        let mut early = answers.and_then(Answers::get);
        for round in 0..ROUNDS {
            let Some(whole) = early.take().and_then(|answers| begun(world, &answers)) else {
                break;
            };
            match whole {
                Begun::Settled(whole) => {
                    if let Some(answers) = answers.filter(|_| round > 0) {
                        answers.set(&whole);
                    }
                    let members = members(&whole, count)?;
                    return Ok(Warned::clean(Laid {
                        whole: *whole,
                        members,
                    }));
                }
                Begun::Changed(answers) => early = Some(answers),
            }
        }
        let result = typst::compile::<PagedDocument>(world);
        let warnings = convert(&result.warnings, Some(world));
        let whole = result
            .output
            .map_err(|errors| convert(&errors, Some(world)))?;
        if let Some(answers) = answers {
            answers.set(&whole);
        }
        let members = members(&whole, count)?;
        Ok(Warned {
            output: Laid { whole, members },
            warnings,
        })
    })
}

/// How many rounds begin with earlier answers: one where they hold, and one with those of the result.
const ROUNDS: usize = 2;

/// The result of a round.
enum Begun {
    /// Every answer that it used holds in it.
    Settled(Box<PagedDocument>),
    /// One does not; these are the right ones for what was laid out.
    Changed(Arc<PagedIntrospector>),
}

/// One round of [`typst::compile`] that begins with these answers; `None` if Typst has an error, or
/// a warning where they hold.
fn begun(world: &World, answers: &PagedIntrospector) -> Option<Begun> {
    let world = (world as &dyn typst::World).track();
    let library = world.library();
    let main = world.source(world.main()).ok()?;
    let traced = Traced::default();
    let mut sink = Sink::new();
    let content = typst_eval::eval(
        world,
        library,
        traced.track(),
        sink.track_mut(),
        Route::default().track(),
        &main,
    );
    let content = content.ok()?.content();
    let target = TargetElem::target.set(Target::Paged).wrap();
    let base = StyleChain::new(&library.styles);
    let used = Constraint::new();
    let answers: &dyn Introspector = answers;
    let mut engine = Engine {
        library,
        world,
        introspector: Protected::new(answers.track_with(&used)),
        traced: traced.track(),
        sink: sink.track_mut(),
        route: Route::default(),
    };
    let document = layout_document(&mut engine, &content, base.chain(&target)).ok()?;
    let right: &dyn Introspector = document.introspector().as_ref();
    let is_settled = used.validate(right);
    if !is_settled {
        return Some(Begun::Changed(Arc::clone(document.introspector())));
    }
    let is_clean = sink.delayed().is_empty() && sink.warnings().is_empty();
    is_clean.then(|| Begun::Settled(Box::new(document)))
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
