//! What is known of a part by itself, told once from its tree: all that the reader and the lint
//! need of it, so that a part of the same bytes is neither inflated nor parsed again. What parts
//! are to each other is no part of it.

use super::lint;
use super::read::numbering::Lists;
use super::read::story::Story;
use super::read::styles::Styles;
use super::relationships::{Relationship, relationships};
use crate::xml::Tree;

/// A part of a package.
pub(crate) struct Part {
    /// As written.
    pub(crate) name: String,
    /// The name in lower case, for names are compared without regard to case (part 2, 6.2.2.3).
    pub(crate) lower: String,
    /// What an XML part says, or why it is not well-formed; none for other parts.
    pub(crate) xml: Option<Result<Facts, String>>,
    weight: usize,
}

/// What a well-formed part says.
pub(crate) struct Facts {
    /// The name of its root.
    pub(crate) root: String,
    /// Relationships, when it is a part with those.
    pub(crate) relationships: Vec<Relationship>,
    /// What its rules find, and what they ask of other parts.
    pub(crate) lint: lint::Facts,
    /// Its paragraphs, when it is a story.
    pub(crate) story: Story,
    /// Styles, when it is the style part.
    pub(crate) styles: Styles,
    /// Lists, when it is the numbering part.
    pub(crate) lists: Lists,
    /// Properties, when it is the part with the core properties.
    pub(crate) properties: Properties,
}

/// Core properties (part 2, 8.2), those that are read; none where they are empty.
pub(crate) struct Properties {
    pub(crate) title: Option<String>,
    pub(crate) creator: Option<String>,
    pub(crate) language: Option<String>,
}

impl Part {
    /// Reads a part.
    pub(crate) fn read(name: &str, bytes: &[u8]) -> Self {
        let is_xml = name.ends_with(".xml") || name.ends_with(".rels");
        let mut weight = size_of::<Self>() + 4 * name.len();
        let xml = is_xml.then(|| {
            let tree = Tree::parse(bytes)?;
            // Names and texts at most, with some words round each.
            weight += 3 * bytes.len();
            Ok(Facts::of(name, &tree))
        });
        Self {
            name: name.to_owned(),
            lower: name.to_ascii_lowercase(),
            xml,
            weight,
        }
    }

    /// About how many bytes remembering it costs.
    pub(crate) fn weight(&self) -> usize {
        self.weight
    }
}

impl Facts {
    fn of(name: &str, tree: &Tree<'_>) -> Self {
        let root = tree.root();
        let property = |name: &str| {
            let text = root.child(name)?.text();
            Some(text).filter(|text| !text.is_empty())
        };
        Self {
            root: root.name().to_owned(),
            relationships: relationships(tree),
            lint: lint::Facts::of(name, tree),
            story: Story::read(tree),
            styles: Styles::read(tree),
            lists: Lists::read(tree),
            properties: Properties {
                title: property("dc:title"),
                creator: property("dc:creator"),
                language: property("dc:language"),
            },
        }
    }
}
