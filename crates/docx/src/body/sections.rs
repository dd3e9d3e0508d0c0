//! Content controls round whole paragraphs or rows (ECMA-376 17.5.2.29): alternatives to take out
//! whole, and sections that a clerk repeats (MS-DOCX 2.5.3.1, repeatingSection).

use raadspost_content::WordingRole;

use super::controls::{alias, around, tag, unframed};
use crate::record::{Binding, wording_element};
use crate::xml::{Element, value};

/// What a section is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SectionKind {
    /// One of several alternatives; the variant to which it belongs.
    Alternative(String),
    /// A line for each mover; the clerk may add some. With the binding of the movers.
    Movers(Binding),
    /// A wording with its head, which programs find by it.
    Wording(WordingRole),
    /// One of several motions in a file, by its number from 1.
    Motion(usize),
}

/// First of the ids of a section's items; the section's own id comes before it.
const ITEM_IDS: usize = 1_000_000_000;

impl SectionKind {
    /// The section round its content; `id` is the id of its control.
    pub(crate) fn around(&self, id: &str, content: Vec<Element<'static>>) -> Element<'static> {
        match self {
            Self::Alternative(variant) => {
                let properties = Element::new("w:sdtPr")
                    .child(value("w:alias", alias(variant)))
                    .child(value("w:tag", tag(&format!("dictum-{variant}"))))
                    .child(value("w:id", id.to_owned()));
                around(properties, content)
            }
            Self::Wording(role) => group(id, wording_element(*role), content),
            Self::Motion(number) => group(id, &format!("motie-{number}"), content),
            Self::Movers(binding) => {
                let own = id.parse::<usize>().unwrap_or_default();
                let items = content.into_iter().enumerate();
                let items =
                    items.map(|(index, item)| ((ITEM_IDS + own * 1000 + index).to_string(), item));
                repeating(id, binding, items)
            }
        }
    }
}

/// A section that programs find by its tag, and that a clerk does not see.
fn group(id: &str, name: &str, content: Vec<Element<'static>>) -> Element<'static> {
    let properties = Element::new("w:sdtPr")
        .child(value("w:alias", alias(name)))
        .child(value("w:tag", tag(name)))
        .child(value("w:id", id.to_owned()))
        .child(unframed());
    around(properties, content)
}

/// A section whose items the clerk repeats; each item has the id of its own control.
pub(crate) fn repeating(
    id: &str,
    binding: &Binding,
    items: impl Iterator<Item = (String, Element<'static>)>,
) -> Element<'static> {
    let properties = Element::new("w:sdtPr")
        .child(value("w:alias", "indieners"))
        .child(value("w:tag", "indieners"))
        .child(value("w:id", id.to_owned()))
        .child(binding.element("w15:dataBinding"))
        .child(Element::new("w15:repeatingSection"));
    let items = items.map(|(id, item)| {
        let properties = Element::new("w:sdtPr")
            .child(value("w:id", id))
            .child(Element::new("w15:repeatingSectionItem"));
        around(properties, vec![item])
    });
    around(properties, items.collect())
}
