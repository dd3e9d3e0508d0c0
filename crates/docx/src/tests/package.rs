//! The package: parts, references, properties and fingerprint.

use super::*;

/// What the outside validators miss: names, ids and references within a file.
#[test]
fn parts_ids_and_references_are_whole() {
    let is_record =
        |name: &str| name.starts_with("customXml/item") && !name.starts_with("customXml/itemProps");
    for shape in probe::shapes().into_iter().chain([records::two_motions()]) {
        let bytes = render(&shape, &probe::values(&shape)).unwrap();
        let parts = unzip(&bytes);
        assert_eq!(parts[0].0, "[Content_Types].xml");
        let names: Vec<&str> = parts.iter().map(|(name, _)| name.as_str()).collect();
        let types = part(&bytes, "[Content_Types].xml");
        let overrides: Vec<&str> = types
            .elements()
            .filter_map(|element| element.get("PartName"))
            .collect();
        for name in &names[1..] {
            // A record is what its extension says.
            assert_eq!(
                name.ends_with(".rels") || is_record(name),
                !overrides.contains(&format!("/{name}").as_str()),
                "{name}"
            );
        }
        assert_eq!(
            overrides.len(),
            names
                .iter()
                .filter(|name| !name.ends_with(".rels") && !is_record(name))
                .count()
                - 1
        );

        let styles = part(&bytes, "word/styles.xml");
        let defined: Vec<&str> = all(&styles, "w:style")
            .iter()
            .filter_map(|style| style.get("w:styleId"))
            .collect();
        let mut targets = Vec::new();
        for (name, folder) in [
            ("_rels/.rels", ""),
            ("word/_rels/document.xml.rels", "word/"),
            ("word/_rels/footnotes.xml.rels", "word/"),
            ("word/glossary/_rels/document.xml.rels", "word/glossary/"),
            ("customXml/_rels/item1.xml.rels", "customXml/"),
            ("customXml/_rels/item2.xml.rels", "customXml/"),
            ("customXml/_rels/item3.xml.rels", "customXml/"),
        ] {
            if !names.contains(&name) {
                continue;
            }
            let relationships = part(&bytes, name);
            let mut ids: Vec<&str> = relationships
                .elements()
                .map(|one| one.get("Id").unwrap())
                .collect();
            for one in relationships
                .elements()
                .filter(|one| one.get("TargetMode").is_none())
            {
                let target = one.get("Target").unwrap();
                targets.push(match target.strip_prefix("../") {
                    Some(target) => target.to_owned(),
                    None => format!("{folder}{target}"),
                });
            }
            let count = ids.len();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), count, "{name}");
        }
        for name in names
            .iter()
            .filter(|name| !name.ends_with(".rels") && !name.starts_with('['))
        {
            assert_eq!(
                targets.iter().filter(|target| target == name).count(),
                1,
                "{name}"
            );
        }

        let mut control_ids = Vec::new();
        for (name, relationships) in [
            ("word/document.xml", "word/_rels/document.xml.rels"),
            ("word/footnotes.xml", "word/_rels/footnotes.xml.rels"),
        ] {
            if !names.contains(&name) {
                continue;
            }
            let root = part(&bytes, name);
            for kind in ["w:pStyle", "w:rStyle"] {
                for style in all(&root, kind) {
                    assert!(
                        defined.contains(&style.get("w:val").unwrap()),
                        "{}",
                        style.to_xml()
                    );
                }
            }
            // A cell that is written in by hand has an empty one.
            let cells: Vec<*const Element> = all(&root, "w:tc")
                .into_iter()
                .flat_map(|cell| all(cell, "w:p"))
                .map(std::ptr::from_ref)
                .collect();
            for paragraph in all(&root, "w:p") {
                if cells.contains(&std::ptr::from_ref(paragraph)) {
                    continue;
                }
                assert!(
                    !all(paragraph, "w:r").is_empty(),
                    "an empty paragraph in {name}"
                );
            }
            control_ids.extend(all(&root, "w:sdtPr").iter().map(|control| {
                control
                    .find("w:id")
                    .unwrap()
                    .get("w:val")
                    .unwrap()
                    .to_owned()
            }));
            let links = all(&root, "w:hyperlink");
            if !links.is_empty() {
                let relationships = part(&bytes, relationships);
                for link in links {
                    let id = link.get("r:id").unwrap();
                    assert_eq!(
                        relationships
                            .elements()
                            .filter(|one| one.get("Id") == Some(id))
                            .count(),
                        1
                    );
                }
            }
            assert!(
                all(&root, "w:p")
                    .iter()
                    .all(|paragraph| paragraph.attributes.is_empty())
            );
            // No direct formatting, but for emphasis in a link.
            for direct in [
                "w:sz",
                "w:color",
                "w:jc",
                "w:ind",
                "w:spacing",
                "w:keepNext",
            ] {
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
    assert_eq!(
        field("dc:title"),
        "<dc:title>Motie over lantaarns in Sûdwest &amp; &lt;Fryslân&gt;</dc:title>"
    );
    assert_eq!(field("dc:creator"), "<dc:creator>Raadspost</dc:creator>");
    assert_eq!(field("dc:language"), "<dc:language>fy-NL</dc:language>");
    assert!(field("dcterms:created").contains("2023-02-09T00:00:00Z"));
    let styles = part(&bytes, "word/styles.xml");
    assert_eq!(all(&styles, "w:lang")[0].get("w:val"), Some("fy-NL"));
    let settings = part(&bytes, "word/settings.xml");
    assert_eq!(
        all(&settings, "w:themeFontLang")[0].get("w:val"),
        Some("fy-NL")
    );
    let compat = all(&settings, "w:compat")[0];
    assert!(compat.elements().all(|flag| flag.name == "w:compatSetting"));
    let normal = all(&styles, "w:style")
        .into_iter()
        .find(|style| style.get("w:styleId") == Some("Normal"));
    assert_eq!(normal.unwrap().get("w:default"), Some("1"));
}

#[test]
fn a_theme_is_data() {
    let of = |word_text: &str, ink: [u8; 3]| {
        let theme = Theme {
            word_text: word_text.into(),
            ink: Colour(ink),
            ..Theme::default()
        };
        let shape = probe::motion();
        plain(&shape, &probe::values(&shape), &theme)
    };
    let bytes = of("A & \"B\" </a:theme>", [0x11, 0x22, 0x33]).unwrap();
    let fonts = part(&bytes, "word/theme/theme1.xml");
    assert_eq!(
        all(&fonts, "a:latin")[1].get("typeface"),
        Some("A & \"B\" </a:theme>")
    );
    let styles = part(&bytes, "word/styles.xml");
    assert_eq!(
        all(&styles, "w:color")[0].to_xml(),
        "<w:color w:val=\"112233\" w:themeColor=\"text1\"/>"
    );
    assert_eq!(
        codes(of("\u{1}0\u{2}", [0; 3]))[0].0,
        "docx-invalid-character"
    );
}

#[test]
fn the_fingerprint_follows_the_theme() {
    let of = |size: f64| {
        let theme = Theme {
            size,
            ..Theme::default()
        };
        DocxRenderer::new(DocxOptions {
            theme,
            ..DocxOptions::default()
        })
        .fingerprint()
    };
    assert_eq!(
        of(11.0),
        DocxRenderer::new(DocxOptions::default()).fingerprint()
    );
    assert_ne!(of(11.0), of(12.0));
}

/// The root package compares the same file with what the whole program makes, because crates built
/// together share the features of what they compress with.
#[test]
fn the_bytes_of_the_probes_are_known() {
    let found = DocxRenderer::new(DocxOptions::default())
        .fingerprint()
        .to_string();
    let known = include_str!("../../probe.sha256").trim();
    assert_eq!(
        found, known,
        "if the change is meant, put the left one into probe.sha256"
    );
}

#[test]
fn the_version_of_docx_rs_is_the_manifest_s() {
    let manifest = include_str!("../../../../Cargo.toml");
    assert!(manifest.contains(&format!("docx-rs = {{ version = \"={DOCX_RS}\"")));
}
