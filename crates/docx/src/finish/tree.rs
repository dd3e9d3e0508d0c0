//! A small tree of XML elements, read and written whole.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::Fault;
use crate::characters::{escape_attribute, escape_text};

/// An element, its name with the prefix as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Element {
    /// Such as `w:p`.
    pub(crate) name: String,
    /// Names and unescaped values, in order.
    pub(crate) attributes: Vec<(String, String)>,
    /// What it holds.
    pub(crate) children: Vec<Node>,
}

/// A child of an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    /// An element.
    Element(Element),
    /// Unescaped characters.
    Text(String),
}

impl Element {
    pub(crate) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), attributes: Vec::new(), children: Vec::new() }
    }

    #[must_use]
    pub(crate) fn attribute(mut self, name: &str, value: &str) -> Self {
        self.attributes.push((name.to_owned(), value.to_owned()));
        self
    }

    #[must_use]
    pub(crate) fn child(mut self, child: Self) -> Self {
        self.push(child);
        self
    }

    #[must_use]
    pub(crate) fn text(mut self, text: &str) -> Self {
        self.children.push(Node::Text(text.to_owned()));
        self
    }

    pub(crate) fn push(&mut self, child: Self) {
        self.children.push(Node::Element(child));
    }

    /// The value of an attribute.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Sets an attribute, behind the others where it is new.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        match self.attributes.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => value.clone_into(old),
            None => self.attributes.push((name.to_owned(), value.to_owned())),
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

    /// The first child element of a name, made where there is none.
    pub(crate) fn find_or_add(&mut self, name: &str) -> &mut Self {
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

    /// Whether it says nothing: no attribute, no child.
    pub(crate) fn is_empty(&self) -> bool {
        self.attributes.is_empty() && self.children.is_empty()
    }

    /// Reads a document's root.
    ///
    /// # Errors
    /// Not well-formed, or more than elements, characters and references.
    pub(crate) fn parse(xml: &[u8]) -> Result<Self, Fault> {
        let mut reader = Reader::from_reader(xml);
        reader.config_mut().check_end_names = true;
        let mut open: Vec<Self> = Vec::new();
        loop {
            match reader.read_event()? {
                Event::Start(start) => open.push(element(&start)?),
                Event::Empty(start) => {
                    let element = element(&start)?;
                    match open.last_mut() {
                        Some(parent) => parent.push(element),
                        None => return Ok(element),
                    }
                }
                Event::End(_) => {
                    let element = open.pop().ok_or(Fault::Incomplete)?;
                    match open.last_mut() {
                        Some(parent) => parent.push(element),
                        None => return Ok(element),
                    }
                }
                Event::Text(text) => {
                    if let Some(parent) = open.last_mut() {
                        parent.push_text(&text.decode()?);
                    }
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
                }
                Event::Decl(_) => {}
                Event::Eof => return Err(Fault::Incomplete),
                other @ (Event::CData(_) | Event::Comment(_) | Event::PI(_) | Event::DocType(_)) => {
                    return Err(Fault::Unexpected(format!("{other:?}")));
                }
            }
        }
    }

    fn push_text(&mut self, text: &str) {
        match self.children.last_mut() {
            Some(Node::Text(last)) => last.push_str(text),
            Some(Node::Element(_)) | None => self.children.push(Node::Text(text.to_owned())),
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
            escape_attribute(value, out);
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
                Node::Text(text) => escape_text(text, out),
            }
        }
        out.push_str("</");
        out.push_str(&self.name);
        out.push('>');
    }
}

fn element(start: &BytesStart<'_>) -> Result<Element, Fault> {
    let name = std::str::from_utf8(start.name().into_inner()).map_err(|_| Fault::Incomplete)?;
    let mut element = Element::new(name);
    for attribute in start.attributes() {
        let attribute = attribute?;
        let name =
            std::str::from_utf8(attribute.key.into_inner()).map_err(|_| Fault::Incomplete)?;
        let value = std::str::from_utf8(&attribute.value).map_err(|_| Fault::Incomplete)?;
        let value = quick_xml::escape::unescape(value)?;
        element.attributes.push((name.to_owned(), value.into_owned()));
    }
    Ok(element)
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
        for xml in ["<a><b></a>", "<a>", "", "<a>&unknown;</a>", "<a><!-- x --></a>"] {
            assert!(Element::parse(xml.as_bytes()).is_err(), "{xml}");
        }
    }
}
