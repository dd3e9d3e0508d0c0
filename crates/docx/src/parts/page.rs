//! The page (ECMA-376 17.6.13 and 17.6.11): A4, with the theme's margins.

use raadspost_content::Theme;

use crate::package::FOOTER_ID;
use crate::xml::Element;

/// Width of A4, in twips.
const WIDTH: i32 = 11_906;
/// Height of A4, in twips.
const HEIGHT: i32 = 16_838;
/// Distance of header and footer from the edge of the sheet, in twips: 12.5 mm.
const EDGE: i32 = 709;
/// Distance between columns, in twips; there is one column (17.6.4).
const COLUMN_SPACE: &str = "708";

/// The properties of the only section (17.6.17), with the number of the page from the second page
/// on; `first_header` is the relationship of the header of the first page.
pub(crate) fn section(theme: &Theme, first_header: Option<&str>) -> Element<'static> {
    let mut section = Element::new("w:sectPr");
    if let Some(id) = first_header {
        section.push(
            Element::new("w:headerReference")
                .attribute("w:type", "first")
                .attribute("r:id", id.to_owned()),
        );
    }
    section.push(
        Element::new("w:footerReference")
            .attribute("w:type", "default")
            .attribute("r:id", FOOTER_ID),
    );
    section.push(
        Element::new("w:pgSz")
            .attribute("w:w", WIDTH.to_string())
            .attribute("w:h", HEIGHT.to_string()),
    );
    let margins = theme.margins;
    let mut edges = Element::new("w:pgMar");
    for (name, twips) in [
        ("w:top", twips(margins.top)),
        ("w:right", twips(margins.right)),
        ("w:bottom", twips(margins.bottom)),
        ("w:left", twips(margins.left)),
        ("w:header", EDGE),
        ("w:footer", EDGE),
        ("w:gutter", 0),
    ] {
        edges.set(name, twips.to_string());
    }
    section.push(edges);
    section.push(columns().attribute("w:num", "1"));
    section.push(Element::new("w:titlePg"));
    section
}

/// One column (17.6.4).
pub(crate) fn columns() -> Element<'static> {
    Element::new("w:cols").attribute("w:space", COLUMN_SPACE)
}

/// Width of the text in a section (17.6.11, 17.6.13), in twips.
pub(crate) fn text_width(section: &Element<'_>) -> usize {
    let of = |child: &str, name: &str| {
        let value = section.find(child).and_then(|child| child.get(name));
        value.and_then(|value| value.parse::<i32>().ok())
    };
    let width = of("w:pgSz", "w:w").unwrap_or(WIDTH);
    let margins = of("w:pgMar", "w:left")
        .unwrap_or(0)
        .saturating_add(of("w:pgMar", "w:right").unwrap_or(0));
    usize::try_from(width.saturating_sub(margins))
        .unwrap_or(0)
        .max(1)
}

/// Twips (1/1440 inch) of a length in mm.
fn twips(mm: f64) -> i32 {
    (mm * 1440.0 / 25.4).round() as i32
}
