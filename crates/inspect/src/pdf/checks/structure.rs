//! The structure tree as a reader program uses it (ISO 32000-1, 14.7 and 14.8): each content in one
//! element and found again from its page, and each element with the entries that its type needs.

use raadspost_content::Diagnostics;
use rustc_hash::FxHashSet;

use super::{Finished, Shortened};
use crate::pdf::syntax::document::{numbers, text_string};
use crate::pdf::syntax::object::{Object, ObjectId};
use crate::pdf::tree::elements::{Element, Elements, Kid};

/// The highest number of a content of a page; each costs an entry of the parent tree.
const NUMBER_LIMIT: i64 = 1 << 16;

pub(super) fn check(finished: &Finished<'_>, elements: &Elements<'_>) -> Diagnostics {
    let mut tree = Shortened::new("pdf-structure");
    for fault in &elements.faults {
        tree.push(|| fault.clone());
    }
    let owners = owners(finished, elements, &mut tree);
    let mut keys = FxHashSet::default();
    for (page, owners) in owners.iter().enumerate() {
        contents(finished, elements, (page, owners), &mut keys, &mut tree);
    }
    annotations(finished, elements, &mut keys, &mut tree);
    for (key, _) in &elements.parents {
        if !keys.contains(key) {
            tree.push(|| {
                format!("the parent tree has the key {key}, which no page or annotation has")
            });
        }
    }
    let mut entries = Shortened::new("pdf-tag-attributes");
    parts(finished, elements, &mut entries);
    attributes(finished, elements, &mut entries);
    notes(finished, elements, &mut entries);
    let mut found = tree.finish();
    found.extend(entries.finish());
    found
}

/// By page, the element of each numbered content.
fn owners(
    finished: &Finished<'_>,
    elements: &Elements<'_>,
    found: &mut Shortened,
) -> Vec<Vec<Option<ObjectId>>> {
    let mut owners: Vec<Vec<Option<ObjectId>>> = finished
        .file
        .pages
        .iter()
        .map(|page| Vec::with_capacity(page.contents.len()))
        .collect();
    for element in &elements.all {
        for kid in &element.kids {
            let Kid::Content { page, mcid } = *kid else {
                continue;
            };
            let Some(at) = usize::try_from(mcid).ok().filter(|_| mcid < NUMBER_LIMIT) else {
                found.push(|| format!("page {}: content {mcid} has no such number", page + 1));
                continue;
            };
            let owners = &mut owners[page];
            if owners.len() <= at {
                owners.resize(at + 1, None);
            }
            // Content in two elements is told with its place, among the tags.
            owners[at] = Some(element.id);
        }
    }
    owners
}

/// Holds what a page shows against the tree, and the way back against the way there.
fn contents(
    finished: &Finished<'_>,
    elements: &Elements<'_>,
    (page, owners): (usize, &[Option<ObjectId>]),
    keys: &mut FxHashSet<i64>,
    found: &mut Shortened,
) {
    let content = &finished.file.pages[page];
    let mut begun = FxHashSet::default();
    // Numbers of a form XObject are its own.
    let own = content.contents.iter();
    for number in own.filter(|number| number.form.is_none()) {
        if !begun.insert(number.mcid) {
            found.push(|| format!("page {}: content {} begins twice", page + 1, number.mcid));
        }
    }
    let key = finished
        .pdf()
        .dictionary(finished.file.ids[page])
        .and_then(|page| page.get_deref(b"StructParents", finished.pdf()))
        .and_then(Object::as_i64);
    let Some(key) = key else {
        if owners.iter().any(Option::is_some) {
            found.push(|| format!("page {} has no key of the parent tree", page + 1));
        }
        return;
    };
    if !keys.insert(key) {
        found.push(|| {
            format!(
                "page {}: the key {key} of the parent tree is another's",
                page + 1
            )
        });
    }
    let list = elements
        .parent(key)
        .and_then(|list| finished.pdf().dereference(list))
        .and_then(|(_, list)| list.as_array());
    let list = list.unwrap_or_default();
    for at in 0..owners.len().max(list.len()) {
        let back = list.get(at).and_then(Object::as_reference);
        let there = owners.get(at).copied().flatten();
        if back != there {
            found.push(|| {
                let name = |id: Option<ObjectId>| {
                    id.map_or("no element".to_owned(), |id| format!("element {}", id.0))
                };
                format!(
                    "page {}: content {at} is in {}, and the parent tree says {}",
                    page + 1,
                    name(there),
                    name(back)
                )
            });
        }
    }
}

/// Holds the annotations that the tree names against those of the pages, and the ways back.
fn annotations(
    finished: &Finished<'_>,
    elements: &Elements<'_>,
    keys: &mut FxHashSet<i64>,
    found: &mut Shortened,
) {
    let document = finished.pdf();
    let mut owners = Vec::new();
    for element in &elements.all {
        for kid in &element.kids {
            if let Kid::Object(id) = kid {
                owners.push((*id, element));
            }
        }
    }
    let mut met = 0;
    for (page, id) in finished.file.ids.iter().enumerate() {
        let list = document
            .dictionary(*id)
            .and_then(|page| page.get_deref(b"Annots", document))
            .and_then(Object::as_array);
        for item in list.unwrap_or_default() {
            let at = || format!("page {}: an annotation", page + 1);
            let Some(id) = item.as_reference() else {
                found.push(|| format!("{} is no object of its own", at()));
                continue;
            };
            let mut own = owners.iter().filter(|(of, _)| *of == id);
            let (Some((_, owner)), None) = (own.next(), own.next()) else {
                found.push(|| format!("{} is not in one element of the tree", at()));
                continue;
            };
            met += 1;
            if owner.kind != b"Link" && owner.kind != b"Annot" && owner.kind != b"Form" {
                found.push(|| {
                    let kind = String::from_utf8_lossy(owner.kind);
                    format!("{} is in an element of the type `{kind}`", at())
                });
            }
            let key = document
                .dictionary(id)
                .and_then(|annotation| annotation.get(b"StructParent"))
                .and_then(Object::as_i64);
            let Some(key) = key else {
                found.push(|| format!("{} has no key of the parent tree", at()));
                continue;
            };
            if !keys.insert(key) {
                found.push(|| format!("{} has a key of the parent tree that is another's", at()));
            }
            if elements.parent(key).and_then(Object::as_reference) != Some(owner.id) {
                found.push(|| {
                    format!(
                        "{} is in one element, and the parent tree says another",
                        at()
                    )
                });
            }
        }
    }
    if met < owners.len() {
        found.push(|| "the tree names an annotation that no page has".to_owned());
    }
}

/// The parts of a file are its documents, each with its title and language.
fn parts(finished: &Finished<'_>, elements: &Elements<'_>, found: &mut Shortened) {
    let document = finished.pdf();
    let is_part = |element: &&Element<'_>| {
        let above = element.parent.map(|above| &elements.all[above]);
        element.kind == b"Part" && above.is_some_and(|above| above.kind == b"Document")
    };
    let parts: Vec<&Element<'_>> = elements.all.iter().filter(is_part).collect();
    // Typst's export has none.
    if parts.is_empty() {
        return;
    }
    if parts.len() != finished.documents.len() {
        found.push(|| {
            let (parts, documents) = (parts.len(), finished.documents.len());
            format!("the file has {parts} parts for {documents} documents")
        });
    }
    let file = document
        .catalog()
        .and_then(|catalog| text_string(document, catalog, b"Lang"));
    for (part, wanted) in parts.iter().zip(finished.documents) {
        let title = text_string(document, part.dictionary, b"T").unwrap_or_default();
        if title != wanted.title {
            found.push(|| {
                format!(
                    "{}: a part has the title `{title}`, not `{}`",
                    at(elements, part),
                    wanted.title
                )
            });
        }
        let language = text_string(document, part.dictionary, b"Lang").or_else(|| file.clone());
        let language = language.unwrap_or_default();
        if language != wanted.language {
            found.push(|| {
                let wanted = wanted.language;
                format!(
                    "{}: a part is in `{language}`, not in `{wanted}`",
                    at(elements, part)
                )
            });
        }
    }
}

/// The entries that each type of element needs.
fn attributes(finished: &Finished<'_>, elements: &Elements<'_>, found: &mut Shortened) {
    let document = finished.pdf();
    let text = |element: &Element<'_>, key: &[u8]| {
        text_string(document, element.dictionary, key).map(|text| text.trim().to_owned())
    };
    let mut level = 0;
    for element in &elements.all {
        let name = |attribute: Option<&Object<'_>>| {
            attribute.and_then(Object::as_name).map(<[u8]>::to_vec)
        };
        if let Some(language) = text(element, b"Lang")
            && !is_language(&language)
        {
            found.push(|| format!("{}: `{language}` is no language", at(elements, element)));
        }
        match element.kind {
            [b'H', digit @ b'1'..=b'6'] => {
                let own = digit - b'0';
                // ISO 14289-1, 7.4.2.
                if own > level + 1 {
                    found.push(|| {
                        format!(
                            "{}: a heading of level {own} comes after one of level {level}",
                            at(elements, element)
                        )
                    });
                }
                level = own;
            }
            b"Figure" => figure(finished, elements, element, found),
            b"L" => {
                let stated = name(elements.attribute(element, b"List", b"ListNumbering"));
                list(finished, elements, (element, stated.as_deref()), found);
            }
            b"TH" => {
                let scope = name(elements.attribute(element, b"Table", b"Scope"));
                if !matches!(scope.as_deref(), Some(b"Row" | b"Column" | b"Both")) {
                    found.push(|| {
                        format!("{}: a head of a table has no scope", at(elements, element))
                    });
                }
            }
            b"Table" => table(elements, element, found),
            _ => {}
        }
    }
}

/// A picture has words and a place on its sheet.
fn figure(
    finished: &Finished<'_>,
    elements: &Elements<'_>,
    element: &Element<'_>,
    found: &mut Shortened,
) {
    let document = finished.pdf();
    let words = text_string(document, element.dictionary, b"Alt").unwrap_or_default();
    if words.trim().is_empty() {
        found.push(|| format!("{}: a picture has no words", at(elements, element)));
    }
    let bounds = elements.attribute(element, b"Layout", b"BBox");
    let bounds = bounds.and_then(|bounds| numbers::<4>(document, bounds));
    let Some([left, bottom, right, top]) = bounds else {
        found.push(|| format!("{}: a picture has no box", at(elements, element)));
        return;
    };
    let page = element.kids.iter().find_map(|kid| match kid {
        Kid::Content { page, .. } => Some(*page),
        Kid::Element(_) | Kid::Object(_) => None,
    });
    let sheet = page.and_then(|page| finished.sheets.get(page));
    let sheet = sheet.copied().unwrap_or(super::sheet::A4).grown(1.0);
    let inside =
        left >= sheet.left && bottom >= sheet.bottom && right <= sheet.right && top <= sheet.top;
    if left >= right || bottom >= top || !inside {
        found.push(|| {
            format!(
                "{}: the box of a picture is empty or off its sheet",
                at(elements, element)
            )
        });
    }
    // What is drawn is where the box says.
    let (Some(page), Some(content)) = (page, page.and_then(|page| finished.file.pages.get(page)))
    else {
        return;
    };
    let numbers: Vec<i64> = element
        .kids
        .iter()
        .filter_map(|kid| match kid {
            Kid::Content { page: of, mcid } if *of == page => Some(*mcid),
            _ => None,
        })
        .collect();
    let drawn = content
        .painted
        .iter()
        .filter(|painted| match painted.belongs {
            crate::pdf::page::marks::Belongs::Content(number) => {
                number.form.is_none() && numbers.contains(&number.mcid)
            }
            _ => false,
        });
    let outside = drawn.filter(|painted| {
        let [width, height] = [
            painted.bounds.right.min(right) - painted.bounds.left.max(left),
            painted.bounds.top.min(top) - painted.bounds.bottom.max(bottom),
        ];
        width < 0.0 || height < 0.0
    });
    if outside.count() > 0 {
        found.push(|| format!("{}: a picture is not in its box", at(elements, element)));
    }
}

/// The numbering of a list is that of its labels (table 347).
///
/// Typst's own export says `Decimal` of every numbered list and `Circle` of every other; with those
/// a reader is told at least whether there are numbers.
fn list(
    finished: &Finished<'_>,
    elements: &Elements<'_>,
    (element, stated): (&Element<'_>, Option<&[u8]>),
    found: &mut Shortened,
) {
    let mut labels = Vec::new();
    for item in elements.inner(element).filter(|item| item.kind == b"LI") {
        for label in elements.inner(item).filter(|label| label.kind == b"Lbl") {
            labels.push(said(finished, elements, label));
        }
    }
    let Some(first) = labels
        .iter()
        .map(|label| label.trim())
        .find(|label| !label.is_empty())
    else {
        return;
    };
    let core = first.trim_matches(|c: char| !c.is_alphanumeric());
    let fits: &[&[u8]] = match (first, core) {
        ("•" | "●", _) => &[b"Disc", b"Circle"],
        ("◦" | "○", _) => &[b"Circle"],
        ("▪" | "■", _) => &[b"Square", b"Circle"],
        (_, "") => &[b"None", b"Circle"],
        (_, core) if core.bytes().all(|byte| byte.is_ascii_digit()) => &[b"Decimal"],
        (_, "i") => &[b"LowerRoman", b"LowerAlpha", b"Decimal"],
        (_, "I") => &[b"UpperRoman", b"UpperAlpha", b"Decimal"],
        (_, core) if core.bytes().all(|byte| byte.is_ascii_lowercase()) => {
            &[b"LowerAlpha", b"LowerRoman", b"Decimal"]
        }
        (_, core) if core.bytes().all(|byte| byte.is_ascii_uppercase()) => {
            &[b"UpperAlpha", b"UpperRoman", b"Decimal"]
        }
        _ => &[b"None", b"Decimal"],
    };
    if !stated.is_some_and(|stated| fits.contains(&stated)) {
        found.push(|| {
            let stated = stated.map_or("nothing".into(), String::from_utf8_lossy);
            format!(
                "{}: the numbering of a list whose first label is `{first}` is {stated}",
                at(elements, element)
            )
        });
    }
}

/// The text of an element and of all in it.
fn said(finished: &Finished<'_>, elements: &Elements<'_>, element: &Element<'_>) -> String {
    let mut text = String::new();
    for kid in &element.kids {
        match *kid {
            Kid::Element(number) => text += &said(finished, elements, &elements.all[number]),
            Kid::Content { page, mcid } => {
                let content = &finished.file.pages[page];
                let number = crate::pdf::page::marks::MarkedContent { form: None, mcid };
                for run in content.by_content.get(&number).into_iter().flatten() {
                    text += &content.runs[*run].text;
                }
            }
            Kid::Object(_) => {}
        }
    }
    text
}

/// The rows of a table are rows, and as long as each other where no cell spans others.
fn table(elements: &Elements<'_>, element: &Element<'_>, found: &mut Shortened) {
    let mut rows: Vec<&Element<'_>> = Vec::new();
    for kid in elements.inner(element) {
        match kid.kind {
            b"TR" => rows.push(kid),
            b"THead" | b"TBody" | b"TFoot" => rows.extend(elements.inner(kid)),
            _ => {}
        }
    }
    let mut length = None;
    for row in rows {
        let cells = elements.inner(row);
        let mut cells: Vec<&Element<'_>> = cells.collect();
        cells.retain(|cell| matches!(cell.kind, b"TH" | b"TD"));
        if row.kind != b"TR" || cells.is_empty() {
            return found.push(|| format!("{}: a row of a table is none", at(elements, element)));
        }
        let spans = |cell: &&Element<'_>| {
            [&b"ColSpan"[..], b"RowSpan"]
                .iter()
                .any(|key| elements.attribute(cell, b"Table", key).is_some())
        };
        if cells.iter().any(spans) {
            return;
        }
        if *length.get_or_insert(cells.len()) != cells.len() {
            return found.push(|| {
                format!(
                    "{}: the rows of a table are not as long as each other",
                    at(elements, element)
                )
            });
        }
    }
}

/// Each note has a name of its own, by which it is found (ISO 14289-1, 7.9).
fn notes(finished: &Finished<'_>, elements: &Elements<'_>, found: &mut Shortened) {
    let document = finished.pdf();
    let mut names = FxHashSet::default();
    for note in elements
        .all
        .iter()
        .filter(|element| element.kind == b"Note")
    {
        match text_string(document, note.dictionary, b"ID") {
            None => found.push(|| format!("{}: a note has no name", at(elements, note))),
            Some(name) => {
                if !names.insert(name.clone()) {
                    found.push(|| {
                        format!("{}: two notes have the name `{name}`", at(elements, note))
                    });
                }
            }
        }
    }
    if names.is_empty() {
        return;
    }
    let root = document
        .catalog()
        .and_then(|catalog| catalog.get_deref(b"StructTreeRoot", document)?.as_dict());
    if root.is_none_or(|root| root.get_deref(b"IDTree", document).is_none()) {
        found.push(|| "the notes of the file are not found by their names".to_owned());
    }
}

/// Where an element is: the page of the first content in it.
fn at(elements: &Elements<'_>, element: &Element<'_>) -> String {
    fn page(elements: &Elements<'_>, element: &Element<'_>) -> Option<usize> {
        element.kids.iter().find_map(|kid| match *kid {
            Kid::Content { page, .. } => Some(page),
            Kid::Element(number) => page(elements, &elements.all[number]),
            Kid::Object(_) => None,
        })
    }
    match page(elements, element) {
        Some(page) => format!("page {}", page + 1),
        None => format!("element {}", element.id.0),
    }
}

/// Whether a language tag is well-formed as far as documents have them (RFC 5646, 2.1): a language of
/// two or three letters, and subtags of up to eight letters and digits.
pub(super) fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let language = parts.next().unwrap_or_default();
    matches!(language.len(), 2 | 3)
        && language.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}
