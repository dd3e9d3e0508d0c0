//! One package while it is written: a SIP in sidecar structure, as it is or inside a bag.

use std::io::{self, BufReader, Read, Write as _};
use std::path::{Path, PathBuf};

use raadspost_content::hex;
use raadspost_run::open_regular;
use sha2::{Digest as _, Sha256};
use tempfile::SpooledTempFile;

use crate::ArchiveError;
use crate::digest::Pass;
use crate::sip::bag::{self, Bag};
use crate::sip::container::{Container, ContainerKind};
use crate::sip::eark::{self, Eark, Provenance};
use crate::sip::names;
use crate::sip::pakbon::{PAKBON, PackingSlip};
use crate::sip::seal::{Seals, seal};
use crate::sip::spool::{self, sized};

/// The structure of a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PackageFormat {
    /// The Nationaal Archief's SIP in sidecar structure with MDTO 1.0.1.
    #[default]
    MdtoSip,
    /// The same as the payload of a bag (BagIt 1.0, RFC 8493).
    BagIt,
    /// The same as the representation of an E-ARK SIP (CSIP and SIP 2.2), with METS and PREMIS.
    Eark,
}

/// What is written round the SIP.
enum Wrapping {
    Bare,
    Bag(Bag),
    Eark(Box<Eark>),
}

/// A package that is being written.
pub(crate) struct Package {
    container: Container<'static>,
    wrapping: Wrapping,
    folder: PathBuf,
    name: String,
    /// A line `<sha256>  <bytes>  <path>` for each file.
    list: SpooledTempFile,
    hasher: Sha256,
    objects: u64,
    files: u64,
    bytes: u64,
    /// SHA-256 of the approval in it.
    approval: Option<String>,
}

impl Package {
    /// A package `name` in a folder, made at a moment (RFC 3339).
    pub(crate) fn create(
        folder: &Path,
        name: &str,
        kind: ContainerKind,
        format: PackageFormat,
        time: &str,
    ) -> Result<Self, ArchiveError> {
        names::check(name)?;
        let container = Container::create(folder, name, kind)
            .map_err(ArchiveError::io("write", folder.join(name)))?;
        Ok(Self {
            container,
            wrapping: match format {
                PackageFormat::MdtoSip => Wrapping::Bare,
                PackageFormat::BagIt => Wrapping::Bag(Bag::new(spool::within(folder))),
                PackageFormat::Eark => Wrapping::Eark(Box::new(Eark::new(
                    spool::within(folder),
                    spool::within(folder),
                    time,
                ))),
            },
            folder: folder.to_owned(),
            name: name.to_owned(),
            list: spool::within(folder),
            hasher: Sha256::new(),
            objects: 0,
            files: 0,
            bytes: 0,
            approval: None,
        })
    }

    fn broken(&self, path: &str) -> impl FnOnce(io::Error) -> ArchiveError + use<> {
        ArchiveError::io("write", self.folder.join(&self.name).join(path))
    }

    /// Adds a file on disk.
    pub(crate) fn add_file(&mut self, path: &str, from: &Path) -> Result<Pass, ArchiveError> {
        let mut file = open_regular(from).map_err(ArchiveError::io("read", from))?;
        let size = file
            .metadata()
            .map_err(ArchiveError::io("read", from))?
            .len();
        self.add(path, size, &mut file)
    }

    /// Adds a file in memory.
    pub(crate) fn add_bytes(&mut self, path: &str, mut bytes: &[u8]) -> Result<Pass, ArchiveError> {
        if let Wrapping::Eark(eark) = &mut self.wrapping {
            let top = format!("{}{}", self.name, names::SIDECAR);
            if path.strip_prefix(&self.name) == Some(&format!("/{top}")) {
                eark.describe(top, bytes);
            }
        }
        self.add(path, bytes.len() as u64, &mut bytes)
    }

    /// Adds a file of a size that is known before.
    pub(crate) fn add(
        &mut self,
        path: &str,
        size: u64,
        reader: &mut dyn Read,
    ) -> Result<Pass, ArchiveError> {
        names::check(path)?;
        let pass = self.put(path, size, reader)?;
        let broken = self.broken(path);
        self.hasher.update(format!("{}  {path}\n", pass.sha256));
        writeln!(self.list, "{}  {}  {path}", pass.sha256, pass.bytes).map_err(broken)?;
        if !names::is_sidecar(path) {
            self.files += 1;
            self.bytes += pass.bytes;
        }
        Ok(pass)
    }

    /// Counts an information object.
    pub(crate) fn count_object(&mut self) {
        self.objects += 1;
    }

    /// Notes the digest of the approval in the package, which a signature covers by name.
    pub(crate) fn approved(&mut self, sha256: String) {
        self.approval = Some(sha256);
    }

    /// Writes a file of the SIP, which a bag and an E-ARK package have in their payload.
    fn put(&mut self, path: &str, size: u64, reader: &mut dyn Read) -> Result<Pass, ArchiveError> {
        let broken = self.broken(path);
        let mut put = || match &mut self.wrapping {
            Wrapping::Bare => self.container.add(path, size, reader, false),
            Wrapping::Bag(bag) => {
                let path = format!("{}{path}", bag::PAYLOAD);
                let pass = self.container.add(&path, size, reader, true)?;
                bag.list(&path, &pass)?;
                Ok(pass)
            }
            Wrapping::Eark(eark) => {
                let path = format!("{}{path}", eark::PAYLOAD);
                let pass = self.container.add(&path, size, reader, false)?;
                eark.list(&path, &pass)?;
                Ok(pass)
            }
        };
        put().map_err(broken)
    }

    /// Writes packing slip, seal and what lies round them, and gives the package its name.
    ///
    /// # Errors
    /// It cannot be written or sealed; nothing is left of it then.
    pub(crate) fn finish(
        mut self,
        slip: PackingSlip,
        provenance: &Provenance,
        seals: &Seals<'_>,
    ) -> Result<PathBuf, ArchiveError> {
        match self.complete(slip, provenance, seals) {
            Ok(()) => {
                let broken = self.broken("");
                self.container.finish().map_err(broken)
            }
            Err(error) => {
                self.abandon()?;
                Err(error)
            }
        }
    }

    /// Writes what comes behind the files.
    fn complete(
        &mut self,
        mut slip: PackingSlip,
        provenance: &Provenance,
        seals: &Seals<'_>,
    ) -> Result<(), ArchiveError> {
        slip.name = self.name.clone();
        (slip.objects, slip.files, slip.bytes) = (self.objects, self.files, self.bytes);
        slip.hash = hex(&self.hasher.clone().finalize());
        let broken = self.broken(PAKBON);
        let mut pakbon = spool::within(&self.folder);
        sized(&mut self.list)
            .and_then(|(_, list)| slip.write(BufReader::new(list), &mut pakbon))
            .map_err(broken)?;
        let broken = self.broken(PAKBON);
        let (size, reader) = sized(&mut pakbon).map_err(broken)?;
        self.put(PAKBON, size, reader)?;
        let broken = self.broken("");
        let (root, mut list) = match &mut self.wrapping {
            Wrapping::Bag(bag) => {
                let list = bag.close(&mut self.container, &slip).map_err(broken)?;
                (bag::TAG_MANIFEST, list)
            }
            // METS has to list the seal, and cannot be what it seals.
            Wrapping::Bare | Wrapping::Eark(_) => (PAKBON, pakbon),
        };
        let approval = self.approval.take();
        let files = seal(
            seals,
            root,
            &mut list,
            &slip.identification,
            approval.as_deref(),
        )?;
        for (end, bytes) in files {
            let path = format!("{root}{end}");
            let (size, mut bytes) = (bytes.len() as u64, bytes.as_slice());
            if matches!(self.wrapping, Wrapping::Bag(_)) {
                let added = self.container.add(&path, size, &mut bytes, false);
                added.map_err(self.broken(&path))?;
            } else {
                self.put(&path, size, &mut bytes)?;
            }
        }
        if let Wrapping::Eark(eark) = std::mem::replace(&mut self.wrapping, Wrapping::Bare) {
            let broken = self.broken(eark::METS);
            eark.close(&mut self.container, &slip, provenance)
                .map_err(broken)?;
        }
        Ok(())
    }

    /// Removes what was written so far.
    pub(crate) fn abandon(self) -> Result<(), ArchiveError> {
        let broken = self.broken("");
        self.container.abandon().map_err(broken)
    }
}
