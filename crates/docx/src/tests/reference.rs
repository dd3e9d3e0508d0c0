//! Reference documents: what is taken of files by other programs, and what is refused.

use std::io::Cursor;

use zip::ZipArchive;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::*;
use crate::Reference;
use crate::house::Look;
use crate::house::Stationery;
use raadspost_content::{Logo, LogoSettings};

const PYTHON: &[u8] = include_bytes!("../../../../tests/cases/word/house/python-docx.docx");
const OFFICE: &[u8] = include_bytes!("../../../../tests/cases/word/house/libreoffice.docx");
const LETTERHEAD: &[u8] = include_bytes!("../../../../tests/cases/word/house/briefpapier.dotx");
const LOGO: &[u8] = include_bytes!("../../../../tests/cases/word/house/logo.png");

/// What a file's own parts hold, by name; pictures as they are.
fn entries(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut found = BTreeMap::new();
    for at in 0..archive.len() {
        let mut raw = Vec::new();
        let name = archive.by_index_raw(at).unwrap().name().to_owned();
        let file = archive.by_index_raw(at).unwrap();
        if file.compression() == zip::CompressionMethod::Stored {
            let mut file = file;
            file.read_to_end(&mut raw).unwrap();
        } else {
            DeflateDecoder::new(file).read_to_end(&mut raw).unwrap();
        }
        found.insert(name, raw);
    }
    found
}

/// The file with one part changed, or added.
fn changed(bytes: &[u8], part: &str, change: impl Fn(String) -> String) -> Vec<u8> {
    let mut parts = entries(bytes);
    let old = parts.remove(part).unwrap_or_default();
    let text = String::from_utf8_lossy(&old).into_owned();
    parts.insert(part.to_owned(), change(text).into_bytes());
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in parts {
        zip.start_file(name, options).unwrap();
        std::io::Write::write_all(&mut zip, &bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Puts markup into the first paragraph of the header of the first page.
fn in_header(markup: &str) -> Vec<u8> {
    let parts = entries(LETTERHEAD);
    let header = parts
        .iter()
        .find(|(name, bytes)| {
            name.starts_with("word/header") && String::from_utf8_lossy(bytes).contains("w:drawing")
        })
        .expect("a header with a picture");
    changed(LETTERHEAD, header.0, |xml| {
        xml.replacen("</w:p>", &format!("{markup}</w:p>"), 1)
    })
}

fn dressed(shape: &Shape, reference: &Reference) -> Vec<u8> {
    let theme = Theme::default();
    let look = Look {
        reference: Some(reference.house_style()),
        ..Look::from(&theme)
    };
    plain(shape, &probe::values(shape), look).unwrap()
}

fn text_of(bytes: &[u8], name: &str) -> String {
    String::from_utf8(entries(bytes)[name].clone()).unwrap()
}

/// The document without the properties of its section.
fn body(bytes: &[u8]) -> String {
    let document = text_of(bytes, "word/document.xml");
    let at = document.find("<w:sectPr").unwrap();
    document[..at].to_owned()
}

#[test]
fn the_body_stays_and_the_look_changes() {
    for file in [PYTHON, OFFICE, LETTERHEAD] {
        let reference = Reference::read(file).unwrap();
        for shape in probe::shapes() {
            let own = render(&shape, &probe::values(&shape)).unwrap();
            let house = dressed(&shape, &reference);
            assert_eq!(body(&own), body(&house));
            assert_ne!(
                text_of(&own, "word/styles.xml"),
                text_of(&house, "word/styles.xml")
            );
            for (name, bytes) in entries(&house) {
                let text = String::from_utf8_lossy(&bytes);
                assert!(!text.contains("Geheim"), "{name}");
            }
            // Its language is the document's.
            let styles = part(&house, "word/styles.xml");
            let languages = all(&styles, "w:lang");
            assert_eq!(languages.len(), 1);
            assert_eq!(languages[0].get("w:val"), Some("nl-NL"));
        }
    }
}

#[test]
fn styles_have_our_ids_whatever_word_calls_them() {
    let shape = probe::council();
    let house = dressed(&shape, &Reference::read(LETTERHEAD).unwrap());
    let root = part(&house, "word/styles.xml");
    let styles = all(&root, "w:style");
    let of = |id: &str| {
        let found: Vec<_> = styles
            .iter()
            .filter(|style| style.get("w:styleId") == Some(id))
            .collect();
        assert_eq!(found.len(), 1, "{id}");
        found[0].to_xml()
    };
    assert!(of("Heading1").contains("005E3C"), "{}", of("Heading1"));
    assert!(of("Heading1").contains("w:name w:val=\"heading 1\""));
    assert!(of("Normal").contains("w:default=\"1\""));
    assert!(
        of("ListBullet").contains("<w:numId w:val=\"2\"/>"),
        "{}",
        of("ListBullet")
    );
    // Open places stay readable.
    assert!(of("PlaceholderText").contains("<w:color w:val=\"555555\"/>"));
    for (name, bytes) in entries(&house) {
        let text = String::from_utf8_lossy(&bytes);
        for theirs in [
            "\"Kop1\"",
            "\"Standaard\"",
            "\"Titel\"",
            "\"Lijstopsomteken\"",
        ] {
            assert!(!text.contains(theirs), "{name}: {theirs}");
        }
    }
    // No list of the reference document is left behind.
    assert_eq!(all(&root, "w:numId").len(), 2);
}

#[test]
fn a_style_with_one_of_our_ids_by_chance_gets_another() {
    let file = changed(PYTHON, "word/styles.xml", |xml| {
        xml.replacen(
            "</w:styles>",
            "<w:style w:type=\"paragraph\" w:customStyle=\"1\" w:styleId=\"RaadspostParticular\">\
             <w:name w:val=\"Kader\"/></w:style></w:styles>",
            1,
        )
    });
    let house = dressed(&probe::motion(), &Reference::read(&file).unwrap());
    let styles = text_of(&house, "word/styles.xml");
    assert!(styles.contains("w:styleId=\"RaadspostParticularHouse\"><w:name w:val=\"Kader\"/>"));
    assert!(styles.contains("w:name w:val=\"Raadspost Particular\""));
}

#[test]
fn header_and_footer_come_along_with_their_pictures() {
    let house = dressed(&probe::motion(), &Reference::read(LETTERHEAD).unwrap());
    let parts = entries(&house);
    assert!(parts["word/media/house1.png"].starts_with(b"\x89PNG"));
    let headers: Vec<&String> = parts
        .keys()
        .filter(|name| name.starts_with("word/header") || name.starts_with("word/footer"))
        .collect();
    assert_eq!(headers.len(), 4);
    let all_text: String = headers.iter().map(|name| text_of(&house, name)).collect();
    for expected in [
        "Postbus 1",
        "Logo van de gemeente",
        " PAGE ",
        "r:embed=\"rId1\"",
    ] {
        assert!(all_text.contains(expected), "{expected}");
    }
    let types = text_of(&house, "[Content_Types].xml");
    assert!(types.contains("Extension=\"png\""));
}

#[test]
fn a_picture_is_what_its_bytes_say() {
    let picture = |bytes: &str| {
        let parts = entries(LETTERHEAD);
        let name = parts.keys().find(|name| name.ends_with(".png"));
        let file = changed(LETTERHEAD, name.expect("a picture"), |_| bytes.to_owned());
        Reference::read(&file)
    };
    for other in [
        "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
        "\u{1}\0\0\0l\0\0\0",
        "PNG",
        "",
    ] {
        let found = picture(other).expect_err(other);
        assert!(found.message.contains("not PNG, JPEG"), "{}", found.message);
    }
    let house = dressed(&probe::motion(), &picture("GIF89a").unwrap());
    assert!(entries(&house).contains_key("word/media/house1.gif"));
    let types = text_of(&house, "[Content_Types].xml");
    assert!(types.contains("Extension=\"gif\" ContentType=\"image/gif\""));
}

#[test]
fn a_vector_picture_gives_way_to_its_pixels() {
    let svg = "<Relationship Id=\"rId77\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/image\" Target=\"media/image9.svg\"/></Relationships>";
    let blip = "<a:extLst xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\"><a:ext uri=\"{96DAC541-7B7A-43D3-8B79-37D633B846F1}\">\
        <asvg:svgBlip xmlns:asvg=\"http://schemas.microsoft.com/office/drawing/2016/SVG/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" r:embed=\"rId77\"/>\
        </a:ext></a:extLst>";
    let file = in_header(&format!("<w:r><w:drawing>{blip}</w:drawing></w:r>"));
    let rels = entries(&file)
        .keys()
        .find(|name| name.starts_with("word/_rels/header"))
        .expect("relationships of the header")
        .clone();
    let file = changed(&file, &rels, |xml| xml.replacen("</Relationships>", svg, 1));
    let house = dressed(&probe::motion(), &Reference::read(&file).unwrap());
    for (name, bytes) in entries(&house) {
        let text = String::from_utf8_lossy(&bytes);
        assert!(
            !text.contains("svgBlip") && !name.ends_with(".svg"),
            "{name}"
        );
    }
}

#[test]
fn a_picture_that_says_nothing_is_named() {
    let reference = Reference::read(LETTERHEAD).unwrap();
    assert_eq!(reference.warnings().len(), 0);
    let parts = entries(LETTERHEAD);
    let (name, _) = parts
        .iter()
        .find(|(_, bytes)| String::from_utf8_lossy(bytes).contains("descr=\"Logo"))
        .expect("a picture");
    let file = changed(LETTERHEAD, name, |xml| {
        xml.replace("descr=\"Logo van de gemeente\"", "")
    });
    let found = Reference::read(&file).unwrap().warnings();
    assert_eq!(found.len(), 1);
    assert!(
        found[0].message.contains(name.as_str()),
        "{}",
        found[0].message
    );
}

#[test]
fn marks_of_editing_stay_behind() {
    let markup = "<w:bookmarkStart w:id=\"1\" w:name=\"a\"/><w:bookmarkEnd w:id=\"1\"/>\
        <w:sdt><w:sdtPr><w:id w:val=\"1\"/></w:sdtPr><w:sdtContent><w:r w:rsidR=\"00A1\"><w:t>veld</w:t></w:r></w:sdtContent></w:sdt>\
        <w:ins w:id=\"2\" w:author=\"Jansen\"><w:r><w:t>erbij</w:t></w:r></w:ins>\
        <w:del w:id=\"3\" w:author=\"Jansen\"><w:r><w:delText>weg</w:delText></w:r></w:del>\
        <w:hyperlink w:anchor=\"a\"><w:r><w:rPr><w:sz w:val=\"20\"/><w:b/></w:rPr><w:t>hier</w:t></w:r></w:hyperlink>\
        <w:commentRangeStart w:id=\"4\"/><w:commentRangeEnd w:id=\"4\"/>";
    let house = dressed(
        &probe::motion(),
        &Reference::read(&in_header(markup)).unwrap(),
    );
    let headers: String = entries(&house)
        .keys()
        .filter(|name| name.starts_with("word/header"))
        .map(|name| text_of(&house, name))
        .collect();
    let expected = "<w:r><w:t>veld</w:t></w:r><w:r><w:t>erbij</w:t></w:r>\
        <w:r><w:rPr><w:b/><w:sz w:val=\"20\"/></w:rPr><w:t>hier</w:t></w:r></w:p>";
    assert!(headers.contains(expected), "{headers}");
    for mark in ["Jansen", "bookmark", "comment", "w:sdt", "rsid", "anchor"] {
        assert!(!headers.contains(mark), "{mark}");
    }
}

#[test]
fn what_is_no_look_stays_behind() {
    let file = changed(LETTERHEAD, "word/settings.xml", |xml| {
        xml.replacen(
            "</w:settings>",
            "<w:attachedTemplate r:id=\"rId1\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"/></w:settings>",
            1,
        )
    });
    let file = changed(&file, "word/_rels/settings.xml.rels", |_| {
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
         <Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate\" \
         Target=\"http://elders.example/x.dotm\" TargetMode=\"External\"/></Relationships>"
            .into()
    });
    let file = changed(&file, "word/vbaProject.bin", |_| "macro".into());
    let file = changed(&file, "word/_rels/document.xml.rels", |xml| {
        xml.replacen(
            "</Relationships>",
            "<Relationship Id=\"rId900\" Type=\"http://schemas.microsoft.com/office/2006/relationships/vbaProject\" Target=\"vbaProject.bin\"/></Relationships>",
            1,
        )
    });
    let house = dressed(&probe::motion(), &Reference::read(&file).unwrap());
    for (name, bytes) in entries(&house) {
        let text = String::from_utf8_lossy(&bytes);
        assert!(
            !name.contains("vba") && !text.contains("elders.example"),
            "{name}"
        );
        assert!(!text.contains("attachedTemplate"), "{name}");
    }
}

#[test]
fn what_runs_or_fetches_something_is_refused() {
    let run = |inside: &str| format!("<w:r>{inside}</w:r>");
    let field = |kind: &str| run(&format!("<w:fldChar w:fldCharType=\"{kind}\"/>"));
    let instruction = |text: &str| run(&format!("<w:instrText>{text}</w:instrText>"));
    let linked = |id: &str| {
        let markup = run(&format!(
            "<w:drawing><a:blip xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" \
             xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" r:link=\"{id}\"/></w:drawing>"
        ));
        in_header(&markup)
    };
    let with_relation = |file: Vec<u8>, relation: &str| {
        let rels = entries(&file)
            .keys()
            .find(|name| name.starts_with("word/_rels/header"))
            .expect("relationships of the header")
            .clone();
        changed(&file, &rels, |xml| {
            xml.replacen(
                "</Relationships>",
                &format!("{relation}</Relationships>"),
                1,
            )
        })
    };
    let outside = "<Relationship Id=\"rId77\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/image\" Target=\"http://elders.example/a.png\" TargetMode=\"External\"/>";
    let script = "<Relationship Id=\"rId77\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink\" Target=\"javascript:alert(1)\" TargetMode=\"External\"/>";
    let chart = "<Relationship Id=\"rId77\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/chart\" Target=\"chart.xml\"/>";
    let cases = [
        (
            in_header(&instruction("INCLUDEPICTURE x")),
            "the field `INCLUDEPICTURE`",
        ),
        (
            in_header(&format!(
                "{}{}{}{}",
                field("begin"),
                instruction(" INCLUDE"),
                instruction("TEXT c:/x "),
                field("end")
            )),
            "the field `INCLUDETEXT`",
        ),
        (
            in_header("<w:fldSimple w:instr=\" DDEAUTO excel\"/>"),
            "the field `DDEAUTO`",
        ),
        (
            in_header("<w:fldSimple w:instr=\" HYPERLINK &quot;file://elders/x&quot;\"/>"),
            "a link to `file://elders/x`",
        ),
        (in_header(&run("<w:object/>")), "an embedded object"),
        (
            in_header(&run("<w:pict><o:OLEObject xmlns:o=\"o\"/></w:pict>")),
            "an embedded object",
        ),
        (linked("rId99"), "a relationship to nothing"),
        (
            with_relation(linked("rId77"), outside),
            "a picture that lies elsewhere",
        ),
        (
            with_relation(linked("rId77"), script),
            "a link to `javascript:alert(1)`",
        ),
        (
            with_relation(linked("rId77"), chart),
            "a part of the kind `chart`",
        ),
        (in_header(&run("<w:t>&#1;0&#2;</w:t>")), "U+0001"),
    ];
    for (file, expected) in cases {
        let found = Reference::read(&file).expect_err(expected);
        assert_eq!(found.code, "reference-document");
        assert!(
            found.message.contains(expected),
            "{}: {expected}",
            found.message
        );
        assert!(found.hint.is_some());
    }
}

#[test]
fn files_that_are_none_are_refused() {
    let strict = "http://purl.oclc.org/ooxml/wordprocessingml/main";
    let cases = [
        (b"text".to_vec(), "not a Word file"),
        (
            LETTERHEAD[..LETTERHEAD.len() / 2].to_vec(),
            "not a Word file",
        ),
        (
            changed(PYTHON, "word/document.xml", |xml| {
                xml.replace(crate::xml::W, strict)
            }),
            "Strict",
        ),
        (
            changed(PYTHON, "word/document.xml", |xml| {
                xml.replace("<w:", "<x:")
                    .replace("</w:", "</x:")
                    .replace("xmlns:w=", "xmlns:x=")
            }),
            "do not have the prefix",
        ),
        (
            changed(PYTHON, "word/styles.xml", |xml| {
                xml.replacen("<w:styles", "<!DOCTYPE a [<!ENTITY b \"c\">]><w:styles", 1)
            }),
            "DocType",
        ),
        (
            changed(PYTHON, "word/styles.xml", |_| {
                "<a>".repeat(300) + &"</a>".repeat(300)
            }),
            "nested more than 200 deep",
        ),
        (
            changed(PYTHON, "word/_rels/document.xml.rels", |xml| {
                xml.replace("/styles\"", "/other\"")
            }),
            "is missing",
        ),
    ];
    for (file, expected) in cases {
        let found = Reference::read(&file).expect_err(expected);
        assert!(
            found.message.contains(expected),
            "{}: {expected}",
            found.message
        );
    }
}

fn logo() -> Logo {
    let settings = LogoSettings {
        alternative: "Logo van <Waterkant> & \"zonen\"".into(),
        width: 42.0,
        ..LogoSettings::default()
    };
    Logo::new(&settings, LOGO.to_vec()).unwrap()
}

#[test]
fn the_logo_stands_in_the_header_of_the_first_page() {
    let shape = probe::motion();
    let stationery = Stationery::of_logo(&logo());
    let theme = Theme::default();
    let look = Look {
        logo: Some(&stationery),
        logo_in_motions: true,
        ..Look::from(&theme)
    };
    let made = plain(&shape, &probe::values(&shape), look).unwrap();
    let own = render(&shape, &probe::values(&shape)).unwrap();
    assert_eq!(body(&own), body(&made));
    assert_eq!(entries(&made)["word/media/house1.png"], LOGO);
    let header = text_of(&made, "word/header1.xml");
    let drawing = Element::parse(header.as_bytes()).unwrap();
    assert_eq!(
        all(&drawing, "wp:docPr")[0].get("descr"),
        Some("Logo van <Waterkant> & \"zonen\"")
    );
    // 42 mm, in the proportions of 420 by 120 pixels.
    assert_eq!(
        all(&drawing, "wp:extent")[0].to_xml(),
        "<wp:extent cx=\"1512000\" cy=\"432000\"/>"
    );
    assert!(text_of(&made, "word/document.xml").contains("<w:titlePg/>"));
}

#[test]
fn a_house_style_is_part_of_the_fingerprint_and_of_the_template() {
    let shape = Shape {
        reference: Some("a".into()),
        ..probe::council()
    };
    let values = probe::values(&shape);
    let with = |file: &[u8], logo: Option<Logo>| {
        DocxRenderer::new(DocxOptions {
            references: [("a".to_owned(), Reference::read(file).unwrap())].into(),
            logo,
            ..DocxOptions::default()
        })
    };
    let prints = [
        DocxRenderer::new(DocxOptions::default()).fingerprint(),
        with(PYTHON, None).fingerprint(),
        with(OFFICE, None).fingerprint(),
        with(PYTHON, Some(logo())).fingerprint(),
    ];
    for (at, print) in prints.iter().enumerate() {
        assert!(!prints[..at].contains(print));
    }
    for file in [PYTHON, OFFICE, LETTERHEAD] {
        let ready = with(file, None)
            .prepare(&[Arc::new(shape.clone())])
            .unwrap()
            .output;
        let made = ready.render(std::slice::from_ref(&values)).unwrap().output;
        let direct = dressed(&shape, &Reference::read(file).unwrap());
        assert!(made[0].bytes == direct, "the template gives other bytes");
    }
    let missing = DocxRenderer::new(DocxOptions::default()).prepare(&[Arc::new(shape)]);
    let found = missing.map(|_| ()).unwrap_err();
    assert_eq!(found[0].code, "docx-reference");
}
