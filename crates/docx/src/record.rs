//! The record of a motion (a custom XML part, ECMA-376 15.2.5): what a council's information system
//! asks for, by the names of VNG Open Raadsinformatie.
//!
//! Every open place of the document, and the title of a motion, is bound to an element here
//! (17.5.2.6), so that a place named twice is filled in once, and the record holds what the clerk
//! filled in. Word binds plain text only: a rich text that is bound (MS-DOCX 2.5.1.6) is stored as a
//! whole escaped package, of no use to an information system. So the running texts are those of the
//! file as it was made, and are marked as a concept.

use raadspost_content::{Body, FillIn, Fingerprint, MotionKind, Part, Shape, WordingRole};

use crate::xml::markers::{REPEAT_END, cell, repeat};
use crate::xml::{Element, Node};

/// Namespace of the record; ours, since Open Raadsinformatie names fields of JSON.
pub(crate) const NAMESPACE: &str = "urn:raadspost:informatieobject:1";
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

/// The element of a wording.
pub(crate) fn wording_element(role: WordingRole) -> &'static str {
    match role {
        WordingRole::Old => "oudeTekst",
        WordingRole::New => "nieuweTekst",
        WordingRole::Explanation => "toelichting",
    }
}

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

/// The identities of a document's records (22.5.2.1): two documents never share one, so that a text
/// pasted from one into the other does not take the other's number and date.
#[derive(Debug, Clone)]
pub(crate) struct Stores {
    seed: Fingerprint,
    count: usize,
    ids: Vec<String>,
}

impl Stores {
    /// The identities in the documents of a shape, before their values are known.
    pub(crate) fn of(shape: &Shape) -> Self {
        let mut seed = Fingerprint::builder("docx-record");
        for text in [&shape.document, &shape.author, &shape.language] {
            seed.field(text.as_bytes());
        }
        seed.field(format!("{:?} {:?}", shape.date, shape.title).as_bytes());
        let motions = motions(shape);
        Self {
            seed: seed.finish(),
            // With several motions, the places outside of them have a record of their own.
            count: if motions > 1 { motions + 1 } else { 1 },
            ids: Vec::new(),
        }
    }

    /// The same with the values of the slots.
    pub(crate) fn filled(&self, slots: &[String]) -> Self {
        let ids = (0..self.count).map(|index| {
            let mut id = Fingerprint::builder("docx-store");
            id.field(&self.seed.0).field(&index.to_le_bytes());
            for text in slots {
                id.field(text.as_bytes());
            }
            guid(&id.finish())
        });
        Self {
            ids: ids.collect(),
            ..self.clone()
        }
    }

    /// The identity of a record, from 0; empty before the values are known.
    pub(crate) fn id(&self, index: usize) -> &str {
        self.ids.get(index).map_or("", String::as_str)
    }
}

/// How many motions a document has.
pub(crate) fn motions(shape: &Shape) -> usize {
    match &shape.body {
        Body::Parts { annex: _, parts } => parts
            .iter()
            .filter(|part| matches!(part, Part::Motion(_)))
            .count(),
        Body::Letter(_) | Body::Collection(_) => 0,
    }
}

/// A GUID from a digest: version 8 of RFC 9562, 5.8.
fn guid(digest: &Fingerprint) -> String {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.0[..16]);
    bytes[6] = bytes[6] & 0x0F | 0x80;
    bytes[8] = bytes[8] & 0x3F | 0x80;
    let hex = raadspost_content::hex(&bytes).to_ascii_uppercase();
    let groups = [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ];
    format!("{{{}}}", groups.join("-"))
}

/// A path to an element of a record (XPath 1.0).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Binding {
    path: String,
    /// The identity of the record, or its marker.
    store: String,
}

impl Binding {
    /// 17.5.2.6, or its like for sections that repeat (MS-DOCX 2.5.3.1).
    pub(crate) fn element(&self, name: &'static str) -> Element<'static> {
        Element::new(name)
            .attribute("w:prefixMappings", format!("xmlns:m='{NAMESPACE}'"))
            .attribute("w:xpath", self.path.clone())
            .attribute("w:storeItemID", self.store.clone())
    }
}

/// The content of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    /// Its identity, or the marker of it.
    store: String,
    /// The id of the document in the campaign.
    pub(crate) document: String,
    /// Title, on one line.
    pub(crate) title: String,
    /// Whether the title is bound to the one that the document shows.
    pub(crate) titled: bool,
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
    /// Whether a place of the document is bound to it.
    used: bool,
    movers: usize,
    mover_fills: Vec<String>,
    pub(crate) votes: Votes,
    vote_fills: Vec<String>,
    fills: Vec<String>,
    choices: Vec<String>,
}

impl Record {
    /// The record of a document before anything of it is converted.
    pub(crate) fn new(shape: &Shape, store: String) -> Self {
        let (year, month, day) = shape.date;
        Self {
            store,
            document: shape.document.clone(),
            title: String::new(),
            titled: false,
            author: shape.author.clone(),
            language: shape.language.clone(),
            date: format!("{year:04}-{month:02}-{day:02}"),
            kind: None,
            municipality: None,
            texts: Vec::new(),
            used: false,
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
        self.used = true;
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
        self.binding(&path)
    }

    fn binding(&self, path: &str) -> Binding {
        Binding {
            path: format!("{ROOT}/{path}"),
            store: self.store.clone(),
        }
    }

    /// Whether the document needs it.
    pub(crate) fn is_needed(&self) -> bool {
        self.kind.is_some() || self.used
    }

    /// The element of the title, which the document shows.
    pub(crate) fn title(&mut self, title: String) -> Binding {
        self.title = title;
        self.titled = true;
        self.binding("m:titel[1]")
    }

    /// The element of a choice.
    pub(crate) fn choice(&mut self, id: &str) -> Binding {
        self.used = true;
        let at = place_of(&mut self.choices, id);
        self.binding(&format!("m:keuzen[1]/m:keuze[{at}]"))
    }

    /// The path of all movers, for the section that repeats.
    pub(crate) fn movers(&self) -> Binding {
        self.binding("m:indieners[1]/m:indiener")
    }

    /// `customXml/itemN.xml`.
    pub(crate) fn element(&self) -> Element<'_> {
        let text = |name: &'static str, text: &str| Element::new(name).text(text.to_owned());
        let list = |name: &'static str, item: &'static str, keys: &[String]| {
            keys.iter().fold(Element::new(name), |list, key| {
                list.child(Element::new(item).attribute("naam", key.clone()))
            })
        };
        let mut root = Element::new("informatieobject")
            .attribute("xmlns", NAMESPACE)
            .attribute("document", self.document.clone());
        let title = text("titel", &self.title);
        root.push(if self.titled { title } else { concept(title) });
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
            root.push(concept(text(name, words)));
        }
        root.push(list("invullingen", "invulling", &self.fills));
        root.push(list("keuzen", "keuze", &self.choices));
        root
    }

    /// `customXml/itemPropsN.xml` (22.5).
    pub(crate) fn store(&self) -> Element<'static> {
        let schemas = Element::new("ds:schemaRefs")
            .child(Element::new("ds:schemaRef").attribute("ds:uri", NAMESPACE));
        Element::new("ds:datastoreItem")
            .attribute("ds:itemID", self.store.clone())
            .attribute(
                "xmlns:ds",
                "http://schemas.openxmlformats.org/officeDocument/2006/customXml",
            )
            .child(schemas)
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

/// A text as it was when the file was made: what a clerk changes in the document does not change it.
fn concept(element: Element<'_>) -> Element<'_> {
    element.attribute("status", "concept")
}

/// Names and values for the custom properties of a file (22.3): what it is from the start. What the
/// clerk fills in changes in the records alone. `title` is the title of the file; of several motions
/// none gives the file its kind.
pub(crate) fn properties<'a>(
    records: &'a [Record],
    title: &'a str,
) -> Vec<(&'static str, &'a str)> {
    let mut named = vec![("titel", title)];
    if let [
        Record {
            kind: Some(kind),
            title,
            ..
        },
    ] = records
    {
        named[0].1 = title;
        named.extend(types(*kind));
    }
    let municipality = records
        .iter()
        .find_map(|record| record.municipality.as_ref());
    if let Some((code, name)) = municipality {
        named.push(("gemeentecode", code));
        named.push(("gemeentenaam", name));
    }
    if let Some(record) = records.first() {
        named.push(("document", &record.document));
        named.push(("auteur", &record.author));
        named.push(("taal", &record.language));
        named.push(("creatiedatum", &record.date));
    }
    named
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
