//! The exchange with a bulk-mail service.

pub(crate) mod enriched;
