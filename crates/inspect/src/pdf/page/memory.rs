//! Memory of a run: pages and fonts are read once if every byte that decides their reading is
//! equal.
//!
//! | item | key |
//! |---|---|
//! | the objects of an object stream | its bytes and how many objects it says to have, where its dictionary says `FlateDecode` alone |
//! | the hash of a stream's bytes | these bytes |
//! | a font | the hash of its dictionary and of all that this refers to: descendant, descriptor, program, widths, maps |
//! | a page's content | the hash of its content streams and its resources with all that they refer to: images, forms, colour profiles, named properties; of its fonts the names, and of each code that it shows in them width, box and text |
//!
//! Nothing else decides them: the size of a page, its tags and the words that it ought to say are
//! no part of what is remembered. Marks in a form XObject are known by the number of its object,
//! which therefore belongs to the hash. A page is read anew whenever something is to be said of
//! one of its fonts, or when its codes are not of two bytes: then which codes it shows depends on
//! the font.

use std::sync::Arc;

use raadspost_content::{Fingerprint, Recent};

use super::content::PageContent;
use super::interpreter::Used;
use super::read::read_page;
use crate::pdf::font::face::Font;
use crate::pdf::font::fonts::{FontMemory, Fonts};
use crate::pdf::syntax::digest::sized;
use crate::pdf::syntax::document::{Document, inherited, page_resources};
use crate::pdf::syntax::object::{Dictionary, Object, ObjectId};
use crate::pdf::syntax::objstm::ObjectStreams;

/// How many bytes of fonts, and of pages, one half of a store keeps.
const HALF: usize = 6 << 20;

/// About how many bytes a page's resources take, with hashes in place of streams.
const PAGE: usize = 1 << 10;

/// The name of a font in the resources of a page, the font, and the codes shown in it.
type Shown = (Box<[u8]>, Arc<Font>, Box<[u16]>);

/// The content of a page, and the codes that it showed in its fonts when it was read.
struct Page {
    /// The fonts of its resources in which it shows something.
    shown: Vec<Shown>,
    content: Arc<PageContent>,
}

impl Page {
    /// `None` if the reading depends on more than the character codes.
    fn new(
        content: &Arc<PageContent>,
        used: &[Used],
        fonts: &[(&[u8], Arc<Font>)],
    ) -> Option<Self> {
        let mut shown = Vec::new();
        for used in used {
            if used.odd || !used.font.is_sound() {
                return None;
            }
            // Fonts of a form XObject or a graphics state are hashed as a whole.
            let name = fonts.iter().find(|(_, font)| Arc::ptr_eq(font, &used.font));
            if let Some((name, font)) = name {
                let codes: Box<[u16]> = used.codes().collect();
                // Without it, a code that another font lacks would not be noticed.
                codes
                    .iter()
                    .try_for_each(|code| font.code(u32::from(*code)).map(|_| ()))?;
                shown.push(((*name).into(), Arc::clone(font), codes));
            }
        }
        Some(Self {
            shown,
            content: Arc::clone(content),
        })
    }

    /// Whether it reads the same with these fonts: each code has the width, box and text that it had.
    fn reads_alike(&self, fonts: &[(&[u8], Arc<Font>)]) -> bool {
        self.shown.iter().all(|(name, before, codes)| {
            let font = fonts.iter().find(|(known, _)| known == &&**name);
            font.is_some_and(|(_, font)| {
                let same = |code: &u16| {
                    let (now, before) = (font.code((*code).into()), before.code((*code).into()));
                    now.is_some() && now == before
                };
                Arc::ptr_eq(font, before) || font.is_sound() && codes.iter().all(same)
            })
        })
    }

    fn weight(&self) -> usize {
        let shown = self.shown.iter();
        let shown = shown.map(|(_, font, codes)| 64 + font.weight() + codes.len() * 2);
        self.content.weight() + shown.sum::<usize>()
    }
}

/// The memory of a run; shared by its threads.
pub(crate) struct Memory {
    /// The object streams of files.
    pub(crate) objects: ObjectStreams,
    fonts: FontMemory,
    pages: Recent<Fingerprint, Page>,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            objects: ObjectStreams::new(HALF),
            fonts: FontMemory::new(HALF),
            pages: Recent::new(HALF, |_, page: &Page| page.weight()),
        }
    }
}

impl Memory {
    /// The fonts of a file, none read yet.
    pub(crate) fn fonts(&self) -> Fonts<'_> {
        Fonts::new(&self.fonts)
    }

    /// A page's content, read once in the run.
    pub(crate) fn page(
        &self,
        fonts: &mut Fonts<'_>,
        document: &Document<'_>,
        page: ObjectId,
    ) -> Arc<PageContent> {
        let resources = page_resources(document, page);
        let own = resources
            .and_then(|resources| resources.get_deref(b"Font", document))
            .and_then(Object::as_dict);
        let mut own_fonts = Vec::new();
        for (name, font) in own.into_iter().flat_map(Dictionary::iter) {
            if let Some((id, Object::Dictionary(font))) = document.dereference(font) {
                own_fonts.push((name, fonts.font(document, id, font)));
            }
        }
        let mut bytes = Vec::with_capacity(PAGE);
        // Contents are never inherited, but a node above that has them is no page either.
        if let Some(contents) = inherited(document, page, b"Contents") {
            fonts.digests.write(document, contents, &mut bytes, 0);
        }
        for (key, value) in resources.into_iter().flat_map(Dictionary::iter) {
            if key != b"Font" {
                sized(&mut bytes, b'/', key);
                fonts.digests.write(document, value, &mut bytes, 0);
            }
        }
        for (name, _) in &own_fonts {
            sized(&mut bytes, b'F', name);
        }
        let key = Fingerprint::of(&bytes);
        let whole = fonts.digests.whole;
        if whole
            && let Some(page) = self.pages.known(&key)
            && page.reads_alike(&own_fonts)
        {
            return Arc::clone(&page.content);
        }
        let (content, used) = read_page(document, page, fonts, false);
        let content = Arc::new(content);
        // A page that was broken off is not what another file reads.
        if whole
            && document.budget.check().is_ok()
            && let Some(page) = Page::new(&content, &used, &own_fonts)
        {
            self.pages.remember(key, page);
        }
        content
    }
}
