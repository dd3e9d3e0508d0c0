//! The campaign that a run folder belongs to, and the JSON format of small records.

use std::io;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::fault::RunFault;
use crate::regular::{RECORD_LIMIT, read_regular};

use crate::names::{CAMPAIGN, RUN, STATE};

/// The campaign that a run folder belongs to: `.raadspost/campaign.json`, written by the first
/// build.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CampaignIdentity {
    /// The id of the campaign.
    pub id: String,
    /// Its title at the last build.
    pub title: String,
}

/// The campaign that a folder belongs to; `None` before the first build. A folder of an earlier
/// version states it in `run.json` only.
///
/// # Errors
/// The file cannot be read, or is not a valid record.
pub fn identity(root: &Path) -> Result<Option<CampaignIdentity>, RunFault> {
    let state = root.join(STATE);
    if let Some(identity) = read_json(&state.join(CAMPAIGN))? {
        return Ok(Some(identity));
    }
    /// The part of `run.json` that every version has.
    #[derive(Deserialize)]
    struct Head {
        campaign: CampaignIdentity,
    }
    let head: Option<Head> = read_json(&state.join(RUN))?;
    Ok(head.map(|head| head.campaign))
}

/// A record as indented JSON with a line end.
pub(crate) fn pretty(path: &Path, record: &impl Serialize) -> Result<Vec<u8>, RunFault> {
    let mut bytes = serde_json::to_vec_pretty(record).map_err(|error| RunFault::BadRecord {
        path: path.to_owned(),
        why: error.to_string(),
    })?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// A record; `None` if the file does not exist.
pub(crate) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, RunFault> {
    let bytes = match read_regular(path, RECORD_LIMIT) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(RunFault::io("read", path)(error)),
    };
    serde_json::from_slice(&bytes)
        .map(Some)
        .map_err(|error| RunFault::BadRecord {
            path: path.to_owned(),
            why: error.to_string(),
        })
}
