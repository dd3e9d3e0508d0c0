//! The dossiers of a package.

mod ori;
pub(crate) mod pack;
