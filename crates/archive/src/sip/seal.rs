//! The seal of a package: a signature and a time stamp of its root list, the list that binds all
//! other files by digest. They lie beside it and are on no list.

use raadspost_run::{Signer, signed_comment};
use tempfile::SpooledTempFile;

use crate::ArchiveError;
use crate::digest::sha256;
use crate::sip::spool::sized;
use crate::stamp::{self, Roots};

/// The end of the name of a signature, minisign's file.
pub(crate) const SIGNATURE: &str = ".minisig";
/// The end of the name of a time stamp, the answer of RFC 3161.
pub(crate) const TIME_STAMP: &str = ".tsr";

/// Sends a request to a time-stamping authority and returns its answer, both in DER (RFC 3161).
pub type Stamper<'a> = dyn Fn(&[u8]) -> Result<Vec<u8>, String> + 'a;

/// What seals the packages of one call.
#[derive(Default, Clone, Copy)]
pub struct Seals<'a> {
    /// The key that signs them; `None` to leave them unsigned.
    pub signer: Option<&'a Signer>,
    /// The time-stamping authority; `None` to leave them without a time stamp.
    pub stamper: Option<&'a Stamper<'a>>,
    /// The roots that a time stamp has to lead to; `None` to take one of any authority.
    pub roots: Option<&'a Roots>,
}

/// The files of a seal, each with the end of its name.
///
/// # Errors
/// The list cannot be read or signed, or no time stamp comes that holds.
pub(crate) fn seal(
    seals: &Seals<'_>,
    root: &str,
    list: &mut SpooledTempFile,
    identification: &str,
    approval: Option<&str>,
) -> Result<Vec<(&'static str, Vec<u8>)>, ArchiveError> {
    let broken = || ArchiveError::io("read", root);
    let mut files = Vec::new();
    if let Some(signer) = seals.signer {
        let comment = signed_comment(identification, approval);
        let (_, list) = sized(list).map_err(broken())?;
        let signature = signer.sign(list, &comment, &format!("signature of {root}"))?;
        files.push((SIGNATURE, signature.into_bytes()));
    }
    if let Some(stamper) = seals.stamper {
        let (_, list) = sized(list).map_err(broken())?;
        let digest = sha256(list).map_err(broken())?;
        let request = stamp::request(&digest)
            .map_err(|error| ArchiveError::NoStamp(format!("the request: {error}")))?;
        let answer = stamper(&request).map_err(ArchiveError::NoStamp)?;
        // It is judged at once: an answer that does not hold is of no use in twenty years.
        stamp::verify(&answer, &digest, seals.roots)
            .map_err(|why| ArchiveError::NoStamp(why.english))?;
        files.push((TIME_STAMP, answer));
    }
    Ok(files)
}
