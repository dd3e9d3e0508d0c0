//! The files of the packing slip: names, bytes, sidecars and formats.

use std::io;

use raadspost_run::path_key as key;
use roxmltree::Node;

use crate::ArchiveError;
use crate::check::Check;
use crate::digest::Pass;
use crate::mdto::check as mdto;
use crate::sip::names;
use crate::sip::package;
use crate::sip::pakbon::{Listed, PackingSlip};

/// Bytes of a sidecar, at most. One of a dossier has some kilobytes.
const SIDECAR_LIMIT: u64 = 64 << 20;

impl Check<'_> {
    /// The second reading: every file of the list.
    pub(super) fn files(&mut self, pakbon: &str, slip: &PackingSlip) -> Result<(), ArchiveError> {
        // The list is read from a copy, because a file is read while the list is open.
        let mut copy = tempfile::SpooledTempFile::new(1 << 20);
        self.read(pakbon, |reader| io::copy(reader, &mut copy).map(|_| ()))?
            .transpose()
            .map_err(ArchiveError::io("read", self.at.join(pakbon)))?;
        let (_, copy) = package::sized(&mut copy).map_err(ArchiveError::io("read", self.at))?;
        let mut objects = 0;
        let mut before: Option<(String, Pass)> = None;
        let mut halted = None;
        let again = PackingSlip::read(copy, |listed| {
            match self.file(&listed, &mut before) {
                Ok(is_object) => objects += u64::from(is_object),
                Err(error) => {
                    halted = Some(error);
                    return Err("halted".to_owned());
                }
            }
            Ok(())
        });
        if let Some(error) = halted {
            return Err(error);
        }
        if let Err(why) = again {
            let message = format!("the packing slip cannot be read: {why}");
            self.fault("pakbon-changed", pakbon, &message);
        }
        if objects != slip.objects {
            let message = format!(
                "its head says {} information objects; {objects} sidecars describe one",
                slip.objects
            );
            self.fault("pakbon-changed", pakbon, &message);
        }
        Ok(())
    }

    /// Judges one file; whether it is the sidecar of an information object.
    fn file(
        &mut self,
        listed: &Listed,
        before: &mut Option<(String, Pass)>,
    ) -> Result<bool, ArchiveError> {
        self.checked.files += 1;
        let path = format!("{}{}", self.payload, listed.path);
        if !raadspost_run::inside(&listed.path) || names::check(&listed.path).is_err() {
            self.fault("bad-name", &path, "its name is not allowed in a SIP");
            return Ok(false);
        }
        let Some(found) = self.pass(&path, false)? else {
            self.missing.push(listed.clone());
            return Ok(false);
        };
        if found.sha256 != listed.sha256 || found.bytes != listed.bytes {
            self.fault(
                "file-changed",
                &path,
                "its size or its SHA-256 differs from the packing slip",
            );
        }
        if names::is_sidecar(&listed.path) {
            return self.sidecar(listed, before);
        }
        self.structure(&listed.path)?;
        *before = Some((listed.path.clone(), found));
        Ok(false)
    }

    /// Every file has a sidecar, and every folder above it one of its own.
    fn structure(&mut self, path: &str) -> Result<(), ArchiveError> {
        let sidecars = names::sidecars_of(path);
        if !sidecars.iter().any(|one| self.listed.contains(&key(one))) {
            let path = format!("{}{path}", self.payload);
            self.fault("sidecar-missing", &path, "no sidecar describes this file");
        }
        let mut folder = path;
        while let Some((above, _)) = folder.rsplit_once('/') {
            let name = above.rsplit('/').next().unwrap_or(above);
            let sidecar = format!("{above}/{name}{}", names::SIDECAR);
            if !self.listed.contains(&key(&sidecar)) {
                let path = format!("{}{above}", self.payload);
                self.fault("sidecar-missing", &path, "no sidecar describes this folder");
            }
            folder = above;
        }
        Ok(())
    }

    fn sidecar(
        &mut self,
        listed: &Listed,
        before: &mut Option<(String, Pass)>,
    ) -> Result<bool, ArchiveError> {
        let path = format!("{}{}", self.payload, listed.path);
        let bytes = self.small(&path, SIDECAR_LIMIT)?.unwrap_or_default();
        let parsed = match std::str::from_utf8(&bytes) {
            Ok(text) => mdto::parse(text),
            Err(_) => Err("it is not UTF-8".to_owned()),
        };
        let document = match parsed {
            Ok(document) => document,
            Err(why) => {
                self.fault("sidecar-invalid", &path, &why);
                return Ok(false);
            }
        };
        let root = document.root_element();
        for why in mdto::faults(root) {
            self.fault("sidecar-invalid", &path, &why);
        }
        let Some(file) = mdto::at(root, &["bestand"]) else {
            return Ok(mdto::at(root, &["informatieobject"]).is_some());
        };
        let described = names::described(&listed.path);
        let found = match before.take().filter(|(path, _)| path == described) {
            Some((_, found)) => Some(found),
            None => self.pass(&format!("{}{described}", self.payload), false)?,
        };
        match found {
            Some(found) => self.compare(&path, described, file, &found),
            None => self.fault(
                "sidecar-invalid",
                &path,
                "it describes a file that does not exist",
            ),
        }
        Ok(false)
    }

    /// Compares a file's sidecar with the file.
    fn compare(&mut self, path: &str, described: &str, sidecar: Node<'_, '_>, found: &Pass) {
        let text = |names: &[&str]| mdto::text_at(sidecar, names);
        let size = text(&["omvang"]);
        if size != found.bytes.to_string() {
            let message = format!(
                "it says that `{described}` has {size} bytes; the file has {}",
                found.bytes
            );
            self.fault("sidecar-differs", path, &message);
        }
        if !text(&["checksum", "checksumWaarde"]).eq_ignore_ascii_case(&found.sha256) {
            let message = format!("its checksum differs from that of `{described}`");
            self.fault("sidecar-differs", path, &message);
        }
        let puid = text(&["bestandsformaat", "begripCode"]);
        let is = found.format.map_or("unknown", |format| format.puid);
        if puid != is {
            let message = format!("it says that `{described}` is {puid}; the file is {is}");
            self.fault("format-differs", path, &message);
        } else if found
            .format
            .is_some_and(|format| format.is_pdf() && !format.is_archival_pdf())
        {
            let file = format!("{}{described}", self.payload);
            let message = format!("it is {puid}, which is not PDF/A without attachments");
            self.fault("not-archival", &file, &message);
        }
    }
}
