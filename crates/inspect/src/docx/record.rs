//! The record of a motion in a Word file (a custom XML part, ECMA-376 15.2.5): read, filled in anew and
//! written.

use super::document::parse;
use super::package::Package;
use crate::error::ReadError;
use crate::xml::Node;

/// The root of a record.
const ROOT: &str = "informatieobject";
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

/// An element of a record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) text: String,
    pub(crate) children: Vec<Element>,
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
            root: Element::of(tree.root(), 0),
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
        let concepts = self.root.children.iter().filter(|one| one.is_concept());
        concepts.map(|one| (one.name.as_str(), one.text.as_str()))
    }

    /// Sets the element at a place of a binding, `/m:informatieobject[1]/m:nummer[1]`; elements that
    /// are lacking are added. A place that is not one of a record is left alone.
    pub(crate) fn set(&mut self, path: &str, value: &str) {
        let Some(steps) = steps(path) else { return };
        let mut at = &mut self.root;
        for (name, number) in steps {
            at = at.child(name, number);
        }
        value.clone_into(&mut at.text);
    }

    /// Sets a text, of several of one name the `nth`, from 0; `concept` where something in it is open.
    pub(crate) fn renew(&mut self, name: &str, nth: usize, text: &str, concept: bool) {
        let element = self.root.child(name, nth + 1);
        text.clone_into(&mut element.text);
        element.mark(concept);
    }

    /// Removes the rows in which nothing is filled in.
    pub(crate) fn without_empty_rows(&mut self) {
        for list in &mut self.root.children {
            if matches!(list.name.as_str(), "indieners" | "stemming") {
                list.children.retain(|row| !row.is_blank());
            }
        }
    }

    /// The record as XML.
    pub(crate) fn to_xml(&self) -> String {
        let mut out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
        self.root.write(0, &mut out);
        out
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

impl Element {
    fn of(node: Node<'_, '_>, depth: usize) -> Self {
        let deeper = node.children().filter(|_| depth < DEPTH_LIMIT);
        let attributes = node.attributes();
        Self {
            name: node.name().to_owned(),
            attributes: attributes
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            text: node.text(),
            children: deeper.map(|child| Self::of(child, depth + 1)).collect(),
        }
    }

    fn find(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        let found = attributes.find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Whether its text is that of the file as it was made.
    pub(crate) fn is_concept(&self) -> bool {
        self.attribute("status") == Some("concept")
    }

    /// Marks its text as final, or as one in which something is open.
    pub(crate) fn mark(&mut self, concept: bool) {
        self.attributes.retain(|(name, _)| name != "status");
        if concept {
            self.attributes.push(("status".into(), "concept".into()));
        }
    }

    /// The child of a name and number, from 1.
    fn child(&mut self, name: &str, number: usize) -> &mut Self {
        let of_name = |(at, child): (usize, &Self)| (child.name == name).then_some(at);
        let mut places: Vec<usize> = self
            .children
            .iter()
            .enumerate()
            .filter_map(of_name)
            .collect();
        while places.len() < number {
            let at = places.last().map_or(self.children.len(), |last| last + 1);
            let new = Self {
                name: name.to_owned(),
                ..Self::default()
            };
            self.children.insert(at, new);
            places.push(at);
        }
        &mut self.children[places[number - 1]]
    }

    fn is_blank(&self) -> bool {
        self.text.trim().is_empty() && self.children.iter().all(Self::is_blank)
    }

    fn write(&self, depth: usize, out: &mut String) {
        let indent = "  ".repeat(depth);
        out.push_str(&format!("{indent}<{}", self.name));
        if depth == 0 {
            out.push_str(" xmlns=\"urn:raadspost:informatieobject:1\"");
        }
        for (name, value) in &self.attributes {
            out.push_str(&format!(" {name}=\"{}\"", escaped(value)));
        }
        if self.children.is_empty() && self.text.is_empty() {
            out.push_str("/>\n");
            return;
        }
        out.push('>');
        if self.children.is_empty() {
            out.push_str(&escaped(&self.text));
        } else {
            out.push('\n');
            for child in &self.children {
                child.write(depth + 1, out);
            }
            out.push_str(&indent);
        }
        out.push_str(&format!("</{}>\n", self.name));
    }
}

/// A text for an element or an attribute of XML 1.0.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\r' => out.push_str("&#13;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::Tree;

    fn record(xml: &str) -> Record {
        let tree = Tree::parse(xml.as_bytes()).expect("XML");
        Record {
            store: None,
            root: Element::of(tree.root(), 0),
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
             <naam>P. &quot;Jansen&quot;</naam>\n    </indiener>\n  </indieners>\n  \
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
