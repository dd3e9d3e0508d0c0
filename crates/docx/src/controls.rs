//! Content controls (ECMA-376 17.5.2): what an open place or a choice is to Word.

use raadspost_content::{FillIn, FillInKind, Fingerprint};

use std::borrow::Cow;

use crate::finish::Element;

/// Longest alias or tag that Word opens, in UTF-16 units; a longer one makes it repair the file.
const NAME_LIMIT: usize = 64;

/// One content control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Control {
    /// What Word shows on the control's handle (17.5.2.1).
    pub(crate) alias: String,
    /// The key for programs (17.5.2.42).
    pub(crate) tag: String,
    /// What may be filled in.
    pub(crate) kind: ControlKind,
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
}

impl Control {
    /// The control of an open place.
    pub(crate) fn fill_in(fill_in: &FillIn) -> Self {
        let kind = match &fill_in.kind {
            FillInKind::Text | FillInKind::Person => ControlKind::Text,
            FillInKind::Date => ControlKind::Date,
            FillInKind::Options(options) => ControlKind::DropDown(options.clone()),
        };
        Self {
            alias: alias(&fill_in.label),
            tag: tag(&fill_in.id),
            kind,
        }
    }

    /// The control of a choice; its key is all the name it has.
    pub(crate) fn choice(id: &str, options: &[String]) -> Self {
        Self {
            alias: alias(id),
            tag: tag(id),
            kind: ControlKind::DropDown(options.to_vec()),
        }
    }

    /// The properties of the control (17.5.2.38); `number` is unique in the document.
    pub(crate) fn properties<'a>(&'a self, number: usize, language: &'a str) -> Element<'a> {
        Element::new("w:sdtPr")
            .child(value("w:alias", self.alias.as_str()))
            .child(value("w:tag", self.tag.as_str()))
            .child(value("w:id", number.to_string()))
            .child(Element::new("w:showingPlcHdr"))
            .child(self.kind.element(language))
    }
}

impl ControlKind {
    fn element<'a>(&'a self, language: &'a str) -> Element<'a> {
        match self {
            Self::Text => Element::new("w:text"),
            Self::Date => Element::new("w:date")
                .child(value("w:dateFormat", "d MMMM yyyy"))
                .child(value("w:lid", language))
                .child(value("w:storeMappedDataAs", "dateTime"))
                .child(value("w:calendar", "gregorian")),
            Self::DropDown(options) => {
                let mut list = Element::new("w:dropDownList");
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
        }
    }
}

/// An element with nothing but a value.
pub(crate) fn value<'a>(name: &'static str, value: impl Into<Cow<'a, str>>) -> Element<'a> {
    Element::new(name).attribute("w:val", value)
}

fn alias(label: &str) -> String {
    cut(label, NAME_LIMIT)
}

/// The key, or its start and a digest of the whole where it is too long.
fn tag(id: &str) -> String {
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
        let control = Control::choice("k", &["a".into(), "".into(), "a".into(), "b".into()]);
        assert_eq!(
            control.properties(3, "nl-NL").to_xml(),
            "<w:sdtPr><w:alias w:val=\"k\"/><w:tag w:val=\"k\"/><w:id w:val=\"3\"/><w:showingPlcHdr/>\
             <w:dropDownList><w:listItem w:displayText=\"a\" w:value=\"a\"/>\
             <w:listItem w:displayText=\"b\" w:value=\"b\"/></w:dropDownList></w:sdtPr>"
        );
    }
}
