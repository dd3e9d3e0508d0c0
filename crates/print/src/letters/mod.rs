//! The letters of a finished run, their sheets and their order.

pub(crate) mod letter;
pub(crate) mod order;
pub(crate) mod run;
pub(crate) mod sheet;
pub(crate) mod unprinted;
