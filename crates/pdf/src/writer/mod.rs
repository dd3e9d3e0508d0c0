//! Pages to files (PDF/A-2a, ISO 19005-2, and PDF/UA-1, ISO 14289-1) without Typst's own export.
//!
//! Typst's export makes each file from its pages anew. A pack shows each page twice, in a part and
//! in the whole, and most pages say the same to every municipality; here each page is read once,
//! glyphs keep the numbers of their font, and what was deflated or cut down before is taken from
//! memory. Typst's export remains for files with other features ([`Unsupported`] names the first),
//! and the tests compare the two.
//!
//! | module | what |
//! |---|---|
//! | `scan`, `role` | read the pages, and what the elements on them are |
//! | `content` | their content streams |
//! | `tree` | the logical structure |
//! | `face`, `cff`, `dict` | fonts, cut down |
//! | `image` | pictures |
//! | `assembly`, `link`, `outline` | pages, structure, links and bookmarks of a file |
//! | `xmp` | metadata |
//! | `number` | numbers and strings |
//! | `file` | objects, object streams, cross-references |

mod assembly;
mod cff;
mod content;
mod dict;
mod face;
mod file;
mod image;
mod link;
mod number;
mod outline;
mod scan;
mod stream;
mod tree;
mod xmp;

use std::sync::Arc;

use typst::text::{Font, Locale};
use typst::visualize::Image;
use typst_layout::Page;
use typst_timing::{TimingScope, timed};

use assembly::Making;
use face::{Faces, Used};
use file::{File, Id};
use image::Images;
use number::text_string;
use stream::{Streams, deflate};

pub(crate) use face::is_restricted;
pub(crate) use scan::Scan;

/// A feature that this writer leaves to Typst's export, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unsupported(pub(crate) &'static str);

/// The properties of a file.
pub(crate) struct Info<'a> {
    /// The titles of the documents in it.
    pub(crate) parts: &'a [String],
    /// The title.
    pub(crate) title: &'a str,
    /// The author; may be empty.
    pub(crate) author: &'a str,
    /// The key word; may be empty.
    pub(crate) keyword: &'a str,
    /// The description; may be empty.
    pub(crate) description: &'a str,
    /// The program.
    pub(crate) creator: &'a str,
    /// The language.
    pub(crate) locale: Locale,
    /// Year, month and day.
    pub(crate) date: (i32, u8, u8),
    /// The identifier of the file, 16 bytes.
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
    /// A feature of the pages that this writer does not support.
    pub(crate) fn scan(&self, pages: &[Page], locale: Locale) -> Result<Scan, Unsupported> {
        let _scope = TimingScope::new("pdf: read pages");
        scan::scan(pages, &self.faces, locale)
    }

    /// Writes documents, one after the other, as one file.
    ///
    /// # Errors
    /// A font that cannot be cut down, a file without a title, content that is in no element.
    pub(crate) fn write(&self, scans: &[&Scan], info: &Info<'_>) -> Result<Vec<u8>, Unsupported> {
        if info.title.trim().is_empty() {
            return Err(Unsupported("a file without a title"));
        }
        let mut file = File::default();
        let [catalog, about, pages, structure] = [(); 4].map(|()| file.reserve());
        let fonts = timed!("pdf: fonts", self.fonts(&mut file, scans)?);
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
        let root = timed!("pdf: structure", making.structure(scans, structure, info)?);
        timed!(
            "pdf: page contents",
            making.pages(scans, pages, (&fonts, &images), &self.streams)
        );
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
        let profile = file.stream("/N 3/Filter/FlateDecode", self.profile.clone());
        let mut dictionary = format!(
            "<</Type/Catalog/Pages {pages} 0 R/Metadata {metadata} 0 R/StructTreeRoot {structure} 0 R\
             /MarkInfo<</Marked true>>/ViewerPreferences<</DisplayDocTitle true>>\
             /OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)\
             /Info(sRGB)/RegistryName()/DestOutputProfile {profile} 0 R>>]/Lang"
        )
        .into_bytes();
        text_string(&mut dictionary, &info.locale.rfc_3066());
        dictionary.extend(format!("/Outlines {outline} 0 R>>").as_bytes());
        file.put(catalog, dictionary);
        file.put_own(about, about_dictionary(info));
        let ident: String = info
            .ident
            .iter()
            .map(|byte| format!("{byte:02X}"))
            .collect();
        let trailer = format!("/Root {catalog} 0 R/Info {about} 0 R/ID[<{ident}><{ident}>]");
        let _scope = TimingScope::new("pdf: objects");
        Ok(file.finish(&trailer, &self.streams))
    }

    /// The pictures of each document; one that is in several is written once.
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
            let face = self.faces.get(at)?;
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
            let descriptor = file.add_own(descriptor);
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
            let cid = file.add_own(cid);
            let characters =
                file.stream("/Filter/FlateDecode", Arc::new(subset.characters.clone()));
            let suffix = if face.is_cff() { "-Identity-H" } else { "" };
            *font = Some(
                file.add_own(
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
