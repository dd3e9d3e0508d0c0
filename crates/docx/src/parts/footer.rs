//! The footer of a document without a house style (ECMA-376 17.10.3): the number of the page, from
//! the second page on, as in PDF.

use raadspost_content::Theme;

use crate::xml::{Element, R, W, value};

/// The style of its paragraph.
const FOOTER: &str = "Footer";
/// Size of the letters, in half-points: 8.5 pt.
const SIZE: &str = "17";

/// `word/footerFolio.xml`.
pub(crate) fn part(page: &str) -> Element<'static> {
    let text = |text: String| {
        let text = Element::new("w:t")
            .attribute("xml:space", "preserve")
            .text(text);
        Element::new("w:r").child(text)
    };
    let number = Element::new("w:fldSimple")
        .attribute("w:instr", " PAGE ")
        .child(text("2".to_owned()));
    let paragraph = Element::new("w:p")
        .child(Element::new("w:pPr").child(value("w:pStyle", FOOTER)))
        .child(text(format!("{page} ")))
        .child(number);
    Element::new("w:ftr")
        .attribute("xmlns:w", W)
        .attribute("xmlns:r", R)
        .child(paragraph)
}

/// The style of its paragraph.
pub(crate) fn style(theme: &Theme) -> Element<'static> {
    let spacing = Element::new("w:spacing")
        .attribute("w:before", "0")
        .attribute("w:after", "0");
    let fonts = Element::new("w:rFonts")
        .attribute("w:asciiTheme", "majorHAnsi")
        .attribute("w:hAnsiTheme", "majorHAnsi")
        .attribute("w:eastAsiaTheme", "majorEastAsia")
        .attribute("w:cstheme", "majorBidi");
    let colour = value("w:color", theme.muted.hex()).attribute("w:themeColor", "text2");
    Element::new("w:style")
        .attribute("w:type", "paragraph")
        .attribute("w:styleId", FOOTER)
        .child(value("w:name", "footer"))
        .child(value("w:basedOn", super::styles::NORMAL))
        .child(value("w:uiPriority", "99"))
        .child(Element::new("w:unhideWhenUsed"))
        .child(
            Element::new("w:pPr")
                .child(spacing)
                .child(value("w:jc", "right")),
        )
        .child(
            Element::new("w:rPr")
                .child(fonts)
                .child(colour)
                .child(value("w:sz", SIZE))
                .child(value("w:szCs", SIZE)),
        )
}
