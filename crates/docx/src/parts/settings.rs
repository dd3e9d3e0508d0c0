//! Settings (ECMA-376 11.3.3): language, theme colours and compatibility.

use super::footnotes::SEPARATORS;
use crate::xml::{Element, R, W, value};

/// Distance between default tab stops, in twips: 12.5 mm.
const TAB_STOP: &str = "709";

/// The colour of the theme for each colour of the text (17.15.1.20).
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

/// Compatibility with Word 2013 and later (17.15.3.3), as Word itself states it.
const COMPATIBILITY: [(&str, &str); 6] = [
    ("compatibilityMode", "15"),
    ("overrideTableStyleFontSizeAndJustification", "1"),
    ("enableOpenTypeFeatures", "1"),
    ("doNotFlipMirrorIndents", "1"),
    ("differentiateMultirowTableHeaders", "1"),
    ("useWord2013TrackBottomHyphenation", "0"),
];

/// `word/settings.xml`; `colours` replaces our mapping of the theme's colours.
pub(crate) fn part<'a>(
    language: &'a str,
    footnotes: bool,
    even_and_odd: bool,
    colours: Option<&'a Element<'static>>,
) -> Element<'a> {
    let mut root = Element::new("w:settings")
        .attribute("xmlns:w", W)
        .attribute("xmlns:r", R)
        .child(Element::new("w:zoom").attribute("w:percent", "100"))
        .child(value("w:defaultTabStop", TAB_STOP));
    if even_and_odd {
        root.push(Element::new("w:evenAndOddHeaders"));
    }
    if footnotes {
        let mut properties = Element::new("w:footnotePr");
        for (id, _) in SEPARATORS {
            properties.push(Element::new("w:footnote").attribute("w:id", id));
        }
        root.push(properties);
    }
    let mut compatibility = Element::new("w:compat");
    for (name, value) in COMPATIBILITY {
        compatibility.push(
            Element::new("w:compatSetting")
                .attribute("w:name", name)
                .attribute("w:uri", "http://schemas.microsoft.com/office/word")
                .attribute("w:val", value),
        );
    }
    root.push(compatibility);
    root.push(value("w:themeFontLang", language));
    root.push(match colours {
        Some(colours) => colours.clone(),
        None => COLOURS.into_iter().fold(
            Element::new("w:clrSchemeMapping"),
            |mapping, (name, value)| mapping.attribute(name, value),
        ),
    });
    root
}
