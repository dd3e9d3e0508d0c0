//! Text that lies over other text: words that cannot be read, though the file says them all.
//!
//! Each run is looked at as the line of type that it is: from a little below its baseline to a
//! little above the height of small letters, so that lines may be as close as type allows; and
//! as far across as both its ink and its advance reach, so that an italic may lean over its
//! neighbour and a space at the end of a line is not looked at.

use super::content::Run;
use crate::pdf::syntax::budget::Budget;

/// How far a line of type reaches below and above its baseline, in parts of its size.
const BAND: (f32, f32) = (-0.1, 0.7);

/// By how much two lines of type may meet, across and upwards, in parts of the smaller size.
const TOLERANCE: (f32, f32) = (0.08, 0.05);

/// The most overlaps of one page that are kept.
const LIMIT: usize = 20;

/// Overlaps are looked for until so many are found.
const MOST: usize = 10_000;

/// The band of a run that is compared.
struct Band {
    run: usize,
    left: f32,
    right: f32,
    bottom: f32,
    top: f32,
    size: f32,
}

/// The pairs of runs of a page of which one lies over the other, the earlier one first.
pub(crate) fn overlaps(runs: &[Run], budget: &Budget) -> Vec<(usize, usize)> {
    let band = |(at, run): (usize, &Run)| {
        let band = Band {
            run: at,
            left: run.bounds.left.max(run.advance.0),
            right: run.bounds.right.min(run.advance.1),
            bottom: run.y + BAND.0 * run.size,
            top: run.y + BAND.1 * run.size,
            size: run.size,
        };
        // The further glyphs of a replaced text are accents, and belong on it.
        (!run.text.is_empty() && band.left < band.right).then_some(band)
    };
    let mut bands: Vec<Band> = runs.iter().enumerate().filter_map(band).collect();
    bands.sort_unstable_by(|one, other| one.bottom.total_cmp(&other.bottom));
    let mut found = Vec::new();
    for (at, one) in bands.iter().enumerate() {
        let above = bands[at + 1..].iter();
        for other in above.take_while(|other| other.bottom < one.top) {
            if found.len() == MOST || !budget.steps(1) {
                break;
            }
            let size = one.size.min(other.size);
            let across = one.right.min(other.right) - one.left.max(other.left);
            let up = one.top.min(other.top) - other.bottom;
            if across > TOLERANCE.0 * size && up > TOLERANCE.1 * size {
                found.push((one.run.min(other.run), one.run.max(other.run)));
            }
        }
    }
    found.sort_unstable();
    found.truncate(LIMIT);
    found
}

#[cfg(test)]
mod tests {
    use crate::pdf::matrix::Rect;
    use crate::pdf::page::content::Run;
    use crate::pdf::page::marks::Belongs;
    use crate::pdf::syntax::budget::Budget;

    fn overlaps(runs: &[Run]) -> Vec<(usize, usize)> {
        super::overlaps(runs, &Budget::default())
    }

    /// A run of ten points: where it begins and ends, its baseline, and how far its ink leans out.
    fn run(text: &str, advance: (f32, f32), y: f32, lean: f32) -> Run {
        Run {
            belongs: Belongs::Nothing,
            text: text.to_owned(),
            y,
            size: 10.0,
            bounds: Rect::between((advance.0, y - 3.0), (advance.1 + lean, y + 9.0)),
            advance,
        }
    }

    #[test]
    fn words_over_words_are_found_and_close_lines_are_not() {
        let word = |left: f32, y: f32| run("Fractie", (left, left + 40.0), y, 0.0);
        // Side by side, leaning, line under line, raised.
        let leaning = run("of", (0.0, 10.0), 50.0, 3.0);
        let close = [
            leaning,
            word(10.0, 50.0),
            word(10.0, 39.0),
            run("1", (50.0, 54.0), 54.0, 0.0),
        ];
        assert_eq!(overlaps(&close), []);
        // Over each other, by half a word and by half a line.
        assert_eq!(overlaps(&[word(0.0, 50.0), word(20.0, 50.0)]), [(0, 1)]);
        assert_eq!(overlaps(&[word(0.0, 50.0), word(20.0, 45.0)]), [(0, 1)]);
        assert_eq!(
            overlaps(&[word(20.0, 54.0), word(90.0, 50.0), word(0.0, 50.0)]),
            [(0, 2)]
        );
        // An accent is part of the letter that it is set on.
        assert_eq!(
            overlaps(&[word(0.0, 50.0), run("", (10.0, 20.0), 50.0, 0.0)]),
            []
        );
        // A line that ends with a space may reach into the next column.
        let mut spaced = word(0.0, 50.0);
        spaced.advance.1 += 5.0;
        assert_eq!(overlaps(&[spaced, word(41.0, 50.0)]), []);
    }
}
