//! Facts of a single part, read once from its tree: everything that reader and lint need of it, so
//! that a part of the same bytes is neither inflated nor parsed again. Relations between parts are
//! not included.

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
    /// The facts of an XML part, or the reason why it is not well-formed; `None` for other parts.
    pub(crate) xml: Option<Result<Facts, String>>,
    weight: usize,
}

/// The facts of a well-formed part.
pub(crate) struct Facts {
    /// The name of its root.
    pub(crate) root: String,
    /// Relationships, when it is a part with those.
    pub(crate) relationships: Vec<Relationship>,
    /// Findings of the lint, and what it compares with other parts.
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

/// The core properties (part 2, 8.2) that are read; `None` if empty.
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
