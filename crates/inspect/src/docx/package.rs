//! The package (ECMA-376 part 2): parts, their content types and their relationships.

use std::sync::Arc;

use raadspost_content::{Fingerprint, Recent};

use super::part::{Facts, Part};
use super::zip::{self, Inflater, Packed};
use crate::ReadError;
use crate::xml::Tree;

/// How many bytes of facts one half of the memory keeps: those of a hundred files and more.
const HALF: usize = 4 << 20;

/// The end of the main document's relationship type, the same in transitional and strict files.
const OFFICE_DOCUMENT: &str = "/officeDocument";

/// What a run remembers of parts; shared by its threads. Most parts are the same bytes in the
/// files of all municipalities: they are inflated, parsed and judged once.
pub(crate) struct Memory(Recent<Fingerprint, Part>);

impl Default for Memory {
    fn default() -> Self {
        Self(Recent::new(HALF, |_, part: &Part| part.weight()))
    }
}

/// The parts of a document, in file order.
pub(crate) struct Package<'a> {
    parts: Vec<(Packed<'a>, Arc<Part>)>,
}

impl<'a> Package<'a> {
    /// Opens a package.
    ///
    /// # Errors
    /// When the container is broken or too large.
    pub(crate) fn open(bytes: &'a [u8], memory: &Memory) -> Result<Self, ReadError> {
        let mut inflater = Inflater::new();
        let mut parts = zip::read(bytes, |packed| {
            let read = || {
                let bytes = packed.unpack(&mut inflater)?;
                Ok::<_, ReadError>(Part::read(packed.name, &bytes))
            };
            let part = memory.0.try_recall(&packed.key(), read)?;
            Ok((packed, part))
        })?;
        parts.retain(|(packed, _)| !packed.name.ends_with('/'));
        Ok(Self { parts })
    }

    /// All parts, and the content type stream, in file order.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &Part> {
        self.parts.iter().map(|(_, part)| part.as_ref())
    }

    /// The XML parts that are well-formed.
    pub(crate) fn whole(&self) -> impl Iterator<Item = (&Part, &Facts)> {
        self.parts()
            .filter_map(|part| Some((part, part.xml.as_ref()?.as_ref().ok()?)))
    }

    /// An XML part; `None` where there is none of this name (compared without regard to case).
    pub(crate) fn get(&self, name: &str) -> Result<Option<&Facts>, ReadError> {
        let mut parts = self.parts();
        let named = |part: &Part| part.name.eq_ignore_ascii_case(name);
        match parts.find_map(|part| Some((part, part.xml.as_ref().filter(|_| named(part))?))) {
            None => Ok(None),
            Some((_, Ok(facts))) => Ok(Some(facts)),
            Some((part, Err(reason))) => Err(ReadError::Xml {
                part: part.name.clone(),
                reason: reason.clone(),
            }),
        }
    }

    /// The bytes of a well-formed XML part, for what nobody remembers.
    pub(crate) fn bytes(&self, name: &str) -> Result<Option<Vec<u8>>, ReadError> {
        if self.get(name)?.is_none() {
            return Ok(None);
        }
        let named = |(packed, part): &&(Packed<'_>, Arc<Part>)| {
            part.xml.is_some() && packed.name.eq_ignore_ascii_case(name)
        };
        let found = self.parts.iter().find(named);
        found
            .map(|(packed, _)| packed.unpack(&mut Inflater::new()))
            .transpose()
    }

    /// The names of the parts to which a part has relationships of a type, by the end of the type.
    pub(crate) fn related(&self, source: &str, kind: &str) -> Result<Vec<String>, ReadError> {
        let Some(facts) = self.get(&relationships_name(source))? else {
            return Ok(Vec::new());
        };
        let of_kind = |r: &&Relationship| !r.external && r.kind.ends_with(kind);
        let related = facts.relationships.iter().filter(of_kind);
        Ok(related.map(|r| resolve(source, &r.target)).collect())
    }

    /// The first of them.
    pub(crate) fn first_related(
        &self,
        source: &str,
        kind: &str,
    ) -> Result<Option<&Facts>, ReadError> {
        match self.related(source, kind)?.first() {
            Some(name) => self.get(name),
            None => Ok(None),
        }
    }

    /// The name of the main document part.
    pub(crate) fn main(&self) -> Result<String, ReadError> {
        let mut names = self.related("", OFFICE_DOCUMENT)?;
        if names.is_empty() {
            return Err(ReadError::MissingPart("main document".into()));
        }
        Ok(names.swap_remove(0))
    }
}

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
