//! One file for each command.

pub(crate) mod approve;
pub(crate) mod archive;
pub(crate) mod build;
pub(crate) mod check;
pub(crate) mod compare;
pub(crate) mod completions;
pub(crate) mod diff;
pub(crate) mod init;
pub(crate) mod ledger;
pub(crate) mod man;
pub(crate) mod odt;
pub(crate) mod plan;
pub(crate) mod print;
pub(crate) mod schema;
pub(crate) mod status;
pub(crate) mod verify;
pub(crate) mod zip;
