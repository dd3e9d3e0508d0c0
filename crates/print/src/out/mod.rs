//! The folder of a print run: its place, manifest and reconciliation.

pub(crate) mod manifest;
pub(crate) mod place;
pub(crate) mod read_back;
