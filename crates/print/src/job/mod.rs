//! A print job from beginning to end.

pub(crate) mod filling;
pub(crate) mod plan;
