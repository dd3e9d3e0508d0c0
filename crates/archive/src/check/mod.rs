//! Judges packages years later, with nothing but the package at hand: structure, sidecars,
//! checksums, formats and PDF/A identification. Each deviation is named.
//!
//! Keeps 16 bytes for each file of a package, to find foreign ones.

mod opened;

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use raadspost_content::Diagnostics;
use raadspost_run::{fault, path_key as key};
use sha2::{Digest as _, Sha256};

use crate::check::opened::Opened;
use crate::digest::{Pass, hex, pass};
use crate::mdto::check::{self, Element};
use crate::sip::pakbon::{Listed, PAKBON, Slip};
use crate::{ArchiveError, sip::bag, sip::names, sip::package};

/// A sidecar is small; a larger file is something else.
const SIDECAR_LIMIT: u64 = 64 << 20;

/// What was found.
#[derive(Debug, Default)]
pub struct Checked {
    /// Packages judged.
    pub packages: u64,
    /// Files judged, sidecars among them.
    pub files: u64,
    /// Each deviation, as an error with the file as its place.
    pub faults: Diagnostics,
}

/// Judges a package, or every package in a folder.
///
/// # Errors
/// There is no package, or a file cannot be read.
pub fn check(at: &Path) -> Result<Checked, ArchiveError> {
    let mut checked = Checked::default();
    if !at.is_dir() || is_package(at) {
        one(at, "", &mut checked)?;
        return Ok(checked);
    }
    let mut found: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(at).map_err(ArchiveError::io("read", at))? {
        found.push(entry.map_err(ArchiveError::io("read", at))?.path());
    }
    found.sort();
    for path in &found {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let packed = name.ends_with(".zip") || name.ends_with(".tar");
        if path.is_dir() && is_package(path) || path.is_file() && packed {
            one(path, &name, &mut checked)?;
        } else {
            let message = "it is no package: neither `pakbon.xml` nor `bagit.txt` is in it";
            checked
                .faults
                .push(fault("package-foreign", &name, message));
        }
    }
    if checked.packages == 0 && checked.faults.is_empty() {
        return Err(ArchiveError::NoPackage(at.to_owned()));
    }
    Ok(checked)
}

fn is_package(folder: &Path) -> bool {
    [PAKBON, bag::DECLARATION, "data"]
        .iter()
        .any(|name| folder.join(name).exists())
}

/// Judges one package; `shown` precedes its paths in what is said.
fn one(at: &Path, shown: &str, checked: &mut Checked) -> Result<(), ArchiveError> {
    checked.packages += 1;
    let (package, name) = match Opened::open(at) {
        Ok(opened) => opened,
        Err(error) if at.exists() => {
            let shown = if shown.is_empty() { "." } else { shown };
            let message = format!("the package cannot be opened: {error}");
            checked
                .faults
                .push(fault("package-broken", shown, &message));
            return Ok(());
        }
        Err(error) => return Err(ArchiveError::io("read", at)(error)),
    };
    let mut check = Check {
        package,
        name,
        at,
        shown,
        payload: "",
        listed: HashSet::new(),
        missing: Vec::new(),
        checked,
    };
    check.all()
}

struct Check<'a> {
    package: Opened,
    name: String,
    at: &'a Path,
    shown: &'a str,
    /// `data/` in a bag.
    payload: &'static str,
    /// Paths of the list.
    listed: HashSet<[u8; 16]>,
    /// What the list names and is not there.
    missing: Vec<Listed>,
    checked: &'a mut Checked,
}

impl Check<'_> {
    fn fault(&mut self, code: &'static str, path: &str, message: &str) {
        let path = match (self.shown, path) {
            ("", "") => ".".to_owned(),
            ("", path) => path.to_owned(),
            (shown, "") => shown.to_owned(),
            (shown, path) => format!("{shown}/{path}"),
        };
        self.checked.faults.push(fault(code, &path, message));
    }

    fn read<T>(
        &mut self,
        path: &str,
        each: impl FnOnce(&mut dyn Read) -> T,
    ) -> Result<Option<T>, ArchiveError> {
        self.package
            .read(path, each)
            .map_err(ArchiveError::io("read", self.at.join(path)))
    }

    /// One pass over a file; a file in a container whose bytes do not fit its own checksum is told.
    fn pass(&mut self, path: &str, sha512: bool) -> Result<Option<Pass>, ArchiveError> {
        match self.read(path, |reader| pass(reader, &mut io::sink(), sha512))? {
            Some(Ok(pass)) => Ok(Some(pass)),
            Some(Err(error)) if matches!(self.package, Opened::Folder(_)) => {
                Err(ArchiveError::io("read", self.at.join(path))(error))
            }
            // A damaged container: the file counts as one of other bytes.
            Some(Err(_)) => Ok(Some(crate::digest::pass_bytes(&[], sha512))),
            None => Ok(None),
        }
    }

    fn all(&mut self) -> Result<(), ArchiveError> {
        if self.read(bag::DECLARATION, |_| ())?.is_some()
            || self.read(bag::MANIFEST, |_| ())?.is_some()
        {
            self.payload = bag::PAYLOAD;
            self.bag()?;
        }
        let pakbon = format!("{}{PAKBON}", self.payload);
        let Some(slip) = self.slip(&pakbon)? else {
            return Ok(());
        };
        if slip.name != self.name {
            let message = format!(
                "the package is called `{}`, and was `{}`",
                self.name, slip.name
            );
            self.fault("package-renamed", "", &message);
        }
        self.files(&pakbon, &slip)?;
        self.foreign(&pakbon)
    }

    /// The first reading of the packing slip: its head, and the paths of its list.
    fn slip(&mut self, pakbon: &str) -> Result<Option<Slip>, ArchiveError> {
        let mut listed = HashSet::new();
        let mut hasher = Sha256::new();
        let (mut files, mut bytes, mut doubled) = (0, 0, None);
        let read = self.read(pakbon, |reader| {
            Slip::read(reader, |file| {
                hasher.update(format!("{}  {}\n", file.sha256, file.path));
                if !names::is_sidecar(&file.path) {
                    files += 1;
                    bytes += file.bytes;
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
            let message = "the list does not fit its own `hashSIP`";
            self.fault("pakbon-changed", pakbon, message);
        }
        if (files, bytes) != (slip.files, slip.bytes) {
            let message = format!(
                "it counts {} files of {} bytes, and its list has {files} of {bytes}",
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

    /// The second reading: every file of the list.
    fn files(&mut self, pakbon: &str, slip: &Slip) -> Result<(), ArchiveError> {
        // The list is read from a copy, because a file is read while the list is open.
        let mut copy = tempfile::SpooledTempFile::new(1 << 20);
        self.read(pakbon, |reader| io::copy(reader, &mut copy).map(|_| ()))?
            .transpose()
            .map_err(ArchiveError::io("read", self.at.join(pakbon)))?;
        let (_, copy) = package::sized(&mut copy).map_err(ArchiveError::io("read", self.at))?;
        let mut objects = 0;
        let mut before: Option<(String, Pass)> = None;
        let mut halted = None;
        let again = Slip::read(copy, |listed| {
            match self.file(&listed, &mut before) {
                Ok(is_object) => objects += u64::from(is_object),
                Err(error) => {
                    halted = Some(error);
                    return Err("halted".to_owned());
                }
            }
            Ok(())
        });
        if let (Err(_), Some(error)) = (again, halted) {
            return Err(error);
        }
        if objects != slip.objects {
            let message = format!(
                "it counts {} information objects, and {objects} sidecars are of one",
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
            self.fault("bad-name", &path, "its name is not one that a SIP may have");
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
                "its bytes are not those of the packing slip",
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
        let endings = [".bestand.MDTO.xml", names::SIDECAR];
        let described = endings
            .iter()
            .any(|end| self.listed.contains(&key(&format!("{path}{end}"))));
        if !described {
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
        let bytes = self
            .read(&path, |reader| {
                let mut bytes = Vec::new();
                reader
                    .take(SIDECAR_LIMIT)
                    .read_to_end(&mut bytes)
                    .map(|_| bytes)
            })?
            .and_then(Result::ok)
            .unwrap_or_default();
        let root = match check::parse(&bytes) {
            Ok(root) => root,
            Err(why) => {
                self.fault("sidecar-invalid", &path, &why);
                return Ok(false);
            }
        };
        for why in check::faults(&root) {
            self.fault("sidecar-invalid", &path, &why);
        }
        let Some(file) = root.at(&["bestand"]) else {
            return Ok(root.at(&["informatieobject"]).is_some());
        };
        let described = described(&listed.path);
        let found = match before.take().filter(|(path, _)| path == described) {
            Some((_, found)) => Some(found),
            None => self.pass(&format!("{}{described}", self.payload), false)?,
        };
        match found {
            Some(found) => self.compare(&path, described, file, &found),
            None => self.fault(
                "sidecar-invalid",
                &path,
                "it describes a file that is not there",
            ),
        }
        Ok(false)
    }

    /// Holds a file's sidecar against the file.
    fn compare(&mut self, path: &str, described: &str, sidecar: &Element, found: &Pass) {
        let text = |names: &[&str]| sidecar.text_at(names).unwrap_or("");
        let size = text(&["omvang"]);
        if size != found.bytes.to_string() {
            let message = format!(
                "it gives `{described}` {size} bytes, which has {}",
                found.bytes
            );
            self.fault("sidecar-differs", path, &message);
        }
        if !text(&["checksum", "checksumWaarde"]).eq_ignore_ascii_case(&found.sha256) {
            let message = format!("its checksum is not that of `{described}`");
            self.fault("sidecar-differs", path, &message);
        }
        let puid = text(&["bestandsformaat", "begripCode"]);
        let is = found.format.map_or("unknown", |format| format.puid);
        if puid != is {
            let message = format!("it says `{described}` is {puid}, and the file is {is}");
            self.fault("format-differs", path, &message);
        } else if found
            .format
            .is_some_and(|format| format.is_pdf() && !format.is_archival_pdf())
        {
            let file = format!("{}{described}", self.payload);
            let message = format!("it is {puid}, and no PDF/A without attachments");
            self.fault("not-archival", &file, &message);
        }
    }

    /// What is there and not listed, and what is listed and not there: a file under another path is
    /// told as moved, and a folder of such files as renamed.
    fn foreign(&mut self, pakbon: &str) -> Result<(), ArchiveError> {
        let mut foreign = Vec::new();
        let (payload, listed) = (self.payload, &self.listed);
        let is_tag = |path: &str| {
            let tags = [
                bag::DECLARATION,
                bag::INFO,
                bag::MANIFEST,
                bag::TAG_MANIFEST,
            ];
            !payload.is_empty() && tags.contains(&path)
        };
        self.package
            .paths(|path| {
                let known = path == pakbon
                    || is_tag(path)
                    || path
                        .strip_prefix(payload)
                        .is_some_and(|path| listed.contains(&key(path)));
                if !known {
                    foreign.push(path.to_owned());
                }
            })
            .map_err(ArchiveError::io("read", self.at))?;
        let mut missing: BTreeMap<(String, u64), Vec<String>> = BTreeMap::new();
        for file in std::mem::take(&mut self.missing) {
            let path = format!("{}{}", self.payload, file.path);
            missing
                .entry((file.sha256, file.bytes))
                .or_default()
                .push(path);
        }
        let mut renamed: BTreeMap<(String, String), u64> = BTreeMap::new();
        for path in foreign {
            let found = if missing.is_empty() {
                None
            } else {
                self.pass(&path, false)?
            };
            let was = found.and_then(|found| {
                let paths = missing.get_mut(&(found.sha256, found.bytes))?;
                paths.pop()
            });
            match was {
                Some(was) => *renamed.entry(difference(&was, &path)).or_default() += 1,
                None => self.fault("file-foreign", &path, "the packing slip does not know it"),
            }
        }
        for ((was, is), files) in renamed {
            let message = format!("it was `{was}` ({files} files)");
            self.fault("path-renamed", &is, &message);
        }
        let mut gone: Vec<String> = missing.into_values().flatten().collect();
        gone.sort();
        for path in gone {
            self.fault(
                "file-missing",
                &path,
                "the packing slip names it, and it is missing",
            );
        }
        Ok(())
    }

    /// Payload and tag manifests of a bag, and its Payload-Oxum.
    fn bag(&mut self) -> Result<(), ArchiveError> {
        let mut oxum = (0_u64, 0_u64);
        for manifest in [bag::MANIFEST, bag::TAG_MANIFEST] {
            let mut copy = tempfile::SpooledTempFile::new(1 << 20);
            let read = self.read(manifest, |reader| io::copy(reader, &mut copy).map(|_| ()))?;
            if read.is_none() {
                self.fault("file-missing", manifest, "the bag has no such manifest");
                continue;
            }
            let (_, copy) = package::sized(&mut copy).map_err(ArchiveError::io("read", self.at))?;
            for line in package::lines(copy) {
                let line = line.map_err(ArchiveError::io("read", self.at.join(manifest)))?;
                let Some((digest, path)) = line.split_once("  ") else {
                    self.fault(
                        "bag-changed",
                        manifest,
                        "a line of it is none of a manifest",
                    );
                    continue;
                };
                if !raadspost_run::inside(path) {
                    self.fault("bag-changed", manifest, "a path of it leads out of the bag");
                    continue;
                }
                match self.pass(path, true)? {
                    None => self.fault(
                        "bag-changed",
                        path,
                        "a manifest of the bag names it, and it is missing",
                    ),
                    Some(found) => {
                        if found.sha512.as_deref() != Some(digest) {
                            let message = format!("its bytes are not those of `{manifest}`");
                            self.fault("bag-changed", path, &message);
                        }
                        if manifest == bag::MANIFEST {
                            oxum.0 += found.bytes;
                            oxum.1 += 1;
                        }
                    }
                }
            }
        }
        let info = self
            .read(bag::INFO, |reader| io::read_to_string(reader))?
            .and_then(Result::ok)
            .unwrap_or_default();
        let wanted = format!("Payload-Oxum: {}.{}", oxum.0, oxum.1);
        if !info.lines().any(|line| line == wanted) {
            let message = format!("it does not say `{wanted}`");
            self.fault("bag-changed", bag::INFO, &message);
        }
        Ok(())
    }
}

/// The file that a sidecar describes.
fn described(sidecar: &str) -> &str {
    let stem = &sidecar[..sidecar.len() - names::SIDECAR.len()];
    stem.strip_suffix(".bestand").unwrap_or(stem)
}

/// Two paths without what they end with alike, part by part.
fn difference(was: &str, is: &str) -> (String, String) {
    let mut was: Vec<&str> = was.split('/').collect();
    let mut is: Vec<&str> = is.split('/').collect();
    while was.len() > 1 && is.len() > 1 && was.last() == is.last() {
        was.pop();
        is.pop();
    }
    (was.join("/"), is.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_renamed_folder_is_told_once() {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(difference("a/b/c.pdf", "a/x/c.pdf"), pair("a/b", "a/x"));
        assert_eq!(difference("a/b/d/c.pdf", "a/x/d/c.pdf"), pair("a/b", "a/x"));
        assert_eq!(difference("a/c.pdf", "a/d.pdf"), pair("a/c.pdf", "a/d.pdf"));
        assert_eq!(described("a/b.pdf.bestand.MDTO.xml"), "a/b.pdf");
        assert_eq!(described("a/b.pdf.mdto.XML"), "a/b.pdf");
    }
}
