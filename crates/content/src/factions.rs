//! The factions of the councils, in the form in which a slot lists them.

use std::collections::BTreeMap;

/// The factions of each council in table order, with the line of the first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Factions(BTreeMap<String, (u64, String)>);

/// One faction in the text of a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FactionLine<'a> {
    /// Its name.
    pub name: &'a str,
    /// Number of seats, in digits; empty if the table gives none.
    pub seats: &'a str,
}

impl Factions {
    /// Collects the factions of each council by code: the table line of the first (from 1), and a
    /// text with one `name TAB seats` line for each faction.
    pub fn new(lists: BTreeMap<String, (u64, String)>) -> Self {
        Self(lists)
    }

    /// The factions of a council, one `name TAB seats` line each; empty if unknown.
    pub fn of(&self, code: &str) -> Option<&str> {
        self.0.get(code).map(|(_, list)| list.as_str())
    }

    /// The codes of the councils, each with the table line of its first faction, from 1.
    pub fn codes(&self) -> impl Iterator<Item = (&str, u64)> {
        self.0
            .iter()
            .map(|(code, (line, _))| (code.as_str(), *line))
    }

    /// Parses the text of a slot.
    pub fn lines(slot: &str) -> impl Iterator<Item = FactionLine<'_>> {
        slot.split('\n')
            .filter(|line| !line.is_empty())
            .map(|line| {
                let (name, seats) = line.split_once('\t').unwrap_or((line, ""));
                FactionLine { name, seats }
            })
    }
}
