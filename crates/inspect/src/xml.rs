//! A small read-only tree of an XML part: names, attributes and text, in one arena.
//!
//! Names keep their prefix as written (`w:p`); Word, docx-rs and every writer we know use the
//! prefixes of ECMA-376, and a prefix that no `xmlns` binds makes a part unreadable here.

use std::borrow::Cow;

use quick_xml::events::attributes::Attributes;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// Elements nested deeper than this are refused.
const DEPTH_LIMIT: usize = 256;

/// The text of an entity or character reference: the five of XML and numbers; no others exist
/// without a DTD.
pub(crate) fn entity(reference: &BytesRef<'_>) -> Option<String> {
    if let Ok(Some(c)) = reference.resolve_char_ref() {
        return Some(c.to_string());
    }
    let name = reference.decode().ok()?;
    quick_xml::escape::resolve_predefined_entity(&name).map(str::to_owned)
}

/// An element or a piece of text. Attributes and names borrow the part, for a document has
/// thousands of them and every file of a run is read.
#[derive(Debug)]
struct Item<'a> {
    /// Empty for text.
    name: &'a str,
    /// The element's range in [`Tree::attributes`].
    attributes: std::ops::Range<usize>,
    text: Cow<'a, str>,
    first: Option<usize>,
    last: Option<usize>,
    next: Option<usize>,
}

/// A well-formed part.
#[derive(Debug)]
pub(crate) struct Tree<'a> {
    items: Vec<Item<'a>>,
    attributes: Vec<(&'a str, Cow<'a, str>)>,
}

/// A place in a [`Tree`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node<'t, 'a> {
    tree: &'t Tree<'a>,
    at: usize,
}

/// The prefixes that `xmlns` attributes have bound so far, the last one found in front.
struct Prefixes<'a>(Vec<&'a str>);

impl Prefixes<'_> {
    fn check(&mut self, name: &str) -> Result<(), String> {
        match name.split_once(':') {
            None | Some(("xml" | "xmlns", _)) => Ok(()),
            Some((prefix, _)) => match self.0.iter().position(|bound| *bound == prefix) {
                Some(at) => {
                    self.0.swap(0, at);
                    Ok(())
                }
                None => Err(format!("the prefix of `{name}` is not bound")),
            },
        }
    }
}

impl<'a> Tree<'a> {
    /// Reads a part in UTF-8.
    ///
    /// # Errors
    /// What makes it not well-formed, with the byte offset.
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
        let text = text.trim_start_matches('\u{FEFF}');
        let mut reader = Reader::from_str(text);
        let mut tree = Self {
            // In WordprocessingML about an element and an attribute for each of so many bytes.
            items: Vec::with_capacity(bytes.len() / 24),
            attributes: Vec::with_capacity(bytes.len() / 32),
        };
        let mut open: Vec<usize> = Vec::new();
        let mut prefixes = Prefixes(Vec::new());
        loop {
            let before =
                usize::try_from(reader.buffer_position()).map_err(|error| error.to_string())?;
            let event = reader
                .read_event()
                .map_err(|error| format!("{error} at byte {}", reader.error_position()))?;
            let failed = |reason: &str| format!("{reason} at byte {before}");
            match event {
                Event::Start(tag) | Event::Empty(tag)
                    if open.is_empty() && !tree.items.is_empty() =>
                {
                    return Err(failed(&format!(
                        "a second root `{}`",
                        String::from_utf8_lossy(tag.name().as_ref())
                    )));
                }
                Event::Start(tag) => {
                    let index = tree
                        .element(&open, text, before, &tag, &mut prefixes)
                        .map_err(|e| failed(&e))?;
                    open.push(index);
                    if open.len() > DEPTH_LIMIT {
                        return Err(failed(&format!("nested deeper than {DEPTH_LIMIT}")));
                    }
                }
                Event::Empty(tag) => {
                    tree.element(&open, text, before, &tag, &mut prefixes)
                        .map_err(|e| failed(&e))?;
                }
                Event::End(_) => drop(open.pop()),
                Event::Text(text) => {
                    let text = text.decode().map_err(|error| error.to_string())?;
                    if !open.is_empty() {
                        tree.text(&open, text);
                    } else if !text.trim().is_empty() {
                        return Err(failed("text outside of the root"));
                    }
                }
                Event::CData(data) => {
                    let text = data.decode().map_err(|error| error.to_string())?;
                    tree.text(&open, text);
                }
                Event::GeneralRef(reference) => {
                    let text = entity(&reference).ok_or_else(|| failed("an unknown entity"))?;
                    tree.text(&open, text.into());
                }
                // ECMA-376 part 2, 6.1.4: no DTD in a package.
                Event::DocType(_) => return Err(failed("a document type")),
                Event::Eof => break,
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            }
        }
        match (open.last(), tree.items.is_empty()) {
            (Some(open), _) => Err(format!("`{}` is not closed", tree.items[*open].name)),
            (None, true) => Err("no root element".into()),
            (None, false) => Ok(tree),
        }
    }

    /// Adds an element whose tag starts at a byte of the part.
    fn element(
        &mut self,
        open: &[usize],
        part: &'a str,
        at: usize,
        tag: &BytesStart<'_>,
        prefixes: &mut Prefixes<'a>,
    ) -> Result<usize, String> {
        // The event borrows the reader, so the same bytes are taken from the part.
        let raw = part
            .get(at + 1..at + 1 + tag.len())
            .ok_or("a tag that ends too early")?;
        let name_length = tag.name().as_ref().len();
        let name = raw.get(..name_length).ok_or("a broken name")?;
        let from = self.attributes.len();
        // quick-xml refuses doubled names and unquoted values here.
        for attribute in Attributes::new(raw, name_length) {
            let attribute = attribute.map_err(|error| format!("{error} in `{name}`"))?;
            let key = std::str::from_utf8(attribute.key.into_inner())
                .map_err(|error| error.to_string())?;
            let value = attribute
                .normalized_value(XmlVersion::Explicit1_0)
                .map_err(|error| format!("{error} in `{name}`"))?;
            if let Some(prefix) = key.strip_prefix("xmlns:") {
                prefixes.0.push(prefix);
            }
            self.attributes.push((key, value));
        }
        let attributes = from..self.attributes.len();
        prefixes.check(name)?;
        for (key, _) in &self.attributes[attributes.clone()] {
            prefixes.check(key)?;
        }
        Ok(self.add(open, name, attributes, Cow::Borrowed("")))
    }

    fn text(&mut self, open: &[usize], text: Cow<'a, str>) {
        self.add(open, "", 0..0, text);
    }

    fn add(
        &mut self,
        open: &[usize],
        name: &'a str,
        attributes: std::ops::Range<usize>,
        text: Cow<'a, str>,
    ) -> usize {
        let index = self.items.len();
        self.items.push(Item {
            name,
            attributes,
            text,
            first: None,
            last: None,
            next: None,
        });
        if let Some(parent) = open.last() {
            match self.items[*parent].last.replace(index) {
                Some(last) => self.items[last].next = Some(index),
                None => self.items[*parent].first = Some(index),
            }
        }
        index
    }

    /// The root element.
    pub(crate) fn root(&self) -> Node<'_, 'a> {
        Node { tree: self, at: 0 }
    }

    /// Every element, in document order.
    pub(crate) fn all(&self) -> impl Iterator<Item = Node<'_, 'a>> {
        let elements = self
            .items
            .iter()
            .enumerate()
            .filter(|(_, item)| !item.name.is_empty());
        elements.map(|(at, _)| Node { tree: self, at })
    }
}

impl<'t, 'a> Node<'t, 'a> {
    fn item(self) -> &'t Item<'a> {
        &self.tree.items[self.at]
    }

    /// The name with its prefix.
    pub(crate) fn name(self) -> &'t str {
        self.item().name
    }

    /// An attribute's value, by the name with its prefix.
    pub(crate) fn attribute(self, name: &str) -> Option<&'t str> {
        self.attributes()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    }

    /// Whether it has attributes, namespaces included.
    pub(crate) fn has_attributes(self) -> bool {
        !self.item().attributes.is_empty()
    }

    /// All attributes in order.
    pub(crate) fn attributes(self) -> impl Iterator<Item = (&'t str, &'t str)> {
        self.tree.attributes[self.item().attributes.clone()]
            .iter()
            .map(|(key, value)| (*key, &**value))
    }

    /// Elements and texts inside, in order.
    fn content(self) -> impl Iterator<Item = &'t Item<'a>> {
        let next = |item: &&'t Item<'a>| item.next.map(|at| &self.tree.items[at]);
        std::iter::successors(self.item().first.map(|at| &self.tree.items[at]), next)
    }

    /// The child elements in order.
    pub(crate) fn children(self) -> impl Iterator<Item = Node<'t, 'a>> {
        let tree = self.tree;
        std::iter::successors(self.item().first, |at| tree.items[*at].next)
            .map(|at| Node { tree, at })
            .filter(|node| !node.name().is_empty())
    }

    /// The first child of a name.
    pub(crate) fn child(self, name: &str) -> Option<Node<'t, 'a>> {
        self.children().find(|child| child.name() == name)
    }

    /// The `w:val` of the first child of a name.
    pub(crate) fn child_value(self, name: &str) -> Option<&'t str> {
        self.child(name)?.attribute("w:val")
    }

    /// The text directly inside.
    pub(crate) fn text(self) -> String {
        self.content().map(|item| &*item.text).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Tree;

    #[test]
    fn reads_elements_attributes_and_entities() {
        let tree = Tree::parse(
            b"<a xmlns:w='x'><w:t w:val=\"1 &lt; 2\">a&amp;b&#233;<!-- c --></w:t><b/></a>",
        )
        .unwrap();
        let t = tree.root().child("w:t").unwrap();
        assert_eq!(t.attribute("w:val"), Some("1 < 2"));
        assert_eq!(t.text(), "a&bé");
        assert_eq!(tree.root().children().count(), 2);
    }

    #[test]
    fn refuses_what_is_not_well_formed() {
        for (xml, reason) in [
            ("<a><b></a>", "expected `</b>`"),
            ("<a>", "not closed"),
            ("<a/><b/>", "second root"),
            ("<a b='1' b='2'/>", "duplicate"),
            ("<w:a/>", "not bound"),
            ("<a>&nbsp;</a>", "unknown entity"),
            ("<!DOCTYPE a [<!ENTITY x 'y'>]><a/>", "document type"),
            ("", "no root"),
            ("text<a/>", "outside"),
        ] {
            let error = Tree::parse(xml.as_bytes()).unwrap_err();
            assert!(error.contains(reason), "{xml}: {error}");
        }
        assert!(
            Tree::parse("<a>".repeat(100_000).as_bytes())
                .unwrap_err()
                .contains("deeper")
        );
    }
}
