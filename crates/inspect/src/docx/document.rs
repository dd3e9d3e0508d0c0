//! A finished DOCX: its text, its properties, and its faults.

use raadspost_content::Diagnostics;

use super::lint::{self, Seen};
use super::package::{Memory, Package};
use super::read::body::{Body, Placed};
use super::read::controls::{self, Control};
use super::read::numbering::{Lists, Numbering};
use super::read::styles::Styles;
use crate::error::ReadError;
use crate::said::line::Line;
use crate::xml::{Node, Tree};

/// The text and properties of a DOCX.
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

/// A part that was found to be well-formed, parsed again.
pub(crate) fn parse<'b>(name: &str, bytes: &'b [u8]) -> Result<Tree<'b>, ReadError> {
    Tree::parse(bytes).map_err(|reason| ReadError::Xml {
        part: name.to_owned(),
        reason,
    })
}

/// The content controls of a document that are filled in, in reading order.
pub(crate) fn read_controls(package: &Package<'_>) -> Result<Vec<Control>, ReadError> {
    let main = package.main()?;
    let document = package
        .bytes(&main)?
        .ok_or_else(|| ReadError::MissingPart(main.clone()))?;
    let related = package.related(&main, "/glossaryDocument")?;
    let glossary = match related.first() {
        Some(name) => package.bytes(name)?.map(|bytes| (name, bytes)),
        None => None,
    };
    let glossary = glossary.as_ref().map(|(name, bytes)| parse(name, bytes));
    let glossary = glossary.transpose()?;
    Ok(controls::read(&parse(&main, &document)?, glossary.as_ref()))
}

/// The custom properties of the file (ECMA-376 part 1, 22.3): names and texts. They say what it was when
/// it was made, and are kept by programs that lose its record.
pub(crate) fn read_properties(package: &Package<'_>) -> Result<Vec<(String, String)>, ReadError> {
    let Some(name) = package.related("", "/custom-properties")?.first().cloned() else {
        return Ok(Vec::new());
    };
    let Some(bytes) = package.bytes(&name)? else {
        return Ok(Vec::new());
    };
    let tree = parse(&name, &bytes)?;
    let named = |node: Node<'_, '_>| {
        let name = node.attribute("name")?.to_owned();
        Some((name, node.children().next()?.text()))
    };
    Ok(tree.root().children().filter_map(named).collect())
}

/// Reads a finished DOCX.
///
/// # Errors
/// When the package is broken, a part that is needed is missing or not well-formed.
pub fn read_docx(bytes: &[u8]) -> Result<DocxText, ReadError> {
    read_package(&Package::open(bytes, &Memory::default())?)
}

/// The lines of a document, with other words in place of its content controls, in order, and what
/// each line is in a motion.
pub(crate) fn read_placed(
    package: &Package<'_>,
    masks: &[String],
) -> Result<Vec<Placed>, ReadError> {
    let main = package.main()?;
    let document = package
        .get(&main)?
        .ok_or_else(|| ReadError::MissingPart(main.clone()))?;
    let (no_styles, no_lists) = (Styles::default(), Lists::default());
    let styles = package
        .first_related(&main, "/styles")?
        .map_or(&no_styles, |facts| &facts.styles);
    let lists = package
        .first_related(&main, "/numbering")?
        .map_or(&no_lists, |facts| &facts.lists);
    let footnotes = package.first_related(&main, "/footnotes")?;
    let footnotes = footnotes.map(|facts| &facts.story);
    let numbering = Numbering::new(lists);
    Ok(Body::read(
        styles,
        numbering,
        &document.story,
        footnotes,
        masks,
    ))
}

pub(crate) fn read_package(package: &Package<'_>) -> Result<DocxText, ReadError> {
    let main = package.main()?;
    let styles = package.first_related(&main, "/styles")?;
    let core = package.first_related("", "/core-properties")?;
    let properties = core.map(|facts| &facts.properties);
    let mut headers_and_footers = Vec::new();
    for kind in ["/header", "/footer"] {
        for name in package.related(&main, kind)? {
            if let Some(facts) = package.get(&name)? {
                headers_and_footers.push(facts.story.plain.clone());
            }
        }
    }
    let stated = styles.and_then(|facts| facts.styles.language.clone());
    let language = || properties.and_then(|properties| properties.language.clone());
    let lines = read_placed(package, &[])?;
    Ok(DocxText {
        lines: lines.into_iter().map(|placed| placed.line).collect(),
        headers_and_footers,
        title: properties.and_then(|properties| properties.title.clone()),
        creator: properties.and_then(|properties| properties.creator.clone()),
        language: stated.or_else(language),
    })
}

/// Checks a finished DOCX; the place of a finding is a part of the package.
///
/// | code | meaning |
/// |---|---|
/// | `docx-malformed` | a part is not well-formed XML |
/// | `docx-duplicate-id` | two relationships, controls, bookmarks, drawings, paragraphs, comments or footnotes have one id |
/// | `docx-missing-target` | a relationship leads to a part that is not there |
/// | `docx-dangling-relationship` | a part uses a relationship id that it does not define |
/// | `docx-no-content-type` | a part has no content type, or a content type has no part |
/// | `docx-unknown-style` | a style is used that is not defined |
/// | `docx-unknown-numbering` | a list is used that is not defined |
/// | `docx-unknown-note` | a footnote, endnote or comment is referred to that is not there |
/// | `docx-cell-without-paragraph` | a table cell does not end in a paragraph |
/// | `docx-empty-paragraph` | a paragraph of the body is empty |
/// | `docx-element-order` | elements are not in the order of the schema |
///
/// # Errors
/// When the package cannot be opened.
pub fn lint_docx(bytes: &[u8]) -> Result<Diagnostics, ReadError> {
    Ok(lint_package(&Package::open(bytes, &Memory::default())?))
}

pub(crate) fn lint_package(package: &Package<'_>) -> Diagnostics {
    let parts: Vec<Seen<'_>> = package
        .parts()
        .map(|part| Seen {
            name: &part.name,
            lower: &part.lower,
            facts: part.xml.as_ref().map(|xml| match xml {
                Ok(facts) => Ok((&facts.lint, &facts.relationships[..])),
                Err(reason) => Err(reason.as_str()),
            }),
        })
        .collect();
    lint::check(&parts)
}
