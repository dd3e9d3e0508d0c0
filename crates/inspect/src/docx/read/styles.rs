//! Styles, as far as reading needs them (ECMA-376 part 1, 17.7): headings, lists and language.

use std::collections::HashMap;

use crate::xml::{Node, Tree};

/// Styles based on each other deeper than this are a circle.
const CHAIN_LIMIT: usize = 16;

#[derive(Debug, Default)]
struct Style {
    name: String,
    based_on: Option<String>,
    outline: Option<u8>,
    /// `numId` and `ilvl`; either may come from a style further down.
    list: (Option<String>, Option<usize>),
}

/// The styles of a document.
#[derive(Debug, Default)]
pub(crate) struct Styles {
    styles: HashMap<String, Style>,
    /// `w:lang` of the document's defaults.
    pub(crate) language: Option<String>,
}

/// The outline level that paragraph properties set, from 0; 9 is body text (17.3.1.20).
pub(crate) fn outline(properties: Node<'_, '_>) -> Option<u8> {
    properties
        .child_value("w:outlineLvl")?
        .parse()
        .ok()
        .filter(|level| *level < 9)
}

/// `numId` and `ilvl` that paragraph properties set (17.3.1.19).
pub(crate) fn list(properties: Node<'_, '_>) -> (Option<String>, Option<usize>) {
    let Some(list) = properties.child("w:numPr") else {
        return (None, None);
    };
    let level = list
        .child_value("w:ilvl")
        .and_then(|level| level.parse::<usize>().ok())
        // 17.9.3: a list has nine levels.
        .map(|level| level.min(8));
    (list.child_value("w:numId").map(str::to_owned), level)
}

impl Styles {
    /// Reads the style part.
    pub(crate) fn read(tree: &Tree<'_>) -> Self {
        let mut styles = Self::default();
        for node in tree.root().children() {
            match node.name() {
                "w:docDefaults" => {
                    let language = node
                        .child("w:rPrDefault")
                        .and_then(|default| default.child("w:rPr"))
                        .and_then(|properties| properties.child_value("w:lang"));
                    styles.language = language.map(str::to_owned);
                }
                "w:style" => {
                    let properties = node.child("w:pPr");
                    let style = Style {
                        name: node
                            .child_value("w:name")
                            .unwrap_or_default()
                            .to_lowercase(),
                        based_on: node.child_value("w:basedOn").map(str::to_owned),
                        outline: properties.and_then(outline),
                        list: properties.map(list).unwrap_or_default(),
                    };
                    styles.styles.insert(
                        node.attribute("w:styleId").unwrap_or_default().to_owned(),
                        style,
                    );
                }
                _ => {}
            }
        }
        styles
    }

    fn chain(&self, id: Option<&str>) -> impl Iterator<Item = &Style> {
        let first = id.and_then(|id| self.styles.get(id));
        let next = |style: &&Style| style.based_on.as_ref().and_then(|id| self.styles.get(id));
        std::iter::successors(first, next).take(CHAIN_LIMIT)
    }

    /// The name of a style, in small letters.
    pub(crate) fn name(&self, id: Option<&str>) -> &str {
        let style = id.and_then(|id| self.styles.get(id));
        style.map_or("", |style| style.name.as_str())
    }

    /// Whether a style is Word's Title, by its name in the file, which is the same in every
    /// language of Word.
    pub(crate) fn is_title(&self, id: Option<&str>) -> bool {
        self.chain(id).any(|style| style.name == "title")
    }

    /// The outline level of a style, from 0.
    pub(crate) fn outline(&self, id: Option<&str>) -> Option<u8> {
        self.chain(id).find_map(|style| {
            // Word has nine levels of headings.
            let by_name = || {
                let level = style.name.strip_prefix("heading ")?.parse::<u8>().ok()?;
                level.checked_sub(1).filter(|level| *level < 9)
            };
            style.outline.or_else(by_name)
        })
    }

    /// `numId` and `ilvl` of a style.
    pub(crate) fn list(&self, id: Option<&str>) -> (Option<&str>, Option<usize>) {
        let num = self.chain(id).find_map(|style| style.list.0.as_deref());
        let level = self.chain(id).find_map(|style| style.list.1);
        (num, level)
    }
}
