//! The run's record as a document of its own: counts, refusals with reasons, the approval, and the
//! digests of all inputs.

pub(crate) mod json;
pub(crate) mod readable;
