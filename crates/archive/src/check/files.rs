//! The files of the packing slip: names, bytes, sidecars and formats.

use std::io;

use raadspost_run::{Words, path_key as key, words};
use roxmltree::Node;

use crate::ArchiveError;
use crate::check::Check;
use crate::digest::Pass;
use crate::mdto::check as mdto;
use crate::sip::names;
use crate::sip::pakbon::{Listed, PackingSlip};
use crate::sip::spool;

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
        let (_, copy) = spool::sized(&mut copy).map_err(ArchiveError::io("read", self.at))?;
        let mut objects = 0;
        let mut before: Option<(String, Pass)> = None;
        let mut halted = None;
        let again = PackingSlip::read(copy, |listed| {
            match self.file(&listed, &mut before) {
                Ok(is_object) => objects += u64::from(is_object),
                Err(error) => {
                    halted = Some(error);
                    return Err(words!("halted", "afgebroken"));
                }
            }
            Ok(())
        });
        if let Some(error) = halted {
            return Err(error);
        }
        if let Err(why) = again {
            self.fault("pakbon-changed", pakbon, unreadable(&why));
        }
        if objects != slip.objects {
            let said = slip.objects;
            let words = words!(
                "its head says {said} information objects; {objects} sidecars describe one",
                "het hoofd noemt {said} informatieobjecten; {objects} sidecars beschrijven er een"
            );
            self.fault("pakbon-changed", pakbon, words);
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
            let words = words!(
                "its name is not allowed in a SIP",
                "deze naam mag in een SIP niet"
            );
            self.fault("bad-name", &path, words);
            return Ok(false);
        }
        let Some(found) = self.pass(&path, false)? else {
            self.missing.push(listed.clone());
            return Ok(false);
        };
        if found.sha256 != listed.sha256 || found.bytes != listed.bytes {
            let words = words!(
                "its size or its SHA-256 differs from the packing slip",
                "de omvang of de SHA-256 is een andere dan in de pakbon"
            );
            self.fault("file-changed", &path, words);
        }
        if names::is_sidecar(&listed.path) {
            return self.sidecar(listed, before);
        }
        self.proofs.note(listed);
        self.structure(&listed.path)?;
        *before = Some((listed.path.clone(), found));
        Ok(false)
    }

    /// Every file has a sidecar, and every folder above it one of its own.
    fn structure(&mut self, path: &str) -> Result<(), ArchiveError> {
        let sidecars = names::sidecars_of(path);
        if !sidecars.iter().any(|one| self.listed.contains(&key(one))) {
            let path = format!("{}{path}", self.payload);
            let words = words!(
                "no sidecar describes this file",
                "geen sidecar beschrijft dit bestand"
            );
            self.fault("sidecar-missing", &path, words);
        }
        let mut folder = path;
        while let Some((above, _)) = folder.rsplit_once('/') {
            let name = above.rsplit('/').next().unwrap_or(above);
            let sidecar = format!("{above}/{name}{}", names::SIDECAR);
            if !self.listed.contains(&key(&sidecar)) {
                let path = format!("{}{above}", self.payload);
                let words = words!(
                    "no sidecar describes this folder",
                    "geen sidecar beschrijft deze map"
                );
                self.fault("sidecar-missing", &path, words);
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
            Err(_) => Err(words!("it is not UTF-8", "het is geen UTF-8")),
        };
        let document = match parsed {
            Ok(document) => document,
            Err(why) => {
                self.fault("sidecar-invalid", &path, why);
                return Ok(false);
            }
        };
        let root = document.root_element();
        for why in mdto::faults(root) {
            self.fault("sidecar-invalid", &path, why);
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
            None => {
                let words = words!(
                    "it describes a file that does not exist",
                    "het beschrijft een bestand dat er niet is"
                );
                self.fault("sidecar-invalid", &path, words);
            }
        }
        Ok(false)
    }

    /// Compares a file's sidecar with the file.
    fn compare(&mut self, path: &str, described: &str, sidecar: Node<'_, '_>, found: &Pass) {
        let text = |names: &[&str]| mdto::text_at(sidecar, names);
        let size = text(&["omvang"]);
        if size != found.bytes.to_string() {
            let bytes = found.bytes;
            let words = words!(
                "it says that `{described}` has {size} bytes; the file has {bytes}",
                "volgens de sidecar heeft `{described}` {size} bytes; het bestand heeft er {bytes}"
            );
            self.fault("sidecar-differs", path, words);
        }
        if !text(&["checksum", "checksumWaarde"]).eq_ignore_ascii_case(&found.sha256) {
            let words = words!(
                "its checksum differs from that of `{described}`",
                "de checksum is niet die van `{described}`"
            );
            self.fault("sidecar-differs", path, words);
        }
        let puid = text(&["bestandsformaat", "begripCode"]);
        let is = found.format.map_or("unknown", |format| format.puid);
        if puid != is {
            let words = words!(
                "it says that `{described}` is {puid}; the file is {is}",
                "volgens de sidecar is `{described}` {puid}; het bestand is {is}"
            );
            self.fault("format-differs", path, words);
        } else if found
            .format
            .is_some_and(|format| format.is_pdf() && !format.is_archival_pdf())
        {
            let file = format!("{}{described}", self.payload);
            let words = words!(
                "it is {puid}, which is not PDF/A without attachments",
                "het is {puid}, en dat is geen PDF/A zonder bijlagen"
            );
            self.fault("not-archival", &file, words);
        }
    }
}

/// That a packing slip cannot be read.
pub(super) fn unreadable(why: &Words) -> Words {
    let Words { english, dutch } = why;
    words!(
        "the packing slip cannot be read: {english}",
        "de pakbon is niet te lezen: {dutch}"
    )
}
