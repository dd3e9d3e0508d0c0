//! Tests of whole documents.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;
use std::time::Instant;

use flate2::read::DeflateDecoder;
use raadspost_content::{
    BlockKind, Body, Diagnostics, Fingerprint, Footnote, Inline, ListKind, Motion, Part, Prepared,
    Renderer, Shape, Span, Theme, Values,
};

use crate::convert::Slots;
use crate::finish::Element;
use crate::probe::{self, block, item, paragraph, shape, text};
use crate::renderer::DOCX_RS;
use crate::template::{parts, plain};
use crate::{DocxOptions, DocxRenderer};

fn prepared(shapes: &[Shape]) -> Box<dyn Prepared> {
    let shapes: Vec<Arc<Shape>> = shapes.iter().cloned().map(Arc::new).collect();
    DocxRenderer::new(DocxOptions::default()).prepare(&shapes).unwrap().output
}

fn render(shape: &Shape, values: &Values) -> Result<Vec<u8>, Diagnostics> {
    let renderer = DocxRenderer::new(DocxOptions::default());
    let prepared = renderer.prepare(&[Arc::new(shape.clone())])?.output;
    Ok(prepared.render(std::slice::from_ref(values))?.output.remove(0).bytes)
}

fn slots(texts: &[&str]) -> Values {
    Values { slots: texts.iter().map(ToString::to_string).collect(), members: Vec::new() }
}

/// Reads the local entries of a zip file, in order.
fn unzip(bytes: &[u8]) -> Vec<(String, String)> {
    let half = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]) as usize;
    let whole = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
    let mut parts = Vec::new();
    let mut at = 0;
    while bytes[at..].starts_with(b"PK\x03\x04") {
        let (packed, size) = (whole(at + 18) as usize, whole(at + 22) as usize);
        let name = at + 30;
        let data = name + half(at + 26) + half(at + 28);
        let mut xml = String::new();
        DeflateDecoder::new(&bytes[data..data + packed]).read_to_string(&mut xml).unwrap();
        let mut crc = flate2::Crc::new();
        crc.update(xml.as_bytes());
        assert_eq!((crc.sum(), xml.len()), (whole(at + 14), size));
        parts.push((String::from_utf8(bytes[name..name + half(at + 26)].to_vec()).unwrap(), xml));
        at = data + packed;
    }
    assert_eq!(half(bytes.len() - 12), parts.len());
    assert_eq!(whole(bytes.len() - 6) as usize, at);
    parts
}

fn part(bytes: &[u8], name: &str) -> Element {
    let parts: BTreeMap<String, String> = unzip(bytes).into_iter().collect();
    Element::parse(parts[name].as_bytes()).unwrap()
}

fn walk<'a>(element: &'a Element, name: &str, out: &mut Vec<&'a Element>) {
    if element.name == name {
        out.push(element);
    }
    for child in element.elements() {
        walk(child, name, out);
    }
}

fn all<'a>(element: &'a Element, name: &str) -> Vec<&'a Element> {
    let mut out = Vec::new();
    walk(element, name, &mut out);
    out
}

/// The characters of a paragraph; breaks and tabs as such.
fn shown(element: &Element) -> String {
    let mut out = String::new();
    for node in &element.children {
        match node {
            crate::finish::Node::Text(text) if element.name == "w:t" => out.push_str(text),
            crate::finish::Node::Text(_) => {}
            crate::finish::Node::Element(child) => match child.name.as_str() {
                "w:br" => out.push('\n'),
                "w:tab" => out.push('\t'),
                _ => out.push_str(&shown(child)),
            },
        }
    }
    out
}

fn style(paragraph: &Element) -> &str {
    let style = paragraph.find("w:pPr").and_then(|properties| properties.find("w:pStyle"));
    style.and_then(|style| style.get("w:val")).unwrap_or("Normal")
}

/// Style, list instance and level, and text of each paragraph.
fn outline(bytes: &[u8]) -> Vec<String> {
    let document = part(bytes, "word/document.xml");
    let paragraphs = all(&document, "w:p");
    let line = |paragraph: &&Element| {
        let number = paragraph.find("w:pPr").and_then(|properties| properties.find("w:numPr"));
        let number = number.map_or(String::new(), |number| {
            let value = |name| number.find(name).and_then(|child| child.get("w:val")).unwrap();
            format!(" {}/{}", value("w:numId"), value("w:ilvl"))
        });
        format!("{}{number}: {}", style(paragraph), shown(paragraph))
    };
    paragraphs.iter().map(line).collect()
}

fn motion_with(blocks: Vec<raadspost_content::Block>, slots: usize) -> Shape {
    let motion = Motion {
        id: "m".into(),
        variant: None,
        title: vec![text("Titel")],
        level: 1,
        show_title: true,
        blocks,
    };
    shape(Body::Parts { annex: None, parts: vec![Part::Motion(motion)] }, slots)
}

#[test]
fn a_motion_reads_as_it_should() {
    let shape = probe::motion();
    let lines = outline(&render(&shape, &probe::values(&shape)).unwrap());
    let expected = [
        "Title: Concept-motie herstel lantaarns oostkade",
        "Normal: De gemeenteraad van Utrecht, in vergadering bijeen op [datum],",
        "Heading1: Constaterende dat:",
        "ListBullet 4/0: De lantaarns aan de oostkade sinds de jaarwisseling niet branden.",
        "ListBullet 4/0: Bewoners daarover herhaaldelijk en met redenen omkleed hebben geklaagd, zonder dat een antwoord is gekomen.",
        "Heading1: Van mening zijnde dat:",
        "ListBullet 5/0: Onze raad in principe / indien nodig* bereid is om middelen vrij te maken.",
        "Heading1: Verzoekt het college van burgemeester en wethouders:",
        "ListNumber 6/0: Te onderzoeken wat herstel van de lantaarns kost.",
        "ListNumber 6/0: De raad op korte termijn over de uitkomst te berichten en",
        "ListNumber 6/0: Op basis daarvan een voorstel voor te leggen.",
        "BodyText2: OF",
        "ListNumber 7/0: De lantaarns te herstellen.",
        "ListNumber 7/0: Als gemeente Utrecht hiervoor een voorstel voor te leggen.",
        "Closing: En gaat over tot de orde van de dag",
        "Closing: [Plaatsnaam, datum,] het lid van de raad,",
        "Signature: [Naam, (fractie)]",
        "Signature: [Naam, (fractie)]",
        "Signature: [Naam, (fractie)]",
        "BodyText3: *verwijderen wat niet van toepassing is",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn an_annex_has_one_title_and_its_levels_below() {
    let shape = probe::annex();
    let lines = outline(&render(&shape, &probe::values(&shape)).unwrap());
    let headings: Vec<&String> =
        lines.iter().filter(|line| line.starts_with("Title") || line.starts_with("Heading")).collect();
    assert_eq!(
        headings[..4],
        [
            "Title: Bijlage II: Lantaarns",
            "Heading1: Samenvatting",
            "Heading2: Onderdelen",
            "Heading1: Concept-motie herstel lantaarns oostkade",
        ]
    );
    assert_eq!(lines[4..9], [
        "ListNumber 4/0: Ten eerste",
        "ListContinue: met een tweede alinea",
        "ListNumber 5/1: Eerst",
        "ListNumber 5/1: Dan",
        "ListNumber 4/0: Ten tweede",
    ]);
}

#[test]
fn a_letter_has_no_title() {
    let shape = probe::letter();
    let lines = outline(&render(&shape, &probe::values(&shape)).unwrap());
    assert_eq!(
        lines,
        [
            "EnvelopeReturn: Vereniging Licht\nVoor een verlichte kade\nKade 1\n030 000 00 00\nlicht@example.org\nexample.org",
            "EnvelopeAddress: Aan de leden van de gemeenteraad van Utrecht\n’s-Hertogenbosch\nBergen (NH)",
            "Date: Utrecht, 9 februari 2023",
            "MessageHeader: Lantaarns",
            "Salutation: Geachte leden van de raad,",
            "Normal: De lantaarns branden niet.",
            "Heading1: Meer doen",
            "Normal: Misschien wilt u meer doen?",
            "Closing: Met vriendelijke groet,",
            "Signature: A. Lamp\nVoorzitter\na@example.org",
            "Signature: B. Kaars\nVoorzitter",
            "Heading1: Bijlagen",
            "Normal: Bijlage I: Motie",
        ]
    );
}

#[test]
fn two_motions_in_one_file_make_no_title() {
    let Body::Parts { parts, .. } = probe::motion().body else { unreachable!() };
    let both = shape(Body::Parts { annex: None, parts: [parts.clone(), parts].concat() }, 1);
    let lines = outline(&render(&both, &slots(&["Ede"])).unwrap());
    assert!(lines.iter().all(|line| !line.starts_with("Title")));
    assert_eq!(lines[0], "Heading1: Concept-motie herstel lantaarns oostkade");
    assert_eq!(lines[2], "Heading2: Constaterende dat:");
}

#[test]
fn each_list_starts_again() {
    let shape = probe::annex();
    let bytes = render(&shape, &probe::values(&shape)).unwrap();
    let numbering = part(&bytes, "word/numbering.xml");
    let used: Vec<String> = all(&part(&bytes, "word/document.xml"), "w:numPr")
        .iter()
        .map(|number| number.find("w:numId").unwrap().get("w:val").unwrap().to_owned())
        .collect();
    let mut levels = BTreeMap::new();
    for instance in numbering.elements().filter(|element| element.name == "w:num") {
        let level = instance.find("w:lvlOverride").map(|given| {
            let start = given.find("w:startOverride").unwrap();
            assert_eq!(start.get("w:val"), Some("1"));
            given.get("w:ilvl").unwrap().to_owned()
        });
        assert!(levels.insert(instance.get("w:numId").unwrap().to_owned(), level).is_none());
    }
    assert!(used.iter().all(|id| levels[id].is_some()));
    assert_eq!(levels["5"], Some("1".into()), "the nested list starts again at its own level");
    let labels: Vec<&str> = all(&numbering, "w:lvl")
        .iter()
        .filter(|level| level.get("w:ilvl") == Some("0"))
        .map(|level| level.find("w:lvlText").unwrap().get("w:val").unwrap())
        .collect();
    assert_eq!(labels, ["•", "–", "%1.", "%1)"]);
}

#[test]
fn open_places_are_content_controls() {
    let shape = probe::annex();
    let bytes = render(&shape, &probe::values(&shape)).unwrap();
    let document = part(&bytes, "word/document.xml");
    let controls: Vec<String> = all(&document, "w:sdtPr").iter().map(|control| control.to_xml()).collect();
    let head = |alias: &str, tag: &str, id: usize| {
        format!("<w:sdtPr><w:alias w:val=\"{alias}\"/><w:tag w:val=\"{tag}\"/><w:id w:val=\"{id}\"/><w:showingPlcHdr/>")
    };
    let list = |options: [&str; 2]| {
        let item = |option| format!("<w:listItem w:displayText=\"{option}\" w:value=\"{option}\"/>");
        format!("<w:dropDownList>{}{}</w:dropDownList></w:sdtPr>", item(options[0]), item(options[1]))
    };
    assert_eq!(controls.len(), 7);
    assert_eq!(controls[0], head("soort", "soort", 1) + &list(["een", "twee"]));
    assert_eq!(
        controls[1],
        head("datum", "datum", 2)
            + "<w:date><w:dateFormat w:val=\"d MMMM yyyy\"/><w:lid w:val=\"nl-NL\"/>\
               <w:storeMappedDataAs w:val=\"dateTime\"/><w:calendar w:val=\"gregorian\"/></w:date></w:sdtPr>"
    );
    assert_eq!(controls[2], head("middelen", "middelen", 3) + &list(["in principe", "indien nodig"]));
    assert_eq!(controls[4], head("Naam, (fractie)", "indiener-1", 5) + "<w:text/></w:sdtPr>");
    for control in all(&document, "w:sdt") {
        let styles = all(control, "w:rStyle");
        assert_eq!(styles[0].get("w:val"), Some("PlaceholderText"));
    }
}

#[test]
fn footnotes_have_marks_separators_links_and_cross_references() {
    let shape = probe::annex();
    let bytes = render(&shape, &slots(&["A", "B", "C"])).unwrap();
    let notes = part(&bytes, "word/footnotes.xml");
    let ids: Vec<&str> = notes.elements().map(|note| note.get("w:id").unwrap()).collect();
    assert_eq!(ids, ["-1", "0", "1", "2"]);
    assert_eq!(shown(&notes), " Bron: de bronC Het gaat om A.");
    assert_eq!(all(&notes, "w:footnoteRef").len(), 2);
    let document = part(&bytes, "word/document.xml");
    assert_eq!(all(&document, "w:footnoteReference").len(), 2);
    assert_eq!(all(&document, "w:instrText")[0].to_xml(), "<w:instrText> NOTEREF _RefNote1 \\f \\h </w:instrText>");
    assert_eq!(all(&document, "w:bookmarkStart")[0].get("w:name"), Some("_RefNote1"));
    assert_eq!(all(&document, "w:bookmarkEnd").len(), 1);
}

/// What the outside validators miss: names, ids and references within a file.
#[test]
fn parts_ids_and_references_are_whole() {
    for shape in probe::shapes() {
        let bytes = render(&shape, &probe::values(&shape)).unwrap();
        let parts = unzip(&bytes);
        assert_eq!(parts[0].0, "[Content_Types].xml");
        let names: Vec<&str> = parts.iter().map(|(name, _)| name.as_str()).collect();
        let types = part(&bytes, "[Content_Types].xml");
        let overrides: Vec<&str> =
            types.elements().filter_map(|element| element.get("PartName")).collect();
        for name in &names[1..] {
            assert_eq!(name.ends_with(".rels"), !overrides.contains(&format!("/{name}").as_str()), "{name}");
        }
        assert_eq!(overrides.len(), names.iter().filter(|name| !name.ends_with(".rels")).count() - 1);

        let styles = part(&bytes, "word/styles.xml");
        let defined: Vec<&str> =
            all(&styles, "w:style").iter().filter_map(|style| style.get("w:styleId")).collect();
        let mut targets = Vec::new();
        for (name, folder) in [("_rels/.rels", ""), ("word/_rels/document.xml.rels", "word/"), ("word/_rels/footnotes.xml.rels", "word/")] {
            if !names.contains(&name) {
                continue;
            }
            let relationships = part(&bytes, name);
            let mut ids: Vec<&str> = relationships.elements().map(|one| one.get("Id").unwrap()).collect();
            for one in relationships.elements().filter(|one| one.get("TargetMode").is_none()) {
                targets.push(format!("{folder}{}", one.get("Target").unwrap()));
            }
            let count = ids.len();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), count, "{name}");
        }
        for name in names.iter().filter(|name| !name.ends_with(".rels") && !name.starts_with('[')) {
            assert_eq!(targets.iter().filter(|target| target == name).count(), 1, "{name}");
        }

        let mut control_ids = Vec::new();
        for (name, relationships) in [("word/document.xml", "word/_rels/document.xml.rels"), ("word/footnotes.xml", "word/_rels/footnotes.xml.rels")] {
            if !names.contains(&name) {
                continue;
            }
            let root = part(&bytes, name);
            for kind in ["w:pStyle", "w:rStyle"] {
                for style in all(&root, kind) {
                    assert!(defined.contains(&style.get("w:val").unwrap()), "{}", style.to_xml());
                }
            }
            for paragraph in all(&root, "w:p") {
                assert!(!all(paragraph, "w:r").is_empty(), "an empty paragraph in {name}");
            }
            control_ids.extend(all(&root, "w:sdtPr").iter().map(|control| {
                control.find("w:id").unwrap().get("w:val").unwrap().to_owned()
            }));
            let links = all(&root, "w:hyperlink");
            if !links.is_empty() {
                let relationships = part(&bytes, relationships);
                for link in links {
                    let id = link.get("r:id").unwrap();
                    assert_eq!(relationships.elements().filter(|one| one.get("Id") == Some(id)).count(), 1);
                }
            }
            assert!(all(&root, "w:p").iter().all(|paragraph| paragraph.attributes.is_empty()));
            // No direct formatting, but for emphasis in a link.
            for direct in ["w:sz", "w:color", "w:jc", "w:ind", "w:spacing", "w:keepNext"] {
                if name == "word/document.xml" {
                    assert!(all(&root, direct).is_empty(), "{direct}");
                }
            }
        }
        let count = control_ids.len();
        control_ids.sort_unstable();
        control_ids.dedup();
        assert_eq!(control_ids.len(), count);
        for style in all(&styles, "w:style") {
            for kind in ["w:basedOn", "w:next", "w:link"] {
                if let Some(other) = style.find(kind) {
                    assert!(defined.contains(&other.get("w:val").unwrap()));
                }
            }
        }
    }
}

#[test]
fn language_title_and_author_are_stated() {
    let mut shape = probe::motion();
    shape.language = "fy-NL".into();
    let bytes = render(&shape, &slots(&["Sûdwest &\n<Fryslân>"])).unwrap();
    let core = part(&bytes, "docProps/core.xml");
    let field = |name: &str| core.find(name).unwrap().to_xml();
    assert_eq!(field("dc:title"), "<dc:title>Motie over lantaarns in Sûdwest &amp; &lt;Fryslân&gt;</dc:title>");
    assert_eq!(field("dc:creator"), "<dc:creator>Raadspost</dc:creator>");
    assert_eq!(field("dc:language"), "<dc:language>fy-NL</dc:language>");
    assert!(field("dcterms:created").contains("2023-02-09T00:00:00Z"));
    let styles = part(&bytes, "word/styles.xml");
    assert_eq!(all(&styles, "w:lang")[0].get("w:val"), Some("fy-NL"));
    let settings = part(&bytes, "word/settings.xml");
    assert_eq!(all(&settings, "w:themeFontLang")[0].get("w:val"), Some("fy-NL"));
    let compat = all(&settings, "w:compat")[0];
    assert!(compat.elements().all(|flag| flag.name == "w:compatSetting"));
    let normal = all(&styles, "w:style").into_iter().find(|style| style.get("w:styleId") == Some("Normal"));
    assert_eq!(normal.unwrap().get("w:default"), Some("1"));
}

const HOSTILE: [&str; 12] = [
    "</w:t>",
    "<&]]>",
    "#import \"x\"",
    "&lt;&amp;&#13;",
    "' \" “’",
    "\u{202E}أهلا עברית\u{202C}",
    "😀👩‍👩‍👧",
    "  twee  spaties\u{A0} ",
    "=HYPERLINK(\"x\")",
    "a\tb\nc\r\nd\re",
    "",
    "\u{85}\u{2028}\u{FFFD}\u{FDD0}",
];

#[test]
fn hostile_text_is_shown_as_it_is() {
    let blocks = HOSTILE.iter().map(|words| paragraph(vec![text("|"), text(words), text("|")])).collect();
    let lines = outline(&render(&motion_with(blocks, 1), &slots(&["x"])).unwrap());
    for (line, words) in lines[1..].iter().zip(HOSTILE) {
        let words = words.replace("\r\n", "\n").replace('\r', "\n");
        assert_eq!(*line, format!("Normal: |{words}|"));
    }
    for words in HOSTILE {
        let shape = motion_with(
            vec![paragraph(vec![text("|"), Inline::Slot(0), Inline::Emphasis(vec![Inline::Slot(0)]), text("|")])],
            1,
        );
        let lines = outline(&render(&shape, &slots(&[words])).unwrap());
        let words = words.replace("\r\n", "\n").replace('\r', "\n");
        assert_eq!(lines[1], format!("Normal: |{words}{words}|"));
    }
}

#[test]
fn a_filled_template_equals_the_plain_way() {
    let theme = Theme::default();
    for shape in probe::shapes() {
        for words in HOSTILE {
            let values = slots(&[words, "Ede", words][..shape.slots]);
            let compiled = render(&shape, &values).unwrap();
            let direct = plain(&shape, &values, &theme).unwrap();
            assert_eq!(unzip(&compiled), unzip(&direct));
            assert!(compiled == direct, "bytes differ for {words:?}");
        }
    }
}

#[test]
fn bytes_depend_on_nothing_but_the_input() {
    let shapes = probe::shapes();
    let values = shapes.each_ref().map(probe::values);
    let theme = Theme::default();
    let hash = |shape: &Shape, values: &Values| Fingerprint::of(&plain(shape, values, &theme).unwrap());
    let first: Vec<Fingerprint> = shapes.iter().zip(&values).map(|(shape, values)| hash(shape, values)).collect();
    for _ in 0..50 {
        for ((shape, values), first) in shapes.iter().zip(&values).zip(&first) {
            assert_eq!(hash(shape, values), *first);
        }
    }
    let ready = prepared(&shapes);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..50 {
                    for ((shape, values), first) in shapes.iter().zip(&values).zip(&first) {
                        assert_eq!(hash(shape, values), *first);
                    }
                    let renditions = ready.render(&values).unwrap().output;
                    let hashes: Vec<Fingerprint> =
                        renditions.iter().map(|rendition| Fingerprint::of(&rendition.bytes)).collect();
                    assert_eq!(hashes, first);
                }
            });
        }
    });
}

fn codes(result: Result<Vec<u8>, Diagnostics>) -> Vec<(&'static str, String)> {
    result.unwrap_err().into_iter().map(|diagnostic| (diagnostic.code, diagnostic.message)).collect()
}

#[test]
fn what_word_cannot_hold_is_refused() {
    let invalid = motion_with(vec![paragraph(vec![text("a\u{1}0\u{2}b")])], 1);
    let found = codes(render(&invalid, &slots(&["x"])));
    assert_eq!(found.iter().map(|(code, _)| *code).collect::<Vec<_>>(), ["docx-invalid-character"; 2]);
    assert!(found[0].1.contains("`U+0001`") && found[0].1.contains("probe.paragraph"), "{found:?}");

    let slot = motion_with(vec![paragraph(vec![Inline::Slot(0)])], 1);
    assert_eq!(codes(render(&slot, &slots(&["x\u{FFFE}"])))[0].0, "docx-invalid-character");
    assert_eq!(codes(render(&slot, &slots(&[])))[0].0, "docx-values");
    assert_eq!(codes(render(&motion_with(vec![paragraph(vec![Inline::Slot(7)])], 1), &slots(&["x"])))[0].0, "docx-slot");
    assert_eq!(codes(render(&motion_with(vec![paragraph(vec![Inline::Footnote(0)])], 1), &slots(&["x"])))[0].0, "docx-footnote");

    let collection = shape(Body::Collection(vec![Arc::new(probe::motion())]), 0);
    let mut plain_title = collection;
    plain_title.title = vec![text("Alles")];
    assert_eq!(codes(render(&plain_title, &slots(&[])))[0].0, "docx-collection");

    let mut nested = motion_with(vec![paragraph(vec![text("x"), Inline::Footnote(0)])], 1);
    nested.footnotes =
        vec![Footnote { id: "n".into(), span: Span::default(), inlines: vec![text("a"), Inline::Footnote(0)] }];
    assert_eq!(codes(render(&nested, &slots(&["x"])))[0].0, "docx-footnote");

    let list = BlockKind::List { kind: ListKind::Bullet, items: vec![vec![]] };
    assert_eq!(codes(render(&motion_with(vec![block("b", list)], 1), &slots(&["x"])))[0].0, "docx-list-item");

    let mut deep = item("diep");
    for _ in 0..9 {
        let list = BlockKind::List { kind: ListKind::Dash, items: vec![deep] };
        deep = vec![paragraph(vec![text("x")]), block("b", list)];
    }
    let list = BlockKind::List { kind: ListKind::Dash, items: vec![deep] };
    assert_eq!(codes(render(&motion_with(vec![block("b", list)], 1), &slots(&["x"])))[0].0, "docx-list-depth");
}

#[test]
fn the_fingerprint_follows_the_theme() {
    let of = |size: f64| {
        let theme = Theme { size, ..Theme::default() };
        DocxRenderer::new(DocxOptions { theme }).fingerprint()
    };
    assert_eq!(of(11.0), DocxRenderer::new(DocxOptions::default()).fingerprint());
    assert_ne!(of(11.0), of(12.0));
}

#[test]
fn the_version_of_docx_rs_is_the_manifest_s() {
    let manifest = include_str!("../../../Cargo.toml");
    assert!(manifest.contains(&format!("docx-rs = {{ version = \"={DOCX_RS}\"")));
}

#[test]
fn missing_characters_are_those_xml_has_not() {
    let renderer = DocxRenderer::new(DocxOptions::default());
    assert_eq!(renderer.missing_characters("Ede 😀\u{8}\u{FFFF}\u{8}"), vec!['\u{8}', '\u{FFFF}']);
}

/// Writes the probes for a look and for outside validators:
/// `RAADSPOST_DOCX_OUT=DIR cargo test --release -p raadspost-docx write_probes -- --ignored`.
#[test]
#[ignore = "writes files for a person to look at"]
fn write_probes() {
    let folder = std::path::PathBuf::from(std::env::var("RAADSPOST_DOCX_OUT").unwrap());
    for (name, shape) in ["motion", "annex", "letter"].iter().zip(probe::shapes()) {
        let bytes = render(&shape, &probe::values(&shape)).unwrap();
        std::fs::write(folder.join(format!("{name}.docx")), bytes).unwrap();
    }
    let blocks = HOSTILE.iter().map(|words| paragraph(vec![text("|"), text(words), text("|")])).collect();
    let bytes = render(&motion_with(blocks, 1), &slots(&[HOSTILE[0]])).unwrap();
    std::fs::write(folder.join("hostile.docx"), bytes).unwrap();
}

/// Documents per second on one thread:
/// `cargo test --release -p raadspost-docx speed -- --ignored --nocapture --test-threads 1`.
#[test]
#[ignore = "a measurement"]
fn speed() {
    let theme = Theme::default();
    let shape = probe::motion();
    let values = probe::values(&shape);
    let ready = prepared(std::slice::from_ref(&shape));
    let measure = |name: &str, count: u32, run: &dyn Fn() -> usize| {
        let best = (0..5)
            .map(|_| {
                let start = Instant::now();
                let bytes: usize = (0..count).map(|_| run()).sum();
                (start.elapsed() / count, bytes / count as usize)
            })
            .min()
            .unwrap();
        let rate = 1.0 / best.0.as_secs_f64();
        println!("{name}: {:?} each, {rate:.0} documents/s, {} bytes", best.0, best.1);
    };
    measure("plain", 500, &|| plain(&shape, &values, &theme).unwrap().len());
    measure("parts", 500, &|| parts(&shape, Slots::Values(&values), &theme).unwrap().len());
    measure("template", 5000, &|| {
        ready.render(std::slice::from_ref(&values)).unwrap().output[0].bytes.len()
    });
}
