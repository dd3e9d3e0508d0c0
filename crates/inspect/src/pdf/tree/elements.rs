//! The structure elements of a file as its dictionaries state them (ISO 32000-1, 14.7.2), and the
//! parent tree with the ways back (14.7.4.4). Faults are kept in words: a check reports them.

use rustc_hash::FxHashMap;

use crate::pdf::syntax::document::Document;
use crate::pdf::syntax::object::{Dictionary, Object, ObjectId};

/// Elements nested deeper than this are a fault: lines are read so far, and no document goes there.
const DEPTH_LIMIT: usize = 30;

/// The roles that a role map may lead through (14.7.3).
const ROLE_LIMIT: usize = 8;

/// A kid of an element.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kid {
    /// Another element, by its number among all.
    Element(usize),
    /// A marked-content sequence of a page.
    Content {
        /// The page, from 0.
        page: usize,
        /// The marked-content identifier.
        mcid: i64,
    },
    /// An object, as a rule an annotation.
    Object(ObjectId),
}

/// A structure element.
pub(crate) struct Element<'a> {
    pub(crate) id: ObjectId,
    pub(crate) dictionary: &'a Dictionary<'a>,
    /// Its standard type (14.8.4), by way of the role map.
    pub(crate) kind: &'a [u8],
    /// The element round it, by its number; `None` at the top.
    pub(crate) parent: Option<usize>,
    pub(crate) kids: Vec<Kid>,
}

/// The elements of a file in reading order, each before what is in it.
pub(crate) struct Elements<'a> {
    document: &'a Document<'a>,
    pages: &'a FxHashMap<ObjectId, usize>,
    roles: Option<&'a Dictionary<'a>>,
    pub(crate) all: Vec<Element<'a>>,
    /// By key: one object, or the list of a page.
    pub(crate) parents: Vec<(i64, &'a Object<'a>)>,
    /// Elements by the number of their object.
    seen: Vec<bool>,
    pub(crate) faults: Vec<String>,
}

impl<'a> Elements<'a> {
    /// Reads the tree of a file; `pages` are the numbers of its page objects. `None` if it has none.
    pub(crate) fn read(
        document: &'a Document<'a>,
        pages: &'a FxHashMap<ObjectId, usize>,
    ) -> Option<Self> {
        let catalog = document.catalog()?;
        let root_id = catalog
            .get(b"StructTreeRoot")
            .and_then(Object::as_reference)?;
        let root = document.dictionary(root_id)?;
        let mut elements = Self {
            document,
            pages,
            roles: root
                .get_deref(b"RoleMap", document)
                .and_then(Object::as_dict),
            all: Vec::with_capacity(128),
            parents: Vec::new(),
            seen: vec![false; document.len()],
            faults: Vec::new(),
        };
        if let Some(kids) = root.get(b"K") {
            let mut top = Vec::new();
            elements.kids(kids, (root_id, None, None), &mut top, 0);
        }
        let mut parents = Vec::new();
        if let Some(tree) = root
            .get_deref(b"ParentTree", document)
            .and_then(Object::as_dict)
        {
            elements.numbers(tree, &mut parents, 0);
        }
        if parents.windows(2).any(|pair| pair[0].0 >= pair[1].0) {
            elements.fault(|| "the keys of the parent tree are not in ascending order".to_owned());
        }
        let next = root.get(b"ParentTreeNextKey").and_then(Object::as_i64);
        if let (Some(next), Some((last, _))) = (next, parents.last())
            && next <= *last
        {
            elements.fault(|| {
                format!("the parent tree has the key {last} and says that {next} is free")
            });
        }
        elements.parents = parents;
        Some(elements)
    }

    fn fault(&mut self, fault: impl FnOnce() -> String) {
        self.faults.push(fault());
    }

    /// The kids of an element or of the root: object, number of the element and page.
    fn kids(
        &mut self,
        kids: &'a Object<'a>,
        of: (ObjectId, Option<usize>, Option<usize>),
        out: &mut Vec<Kid>,
        depth: usize,
    ) {
        if depth > DEPTH_LIMIT {
            return self.fault(|| "the structure tree is nested too deeply".to_owned());
        }
        let (_, parent, page) = of;
        let nothing =
            |document: &Document<'_>, kid: &Object<'_>| document.dereference(kid).is_none();
        match kids {
            Object::Array(items) => {
                for item in *items {
                    // An array in an array is no kid (table 323).
                    match item {
                        Object::Array(_) => {
                            self.fault(|| "an element has a list in its list of kids".to_owned());
                        }
                        item => self.kids(item, of, out, depth),
                    }
                }
            }
            Object::Integer(mcid) => match (parent, page) {
                (Some(_), Some(page)) => out.push(Kid::Content { page, mcid: *mcid }),
                _ => self.fault(|| format!("content {mcid} is in an element without a page")),
            },
            Object::Dictionary(dictionary) => self.reference(dictionary, (parent, page), out),
            Object::Reference(id) => match self.document.get(*id) {
                Some(Object::Dictionary(dictionary)) => {
                    let kind = dictionary.get(b"Type").and_then(Object::as_name);
                    if matches!(kind, Some(b"MCR" | b"OBJR")) {
                        self.reference(dictionary, (parent, page), out);
                    } else {
                        self.element(*id, dictionary, of, out, depth);
                    }
                }
                Some(Object::Array(_)) if parent.is_none() => {
                    let Some(list) = self.document.get(*id) else {
                        return;
                    };
                    self.kids(list, of, out, depth + 1);
                }
                _ => self.fault(|| {
                    format!("object {} is in the structure tree and is no element", id.0)
                }),
            },
            other if nothing(self.document, other) => {}
            _ => self.fault(|| "an element has a kid that is none".to_owned()),
        }
    }

    fn element(
        &mut self,
        id: ObjectId,
        dictionary: &'a Dictionary<'a>,
        (above, parent, _): (ObjectId, Option<usize>, Option<usize>),
        out: &mut Vec<Kid>,
        depth: usize,
    ) {
        if std::mem::replace(&mut self.seen[id.0 as usize], true) {
            return self.fault(|| format!("element {} is in the tree twice", id.0));
        }
        if dictionary.get(b"P").and_then(Object::as_reference) != Some(above) {
            self.fault(|| {
                format!(
                    "element {} names another parent than the one it is in",
                    id.0
                )
            });
        }
        let page = dictionary.get(b"Pg").and_then(Object::as_reference);
        let page = page.map(|page| self.pages.get(&page).copied());
        if page == Some(None) {
            self.fault(|| format!("element {} is on a page that the file does not have", id.0));
        }
        let kind = self.kind(id, dictionary);
        let number = self.all.len();
        self.all.push(Element {
            id,
            dictionary,
            kind,
            parent,
            kids: Vec::new(),
        });
        let mut kids = Vec::new();
        if let Some(object) = dictionary.get(b"K") {
            self.kids(
                object,
                (id, Some(number), page.flatten()),
                &mut kids,
                depth + 1,
            );
        }
        self.all[number].kids = kids;
        out.push(Kid::Element(number));
    }

    /// A marked-content or object reference (tables 324 and 325).
    fn reference(
        &mut self,
        dictionary: &'a Dictionary<'a>,
        (parent, home): (Option<usize>, Option<usize>),
        out: &mut Vec<Kid>,
    ) {
        let page = dictionary.get(b"Pg").and_then(Object::as_reference);
        let page = match page {
            Some(page) => self.pages.get(&page).copied(),
            None => home,
        };
        let (Some(page), Some(_)) = (page, parent) else {
            return self.fault(|| "the structure tree names content of no page".to_owned());
        };
        match dictionary.get(b"Type").and_then(Object::as_name) {
            // Numbers of a form XObject are its own.
            Some(b"MCR") if dictionary.get(b"Stm").is_some() => {}
            Some(b"MCR") => match dictionary.get(b"MCID").and_then(Object::as_i64) {
                Some(mcid) => out.push(Kid::Content { page, mcid }),
                None => {
                    self.fault(|| "the structure tree names content without a number".to_owned())
                }
            },
            Some(b"OBJR") => match dictionary.get(b"Obj").and_then(Object::as_reference) {
                Some(id) => out.push(Kid::Object(id)),
                None => self.fault(|| "the structure tree names an object that is none".to_owned()),
            },
            _ => self.fault(|| "an element is no object of its own".to_owned()),
        }
    }

    /// The standard type of an element.
    fn kind(&mut self, id: ObjectId, dictionary: &'a Dictionary<'a>) -> &'a [u8] {
        let mut kind = dictionary
            .get_deref(b"S", self.document)
            .and_then(Object::as_name)
            .unwrap_or_default();
        for _ in 0..ROLE_LIMIT {
            if is_standard(kind) {
                return kind;
            }
            match self.roles.and_then(|roles| roles.get(kind)?.as_name()) {
                Some(mapped) => kind = mapped,
                None => break,
            }
        }
        let name = String::from_utf8_lossy(kind).into_owned();
        self.fault(|| {
            format!(
                "element {} has the type `{name}`, which no reader knows",
                id.0
            )
        });
        kind
    }

    /// The entries of a number tree (7.9.7).
    fn numbers(
        &mut self,
        node: &'a Dictionary<'a>,
        out: &mut Vec<(i64, &'a Object<'a>)>,
        depth: usize,
    ) {
        let array = |key: &[u8]| {
            node.get_deref(key, self.document)
                .and_then(Object::as_array)
        };
        let (kids, numbers) = (array(b"Kids"), array(b"Nums"));
        // As many levels as a sound tree has; a circle ends here too.
        if depth > 8 {
            return self.fault(|| "the parent tree is nested too deeply".to_owned());
        }
        for kid in kids.unwrap_or_default() {
            match self
                .document
                .dereference(kid)
                .and_then(|(_, kid)| kid.as_dict())
            {
                Some(kid) => self.numbers(kid, out, depth + 1),
                None => self.fault(|| "the parent tree has a branch that is not there".to_owned()),
            }
        }
        for pair in numbers.unwrap_or_default().chunks(2) {
            match pair {
                [Object::Integer(key), value] => out.push((*key, value)),
                _ => self.fault(|| "the parent tree has an entry without a key".to_owned()),
            }
        }
    }

    /// The entry of the parent tree under a key.
    pub(crate) fn parent(&self, key: i64) -> Option<&'a Object<'a>> {
        let at = self
            .parents
            .binary_search_by_key(&key, |(key, _)| *key)
            .ok()?;
        Some(self.parents[at].1)
    }

    /// An attribute of an element (14.7.5.1) of this owner.
    pub(crate) fn attribute(
        &self,
        element: &Element<'a>,
        owner: &[u8],
        key: &[u8],
    ) -> Option<&'a Object<'a>> {
        let of = |object: &'a Object<'a>| -> Option<&'a Object<'a>> {
            let (_, object) = self.document.dereference(object)?;
            let dictionary = object.as_dict()?;
            let name = dictionary.get(b"O").and_then(Object::as_name);
            (name == Some(owner)).then(|| dictionary.get_deref(key, self.document))?
        };
        match element.dictionary.get_deref(b"A", self.document)? {
            Object::Array(list) => list.iter().find_map(of),
            one => of(one),
        }
    }

    /// The kids of an element that are elements.
    pub(crate) fn inner(&self, element: &Element<'a>) -> impl Iterator<Item = &Element<'a>> {
        element.kids.iter().filter_map(|kid| match kid {
            Kid::Element(number) => self.all.get(*number),
            Kid::Content { .. } | Kid::Object(_) => None,
        })
    }
}

/// Whether a type is one of the standard ones (14.8.4).
fn is_standard(kind: &[u8]) -> bool {
    matches!(
        kind,
        b"Document"
            | b"Part"
            | b"Art"
            | b"Sect"
            | b"Div"
            | b"BlockQuote"
            | b"Caption"
            | b"TOC"
            | b"TOCI"
            | b"Index"
            | b"NonStruct"
            | b"Private"
            | b"H"
            | b"H1"
            | b"H2"
            | b"H3"
            | b"H4"
            | b"H5"
            | b"H6"
            | b"P"
            | b"L"
            | b"LI"
            | b"Lbl"
            | b"LBody"
            | b"Table"
            | b"TR"
            | b"TH"
            | b"TD"
            | b"THead"
            | b"TBody"
            | b"TFoot"
            | b"Span"
            | b"Quote"
            | b"Note"
            | b"Reference"
            | b"BibEntry"
            | b"Code"
            | b"Link"
            | b"Annot"
            | b"Ruby"
            | b"Warichu"
            | b"RB"
            | b"RT"
            | b"RP"
            | b"WT"
            | b"WP"
            | b"Figure"
            | b"Formula"
            | b"Form"
    )
}
