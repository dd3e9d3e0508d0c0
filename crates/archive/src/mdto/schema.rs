//! The schema of MDTO 1.0.1 as tables: order, mandatory elements, value types and closed lists. The
//! schema itself may not be copied here, and a package is judged years later without network; a test
//! compares the check with `xmllint` and the schema.

/// The content of an element.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Content {
    /// Elements in this order.
    Sequence(&'static [Particle]),
    /// Any text that is not empty.
    Text,
    /// A whole number.
    Number,
    /// A language tag (`xsd:language`).
    Language,
    /// Year, month or day.
    Day,
    /// The same, or a moment.
    DayOrTime,
    /// A moment (`xsd:dateTime`).
    Time,
    /// `P10Y`.
    Duration,
}

/// A place in a sequence: name, least and most (0: any number), and content.
pub(crate) type Particle = (&'static str, usize, usize, Content);

use Content::{Day, DayOrTime, Duration, Language, Number, Sequence, Text, Time};

static IDENTITY: [Particle; 2] = [
    ("identificatieKenmerk", 1, 1, Text),
    ("identificatieBron", 1, 1, Text),
];
static REFERENCE: [Particle; 2] = [
    ("verwijzingNaam", 1, 1, Text),
    ("verwijzingIdentificatie", 0, 1, Sequence(&IDENTITY)),
];
static CONCEPT: [Particle; 3] = [
    ("begripLabel", 1, 1, Text),
    ("begripCode", 0, 1, Text),
    ("begripBegrippenlijst", 1, 1, Sequence(&REFERENCE)),
];
static TERM: [Particle; 4] = [
    ("termijnTriggerStartLooptijd", 0, 1, Sequence(&CONCEPT)),
    ("termijnStartdatumLooptijd", 0, 1, Day),
    ("termijnLooptijd", 0, 1, Duration),
    ("termijnEinddatum", 0, 1, Day),
];
static LOCATION: [Particle; 2] = [
    ("raadpleeglocatieFysiek", 0, 0, Sequence(&REFERENCE)),
    ("raadpleeglocatieOnline", 0, 0, Text),
];
static PERIOD: [Particle; 3] = [
    ("dekkingInTijdType", 1, 1, Sequence(&CONCEPT)),
    ("dekkingInTijdBegindatum", 1, 1, Day),
    ("dekkingInTijdEinddatum", 0, 1, Day),
];
static EVENT: [Particle; 4] = [
    ("eventType", 1, 1, Sequence(&CONCEPT)),
    ("eventTijd", 0, 1, DayOrTime),
    ("eventVerantwoordelijkeActor", 0, 1, Sequence(&REFERENCE)),
    ("eventResultaat", 0, 1, Text),
];
static RELATED: [Particle; 2] = [
    (
        "gerelateerdInformatieobjectVerwijzing",
        1,
        1,
        Sequence(&REFERENCE),
    ),
    (
        "gerelateerdInformatieobjectTypeRelatie",
        1,
        1,
        Sequence(&CONCEPT),
    ),
];
static PARTY: [Particle; 2] = [
    ("betrokkeneTypeRelatie", 1, 1, Sequence(&CONCEPT)),
    ("betrokkeneActor", 1, 1, Sequence(&REFERENCE)),
];
static RESTRICTION: [Particle; 4] = [
    ("beperkingGebruikType", 1, 1, Sequence(&CONCEPT)),
    ("beperkingGebruikNadereBeschrijving", 0, 1, Text),
    ("beperkingGebruikDocumentatie", 0, 0, Sequence(&REFERENCE)),
    ("beperkingGebruikTermijn", 0, 1, Sequence(&TERM)),
];
pub(crate) static OBJECT: [Particle; 23] = [
    ("identificatie", 1, 0, Sequence(&IDENTITY)),
    ("naam", 1, 1, Text),
    ("aggregatieniveau", 0, 1, Sequence(&CONCEPT)),
    ("classificatie", 0, 0, Sequence(&CONCEPT)),
    ("trefwoord", 0, 0, Text),
    ("omschrijving", 0, 0, Text),
    ("raadpleeglocatie", 0, 0, Sequence(&LOCATION)),
    ("dekkingInTijd", 0, 0, Sequence(&PERIOD)),
    ("dekkingInRuimte", 0, 0, Sequence(&REFERENCE)),
    ("taal", 0, 0, Language),
    ("event", 0, 0, Sequence(&EVENT)),
    ("waardering", 1, 1, Sequence(&CONCEPT)),
    ("bewaartermijn", 0, 1, Sequence(&TERM)),
    ("informatiecategorie", 0, 1, Sequence(&CONCEPT)),
    ("isOnderdeelVan", 0, 0, Sequence(&REFERENCE)),
    ("bevatOnderdeel", 0, 0, Sequence(&REFERENCE)),
    ("heeftRepresentatie", 0, 0, Sequence(&REFERENCE)),
    ("aanvullendeMetagegevens", 0, 0, Sequence(&REFERENCE)),
    ("gerelateerdInformatieobject", 0, 0, Sequence(&RELATED)),
    ("archiefvormer", 1, 0, Sequence(&REFERENCE)),
    ("betrokkene", 0, 0, Sequence(&PARTY)),
    ("activiteit", 0, 1, Sequence(&REFERENCE)),
    ("beperkingGebruik", 1, 0, Sequence(&RESTRICTION)),
];
static CHECKSUM: [Particle; 3] = [
    ("checksumAlgoritme", 1, 1, Sequence(&CONCEPT)),
    ("checksumWaarde", 1, 1, Text),
    ("checksumDatum", 1, 1, Time),
];
pub(crate) static FILE: [Particle; 7] = [
    ("identificatie", 1, 0, Sequence(&IDENTITY)),
    ("naam", 1, 1, Text),
    ("omvang", 1, 1, Number),
    ("bestandsformaat", 1, 1, Sequence(&CONCEPT)),
    ("checksum", 1, 0, Sequence(&CHECKSUM)),
    ("URLBestand", 0, 1, Text),
    ("isRepresentatieVan", 1, 1, Sequence(&REFERENCE)),
];

/// `waardering`, a closed list.
pub(crate) const APPRAISALS: [(&str, &str); 3] = [
    ("B", "Blijvend te bewaren"),
    ("V", "Tijdelijk te bewaren"),
    ("N", "Nader te bepalen"),
];
/// `checksumAlgoritme`, and the digits that its values have; written with or without hyphen.
pub(crate) const ALGORITHMS: [(&str, usize); 4] = [
    ("SHA224", 56),
    ("SHA256", 64),
    ("SHA384", 96),
    ("SHA512", 128),
];
