//! Sheets: the page on each side. Each letter begins on the front of a sheet, and so does a document
//! on other paper.

use std::ops::Range;

use crate::profile::{Plex, PrintProfile, StapleSets};

use crate::letters::letter::{Letter, LetterFile, files_of};
use crate::sizes::A4;

/// The content of one side of a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// A page: the letter's file, and its page there, both from 0.
    Page(usize, usize),
    /// Nothing, so that what follows begins on a front.
    Blank,
}

/// The sides of a letter's sheets in the order in which they are printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sheets {
    /// All sides; in duplex two for each sheet.
    pub(crate) sides: Vec<Side>,
    /// The number of sheets.
    pub(crate) count: u32,
    /// Index of the first side on other paper.
    pub(crate) annexes_at: Option<usize>,
    /// The sides of each set that is held together.
    pub(crate) sets: Vec<Range<usize>>,
}

impl Sheets {
    /// Puts a letter on sheets.
    pub(crate) fn of(letter: &Letter, profile: &PrintProfile) -> Self {
        Self::of_files(&letter.files, profile)
    }

    fn of_files(files: &[LetterFile], profile: &PrintProfile) -> Self {
        let per_sheet = profile.plex.sides() as usize;
        let by_documents = profile
            .staple
            .is_some_and(|staple| staple.sets == StapleSets::Documents);
        let mut sides = Vec::new();
        let mut annexes_at = None;
        let mut begins = vec![0];
        for (at, file) in files.iter().enumerate() {
            // Without other paper or staples a document may begin on a back, as in the collection.
            if profile.parts_documents() {
                fill(&mut sides, per_sheet);
                if at == 1 && profile.annexes.is_some() {
                    annexes_at = Some(sides.len());
                }
                if at > 0 && by_documents {
                    begins.push(sides.len());
                }
            }
            sides.extend((0..file.pages as usize).map(|page| Side::Page(at, page)));
        }
        fill(&mut sides, per_sheet);
        let count = u32::try_from(sides.len() / per_sheet).unwrap_or(u32::MAX);
        let ends = begins.iter().skip(1).copied().chain([sides.len()]);
        let sets = begins.iter().copied().zip(ends);
        Self {
            count,
            annexes_at,
            sets: sets.map(|(begin, end)| begin..end).collect(),
            sides,
        }
    }

    /// The sets that are stapled, by their sides: those with more than one sheet, and no more than a
    /// staple holds.
    pub(crate) fn stapled(&self, profile: &PrintProfile) -> Vec<Range<usize>> {
        let per_sheet = profile.plex.sides() as usize;
        let Some(staple) = profile.staple else {
            return Vec::new();
        };
        let holds =
            |set: &&Range<usize>| (2..=staple.sheets as usize).contains(&(set.len() / per_sheet));
        self.sets.iter().filter(holds).cloned().collect()
    }

    /// The parts of a letter that a press treats as one: sides on one paper and in one set.
    pub(crate) fn parts(&self, profile: &PrintProfile) -> Vec<SheetPart> {
        let stapled = self.stapled(profile);
        let mut parts = Vec::new();
        for set in &self.sets {
            let staple = stapled.iter().position(|one| one == set).map(|at| at + 1);
            let border = self
                .annexes_at
                .filter(|at| set.start < *at && *at < set.end);
            let ends = border.into_iter().chain([set.end]);
            let mut begin = set.start;
            for end in ends {
                parts.push(SheetPart {
                    sides: begin..end,
                    is_annex: self.annexes_at.is_some_and(|at| begin >= at),
                    staple,
                });
                begin = end;
            }
        }
        parts
    }

    /// The number of blank sides.
    pub(crate) fn blanks(&self) -> u32 {
        let blank = self.sides.iter().filter(|side| **side == Side::Blank);
        u32::try_from(blank.count()).unwrap_or(u32::MAX)
    }

    /// The number of sheets on the paper of annexes.
    pub(crate) fn annexes(&self, profile: &PrintProfile) -> u32 {
        let per_sheet = profile.plex.sides() as usize;
        let sides = self.annexes_at.map_or(0, |at| self.sides.len() - at);
        u32::try_from(sides / per_sheet).unwrap_or(u32::MAX)
    }

    /// The weight with the envelope, in g.
    pub(crate) fn grams(&self, profile: &PrintProfile) -> f64 {
        let area = A4.0 * A4.1 / 1_000_000.0;
        let annexes = self.annexes(profile);
        let others = self.count - annexes;
        let annex_grams = profile
            .annexes
            .as_ref()
            .map_or(profile.paper.grams, |paper| paper.grams);
        area * (f64::from(others) * profile.paper.grams + f64::from(annexes) * annex_grams)
            + profile.envelope_grams
    }
}

/// Sides of a letter on one paper and in one set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SheetPart {
    /// The sides.
    pub(crate) sides: Range<usize>,
    /// Whether they are on the paper of annexes.
    pub(crate) is_annex: bool,
    /// The number of their staple in the letter, from 1; `None` if they are not stapled.
    pub(crate) staple: Option<usize>,
}

/// The sheets and the weight of a letter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weight {
    /// Sheets of paper.
    pub sheets: u32,
    /// Weight with the envelope, g.
    pub grams: f64,
}

/// The weight of a letter before it is made; `pages` are those of each of its files.
pub fn weigh(profile: &PrintProfile, pages: &[u32]) -> Weight {
    let sheets = Sheets::of_files(&files_of(pages), profile);
    Weight {
        sheets: sheets.count,
        grams: sheets.grams(profile),
    }
}

/// Fills up the last sheet.
fn fill(sides: &mut Vec<Side>, per_sheet: usize) {
    while !sides.len().is_multiple_of(per_sheet) {
        sides.push(Side::Blank);
    }
}

/// The sheet of a side, from 0, and whether the side is its front.
pub(crate) fn sheet_of(side: usize, plex: Plex) -> (usize, bool) {
    let per_sheet = plex.sides() as usize;
    (side / per_sheet, side.is_multiple_of(per_sheet))
}

#[cfg(test)]
mod tests {
    use crate::profile::Staple;

    use super::*;
    use crate::letters::letter::sample as letter;
    use crate::profile::sample;

    #[test]
    fn a_letter_is_weighed_before_it_is_made() {
        let profile = sample("duplex");
        let weight = weigh(&profile, &[5]);
        assert_eq!(weight.sheets, 3);
        // ISO 216 A4 at 80 g/m²: 4.99 g a sheet.
        assert!((weight.grams - profile.envelope_grams - 3.0 * 4.9896).abs() < 1e-9);
    }

    #[test]
    fn every_letter_fills_its_last_sheet() {
        let profile = sample("duplex");
        let sheets = Sheets::of(&letter("A", &[3]), &profile);
        assert_eq!((sheets.count, sheets.blanks()), (2, 1));
        assert_eq!(sheets.sides[3], Side::Blank);
        // Two sheets of 80 g/m²: 2 × 0.06237 m² × 80.
        assert!((sheets.grams(&profile) - 9.9792).abs() < 1e-9);
        let sheets = Sheets::of(&letter("A", &[4]), &profile);
        assert_eq!((sheets.count, sheets.blanks()), (2, 0));
    }

    #[test]
    fn a_staple_holds_the_letter_or_each_document() {
        let mut profile = sample("duplex");
        profile.staple = Some(Staple {
            sheets: 3,
            sets: StapleSets::Letter,
        });
        let whole = Sheets::of(&letter("A", &[3, 3]), &profile);
        let stapled = whole.stapled(&profile);
        assert_eq!((whole.count, stapled.len(), &stapled[0]), (3, 1, &(0..6)));
        profile.staple = Some(Staple {
            sheets: 3,
            sets: StapleSets::Documents,
        });
        // A set of one sheet needs no staple, and one of four is too thick.
        let parts = whole.parts(&profile);
        assert_eq!((parts.len(), parts[0].staple), (1, Some(1)));
        profile.annexes = Some(profile.paper.clone());
        profile.staple = Some(Staple {
            sheets: 4,
            sets: StapleSets::Letter,
        });
        // One staple through two papers.
        let two = Sheets::of(&letter("A", &[3, 3]), &profile).parts(&profile);
        let kinds: Vec<_> = two
            .iter()
            .map(|part| (part.is_annex, part.staple))
            .collect();
        assert_eq!(kinds, [(false, Some(1)), (true, Some(1))]);
        assert_eq!((two[0].sides.clone(), two[1].sides.clone()), (0..4, 4..8));
        profile.annexes = None;
        profile.staple = Some(Staple {
            sheets: 3,
            sets: StapleSets::Documents,
        });
        let apart = Sheets::of(&letter("A", &[3, 1, 4, 7]), &profile);
        let staples: Vec<_> = apart
            .parts(&profile)
            .iter()
            .map(|part| part.staple)
            .collect();
        assert_eq!(staples, [Some(1), None, Some(2), None]);
        assert_eq!(apart.sets, [0..4, 4..6, 6..10, 10..18]);
        assert_eq!(apart.stapled(&profile), [0..4, 6..10]);
        assert_eq!((apart.blanks(), apart.annexes_at), (3, None));
    }

    #[test]
    fn other_paper_begins_on_a_sheet_of_its_own() {
        let mut profile = sample("duplex");
        let plain = Sheets::of(&letter("A", &[1, 2]), &profile);
        assert_eq!((plain.count, plain.annexes_at), (2, None));
        profile.annexes = Some(crate::profile::Paper {
            grams: 160.0,
            ..profile.paper.clone()
        });
        let sheets = Sheets::of(&letter("A", &[1, 2]), &profile);
        assert_eq!(
            (sheets.count, sheets.blanks(), sheets.annexes_at),
            (2, 1, Some(2))
        );
        assert!((sheets.grams(&profile) - 0.06237 * 240.0).abs() < 1e-9);
        profile.plex = Plex::Simplex;
        let sheets = Sheets::of(&letter("A", &[1, 2]), &profile);
        assert_eq!(
            (sheets.count, sheets.blanks(), sheets.annexes_at),
            (3, 0, Some(1))
        );
    }
}
