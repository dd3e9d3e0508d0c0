//! Verification of a run folder: its documents, approval and signature.

use raadspost_content::Diagnostics;

use crate::approval::ApprovalState;
use crate::differences::{Differences, differences};
use crate::fault::RunFault;
use crate::folder::RunFolder;
use crate::folder::fault;
use crate::names::{APPROVAL, SIGNATURE, STATE};
use crate::signature::SignatureState;

/// The result of [`verify`].
#[derive(Debug)]
pub struct Verified {
    /// Documents in the manifest.
    pub documents: u64,
    /// Each difference, as an error with the file as its place.
    pub faults: Diagnostics,
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
    mut faults: Diagnostics,
    public_key: Option<&str>,
) -> Result<Verified, RunFault> {
    let Differences {
        documents,
        faults: found,
    } = differences(run)?;
    faults.extend(found);
    let approval = run.approval()?;
    if let (ApprovalState::Outdated { .. }, Some(why)) = (&approval, approval.why_not()) {
        faults.push(fault(
            "approval-outdated",
            &format!("{STATE}/{APPROVAL}"),
            &why,
        ));
    }
    let signature = if run.manifest().exists() {
        run.signature(public_key)?
    } else {
        SignatureState::Absent
    };
    let place = format!("{STATE}/{SIGNATURE}");
    match &signature {
        SignatureState::Broken(why) => faults.push(fault("signature-broken", &place, why)),
        SignatureState::Absent if public_key.is_some() => {
            let why = "the run is not signed, although a key is given to check the signature";
            faults.push(fault("signature-missing", &place, why));
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
