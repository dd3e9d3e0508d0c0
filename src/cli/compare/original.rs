//! Finding the file from which one that came back was made.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use raadspost_content::Format;
use raadspost_inspect::{Identity, identify_docx};
use raadspost_run::{RunFolder, sha256_of_file};

use crate::outcome::CommandError;

/// The folder into which `build` writes unless told otherwise.
const DEFAULT_RUN: &str = "out";
/// What to do where the run cannot say which file was the original.
const NAME_ORIGINAL: &str = "name the original itself";

/// Where originals are looked for.
pub(super) enum Originals {
    /// Nowhere.
    None,
    /// A file that was named.
    File(PathBuf),
    /// A run.
    Run(Box<Run>),
}

/// The Word files of a run, of the municipalities whose files came back.
pub(super) struct Run {
    root: PathBuf,
    /// Whether the user named it: then what is not in it is an error.
    named: bool,
    folder: RunFolder,
    documents: BTreeMap<String, Vec<Known>>,
}

struct Known {
    document: String,
    path: String,
    sha256: Option<String>,
}

/// The original of a file, or why there is none.
#[derive(Default)]
pub(super) struct Found {
    pub(super) file: Option<PathBuf>,
    pub(super) note: Option<String>,
}

impl Originals {
    /// Looks through the named run, else through the one in `out`, for the municipalities of these
    /// files.
    pub(super) fn open<'a>(
        named: Option<&Path>,
        files: impl Iterator<Item = &'a Vec<u8>>,
    ) -> Result<Self, CommandError> {
        let root = match named {
            Some(path) if !path.is_dir() => return Ok(Self::File(path.to_owned())),
            Some(path) => path,
            None => Path::new(DEFAULT_RUN),
        };
        let folder = match (RunFolder::open(root), named) {
            (Ok(folder), _) => folder,
            // Nobody asked for it.
            (Err(_), None) => return Ok(Self::None),
            (Err(fault), Some(_)) => return Err(fault.into()),
        };
        let codes: BTreeSet<String> = files
            .filter_map(|bytes| identify_docx(bytes).ok()?.code)
            .collect();
        let mut documents: BTreeMap<String, Vec<Known>> = BTreeMap::new();
        for pack in folder.packs()? {
            let pack = pack?;
            if !codes.contains(&pack.code) {
                continue;
            }
            let known = documents.entry(pack.code).or_default();
            for document in pack.documents {
                if document.format == Format::Docx {
                    known.push(Known {
                        document: document.document,
                        path: document.path,
                        sha256: Some(document.sha256),
                    });
                }
            }
            // What is there in an earlier version is known, and never compared with.
            known.extend(pack.out_of_date.into_iter().map(|path| Known {
                document: String::new(),
                path,
                sha256: None,
            }));
        }
        Ok(Self::Run(Box::new(Run {
            root: root.to_owned(),
            named: named.is_some(),
            folder,
            documents,
        })))
    }

    /// Whether the original is a file that was named.
    pub(super) fn is_file(&self) -> bool {
        matches!(self, Self::File(_))
    }

    /// The original of a file; `identity` is what it says of itself.
    pub(super) fn find(&self, file: &Path, identity: &Identity) -> Result<Found, CommandError> {
        match self {
            Self::None => Ok(Found::default()),
            Self::File(path) => Ok(Found {
                file: Some(path.clone()),
                note: None,
            }),
            Self::Run(run) => match run.find(file, identity) {
                Ok(path) => Ok(Found {
                    file: Some(path),
                    note: None,
                }),
                // The record in the file is as good an answer as any, but the user wants to know.
                Err(_) if !run.named => Ok(Found::default()),
                Err(error) if identity.has_record => Ok(Found {
                    file: None,
                    note: Some(error.one_line()),
                }),
                Err(error) => Err(error),
            },
        }
    }
}

impl Run {
    /// The file of the run from which a file came: of its municipality, and of its document or, where
    /// it does not say which, of its name. What was moved aside is not in the run's record.
    fn find(&self, file: &Path, identity: &Identity) -> Result<PathBuf, CommandError> {
        let unknown = "the file does not contain its municipality";
        let code = identity.code.as_ref();
        let code = code.ok_or_else(|| CommandError::new(unknown).hint(NAME_ORIGINAL))?;
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let documents = self.documents.get(code).map_or(&[][..], Vec::as_slice);
        let last = |known: &Known| known.path.rsplit('/').next().unwrap_or_default().to_owned();
        let is_it = |known: &&Known| match &identity.document {
            Some(document) if known.sha256.is_some() => known.document == *document,
            _ => last(known) == name,
        };
        let Some(found) = documents.iter().find(is_it) else {
            let known: Vec<String> = documents
                .iter()
                .map(|one| format!("`{}`", last(one)))
                .collect();
            let known = if known.is_empty() {
                "none".to_owned()
            } else {
                known.join(", ")
            };
            let message = format!(
                "the run in `{}` has no file `{name}` of `{code}`; its Word files are {known}",
                self.root.display()
            );
            return Err(CommandError::new(message).hint(NAME_ORIGINAL));
        };
        let Some(sha256) = &found.sha256 else {
            let message = format!("`{}` of `{code}` is out of date", last(found));
            return Err(CommandError::new(message).hint("build again"));
        };
        let path = self.folder.document(&found.path)?;
        if sha256_of_file(&path)? != *sha256 {
            let message = format!("`{}` differs from the delivered file", path.display());
            return Err(CommandError::new(message).hint(NAME_ORIGINAL));
        }
        Ok(path)
    }
}
