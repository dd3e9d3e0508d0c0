//! The section `archive:`, in MDTO's own words: its table of keys, and its lowering.

use super::keys::{Kind, Object, may, must, object};
use super::lower::{Lower, Map, scalar};
use super::map::Text;
use crate::archive::is_duration;
use crate::{Appraisal, ArchiveSettings, Concept, Restriction, Term};

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
        may("trigger", Kind::Object(&CONCEPT), "what starts it"),
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
            "the name of the list; MDTO's own unless said otherwise",
        ),
        may("beschrijving", Kind::Text, "in more words"),
        may("termijn", Kind::Object(&TERM), "how long it holds"),
    ],
);

/// MDTO's list of restrictions, as its examples name it.
const RESTRICTIONS: &str = "Begrippenlijst Beperkingen MDTO";

/// The section.
pub(crate) static ARCHIVE: Object = object(
    "archive",
    &[
        may(
            "waardering",
            Kind::OneOf(&Appraisal::CODES),
            "appraisal: B (blijvend te bewaren), V (tijdelijk te bewaren) or N (nader te bepalen, the default)",
        ),
        may(
            "bewaartermijn",
            Kind::Object(&TERM),
            "how long it is to be kept",
        ),
        may(
            "informatiecategorie",
            Kind::Object(&CONCEPT),
            "the category of the selection list",
        ),
        may(
            "classificatie",
            Kind::List(&Kind::Object(&CONCEPT)),
            "where it belongs in classification schemes",
        ),
        may("trefwoord", Kind::List(&Kind::Text), "keywords"),
        may("omschrijving", Kind::Text, "what a dossier holds"),
        may(
            "activiteit",
            Kind::Text,
            "the process in which a municipality receives it",
        ),
        may(
            "beperking-gebruik",
            Kind::List(&Kind::Object(&RESTRICTION)),
            "restrictions on use; `Nader te bepalen` unless said otherwise",
        ),
        may(
            "doellocatie",
            Kind::Text,
            "where packages go, for the packing slip",
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
            "kind of motion, as Open Raadsinformatie has it; `overig` unless said otherwise",
        ),
    ],
);

/// Reads the section.
pub(super) fn lower(lower: &mut Lower<'_>, map: &Map<'_>) -> ArchiveSettings {
    let each = |name: &'static str| {
        let object = map.below(name);
        map.list(name)
            .iter()
            .filter_map(move |node| Map::of(node, object?))
    };
    ArchiveSettings {
        appraisal: map
            .text("waardering")
            .and_then(|text| Appraisal::of_code(&text.text))
            .unwrap_or_default(),
        restrictions: each("beperking-gebruik")
            .map(|map| restriction(lower, &map))
            .collect(),
        retention: map.object("bewaartermijn").map(|map| term(lower, &map)),
        category: map.object("informatiecategorie").map(|map| concept(&map)),
        classifications: each("classificatie").map(|map| concept(&map)).collect(),
        keywords: map
            .list("trefwoord")
            .iter()
            .filter_map(scalar)
            .map(|text| one_line(&text.text))
            .collect(),
        description: string(map.text("omschrijving")),
        activity: string(map.text("activiteit")),
        destination: string(map.text("doellocatie")),
        motion_type: string(map.text("motietype")),
    }
}

fn restriction(lower: &mut Lower<'_>, map: &Map<'_>) -> Restriction {
    Restriction {
        kind: Concept {
            label: string(map.text("label")).unwrap_or_default(),
            code: string(map.text("code")),
            list: string(map.text("lijst")).unwrap_or_else(|| RESTRICTIONS.to_owned()),
        },
        description: string(map.text("beschrijving")),
        term: map.object("termijn").map(|map| term(lower, &map)),
    }
}

fn concept(map: &Map<'_>) -> Concept {
    Concept {
        label: string(map.text("label")).unwrap_or_default(),
        code: string(map.text("code")),
        list: string(map.text("lijst")).unwrap_or_default(),
    }
}

fn term(lower: &mut Lower<'_>, map: &Map<'_>) -> Term {
    let duration = map.text("looptijd");
    if let Some(text) = duration.filter(|text| !is_duration(&text.text)) {
        lower.diagnostics.push(
            text.error(
                "wrong-value",
                0..text.text.len().max(1),
                format!("`{}` is no duration", text.text),
            )
            .hint("write years, months and days in this order: `P10Y` or `P1Y6M`"),
        );
    }
    Term {
        trigger: map.object("trigger").map(|map| concept(&map)),
        start: string(map.text("startdatum")),
        duration: string(duration),
        end: string(map.text("einddatum")),
    }
}

fn string(text: Option<&Text>) -> Option<String> {
    text.map(|text| one_line(&text.text))
        .filter(|text| !text.is_empty())
}

/// MDTO's texts are single lines, whatever YAML style an author prefers.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
