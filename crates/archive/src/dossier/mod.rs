//! The mailing to one municipality is a dossier in the terms of MDTO, each document an archiefstuk,
//! each file a bestand beside its sidecar.
//!
//! Identifiers are made of campaign, code, document and file name, so that equal runs have equal
//! ones. The municipality receives the dossier and is its archiefvormer; the sender is a party.

pub(crate) mod context;
pub(crate) mod dispatch;
mod document;
mod ori;
pub(crate) mod pack;
pub(crate) mod record;
