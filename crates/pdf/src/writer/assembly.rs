//! A file in the making: pages, structure elements and the ways between them (ISO 32000-1, 7.7.3
//! and 14.7).

use super::file::{File, Id};
use super::number::{number, text_string};
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
            let mut out = format!("<</S/Part/P {root} 0 R").into_bytes();
            if let Some(title) = info.parts.get(at).filter(|title| !title.is_empty()) {
                out.extend(b"/T");
                text_string(&mut out, title);
            }
            if is_foreign {
                out.extend(b"/Lang");
                text_string(&mut out, &scan.locale.rfc_3066());
            }
            out.extend(format!("/K[{}]>>", references(&own)).as_bytes());
            self.file.put_own(part, out);
            kids.push(part);
        }
        let object = format!("<</S/Document/P {parent} 0 R/K[{}]>>", references(&kids));
        self.file.put(root, object.into());
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
        let mut out = format!("<</S/{}/P {parent} 0 R", element.kind).into_bytes();
        if let Some(page) = home {
            out.extend(format!("/Pg {} 0 R", self.pages[page]).as_bytes());
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
        let mut kids = Vec::with_capacity(element.kids.len());
        for kid in &element.kids {
            kids.push(match kid {
                Piece::Element(kid) => format!("{} 0 R", self.element(kid, id, first)),
                Piece::Content(page, number) => {
                    let page = page + first;
                    self.parents[page][*number] = id;
                    if home == Some(page) {
                        number.to_string()
                    } else {
                        format!("<</Type/MCR/Pg {} 0 R/MCID {number}>>", self.pages[page])
                    }
                }
                Piece::Annotation(page, at) => {
                    let page = page + first;
                    let annotation = &mut self.annotations[page][*at];
                    annotation.1 = id;
                    format!(
                        "<</Type/OBJR/Pg {} 0 R/Obj {} 0 R>>",
                        self.pages[page], annotation.0
                    )
                }
            });
        }
        match kids.as_slice() {
            [] => {}
            [kid] => out.extend(format!("/K {kid}").as_bytes()),
            kids => out.extend(format!("/K[{}]", kids.join(" ")).as_bytes()),
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
                out.extend(format!("/F{face} {id} 0 R").as_bytes());
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
        let annotations: Vec<String> = self.annotations[at]
            .iter()
            .map(|(id, _)| format!("{id} 0 R"))
            .collect();
        if !annotations.is_empty() {
            out.extend(format!("/Annots[{}]", annotations.join(" ")).as_bytes());
        }
        out.extend(b">>");
        self.file.put(self.pages[at], out);
    }
    /// The root of the structure tree with its ways back (14.7.4.4).
    pub(super) fn parent_tree(&mut self, id: Id, root: Id) {
        let mut numbers = String::new();
        for (key, parents) in self.parents.iter().enumerate() {
            let list: Vec<String> = parents.iter().map(|id| format!("{id} 0 R")).collect();
            numbers.push_str(&format!("{key}[{}]", list.join(" ")));
        }
        let owners = self.annotations.iter().flatten().map(|(_, owner)| owner);
        let mut next = self.parents.len();
        for owner in owners {
            numbers.push_str(&format!("{next} {owner} 0 R "));
            next += 1;
        }
        let mut out = format!(
            "<</Type/StructTreeRoot/K {root} 0 R/ParentTree<</Nums[{}]>>/ParentTreeNextKey {next}\
             /RoleMap<</Strong/Span/Em/Span>>",
            numbers.trim_end()
        );
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
            out.push_str(&format!("/IDTree<</Names[{list}]>>"));
        }
        out.push_str(">>");
        self.file.put(id, out.into());
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

fn references(ids: &[Id]) -> String {
    let list: Vec<String> = ids.iter().map(|id| format!("{id} 0 R")).collect();
    list.join(" ")
}

/// The id of a note, from 1.
fn note_id(number: usize) -> String {
    format!("noot-{number:04}")
}
