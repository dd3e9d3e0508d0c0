//! Settings (ECMA-376 11.3.3): language, theme colours and compatibility.

use super::footnotes::SEPARATORS;
use crate::house::Taken;
use crate::xml::{Element, value};

/// Distance between default tab stops, in twips: 12.5 mm.
const TAB_STOP: &str = "709";

/// What each colour of the text stands for in the theme (17.15.1.20).
const COLOURS: [(&str, &str); 12] = [
    ("w:bg1", "light1"),
    ("w:t1", "dark1"),
    ("w:bg2", "light2"),
    ("w:t2", "dark2"),
    ("w:accent1", "accent1"),
    ("w:accent2", "accent2"),
    ("w:accent3", "accent3"),
    ("w:accent4", "accent4"),
    ("w:accent5", "accent5"),
    ("w:accent6", "accent6"),
    ("w:hyperlink", "hyperlink"),
    ("w:followedHyperlink", "followedHyperlink"),
];

/// Completes the part.
pub(crate) fn finish<'a>(
    root: &mut Element<'a>,
    language: &'a str,
    notes: bool,
    reference: Option<&'a Taken>,
) {
    root.find_or_add("w:defaultTabStop").set("w:val", TAB_STOP);
    // What is left are settings of this century; docx-rs turns East Asian line breaking on.
    root.find_or_add("w:compat")
        .retain(|element| element.name == "w:compatSetting");
    if notes {
        let mut properties = Element::new("w:footnotePr");
        for (id, _) in SEPARATORS {
            properties.push(Element::new("w:footnote").attribute("w:id", id));
        }
        root.push(properties);
    }
    root.push(value("w:themeFontLang", language));
    if let Some(taken) = reference {
        if taken.stationery.even_and_odd {
            root.push(Element::new("w:evenAndOddHeaders"));
        }
        if let Some(colours) = &taken.colours {
            root.push(colours.clone());
            return;
        }
    }
    let mut mapping = Element::new("w:clrSchemeMapping");
    for (name, value) in COLOURS {
        mapping.set(name, value);
    }
    root.push(mapping);
}
