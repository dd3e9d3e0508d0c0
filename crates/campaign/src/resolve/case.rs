//! The data of one municipality that determines a shape.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use raadspost_content::{Conventions, Envelope, LanguageTag, Picture};
use raadspost_yaml::Text;

use crate::address::{AddressFacts, Addresses};
use crate::ast::{CampaignDraft, ConditionId, Piece};
use crate::condition::Truth;

/// The data of a municipality, besides conditions, that determines a shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Facts {
    /// What of the postal address decides its lines.
    pub(crate) address: AddressFacts,
    /// The council's factions are known, and the campaign uses them.
    pub(crate) factions: bool,
}

/// The results of the conditions for one municipality, with a record of those evaluated.
///
/// **Invariant:** a shape depends on conditions only through [`Self::ask`], so it depends on no
/// others than those recorded.
pub(crate) struct Truths<'a> {
    all: &'a [Truth],
    asked: RefCell<BTreeSet<ConditionId>>,
}

impl<'a> Truths<'a> {
    /// Nothing asked yet.
    pub(crate) fn new(all: &'a [Truth]) -> Self {
        Self {
            all,
            asked: RefCell::default(),
        }
    }

    /// The result of a condition.
    pub(crate) fn ask(&self, condition: ConditionId) -> Option<&'a Truth> {
        self.asked.borrow_mut().insert(condition);
        self.all.get(condition)
    }

    /// The conditions that were asked.
    pub(crate) fn into_asked(self) -> BTreeSet<ConditionId> {
        self.asked.into_inner()
    }
}

/// Everything that decides a shape.
#[derive(Clone, Copy)]
pub(crate) struct Case<'a> {
    pub(crate) draft: &'a CampaignDraft,
    pub(crate) truths: &'a Truths<'a>,
    pub(crate) overrides: Option<&'a [(Text, Vec<Piece>)]>,
    /// The envelopes of the draft's rules, followed by the default.
    pub(crate) envelopes: &'a [Arc<Envelope>],
    /// The forms of addresses.
    pub(crate) addresses: &'a Addresses,
    /// The pictures of the draft.
    pub(crate) pictures: &'a [Arc<Picture>],
    pub(crate) facts: Facts,
    /// The Word file of the council's house style, or the campaign's.
    pub(crate) reference: Option<&'a str>,
    /// The document's language here.
    pub(crate) language: &'a LanguageTag,
    /// The conventions of that language; `None` before it is determined.
    pub(crate) conventions: Option<&'a Conventions>,
    /// The documents whose `when` is true but whose parts show nothing, by index in the draft; used
    /// for the enclosures of a letter.
    pub(crate) absent: &'a [usize],
}
