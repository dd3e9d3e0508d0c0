//! The folder of a print run: staging, manifest and reconciliation, and reading it back.

pub(crate) mod manifest;
pub(crate) mod names;
mod parts;
pub(crate) mod read_back;
pub(crate) mod reconciliation;
pub(crate) mod spreadsheet;
pub(crate) mod staging;
