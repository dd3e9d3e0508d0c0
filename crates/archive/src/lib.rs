//! From a finished run folder to transfer packages for an archive, and the check of packages.
//!
//! A run folder is self-contained: documents, `manifest.sha256`, and the records in `.raadspost/`;
//! `raadspost-run` opens it and judges it before anything is taken from it. [`archive`] makes packages
//! of it: folders, ZIP or tar files in the sidecar structure of the Nationaal Archief's MDTO SIP, as
//! they are or inside a BagIt bag (RFC 8493). [`check`] judges packages years later, with nothing but
//! the package at hand.
//!
//! Everything is written as a stream: memory does not grow with the number of packs. Nothing reads
//! a clock; every time is handed in.

mod archive;
mod bundle;
mod check;
mod digest;
mod dossier;
mod error;
mod formats;
mod mdto;
mod record;
mod sip;
mod stamp;
mod xml;

pub use archive::{ArchiveOptions, Archived, archive};
pub use bundle::{BundleBy, Bundled, bundle};
pub use check::{CheckOptions, Checked, check};
pub use dossier::dispatch::DispatchOptions;
pub use error::ArchiveError;
pub use record::readable::record_shape;
pub use sip::container::ContainerKind;
pub use sip::names::SidecarName;
pub use sip::package::PackageFormat;
pub use sip::seal::{Seals, Stamper};
pub use stamp::Roots;
