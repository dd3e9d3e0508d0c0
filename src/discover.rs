//! Where campaign and register are: named on the command line, beside the campaign, or embedded.

mod folder;

use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use flate2::read::MultiGzDecoder;
use raadspost_content::{Diagnostic, Diagnostics, Fingerprint, Place, Source, Span};
use raadspost_pipeline::InputPlace;
use raadspost_run::RunFolder;
use sha2::{Digest as _, Sha256};

use crate::embedded::{self, Folder, Place as Lies};
use crate::outcome::CommandError;
use crate::record;

/// A campaign is written by hand; a file larger than this many bytes is something else.
const LARGEST_CAMPAIGN: usize = 16 << 20;

/// A campaign's text, and the files it is built with.
#[derive(Debug)]
pub(crate) struct CampaignFile {
    /// The text, named as the author knows the file.
    pub(crate) source: Arc<Source>,
    /// Where it comes from.
    pub(crate) origin: Origin,
    /// The files beside it.
    pub(crate) folder: Folder,
    /// The register and the table of factions that a run has kept, in place of those that the
    /// campaign names.
    pub(crate) kept: KeptTables,
}

/// Where a campaign comes from; every command that takes one says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The one in the binary.
    BuiltIn,
    /// A file.
    File(PathBuf),
    /// What the run in this folder was made from.
    Kept(PathBuf),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn => f.write_str("built in"),
            Self::File(path) => write!(f, "`{}`", path.display()),
            Self::Kept(run) => write!(f, "kept by the run in `{}`", run.display()),
        }
    }
}

/// Reads the campaign that is named, else the one in the current folder, else the embedded one.
///
/// # Errors
/// There is no such file, not exactly one campaign in the folder, or the file is not UTF-8.
pub(crate) fn campaign(named: Option<&Path>) -> Result<CampaignFile, CommandError> {
    match named {
        Some(named) => read(Some(&campaign_path(named)?)),
        None => read(campaign_in(Path::new(""))?.as_deref()),
    }
}

/// The same for a command on a run: where no campaign is named, the one that the run was made from,
/// from what it has kept.
///
/// # Errors
/// Those of [`campaign`]; the run has no record, or an input is missing or changed.
pub(crate) fn campaign_of(run: &RunFolder) -> Result<CampaignFile, CommandError> {
    let (campaign, missing) = record::campaign(run)?;
    match missing.as_slice() {
        [] => Ok(campaign),
        fonts => {
            let fonts = fonts.join(", ");
            let message = format!("neither the run nor this programme has its fonts {fonts}");
            Err(CommandError::new(message).hint("name the campaign"))
        }
    }
}

/// The only campaign in a folder; none where there is none. A YAML file is a campaign if a line of
/// it begins with the key `raadspost`: the current folder may hold any others.
///
/// # Errors
/// There are several, so that one has to be named.
fn campaign_in(folder: &Path) -> Result<Option<PathBuf>, CommandError> {
    let here = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    // A folder that cannot be listed holds none that could be read.
    let Ok(entries) = fs::read_dir(here) else {
        return Ok(None);
    };
    let mut found: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| folder.join(entry.file_name()))
        .filter(|path| is_campaign(path))
        .collect();
    found.sort();
    match found.as_slice() {
        [] | [_] => Ok(found.pop()),
        several => {
            let names: Vec<String> = several
                .iter()
                .map(|path| format!("`{}`", path.display()))
                .collect();
            let (count, names) = (names.len(), names.join(", "));
            let message = format!("the current folder has {count} campaigns: {names}");
            Err(CommandError::new(message).hint("name one of them"))
        }
    }
}

fn is_campaign(path: &Path) -> bool {
    let end = path.extension();
    let is_yaml = end.is_some_and(|end| end == "yaml" || end == "yml");
    let mut text = Vec::new();
    let mut read = || {
        File::open(path)?
            .take(LARGEST_CAMPAIGN as u64)
            .read_to_end(&mut text)
    };
    is_yaml
        && path.is_file()
        && read().is_ok()
        && String::from_utf8_lossy(&text)
            .trim_start_matches('\u{feff}')
            .split(['\n', '\r'])
            .any(|line| line.starts_with("raadspost:"))
}

/// Reads a campaign's file, or the embedded one.
fn read(file: Option<&Path>) -> Result<CampaignFile, CommandError> {
    let origin = match file {
        Some(file) => Origin::File(file.to_owned()),
        None => Origin::BuiltIn,
    };
    let (name, bytes, folder) = match file {
        None => {
            let folder = Folder::default();
            let found = folder
                .find(embedded::CAMPAIGN)
                .context("no campaign is embedded")?;
            (found.name.clone(), folder.bytes(&found)?, folder)
        }
        Some(file) => {
            // The parent of `mine.yaml` is the empty path, which joins as the current folder.
            let own = file.parent().map(Path::to_owned);
            let bytes = embedded::read(file)?.into();
            (file.display().to_string(), bytes, Folder::new(own))
        }
    };
    if bytes.len() > LARGEST_CAMPAIGN {
        let message = format!("a campaign of {} bytes is too large", bytes.len());
        return Err(Diagnostic::error("campaign-too-large", message)
            .at(Place::File(name))
            .hint(format!("keep it below {LARGEST_CAMPAIGN} bytes"))
            .into());
    }
    let text = match std::str::from_utf8(&bytes) {
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
        Err(error) => {
            let line = bytes[..error.valid_up_to()]
                .iter()
                .filter(|byte| **byte == b'\n')
                .count();
            return Err(Diagnostic::not_utf8(&name, line as u64 + 1).into());
        }
    };
    Ok(CampaignFile {
        source: Source::new(name, text),
        origin,
        folder,
        kept: KeptTables::default(),
    })
}

/// The campaign's file: the one that is named, or the only one in the folder that is named.
fn campaign_path(named: &Path) -> Result<PathBuf, CommandError> {
    Ok(folder::campaign_in(named)?)
}

/// The tables that a run has kept.
#[derive(Debug, Default)]
pub(crate) struct KeptTables {
    /// The register.
    pub(crate) register: Option<RegisterFile>,
    /// The factions.
    pub(crate) factions: Option<RegisterFile>,
}

/// A register that can be opened more than once, and is the same each time: its digest is taken
/// before it is read, and the run that keeps it compares the two.
#[derive(Debug, Clone)]
pub(crate) struct RegisterFile {
    /// What diagnostics call it.
    pub(crate) name: String,
    place: Lies,
    /// None where it cannot be read, which opening it tells.
    sha256: Option<Fingerprint>,
}

/// Finds the register: the one of the command line, the one that the campaign names (beside it or
/// embedded), or the embedded default.
///
/// # Errors
/// The campaign names a register that is neither beside it nor embedded.
pub(crate) fn register(
    flag: Option<&Path>,
    campaign: Option<(&str, Span)>,
    file: &CampaignFile,
) -> Result<RegisterFile, Diagnostics> {
    if let Some(path) = flag {
        let name = path.display().to_string();
        return Ok(RegisterFile::new(name, Lies::Disk(path.to_owned())));
    }
    let (path, span) = campaign.unwrap_or((embedded::REGISTER, Span::default()));
    let Some(found) = file.folder.find(path) else {
        let message = format!("there is no register `{path}` beside the campaign");
        return Err(vec![
            Diagnostic::error("register-not-found", message)
                .at(Place::Source(Arc::clone(&file.source), span))
                .hint("give its path from the campaign's folder, or name it with `--register`"),
        ]);
    };
    Ok(RegisterFile::new(found.name, found.place))
}

impl RegisterFile {
    fn new(name: String, place: Lies) -> Self {
        // What can be read once only, such as a pipe, is read once.
        let place = match place {
            Lies::Disk(path) if fs::metadata(&path).is_ok_and(|found| is_pipe(&found)) => {
                match fs::read(&path) {
                    Ok(bytes) => Lies::Memory(bytes.into()),
                    Err(_) => Lies::Disk(path),
                }
            }
            place => place,
        };
        let mut file = Self {
            name,
            place,
            sha256: None,
        };
        file.sha256 = file.open_as_it_is().and_then(digest).ok();
        file
    }

    /// A file on disk under another name, whose end says whether it is packed.
    pub(crate) fn on_disk(name: String, path: PathBuf) -> Self {
        Self::new(name, Lies::Disk(path))
    }

    /// The same file, read now.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn in_memory(self) -> io::Result<Self> {
        let mut bytes = Vec::new();
        self.open_as_it_is()?.read_to_end(&mut bytes)?;
        Ok(Self::new(self.name, Lies::Memory(bytes.into())))
    }

    /// The copy that a run has kept in this folder.
    pub(crate) fn kept_in(&self, inputs: &Path) -> Self {
        let kept = self.sha256.map(|sha256| inputs.join(sha256.to_string()));
        Self {
            place: kept.map_or_else(|| self.place.clone(), Lies::Disk),
            ..self.clone()
        }
    }

    /// The digest of the file as it is, packed or not; none where it cannot be read.
    pub(crate) fn sha256(&self) -> Option<Fingerprint> {
        self.sha256
    }

    /// Where it can be copied from.
    pub(crate) fn origin(&self) -> InputPlace {
        match &self.place {
            Lies::Disk(path) => InputPlace::File(path.clone()),
            Lies::Memory(bytes) => InputPlace::Bytes(bytes.to_vec()),
            Lies::Binary(bytes) => InputPlace::Bytes(bytes.to_vec()),
        }
    }

    /// Opens the file at its start as it is, packed or not.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub(crate) fn open_as_it_is(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(match &self.place {
            Lies::Binary(bytes) => Box::new(*bytes),
            Lies::Memory(bytes) => Box::new(Cursor::new(Arc::clone(bytes))),
            Lies::Disk(path) => Box::new(File::open(path)?),
        })
    }

    /// Opens the register at its start, unpacked.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub(crate) fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        let end = Path::new(&self.name).extension();
        let packed = end.is_some_and(|end| end.eq_ignore_ascii_case("gz"));
        match &self.place {
            Lies::Binary(bytes) => Ok(unpacked(*bytes, packed)),
            Lies::Memory(bytes) => Ok(unpacked(Cursor::new(Arc::clone(bytes)), packed)),
            Lies::Disk(path) => {
                let file = File::open(path)?;
                // A folder can be opened for reading on Unix, and fails only later.
                if file.metadata()?.is_dir() {
                    return Err(io::ErrorKind::IsADirectory.into());
                }
                Ok(unpacked(BufReader::new(file), packed))
            }
        }
    }
}

/// Whether a file can be read once only.
fn is_pipe(found: &fs::Metadata) -> bool {
    !found.is_file() && !found.is_dir()
}

/// The digest of what a reader gives.
///
/// # Errors
/// It cannot be read.
pub(crate) fn digest(mut reader: Box<dyn Read + Send>) -> io::Result<Fingerprint> {
    let mut hasher = Sha256::new();
    let mut piece = vec![0; 64 * 1024];
    loop {
        let length = reader.read(&mut piece)?;
        if length == 0 {
            return Ok(Fingerprint(hasher.finalize().into()));
        }
        hasher.update(&piece[..length]);
    }
}

fn unpacked(reader: impl io::BufRead + Send + 'static, packed: bool) -> Box<dyn Read + Send> {
    // A gzip file may have several members (RFC 1952 2.2).
    if packed {
        Box::new(MultiGzDecoder::new(reader))
    } else {
        Box::new(reader)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn fault(result: Result<impl std::fmt::Debug, CommandError>) -> String {
        let error = result.unwrap_err();
        match error.fault {
            Some(fault) => fault.message,
            None => error.diagnostics[0].to_string(),
        }
    }

    fn text(register: &RegisterFile) -> String {
        io::read_to_string(register.open().unwrap()).unwrap()
    }

    #[test]
    fn the_embedded_campaign_is_the_default() {
        let campaign = campaign(None).unwrap();
        assert_eq!(campaign.source.name(), embedded::CAMPAIGN);
        assert!(!campaign.source.text().is_empty());
        let register = register(None, None, &campaign).unwrap();
        assert_eq!(
            text(&register).as_bytes(),
            embedded::get("content/registers/nl.csv").unwrap()
        );
    }

    #[test]
    fn a_folder_has_one_campaign_beside_its_theme() {
        let dir = tempfile::tempdir().unwrap();
        assert!(fault(campaign(Some(dir.path()))).contains("has no campaign"));
        fs::write(dir.path().join("theme.yaml"), "x").unwrap();
        fs::write(dir.path().join("one.yaml"), "\u{feff}x: 1\n").unwrap();
        let found = campaign(Some(dir.path())).unwrap();
        assert_eq!(found.source.text(), "x: 1\n");
        assert_eq!(
            found.source.name(),
            dir.path().join("one.yaml").display().to_string()
        );
        fs::write(dir.path().join("two.yml"), "x").unwrap();
        let error = fault(campaign(Some(dir.path())));
        assert!(
            error.contains("one.yaml") && error.contains("two.yml"),
            "{error}"
        );
    }

    #[test]
    fn a_campaign_in_another_encoding_is_refused_with_its_line() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("latin.yaml");
        fs::write(&file, b"a: 1\nb: \xe9\n").unwrap();
        let error = fault(campaign(Some(&file)));
        assert!(
            error.contains("latin.yaml:2: the file is not UTF-8"),
            "{error}"
        );
    }

    #[test]
    fn a_register_is_the_flag_then_beside_then_embedded() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("c.yaml");
        fs::write(&file, "x").unwrap();
        let load = || campaign(Some(&file)).unwrap();
        let campaign = load();
        let named = Some((embedded::REGISTER, Span::default()));

        let embedded_one = register(None, named, &campaign).unwrap();
        assert_eq!(embedded_one.name, embedded::REGISTER);

        fs::create_dir(dir.path().join("registers")).unwrap();
        fs::write(dir.path().join(embedded::REGISTER), "beside").unwrap();
        // A folder is looked through once; this is another look.
        let campaign = load();
        assert_eq!(text(&register(None, named, &campaign).unwrap()), "beside");

        let flagged = dir.path().join("other.csv");
        fs::write(&flagged, "flag").unwrap();
        assert_eq!(
            text(&register(Some(&flagged), named, &campaign).unwrap()),
            "flag"
        );

        let absent = register(None, Some(("none.csv", Span::new(0, 1))), &campaign);
        let error = absent.unwrap_err()[0].to_string();
        assert!(
            error.contains("c.yaml:1:1: there is no register `none.csv`"),
            "{error}"
        );
    }

    #[test]
    fn a_packed_register_is_unpacked_to_its_last_member() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("r.csv.gz");
        let mut packed = Vec::new();
        for part in ["code,name\n", "X,Y\n"] {
            let mut member = flate2::write::GzEncoder::new(Vec::new(), Default::default());
            member.write_all(part.as_bytes()).unwrap();
            packed.extend(member.finish().unwrap());
        }
        fs::write(&file, packed).unwrap();
        let campaign = campaign(None).unwrap();
        assert_eq!(
            text(&register(Some(&file), None, &campaign).unwrap()),
            "code,name\nX,Y\n"
        );
        let absent = register(Some(&dir.path().join("none.csv")), None, &campaign).unwrap();
        assert_eq!(
            absent.open().err().map(|error| error.kind()),
            Some(io::ErrorKind::NotFound)
        );
    }
}
