//! The tag files of a bag (BagIt 1.0, RFC 8493): declaration, manifests and Payload-Oxum.

use std::collections::HashSet;
use std::io;

use raadspost_run::{path_key as key, words};

use crate::ArchiveError;
use crate::check::Check;
use crate::sip::bag as bagit;
use crate::sip::spool;

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
            let words = words!(
                "it does not declare BagIt 1.0 with tag files in UTF-8",
                "het noemt zich geen BagIt 1.0 met bestanden in UTF-8"
            );
            self.fault("bag-changed", bagit::DECLARATION, words);
        }
        let mut bagged = Some(HashSet::new());
        let mut oxum = (0_u64, 0_u64);
        for manifest in [bagit::MANIFEST, bagit::TAG_MANIFEST] {
            // The manifest is read from a copy, because a file is read while it is open.
            let mut copy = tempfile::SpooledTempFile::new(1 << 20);
            match self.read(manifest, |reader| io::copy(reader, &mut copy))? {
                Some(Ok(_)) => {}
                Some(Err(error)) => {
                    let words = words!(
                        "it cannot be read: {error}",
                        "het is niet te lezen: {error}"
                    );
                    self.fault("bag-changed", manifest, words);
                    bagged = None;
                    continue;
                }
                None => {
                    bagged = None;
                    let words = words!(
                        "the bag has no such manifest",
                        "de bag heeft dit manifest niet"
                    );
                    self.fault("file-missing", manifest, words);
                    continue;
                }
            }
            let (_, copy) = spool::sized(&mut copy).map_err(ArchiveError::io("read", self.at))?;
            for (line, number) in spool::lines(copy).zip(1_u64..) {
                let Ok(line) = line else {
                    let words =
                        words!("line {number} is not UTF-8", "regel {number} is geen UTF-8");
                    self.fault("bag-changed", manifest, words);
                    break;
                };
                let Some((digest, path)) = line.split_once("  ") else {
                    let words = words!(
                        "line {number} is not `<digest>  <path>`",
                        "regel {number} is niet `<hash>  <pad>`"
                    );
                    self.fault("bag-changed", manifest, words);
                    continue;
                };
                if !raadspost_run::inside(path) {
                    let words = words!(
                        "the path in line {number} leads out of the bag",
                        "het pad in regel {number} leidt buiten de bag"
                    );
                    self.fault("bag-changed", manifest, words);
                    continue;
                }
                if let Some(bagged) = &mut bagged {
                    bagged.insert(key(path));
                }
                let Some(found) = self.pass(path, true)? else {
                    let words = words!(
                        "`{manifest}` lists it, and it is missing",
                        "`{manifest}` noemt het, en het is er niet"
                    );
                    self.fault("bag-changed", path, words);
                    continue;
                };
                if found.sha512.as_deref() != Some(digest) {
                    let words = words!(
                        "its SHA-512 differs from `{manifest}`",
                        "de SHA-512 is een andere dan in `{manifest}`"
                    );
                    self.fault("bag-changed", path, words);
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
            let words = words!("it does not say `{wanted}`", "`{wanted}` staat er niet in");
            self.fault("bag-changed", bagit::INFO, words);
        }
        Ok(())
    }

    /// A small tag file; empty if it does not exist or cannot be read.
    fn tag(&mut self, path: &str) -> Result<String, ArchiveError> {
        let bytes = self.small(path, TAG_LIMIT)?.unwrap_or_default();
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}
