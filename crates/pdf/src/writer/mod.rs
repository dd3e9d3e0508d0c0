//! Pages to files (PDF/A-2a, ISO 19005-2, and PDF/UA-1, ISO 14289-1) without Typst's own export.
//!
//! Typst's export makes each file from its pages anew. A pack shows each page twice, in a part and
//! in the whole, and most pages say the same to every municipality; here each page is read once,
//! glyphs keep the numbers of their font, and what was deflated or cut down before is taken from
//! memory. Typst's export stays: it makes what this does not know ([`Unsupported`] says what), and
//! the tests hold the two against each other.
//!
//! | module | what |
//! |---|---|
//! | `scan` | reads the pages |
//! | `content` | their content streams |
//! | `tree` | the logical structure |
//! | `face` | fonts, cut down |
//! | `image` | pictures |
//! | `xmp` | metadata |
//! | `file` | objects, object streams, cross-references |

mod content;
mod face;
mod file;
mod image;
mod scan;
mod stream;
mod tree;
mod xmp;

use std::sync::Arc;

use typst::text::{Font, Locale};
use typst::visualize::Image;
use typst_layout::Page;

use content::{number, text_string};
use face::{Faces, Used};
use file::{File, Id};
use image::Images;
use scan::{Bookmark, Link, PageScan, Target};
use stream::{Streams, deflate};
use tree::{Element, Entry, Piece};

pub(crate) use scan::Scan;

/// What this writer leaves to Typst's export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unsupported(pub(crate) &'static str);

/// What a file says of itself.
pub(crate) struct Info<'a> {
    /// The title.
    pub(crate) title: &'a str,
    /// The author; may be empty.
    pub(crate) author: &'a str,
    /// The key word; may be empty.
    pub(crate) keyword: &'a str,
    /// What it is about; may be empty.
    pub(crate) description: &'a str,
    /// The program.
    pub(crate) creator: &'a str,
    /// The language tag.
    pub(crate) language: &'a str,
    /// Year, month and day.
    pub(crate) date: (i32, u8, u8),
    /// What tells the file from all others.
    pub(crate) ident: [u8; 16],
}

impl Info<'_> {
    fn pdf_date(&self) -> String {
        let (year, month, day) = self.date;
        format!("(D:{year:04}{month:02}{day:02}000000Z)")
    }

    fn xmp_date(&self) -> String {
        let (year, month, day) = self.date;
        format!("{year:04}-{month:02}-{day:02}T00:00:00+00:00")
    }
}

/// Writes files for one renderer.
pub(crate) struct Writer {
    faces: Faces,
    streams: Streams,
    images: Images,
    /// The deflated colour profile of the output intent: sRGB.
    profile: Arc<Vec<u8>>,
}

impl Writer {
    /// A writer for documents in these fonts, with this colour profile (three components).
    pub(crate) fn new(fonts: &[Font], profile: &[u8]) -> Self {
        Self {
            faces: Faces::new(fonts),
            streams: Streams::default(),
            images: Images::default(),
            profile: Arc::new(deflate(profile)),
        }
    }

    /// Reads the pages of a document.
    ///
    /// # Errors
    /// What stands in them that this writer does not know.
    pub(crate) fn scan(&self, pages: &[Page], locale: Locale) -> Result<Scan, Unsupported> {
        scan::scan(pages, &self.faces, locale)
    }

    /// Writes documents, one after the other, as one file.
    ///
    /// # Errors
    /// A font that cannot be cut down.
    pub(crate) fn write(&self, scans: &[&Scan], info: &Info<'_>) -> Result<Vec<u8>, Unsupported> {
        let mut file = File::default();
        let [catalog, about, pages, structure] = [(); 4].map(|()| file.reserve());
        let fonts = self.fonts(&mut file, scans)?;
        let images = self.images(&mut file, scans)?;
        let mut making = Making {
            pages: scans
                .iter()
                .flat_map(|scan| &scan.pages)
                .map(|_| file.reserve())
                .collect(),
            annotations: vec![],
            parents: vec![],
            notes: vec![],
            file,
        };
        making.reserve_annotations(scans);
        let root = making.structure(scans, structure);
        making.pages(scans, pages, (&fonts, &images), &self.streams);
        making.annotations(scans);
        making.parent_tree(structure, root);
        let outline = making.outline(scans);
        let Making {
            mut file,
            pages: kids,
            ..
        } = making;

        let list: String = kids.iter().map(|id| format!("{id} 0 R ")).collect();
        file.put(
            pages,
            format!(
                "<</Type/Pages/Count {}/Kids[{}]>>",
                kids.len(),
                list.trim_end()
            )
            .into(),
        );
        let metadata = file.stream("/Type/Metadata/Subtype/XML", Arc::new(xmp::packet(info)));
        let profile = file.stream(
            "/N 3/Range[0 1 0 1 0 1]/Filter/FlateDecode",
            self.profile.clone(),
        );
        let mut dictionary = format!(
            "<</Type/Catalog/Pages {pages} 0 R/Metadata {metadata} 0 R/StructTreeRoot {structure} 0 R\
             /MarkInfo<</Marked true/Suspects false>>/ViewerPreferences<</DisplayDocTitle true>>\
             /OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)\
             /Info(sRGB)/RegistryName()/DestOutputProfile {profile} 0 R>>]/Lang"
        )
        .into_bytes();
        text_string(&mut dictionary, info.language);
        if let Some(outline) = outline {
            dictionary.extend(format!("/Outlines {outline} 0 R").as_bytes());
        }
        dictionary.extend(b">>");
        file.put(catalog, dictionary);
        file.put(about, about_dictionary(info));
        let ident: String = info
            .ident
            .iter()
            .map(|byte| format!("{byte:02X}"))
            .collect();
        let trailer = format!("/Root {catalog} 0 R/Info {about} 0 R/ID[<{ident}><{ident}>]");
        Ok(file.finish(&trailer, &self.streams))
    }

    /// The pictures of each document; one that stands in several is written once.
    fn images(&self, file: &mut File, scans: &[&Scan]) -> Result<Vec<Vec<Id>>, Unsupported> {
        let mut written: Vec<(&Image, Id)> = Vec::new();
        let mut all = Vec::with_capacity(scans.len());
        for scan in scans {
            let mut ids = Vec::with_capacity(scan.images.len());
            for image in &scan.images {
                let known = written.iter().find(|(other, _)| *other == image);
                let id = match known {
                    Some((_, id)) => *id,
                    None => self.images.add(file, image)?,
                };
                written.push((image, id));
                ids.push(id);
            }
            all.push(ids);
        }
        Ok(all)
    }

    /// The fonts of a file, by the number of their face.
    fn fonts(&self, file: &mut File, scans: &[&Scan]) -> Result<Vec<Option<Id>>, Unsupported> {
        let mut fonts = vec![None; self.faces.len()];
        for (at, font) in fonts.iter_mut().enumerate() {
            let mut used = Used::default();
            for scan in scans {
                used.join(&scan.used[at])?;
            }
            if used == Used::default() {
                continue;
            }
            let face = self
                .faces
                .get(at)
                .ok_or(Unsupported("a font of another kind"))?;
            let subset = face.subset(&used)?;
            let name = &subset.name;
            let program = Arc::new(subset.program.clone());
            let (kind, key, entries) = if face.is_cff() {
                (
                    0,
                    "FontFile3",
                    "/Subtype/CIDFontType0C/Filter/FlateDecode".to_owned(),
                )
            } else {
                (
                    2,
                    "FontFile2",
                    format!("/Length1 {}/Filter/FlateDecode", subset.length),
                )
            };
            let program = file.stream(entries, program);
            let mut descriptor = face.descriptor(name);
            descriptor.extend(format!("/{key} {program} 0 R>>").as_bytes());
            let descriptor = file.add(descriptor);
            let mut cid = format!(
                "<</Type/Font/Subtype/CIDFontType{kind}/BaseFont/{name}\
                 /CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>\
                 /FontDescriptor {descriptor} 0 R/DW 0/W"
            )
            .into_bytes();
            cid.extend(&subset.widths);
            if let Some(map) = &subset.map {
                let map = file.stream("/Filter/FlateDecode", Arc::new(map.clone()));
                cid.extend(format!("/CIDToGIDMap {map} 0 R").as_bytes());
            }
            cid.extend(b">>");
            let cid = file.add(cid);
            let characters =
                file.stream("/Filter/FlateDecode", Arc::new(subset.characters.clone()));
            let suffix = if face.is_cff() { "-Identity-H" } else { "" };
            *font = Some(
                file.add(
                    format!(
                        "<</Type/Font/Subtype/Type0/BaseFont/{name}{suffix}/Encoding/Identity-H\
                     /DescendantFonts[{cid} 0 R]/ToUnicode {characters} 0 R>>"
                    )
                    .into(),
                ),
            );
        }
        Ok(fonts)
    }
}

/// The document information dictionary (ISO 32000-1, 14.3.3).
fn about_dictionary(info: &Info<'_>) -> Vec<u8> {
    let mut out = b"<<".to_vec();
    for (key, text) in [
        ("Title", info.title),
        ("Author", info.author),
        ("Keywords", info.keyword),
        ("Subject", info.description),
        ("Creator", info.creator),
    ] {
        if !text.is_empty() {
            out.extend(format!("/{key}").as_bytes());
            text_string(&mut out, text);
        }
    }
    let date = info.pdf_date();
    out.extend(format!("/CreationDate{date}/ModDate{date}>>").as_bytes());
    out
}

/// A file whose pages are known.
struct Making {
    file: File,
    /// The pages.
    pages: Vec<Id>,
    /// The annotations of each page, with the element to which each belongs.
    annotations: Vec<Vec<(Id, Id)>>,
    /// For each page, the element of each marked-content sequence.
    parents: Vec<Vec<Id>>,
    /// The notes.
    notes: Vec<Id>,
}

impl Making {
    fn reserve_annotations(&mut self, scans: &[&Scan]) {
        for page in scans.iter().flat_map(|scan| &scan.pages) {
            let annotations = page.links.iter().map(|_| (self.file.reserve(), 0));
            self.annotations.push(annotations.collect());
            self.parents.push(vec![0; page.sequences]);
        }
    }

    /// The structure elements; gives the document's.
    fn structure(&mut self, scans: &[&Scan], parent: Id) -> Id {
        let root = self.file.reserve();
        let mut kids = Vec::new();
        let mut first = 0;
        for scan in scans {
            for element in &scan.elements {
                kids.push(self.element(element, root, first));
            }
            first += scan.pages.len();
        }
        let list: Vec<String> = kids.iter().map(|id| format!("{id} 0 R")).collect();
        let object = format!("<</S/Document/P {parent} 0 R/K[{}]>>", list.join(" "));
        self.file.put(root, object.into());
        root
    }

    /// One element and all in it; `first` is the number of the document's first page.
    fn element(&mut self, element: &Element, parent: Id, first: usize) -> Id {
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

    fn pages(
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

    fn page(
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

    /// The link annotations. Their keys in the parent tree come after those of the pages.
    fn annotations(&mut self, scans: &[&Scan]) {
        let mut key = self.pages.len();
        let (mut first, mut at) = (0, 0);
        for scan in scans {
            for page in &scan.pages {
                for (link, place) in page.links.iter().zip(0..) {
                    let (id, _) = self.annotations[at][place];
                    let object = self.link(link, first, key);
                    self.file.put(id, object);
                    key += 1;
                }
                at += 1;
            }
            first += scan.pages.len();
        }
    }

    fn link(&self, link: &Link, first: usize, key: usize) -> Vec<u8> {
        let Link {
            rectangles,
            target,
            words,
        } = link;
        let extreme = |at: usize, most: bool| {
            let sides = rectangles.iter().map(|rectangle| rectangle[at]);
            if most { sides.max() } else { sides.min() }.unwrap_or(0)
        };
        let around = [
            extreme(0, false),
            extreme(1, false),
            extreme(2, true),
            extreme(3, true),
        ];
        let mut out = b"<</Type/Annot/Subtype/Link/F 4/Border[0 0 0]/Rect".to_vec();
        rectangle(&mut out, &around);
        if rectangles.len() > 1 {
            let corners = |[left, bottom, right, top]: &[i64; 4]| {
                [*left, *top, *right, *top, *left, *bottom, *right, *bottom]
            };
            out.extend(b"/QuadPoints");
            rectangle(
                &mut out,
                &rectangles.iter().flat_map(corners).collect::<Vec<_>>(),
            );
        }
        out.extend(b"/Contents");
        text_string(&mut out, words);
        match target {
            Target::Url(url) => {
                out.extend(b"/A<</S/URI/URI");
                content::literal(&mut out, ascii(url).as_bytes());
                out.extend(b">>");
            }
            Target::Page(page, x, y) => {
                out.extend(b"/Dest");
                self.destination(&mut out, (page + first, *x, *y));
            }
        }
        out.extend(format!("/StructParent {key}>>").as_bytes());
        out
    }

    fn destination(&self, out: &mut Vec<u8>, (page, x, y): (usize, i64, i64)) {
        let page = self
            .pages
            .get(page)
            .or(self.pages.first())
            .copied()
            .unwrap_or(0);
        out.extend(format!("[{page} 0 R/XYZ ").as_bytes());
        number(out, x);
        out.push(b' ');
        number(out, y);
        out.extend(b" 0]");
    }

    /// The root of the structure tree with its ways back (14.7.4.4).
    fn parent_tree(&mut self, id: Id, root: Id) {
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

    /// The outline, from the headings (12.3.3).
    fn outline(&mut self, scans: &[&Scan]) -> Option<Id> {
        let mut bookmarks: Vec<(Bookmark, Id)> = Vec::new();
        let mut first = 0;
        for scan in scans {
            for bookmark in &scan.bookmarks {
                let mut bookmark = bookmark.clone();
                bookmark.at.0 += first;
                bookmarks.push((bookmark, self.file.reserve()));
            }
            first += scan.pages.len();
        }
        if bookmarks.is_empty() {
            return None;
        }
        let root = self.file.reserve();
        let (from, to, count) = self.outline_level(&bookmarks, root)?;
        let object = format!("<</Type/Outlines/First {from} 0 R/Last {to} 0 R/Count {count}>>");
        self.file.put(root, object.into());
        Some(root)
    }

    /// The entries of one level and all below them: the first, the last, and how many there are.
    fn outline_level(
        &mut self,
        bookmarks: &[(Bookmark, Id)],
        parent: Id,
    ) -> Option<(Id, Id, usize)> {
        let level = bookmarks.iter().map(|(bookmark, _)| bookmark.level).min()?;
        // What stands before the first entry of the level belongs to it all the same.
        let mut groups: Vec<&[(Bookmark, Id)]> = Vec::new();
        let mut rest = bookmarks;
        while !rest.is_empty() {
            let next = rest[1..]
                .iter()
                .position(|(bookmark, _)| bookmark.level == level);
            let (group, after) = rest.split_at(next.map_or(rest.len(), |at| at + 1));
            groups.push(group);
            rest = after;
        }
        let ids: Vec<Id> = groups.iter().map(|group| group[0].1).collect();
        let mut count = ids.len();
        for (at, group) in groups.iter().enumerate() {
            let (bookmark, id) = &group[0];
            let mut out = b"<</Title".to_vec();
            text_string(&mut out, &bookmark.title);
            out.extend(format!("/Parent {parent} 0 R").as_bytes());
            if at > 0 {
                out.extend(format!("/Prev {} 0 R", ids[at - 1]).as_bytes());
            }
            if let Some(next) = ids.get(at + 1) {
                out.extend(format!("/Next {next} 0 R").as_bytes());
            }
            if let Some((from, to, below)) = self.outline_level(&group[1..], *id) {
                out.extend(format!("/First {from} 0 R/Last {to} 0 R/Count {below}").as_bytes());
                count += below;
            }
            out.extend(b"/Dest");
            self.destination(&mut out, bookmark.at);
            out.extend(b">>");
            self.file.put(*id, out);
        }
        Some((*ids.first()?, *ids.last()?, count))
    }
}

/// An array of coordinates, in thousandths of a point.
fn rectangle(out: &mut Vec<u8>, sides: &[i64]) {
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

/// An address in ASCII (RFC 3986): other characters as the bytes of their UTF-8.
fn ascii(url: &str) -> String {
    let byte = |byte: u8| {
        if byte.is_ascii_graphic() {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    url.bytes().map(byte).collect()
}
