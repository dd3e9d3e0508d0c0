//! The sidecar of an information object (`informatieobject`).

use std::io;

use raadspost_content::ArchiveSettings;

use crate::mdto::elements::{Event, Identity, Reference, document};
use crate::xml::Xml;

/// MDTO's lists, as its official examples name them; the relations' after the same pattern.
const LEVELS: &str = "Begrippenlijst Aggregatieniveaus MDTO";
const EVENTS: &str = "Begrippenlijst EventTypeLijst MDTO";
const APPRAISALS: &str = "Begrippenlijst Waarderingen MDTO";
const RESTRICTIONS: &str = "Begrippenlijst Beperkingen MDTO";
const RELATIONS: &str = "Begrippenlijst TypeRelaties MDTO";
const PARTIES: &str = "Begrippenlijst BetrokkeneTypeRelaties MDTO";
const PERIODS: &str = "Begrippenlijst Raadspost";

/// An information object; `settings` are those of the campaign for all of them.
#[derive(Debug, Clone)]
pub(crate) struct InformationObject<'a> {
    pub(crate) identity: Identity,
    pub(crate) name: String,
    /// `aggregatieniveau`: Serie, Dossier or Archiefstuk.
    pub(crate) level: &'static str,
    pub(crate) settings: &'a ArchiveSettings,
    /// The campaign's description, on dossiers.
    pub(crate) description: Option<String>,
    /// The day that `dekkingInTijd` begins and ends with.
    pub(crate) day: String,
    /// `dekkingInRuimte`.
    pub(crate) place: Option<Reference>,
    pub(crate) language: String,
    pub(crate) events: Vec<Event>,
    pub(crate) part_of: Option<Reference>,
    pub(crate) parts: Vec<Reference>,
    pub(crate) files: Vec<Reference>,
    /// `aanvullendeMetagegevens`.
    pub(crate) more_metadata: Vec<Reference>,
    /// Related objects, each with a label of MDTO's list of relations.
    pub(crate) related: Vec<(Reference, &'static str)>,
    /// `archiefvormer`.
    pub(crate) creator: Reference,
    /// `betrokkene`: the sender.
    pub(crate) sender: Reference,
}

impl InformationObject<'_> {
    /// The sidecar.
    pub(crate) fn to_xml(&self) -> io::Result<Vec<u8>> {
        document("informatieobject", |xml| {
            let settings = self.settings;
            xml.identity("identificatie", &self.identity)?;
            xml.text("naam", &self.name)?;
            xml.concept("aggregatieniveau", self.level, None, LEVELS)?;
            for one in &settings.classifications {
                xml.term_of("classificatie", one)?;
            }
            for one in &settings.keywords {
                xml.text("trefwoord", one)?;
            }
            if let Some(description) = &self.description {
                xml.text("omschrijving", description)?;
            }
            xml.group("dekkingInTijd", |xml| {
                xml.concept("dekkingInTijdType", "Dagtekening", None, PERIODS)?;
                xml.text("dekkingInTijdBegindatum", &self.day)?;
                xml.text("dekkingInTijdEinddatum", &self.day)
            })?;
            if let Some(place) = &self.place {
                xml.reference("dekkingInRuimte", place)?;
            }
            xml.text("taal", &self.language)?;
            for event in &self.events {
                xml.group("event", |xml| {
                    xml.concept("eventType", event.kind, None, EVENTS)?;
                    xml.text("eventTijd", &event.time)?;
                    if let Some(actor) = &event.actor {
                        xml.group("eventVerantwoordelijkeActor", |xml| {
                            xml.text("verwijzingNaam", actor)
                        })?;
                    }
                    match &event.result {
                        Some(result) => xml.text("eventResultaat", result),
                        None => Ok(()),
                    }
                })?;
            }
            let appraisal = settings.appraisal;
            let code = Some(appraisal.code());
            xml.concept("waardering", appraisal.label(), code, APPRAISALS)?;
            if let Some(term) = &settings.retention {
                xml.term("bewaartermijn", term)?;
            }
            if let Some(category) = &settings.category {
                xml.term_of("informatiecategorie", category)?;
            }
            if let Some(whole) = &self.part_of {
                xml.reference("isOnderdeelVan", whole)?;
            }
            for part in &self.parts {
                xml.reference("bevatOnderdeel", part)?;
            }
            for file in &self.files {
                xml.reference("heeftRepresentatie", file)?;
            }
            for file in &self.more_metadata {
                xml.reference("aanvullendeMetagegevens", file)?;
            }
            for (other, relation) in &self.related {
                xml.group("gerelateerdInformatieobject", |xml| {
                    xml.reference("gerelateerdInformatieobjectVerwijzing", other)?;
                    let name = "gerelateerdInformatieobjectTypeRelatie";
                    xml.concept(name, relation, None, RELATIONS)
                })?;
            }
            xml.reference("archiefvormer", &self.creator)?;
            xml.group("betrokkene", |xml| {
                xml.concept("betrokkeneTypeRelatie", "Afzender", None, PARTIES)?;
                xml.reference("betrokkeneActor", &self.sender)
            })?;
            if let Some(activity) = &settings.activity {
                xml.group("activiteit", |xml| xml.text("verwijzingNaam", activity))?;
            }
            self.restrictions(xml)
        })
    }

    fn restrictions(&self, xml: &mut Xml) -> io::Result<()> {
        if self.settings.restrictions.is_empty() {
            return xml.group("beperkingGebruik", |xml| {
                xml.concept(
                    "beperkingGebruikType",
                    "Nader te bepalen",
                    None,
                    RESTRICTIONS,
                )
            });
        }
        for one in &self.settings.restrictions {
            xml.group("beperkingGebruik", |xml| {
                xml.term_of("beperkingGebruikType", &one.kind)?;
                if let Some(description) = &one.description {
                    xml.text("beperkingGebruikNadereBeschrijving", description)?;
                }
                match &one.term {
                    Some(term) => xml.term("beperkingGebruikTermijn", term),
                    None => Ok(()),
                }
            })?;
        }
        Ok(())
    }
}
