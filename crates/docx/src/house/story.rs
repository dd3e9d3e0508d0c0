//! Header and footer (ECMA-376 17.10): kept as they look, without what runs, fetches or follows
//! something, and without what belongs to the document that they come from.

use super::container::Container;
use super::relations::Relation;
use super::stationery::{Media, Target, Targets};
use super::styles::Styles;
use super::{Unfit, local};
use crate::xml::{Element, Node};

/// Namespace of relationships in markup, whatever its prefix.
const R: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// Marks of editing, which mean nothing elsewhere.
const DROPPED: [&str; 21] = [
    "w:proofErr",
    "w:bookmarkStart",
    "w:bookmarkEnd",
    "w:commentRangeStart",
    "w:commentRangeEnd",
    "w:commentReference",
    "w:permStart",
    "w:permEnd",
    "w:lastRenderedPageBreak",
    "w:del",
    "w:moveFrom",
    "w:moveFromRangeStart",
    "w:moveFromRangeEnd",
    "w:moveToRangeStart",
    "w:moveToRangeEnd",
    "w:footnoteReference",
    "w:endnoteReference",
    "w:numPr",
    "w:sectPr",
    "w:sdtPr",
    "w:sdtEndPr",
];
/// Elements that give way to what they hold.
const UNWRAPPED: [&str; 6] = [
    "w:sdt",
    "w:sdtContent",
    "w:ins",
    "w:moveTo",
    "w:smartTag",
    "w:customXml",
];
/// Elements of which the file is refused.
const ACTIVE: [(&str, &str); 6] = [
    ("object", "an embedded object"),
    ("OLEObject", "an embedded object"),
    ("control", "a control that runs a program"),
    ("altChunk", "another file"),
    ("subDoc", "another file"),
    ("contentPart", "another file"),
];
/// A header or footer, and what it leads to.
pub(crate) struct Story<'a> {
    /// Its name in the reference document, for messages.
    pub(crate) part: &'a str,
    pub(crate) house: &'a Styles,
    pub(crate) relations: Vec<Relation>,
}

impl Story<'_> {
    /// The part as it may be copied, and its relationships.
    ///
    /// # Errors
    /// It holds what runs, fetches or follows something.
    pub(crate) fn cleaned(
        &self,
        mut root: Element<'static>,
        container: &Container,
        media: &mut Media,
        drawings: &mut Drawings,
    ) -> Result<(Element<'static>, Targets), Unfit> {
        self.fields(&root)?;
        self.clean(&mut root, drawings)?;
        let mut prefixes = Vec::new();
        collect_prefixes(&root, &mut prefixes);
        let mut targets = Targets::new();
        self.follow(&mut root, &prefixes, container, media, &mut targets)?;
        let paragraph = |element: &Element<'_>| element.name == "w:p";
        if !root.elements().any(paragraph) {
            // A header ends in a paragraph (17.10.4).
            root.push(Element::new("w:p"));
        }
        Ok((root, targets))
    }

    pub(super) fn active(&self, what: impl Into<String>) -> Unfit {
        Unfit::Active {
            part: self.part.to_owned(),
            what: what.into(),
        }
    }

    fn clean(&self, element: &mut Element<'static>, drawings: &mut Drawings) -> Result<(), Unfit> {
        let mut children = Vec::with_capacity(element.children.len());
        for node in std::mem::take(&mut element.children) {
            let Node::Element(mut child) = node else {
                // Between elements of WordprocessingML characters are only layout.
                let shown = matches!(element.name.as_ref(), "w:t" | "w:instrText");
                if shown || !element.name.starts_with("w:") {
                    children.push(node);
                }
                continue;
            };
            let name = child.name.to_string();
            if let Some((_, what)) = ACTIVE.iter().find(|(active, _)| *active == local(&name)) {
                return Err(self.active(*what));
            }
            if DROPPED.contains(&name.as_str())
                || (name.starts_with("w:") && name.ends_with("Change"))
            {
                continue;
            }
            if child.elements().any(|one| local(&one.name) == "svgBlip") {
                // Word writes the same picture as PNG beside it.
                continue;
            }
            self.clean(&mut child, drawings)?;
            if UNWRAPPED.contains(&name.as_str()) {
                children.append(&mut child.children);
                continue;
            }
            if let "w:pStyle" | "w:rStyle" | "w:tblStyle" = name.as_str() {
                match child.get("w:val").and_then(|id| self.house.id(id)) {
                    Some(own) => child.set("w:val", own.to_owned()),
                    None => continue,
                }
            }
            if name == "w:hyperlink"
                && !child
                    .attributes
                    .iter()
                    .any(|(name, _)| name.ends_with(":id"))
            {
                // It led to a place in the other document.
                children.append(&mut child.children);
                continue;
            }
            if local(&name) == "docPr" {
                drawings.count += 1;
                let said = |name: &str| child.get(name).is_some_and(|text| !text.trim().is_empty());
                if !said("descr") && !said("title") {
                    drawings.silent.push(self.part.to_owned());
                }
                // Far above those of a document's own drawings (20.4.2.5).
                child.set("id", (FIRST_DRAWING + drawings.count).to_string());
            }
            children.push(Node::Element(child));
        }
        element.children = children;
        if let "w:pPr" | "w:rPr" = element.name.as_ref() {
            crate::xml::conform(element);
        }
        element.attributes.retain(|(name, _)| {
            !name.starts_with("w:rsid")
                && !name.starts_with("w14:")
                && !name.starts_with("wp14:")
                // The address of a picture in VML.
                && name != "href"
                && name != "o:href"
        });
        Ok(())
    }

    /// Renames the relationships that the part uses, and takes along what they lead to.
    fn follow(
        &self,
        element: &mut Element<'static>,
        prefixes: &[String],
        container: &Container,
        media: &mut Media,
        targets: &mut Targets,
    ) -> Result<(), Unfit> {
        for (name, value) in &mut element.attributes {
            let of_relations = name
                .split_once(':')
                .is_some_and(|(prefix, _)| prefixes.iter().any(|known| known == prefix));
            if !of_relations || value.is_empty() {
                continue;
            }
            let relation = self.relations.iter().find(|one| one.id == value.as_ref());
            let relation = relation.ok_or_else(|| self.active("a relationship to nothing"))?;
            let target = match (relation.noun(), relation.external) {
                ("hyperlink", true) => {
                    self.leads_to_the_web(&relation.target)?;
                    Target::Address(relation.target.clone())
                }
                ("image", false) => {
                    let bytes = container
                        .get(&relation.target)
                        .ok_or_else(|| Unfit::Missing(relation.target.clone()))?;
                    let file = media.add(&relation.target, bytes);
                    Target::Picture(file.ok_or_else(|| {
                        self.active(format!(
                            "the picture `{}`, which is too large or not PNG, JPEG, GIF, BMP or TIFF",
                            relation.target
                        ))
                    })?)
                }
                ("image", true) => return Err(self.active("a picture that lies elsewhere")),
                (noun, _) => return Err(self.active(format!("a part of the kind `{noun}`"))),
            };
            let known = targets.iter().position(|(_, known)| *known == target);
            let at = known.unwrap_or_else(|| {
                targets.push((format!("rId{}", targets.len() + 1), target));
                targets.len() - 1
            });
            *value = targets[at].0.clone().into();
        }
        for child in element.elements_mut() {
            self.follow(child, prefixes, container, media, targets)?;
        }
        Ok(())
    }
}

/// The drawings that were met.
#[derive(Debug, Default)]
pub(crate) struct Drawings {
    count: usize,
    /// The part of each drawing without an alternative text.
    pub(crate) silent: Vec<String>,
}

/// Ids of drawings in headers count from here.
const FIRST_DRAWING: usize = 900_000;

/// The prefixes of the namespace of relationships anywhere in a part.
fn collect_prefixes(element: &Element<'_>, out: &mut Vec<String>) {
    for (name, value) in &element.attributes {
        if let Some(prefix) = name.strip_prefix("xmlns:")
            && value == R
            && !out.iter().any(|known| known == prefix)
        {
            out.push(prefix.to_owned());
        }
    }
    for child in element.elements() {
        collect_prefixes(child, out);
    }
}
