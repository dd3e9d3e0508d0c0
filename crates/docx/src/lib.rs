//! Shapes and values to WordprocessingML (ECMA-376), through docx-rs.
//!
//! One door: [`DocxRenderer`]. Behind it a document passes three stages. `convert` says with
//! docx-rs what a shape holds; `finish` puts every part into the order of its schema and adds what
//! docx-rs has no words for; `package` writes the parts as a zip file with fixed times.
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
