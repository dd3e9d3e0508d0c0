//! The sidecar of a file (`bestand`).

use std::io;

use crate::formats::Format;
use crate::mdto::elements::{Identity, Reference, document};

/// The names of the lists.
const ALGORITHMS: &str = "Begrippenlijst ChecksumAlgoritme MDTO";
const FORMATS: &str = "PRONOM-register";

/// A file (`bestand`).
#[derive(Debug, Clone)]
pub(crate) struct FileObject {
    pub(crate) identity: Identity,
    /// The file's name.
    pub(crate) name: String,
    /// Size in bytes.
    pub(crate) bytes: u64,
    pub(crate) format: Format,
    /// SHA-256.
    pub(crate) sha256: String,
    /// When the checksum was made (RFC 3339).
    pub(crate) time: String,
    /// What it represents.
    pub(crate) represents: Reference,
}

impl FileObject {
    /// The sidecar.
    pub(crate) fn to_xml(&self) -> io::Result<Vec<u8>> {
        document("bestand", |xml| {
            xml.identity("identificatie", &self.identity)?;
            xml.text("naam", &self.name)?;
            xml.text("omvang", &self.bytes.to_string())?;
            let Format { puid, label } = self.format;
            xml.concept("bestandsformaat", label, Some(puid), FORMATS)?;
            xml.group("checksum", |xml| {
                xml.concept("checksumAlgoritme", "SHA-256", None, ALGORITHMS)?;
                xml.text("checksumWaarde", &self.sha256)?;
                xml.text("checksumDatum", &self.time)
            })?;
            xml.reference("isRepresentatieVan", &self.represents)
        })
    }
}
