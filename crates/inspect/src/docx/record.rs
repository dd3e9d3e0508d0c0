//! The record of a motion in a Word file (a custom XML part, ECMA-376 15.2.5): read, filled in anew and
//! written.

use raadspost_content::xml::Element;

use super::document::parse;
use super::package::Package;
use crate::error::ReadError;
use crate::xml::Node;

/// The root of a record.
const ROOT: &str = "informatieobject";
/// The namespace of a record.
const NAMESPACE: &str = "urn:raadspost:informatieobject:1";
/// Deeper elements than those of a record are left out.
const DEPTH_LIMIT: usize = 6;
/// The most elements of one name that a place may ask for.
const ROW_LIMIT: usize = 1000;

/// A record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    /// Its identity in the package (22.5.2.1).
    pub(crate) store: Option<String>,
    pub(crate) root: Element,
}

/// All records of a document, in the order of the package.
pub(crate) fn read(package: &Package<'_>) -> Result<Vec<Record>, ReadError> {
    let mut records = Vec::new();
    for (part, facts) in package.whole() {
        if facts.root != ROOT {
            continue;
        }
        let bytes = package.bytes(&part.name)?.unwrap_or_default();
        let tree = parse(&part.name, &bytes)?;
        let mut store = None;
        for name in package.related(&part.name, "/customXmlProps")? {
            if let Some(bytes) = package.bytes(&name)? {
                let tree = parse(&name, &bytes)?;
                store = tree.root().attribute("ds:itemID").map(str::to_owned);
            }
        }
        records.push(Record {
            store,
            root: element(tree.root(), 0),
        });
    }
    Ok(records)
}

impl Record {
    /// The text of a field.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.root.find(name).map(|element| element.text.as_str())
    }

    /// The id of the document in its campaign.
    pub(crate) fn document(&self) -> Option<&str> {
        self.root.attribute("document")
    }

    /// Code of the municipality.
    pub(crate) fn code(&self) -> Option<&str> {
        self.of_municipality("gemeentecode")
    }

    /// Name of the municipality.
    pub(crate) fn municipality(&self) -> Option<&str> {
        self.of_municipality("gemeentenaam")
    }

    fn of_municipality(&self, name: &str) -> Option<&str> {
        let found = self.root.find("gemeente")?.find(name)?;
        Some(found.text.as_str())
    }

    /// Whether it is the record of a motion, and not of places outside of motions.
    pub(crate) fn is_motion(&self) -> bool {
        self.field("informatieobjecttype").is_some()
    }

    /// The texts that a clerk cannot change: what they say is what the file was made with.
    pub(crate) fn concepts(&self) -> impl Iterator<Item = (&str, &str)> {
        let concepts = self.root.children.iter().filter(|one| is_concept(one));
        concepts.map(|one| (one.name.as_ref(), one.text.as_str()))
    }

    /// Sets the element at a place of a binding, `/m:informatieobject[1]/m:nummer[1]`; elements that
    /// are lacking are added. A place that is not one of a record is left alone.
    pub(crate) fn set(&mut self, path: &str, value: &str) {
        let Some(steps) = steps(path) else { return };
        let mut at = &mut self.root;
        for (name, number) in steps {
            at = child(at, name, number);
        }
        value.clone_into(&mut at.text);
    }

    /// Sets a text, of several of one name the `nth`, from 0; `concept` where something in it is open.
    pub(crate) fn renew(&mut self, name: &str, nth: usize, text: &str, concept: bool) {
        let element = child(&mut self.root, name, nth + 1);
        text.clone_into(&mut element.text);
        mark(element, concept);
    }

    /// Removes the rows in which nothing is filled in.
    pub(crate) fn without_empty_rows(&mut self) {
        for list in &mut self.root.children {
            if matches!(list.name.as_ref(), "indieners" | "stemming") {
                list.children.retain(|row| !is_blank(row));
            }
        }
    }

    /// The record as XML.
    pub(crate) fn to_xml(&self) -> String {
        let mut root = self.root.clone();
        root.attributes
            .insert(0, ("xmlns".into(), NAMESPACE.into()));
        root.document()
    }
}

/// The elements that a place names below the root, with their numbers from 1.
fn steps(path: &str) -> Option<Vec<(&str, usize)>> {
    let mut steps = path.strip_prefix("/m:informatieobject[1]/")?.split('/');
    steps.try_fold(Vec::new(), |mut found, step| {
        let (name, number) = step
            .strip_prefix("m:")?
            .strip_suffix(']')?
            .split_once('[')?;
        let number = number
            .parse()
            .ok()
            .filter(|number| (1..=ROW_LIMIT).contains(number))?;
        let is_plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric());
        found.push((is_plain.then_some(name)?, number));
        (found.len() < DEPTH_LIMIT).then_some(found)
    })
}

fn element(node: Node<'_, '_>, depth: usize) -> Element {
    let deeper = node.children().filter(|_| depth < DEPTH_LIMIT);
    let attributes = node.attributes();
    Element {
        name: node.name().to_owned().into(),
        attributes: attributes
            .map(|(name, value)| (name.to_owned().into(), value.to_owned()))
            .collect(),
        text: node.text(),
        children: deeper.map(|child| element(child, depth + 1)).collect(),
    }
}

/// Whether the text is that of the file as it was made.
fn is_concept(element: &Element) -> bool {
    element.attribute("status") == Some("concept")
}

/// Marks the text as final, or as one in which something is open.
fn mark(element: &mut Element, concept: bool) {
    element.attributes.retain(|(name, _)| name != "status");
    if concept {
        let status = ("status".into(), "concept".into());
        element.attributes.push(status);
    }
}

/// The child of a name and number, from 1; those that are lacking are added.
fn child<'e>(parent: &'e mut Element, name: &str, number: usize) -> &'e mut Element {
    let of_name = |(at, child): (usize, &Element)| (child.name == name).then_some(at);
    let children = parent.children.iter().enumerate();
    let mut places: Vec<usize> = children.filter_map(of_name).collect();
    while places.len() < number {
        let at = places.last().map_or(parent.children.len(), |last| last + 1);
        parent.children.insert(at, Element::new(name.to_owned()));
        places.push(at);
    }
    &mut parent.children[places[number - 1]]
}

fn is_blank(element: &Element) -> bool {
    element.text.trim().is_empty() && element.children.iter().all(is_blank)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::Tree;

    fn record(xml: &str) -> Record {
        let tree = Tree::parse(xml.as_bytes()).expect("XML");
        Record {
            store: None,
            root: element(tree.root(), 0),
        }
    }

    #[test]
    fn places_are_filled_and_empty_rows_go() {
        let mut found = record(
            "<informatieobject document=\"motie\"><nummer/><indieners><indiener><naam/></indiener>\
             <indiener><naam/></indiener></indieners><inhoud status=\"concept\">a &lt; b</inhoud></informatieobject>",
        );
        found.set("/m:informatieobject[1]/m:nummer[1]", "M & 1");
        found.set(
            "/m:informatieobject[1]/m:indieners[1]/m:indiener[3]/m:naam[1]",
            "P. \"Jansen\"",
        );
        found.without_empty_rows();
        assert_eq!(
            found.to_xml(),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <informatieobject xmlns=\"urn:raadspost:informatieobject:1\" document=\"motie\">\n  \
             <nummer>M &amp; 1</nummer>\n  <indieners>\n    <indiener>\n      \
             <naam>P. \"Jansen\"</naam>\n    </indiener>\n  </indieners>\n  \
             <inhoud status=\"concept\">a &lt; b</inhoud>\n</informatieobject>\n"
        );
        assert_eq!(found.concepts().collect::<Vec<_>>(), [("inhoud", "a < b")]);
    }

    #[test]
    fn a_place_that_no_record_has_is_left_alone() {
        let before = record("<informatieobject><nummer/></informatieobject>");
        for path in [
            "",
            "/m:informatieobject[1]",
            "/m:ander[1]/m:nummer[1]",
            "/m:informatieobject[1]/m:nummer",
            "/m:informatieobject[1]/m:nummer[0]",
            "/m:informatieobject[1]/m:nummer[1000000000]",
            "/m:informatieobject[1]/m:a b[1]",
            "/m:informatieobject[1]/m:a[1]/m:a[1]/m:a[1]/m:a[1]/m:a[1]/m:a[1]",
        ] {
            let mut after = before.clone();
            after.set(path, "x");
            assert_eq!(after, before, "{path}");
        }
    }
}
