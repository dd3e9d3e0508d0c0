//! Verification of a run folder: its documents, approval and signature.

use crate::approval::ApprovalState;
use crate::deviation::Deviation;
use crate::differences::{Differences, differences};
use crate::fault::RunFault;
use crate::folder::RunFolder;
use crate::names::{APPROVAL, SIGNATURE, STATE};
use crate::signature::SignatureState;
use crate::words;

/// The result of [`verify`].
#[derive(Debug)]
pub struct Verified {
    /// Documents in the manifest.
    pub documents: u64,
    /// Each difference.
    pub faults: Vec<Deviation>,
    /// The approval.
    pub approval: ApprovalState,
    /// The signature.
    pub signature: SignatureState,
}

/// Verifies a run folder that was opened with these faults. `public_key` is the key to verify a
/// signature with, as a file or as its text.
///
/// Memory: 16 bytes per document, to find foreign files.
///
/// # Errors
/// A file cannot be read.
pub fn verify(
    run: &RunFolder,
    mut faults: Vec<Deviation>,
    public_key: Option<&str>,
) -> Result<Verified, RunFault> {
    let Differences {
        documents,
        faults: found,
    } = differences(run)?;
    faults.extend(found);
    let approval = run.approval()?;
    if let (ApprovalState::Outdated { .. }, Some(why)) = (&approval, approval.why_not()) {
        let place = format!("{STATE}/{APPROVAL}");
        faults.push(Deviation::new("approval-outdated", place, why));
    }
    let signature = if run.manifest().exists() {
        run.signature(public_key)?
    } else {
        SignatureState::Absent
    };
    let place = format!("{STATE}/{SIGNATURE}");
    match &signature {
        SignatureState::Broken(why) => {
            faults.push(Deviation::new("signature-broken", place, why.clone()));
        }
        SignatureState::Absent if public_key.is_some() => {
            let why = words!(
                "the run is not signed, although a key is given to check the signature",
                "de run is niet ondertekend, en er is een sleutel voor de handtekening gegeven"
            );
            faults.push(Deviation::new("signature-missing", place, why));
        }
        SignatureState::Absent | SignatureState::Unchecked | SignatureState::Holds { .. } => {}
    }
    Ok(Verified {
        documents,
        faults,
        approval,
        signature,
    })
}
