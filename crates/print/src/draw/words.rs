//! The words of job tickets and slip sheets, in the language of the campaign: letters printed and
//! posted by hand are mostly printed by their authors. One table; Dutch for a language without a row.

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
    pub(crate) client: &'static str,
    pub(crate) campaign: &'static str,
    pub(crate) posting_date: &'static str,
    pub(crate) envelope: &'static str,
    pub(crate) fold: &'static str,
    /// Once, in three inwards, in three as a Z.
    pub(crate) folds: [&'static str; 3],
    pub(crate) colours: &'static str,
    /// Pages in colour, pages in black.
    pub(crate) colour_sums: &'static str,
    pub(crate) all_black: &'static str,
    pub(crate) standard: &'static str,
    /// The printing condition.
    pub(crate) pdf_x: &'static str,
    pub(crate) weight: &'static str,
    /// Kilograms of all letters.
    pub(crate) weight_sum: &'static str,
    /// Up to so many grams.
    pub(crate) weight_to: &'static str,
    /// Heavier than all steps.
    pub(crate) weight_over: &'static str,
    /// A step, its letters, their kilograms.
    pub(crate) weight_step: &'static str,
    /// Letters of so many sheets.
    pub(crate) sheets_each: &'static str,
    pub(crate) all_letters: &'static str,
    pub(crate) approval: &'static str,
    pub(crate) not_approved: &'static str,
    /// Front, back, both sides of each sheet.
    pub(crate) mark_sides: [&'static str; 3],
    /// A bar always, never, on the first sheet, on the others, on the last, on the others, for a bit of
    /// the sequence, for a bit of the sheet, that makes their number even, odd.
    pub(crate) omr_meanings: [&'static str; 10],
    /// Between whole number and decimals.
    decimal: char,
    /// The reasons of [`REASONS`] in this language; empty in English.
    reasons: [&'static str; REASONS.len()],
}

/// The reasons why something is not printed or posted, as reconciliations give them; `{1}` is a name.
const REASONS: [&str; 20] = [
    "does not get `{1}`",
    "has no postal address",
    "publication copy",
    "Word file",
    "part of `{1}`",
    "no postal address",
    "not in `post`",
    "not named by `--document`",
    "was not selected when the run was built",
    "the pack is held: a document was refused or failed",
    "its `{1}` is not made as PDF",
    "two rows of the register have its code",
    "`{1}` is missing: it was not selected when the run was built",
    "`{1}` is missing",
    "`{1}` is not the file that the run has delivered",
    "`{1}` is out of date",
    "`{1}` is gone: its file was removed, and it was not selected when the run was built again",
    "`{1}` failed",
    "`{1}` has no pages",
    "no row of the enriched file matches it",
];

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
    datamatrix: "DataMatrix met de tekst {1}, zoals {2}",
    omr: "OMR: {1}",
    mark_place: "{4}, {1} mm van links, {2} mm van boven, stap {3} mm",
    bleed: "Afloop",
    trimmed: "{1} mm; schoonsnijden tot A4; {2} van {3} bladzijden lopen af",
    letter_sums: "{1} gedrukt, {2} geweigerd, {3} ongewijzigd, {4} in andere delen, {5} niet voor die gemeente, {6} niet gemaakt: {7}",
    envelopes: "Enveloppen",
    not_printed: "Niet gedrukt",
    not_posted: "Niet gepost",
    more: "en {1} meer in reconciliation.json",
    page_sums: "{1} van brieven, {2} blanco, {3} van scheidingsvellen: {4}",
    client: "Opdrachtgever",
    campaign: "Campagne",
    posting_date: "Te posten op",
    envelope: "Envelop",
    fold: "Vouwen",
    folds: ["één keer", "in drieën, wikkelvouw", "in drieën, zigzag"],
    colours: "Kleur",
    colour_sums: "{1} bladzijden in kleur, {2} in zwart",
    all_black: "alles in zwart",
    standard: "Standaard",
    pdf_x: "PDF/X-4, drukconditie {1}",
    weight: "Gewicht",
    weight_sum: "{1} kg met enveloppen",
    weight_to: "tot {1} g",
    weight_over: "zwaarder",
    weight_step: "{1}: {2} brieven, {3} kg",
    sheets_each: "{1} vellen",
    all_letters: "alle brieven",
    approval: "Akkoord",
    not_approved: "niet gegeven",
    mark_sides: [
        "Voorzijde van elk vel",
        "Achterzijde van elk vel",
        "Beide zijden van elk vel",
    ],
    omr_meanings: [
        "altijd",
        "nooit",
        "eerste vel",
        "niet het eerste vel",
        "laatste vel",
        "niet het laatste vel",
        "volgnummer bit {1}",
        "vel bit {1}",
        "pariteit (even)",
        "pariteit (oneven)",
    ],
    decimal: ',',
    reasons: [
        "krijgt `{1}` niet",
        "heeft geen postadres",
        "publicatieversie",
        "Wordbestand",
        "deel van `{1}`",
        "geen postadres",
        "niet in `post`",
        "niet genoemd met `--document`",
        "was niet gekozen toen de documenten werden gemaakt",
        "het pakket is aangehouden: een document is geweigerd of mislukt",
        "`{1}` is niet als PDF gemaakt",
        "twee rijen van het register hebben deze code",
        "`{1}` ontbreekt: het was niet gekozen toen de documenten werden gemaakt",
        "`{1}` ontbreekt",
        "`{1}` is niet het bestand dat is opgeleverd",
        "`{1}` is verouderd",
        "`{1}` is weg: het bestand is verwijderd en niet opnieuw gemaakt",
        "`{1}` is mislukt",
        "`{1}` heeft geen bladzijden",
        "geen rij van het verrijkte bestand past erbij",
    ],
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
    datamatrix: "DataMatrix with the text {1}, as in {2}",
    omr: "OMR: {1}",
    mark_place: "{4}, {1} mm from the left, {2} mm from the top, step {3} mm",
    bleed: "Bleed",
    trimmed: "{1} mm; trim to A4; {2} of {3} pages bleed",
    letter_sums: "{1} printed, {2} refused, {3} unchanged, {4} in other pieces, {5} not for that municipality, {6} not made: {7}",
    envelopes: "Envelopes",
    not_printed: "Not printed",
    not_posted: "Not posted",
    more: "and {1} more in reconciliation.json",
    page_sums: "{1} of letters, {2} blank, {3} of slip sheets: {4}",
    client: "Client",
    campaign: "Campaign",
    posting_date: "To be posted on",
    envelope: "Envelope",
    fold: "Fold",
    folds: ["once", "in three, inwards", "in three, as a Z"],
    colours: "Colours",
    colour_sums: "{1} pages in colour, {2} in black",
    all_black: "all in black",
    standard: "Standard",
    pdf_x: "PDF/X-4, printing condition {1}",
    weight: "Weight",
    weight_sum: "{1} kg with envelopes",
    weight_to: "up to {1} g",
    weight_over: "heavier",
    weight_step: "{1}: {2} letters, {3} kg",
    sheets_each: "{1} sheets",
    all_letters: "all letters",
    approval: "Approval",
    not_approved: "not given",
    mark_sides: [
        "Front of each sheet",
        "Back of each sheet",
        "Both sides of each sheet",
    ],
    omr_meanings: [
        "always",
        "never",
        "first sheet",
        "not the first sheet",
        "last sheet",
        "not the last sheet",
        "sequence bit {1}",
        "sheet bit {1}",
        "parity (even)",
        "parity (odd)",
    ],
    decimal: '.',
    reasons: REASONS,
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
    datamatrix: "DataMatrix mit dem Text {1}, wie {2}",
    omr: "OMR: {1}",
    mark_place: "{4}, {1} mm von links, {2} mm von oben, Schritt {3} mm",
    bleed: "Beschnitt",
    trimmed: "{1} mm; auf A4 beschneiden; {2} von {3} Seiten haben Beschnitt",
    letter_sums: "{1} gedruckt, {2} abgelehnt, {3} unverändert, {4} in anderen Teilen, {5} nicht für diese Gemeinde, {6} nicht erstellt: {7}",
    envelopes: "Umschläge",
    not_printed: "Nicht gedruckt",
    not_posted: "Nicht versandt",
    more: "und {1} weitere in reconciliation.json",
    page_sums: "{1} von Briefen, {2} leer, {3} von Trennblättern: {4}",
    client: "Auftraggeber",
    campaign: "Kampagne",
    posting_date: "Versand am",
    envelope: "Umschlag",
    fold: "Falzen",
    folds: ["einmal", "in drei, Wickelfalz", "in drei, Zickzackfalz"],
    colours: "Farbe",
    colour_sums: "{1} Seiten farbig, {2} schwarz",
    all_black: "alles schwarz",
    standard: "Standard",
    pdf_x: "PDF/X-4, Druckbedingung {1}",
    weight: "Gewicht",
    weight_sum: "{1} kg mit Umschlägen",
    weight_to: "bis {1} g",
    weight_over: "schwerer",
    weight_step: "{1}: {2} Briefe, {3} kg",
    sheets_each: "{1} Blätter",
    all_letters: "alle Briefe",
    approval: "Freigabe",
    not_approved: "nicht erteilt",
    mark_sides: [
        "Vorderseite jedes Blatts",
        "Rückseite jedes Blatts",
        "Beide Seiten jedes Blatts",
    ],
    omr_meanings: [
        "immer",
        "nie",
        "erstes Blatt",
        "nicht das erste Blatt",
        "letztes Blatt",
        "nicht das letzte Blatt",
        "Laufnummer Bit {1}",
        "Blatt Bit {1}",
        "Parität (gerade)",
        "Parität (ungerade)",
    ],
    decimal: ',',
    reasons: [
        "erhält `{1}` nicht",
        "hat keine Postanschrift",
        "Veröffentlichungsfassung",
        "Word-Datei",
        "Teil von `{1}`",
        "keine Postanschrift",
        "nicht in `post`",
        "nicht mit `--document` genannt",
        "war nicht ausgewählt, als die Dokumente erstellt wurden",
        "das Paket ist zurückgehalten: ein Dokument wurde abgelehnt oder misslang",
        "`{1}` ist nicht als PDF erstellt",
        "zwei Zeilen des Registers haben diesen Schlüssel",
        "`{1}` fehlt: es war nicht ausgewählt, als die Dokumente erstellt wurden",
        "`{1}` fehlt",
        "`{1}` ist nicht die gelieferte Datei",
        "`{1}` ist veraltet",
        "`{1}` ist weg: die Datei wurde entfernt und nicht neu erstellt",
        "`{1}` ist misslungen",
        "`{1}` hat keine Seiten",
        "keine Zeile der angereicherten Datei passt dazu",
    ],
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
    datamatrix: "DataMatrix avec le texte {1}, comme {2}",
    omr: "OMR : {1}",
    mark_place: "{4}, {1} mm de la gauche, {2} mm du haut, pas de {3} mm",
    bleed: "Fond perdu",
    trimmed: "{1} mm ; rogner au format A4 ; {2} pages sur {3} ont un fond perdu",
    letter_sums: "{1} imprimées, {2} refusées, {3} inchangées, {4} dans d'autres parties, {5} pas pour cette commune, {6} non produites : {7}",
    envelopes: "Enveloppes",
    not_printed: "Non imprimées",
    not_posted: "Non envoyés",
    more: "et {1} de plus dans reconciliation.json",
    page_sums: "{1} de lettres, {2} vierges, {3} d'intercalaires : {4}",
    client: "Donneur d'ordre",
    campaign: "Campagne",
    posting_date: "À poster le",
    envelope: "Enveloppe",
    fold: "Pliage",
    folds: ["en deux", "en trois, roulé", "en trois, accordéon"],
    colours: "Couleur",
    colour_sums: "{1} pages en couleur, {2} en noir",
    all_black: "tout en noir",
    standard: "Norme",
    pdf_x: "PDF/X-4, condition d'impression {1}",
    weight: "Poids",
    weight_sum: "{1} kg avec enveloppes",
    weight_to: "jusqu'à {1} g",
    weight_over: "plus lourd",
    weight_step: "{1} : {2} lettres, {3} kg",
    sheets_each: "{1} feuilles",
    all_letters: "toutes les lettres",
    approval: "Accord",
    not_approved: "non donné",
    mark_sides: [
        "Recto de chaque feuille",
        "Verso de chaque feuille",
        "Deux faces de chaque feuille",
    ],
    omr_meanings: [
        "toujours",
        "jamais",
        "première feuille",
        "pas la première feuille",
        "dernière feuille",
        "pas la dernière feuille",
        "numéro bit {1}",
        "feuille bit {1}",
        "parité (paire)",
        "parité (impaire)",
    ],
    decimal: ',',
    reasons: [
        "ne reçoit pas `{1}`",
        "n'a pas d'adresse postale",
        "version de publication",
        "fichier Word",
        "partie de `{1}`",
        "pas d'adresse postale",
        "pas dans `post`",
        "pas nommé par `--document`",
        "n'était pas choisi quand les documents ont été produits",
        "le dossier est retenu : un document a été refusé ou a échoué",
        "`{1}` n'est pas produit en PDF",
        "deux lignes du registre ont ce code",
        "`{1}` manque : il n'était pas choisi quand les documents ont été produits",
        "`{1}` manque",
        "`{1}` n'est pas le fichier livré",
        "`{1}` est périmé",
        "`{1}` n'est plus là : le fichier a été supprimé et n'a pas été produit de nouveau",
        "`{1}` a échoué",
        "`{1}` n'a pas de pages",
        "aucune ligne du fichier enrichi ne lui correspond",
    ],
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

    /// A number with so many decimals.
    pub(crate) fn number(&self, number: f64, decimals: usize) -> String {
        let text = format!("{number:.decimals$}");
        text.replace('.', &self.decimal.to_string())
    }

    /// A measure with the decimals that it has.
    pub(crate) fn measure(&self, number: f64) -> String {
        number.to_string().replace('.', &self.decimal.to_string())
    }

    /// A reason of a reconciliation in this language; one that is not known as it is.
    pub(crate) fn reason(&self, english: &str) -> String {
        for (pattern, own) in REASONS.iter().zip(self.reasons) {
            let Some((before, after)) = pattern.split_once("{1}") else {
                if *pattern == english {
                    return own.to_owned();
                }
                continue;
            };
            let name = english.strip_prefix(before);
            let name = name.and_then(|rest| rest.strip_suffix(after));
            if let Some(name) = name.filter(|name| !name.contains('`')) {
                return filled(own, &[name.to_owned()]);
            }
        }
        english.to_owned()
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
    fn reasons_are_said_in_the_language() {
        for (english, dutch) in [
            ("`brief` is out of date", "`brief` is verouderd"),
            ("does not get `a`", "krijgt `a` niet"),
            (
                "`a` is missing: it was not selected when the run was built",
                "`a` ontbreekt: het was niet gekozen toen de documenten werden gemaakt",
            ),
            ("`a/b.pdf` is missing", "`a/b.pdf` ontbreekt"),
            ("anything else", "anything else"),
        ] {
            assert_eq!(NL.reason(english), dutch);
            assert_eq!(EN.reason(english), english);
        }
        assert_eq!(
            (NL.number(4.44, 1), EN.measure(0.5)),
            ("4,4".into(), "0.5".into())
        );
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
            assert_eq!(texts.map(places), [7, 4, 4], "{}", words.language);
            let texts = [
                words.tray,
                words.staple_letter,
                words.staple_documents,
                words.more,
                words.omr,
                words.pdf_x,
                words.weight_sum,
                words.weight_to,
                words.sheets_each,
            ];
            assert_eq!(texts.map(places), [1; 9], "{}", words.language);
            let texts = [
                words.trimmed,
                words.weight_step,
                words.colour_sums,
                words.datamatrix,
            ];
            assert_eq!(texts.map(places), [3, 3, 2, 2], "{}", words.language);
            for (own, english) in words.reasons.iter().zip(REASONS) {
                assert_eq!(places(own), places(english), "{own}");
            }
        }
        assert_eq!(
            filled("{1} of {2}", &["a".into(), "{1}".into()]),
            "a of {1}"
        );
    }
}
