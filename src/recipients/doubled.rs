//! Codes that stand on several lines of the register: all of these rows are refused, because nobody
//! can say which of them is meant.

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use raadspost_content::{Diagnostic, Pack, Place, RefusedDocument};

use super::Rows;

/// The codes of a register, as hashes: 8 bytes a row, so that a register may have any size.
#[derive(Debug, Default)]
pub(super) struct Codes {
    hashes: Vec<u64>,
}

impl Codes {
    /// Adds the code of a row, which may be empty.
    pub(super) fn add(&mut self, code: &str) {
        if !code.is_empty() {
            self.hashes.push(hash(&folded(code)));
        }
    }

    /// Whether two codes have one hash.
    pub(super) fn may_be_doubled(&mut self) -> bool {
        self.hashes.sort_unstable();
        self.hashes.windows(2).any(|pair| pair[0] == pair[1])
    }

    /// The codes that do stand on several lines; a hash alone proves nothing, so the rows are read
    /// again.
    pub(super) fn doubled(&self, rows: Rows) -> Doubled {
        let pairs = self.hashes.windows(2).filter(|pair| pair[0] == pair[1]);
        let doubled: HashSet<u64> = pairs.map(|pair| pair[0]).collect();
        let mut lines: BTreeMap<String, Vec<u64>> = BTreeMap::new();
        for row in rows {
            let (code, line) = match &row {
                Ok(municipality) => (municipality.code(), municipality.line()),
                Err(row) => (row.code.as_str(), row.line),
            };
            let code = folded(code);
            if doubled.contains(&hash(&code)) {
                lines.entry(code).or_default().push(line);
            }
        }
        lines.retain(|code, lines| !code.is_empty() && lines.len() > 1);
        Doubled { lines }
    }
}

/// Codes that stand on several lines, and these lines.
#[derive(Debug, Default)]
pub(super) struct Doubled {
    lines: BTreeMap<String, Vec<u64>>,
}

impl Doubled {
    /// The pack as it is, or with all documents refused where its code stands on several lines.
    pub(super) fn refuse(&self, pack: Pack, place: Place) -> Pack {
        let Some(lines) = self.lines.get(&folded(&pack.code)) else {
            return pack;
        };
        let lines = lines
            .iter()
            .map(u64::to_string)
            .collect::<Vec<_>>()
            .join(", ");
        let message = format!("the code stands on several lines: {lines}");
        let reason = Diagnostic::error("doubled-code", message)
            .at(place)
            .hint("give each municipality a code of its own; capitals make no difference");
        refused(pack, reason)
    }
}

/// `GM1` and `gm1` name one folder on systems that do not tell them apart.
fn folded(code: &str) -> String {
    code.to_ascii_lowercase()
}

fn hash(code: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    code.hash(&mut hasher);
    hasher.finish()
}

/// The pack with all documents refused for this reason, and for those that they had before.
fn refused(mut pack: Pack, reason: Diagnostic) -> Pack {
    for document in &mut pack.refused {
        let before = document.reasons.iter().cloned();
        document.reasons = Arc::new(std::iter::once(reason.clone()).chain(before).collect());
    }
    let reasons = Arc::new(vec![reason]);
    pack.refused
        .extend(pack.documents.drain(..).map(|document| RefusedDocument {
            document: document.document,
            file: document.file,
            format: document.format,
            reasons: Arc::clone(&reasons),
        }));
    pack
}

#[cfg(test)]
mod tests {
    use raadspost_content::Format;
    use raadspost_pipeline::Recipients as _;

    use super::super::Loaded;
    use super::*;
    use crate::settings::Input;

    #[test]
    fn capitals_make_no_difference_and_empty_codes_are_no_codes() {
        let mut codes = Codes::default();
        ["", "A", "", "b"].iter().for_each(|code| codes.add(code));
        assert!(!codes.may_be_doubled());
        codes.add("B");
        assert!(codes.may_be_doubled());
    }

    #[test]
    fn every_document_refused_keeps_its_format_and_file() {
        let loaded = Loaded::load(&Input::default()).unwrap();
        let pack = loaded.packs().unwrap().next().unwrap().pack;
        let made: Vec<(String, Format)> = pack
            .documents
            .iter()
            .map(|made| (made.file.clone(), made.format))
            .collect();
        let pack = refused(pack, Diagnostic::error("x", "y"));
        let refused: Vec<_> = pack
            .refused
            .iter()
            .map(|refused| (refused.file.clone(), refused.format))
            .collect();
        assert_eq!(refused, made);
        assert!(pack.documents.is_empty());
    }
}
