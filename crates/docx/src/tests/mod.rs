//! Tests of whole documents: how they are made and read back.

mod oracle;
mod package;
mod records;
mod reference;
mod structure;
mod text;

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use flate2::read::DeflateDecoder;
use raadspost_content::{
    BlockKind, Body, Colour, Diagnostics, FillInKind, Fingerprint, Footnote, Inline, ListKind,
    Motion, Part, Prepared, Renderer, Shape, Span, Theme, Values,
};

use crate::body::Slots;
use crate::probe::{self, block, item, paragraph, shape, text};
use crate::renderer::DOCX_RS;
use crate::template::{parts, plain};
use crate::xml::Element;
use crate::{DocxOptions, DocxRenderer};

fn prepared(shapes: &[Shape]) -> Box<dyn Prepared> {
    let shapes: Vec<Arc<Shape>> = shapes.iter().cloned().map(Arc::new).collect();
    DocxRenderer::new(DocxOptions::default())
        .prepare(&shapes)
        .unwrap()
        .output
}

fn render(shape: &Shape, values: &Values) -> Result<Vec<u8>, Diagnostics> {
    let renderer = DocxRenderer::new(DocxOptions::default());
    let prepared = renderer.prepare(&[Arc::new(shape.clone())])?.output;
    Ok(prepared
        .render(std::slice::from_ref(values))?
        .output
        .remove(0)
        .bytes)
}

fn slots(texts: &[&str]) -> Values {
    Values {
        slots: texts.iter().map(ToString::to_string).collect(),
        members: Vec::new(),
    }
}

/// Reads the local entries of a zip file, in order.
fn unzip(bytes: &[u8]) -> Vec<(String, String)> {
    let half = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]) as usize;
    let whole = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
    let mut parts = Vec::new();
    let mut at = 0;
    while bytes[at..].starts_with(b"PK\x03\x04") {
        let (packed, size) = (whole(at + 18) as usize, whole(at + 22) as usize);
        let name = at + 30;
        let data = name + half(at + 26) + half(at + 28);
        let mut xml = Vec::new();
        DeflateDecoder::new(&bytes[data..data + packed])
            .read_to_end(&mut xml)
            .unwrap();
        let mut crc = flate2::Crc::new();
        crc.update(&xml);
        assert_eq!((crc.sum(), xml.len()), (whole(at + 14), size));
        parts.push((
            String::from_utf8(bytes[name..name + half(at + 26)].to_vec()).unwrap(),
            // Pictures are no text.
            String::from_utf8_lossy(&xml).into_owned(),
        ));
        at = data + packed;
    }
    assert_eq!(half(bytes.len() - 12), parts.len());
    assert_eq!(whole(bytes.len() - 6) as usize, at);
    parts
}

fn part(bytes: &[u8], name: &str) -> Element<'static> {
    let parts: BTreeMap<String, String> = unzip(bytes).into_iter().collect();
    // A test's parts live as long as the test.
    Element::parse(parts[name].clone().leak().as_bytes()).unwrap()
}

fn walk<'a, 'x>(element: &'a Element<'x>, name: &str, out: &mut Vec<&'a Element<'x>>) {
    if element.name == name {
        out.push(element);
    }
    for child in element.elements() {
        walk(child, name, out);
    }
}

fn all<'a, 'x>(element: &'a Element<'x>, name: &str) -> Vec<&'a Element<'x>> {
    let mut out = Vec::new();
    walk(element, name, &mut out);
    out
}

/// The characters of a paragraph; breaks and tabs as such.
fn shown(element: &Element<'_>) -> String {
    let mut out = String::new();
    for node in &element.children {
        match node {
            crate::xml::Node::Text(text) if element.name == "w:t" => out.push_str(text),
            crate::xml::Node::Text(_) => {}
            crate::xml::Node::Element(child) => match child.name.as_ref() {
                "w:br" => out.push('\n'),
                "w:tab" => out.push('\t'),
                _ => out.push_str(&shown(child)),
            },
        }
    }
    out
}

fn style<'a>(paragraph: &'a Element<'_>) -> &'a str {
    let style = paragraph
        .find("w:pPr")
        .and_then(|properties| properties.find("w:pStyle"));
    style
        .and_then(|style| style.get("w:val"))
        .unwrap_or("Normal")
}

/// Style, list instance and level, and text of each paragraph.
fn outline(bytes: &[u8]) -> Vec<String> {
    let document = part(bytes, "word/document.xml");
    let paragraphs = all(&document, "w:p");
    let line = |paragraph: &&Element<'_>| {
        let number = paragraph
            .find("w:pPr")
            .and_then(|properties| properties.find("w:numPr"));
        let number = number.map_or(String::new(), |number| {
            let value = |name| {
                number
                    .find(name)
                    .and_then(|child| child.get("w:val"))
                    .unwrap()
            };
            format!(" {}/{}", value("w:numId"), value("w:ilvl"))
        });
        format!("{}{number}: {}", style(paragraph), shown(paragraph))
    };
    paragraphs.iter().map(line).collect()
}

fn motion_with(blocks: Vec<raadspost_content::Block>, slots: usize) -> Shape {
    let motion = Motion {
        record: raadspost_content::MotionRecord::default(),
        id: "m".into(),
        variant: None,
        title: vec![text("Titel")],
        level: 1,
        show_title: true,
        blocks,
    };
    shape(
        Body::Parts {
            annex: None,
            parts: vec![Part::Motion(motion)],
        },
        slots,
    )
}

fn codes(result: Result<Vec<u8>, Diagnostics>) -> Vec<(&'static str, String)> {
    result
        .unwrap_err()
        .into_iter()
        .map(|diagnostic| (diagnostic.code, diagnostic.message))
        .collect()
}
