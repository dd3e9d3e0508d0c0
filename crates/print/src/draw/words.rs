//! The words of job tickets and slip sheets, in the language of the campaign: who prints and posts
//! by hand is most often who wrote the letters. One table; a language without a row reads Dutch.

/// The words in one language. `{1}`, `{2}` and so on are filled in.
#[derive(Debug)]
pub(crate) struct Words {
    /// Primary language subtag.
    language: &'static str,
    pub(crate) slip_title: &'static str,
    pub(crate) ticket_title: &'static str,
    pub(crate) job: &'static str,
    pub(crate) file: &'static str,
    pub(crate) group: &'static str,
    pub(crate) sequence: &'static str,
    pub(crate) letters: &'static str,
    pub(crate) sheets: &'static str,
    pub(crate) pages: &'static str,
    pub(crate) size: &'static str,
    pub(crate) printer: &'static str,
    pub(crate) notes: &'static str,
    pub(crate) plex: &'static str,
    pub(crate) simplex: &'static str,
    pub(crate) duplex: &'static str,
    pub(crate) format: &'static str,
    pub(crate) a4: &'static str,
    pub(crate) paper: &'static str,
    /// After name and weight of the paper: the tray.
    pub(crate) tray: &'static str,
    pub(crate) annexes: &'static str,
    /// After the paper of annexes.
    pub(crate) annexes_where: &'static str,
    pub(crate) staple: &'static str,
    pub(crate) staple_letter: &'static str,
    pub(crate) staple_documents: &'static str,
    pub(crate) marks: &'static str,
    pub(crate) datamatrix: &'static str,
    pub(crate) omr: &'static str,
    /// Left, top and step, mm.
    pub(crate) mark_place: &'static str,
    pub(crate) bleed: &'static str,
    pub(crate) trimmed: &'static str,
    /// Printed, refused, unchanged, in other pieces, for none, not made, all.
    pub(crate) letter_sums: &'static str,
    /// The envelopes of each row.
    pub(crate) envelopes: &'static str,
    /// Letters that are not printed.
    pub(crate) not_printed: &'static str,
    /// Documents that are in no envelope.
    pub(crate) not_posted: &'static str,
    /// After the first of many: how many more, and the file that has them.
    pub(crate) more: &'static str,
    /// Of letters, blank, of slip sheets, all.
    pub(crate) page_sums: &'static str,
}

const NL: Words = Words {
    language: "nl",
    slip_title: "Scheidingsvel - niet insteken",
    ticket_title: "Werkbon",
    job: "Opdracht",
    file: "Bestand",
    group: "Groep",
    sequence: "Volgnummer",
    letters: "Brieven",
    sheets: "Vellen",
    pages: "Pagina's",
    size: "Omvang",
    printer: "Drukker",
    notes: "Let op",
    plex: "Zijden",
    simplex: "eenzijdig",
    duplex: "dubbelzijdig, gekeerd over de lange zijde",
    format: "Formaat",
    a4: "A4, 100 %, nooit schalen",
    paper: "Papier",
    tray: "lade {1}",
    annexes: "Bijlagen",
    annexes_where: "vanaf `annex_page` in manifest.csv",
    staple: "Nieten",
    staple_letter: "elke brief van 2 tot {1} vellen; zie `staple` in manifest.csv",
    staple_documents: "brief en bijlagen elk apart, sets van 2 tot {1} vellen; zie `staple` in manifest.csv",
    marks: "Merktekens",
    datamatrix: "DataMatrix: opdracht;volgnummer;vel/vellen;E op het laatste vel",
    omr: "OMR: begin, laatste vel, volgnummer in 3 bits (laagste eerst), pariteit (even), controle",
    mark_place: "Voorzijde van elk vel, {1} mm van links, {2} mm van boven, stap {3} mm",
    bleed: "Afloop",
    trimmed: "{1} mm; schoonsnijden tot A4",
    letter_sums: "{1} gedrukt, {2} geweigerd, {3} ongewijzigd, {4} in andere delen, {5} niet voor die gemeente, {6} niet gemaakt: {7}",
    envelopes: "Enveloppen",
    not_printed: "Niet gedrukt",
    not_posted: "Niet gepost",
    more: "en {1} meer in reconciliation.json",
    page_sums: "{1} van brieven, {2} blanco, {3} van scheidingsvellen: {4}",
};

const EN: Words = Words {
    language: "en",
    slip_title: "Slip sheet - do not insert",
    ticket_title: "Job ticket",
    job: "Job",
    file: "File",
    group: "Group",
    sequence: "Sequence",
    letters: "Letters",
    sheets: "Sheets",
    pages: "Pages",
    size: "Size",
    printer: "Printer",
    notes: "Notes",
    plex: "Plex",
    simplex: "one side",
    duplex: "both sides, turned over the long edge",
    format: "Format",
    a4: "A4, 100 %, never scaled",
    paper: "Paper",
    tray: "tray {1}",
    annexes: "Annexes",
    annexes_where: "from `annex_page` of manifest.csv on",
    staple: "Staple",
    staple_letter: "each letter of 2 to {1} sheets; see `staple` of manifest.csv",
    staple_documents: "letter and annexes each by itself, sets of 2 to {1} sheets; see `staple` of manifest.csv",
    marks: "Marks",
    datamatrix: "DataMatrix: job;sequence;sheet/sheets;E on the last sheet",
    omr: "OMR: gate, end of set, sequence in 3 bits (lowest first), parity (even), safety",
    mark_place: "Front of each sheet, {1} mm from the left, {2} mm from the top, step {3} mm",
    bleed: "Bleed",
    trimmed: "{1} mm; trim to A4",
    letter_sums: "{1} printed, {2} refused, {3} unchanged, {4} in other pieces, {5} not for that municipality, {6} not made: {7}",
    envelopes: "Envelopes",
    not_printed: "Not printed",
    not_posted: "Not posted",
    more: "and {1} more in reconciliation.json",
    page_sums: "{1} of letters, {2} blank, {3} of slip sheets: {4}",
};

const DE: Words = Words {
    language: "de",
    slip_title: "Trennblatt - nicht kuvertieren",
    ticket_title: "Auftragszettel",
    job: "Auftrag",
    file: "Datei",
    group: "Gruppe",
    sequence: "Laufnummer",
    letters: "Briefe",
    sheets: "Blätter",
    pages: "Seiten",
    size: "Umfang",
    printer: "Drucker",
    notes: "Hinweis",
    plex: "Druckseiten",
    simplex: "einseitig",
    duplex: "beidseitig, über die lange Kante gewendet",
    format: "Format",
    a4: "A4, 100 %, nie skalieren",
    paper: "Papier",
    tray: "Fach {1}",
    annexes: "Anlagen",
    annexes_where: "ab `annex_page` in manifest.csv",
    staple: "Heften",
    staple_letter: "jeder Brief von 2 bis {1} Blättern; siehe `staple` in manifest.csv",
    staple_documents: "Brief und Anlagen je für sich, Sätze von 2 bis {1} Blättern; siehe `staple` in manifest.csv",
    marks: "Marken",
    datamatrix: "DataMatrix: Auftrag;Laufnummer;Blatt/Blätter;E auf dem letzten Blatt",
    omr: "OMR: Anfang, letztes Blatt, Laufnummer in 3 Bits (niedrigstes zuerst), Parität (gerade), Sicherung",
    mark_place: "Vorderseite jedes Blatts, {1} mm von links, {2} mm von oben, Schritt {3} mm",
    bleed: "Beschnitt",
    trimmed: "{1} mm; auf A4 beschneiden",
    letter_sums: "{1} gedruckt, {2} abgelehnt, {3} unverändert, {4} in anderen Teilen, {5} nicht für diese Gemeinde, {6} nicht erstellt: {7}",
    envelopes: "Umschläge",
    not_printed: "Nicht gedruckt",
    not_posted: "Nicht versandt",
    more: "und {1} weitere in reconciliation.json",
    page_sums: "{1} von Briefen, {2} leer, {3} von Trennblättern: {4}",
};

const FR: Words = Words {
    language: "fr",
    slip_title: "Feuille intercalaire - ne pas insérer",
    ticket_title: "Bon de travail",
    job: "Travail",
    file: "Fichier",
    group: "Groupe",
    sequence: "Numéro",
    letters: "Lettres",
    sheets: "Feuilles",
    pages: "Pages",
    size: "Taille",
    printer: "Imprimeur",
    notes: "Remarque",
    plex: "Faces",
    simplex: "recto",
    duplex: "recto verso, retourné sur le grand côté",
    format: "Format",
    a4: "A4, 100 %, jamais mis à l'échelle",
    paper: "Papier",
    tray: "bac {1}",
    annexes: "Annexes",
    annexes_where: "à partir de `annex_page` dans manifest.csv",
    staple: "Agrafage",
    staple_letter: "chaque lettre de 2 à {1} feuilles ; voir `staple` dans manifest.csv",
    staple_documents: "lettre et annexes chacune à part, liasses de 2 à {1} feuilles ; voir `staple` dans manifest.csv",
    marks: "Repères",
    datamatrix: "DataMatrix : travail;numéro;feuille/feuilles;E sur la dernière feuille",
    omr: "OMR : début, dernière feuille, numéro sur 3 bits (le plus faible d'abord), parité (paire), contrôle",
    mark_place: "Recto de chaque feuille, {1} mm de la gauche, {2} mm du haut, pas de {3} mm",
    bleed: "Fond perdu",
    trimmed: "{1} mm ; rogner au format A4",
    letter_sums: "{1} imprimées, {2} refusées, {3} inchangées, {4} dans d'autres parties, {5} pas pour cette commune, {6} non produites : {7}",
    envelopes: "Enveloppes",
    not_printed: "Non imprimées",
    not_posted: "Non envoyés",
    more: "et {1} de plus dans reconciliation.json",
    page_sums: "{1} de lettres, {2} vierges, {3} d'intercalaires : {4}",
};

static TABLE: [Words; 4] = [NL, EN, DE, FR];

impl Words {
    /// The words of a language tag such as `nl-NL`.
    pub(crate) fn of(tag: &str) -> &'static Self {
        let primary = tag.split('-').next().unwrap_or_default();
        let found = TABLE
            .iter()
            .find(|words| words.language.eq_ignore_ascii_case(primary));
        found.unwrap_or(&TABLE[0])
    }

    /// The characters of all languages.
    pub(crate) fn characters() -> impl Iterator<Item = char> {
        let shown = TABLE.iter().map(|words| format!("{words:?}"));
        shown.flat_map(|text| text.chars().collect::<Vec<_>>())
    }
}

/// A text with its places filled in, from `{1}`.
pub(crate) fn filled(text: &str, values: &[String]) -> String {
    let mut filled = text.to_owned();
    for (at, value) in values.iter().enumerate() {
        filled = filled.replace(&format!("{{{}}}", at + 1), value);
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_without_a_row_reads_dutch() {
        assert_eq!(Words::of("de-AT").job, "Auftrag");
        assert_eq!(Words::of("FR").job, "Travail");
        assert_eq!(Words::of("uk").job, "Opdracht");
        assert_eq!(Words::of("").job, "Opdracht");
    }

    #[test]
    fn every_language_has_the_places_of_the_first() {
        let places = |text: &str| {
            (1..=7)
                .filter(|at| text.contains(&format!("{{{at}}}")))
                .count()
        };
        for words in &TABLE {
            let texts = [words.letter_sums, words.page_sums, words.mark_place];
            assert_eq!(texts.map(places), [7, 4, 3], "{}", words.language);
            let texts = [
                words.tray,
                words.staple_letter,
                words.staple_documents,
                words.trimmed,
                words.more,
            ];
            assert_eq!(texts.map(places), [1; 5], "{}", words.language);
        }
        assert_eq!(
            filled("{1} of {2}", &["a".into(), "{1}".into()]),
            "a of {1}"
        );
    }
}
