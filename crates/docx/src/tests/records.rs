//! The records of motions: which place of a document is bound to which, and what follows a clerk.

use super::*;
use raadspost_content::{DocumentWords, Logo, LogoSettings, VotingRows, WordingRole};

/// A file with an open place, two motions with movers and votes, and another open place.
pub(super) fn two_motions() -> Shape {
    let Body::Parts { parts, .. } = probe::motion().body else {
        unreachable!()
    };
    let loose = Part::Text {
        id: "vooraf".into(),
        blocks: vec![paragraph(vec![probe::fill_in(
            "datum",
            "datum",
            FillInKind::Date,
        )])],
    };
    shape(
        Body::Parts {
            annex: None,
            parts: [vec![loose], parts.clone(), parts].concat(),
        },
        1,
    )
}

/// Path and store of each binding, in the order of the document.
fn bindings(bytes: &[u8]) -> Vec<(String, String)> {
    let document = part(bytes, "word/document.xml");
    let bound = |name| {
        let get = |one: &&Element<'_>, name| one.get(name).unwrap().to_owned();
        all(&document, name)
            .iter()
            .map(|one| (get(one, "w:xpath"), get(one, "w:storeItemID")))
            .collect::<Vec<_>>()
    };
    [bound("w:dataBinding"), bound("w15:dataBinding")].concat()
}

fn store(bytes: &[u8], number: usize) -> String {
    let properties = part(bytes, &format!("customXml/itemProps{number}.xml"));
    properties.get("ds:itemID").unwrap().to_owned()
}

#[test]
fn each_motion_of_a_file_has_a_record_of_its_own() {
    let shape = two_motions();
    let bytes = render(&shape, &slots(&["Utrecht"])).unwrap();
    let records = [1, 2, 3].map(|number| part(&bytes, &format!("customXml/item{number}.xml")));
    let stores = [1, 2, 3].map(|number| store(&bytes, number));
    assert!(stores[0] != stores[1] && stores[1] != stores[2] && stores[0] != stores[2]);
    assert!(
        !unzip(&bytes)
            .iter()
            .any(|(name, _)| name == "customXml/item4.xml")
    );
    // The motions come first, each with its kind and its words.
    for record in &records[..2] {
        assert_eq!(shown_of(record, "motietype"), ["vreemd"]);
        assert_eq!(all(record, "indiener").len(), 3);
        assert!(shown_of(record, "inhoud")[0].starts_with("De gemeenteraad van Utrecht"));
    }
    assert!(shown_of(&records[2], "motietype").is_empty());
    // Each motion binds its own places: two titles, two dates, two choices, and so on.
    let bound = bindings(&bytes);
    for number in [0, 1] {
        let own = bound.iter().filter(|(_, store)| *store == stores[number]);
        let paths: Vec<&str> = own.map(|(path, _)| path.as_str()).collect();
        let ends = |end: &str| paths.iter().filter(|path| path.ends_with(end)).count();
        assert_eq!(ends("m:titel[1]"), 1);
        assert_eq!(ends("m:keuze[1]"), 1);
        assert_eq!(ends("m:indiener[3]/m:invulling[1]"), 1);
        assert_eq!(ends("m:indieners[1]/m:indiener"), 1);
    }
    let loose = bound.iter().filter(|(_, store)| *store == stores[2]);
    assert_eq!(loose.count(), 1);
    assert!(bound.iter().all(|(_, store)| stores.contains(store)));
    // The file as a whole is of no kind, and its title is its own.
    let custom = part(&bytes, "docProps/custom.xml");
    let names: Vec<&str> = custom
        .elements()
        .filter_map(|one| one.get("name"))
        .collect();
    assert!(!names.contains(&"motietype") && names.contains(&"gemeentecode"));
    let compiled = render(&shape, &slots(&["Ede"])).unwrap();
    let direct = plain(&shape, &slots(&["Ede"]), &Theme::default()).unwrap();
    assert_eq!(unzip(&compiled), unzip(&direct));
}

fn shown_of(record: &Element<'_>, name: &str) -> Vec<String> {
    let text = |element: &&Element<'_>| {
        let texts = element.children.iter().filter_map(|node| match node {
            crate::xml::Node::Text(text) => Some(text.as_ref()),
            crate::xml::Node::Element(_) => None,
        });
        texts.collect()
    };
    all(record, name).iter().map(text).collect()
}

/// Else a text that is pasted from one motion into another takes the other's number and date.
#[test]
fn no_two_documents_share_the_identity_of_a_record() {
    let motion = probe::motion();
    let other = Shape {
        document: "other".into(),
        ..motion.clone()
    };
    let of = |shape: &Shape, name: &str| store(&render(shape, &slots(&[name])).unwrap(), 1);
    let ids = [
        of(&motion, "Utrecht"),
        of(&motion, "Ede"),
        of(&other, "Utrecht"),
        of(&other, "Ede"),
    ];
    for (at, id) in ids.iter().enumerate() {
        assert!(!ids[..at].contains(id), "{id}");
        // Registry format (22.9.2.4), version 8 (RFC 9562).
        let groups: Vec<&str> = id[1..id.len() - 1].split('-').collect();
        assert!(id.starts_with('{') && id.ends_with('}'));
        assert_eq!(
            groups.iter().map(|group| group.len()).collect::<Vec<_>>(),
            [8, 4, 4, 4, 12]
        );
        assert!(groups[2].starts_with('8') && "89AB".contains(&groups[3][..1]));
    }
    assert_eq!(of(&motion, "Utrecht"), ids[0]);
}

#[test]
fn the_title_follows_the_clerk_and_the_texts_are_a_concept() {
    let motion = probe::motion();
    let bytes = render(&motion, &probe::values(&motion)).unwrap();
    let document = part(&bytes, "word/document.xml");
    let title = all(&document, "w:p")[0];
    assert_eq!(
        (style(title), shown(title)),
        (
            "Title",
            "Concept-motie herstel lantaarns oostkade".to_owned()
        )
    );
    let control = title.find("w:sdt").unwrap().find("w:sdtPr").unwrap();
    let path = control.find("w:dataBinding").unwrap().get("w:xpath");
    assert_eq!(path, Some("/m:informatieobject[1]/m:titel[1]"));
    let status = |bytes: &[u8], name: &str| {
        let record = part(bytes, "customXml/item1.xml");
        let found = all(&record, name)[0].get("status");
        found.map(str::to_owned)
    };
    assert_eq!(status(&bytes, "titel"), None);
    assert_eq!(status(&bytes, "inhoud").as_deref(), Some("concept"));
    // A title with emphasis cannot be bound as plain text, and one that is not shown has no place.
    for (title, show) in [
        (vec![Inline::Emphasis(vec![text("Nadruk")])], true),
        (vec![text("Niet te zien")], false),
    ] {
        let mut shape = motion_with(vec![paragraph(vec![text("x")])], 1);
        if let Body::Parts { parts, .. } = &mut shape.body
            && let Part::Motion(motion) = &mut parts[0]
        {
            motion.title = title;
            motion.show_title = show;
        }
        let bytes = render(&shape, &slots(&["Utrecht"])).unwrap();
        assert_eq!(status(&bytes, "titel").as_deref(), Some("concept"));
        assert!(bindings(&bytes).is_empty());
        let record = part(&bytes, "customXml/item1.xml");
        assert_eq!(
            shown_of(&record, "titel"),
            ["Motie over lantaarns in Utrecht"]
        );
    }
}

/// A table of votes with a line that leads in.
fn voting(lead: Vec<Inline>) -> raadspost_content::Block {
    let cells = |cells: [&str; 3]| cells.map(|cell| vec![text(cell)]).to_vec();
    let voting = BlockKind::Voting {
        lead,
        columns: cells(["Fractie", "Zetels:", "Stem"]),
        rows: VotingRows::Open(vec![cells(["a", "b", "c"])]),
    };
    probe::block("voting", voting)
}

#[test]
fn a_caption_has_no_places_to_fill_in() {
    let open = || probe::fill_in("datum", "datum", FillInKind::Date);
    let caption = |lead: Vec<Inline>| {
        let bytes = render(&motion_with(vec![voting(lead)], 1), &slots(&["Ede, en: "])).unwrap();
        let document = part(&bytes, "word/document.xml");
        all(&document, "w:tblCaption")[0]
            .get("w:val")
            .unwrap()
            .to_owned()
    };
    for (lead, expected) in [
        (
            vec![text("Stemming op "), open(), text(" in de raad:")],
            "Stemming op in de raad",
        ),
        (vec![open(), text(", de raad")], "de raad"),
        (
            vec![text("Raad van "), Inline::Slot(0)],
            "Raad van Ede, en: ",
        ),
        (vec![open()], "Fractie, Zetels, Stem"),
        (Vec::new(), "Fractie, Zetels, Stem"),
    ] {
        assert_eq!(caption(lead), expected);
    }
}

/// Word joins two tables that have nothing between them.
#[test]
fn two_tables_never_touch() {
    let shape = motion_with(
        vec![
            voting(Vec::new()),
            voting(Vec::new()),
            voting(vec![text("x")]),
        ],
        1,
    );
    let bytes = render(&shape, &slots(&["Ede"])).unwrap();
    let document = part(&bytes, "word/document.xml");
    let body = document.find("w:body").unwrap();
    let names: Vec<&str> = body.elements().map(|one| one.name.as_ref()).collect();
    assert_eq!(
        names,
        ["w:p", "w:tbl", "w:p", "w:tbl", "w:p", "w:tbl", "w:sectPr"]
    );
}

#[test]
fn pages_are_numbered_in_the_language_of_the_document() {
    for (language, word) in [
        ("nl-NL", "Pagina "),
        ("fy-NL", "Side "),
        ("de-DE", "Seite "),
    ] {
        let shape = Shape {
            language: language.into(),
            words: DocumentWords {
                page: word.trim_end().into(),
                ..DocumentWords::default()
            },
            ..probe::motion()
        };
        let bytes = render(&shape, &probe::values(&shape)).unwrap();
        let footer = part(&bytes, "word/footerFolio.xml");
        assert_eq!(
            all(&footer, "w:t")[0].to_xml(),
            format!("<w:t xml:space=\"preserve\">{word}</w:t>")
        );
        let field = all(&footer, "w:fldSimple")[0];
        assert_eq!(field.get("w:instr"), Some(" PAGE "));
        let document = part(&bytes, "word/document.xml");
        let section = all(&document, "w:sectPr")[0];
        // Not on the first page, as in PDF.
        assert!(section.find("w:titlePg").is_some());
        let reference = section.find("w:footerReference").unwrap();
        let relationships = part(&bytes, "word/_rels/document.xml.rels");
        let target = relationships
            .elements()
            .find(|one| one.get("Id") == reference.get("r:id"));
        assert_eq!(target.unwrap().get("Target"), Some("footerFolio.xml"));
    }
}

#[test]
fn the_lists_of_a_wording_are_indented_with_it() {
    let list = || {
        probe::block(
            "list",
            BlockKind::List {
                kind: ListKind::Decimal,
                items: vec![vec![
                    paragraph(vec![text("een")]),
                    paragraph(vec![text("vervolg")]),
                ]],
            },
        )
    };
    let wording = |role| {
        let wording = BlockKind::Wording {
            role,
            level: 2,
            head: vec![text("Kop")],
            blocks: vec![paragraph(vec![text("woorden")]), list()],
        };
        probe::block("wording", wording)
    };
    let shape = motion_with(
        vec![
            wording(WordingRole::New),
            wording(WordingRole::Explanation),
            list(),
        ],
        1,
    );
    let bytes = render(&shape, &slots(&["Ede"])).unwrap();
    assert_eq!(
        outline(&bytes)[1..],
        [
            "Heading1: Kop",
            "RaadspostWording: woorden",
            "ListNumber 4/0: een",
            "ListContinue2: vervolg",
            "Heading1: Kop",
            "Normal: woorden",
            "ListNumber 5/0: een",
            "ListContinue: vervolg",
            "ListNumber 6/0: een",
            "ListContinue: vervolg",
        ]
    );
    let numbering = part(&bytes, "word/numbering.xml");
    let left = |instance: &str| {
        let by = |name: &str, attribute: &str, value: &str| {
            let of = |one: &&&Element<'_>| one.get(attribute) == Some(value);
            all(&numbering, name)
                .iter()
                .find(of)
                .map(|one| (*one).clone())
                .unwrap()
        };
        let id = by("w:num", "w:numId", instance);
        let id = id
            .find("w:abstractNumId")
            .unwrap()
            .get("w:val")
            .unwrap()
            .to_owned();
        let definition = by("w:abstractNum", "w:abstractNumId", &id);
        let left = all(&definition, "w:ind")[0].get("w:left").unwrap();
        left.parse::<i32>().unwrap()
    };
    assert_eq!(left("4"), 2 * left("5"));
    assert_eq!(left("5"), left("6"));
    // Programs find the wordings by their sections, which show no frame.
    let document = part(&bytes, "word/document.xml");
    let sections: Vec<&str> = all(&document, "w:sdtPr")
        .iter()
        .filter(|one| one.find("w15:appearance").is_some())
        .filter_map(|one| one.find("w:tag")?.get("w:val"))
        .collect();
    assert_eq!(sections, ["titel", "nieuweTekst", "toelichting"]);
}

#[test]
fn the_logo_of_the_sender_is_in_letters_unless_motions_are_to_have_it() {
    let png = include_bytes!("../../../../tests/cases/word/house/logo.png");
    let has_logo = |shape: &Shape, in_motions: bool| {
        let settings = LogoSettings {
            alternative: "Logo".into(),
            width: 30.0,
            in_motions,
            ..LogoSettings::default()
        };
        let renderer = DocxRenderer::new(DocxOptions {
            logo: Some(Logo::new(&settings, png.to_vec()).unwrap()),
            ..DocxOptions::default()
        });
        let prepared = renderer.prepare(&[Arc::new(shape.clone())]).unwrap().output;
        let values = [probe::values(shape)];
        let bytes = prepared.render(&values).unwrap().output.remove(0).bytes;
        unzip(&bytes)
            .iter()
            .any(|(name, _)| name.starts_with("word/media/"))
    };
    for in_motions in [false, true] {
        assert!(has_logo(&probe::letter(), in_motions));
        assert_eq!(has_logo(&probe::motion(), in_motions), in_motions);
        assert_eq!(has_logo(&probe::annex(), in_motions), in_motions);
    }
}

/// A house template has its own idea of "Body Text" and "Quote", so that ours are not those.
#[test]
fn what_no_style_of_word_means_has_a_style_of_our_own() {
    let council = probe::council();
    let bytes = render(&council, &probe::values(&council)).unwrap();
    let styles = part(&bytes, "word/styles.xml");
    let mut own = 0;
    for style in all(&styles, "w:style") {
        let id = style.get("w:styleId").unwrap();
        let name = style.find("w:name").unwrap().get("w:val").unwrap();
        let is_own = name.starts_with("Raadspost ");
        own += usize::from(is_own);
        assert_eq!(style.get("w:customStyle"), is_own.then_some("1"), "{name}");
        assert_eq!(id.starts_with("Raadspost"), is_own, "{name}");
        assert!(!name.starts_with("Body Text") && name != "Quote", "{name}");
        if is_own {
            assert_eq!(
                style.find("w:basedOn").unwrap().get("w:val"),
                Some("Normal")
            );
        }
    }
    assert_eq!(own, 7);
    // A mover signs on a line that ends where the text does.
    let mover = all(&styles, "w:style");
    let mover = mover
        .iter()
        .find(|one| one.get("w:styleId") == Some("RaadspostMover"));
    let tab = all(mover.unwrap(), "w:tab")[0];
    let get = |name| tab.get(name).unwrap();
    assert_eq!((get("w:val"), get("w:leader")), ("right", "underscore"));
    let document = part(&bytes, "word/document.xml");
    let section = all(&document, "w:sectPr")[0];
    let twips = |child: &str, name: &str| {
        let value = section.find(child).unwrap().get(name).unwrap();
        value.parse::<i32>().unwrap()
    };
    let width = twips("w:pgSz", "w:w") - twips("w:pgMar", "w:left") - twips("w:pgMar", "w:right");
    assert_eq!(get("w:pos"), width.to_string());
}
