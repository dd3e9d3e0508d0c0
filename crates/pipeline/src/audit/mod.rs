//! A finished run compared with what would be made now.

pub(crate) mod rerender;
pub(crate) mod status;
