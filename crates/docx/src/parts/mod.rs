//! The parts of a package beside its text: styles, numbering, settings, theme, page and properties.

pub(crate) mod footer;
pub(crate) mod footnotes;
pub(crate) mod glossary;
mod latent;
pub(crate) mod numbering;
pub(crate) mod page;
pub(crate) mod properties;
pub(crate) mod settings;
pub(crate) mod styles;
pub(crate) mod theme;
