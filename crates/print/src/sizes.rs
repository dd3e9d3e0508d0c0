//! The sheet and its measures.

/// Width and height of the trimmed sheet (ISO 216 A4), mm.
pub(crate) const A4: (f64, f64) = (210.0, 297.0);

/// A4 in pt, as Typst writes it.
pub(crate) const A4_PT: (f64, f64) = (595.276, 841.89);

/// Points of a millimetre.
pub(crate) const PT: f64 = 72.0 / 25.4;
