//! The text of a document: what a shape says, as paragraphs, tables, lists and content controls.

mod blocks;
mod bookmarks;
mod controls;
mod converter;
mod inlines;
mod letter;
mod paragraph;
mod plain;
mod sections;
mod tables;

pub(crate) use converter::{Draft, Slots, convert};
