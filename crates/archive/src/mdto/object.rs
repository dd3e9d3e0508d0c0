//! MDTO 1.0.1: information objects and files, written as XML in the order that its schema asks for
//! (namespace `https://www.nationaalarchief.nl/mdto`, element names in Dutch as they are there).

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use raadspost_content::{ArchiveSettings, Concept, Term};

use crate::formats::Format;

/// The namespace.
pub(crate) const NAMESPACE: &str = "https://www.nationaalarchief.nl/mdto";
const SCHEMA: &str =
    "https://www.nationaalarchief.nl/mdto https://www.nationaalarchief.nl/mdto/MDTO-XML1.0.1.xsd";

/// How a file's sidecar is called; the specification has both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SidecarName {
    /// `brief.pdf.bestand.MDTO.xml`
    #[default]
    Bestand,
    /// `brief.pdf.MDTO.xml`
    Short,
}

impl SidecarName {
    /// The sidecar of a file.
    pub(crate) fn of(self, file: &str) -> String {
        match self {
            Self::Bestand => format!("{file}.bestand.MDTO.xml"),
            Self::Short => format!("{file}.MDTO.xml"),
        }
    }
}

/// `identificatieGegevens`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    /// `identificatieKenmerk`.
    pub(crate) mark: String,
    /// `identificatieBron`.
    pub(crate) origin: String,
}

impl Identity {
    /// A mark that this tool gave.
    pub(crate) fn own(mark: impl Into<String>) -> Self {
        Self {
            mark: mark.into(),
            origin: "Raadspost".to_owned(),
        }
    }
}

/// `verwijzingGegevens`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference {
    /// `verwijzingNaam`.
    pub(crate) name: String,
    /// `verwijzingIdentificatie`.
    pub(crate) identity: Option<Identity>,
}

/// `eventGegevens`.
#[derive(Debug, Clone)]
pub(crate) struct Happening {
    /// A label of MDTO's list.
    pub(crate) kind: &'static str,
    /// Date or time.
    pub(crate) time: String,
    /// Who.
    pub(crate) actor: Option<String>,
    /// What came of it.
    pub(crate) result: Option<String>,
}

/// An information object. What the campaign says for all of them is in `settings`.
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
    pub(crate) happenings: Vec<Happening>,
    pub(crate) part_of: Option<Reference>,
    pub(crate) parts: Vec<Reference>,
    pub(crate) files: Vec<Reference>,
    /// `aanvullendeMetagegevens`.
    pub(crate) more_metadata: Vec<Reference>,
    /// Related objects, each with a label of MDTO's list of relations.
    pub(crate) related: Vec<(Reference, &'static str)>,
    /// `archiefvormer`.
    pub(crate) creator: Reference,
    /// `betrokkene`: who sends it.
    pub(crate) sender: Reference,
}

/// A file (`bestand`).
#[derive(Debug, Clone)]
pub(crate) struct FileObject {
    pub(crate) identity: Identity,
    /// The file's name.
    pub(crate) name: String,
    /// Size in bytes.
    pub(crate) bytes: u64,
    pub(crate) format: Format,
    /// SHA-256.
    pub(crate) sha256: String,
    /// When the checksum was made (RFC 3339).
    pub(crate) time: String,
    /// What it represents.
    pub(crate) represents: Reference,
}

/// MDTO's lists, as its official examples name them; the relations' after the same pattern.
const LEVELS: &str = "Begrippenlijst Aggregatieniveaus MDTO";
const EVENTS: &str = "Begrippenlijst EventTypeLijst MDTO";
const APPRAISALS: &str = "Begrippenlijst Waarderingen MDTO";
const RESTRICTIONS: &str = "Begrippenlijst Beperkingen MDTO";
const ALGORITHMS: &str = "Begrippenlijst ChecksumAlgoritme MDTO";
const RELATIONS: &str = "Begrippenlijst TypeRelaties MDTO";
const PARTIES: &str = "Begrippenlijst BetrokkeneTypeRelaties MDTO";
const PERIODS: &str = "Begrippenlijst Raadspost";
const FORMATS: &str = "PRONOM-register";

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
            for happening in &self.happenings {
                xml.group("event", |xml| {
                    xml.concept("eventType", happening.kind, None, EVENTS)?;
                    xml.text("eventTijd", &happening.time)?;
                    if let Some(actor) = &happening.actor {
                        xml.group("eventVerantwoordelijkeActor", |xml| {
                            xml.text("verwijzingNaam", actor)
                        })?;
                    }
                    match &happening.result {
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

impl FileObject {
    /// The sidecar.
    pub(crate) fn to_xml(&self) -> io::Result<Vec<u8>> {
        document("bestand", |xml| {
            xml.identity("identificatie", &self.identity)?;
            xml.text("naam", &self.name)?;
            xml.text("omvang", &self.bytes.to_string())?;
            let Format { puid, label } = self.format;
            xml.concept("bestandsformaat", label, Some(puid), FORMATS)?;
            xml.group("checksum", |xml| {
                xml.concept("checksumAlgoritme", "SHA-256", None, ALGORITHMS)?;
                xml.text("checksumWaarde", &self.sha256)?;
                xml.text("checksumDatum", &self.time)
            })?;
            xml.reference("isRepresentatieVan", &self.represents)
        })
    }
}

/// Writes elements, each on a line of its own.
pub(crate) struct Xml(Writer<Vec<u8>>);

impl Xml {
    /// An empty document in UTF-8.
    pub(crate) fn new() -> io::Result<Self> {
        let mut writer = Writer::new_with_indent(Vec::new(), b'\t', 1);
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        Ok(Self(writer))
    }

    /// The document, with a line break at its end.
    pub(crate) fn finish(self) -> Vec<u8> {
        let mut bytes = self.0.into_inner();
        bytes.push(b'\n');
        bytes
    }

    /// An element with text.
    pub(crate) fn text(&mut self, name: &str, text: &str) -> io::Result<()> {
        // XML 1.0 cannot hold most control characters, not even as references.
        let sound: String = text
            .chars()
            .map(|c| match c {
                '\t' | '\n' => ' ',
                c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => '\u{FFFD}',
                c => c,
            })
            .collect();
        self.0
            .create_element(name)
            .write_text_content(BytesText::new(&sound))?;
        Ok(())
    }

    /// An element with elements.
    pub(crate) fn group(
        &mut self,
        name: &str,
        inner: impl FnOnce(&mut Self) -> io::Result<()>,
    ) -> io::Result<()> {
        self.group_with(name, &[], inner)
    }

    /// The same with attributes.
    pub(crate) fn group_with(
        &mut self,
        name: &str,
        attributes: &[(&str, &str)],
        inner: impl FnOnce(&mut Self) -> io::Result<()>,
    ) -> io::Result<()> {
        use quick_xml::events::{BytesEnd, BytesStart};
        let mut start = BytesStart::new(name);
        for attribute in attributes {
            start.push_attribute(*attribute);
        }
        self.0.write_event(Event::Start(start))?;
        inner(self)?;
        self.0.write_event(Event::End(BytesEnd::new(name)))
    }

    fn identity(&mut self, name: &str, identity: &Identity) -> io::Result<()> {
        self.group(name, |xml| {
            xml.text("identificatieKenmerk", &identity.mark)?;
            xml.text("identificatieBron", &identity.origin)
        })
    }

    fn reference(&mut self, name: &str, reference: &Reference) -> io::Result<()> {
        self.group(name, |xml| {
            xml.text("verwijzingNaam", &reference.name)?;
            match &reference.identity {
                Some(identity) => xml.identity("verwijzingIdentificatie", identity),
                None => Ok(()),
            }
        })
    }

    fn concept(
        &mut self,
        name: &str,
        label: &str,
        code: Option<&str>,
        list: &str,
    ) -> io::Result<()> {
        self.group(name, |xml| {
            xml.text("begripLabel", label)?;
            if let Some(code) = code {
                xml.text("begripCode", code)?;
            }
            xml.group("begripBegrippenlijst", |xml| {
                xml.text("verwijzingNaam", list)
            })
        })
    }

    fn term_of(&mut self, name: &str, concept: &Concept) -> io::Result<()> {
        self.concept(name, &concept.label, concept.code.as_deref(), &concept.list)
    }

    fn term(&mut self, name: &str, term: &Term) -> io::Result<()> {
        self.group(name, |xml| {
            if let Some(trigger) = &term.trigger {
                xml.term_of("termijnTriggerStartLooptijd", trigger)?;
            }
            let parts = [
                ("termijnStartdatumLooptijd", &term.start),
                ("termijnLooptijd", &term.duration),
                ("termijnEinddatum", &term.end),
            ];
            for (name, text) in parts {
                if let Some(text) = text {
                    xml.text(name, text)?;
                }
            }
            Ok(())
        })
    }
}

fn document(name: &str, inner: impl FnOnce(&mut Xml) -> io::Result<()>) -> io::Result<Vec<u8>> {
    let mut xml = Xml::new()?;
    let attributes = [
        ("xmlns", NAMESPACE),
        ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
        ("xsi:schemaLocation", SCHEMA),
    ];
    xml.group_with("MDTO", &attributes, |xml| xml.group(name, inner))?;
    Ok(xml.finish())
}
