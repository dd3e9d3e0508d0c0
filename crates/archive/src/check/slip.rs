//! The packing slip: its head, and the paths of its list.

use std::collections::HashSet;

use raadspost_content::hex;
use raadspost_run::path_key as key;
use sha2::{Digest as _, Sha256};

use crate::ArchiveError;
use crate::check::Check;
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
                self.fault("file-missing", pakbon, "the packing slip is missing");
                return Ok(None);
            }
            Some(Err(why)) => {
                let message = format!("the packing slip cannot be read: {why}");
                self.fault("pakbon-changed", pakbon, &message);
                return Ok(None);
            }
            Some(Ok(slip)) => slip,
        };
        if hex(&hasher.finalize()) != slip.hash {
            let message = "the digest of its list differs from its `hashSIP`";
            self.fault("pakbon-changed", pakbon, message);
        }
        if (files, bytes) != (slip.files, slip.bytes) {
            let message = format!(
                "its head says {} files, {} bytes; its list has {files}, {bytes}",
                slip.files, slip.bytes
            );
            self.fault("pakbon-changed", pakbon, &message);
        }
        if let Some(path) = doubled {
            let message = format!("its list has `{path}` twice");
            self.fault("pakbon-changed", pakbon, &message);
        }
        self.listed = listed;
        Ok(Some(slip))
    }
}
