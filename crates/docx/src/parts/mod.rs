//! The parts of a package beside its text: styles, numbering, settings, theme, page and properties.

pub(crate) mod footnotes;
pub(crate) mod glossary;
pub(crate) mod numbering;
pub(crate) mod page;
pub(crate) mod properties;
pub(crate) mod settings;
pub(crate) mod styles;
pub(crate) mod theme;
