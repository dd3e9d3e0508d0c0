//! Two renditions of one document, made in two ways: what they say, how it is structured, and what
//! is seen.

use hayro::RenderCache;
use hayro::hayro_syntax::Pdf;

use super::raster::{SCALE, with_pixels};
use crate::error::ReadError;
use crate::pdf::opened::Opened;
use crate::pdf::opened::PdfText;
use crate::pdf::opened::read_pdf;
use crate::pdf::opened::struct_outline;
use crate::pdf::page::memory::Memory;
use crate::pdf::syntax::arena::Arena;
use crate::pdf::syntax::document::text_string;
use crate::pdf::syntax::object::{Dictionary, Object};
use crate::said::compare::comparable;
use crate::said::compare::first_difference;
use crate::said::line::Line;

/// Levels of 255 by which a pixel may be darker or paler than those beside it in the other
/// rendition: the two round the place of a glyph in their own ways.
const APART: u8 = 24;

/// Pixels for a pt at which a difference is looked at again.
const SECOND_LOOK: f32 = SCALE * 1.37;

/// The first difference of two files; `None` if they show and say the same.
pub(crate) fn difference(one: &[u8], other: &[u8]) -> Option<String> {
    match (read_pdf(one), read_pdf(other)) {
        (Ok(one), Ok(other)) => words(&one, &other),
        (Err(error), _) | (_, Err(error)) => Some(error.to_string()),
    }
    .or_else(|| match (struct_outline(one), struct_outline(other)) {
        (Ok(one), Ok(other)) => structure(&tree(&one), &tree(&other)),
        (Err(error), _) | (_, Err(error)) => Some(error.to_string()),
    })
    .or_else(|| match (facts(one), facts(other)) {
        (Ok(one), Ok(other)) => apart(&one, &other),
        (Err(error), _) | (_, Err(error)) => Some(error.to_string()),
    })
    .or_else(
        || match (Pdf::new(one.to_vec()), Pdf::new(other.to_vec())) {
            (Ok(one), Ok(other)) => pixels(&one, &other),
            _ => Some("the second renderer cannot open it".to_owned()),
        },
    )
}

/// The text of lines. Behind a line break that an author wrote, a space is said; where a line ends and
/// none is said, a word goes on that has no end, and whether the file says a zero width space there
/// is no difference: Typst's export says one, ours does not.
fn said(lines: &[Line]) -> Vec<String> {
    let one = |line: &Line| Line {
        text: line.text.replace('\n', ""),
        ..line.clone()
    };
    comparable(&lines.iter().map(one).collect::<Vec<_>>())
}

fn words(one: &PdfText, other: &PdfText) -> Option<String> {
    let (lines, others) = (said(&one.lines), said(&other.lines));
    if let Some(difference) = first_difference(&lines, &others) {
        return Some(difference.to_string());
    }
    if one.page_count != other.page_count {
        return Some(format!("{} and {} pages", one.page_count, other.page_count));
    }
    let said = |file: &PdfText| {
        let metadata = &file.metadata;
        (
            metadata.title.clone(),
            metadata.author.clone(),
            metadata.language.clone(),
        )
    };
    (said(one) != said(other)).then(|| "its title, author or language".to_owned())
}

/// What a reader is told beside the text: the words of pictures, the words and targets of links, and
/// the bookmarks with the pages to which they lead.
fn facts(bytes: &[u8]) -> Result<Vec<String>, ReadError> {
    let arena = Arena::default();
    let file = Opened::read(bytes, &arena, &Memory::default())?;
    let document = &file.document;
    let mut facts = Vec::new();
    for element in file.elements().iter().flat_map(|elements| &elements.all) {
        let entry = |key: &[u8]| text_string(document, element.dictionary, key);
        if element.kind == b"Figure" {
            facts.push(format!("picture `{}`", entry(b"Alt").unwrap_or_default()));
        }
    }
    for (at, id) in file.ids.iter().enumerate() {
        let links = document
            .dictionary(*id)
            .and_then(|page| page.get_deref(b"Annots", document)?.as_array());
        for link in links.unwrap_or_default() {
            let link = document
                .dereference(link)
                .and_then(|(_, link)| link.as_dict());
            let Some(link) = link else { continue };
            let words = text_string(document, link, b"Contents").unwrap_or_default();
            let target = target(&file, link);
            facts.push(format!("page {}: link `{words}` to {target}", at + 1));
        }
    }
    let outline = document
        .catalog()
        .and_then(|catalog| catalog.get_deref(b"Outlines", document)?.as_dict());
    if let Some(outline) = outline {
        bookmarks(&file, outline, 0, &mut facts);
    }
    Ok(facts)
}

/// The bookmarks below one.
fn bookmarks(file: &Opened<'_>, above: &Dictionary<'_>, depth: usize, facts: &mut Vec<String>) {
    let document = &file.document;
    let next = |of: &Dictionary<'_>, key: &[u8]| of.get(key).and_then(Object::as_reference);
    let mut id = next(above, b"First");
    while let Some(bookmark) = id.and_then(|id| document.dictionary(id)) {
        // A circle is told by the checks.
        if depth > 16 || facts.len() > 10_000 {
            return;
        }
        let title = text_string(document, bookmark, b"Title").unwrap_or_default();
        let target = target(file, bookmark);
        facts.push(format!("bookmark {} `{title}` to {target}", depth + 1));
        bookmarks(file, bookmark, depth + 1, facts);
        id = next(bookmark, b"Next");
    }
}

/// Where a link or bookmark leads: an address in ASCII, or a page.
fn target(file: &Opened<'_>, dictionary: &Dictionary<'_>) -> String {
    let document = &file.document;
    let action = dictionary
        .get_deref(b"A", document)
        .and_then(Object::as_dict);
    let entry = |key: &[u8]| action.and_then(|action| action.get_deref(key, document));
    if let Some(Object::String(address)) = entry(b"URI") {
        // Where it is not ASCII, the two encode it in their own ways.
        let byte = |byte: &u8| match byte.is_ascii_graphic() {
            true => char::from(*byte).to_string(),
            false => format!("%{byte:02X}"),
        };
        return address.iter().map(byte).collect();
    }
    let destination = dictionary.get_deref(b"Dest", document).or(entry(b"D"));
    let page = destination
        .and_then(Object::as_array)
        .and_then(|list| list.first()?.as_reference());
    let page = page.and_then(|page| file.ids.iter().position(|id| *id == page));
    page.map_or("nowhere".to_owned(), |page| format!("page {}", page + 1))
}

/// The first fact that only one has.
fn apart(one: &[String], other: &[String]) -> Option<String> {
    let at = (0..one.len().max(other.len())).find(|at| one.get(*at) != other.get(*at))?;
    let fact = |facts: &[String]| facts.get(at).map_or("nothing".to_owned(), String::clone);
    Some(format!("{} and {}", fact(one), fact(other)))
}

/// Where two outlines part.
fn structure(one: &[String], other: &[String]) -> Option<String> {
    let at = (0..one.len().max(other.len())).find(|at| one.get(*at) != other.get(*at))?;
    let element = |tree: &[String]| {
        tree.get(at)
            .map_or("its end", |line| line.trim())
            .to_owned()
    };
    let (here, there) = (element(one), element(other));
    Some(format!(
        "its structure, element {}: {here} and {there}",
        at + 1
    ))
}

/// An outline of the structure without its texts, which may be cut up in different ways.
///
/// How text is set off is cut up too: an element that only sets off text (`Strong`, `Em`, `Span`)
/// reads the same as two of its kind side by side. Typst's export begins a second one behind the
/// annotation of a link that goes on on the next line; ours does not. In a footnote it does not count
/// at all: there Typst's export also sets off what is set off in the text over the end of the page.
///
/// A part of a file is no difference either: ours has one for each document of a collection.
fn tree(outline: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut parts = false;
    // The last element at each depth; `None` if text of the element round it came later.
    let mut last: Vec<Option<&str>> = Vec::new();
    let mut note = None;
    for line in outline.lines().filter(|line| !line.trim().is_empty()) {
        let name = &line[..line.find('"').unwrap_or(line.len())];
        let mut depth = (line.len() - line.trim_start().len()) / 2;
        let name = Some(name.trim()).filter(|name| !name.is_empty());
        if depth == 1 {
            parts = name == Some("Part");
        }
        if parts {
            // As if its content were the document's.
            depth -= 1;
            if depth == 0 {
                continue;
            }
        }
        let in_note = note.is_some_and(|note| depth > note);
        if !in_note {
            note = (name == Some("Note")).then_some(depth);
        }
        let sets_off = name.is_some_and(|name| SETS_OFF.contains(&name));
        if sets_off && (in_note || last.get(depth).is_some_and(|before| *before == name)) {
            continue;
        }
        last.resize(depth, None);
        last.push(name);
        out.extend(name.map(|name| format!("{:1$}{name}", "", depth * 2)));
    }
    out
}

/// Elements that only set off text.
const SETS_OFF: [&str; 3] = ["Strong", "Em", "Span"];

/// Compares page by page.
fn pixels(one: &Pdf, other: &Pdf) -> Option<String> {
    let (pages, others) = (one.pages(), other.pages());
    pages
        .iter()
        .zip(others.iter())
        .enumerate()
        .find_map(|(at, (page, other))| {
            let parts = |scale: f32| {
                let [page, other] = [page, other].map(|page| {
                    with_pixels(page, &RenderCache::new(), false, scale, |pixmap| {
                        Grey::of(usize::from(pixmap.width()), pixmap.data_as_u8_slice())
                    })
                });
                page.parts_from(&other).or_else(|| other.parts_from(&page))
            };
            let (x, y) = parts(SCALE)?;
            // Moved by 0.004 pt, a single pixel in the eye of an `a` was paler by 32 levels: the
            // renderer decides anew how it flattens a curve. What the files show is seen at any
            // resolution, such a pixel is not.
            parts(SECOND_LOOK)?;
            let mm = |pixels: usize| pixels as f32 / SCALE * 25.4 / 72.0;
            Some(format!(
                "page {} at {:.0} mm across and {:.0} mm down",
                at + 1,
                mm(x),
                mm(y)
            ))
        })
}

/// How pale each pixel of a page is.
struct Grey {
    width: usize,
    levels: Vec<u8>,
}

impl Grey {
    /// From four bytes a pixel.
    fn of(width: usize, pixels: &[u8]) -> Self {
        let (pixels, _) = pixels.as_chunks::<4>();
        let level = |[red, green, blue, _]: &[u8; 4]| {
            ((u16::from(*red) + u16::from(*green) + u16::from(*blue)) / 3) as u8
        };
        Self {
            width,
            levels: pixels.iter().map(level).collect(),
        }
    }

    /// The first pixel that is darker or paler than all round its place in the other page.
    fn parts_from(&self, other: &Self) -> Option<(usize, usize)> {
        if self.width != other.width || self.levels.len() != other.levels.len() {
            return Some((0, 0));
        }
        let height = self.levels.len().checked_div(self.width)?;
        (0..self.levels.len()).find_map(|at| {
            let level = self.levels[at];
            // Most of a page is white in both.
            if level == other.levels[at] {
                return None;
            }
            let (x, y) = (at % self.width, at / self.width);
            let (mut darkest, mut palest) = (u8::MAX, 0);
            for row in y.saturating_sub(1)..(y + 2).min(height) {
                for column in x.saturating_sub(1)..(x + 2).min(self.width) {
                    let level = other.levels[row * self.width + column];
                    darkest = darkest.min(level);
                    palest = palest.max(level);
                }
            }
            let apart = darkest
                .saturating_sub(level)
                .max(level.saturating_sub(palest));
            (apart > APART).then_some((x, y))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Grey, said, tree};
    use crate::said::line::Line;
    use crate::said::line::Role;

    #[test]
    fn where_a_word_without_end_is_broken_nothing_is_said() {
        let line = |text: &str| {
            let (role, depth, label) = (Role::Paragraph, 0, None);
            let text = text.to_owned();
            said(&[Line {
                role,
                depth,
                label,
                text,
            }])
        };
        assert_eq!(line("BERST\nAD"), line("BERST\u{200B}AD"));
        assert_eq!(line("BERST\nAD"), line("BERSTAD"));
        // Words are kept apart by what the file says, at a line break too.
        assert_ne!(line("BERST AD"), line("BERST\nAD"));
        assert_ne!(line("BERST \nAD"), line("BERST\nAD"));
    }

    #[test]
    fn text_that_is_set_off_may_be_cut_up_and_nothing_else() {
        let one = "Document\n  P \"a\"\n    Strong \"b\"\n    Link\n      Strong \"c\" \"d\"\n";
        let two = "Document\n  P \"a\"\n    Strong \"b\"\n    Link\n      Strong \"c\"\n      Strong \"d\"\n";
        assert_eq!(tree(one), tree(two));
        let nested = |inner: &str| format!("Document\n  P\n    Em\n      Strong \"b\"\n{inner}");
        assert_eq!(
            tree(&nested("    Em\n      Strong \"c\"\n")),
            tree(&nested(""))
        );
        // In a footnote, and not behind it.
        let noted = |inner: &str, behind: &str| {
            format!("Document\n  P\n    Note\n      {inner}\n    {behind} \"c\"\n")
        };
        let plain = noted("Span \"b\"", "Em");
        assert_eq!(tree(&noted("Em\n        Span \"b\"", "Em")), tree(&plain));
        assert_ne!(tree(&noted("Span \"b\"", "Strong")), tree(&plain));
        // A collection with parts, and one without.
        let parted = "Document\n  Part\n    P \"a\"\n  Part\n    P\n      Em \"b\"\n";
        let flat = "Document\n  P \"a\"\n  P\n    Em \"b\"\n";
        assert_eq!(tree(parted), tree(flat));
        // Text that is not set off between them, another element, another depth.
        assert_ne!(
            tree(two),
            tree(&two.replace("      Strong \"d\"", "      \"c\"\n      Strong \"d\""))
        );
        assert_ne!(
            tree(two),
            tree(&two.replace("      Strong \"d\"", "      Em \"d\""))
        );
        assert_ne!(
            tree(two),
            tree(&two.replace("      Strong \"d\"", "    Strong \"d\""))
        );
        assert_ne!(
            tree("Document\n  P \"a\"\n"),
            tree("Document\n  P \"a\"\n  P \"b\"\n")
        );
    }

    #[test]
    fn a_pixel_may_move_a_little_and_not_far() {
        let page = |dark: usize| {
            let mut levels = vec![255; 100];
            levels[dark] = 0;
            Grey { width: 10, levels }
        };
        assert_eq!(page(45).parts_from(&page(45)), None);
        assert_eq!(page(45).parts_from(&page(46)), None);
        assert_eq!(page(45).parts_from(&page(48)), Some((5, 4)));
        assert_eq!(page(48).parts_from(&page(45)), Some((8, 4)));
    }
}
