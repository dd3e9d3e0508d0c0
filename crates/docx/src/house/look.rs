//! The look of a document: theme, logo and house style.

use raadspost_content::{Body, Theme};

use super::HouseStyle;
use super::stationery::{Stationery, header_style};
use crate::parts::{footer, page, styles};
use crate::xml::{Element, Fault};

/// What decides how a document looks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look<'a> {
    /// Fonts, colours, size and margins.
    pub(crate) theme: &'a Theme,
    /// The logo, in the header.
    pub(crate) logo: Option<&'a Stationery>,
    /// Whether motions and annexes have the logo too: a council tables a motion as its own.
    pub(crate) logo_in_motions: bool,
    /// The house style, which takes precedence over both.
    pub(crate) reference: Option<&'a HouseStyle>,
}

impl<'a> Look<'a> {
    /// The look of a document with this body.
    pub(crate) fn of(self, body: &Body) -> Self {
        let logo = match body {
            Body::Letter(_) => self.logo,
            Body::Parts { .. } | Body::Collection(_) => self.logo.filter(|_| self.logo_in_motions),
        };
        Self { logo, ..self }
    }

    /// Width of the text, in twips.
    pub(crate) fn text_width(self) -> usize {
        page::text_width(&self.section())
    }

    /// Header, footer and page.
    pub(crate) fn stationery(self) -> Option<&'a Stationery> {
        match self.reference {
            Some(house) => Some(&house.stationery),
            None => self.logo,
        }
    }

    /// `word/styles.xml`, in a language.
    ///
    /// # Errors
    /// A mistake of this crate or of docx-rs.
    pub(crate) fn styles(self, language: &str) -> Result<Element<'_>, Fault> {
        let mut own = styles::part(language, self.theme, self.text_width())?;
        Ok(match self.reference {
            Some(house) => house.styles(own, language),
            None => {
                own.push(footer::style(self.theme));
                if self.logo.is_some() {
                    own.push(header_style());
                }
                own
            }
        })
    }

    /// The properties of the only section.
    pub(crate) fn section(self) -> Element<'static> {
        let stationery = self.stationery();
        match stationery.and_then(|stationery| stationery.section.clone()) {
            Some(section) => section,
            None => {
                let header = stationery.and_then(|stationery| stationery.first_header.as_deref());
                page::section(self.theme, header)
            }
        }
    }
}

impl<'a> From<&'a Theme> for Look<'a> {
    fn from(theme: &'a Theme) -> Self {
        Self {
            theme,
            logo: None,
            logo_in_motions: false,
            reference: None,
        }
    }
}
