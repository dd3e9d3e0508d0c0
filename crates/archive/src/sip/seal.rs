//! The seal of a package: a signature and a time stamp of its root list, the list that binds all
//! other files by digest. They lie beside it and are on no list.

use raadspost_run::{Signer, signed_comment};
use tempfile::SpooledTempFile;

use crate::ArchiveError;
use crate::sip::spool::sized;

/// The end of the name of a signature, minisign's file.
pub(crate) const SIGNATURE: &str = ".minisig";
/// The end of the name of a time stamp, the answer of RFC 3161.
pub(crate) const TIME_STAMP: &str = ".tsr";

/// What seals the packages of one call.
#[derive(Default, Clone, Copy)]
pub struct Seals<'a> {
    /// The key that signs them; `None` to leave them unsigned.
    pub signer: Option<&'a Signer>,
}

/// The files of a seal, each with the end of its name.
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
    Ok(files)
}
