//! A package: its names, its container and its packing slip.

pub(crate) mod bag;
pub(crate) mod container;
pub(crate) mod eark;
pub(crate) mod names;
pub(crate) mod package;
pub(crate) mod pakbon;
pub(crate) mod seal;
pub(crate) mod spool;
