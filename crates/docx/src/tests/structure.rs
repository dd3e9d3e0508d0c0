//! What a document holds: styles, lists, controls and footnotes.

use super::*;
use raadspost_content::VotingRows;

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
        "RaadspostSeparator: OF",
        "ListNumber 7/0: De lantaarns te herstellen.",
        "ListNumber 7/0: Als gemeente Utrecht hiervoor een voorstel voor te leggen.",
        "Closing: En gaat over tot de orde van de dag",
        "RaadspostLead: [Plaatsnaam, datum,] het lid van de raad,",
        "RaadspostMover: [Naam, (fractie)]\t",
        "RaadspostMover: [Naam, (fractie)]\t",
        "RaadspostMover: [Naam, (fractie)]\t",
        "RaadspostNote: *verwijderen wat niet van toepassing is",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn an_annex_has_one_title_and_its_levels_below() {
    let shape = probe::annex();
    let lines = outline(&render(&shape, &probe::values(&shape)).unwrap());
    let headings: Vec<&String> = lines
        .iter()
        .filter(|line| line.starts_with("Title") || line.starts_with("Heading"))
        .collect();
    assert_eq!(
        headings[..4],
        [
            "Title: Bijlage II: Lantaarns",
            "Heading1: Samenvatting",
            "Heading2: Onderdelen",
            "Heading1: Concept-motie herstel lantaarns oostkade",
        ]
    );
    assert_eq!(
        lines[4..9],
        [
            "ListNumber 4/0: Ten eerste",
            "ListContinue: met een tweede alinea",
            "ListNumber 5/1: Eerst",
            "ListNumber 5/1: Dan",
            "ListNumber 4/0: Ten tweede",
        ]
    );
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
    let Body::Parts { parts, .. } = probe::motion().body else {
        unreachable!()
    };
    let both = shape(
        Body::Parts {
            annex: None,
            parts: [parts.clone(), parts].concat(),
        },
        1,
    );
    let lines = outline(&render(&both, &slots(&["Ede"])).unwrap());
    assert!(lines.iter().all(|line| !line.starts_with("Title")));
    assert_eq!(
        lines[0],
        "Heading1: Concept-motie herstel lantaarns oostkade"
    );
    assert_eq!(lines[2], "Heading2: Constaterende dat:");
}

#[test]
fn each_list_starts_again() {
    let shape = probe::annex();
    let bytes = render(&shape, &probe::values(&shape)).unwrap();
    let numbering = part(&bytes, "word/numbering.xml");
    let used: Vec<String> = all(&part(&bytes, "word/document.xml"), "w:numPr")
        .iter()
        .map(|number| {
            number
                .find("w:numId")
                .unwrap()
                .get("w:val")
                .unwrap()
                .to_owned()
        })
        .collect();
    let mut levels = BTreeMap::new();
    for instance in numbering
        .elements()
        .filter(|element| element.name == "w:num")
    {
        let level = instance.find("w:lvlOverride").map(|given| {
            let start = given.find("w:startOverride").unwrap();
            assert_eq!(start.get("w:val"), Some("1"));
            given.get("w:ilvl").unwrap().to_owned()
        });
        assert!(
            levels
                .insert(instance.get("w:numId").unwrap().to_owned(), level)
                .is_none()
        );
    }
    assert!(used.iter().all(|id| levels[id].is_some()));
    assert_eq!(
        levels["5"],
        Some("1".into()),
        "the nested list starts again at its own level"
    );
    let labels: Vec<&str> = all(&numbering, "w:lvl")
        .iter()
        .filter(|level| level.get("w:ilvl") == Some("0"))
        .map(|level| level.find("w:lvlText").unwrap().get("w:val").unwrap())
        .collect();
    assert_eq!(labels, ["•", "–", "%1.", "%1)"]);
}

/// The identity of a record, from 1.
fn store_of(bytes: &[u8], number: usize) -> String {
    let properties = part(bytes, &format!("customXml/itemProps{number}.xml"));
    properties.get("ds:itemID").unwrap().to_owned()
}

#[test]
fn open_places_are_content_controls() {
    let shape = probe::annex();
    let bytes = render(&shape, &probe::values(&shape)).unwrap();
    let document = part(&bytes, "word/document.xml");
    // Sections round lines and alternatives have no placeholder.
    let controls: Vec<String> = all(&document, "w:sdtPr")
        .iter()
        .filter(|control| control.find("w:placeholder").is_some())
        .map(|control| control.to_xml())
        .collect();
    let head = |alias: &str, tag: &str, id: usize, shown: &str, path: &str| {
        let part = crate::parts::glossary::docpart_name(shown);
        let store = store_of(&bytes, 1);
        let names = crate::record::NAMESPACE;
        format!(
            "<w:sdtPr><w:alias w:val=\"{alias}\"/><w:tag w:val=\"{tag}\"/><w:id w:val=\"{id}\"/>\
             <w:placeholder><w:docPart w:val=\"{part}\"/></w:placeholder><w:showingPlcHdr/>\
             <w:dataBinding w:prefixMappings=\"xmlns:m='{names}'\" \
             w:xpath=\"/m:informatieobject[1]/{path}\" w:storeItemID=\"{store}\"/>"
        )
    };
    let list = |options: [&str; 2]| {
        let item =
            |option| format!("<w:listItem w:displayText=\"{option}\" w:value=\"{option}\"/>");
        format!(
            "<w:dropDownList>{}{}</w:dropDownList></w:sdtPr>",
            item(options[0]),
            item(options[1])
        )
    };
    assert_eq!(controls.len(), 7);
    assert_eq!(
        controls[0],
        head(
            "soort",
            "soort",
            1,
            "[soort]",
            "m:invullingen[1]/m:invulling[1]"
        ) + &list(["een", "twee"])
    );
    assert_eq!(
        controls[1],
        head(
            "datum",
            "datum",
            3,
            "[datum]",
            "m:invullingen[1]/m:invulling[2]"
        ) + "<w:date><w:dateFormat w:val=\"d MMMM yyyy\"/><w:lid w:val=\"nl-NL\"/>\
               <w:storeMappedDataAs w:val=\"dateTime\"/><w:calendar w:val=\"gregorian\"/></w:date></w:sdtPr>"
    );
    let shown = "in principe / indien nodig*";
    assert_eq!(
        controls[2],
        head("middelen", "middelen", 4, shown, "m:keuzen[1]/m:keuze[1]")
            + &list(["in principe", "indien nodig"])
    );
    let path = "m:indieners[1]/m:indiener[1]/m:invulling[1]";
    assert_eq!(
        controls[4],
        head(
            "Naam, (fractie)",
            "indiener-1",
            9,
            "[Naam, (fractie)]",
            path
        ) + "<w:text/></w:sdtPr>"
    );
    for control in all(&document, "w:sdt") {
        let known = control.find("w:sdtPr").unwrap().find("w:placeholder");
        let styles = all(control, "w:rStyle");
        assert!(known.is_none() || styles[0].get("w:val") == Some("PlaceholderText"));
    }
}

/// Each control names a part of the glossary that shows what the control shows, and an element of
/// the record that exists.
#[test]
fn placeholders_and_bindings_lead_somewhere() {
    for shape in probe::shapes() {
        let bytes = render(&shape, &probe::values(&shape)).unwrap();
        let document = part(&bytes, "word/document.xml");
        let bound: Vec<&Element> = all(&document, "w:sdt")
            .into_iter()
            .filter(|control| {
                control
                    .find("w:sdtPr")
                    .unwrap()
                    .find("w:placeholder")
                    .is_some()
            })
            .collect();
        if bound.is_empty() {
            continue;
        }
        let glossary = part(&bytes, "word/glossary/document.xml");
        let record = part(&bytes, "customXml/item1.xml");
        for control in bound {
            let properties = control.find("w:sdtPr").unwrap();
            let name = properties.find("w:placeholder").unwrap().elements().next();
            let name = name.unwrap().get("w:val");
            let placeholder = all(&glossary, "w:docPart")
                .into_iter()
                .filter(|element| element.find("w:docPartBody").is_some())
                .find(|part| all(part, "w:name")[0].get("w:val") == name)
                .expect("a part of the glossary");
            assert_eq!(shown(placeholder), shown(control));
            let path = properties.find("w:dataBinding").unwrap().get("w:xpath");
            let mut at = &record;
            for step in path.unwrap().split('/').skip(2) {
                let (name, number) = step.trim_end_matches(']').split_once('[').unwrap();
                let name = name.trim_start_matches("m:");
                at = at
                    .elements()
                    .filter(|element| element.name == name)
                    .nth(number.parse::<usize>().unwrap() - 1)
                    .unwrap_or_else(|| panic!("no {path:?}"));
            }
        }
    }
}

#[test]
fn footnotes_have_marks_separators_links_and_cross_references() {
    let shape = probe::annex();
    let bytes = render(&shape, &slots(&["A", "B", "C"])).unwrap();
    let notes = part(&bytes, "word/footnotes.xml");
    let ids: Vec<&str> = notes
        .elements()
        .map(|note| note.get("w:id").unwrap())
        .collect();
    assert_eq!(ids, ["-1", "0", "1", "2"]);
    assert_eq!(shown(&notes), " Bron: de bronC Het gaat om A.");
    assert_eq!(all(&notes, "w:footnoteRef").len(), 2);
    let document = part(&bytes, "word/document.xml");
    assert_eq!(all(&document, "w:footnoteReference").len(), 2);
    assert_eq!(
        all(&document, "w:instrText")[0].to_xml(),
        "<w:instrText> NOTEREF _RefNote1 \\f \\h </w:instrText>"
    );
    assert_eq!(
        all(&document, "w:bookmarkStart")[0].get("w:name"),
        Some("_RefNote1")
    );
    assert_eq!(all(&document, "w:bookmarkEnd").len(), 1);
}

#[test]
fn a_link_gives_way_to_what_it_cannot_hold() {
    let url = "https://example.org/a b";
    let link = |inlines| Inline::Link {
        url: url.into(),
        inlines,
    };
    let open = probe::fill_in("datum", "datum", FillInKind::Date);
    let mut shape = motion_with(
        vec![paragraph(vec![
            text("een "),
            link(vec![
                text("twee "),
                Inline::Footnote(0),
                text("drie "),
                Inline::Strong(vec![open]),
            ]),
            text(" vier "),
            link(vec![Inline::Slot(0)]),
        ])],
        1,
    );
    let inlines = vec![text("noot")];
    shape.footnotes = vec![Footnote {
        id: "n".into(),
        span: Span::default(),
        inlines,
    }];
    let bytes = render(&shape, &slots(&["vijf"])).unwrap();
    assert_eq!(
        outline(&bytes)[1],
        "Normal: een twee drie [datum] vier vijf"
    );
    let document = part(&bytes, "word/document.xml");
    let links: Vec<String> = all(&document, "w:hyperlink")
        .iter()
        .map(|link| shown(link))
        .collect();
    assert_eq!(links, ["twee ", "drie ", "vijf"]);
    // The first is the title.
    let run = all(&document, "w:sdtContent")[1].to_xml();
    assert!(
        run.contains("<w:rStyle w:val=\"PlaceholderText\"/><w:b/><w:bCs/>"),
        "{run}"
    );
    let relationships = part(&bytes, "word/_rels/document.xml.rels");
    let targets: Vec<&str> = relationships
        .elements()
        .filter(|one| one.get("TargetMode") == Some("External"))
        .filter_map(|one| one.get("Target"))
        .collect();
    assert_eq!(targets, ["https://example.org/a%20b"]);
}

#[test]
fn a_motion_is_recorded_for_information_systems() {
    let field = |shape: &Shape, name: &str| {
        let bytes = render(shape, &probe::values(shape)).unwrap();
        let record = part(&bytes, "customXml/item1.xml");
        let found = all(&record, name);
        found.first().map(|element| element.to_xml())
    };
    let motion = probe::motion();
    for (name, expected) in [
        ("informatieobjecttype", "motie"),
        ("motietype", "vreemd"),
        ("gemeentecode", "Utrecht"),
        ("taal", "nl-NL"),
        ("creatiedatum", "2023-02-09"),
        ("titel", "Concept-motie herstel lantaarns oostkade"),
    ] {
        let expected = format!("<{name}>{expected}</{name}>");
        assert_eq!(field(&motion, name), Some(expected));
    }
    let text = field(&motion, "inhoud").unwrap();
    for line in [
        "<inhoud status=\"concept\">De gemeenteraad van Utrecht, in vergadering bijeen op [datum],\n",
        "\n– De lantaarns aan de oostkade",
        "\nOF\na) De lantaarns te herstellen.\nb) Als gemeente Utrecht",
    ] {
        assert!(text.contains(line), "{text}");
    }
    let council = probe::council();
    assert_eq!(
        field(&council, "informatieobjecttype").unwrap(),
        "<informatieobjecttype>amendement</informatieobjecttype>"
    );
    assert_eq!(field(&council, "motietype"), None);
    assert!(
        field(&council, "nieuweTekst")
            .unwrap()
            .contains("Twintig euro")
    );
    let votes = field(&council, "stemming").unwrap();
    assert!(votes.contains("<fractie>Voor &amp; &lt;Na&gt; \"1\"</fractie><zetels>4</zetels>"));

    let bytes = render(&motion, &probe::values(&motion)).unwrap();
    let custom = part(&bytes, "docProps/custom.xml");
    let names: Vec<&str> = custom
        .elements()
        .filter_map(|one| one.get("name"))
        .collect();
    assert_eq!(
        names,
        [
            "titel",
            "informatieobjecttype",
            "motietype",
            "gemeentecode",
            "gemeentenaam",
            "document",
            "auteur",
            "taal",
            "creatiedatum"
        ]
    );
}

#[test]
fn factions_are_offered_and_lines_repeat() {
    let shape = probe::council();
    let bytes = render(&shape, &probe::values(&shape)).unwrap();
    let document = part(&bytes, "word/document.xml");
    let lists = |name| all(&document, name);
    let offered: Vec<Vec<&str>> = [lists("w:comboBox"), lists("w:dropDownList")]
        .concat()
        .iter()
        .map(|list| {
            list.elements()
                .filter_map(|item| item.get("w:value"))
                .collect()
        })
        .collect();
    let factions = vec!["D66", "Voor & <Na> \"1\"", "Lokaal"];
    let votes = vec!["voor", "tegen"];
    assert_eq!(
        offered,
        [
            factions.clone(),
            factions,
            votes.clone(),
            votes.clone(),
            votes
        ]
    );
    let section = all(&document, "w15:repeatingSection");
    assert_eq!(
        (
            section.len(),
            all(&document, "w15:repeatingSectionItem").len()
        ),
        (1, 2)
    );
    let rows: Vec<String> = all(&document, "w:tr")
        .iter()
        .map(|row| shown(row))
        .collect();
    assert_eq!(rows[4], "D666[stem]");
    assert_eq!(rows.len(), 3 + 4);
    for table in all(&document, "w:tbl") {
        let header = all(table, "w:tr")[0];
        assert_eq!(all(header, "w:tblHeader").len(), 1);
        assert!(
            !all(table, "w:tblCaption")[0]
                .get("w:val")
                .unwrap()
                .is_empty()
        );
    }
    let tags: Vec<&str> = all(&document, "w:tag")
        .iter()
        .filter_map(|tag| tag.get("w:val"))
        .collect();
    assert_eq!(
        tags[tags.len() - 4..],
        ["stem-1", "stem-2", "stem-3", "toelichting"]
    );
    // Alternatives stand in sections of their own.
    let motion = probe::motion();
    let bytes = render(&motion, &probe::values(&motion)).unwrap();
    let document = part(&bytes, "word/document.xml");
    let tags: Vec<&str> = all(&document, "w:tag")
        .iter()
        .filter_map(|tag| tag.get("w:val"))
        .collect();
    assert!(tags.contains(&"dictum-onderzoek") && tags.contains(&"dictum-herstel"));
}

/// The widths of the columns of a table of votes with these heads, in twips.
fn widths(heads: [&str; 3]) -> Vec<usize> {
    let cells = || {
        [["a"], ["b"], ["c"]]
            .map(|cell| vec![text(cell[0])])
            .to_vec()
    };
    let voting = BlockKind::Voting {
        lead: vec![text("Stemming")],
        columns: heads.map(|head| vec![text(head)]).to_vec(),
        rows: VotingRows::Open(vec![cells()]),
    };
    let shape = motion_with(vec![probe::block("voting", voting)], 1);
    let bytes = render(&shape, &slots(&["Utrecht"])).unwrap();
    let document = part(&bytes, "word/document.xml");
    let width = |element: &&Element<'_>| element.get("w:w").unwrap().parse().unwrap();
    let grid: Vec<usize> = all(&document, "w:gridCol").iter().map(width).collect();
    let cells: Vec<usize> = all(&document, "w:tcW").iter().map(width).collect();
    assert_eq!(cells, [grid.clone(), grid.clone()].concat());
    grid
}

/// A head is parted between words, never within one, as long as its words fit.
#[test]
fn columns_have_room_for_the_words_of_their_heads() {
    let usual = widths(["Fractie", "Zetels", "Stem"]);
    let room: usize = usual.iter().sum();
    assert_eq!([usual[0], usual[2]], [usual[1] * 3, usual[1] * 2]);
    let long = widths(["Fractie", "Raadszetelaantal toegekend", "Stem"]);
    // 16 letters of about 0.6 em, and the margins.
    let least = (16.0 * 0.6 * Theme::default().size * 20.0) as usize + 216;
    assert!(long[1] >= least && long[1] < room / 2, "{long:?}");
    assert!(long[0] > long[2] && long[2] >= 216 + 500, "{long:?}");
    assert!(room - long.iter().sum::<usize>() < 3, "{long:?}");
    // Where the words do not fit, those that ask for more share what the others leave.
    let longest = "a".repeat(80);
    let shared = widths([&longest, "Zetels", &longest]);
    assert_eq!(shared[0], shared[2]);
    assert!(shared[1] >= 216 + 500 && shared[1] < usual[1], "{shared:?}");
    assert!(room - shared.iter().sum::<usize>() < 3, "{shared:?}");
}
