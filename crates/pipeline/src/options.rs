//! Options of a run, and the seam through which it reads the register.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use raadspost_content::{Diagnostics, Fingerprint, Pack};
use raadspost_run::{MunicipalityRecord, RunRecord};

/// Where packs come from. A run asks twice: for the quick pass and for the making.
pub trait Recipients: Sync {
    /// The register's name in diagnostics, usually a file name.
    fn register(&self) -> String;

    /// How many rows the register has, counted apart from the packs that come of them: a run in
    /// which the two differ is an error.
    fn rows(&self) -> RegisterRows;

    /// All packs in the order of the register, the same each time. Streams: no more than a few
    /// packs are in memory at once.
    ///
    /// Packs with equal codes are refused, all of them, whatever their documents.
    ///
    /// # Errors
    /// Why the register as a whole cannot be read.
    fn packs(&self) -> Result<Packs<'_>, Diagnostics>;

    /// The rows of the same packs in the same order, of the register that the run has kept in this
    /// folder, by its digest. Documents are made from the kept copy: the author may change the file
    /// meanwhile.
    ///
    /// # Errors
    /// Why the register as a whole cannot be read.
    fn rows_kept(&self, inputs: &Path) -> Result<UnfilledRows<'_>, Diagnostics>;
}

/// Packs in the order of the register.
pub type Packs<'a> = Box<dyn Iterator<Item = Recipient> + Send + 'a>;

/// Rows in the order of the register.
pub type UnfilledRows<'a> = Box<dyn Iterator<Item = UnfilledRow<'a>> + Send + 'a>;

/// A row that was read from the register. Reading goes from row to row, on one thread at a time;
/// documents are resolved and filled by the thread that makes them.
pub struct UnfilledRow<'a>(Box<dyn FnOnce() -> Recipient + Send + 'a>);

impl<'a> UnfilledRow<'a> {
    /// A row of which `fill` makes the pack.
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
    /// Rows of which a pack comes, made or refused.
    pub rows: u64,
    /// Rows that are left out because all their cells are empty.
    pub empty: u64,
}

/// A pack, and whether `--where` selects it.
#[derive(Debug, Clone)]
pub struct Recipient {
    /// The pack.
    pub pack: Pack,
    /// Whether the condition of the selection holds for the municipality; true where there is
    /// none. It stands here because a pack no longer knows the row's fields.
    pub selected: bool,
    /// Whether its row as a whole is refused: it cannot be read, or its code is not its own.
    pub row_refused: bool,
    /// More of the municipality, for the records.
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
    /// How many threads make packs; at least 1.
    pub jobs: usize,
    /// How files are made to survive a power failure.
    pub durability: Durability,
    /// Whether one refused document stops the run before anything is made.
    pub strict: bool,
    /// Codes of warnings that do not make a document fail.
    pub allowed_warnings: BTreeSet<String>,
    /// The selected documents.
    pub selection: Selection,
    /// Whether every file is hashed, even where size, time of change and inode are as delivered.
    pub paranoid: bool,
    /// With more packs than this, folders are spread by code: `GM/03/GM0344-utrecht`.
    pub spread_above: u64,
    /// The files that decide the documents; the run folder keeps them by their digest.
    pub inputs: Vec<KeptInput>,
    /// Tool, campaign and inputs for the run's record; the run adds the rest.
    pub record: RunRecord,
}

/// With more packs than this, folders are spread by code.
pub const SPREAD_ABOVE: u64 = 4096;

/// A file that the run folder keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptInput {
    /// The digest of its bytes, under which it is kept.
    pub sha256: Fingerprint,
    /// Where its bytes are.
    pub place: InputPlace,
}

/// Where the bytes of an input are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InputPlace {
    /// In memory.
    Bytes(Vec<u8>),
    /// In a file.
    File(PathBuf),
}

impl RunOptions {
    /// Everything into `out`, one thread, durable by batches.
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

/// How files are made to survive a power failure. A kill never leaves a torn file in any mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// Each file is flushed by itself before the next.
    Each,
    /// A batch of files is flushed together; a power failure costs at most that batch.
    #[default]
    Batch,
    /// Nothing is flushed, and the next run hashes every file: after a power failure, that tells
    /// what to make again.
    None,
}

/// The selected documents; the others stay as they are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Codes of municipalities; all where none is given.
    pub only: Option<BTreeSet<String>>,
    /// Ids of documents; all where none is given.
    pub documents: Option<BTreeSet<String>>,
}

impl Selection {
    /// Whether it takes documents of this pack.
    pub fn takes_pack(&self, recipient: &Recipient) -> bool {
        recipient.selected
            && self
                .only
                .as_ref()
                .is_none_or(|codes| codes.contains(&recipient.pack.code))
    }

    /// Whether it takes documents with this id.
    pub fn takes_document(&self, id: &str) -> bool {
        self.documents.as_ref().is_none_or(|ids| ids.contains(id))
    }
}
