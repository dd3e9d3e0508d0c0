//! One package while it is written: a SIP in sidecar structure, as it is or inside a bag.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use raadspost_content::hex;
use sha2::{Digest as _, Sha256};
use tempfile::SpooledTempFile;

use crate::ArchiveError;
use crate::digest::Pass;
use crate::sip::bag;
use crate::sip::container::{Container, ContainerKind};
use crate::sip::names;
use crate::sip::pakbon::{PAKBON, PackingSlip};

/// The structure of a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PackageFormat {
    /// The Nationaal Archief's SIP in sidecar structure with MDTO 1.0.1.
    #[default]
    MdtoSip,
    /// The same as the payload of a bag (BagIt 1.0, RFC 8493).
    BagIt,
}

/// Lists up to this size are kept in memory, larger ones in a file.
const SPOOL: usize = 1 << 20;

/// A package that is being written.
pub(crate) struct Package {
    container: Container<'static>,
    format: PackageFormat,
    folder: PathBuf,
    name: String,
    /// A line `<sha256>  <bytes>  <path>` for each file.
    list: SpooledTempFile,
    /// Lines of a bag's payload manifest.
    payload: SpooledTempFile,
    hasher: Sha256,
    objects: u64,
    files: u64,
    bytes: u64,
    /// Octets and files of a bag's payload.
    oxum: (u64, u64),
}

impl Package {
    /// A package `name` in a folder.
    pub(crate) fn create(
        folder: &Path,
        name: &str,
        kind: ContainerKind,
        format: PackageFormat,
    ) -> Result<Self, ArchiveError> {
        names::check(name)?;
        let container = Container::create(folder, name, kind)
            .map_err(ArchiveError::io("write", folder.join(name)))?;
        Ok(Self {
            container,
            format,
            folder: folder.to_owned(),
            name: name.to_owned(),
            list: SpooledTempFile::new_in(SPOOL, folder),
            payload: SpooledTempFile::new_in(SPOOL, folder),
            hasher: Sha256::new(),
            objects: 0,
            files: 0,
            bytes: 0,
            oxum: (0, 0),
        })
    }

    fn broken(&self, path: &str) -> impl FnOnce(io::Error) -> ArchiveError + use<> {
        ArchiveError::io("write", self.folder.join(&self.name).join(path))
    }

    /// Adds a file on disk.
    pub(crate) fn add_file(&mut self, path: &str, from: &Path) -> Result<Pass, ArchiveError> {
        let mut file = File::open(from).map_err(ArchiveError::io("read", from))?;
        let size = file
            .metadata()
            .map_err(ArchiveError::io("read", from))?
            .len();
        self.add(path, size, &mut file)
    }

    /// Adds a file in memory.
    pub(crate) fn add_bytes(&mut self, path: &str, mut bytes: &[u8]) -> Result<Pass, ArchiveError> {
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

    /// Writes a file of the SIP, which a bag has in its payload.
    fn put(&mut self, path: &str, size: u64, reader: &mut dyn Read) -> Result<Pass, ArchiveError> {
        let broken = self.broken(path);
        match self.format {
            PackageFormat::MdtoSip => self
                .container
                .add(path, size, reader, false)
                .map_err(broken),
            PackageFormat::BagIt => {
                let path = format!("{}{path}", bag::PAYLOAD);
                let pass = self
                    .container
                    .add(&path, size, reader, true)
                    .map_err(broken)?;
                let broken = self.broken(&path);
                let digest = pass.sha512.as_deref().unwrap_or_default();
                writeln!(self.payload, "{digest}  {path}").map_err(broken)?;
                self.oxum.0 += pass.bytes;
                self.oxum.1 += 1;
                Ok(pass)
            }
        }
    }

    /// Writes packing slip and bag, and gives the package its name.
    pub(crate) fn finish(mut self, mut slip: PackingSlip) -> Result<PathBuf, ArchiveError> {
        slip.name = self.name.clone();
        (slip.objects, slip.files, slip.bytes) = (self.objects, self.files, self.bytes);
        slip.hash = hex(&self.hasher.clone().finalize());
        let broken = self.broken(PAKBON);
        let mut pakbon = SpooledTempFile::new_in(SPOOL, &self.folder);
        rewound(&mut self.list)
            .and_then(|list| slip.write(BufReader::new(list), &mut pakbon))
            .map_err(broken)?;
        let broken = self.broken(PAKBON);
        let (size, pakbon) = sized(&mut pakbon).map_err(broken)?;
        self.put(PAKBON, size, pakbon)?;
        if self.format == PackageFormat::BagIt {
            self.bag(&slip)?;
        }
        let broken = self.broken("");
        self.container.finish().map_err(broken)
    }

    /// The tag files of a bag (RFC 8493, 2.1.1, 2.1.3, 2.2.1, 2.2.2).
    fn bag(&mut self, slip: &PackingSlip) -> Result<(), ArchiveError> {
        let (octets, files) = self.oxum;
        let small = [
            (bag::DECLARATION, bag::declaration()),
            (bag::INFO, bag::info(slip, octets, files)),
        ];
        let mut tags = String::new();
        for (path, text) in small {
            let broken = self.broken(path);
            let pass = self
                .container
                .add(path, text.len() as u64, &mut text.as_bytes(), true)
                .map_err(broken)?;
            tags.push_str(&bag::line(&pass, path));
        }
        let broken = self.broken(bag::MANIFEST);
        let (size, payload) = sized(&mut self.payload).map_err(broken)?;
        let broken = ArchiveError::io("write", self.folder.join(&self.name));
        let pass = self
            .container
            .add(bag::MANIFEST, size, payload, true)
            .map_err(broken)?;
        tags.push_str(&bag::line(&pass, bag::MANIFEST));
        let broken = self.broken(bag::TAG_MANIFEST);
        self.container
            .add(
                bag::TAG_MANIFEST,
                tags.len() as u64,
                &mut tags.as_bytes(),
                false,
            )
            .map_err(broken)?;
        Ok(())
    }

    /// Removes what was written so far.
    pub(crate) fn abandon(self) -> Result<(), ArchiveError> {
        let broken = self.broken("");
        self.container.abandon().map_err(broken)
    }
}

fn rewound(file: &mut SpooledTempFile) -> io::Result<&mut SpooledTempFile> {
    file.seek(SeekFrom::Start(0))?;
    Ok(file)
}

/// A spooled file at its start, with its size.
pub(crate) fn sized(file: &mut SpooledTempFile) -> io::Result<(u64, &mut SpooledTempFile)> {
    file.flush()?;
    let size = file.seek(SeekFrom::End(0))?;
    Ok((size, rewound(file)?))
}

/// Lines of a file, for reading lists back.
pub(crate) fn lines(reader: impl Read) -> impl Iterator<Item = io::Result<String>> {
    BufReader::new(reader).lines()
}
