//! The package (ECMA-376 Part 2): names of parts, relationships, content types, and the zip file.

pub(crate) mod parts;
mod relationships;
mod zip;

pub(crate) use parts::{Context, Part};
pub(crate) use relationships::{Additions, FOOTER_ID, complete, link_relationship, target};
pub(crate) use zip::{Deflater, Entry, zip};
