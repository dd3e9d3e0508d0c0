//! The inputs of a run, kept in `.raadspost/inputs/` under their digests, so that every document
//! can be rendered again and compared later.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use raadspost_content::Fingerprint;
use raadspost_run::RunWriter;
use raadspost_run::names::{INPUTS, STATE};
use sha2::{Digest, Sha256};

use crate::error::RunError;
use crate::options::{InputPlace, KeptInput};
use crate::output::failed;
use crate::output::{Failpoint, Sink, SinkError};

/// Keeps the inputs that are not kept yet. An existing one is hashed again: the second pass reads
/// the register from it.
pub(crate) fn keep_inputs(
    out: &Path,
    writer: RunWriter<'_>,
    inputs: &[KeptInput],
) -> Result<(), RunError> {
    let folder = out.join(STATE).join(INPUTS);
    if !inputs.is_empty() {
        fs::create_dir_all(&folder).map_err(|source| failed("make", &folder, source))?;
    }
    for input in inputs {
        let name = input.sha256.to_string();
        if holds(&folder.join(&name), input.sha256) {
            continue;
        }
        writer.file(&format!("{STATE}/{INPUTS}/{name}"), |draft| {
            let (digest, from) = match &input.place {
                InputPlace::Bytes(bytes) => {
                    draft.write(|writer| writer.write_all(bytes))?;
                    (Fingerprint::of(bytes), folder.join(&name))
                }
                InputPlace::File(path) => {
                    let unreadable = |source| io::Error::other(failed("read", path, source));
                    let file = File::open(path).map_err(unreadable)?;
                    let digest = digest(file, &mut |piece| {
                        draft.write(|writer| writer.write_all(piece))
                    })?;
                    (digest, path.clone())
                }
            };
            if digest == input.sha256 {
                return Ok(());
            }
            let source = io::Error::other("it was changed while the run began");
            Err(io::Error::other(failed("keep", &from, source)))
        })?;
    }
    Ok(())
}

/// Whether a kept input matches the digest in its name.
fn holds(path: &Path, sha256: Fingerprint) -> bool {
    let read = || digest(File::open(path)?, &mut |_| Ok(()));
    path.is_file() && read().is_ok_and(|digest| digest == sha256)
}

/// The digest of a file; every block read is passed to a callback.
fn digest(
    mut file: File,
    each: &mut dyn FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<Fingerprint> {
    let mut hasher = Sha256::new();
    let mut piece = vec![0; 64 * 1024];
    loop {
        let length = file.read(&mut piece)?;
        if length == 0 {
            return Ok(Fingerprint(hasher.finalize().into()));
        }
        hasher.update(&piece[..length]);
        each(&piece[..length])?;
    }
}

/// Removes inputs of earlier runs from which no document is made any more.
pub(crate) fn drop_other_inputs(
    out: &Path,
    inputs: &[KeptInput],
    sink: &dyn Sink,
) -> Result<(), SinkError> {
    let folder = out.join(STATE).join(INPUTS);
    let kept: BTreeSet<String> = inputs
        .iter()
        .map(|input| input.sha256.to_string())
        .collect();
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(source) => return Err(failed("read", &folder, source)),
    };
    for entry in entries {
        let entry = entry.map_err(|source| failed("read", &folder, source))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !kept.contains(&name) {
            let path = entry.path();
            sink.failpoint(Failpoint::Remove)?;
            fs::remove_file(&path).map_err(|source| failed("remove", &path, source))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Durability;
    use crate::output::directory::DirectorySink;

    #[test]
    fn inputs_are_kept_by_digest_and_go_when_nothing_needs_them() {
        let out = tempfile::tempdir().unwrap();
        let file = out.path().join("register.csv");
        fs::write(&file, "rows").unwrap();
        let one = KeptInput {
            sha256: Fingerprint::of(b"text"),
            place: InputPlace::Bytes(b"text".to_vec()),
        };
        let other = KeptInput {
            sha256: Fingerprint::of(b"rows"),
            place: InputPlace::File(file.clone()),
        };
        let all = [one.clone(), other.clone()];
        let sink = DirectorySink::open(out.path(), Durability::None).unwrap();
        let writer = RunWriter::new(out.path(), true, &|_| Ok(()));
        keep_inputs(out.path(), writer, &all).unwrap();
        let kept = |input: &KeptInput| {
            fs::read(
                out.path()
                    .join(STATE)
                    .join(INPUTS)
                    .join(input.sha256.to_string()),
            )
            .ok()
        };
        assert_eq!(kept(&one).unwrap(), b"text");
        assert_eq!(kept(&other).unwrap(), b"rows");
        drop_other_inputs(out.path(), &all[1..], &sink).unwrap();
        assert_eq!(kept(&one), None);
        assert_eq!(kept(&other).unwrap(), b"rows");

        fs::write(&file, "other rows").unwrap();
        drop_other_inputs(out.path(), &[], &sink).unwrap();
        let changed = std::slice::from_ref(&other);
        let error = keep_inputs(out.path(), writer, changed).unwrap_err();
        assert!(error.to_string().contains("changed"), "{error}");
        assert_eq!(kept(&other), None);
    }
}
