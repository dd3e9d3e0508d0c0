//! The text of a document: what a shape says, as paragraphs, tables, lists and content controls.

pub(crate) mod blocks;
pub(crate) mod controls;
pub(crate) mod converter;
pub(crate) mod inlines;
mod letter;
mod plain;
pub(crate) mod sections;
pub(crate) mod tables;
