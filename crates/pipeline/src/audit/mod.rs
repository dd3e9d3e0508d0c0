//! Comparison of a finished run with its kept inputs or with the current campaign.

pub(crate) mod rerender;
pub(crate) mod status;
