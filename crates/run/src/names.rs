//! The names in a run folder.

/// The folder for everything that is not a document.
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
/// The list of what is mailed to whom, in [`STATE`].
pub const MAILING: &str = "mailing.jsonl";
/// Whose folder it is, in [`STATE`].
pub const CAMPAIGN: &str = "campaign.json";
/// There while a build is under way, in [`STATE`]; with the record of that build as far as it is
/// known at the beginning.
pub const UNFINISHED: &str = "unfinished.json";
/// The approval, in [`STATE`].
pub const APPROVAL: &str = "approval.json";
/// The signature of manifest and approval, in [`STATE`].
pub const SIGNATURE: &str = "manifest.sha256.minisig";
/// The inputs that a run was made from, by their digest, in [`STATE`].
pub const INPUTS: &str = "inputs";
/// Files that were moved aside, in [`STATE`].
pub const SUPERSEDED: &str = "superseded";
/// Files that have no name yet, in [`STATE`].
pub const STAGING: &str = "tmp";
/// The ledger, in [`STATE`].
pub const LEDGER: &str = "ledger.sqlite";
/// The records of packs while a build is under way, in [`STATE`].
pub const SCRATCH: &str = "scratch.sqlite";
/// The lock of the build that is under way, in [`STATE`].
pub const LOCK: &str = "lock";

/// Files that file managers leave in any folder that somebody looks at.
const DROPPINGS: [&str; 3] = [".DS_Store", "Thumbs.db", "desktop.ini"];

/// Whether a file name is one that a file manager, or an office programme that has a document open,
/// leaves beside documents: `Thumbs.db`, `~$motie.docx` (Word), `.~lock.motie.docx#` (LibreOffice).
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
