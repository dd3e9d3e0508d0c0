//! The logical structure of a document (ISO 32000-1, 14.7 and 14.8), built from its pages.
//!
//! Typst leaves a mark in the pages where an element starts and where it ends; from these marks the
//! tree is built, and from the tree the structure elements.

use std::collections::HashMap;

use typst::introspection::Location;

/// Number of a node.
pub(crate) type NodeId = usize;

/// What an element is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Role {
    /// No element: its content belongs to the element round it.
    Group,
    /// Not part of the logical structure.
    Artifact,
    /// A paragraph; left out where nothing is in it.
    Paragraph,
    /// A heading of a level, with its text.
    Heading(u16, String),
    /// A list.
    List(Numbering),
    /// The label of an item of a list.
    ItemLabel,
    /// An item of a list.
    ItemBody,
    /// A label that is not in a list: the number of a note.
    Label,
    /// A link.
    Link,
    /// A footnote.
    Note,
    /// A grid or a cell of it.
    Division,
    /// A picture or a described drawing.
    Figure(Figure),
    /// A table, with the number of rows that head it.
    Table(usize),
    /// A cell of a table: its row, from 0, and whether it heads its column.
    Cell(usize, bool),
}

/// How the items of a list are labelled (ISO 32000-1, table 347).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Numbering {
    /// By this name.
    Named(&'static str),
    /// With a marker that is not known before it is shown.
    Marker,
}

/// What a picture shows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Figure {
    /// In words.
    pub(crate) words: String,
    /// The language of the words, where it is not that of the document.
    pub(crate) language: Option<String>,
}

/// The languages of the text in a node.
#[derive(Debug, Clone, PartialEq)]
enum Spoken {
    /// There is no text.
    Nothing,
    /// One; none is that of the document.
    One(Option<String>),
    /// More than one.
    Several,
}

/// How a run of text is set off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Attributes {
    /// `strong`.
    pub(crate) strong: bool,
    /// `emph`.
    pub(crate) emphasis: bool,
    /// Raised or lowered.
    pub(crate) script: bool,
}

/// What is in a node, in reading order.
#[derive(Debug, Clone)]
pub(crate) enum Kid {
    /// Another node.
    Node(NodeId),
    /// Text: the page and the numbers of its marked-content sequences.
    Text(Attributes, Vec<(usize, usize)>),
    /// An annotation, by page and place among the page's.
    Annotation(usize, usize),
}

/// A node.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    /// What it is.
    pub(crate) role: Role,
    /// What is in it.
    pub(crate) kids: Vec<Kid>,
    /// The box of a figure on its page: left, bottom, right, top, in thousandths of a point.
    bounds: Option<[i64; 4]>,
    /// The languages of the text in a heading or link.
    spoken: Spoken,
}

impl Node {
    fn new(role: Role) -> Self {
        Self {
            role,
            kids: Vec::new(),
            bounds: None,
            spoken: Spoken::Nothing,
        }
    }
}

/// The tree of one document; node 0 is the document.
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    nodes: Vec<Node>,
    /// Elements to which content elsewhere belongs, by their location.
    places: HashMap<Location, NodeId>,
    /// That content.
    moved: Vec<(Location, NodeId)>,
}

/// A finished structure element.
#[derive(Debug, Clone)]
pub(crate) struct Element {
    /// Its type (14.8.4), `P`.
    pub(crate) kind: &'static str,
    /// The further entries of its dictionary.
    pub(crate) entries: Vec<Entry>,
    /// What is in it.
    pub(crate) kids: Vec<Piece>,
}

/// An entry of an element's dictionary.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Entry {
    /// `/T`.
    Title(String),
    /// `/ListNumbering` (14.8.5.5).
    Numbering(&'static str),
    /// `/Alt`.
    Alternative(String),
    /// `/Placement /Block` and `/BBox`: left, bottom, right and top of a figure, in thousandths of
    /// a point (14.8.5.4.3).
    Bounds([i64; 4]),
    /// `/Scope /Column` (14.8.5.7).
    Scope,
    /// `/Placement /Block`: an inline element among blocks (14.8.5.4.2).
    Block,
    /// `/ID`, needed by a note (ISO 14289-1, 7.9).
    Id,
    /// `/Lang` (14.9.2.3): that of the strings in the dictionary, and of the text in the element.
    Language(String),
}

/// A kid of an element.
#[derive(Debug, Clone)]
pub(crate) enum Piece {
    /// Another element.
    Element(Element),
    /// A marked-content sequence: page and number.
    Content(usize, usize),
    /// An annotation: page and place.
    Annotation(usize, usize),
}

impl Tree {
    /// An empty document.
    pub(crate) fn new() -> Self {
        Self {
            nodes: vec![Node::new(Role::Group)],
            places: HashMap::new(),
            moved: Vec::new(),
        }
    }

    /// A node in no other yet.
    pub(crate) fn node(&mut self, role: Role) -> NodeId {
        self.nodes.push(Node::new(role));
        self.nodes.len() - 1
    }

    /// A node in another.
    pub(crate) fn node_in(&mut self, parent: NodeId, role: Role) -> NodeId {
        let id = self.node(role);
        self.nodes[parent].kids.push(Kid::Node(id));
        id
    }

    /// What a node is.
    pub(crate) fn role(&self, id: NodeId) -> &Role {
        &self.nodes[id].role
    }

    /// Records the node of an element to which content elsewhere may belong.
    pub(crate) fn place(&mut self, location: Location, id: NodeId) {
        self.places.insert(location, id);
    }

    /// A node for content that belongs to the element with this location, at its end.
    pub(crate) fn moved(&mut self, location: Location) -> NodeId {
        let id = self.node(Role::Group);
        self.moved.push((location, id));
        id
    }

    /// Adds a marked-content sequence to a node.
    pub(crate) fn text(&mut self, id: NodeId, attributes: Attributes, at: (usize, usize)) {
        match self.nodes[id].kids.last_mut() {
            Some(Kid::Text(known, sequences)) if *known == attributes => sequences.push(at),
            _ => self.nodes[id].kids.push(Kid::Text(attributes, vec![at])),
        }
    }

    /// Notes where a figure shows something; its box holds all of it.
    pub(crate) fn bound(&mut self, id: NodeId, [left, bottom, right, top]: [i64; 4]) {
        let known = self.nodes[id].bounds.unwrap_or([left, bottom, right, top]);
        self.nodes[id].bounds = Some([
            known[0].min(left),
            known[1].min(bottom),
            known[2].max(right),
            known[3].max(top),
        ]);
    }

    /// Notes that the items of a list are labelled in this way, where nothing else says how.
    pub(crate) fn labelled(&mut self, list: NodeId, label: &str) {
        if let Role::List(numbering @ Numbering::Marker) = &mut self.nodes[list].role {
            *numbering = Numbering::Named(match label.trim() {
                "•" | "●" => "Disc",
                "◦" | "○" => "Circle",
                "▪" | "■" => "Square",
                _ => "None",
            });
        }
    }

    /// Notes that text in a heading or link is in this language; none is that of the document.
    pub(crate) fn speaks(&mut self, id: NodeId, language: Option<&str>) {
        let spoken = &mut self.nodes[id].spoken;
        match spoken {
            Spoken::Nothing => *spoken = Spoken::One(language.map(str::to_owned)),
            Spoken::One(known) if known.as_deref() != language => *spoken = Spoken::Several,
            Spoken::One(_) | Spoken::Several => {}
        }
    }

    /// Adds an annotation to a node.
    pub(crate) fn annotation(&mut self, id: NodeId, page: usize, at: usize) {
        self.nodes[id].kids.push(Kid::Annotation(page, at));
    }

    /// The structure elements; `None` if content belongs to an element that does not exist.
    pub(crate) fn elements(mut self) -> Option<Vec<Element>> {
        for (location, id) in std::mem::take(&mut self.moved) {
            let place = *self.places.get(&location)?;
            self.nodes[place].kids.push(Kid::Node(id));
        }
        let mut root = plain("Document", Vec::new());
        self.fill(0, &mut root);
        let only_elements = |piece| match piece {
            Piece::Element(element) => Some(element),
            Piece::Content(..) | Piece::Annotation(..) => None,
        };
        root.kids.into_iter().map(only_elements).collect()
    }

    /// Puts what is in a node into an element.
    fn fill(&self, id: NodeId, into: &mut Element) {
        for kid in &self.nodes[id].kids {
            match kid {
                Kid::Node(kid) => self.add(*kid, into),
                Kid::Text(attributes, sequences) => {
                    let pieces = sequences
                        .iter()
                        .map(|(page, at)| Piece::Content(*page, *at));
                    for piece in dressed(*attributes, pieces.collect()) {
                        into.push(piece);
                    }
                }
                Kid::Annotation(page, at) => into.push(Piece::Annotation(*page, *at)),
            }
        }
    }

    /// The rows of a table, those of its head in a group of their own (14.8.4.3.4).
    fn rows(&self, id: NodeId) -> Vec<Piece> {
        let mut groups: Vec<(bool, Vec<(usize, Element)>)> = Vec::new();
        for kid in &self.nodes[id].kids {
            let Kid::Node(kid) = kid else { continue };
            let Role::Cell(y, heads) = self.nodes[*kid].role else {
                continue;
            };
            if groups.last().is_none_or(|(head, _)| *head != heads) {
                groups.push((heads, Vec::new()));
            }
            let Some((_, rows)) = groups.last_mut() else {
                continue;
            };
            if rows.last().is_none_or(|(last, _)| *last != y) {
                rows.push((y, plain("TR", Vec::new())));
            }
            if let Some((_, row)) = rows.last_mut() {
                self.add(*kid, row);
            }
        }
        let has_head = groups.iter().any(|(head, _)| *head);
        let mut kids = Vec::new();
        for (head, rows) in groups {
            let rows = rows.into_iter().map(|(_, row)| Piece::Element(row));
            match has_head {
                true => kids.push(Piece::Element(plain(
                    if head { "THead" } else { "TBody" },
                    rows.collect(),
                ))),
                false => kids.extend(rows),
            }
        }
        kids
    }

    /// Puts a node into an element.
    fn add(&self, id: NodeId, into: &mut Element) {
        let node = &self.nodes[id];
        let (kind, mut entries) = match &node.role {
            Role::Group => return self.fill(id, into),
            Role::Artifact => return,
            Role::Paragraph => ("P", vec![]),
            Role::Heading(level, title) => (heading(*level), vec![Entry::Title(title.clone())]),
            Role::List(numbering) => {
                let name = match numbering {
                    Numbering::Named(name) => name,
                    Numbering::Marker => "None",
                };
                ("L", vec![Entry::Numbering(name)])
            }
            Role::ItemLabel | Role::Label => ("Lbl", vec![]),
            Role::ItemBody => ("LBody", vec![]),
            Role::Link => ("Link", vec![]),
            Role::Note => ("Note", vec![Entry::Id]),
            Role::Division => ("Div", vec![]),
            Role::Figure(figure) => {
                let bounds = node.bounds.map(Entry::Bounds);
                let language = figure.language.clone().map(Entry::Language);
                let words = Entry::Alternative(figure.words.clone());
                let entries = std::iter::once(words).chain(language).chain(bounds);
                ("Figure", entries.collect())
            }
            Role::Table(_) => ("Table", vec![]),
            Role::Cell(_, true) => ("TH", vec![Entry::Scope]),
            Role::Cell(_, false) => ("TD", vec![]),
        };
        if let Spoken::One(Some(language)) = &node.spoken {
            entries.push(Entry::Language(language.clone()));
        }
        let mut element = Element {
            kind,
            entries,
            kids: Vec::new(),
        };
        if matches!(node.role, Role::Table(_)) {
            element.kids = self.rows(id);
            return into.push(Piece::Element(element));
        }
        self.fill(id, &mut element);
        match node.role {
            Role::Paragraph if element.kids.is_empty() => {}
            Role::List(_) => into.push(Piece::Element(listed(element))),
            _ => into.push(Piece::Element(element)),
        }
    }
}

/// An element without entries.
fn plain(kind: &'static str, kids: Vec<Piece>) -> Element {
    Element {
        kind,
        entries: Vec::new(),
        kids,
    }
}

/// The type of a heading (14.8.4.3.2).
fn heading(level: u16) -> &'static str {
    ["H1", "H2", "H3", "H4", "H5", "H6"][usize::from(level.clamp(1, 6)) - 1]
}

/// Text in the elements that set it off, the outermost for emphasis.
fn dressed(attributes: Attributes, mut pieces: Vec<Piece>) -> Vec<Piece> {
    let Attributes {
        strong,
        emphasis,
        script,
    } = attributes;
    for (kind, is) in [("Span", script), ("Strong", strong), ("Em", emphasis)] {
        if is {
            pieces = vec![Piece::Element(Element {
                kind,
                entries: Vec::new(),
                kids: pieces,
            })];
        }
    }
    pieces
}

/// Labels and bodies of a list as items (14.8.4.3.3). A nested list at the end of an item becomes its
/// sibling, as in Typst's export.
fn listed(list: Element) -> Element {
    let mut items: Vec<Piece> = Vec::new();
    let item = |kids| Piece::Element(plain("LI", kids));
    for piece in list.kids {
        let Piece::Element(mut element) = piece else {
            items.push(piece);
            continue;
        };
        match element.kind {
            "Lbl" => items.push(item(vec![Piece::Element(element)])),
            "LBody" => {
                let inner = match element.kids.last() {
                    Some(Piece::Element(last)) if last.kind == "L" => element.kids.pop(),
                    _ => None,
                };
                match items.last_mut() {
                    Some(Piece::Element(last)) if last.kind == "LI" && last.kids.len() == 1 => {
                        last.kids.push(Piece::Element(element));
                    }
                    _ => items.push(item(vec![Piece::Element(element)])),
                }
                items.extend(inner);
            }
            _ => items.push(Piece::Element(element)),
        }
    }
    Element {
        kids: items,
        ..list
    }
}

impl Element {
    /// Whether only blocks may stand in it, so that bare content needs an element of its own.
    fn groups(&self) -> bool {
        matches!(self.kind, "Document" | "Div")
    }

    /// Adds a kid.
    fn push(&mut self, piece: Piece) {
        if !self.groups() {
            return self.kids.push(piece);
        }
        match piece {
            Piece::Element(mut element) => {
                let inline = ["Span", "Note", "Link", "Strong", "Em"];
                if inline.contains(&element.kind) {
                    element.entries.push(Entry::Block);
                }
                self.kids.push(Piece::Element(element));
            }
            Piece::Content(..) | Piece::Annotation(..) => match self.kids.last_mut() {
                Some(Piece::Element(last)) if last.kind == "Span" && last.is_wrapper() => {
                    last.kids.push(piece);
                }
                _ => self.kids.push(Piece::Element(Self {
                    kind: "Span",
                    entries: vec![Entry::Block],
                    kids: vec![piece],
                })),
            },
        }
    }

    /// Whether it only holds bare content.
    fn is_wrapper(&self) -> bool {
        self.kids
            .iter()
            .all(|kid| !matches!(kid, Piece::Element(_)))
    }
}
