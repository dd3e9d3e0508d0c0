//! Content controls round whole paragraphs or rows (ECMA-376 17.5.2.29): alternatives to take out
//! whole, and sections that a clerk repeats (MS-DOCX 2.5.3.1, repeatingSection).

use super::controls::{alias, tag};
use crate::body::tables::{TableNote, TableRows};
use crate::record::Record;
use crate::xml::{Element, Node, value};

/// The name of the bookmarks with which a section is marked, until it is made.
pub(crate) const SECTION_MARK: &str = "section";

/// A section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Section {
    /// The id of its control.
    pub(crate) id: String,
    /// What it is.
    pub(crate) kind: SectionKind,
}

/// What a section is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SectionKind {
    /// One of several alternatives; the variant to which it belongs.
    Alternative(String),
    /// A line for each mover; the clerk may add some.
    Movers,
}

/// First of the ids of a section's items: a section's own id stands before it.
const ITEM_IDS: usize = 1_000_000_000;

/// Puts the sections round what the bookmarks mark.
pub(crate) fn wrap<'a>(body: &mut Element<'a>, sections: &'a [Section]) {
    let mut out: Vec<Node<'a>> = Vec::with_capacity(body.children.len());
    let mut open: Option<(usize, Vec<Node<'a>>)> = None;
    for node in std::mem::take(&mut body.children) {
        let mark = match &node {
            Node::Element(element) => marked(element),
            Node::Text(_) => None,
        };
        match mark {
            Some((true, index)) => open = Some((index, Vec::new())),
            Some((false, _)) => {
                if let Some((index, inside)) = open.take() {
                    match sections.get(index) {
                        Some(section) if !inside.is_empty() => {
                            out.push(Node::Element(section.element(inside)));
                        }
                        _ => out.extend(inside),
                    }
                }
            }
            None => match &mut open {
                Some((_, inside)) => inside.push(node),
                None => out.push(node),
            },
        }
    }
    body.children = out;
}

/// Whether an element starts a section, and which; or ends one.
fn marked(element: &Element<'_>) -> Option<(bool, usize)> {
    let index = || element.get("w:id")?.parse().ok();
    match element.name.as_ref() {
        "w:bookmarkStart" if element.get("w:name") == Some(SECTION_MARK) => Some((true, index()?)),
        "w:bookmarkEnd" => Some((false, index()?)),
        _ => None,
    }
}

impl Section {
    fn element<'a>(&'a self, inside: Vec<Node<'a>>) -> Element<'a> {
        match &self.kind {
            SectionKind::Alternative(variant) => {
                let properties = Element::new("w:sdtPr")
                    .child(value("w:alias", alias(variant)))
                    .child(value("w:tag", tag(&format!("dictum-{variant}"))))
                    .child(value("w:id", self.id.as_str()));
                control(properties, inside)
            }
            SectionKind::Movers => {
                let own = self.id.parse::<usize>().unwrap_or_default();
                let items = inside.into_iter().enumerate().map(|(index, node)| {
                    item((ITEM_IDS + own * 1000 + index).to_string(), vec![node])
                });
                repeating(self.id.clone(), items.collect())
            }
        }
    }
}

/// Completes a table: its name, its header row, and the rows that are repeated.
pub(crate) fn table<'a>(table: &mut Element<'a>, note: &'a TableNote) {
    let mut rows = 0;
    for child in table.elements_mut() {
        match child.name.as_ref() {
            "w:tblPr" => *child = table_properties(&note.caption),
            "w:tblGrid" => child
                .elements_mut()
                .for_each(|column| column.attributes.retain(|(name, _)| name != "w:type")),
            "w:tr" => {
                rows += 1;
                if rows == 1 {
                    // 17.4.49: repeated on each page, and what screen readers take for the heads.
                    child
                        .find_or_add("w:trPr")
                        .push(Element::new("w:tblHeader"));
                }
            }
            _ => {}
        }
    }
    let is_row = |node: &Node<'_>| matches!(node, Node::Element(row) if row.name == "w:tr");
    let Some(header) = table.children.iter().position(is_row) else {
        return;
    };
    match &note.rows {
        TableRows::Plain => {}
        TableRows::Movers(ids) => {
            let rows = table.children.split_off(header + 1);
            let mut ids = ids.iter();
            let own = ids.next().cloned().unwrap_or_default();
            let items = rows
                .into_iter()
                .zip(ids)
                .map(|(row, id)| item(id.clone(), vec![row]))
                .collect();
            table.push(repeating(own, items));
        }
        TableRows::Repeated(slot) => {
            let start = crate::xml::characters::repeat(*slot);
            table.children.insert(header + 1, Node::Text(start.into()));
            let end = crate::xml::characters::REPEAT_END.to_string();
            table.children.push(Node::Text(end.into()));
        }
    }
}

/// 17.4.59, CT_TblPr.
fn table_properties(caption: &str) -> Element<'_> {
    let look = [
        ("w:val", "0420"),
        ("w:firstRow", "1"),
        ("w:lastRow", "0"),
        ("w:firstColumn", "0"),
        ("w:lastColumn", "0"),
        ("w:noHBand", "0"),
        ("w:noVBand", "1"),
    ];
    let look = look
        .into_iter()
        .fold(Element::new("w:tblLook"), |element, (name, value)| {
            element.attribute(name, value)
        });
    Element::new("w:tblPr")
        .child(value("w:tblStyle", crate::parts::styles::TABLE))
        .child(
            Element::new("w:tblW")
                .attribute("w:w", "5000")
                .attribute("w:type", "pct"),
        )
        .child(look)
        .child(value("w:tblCaption", caption))
}

fn repeating<'a>(id: String, items: Vec<Node<'a>>) -> Element<'a> {
    let binding = Record::movers();
    let bound = binding.element("w15:dataBinding");
    let attributes = bound
        .attributes
        .iter()
        .map(|(name, value)| {
            (
                name.clone().into_owned().into(),
                value.clone().into_owned().into(),
            )
        })
        .collect();
    let mut binding = Element::new("w15:dataBinding");
    binding.attributes = attributes;
    let properties = Element::new("w:sdtPr")
        .child(value("w:alias", "indieners"))
        .child(value("w:tag", "indieners"))
        .child(value("w:id", id))
        .child(binding)
        .child(Element::new("w15:repeatingSection"));
    control(properties, items)
}

fn item<'a>(id: String, inside: Vec<Node<'a>>) -> Node<'a> {
    let properties = Element::new("w:sdtPr")
        .child(value("w:id", id))
        .child(Element::new("w15:repeatingSectionItem"));
    Node::Element(control(properties, inside))
}

fn control<'a>(properties: Element<'a>, inside: Vec<Node<'a>>) -> Element<'a> {
    let mut content = Element::new("w:sdtContent");
    content.children = inside;
    Element::new("w:sdt").child(properties).child(content)
}
