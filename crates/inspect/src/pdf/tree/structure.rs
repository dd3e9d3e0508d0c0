//! The structure tree (ISO 32000-1, 14.7 and 14.8): lines in reading order.

use std::fmt::Write as _;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::joiner::{Joiner, Spot};
use crate::error::ReadError;
use crate::pdf::page::content::PageContent;
use crate::pdf::page::marks::MarkedContent;
use crate::pdf::syntax::document::{Document, text_string};
use crate::pdf::syntax::object::{Dictionary, Object, ObjectId};
use crate::said::line::Line;
use crate::said::line::Role;
use crate::said::text::{fold, tidy};

/// Elements nested deeper than this are not read: no document goes there, only a broken tree.
const DEPTH_LIMIT: usize = 128;

/// Pages as the tree names them and as they were read.
pub(crate) struct Pages<'a> {
    pub(crate) index: &'a FxHashMap<ObjectId, usize>,
    pub(crate) content: &'a [Arc<PageContent>],
}

/// A line as it was joined, with the places of its pieces on paper.
#[derive(Debug, Clone)]
pub(crate) struct PlacedLine {
    pub(crate) role: Role,
    pub(crate) depth: usize,
    pub(crate) label: Option<String>,
    /// Not tidied: its white space is as the file has it, a line end that was forced is `\n`.
    pub(crate) text: String,
    pub(crate) spots: Vec<Spot>,
}

impl PlacedLine {
    pub(crate) fn into_line(self) -> Line {
        Line {
            role: self.role,
            depth: self.depth,
            label: self.label,
            text: tidy(&self.text),
        }
    }
}

impl Tree {
    /// Whether line `at` of the file, from 0, reads like this, white space folded.
    pub(crate) fn has_line(&self, at: usize, text: &str) -> bool {
        let line = self.lines.get(at);
        line.is_some_and(|line| fold(&line.text) == fold(text))
    }
}

/// Marked content, as the tree comes to it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tagged {
    /// The page, from 0.
    pub(crate) page: usize,
    pub(crate) content: MarkedContent,
    /// 0 for the running text, and a number of its own for each footnote, which is read where it
    /// is referred to and painted at the foot of the page.
    pub(crate) note: usize,
}

/// The tree, read.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    /// The lines in reading order, the footnotes behind them.
    pub(crate) lines: Vec<PlacedLine>,
    /// All marked content, in reading order.
    pub(crate) tagged: Vec<Tagged>,
}

/// The meaning of an element for reading.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Heading(u8),
    List,
    Item,
    Label,
    Note,
    Link,
    Inline,
    Transparent,
    Hidden,
    Block,
}

/// The place of an element in the tree.
#[derive(Default, Clone)]
struct Context {
    /// The page of content that names none itself.
    page: Option<ObjectId>,
    /// The role that the element gives its lines; without one it depends on the label.
    role: Option<Role>,
    /// How many lists it lies in.
    lists: usize,
    /// How many elements it lies in.
    elements: usize,
    /// The nearest element around it that is not inline.
    parent: Option<Kind>,
    /// The link element it lies in.
    link: Option<usize>,
}

/// Walks the tree once, for lines or for an outline.
pub(crate) struct Reader<'a> {
    document: &'a Document<'a>,
    pages: Pages<'a>,
    roles: Option<&'a Dictionary<'a>>,
    /// By the number of an object, whether the walk has come to it.
    seen: Vec<bool>,
    links: usize,
    open: Joiner,
    /// Role and depth of the line that is open.
    opened: Option<(Role, usize)>,
    /// A label until the first line of its item or footnote takes it.
    label: Option<String>,
    lines: Vec<PlacedLine>,
    notes: Vec<PlacedLine>,
    tagged: Vec<Tagged>,
    /// The footnote in which the walk is, 0 for none, and how many there were.
    note: usize,
    noted: usize,
    /// The tree as text, where that is asked for instead of lines.
    outline: Option<String>,
    /// How deep the element is to which the outline's last line belongs.
    outlined: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(document: &'a Document<'a>, pages: Pages<'a>) -> Self {
        Self {
            document,
            pages,
            roles: None,
            seen: vec![false; document.len()],
            links: 0,
            open: Joiner::default(),
            opened: None,
            label: None,
            lines: Vec::new(),
            notes: Vec::new(),
            tagged: Vec::new(),
            note: 0,
            noted: 0,
            outline: None,
            outlined: 0,
        }
    }

    /// Lines and marked content in reading order.
    pub(crate) fn read(mut self) -> Result<Tree, ReadError> {
        self.walk_root()?;
        self.lines.append(&mut self.notes);
        Ok(Tree {
            lines: self.lines,
            tagged: self.tagged,
        })
    }

    /// The tree, one element a line, with the text directly inside.
    pub(crate) fn outline(mut self) -> Result<String, ReadError> {
        self.outline = Some(String::new());
        self.walk_root()?;
        Ok(self.outline.unwrap_or_default())
    }

    fn walk_root(&mut self) -> Result<(), ReadError> {
        let root = self
            .document
            .catalog()
            .and_then(|catalog| catalog.get_deref(b"StructTreeRoot", self.document))
            .and_then(Object::as_dict)
            .ok_or(ReadError::Untagged)?;
        self.roles = root
            .get_deref(b"RoleMap", self.document)
            .and_then(Object::as_dict);
        if let Some(kids) = root.get(b"K") {
            self.walk_kids(kids, &Context::default(), 0);
        }
        self.flush();
        Ok(())
    }

    fn walk_kids(&mut self, kids: &'a Object<'a>, context: &Context, depth: usize) {
        if depth > DEPTH_LIMIT {
            return;
        }
        match kids {
            Object::Array(kids) => {
                for kid in *kids {
                    self.walk_kids(kid, context, depth + 1);
                }
            }
            Object::Reference(id) => {
                // An element has one parent (14.7.2), so whoever comes twice closes a circle.
                if let Some(object) = self.document.get(*id)
                    && !std::mem::replace(&mut self.seen[id.0 as usize], true)
                {
                    self.walk_kids(object, context, depth + 1);
                }
            }
            Object::Integer(mcid) => {
                let content = MarkedContent {
                    form: None,
                    mcid: *mcid,
                };
                self.add_content(context, context.page, content);
            }
            Object::Dictionary(dictionary) => {
                match dictionary.get(b"Type").and_then(Object::as_name) {
                    Some(b"MCR") => {
                        let page = dictionary.get(b"Pg").and_then(Object::as_reference);
                        let form = dictionary.get(b"Stm").and_then(Object::as_reference);
                        if let Some(mcid) = dictionary.get(b"MCID").and_then(Object::as_i64) {
                            let content = MarkedContent { form, mcid };
                            self.add_content(context, page.or(context.page), content);
                        }
                    }
                    Some(b"OBJR") => {}
                    _ => self.walk_element(dictionary, context, depth + 1),
                }
            }
            _ => {}
        }
    }

    fn walk_element(&mut self, element: &'a Dictionary<'a>, context: &Context, depth: usize) {
        let tag = element
            .get_deref(b"S", self.document)
            .and_then(Object::as_name)
            .unwrap_or(b"");
        let kind = self.kind(tag, element);
        let mut inner = context.clone();
        inner.parent = Some(kind);
        if let Some(page) = element.get(b"Pg").and_then(Object::as_reference) {
            inner.page = Some(page);
        }
        if let Some(outline) = &mut self.outline {
            let indent = context.elements * 2;
            let _ = write!(outline, "\n{:indent$}{}", "", String::from_utf8_lossy(tag));
            inner.elements += 1;
            self.outlined = inner.elements;
            self.walk_inside(element, &inner, depth);
            return;
        }
        match kind {
            Kind::Hidden => {}
            Kind::Transparent | Kind::Inline => {
                inner.parent = context.parent;
                self.walk_inside(element, &inner, depth);
            }
            Kind::Link => {
                inner.parent = context.parent;
                self.links += 1;
                inner.link = Some(self.links);
                self.walk_inside(element, &inner, depth);
            }
            Kind::Label => {
                let text = self.apart(element, &inner, depth);
                match context.parent {
                    Some(Kind::Item | Kind::Note) => self.label = Some(text),
                    // A label in running text is the reference to a footnote.
                    _ => {
                        self.begin(context);
                        self.open.push_str(&format!("[^{text}]"));
                    }
                }
            }
            Kind::Note => {
                let open = std::mem::take(&mut self.open);
                let opened = self.opened.take();
                let label = self.label.take();
                let lines = std::mem::take(&mut self.lines);
                inner.role = Some(Role::Note);
                inner.lists = 0;
                self.noted += 1;
                let note = std::mem::replace(&mut self.note, self.noted);
                self.walk_inside(element, &inner, depth);
                self.note = note;
                self.flush();
                self.label = label;
                self.notes.extend(std::mem::replace(&mut self.lines, lines));
                (self.open, self.opened) = (open, opened);
            }
            Kind::List => {
                self.flush();
                self.flush_label(context.lists);
                inner.lists += 1;
                inner.role = None;
                self.walk_inside(element, &inner, depth);
                self.flush();
            }
            Kind::Item => {
                self.flush();
                inner.role = None;
                self.walk_inside(element, &inner, depth);
                self.flush();
                self.flush_label(inner.lists);
            }
            Kind::Heading(level) => {
                self.flush();
                inner.role = Some(Role::Heading(level));
                self.walk_inside(element, &inner, depth);
                self.flush();
            }
            Kind::Block => {
                self.flush();
                self.walk_inside(element, &inner, depth);
                self.flush();
            }
        }
    }

    fn walk_inside(&mut self, element: &'a Dictionary<'a>, context: &Context, depth: usize) {
        if let Some(actual) = text_string(self.document, element, b"ActualText") {
            if self.outline.is_some() {
                self.add_outline(context, &actual);
            } else {
                self.begin(context);
                self.open.push_str(&actual);
            }
            return;
        }
        if let Some(kids) = element.get(b"K") {
            self.walk_kids(kids, context, depth + 1);
        }
    }

    /// The text of an element by itself, outside of the line that is open.
    fn apart(&mut self, element: &'a Dictionary<'a>, context: &Context, depth: usize) -> String {
        let open = std::mem::take(&mut self.open);
        let opened = self.opened.replace((Role::Paragraph, 0));
        self.walk_inside(element, context, depth);
        self.opened = opened;
        std::mem::replace(&mut self.open, open).finish()
    }

    /// Opens a line, unless one is open.
    fn begin(&mut self, context: &Context) {
        if self.opened.is_none() {
            let role = match (context.role, &self.label) {
                (Some(role), _) => role,
                (None, Some(_)) => Role::ListItem,
                (None, None) => Role::Paragraph,
            };
            self.opened = Some((role, context.lists));
        }
    }

    fn flush(&mut self) {
        let opened = self.opened.take();
        let open = std::mem::take(&mut self.open);
        if let Some((role, depth)) = opened
            && !open.is_empty()
        {
            let label = match role {
                Role::ListItem | Role::Note => self.label.take(),
                Role::Heading(_) | Role::Paragraph => None,
            };
            let (text, spots) = open.into_parts();
            self.lines.push(PlacedLine {
                role,
                depth,
                label,
                text,
                spots,
            });
        }
    }

    /// A label that no line took: its item has no text of its own.
    fn flush_label(&mut self, depth: usize) {
        if let Some(label) = self.label.take() {
            self.lines.push(PlacedLine {
                role: Role::ListItem,
                depth,
                label: Some(label),
                text: String::new(),
                spots: Vec::new(),
            });
        }
    }

    fn add_content(&mut self, context: &Context, page: Option<ObjectId>, content: MarkedContent) {
        let Some(&page) = page.and_then(|page| self.pages.index.get(&page)) else {
            return;
        };
        let Some(found) = self.pages.content.get(page) else {
            return;
        };
        let note = self.note;
        self.tagged.push(Tagged {
            page,
            content,
            note,
        });
        let Some(runs) = found.by_content.get(&content) else {
            return;
        };
        if self.outline.is_some() {
            for at in runs.iter().filter(|at| !found.runs[**at].text.is_empty()) {
                self.add_outline(context, &found.runs[*at].text);
            }
            return;
        }
        self.begin(context);
        for at in runs {
            self.open.push((*at, &found.runs[*at]), page, context.link);
        }
    }

    /// Adds text to the outline: behind its element's name, or on a line of its own where other
    /// elements came between.
    fn add_outline(&mut self, context: &Context, text: &str) {
        if let Some(outline) = &mut self.outline {
            if std::mem::replace(&mut self.outlined, context.elements) != context.elements {
                let indent = context.elements * 2;
                let _ = write!(outline, "\n{:indent$}{text:?}", "");
            } else {
                let _ = write!(outline, " {text:?}");
            }
        }
    }

    /// The kind of a structure type, mapped to a standard one (14.7.3, 14.8.4).
    fn kind(&self, tag: &[u8], element: &Dictionary<'_>) -> Kind {
        let mut tag = tag;
        for _ in 0..8 {
            if let Some(kind) = standard(tag) {
                return if kind == Kind::Inline && self.is_placed_as_block(element) {
                    Kind::Block
                } else {
                    kind
                };
            }
            match self.roles.and_then(|roles| roles.get(tag)?.as_name()) {
                Some(mapped) => tag = mapped,
                None => break,
            }
        }
        Kind::Block
    }

    /// An inline element whose layout attribute says that it is a block (14.8.5.4.2).
    fn is_placed_as_block(&self, element: &Dictionary<'_>) -> bool {
        let Some(attributes) = element.get_deref(b"A", self.document) else {
            return false;
        };
        let is_block = |object: &Object<'_>| {
            let object = self.document.dereference(object).map(|(_, object)| object);
            object
                .and_then(Object::as_dict)
                .and_then(|attribute| attribute.get(b"Placement"))
                .and_then(Object::as_name)
                .is_some_and(|name| name == b"Block")
        };
        match attributes {
            Object::Array(list) => list.iter().any(is_block),
            one => is_block(one),
        }
    }
}

/// The standard structure types (14.8.4, and `Title` of PDF 2.0 because writers map it to `P`).
fn standard(tag: &[u8]) -> Option<Kind> {
    Some(match tag {
        b"Title" | b"H" => Kind::Heading(1),
        [b'H', digit @ b'1'..=b'9'] => Kind::Heading(digit - b'0'),
        b"L" => Kind::List,
        b"LI" => Kind::Item,
        b"Lbl" => Kind::Label,
        b"Note" | b"FENote" => Kind::Note,
        b"Link" => Kind::Link,
        b"Span" | b"Quote" | b"Code" | b"Em" | b"Strong" | b"Reference" | b"BibEntry"
        | b"Annot" | b"Ruby" | b"Warichu" | b"RB" | b"RT" | b"RP" | b"WT" | b"WP" | b"Sub"
        | b"Formula" | b"Form" => Kind::Inline,
        b"NonStruct" => Kind::Transparent,
        b"Private" | b"Artifact" => Kind::Hidden,
        b"Document" | b"DocumentFragment" | b"Part" | b"Art" | b"Sect" | b"Div" | b"Aside"
        | b"BlockQuote" | b"Caption" | b"TOC" | b"TOCI" | b"Index" | b"P" | b"LBody" | b"Table"
        | b"TR" | b"TH" | b"TD" | b"THead" | b"TBody" | b"TFoot" | b"Figure" => Kind::Block,
        _ => return None,
    })
}
