//! The theme part (ECMA-376 20.1.6.9): colours and fonts that a municipality can exchange in one
//! place.

use raadspost_content::{Colour, Theme};

use crate::xml::Element;

/// Namespace of DrawingML.
const A: &str = "http://schemas.openxmlformats.org/drawingml/2006/main";
/// Name of the theme and of its schemes.
const NAME: &str = "Raadspost";
/// Colours without a role in our documents, for charts a clerk may add: five calm ones, all 4.5:1
/// on white at least.
const FURTHER: [&str; 5] = ["8A3B12", "2F6B3A", "5B3F8C", "7A5C00", "4A5560"];

/// `word/theme/theme1.xml`.
pub(crate) fn part(theme: &Theme) -> String {
    let elements = Element::new("a:themeElements")
        .child(colours(theme))
        .child(fonts(theme))
        .child(formats());
    Element::new("a:theme")
        .attribute("xmlns:a", A)
        .attribute("name", NAME)
        .child(elements)
        .to_part()
}

/// 20.1.6.2, clrScheme.
fn colours(theme: &Theme) -> Element<'static> {
    let white = Colour([0xFF; 3]).hex();
    let (ink, muted, accent) = (theme.ink.hex(), theme.muted.hex(), theme.accent.hex());
    let [accent2, accent3, accent4, accent5, accent6] = FURTHER;
    let mut scheme = Element::new("a:clrScheme").attribute("name", NAME);
    for (name, hex) in [
        ("a:dk1", ink.as_str()),
        ("a:lt1", &white),
        ("a:dk2", &muted),
        ("a:lt2", "EEEEEE"),
        ("a:accent1", &accent),
        ("a:accent2", accent2),
        ("a:accent3", accent3),
        ("a:accent4", accent4),
        ("a:accent5", accent5),
        ("a:accent6", accent6),
        ("a:hlink", &accent),
        ("a:folHlink", &muted),
    ] {
        scheme.push(Element::new(name).child(rgb(hex.to_owned())));
    }
    scheme
}

/// 20.1.4.1.18, fontScheme.
fn fonts<'a>(theme: &'a Theme) -> Element<'a> {
    let collection = |name: &'static str, latin: &'a str| {
        Element::new(name)
            .child(Element::new("a:latin").attribute("typeface", latin))
            .child(Element::new("a:ea").attribute("typeface", ""))
            .child(Element::new("a:cs").attribute("typeface", ""))
    };
    Element::new("a:fontScheme")
        .attribute("name", NAME)
        .child(collection("a:majorFont", &theme.word_headings))
        .child(collection("a:minorFont", &theme.word_text))
}

/// 20.1.4.1.14, fmtScheme: three of each are required; ours are plain.
fn formats() -> Element<'static> {
    let fill = || Element::new("a:solidFill").child(placeholder());
    let list = |name: &'static str, items: [Element<'static>; 3]| {
        items.into_iter().fold(Element::new(name), Element::child)
    };
    let line = |width: &'static str| Element::new("a:ln").attribute("w", width).child(fill());
    let effect = || Element::new("a:effectStyle").child(Element::new("a:effectLst"));
    Element::new("a:fmtScheme")
        .attribute("name", NAME)
        .child(list("a:fillStyleLst", [fill(), fill(), fill()]))
        .child(list(
            "a:lnStyleLst",
            [line("6350"), line("12700"), line("19050")],
        ))
        .child(list("a:effectStyleLst", [effect(), effect(), effect()]))
        .child(list("a:bgFillStyleLst", [fill(), fill(), fill()]))
}

fn rgb(hex: String) -> Element<'static> {
    Element::new("a:srgbClr").attribute("val", hex)
}

/// The colour of whatever uses the format (20.1.10.54, phClr).
fn placeholder() -> Element<'static> {
    Element::new("a:schemeClr").attribute("val", "phClr")
}
