//! MDTO 1.0.1: sidecars of information objects and files, and their check.

pub(crate) mod check;
pub(crate) mod object;
