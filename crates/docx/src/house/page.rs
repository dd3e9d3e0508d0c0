//! The page of the reference document (ECMA-376 17.6): its last section, with header and footer.

use std::collections::BTreeMap;

use super::container::Container;
use super::relations::{Relation, relations};
use super::stationery::{Media, Stationery};
use super::story::{Drawings, Story};
use super::styles::Styles;
use super::{Unfit, word, written};
use crate::package::Deflater;
use crate::parts::page::columns;
use crate::xml::{self, Element};

/// The properties of a section that are kept; columns, text direction and line numbers belong to
/// a text.
const KEPT: [&str; 7] = [
    "w:headerReference",
    "w:footerReference",
    "w:pgSz",
    "w:pgMar",
    "w:pgBorders",
    "w:titlePg",
    "w:vAlign",
];

/// Page, header and footer of the last section, and the parts in which a drawing has no alternative
/// text.
pub(crate) fn stationery(
    container: &Container,
    of_main: &[Relation],
    document: Element<'static>,
    house: &Styles,
) -> Result<(Stationery, Vec<String>), Unfit> {
    let mut made = Stationery::default();
    let body = document.find("w:body");
    let Some(section) =
        body.and_then(|body| body.elements().filter(|one| one.name == "w:sectPr").last())
    else {
        return Ok((made, Vec::new()));
    };
    let mut section = section.clone();
    section.attributes.clear();
    section.without_text();
    section.retain(|child| KEPT.contains(&child.name.as_ref()));

    let mut deflater = Deflater::new();
    let mut media = Media::default();
    let mut drawings = Drawings::default();
    // Two references may lead to one part.
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    let mut kept = Vec::new();
    for mut child in std::mem::take(&mut section.children)
        .into_iter()
        .filter_map(element)
    {
        let noun = match child.name.as_ref() {
            "w:headerReference" => "header",
            "w:footerReference" => "footer",
            _ => {
                child.attributes.retain(|(name, _)| name.starts_with("w:"));
                kept.push(child);
                continue;
            }
        };
        let id = child
            .attributes
            .iter()
            .find(|(name, _)| name.ends_with(":id"))
            .map(|(_, id)| id.as_ref());
        let Some(relation) = of_main
            .iter()
            .find(|one| Some(one.id.as_str()) == id && one.is(noun))
        else {
            continue;
        };
        let own = match known.get(&relation.target) {
            Some(own) => own.clone(),
            None => {
                let name = &relation.target;
                let story = Story {
                    part: name,
                    house,
                    relations: relations(container, name)?,
                };
                let (root, targets) =
                    story.cleaned(word(container, name)?, container, &mut media, &mut drawings)?;
                let file = format!("word/{noun}{}.xml", known.len() + 1);
                let xml = written(name, &root)?;
                let entry = deflater.entry(file.clone(), xml.as_bytes());
                let own = made.additions.add(noun, &file, entry);
                made.add_relationships(&file, &targets, &mut deflater);
                known.insert(name.clone(), own.clone());
                own
            }
        };
        let kind = child.get("w:type").unwrap_or("default").to_owned();
        let reference = Element::new(child.name.clone())
            .attribute("w:type", kind)
            .attribute("r:id", own);
        kept.push(reference);
    }
    for child in kept {
        section.push(child);
    }
    // One column, as in our own sections.
    section.push(columns());
    xml::conform(&mut section);
    made.section = Some(section);
    made.add_media(media, &mut deflater);
    Ok((made, drawings.silent))
}

fn element(node: crate::xml::Node<'static>) -> Option<Element<'static>> {
    match node {
        crate::xml::Node::Element(element) => Some(element),
        crate::xml::Node::Text(_) => None,
    }
}
