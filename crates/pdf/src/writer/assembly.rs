//! A file in the making: pages, structure elements and the ways between them (ISO 32000-1, 7.7.3
//! and 14.7).

use super::file::{File, Id};
use super::number::{integer, number, reference, references, text_string};
use super::scan::{PageScan, Scan};
use super::stream::Streams;
use super::tree::{Element, Entry, Piece};
use super::{Info, Unsupported};

/// A file whose pages are known.
pub(super) struct Making {
    pub(super) file: File,
    /// The pages.
    pub(super) pages: Vec<Id>,
    /// The annotations of each page, with the element to which each belongs.
    pub(super) annotations: Vec<Vec<(Id, Id)>>,
    /// For each page, the element of each marked-content sequence.
    pub(super) parents: Vec<Vec<Id>>,
    /// The notes.
    pub(super) notes: Vec<Id>,
}
impl Making {
    pub(super) fn reserve_annotations(&mut self, scans: &[&Scan]) {
        for page in scans.iter().flat_map(|scan| &scan.pages) {
            let annotations = page.links.iter().map(|_| (self.file.reserve(), 0));
            self.annotations.push(annotations.collect());
            self.parents.push(vec![0; page.sequences]);
        }
    }

    /// The structure elements; gives the document's. Of several documents in a file each is a part
    /// with its title and, where it is not the file's, its language (14.8.4.2).
    ///
    /// # Errors
    /// Content or a link is in no element.
    pub(super) fn structure(
        &mut self,
        scans: &[&Scan],
        parent: Id,
        info: &Info<'_>,
    ) -> Result<Id, Unsupported> {
        let root = self.file.reserve();
        let mut kids = Vec::new();
        let mut first = 0;
        for (at, scan) in scans.iter().enumerate() {
            let is_foreign = scan.locale != info.locale;
            let part = (scans.len() > 1 || is_foreign).then(|| self.file.reserve());
            let mut own = Vec::new();
            for element in &scan.elements {
                own.push(self.element(element, part.unwrap_or(root), first));
            }
            first += scan.pages.len();
            let Some(part) = part else {
                kids.extend(own);
                continue;
            };
            let mut out = b"<</S/Part/P ".to_vec();
            reference(&mut out, root);
            if let Some(title) = info.parts.get(at).filter(|title| !title.is_empty()) {
                out.extend(b"/T");
                text_string(&mut out, title);
            }
            if is_foreign {
                out.extend(b"/Lang");
                text_string(&mut out, &scan.locale.rfc_3066());
            }
            out.extend(b"/K[");
            references(&mut out, own);
            out.extend(b"]>>");
            self.file.put_own(part, out);
            kids.push(part);
        }
        let mut object = b"<</S/Document/P ".to_vec();
        reference(&mut object, parent);
        object.extend(b"/K[");
        references(&mut object, kids);
        object.extend(b"]>>");
        self.file.put(root, object);
        let owned = self.parents.iter().all(|page| !page.contains(&0))
            && self
                .annotations
                .iter()
                .flatten()
                .all(|(_, owner)| *owner != 0);
        match owned {
            true => Ok(root),
            false => Err(Unsupported("content that is in no element")),
        }
    }

    /// One element and all in it; `first` is the number of the document's first page.
    pub(super) fn element(&mut self, element: &Element, parent: Id, first: usize) -> Id {
        let id = self.file.reserve();
        let home = element.kids.iter().find_map(|kid| match kid {
            Piece::Content(page, _) => Some(page + first),
            Piece::Element(_) | Piece::Annotation(..) => None,
        });
        let mut out = Vec::with_capacity(64);
        out.extend(b"<</S/");
        out.extend(element.kind.as_bytes());
        out.extend(b"/P ");
        reference(&mut out, parent);
        if let Some(page) = home {
            out.extend(b"/Pg ");
            reference(&mut out, self.pages[page]);
        }
        for entry in &element.entries {
            match entry {
                Entry::Title(title) => {
                    out.extend(b"/T");
                    text_string(&mut out, title);
                }
                Entry::Numbering(name) => {
                    out.extend(format!("/A<</O/List/ListNumbering/{name}>>").as_bytes());
                }
                Entry::Alternative(words) => {
                    out.extend(b"/Alt");
                    text_string(&mut out, words);
                }
                Entry::Bounds(sides) => {
                    out.extend(b"/A<</O/Layout/Placement/Block/BBox");
                    rectangle(&mut out, sides);
                    out.extend(b">>");
                }
                Entry::Scope => out.extend(b"/A<</O/Table/Scope/Column>>"),
                Entry::Block => out.extend(b"/A<</O/Layout/Placement/Block>>"),
                Entry::Language(language) => {
                    out.extend(b"/Lang");
                    text_string(&mut out, language);
                }
                Entry::Id => {
                    self.notes.push(id);
                    out.extend(format!("/ID({})", note_id(self.notes.len())).as_bytes());
                }
            }
        }
        match element.kids.as_slice() {
            [] => {}
            [_] => out.extend(b"/K "),
            _ => out.extend(b"/K["),
        }
        for (at, kid) in element.kids.iter().enumerate() {
            if at > 0 {
                out.push(b' ');
            }
            match kid {
                Piece::Element(kid) => {
                    let kid = self.element(kid, id, first);
                    reference(&mut out, kid);
                }
                Piece::Content(page, number) => {
                    let page = page + first;
                    self.parents[page][*number] = id;
                    if home == Some(page) {
                        integer(&mut out, *number as u64);
                    } else {
                        out.extend(b"<</Type/MCR/Pg ");
                        reference(&mut out, self.pages[page]);
                        out.extend(b"/MCID ");
                        integer(&mut out, *number as u64);
                        out.extend(b">>");
                    }
                }
                Piece::Annotation(page, at) => {
                    let page = page + first;
                    let annotation = &mut self.annotations[page][*at];
                    annotation.1 = id;
                    out.extend(b"<</Type/OBJR/Pg ");
                    reference(&mut out, self.pages[page]);
                    out.extend(b"/Obj ");
                    reference(&mut out, annotation.0);
                    out.extend(b">>");
                }
            }
        }
        if element.kids.len() > 1 {
            out.push(b']');
        }
        out.extend(b">>");
        self.file.put(id, out);
        id
    }

    pub(super) fn pages(
        &mut self,
        scans: &[&Scan],
        parent: Id,
        (fonts, images): (&[Option<Id>], &[Vec<Id>]),
        streams: &Streams,
    ) {
        let mut at = 0;
        for (scan, images) in scans.iter().zip(images) {
            for page in &scan.pages {
                self.page(at, page, parent, (fonts, images), streams);
                at += 1;
            }
        }
    }

    pub(super) fn page(
        &mut self,
        at: usize,
        page: &PageScan,
        parent: Id,
        (fonts, images): (&[Option<Id>], &[Id]),
        streams: &Streams,
    ) {
        let content = streams.deflated(&page.content);
        let content = self.file.stream("/Filter/FlateDecode", content);
        let mut out = format!("<</Type/Page/Parent {parent} 0 R/MediaBox[0 0 ").into_bytes();
        number(&mut out, page.size.0);
        out.push(b' ');
        number(&mut out, page.size.1);
        out.extend(format!("]/Contents {content} 0 R/Resources<</Font<<").as_bytes());
        let mut faces = page.faces.clone();
        faces.sort_unstable();
        for face in faces {
            if let Some(id) = fonts[face] {
                out.extend(b"/F");
                integer(&mut out, face as u64);
                out.push(b' ');
                reference(&mut out, id);
            }
        }
        out.extend(b">>");
        if !page.images.is_empty() {
            out.extend(b"/XObject<<");
            for image in &page.images {
                out.extend(format!("/I{image} {} 0 R", images[*image]).as_bytes());
            }
            out.extend(b">>");
        }
        out.extend(format!(">>/Tabs/S/StructParents {at}").as_bytes());
        let annotations = &self.annotations[at];
        if !annotations.is_empty() {
            out.extend(b"/Annots[");
            references(&mut out, annotations.iter().map(|(id, _)| *id));
            out.push(b']');
        }
        out.extend(b">>");
        self.file.put(self.pages[at], out);
    }
    /// The root of the structure tree with its ways back (14.7.4.4).
    pub(super) fn parent_tree(&mut self, id: Id, root: Id) {
        let mut out = b"<</Type/StructTreeRoot/K ".to_vec();
        reference(&mut out, root);
        out.extend(b"/ParentTree<</Nums[");
        for (key, parents) in self.parents.iter().enumerate() {
            integer(&mut out, key as u64);
            out.push(b'[');
            references(&mut out, parents.iter().copied());
            out.push(b']');
        }
        let owners = self.annotations.iter().flatten().map(|(_, owner)| *owner);
        let mut next = self.parents.len();
        for (at, owner) in owners.enumerate() {
            if at > 0 {
                out.push(b' ');
            }
            integer(&mut out, next as u64);
            out.push(b' ');
            reference(&mut out, owner);
            next += 1;
        }
        out.extend(b"]>>/ParentTreeNextKey ");
        integer(&mut out, next as u64);
        out.extend(b"/RoleMap<</Strong/Span/Em/Span>>");
        if !self.notes.is_empty() {
            let mut names: Vec<(String, Id)> = self
                .notes
                .iter()
                .enumerate()
                .map(|(at, id)| (note_id(at + 1), *id))
                .collect();
            names.sort();
            let list: String = names
                .iter()
                .map(|(name, id)| format!("({name}){id} 0 R"))
                .collect();
            out.extend(format!("/IDTree<</Names[{list}]>>").as_bytes());
        }
        out.extend(b">>");
        self.file.put(id, out);
    }
}

/// An array of coordinates, in thousandths of a point.
pub(super) fn rectangle(out: &mut Vec<u8>, sides: &[i64]) {
    out.push(b'[');
    for (at, side) in sides.iter().enumerate() {
        if at > 0 {
            out.push(b' ');
        }
        number(out, *side);
    }
    out.push(b']');
}

/// The id of a note, from 1.
fn note_id(number: usize) -> String {
    format!("noot-{number:04}")
}
