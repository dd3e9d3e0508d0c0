//! A small tree of XML elements, read, changed and written.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use raadspost_content::xml::{escape_attribute, escape_text};

use super::Fault;
use super::markers::escape_around;

/// The deepest nesting of elements that is read, so that no stack overflows.
const DEPTH_LIMIT: usize = 200;

/// An element, its name with the prefix as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Element<'a> {
    /// Such as `w:p`.
    pub(crate) name: Cow<'a, str>,
    /// Names and unescaped values, in order.
    pub(crate) attributes: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// What it holds.
    pub(crate) children: Vec<Node<'a>>,
}

/// A child of an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node<'a> {
    /// An element.
    Element(Element<'a>),
    /// Unescaped characters.
    Text(Cow<'a, str>),
}

impl<'a> Element<'a> {
    pub(crate) fn new(name: impl Into<Cow<'a, str>>) -> Self {
        Self {
            name: name.into(),
            attributes: Vec::new(),
            children: Vec::new(),
        }
    }

    #[must_use]
    pub(crate) fn attribute(mut self, name: &'static str, value: impl Into<Cow<'a, str>>) -> Self {
        self.attributes.push((Cow::Borrowed(name), value.into()));
        self
    }

    #[must_use]
    pub(crate) fn child(mut self, child: Self) -> Self {
        self.push(child);
        self
    }

    #[must_use]
    pub(crate) fn text(mut self, text: impl Into<Cow<'a, str>>) -> Self {
        self.children.push(Node::Text(text.into()));
        self
    }

    pub(crate) fn push(&mut self, child: Self) {
        self.children.push(Node::Element(child));
    }

    /// The value of an attribute.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_ref())
    }

    /// Sets an attribute, behind the others where it is new.
    pub(crate) fn set(&mut self, name: &'static str, value: impl Into<Cow<'a, str>>) {
        let value = value.into();
        match self.attributes.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value,
            None => self.attributes.push((Cow::Borrowed(name), value)),
        }
    }

    /// The child elements.
    pub(crate) fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The child elements, to be changed.
    pub(crate) fn elements_mut(&mut self) -> impl Iterator<Item = &mut Self> {
        self.children.iter_mut().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The first child element of a name.
    pub(crate) fn find(&self, name: &str) -> Option<&Self> {
        self.elements().find(|element| element.name == name)
    }

    /// The first child element of a name, added if there is none.
    pub(crate) fn find_or_add(&mut self, name: &'static str) -> &mut Self {
        let known = |node: &Node| matches!(node, Node::Element(element) if element.name == name);
        let at = self.children.iter().position(known).unwrap_or_else(|| {
            self.push(Self::new(name));
            self.children.len() - 1
        });
        match &mut self.children[at] {
            Node::Element(element) => element,
            Node::Text(_) => unreachable!("`at` is an element's place"),
        }
    }

    /// Keeps the child elements for which `keep` holds, and all text.
    pub(crate) fn retain(&mut self, keep: impl Fn(&Self) -> bool) {
        self.children.retain(|node| match node {
            Node::Element(element) => keep(element),
            Node::Text(_) => true,
        });
    }

    /// Whether it has neither attributes nor children.
    pub(crate) fn is_empty(&self) -> bool {
        self.attributes.is_empty() && self.children.is_empty()
    }

    /// Takes out all characters beside elements.
    pub(crate) fn without_text(&mut self) {
        self.children
            .retain(|node| matches!(node, Node::Element(_)));
    }

    /// The same, with everything its own.
    pub(crate) fn into_owned(self) -> Element<'static> {
        let own = |text: Cow<'a, str>| Cow::Owned(text.into_owned());
        Element {
            name: own(self.name),
            attributes: self
                .attributes
                .into_iter()
                .map(|(name, value)| (own(name), own(value)))
                .collect(),
            children: self
                .children
                .into_iter()
                .map(|node| match node {
                    Node::Element(element) => Node::Element(element.into_owned()),
                    Node::Text(text) => Node::Text(own(text)),
                })
                .collect(),
        }
    }

    /// Reads a document's root. Comments and instructions are skipped.
    ///
    /// # Errors
    /// Not well-formed, not UTF-8, deeper than [`DEPTH_LIMIT`], or with a document type.
    pub(crate) fn parse(xml: &[u8]) -> Result<Element<'static>, Fault> {
        let mut reader = Reader::from_str(text_of(xml)?);
        let mut open: Vec<Element<'static>> = Vec::new();
        loop {
            let closed = match reader.read_event()? {
                Event::Start(start) => {
                    if open.len() >= DEPTH_LIMIT {
                        return Err(Fault::Depth(DEPTH_LIMIT));
                    }
                    open.push(element(&start)?);
                    continue;
                }
                Event::Empty(start) => element(&start)?,
                Event::End(_) => open.pop().ok_or(Fault::Incomplete)?,
                Event::Text(text) => {
                    if let Some(parent) = open.last_mut() {
                        parent.push_text(&text.decode()?);
                    }
                    continue;
                }
                Event::CData(text) => {
                    if let Some(parent) = open.last_mut() {
                        parent.push_text(&text.decode()?);
                    }
                    continue;
                }
                Event::GeneralRef(reference) => {
                    let parent = open.last_mut().ok_or(Fault::Incomplete)?;
                    let name = reference.decode()?;
                    match reference.resolve_char_ref()? {
                        Some(c) => parent.push_text(c.encode_utf8(&mut [0; 4])),
                        None => parent.push_text(
                            quick_xml::escape::resolve_predefined_entity(&name)
                                .ok_or_else(|| Fault::Unexpected(format!("&{name};")))?,
                        ),
                    }
                    continue;
                }
                Event::Decl(_) | Event::Comment(_) | Event::PI(_) => continue,
                Event::Eof => return Err(Fault::Incomplete),
                other @ Event::DocType(_) => return Err(Fault::Unexpected(format!("{other:?}"))),
            };
            match open.last_mut() {
                Some(parent) => parent.push(closed),
                None => return Ok(closed),
            }
        }
    }

    fn push_text(&mut self, text: &str) {
        match self.children.last_mut() {
            Some(Node::Text(last)) => last.to_mut().push_str(text),
            Some(Node::Element(_)) | None => self.children.push(Node::Text(text.to_owned().into())),
        }
    }

    /// The element as XML, without declaration.
    #[cfg(test)]
    pub(crate) fn to_xml(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    /// A part: declaration and root.
    pub(crate) fn to_part(&self) -> String {
        let mut out = String::with_capacity(8 * 1024);
        out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n");
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        out.push('<');
        out.push_str(&self.name);
        for (name, value) in &self.attributes {
            out.push(' ');
            out.push_str(name);
            out.push_str("=\"");
            escape_around(value, out, escape_attribute);
            out.push('"');
        }
        // A text element is never closed at once: a slot in it may be empty, and the bytes may
        // not depend on whether the text came before or after writing.
        if self.children.is_empty() && self.name != "w:t" {
            out.push_str("/>");
            return;
        }
        out.push('>');
        for child in &self.children {
            match child {
                Node::Element(element) => element.write(out),
                Node::Text(text) => escape_around(text, out, escape_text),
            }
        }
        out.push_str("</");
        out.push_str(&self.name);
        out.push('>');
    }
}

/// An element with nothing but `w:val`.
pub(crate) fn value<'a>(name: &'static str, value: impl Into<Cow<'a, str>>) -> Element<'a> {
    Element::new(name).attribute("w:val", value)
}

/// The element of a tag.
fn element(start: &BytesStart<'_>) -> Result<Element<'static>, Fault> {
    let own = |bytes: &[u8]| text_of(bytes).map(str::to_owned);
    let mut element = Element::new(own(start.name().into_inner())?);
    for attribute in start.attributes() {
        let attribute = attribute?;
        let name = own(attribute.key.into_inner())?;
        let value = quick_xml::escape::unescape(text_of(&attribute.value)?)?.into_owned();
        element.attributes.push((name.into(), value.into()));
    }
    Ok(element)
}

fn text_of(bytes: &[u8]) -> Result<&str, Fault> {
    std::str::from_utf8(bytes).map_err(|_| Fault::Incomplete)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written() {
        let xml = "<w:p a=\"&lt;&quot;&#10;é\"><w:t>a &amp; b &lt;/w:t&gt; ]]&gt; &#13;\u{85}\u{2028}</w:t><w:br/><w:t></w:t></w:p>";
        assert_eq!(Element::parse(xml.as_bytes()).unwrap().to_xml(), xml);
    }

    #[test]
    fn broken_xml_is_a_fault() {
        for xml in [
            "<a><b></a>",
            "<a>",
            "",
            "<a>&unknown;</a>",
            "<!DOCTYPE a><a/>",
        ] {
            assert!(Element::parse(xml.as_bytes()).is_err(), "{xml}");
        }
    }
}
