//! BagIt 1.0 (RFC 8493): the tag files of a bag, whose payload is the SIP.

use std::io::{self, Write as _};

use tempfile::SpooledTempFile;

use crate::digest::Pass;
use crate::sip::container::Container;
use crate::sip::pakbon::PackingSlip;
use crate::sip::spool::{self, sized};

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

/// A bag that is being written.
pub(crate) struct Bag {
    /// Lines of the payload manifest.
    payload: SpooledTempFile,
    /// Octets and files of the payload.
    oxum: (u64, u64),
}

impl Bag {
    /// A bag without payload.
    pub(crate) fn new(payload: SpooledTempFile) -> Self {
        let oxum = (0, 0);
        Self { payload, oxum }
    }

    /// Lists a file of the payload; its path has the folder of the payload.
    pub(crate) fn list(&mut self, path: &str, pass: &Pass) -> io::Result<()> {
        self.oxum.0 += pass.bytes;
        self.oxum.1 += 1;
        self.payload.write_all(line(pass, path).as_bytes())
    }

    /// Writes the tag files; the tag manifest is returned.
    pub(crate) fn close(
        &mut self,
        container: &mut Container<'_>,
        slip: &PackingSlip,
    ) -> io::Result<SpooledTempFile> {
        let (octets, files) = self.oxum;
        let mut tags = String::new();
        for (path, text) in [
            (DECLARATION, declaration()),
            (INFO, info(slip, octets, files)),
        ] {
            let (size, mut bytes) = (text.len() as u64, text.as_bytes());
            let pass = container.add(path, size, &mut bytes, true)?;
            tags.push_str(&line(&pass, path));
        }
        let (size, payload) = sized(&mut self.payload)?;
        let pass = container.add(MANIFEST, size, payload, true)?;
        tags.push_str(&line(&pass, MANIFEST));
        let (size, mut bytes) = (tags.len() as u64, tags.as_bytes());
        container.add(TAG_MANIFEST, size, &mut bytes, false)?;
        spool::of(tags.as_bytes())
    }
}

/// The declaration.
pub(crate) fn declaration() -> String {
    "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n".to_owned()
}

/// The metadata; values are single lines.
fn info(slip: &PackingSlip, octets: u64, files: u64) -> String {
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
fn line(pass: &Pass, path: &str) -> String {
    format!("{}  {path}\n", pass.sha512.as_deref().unwrap_or_default())
}
