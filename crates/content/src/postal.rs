//! The postal address of a municipality.

use serde::{Deserialize, Serialize};

/// The postal fields of a municipality from the register; empty if absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Postal {
    /// Number of the post-office box.
    pub po_box: String,
    /// Street.
    pub street: String,
    /// House number.
    pub house_number: String,
    /// Addition to the house number.
    pub addition: String,
    /// Postcode.
    pub postcode: String,
    /// Town.
    pub town: String,
    /// Province, state or county.
    pub province: String,
}
