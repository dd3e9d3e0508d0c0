//! Theme and fonts of the reference document (ECMA-376 20.1.6.9 and 17.8.3).

use super::local;
use crate::xml::{Element, W};

/// The fonts (17.8.3) without their files, which would have to be licensed for each recipient.
pub(super) fn font_table(mut root: Element<'static>) -> Element<'static> {
    const KEPT: [&str; 7] = [
        "w:altName",
        "w:panose1",
        "w:charset",
        "w:family",
        "w:notTrueType",
        "w:pitch",
        "w:sig",
    ];
    root.attributes = vec![("xmlns:w".into(), W.into())];
    root.without_text();
    root.retain(|font| font.name == "w:font");
    for font in root.elements_mut() {
        font.attributes.retain(|(name, _)| name == "w:name");
        font.retain(|child| KEPT.contains(&child.name.as_ref()));
        for child in font.elements_mut() {
            child.children.clear();
            child.attributes.retain(|(name, _)| name.starts_with("w:"));
        }
    }
    root
}

/// A theme without pictures and extensions: colours and fonts are what documents use of it.
pub(super) fn plain_theme(mut root: Element<'static>) -> Element<'static> {
    fn walk(element: &mut Element<'static>) {
        element.retain(|child| local(&child.name) != "extLst");
        for child in element.elements_mut() {
            if local(&child.name) == "blipFill" {
                let prefix = child.name.split_once(':').map_or("", |(prefix, _)| prefix);
                let named = |name: &str| match prefix {
                    "" => name.to_owned(),
                    prefix => format!("{prefix}:{name}"),
                };
                let mut colour = Element::new(named("schemeClr"));
                colour.set("val", "phClr");
                *child = Element::new(named("solidFill")).child(colour);
            } else {
                walk(child);
            }
        }
    }
    walk(&mut root);
    root
}
