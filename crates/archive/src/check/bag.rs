//! The tag files of a bag (BagIt 1.0, RFC 8493): declaration, manifests and Payload-Oxum.

use std::collections::HashSet;
use std::io;

use raadspost_run::path_key as key;

use crate::ArchiveError;
use crate::check::Check;
use crate::sip::bag as bagit;
use crate::sip::package;

/// Bytes of a declaration or of metadata, at most.
const TAG_LIMIT: u64 = 1 << 20;

impl Check<'_> {
    pub(super) fn bag(&mut self) -> Result<(), ArchiveError> {
        let declaration = self.tag(bagit::DECLARATION)?;
        // Lines may end with CR, LF or both (2.1.1).
        let lines = declaration
            .split(['\r', '\n'])
            .filter(|line| !line.is_empty());
        if !lines.eq(bagit::declaration().lines()) {
            let message = "it does not declare BagIt 1.0 with tag files in UTF-8";
            self.fault("bag-changed", bagit::DECLARATION, message);
        }
        let mut bagged = Some(HashSet::new());
        let mut oxum = (0_u64, 0_u64);
        for manifest in [bagit::MANIFEST, bagit::TAG_MANIFEST] {
            // The manifest is read from a copy, because a file is read while it is open.
            let mut copy = tempfile::SpooledTempFile::new(1 << 20);
            match self.read(manifest, |reader| io::copy(reader, &mut copy))? {
                Some(Ok(_)) => {}
                Some(Err(error)) => {
                    let message = format!("it cannot be read: {error}");
                    self.fault("bag-changed", manifest, &message);
                    bagged = None;
                    continue;
                }
                None => {
                    bagged = None;
                    self.fault("file-missing", manifest, "the bag has no such manifest");
                    continue;
                }
            }
            let (_, copy) = package::sized(&mut copy).map_err(ArchiveError::io("read", self.at))?;
            for (line, number) in package::lines(copy).zip(1_u64..) {
                let Ok(line) = line else {
                    let message = format!("line {number} is not UTF-8");
                    self.fault("bag-changed", manifest, &message);
                    break;
                };
                let Some((digest, path)) = line.split_once("  ") else {
                    let message = format!("line {number} is not `<digest>  <path>`");
                    self.fault("bag-changed", manifest, &message);
                    continue;
                };
                if !raadspost_run::inside(path) {
                    let message = format!("the path in line {number} leads out of the bag");
                    self.fault("bag-changed", manifest, &message);
                    continue;
                }
                if let Some(bagged) = &mut bagged {
                    bagged.insert(key(path));
                }
                let Some(found) = self.pass(path, true)? else {
                    let message = format!("`{manifest}` lists it, and it is missing");
                    self.fault("bag-changed", path, &message);
                    continue;
                };
                if found.sha512.as_deref() != Some(digest) {
                    let message = format!("its SHA-512 differs from `{manifest}`");
                    self.fault("bag-changed", path, &message);
                }
                if manifest == bagit::MANIFEST {
                    oxum.0 += found.bytes;
                    oxum.1 += 1;
                }
            }
        }
        self.bagged = bagged;
        let info = self.tag(bagit::INFO)?;
        let wanted = format!("Payload-Oxum: {}.{}", oxum.0, oxum.1);
        if !info.lines().any(|line| line == wanted) {
            let message = format!("it does not say `{wanted}`");
            self.fault("bag-changed", bagit::INFO, &message);
        }
        Ok(())
    }

    /// A small tag file; empty if it does not exist or cannot be read.
    fn tag(&mut self, path: &str) -> Result<String, ArchiveError> {
        let bytes = self.small(path, TAG_LIMIT)?.unwrap_or_default();
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}
