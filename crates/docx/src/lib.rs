//! Shapes and values to WordprocessingML (ECMA-376), through docx-rs.
//!
//! One door: [`DocxRenderer`]. Behind it a document passes three stages. `body` says what a shape
//! holds as paragraphs, tables and controls; `assemble` adds the other `parts`, and header and
//! footer of a `house` style; `package` writes them as a zip file with fixed times. docx-rs writes
//! runs, paragraph properties, styles and levels of lists.
//!
//! What differs between municipalities is a few slots, so `template` runs the first two stages
//! once per shape, with markers in place of the slots, and deflates at once each part that has
//! none. Filling the markers gives the same bytes as converting with the values in the first
//! place; tests hold the two equal.

mod assemble;
mod body;
mod house;
mod package;
mod parts;
mod probe;
mod record;
mod renderer;
mod template;
mod xml;

#[cfg(test)]
mod tests;

pub use house::Reference;
pub use renderer::{DocxOptions, DocxRenderer};
