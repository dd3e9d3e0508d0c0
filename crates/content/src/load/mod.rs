//! From YAML text to a [`crate::Campaign`]: the tree with places, the table of keys, and the
//! lowering that collects every mistake.

pub(crate) mod keys;
pub(crate) mod lower;
pub(crate) mod map;
pub(crate) mod markdown;
pub(crate) mod motion;
pub(crate) mod tags;
pub(crate) mod theme;
pub(crate) mod yaml;
