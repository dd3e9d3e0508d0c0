//! Namespaces of WordprocessingML.

/// WordprocessingML, transitional (ECMA-376 Part 4).
pub(crate) const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
/// Relationships in WordprocessingML.
pub(crate) const R: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
/// Markup compatibility (ECMA-376 Part 3).
pub(crate) const MC: &str = "http://schemas.openxmlformats.org/markup-compatibility/2006";
/// What Word 2013 added (MS-DOCX 2.5).
pub(crate) const W15: &str = "http://schemas.microsoft.com/office/word/2012/wordml";
