//! The glossary document (ECMA-376 11.3.6, 17.12): the placeholders that come back when a clerk
//! empties a content control.

use std::collections::BTreeSet;

use raadspost_content::{Fingerprint, Theme};

use super::styles;
use crate::xml::{Element, R, W, value};

/// `word/glossary/document.xml`: a part for each placeholder, in the order of the document.
pub(crate) fn part(placeholders: &[String]) -> Element<'_> {
    let mut parts = Element::new("w:docParts");
    let mut known = BTreeSet::new();
    for text in placeholders {
        if known.insert(text.as_str()) {
            parts.push(placeholder(text));
        }
    }
    Element::new("w:glossaryDocument")
        .attribute("xmlns:w", W)
        .attribute("xmlns:r", R)
        .child(parts)
}

/// The name of the part of the glossary that shows a placeholder.
pub(crate) fn docpart_name(placeholder: &str) -> String {
    let digest = Fingerprint::of(placeholder.as_bytes()).to_string();
    digest[..32].to_ascii_uppercase()
}

/// 17.12.5, CT_DocPart.
fn placeholder(text: &str) -> Element<'_> {
    let name = docpart_name(text);
    let guid = format!(
        "{{{}-{}-{}-{}-{}}}",
        &name[..8],
        &name[8..12],
        &name[12..16],
        &name[16..20],
        &name[20..32]
    );
    let category = Element::new("w:category")
        .child(value("w:name", "General"))
        .child(value("w:gallery", "placeholder"));
    let properties = Element::new("w:docPartPr")
        .child(value("w:name", name))
        .child(category)
        .child(Element::new("w:types").child(value("w:type", "bbPlcHdr")))
        .child(Element::new("w:behaviors").child(value("w:behavior", "content")))
        .child(value("w:guid", guid));
    let mut run = Element::new("w:r")
        .child(Element::new("w:rPr").child(value("w:rStyle", styles::PLACEHOLDER)));
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            run.push(Element::new("w:br"));
        }
        run.push(
            Element::new("w:t")
                .attribute("xml:space", "preserve")
                .text(line),
        );
    }
    let body = Element::new("w:docPartBody").child(Element::new("w:p").child(run));
    Element::new("w:docPart").child(properties).child(body)
}

/// `word/glossary/styles.xml`: the styles that the placeholders use.
pub(crate) fn styles<'a>(language: &'a str, theme: &Theme) -> Element<'a> {
    let style = |kind: &'static str, id: &'static str, name: &'static str| {
        Element::new("w:style")
            .attribute("w:type", kind)
            .attribute("w:styleId", id)
            .child(value("w:name", name))
    };
    let normal = style("paragraph", styles::NORMAL, "Normal")
        .attribute("w:default", "1")
        .child(Element::new("w:qFormat"));
    let font = style(
        "character",
        "DefaultParagraphFont",
        "Default Paragraph Font",
    )
    .attribute("w:default", "1")
    .child(value("w:uiPriority", "1"))
    .child(Element::new("w:semiHidden"));
    let muted = value("w:color", theme.muted.hex());
    let shown = style("character", styles::PLACEHOLDER, "Placeholder Text")
        .child(value("w:basedOn", "DefaultParagraphFont"))
        .child(value("w:uiPriority", "99"))
        .child(Element::new("w:rPr").child(muted));
    let defaults =
        Element::new("w:rPrDefault").child(Element::new("w:rPr").child(value("w:lang", language)));
    Element::new("w:styles")
        .attribute("xmlns:w", W)
        .child(Element::new("w:docDefaults").child(defaults))
        .child(normal)
        .child(font)
        .child(shown)
}
