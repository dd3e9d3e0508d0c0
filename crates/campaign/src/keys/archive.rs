//! Keys of the section `archive:`, named as in MDTO.

use raadspost_content::Appraisal;
use raadspost_yaml::{Kind, Object, may, must, object};

static CONCEPT: Object = object(
    "term of a list",
    &[
        must("label", Kind::Text, "the term (`begripLabel`)"),
        may("code", Kind::Text, "its code in the list (`begripCode`)"),
        must("lijst", Kind::Text, "the name of the list"),
    ],
);

static TERM: Object = object(
    "period",
    &[
        may(
            "trigger",
            Kind::Object(&CONCEPT),
            "the event that starts it",
        ),
        may("startdatum", Kind::Date, "first day"),
        may("looptijd", Kind::Text, "duration (ISO 8601): `P10Y`"),
        may("einddatum", Kind::Date, "last day"),
    ],
);

static RESTRICTION: Object = object(
    "restriction",
    &[
        must(
            "label",
            Kind::Text,
            "the kind of restriction: `Geen beperking`",
        ),
        may("code", Kind::Text, "its code in the list"),
        may(
            "lijst",
            Kind::Text,
            "the name of the list; MDTO's own by default",
        ),
        may("beschrijving", Kind::Text, "further explanation"),
        may("termijn", Kind::Object(&TERM), "period of validity"),
    ],
);

static PARENT: Object = object(
    "object of the archive",
    &[
        must("naam", Kind::Text, "its name (`verwijzingNaam`)"),
        must(
            "kenmerk",
            Kind::Text,
            "its identification (`identificatieKenmerk`)",
        ),
        must(
            "bron",
            Kind::Text,
            "who gave the identification (`identificatieBron`)",
        ),
    ],
);

/// The section.
pub(crate) static ARCHIVE: Object = object(
    "archive",
    &[
        may(
            "waardering",
            Kind::OneOf(&Appraisal::CODES),
            "appraisal: B (blijvend te bewaren), V (tijdelijk te bewaren) or N (nader te bepalen, the default)",
        ),
        may("bewaartermijn", Kind::Object(&TERM), "retention period"),
        may(
            "informatiecategorie",
            Kind::Object(&CONCEPT),
            "the category of the selection list",
        ),
        may(
            "classificatie",
            Kind::List(&Kind::Object(&CONCEPT)),
            "entries in classification schemes",
        ),
        may("trefwoord", Kind::List(&Kind::Text), "keywords"),
        may("omschrijving", Kind::Text, "content of the dossier"),
        may(
            "activiteit",
            Kind::Text,
            "business process in which a municipality receives it",
        ),
        may(
            "beperking-gebruik",
            Kind::List(&Kind::Object(&RESTRICTION)),
            "restrictions on use; `Nader te bepalen` by default",
        ),
        may(
            "is-onderdeel-van",
            Kind::Object(&PARENT),
            "the object of the archive of which the uppermost object of each package is a part",
        ),
        may(
            "doellocatie",
            Kind::Text,
            "destination of the packages, for the packing slip",
        ),
        may(
            "motietype",
            Kind::OneOf(&[
                "voorstel",
                "afkeuring",
                "treurnis",
                "wantrouwen",
                "vreemd",
                "overig",
            ]),
            "kind of motion, as Open Raadsinformatie has it; `overig` by default",
        ),
    ],
);
