//! Publication metadata of a motion, in the names of VNG's Open Raadsinformatie
//! (`InformatieObject`), and for its files in those of VNG's Documenten API: what a council
//! publishes beside the motion.
//!
//! What only the council knows is left out, not invented: who moves it, when, with what result, the
//! RSIN of its `bronorganisatie`, and the address where it is published.

use raadspost_content::MotionKind;
use raadspost_run::{DocumentRecord, PackRecord, RunRecord};
use serde_json::{Value, json};

/// The metadata of a motion, which may have several formats; each with its name in the package.
pub(crate) fn motion(
    run: &RunRecord,
    pack: &PackRecord,
    documents: &[(&str, &DocumentRecord)],
) -> Value {
    let Some((_, first)) = documents.first() else {
        return Value::Null;
    };
    let kind = first.motion.as_ref().map(|motion| motion.kind);
    let kind = kind.unwrap_or_default();
    let campaign = &run.campaign;
    let files: Vec<Value> = documents
        .iter()
        .map(|(name, document)| {
            json!({
                "bestandsnaam": name,
                "formaat": document.format.extension(),
                "bestandsomvang": document.bytes,
                "integriteit": { "algoritme": "sha_256", "waarde": document.sha256 },
            })
        })
        .collect();
    let mut object = json!({
        "informatieobjectidentificatie": format!("{}/{}/{}", campaign.id, pack.code, first.document),
        "titel": first.title,
        "omschrijving": campaign.title,
        "informatieobjecttype": object_type(kind),
        "motietype": motion_type(kind, campaign.archive.motion_type.as_deref()),
        "auteur": campaign.sender.name,
        "creatiedatum": campaign.date,
        "taal": first.language,
        "versie": "1",
        "gemeente": {
            "gemeentecode": pack.code,
            "gemeentenaam": pack.name,
        },
        "inhoud": files,
    });
    if object["motietype"].is_null()
        && let Some(object) = object.as_object_mut()
    {
        object.shift_remove("motietype");
    }
    if let Some(tooi) = &pack.municipality.tooi {
        object["gemeente"]["url"] = json!(tooi);
    }
    object
}

/// `informatieobjecttype`.
fn object_type(kind: MotionKind) -> &'static str {
    match kind {
        MotionKind::Motion | MotionKind::OffAgendaMotion => "motie",
        MotionKind::Amendment => "amendement",
        MotionKind::Initiative => "initiatiefvoorstel",
    }
}

/// `motietype`, which motions alone have: that of the campaign, unless the motion itself says that
/// its subject is not on the agenda.
fn motion_type(kind: MotionKind, campaign: Option<&str>) -> Option<&str> {
    match kind {
        MotionKind::Motion => Some(campaign.unwrap_or("overig")),
        MotionKind::OffAgendaMotion => Some("vreemd"),
        MotionKind::Amendment | MotionKind::Initiative => None,
    }
}
