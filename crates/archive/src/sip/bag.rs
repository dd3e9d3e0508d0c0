//! BagIt 1.0 (RFC 8493): the tag files of a bag, whose payload is the SIP.

use crate::digest::Pass;
use crate::sip::pakbon::PackingSlip;

/// The folder of the payload (2.1.2).
pub(crate) const PAYLOAD: &str = "data/";
/// The declaration (2.1.1).
pub(crate) const DECLARATION: &str = "bagit.txt";
/// Metadata (2.2.2).
pub(crate) const INFO: &str = "bag-info.txt";
/// The payload manifest (2.1.3), with the algorithm that is to be used by default (2.4).
pub(crate) const MANIFEST: &str = "manifest-sha512.txt";
/// The tag manifest (2.2.1).
pub(crate) const TAG_MANIFEST: &str = "tagmanifest-sha512.txt";

/// The declaration.
pub(crate) fn declaration() -> String {
    "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n".to_owned()
}

/// The metadata; values are single lines.
pub(crate) fn info(slip: &PackingSlip, octets: u64, files: u64) -> String {
    let day = slip.time.get(..10).unwrap_or_default().to_owned();
    let fields = [
        ("Source-Organization", &slip.creator),
        ("Contact-Name", &slip.contact),
        ("Contact-Email", &slip.email),
        ("External-Description", &slip.title),
        ("External-Identifier", &slip.identification),
        ("Bagging-Date", &day),
        ("Payload-Oxum", &format!("{octets}.{files}")),
    ];
    fields
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| {
            let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
            format!("{name}: {value}\n")
        })
        .collect()
}

/// A line of a manifest.
pub(crate) fn line(pass: &Pass, path: &str) -> String {
    format!("{}  {path}\n", pass.sha512.as_deref().unwrap_or_default())
}
