//! The factions of the councils, as slots list them.

use std::collections::BTreeMap;

/// The factions of each council, in the order of the table, and the line of the first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Factions(BTreeMap<String, (u64, String)>);

/// A faction, as a slot that lists them says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FactionLine<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its seats, in digits; empty where the table does not say.
    pub seats: &'a str,
}

impl Factions {
    /// The factions of each council, by its code: the line of the table on which it is first, from
    /// 1, and a line for each faction, name and seats with a tab between them.
    pub fn new(lists: BTreeMap<String, (u64, String)>) -> Self {
        Self(lists)
    }

    /// The factions of a council, a line each, name and seats with a tab between them; none where
    /// they are not known.
    pub fn of(&self, code: &str) -> Option<&str> {
        self.0.get(code).map(|(_, list)| list.as_str())
    }

    /// The codes of the councils, each with the line on which it is first, from 1.
    pub fn codes(&self) -> impl Iterator<Item = (&str, u64)> {
        self.0
            .iter()
            .map(|(code, (line, _))| (code.as_str(), *line))
    }

    /// The factions that a slot lists.
    pub fn lines(slot: &str) -> impl Iterator<Item = FactionLine<'_>> {
        slot.split('\n')
            .filter(|line| !line.is_empty())
            .map(|line| {
                let (name, seats) = line.split_once('\t').unwrap_or((line, ""));
                FactionLine { name, seats }
            })
    }
}
