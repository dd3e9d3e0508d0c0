//! A detached signature of the manifest in minisign's format, with the user's key.
//!
//! The signature's trusted comment, which is signed too, contains the digest of the approval, so
//! that a later change of the name is detected. `minisign -V` verifies the signature without
//! Raadspost.

use std::io;

use crate::deviation::Words;
use crate::fault::RunFault;
use crate::folder::RunFolder;
use crate::hash::sha256_of_file;
use crate::identity::read_json;
use crate::keys::{Signer, VerifyingKey};
use crate::names::{APPROVAL, MANIFEST, SIGNATURE};
use crate::record::Approval;
use crate::regular::{SMALL_LIMIT, open_regular, read_text};
use crate::words;

/// Text before the approval's digest in the trusted comment.
const SIGNED: &str = "approval.json sha256:";

/// The trusted comment of a signature: an identification, and the SHA-256 of the approval with which
/// the signed bytes belong together, if there is one.
pub fn signed_comment(identification: &str, approval: Option<&str>) -> String {
    match approval {
        Some(approval) => format!("{identification} {SIGNED}{approval}"),
        None => identification.to_owned(),
    }
}

/// The digest of the approval that a trusted comment names.
pub fn signed_approval(comment: &str) -> Option<&str> {
    comment.split_once(SIGNED).map(|(_, signed)| signed)
}

/// State of a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignatureState {
    /// The run is not signed, and the approval names no key.
    Absent,
    /// Valid for this manifest and approval under the key that the approval names; nobody has
    /// confirmed whose key that is.
    Unchecked,
    /// Valid for this manifest and approval under the given key.
    Holds {
        /// The signer's comment.
        comment: String,
    },
    /// Not valid, or missing although the approval names a key.
    Broken(Words),
}

/// Signs the manifest and, by its digest in the trusted comment, the approval.
pub(crate) fn sign(run: &RunFolder, signer: &Signer, approval: &str) -> Result<String, RunFault> {
    let comment = signed_comment(&run.record().campaign.id, Some(approval));
    let manifest = run.manifest();
    let file = open_regular(&manifest).map_err(RunFault::io("read", &manifest))?;
    signer.sign(file, &comment, "signature of manifest.sha256")
}

impl RunFolder {
    /// Verifies the signature. `key` is the public key, as a file or as its text; the default is
    /// the key that the approval names.
    ///
    /// # Errors
    /// The key, the approval or the signature's file cannot be read.
    pub fn signature(&self, key: Option<&str>) -> Result<SignatureState, RunFault> {
        let approval: Option<Approval> = read_json(&self.state(APPROVAL))?;
        let named = approval.as_ref().and_then(|one| one.signed_by.as_deref());
        let path = self.state(SIGNATURE);
        let broken = |why: Words| Ok(SignatureState::Broken(why));
        let text = match read_text(&path, SMALL_LIMIT) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return match named {
                    Some(_) => broken(words!(
                        "the approval is signed, but the signature is missing",
                        "het akkoord is ondertekend, en de handtekening is er niet"
                    )),
                    None => Ok(SignatureState::Absent),
                };
            }
            Err(error) => return Err(RunFault::io("read", path)(error)),
        };
        let Some(named) = named else {
            return broken(words!(
                "a signature exists, but the approval does not name its key",
                "er is een handtekening, en het akkoord noemt haar sleutel niet"
            ));
        };
        let given = key.map(VerifyingKey::read).transpose()?;
        let public = match &given {
            Some(given) if given.text() != named => {
                return broken(words!(
                    "the approval is signed with another key",
                    "het akkoord is met een andere sleutel ondertekend"
                ));
            }
            Some(given) => given.clone(),
            None => match VerifyingKey::of_text(named) {
                Some(public) => public,
                None => {
                    return broken(words!(
                        "the key that the approval names is not a key",
                        "de sleutel die het akkoord noemt, is er geen"
                    ));
                }
            },
        };
        let manifest = self.manifest();
        let file = open_regular(&manifest).map_err(RunFault::io("read", &manifest))?;
        let comment = match public.verify(&text, file) {
            Ok(comment) => comment,
            Err(_) => {
                return broken(words!(
                    "it is not the signature of `{MANIFEST}` by this key",
                    "het is niet de handtekening van `{MANIFEST}` met deze sleutel"
                ));
            }
        };
        if signed_approval(&comment) != Some(&sha256_of_file(&self.state(APPROVAL))?) {
            return broken(words!(
                "the approval is not the one that was signed",
                "het akkoord is niet het akkoord dat is ondertekend"
            ));
        }
        Ok(match given {
            Some(_) => SignatureState::Holds { comment },
            None => SignatureState::Unchecked,
        })
    }
}
