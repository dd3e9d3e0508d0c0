//! Recognises the format of the numbers or dates of a column from all its cells.

/// Statistics of the cells of a column for each of `N` formats.
#[derive(Debug)]
pub(crate) struct Recognition<V, const N: usize> {
    /// How many cells each format reads.
    fits: [u64; N],
    /// The first cell that two formats read differently, possibly not at all.
    differs: [[Option<Seen<V, N>>; N]; N],
    /// The first cell that each format reads and that is not in the plain form.
    examples: [Option<(String, V)>; N],
}

/// A cell of a column, and its value in each format.
#[derive(Debug, Clone)]
pub(crate) struct Seen<V, const N: usize> {
    /// The line on which its row begins, from 1.
    pub(crate) line: u64,
    /// The code of its row.
    pub(crate) code: String,
    /// The cell.
    pub(crate) cell: String,
    /// Its values.
    pub(crate) values: [Option<V>; N],
}

/// The result for a column.
#[derive(Debug)]
pub(crate) enum Recognised<V, const N: usize> {
    /// The index of the format, and a cell not in the plain form with its value.
    Format(usize, Option<(String, V)>),
    /// Formats that read equally many cells read this one differently.
    Unclear(Box<Seen<V, N>>),
}

impl<V: Copy + PartialEq, const N: usize> Recognition<V, N> {
    pub(crate) fn new() -> Self {
        Self {
            fits: [0; N],
            differs: std::array::from_fn(|_| std::array::from_fn(|_| None)),
            examples: std::array::from_fn(|_| None),
        }
    }

    /// Counts a cell that every format reads alike.
    pub(crate) fn add_plain(&mut self) {
        self.fits.iter_mut().for_each(|fits| *fits += 1);
    }

    /// Counts a cell; one that no format reads is a mistake of its row and is ignored here.
    pub(crate) fn add(&mut self, values: [Option<V>; N], line: u64, code: &str, cell: &str) {
        for (at, value) in values.iter().enumerate() {
            let Some(value) = value else { continue };
            self.fits[at] += 1;
            if self.examples[at].is_none() {
                self.examples[at] = Some((cell.to_owned(), *value));
            }
        }
        for first in 0..N {
            for second in first + 1..N {
                if values[first] != values[second] && self.differs[first][second].is_none() {
                    self.differs[first][second] = Some(Seen {
                        line,
                        code: code.to_owned(),
                        cell: cell.to_owned(),
                        values,
                    });
                }
            }
        }
    }

    /// The format that reads the most cells; ambiguous if several do and do not read all cells
    /// alike.
    pub(crate) fn conclude(mut self) -> Recognised<V, N> {
        let most = self.fits.iter().copied().max().unwrap_or(0);
        let best: Vec<usize> = (0..N).filter(|at| self.fits[*at] == most).collect();
        let mut unclear: Option<&Seen<V, N>> = None;
        for (at, first) in best.iter().enumerate() {
            for second in &best[at + 1..] {
                if let Some(seen) = &self.differs[*first][*second]
                    && unclear.is_none_or(|unclear| seen.line < unclear.line)
                {
                    unclear = Some(seen);
                }
            }
        }
        match unclear {
            Some(seen) => Recognised::Unclear(Box::new(seen.clone())),
            None => {
                let chosen = best.first().copied().unwrap_or(0);
                Recognised::Format(chosen, self.examples[chosen].take())
            }
        }
    }
}
