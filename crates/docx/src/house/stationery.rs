//! Header, footer and page, from a logo or a reference document: made and deflated once, however
//! many documents carry them.

use raadspost_content::Logo;

use crate::package::{Additions, Deflater};
use crate::xml::{Element, R, W, value};

/// Namespace of drawings in a text (ECMA-376 20.4).
const WP: &str = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing";
/// Namespace of DrawingML (20.1).
const A: &str = "http://schemas.openxmlformats.org/drawingml/2006/main";
/// Namespace of pictures (20.2).
const PIC: &str = "http://schemas.openxmlformats.org/drawingml/2006/picture";
/// English Metric Units in a mm (20.1.10.16).
const EMU: f64 = 36_000.0;

/// A kind of picture: its extensions, its content type, and how its bytes begin.
type Kind = (
    &'static [&'static str],
    &'static str,
    &'static [&'static [u8]],
);

/// The kinds of pictures that hold pixels and nothing else. SVG can fetch and run something, and
/// EMF and WMF are lists of commands to the system of their reader.
const PICTURES: [Kind; 5] = [
    (&["png"], "image/png", &[b"\x89PNG\r\n\x1A\n"]),
    (&["jpg", "jpeg"], "image/jpeg", &[b"\xFF\xD8\xFF"]),
    (&["gif"], "image/gif", &[b"GIF87a", b"GIF89a"]),
    (&["bmp"], "image/bmp", &[b"BM"]),
    (&["tif", "tiff"], "image/tiff", &[b"II*\0", b"MM\0*"]),
];
/// The most bytes of one picture: every document carries it.
const LARGEST_PICTURE: usize = 4 << 20;

/// Header, footer and page.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Stationery {
    /// What it adds to a package.
    pub(crate) additions: Additions,
    /// The properties of the section, in place of ours.
    pub(crate) section: Option<Element<'static>>,
    /// The relationship of the header of the first page, in our section.
    pub(crate) first_header: Option<String>,
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

/// The relationships of a header or footer: their ids, and where they lead.
pub(crate) type Targets = Vec<(String, Target)>;

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
    /// Adds a picture; returns its name, or `None` if it is too large or of no kind in
    /// [`PICTURES`] by its bytes, whatever its name says.
    pub(crate) fn add(&mut self, source: &str, bytes: &[u8]) -> Option<String> {
        if let Some(known) = self.0.iter().find(|one| one.source == source) {
            return Some(known.file.clone());
        }
        if bytes.len() > LARGEST_PICTURE {
            return None;
        }
        let begins = |start: &&[u8]| bytes.starts_with(start);
        let (extensions, kind, _) = PICTURES
            .iter()
            .find(|(_, _, starts)| starts.iter().any(begins))?;
        let named = source.rsplit_once('.').map(|(_, extension)| extension);
        let extension = extensions
            .iter()
            .find(|known| named.is_some_and(|named| named.eq_ignore_ascii_case(known)))
            .or(extensions.first())?;
        let file = format!("media/house{}.{extension}", self.0.len() + 1);
        self.0.push(Picture {
            source: source.to_owned(),
            file: file.clone(),
            bytes: bytes.to_vec(),
            kind: (extension, kind),
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
        let picture = media
            .add("logo.png", logo.picture.png.bytes())
            .unwrap_or_default();
        let file = "word/header1.xml";
        let header = header(logo).to_part();
        let entry = deflater.entry(file, header.as_bytes());
        made.first_header = Some(made.additions.add("header", file, entry));
        let targets = vec![("rId1".into(), Target::Picture(picture))];
        made.add_relationships(file, &targets, &mut deflater);
        made.add_media(media, &mut deflater);
        made
    }

    /// Adds the relationships of a header or footer.
    pub(crate) fn add_relationships(
        &mut self,
        file: &str,
        targets: &Targets,
        deflater: &mut Deflater,
    ) {
        let targets = targets.iter().map(|(id, target)| match target {
            Target::Picture(file) => (id.as_str(), "image", file.as_str(), false),
            Target::Address(address) => (id.as_str(), "hyperlink", address.as_str(), true),
        });
        self.additions.add_relationships(file, targets, deflater);
    }

    /// Adds pictures.
    pub(crate) fn add_media(&mut self, media: Media, deflater: &mut Deflater) {
        for picture in media.0 {
            let entry = deflater.entry(format!("word/{}", picture.file), &picture.bytes);
            self.additions.add_file(entry, picture.kind);
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
            .attribute("descr", logo.picture.alternative.as_str())
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
