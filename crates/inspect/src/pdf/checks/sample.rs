//! Which files are compared with their pixels: the first page of each distinct layout, and a
//! sample of all files that depends on the seed and on the document, and on nothing else.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use raadspost_content::{Fingerprint, PixelRecord, Shape, Values};

use super::Finished;

/// The layouts that were met in a run.
#[derive(Default)]
pub(crate) struct Layouts(Mutex<HashSet<Fingerprint>>);

impl Layouts {
    /// The pages of a file that are to be compared.
    pub(crate) fn pages(
        &self,
        sample: PixelRecord,
        finished: &Finished<'_>,
        shape: &Shape,
        values: &Values,
    ) -> Vec<usize> {
        if sample.one_in == 0 {
            return Vec::new();
        }
        let pages = finished.file.pages.len();
        // One page of it, which the same key chooses.
        if let Some(key) = taken(sample, shape, values) {
            return vec![key as usize % pages.max(1)];
        }
        // Two files are laid out alike that are the same document in the same language, with as
        // many pages and the same headings, paragraphs and items.
        let mut builder = Fingerprint::builder("layout");
        builder
            .field(shape.document.as_bytes())
            .field(shape.language.as_bytes())
            .field(&pages.to_le_bytes());
        for line in &finished.tree.lines {
            builder.field(line.role.to_string().as_bytes());
        }
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.insert(builder.finish()) {
            vec![0]
        } else {
            Vec::new()
        }
    }
}

/// A number that chooses within a document of the sample; `None` if it is not in the sample.
fn taken(sample: PixelRecord, shape: &Shape, values: &Values) -> Option<u32> {
    let key = Fingerprint::builder("pixels")
        .field(&sample.seed.to_le_bytes())
        .field(shape.document.as_bytes())
        .field(shape.language.as_bytes())
        .field(&values.fingerprint().0)
        .finish();
    let [a, b, c, d, ..] = key.0;
    let number = u32::from_le_bytes([a, b, c, d]);
    (number % sample.one_in == 0).then_some(number / sample.one_in)
}

#[cfg(test)]
mod tests {
    use raadspost_content::{Body, PixelRecord, Shape, Values};

    use super::taken;

    #[test]
    fn the_sample_follows_seed_and_document() {
        let shape = Shape {
            document: "brief".into(),
            language: "nl-NL".into(),
            title: Vec::new(),
            author: String::new(),
            date: (2023, 2, 9),
            body: Body::Collection(Vec::new()),
            footnotes: Vec::new(),
            words: raadspost_content::DocumentWords::default(),
            slots: 1,
            reference: None,
        };
        let all = |seed: u32| -> Vec<usize> {
            let sample = PixelRecord { seed, one_in: 100 };
            let values = |at: usize| Values {
                slots: vec![at.to_string()],
                members: Vec::new(),
            };
            (0..10_000)
                .filter(|at| taken(sample, &shape, &values(*at)).is_some())
                .collect()
        };
        let (one, other) = (all(1), all(2));
        assert!((60..140).contains(&one.len()), "{}", one.len());
        assert_eq!(one, all(1));
        assert_ne!(one, other);
    }
}
