//! All that is known of a run before a document is delivered: the quick pass over all packs, and
//! what is rendered in memory to judge or to estimate the rest.

pub(crate) mod census;
pub(crate) mod check;
pub(crate) mod forecast;
pub(crate) mod survey;
