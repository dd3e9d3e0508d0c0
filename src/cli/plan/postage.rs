//! What the letters weigh, by the weight steps of the post.

use std::collections::BTreeMap;

use raadspost_pipeline::{Estimate, LetterPages};
use raadspost_print::{PrintProfile, Weight, weigh};
use serde::Serialize;

/// Upper ends of the weight steps of letters in the Netherlands, in g, if the printer states none.
const STEPS: [f64; 5] = [20.0, 50.0, 100.0, 350.0, 2000.0];

/// Letters of one weight step.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Postage {
    /// Upper end of the step, in g; `None` for letters heavier than all steps.
    pub(super) up_to_grams: Option<f64>,
    pub(super) letters: u64,
    pub(super) sheets: u64,
    pub(super) lightest_grams: f64,
    pub(super) heaviest_grams: f64,
}

/// A letter with the longest values of its kind.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Longest {
    pub(super) pages: u32,
    pub(super) sheets: u32,
    pub(super) grams: f64,
}

/// Pages of the files of a letter on the paper of this printer.
fn pages<'a>(letter: &'a LetterPages, paper: &PrintProfile) -> &'a [u32] {
    if paper.annexes.is_some() {
        &letter.apart
    } else {
        &letter.together
    }
}

/// Letters by weight step of the printer, lightest first.
pub(super) fn postage(estimate: &Estimate, paper: &PrintProfile) -> Vec<Postage> {
    let steps = if paper.weight_steps.is_empty() {
        STEPS.as_slice()
    } else {
        paper.weight_steps.as_slice()
    };
    let mut all: BTreeMap<usize, Postage> = BTreeMap::new();
    for letter in &estimate.letters {
        let Weight { sheets, grams } = weigh(paper, pages(&letter.pages, paper));
        let at = steps.partition_point(|end| *end < grams);
        let step = all.entry(at).or_insert(Postage {
            up_to_grams: steps.get(at).copied(),
            letters: 0,
            sheets: 0,
            lightest_grams: grams,
            heaviest_grams: grams,
        });
        step.letters += letter.packs;
        step.sheets += letter.packs * u64::from(sheets);
        step.lightest_grams = step.lightest_grams.min(grams);
        step.heaviest_grams = step.heaviest_grams.max(grams);
    }
    all.into_values().collect()
}

/// The letters with the longest values, if they exceed those of the sample.
pub(super) fn longest(estimate: &Estimate, paper: &PrintProfile) -> Vec<Longest> {
    let of = |letter| {
        let pages: &[u32] = pages(letter, paper);
        let Weight { sheets, grams } = weigh(paper, pages);
        Longest {
            pages: pages.iter().sum(),
            sheets,
            grams,
        }
    };
    estimate.longest.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use raadspost_content::Source;
    use raadspost_pipeline::LetterCount;
    use raadspost_project::embedded;

    use super::*;

    fn printer(name: &str) -> PrintProfile {
        let text = embedded::get(&format!("content/printers/{name}.yaml")).unwrap();
        let text = String::from_utf8(text.to_vec()).unwrap();
        PrintProfile::load(&Source::new(name, text), "en").unwrap()
    }

    fn estimate(letters: &[(u32, u64)]) -> Estimate {
        let pages = |pages| LetterPages {
            together: vec![pages],
            apart: vec![1, pages - 1],
        };
        Estimate {
            basis: String::new(),
            sampled_packs: 1,
            failed: 0,
            pages: 0,
            bytes: 0,
            disk_bytes: 0,
            cpu_seconds: 0.0,
            seconds: 0.0,
            letters: letters
                .iter()
                .map(|(count, packs)| LetterCount {
                    pages: pages(*count),
                    packs: *packs,
                })
                .collect(),
            longest: vec![pages(9)],
        }
    }

    #[test]
    fn letters_fall_into_the_steps_of_the_post() {
        let steps = postage(
            &estimate(&[(5, 300), (7, 40), (8, 2)]),
            &printer("inserter"),
        );
        // 3 sheets of 4.99 g and an envelope of 6.5 g exceed 20 g.
        let told: Vec<_> = steps
            .iter()
            .map(|step| (step.up_to_grams, step.letters, step.sheets))
            .collect();
        assert_eq!(told, [(Some(50.0), 342, 300 * 3 + 42 * 4)]);
        assert_eq!(
            (steps[0].lightest_grams, steps[0].heaviest_grams),
            (21.4688, 26.4584)
        );
        assert_eq!(longest(&estimate(&[]), &printer("inserter"))[0].pages, 9);
    }

    #[test]
    fn where_annexes_go_on_other_paper_they_begin_on_a_sheet() {
        let steps = postage(&estimate(&[(4, 1)]), &printer("office"));
        // One page of letter and three of annexes: 1 + 2 sheets, or more if printed on one side.
        assert!(steps[0].sheets >= 3, "{steps:?}");
    }
}
