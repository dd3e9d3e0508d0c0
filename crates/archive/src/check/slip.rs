//! The packing slip: its head, and the paths of its list.

use std::collections::HashSet;

use raadspost_content::hex;
use raadspost_run::{path_key as key, words};
use sha2::{Digest as _, Sha256};

use crate::ArchiveError;
use crate::check::Check;
use crate::check::files::unreadable;
use crate::sip::names;
use crate::sip::pakbon::PackingSlip;

impl Check<'_> {
    /// The first reading of the packing slip: its head, and the paths of its list.
    pub(super) fn slip(&mut self, pakbon: &str) -> Result<Option<PackingSlip>, ArchiveError> {
        let mut listed = HashSet::new();
        let mut hasher = Sha256::new();
        let (mut files, mut bytes, mut doubled) = (0_u64, 0_u64, None);
        let read = self.read(pakbon, |reader| {
            PackingSlip::read(reader, |file| {
                hasher.update(format!("{}  {}\n", file.sha256, file.path));
                if !names::is_sidecar(&file.path) {
                    files += 1;
                    bytes = u64::saturating_add(bytes, file.bytes);
                }
                if !listed.insert(key(&file.path)) {
                    doubled = Some(file.path);
                }
                Ok(())
            })
        })?;
        let slip = match read {
            None => {
                let words = words!("the packing slip is missing", "de pakbon is er niet");
                self.fault("file-missing", pakbon, words);
                return Ok(None);
            }
            Some(Err(why)) => {
                self.fault("pakbon-changed", pakbon, unreadable(&why));
                return Ok(None);
            }
            Some(Ok(slip)) => slip,
        };
        if hex(&hasher.finalize()) != slip.hash {
            let words = words!(
                "the digest of its list differs from its `hashSIP`",
                "de hash van de lijst is een andere dan `hashSIP`"
            );
            self.fault("pakbon-changed", pakbon, words);
        }
        if (files, bytes) != (slip.files, slip.bytes) {
            let (said, size) = (slip.files, slip.bytes);
            let words = words!(
                "its head says {said} files, {size} bytes; its list has {files}, {bytes}",
                "het hoofd noemt {said} bestanden, {size} bytes; de lijst {files}, {bytes}"
            );
            self.fault("pakbon-changed", pakbon, words);
        }
        if let Some(path) = doubled {
            let words = words!(
                "its list has `{path}` twice",
                "`{path}` staat twee keer in de lijst"
            );
            self.fault("pakbon-changed", pakbon, words);
        }
        self.listed = listed;
        Ok(Some(slip))
    }
}
