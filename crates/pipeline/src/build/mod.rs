//! A run: workers render packs from a queue, one writer delivers them, and lists and records are
//! written at the end.

pub(crate) mod folder;
pub(crate) mod inputs;
pub(crate) mod lists;
pub(crate) mod mailing;
pub(crate) mod outcome;
pub(crate) mod queue;
pub(crate) mod record;
pub(crate) mod report;
pub(crate) mod run;
pub(crate) mod space;
pub(crate) mod superseded;
pub(crate) mod worker;
pub(crate) mod writer;
