//! The names in the folder of a print run, beside those of its files.

/// A row for each letter.
pub(crate) const MANIFEST: &str = "manifest.csv";
/// Letters that a delta leaves as they were.
pub(crate) const UNCHANGED: &str = "unchanged.csv";
/// The counts.
pub(crate) const RECONCILIATION: &str = "reconciliation.json";
/// The job ticket for a program.
pub(crate) const TICKET: &str = "ticket.json";
/// The job ticket for people.
pub(crate) const TICKET_PDF: &str = "ticket.pdf";
/// The job ticket for machines, in XJDF.
pub(crate) const TICKET_XJDF: &str = "ticket.xjdf";
/// The addresses for a bulk-mail service.
pub(crate) const ADDRESSES: &str = "addresses.csv";
/// Sheets of address labels.
pub(crate) const LABELS: &str = "labels.pdf";
/// Envelopes.
pub(crate) const ENVELOPES: &str = "envelopes.pdf";

/// PDFs without letters of files.
pub(crate) const PAPERS: [&str; 3] = [TICKET_PDF, LABELS, ENVELOPES];
