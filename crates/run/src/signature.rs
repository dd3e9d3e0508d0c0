//! A detached signature of the manifest in minisign's format, with a key of the user's.
//!
//! The signature's trusted comment, which is signed too, names the digest of the approval, so that
//! a name changed afterwards is found. `minisign -V` checks the signature without us.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use minisign::{PublicKey, PublicKeyBox, SecretKey, SecretKeyBox, SignatureBox};

use crate::fault::RunFault;
use crate::folder::RunFolder;
use crate::hash::sha256_of_file;
use crate::identity::read_json;
use crate::names::{APPROVAL, SIGNATURE};
use crate::record::Approval;

/// The words before the approval's digest in the trusted comment.
const SIGNED: &str = "approval.json sha256:";

/// The secret key that signs an approval.
#[derive(Debug)]
pub struct SigningKey {
    /// minisign's file.
    pub file: PathBuf,
    /// Its password; where there is none, and the key has one, it is asked for at the terminal.
    pub password: Option<String>,
}

/// The state of a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignatureState {
    /// There is none, and the approval names no key.
    Absent,
    /// It is of this manifest and approval, by the key that the approval names; whose key that is,
    /// nobody has said.
    Unchecked,
    /// It is of this manifest and approval, and by the key that was given.
    Holds {
        /// The signer's comment.
        comment: String,
    },
    /// It is not, or the approval says that there was one.
    Broken(String),
}

/// A secret key that is open, with its public one.
pub(crate) struct Key {
    secret: SecretKey,
    public: PublicKey,
    file: PathBuf,
}

impl Key {
    /// Reads and opens a key.
    pub(crate) fn read(key: SigningKey) -> Result<Self, RunFault> {
        let SigningKey { file, password } = key;
        let bad = unusable(&file);
        let text = fs::read_to_string(&file).map_err(RunFault::io("read", &file))?;
        let sealed = || SecretKeyBox::from_string(&text).map_err(&bad);
        let secret = match sealed()?.into_unencrypted_secret_key() {
            Ok(secret) => secret,
            Err(_) => sealed()?.into_secret_key(password).map_err(&bad)?,
        };
        let public = PublicKey::from_secret_key(&secret).map_err(&bad)?;
        Ok(Self {
            secret,
            public,
            file,
        })
    }

    /// The public key, as minisign writes it.
    pub(crate) fn public(&self) -> String {
        self.public.to_base64()
    }
}

fn unusable(file: &Path) -> impl Fn(minisign::PError) -> RunFault + use<> {
    let path = file.to_owned();
    move |error| RunFault::Key {
        path: path.clone(),
        why: error.to_string(),
    }
}

/// The signature of the manifest, and with it of the approval that has this digest.
pub(crate) fn sign(run: &RunFolder, key: &Key, approval: &str) -> Result<String, RunFault> {
    let comment = format!("{} {SIGNED}{approval}", run.record().campaign.id);
    let manifest = run.manifest();
    let file = File::open(&manifest).map_err(RunFault::io("read", &manifest))?;
    let signature = minisign::sign(
        Some(&key.public),
        &key.secret,
        file,
        Some(&comment),
        Some("signature of manifest.sha256"),
    )
    .map_err(unusable(&key.file))?;
    Ok(signature.to_string())
}

impl RunFolder {
    /// What there is of a signature. `key` is the public key, as a file or as its text; without one
    /// the signature is held to the key that the approval names.
    ///
    /// # Errors
    /// The key, the approval or the signature's file cannot be read.
    pub fn signature(&self, key: Option<&str>) -> Result<SignatureState, RunFault> {
        let approval: Option<Approval> = read_json(&self.state(APPROVAL))?;
        let named = approval.as_ref().and_then(|one| one.signed_by.as_deref());
        let path = self.state(SIGNATURE);
        let broken = |why: &str| Ok(SignatureState::Broken(why.to_owned()));
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return match named {
                    Some(_) => broken("the approval is signed, and the signature is missing"),
                    None => Ok(SignatureState::Absent),
                };
            }
            Err(error) => return Err(RunFault::io("read", path)(error)),
        };
        let Some(named) = named else {
            return broken("there is a signature, and the approval does not name its key");
        };
        let given = key.map(public_key).transpose()?;
        let public = match &given {
            Some(given) if given.to_base64() != named => {
                return broken("the approval is signed with another key");
            }
            Some(given) => given.clone(),
            None => match PublicKey::from_base64(named) {
                Ok(public) => public,
                Err(_) => return broken("the key that the approval names is not a key"),
            },
        };
        let signature = match SignatureBox::from_string(&text) {
            Ok(signature) => signature,
            Err(error) => return broken(&error.to_string()),
        };
        let manifest = self.manifest();
        let file = File::open(&manifest).map_err(RunFault::io("read", &manifest))?;
        if let Err(error) = minisign::verify(&public, &signature, file, true, false, false) {
            return broken(&error.to_string());
        }
        let comment = signature.trusted_comment().unwrap_or_default();
        let signed = comment
            .split_once(SIGNED)
            .map(|(_, signed)| signed.to_owned());
        if signed != Some(sha256_of_file(&self.state(APPROVAL))?) {
            return broken("the approval is not the one that was signed");
        }
        Ok(match given {
            Some(_) => SignatureState::Holds { comment },
            None => SignatureState::Unchecked,
        })
    }
}

fn public_key(key: &str) -> Result<PublicKey, RunFault> {
    let path = Path::new(key);
    let read = if path.is_file() {
        let text = fs::read_to_string(path).map_err(RunFault::io("read", path))?;
        PublicKeyBox::from_string(&text).and_then(PublicKeyBox::into_public_key)
    } else {
        PublicKey::from_base64(key)
    };
    read.map_err(unusable(path))
}
