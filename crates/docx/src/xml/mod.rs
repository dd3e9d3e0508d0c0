//! XML: a tree that is read, changed and written, its line ends, and the order of children in the
//! schema.

pub(crate) mod built;
mod fault;
pub(crate) mod lines;
pub(crate) mod markers;
mod names;
mod order;
mod tree;

pub(crate) use fault::Fault;
pub(crate) use names::{MC, R, W, W15};
pub(crate) use order::{conform, sort};
pub(crate) use tree::{Element, Node, value};
