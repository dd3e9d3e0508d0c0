//! What is drawn: marks, slip sheets, job tickets, labels and envelopes.

pub(crate) mod labels;
pub(crate) mod marks;
pub(crate) mod pen;
pub(crate) mod slip;
pub(crate) mod words;
