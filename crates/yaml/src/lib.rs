//! YAML with source locations, and tables of keys: parsing into a tree whose scalars know their
//! location, checking a tree against a table, reading checked trees, and the JSON Schema.
//!
//! The crate knows nothing about campaigns: the table that a reader passes defines what a file may
//! contain.

mod check;
mod languages;
mod map;
mod mistakes;
mod place;
pub mod reads;
mod schema;
mod table;
mod text;
mod tree;

pub use check::{check, is_id, texts_with_fields, unprintable};
pub use languages::{Texts, first_text, is_languages, texts};
pub use map::Map;
pub use place::{Step, place_of, places_of_character};
pub use schema::schema;
pub use table::{Key, Kind, Object, may, must, object};
pub use text::{OffsetMap, Text};
pub use tree::{Entries, Node, NodeKind, parse};
