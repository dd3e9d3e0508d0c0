//! A mapping with known keys, as the lowering reads it.

use crate::languages::first_text;
use crate::reads;
use crate::table::{Kind, Object};
use crate::text::Text;
use crate::tree::{Node, NodeKind};

/// A mapping with known keys.
pub struct Map<'a> {
    entries: &'a [(Text, Node)],
    object: &'static Object,
}

impl<'a> Map<'a> {
    /// A node with the table of its keys; `None` if it is not a mapping.
    pub fn of(node: &'a Node, object: &'static Object) -> Option<Self> {
        match &*node.kind {
            NodeKind::Mapping(entries) => Some(Self { entries, object }),
            _ => None,
        }
    }

    /// The value of a key of the table.
    pub fn get(&self, name: &'static str) -> Option<&'a Node> {
        reads::note(self.object, name);
        self.entries
            .iter()
            .find(|(key, _)| key.text == name)
            .map(|(_, node)| node)
    }

    /// The first key present of those of which exactly one is required.
    pub fn discriminant(&self) -> Option<&'static str> {
        let mut one_of = self.object.one_of.iter().copied();
        one_of.find(|name| self.entries.iter().any(|(key, _)| key.text == *name))
    }

    /// The text of a key that takes one text for every language. Panics under test if the table
    /// allows several: use [`crate::texts`], which keeps all of them.
    pub fn text(&self, name: &'static str) -> Option<&'a Text> {
        reads::one_language(self.object, name);
        self.get(name)?.scalar()
    }

    /// The text of a key, or the first of its texts in several languages.
    pub fn first_text(&self, name: &'static str) -> Option<&'a Text> {
        first_text(self.get(name)?)
    }

    /// The text of a key, trimmed; otherwise as [`Self::text`].
    pub fn string(&self, name: &'static str) -> Option<String> {
        self.text(name).map(|text| text.text.trim().to_owned())
    }

    /// The items of a list; empty if the key is missing or not a list.
    pub fn list(&self, name: &'static str) -> &'a [Node] {
        match self.get(name).map(|node| &*node.kind) {
            Some(NodeKind::Sequence(items)) => items,
            _ => &[],
        }
    }

    /// Whether a flag is set.
    pub fn flag(&self, name: &'static str) -> bool {
        self.text(name).is_some_and(|text| text.text == "true")
    }

    /// The texts of a list, as [`Self::text`].
    pub fn strings(&self, name: &'static str) -> Vec<String> {
        reads::one_language(self.object, name);
        self.list(name)
            .iter()
            .filter_map(Node::scalar)
            .map(|text| text.text.clone())
            .collect()
    }

    /// The mapping with known keys below a key.
    pub fn object(&self, name: &'static str) -> Option<Map<'a>> {
        let node = self.get(name)?;
        Map::of(node, object_of(&self.object.key(name)?.kind)?)
    }

    /// The entries of a mapping whose keys the author chose.
    pub fn entries(&self, name: &'static str) -> &'a [(Text, Node)] {
        match self.get(name).map(|node| &*node.kind) {
            Some(NodeKind::Mapping(entries)) => entries,
            _ => &[],
        }
    }

    /// The table of the objects below a key.
    pub fn below(&self, name: &'static str) -> Option<&'static Object> {
        object_of(&self.object.key(name)?.kind)
    }
}

/// The object that a kind is or contains.
fn object_of(kind: &'static Kind) -> Option<&'static Object> {
    match kind {
        Kind::Object(object) => Some(object),
        Kind::List(inner) | Kind::Map(inner) => object_of(inner),
        Kind::Either(first, second) => object_of(first).or_else(|| object_of(second)),
        _ => None,
    }
}
