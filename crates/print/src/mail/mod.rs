//! The exchange with a bulk-mail service: a file of addresses goes out, an enriched one comes back.

pub(crate) mod addresses;
pub(crate) mod enriched;
