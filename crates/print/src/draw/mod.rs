//! Drawings of our own: marks, slip sheets, job tickets, labels and envelopes.

mod canvas;
pub(crate) mod codes;
pub(crate) mod fonts;
pub(crate) mod labels;
pub(crate) mod marks;
pub(crate) mod pages;
pub(crate) mod pen;
pub(crate) mod slip;
pub(crate) mod ticket;
pub(crate) mod words;
