//! The record of a motion (a custom XML part, ECMA-376 15.2.5): what a council's information system
//! asks for, by the names of VNG Open Raadsinformatie.
//!
//! Every open place of the document is bound to an element here (17.5.2.6), so that a place named
//! twice is filled in once, and the record holds what the clerk filled in.

use raadspost_content::{FillIn, MotionKind};

use crate::xml::markers::{REPEAT_END, cell, repeat};
use crate::xml::{Element, Node};

/// Namespace of the record; ours, since Open Raadsinformatie names fields of JSON.
pub(crate) const NAMESPACE: &str = "urn:raadspost:informatieobject:1";
/// The identity of the record in its package (22.5.2.1).
pub(crate) const STORE: &str = "{5B1F3C52-7A0D-4C7E-9C1E-2D5A0E7B4A11}";
/// The root, as a path of XPath.
const ROOT: &str = "/m:informatieobject[1]";

/// Elements of each record, in this order; a fill-in can be bound to one.
const SINGLE: [&str; 7] = [
    "nummer",
    "datum",
    "datumIngediend",
    "agendapunt",
    "onderwerp",
    "portefeuillehouder",
    "resultaat",
];

/// The list that a place belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Within {
    /// No list.
    #[default]
    Text,
    /// A line for each mover.
    Movers,
    /// A line for each faction.
    Votes,
}

/// The factions in a table of votes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Votes {
    /// As many as there are rows.
    Rows(usize),
    /// Those of a slot, to be filled later.
    Slot(usize),
    /// Those of a council, with their seats.
    Known(Vec<(String, String)>),
}

/// A path to an element of the record (XPath 1.0).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Binding(pub(crate) String);

impl Binding {
    /// 17.5.2.6, or its like for sections that repeat (MS-DOCX 2.5.3.1).
    pub(crate) fn element(&self, name: &'static str) -> Element<'static> {
        Element::new(name)
            .attribute("w:prefixMappings", format!("xmlns:m='{NAMESPACE}'"))
            .attribute("w:xpath", self.0.clone())
            .attribute("w:storeItemID", STORE)
    }
}

/// The content of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    /// Title, on one line.
    pub(crate) title: String,
    /// The sender.
    pub(crate) author: String,
    /// Language tag.
    pub(crate) language: String,
    /// The campaign's date, `2023-02-09`.
    pub(crate) date: String,
    /// The kind of the motion; `None` if the document is not one single motion.
    pub(crate) kind: Option<MotionKind>,
    /// Code and name of the municipality.
    pub(crate) municipality: Option<(String, String)>,
    /// Texts by the name of their element, such as `inhoud`.
    pub(crate) texts: Vec<(&'static str, String)>,
    movers: usize,
    mover_fills: Vec<String>,
    pub(crate) votes: Votes,
    vote_fills: Vec<String>,
    fills: Vec<String>,
    choices: Vec<String>,
}

impl Record {
    pub(crate) fn new(title: String, author: String, language: String, date: String) -> Self {
        Self {
            title,
            author,
            language,
            date,
            kind: None,
            municipality: None,
            texts: Vec::new(),
            movers: 0,
            mover_fills: Vec::new(),
            votes: Votes::Rows(0),
            vote_fills: Vec::new(),
            fills: Vec::new(),
            choices: Vec::new(),
        }
    }

    /// The element of an open place; `line` is the number of its line, or the marker of it.
    pub(crate) fn place(&mut self, fill_in: &FillIn, within: Within, line: &str) -> Binding {
        let field = fill_in.field.as_deref();
        let number = fill_in.line.unwrap_or(1);
        let key = unnumbered(fill_in);
        let path = match (within, field) {
            (Within::Text, Some("indiener")) => {
                self.movers = self.movers.max(1);
                "m:indieners[1]/m:indiener[1]/m:naam[1]".to_owned()
            }
            (Within::Text, Some("fractie")) => {
                self.movers = self.movers.max(1);
                "m:indieners[1]/m:indiener[1]/m:fractie[1]".to_owned()
            }
            (Within::Movers, field) => {
                self.movers = self.movers.max(number);
                let name = match field {
                    Some("indiener") => "naam[1]".to_owned(),
                    Some("fractie") => "fractie[1]".to_owned(),
                    _ => format!("invulling[{}]", place_of(&mut self.mover_fills, key)),
                };
                format!("m:indieners[1]/m:indiener[{line}]/m:{name}")
            }
            (Within::Votes, field) => {
                if let Votes::Rows(rows) = &mut self.votes {
                    *rows = (*rows).max(number);
                }
                let name = match field {
                    Some(name @ ("fractie" | "zetels" | "fractiestemresultaat")) => {
                        format!("{name}[1]")
                    }
                    _ => format!("invulling[{}]", place_of(&mut self.vote_fills, key)),
                };
                format!("m:stemming[1]/m:stemresultaatPerFractie[{line}]/m:{name}")
            }
            (Within::Text, Some(name)) if SINGLE.contains(&name) => format!("m:{name}[1]"),
            (Within::Text, _) => {
                let at = place_of(&mut self.fills, &fill_in.id);
                format!("m:invullingen[1]/m:invulling[{at}]")
            }
        };
        Binding(format!("{ROOT}/{path}"))
    }

    /// The element of a choice.
    pub(crate) fn choice(&mut self, id: &str) -> Binding {
        let at = place_of(&mut self.choices, id);
        Binding(format!("{ROOT}/m:keuzen[1]/m:keuze[{at}]"))
    }

    /// The path of all movers, for the section that repeats.
    pub(crate) fn movers() -> Binding {
        Binding(format!("{ROOT}/m:indieners[1]/m:indiener"))
    }

    /// Names and values for the custom properties of the file (22.3): what the motion is from the
    /// start. What the clerk fills in changes in the record alone.
    pub(crate) fn properties(&self) -> Vec<(&'static str, &str)> {
        let mut named = vec![("titel", self.title.as_str())];
        if let Some(kind) = self.kind {
            named.extend(types(kind));
        }
        if let Some((code, name)) = &self.municipality {
            named.push(("gemeentecode", code));
            named.push(("gemeentenaam", name));
        }
        named.push(("auteur", &self.author));
        named.push(("taal", &self.language));
        named.push(("creatiedatum", &self.date));
        named
    }

    /// `customXml/item1.xml`.
    pub(crate) fn element(&self) -> Element<'_> {
        let text = |name: &'static str, text: &str| Element::new(name).text(text.to_owned());
        let list = |name: &'static str, item: &'static str, keys: &[String]| {
            keys.iter().fold(Element::new(name), |list, key| {
                list.child(Element::new(item).attribute("naam", key.clone()))
            })
        };
        let mut root = Element::new("informatieobject").attribute("xmlns", NAMESPACE);
        root.push(text("titel", &self.title));
        if let Some(kind) = self.kind {
            for (name, value) in types(kind) {
                root.push(text(name, value));
            }
        }
        root.push(text("auteur", &self.author));
        root.push(text("taal", &self.language));
        root.push(text("creatiedatum", &self.date));
        if let Some((code, name)) = &self.municipality {
            root.push(
                Element::new("gemeente")
                    .child(text("gemeentecode", code))
                    .child(text("gemeentenaam", name)),
            );
        }
        for name in SINGLE {
            root.push(Element::new(name));
        }
        let mut movers = Element::new("indieners");
        for _ in 0..self.movers {
            let mover = Element::new("indiener")
                .child(Element::new("naam"))
                .child(Element::new("fractie"));
            movers.push(with_fills(mover, &self.mover_fills));
        }
        root.push(movers);
        root.push(self.voting());
        for (name, words) in &self.texts {
            root.push(text(name, words));
        }
        root.push(list("invullingen", "invulling", &self.fills));
        root.push(list("keuzen", "keuze", &self.choices));
        root
    }

    fn voting(&self) -> Element<'_> {
        let row = |name: &str, seats: &str| {
            let row = Element::new("stemresultaatPerFractie")
                .child(Element::new("fractie").text(name.to_owned()))
                .child(Element::new("zetels").text(seats.to_owned()))
                .child(Element::new("fractiestemresultaat"));
            with_fills(row, &self.vote_fills)
        };
        let mut voting = Element::new("stemming");
        match &self.votes {
            Votes::Rows(rows) => {
                for _ in 0..*rows {
                    let row = Element::new("stemresultaatPerFractie")
                        .child(Element::new("fractie"))
                        .child(Element::new("zetels"))
                        .child(Element::new("fractiestemresultaat"));
                    voting.push(with_fills(row, &self.vote_fills));
                }
            }
            Votes::Slot(slot) => {
                voting.children.push(Node::Text(repeat(*slot).into()));
                voting.push(row(&cell(0), &cell(1)));
                voting
                    .children
                    .push(Node::Text(REPEAT_END.to_string().into()));
            }
            Votes::Known(factions) => {
                for (name, seats) in factions {
                    voting.push(row(name, seats));
                }
            }
        }
        voting
    }
}

/// `customXml/itemProps1.xml` (22.5).
pub(crate) fn store() -> Element<'static> {
    let schemas = Element::new("ds:schemaRefs")
        .child(Element::new("ds:schemaRef").attribute("ds:uri", NAMESPACE));
    Element::new("ds:datastoreItem")
        .attribute("ds:itemID", STORE)
        .attribute(
            "xmlns:ds",
            "http://schemas.openxmlformats.org/officeDocument/2006/customXml",
        )
        .child(schemas)
}

/// The kind of the object, and of the motion, in the words of Open Raadsinformatie.
fn types(kind: MotionKind) -> Vec<(&'static str, &'static str)> {
    let object = |word| ("informatieobjecttype", word);
    match kind {
        MotionKind::Motion => vec![object("motie"), ("motietype", "overig")],
        MotionKind::OffAgendaMotion => vec![object("motie"), ("motietype", "vreemd")],
        MotionKind::Amendment => vec![object("amendement")],
        MotionKind::Initiative => vec![object("initiatiefvoorstel")],
    }
}

fn with_fills<'a>(mut row: Element<'a>, keys: &[String]) -> Element<'a> {
    for key in keys {
        row.push(Element::new("invulling").attribute("naam", key.clone()));
    }
    row
}

/// The place of a key in a list, from 1; behind the others where it is new.
fn place_of(keys: &mut Vec<String>, key: &str) -> usize {
    let at = keys.iter().position(|known| known == key);
    at.unwrap_or_else(|| {
        keys.push(key.to_owned());
        keys.len() - 1
    }) + 1
}

/// The key without the number of its line.
fn unnumbered(fill_in: &FillIn) -> &str {
    match fill_in.line {
        Some(_) => fill_in
            .id
            .rsplit_once('-')
            .map_or(fill_in.id.as_str(), |(key, _)| key),
        None => &fill_in.id,
    }
}
