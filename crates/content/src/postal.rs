//! The postal fields of a municipality, of which an address is made.

use serde::{Deserialize, Serialize};

use crate::Municipality;

/// The postal fields of a municipality, as the register has them; empty where it has none.
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

impl Postal {
    /// The postal fields of a municipality.
    pub fn of(municipality: &Municipality) -> Self {
        let field = |name| municipality.get(name).unwrap_or_default().to_owned();
        Self {
            po_box: field("po_box"),
            street: field("street"),
            house_number: field("house_number"),
            addition: field("addition"),
            postcode: field("postcode"),
            town: field("town"),
            province: field("province"),
        }
    }
}
