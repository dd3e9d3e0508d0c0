//! Lowering of the section `archive:`.

use raadspost_content::{
    Appraisal, ArchiveSettings, Concept, Date, Diagnostic, ParentObject, Restriction, Term,
    date_after, is_duration,
};
use raadspost_yaml::{Map, Node, Text};

use super::Lower;

/// Name of MDTO's list of restrictions, as in its examples.
const RESTRICTIONS: &str = "Begrippenlijst Beperkingen MDTO";

/// Reads the section.
pub(super) fn lower(lower: &mut Lower<'_>, map: &Map<'_>) -> ArchiveSettings {
    let each = |name: &'static str| {
        let object = map.below(name);
        map.list(name)
            .iter()
            .filter_map(move |node| Map::of(node, object?))
    };
    let appraisal = map
        .text("waardering")
        .and_then(|text| Appraisal::of_code(&text.text))
        .unwrap_or_default();
    appraised(lower, map, appraisal);
    ArchiveSettings {
        appraisal,
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
        parent: map.object("is-onderdeel-van").map(|map| ParentObject {
            name: string(map.text("naam")).unwrap_or_default(),
            key: string(map.text("kenmerk")).unwrap_or_default(),
            origin: string(map.text("bron")).unwrap_or_default(),
        }),
        destination: string(map.text("doellocatie")),
        motion_type: string(map.text("motietype")),
    }
}

/// Holds the appraisal and the retention period to each other: what is kept for ever has no end, and
/// what is destroyed has one.
fn appraised(lower: &mut Lower<'_>, map: &Map<'_>, appraisal: Appraisal) {
    let retention = map.object("bewaartermijn");
    let end = retention
        .as_ref()
        .and_then(|map| map.text("einddatum").or_else(|| map.text("looptijd")));
    match (appraisal, end) {
        (Appraisal::Keep, Some(end)) => {
            let message = "`waardering` is `B`, kept for ever, and `bewaartermijn` has an end";
            lower.diagnostics.push(
                end.mistake("appraisal-contradicted", message)
                    .hint("remove `looptijd` and `einddatum`, or write `waardering: V`"),
            );
        }
        (Appraisal::Destroy, None) => {
            let message = "`waardering` is `V`, and `bewaartermijn` does not say until when";
            let warning = Diagnostic::warning("retention-missing", message)
                .hint("add `looptijd` or `einddatum`, or write `allow: [retention-missing]`");
            let place = map.text("waardering").map(Text::whole);
            lower.diagnostics.push(match place {
                Some(place) => warning.at(place),
                None => warning,
            });
        }
        (Appraisal::Keep | Appraisal::Destroy | Appraisal::Undecided, _) => {}
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
            text.mistake(
                "wrong-value",
                format!("`{}` is not a valid duration", text.text),
            )
            .hint("write years, months and days in this order: `P10Y` or `P1Y6M`"),
        );
    }
    let date = |name| Date::parse(&map.text(name)?.text);
    if let (Some(start), Some(end), Some(text)) =
        (date("startdatum"), date("einddatum"), map.text("einddatum"))
    {
        let wanted = duration.and_then(|text| date_after(start, &text.text));
        let fault = match wanted {
            Some(wanted) if wanted != end => Some((
                format!("`einddatum` is {end}, but `startdatum` and `looptijd` end on {wanted}"),
                format!("write `einddatum: {wanted}`, or remove it"),
            )),
            None if end < start => Some((
                format!("`einddatum` {end} is before `startdatum` {start}"),
                "correct one of the two dates".to_owned(),
            )),
            Some(_) | None => None,
        };
        if let Some((message, hint)) = fault {
            let mistake = text.mistake("term-contradicted", message);
            lower.diagnostics.push(mistake.hint(hint));
        }
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

/// MDTO's texts are single lines, whatever the YAML style.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
