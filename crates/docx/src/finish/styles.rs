//! Style definitions (ECMA-376 11.3.12): language, defaults, and the names Word has built in.

use raadspost_content::{Colour, Theme};

use super::Element;
use crate::controls::value;

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
        if default {
            // Behind the type, as Word has it.
            style.attributes.insert(1, ("w:default".into(), "1".into()));
        }
    }
    root.push(latent());
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
