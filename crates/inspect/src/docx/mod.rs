//! Finished WordprocessingML files (ECMA-376): paragraphs in order with computed list labels and
//! footnote numbers, what the file says about itself, and the package for the lint.

mod body;
mod controls;
mod numbering;
pub(crate) mod package;
mod styles;
mod zip;

use body::Body;
pub use controls::{Control, Entry};
use numbering::Numbering;
use package::{Package, relationships, relationships_name};
use styles::Styles;

use crate::xml::Tree;
use crate::{Line, ReadError};

/// The end of a relationship's type, the same in transitional and strict files.
const OFFICE_DOCUMENT: &str = "/officeDocument";

/// What a DOCX says.
#[derive(Debug, Clone, Default)]
pub struct DocxText {
    /// Headings, paragraphs and list items in order, the footnotes behind them.
    pub lines: Vec<Line>,
    /// The text of each header and footer part, in the order of the relationships.
    pub headers_and_footers: Vec<String>,
    /// `dc:title` of the core properties.
    pub title: Option<String>,
    /// `dc:creator` of the core properties.
    pub creator: Option<String>,
    /// The language of the document's defaults (17.3.2.20), else `dc:language`.
    pub language: Option<String>,
}

/// The content controls of a document that are filled in, in reading order.
pub(crate) fn read_controls(parts: &Parts<'_>) -> Result<Vec<Control>, ReadError> {
    let main = parts.main()?;
    let document = parts
        .get(&main)?
        .ok_or_else(|| ReadError::MissingPart(main.clone()))?;
    let glossary = parts.first_related(&main, "/glossaryDocument")?;
    Ok(controls::read(document, glossary))
}

/// The record that the document carries: names of elements and their texts.
pub(crate) fn read_record(parts: &Parts<'_>) -> Vec<(String, String)> {
    let record = parts
        .whole()
        .find(|(_, tree)| tree.root().name() == "informatieobject");
    let Some((_, tree)) = record else {
        return Vec::new();
    };
    tree.all()
        .map(|node| (node.name().to_owned(), node.text()))
        .collect()
}

/// Reads a finished DOCX.
///
/// # Errors
/// When the package is broken, a part that is needed is missing or not well-formed.
pub fn read_docx(bytes: &[u8]) -> Result<DocxText, ReadError> {
    let package = Package::open(bytes)?;
    let parts = Parts::parse(&package);
    read_parts(&parts)
}

/// The XML parts of a package, each parsed once, in file order.
pub(crate) struct Parts<'p> {
    trees: Vec<(&'p str, Result<Tree<'p>, String>)>,
}

impl<'p> Parts<'p> {
    pub(crate) fn parse(package: &'p Package) -> Self {
        let is_xml = |name: &str| name.ends_with(".xml") || name.ends_with(".rels");
        let trees = package
            .parts()
            .filter(|(name, _)| is_xml(name))
            .map(|(name, bytes)| (name, Tree::parse(bytes)))
            .collect();
        Self { trees }
    }

    /// All parts, the broken ones included.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&'p str, &Result<Tree<'p>, String>)> {
        self.trees.iter().map(|(name, tree)| (*name, tree))
    }

    /// The well-formed parts.
    pub(crate) fn whole(&self) -> impl Iterator<Item = (&'p str, &Tree<'p>)> {
        self.all()
            .filter_map(|(name, tree)| Some((name, tree.as_ref().ok()?)))
    }

    /// A part; `None` where there is none of this name (compared without regard to case).
    pub(crate) fn get(&self, name: &str) -> Result<Option<&Tree<'p>>, ReadError> {
        match self.all().find(|(part, _)| part.eq_ignore_ascii_case(name)) {
            None => Ok(None),
            Some((_, Ok(tree))) => Ok(Some(tree)),
            Some((part, Err(reason))) => Err(ReadError::Xml {
                part: part.to_owned(),
                reason: reason.clone(),
            }),
        }
    }

    /// The parts to which a part has relationships of a type, by the end of the type.
    fn related(&self, source: &str, kind: &str) -> Result<Vec<String>, ReadError> {
        let Some(tree) = self.get(&relationships_name(source))? else {
            return Ok(Vec::new());
        };
        let of_kind = |r: &package::Relationship| !r.external && r.kind.ends_with(kind);
        Ok(relationships(tree, source)
            .into_iter()
            .filter(of_kind)
            .map(|r| r.target)
            .collect())
    }

    fn first_related(&self, source: &str, kind: &str) -> Result<Option<&Tree<'p>>, ReadError> {
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

pub(crate) fn read_parts(parts: &Parts<'_>) -> Result<DocxText, ReadError> {
    read_masked(parts, &[])
}

/// Reads a document with other words in place of its content controls, in order.
pub(crate) fn read_masked(parts: &Parts<'_>, masks: &[String]) -> Result<DocxText, ReadError> {
    let main = parts.main()?;
    let document = parts
        .get(&main)?
        .ok_or_else(|| ReadError::MissingPart(main.clone()))?;
    let styles = parts
        .first_related(&main, "/styles")?
        .map(Styles::read)
        .unwrap_or_default();
    let numbering = parts
        .first_related(&main, "/numbering")?
        .map(Numbering::read)
        .unwrap_or_default();
    let footnotes = parts.first_related(&main, "/footnotes")?;
    let core = parts.first_related("", "/core-properties")?;
    let property = |name: &str| {
        let text = core?.root().child(name)?.text();
        Some(text).filter(|text| !text.is_empty())
    };
    let mut headers_and_footers = Vec::new();
    for kind in ["/header", "/footer"] {
        for name in parts.related(&main, kind)? {
            if let Some(tree) = parts.get(&name)? {
                headers_and_footers.push(body::plain(tree.root()));
            }
        }
    }
    Ok(DocxText {
        lines: Body::read(&styles, numbering, document, footnotes, masks),
        headers_and_footers,
        title: property("dc:title"),
        creator: property("dc:creator"),
        language: styles.language.clone().or_else(|| property("dc:language")),
    })
}
