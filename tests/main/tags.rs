//! Tag trees as readable text: role, language, alternative text and content of each element. A
//! screen reader uses the same data.
//!
//! The trees of `tests/cases/tags` were read by a person. A tree that differs is kept, and the
//! message says where; if it is meant, it is copied over the known one.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use lopdf::content::Content;
use lopdf::{Dictionary, Document, Object, ObjectId, decode_text_string};
use raadspost_inspect::struct_outline;

use crate::judges::told;
use crate::letters::signature;
use crate::support::{Desk, case, everyone_out, root};

/// Languages of marked-content sequences, by page and number.
type Languages = HashMap<(ObjectId, i64), String>;

/// An element as its dictionary describes it, without what it says.
struct Element {
    role: String,
    /// In brackets: what it says besides.
    notes: String,
}

/// The tree of a file as indented text, below a line for the document as a whole.
fn tree(bytes: &[u8]) -> String {
    let document = Document::load_mem(bytes).expect("a PDF");
    let mut elements = Vec::new();
    let catalog = document.catalog().expect("a catalog");
    let top = catalog
        .get_deref(b"StructTreeRoot", &document)
        .and_then(Object::as_dict)
        .and_then(|root| root.get_deref(b"K", &document))
        .and_then(Object::as_dict)
        .expect("a tree");
    walk(&document, top, None, &languages(&document), &mut elements);

    let said = |key: &[u8]| text(&document, catalog.get(key).ok());
    let language = said(b"Lang").expect("a language");
    let mut out = format!("language {language}\n");
    let outline = struct_outline(bytes).expect("a tree");
    let mut rest = elements.iter();
    for line in outline.lines() {
        // The pieces of a text are where lines are broken and words parted, which is no matter here.
        let line = line.replace("\" \"", "").replace("\\u{ad}", "");
        let bare = line.trim_start();
        if bare.starts_with('"') {
            out.push_str(&line);
        } else {
            let element = rest.next().expect("an element for each line");
            let (role, says) = bare.split_once(' ').unwrap_or((bare, ""));
            assert_eq!(role, element.role, "{outline}");
            let indent = line.len() - bare.len();
            out.push_str(&format!("{:indent$}{role}{}", "", element.notes));
            if !says.is_empty() {
                out.push_str(&format!(" {says}"));
            }
        }
        out.push('\n');
    }
    assert!(rest.next().is_none(), "a line for each element: {outline}");
    out
}

/// A text string of an object.
fn text(document: &Document, object: Option<&Object>) -> Option<String> {
    let (_, object) = document.dereference(object?).ok()?;
    decode_text_string(object).ok()
}

/// The languages that the content of pages names.
fn languages(document: &Document) -> Languages {
    let mut languages = Languages::new();
    for page in document.get_pages().into_values() {
        let content = Content::decode(&document.get_page_content(page)).expect("a content");
        for operation in content.operations {
            let Some(Object::Dictionary(properties)) = operation.operands.get(1) else {
                continue;
            };
            let number = properties.get(b"MCID").and_then(Object::as_i64);
            if let (Ok(number), Some(language)) =
                (number, text(document, properties.get(b"Lang").ok()))
            {
                languages.insert((page, number), language);
            }
        }
    }
    languages
}

/// Adds an element and all in it, in reading order.
fn walk(
    document: &Document,
    element: &Dictionary,
    page: Option<ObjectId>,
    languages: &Languages,
    out: &mut Vec<Element>,
) {
    let own = |of: &Dictionary| of.get(b"Pg").and_then(Object::as_reference).ok();
    let page = own(element).or(page);
    let name = |of: &Dictionary, key: &[u8]| {
        let name = of.get(key).and_then(Object::as_name).ok()?;
        Some(String::from_utf8_lossy(name).into_owned())
    };
    let mut notes = String::new();
    let mut note = |what: &str, says: Option<String>| {
        if let Some(says) = says {
            let says = format!(" [{what} {says}]");
            if !notes.contains(&says) {
                notes.push_str(&says);
            }
        }
    };
    if name(element, b"S").as_deref() == Some("Part") {
        note("title", text(document, element.get(b"T").ok()));
    }
    note("language", text(document, element.get(b"Lang").ok()));
    note("alternative", text(document, element.get(b"Alt").ok()));
    if let Ok(attributes) = element.get_deref(b"A", document).and_then(Object::as_dict) {
        note("numbering", name(attributes, b"ListNumbering"));
        note("scope", name(attributes, b"Scope"));
    }
    let kids: Vec<&Object> = match element.get_deref(b"K", document) {
        Ok(Object::Array(kids)) => kids.iter().collect(),
        Ok(kid) => vec![kid],
        Err(_) => vec![],
    };
    let mut inner = Vec::new();
    for kid in kids {
        let Ok((_, kid)) = document.dereference(kid) else {
            panic!("a kid that is not there");
        };
        let content = |number: i64, page: Option<ObjectId>| {
            page.and_then(|page| languages.get(&(page, number)).cloned())
        };
        match kid {
            Object::Integer(number) => note("language", content(*number, page)),
            Object::Dictionary(kid) => match name(kid, b"Type").as_deref() {
                Some("MCR") => {
                    let number = kid.get(b"MCID").and_then(Object::as_i64).expect("a number");
                    note("language", content(number, own(kid).or(page)));
                }
                Some("OBJR") => {
                    let link = kid.get_deref(b"Obj", document).and_then(Object::as_dict);
                    let words = link.expect("an annotation").get(b"Contents").ok();
                    note("link", text(document, words));
                }
                _ => walk(document, kid, page, languages, &mut inner),
            },
            other => panic!("{other:?} in the tree"),
        }
    }
    let role = name(element, b"S").expect("a role");
    out.push(Element { role, notes });
    out.append(&mut inner);
}

/// Holds a file's tree against the known one, and against the tree that poppler finds.
fn differs(file: &Path, name: &str) -> Option<String> {
    let bytes = fs::read(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let found = tree(&bytes);
    assert_second_opinion(file, &found);
    let known = root().join("tests/cases/tags").join(name);
    if fs::read_to_string(&known).is_ok_and(|known| known == found) {
        return None;
    }
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&kept, found).expect("written");
    let [kept, known] = [kept, known].map(|path| path.display().to_string());
    Some(format!(
        "`diff {known} {kept}`; if it is meant, `cp {kept} {known}`"
    ))
}

/// The same elements in each other, as poppler reads them: roles and depths.
fn assert_second_opinion(file: &Path, found: &str) {
    let Some(other) = told("pdfinfo", &["-struct", file.to_str().expect("UTF-8")]) else {
        return;
    };
    let roles = |text: &str| -> Vec<String> {
        let lines = text.lines().filter_map(|line| {
            let bare = line.trim_start();
            let depth = line.len() - bare.len();
            let role: String = bare
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric())
                .collect();
            // Ours are mapped to these (14.8.4.4.1); an annotation is no element.
            let role = match role.as_str() {
                "Strong" | "Em" => "Span",
                "" | "Object" => return None,
                other => other,
            };
            Some(format!("{:depth$}{role}", ""))
        });
        lines.collect()
    };
    let ours = found.split_once('\n').expect("lines").1;
    assert_eq!(roles(ours), roles(&other), "{}", file.display());
}

fn assert_known(folder: &Path, documents: &[&str], prefix: &str) {
    let differ = |document: &&str| {
        let file = folder.join(format!("{document}.pdf"));
        differs(&file, &format!("{prefix}{document}.txt"))
    };
    let reasons: Vec<String> = documents.iter().filter_map(differ).collect();
    assert!(reasons.is_empty(), "{}", reasons.join("\n"));
}

#[test]
fn letter_annexes_and_pack_are_read_aloud_as_they_were_read_before() {
    let documents = ["brief", "bijlage-1", "bijlage-2", "pack"];
    assert_known(&everyone_out().join("GM0344-utrecht"), &documents, "posiv-");
}

/// A folder with all that has a tag of its own.
fn everything() -> (Desk, PathBuf) {
    let desk = Desk::new(&[
        ("campaign.yaml", &case("tags/campaign.yaml")),
        ("register.csv", &case("tags/register.csv")),
    ]);
    let logo = fs::read(root().join("tests/cases/word/house/logo.png")).expect("a logo");
    desk.write("logo.png", logo);
    desk.write("hand.png", signature());
    desk.build(&[]).ended(0);
    let folder = desk.out().join("GM0344-utrecht");
    (desk, folder)
}

#[test]
fn notes_links_lists_tables_pictures_and_languages_are_tagged_as_what_they_are() {
    let (_desk, folder) = everything();
    assert_known(&folder, &["brief", "stuk", "oekraiens", "pack"], "all-");
    // That a role, an alternative text or a language which is another is seen: the texts have them.
    let known = |name: &str| case(&format!("tags/all-{name}.txt"));
    for (name, line) in [
        ("brief", "Figure [alternative Handtekening van A. de Vries]"),
        ("brief", "L [numbering Decimal]"),
        ("brief", "Link [link https://waterkant.example/cijfers]"),
        ("stuk", "TH [scope Column] \"Zetels\""),
        ("brief", "L [numbering None]"),
        ("pack", "Part [title "),
        ("pack", "[language uk]"),
    ] {
        assert!(known(name).contains(line), "{name}: {line}");
    }
}
