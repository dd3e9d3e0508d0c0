//! A small tree of XML elements, read and written whole; it borrows what is read as it is.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::attributes::Attributes;
use quick_xml::events::{BytesStart, Event};

use super::Fault;
use crate::xml::characters::{escape_attribute, escape_text};

/// How many elements of others may stand within each other, so that no stack runs over.
const DEEPEST: usize = 200;

/// Who has written a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// docx-rs, of which all is known.
    Own,
    /// Any other program.
    Foreign,
}

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

    /// The first child element of a name, made where there is none.
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

    /// Whether it says nothing: no attribute, no child.
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

    /// Reads a document's root; namespaces with a prefix are not kept.
    ///
    /// # Errors
    /// Not well-formed, or more than elements, characters and references.
    pub(crate) fn parse(xml: &'a [u8]) -> Result<Self, Fault> {
        Self::read(xml, Origin::Own)
    }

    /// Reads what others have written: namespaces are kept, comments and instructions passed over.
    ///
    /// # Errors
    /// Not well-formed, not UTF-8, deeper than [`DEEPEST`], or with a document type.
    pub(crate) fn parse_foreign(xml: &'a [u8]) -> Result<Element<'static>, Fault> {
        Ok(Self::read(xml, Origin::Foreign)?.into_owned())
    }

    fn read(xml: &'a [u8], origin: Origin) -> Result<Self, Fault> {
        let xml = text_of(xml)?;
        let mut reader = Reader::from_str(xml);
        reader.config_mut().check_end_names = true;
        let mut open: Vec<Self> = Vec::new();
        loop {
            match reader.read_event()? {
                Event::Start(start) => {
                    if open.len() >= DEEPEST {
                        return Err(Fault::Unexpected(
                            "too many elements within each other".into(),
                        ));
                    }
                    open.push(element(xml, &reader, &start, 1, origin)?);
                }
                Event::Empty(start) => {
                    let element = element(xml, &reader, &start, 2, origin)?;
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
                        parent.push_text(text.decode()?);
                    }
                }
                Event::GeneralRef(reference) => {
                    let parent = open.last_mut().ok_or(Fault::Incomplete)?;
                    let name = reference.decode()?;
                    match reference.resolve_char_ref()? {
                        Some(c) => parent.push_text(c.to_string()),
                        None => parent.push_text(
                            quick_xml::escape::resolve_predefined_entity(&name)
                                .ok_or_else(|| Fault::Unexpected(format!("&{name};")))?,
                        ),
                    }
                }
                Event::Decl(_) => {}
                Event::Eof => return Err(Fault::Incomplete),
                Event::Comment(_) | Event::PI(_) if origin == Origin::Foreign => {}
                Event::CData(text) if origin == Origin::Foreign => {
                    if let Some(parent) = open.last_mut() {
                        parent.push_text(text.decode()?.into_owned());
                    }
                }
                other
                @ (Event::CData(_) | Event::Comment(_) | Event::PI(_) | Event::DocType(_)) => {
                    return Err(Fault::Unexpected(format!("{other:?}")));
                }
            }
        }
    }

    fn push_text(&mut self, text: impl Into<Cow<'a, str>>) {
        let text = text.into();
        match self.children.last_mut() {
            Some(Node::Text(last)) => last.to_mut().push_str(&text),
            Some(Node::Element(_)) | None => self.children.push(Node::Text(text)),
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

/// An element with nothing but `w:val`.
pub(crate) fn value<'a>(name: &'static str, value: impl Into<Cow<'a, str>>) -> Element<'a> {
    Element::new(name).attribute("w:val", value)
}

/// The element of a tag. The reader lends its events for a moment only, so the tag is taken from
/// the text once more: `behind` is how many bytes close it.
fn element<'a>(
    xml: &'a str,
    reader: &Reader<&[u8]>,
    start: &BytesStart<'_>,
    behind: usize,
    origin: Origin,
) -> Result<Element<'a>, Fault> {
    let end = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
    let end = end.checked_sub(behind).ok_or(Fault::Incomplete)?;
    let from = end.checked_sub(start.len()).ok_or(Fault::Incomplete)?;
    let tag = xml.get(from..end).ok_or(Fault::Incomplete)?;
    let named = start.name().into_inner().len();
    let mut element = Element::new(tag.get(..named).ok_or(Fault::Incomplete)?);
    for attribute in Attributes::new(tag, named) {
        let attribute = attribute?;
        let name = text_of(attribute.key.into_inner())?;
        // docx-rs declares some thirty namespaces in each part; the finish states those it uses.
        let declares = name.starts_with("xmlns:") || name == "mc:Ignorable";
        if declares && origin == Origin::Own {
            continue;
        }
        let value = match attribute.value {
            Cow::Borrowed(value) => quick_xml::escape::unescape(text_of(value)?)?,
            Cow::Owned(value) => {
                Cow::Owned(quick_xml::escape::unescape(text_of(&value)?)?.into_owned())
            }
        };
        element.attributes.push((Cow::Borrowed(name), value));
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
            "<a><!-- x --></a>",
        ] {
            assert!(Element::parse(xml.as_bytes()).is_err(), "{xml}");
        }
    }
}
