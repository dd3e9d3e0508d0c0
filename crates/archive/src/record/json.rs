//! The run's record for programs, as JSON.

use std::io::{self, Write};

use raadspost_run::{Approval, RunFolder, RunRecord};
use serde::Serialize;

use crate::ArchiveError;

/// The head of the JSON.
#[derive(Serialize)]
struct Head<'a> {
    run: &'a RunRecord,
    run_sha256: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    approval: Option<&'a Approval>,
}

/// Writes the JSON, with a record of each pack that is not complete.
pub(crate) fn write_json(
    run: &RunFolder,
    approval: Option<&Approval>,
    to: &mut dyn Write,
) -> Result<(), ArchiveError> {
    let broken = || ArchiveError::io("write", run.root());
    let head = Head {
        run: run.record(),
        run_sha256: run.sha256(),
        approval,
    };
    let text = serde_json::to_string_pretty(&head)
        .map_err(io::Error::from)
        .map_err(broken())?;
    let open = text.strip_suffix("\n}").unwrap_or(&text);
    write!(to, "{open},\n  \"incomplete\": [").map_err(broken())?;
    let mut first = true;
    for pack in run.packs()? {
        let mut pack = pack?;
        if pack.is_complete() {
            continue;
        }
        pack.documents.clear();
        let line = serde_json::to_string(&pack)
            .map_err(io::Error::from)
            .map_err(broken())?;
        let comma = if first { "" } else { "," };
        write!(to, "{comma}\n    {line}").map_err(broken())?;
        first = false;
    }
    let end = if first { "]\n}\n" } else { "\n  ]\n}\n" };
    to.write_all(end.as_bytes()).map_err(broken())
}
