//! Makes small tagged PDFs, object by object.

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};
use ttf_parser::Face;

/// A font whose outlines are TrueType; the programme's own are CFF.
static FONT: &[u8] = include_bytes!("../../../../fonts/noto/NotoSans-Regular.ttf");

/// The colour profile of an output intent.
static PROFILE: &[u8] = include_bytes!("../../../pdf/src/writer/srgb-v4.icc");

/// Codes above this have no glyph.
const CODES: u16 = 0xF000;

/// A structure element: its type, what else its dictionary has, its kids.
pub(crate) struct Element(
    pub(crate) &'static str,
    pub(crate) Dictionary,
    pub(crate) Vec<Kid>,
);

/// A kid of an element.
pub(crate) enum Kid {
    /// Marked content of the element's page, by number.
    Content(i64),
    /// Marked content of another page: page from 0, number.
    On(usize, i64),
    /// An annotation.
    Annotation,
    /// Another element.
    Inner(Element),
}

/// What a file is made of.
pub(crate) struct Pdf {
    pub(crate) pages: Vec<String>,
    /// The content of a form XObject `/X1`, which every page may paint.
    pub(crate) form: String,
    pub(crate) tree: Option<Element>,
    pub(crate) title: String,
    pub(crate) author: String,
    pub(crate) language: String,
    pub(crate) xmp: String,
    /// Width and height of the pages, in pt.
    pub(crate) size: (i64, i64),
    /// Whether its font is embedded; it is large, and reading text needs it not.
    pub(crate) embedded: bool,
    /// What is added to the width of every glyph, in 1/1000 em.
    pub(crate) wider: f32,
}

/// The font as a CIDFont: a code is a unit of UTF-16, and a map leads from there to its glyph.
fn descendant(document: &mut Document, wider: f32) -> ObjectId {
    let face = Face::parse(FONT, 0).expect("a font");
    let glyph = |code: u16| {
        let character = match code {
            // The two glyphs of a letter with an accent that has no character of its own.
            0xE001 => 'n',
            0xE002 => '\u{308}',
            code => char::from_u32(u32::from(code)).unwrap_or('\0'),
        };
        face.glyph_index(character).unwrap_or_default()
    };
    let map: Vec<u8> = (0..CODES)
        .flat_map(|code| glyph(code).0.to_be_bytes())
        .collect();
    let scale = 1000.0 / f32::from(face.units_per_em());
    let width = |code| f32::from(face.glyph_hor_advance(glyph(code)).unwrap_or(0)) * scale + wider;
    let widths: Vec<Object> = (0..CODES).map(|code| width(code).into()).collect();
    let mut compressed = |bytes: Vec<u8>| {
        let mut stream = Stream::new(Dictionary::new(), bytes);
        stream.compress().expect("compresses");
        document.add_object(stream)
    };
    let (program, map) = (compressed(FONT.to_vec()), compressed(map));
    let descriptor =
        document.add_object(dictionary! { "Type" => "FontDescriptor", "FontFile2" => program });
    document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "CIDFontType2", "BaseFont" => "F", "FontDescriptor" => descriptor,
        "CIDToGIDMap" => map, "W" => vec![Object::from(0), Object::Array(widths)],
    })
}

/// Shows a text with codes of two bytes.
pub(crate) fn show(text: &str) -> String {
    let codes: String = text
        .encode_utf16()
        .map(|unit| format!("{unit:04X}"))
        .collect();
    format!("<{codes}> Tj")
}

/// A text as marked content with this number, at a height.
pub(crate) fn marked(mcid: u32, y: u32, text: &str) -> String {
    format!(
        "/Span <</MCID {mcid}>> BDC BT /F1 10 Tf 1 0 0 1 50 {y} Tm {} ET EMC\n",
        show(text)
    )
}

pub(crate) fn element(tag: &'static str, kids: Vec<Kid>) -> Element {
    Element(tag, Dictionary::new(), kids)
}

pub(crate) fn inner(tag: &'static str, kids: Vec<Kid>) -> Kid {
    Kid::Inner(element(tag, kids))
}

pub(crate) fn xmp(title: &str) -> String {
    format!(
        "<?xpacket begin=\"\u{FEFF}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"r\"><rdf:Description \
         xmlns:dc=\"d\" xmlns:pdfaid=\"a\" xmlns:pdfuaid=\"u\" xmlns:pdfaSchema=\"s\" \
         xmlns:pdfaProperty=\"p\">\
         <dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{title}</rdf:li></rdf:Alt></dc:title>\
         <dc:creator><rdf:Seq><rdf:li>AUTHOR</rdf:li></rdf:Seq></dc:creator>\
         <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
         <pdfaProperty:name>part</pdfaProperty:name>\
         <pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>\
         <pdfuaid:part>1</pdfuaid:part></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=\"w\"?>"
    )
}

impl Pdf {
    pub(crate) fn new(pages: Vec<String>, tree: Element) -> Self {
        Self {
            pages,
            form: String::new(),
            tree: Some(tree),
            title: "Titel".into(),
            author: "Posiv".into(),
            language: "nl-NL".into(),
            xmp: xmp("Titel"),
            size: (595, 842),
            embedded: false,
            wider: 0.0,
        }
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut document = Document::with_version("1.7");
        let map = "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <FFFF> \
                   endcodespacerange 1 beginbfrange <0020> <FFFC> <0020> endbfrange \
                   2 beginbfchar <E001> <006E0308> <E002> <006E0308> endbfchar endcmap";
        let to_unicode = document.add_object(Stream::new(Dictionary::new(), map.into()));
        let descendants: Vec<Object> = if self.embedded {
            vec![descendant(&mut document, self.wider).into()]
        } else {
            Vec::new()
        };
        let font = document.add_object(dictionary! {
            "Type" => "Font", "Subtype" => "Type0", "BaseFont" => "F", "Encoding" => "Identity-H",
            "ToUnicode" => to_unicode, "DescendantFonts" => descendants,
        });
        let fonts = dictionary! { "F1" => font };
        let form = Stream::new(
            dictionary! { "Type" => "XObject", "Subtype" => "Form", "Resources" => dictionary! { "Font" => fonts.clone() } },
            self.form.clone().into_bytes(),
        );
        let form = document.add_object(form);
        let properties = dictionary! { "Pr1" => dictionary! { "MCID" => 90, "ActualText" => lopdf::text_string("ersätt") } };
        let resources = document.add_object(dictionary! {
            "Font" => fonts, "XObject" => dictionary! { "X1" => form }, "Properties" => properties,
        });
        let node = document.new_object_id();
        let pages: Vec<ObjectId> = self
            .pages
            .iter()
            .zip(0_i64..)
            .map(|(content, key)| {
                let mut stream = Stream::new(Dictionary::new(), content.clone().into_bytes());
                stream.compress().expect("compresses");
                let content = document.add_object(stream);
                document.add_object(
                    dictionary! { "Type" => "Page", "Parent" => node, "Contents" => content,
                    "StructParents" => key },
                )
            })
            .collect();
        let kids: Vec<Object> = pages.iter().map(|page| (*page).into()).collect();
        document.objects.insert(
            node,
            dictionary! { "Type" => "Pages", "Count" => kids.len() as i64, "Kids" => kids, "Resources" => resources,
                "MediaBox" => vec![0.into(), 0.into(), self.size.0.into(), self.size.1.into()] }.into(),
        );
        let mut catalog = dictionary! {
            "Type" => "Catalog", "Pages" => node, "Lang" => lopdf::text_string(&self.language),
            "MarkInfo" => dictionary! { "Marked" => true },
        };
        if let Some(tree) = &self.tree {
            let root = document.new_object_id();
            let mut owners = vec![Vec::new(); pages.len()];
            let top = add(&mut document, &pages, (tree, root), &mut owners);
            let roles = dictionary! { "Strong" => "Span", "Em" => "Span", "Alinea" => "P" };
            let lists = owners.into_iter().map(Object::Array);
            let numbers: Vec<Object> = lists
                .zip(0_i64..)
                .flat_map(|(list, key)| [key.into(), list])
                .collect();
            let parents = dictionary! { "Nums" => numbers };
            document.objects.insert(
                root,
                dictionary! { "Type" => "StructTreeRoot", "K" => top, "RoleMap" => roles,
                    "ParentTree" => parents, "IDTree" => dictionary! { "Names" => Vec::<Object>::new() } }
                .into(),
            );
            catalog.set("StructTreeRoot", root);
            let outline = document.add_object(dictionary! { "Type" => "Outlines", "Count" => 0 });
            catalog.set("Outlines", outline);
            catalog.set(
                "ViewerPreferences",
                dictionary! { "DisplayDocTitle" => true },
            );
            let profile = Stream::new(dictionary! { "N" => 3 }, PROFILE.to_vec());
            let profile = document.add_object(profile);
            let intent = dictionary! { "S" => "GTS_PDFA1", "DestOutputProfile" => profile,
            "OutputConditionIdentifier" => lopdf::text_string("sRGB") };
            catalog.set("OutputIntents", vec![Object::Dictionary(intent)]);
            let name = lopdf::text_string("sixteen bytes long");
            document.trailer.set("ID", vec![name.clone(), name]);
        }
        let metadata = dictionary! { "Type" => "Metadata", "Subtype" => "XML" };
        let metadata = document.add_object(Stream::new(
            metadata,
            self.xmp.replace("AUTHOR", &self.author).into_bytes(),
        ));
        catalog.set("Metadata", metadata);
        let catalog = document.add_object(catalog);
        let info = document.add_object(dictionary! {
            "Title" => lopdf::text_string(&self.title), "Author" => lopdf::text_string(&self.author),
        });
        document.trailer.set("Root", catalog);
        document.trailer.set("Info", info);
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).expect("saves");
        bytes
    }
}

fn add(
    document: &mut Document,
    pages: &[ObjectId],
    (element, parent): (&Element, ObjectId),
    owners: &mut [Vec<Object>],
) -> ObjectId {
    let Element(tag, extra, kids) = element;
    let id = document.new_object_id();
    let mut owned = |page: usize, mcid: i64| {
        let (list, at) = (&mut owners[page], mcid as usize);
        list.resize(list.len().max(at + 1), Object::Null);
        list[at] = id.into();
    };
    for kid in kids {
        match kid {
            Kid::Content(mcid) => owned(0, *mcid),
            Kid::On(page, mcid) => owned(*page, *mcid),
            Kid::Annotation | Kid::Inner(_) => {}
        }
    }
    let kids: Vec<Object> = kids
        .iter()
        .map(|kid| match kid {
            Kid::Content(mcid) => Object::Integer(*mcid),
            Kid::On(page, mcid) => {
                dictionary! { "Type" => "MCR", "Pg" => pages[*page], "MCID" => *mcid }.into()
            }
            Kid::Annotation => dictionary! { "Type" => "OBJR", "Obj" => pages[0] }.into(),
            Kid::Inner(inner) => add(document, pages, (inner, id), owners).into(),
        })
        .collect();
    let mut dictionary = dictionary! { "Type" => "StructElem", "S" => *tag, "P" => parent,
    "Pg" => pages[0], "K" => kids };
    dictionary.extend(extra);
    document.objects.insert(id, dictionary.into());
    id
}
