//! Codes that stand on several lines of the register: all of these rows are refused, because nobody
//! can say which of them is meant.

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use raadspost_content::{Diagnostic, Diagnostics, Pack, Place, RefusedDocument};

use super::Rows;

/// How many lines of a code are named.
const LINES_NAMED: usize = 10;

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
    pub(super) fn doubled(&self, rows: Rows, register: &str) -> Doubled {
        let pairs = self.hashes.windows(2).filter(|pair| pair[0] == pair[1]);
        let doubled: HashSet<u64> = pairs.map(|pair| pair[0]).collect();
        let mut lines: BTreeMap<String, (String, Vec<u64>)> = BTreeMap::new();
        for row in rows {
            let (code, line) = match &row {
                Ok(municipality) => (municipality.code(), municipality.line()),
                Err(row) => (row.code.as_str(), row.line),
            };
            let folded = folded(code);
            if doubled.contains(&hash(&folded)) {
                let first = || (code.to_owned(), Vec::new());
                lines.entry(folded).or_insert_with(first).1.push(line);
            }
        }
        lines.retain(|code, (_, lines)| !code.is_empty() && lines.len() > 1);
        let reasons = lines
            .into_iter()
            .map(|(folded, (code, lines))| {
                let reason = Arc::new(vec![mistake(register, &code, &lines)]);
                (folded, reason)
            })
            .collect();
        Doubled { reasons }
    }
}

/// Codes that stand on several lines, and the mistake that all rows of a code share.
#[derive(Debug, Default)]
pub(super) struct Doubled {
    reasons: BTreeMap<String, Arc<Diagnostics>>,
}

impl Doubled {
    /// The pack as it is, or with all documents refused where its code stands on several lines; and
    /// which of the two.
    pub(super) fn refuse(&self, pack: Pack) -> (Pack, bool) {
        match self.reasons.get(&folded(&pack.code)) {
            Some(reasons) => (refused(pack, reasons), true),
            None => (pack, false),
        }
    }
}

/// One mistake for all rows of a code, at the first.
fn mistake(register: &str, code: &str, lines: &[u64]) -> Diagnostic {
    let mut named: Vec<String> = lines.iter().take(LINES_NAMED).map(u64::to_string).collect();
    if lines.len() > named.len() {
        named.push(format!("and {} more", lines.len() - named.len()));
    }
    let message = format!("the code stands on several lines: {}", named.join(", "));
    let place = Place::Row {
        file: register.to_owned(),
        line: lines.first().copied().unwrap_or(0),
        code: Some(code.to_owned()),
        column: None,
        shown: None,
    };
    Diagnostic::error("doubled-code", message)
        .at(place)
        .hint("give each municipality a code of its own; capitals make no difference")
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

/// The pack with all documents refused for these reasons, and for those that they had before.
fn refused(mut pack: Pack, reasons: &Arc<Diagnostics>) -> Pack {
    for document in &mut pack.refused {
        let both = reasons.iter().chain(document.reasons.iter());
        document.reasons = Arc::new(both.cloned().collect());
    }
    pack.refused
        .extend(pack.documents.drain(..).map(|document| RefusedDocument {
            document: document.document,
            file: document.file,
            format: document.format,
            reasons: Arc::clone(reasons),
        }));
    pack
}

#[cfg(test)]
mod tests {
    use raadspost_content::Format;
    use raadspost_pipeline::Recipients as _;

    use super::super::{OpenOptions, Project};
    use super::*;
    use crate::source::CampaignFile;

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
        let project =
            Project::load(CampaignFile::embedded().unwrap(), &OpenOptions::default()).unwrap();
        let pack = project.packs().unwrap().next().unwrap().pack;
        let made: Vec<(String, Format)> = pack
            .documents
            .iter()
            .map(|made| (made.file.clone(), made.format))
            .collect();
        let pack = refused(pack, &Arc::new(vec![Diagnostic::error("x", "y")]));
        let refused: Vec<_> = pack
            .refused
            .iter()
            .map(|refused| (refused.file.clone(), refused.format))
            .collect();
        assert_eq!(refused, made);
        assert!(pack.documents.is_empty());
    }
}
