//! Style definitions (ECMA-376 11.3.12): language, defaults, and the names Word has built in.

use super::{Element, Fault, Node};
use crate::controls::value;

/// How many names Word has built in (17.7.4.6).
const LATENT_COUNT: &str = "376";

/// Completes the part.
///
/// # Errors
/// None; the signature is that of its sisters.
pub(crate) fn finish(root: &mut Element, language: &str) -> Result<(), Fault> {
    let defaults = root.find_or_add("w:docDefaults").find_or_add("w:rPrDefault").find_or_add("w:rPr");
    defaults.push(
        value("w:lang", language).attribute("w:eastAsia", "en-US").attribute("w:bidi", "ar-SA"),
    );
    for style in root.elements_mut().filter(|element| element.name == "w:style") {
        let default = matches!(
            style.get("w:styleId"),
            Some("Normal" | "DefaultParagraphFont" | "NoList" | "TableNormal")
        );
        if default {
            // Behind the type, as Word has it.
            style.attributes.insert(1, ("w:default".into(), "1".into()));
        }
    }
    root.children.insert(1, Node::Element(latent()));
    Ok(())
}

fn latent() -> Element {
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
