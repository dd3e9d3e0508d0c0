//! What decides how a document looks, besides what it says.

use raadspost_content::Theme;

use crate::house::Taken;
use crate::house::stationery::Stationery;

/// Theme, and what stands round the text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look<'a> {
    /// Fonts, colours, size and margins.
    pub(crate) theme: &'a Theme,
    /// The logo, in the header.
    pub(crate) logo: Option<&'a Stationery>,
    /// The reference document, which goes before both.
    pub(crate) reference: Option<&'a Taken>,
}

impl<'a> Look<'a> {
    /// What stands round the text.
    pub(crate) fn stationery(self) -> Option<&'a Stationery> {
        match self.reference {
            Some(taken) => Some(&taken.stationery),
            None => self.logo,
        }
    }
}

impl<'a> From<&'a Theme> for Look<'a> {
    fn from(theme: &'a Theme) -> Self {
        Self {
            theme,
            logo: None,
            reference: None,
        }
    }
}
