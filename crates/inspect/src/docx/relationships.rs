//! Relationships between parts (ECMA-376 part 2, 6.5), and the names that they lead to.

use crate::xml::Tree;

/// A relationship (ECMA-376 part 2, 6.5.3.4).
#[derive(Debug, Clone)]
pub(crate) struct Relationship {
    pub(crate) id: String,
    pub(crate) kind: String,
    /// As written: relative to the source part, or an address when external.
    pub(crate) target: String,
    pub(crate) external: bool,
}

/// The relationship part of a part; of the package for the empty name.
pub(crate) fn relationships_name(part: &str) -> String {
    let (folder, file) = part
        .rsplit_once('/')
        .map_or(("", part), |(folder, file)| (folder, file));
    let slash = if folder.is_empty() { "" } else { "/" };
    format!("{folder}{slash}_rels/{file}.rels")
}

/// The part to which a relationship part belongs; empty for the package's own.
pub(crate) fn source_of(relationships: &str) -> Option<String> {
    let stem = relationships.strip_suffix(".rels")?;
    let (folder, file) = stem.rsplit_once("_rels/")?;
    Some(format!("{folder}{file}"))
}

/// The relationships in a relationship part.
pub(crate) fn relationships(tree: &Tree<'_>) -> Vec<Relationship> {
    let value = |name: Option<&str>| name.unwrap_or_default().to_owned();
    tree.root()
        .children()
        .filter(|node| node.name() == "Relationship")
        .map(|node| Relationship {
            id: value(node.attribute("Id")),
            kind: value(node.attribute("Type")),
            target: value(node.attribute("Target")),
            external: node.attribute("TargetMode") == Some("External"),
        })
        .collect()
}

/// Resolves a target against the folder of its source (RFC 3986, 5.2, for paths).
pub(crate) fn resolve(source: &str, target: &str) -> String {
    let mut path: Vec<&str> = match target.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => source
            .rsplit_once('/')
            .map_or(Vec::new(), |(folder, _)| folder.split('/').collect()),
    };
    let target = target.split('#').next().unwrap_or_default();
    for segment in target.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(path.pop()),
            other => path.push(other),
        }
    }
    path.join("/")
}

#[cfg(test)]
mod tests {
    use super::{relationships_name, resolve, source_of};

    #[test]
    fn names_follow_the_conventions() {
        assert_eq!(relationships_name(""), "_rels/.rels");
        assert_eq!(
            relationships_name("word/document.xml"),
            "word/_rels/document.xml.rels"
        );
        assert_eq!(
            source_of("word/_rels/document.xml.rels").as_deref(),
            Some("word/document.xml")
        );
        assert_eq!(source_of("_rels/.rels").as_deref(), Some(""));
        assert_eq!(
            resolve("word/document.xml", "../customXml/item1.xml"),
            "customXml/item1.xml"
        );
        assert_eq!(
            resolve("word/document.xml", "/word/media/a.png"),
            "word/media/a.png"
        );
        assert_eq!(resolve("", "word/document.xml"), "word/document.xml");
    }
}
