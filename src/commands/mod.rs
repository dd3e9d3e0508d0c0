//! One file for each command.

pub(crate) mod approve;
pub(crate) mod archive;
pub(crate) mod build;
pub(crate) mod check;
pub(crate) mod compare;
pub(crate) mod completions;
pub(crate) mod init;
pub(crate) mod man;
pub(crate) mod odt;
pub(crate) mod print;
pub(crate) mod schema;
pub(crate) mod verify;
