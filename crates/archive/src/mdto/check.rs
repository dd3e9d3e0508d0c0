//! Checks sidecars: order, mandatory elements, value types and closed lists of MDTO 1.0.1.

use raadspost_run::{Words, words};
use roxmltree::{Document, Node, ParsingOptions};

use crate::mdto::elements::NAMESPACE;
use crate::mdto::schema::{ALGORITHMS, APPRAISALS, Content, FILE, OBJECT, Particle};
use crate::mdto::values::{is_day, is_duration, is_language, is_time};

/// Nodes of a sidecar, at most. One of a dossier has some hundreds.
const NODES: u32 = 1_000_000;

/// Reads a sidecar. Neither reading nor checking it recurses with its depth.
///
/// # Errors
/// It is not well-formed, has a document type, or has too many nodes.
pub(crate) fn parse(text: &str) -> Result<Document<'_>, Words> {
    let options = ParsingOptions {
        allow_dtd: false,
        nodes_limit: NODES,
        ..ParsingOptions::default()
    };
    Document::parse_with_options(text, options).map_err(|error| match error {
        roxmltree::Error::DtdDetected => words!(
            "it has a document type, which MDTO does not use",
            "het heeft een documenttype, en dat kent MDTO niet"
        ),
        roxmltree::Error::NodesLimitReached => words!(
            "it has more than {NODES} nodes",
            "het heeft meer dan {NODES} knopen"
        ),
        error => {
            let at = error.pos();
            words!(
                "it is not well-formed XML at {at}",
                "het is geen welgevormde XML bij {at}"
            )
        }
    })
}

/// The first element at the end of a path below a node.
pub(crate) fn at<'a, 'b>(node: Node<'a, 'b>, path: &[&str]) -> Option<Node<'a, 'b>> {
    path.iter().try_fold(node, |node, name| {
        node.children()
            .find(|child| child.has_tag_name((NAMESPACE, *name)))
    })
}

/// The text at the end of a path below a node; empty if there is no such element.
pub(crate) fn text_at(node: Node<'_, '_>, path: &[&str]) -> String {
    at(node, path).map(text).unwrap_or_default()
}

/// The text of an element, without that of its elements.
fn text(node: Node<'_, '_>) -> String {
    let texts = node.children().filter(Node::is_text);
    texts.filter_map(|text| text.text()).collect()
}

fn elements<'a, 'b>(node: Node<'a, 'b>) -> impl Iterator<Item = Node<'a, 'b>> {
    node.children().filter(Node::is_element)
}

/// The name of an element; with its namespace if that is another one.
fn name(node: Node<'_, '_>) -> String {
    let name = node.tag_name();
    match name.namespace() {
        Some(NAMESPACE) => name.name().to_owned(),
        None | Some("") => name.name().to_owned(),
        Some(other) => format!("{{{other}}}{}", name.name()),
    }
}

/// The faults of a sidecar.
pub(crate) fn faults(root: Node<'_, '_>) -> Vec<Words> {
    let mut faults = Vec::new();
    if root.tag_name().namespace() != Some(NAMESPACE) {
        return vec![words!(
            "its namespace is not `{NAMESPACE}`",
            "de namespace is niet `{NAMESPACE}`"
        )];
    }
    let is_root = root.has_tag_name((NAMESPACE, "MDTO"));
    let children: Vec<_> = elements(root).take(2).collect();
    let particles = match children.as_slice() {
        [one] if one.has_tag_name((NAMESPACE, "informatieobject")) => &OBJECT[..],
        [one] if one.has_tag_name((NAMESPACE, "bestand")) => &FILE[..],
        _ => &[],
    };
    match children.first() {
        Some(one) if is_root && !particles.is_empty() => {
            sequence(*one, particles, &mut faults);
            closed_lists(*one, &mut faults);
        }
        _ => faults.push(words!(
            "it is not one `informatieobject` or `bestand` in `MDTO`",
            "het is niet een `informatieobject` of `bestand` in `MDTO`"
        )),
    }
    if !text(root).trim().is_empty() {
        faults.push(words!(
            "`MDTO` has text between its elements",
            "`MDTO` heeft tekst tussen de elementen"
        ));
    }
    faults
}

/// Compares the elements of one with a sequence. Descends as deep as the schema does.
fn sequence(element: Node<'_, '_>, particles: &[Particle], faults: &mut Vec<Words>) {
    let own = name(element);
    let mut children = elements(element).peekable();
    for (particle, least, most, content) in particles {
        let mut count = 0;
        while let Some(child) = children.next_if(|child| child.has_tag_name((NAMESPACE, *particle)))
        {
            count += 1;
            value(child, *content, faults);
        }
        if count < *least {
            faults.push(words!(
                "`{own}` has no `{particle}`, or not in its place",
                "`{own}` heeft geen `{particle}`, of niet op zijn plaats"
            ));
        }
        if *most > 0 && count > *most {
            faults.push(words!(
                "`{own}` has `{particle}` {count} times",
                "`{own}` heeft `{particle}` {count} keer"
            ));
        }
    }
    if let Some(child) = children.next() {
        let child = name(child);
        faults.push(words!(
            "`{child}` is not allowed in `{own}` at its place",
            "`{child}` mag in `{own}` niet op deze plaats"
        ));
    }
    if !text(element).trim().is_empty() {
        faults.push(words!(
            "`{own}` has text between its elements",
            "`{own}` heeft tekst tussen de elementen"
        ));
    }
}

fn value(element: Node<'_, '_>, content: Content, faults: &mut Vec<Words>) {
    let whole = text(element);
    let text = whole.trim();
    let is_valid = match content {
        Content::Sequence(particles) => return sequence(element, particles, faults),
        Content::Text => !text.is_empty(),
        Content::Number => !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()),
        Content::Language => is_language(text),
        Content::Day => is_day(text),
        Content::DayOrTime => is_day(text) || is_time(text),
        Content::Time => is_time(text),
        Content::Duration => is_duration(text),
    };
    if !is_valid {
        faults.push(not_a_value(&name(element), text));
    }
    if elements(element).next().is_some() {
        let name = name(element);
        faults.push(words!(
            "`{name}` has elements in it",
            "`{name}` heeft elementen in zich"
        ));
    }
}

fn not_a_value(name: &str, value: &str) -> Words {
    words!(
        "`{name}` cannot be `{value}`",
        "`{name}` kan niet `{value}` zijn"
    )
}

fn closed_lists(object: Node<'_, '_>, faults: &mut Vec<Words>) {
    if let Some(appraisal) = at(object, &["waardering"]) {
        let label = text_at(appraisal, &["begripLabel"]);
        let code = at(appraisal, &["begripCode"]).map(text);
        let known = APPRAISALS
            .iter()
            .any(|(short, long)| *long == label && code.as_ref().is_none_or(|code| code == short));
        if !known {
            faults.push(not_a_value("waardering", &label));
        }
    }
    let checksums = elements(object).filter(|one| one.has_tag_name((NAMESPACE, "checksum")));
    for checksum in checksums {
        let label = text_at(checksum, &["checksumAlgoritme", "begripLabel"]);
        let value = text_at(checksum, &["checksumWaarde"]);
        let plain = label.replace('-', "");
        let is_hex = value.bytes().all(|b| b.is_ascii_hexdigit());
        match ALGORITHMS.iter().find(|(name, _)| *name == plain) {
            None => faults.push(not_a_value("checksumAlgoritme", &label)),
            Some((_, digits)) if !is_hex || value.len() != *digits => {
                faults.push(words!(
                    "`checksumWaarde` cannot be `{value}` for {label}",
                    "`checksumWaarde` kan voor {label} niet `{value}` zijn"
                ));
            }
            Some(_) => {}
        }
    }
}

/// An information object with the mandatory elements alone.
#[cfg(test)]
pub(crate) const SAMPLE_OBJECT: &str = "<informatieobject>\
    <identificatie><identificatieKenmerk>k</identificatieKenmerk>\
    <identificatieBron>b</identificatieBron></identificatie><naam>n</naam>\
    <waardering><begripLabel>Nader te bepalen</begripLabel><begripBegrippenlijst>\
    <verwijzingNaam>l</verwijzingNaam></begripBegrippenlijst></waardering>\
    <archiefvormer><verwijzingNaam>a</verwijzingNaam></archiefvormer>\
    <beperkingGebruik><beperkingGebruikType><begripLabel>x</begripLabel>\
    <begripBegrippenlijst><verwijzingNaam>l</verwijzingNaam></begripBegrippenlijst>\
    </beperkingGebruikType></beperkingGebruik></informatieobject>";

/// A sidecar with an object.
#[cfg(test)]
pub(crate) fn sidecar(object: &str) -> String {
    format!("<MDTO xmlns=\"{NAMESPACE}\">{object}</MDTO>")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::{SAMPLE_OBJECT as OBJECT, *};

    fn check(text: &str) -> Vec<String> {
        let found = match parse(text) {
            Ok(document) => faults(document.root_element()),
            Err(why) => vec![why],
        };
        found.into_iter().map(|words| words.english).collect()
    }

    /// A file with the mandatory elements alone.
    const FILE: &str = "<bestand>\
        <identificatie><identificatieKenmerk>k</identificatieKenmerk>\
        <identificatieBron>b</identificatieBron></identificatie><naam>n</naam>\
        <omvang>1</omvang><bestandsformaat><begripLabel>x</begripLabel><begripBegrippenlijst>\
        <verwijzingNaam>l</verwijzingNaam></begripBegrippenlijst></bestandsformaat>\
        <checksum><checksumAlgoritme><begripLabel>SHA-256</begripLabel><begripBegrippenlijst>\
        <verwijzingNaam>l</verwijzingNaam></begripBegrippenlijst></checksumAlgoritme>\
        <checksumWaarde>0000000000000000000000000000000000000000000000000000000000000000\
        </checksumWaarde><checksumDatum>2026-03-02T00:00:00Z</checksumDatum></checksum>\
        <isRepresentatieVan><verwijzingNaam>o</verwijzingNaam></isRepresentatieVan></bestand>";

    #[test]
    fn every_mandatory_element_is_demanded() {
        for object in [OBJECT, FILE] {
            let whole = sidecar(object);
            assert_eq!(check(&whole), Vec::<String>::new());
            let document = parse(&whole).expect("well-formed");
            let mut removed = 0;
            for element in document.descendants().filter(Node::is_element).skip(1) {
                let mut without = whole.clone();
                without.replace_range(element.range(), "");
                assert_ne!(check(&without), Vec::<String>::new(), "{}", name(element));
                removed += 1;
            }
            assert!(removed > 15, "{removed}");
        }
    }

    #[test]
    fn elements_of_another_namespace_are_foreign() {
        let prefixed = OBJECT.replace("naam>", "m:naam>");
        let own = format!("<MDTO xmlns=\"{NAMESPACE}\" xmlns:m=\"{NAMESPACE}\">{prefixed}</MDTO>");
        assert_eq!(check(&own), Vec::<String>::new());
        let other = format!("<MDTO xmlns=\"{NAMESPACE}\" xmlns:m=\"urn:x\">{prefixed}</MDTO>");
        assert!(!check(&other).is_empty());
        let bare = OBJECT.to_owned();
        assert!(!check(&format!("<MDTO>{bare}</MDTO>")).is_empty());
    }

    #[test]
    fn depth_and_documents_types_are_told_and_never_abort() {
        let deep = |at: &str| {
            let (open, close) = ("<x>".repeat(100_000), "</x>".repeat(100_000));
            sidecar(&OBJECT.replace(at, &format!("{open}{close}{at}")))
        };
        // On a thread with little stack, where a reader that recurses overflows.
        let judge = move || {
            let places = ["<identificatie>", "</naam>", "</informatieobject>"];
            places.map(|at| check(&deep(at)))
        };
        let thread = std::thread::Builder::new().stack_size(128 * 1024);
        for found in thread
            .spawn(judge)
            .expect("a thread")
            .join()
            .expect("an end")
        {
            assert!(!found.is_empty());
        }
        let open = "<x>".repeat(100_000);
        assert!(check(&open)[0].contains("not well-formed"));
        let bomb = format!("<!DOCTYPE MDTO [<!ENTITY a \"b\">]>{}", sidecar(OBJECT));
        assert!(check(&bomb)[0].contains("document type"));
    }

    /// The official examples at MDTO 1.0.1 are right, and each without one of its lines is not,
    /// where that line is of a mandatory element.
    #[test]
    #[expect(
        clippy::print_stderr,
        reason = "a skipped test says so where a person looks"
    )]
    fn the_official_examples_are_right() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
        let folder = root.join("data/mdto/voorbeelden");
        let Ok(entries) = fs::read_dir(&folder) else {
            eprintln!("skipped: {} is not here", folder.display());
            return;
        };
        let mut judged = 0;
        for entry in entries {
            let text = fs::read_to_string(entry.unwrap().path()).unwrap();
            let text = text.trim_start_matches('\u{FEFF}');
            assert_eq!(check(text), Vec::<String>::new());
            for name in ["naam", "identificatie", "waardering", "checksum", "omvang"] {
                let renamed = text.replacen(&format!("<{name}>"), "<x>", 1).replacen(
                    &format!("</{name}>"),
                    "</x>",
                    1,
                );
                if renamed != text {
                    assert!(!check(&renamed).is_empty(), "{name}");
                }
            }
            judged += 1;
        }
        assert_eq!(judged, 4);
    }
}
