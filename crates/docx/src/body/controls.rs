//! Content controls (ECMA-376 17.5.2): fill-ins and choices in Word.

use raadspost_content::{Fingerprint, Shape};

use crate::parts::glossary::docpart_name;
use crate::record::Binding;
use crate::xml::markers::{REPEAT_END, attribute_cell, repeat};
use crate::xml::{Element, Node, value};

/// Longest alias or tag that Word opens, in UTF-16 units; a longer one makes it repair the file.
const NAME_LIMIT: usize = 64;

/// One content control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Control {
    /// What Word shows on the control's handle (17.5.2.1).
    pub(crate) alias: String,
    /// The key for programs (17.5.2.42).
    pub(crate) tag: String,
    /// Its id (17.5.2.18), unique in the document, or the marker of one.
    pub(crate) id: String,
    /// What may be filled in.
    pub(crate) kind: ControlKind,
    /// Where in the record it is kept.
    pub(crate) binding: Binding,
    /// The text that it shows while it is empty.
    pub(crate) placeholder: String,
}

/// What may be filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ControlKind {
    /// Plain text (17.5.2.44).
    Text,
    /// A date (17.5.2.7).
    Date,
    /// One of a list (17.5.2.15).
    DropDown(Vec<String>),
    /// One of a list, or another text (17.5.2.5).
    Combo(Vec<String>),
    /// The same with the list that a slot holds, to be filled later.
    ListedCombo(usize),
}

impl Control {
    /// The control round what it shows (17.5.2.31).
    pub(crate) fn element(&self, shape: &Shape, shown: Element<'static>) -> Element<'static> {
        let part = value("w:docPart", docpart_name(&self.placeholder));
        let properties = Element::new("w:sdtPr")
            .child(value("w:alias", self.alias.as_str()))
            .child(value("w:tag", self.tag.as_str()))
            .child(value("w:id", self.id.as_str()))
            .child(Element::new("w:placeholder").child(part))
            .child(Element::new("w:showingPlcHdr"))
            .child(self.binding.element("w:dataBinding"))
            .child(
                self.kind
                    .element(&shape.language, &shape.words.date_picture),
            );
        around(properties.into_owned(), vec![shown])
    }
}

/// A paragraph whose text is bound to the record, in a control without a frame.
pub(crate) fn bound(
    mut paragraph: Element<'static>,
    id: &str,
    binding: &Binding,
) -> Element<'static> {
    let properties = Element::new("w:sdtPr")
        .child(value("w:alias", TITLE))
        .child(value("w:tag", TITLE))
        .child(value("w:id", id.to_owned()))
        .child(binding.element("w:dataBinding"))
        .child(unframed())
        .child(Element::new("w:text").attribute("w:multiLine", "1"));
    let mut content = Vec::new();
    for node in std::mem::take(&mut paragraph.children) {
        match node {
            Node::Element(run) if run.name != "w:pPr" => content.push(run),
            other => paragraph.children.push(other),
        }
    }
    paragraph.child(around(properties, content))
}

/// The tag of the title of a motion, which is also its element in the record.
const TITLE: &str = "titel";

/// A control that shows no frame (MS-DOCX 2.5.3.2): it is there for programs.
pub(crate) fn unframed() -> Element<'static> {
    Element::new("w15:appearance").attribute("w15:val", "hidden")
}

/// A control with these properties (17.5.2.38) round some content.
pub(crate) fn around(
    properties: Element<'static>,
    content: Vec<Element<'static>>,
) -> Element<'static> {
    let mut inside = Element::new("w:sdtContent");
    inside.children = content.into_iter().map(Node::Element).collect();
    Element::new("w:sdt").child(properties).child(inside)
}

impl ControlKind {
    fn element<'a>(&'a self, language: &'a str, picture: &'a str) -> Element<'a> {
        match self {
            Self::Text => Element::new("w:text"),
            Self::Date => Element::new("w:date")
                .child(value("w:dateFormat", picture))
                .child(value("w:lid", language))
                .child(value("w:storeMappedDataAs", "dateTime"))
                .child(value("w:calendar", "gregorian")),
            Self::DropDown(options) | Self::Combo(options) => {
                let mut list = Element::new(match self {
                    Self::Combo(_) => "w:comboBox",
                    _ => "w:dropDownList",
                });
                let mut seen: Vec<&str> = Vec::new();
                for option in options {
                    // Word repairs a file with two entries of one value, or an empty one.
                    if !option.is_empty() && !seen.contains(&option.as_str()) {
                        seen.push(option);
                        list = list.child(
                            Element::new("w:listItem")
                                .attribute("w:displayText", option.as_str())
                                .attribute("w:value", option.as_str()),
                        );
                    }
                }
                list
            }
            Self::ListedCombo(slot) => {
                let mut list = Element::new("w:comboBox");
                list.children.push(Node::Text(repeat(*slot).into()));
                list.push(
                    Element::new("w:listItem")
                        .attribute("w:displayText", attribute_cell(0))
                        .attribute("w:value", attribute_cell(0)),
                );
                list.children
                    .push(Node::Text(REPEAT_END.to_string().into()));
                list
            }
        }
    }
}

pub(crate) fn alias(label: &str) -> String {
    cut(label, NAME_LIMIT)
}

/// The key, or its start and a digest of the whole if it is too long.
pub(crate) fn tag(id: &str) -> String {
    if id.encode_utf16().count() <= NAME_LIMIT {
        return id.to_owned();
    }
    let digest = Fingerprint::of(id.as_bytes()).to_string();
    format!("{}-{}", cut(id, NAME_LIMIT - 17), &digest[..16])
}

fn cut(text: &str, limit: usize) -> String {
    let mut units = 0;
    text.chars()
        .take_while(|c| {
            units += c.len_utf16();
            units <= limit
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_keys_stay_apart() {
        let (one, two) = (
            format!("{}1", "x".repeat(80)),
            format!("{}2", "x".repeat(80)),
        );
        assert_eq!(tag(&one).len(), 64);
        assert_ne!(tag(&one), tag(&two));
        assert_eq!(alias("Naam, (fractie)"), "Naam, (fractie)");
        assert_eq!(alias(&"😀".repeat(40)).encode_utf16().count(), 64);
    }

    #[test]
    fn entries_are_unique_and_not_empty() {
        let kind = ControlKind::DropDown(["a", "", "a", "b"].map(String::from).into());
        assert_eq!(
            kind.element("nl-NL", "d MMMM yyyy").to_xml(),
            "<w:dropDownList><w:listItem w:displayText=\"a\" w:value=\"a\"/>\
             <w:listItem w:displayText=\"b\" w:value=\"b\"/></w:dropDownList>"
        );
        let combo = ControlKind::Combo(vec!["a".into(), "a".into()]);
        assert_eq!(
            combo.element("nl-NL", "d MMMM yyyy").to_xml(),
            "<w:comboBox><w:listItem w:displayText=\"a\" w:value=\"a\"/></w:comboBox>"
        );
    }
}
