//! Paragraphs and runs (ECMA-376 17.3): docx-rs writes their properties and their text.

use docx_rs::{BuildXML, IndentLevel, NumberingId, Paragraph};

use super::converter::Converter;
use crate::parts::styles::NORMAL;
use crate::xml::{Element, built};

impl Converter<'_> {
    /// An empty paragraph of a style; `Normal` is the style of a paragraph that names none.
    pub(crate) fn styled(&mut self, style: &str) -> Element<'static> {
        let paragraph = Paragraph::new();
        if style == NORMAL {
            self.built(&paragraph)
        } else {
            self.built(&paragraph.style(style))
        }
    }

    /// An empty list item: an instance of a list, and a level from 0.
    pub(crate) fn labelled(
        &mut self,
        style: &str,
        instance: usize,
        level: usize,
    ) -> Element<'static> {
        let number = NumberingId::new(instance);
        let paragraph = Paragraph::new().style(style);
        self.built(&paragraph.numbering(number, IndentLevel::new(level)))
    }

    /// What docx-rs writes, as an element.
    pub(crate) fn built(&mut self, what: &impl BuildXML) -> Element<'static> {
        built::element(what).unwrap_or_else(|fault| {
            self.report(fault.diagnostic(&self.shape.document));
            Element::new("w:r")
        })
    }
}
