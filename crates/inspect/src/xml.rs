//! A read-only tree of an XML part, by roxmltree: names, attributes and text.
//!
//! Names keep their prefix as written (`w:p`); Word, docx-rs and every writer we know use the
//! prefixes of ECMA-376.

use roxmltree::{Document, ParsingOptions};

/// The deepest nesting of elements that is read.
const DEPTH_LIMIT: usize = 256;

/// The most declarations of namespaces in a part: the parser copies those of its parents for each
/// element that has one.
const NAMESPACE_LIMIT: usize = 1000;

/// A well-formed part.
#[derive(Debug)]
pub(crate) struct Tree<'a> {
    document: Document<'a>,
    /// The names of elements with their prefixes, by the number of a node.
    names: Vec<&'a str>,
}

/// An element of a [`Tree`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node<'t, 'a> {
    tree: &'t Tree<'a>,
    node: roxmltree::Node<'t, 'a>,
}

impl<'a> Tree<'a> {
    /// Reads a part in UTF-8.
    ///
    /// # Errors
    /// Not well-formed, with a document type, or over a limit; the reason, with line and column.
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
        if text.matches("xmlns").count() > NAMESPACE_LIMIT {
            return Err(format!("more than {NAMESPACE_LIMIT} namespaces"));
        }
        // ECMA-376 part 2, 6.1.4: no DTD in a package.
        let options = ParsingOptions {
            allow_dtd: false,
            ..ParsingOptions::default()
        };
        let document =
            Document::parse_with_options(text, options).map_err(|error| error.to_string())?;
        let mut names = Vec::new();
        let mut depths: Vec<usize> = Vec::new();
        for node in document.descendants() {
            let above = node.parent_element();
            let depth = above.map_or(0, |above| depths[above.id().get_usize()] + 1);
            if depth > DEPTH_LIMIT {
                return Err(format!("nested deeper than {DEPTH_LIMIT}"));
            }
            depths.push(depth);
            names.push(if node.is_element() {
                let tag = text.get(node.range().start + 1..).unwrap_or_default();
                let end = tag.find([' ', '\t', '\r', '\n', '/', '>']);
                &tag[..end.unwrap_or(tag.len())]
            } else {
                ""
            });
        }
        Ok(Self { document, names })
    }

    /// The root element.
    pub(crate) fn root(&self) -> Node<'_, 'a> {
        self.node(self.document.root_element())
    }

    /// Every element, in document order.
    pub(crate) fn all(&self) -> impl Iterator<Item = Node<'_, 'a>> {
        let nodes = self.document.descendants();
        nodes
            .filter(roxmltree::Node::is_element)
            .map(|node| self.node(node))
    }

    fn node<'t>(&'t self, node: roxmltree::Node<'t, 'a>) -> Node<'t, 'a> {
        Node { tree: self, node }
    }
}

impl<'t, 'a> Node<'t, 'a> {
    /// The name with its prefix.
    pub(crate) fn name(self) -> &'t str {
        self.tree.names[self.node.id().get_usize()]
    }

    /// An attribute's value, by the name with its prefix.
    pub(crate) fn attribute(self, name: &str) -> Option<&'t str> {
        self.attributes()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    }

    /// Whether it has attributes.
    pub(crate) fn has_attributes(self) -> bool {
        self.node.attributes().len() > 0
    }

    /// All attributes in order, without declarations of namespaces.
    pub(crate) fn attributes(self) -> impl Iterator<Item = (&'t str, &'t str)> {
        let text = self.tree.document.input_text();
        self.node
            .attributes()
            .map(|attribute| (&text[attribute.range_qname()], attribute.value()))
    }

    /// The child elements in order.
    pub(crate) fn children(self) -> impl Iterator<Item = Node<'t, 'a>> {
        let children = self.node.children().filter(roxmltree::Node::is_element);
        children.map(|node| self.tree.node(node))
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
        let texts = self.node.children().filter(roxmltree::Node::is_text);
        texts.filter_map(|node| node.text()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Tree;

    #[test]
    fn reads_elements_attributes_and_entities() {
        let tree = Tree::parse(
            b"<a xmlns:w='x'><w:t w:val=\"1 &lt; 2\">a&amp;b&#233;<!-- c --><![CDATA[<]]></w:t><b/></a>",
        )
        .unwrap();
        let t = tree.root().child("w:t").unwrap();
        assert_eq!(t.attribute("w:val"), Some("1 < 2"));
        assert_eq!(t.text(), "a&bé<");
        assert_eq!(tree.root().children().count(), 2);
        assert!(t.has_attributes() && !tree.root().has_attributes());
        let names: Vec<&str> = tree.all().map(|node| node.name()).collect();
        assert_eq!(names, ["a", "w:t", "b"]);
    }

    #[test]
    fn refuses_what_is_not_well_formed() {
        for (xml, reason) in [
            ("<a><b></a>", "expected 'b' tag, not 'a'"),
            ("<a>", "never closed"),
            ("<a/><b/>", "unknown token"),
            ("<a b='1' b='2'/>", "already defined"),
            ("<w:a/>", "unknown namespace prefix 'w'"),
            ("<a>&nbsp;</a>", "unknown entity"),
            ("<!DOCTYPE a [<!ENTITY x 'y'>]><a/>", "DTD"),
            ("", "root"),
            ("text<a/>", "unknown token"),
        ] {
            let error = Tree::parse(xml.as_bytes()).unwrap_err();
            assert!(error.contains(reason), "{xml}: {error}");
        }
    }

    #[test]
    fn hostile_parts_end_soon() {
        let deep = |open: &str| open.repeat(100_000) + &"</a>".repeat(100_000);
        let error = Tree::parse(deep("<a>").as_bytes()).unwrap_err();
        assert!(error.contains("deeper"), "{error}");
        let bound: String = (0..50_000)
            .map(|n| format!("<a xmlns:n{n}='{n}'>"))
            .collect();
        let error = Tree::parse((bound + &"</a>".repeat(50_000)).as_bytes()).unwrap_err();
        assert!(error.contains("namespaces"), "{error}");
    }
}
