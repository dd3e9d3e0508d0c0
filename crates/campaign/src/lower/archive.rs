//! The section `archive:`, in MDTO's own words: its table of keys, and its lowering.

use raadspost_content::{Appraisal, ArchiveSettings, Concept, Restriction, Term, is_duration};
use raadspost_yaml::{Map, Node, Text};

use super::Lower;

/// MDTO's list of restrictions, as its examples name it.
const RESTRICTIONS: &str = "Begrippenlijst Beperkingen MDTO";

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
            .filter_map(Node::scalar)
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
            text.mistake("wrong-value", format!("`{}` is no duration", text.text))
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
