//! A detached signature of the manifest in minisign's format, with a key of the user's.
//!
//! The signature's trusted comment, which is signed too, names the digest of the approval, so that
//! a name changed afterwards is found. `minisign -V` checks the signature without us.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use minisign::{PublicKey, PublicKeyBox, SecretKeyBox, SignatureBox};

use crate::folder::{sha256, write_whole};
use crate::{ArchiveError, RunFolder};

/// The signature, in `.raadspost/`.
pub(crate) const SIGNATURE: &str = "manifest.sha256.minisig";
/// What precedes the approval's digest in the trusted comment.
const APPROVAL: &str = "approval.json sha256:";

/// What there is of a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignatureState {
    /// There is none.
    Absent,
    /// There is one, and no key was given to check it with.
    Unchecked,
    /// It is of this manifest and approval, and by this key.
    Holds {
        /// What the signer wrote into it.
        comment: String,
    },
    /// It is not.
    Broken(String),
}

/// Signs the manifest of a run, and with it the approval where there is one.
///
/// # Errors
/// The key cannot be read; a key with a password asks for it at the terminal where none is given.
pub fn sign(run: &RunFolder, key: &Path, password: Option<String>) -> Result<(), ArchiveError> {
    run.demand_sound()?;
    let bad = |error: minisign::PError| ArchiveError::Key {
        path: key.to_owned(),
        why: error.to_string(),
    };
    let text = fs::read_to_string(key).map_err(ArchiveError::io("read", key))?;
    let sealed = || SecretKeyBox::from_string(&text).map_err(bad);
    let secret = match sealed()?.into_unencrypted_secret_key() {
        Ok(secret) => secret,
        Err(_) => sealed()?.into_secret_key(password).map_err(bad)?,
    };
    let approval = run.state("approval.json");
    let comment = if approval.exists() {
        format!("{} {APPROVAL}{}", run.run().campaign.id, sha256(&approval)?)
    } else {
        run.run().campaign.id.clone()
    };
    let manifest = run.manifest();
    let file = File::open(&manifest).map_err(ArchiveError::io("read", &manifest))?;
    let signature = minisign::sign(
        None,
        &secret,
        file,
        Some(&comment),
        Some("signature of manifest.sha256"),
    )
    .map_err(bad)?;
    write_whole(&run.state(SIGNATURE), signature.to_string().as_bytes())
}

impl RunFolder {
    /// What there is of a signature. `key` is the public key, as a file or as its text.
    ///
    /// # Errors
    /// The key or the signature's file cannot be read.
    pub fn signature(&self, key: Option<&str>) -> Result<SignatureState, ArchiveError> {
        let path = self.state(SIGNATURE);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(SignatureState::Absent);
            }
            Err(error) => return Err(ArchiveError::io("read", path)(error)),
        };
        let Some(key) = key else {
            return Ok(SignatureState::Unchecked);
        };
        let public = public_key(key)?;
        let signature = match SignatureBox::from_string(&text) {
            Ok(signature) => signature,
            Err(error) => return Ok(SignatureState::Broken(error.to_string())),
        };
        let manifest = self.manifest();
        let file = File::open(&manifest).map_err(ArchiveError::io("read", &manifest))?;
        if let Err(error) = minisign::verify(&public, &signature, file, true, false, false) {
            return Ok(SignatureState::Broken(error.to_string()));
        }
        let comment = signature.trusted_comment().unwrap_or_default();
        if let Some((_, signed)) = comment.split_once(APPROVAL) {
            let approval = self.state("approval.json");
            if !approval.exists() || sha256(&approval)? != signed {
                let why = "the approval is not the one that was signed";
                return Ok(SignatureState::Broken(why.to_owned()));
            }
        }
        Ok(SignatureState::Holds { comment })
    }
}

fn public_key(key: &str) -> Result<PublicKey, ArchiveError> {
    let path = Path::new(key);
    let read = if path.is_file() {
        let text = fs::read_to_string(path).map_err(ArchiveError::io("read", path))?;
        PublicKeyBox::from_string(&text).and_then(PublicKeyBox::into_public_key)
    } else {
        PublicKey::from_base64(key)
    };
    read.map_err(|error| ArchiveError::Key {
        path: path.to_owned(),
        why: error.to_string(),
    })
}
