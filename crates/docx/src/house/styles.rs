//! The styles of the reference document (ECMA-376 17.7), under our ids.
//!
//! Word translates the ids of its built-in styles and keeps their names, so "Kop1" with the name
//! "heading 1" is our `Heading1`. A style that has one of our ids by chance gets another.

use std::collections::BTreeMap;

use crate::parts::styles::{LIST_BULLET, LIST_NUMBER, NORMAL, PLACEHOLDER};
use crate::xml::{self, Element, W, value};

/// Elements that are not formatting, or lead into another part of the reference document.
const DROPPED: [&str; 20] = [
    "w:numPr",
    "w:framePr",
    "w:lang",
    "w:sectPr",
    "w:divId",
    "w:cnfStyle",
    "w:pPrChange",
    "w:rPrChange",
    "w:tblPrChange",
    "w:trPrChange",
    "w:tcPrChange",
    "w:tblPrExChange",
    "w:rsid",
    "w:aliases",
    "w:autoRedefine",
    "w:locked",
    "w:personal",
    "w:personalCompose",
    "w:personalReply",
    "w:ins",
];

/// The styles of a reference document.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Styles {
    defaults: Element<'static>,
    latent: Option<Element<'static>>,
    styles: Vec<Element<'static>>,
    /// Our ids by theirs; `None` for a style that is left out.
    ids: BTreeMap<String, Option<String>>,
}

impl Styles {
    /// Reads the styles of a reference document; `own` are all of ours, and `tables` those that
    /// its header and footer use.
    pub(crate) fn new(mut root: Element<'static>, own: &Element<'_>, tables: &[String]) -> Self {
        // Word's hundred styles of tables are most of a file, and hidden until someone asks.
        let tables = with_bases(&root, tables);
        root.retain(|style| {
            let (id, name, kind) = described(style);
            style.name != "w:style"
                || kind != "table"
                || style.get("w:customStyle") == Some("1")
                || tables.iter().any(|used| used == id)
                || all(own).any(|ours| described(ours).1 == name)
        });
        scrub(&mut root);
        let ids = ids(&root, own);
        let mut defaults = Element::new("w:docDefaults");
        let mut latent = None;
        let mut styles = Vec::new();
        for node in root.children {
            let xml::Node::Element(mut child) = node else {
                continue;
            };
            match child.name.as_ref() {
                "w:docDefaults" => defaults = child,
                "w:latentStyles" => latent = Some(child),
                "w:style" => {
                    let Some(Some(id)) = child.get("w:styleId").and_then(|id| ids.get(id)) else {
                        continue;
                    };
                    // What is added of ours says how a list or an open place looks.
                    if id == PLACEHOLDER {
                        continue;
                    }
                    rename(&mut child, id, &ids, own);
                    styles.push(child);
                }
                _ => {}
            }
        }
        Self {
            defaults,
            latent,
            styles,
            ids,
        }
    }

    /// Our id of one of its styles.
    pub(crate) fn id(&self, theirs: &str) -> Option<&str> {
        self.ids.get(theirs)?.as_deref()
    }

    /// The whole part in a language: these styles, and ours that are lacking.
    pub(crate) fn over<'a>(&self, own: Element<'a>, language: &'a str) -> Element<'a> {
        let mut made = Element::new("w:styles").attribute("xmlns:w", W);
        let mut defaults: Element<'a> = self.defaults.clone();
        defaults
            .find_or_add("w:rPrDefault")
            .find_or_add("w:rPr")
            .push(
                value("w:lang", language)
                    .attribute("w:eastAsia", "en-US")
                    .attribute("w:bidi", "ar-SA"),
            );
        xml::conform(&mut defaults);
        made.push(defaults);
        let own_latent = own.find("w:latentStyles").cloned();
        if let Some(latent) = self.latent.clone().or(own_latent) {
            made.push(latent);
        }
        for style in &self.styles {
            made.push(style.clone());
        }
        for node in own.children {
            let xml::Node::Element(mut style) = node else {
                continue;
            };
            let id = style.get("w:styleId");
            let known = |one: &Element<'_>| one.get("w:styleId") == id;
            if style.name != "w:style" || self.styles.iter().any(known) {
                continue;
            }
            if id != Some(PLACEHOLDER) {
                // In the fonts and colours of the style below it, which are the council's.
                if let Some(run) = style.elements_mut().find(|one| one.name == "w:rPr") {
                    run.retain(|child| !matches!(child.name.as_ref(), "w:rFonts" | "w:color"));
                }
                style.retain(|child| !(child.name == "w:rPr" && child.is_empty()));
            } else if let Some(colour) = style
                .elements_mut()
                .filter(|one| one.name == "w:rPr")
                .flat_map(Element::elements_mut)
                .find(|one| one.name == "w:color")
            {
                // A theme of others may have a paler one in this place.
                colour.attributes.retain(|(name, _)| name == "w:val");
            }
            made.push(style);
        }
        made
    }
}

/// Keeps formatting properties only, in schema order.
fn scrub(element: &mut Element<'static>) {
    element.without_text();
    element
        .attributes
        .retain(|(name, _)| name.starts_with("w:") && !name.starts_with("w:rsid"));
    element.retain(|child| child.name.starts_with("w:") && !DROPPED.contains(&child.name.as_ref()));
    for child in element.elements_mut() {
        scrub(child);
    }
    element.retain(|child| !(matches!(child.name.as_ref(), "w:pPr" | "w:rPr") && child.is_empty()));
    xml::conform(element);
}

/// Id, name in small letters, and type of a style.
fn described<'a>(style: &'a Element<'_>) -> (&'a str, String, &'a str) {
    let name = style.find("w:name").and_then(|name| name.get("w:val"));
    (
        style.get("w:styleId").unwrap_or_default(),
        name.unwrap_or_default().trim().to_lowercase(),
        style.get("w:type").unwrap_or("paragraph"),
    )
}

fn all<'a, 'x>(root: &'a Element<'x>) -> impl Iterator<Item = &'a Element<'x>> {
    root.elements().filter(|one| one.name == "w:style")
}

/// The styles of these ids, and those that they and the author's own are based on.
fn with_bases(root: &Element<'_>, used: &[String]) -> Vec<String> {
    let own = all(root).filter(|style| style.get("w:customStyle") == Some("1"));
    let own = own.map(|style| described(style).0.to_owned());
    let mut found: Vec<String> = used.iter().cloned().chain(own).collect();
    let mut at = 0;
    while at < found.len() {
        let style = all(root).find(|style| style.get("w:styleId") == Some(found[at].as_str()));
        let base = style.and_then(|style| style.find("w:basedOn")?.get("w:val"));
        if let Some(base) = base.filter(|base| !found.iter().any(|known| known == base)) {
            found.push(base.to_owned());
        }
        at += 1;
    }
    found
}

/// What each of their ids becomes.
fn ids(root: &Element<'_>, own: &Element<'_>) -> BTreeMap<String, Option<String>> {
    let own: Vec<(&str, String, &str)> = all(own).map(described).collect();
    let normal = all(root).any(|style| described(style).1 == "normal");
    let mut ids: BTreeMap<String, Option<String>> = BTreeMap::new();
    let mut taken: Vec<String> = Vec::new();
    for style in all(root) {
        let (id, name, kind) = described(style);
        if ids.contains_key(id) {
            continue;
        }
        let is_default =
            kind == "paragraph" && matches!(style.get("w:default"), Some("1" | "true" | "on"));
        let ours = own.iter().find(|(known_id, known, _)| {
            *known == name || (is_default && !normal && *known_id == NORMAL)
        });
        let becomes = match ours {
            Some((own_id, _, own_kind)) => {
                let fits = *own_kind == kind && !taken.iter().any(|one| one == own_id);
                fits.then(|| (*own_id).to_owned())
            }
            // A style of numbers leads to the reference document's numbering.
            None if kind == "numbering" => None,
            None => {
                let mut free = id.to_owned();
                while own.iter().any(|(known, ..)| *known == free) || taken.contains(&free) {
                    free.push_str("House");
                }
                Some(free)
            }
        };
        taken.extend(becomes.clone());
        ids.insert(id.to_owned(), becomes);
    }
    ids
}

/// Puts our ids into a style.
fn rename(
    style: &mut Element<'static>,
    id: &str,
    ids: &BTreeMap<String, Option<String>>,
    own: &Element<'_>,
) {
    style.set("w:styleId", id.to_owned());
    let mut children = Vec::with_capacity(style.children.len());
    for node in std::mem::take(&mut style.children) {
        if let xml::Node::Element(mut child) = node {
            if let "w:basedOn" | "w:next" | "w:link" = child.name.as_ref() {
                match child.get("w:val").and_then(|id| ids.get(id)) {
                    Some(Some(own)) => child.set("w:val", own.clone()),
                    _ => continue,
                }
            }
            children.push(xml::Node::Element(child));
        }
    }
    style.children = children;
    let Some(ours) = all(own).find(|one| one.get("w:styleId") == Some(id)) else {
        style.attributes.retain(|(name, _)| name != "w:default");
        return;
    };
    let is_custom = ours.get("w:customStyle").is_some();
    style
        .attributes
        .retain(|(name, _)| name != "w:default" && (name != "w:customStyle" || is_custom));
    if ours.get("w:default").is_some() {
        style.set("w:default", "1");
    }
    if let (Some(name), Some(known)) = (
        ours.find("w:name").and_then(|name| name.get("w:val")),
        style.elements_mut().find(|one| one.name == "w:name"),
    ) {
        known.set("w:val", name.to_owned());
    }
    if let LIST_BULLET | LIST_NUMBER = id {
        // Our lists, and the indents that belong to their levels.
        let numbers = ours.find("w:pPr").and_then(|one| one.find("w:numPr"));
        if let Some(numbers) = numbers {
            let properties = style.find_or_add("w:pPr");
            properties.retain(|child| child.name != "w:ind");
            properties.push(numbers.clone().into_owned());
            xml::conform(properties);
        }
        xml::conform(style);
    }
}
