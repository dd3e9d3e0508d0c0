//! YAML with places, and tables of keys: the tree in which every scalar knows where it was written,
//! the check of a tree against a table, the reading of what has passed it, and the JSON Schema.
//!
//! It knows no campaign: what a file may hold is a table of its reader.

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
