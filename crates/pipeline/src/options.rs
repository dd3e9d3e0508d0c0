//! Options of a run, and its interface to the register.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use raadspost_content::{Diagnostics, Fingerprint, Pack};
use raadspost_run::{MunicipalityRecord, RunRecord};

/// The source of packs. A run uses it twice: in the quick pass and for making.
pub trait Recipients: Sync {
    /// The register's name in diagnostics, usually a file name.
    fn register(&self) -> String;

    /// Number of rows of the register, counted separately from the packs made from them: a run in
    /// which the two differ fails.
    fn rows(&self) -> RegisterRows;

    /// All packs in register order, the same each time. Streams: only a few packs are in memory at
    /// once.
    ///
    /// Packs with equal codes are all refused, whatever their documents.
    ///
    /// # Errors
    /// Why the register as a whole cannot be read.
    fn packs(&self) -> Result<Packs<'_>, Diagnostics>;

    /// The rows of the same packs in the same order, from the copy of the register that the run
    /// keeps in this folder under its digest. Documents are made from the copy, since the author
    /// may change the file meanwhile.
    ///
    /// # Errors
    /// Why the register as a whole cannot be read.
    fn rows_kept(&self, inputs: &Path) -> Result<UnfilledRows<'_>, Diagnostics>;
}

/// Packs in the order of the register.
pub type Packs<'a> = Box<dyn Iterator<Item = Recipient> + Send + 'a>;

/// Rows in the order of the register.
pub type UnfilledRows<'a> = Box<dyn Iterator<Item = UnfilledRow<'a>> + Send + 'a>;

/// A row read from the register. Rows are read in order, by one thread at a time; their documents
/// are resolved and filled by the thread that makes them.
pub struct UnfilledRow<'a>(Box<dyn FnOnce() -> Recipient + Send + 'a>);

impl<'a> UnfilledRow<'a> {
    /// A row whose pack is made by `fill`.
    pub fn new(fill: impl FnOnce() -> Recipient + Send + 'a) -> Self {
        Self(Box::new(fill))
    }

    /// Its pack.
    pub fn fill(self) -> Recipient {
        self.0()
    }
}

impl From<Recipient> for UnfilledRow<'_> {
    fn from(recipient: Recipient) -> Self {
        Self::new(move || recipient)
    }
}

/// The rows of a register below its header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RegisterRows {
    /// Rows that give a pack, made or refused.
    pub rows: u64,
    /// Rows of municipalities that the campaign is not meant for.
    pub not_meant: u64,
    /// Ignored rows whose cells are all empty.
    pub empty: u64,
}

/// A pack, and whether `--where` selects it.
#[derive(Debug, Clone)]
pub struct Recipient {
    /// The pack.
    pub pack: Pack,
    /// Whether the municipality satisfies the condition of the selection; true without condition.
    /// It is evaluated here because a pack no longer has the row's fields.
    pub selected: bool,
    /// Whether its row as a whole is refused: it is unreadable, or its code is not unique.
    pub row_refused: bool,
    /// More data of the municipality, for the records.
    pub municipality: MunicipalityRecord,
}

impl From<Pack> for Recipient {
    fn from(pack: Pack) -> Self {
        Self {
            pack,
            selected: true,
            row_refused: false,
            municipality: MunicipalityRecord::default(),
        }
    }
}

/// Options of a run.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// The output folder.
    pub out: PathBuf,
    /// Number of threads that make packs; at least 1.
    pub jobs: usize,
    /// When files are flushed to the disk.
    pub durability: Durability,
    /// Whether one refused document prevents the whole run.
    pub strict: bool,
    /// Codes of allowed warnings.
    pub allowed_warnings: BTreeSet<String>,
    /// The selected documents.
    pub selection: Selection,
    /// Whether every file is hashed, even if size, modification time and inode are unchanged.
    pub paranoid: bool,
    /// Above this number of packs, folders are spread by code: `GM/03/GM0344-utrecht`.
    pub spread_above: u64,
    /// The inputs that determine the documents; the run folder keeps them by digest.
    pub inputs: Vec<KeptInput>,
    /// Tool, campaign and inputs for the run's record; the run adds the rest.
    pub record: RunRecord,
}

/// Above this number of packs, folders are spread by code.
pub const SPREAD_ABOVE: u64 = 4096;

/// An input that the run folder keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptInput {
    /// The digest of its bytes, which is its name in the run folder.
    pub sha256: Fingerprint,
    /// Where its bytes are.
    pub place: InputPlace,
}

/// The location of an input's bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InputPlace {
    /// In memory.
    Bytes(Vec<u8>),
    /// In a file.
    File(PathBuf),
}

impl RunOptions {
    /// Default options: everything into `out`, one thread, durable by batches.
    pub fn new(out: impl Into<PathBuf>) -> Self {
        Self {
            out: out.into(),
            jobs: 1,
            durability: Durability::Batch,
            strict: false,
            allowed_warnings: BTreeSet::new(),
            selection: Selection::default(),
            paranoid: false,
            spread_above: SPREAD_ABOVE,
            inputs: Vec::new(),
            record: RunRecord::default(),
        }
    }
}

/// When files are flushed to the disk. A killed run never leaves a partial file in any mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// Each file is flushed before the next.
    Each,
    /// A batch of files is flushed together; a power failure loses at most that batch.
    #[default]
    Batch,
    /// Nothing is flushed; the next run hashes every file, to detect losses of a power failure.
    None,
}

/// The selected documents; others are left unchanged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Codes of municipalities; empty for all.
    pub only: Option<BTreeSet<String>>,
    /// Ids of documents; empty for all.
    pub documents: Option<BTreeSet<String>>,
}

impl Selection {
    /// Whether documents of this pack are selected.
    pub fn takes_pack(&self, recipient: &Recipient) -> bool {
        recipient.selected
            && self
                .only
                .as_ref()
                .is_none_or(|codes| codes.contains(&recipient.pack.code))
    }

    /// Whether documents with this id are selected.
    pub fn takes_document(&self, id: &str) -> bool {
        self.documents.as_ref().is_none_or(|ids| ids.contains(id))
    }
}
