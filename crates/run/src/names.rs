//! File and folder names in a run folder.

/// The folder for everything except documents.
pub const STATE: &str = ".raadspost";
/// The list of all documents with their digests, as `sha256sum` writes it.
pub const MANIFEST: &str = "manifest.sha256";
/// The report of the last build.
pub const REPORT: &str = "report.json";
/// The folder for documents of held packs.
pub const HELD: &str = "held";

/// The run's record, in [`STATE`]; it binds the lists.
pub const RUN: &str = "run.json";
/// The packs' records, in [`STATE`].
pub const PACKS: &str = "packs.jsonl";
/// The mailing list, in [`STATE`].
pub const MAILING: &str = "mailing.jsonl";
/// The campaign that the folder belongs to, in [`STATE`].
pub const CAMPAIGN: &str = "campaign.json";
/// The mark of an unfinished build, in [`STATE`]; contains that build's record as known at its
/// beginning.
pub const UNFINISHED: &str = "unfinished.json";
/// The approval, in [`STATE`].
pub const APPROVAL: &str = "approval.json";
/// The signature of manifest and approval, in [`STATE`].
pub const SIGNATURE: &str = "manifest.sha256.minisig";
/// The inputs of a run, named by digest, in [`STATE`].
pub const INPUTS: &str = "inputs";
/// Superseded files, in [`STATE`].
pub const SUPERSEDED: &str = "superseded";
/// Staged files, in [`STATE`].
pub const STAGING: &str = "tmp";
/// The ledger, in [`STATE`].
pub const LEDGER: &str = "ledger.sqlite";
/// Records of packs during a build, in [`STATE`].
pub const SCRATCH: &str = "scratch.sqlite";
/// The lock of a running build, in [`STATE`].
pub const LOCK: &str = "lock";

/// Files that file managers create in folders they display.
const DROPPINGS: [&str; 3] = [".DS_Store", "Thumbs.db", "desktop.ini"];

/// Whether a file is left by a file manager or by an office programme with an open document:
/// `Thumbs.db`, `~$motie.docx` (Word), `.~lock.motie.docx#` (LibreOffice).
pub fn is_dropping(name: &str) -> bool {
    DROPPINGS.contains(&name)
        || name.starts_with("~$")
        || (name.starts_with(".~lock.") && name.ends_with('#'))
}

#[cfg(test)]
mod tests {
    use super::is_dropping;

    #[test]
    fn lock_files_of_office_programmes_belong_to_nobody() {
        for name in ["~$motie.docx", ".~lock.motie.docx#", "Thumbs.db"] {
            assert!(is_dropping(name), "{name}");
        }
        for name in ["motie.docx", "~motie.docx", ".~lock.motie.docx", "lock"] {
            assert!(!is_dropping(name), "{name}");
        }
    }
}
