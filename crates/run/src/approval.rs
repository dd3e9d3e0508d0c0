//! Approval: a person's name, bound to the run that they approved.
//!
//! It records the digests of the manifest and of the run's record, which binds every list, and the
//! files that the run was made from. A later run with another text, register, theme or font has
//! another record, and the approval is no longer valid. A signed approval names its key, so that a
//! removed or replaced signature is detected.

use std::fs;
use std::io;
use std::path::Path;
use std::time::SystemTime;

use raadspost_content::{Fingerprint, is_unprintable};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::deviation::{Tongue, Words};
use crate::differences::differences;
use crate::durable::{beside, sync_folder_of, write_durably};
use crate::fault::RunFault;
use crate::folder::RunFolder;
use crate::identity::{pretty, read_json};
use crate::keys::{Signer, SigningKey};
use crate::names::{APPROVAL, SIGNATURE};
use crate::record::{Approval, InputRecord, RECORD_VERSION};
use crate::signature::{SignatureState, sign};
use crate::words;

/// The state of an approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApprovalState {
    /// No approval exists.
    Absent,
    /// It is of this run.
    Holds(Approval),
    /// The approval is of an earlier state.
    Outdated {
        /// The approval.
        approval: Approval,
        /// The changes since, each a fact.
        changes: Vec<Words>,
    },
}

impl ApprovalState {
    /// The approval where it holds.
    pub fn holding(&self) -> Option<&Approval> {
        match self {
            Self::Holds(approval) => Some(approval),
            Self::Absent | Self::Outdated { .. } => None,
        }
    }

    /// Why it is not valid; `None` if it is.
    pub fn why_not(&self) -> Option<Words> {
        match self {
            Self::Holds(_) => None,
            Self::Absent => Some(words!("there is no approval", "er is geen akkoord")),
            Self::Outdated { approval, changes } => {
                let listed = |tongue| -> Vec<&str> {
                    let changes = changes.iter();
                    changes.map(|change| change.in_tongue(tongue)).collect()
                };
                let english = listed(Tongue::English).join(", and ");
                let dutch = listed(Tongue::Dutch).join(", en ");
                let Approval { by, at, .. } = approval;
                Some(words!(
                    "since {by} approved it at {at}, {english}",
                    "sinds het akkoord van {by} op {at} is iets gewijzigd: {dutch}"
                ))
            }
        }
    }
}

/// Parses an RFC 3339 time.
///
/// # Errors
/// `text` is not an RFC 3339 time.
pub fn parse_time(text: &str) -> Result<OffsetDateTime, RunFault> {
    OffsetDateTime::parse(text, &Rfc3339).map_err(|_| RunFault::BadTime(text.to_owned()))
}

/// Formats a time as RFC 3339 in UTC, in whole seconds.
pub fn format_time(time: SystemTime) -> String {
    let time = OffsetDateTime::from(time);
    let whole = time.replace_nanosecond(0).unwrap_or(time);
    // Formatting fails only for years after 9999.
    whole.format(&Rfc3339).unwrap_or_default()
}

/// Demands that a text can be printed; lines may end in it.
fn printable(what: &'static str, text: &str) -> Result<(), RunFault> {
    match text.chars().find(|c| is_unprintable(*c) && *c != '\n') {
        Some(character) => Err(RunFault::Unprintable { what, character }),
        None => Ok(()),
    }
}

/// Approves a run: writes `.raadspost/approval.json` and, with a key, the signature of manifest and
/// approval, replacing earlier ones. Every document is hashed first, and the approval is renamed
/// into place last: a failure leaves the earlier state.
///
/// # Errors
/// The run is not sound, a file is missing, changed or foreign, the time is not valid, name or note
/// has a character that cannot be printed, the key cannot be used, or the files cannot be written.
pub fn approve(
    run: &RunFolder,
    by: &str,
    note: Option<&str>,
    at: &str,
    key: Option<SigningKey>,
) -> Result<Approval, RunFault> {
    parse_time(at)?;
    printable("name", by)?;
    printable("note", note.unwrap_or_default())?;
    let key = key.map(Signer::open).transpose()?;
    let faults = differences(run)?.faults;
    if !faults.is_empty() {
        return Err(RunFault::Unsound {
            root: run.root().to_owned(),
            faults,
        });
    }
    let approval = Approval {
        version: RECORD_VERSION,
        by: by.to_owned(),
        note: note.map(str::to_owned),
        at: at.to_owned(),
        manifest_sha256: run.record().manifest.sha256.clone(),
        run_sha256: run.sha256().to_owned(),
        inputs: run.record().inputs.clone(),
        signed_by: key.as_ref().map(Signer::public),
    };
    let path = run.state(APPROVAL);
    let bytes = pretty(&path, &approval)?;
    let signature = match &key {
        Some(key) => {
            let digest = Fingerprint::of(&bytes).to_string();
            Some(sign(run, key, &digest)?)
        }
        None => None,
    };
    put(run, &path, &bytes, signature.as_deref())?;
    Ok(approval)
}

/// Replaces approval and signature, the signature first: between the two renames the folder has an
/// approval and a signature that do not match, and is refused.
fn put(
    run: &RunFolder,
    approval: &Path,
    bytes: &[u8],
    signature: Option<&str>,
) -> Result<(), RunFault> {
    let place = run.state(SIGNATURE);
    let earlier = place.with_extension("minisig.earlier");
    let mut had = true;
    match fs::rename(&place, &earlier) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => had = false,
        Err(error) => return Err(RunFault::io("write", &place)(error)),
    }
    let done = signature
        .map_or(Ok(()), |text| write_durably(&place, text.as_bytes()))
        .and_then(|()| write_durably(approval, bytes));
    if let Err(fault) = done {
        // The earlier signature is restored; if even that fails, the two do not match.
        let _ = fs::remove_file(&place);
        if had {
            let _ = fs::rename(&earlier, &place);
        }
        let _ = fs::remove_file(beside(approval));
        return Err(fault);
    }
    if had {
        fs::remove_file(&earlier)
            .and_then(|()| sync_folder_of(&earlier))
            .map_err(RunFault::io("remove", &earlier))?;
    }
    Ok(())
}

impl RunFolder {
    /// Refuses a run that is not approved, that has changed since, or whose signature is not valid.
    /// The signature is checked if there is one, or if the approval or the caller names a key.
    /// `public_key` is the key to check with, as a file or as its text; the default is the
    /// approval's own.
    ///
    /// # Errors
    /// [`RunFault::NotApproved`], or approval, signature or key cannot be read.
    pub fn demand_approval(&self, public_key: Option<&str>) -> Result<(), RunFault> {
        let state = self.approval()?;
        if let Some(why) = state.why_not() {
            return Err(RunFault::NotApproved(why.english));
        }
        let why = match self.signature(public_key)? {
            SignatureState::Broken(why) => {
                format!("its signature is not valid: {}", why.english)
            }
            SignatureState::Absent if public_key.is_some() => {
                "it is not signed, although a key is given to check the signature".to_owned()
            }
            SignatureState::Absent | SignatureState::Unchecked | SignatureState::Holds { .. } => {
                return Ok(());
            }
        };
        Err(RunFault::NotApproved(why))
    }

    /// The state of this run's approval.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn approval(&self) -> Result<ApprovalState, RunFault> {
        let Some(approval) = read_json::<Approval>(&self.state(APPROVAL))? else {
            return Ok(ApprovalState::Absent);
        };
        let run = self.record();
        let mut changes = Vec::new();
        for input in &run.inputs {
            if !approval.inputs.contains(input) {
                let (role, name, dutch) = (&input.role, &input.name, input.role_in_dutch());
                changes.push(words!(
                    "the {role} `{name}` has changed",
                    "{dutch} `{name}` is een andere"
                ));
            }
        }
        for input in &approval.inputs {
            let named =
                |other: &&InputRecord| (&other.role, &other.name) == (&input.role, &input.name);
            if !run.inputs.iter().any(|other| named(&other)) {
                let (role, name, dutch) = (&input.role, &input.name, input.role_in_dutch());
                changes.push(words!(
                    "the {role} `{name}` is gone",
                    "{dutch} `{name}` is er niet meer"
                ));
            }
        }
        if approval.manifest_sha256 != run.manifest.sha256 {
            changes.push(words!("documents have changed", "documenten zijn andere"));
        }
        if changes.is_empty() && approval.run_sha256 != self.sha256() {
            changes.push(words!(
                "the run's record has changed",
                "`run.json` is een andere"
            ));
        }
        Ok(if changes.is_empty() {
            ApprovalState::Holds(approval)
        } else {
            ApprovalState::Outdated { approval, changes }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn times_are_those_of_rfc_3339() {
        let time = UNIX_EPOCH + Duration::from_millis(1_675_944_000_500);
        assert_eq!(format_time(time), "2023-02-09T12:00:00Z");
        assert!(parse_time("2023-02-09T12:00:00+01:00").is_ok());
        for wrong in ["2023-02-09", "2023-02-09T12:00:00", "9 februari", ""] {
            assert!(parse_time(wrong).is_err(), "{wrong}");
        }
    }
}
