//! What the letters of a job have in common, learnt from some of them.

use std::fs;

use crate::letters::run::{Location, Run};
use crate::pdf::import::{ColourRules, Source};
use crate::pdf::page::segment_keys;
use crate::pdf::plates::{Learner, Plates};
use crate::pdf::read::load;

/// Letters that are looked at, at most: what one in thirty has is found, and a job of any size begins
/// at once.
const SAMPLE: usize = 64;

/// The letters to look at, spread evenly over all of a job. They do not depend on the pieces that are
/// asked for, so that a letter has the same content each time it is printed.
pub(crate) fn sample<T: Copy>(letters: impl ExactSizeIterator<Item = T>) -> Vec<T> {
    let step = letters.len().div_ceil(SAMPLE).max(1);
    letters.step_by(step).collect()
}

/// The forms of a job. A letter that cannot be read is left out here, and reported once it is printed.
pub(crate) fn learn(run: &Run, sample: &[Location], rules: ColourRules) -> Plates {
    let mut learner = Learner::default();
    for (number, location) in sample.iter().enumerate() {
        let Ok(letter) = run.letter(*location) else {
            continue;
        };
        for file in &letter.files {
            let Ok(path) = run.folder.document(&file.path) else {
                continue;
            };
            let Some(document) = fs::read(&path)
                .ok()
                .and_then(|bytes| load(&bytes, &path).ok())
            else {
                continue;
            };
            let mut source = Source::new(&document, &path);
            for page in document.get_pages().into_values() {
                if let Some(keys) = segment_keys(&mut source, page, rules) {
                    learner.page(number, &keys);
                }
            }
        }
    }
    learner.plates()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_spread_over_the_job() {
        assert_eq!(sample([7, 8, 9].into_iter()), [7, 8, 9]);
        let of_many = sample((0..100_000).collect::<Vec<_>>().into_iter());
        assert_eq!((of_many.len(), of_many[0]), (SAMPLE, 0));
        assert!(of_many[SAMPLE - 1] > 98_000);
        assert_eq!(sample(0..65).len(), 33);
    }
}
