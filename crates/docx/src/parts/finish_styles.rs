//! Style definitions (ECMA-376 11.3.12): language, defaults, and the names Word has built in.

use raadspost_content::{Colour, Theme};

use crate::xml::{Element, value};

/// How many names Word has built in (17.7.4.6).
const LATENT_COUNT: &str = "376";

/// Black is what Word takes where no colour is stated, and then it follows the screen's contrast.
const BLACK: Colour = Colour([0; 3]);

/// Completes the part.
pub(crate) fn finish<'a>(root: &mut Element<'a>, language: &'a str, theme: &Theme) {
    let defaults = root
        .find_or_add("w:docDefaults")
        .find_or_add("w:rPrDefault")
        .find_or_add("w:rPr");
    if theme.ink != BLACK {
        defaults.push(value("w:color", theme.ink.hex()).attribute("w:themeColor", "text1"));
    }
    defaults.push(
        value("w:lang", language)
            .attribute("w:eastAsia", "en-US")
            .attribute("w:bidi", "ar-SA"),
    );
    for style in root
        .elements_mut()
        .filter(|element| element.name == "w:style")
    {
        let default = matches!(
            style.get("w:styleId"),
            Some("Normal" | "DefaultParagraphFont" | "NoList" | "TableNormal")
        );
        if style.get("w:styleId") == Some(crate::parts::styles::PARTICULAR) {
            // Space below the last line alone.
            style
                .find_or_add("w:pPr")
                .push(Element::new("w:contextualSpacing"));
        }
        if default {
            // Behind the type, as Word has it.
            style.attributes.insert(1, ("w:default".into(), "1".into()));
        }
    }
    root.push(latent());
    root.push(table_normal());
    root.push(table_grid());
}

/// What Word takes for a table that names no style (17.7.4.18).
fn table_normal() -> Element<'static> {
    let width = |name: &'static str, width: &'static str| {
        Element::new(name)
            .attribute("w:w", width)
            .attribute("w:type", "dxa")
    };
    let margins = Element::new("w:tblCellMar")
        .child(width("w:top", "0"))
        .child(width("w:left", "108"))
        .child(width("w:bottom", "0"))
        .child(width("w:right", "108"));
    style("TableNormal", "Normal Table")
        .attribute("w:default", "1")
        .child(value("w:uiPriority", "99"))
        .child(Element::new("w:semiHidden"))
        .child(Element::new("w:unhideWhenUsed"))
        .child(
            Element::new("w:tblPr")
                .child(width("w:tblInd", "0"))
                .child(margins),
        )
}

/// Rules round all cells.
fn table_grid() -> Element<'static> {
    let mut borders = Element::new("w:tblBorders");
    for side in [
        "w:top",
        "w:left",
        "w:bottom",
        "w:right",
        "w:insideH",
        "w:insideV",
    ] {
        borders.push(
            value(side, "single")
                .attribute("w:sz", "4")
                .attribute("w:space", "0")
                .attribute("w:color", "auto"),
        );
    }
    style(crate::parts::styles::TABLE, "Table Grid")
        .child(value("w:basedOn", "TableNormal"))
        .child(value("w:uiPriority", "39"))
        .child(Element::new("w:tblPr").child(borders))
}

fn style(id: &'static str, name: &'static str) -> Element<'static> {
    Element::new("w:style")
        .attribute("w:type", "table")
        .attribute("w:styleId", id)
        .child(value("w:name", name))
}

fn latent() -> Element<'static> {
    let mut latent = Element::new("w:latentStyles");
    for (name, value) in [
        ("w:defLockedState", "0"),
        ("w:defUIPriority", "99"),
        ("w:defSemiHidden", "0"),
        ("w:defUnhideWhenUsed", "0"),
        ("w:defQFormat", "0"),
        ("w:count", LATENT_COUNT),
    ] {
        latent.set(name, value);
    }
    latent
}
