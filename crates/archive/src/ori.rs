//! Publication metadata of a motion, in the names of VNG's Open Raadsinformatie
//! (`InformatieObject`, specification 1.2): what a council publishes beside the motion.

use raadspost_content::{DocumentRecord, PackRecord, RunRecord};
use serde_json::{Value, json};

/// The metadata of a motion, which may have several formats. A field that only the council can
/// fill in (who moves it, when, with what result) is left out, not invented.
pub(crate) fn motion(run: &RunRecord, pack: &PackRecord, documents: &[&DocumentRecord]) -> Value {
    let Some(first) = documents.first() else {
        return Value::Null;
    };
    let campaign = &run.campaign;
    let files: Vec<Value> = documents
        .iter()
        .map(|document| {
            json!({
                "bestandsnaam": document.path.rsplit('/').next().unwrap_or_default(),
                "formaat": document.format.extension(),
                "bestandsomvang": document.bytes,
                "integriteit": { "algoritme": "sha_256", "waarde": document.sha256 },
            })
        })
        .collect();
    let mut object = json!({
        "identificatie": format!("{}/{}/{}", campaign.id, pack.code, first.document),
        "titel": first.title,
        "omschrijving": campaign.title,
        "informatieobjecttype": "motie",
        "motietype": campaign.archive.motion_type.as_deref().unwrap_or("overig"),
        "auteur": campaign.sender.name,
        "bronorganisatie": campaign.sender.name,
        "creatiedatum": campaign.date,
        "taal": first.language,
        "versie": "1",
        "gemeente": {
            "gemeentecode": pack.code,
            "gemeentenaam": pack.name,
        },
        "inhoud": files,
    });
    if let Some(tooi) = &pack.municipality.tooi {
        object["gemeente"]["url"] = json!(tooi);
    }
    object
}
