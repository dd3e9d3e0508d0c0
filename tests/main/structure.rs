//! Finished files whose structure, links, bookmarks, marks or visibility are spoilt object by object:
//! each is refused with its code.

use std::sync::OnceLock;

use lopdf::content::Operation;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};
use raadspost_content::Renderer as _;
use raadspost_pdf::PdfRenderer;

use crate::finished::{
    Good, Spoil, catalog, entry, inspector, is_element, judge, operations, page, painted, spoilt,
};
use crate::plain::{options, packs};
use crate::support::case;

/// The documents of a campaign in which everything has a tag: a letter with notes, lists and a QR
/// code, a motion with tables, and the pack of both with one in another language.
fn files() -> &'static [Good] {
    static FILES: OnceLock<Vec<Good>> = OnceLock::new();
    FILES.get_or_init(|| {
        let yaml: String = case("tags/campaign.yaml")
            .lines()
            .filter(|line| {
                !line.contains("logo.png") && !line.contains("hand.png") && *line != "theme:"
            })
            .flat_map(|line| [line, "\n"])
            .collect();
        let mut all = packs(&yaml, &case("tags/register.csv"), |name| name == "Utrecht");
        let (shapes, values) = all.remove(0);
        let renderer = PdfRenderer::new(options(None)).expect("a renderer");
        let prepared = renderer.prepare(&shapes).expect("prepared").output;
        let made = prepared.render(&values).expect("made").output;
        assert!(renderer.fallbacks().is_empty());
        let files = shapes.into_iter().zip(values).zip(made);
        let files = files.map(|((shape, values), made)| Good {
            shape,
            values,
            pages: made.pages.expect("pages"),
            bytes: made.bytes,
        });
        files.collect()
    })
}

fn file(document: &str) -> &'static Good {
    let found = files().iter().find(|good| good.shape.document == document);
    found.expect("the document")
}

fn element<'a>(document: &'a mut Document, tag: &str) -> &'a mut Dictionary {
    entry(document, |it| is_element(it, tag.as_bytes()))
}

fn is_link(dictionary: &Dictionary) -> bool {
    dictionary.get(b"Subtype").and_then(Object::as_name).ok() == Some(b"Link")
}

/// The first link for which this holds.
fn link(document: &mut Document, is: impl Fn(&Dictionary) -> bool) -> &mut Dictionary {
    entry(document, |it| is_link(it) && is(it))
}

fn root(document: &mut Document) -> &mut Dictionary {
    entry(document, |it| it.has(b"ParentTree"))
}

/// Keys and values of the parent tree, one behind the other.
fn parents(document: &mut Document) -> &mut Vec<Object> {
    let tree = root(document).get_mut(b"ParentTree").expect("a tree");
    let tree = tree.as_dict_mut().expect("a dictionary");
    tree.get_mut(b"Nums")
        .and_then(Object::as_array_mut)
        .expect("numbers")
}

/// The attributes of the first element of a type.
fn attributes<'a>(document: &'a mut Document, tag: &str) -> &'a mut Dictionary {
    let found = element(document, tag).get_mut(b"A").expect("attributes");
    found.as_dict_mut().expect("a dictionary")
}

/// The number of the first object for which this holds, after so many others.
fn id(document: &Document, after: usize, is: impl Fn(&Dictionary) -> bool) -> ObjectId {
    let is = |object: &Object| object.as_dict().is_ok_and(&is);
    let mut found = document.objects.iter().filter(|(_, object)| is(object));
    *found.nth(after).expect("the object").0
}

fn dictionary(document: &mut Document, id: ObjectId) -> &mut Dictionary {
    document.get_dictionary_mut(id).expect("a dictionary")
}

/// A bookmark after so many others.
fn bookmark(document: &mut Document, after: usize) -> &mut Dictionary {
    let id = id(document, after, |it| it.has(b"Title") && it.has(b"Parent"));
    dictionary(document, id)
}

fn outline(document: &mut Document) -> &mut Dictionary {
    entry(document, |it| {
        it.get(b"Type").and_then(Object::as_name).ok() == Some(b"Outlines")
    })
}

/// Replaces a text of the metadata.
fn metadata(document: &mut Document, from: &str, to: &str) {
    let id = catalog(document)
        .get(b"Metadata")
        .and_then(Object::as_reference)
        .expect("metadata");
    let stream = document
        .get_object_mut(id)
        .and_then(Object::as_stream_mut)
        .expect("a stream");
    let text = String::from_utf8(stream.content.clone()).expect("UTF-8");
    let changed = text.replacen(from, to, 1);
    assert_ne!(changed, text, "{from}");
    stream.set_plain_content(changed.into_bytes());
}

fn profile(document: &mut Document) -> &mut Stream {
    let is = |object: &&mut Object| {
        object
            .as_stream()
            .is_ok_and(|stream| stream.dict.has(b"N") && !stream.dict.has(b"First"))
    };
    let found = document.objects.values_mut().find(is).expect("a profile");
    found.as_stream_mut().expect("a stream")
}

/// Adds an entry to the resources of a page.
fn resource(document: &mut Document, number: u32, kind: &str, name: &str, value: Object) {
    let page = page(document, number);
    let own = document.get_dictionary(page).expect("a page");
    let resources = own
        .get_deref(b"Resources", document)
        .and_then(Object::as_dict);
    let mut resources = resources.expect("resources").clone();
    let mut of_kind = match resources.get(kind.as_bytes()).and_then(Object::as_dict) {
        Ok(known) => known.clone(),
        Err(_) => Dictionary::new(),
    };
    of_kind.set(name, value);
    resources.set(kind, of_kind);
    document
        .get_dictionary_mut(page)
        .expect("a page")
        .set("Resources", resources);
}

/// Puts operations round all that the first page shows.
fn wrapped(document: &mut Document, before: &str, after: &str) {
    let decode = |text: &str| {
        let content = lopdf::content::Content::decode(text.as_bytes());
        content.expect("operations").operations
    };
    let (before, after) = (decode(before), decode(after));
    operations(document, 1, |all| {
        let shown = std::mem::take(all);
        all.extend(before.iter().cloned());
        all.extend(shown);
        all.extend(after.iter().cloned());
    });
}

/// Everything on the first page painted in this graphics state.
fn state(document: &mut Document, state: Dictionary) {
    resource(document, 1, "ExtGState", "Gx", state.into());
    wrapped(document, "q /Gx gs", "Q");
}

fn text(value: &str) -> Object {
    lopdf::text_string(value)
}

type Way = (&'static str, &'static str, &'static str, Spoil);

/// A way of spoiling a document: what it is, which document, the code, how it is done.
fn way(
    what: &'static str,
    document: &'static str,
    code: &'static str,
    spoil: impl Fn(&mut Document) + 'static,
) -> Way {
    (what, document, code, Box::new(spoil))
}

fn trees() -> Vec<Way> {
    let code = "pdf-structure";
    let list = |parents: &mut Vec<Object>, page: usize| -> usize {
        let lists = parents
            .iter()
            .enumerate()
            .filter(|(_, it)| it.as_array().is_ok());
        lists.map(|(at, _)| at).nth(page).expect("a page's list")
    };
    // The first key of an annotation in the parent tree stands before its value.
    let first_link = |parents: &mut Vec<Object>| {
        let value = parents.iter().position(|it| it.as_reference().is_ok());
        value.expect("a link")
    };
    vec![
        way(
            "two ways back are swapped",
            "brief",
            code,
            move |document| {
                let parents = parents(document);
                let at = list(parents, 0);
                let own = parents[at].as_array_mut().expect("a list");
                let other = own
                    .iter()
                    .position(|it| *it != own[0])
                    .expect("another owner");
                own.swap(0, other);
            },
        ),
        way("a way back is missing", "brief", code, move |document| {
            let parents = parents(document);
            let at = list(parents, 0);
            parents[at].as_array_mut().expect("a list").pop();
        }),
        way("a way back leads nowhere", "brief", code, move |document| {
            let parents = parents(document);
            let at = list(parents, 0);
            parents[at].as_array_mut().expect("a list")[2] = Object::Null;
        }),
        way(
            "the ways back of a page are another's",
            "pack",
            code,
            move |document| {
                let parents = parents(document);
                let (one, other) = (list(parents, 0), list(parents, 1));
                parents[one] = parents[other].clone();
            },
        ),
        way(
            "a link's way back is another's",
            "brief",
            code,
            move |document| {
                let parents = parents(document);
                let at = first_link(parents);
                parents.swap(at, at + 2);
            },
        ),
        way("a link has no way back", "brief", code, move |document| {
            let parents = parents(document);
            let at = first_link(parents);
            parents.drain(at - 1..=at);
        }),
        way("keys are not in order", "pack", code, |document| {
            let parents = parents(document);
            let last = parents.len() - 2;
            parents.swap(0, last);
            parents.swap(1, last + 1);
        }),
        way("a key that nothing has", "brief", code, |document| {
            let parents = parents(document);
            let owner = parents.last().cloned().expect("an owner");
            parents.extend([9999.into(), owner]);
        }),
        way("a used key is said to be free", "brief", code, |document| {
            root(document).set("ParentTreeNextKey", 0);
        }),
        way("no parent tree", "brief", code, |document| {
            root(document).set("ParentTree", dictionary! { "Nums" => Vec::<Object>::new() });
        }),
        way("a page without a key", "brief", code, |document| {
            let page = page(document, 1);
            dictionary(document, page).remove(b"StructParents");
        }),
        way("two pages with one key", "pack", code, |document| {
            let page = page(document, 2);
            dictionary(document, page).set("StructParents", 0);
        }),
        way("a link without a key", "brief", code, |document| {
            link(document, |_| true).remove(b"StructParent");
        }),
        way("two links with one key", "brief", code, |document| {
            let key = link(document, |_| true)
                .get(b"StructParent")
                .expect("a key")
                .clone();
            let second = id(document, 1, is_link);
            dictionary(document, second).set("StructParent", key);
        }),
        way(
            "an element with another parent",
            "brief",
            code,
            |document| {
                let heading = id(document, 0, |it| is_element(it, b"H1"));
                element(document, "P").set("P", heading);
            },
        ),
        way("an element in two places", "brief", code, |document| {
            let heading = id(document, 0, |it| is_element(it, b"H1"));
            let list = element(document, "L");
            list.get_mut(b"K")
                .and_then(Object::as_array_mut)
                .expect("kids")
                .push(heading.into());
        }),
        way("an element on no page", "brief", code, |document| {
            let heading = id(document, 0, |it| is_element(it, b"H1"));
            element(document, "P").set("Pg", heading);
        }),
        way("a type that no reader knows", "brief", code, |document| {
            element(document, "L").set("S", "Lijst");
        }),
        way("roles that are not mapped", "brief", code, |document| {
            root(document).remove(b"RoleMap");
        }),
        way("a number that begins twice", "brief", code, |document| {
            operations(document, 1, |all| {
                let mut numbers = all.iter_mut().filter_map(|it| {
                    let properties = it.operands.get_mut(1)?.as_dict_mut().ok()?;
                    properties.has(b"MCID").then_some(properties)
                });
                let first = numbers
                    .next()
                    .expect("a number")
                    .get(b"MCID")
                    .expect("it")
                    .clone();
                numbers.next().expect("another").set("MCID", first);
            });
        }),
        way("a link in no element", "brief", code, |document| {
            let is_link =
                |it: &Dictionary| it.get(b"Type").and_then(Object::as_name).ok() == Some(b"OBJR");
            for object in document.objects.values_mut() {
                let Ok(element) = object.as_dict_mut() else {
                    continue;
                };
                if let Ok(Object::Array(kids)) = element.get_mut(b"K") {
                    kids.retain(|kid| !kid.as_dict().is_ok_and(is_link));
                }
            }
        }),
        way("a link that is in a paragraph", "brief", code, |document| {
            element(document, "Link").set("S", "P");
        }),
        way("a link that no page has", "brief", code, |document| {
            let page = page(document, 1);
            let own = dictionary(document, page);
            own.get_mut(b"Annots")
                .and_then(Object::as_array_mut)
                .expect("links")
                .pop();
        }),
    ]
}

fn entries() -> Vec<Way> {
    let code = "pdf-tag-attributes";
    vec![
        way("a picture without words", "brief", code, |document| {
            element(document, "Figure").remove(b"Alt");
        }),
        way("a picture with blank words", "brief", code, |document| {
            element(document, "Figure").set("Alt", text(" "));
        }),
        way("a picture without box", "brief", code, |document| {
            attributes(document, "Figure").remove(b"BBox");
        }),
        way("a box off the sheet", "brief", code, |document| {
            let sides: Vec<Object> = [0, -90, 80, 80].map(Object::from).to_vec();
            attributes(document, "Figure").set("BBox", sides);
        }),
        way("a picture that is elsewhere", "brief", code, |document| {
            let sides: Vec<Object> = [500, 800, 520, 820].map(Object::from).to_vec();
            attributes(document, "Figure").set("BBox", sides);
        }),
        way("a list without numbering", "brief", code, |document| {
            element(document, "L").remove(b"A");
        }),
        way(
            "dashes that are said to be numbers",
            "stuk",
            code,
            |document| {
                attributes(document, "L").set("ListNumbering", "Decimal");
            },
        ),
        way(
            "numbers that are said to be letters",
            "brief",
            code,
            |document| {
                entry(document, |it| {
                    let attributes = it.get(b"A").and_then(Object::as_dict);
                    let numbering = attributes.and_then(|it| it.get(b"ListNumbering"));
                    numbering.and_then(Object::as_name).ok() == Some(b"Decimal")
                })
                .set(
                    "A",
                    dictionary! { "O" => "List", "ListNumbering" => "LowerAlpha" },
                );
            },
        ),
        way("a head without scope", "stuk", code, |document| {
            element(document, "TH").remove(b"A");
        }),
        way("a head with an unknown scope", "stuk", code, |document| {
            attributes(document, "TH").set("Scope", "Kolom");
        }),
        way("a row that is too short", "stuk", code, |document| {
            let row = element(document, "TR");
            row.get_mut(b"K")
                .and_then(Object::as_array_mut)
                .expect("cells")
                .pop();
        }),
        way("a note without name", "brief", code, |document| {
            element(document, "Note").remove(b"ID");
        }),
        way("two notes of one name", "brief", code, |document| {
            let name = element(document, "Note")
                .get(b"ID")
                .expect("a name")
                .clone();
            let second = id(document, 1, |it| is_element(it, b"Note"));
            dictionary(document, second).set("ID", name);
        }),
        way("notes that are not found", "brief", code, |document| {
            root(document).remove(b"IDTree");
        }),
        way("a level that is skipped", "stuk", code, |document| {
            element(document, "H2").set("S", "H4");
        }),
        way("a language that is none", "brief", code, |document| {
            element(document, "P").set("Lang", text("het Nederlands"));
        }),
        way("a part with another title", "pack", code, |document| {
            element(document, "Part").set("T", text("Brief aan een ander"));
        }),
        way("a part in another language", "pack", code, |document| {
            element(document, "Part").set("Lang", text("en-GB"));
        }),
        way(
            "a foreign part without language",
            "pack",
            code,
            |document| {
                entry(document, |it| is_element(it, b"Part") && it.has(b"Lang")).remove(b"Lang");
            },
        ),
        way("a part too few", "pack", code, |document| {
            element(document, "Part").set("S", "Sect");
        }),
    ]
}

fn links() -> Vec<Way> {
    let code = "pdf-annotation";
    let address = |it: &Dictionary| it.has(b"A");
    let inner = |it: &Dictionary| it.has(b"Dest");
    vec![
        way("a link without words", "brief", code, |document| {
            link(document, |_| true).remove(b"Contents");
        }),
        way("a link with blank words", "brief", code, |document| {
            link(document, |_| true).set("Contents", text("  "));
        }),
        way("a link that is not printed", "brief", code, |document| {
            link(document, |_| true).set("F", 0);
        }),
        way("a hidden link", "brief", code, |document| {
            link(document, |_| true).set("F", 6);
        }),
        way("an area with three corners", "brief", code, |document| {
            let corners: Vec<Object> = [0, 0, 9, 0, 9, 9].map(Object::from).to_vec();
            link(document, |_| true).set("QuadPoints", corners);
        }),
        way("an area beside the link", "brief", code, |document| {
            let corners: Vec<Object> = [0, 9, 9, 9, 0, 0, 9, 0].map(Object::from).to_vec();
            link(document, |_| true).set("QuadPoints", corners);
        }),
        way("a link off the sheet", "brief", code, |document| {
            let sides: Vec<Object> = [700, 10, 710, 20].map(Object::from).to_vec();
            link(document, |_| true).set("Rect", sides);
        }),
        way("a link without place", "brief", code, |document| {
            link(document, |_| true).remove(b"Rect");
        }),
        way("an address with a space", "brief", code, move |document| {
            let action =
                dictionary! { "S" => "URI", "URI" => Object::string_literal("https://a b") };
            link(document, address).set("A", action);
        }),
        way(
            "an address without scheme",
            "brief",
            code,
            move |document| {
                let action =
                    dictionary! { "S" => "URI", "URI" => Object::string_literal("waterkant") };
                link(document, address).set("A", action);
            },
        ),
        way("a link to nowhere", "brief", code, move |document| {
            link(document, address).remove(b"A");
        }),
        way(
            "a link that starts a program",
            "brief",
            code,
            move |document| {
                link(document, address).set("A", dictionary! { "S" => "Launch" });
            },
        ),
        way(
            "a link to a page that is none",
            "brief",
            code,
            move |document| {
                let heading = id(document, 0, |it| is_element(it, b"H1"));
                let target = vec![heading.into(), "XYZ".into(), 0.into(), 0.into(), 0.into()];
                link(document, inner).set("Dest", target);
            },
        ),
        way(
            "a link to a place off the sheet",
            "brief",
            code,
            move |document| {
                let page = page(document, 1);
                let target = vec![page.into(), "XYZ".into(), 0.into(), 2000.into(), 0.into()];
                link(document, inner).set("Dest", target);
            },
        ),
        way(
            "a link to a name that is none",
            "brief",
            code,
            move |document| {
                link(document, inner).set("Dest", Object::string_literal("elders"));
            },
        ),
        way(
            "links in the order of their places",
            "brief",
            code,
            |document| {
                let page = page(document, 1);
                dictionary(document, page).set("Tabs", "R");
            },
        ),
        way("a note in the margin", "brief", code, |document| {
            link(document, |_| true).set("Subtype", "Text");
        }),
        way("an optional link", "brief", code, |document| {
            link(document, |_| true).set("OC", dictionary! { "Type" => "OCG" });
        }),
    ]
}

fn bookmarks() -> Vec<Way> {
    let code = "pdf-outline";
    vec![
        way("no outline", "brief", code, |document| {
            catalog(document).remove(b"Outlines");
        }),
        way("a bookmark without words", "pack", code, |document| {
            bookmark(document, 0).set("Title", text(""));
        }),
        way("a bookmark to nowhere", "pack", code, |document| {
            bookmark(document, 0).remove(b"Dest");
        }),
        way(
            "a bookmark to a page that is none",
            "pack",
            code,
            |document| {
                let heading = id(document, 0, |it| is_element(it, b"H1"));
                let target = vec![heading.into(), "XYZ".into(), 0.into(), 0.into(), 0.into()];
                bookmark(document, 1).set("Dest", target);
            },
        ),
        way("too many bookmarks", "pack", code, |document| {
            outline(document).set("Count", 99);
        }),
        way("an end that is not the last", "pack", code, |document| {
            let first = outline(document).get(b"First").expect("a first").clone();
            outline(document).set("Last", first);
        }),
        way("a chain without way back", "pack", code, |document| {
            let second = id(document, 0, |it| it.has(b"Title") && it.has(b"Prev"));
            dictionary(document, second).remove(b"Prev");
        }),
        way("a chain in a circle", "pack", code, |document| {
            let second = id(document, 0, |it| it.has(b"Title") && it.has(b"Prev"));
            dictionary(document, second).set("Next", second);
        }),
    ]
}

fn marks() -> Vec<Way> {
    let code = "pdf-not-archival";
    vec![
        way("no output intent", "brief", code, |document| {
            catalog(document).remove(b"OutputIntents");
        }),
        way("two output intents", "brief", code, |document| {
            let all = catalog(document)
                .get_mut(b"OutputIntents")
                .and_then(Object::as_array_mut);
            let all = all.expect("intents");
            let first = all[0].clone();
            all.push(first);
        }),
        way("no colour profile", "brief", code, |document| {
            profile(document).set_plain_content(b"acsp".to_vec());
        }),
        way(
            "a colour profile that is cut short",
            "brief",
            code,
            |document| {
                let profile = profile(document);
                let mut bytes = profile.decompressed_content().expect("bytes");
                bytes.pop();
                profile.set_plain_content(bytes);
            },
        ),
        way(
            "a colour profile of one colour",
            "brief",
            code,
            |document| {
                profile(document).dict.set("N", 1);
            },
        ),
        way("no names of the file", "brief", code, |document| {
            document.trailer.remove(b"ID");
        }),
        way("metadata that is no XML", "brief", code, |document| {
            metadata(document, "</rdf:RDF>", "</rdf:Rdf>");
        }),
        way("a mark that is not described", "brief", code, |document| {
            metadata(
                document,
                "<pdfaProperty:name>part",
                "<pdfaProperty:name>deel",
            );
        }),
        way(
            "another name space is described",
            "brief",
            code,
            |document| {
                metadata(
                    document,
                    "URI>http://www.aiim.org/pdfua",
                    "URI>http://www.aiim.org/pdfx",
                );
            },
        ),
        way(
            "another author in the metadata",
            "brief",
            code,
            |document| {
                metadata(document, "Bureau Waterkant", "Bureau Bergkant");
            },
        ),
        way("another date in the metadata", "brief", code, |document| {
            metadata(
                document,
                "CreateDate=\"2026-03-02",
                "CreateDate=\"2026-03-03",
            );
        }),
        way(
            "another program in the metadata",
            "brief",
            code,
            |document| {
                metadata(document, "Raadspost", "Gemeentepost");
            },
        ),
        way("something is optional", "brief", code, |document| {
            catalog(document).set("OCProperties", dictionary! { "D" => Dictionary::new() });
        }),
        way(
            "something happens when it is opened",
            "brief",
            code,
            |document| {
                catalog(document).set("OpenAction", dictionary! { "S" => "JavaScript" });
            },
        ),
        way("a file is attached", "brief", code, |document| {
            let names = dictionary! { "EmbeddedFiles" => Dictionary::new() };
            catalog(document).set("Names", names);
        }),
        way(
            "the title is not shown",
            "brief",
            "pdf-not-accessible",
            |document| {
                catalog(document).set("ViewerPreferences", Dictionary::new());
            },
        ),
    ]
}

fn sights() -> Vec<Way> {
    let code = "pdf-text-unseen";
    vec![
        way("an address of no opacity", "brief", code, |document| {
            state(document, dictionary! { "Type" => "ExtGState", "ca" => 0 });
        }),
        way("text that is faint", "brief", code, |document| {
            state(
                document,
                dictionary! { "Type" => "ExtGState", "ca" => Object::Real(0.1) },
            );
        }),
        way("text that is blended", "brief", code, |document| {
            state(
                document,
                dictionary! { "Type" => "ExtGState", "BM" => "Lighten" },
            );
        }),
        way("text behind a mask", "brief", code, |document| {
            let mask = dictionary! { "Type" => "Mask", "S" => "Alpha" };
            state(
                document,
                dictionary! { "Type" => "ExtGState", "SMask" => mask },
            );
        }),
        way("white text", "brief", code, |document| {
            operations(document, 1, |all| {
                for it in all
                    .iter_mut()
                    .filter(|it| matches!(it.operator.as_str(), "g" | "rg"))
                {
                    *it = Operation::new("g", vec![1.into()]);
                }
            });
        }),
        way("a mode that shows nothing", "brief", code, |document| {
            wrapped(document, "3 Tr", "");
        }),
        way("a white box over the address", "brief", code, |document| {
            painted(document, 1, "/Artifact BMC 1 g 60 600 300 120 re f EMC");
        }),
        way("a dark box over a line", "brief", code, |document| {
            painted(document, 1, "/Artifact BMC 0 g 60 300 400 60 re f EMC");
        }),
        way(
            "a box that is drawn line by line",
            "brief",
            code,
            |document| {
                painted(
                    document,
                    1,
                    "/Artifact BMC 1 g 60 300 m 460 300 l 460 360 l 60 360 l h f EMC",
                );
            },
        ),
        way("a picture over the text", "brief", code, |document| {
            let picture = dictionary! { "Type" => "XObject", "Subtype" => "Image", "Width" => 1,
            "Height" => 1, "ColorSpace" => "DeviceGray", "BitsPerComponent" => 8 };
            let picture = document.add_object(Stream::new(picture, vec![255]));
            resource(document, 1, "XObject", "Ix", picture.into());
            painted(
                document,
                1,
                "/Artifact BMC q 400 0 0 60 60 300 cm /Ix Do Q EMC",
            );
        }),
        way("text that is clipped away", "brief", code, |document| {
            wrapped(document, "q 0 0 1 1 re W n", "Q");
        }),
        way("text that is shown at choice", "brief", code, |document| {
            wrapped(document, "/OC /Laag BDC", "EMC");
        }),
    ]
}

#[test]
fn files_as_they_are_made_pass_every_check() {
    for good in files() {
        let found = judge(&inspector(), good, good.bytes.clone());
        assert!(found.is_empty(), "{}: {found:#?}", good.shape.document);
        let found = judge(&inspector(), good, spoilt(good, &|_| {}));
        assert!(
            found.is_empty(),
            "{}, saved again: {found:#?}",
            good.shape.document
        );
    }
}

/// One inspector has seen the good files, the other nothing: both refuse each spoilt one.
#[test]
fn what_is_wrong_in_structure_links_marks_and_sight_is_refused() {
    let seasoned = inspector();
    for good in files() {
        assert!(judge(&seasoned, good, good.bytes.clone()).is_empty());
    }
    let ways = [trees(), entries(), links(), bookmarks(), marks(), sights()];
    let ways: Vec<Way> = ways.into_iter().flatten().collect();
    assert!(ways.len() > 90, "{}", ways.len());
    let mut wrong = Vec::new();
    for (what, document, code, spoil) in ways {
        let good = file(document);
        let bytes = spoilt(good, &*spoil);
        let found = judge(&seasoned, good, bytes.clone());
        if !found.iter().any(|finding| finding.code == code) {
            wrong.push(format!("{what}: {found:#?}"));
        }
        let again = judge(&inspector(), good, bytes);
        if format!("{found:?}") != format!("{again:?}") {
            wrong.push(format!("{what}: {found:#?} is not {again:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// White words on a dark ground, and pictures that let the text through, are seen.
#[test]
fn what_can_be_read_is_not_refused() {
    let good = file("brief");
    let ways: [(&str, Spoil); 3] = [
        (
            "a line through a word",
            Box::new(|document| {
                painted(document, 1, "/Artifact BMC 0.4 w 60 330 m 460 330 l S EMC");
            }),
        ),
        (
            "half a tint over the text",
            Box::new(|document| {
                let tint = dictionary! { "Type" => "ExtGState", "ca" => Object::Real(0.2) };
                resource(document, 1, "ExtGState", "Gx", tint.into());
                painted(
                    document,
                    1,
                    "/Artifact BMC q /Gx gs 0.5 g 60 300 400 60 re f Q EMC",
                );
            }),
        ),
        (
            "a white box where nothing is",
            Box::new(|document| {
                painted(document, 1, "/Artifact BMC 1 g 20 20 10 10 re f EMC");
            }),
        ),
    ];
    for (what, spoil) in ways {
        let found = judge(&inspector(), good, spoilt(good, &*spoil));
        let unseen = found
            .iter()
            .filter(|finding| finding.code == "pdf-text-unseen");
        assert_eq!(unseen.count(), 0, "{what}: {found:#?}");
    }
}
