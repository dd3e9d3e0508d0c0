//! What stands round the text of a page: header, footer and the page itself, ready to be put into
//! a package. It comes from a logo or from a reference document, and is finished and deflated
//! once, however many documents carry it.

use std::sync::Arc;

use raadspost_content::Logo;

use crate::package::{Deflater, Entry, OFFICE, of_word, relationship_root};
use crate::xml::{Element, R, W, value};

/// Namespace of drawings in a text (ECMA-376 20.4).
const WP: &str = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing";
/// Namespace of DrawingML (20.1).
const A: &str = "http://schemas.openxmlformats.org/drawingml/2006/main";
/// Namespace of pictures (20.2).
const PIC: &str = "http://schemas.openxmlformats.org/drawingml/2006/picture";
/// English Metric Units in a mm (20.1.10.16).
const EMU: f64 = 36_000.0;

/// Kinds of pictures by extension, and their content types.
const PICTURES: [(&str, &str); 10] = [
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("gif", "image/gif"),
    ("bmp", "image/bmp"),
    ("tif", "image/tiff"),
    ("tiff", "image/tiff"),
    ("emf", "image/x-emf"),
    ("wmf", "image/x-wmf"),
    ("svg", "image/svg+xml"),
];
/// The most bytes of one picture: every document carries it.
const LARGEST_PICTURE: usize = 4 << 20;

/// Header, footer and page.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Stationery {
    /// Parts and pictures.
    pub(crate) files: Vec<Arc<Entry>>,
    /// Relationships of the main document: id, type, and the part that each leads to.
    pub(crate) relationships: Vec<(String, String, String)>,
    /// The content types of parts.
    pub(crate) overrides: Vec<(String, String)>,
    /// The content types of extensions.
    pub(crate) defaults: Vec<(&'static str, &'static str)>,
    /// The properties of the section, in place of ours.
    pub(crate) section: Option<Element<'static>>,
    /// What is added to the properties of our section.
    pub(crate) added: Vec<Element<'static>>,
    /// Left and right pages have headers of their own (17.10.1).
    pub(crate) even_and_odd: bool,
}

/// Where a relationship of a header leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// A picture, relative to `word/`.
    Picture(String),
    /// An address outside.
    Address(String),
}

/// Pictures, each once.
#[derive(Debug, Default)]
pub(crate) struct Media(Vec<Picture>);

#[derive(Debug)]
struct Picture {
    /// Its name where it comes from.
    source: String,
    /// Its name relative to `word/`.
    file: String,
    bytes: Vec<u8>,
    kind: (&'static str, &'static str),
}

impl Media {
    /// Takes a picture in; gives its name, or none where its kind is not known or it is too large.
    pub(crate) fn add(&mut self, source: &str, bytes: &[u8]) -> Option<String> {
        if let Some(known) = self.0.iter().find(|one| one.source == source) {
            return Some(known.file.clone());
        }
        let extension = source.rsplit_once('.')?.1.to_ascii_lowercase();
        let kind = *PICTURES.iter().find(|(known, _)| *known == extension)?;
        if bytes.len() > LARGEST_PICTURE {
            return None;
        }
        let file = format!("media/house{}.{}", self.0.len() + 1, kind.0);
        self.0.push(Picture {
            source: source.to_owned(),
            file: file.clone(),
            bytes: bytes.to_vec(),
            kind,
        });
        Some(file)
    }
}

impl Stationery {
    /// The logo, in the header of the first page.
    pub(crate) fn of_logo(logo: &Logo) -> Self {
        let mut made = Self::default();
        let mut deflater = Deflater::new();
        let mut media = Media::default();
        let picture = media.add("logo.png", logo.png.bytes()).unwrap_or_default();
        let file = "word/header1.xml";
        let header = header(logo).to_part();
        let entry = deflater.entry(file, header.as_bytes());
        let id = made.add("header", file, entry);
        made.add_relationships(
            file,
            &[("rId1".into(), Target::Picture(picture))],
            &mut deflater,
        );
        made.add_media(media, &mut deflater);
        made.added = vec![
            Element::new("w:headerReference")
                .attribute("w:type", "first")
                .attribute("r:id", id),
            Element::new("w:titlePg"),
        ];
        made
    }

    /// Takes a header or footer in; gives the id of its relationship.
    pub(crate) fn add(&mut self, noun: &str, file: &str, entry: Entry) -> String {
        let id = format!("rIdHouse{}", self.relationships.len() + 1);
        self.files.push(Arc::new(entry));
        self.overrides.push((file.to_owned(), of_word(noun)));
        self.relationships
            .push((id.clone(), format!("{OFFICE}{noun}"), file.to_owned()));
        id
    }

    /// Takes the relationships of a header or footer in.
    pub(crate) fn add_relationships(
        &mut self,
        file: &str,
        targets: &[(String, Target)],
        deflater: &mut Deflater,
    ) {
        if targets.is_empty() {
            return;
        }
        let mut root = relationship_root();
        for (id, target) in targets {
            let (noun, target, external) = match target {
                Target::Picture(file) => ("image", file, false),
                Target::Address(address) => ("hyperlink", address, true),
            };
            let mut one = Element::new("Relationship")
                .attribute("Id", id.as_str())
                .attribute("Type", format!("{OFFICE}{noun}"))
                .attribute("Target", target.as_str());
            if external {
                one.set("TargetMode", "External");
            }
            root.push(one);
        }
        let last = file.rsplit('/').next().unwrap_or(file);
        let entry = deflater.entry(format!("word/_rels/{last}.rels"), root.to_part().as_bytes());
        self.files.push(Arc::new(entry));
    }

    /// Takes pictures in.
    pub(crate) fn add_media(&mut self, media: Media, deflater: &mut Deflater) {
        for picture in media.0 {
            let entry = deflater.entry(format!("word/{}", picture.file), &picture.bytes);
            self.files.push(Arc::new(entry));
            if !self.defaults.contains(&picture.kind) {
                self.defaults.push(picture.kind);
            }
        }
    }
}

/// A header (17.10.4) that is the logo.
fn header(logo: &Logo) -> Element<'_> {
    let extent = |name: &'static str| {
        let emu = |mm: f64| format!("{:.0}", mm * EMU);
        Element::new(name)
            .attribute("cx", emu(logo.width))
            .attribute("cy", emu(logo.height))
    };
    let named = |name: &'static str| {
        Element::new(name)
            .attribute("id", "1")
            .attribute("name", "Logo")
            .attribute("descr", logo.alternative.as_str())
    };
    let picture = Element::new("pic:pic")
        .attribute("xmlns:pic", PIC)
        .child(
            Element::new("pic:nvPicPr")
                .child(named("pic:cNvPr"))
                .child(Element::new("pic:cNvPicPr")),
        )
        .child(
            Element::new("pic:blipFill")
                .child(Element::new("a:blip").attribute("r:embed", "rId1"))
                .child(Element::new("a:stretch").child(Element::new("a:fillRect"))),
        )
        .child(
            Element::new("pic:spPr")
                .child(
                    Element::new("a:xfrm")
                        .child(
                            Element::new("a:off")
                                .attribute("x", "0")
                                .attribute("y", "0"),
                        )
                        .child(extent("a:ext")),
                )
                .child(
                    Element::new("a:prstGeom")
                        .attribute("prst", "rect")
                        .child(Element::new("a:avLst")),
                ),
        );
    let graphic = Element::new("a:graphic").attribute("xmlns:a", A).child(
        Element::new("a:graphicData")
            .attribute("uri", PIC)
            .child(picture),
    );
    let mut inline = Element::new("wp:inline");
    for side in ["distT", "distB", "distL", "distR"] {
        inline.set(side, "0");
    }
    let inline = inline
        .child(extent("wp:extent"))
        .child(named("wp:docPr"))
        .child(graphic);
    let run = Element::new("w:r").child(Element::new("w:drawing").child(inline));
    let style = Element::new("w:pPr").child(value("w:pStyle", HEADER));
    Element::new("w:hdr")
        .attribute("xmlns:w", W)
        .attribute("xmlns:r", R)
        .attribute("xmlns:wp", WP)
        .child(Element::new("w:p").child(style).child(run))
}

/// The style of a paragraph in a header.
const HEADER: &str = "Header";

/// The style of the paragraph with the logo.
pub(crate) fn header_style() -> Element<'static> {
    let space = Element::new("w:spacing")
        .attribute("w:before", "0")
        // Between the logo and a title.
        .attribute("w:after", "240");
    Element::new("w:style")
        .attribute("w:type", "paragraph")
        .attribute("w:styleId", HEADER)
        .child(value("w:name", "header"))
        .child(value("w:basedOn", crate::parts::styles::NORMAL))
        .child(value("w:uiPriority", "99"))
        .child(Element::new("w:unhideWhenUsed"))
        .child(Element::new("w:pPr").child(space))
}
