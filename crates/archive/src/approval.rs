//! Approval: a person's name, bound to what they saw.
//!
//! It names the digests of the manifest and of the run's record, and the files that the run was
//! made from. A later run with another text, register, theme or font has another record, and the
//! approval no longer holds.

use std::fs;
use std::io;
use std::time::SystemTime;

use raadspost_content::{Approval, RECORD_VERSION};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::folder::write_whole;
use crate::{ArchiveError, RunFolder};

/// What there is of an approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApprovalState {
    /// There is none.
    Absent,
    /// It is of this run.
    Holds(Approval),
    /// It is of an earlier one.
    Outdated {
        /// The approval.
        approval: Approval,
        /// What has changed since, each a fact.
        changes: Vec<String>,
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

    /// Why it does not hold; none where it does.
    pub fn why_not(&self) -> Option<String> {
        match self {
            Self::Holds(_) => None,
            Self::Absent => Some("there is no approval".to_owned()),
            Self::Outdated { approval, changes } => Some(format!(
                "since {} approved it at {}, {}",
                approval.by,
                approval.at,
                changes.join(", and ")
            )),
        }
    }
}

/// Reads a time as RFC 3339.
///
/// # Errors
/// It is none.
pub fn parse_time(text: &str) -> Result<OffsetDateTime, ArchiveError> {
    OffsetDateTime::parse(text, &Rfc3339).map_err(|_| ArchiveError::BadTime(text.to_owned()))
}

/// Writes a time as RFC 3339 in UTC, in whole seconds.
pub fn format_time(time: SystemTime) -> String {
    let time = OffsetDateTime::from(time);
    let whole = time.replace_nanosecond(0).unwrap_or(time);
    // Formatting fails only for years beyond 9999.
    whole.format(&Rfc3339).unwrap_or_default()
}

/// Approves a run: writes `.raadspost/approval.json`, in place of an earlier one.
///
/// # Errors
/// The run was interrupted or does not fit its record, the time is none, or the file cannot be
/// written.
pub fn approve(
    run: &RunFolder,
    by: &str,
    note: Option<&str>,
    at: &str,
) -> Result<Approval, ArchiveError> {
    run.demand_sound()?;
    parse_time(at)?;
    let approval = Approval {
        version: RECORD_VERSION,
        by: by.to_owned(),
        note: note.map(str::to_owned),
        at: at.to_owned(),
        manifest_sha256: run.run().manifest_sha256.clone(),
        run_sha256: run.run_sha256().to_owned(),
        inputs: run.run().inputs.clone(),
    };
    let path = run.state("approval.json");
    let mut bytes =
        serde_json::to_vec_pretty(&approval).map_err(|error| ArchiveError::BadRecord {
            path: path.clone(),
            why: error.to_string(),
        })?;
    bytes.push(b'\n');
    write_whole(&path, &bytes)?;
    Ok(approval)
}

impl RunFolder {
    /// Refuses a run that nobody approved, or that has changed since.
    ///
    /// # Errors
    /// [`ArchiveError::NotApproved`], and what [`Self::approval`] says.
    pub fn demand_approval(&self) -> Result<(), ArchiveError> {
        match self.approval()?.why_not() {
            None => Ok(()),
            Some(why) => Err(ArchiveError::NotApproved(why)),
        }
    }

    /// What there is of an approval of this run.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn approval(&self) -> Result<ApprovalState, ArchiveError> {
        let path = self.state("approval.json");
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(ApprovalState::Absent);
            }
            Err(error) => return Err(ArchiveError::io("read", path)(error)),
        };
        let approval: Approval =
            serde_json::from_slice(&bytes).map_err(|error| ArchiveError::BadRecord {
                path,
                why: error.to_string(),
            })?;
        let run = self.run();
        let mut changes = Vec::new();
        for input in &run.inputs {
            if !approval.inputs.contains(input) {
                changes.push(format!("the {} `{}` has changed", input.role, input.name));
            }
        }
        for input in &approval.inputs {
            let named = |other: &&raadspost_content::InputRecord| {
                (&other.role, &other.name) == (&input.role, &input.name)
            };
            if !run.inputs.iter().any(|other| named(&other)) {
                changes.push(format!("the {} `{}` is gone", input.role, input.name));
            }
        }
        if approval.manifest_sha256 != run.manifest_sha256 {
            changes.push("documents have changed".to_owned());
        }
        if changes.is_empty() && approval.run_sha256 != self.run_sha256() {
            changes.push("the run's record has changed".to_owned());
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
