//! The words of the page, in the language of the files.

/// The words of a page.
pub(super) struct Words {
    /// Language tag of the page.
    pub(super) language: &'static str,
    pub(super) title: &'static str,
    pub(super) file: &'static str,
    pub(super) municipality: &'static str,
    pub(super) motion: &'static str,
    pub(super) state: &'static str,
    pub(super) filled: &'static str,
    pub(super) open: &'static str,
    pub(super) removed: &'static str,
    pub(super) changes: &'static str,
    pub(super) before: &'static str,
    pub(super) after: &'static str,
    pub(super) against_record: &'static str,
    pub(super) as_it_was: &'static str,
    /// Unreadable, untouched, filled in, changed.
    pub(super) states: [&'static str; 4],
}

const DUTCH: Words = Words {
    language: "nl",
    title: "Teruggekomen moties",
    file: "Bestand",
    municipality: "Gemeente",
    motion: "Motie",
    state: "Stand",
    filled: "Ingevuld",
    open: "Niet ingevuld",
    removed: "Verwijderd",
    changes: "Gewijzigd",
    before: "was",
    after: "is",
    against_record: "Vergeleken met de gegevens in het bestand zelf: titel en teksten, zonder tabellen.",
    as_it_was: "De tekst is zoals hij was.",
    states: ["niet te lezen", "onaangeroerd", "ingevuld", "gewijzigd"],
};

const ENGLISH: Words = Words {
    language: "en",
    title: "Motions that came back",
    file: "File",
    municipality: "Municipality",
    motion: "Motion",
    state: "State",
    filled: "Filled in",
    open: "Not filled in",
    removed: "Removed",
    changes: "Changed",
    before: "was",
    after: "is",
    against_record: "Compared with the record in the file itself: title and texts, without tables.",
    as_it_was: "The text is unchanged.",
    states: ["unreadable", "untouched", "filled in", "changed"],
};

/// The words in a language; those who read Frisian read Dutch.
pub(super) fn of(language: Option<&str>) -> &'static Words {
    let primary = language.and_then(|tag| tag.split('-').next());
    match primary {
        Some("nl" | "fy") => &DUTCH,
        _ => &ENGLISH,
    }
}
