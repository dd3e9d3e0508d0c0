//! A table by the codes of a font: fonts that keep the numbers of a larger one use few codes of
//! thousands, so the entries lie dense and an index of two bytes a code leads to them.

/// Something for some of the codes from 0 to 65,535.
#[derive(Debug, Clone)]
pub(crate) struct Table<T> {
    /// One more than where the entry of each code lies; 0 where it has none.
    index: Vec<u16>,
    entries: Vec<T>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self {
            index: Vec::new(),
            entries: Vec::new(),
        }
    }
}

impl<T> Table<T> {
    /// The entry of a code.
    pub(crate) fn get(&self, code: u32) -> Option<&T> {
        let at = self.index.get(code as usize)?;
        self.entries.get(usize::from(at.checked_sub(1)?))
    }

    /// Sets the entry of a code; codes of more than two bytes, and the last that no index reaches,
    /// have none.
    pub(crate) fn set(&mut self, code: u32, entry: T) {
        let Ok(code) = u16::try_from(code) else {
            return;
        };
        let at = usize::from(code);
        if self.index.len() <= at {
            self.index.resize(at + 1, 0);
        }
        match self.index[at] {
            0 => {
                let Ok(next) = u16::try_from(self.entries.len() + 1) else {
                    return;
                };
                self.index[at] = next;
                self.entries.push(entry);
            }
            known => self.entries[usize::from(known) - 1] = entry,
        }
    }

    /// Codes with their entries, by code.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        let codes = self.index.iter().zip(0_u32..).filter(|(at, _)| **at > 0);
        codes.map(|(at, code)| (code, &self.entries[usize::from(*at) - 1]))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// About how many bytes it takes in memory, what its entries point to aside.
    pub(crate) fn weight(&self) -> usize {
        self.index.len() * 2 + self.entries.len() * size_of::<T>()
    }
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn keeps_the_last_entry_of_each_code() {
        let mut table = Table::default();
        for (code, entry) in [(300, 'a'), (2, 'b'), (300, 'c'), (70_000, 'd')] {
            table.set(code, entry);
        }
        let found: Vec<_> = table.iter().map(|(code, entry)| (code, *entry)).collect();
        assert_eq!(found, [(2, 'b'), (300, 'c')]);
        assert_eq!(table.get(300), Some(&'c'));
        assert_eq!(
            (table.get(3), table.get(301), table.get(70_000)),
            (None, None, None)
        );
    }

    #[test]
    fn the_last_of_all_codes_finds_no_place() {
        let mut table = Table::default();
        (0..=u32::from(u16::MAX)).for_each(|code| table.set(code, code));
        assert_eq!(table.get(65_534), Some(&65_534));
        assert_eq!(table.get(65_535), None);
    }
}
