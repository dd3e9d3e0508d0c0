//! The seal of a package: its signature, held to the key and the approval inside.

use raadspost_content::Fingerprint;
use raadspost_run::{
    Approval, VerifyingKey, Words, parse_time, signed_approval, signed_comment, words,
};

use crate::ArchiveError;
use crate::check::Check;
use crate::digest::sha256;
use crate::dossier::record::{APPROVAL, KEY, RUN};
use crate::sip::pakbon::{Listed, PackingSlip};
use crate::sip::seal::{SIGNATURE, TIME_STAMP};
use crate::sip::spool;
use crate::stamp::{self, Stamp};

/// Bytes of a file of the seal, at most.
const SEAL_LIMIT: u64 = 1 << 20;
/// By how many seconds two clocks may differ.
const CLOCKS: i64 = 3600;
/// Bytes of the run's record and its approval, at most: they name every input.
const PROOF_LIMIT: u64 = 64 << 20;

/// The files of a package's list that prove the run: their paths.
#[derive(Debug, Default)]
pub(super) struct Proofs {
    approval: Option<String>,
    run: Option<String>,
    key: Option<String>,
}

impl Proofs {
    /// Notes a file of the list if it is one of them.
    pub(super) fn note(&mut self, listed: &Listed) {
        let mut parts = listed.path.rsplit('/');
        let (Some(file), Some(folder)) = (parts.next(), parts.next()) else {
            return;
        };
        let end = file
            .strip_prefix(folder)
            .filter(|_| folder.starts_with("verantwoording-"));
        let place = match end.and_then(|end| end.strip_prefix('-')) {
            Some(APPROVAL) => &mut self.approval,
            Some(RUN) => &mut self.run,
            Some(KEY) => &mut self.key,
            _ => return,
        };
        *place = Some(listed.path.clone());
    }
}

impl Check<'_> {
    /// Judges the seal; `root` is the list that binds all other files.
    pub(super) fn seal(&mut self, root: &str, slip: &PackingSlip) -> Result<(), ArchiveError> {
        self.stamp(root, slip)?;
        let approval = self.approval()?;
        let place = format!("{root}{SIGNATURE}");
        let Some(signature) = self.small(&place, SEAL_LIMIT)? else {
            let key = self.proofs.key.is_some();
            if let Some(why) = missing(key, self.options.signed_by.is_some()) {
                self.fault("signature-missing", &place, why);
            }
            return Ok(());
        };
        match self.signed(root, &signature, slip, approval.as_ref())? {
            Ok(key) => {
                self.checked.signed += 1;
                self.checked.keys.insert(key);
            }
            Err(why) => self.fault("signature-broken", &place, why),
        }
        Ok(())
    }

    /// Judges the time stamp of the root list.
    fn stamp(&mut self, root: &str, slip: &PackingSlip) -> Result<(), ArchiveError> {
        let place = format!("{root}{TIME_STAMP}");
        let Some(answer) = self.small(&place, SEAL_LIMIT)? else {
            if self.options.roots.is_some() {
                let words = words!(
                    "the package has no time stamp",
                    "het pakket heeft geen tijdstempel"
                );
                self.fault("timestamp-missing", &place, words);
            }
            return Ok(());
        };
        let digest = match self.read(root, |reader| sha256(reader))? {
            Some(digest) => digest.map_err(ArchiveError::io("read", self.at.join(root)))?,
            // A missing root list is reported elsewhere.
            None => return Ok(()),
        };
        match stamp::verify(&answer, &digest, self.options.roots.as_ref()) {
            Ok(Stamp { time, authority }) => {
                self.checked.stamped += 1;
                self.checked.authorities.insert(authority);
                let made = &slip.time;
                if is_after(made, &time) {
                    let words = words!(
                        "the package says that it was made at {made}, after the time stamp of {time}",
                        "het pakket noemt {made} als tijdstip, na het tijdstempel van {time}"
                    );
                    self.fault("timestamp-broken", &place, words);
                }
            }
            Err(why) => self.fault("timestamp-broken", &place, why),
        }
        Ok(())
    }

    /// Verifies a signature: by the key that was given or else the one in the package, of the root
    /// list, for this package and the approval in it. The key, or why not.
    fn signed(
        &mut self,
        root: &str,
        signature: &[u8],
        slip: &PackingSlip,
        approval: Option<&(Approval, String)>,
    ) -> Result<Result<String, Words>, ArchiveError> {
        let inside = match self.proofs.key.clone() {
            Some(path) => self.proof(&path)?,
            None => Vec::new(),
        };
        let Some(key) = VerifyingKey::of_text(&String::from_utf8_lossy(&inside)) else {
            return Ok(Err(words!(
                "the package does not have the key of its signature",
                "de sleutel van de handtekening zit niet in het pakket"
            )));
        };
        if self
            .options
            .signed_by
            .as_ref()
            .is_some_and(|given| *given != key)
        {
            return Ok(Err(words!(
                "the package is signed with another key than the one that is demanded",
                "het pakket is met een andere sleutel ondertekend dan wordt geëist"
            )));
        }
        let Some(copy) = self.read(root, spool::copy)? else {
            return Ok(Err(words!("`{root}` is missing", "`{root}` is er niet")));
        };
        let mut copy = copy.map_err(ArchiveError::io("read", self.at.join(root)))?;
        let (_, copy) = spool::sized(&mut copy).map_err(ArchiveError::io("read", self.at))?;
        let comment = match key.verify(&String::from_utf8_lossy(signature), copy) {
            Ok(comment) => comment,
            Err(_) => {
                return Ok(Err(words!(
                    "the signature is not of `{root}` by the key in the package",
                    "de handtekening is niet die van `{root}` met de sleutel in het pakket"
                )));
            }
        };
        let digest = approval.map(|(_, digest)| digest.as_str());
        if comment == signed_comment(&slip.identification, digest) {
            return Ok(match approval.and_then(|(one, _)| one.signed_by.as_ref()) {
                Some(named) if *named != key.text() => Err(words!(
                    "the approval in the package names another key",
                    "het akkoord in het pakket noemt een andere sleutel"
                )),
                _ => Ok(key.text()),
            });
        }
        Ok(Err(if signed_approval(&comment) == digest {
            words!(
                "the signature is that of another package: `{comment}`",
                "de handtekening is die van een ander pakket: `{comment}`"
            )
        } else {
            words!(
                "the approval in the package is not the one that was signed",
                "het akkoord in het pakket is niet het akkoord dat is ondertekend"
            )
        }))
    }

    /// The approval in the package with its digest; it is held to the run's record beside it.
    fn approval(&mut self) -> Result<Option<(Approval, String)>, ArchiveError> {
        let Some(path) = self.proofs.approval.clone() else {
            return Ok(None);
        };
        let bytes = self.proof(&path)?;
        let place = format!("{}{path}", self.payload);
        let Ok(approval) = serde_json::from_slice::<Approval>(&bytes) else {
            let words = words!("it is not an approval", "het is geen akkoord");
            self.fault("approval-differs", &place, words);
            return Ok(None);
        };
        let run = match self.proofs.run.clone() {
            Some(path) => self.proof(&path)?,
            None => Vec::new(),
        };
        if Fingerprint::of(&run).to_string() != approval.run_sha256 {
            let words = words!(
                "the run that it approves is not the one in the package",
                "het akkoord geldt een andere run dan die in het pakket"
            );
            self.fault("approval-differs", &place, words);
        }
        Ok(Some((approval, Fingerprint::of(&bytes).to_string())))
    }

    /// A file that proves the run; empty if it is missing, which is reported elsewhere.
    fn proof(&mut self, path: &str) -> Result<Vec<u8>, ArchiveError> {
        let path = format!("{}{path}", self.payload);
        Ok(self.small(&path, PROOF_LIMIT)?.unwrap_or_default())
    }
}

/// Whether a moment lies after another, by more than clocks differ.
fn is_after(one: &str, other: &str) -> bool {
    match (parse_time(one), parse_time(other)) {
        (Ok(one), Ok(other)) => one.unix_timestamp() > other.unix_timestamp() + CLOCKS,
        _ => false,
    }
}

/// Why a missing signature is missed; `None` if nobody asks for one.
fn missing(has_key: bool, demanded: bool) -> Option<Words> {
    if has_key {
        Some(words!(
            "the package has the key of a signature, and the signature is missing",
            "de sleutel van een handtekening zit in het pakket, en de handtekening niet"
        ))
    } else if demanded {
        Some(words!(
            "the package is not signed",
            "het pakket is niet ondertekend"
        ))
    } else {
        None
    }
}
