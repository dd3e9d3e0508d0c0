//! The ways in which sets of sheets are produced: on which paper, and whether stapled. Document parts
//! and the XJDF ticket name them alike, so that a press finds the paper and the staple of each set.

/// The way in which a set of sheets is produced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Production {
    /// Whether it is on the paper of annexes.
    pub(crate) is_annex: bool,
    /// Whether it is stapled.
    pub(crate) is_stapled: bool,
}

impl Production {
    /// Its name, which is a name of PDF and an NMTOKEN of XML.
    pub(crate) fn name(self) -> &'static str {
        match (self.is_annex, self.is_stapled) {
            (false, false) => "letter",
            (false, true) => "letter-stapled",
            (true, false) => "annex",
            (true, true) => "annex-stapled",
        }
    }
}
