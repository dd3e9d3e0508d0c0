//! The elements that information objects and files share.

use std::io;

use raadspost_content::{Concept, Term};

use crate::xml::Xml;

/// The namespace.
pub(crate) const NAMESPACE: &str = "https://www.nationaalarchief.nl/mdto";
const SCHEMA: &str =
    "https://www.nationaalarchief.nl/mdto https://www.nationaalarchief.nl/mdto/MDTO-XML1.0.1.xsd";

/// `identificatieGegevens`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    /// `identificatieKenmerk`.
    pub(crate) key: String,
    /// `identificatieBron`.
    pub(crate) origin: String,
}

impl Identity {
    /// A key that this tool gave for a sender: campaigns of two senders may have one id.
    pub(crate) fn own(key: impl Into<String>, sender: &str) -> Self {
        Self {
            key: key.into(),
            origin: format!("Raadspost ({sender})"),
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
pub(crate) struct Event {
    /// A label of MDTO's list.
    pub(crate) kind: &'static str,
    /// Date or time.
    pub(crate) time: String,
    /// `eventVerantwoordelijkeActor`.
    pub(crate) actor: Option<String>,
    /// `eventResultaat`.
    pub(crate) result: Option<String>,
}

impl Xml {
    pub(crate) fn identity(&mut self, name: &str, identity: &Identity) -> io::Result<()> {
        self.group(name, |xml| {
            xml.text("identificatieKenmerk", &identity.key)?;
            xml.text("identificatieBron", &identity.origin)
        })
    }

    pub(crate) fn reference(&mut self, name: &str, reference: &Reference) -> io::Result<()> {
        self.group(name, |xml| {
            xml.text("verwijzingNaam", &reference.name)?;
            match &reference.identity {
                Some(identity) => xml.identity("verwijzingIdentificatie", identity),
                None => Ok(()),
            }
        })
    }

    pub(crate) fn concept(
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

    pub(crate) fn term_of(&mut self, name: &str, concept: &Concept) -> io::Result<()> {
        self.concept(name, &concept.label, concept.code.as_deref(), &concept.list)
    }

    pub(crate) fn term(&mut self, name: &str, term: &Term) -> io::Result<()> {
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

/// A sidecar: `name` is its object.
pub(crate) fn document(
    name: &str,
    inner: impl FnOnce(&mut Xml) -> io::Result<()>,
) -> io::Result<Vec<u8>> {
    let mut xml = Xml::new()?;
    let attributes = [
        ("xmlns", NAMESPACE),
        ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
        ("xsi:schemaLocation", SCHEMA),
    ];
    xml.group_with("MDTO", &attributes, |xml| xml.group(name, inner))?;
    Ok(xml.finish())
}
