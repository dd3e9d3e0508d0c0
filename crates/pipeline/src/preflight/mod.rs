//! Everything before the first document is delivered: the quick pass over all packs, and rendering
//! in memory for checks and estimates.

pub(crate) mod census;
pub(crate) mod check;
pub(crate) mod forecast;
pub(crate) mod survey;
