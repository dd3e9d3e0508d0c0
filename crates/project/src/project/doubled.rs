//! Duplicate codes in the register: all rows of such a code are refused, because it is unknown
//! which of them is meant.

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use raadspost_campaign::{Municipality, RefusedRow};
use raadspost_content::{Diagnostic, Diagnostics, Place};

use super::Rows;

/// Maximum number of lines listed for a code.
const LINES_NAMED: usize = 10;

/// The codes of a register, as hashes of 8 bytes per row, so that a register may have any size.
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

    /// Whether two codes have the same hash.
    pub(super) fn may_be_doubled(&mut self) -> bool {
        self.hashes.sort_unstable();
        self.hashes.windows(2).any(|pair| pair[0] == pair[1])
    }

    /// The codes that occur on several lines. Equal hashes prove nothing, so the rows are read
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

/// Duplicate codes, each with the mistake that all its rows share.
#[derive(Debug, Default)]
pub(super) struct Doubled {
    reasons: BTreeMap<String, Arc<Diagnostics>>,
}

impl Doubled {
    /// The row unchanged, or refused if its code is duplicate, with earlier reasons added.
    pub(super) fn refuse(
        &self,
        row: Result<Municipality, RefusedRow>,
    ) -> Result<Municipality, RefusedRow> {
        let code = match &row {
            Ok(municipality) => municipality.code(),
            Err(row) => &row.code,
        };
        let Some(reasons) = self.reasons.get(&folded(code)) else {
            return row;
        };
        let mut refused = row.map_or_else(
            |refused| refused,
            |municipality| municipality.refused(Diagnostics::new()),
        );
        refused.diagnostics.splice(0..0, reasons.iter().cloned());
        Err(refused)
    }
}

/// One mistake for all rows of a code, located at the first.
fn mistake(register: &str, code: &str, lines: &[u64]) -> Diagnostic {
    let mut named: Vec<String> = lines.iter().take(LINES_NAMED).map(u64::to_string).collect();
    if lines.len() > named.len() {
        named.push(format!("and {} more", lines.len() - named.len()));
    }
    let message = format!("the code occurs on several lines: {}", named.join(", "));
    let place = Place::Row {
        file: register.to_owned(),
        line: lines.first().copied().unwrap_or(0),
        code: Some(code.to_owned()),
        column: None,
        shown: None,
        sheet: None,
    };
    Diagnostic::error("doubled-code", message)
        .at(place)
        .hint("give each municipality its own code; case is ignored")
}

/// `GM1` and `gm1` name the same folder on case-insensitive file systems.
fn folded(code: &str) -> String {
    code.to_ascii_lowercase()
}

fn hash(code: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    code.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
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

    /// Rows that are not selected are expected too, since it is unknown which row is meant.
    #[test]
    fn all_rows_of_a_code_are_refused_with_every_document() {
        let folder = tempfile::tempdir().unwrap();
        let write =
            |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write(
            "campaign.yaml",
            "raadspost: 1\nid: x\ntitle: X\nlanguage: nl-NL\ndate: 2026-03-02\n\
             sender: { name: A }\nregister: { file: r.csv }\ntexts: { t: { body: T } }\n\
             documents:\n  - { id: d, title: D, formats: [pdf, docx], parts: [{ text: t }], \
             when: municipality.name == \"Aa\" }\n",
        );
        write("r.csv", "code,name\nA1,Aa\nC1,Cc\nc1,Cd\nB1,Bb\n");
        let campaign = CampaignFile::at(&folder.path().join("campaign.yaml")).unwrap();
        let project = Project::load(campaign, &OpenOptions::default()).unwrap();
        let told: Vec<_> = project
            .packs()
            .unwrap()
            .map(|one| {
                (
                    one.row_refused,
                    one.pack.documents.len(),
                    one.pack.refused.len(),
                )
            })
            .collect();
        assert_eq!(
            told,
            [(false, 2, 0), (true, 0, 2), (true, 0, 2), (false, 0, 0)]
        );
    }
}
