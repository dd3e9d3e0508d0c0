//! Reading a page: its content followed to the end.

use super::content::PageContent;
use super::graphics::State;
use super::interpreter::{Interpreter, Used};
use super::marks::{Belongs, Cluster};
use super::overlap;
use crate::pdf::font::fonts::Fonts;
use crate::pdf::syntax::document::{Document, page_resources};
use crate::pdf::syntax::object::ObjectId;

/// Reads a page's content, and which codes it shows in which fonts; `glyphs` asks for the box of
/// each glyph too.
pub(crate) fn read_page(
    document: &Document<'_>,
    page: ObjectId,
    fonts: &mut Fonts<'_>,
    glyphs: bool,
) -> (PageContent, Vec<Used>) {
    let mut content = PageContent::default();
    let Some(bytes) = document.page_content(page) else {
        return (content, Vec::new());
    };
    let resources = page_resources(document, page);
    let mut interpreter = Interpreter {
        document,
        fonts,
        content: &mut content,
        marks: Vec::new(),
        cluster: Cluster::default(),
        reversed: false,
        forms: 0,
        budget: 100_000,
        glyphs,
        used: Vec::new(),
    };
    interpreter.run(&bytes, resources, None, State::new());
    let used = interpreter.used;
    content.overlaps = overlap::overlaps(&content.runs, document.budget);
    for (at, run) in content.runs.iter().enumerate() {
        if let Belongs::Content(number) = run.belongs {
            content.by_content.entry(number).or_default().push(at);
        }
    }
    (content, used)
}
