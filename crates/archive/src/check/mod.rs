//! Judges packages years later, with nothing but the package at hand: structure, sidecars,
//! checksums, formats and PDF/A identification. Each deviation is named.
//!
//! Keeps 32 bytes for each file of a package, to find foreign ones.

mod bag;
mod files;
mod foreign;
mod mets;
mod opened;
mod seal;
mod slip;

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use raadspost_run::{Deviation, VerifyingKey, Words, words};

use crate::check::opened::Opened;
use crate::check::seal::Proofs;
use crate::digest::{Pass, pass};
use crate::sip::bag as bagit;
use crate::sip::eark;
use crate::sip::pakbon::{Listed, PAKBON};
use crate::{ArchiveError, Roots};

/// The result of a check.
#[derive(Debug, Default)]
pub struct Checked {
    /// Packages judged.
    pub packages: u64,
    /// Files judged, sidecars among them.
    pub files: u64,
    /// Packages whose signature holds.
    pub signed: u64,
    /// The keys of their signatures, each of 56 characters.
    pub keys: BTreeSet<String>,
    /// Packages whose time stamp holds.
    pub stamped: u64,
    /// The authorities of their time stamps.
    pub authorities: BTreeSet<String>,
    /// Each deviation.
    pub faults: Vec<Deviation>,
}

/// What a check demands besides soundness.
#[derive(Debug, Clone, Default)]
pub struct CheckOptions {
    /// The key with which each package must be signed.
    pub signed_by: Option<VerifyingKey>,
    /// The roots to which the time stamp of each package must lead.
    pub roots: Option<Roots>,
}

/// Judges a package, or every package in a folder.
///
/// # Errors
/// There is no package, or a file cannot be read.
pub fn check(at: &Path, options: &CheckOptions) -> Result<Checked, ArchiveError> {
    let mut checked = Checked::default();
    if !at.is_dir() || is_package(at) {
        one(at, "", options, &mut checked)?;
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
            one(path, &name, options, &mut checked)?;
        } else {
            let words = words!(
                "it is not a package: it has no `pakbon.xml`, `bagit.txt` or `METS.xml`",
                "het is geen pakket: er is geen `pakbon.xml`, `bagit.txt` of `METS.xml`"
            );
            let name = name.into_owned();
            checked
                .faults
                .push(Deviation::new("package-foreign", name, words));
        }
    }
    if checked.packages == 0 && checked.faults.is_empty() {
        return Err(ArchiveError::NoPackage(at.to_owned()));
    }
    Ok(checked)
}

fn is_package(folder: &Path) -> bool {
    [PAKBON, bagit::DECLARATION, "data", eark::METS]
        .iter()
        .any(|name| folder.join(name).exists())
}

/// Judges one package; `shown` precedes its paths in messages.
fn one(
    at: &Path,
    shown: &str,
    options: &CheckOptions,
    checked: &mut Checked,
) -> Result<(), ArchiveError> {
    checked.packages += 1;
    let package = match Opened::open(at) {
        Ok(opened) => opened,
        Err(error) if at.exists() => {
            let shown = if shown.is_empty() { "." } else { shown };
            let words = words!(
                "the package cannot be opened: {error}",
                "het pakket is niet te openen: {error}"
            );
            checked
                .faults
                .push(Deviation::new("package-broken", shown, words));
            return Ok(());
        }
        Err(error) => return Err(ArchiveError::io("read", at)(error)),
    };
    let mut check = Check {
        package,
        at,
        shown,
        payload: "",
        listed: HashSet::new(),
        bagged: None,
        missing: Vec::new(),
        proofs: Proofs::default(),
        options,
        checked,
    };
    check.all()
}

struct Check<'a> {
    package: Opened,
    at: &'a Path,
    shown: &'a str,
    /// The folder of the SIP in a bag or an E-ARK package.
    payload: &'static str,
    /// Keys of the paths of the list.
    listed: HashSet<[u8; 16]>,
    /// Keys of the paths of a bag's manifests, or of METS.
    bagged: Option<HashSet<[u8; 16]>>,
    /// Files of the list that do not exist.
    missing: Vec<Listed>,
    /// The files of the list that prove the run.
    proofs: Proofs,
    options: &'a CheckOptions,
    checked: &'a mut Checked,
}

impl Check<'_> {
    fn fault(&mut self, code: &'static str, path: &str, words: Words) {
        let path = match (self.shown, path) {
            ("", "") => ".".to_owned(),
            ("", path) => path.to_owned(),
            (shown, "") => shown.to_owned(),
            (shown, path) => format!("{shown}/{path}"),
        };
        self.checked.faults.push(Deviation::new(code, path, words));
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

    /// A small file whole; `None` if there is no such file. One that cannot be read is a fault, and
    /// counts as empty.
    fn small(&mut self, path: &str, limit: u64) -> Result<Option<Vec<u8>>, ArchiveError> {
        let read = self.read(path, |reader| {
            let mut bytes = Vec::new();
            reader.take(limit + 1).read_to_end(&mut bytes)?;
            Ok::<_, io::Error>(bytes)
        })?;
        let why = match read {
            None => return Ok(None),
            Some(Ok(bytes)) if bytes.len() as u64 <= limit => return Ok(Some(bytes)),
            Some(Ok(_)) => words!(
                "it has more than {limit} bytes",
                "het heeft meer dan {limit} bytes"
            ),
            Some(Err(error)) => words!(
                "it cannot be read: {error}",
                "het is niet te lezen: {error}"
            ),
        };
        self.fault("file-unreadable", path, why);
        Ok(Some(Vec::new()))
    }

    /// One pass over a file; `None` if there is no such file. The bytes of a damaged container equal
    /// no others.
    fn pass(&mut self, path: &str, sha512: bool) -> Result<Option<Pass>, ArchiveError> {
        match self.read(path, |reader| pass(reader, &mut io::sink(), sha512))? {
            Some(Ok(pass)) => Ok(Some(pass)),
            Some(Err(error)) if self.package.is_folder() => {
                Err(ArchiveError::io("read", self.at.join(path))(error))
            }
            Some(Err(_)) => Ok(Some(Pass {
                bytes: 0,
                sha256: String::new(),
                sha512: None,
                format: None,
            })),
            None => Ok(None),
        }
    }

    fn all(&mut self) -> Result<(), ArchiveError> {
        if self.read(bagit::DECLARATION, |_| ())?.is_some()
            || self.read(bagit::MANIFEST, |_| ())?.is_some()
        {
            self.payload = bagit::PAYLOAD;
            self.bag()?;
        } else if self.read(eark::METS, |_| ())?.is_some() {
            self.payload = eark::PAYLOAD;
            self.mets()?;
        }
        let pakbon = format!("{}{PAKBON}", self.payload);
        let Some(slip) = self.slip(&pakbon)? else {
            return Ok(());
        };
        if self.payload == eark::PAYLOAD {
            self.mets_of(&slip)?;
        }
        let own = self.package.name.clone();
        let top = self.package.top.clone();
        let was = &slip.name;
        if own != *was {
            let words = words!(
                "the package is called `{own}`, and was `{was}`",
                "het pakket heet `{own}`, en heette `{was}`"
            );
            self.fault("package-renamed", "", words);
        }
        if let Some(top) = top.filter(|top| top != was) {
            let words = words!(
                "the uppermost folder is called `{top}`, and was `{was}`",
                "de bovenste map heet `{top}`, en heette `{was}`"
            );
            self.fault("package-renamed", "", words);
        }
        self.files(&pakbon, &slip)?;
        self.foreign(&pakbon)?;
        let root = match self.payload {
            bagit::PAYLOAD => bagit::TAG_MANIFEST.to_owned(),
            _ => pakbon,
        };
        self.seal(&root, &slip)
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::Write as _;

    use tempfile::TempDir;
    use zip::write::{SimpleFileOptions, ZipWriter};

    use super::*;
    use crate::mdto::elements::{Identity, Reference};
    use crate::mdto::file::FileObject;
    use crate::sip::container::ContainerKind;
    use crate::sip::eark::Provenance;
    use crate::sip::package::{Package, PackageFormat};
    use crate::sip::pakbon::PackingSlip;
    use crate::sip::seal::Seals;
    use crate::{formats, mdto};

    const TIME: &str = "2026-03-02T00:00:00Z";
    const OBJECT: &str = mdto::check::SAMPLE_OBJECT;

    /// A sound package `x` with one file.
    fn package(kind: ContainerKind, format: PackageFormat) -> (TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let mut package = Package::create(dir.path(), "x", kind, format, TIME).unwrap();
        let object = mdto::check::sidecar(OBJECT);
        package
            .add_bytes("x/x.MDTO.xml", object.as_bytes())
            .unwrap();
        package.count_object();
        let pass = package.add_bytes("x/a.txt", b"abc").unwrap();
        let file = FileObject {
            identity: Identity::own("a", "Bureau"),
            name: "a.txt".to_owned(),
            bytes: pass.bytes,
            format: pass.format.unwrap_or(formats::UNKNOWN),
            sha256: pass.sha256,
            time: "2026-03-02T00:00:00Z".to_owned(),
            represents: Reference {
                name: "x".to_owned(),
                identity: None,
            },
        };
        let sidecar = file.to_xml().unwrap();
        package
            .add_bytes("x/a.txt.bestand.MDTO.xml", &sidecar)
            .unwrap();
        let provenance = Provenance {
            tool: "raadspost 0".to_owned(),
            creator: None,
            events: Vec::new(),
        };
        let path = package
            .finish(PackingSlip::default(), &provenance, &Seals::default())
            .unwrap();
        assert_eq!(faults(&path), [] as [String; 0]);
        (dir, path)
    }

    /// Code, place and message of each fault.
    fn faults(path: &Path) -> Vec<String> {
        let checked = check(path, &CheckOptions::default()).unwrap();
        assert_eq!(checked.packages, 1);
        let text =
            |fault: &Deviation| format!("{} {:?}: {}", fault.code, fault.path, fault.words.english);
        checked.faults.iter().map(text).collect()
    }

    /// Exactly one fault, which has these words.
    fn one_fault(path: &Path, words: &str) {
        let found = faults(path);
        assert!(found.len() == 1 && found[0].contains(words), "{found:?}");
    }

    #[test]
    fn an_entry_outside_the_uppermost_folder_of_a_zip_is_found() {
        for name in ["y/pakbon.xml", "y/x/a.txt", "a.txt", "/x/pakbon.xml"] {
            let (_dir, path) = package(ContainerKind::Zip, PackageFormat::MdtoSip);
            let file = File::options().read(true).write(true).open(&path).unwrap();
            let mut zip = ZipWriter::new_append(file).unwrap();
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            zip.write_all(b"hidden").unwrap();
            zip.finish().unwrap();
            one_fault(&path, "outside the package's uppermost folder");
        }
    }

    #[test]
    fn a_zip_entry_that_is_no_file_or_stands_twice_is_found() {
        let (_dir, path) = package(ContainerKind::Zip, PackageFormat::MdtoSip);
        let file = File::options().read(true).write(true).open(&path).unwrap();
        let mut zip = ZipWriter::new_append(file).unwrap();
        zip.add_symlink("x/x/b.txt", "a.txt", SimpleFileOptions::default())
            .unwrap();
        zip.finish().unwrap();
        one_fault(&path, "not a regular file");

        // Two headers of one name: a second file under a name of equal length, renamed.
        let (_dir, path) = package(ContainerKind::Zip, PackageFormat::MdtoSip);
        let file = File::options().read(true).write(true).open(&path).unwrap();
        let mut zip = ZipWriter::new_append(file).unwrap();
        zip.start_file("x/x/Q.txt", SimpleFileOptions::default())
            .unwrap();
        zip.write_all(b"abc").unwrap();
        zip.finish().unwrap();
        let mut bytes = fs::read(&path).unwrap();
        for at in 0..bytes.len() - 9 {
            if &bytes[at..at + 9] == b"x/x/Q.txt" {
                bytes[at + 4] = b'a';
            }
        }
        fs::write(&path, bytes).unwrap();
        one_fault(&path, "two entries of this name");
    }

    /// A tar file with the entries of another one, and more.
    fn tar_with(path: &Path, more: impl FnOnce(&mut tar::Builder<File>)) {
        let from = path.with_extension("old");
        fs::rename(path, &from).unwrap();
        let mut builder = tar::Builder::new(File::create(path).unwrap());
        let mut old = tar::Archive::new(File::open(&from).unwrap());
        for entry in old.entries().unwrap() {
            let entry = entry.unwrap();
            builder.append(&entry.header().clone(), entry).unwrap();
        }
        more(&mut builder);
        builder.finish().unwrap();
        fs::remove_file(from).unwrap();
    }

    fn header(kind: tar::EntryType, path: &str, size: u64) -> tar::Header {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_path(path).unwrap();
        header.set_size(size);
        header.set_cksum();
        header
    }

    #[test]
    fn every_entry_of_a_tar_file_is_found() {
        use tar::EntryType::{Fifo, Link, Regular, Symlink};
        for (kind, name, words) in [
            (Symlink, "x/x/b.txt", "not a regular file"),
            (Link, "x/x/b.txt", "not a regular file"),
            (Fifo, "x/x/b.txt", "not a regular file"),
            (
                Regular,
                "y/x/a.txt",
                "outside the package's uppermost folder",
            ),
            (Regular, "b.txt", "outside the package's uppermost folder"),
            (Regular, "x/x/a.txt", "two entries of this name"),
            (Regular, "x/b.txt", "does not list it"),
        ] {
            let (_dir, path) = package(ContainerKind::Tar, PackageFormat::MdtoSip);
            tar_with(&path, |builder| {
                let mut header = header(kind, name, 0);
                if !matches!(kind, Regular | Fifo) {
                    header.set_link_name("x/x/a.txt").unwrap();
                    header.set_cksum();
                }
                builder.append(&header, io::empty()).unwrap();
            });
            // The bytes of the listed file are those of its last entry no more.
            let found = faults(&path);
            assert!(
                found.iter().any(|one| one.contains(words)),
                "{name}: {found:?}"
            );
        }
        let (_dir, path) = package(ContainerKind::Tar, PackageFormat::MdtoSip);
        let mut file = File::options().append(true).open(&path).unwrap();
        file.write_all(
            &[
                header(Regular, "x/b.txt", 0).as_bytes().as_slice(),
                &[0; 1024],
            ]
            .concat(),
        )
        .unwrap();
        one_fault(&path, "bytes after its end");
    }

    #[test]
    fn a_container_with_another_folder_in_it_is_renamed() {
        let (_dir, path) = package(ContainerKind::Zip, PackageFormat::MdtoSip);
        let moved = path.with_file_name("z.zip");
        fs::rename(&path, &moved).unwrap();
        one_fault(&moved, "the package is called `z`, and was `x`");
        let bytes = fs::read(&moved).unwrap();
        let mut changed = bytes.clone();
        for at in 0..bytes.len() - 2 {
            // The names of entries, in their headers.
            if &bytes[at..at + 2] == b"x/"
                && [b"x/", b"pa"].contains(&&[bytes[at + 2], bytes[at + 3]])
            {
                changed[at] = b'w';
            }
        }
        fs::write(&path, changed).unwrap();
        one_fault(&path, "the uppermost folder is called `w`, and was `x`");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_a_folder_is_found() {
        let (dir, path) = package(ContainerKind::Folder, PackageFormat::MdtoSip);
        let listed = path.join("x/a.txt");
        fs::rename(&listed, dir.path().join("a.txt")).unwrap();
        std::os::unix::fs::symlink(dir.path().join("a.txt"), &listed).unwrap();
        one_fault(&path, "it is not a regular file");
    }

    #[test]
    fn a_bag_says_what_it_is_and_lists_all_of_it() {
        let (_dir, path) = package(ContainerKind::Folder, PackageFormat::BagIt);
        let change = |name: &str, old: &str, new: &str| {
            let place = path.join(name);
            let text = fs::read_to_string(&place).unwrap();
            assert!(text.contains(old));
            fs::write(&place, text.replace(old, new)).unwrap();
            let found = faults(&path);
            fs::write(&place, text).unwrap();
            found
        };
        for (old, new) in [
            ("UTF-8", "UTF-16"),
            ("1.0", "0.97"),
            ("BagIt-Version: 1.0\n", ""),
        ] {
            let found = change(bagit::DECLARATION, old, new);
            assert!(
                found
                    .iter()
                    .any(|one| one.contains("does not declare BagIt 1.0")),
                "{found:?}"
            );
        }
        let manifest = fs::read_to_string(path.join(bagit::MANIFEST)).unwrap();
        let line = manifest.lines().next().unwrap();
        let found = change(bagit::MANIFEST, &format!("{line}\n"), "");
        assert!(
            found
                .iter()
                .any(|one| one.contains("no manifest of the bag lists it")),
            "{found:?}"
        );
        let found = change(bagit::MANIFEST, "  data/", " data/");
        assert!(
            found
                .iter()
                .any(|one| one.contains("line 1 is not `<digest>  <path>`")),
            "{found:?}"
        );
        // Bytes that are not text end the reading of a manifest and are reported.
        fs::write(
            path.join(bagit::MANIFEST),
            [line.as_bytes(), b"\n\xFF\n"].concat(),
        )
        .unwrap();
        let found = faults(&path);
        assert!(
            found.iter().any(|one| one.contains("line 2 is not UTF-8")),
            "{found:?}"
        );
    }
}
