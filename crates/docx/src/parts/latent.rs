//! Latent styles (ECMA-376 17.7.4.6 and 17.7.4.8): which of the styles that Word has built in it shows in
//! its lists, as Word itself states it in a new document.

use crate::xml::Element;

/// How many names Word has built in.
const COUNT: &str = "376";

/// The styles that are not hidden, or have another place in a list than the last (99): name, place,
/// whether hidden until used, and whether in the gallery.
const STYLES: [(&str, u8, bool, bool); 44] = [
    ("Normal", 0, false, true),
    ("heading 1", 9, false, true),
    ("heading 2", 9, true, true),
    ("heading 3", 9, true, true),
    ("heading 4", 9, true, true),
    ("heading 5", 9, true, true),
    ("heading 6", 9, true, true),
    ("heading 7", 9, true, true),
    ("heading 8", 9, true, true),
    ("heading 9", 9, true, true),
    ("toc 1", 39, true, false),
    ("toc 2", 39, true, false),
    ("toc 3", 39, true, false),
    ("toc 4", 39, true, false),
    ("toc 5", 39, true, false),
    ("toc 6", 39, true, false),
    ("toc 7", 39, true, false),
    ("toc 8", 39, true, false),
    ("toc 9", 39, true, false),
    ("caption", 35, true, true),
    ("Title", 10, false, true),
    ("Default Paragraph Font", 1, true, false),
    ("Subtitle", 11, false, true),
    ("Strong", 22, false, true),
    ("Emphasis", 20, false, true),
    ("Table Grid", 39, false, false),
    ("No Spacing", 1, false, true),
    ("List Paragraph", 34, false, true),
    ("Quote", 29, false, true),
    ("Intense Quote", 30, false, true),
    ("Subtle Emphasis", 19, false, true),
    ("Intense Emphasis", 21, false, true),
    ("Subtle Reference", 31, false, true),
    ("Intense Reference", 32, false, true),
    ("Book Title", 33, false, true),
    ("Bibliography", 37, true, false),
    ("TOC Heading", 39, true, true),
    ("Plain Table 1", 41, false, false),
    ("Plain Table 2", 42, false, false),
    ("Plain Table 3", 43, false, false),
    ("Plain Table 4", 44, false, false),
    ("Plain Table 5", 45, false, false),
    ("Grid Table Light", 40, false, false),
    // Hidden for good: nobody applies it by hand.
    ("Placeholder Text", 99, true, false),
];

/// Styles of tables, each plain and in six accents.
const TABLES: [(&str, u8); 28] = [
    ("Light Shading", 60),
    ("Light List", 61),
    ("Light Grid", 62),
    ("Medium Shading 1", 63),
    ("Medium Shading 2", 64),
    ("Medium List 1", 65),
    ("Medium List 2", 66),
    ("Medium Grid 1", 67),
    ("Medium Grid 2", 68),
    ("Medium Grid 3", 69),
    ("Dark List", 70),
    ("Colorful Shading", 71),
    ("Colorful List", 72),
    ("Colorful Grid", 73),
    ("Grid Table 1 Light", 46),
    ("Grid Table 2", 47),
    ("Grid Table 3", 48),
    ("Grid Table 4", 49),
    ("Grid Table 5 Dark", 50),
    ("Grid Table 6 Colorful", 51),
    ("Grid Table 7 Colorful", 52),
    ("List Table 1 Light", 46),
    ("List Table 2", 47),
    ("List Table 3", 48),
    ("List Table 4", 49),
    ("List Table 5 Dark", 50),
    ("List Table 6 Colorful", 51),
    ("List Table 7 Colorful", 52),
];

/// Accents of a theme.
const ACCENTS: u8 = 6;

/// `w:latentStyles`: hidden until used unless stated otherwise.
pub(super) fn element() -> Element<'static> {
    let mut latent = Element::new("w:latentStyles");
    for (name, value) in [
        ("w:defLockedState", "0"),
        ("w:defUIPriority", "99"),
        ("w:defSemiHidden", "1"),
        ("w:defUnhideWhenUsed", "1"),
        ("w:defQFormat", "0"),
        ("w:count", COUNT),
    ] {
        latent.set(name, value);
    }
    for (name, priority, hidden, gallery) in STYLES {
        let mut style = exception(name.to_owned(), priority);
        if !hidden {
            style.set("w:semiHidden", "0");
        }
        if !hidden || name == "Placeholder Text" {
            style.set("w:unhideWhenUsed", "0");
        }
        if gallery {
            style.set("w:qFormat", "1");
        }
        latent.push(style);
    }
    for (name, priority) in TABLES {
        for accent in 0..=ACCENTS {
            let name = match accent {
                0 => name.to_owned(),
                _ => format!("{name} Accent {accent}"),
            };
            let mut style = exception(name, priority);
            style.set("w:semiHidden", "0");
            style.set("w:unhideWhenUsed", "0");
            latent.push(style);
        }
    }
    latent
}

/// 17.7.4.8.
fn exception(name: String, priority: u8) -> Element<'static> {
    Element::new("w:lsdException")
        .attribute("w:name", name)
        .attribute("w:uiPriority", priority.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_style_is_stated_once_and_the_lists_of_word_stay_short() {
        let latent = element();
        let mut names: Vec<&str> = latent
            .elements()
            .filter_map(|one| one.get("w:name"))
            .collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
        assert!(all <= COUNT.parse().unwrap());
        let shown = |one: &&Element<'_>| {
            let name = one.get("w:name").unwrap();
            one.get("w:semiHidden") == Some("0")
                && !name.contains(" Table ")
                && one.get("w:qFormat") == Some("1")
        };
        // The pane "Recommended" of a new document has these besides tables.
        assert_eq!(latent.elements().filter(shown).count(), 15);
    }
}
