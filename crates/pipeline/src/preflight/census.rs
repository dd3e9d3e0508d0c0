//! Statistics of the quick pass: files, distinct renderings, and groups of municipalities with the
//! same shapes, with a few of each for a sample.

use std::collections::{BTreeMap, HashSet};

use raadspost_content::{Fingerprint, PackDocument};
use serde::Serialize;

use crate::error::RunError;
use crate::freshness::{ShapeFingerprints, short};
use crate::plan::PackPlan;
use crate::preflight::survey::Tally;
use crate::render::Backends;

/// Maximum number of groups; further ones are counted together, since a campaign with overrides for
/// a thousand councils does not have a thousand kinds of pack.
const GROUPS: usize = 128;

/// Number of municipalities of each group in the sample.
pub(crate) const PER_GROUP: usize = 8;

/// Number of fingerprints in one block; growing a single list would copy it.
const CHUNK: usize = 1 << 16;

/// Number of municipalities that get a file, and for which it is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct FileCount {
    /// Selected documents that can be made.
    pub planned: u64,
    /// Selected documents that a rule refuses.
    pub refused: u64,
}

/// Municipalities whose documents have the same shapes.
pub(crate) struct Group {
    /// How many.
    pub(crate) packs: u64,
    /// Some of them, chosen by a digest of their codes, so that the sample is stable but not the
    /// first rows of the register.
    pub(crate) sample: BTreeMap<u64, Sample>,
    /// The one with the longest values.
    pub(crate) longest: Option<(usize, Sample)>,
}

/// A municipality to render in memory.
pub(crate) struct Sample {
    /// Its selected documents.
    pub(crate) documents: Vec<PackDocument>,
    /// The ids of the documents of each of its envelopes.
    pub(crate) envelopes: Vec<Vec<String>>,
}

/// The counts.
///
/// Takes 8 bytes for each document that shows a value of the register.
pub(crate) struct Census<'a> {
    backends: &'a Backends<'a>,
    shapes: ShapeFingerprints,
    /// By file name, as it is for all municipalities.
    pub(crate) files: BTreeMap<String, FileCount>,
    /// By the shapes of all documents.
    pub(crate) groups: BTreeMap<Fingerprint, Group>,
    prints: Vec<Vec<u64>>,
    common: HashSet<u64>,
    common_twice: HashSet<u64>,
}

impl<'a> Census<'a> {
    /// Nothing counted yet.
    pub(crate) fn new(backends: &'a Backends<'a>) -> Self {
        Self {
            backends,
            shapes: ShapeFingerprints::default(),
            files: BTreeMap::new(),
            groups: BTreeMap::new(),
            prints: Vec::new(),
            common: HashSet::new(),
            common_twice: HashSet::new(),
        }
    }
}

impl Tally for Census<'_> {
    fn add(&mut self, plan: &PackPlan) -> Result<(), RunError> {
        for refusal in plan.refused.iter().filter(|refusal| refusal.selected) {
            self.file(&refusal.pattern).refused += 1;
        }
        let mut shapes = Fingerprint::builder("group");
        let mut length = 0;
        let jobs: Vec<_> = plan.jobs.iter().filter(|job| job.selected).collect();
        for job in &jobs {
            let document = &job.document;
            self.file(&document.pattern).planned += 1;
            shapes.field(document.pattern.as_bytes());
            shapes.field(&self.shapes.get(&document.shape).0);
            let flat = document.values.flat();
            length += flat.iter().map(|text| text.len()).sum::<usize>();
            let backend = self.backends.fingerprints(document.format)?;
            let print =
                self.shapes
                    .job(document.format, &document.shape, &document.values, backend);
            self.note(short(&print.whole), flat.is_empty());
        }
        if jobs.is_empty() {
            return Ok(());
        }
        let key = shapes.finish();
        let key = if self.groups.contains_key(&key) || self.groups.len() < GROUPS {
            key
        } else {
            Fingerprint([0xff; 32])
        };
        let group = self.groups.entry(key).or_insert_with(|| Group {
            packs: 0,
            sample: BTreeMap::new(),
            longest: None,
        });
        group.packs += 1;
        let sample = || Sample {
            documents: jobs.iter().map(|job| job.document.clone()).collect(),
            envelopes: plan
                .envelopes
                .iter()
                .filter(|envelope| envelope.without.is_none())
                .map(|envelope| envelope.documents.clone())
                // Nothing of a held pack is posted.
                .filter(|documents| !documents.is_empty() && plan.refused.is_empty())
                .collect(),
        };
        let rank = short(&Fingerprint::of(plan.code.as_bytes()));
        let last = group.sample.last_key_value().map(|(rank, _)| *rank);
        if group.sample.len() < PER_GROUP || last.is_some_and(|last| rank < last) {
            group.sample.insert(rank, sample());
            if group.sample.len() > PER_GROUP {
                group.sample.pop_last();
            }
        }
        if group
            .longest
            .as_ref()
            .is_none_or(|(longest, _)| *longest < length)
        {
            group.longest = Some((length, sample()));
        }
        Ok(())
    }
}

impl Census<'_> {
    fn file(&mut self, name: &str) -> &mut FileCount {
        if !self.files.contains_key(name) {
            self.files.insert(name.to_owned(), FileCount::default());
        }
        self.files.entry(name.to_owned()).or_default()
    }

    fn note(&mut self, print: u64, common: bool) {
        if common {
            // Shared by all: few fingerprints, however long the register.
            if !self.common.insert(print) {
                self.common_twice.insert(print);
            }
            return;
        }
        match self.prints.last_mut() {
            Some(chunk) if chunk.len() < CHUNK => chunk.push(print),
            _ => {
                let mut chunk = Vec::with_capacity(CHUNK);
                chunk.push(print);
                self.prints.push(chunk);
            }
        }
    }

    /// The number of distinct renderings, and the fingerprints that occur more than once. Consumes
    /// the blocks.
    pub(crate) fn renderings(&mut self) -> (u64, HashSet<u64>) {
        let mut chunks = std::mem::take(&mut self.prints);
        for chunk in &mut chunks {
            chunk.sort_unstable();
        }
        let mut distinct = self.common.len() as u64;
        let mut repeated = std::mem::take(&mut self.common_twice);
        let mut heads: Vec<&[u64]> = chunks.iter().map(Vec::as_slice).collect();
        // Merges sorted blocks, of which there are at most about twenty.
        while let Some(least) = heads.iter().filter_map(|head| head.first()).min().copied() {
            let mut times = 0;
            for head in &mut heads {
                let same = head.iter().take_while(|print| **print == least).count();
                times += same;
                *head = &head[same..];
            }
            distinct += 1;
            if times > 1 {
                repeated.insert(least);
            }
        }
        (distinct, repeated)
    }
}
